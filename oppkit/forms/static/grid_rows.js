// The rows of a grid: its headings, its rows of cells with their buttons, and its totals.

const BUTTONS = ["duplicate", "delete"];

// Where room is short, parts ("2fr") give way first, then widths ("7rem"), to what can be read.
function gridTracks(columns, actions) {
  const least = ({ width }) => /fr$/.test(width)
    ? `${3 + 1.8 * parseFloat(width)}rem` : `calc(0.7 * ${width})`;
  const buttons = BUTTONS.filter((name) => actions.includes(name)).length;
  const before = actions.includes("move") ? ["1.1rem"] : [];
  const after = buttons ? [`${1.75 * buttons}rem`] : [];
  const all = columns.map((column) => `minmax(${least(column)}, ${column.width})`);
  const gaps = `${0.4 * (before.length + all.length + after.length - 1)}rem`;
  return [[...before, ...all, ...after].join(" "),
    `calc(${[...before, ...columns.map(least), ...after, gaps].join(" + ")})`];
}

function gridHead({ columns, actions, words }) {
  const head = build("div", "opp-grid-head", { role: "row" });
  const heading = (more) => build("div", "opp-grid-heading", { role: "columnheader", ...more });
  const unseen = (label) => {
    const cell = heading();
    cell.append(build("span", "opp-grid-unseen", {}, label));
    return cell;
  };
  if (actions.includes("move")) head.append(unseen(words.actions));
  for (const column of columns) {
    const cell = heading({ title: column.label });
    cell.classList.toggle("opp-grid-end", ["number", "figure"].includes(column.kind));
    cell.append(build("span", "opp-grid-label", {}, column.label));
    const star = build("span", "opp-grid-star", { "aria-hidden": "true" }, "*");
    if (column.required) cell.append(star);
    head.append(cell);
  }
  if (BUTTONS.some((name) => actions.includes(name))) head.append(unseen(words.actions));
  return head;
}

function rowButton(action) {
  const button = build("button", `opp-grid-button opp-grid-${action}`, { type: "button" });
  Object.assign(button, { oppAction: action });
  button.append(gridIcon(action));
  return button;
}

class GridRowElement {
  constructor(key, { columns, actions }, id) {
    Object.assign(this, { key, id, buttons: new Map(), cells: new Map(), number: 0, name: null });
    this.life = new AbortController();
    this.element = build("div", "opp-grid-row", { role: "row" });
    this.element.oppRow = this;
    const moves = actions.includes("move");
    if (moves) this.#handle();
    columns.forEach((column, at) => {
      const cell = gridCell(column, at + 1 + moves, columns.length + moves);
      this.cells.set(column.name, cell);
      this.element.append(cell.element);
    });
    this.#buttons(BUTTONS.filter((action) => actions.includes(action)), columns.length + 1 + moves);
  }

  // By pointer only: Alt with the arrow keys does the same from any cell.
  #handle() {
    const cell = build("div", "opp-grid-cell", { role: "cell" });
    const box = build("div", "opp-grid-handle");
    box.append(gridIcon("move"));
    cell.append(box);
    this.element.append(cell);
    this.handle = box;
  }

  #buttons(actions, place) {
    if (!actions.length) return;
    const cell = build("div", "opp-grid-cell", { role: "cell" });
    const box = build("div", "opp-grid-buttons");
    box.style.gridColumn = place;
    for (const action of actions) {
      const button = rowButton(action);
      this.buttons.set(action, button);
      box.append(button);
    }
    cell.append(box);
    this.element.append(cell);
  }

  // The controls that can be typed in, in order.
  get controls() {
    return [...this.cells.values()].filter(({ column, control: input }) =>
      column.kind !== "figure" && !input.hidden).map((cell) => cell.control);
  }

  part(name) {
    const cell = this.cells.get(name)?.control;
    return this.buttons.get(name) ?? this.controls.find((input) => input === cell);
  }

  fill(row, notes, number, words) {
    for (const [name, cell] of this.cells) {
      fillCell(cell, {
        text: row.cells[name] ?? "",
        figure: row.figures[name] ?? "",
        absent: row.absent.includes(name),
        options: row.options[name] ?? cell.column.options,
        placeholder: row.placeholders[name] ?? cell.column.hint,
      });
    }
    this.#note(notes);
    this.#labels(row, number, words);
  }

  #note(notes) {
    const [first] = this.controls;
    let at = 0;
    for (const [name, cell] of this.cells) {
      const whole = cell.control === first ? notes[""] : "";
      noteCell(cell, cell.control.hidden ? "" : notes[name], whole, `${this.id}-${at}`);
      at += 1;
    }
    this.element.classList.toggle("opp-grid-wrong", Object.keys(notes).length > 0);
  }

  #labels(row, number, words) {
    const cells = [...this.cells.values()];
    const title = cells.find(({ column }) => ["text", "pick"].includes(column.kind));
    const name = title ? row.cells[title.column.name] ?? "" : "";
    if (this.number === number && this.name === name) return;
    if (this.number !== number) {
      for (const { column, control: input } of cells) {
        if (column.kind === "figure") continue;
        input.setAttribute("aria-label", filledIn(words.cell, { column: column.label, number }));
      }
    }
    Object.assign(this, { number, name });
    for (const [action, button] of this.buttons) this.#say(button, words[action]);
    if (this.handle) this.#say(this.handle, words.move);
  }

  remove() {
    this.life.abort();
    this.element.remove();
  }

  #say(element, template) {
    element.title = filledIn(template, { number: this.number, name: this.name }).trim();
    if (element.oppAction) element.setAttribute("aria-label", element.title);
  }
}

function gridTotals({ columns, words }, totals) {
  const row = build("div", "opp-grid-totals", { role: "row" });
  row.append(build("div", "opp-grid-total-head", { role: "rowheader" }, words.total));
  for (const { name, label } of columns) {
    if (!totals[name]) continue;
    const cell = build("div", "opp-grid-total", { role: "cell" });
    cell.append(build("span", "opp-grid-total-label", {}, label));
    cell.append(build("span", "opp-grid-total-figure", {}, totals[name]));
    row.append(cell);
  }
  return row;
}
