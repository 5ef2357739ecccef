// A question over the page: in the top layer, so that no notebook cell clips it.

const FOCUSABLE =
  "input:not([type=hidden]), select, textarea, button, [tabindex]:not([tabindex='-1'])";

function reachable(dialog) {
  return [...dialog.querySelectorAll(FOCUSABLE)].filter(
    (element) => !element.disabled && element.checkVisibility(),
  );
}

function keepInside(dialog, event) {
  const stops = reachable(dialog);
  if (!stops.length) return;
  const edge = event.shiftKey ? stops[0] : stops.at(-1);
  if (document.activeElement === edge || !dialog.contains(document.activeElement)) {
    event.preventDefault();
    (event.shiftKey ? stops.at(-1) : stops[0]).focus();
  }
}

function shade() {
  const made = document.createElement("div");
  made.className = "opp-shade";
  made.setAttribute("popover", "manual");
  return made;
}

function render({ model, el }) {
  el.classList.add("opp-keeper");
  const leaving = new AbortController();
  const { signal } = leaving;
  const before = document.activeElement;
  const dark = shade();
  let waiting = 0;

  function onKey(dialog, event) {
    if (event.key === "Tab") keepInside(dialog, event);
    if (event.key !== "Escape") return;
    // An open list inside closes first: it has had its turn by then.
    setTimeout(() => event.defaultPrevented || signal.aborted || model.send({ do: "escape" }));
  }

  function attach() {
    if (signal.aborted) return;
    const dialog = el.closest(".opp-dialog");
    if (!dialog?.isConnected) {
      waiting = requestAnimationFrame(attach);
      return;
    }
    dialog.setAttribute("role", "dialog");
    dialog.setAttribute("aria-modal", "true");
    dialog.setAttribute("aria-label", model.get("label"));
    dialog.setAttribute("popover", "manual");
    dialog.parentElement.insertBefore(dark, dialog);
    dark.showPopover();
    dialog.showPopover();
    // On the way down, for the text fields of ipywidgets keep their keys to themselves.
    dialog.addEventListener("keydown", (event) => onKey(dialog, event), { capture: true, signal });
    dialog.addEventListener("keydown", (event) => event.stopPropagation(), { signal });
    // What had the focus may vanish, or bare ground be clicked: keys still belong to the dialog.
    dialog.tabIndex = -1;
    const stray = (event) => event.target === document.body && onKey(dialog, event);
    document.addEventListener("keydown", stray, { signal });
    dialog.focus({ preventScroll: true }); // at once: a key that follows must not go to the page
    waiting = requestAnimationFrame(() => reachable(dialog)[0]?.focus());
  }

  attach();
  return () => {
    leaving.abort();
    cancelAnimationFrame(waiting);
    dark.remove();
    // What had the focus may have been drawn anew meanwhile.
    const again = before?.isConnected ? before : document.getElementById(before?.id);
    again?.focus({ preventScroll: true });
  };
}

export default { render };
