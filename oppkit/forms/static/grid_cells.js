// The cells of a grid: their elements, and the text in them. Text is never markup.
// Joined after combobox.js and what that needs.

function setIfOther(element, name, value) {
  if (element.getAttribute(name) === value) return;
  if (value === null) element.removeAttribute(name);
  else element.setAttribute(name, value);
}

const GRID_ICONS = {
  add: ["M8 3v10", "M3 8h10"],
  duplicate: ["M6 6h7v7H6z", "M3.5 10H3V3h7v.5"],
  delete: ["M3 4.5h10", "M6.5 4.5v-2h3v2", "M4.5 4.5l.5 9h6l.5-9", "M7 7v4", "M9 7v4"],
  move: ["M6 4h.01", "M10 4h.01", "M6 8h.01", "M10 8h.01", "M6 12h.01", "M10 12h.01"],
};

function gridIcon(name) {
  const space = "http://www.w3.org/2000/svg";
  const icon = document.createElementNS(space, "svg");
  icon.setAttribute("class", `opp-grid-icon opp-grid-icon-${name}`);
  icon.setAttribute("viewBox", "0 0 16 16");
  icon.setAttribute("aria-hidden", "true");
  for (const line of GRID_ICONS[name]) {
    const path = document.createElementNS(space, "path");
    path.setAttribute("d", line);
    icon.append(path);
  }
  return icon;
}

function control(column) {
  const className = `opp-grid-control opp-grid-${column.kind}`;
  if (column.kind === "figure") return build("span", className);
  if (column.kind === "choice") return build("select", className);
  if (column.kind === "check") return build("input", className, { type: "checkbox" });
  const input = build("input", className, { type: "text", autocomplete: "off" });
  if (column.kind === "number") input.setAttribute("inputmode", "decimal");
  return input;
}

// Its place is in the first line of the row; a note, in a line of its own, has more room.
function gridCell(column, place, count) {
  const element = build("div", "opp-grid-cell", { role: "cell" });
  const box = build("div", `opp-grid-box opp-grid-box-${column.kind}`);
  box.style.gridColumn = place;
  const input = control(column);
  if (column.required) input.setAttribute("aria-required", "true");
  Object.assign(input, { oppColumn: column.name });
  box.append(input);
  element.append(box);
  return { element, box, control: input, column, place, late: place > count / 2 };
}

// A code that the list has lost is shown as it is, rather than changed in silence.
function offer(select, options, text, hint) {
  const known = options.some(([code]) => code === text);
  const all = known ? options : [[text, text || hint || ""], ...options];
  const offered = JSON.stringify(all);
  if (select.oppOffered === offered) return; // its list may be open
  Object.assign(select, { oppOffered: offered });
  select.replaceChildren(...all.map(([code, label]) => {
    const option = build("option", "", {}, label);
    option.value = code;
    return option;
  }));
}

const typedText = (input) => input.type !== "checkbox" ? input.value : input.checked ? "true" : "";

function setText(input, text) {
  if (input.type === "checkbox") input.checked = text === "true";
  else if (input.value !== text) Object.assign(input, { value: text, oppTyped: false });
}

// In the place of a cell that is absent, a figure may stand: an amount that is worked out.
function standIn(cell, figure) {
  if (!figure) {
    cell.figure?.remove();
    return;
  }
  cell.figure ??= build("span", "opp-grid-control opp-grid-figure");
  if (cell.figure.textContent !== figure) cell.figure.textContent = figure;
  if (!cell.figure.isConnected) cell.box.append(cell.figure);
}

function fillCell(cell, { text, figure, absent, options, placeholder }) {
  const { control: input, column } = cell;
  if (input.hidden !== absent) input.hidden = absent;
  if (column.kind === "figure") {
    if (input.textContent !== figure) input.textContent = figure;
    return;
  }
  standIn(cell, absent ? figure : "");
  if (column.kind === "choice") offer(input, options, text, placeholder);
  else setIfOther(input, "placeholder", placeholder || null);
  setText(input, text);
}

function oneNote(cell, className, sentence, id) {
  let note = cell.element.querySelector(`:scope > .${className}`);
  if (!sentence) {
    note?.remove();
    return null;
  }
  if (!note) {
    note = build("p", `opp-grid-note ${className}`, { id });
    cell.element.append(note);
  }
  if (note.textContent !== sentence) note.textContent = sentence;
  return id;
}

// `whole` is about the row: it stands below all of it, and describes its first control.
function noteCell(cell, sentence, whole, id) {
  const own = oneNote(cell, "opp-grid-own", sentence, id);
  const row = oneNote(cell, "opp-grid-whole", whole, `${id}-row`);
  for (const note of cell.element.querySelectorAll(":scope > .opp-grid-note")) {
    note.style.gridColumn = cell.late ? `1 / ${cell.place + 1}` : `${cell.place} / -1`;
    note.classList.toggle("opp-grid-late", cell.late);
  }
  setIfOther(cell.control, "aria-invalid", own ? "true" : null);
  setIfOther(cell.control, "aria-describedby", [own, row].filter(Boolean).join(" ") || null);
}
