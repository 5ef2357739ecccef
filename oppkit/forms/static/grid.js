// A grid of rows to type in: takes keys, clicks and choices, and draws what Python shows.

const GRID_HEARD = ["order", "cells", "absent", "options", "figures", "placeholders", "notes",
  "totals", "disabled", "generation"];

class GridView {
  constructor(model, el, signal) {
    // asked: a new row that will have the cursor; wanted: a cell that Python puts the cursor into;
    // leaving: the key of a row that was to be deleted here.
    Object.assign(this, { model, el, rows: new Map(), order: [], made: 0 });
    Object.assign(this, { asked: null, wanted: null, leaving: null });
    this.id = `opp-grid-${Math.random().toString(36).slice(2)}`;
    this.#build();
    this.state = new GridState(model, this.id);
    this.suggestions = new GridSuggestions(model, this.id);
    this.drag = new GridDrag(this.body, (key, to) => this.#shift(key, to), signal);
    this.#listen(signal);
    this.#dress();
  }

  get #data() {
    return Object.fromEntries(["columns", "actions", "words"].map((name) =>
      [name, this.model.get(name)]));
  }

  #build() {
    this.root = build("fieldset", "opp-grid", { "data-lm-suppress-shortcuts": "true" });
    this.scroller = build("div", "opp-grid-scroller");
    this.table = build("div", "opp-grid-table", { role: "table" });
    this.heads = build("div", "opp-grid-heads", { role: "rowgroup" });
    this.body = build("div", "opp-grid-body", { role: "rowgroup" });
    this.foot = build("div", "opp-grid-foot", { role: "rowgroup" });
    this.empty = build("p", "opp-grid-empty");
    this.add = build("button", "opp-grid-add", { type: "button" });
    this.help = build("div", "opp-grid-unseen", { id: `${this.id}-help` });
    this.live = build("div", "opp-grid-unseen", { role: "status" });
    this.table.append(this.heads, this.body);
    this.scroller.append(this.table);
    this.totals = build("div", "opp-grid-table", { role: "table" });
    this.totals.append(this.foot);
    this.root.append(this.scroller, this.empty, this.add, this.totals, this.help, this.live);
    this.el.replaceChildren(this.root);
  }

  #listen(signal) {
    const on = (name, act) => this.root.addEventListener(name, act, { signal });
    on("keydown", (event) => this.#key(event));
    on("input", ({ target }) => target.oppColumn && this.#typed(target));
    on("click", ({ target }) => this.#click(target.closest("button")));
    const heard = { "msg:custom": (message) => this.#heard(message) };
    for (const name of GRID_HEARD) heard[`change:${name}`] = () => this.#soon();
    for (const name of ["columns", "actions", "words", "label"]) {
      heard[`change:${name}`] = () => this.#dress();
    }
    for (const [name, act] of Object.entries(heard)) {
      this.model.on(name, act);
      signal.addEventListener("abort", () => this.model.off(name, act));
    }
    signal.addEventListener("abort", () => this.#clear());
    this.signal = signal;
  }

  // -- what is shown ------------------------------------------------------------------------------

  // All that does not depend on the rows.
  #dress() {
    const { columns, actions, words } = this.#data;
    const [tracks, least] = gridTracks(columns, actions);
    this.root.style.setProperty("--opp-tracks", tracks);
    this.root.style.setProperty("--opp-least", least);
    this.heads.replaceChildren(gridHead(this.#data));
    this.table.setAttribute("aria-label", this.model.get("label"));
    this.totals.setAttribute("aria-label", words.total);
    this.help.textContent = words.help;
    if (actions.includes("move")) this.table.setAttribute("aria-describedby", this.help.id);
    this.empty.textContent = words.empty;
    this.add.hidden = !actions.includes("add");
    this.add.replaceChildren(gridIcon("add"), build("span", "", {}, words.add));
    this.#clear();
    this.draw();
  }

  #clear() {
    for (const row of this.rows.values()) row.remove();
    this.rows.clear();
  }

  // One change of Python's changes several traits, each of which is told.
  #soon() {
    if (this.waits) return;
    this.waits = true;
    queueMicrotask(() => {
      this.waits = false;
      if (!this.signal.aborted) this.draw();
    });
  }

  draw() {
    const focused = this.#focusedPlace();
    const cells = this.state.cells();
    const given = Object.fromEntries(["absent", "options", "figures", "placeholders", "notes"]
      .map((name) => [name, this.model.get(name)]));
    this.order = this.state.order();
    this.#arrange();
    this.order.forEach((key, at) => {
      const row = { cells: cells[key] ?? {}, absent: given.absent[key] ?? [] };
      for (const name of ["options", "figures", "placeholders"]) row[name] = given[name][key] ?? {};
      this.rows.get(key).fill(row, given.notes[key] ?? {}, at + 1, this.#words);
    });
    this.empty.hidden = this.order.length > 0;
    this.#foot();
    this.root.disabled = this.model.get("disabled");
    this.#focusAgain(focused);
  }

  get #words() {
    return this.model.get("words");
  }

  // Rows that are there already are kept, and moved only where they must be: the cursor is in one.
  #arrange() {
    const data = this.#data;
    const wanted = new Set(this.order);
    for (const [key, row] of this.rows) {
      if (wanted.has(key)) continue;
      row.remove();
      this.rows.delete(key);
      if (key === this.leaving) this.#announce("deleted", row);
    }
    this.order.forEach((key, at) => {
      if (!this.rows.has(key)) this.rows.set(key, this.#newRow(key, data));
      const { element } = this.rows.get(key);
      const there = this.body.children[at];
      if (there !== element) this.body.insertBefore(element, there);
    });
  }

  #newRow(key, data) {
    this.made += 1;
    const row = new GridRowElement(key, data, `${this.id}-${this.made}`);
    for (const { column, control: input } of row.cells.values()) {
      if (column.kind === "pick") this.#combobox(row, column, input);
    }
    return row;
  }

  #foot() {
    const totals = this.model.get("totals");
    const none = !Object.values(totals).some(Boolean);
    this.totals.hidden = none;
    if (this.shownTotals === totals && this.foot.oppWords === this.#words) return;
    Object.assign(this, { shownTotals: totals });
    Object.assign(this.foot, { oppWords: this.#words });
    this.foot.replaceChildren(gridTotals(this.#data, totals));
  }

  // -- the cursor ---------------------------------------------------------------------------------

  #placeOf(element) {
    const row = element.closest?.(".opp-grid-row")?.oppRow;
    if (!row || !this.root.contains(element)) return null;
    return { key: row.key, part: element.oppColumn ?? element.oppAction, row };
  }

  #focusedPlace() {
    const { activeElement } = document;
    const place = this.#placeOf(activeElement);
    if (!place) return null;
    const { selectionStart, selectionEnd } = activeElement;
    const at = this.order.indexOf(place.key);
    return { ...place, at, element: activeElement, selectionStart, selectionEnd };
  }

  // A row that was asked for; else the same cell wherever it went; else its neighbour.
  #focusAgain(focused) {
    if (this.#focusWanted() || this.#focusNew()) return;
    if (!focused || document.activeElement === focused.element) return;
    const there = this.rows.get(focused.key);
    const row = there ?? this.rows.get(this.order[Math.min(focused.at, this.order.length - 1)]);
    const last = this.add.hidden ? null : this.add;
    const element = row?.part(focused.part) ?? row?.controls[0] ?? last;
    element?.focus({ preventScroll: Boolean(there) });
    if (element === focused.element && focused.selectionStart != null) {
      element.setSelectionRange(focused.selectionStart, focused.selectionEnd);
    }
  }

  // The page may be about to show what the grid stands in.
  #focusWanted() {
    const { key, column, attempts } = this.wanted ?? {};
    const row = this.rows.get(key);
    const element = row?.part(column) ?? row?.controls[0];
    if (!element) return false;
    const visible = element.checkVisibility();
    this.wanted = visible || !attempts ? null : { key, column, attempts: attempts - 1 };
    if (this.wanted) requestAnimationFrame(() => this.#soon());
    else element.focus();
    return visible;
  }

  // Not if the person went on elsewhere while the row was being made.
  #focusNew() {
    if (!this.asked || !this.state.knows(this.asked.step)) return false;
    const { known, from } = this.asked;
    this.asked = null;
    const fresh = this.order.filter((key) => !known.has(key)).at(-1);
    const stayed = [from, document.body].includes(document.activeElement);
    if (fresh === undefined || !stayed) return false;
    this.rows.get(fresh).controls[0]?.focus();
    return true;
  }

  // -- what is done -------------------------------------------------------------------------------

  #typed(input, picked = {}) {
    const { key, part: column } = this.#placeOf(input);
    input.oppTyped = !("choice" in picked);
    this.state.type({ key, column, text: typedText(input), ...picked });
    this.#soon();
  }

  #heard(message) {
    if (message.type === "suggestions") this.suggestions.take(message);
    else if (message.type === "focus") {
      this.wanted = { ...message, attempts: 20 };
      this.#soon();
    } else if (message.type === "typed" && this.state.hear(message)) this.#soon();
  }

  // A name that was typed over is searched; one that was chosen does not hide the others.
  #combobox(row, column, input) {
    const { loading, nothing } = this.#words;
    attachCombobox(input, {
      ask: (text) => this.suggestions.ask(row.key, column.name, text),
      choose: ({ key, label }) => {
        input.value = label;
        if (this.rows.get(row.key) === row) this.#typed(input, { choice: key });
      },
      chosen: () => input.value !== "" && !input.oppTyped,
      words: { loading, nothing }, label: column.label, signal: row.life.signal,
    });
  }

  #click(button) {
    if (!button) return;
    const place = this.#placeOf(button);
    if (button === this.add) this.#want("add");
    else if (place?.part === "duplicate") this.#want("duplicate", { key: place.key });
    else if (place?.part === "delete") {
      this.leaving = place.key;
      this.state.send("delete", { key: place.key });
    }
  }

  #want(type, more = {}) {
    const known = new Set(this.order);
    const step = this.state.send(type, more);
    this.asked = { known, from: document.activeElement, step };
  }

  #announce(word, { number, name }) {
    this.live.textContent = filledIn(this.#words[word], { number, name }).trim();
  }

  #shift(key, to) {
    const from = this.order.indexOf(key);
    if (from < 0 || from === to || to < 0 || to >= this.order.length) return;
    this.state.move(key, to);
    this.draw();
    this.#announce("moved", this.rows.get(key));
  }

  #key(event) {
    const { key, altKey, shiftKey } = event;
    const command = event.ctrlKey || event.metaKey;
    if (command && key.toLowerCase() === "s") return; // the form saves
    event.stopPropagation(); // JupyterLab has shortcuts for nearly every key
    const place = this.#placeOf(event.target);
    if (!place || event.defaultPrevented || command || shiftKey || event.isComposing) return;
    const step = { ArrowUp: -1, ArrowDown: 1 }[key];
    const { actions } = this.#data;
    if (altKey && step && actions.includes("move")) {
      this.#shift(place.key, this.order.indexOf(place.key) + step);
    } else if (key === "Enter" && !altKey && event.target.oppColumn) {
      const last = place.key === this.order.at(-1) && event.target === place.row.controls.at(-1);
      if (last && actions.includes("add")) this.#want("add");
    } else return;
    event.preventDefault();
  }
}

export default {
  render({ model, el }) {
    const life = new AbortController();
    new GridView(model, el, life.signal);
    return () => life.abort();
  },
};
