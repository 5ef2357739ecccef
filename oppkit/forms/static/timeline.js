// What happened to a record, newest first: who, when, and what changed.

function changeItem(change) {
  const item = document.createElement("li");
  item.append(build("span", "opp-moment-label", {}, change.label));
  if (change.before) item.append(build("span", "opp-moment-before", {}, change.before));
  if (change.before && change.after) item.append(" → ");
  if (change.after) item.append(build("span", "opp-moment-after", {}, change.after));
  return item;
}

function changeList(changes) {
  const list = document.createElement("ul");
  list.className = "opp-moment-changes";
  list.append(...changes.map(changeItem));
  return list;
}

function folded(words, changes) {
  const made = document.createElement("details");
  made.append(build("summary", "opp-moment-fold", {}, words), changeList(changes));
  return made;
}

function head(entry, onRestore) {
  const made = document.createElement("div");
  made.className = "opp-moment-head";
  made.append(
    build("strong", "opp-moment-what", {}, entry.what),
    build("span", "opp-moment-who", {}, entry.author),
    build("span", "opp-moment-when", {}, entry.moment),
    build("span", "opp-moment-version", {}, entry.version),
  );
  if (entry.restore) {
    const button = build("button", "opp-moment-restore", {
      type: "button", "aria-label": entry.restoreLabel,
    }, entry.restore);
    button.addEventListener("click", () => onRestore(entry.number));
    made.append(button);
  }
  return made;
}

function momentItem(entry, onRestore) {
  const item = document.createElement("li");
  item.className = "opp-moment";
  item.dataset.tone = entry.tone;
  item.append(head(entry, onRestore));
  if (entry.changes.length) item.append(changeList(entry.changes));
  if (entry.folded.length) item.append(folded(entry.foldedWords, entry.folded));
  return item;
}

function render({ model, el }) {
  el.classList.add("opp-timeline", "tex2jax_ignore");
  const list = document.createElement("ol");
  const more = build("button", "opp-timeline-more", { type: "button" });
  more.addEventListener("click", () => model.send({ do: "more" }));
  el.append(list, more);
  const keep = (event) => event.stopPropagation();
  el.addEventListener("keydown", keep);
  const restore = (number) => model.send({ do: "restore", version: number });
  let shown = new Map();

  // Entries that are there already stay as they are, with the focus and what is unfolded.
  function draw() {
    const known = shown;
    shown = new Map();
    for (const entry of model.get("entries")) {
      const key = JSON.stringify(entry);
      shown.set(key, known.get(key) ?? momentItem(entry, restore));
    }
    for (const [key, item] of known) if (!shown.has(key)) item.remove();
    let place = list.firstChild;
    for (const item of shown.values()) {
      if (item === place) place = place.nextSibling;
      else list.insertBefore(item, place);
    }
    list.setAttribute("aria-label", model.get("label"));
    more.textContent = model.get("more");
    more.hidden = !model.get("more");
  }

  const names = ["entries", "more", "label"];
  for (const name of names) model.on(`change:${name}`, draw);
  draw();
  return () => {
    for (const name of names) model.off(`change:${name}`, draw);
    el.removeEventListener("keydown", keep);
  };
}

export default { render };
