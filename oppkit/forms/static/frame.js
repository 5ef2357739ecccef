// Notes beside fields, Ctrl+S and the question before leaving, for one form, page or dialog.

const ROOT = ".opp-form, .opp-page, .opp-dialog";
const CONTROLS = "input, select, textarea, [role=combobox], [role=listbox]";

function classOf(path) {
  return "opp-f-" + path.replaceAll(".", "-");
}

// The fields of this form only: a page holds several forms, each with a frame of its own.
function fieldsOf(root, path) {
  return [...root.getElementsByClassName(classOf(path))].filter(
    (field) => field.closest(ROOT) === root,
  );
}

function describe(field, id, wrong) {
  for (const control of field.querySelectorAll(CONTROLS)) {
    if (wrong) {
      control.setAttribute("aria-invalid", "true");
      control.setAttribute("aria-describedby", id);
    } else {
      control.removeAttribute("aria-invalid");
      control.removeAttribute("aria-describedby");
    }
  }
}

function showNote(field, id, sentence) {
  let note = field.querySelector(":scope > .opp-note");
  if (!sentence) {
    if (note) {
      note.remove();
      describe(field, id, false);
    }
    return;
  }
  if (!note) {
    note = document.createElement("p");
    note.className = "opp-note";
    note.id = id;
    field.append(note);
  }
  if (note.textContent !== sentence) note.textContent = sentence;
  describe(field, id, true);
}

// The radio buttons of ipywidgets have no name, so that each would be a question of its own: one
// stop of Tab after the other, and "1 of 1" for screen readers.
function groupRadios(root) {
  for (const group of root.querySelectorAll(".widget-radio")) {
    group.oppName ??= `opp-radio-${Math.random().toString(36).slice(2)}`;
    group.setAttribute("role", "radiogroup");
    group.setAttribute("aria-label", group.querySelector(".widget-label")?.textContent ?? "");
    for (const radio of group.querySelectorAll("input[type=radio]")) radio.name = group.oppName;
  }
}

function render({ model, el }) {
  el.classList.add("opp-frame");
  const leaving = new AbortController();
  const { signal } = leaving;
  const serial = Math.random().toString(36).slice(2);
  let root = null;
  let noted = new Set();
  let waiting = 0;

  function applyNotes() {
    if (!root) return;
    const notes = model.get("notes") ?? {};
    for (const path of noted) {
      if (!(path in notes)) fieldsOf(root, path).forEach((field) => showNote(field, "", ""));
    }
    for (const [path, sentence] of Object.entries(notes)) {
      fieldsOf(root, path).forEach((field, place) =>
        showNote(field, `opp-note-${serial}-${classOf(path)}-${place}`, sentence),
      );
    }
    noted = new Set(Object.keys(notes));
    for (const path of model.get("required") ?? []) {
      for (const field of fieldsOf(root, path)) {
        field.classList.add("opp-required");
        field.querySelectorAll(CONTROLS).forEach((c) => c.setAttribute("aria-required", "true"));
      }
    }
  }

  function markCurrent() {
    const name = model.get("current");
    if (!root || !name) return;
    root.querySelectorAll("[aria-current=page]").forEach((e) => e.removeAttribute("aria-current"));
    root.getElementsByClassName(name)[0]?.setAttribute("aria-current", "page");
  }

  // Lists and rows are drawn again while notes stand beside them.
  const observer = new MutationObserver(() => {
    cancelAnimationFrame(waiting);
    waiting = requestAnimationFrame(() => {
      applyNotes();
      markCurrent();
      groupRadios(root);
    });
  });

  function focusOn(css, attempts = 20) {
    const found = [...(root?.getElementsByClassName(css) ?? [])].find((e) => e.checkVisibility());
    if (!found) {
      if (attempts) requestAnimationFrame(() => focusOn(css, attempts - 1));
      return;
    }
    const control = found.matches("button") ? found : found.querySelector(`${CONTROLS}, button`);
    found.scrollIntoView({ block: "nearest" });
    (control ?? found).focus({ preventScroll: true });
  }

  function onKey(event) {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "s") {
      if (event.target.closest(ROOT) !== root) return;
      event.preventDefault();
      event.stopPropagation();
      // What is being typed reaches Python with the change event.
      document.activeElement?.dispatchEvent(new Event("change", { bubbles: true }));
      model.send({ do: "save" });
    }
  }

  function onLeave(event) {
    if (model.get("unsaved") && el.isConnected) event.preventDefault();
  }

  // For the page of the app, which asks by itself.
  function markUnsaved() {
    el.classList.toggle("opp-unsaved", model.get("unsaved"));
  }

  function attach() {
    if (signal.aborted) return;
    root = el.closest(ROOT);
    if (!root) {
      waiting = requestAnimationFrame(attach);
      return;
    }
    root.lang = model.get("language");
    // On the way down, for the text fields of ipywidgets keep their keys to themselves.
    root.addEventListener("keydown", onKey, { capture: true, signal });
    observer.observe(root, { childList: true, subtree: true });
    applyNotes();
    markCurrent();
    groupRadios(root);
  }

  function received(content) {
    if (content.focus) focusOn(content.focus);
    if (content.settle) model.send({ settled: content.settle });
  }

  model.on("change:notes", applyNotes);
  model.on("change:required", applyNotes);
  model.on("change:unsaved", markUnsaved);
  model.on("change:current", markCurrent);
  model.on("msg:custom", received);
  window.addEventListener("beforeunload", onLeave, { signal });
  markUnsaved();
  attach();
  return () => {
    leaving.abort();
    observer.disconnect();
    cancelAnimationFrame(waiting);
    model.off("change:notes", applyNotes);
    model.off("change:required", applyNotes);
    model.off("change:unsaved", markUnsaved);
    model.off("change:current", markCurrent);
    model.off("msg:custom", received);
  };
}

export default { render };
