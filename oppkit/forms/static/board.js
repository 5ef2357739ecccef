// Columns of cards: draws them, and moves cards by keyboard; board_drag.js does it by pointer.

class BoardView {
  constructor(model, el, signal) {
    // pending: cards dropped here, until Python has answered; active: the card of each column that
    // Tab comes to; picked: the card that the arrow keys carry.
    Object.assign(this, { model, el, pending: new Map(), active: new Map(), picked: null });
    this.id = `opp-board-${Math.random().toString(36).slice(2)}`;
    this.moves = 0;
    this.#build();
    this.steady = new Steady(this.root, signal);
    this.drag = new Drag(this, signal);
    this.#listen(signal);
    this.draw();
  }

  get words() {
    return this.model.get("words");
  }

  get columns() {
    return this.model.get("columns");
  }

  #build() {
    this.root = build("div", "opp-board", { "data-lm-suppress-shortcuts": "true" });
    this.scroller = build("div", "opp-board-columns", { role: "group" });
    this.help = build("div", "opp-board-unseen", { id: `${this.id}-help` });
    this.live = build("div", "opp-board-unseen opp-board-live", {
      "aria-live": "assertive", "aria-atomic": "true",
    });
    this.root.append(this.scroller, this.help, this.live);
    this.el.replaceChildren(this.root);
  }

  #listen(signal) {
    const on = (name, act) => this.root.addEventListener(name, act, { signal });
    on("keydown", (event) => this.#key(event));
    on("click", (event) => this.#click(event));
    on("dblclick", (event) => this.#doubleClick(event));
    on("focusin", (event) => this.#focused(event.target.closest(".opp-card")));
    on("focusout", (event) => this.#left(event.relatedTarget));
    const heard = { generation: () => this.#answered() };
    for (const name of ["words", "label", "height", "busy"]) heard[name] = () => this.draw();
    for (const [name, act] of Object.entries(heard)) {
      const told = () => this.steady.when(act);
      this.model.on(`change:${name}`, told);
      signal.addEventListener("abort", () => this.model.off(`change:${name}`, told));
    }
  }

  // -- what is shown --------------------------------------------------------------------------------

  isSaving(key) {
    return this.pending.has(key) || this.model.get("busy") === key;
  }

  // The cards of each column, with those that are on their way where they go to.
  #placed() {
    const going = new Map([...this.pending].map(([key, { to }]) => [key, to]));
    if (this.picked) going.set(this.picked.card.key, this.picked.to);
    const cards = this.model.get("cards");
    const moved = Object.values(cards).flat().filter(({ key }) => going.has(key));
    return new Map(this.columns.map(({ key }) => {
      const own = (cards[key] ?? []).filter((card) => (going.get(card.key) ?? key) === key);
      const come = moved.filter((card) => going.get(card.key) === key && !own.includes(card));
      return [key, [...come, ...own]];
    }));
  }

  draw() {
    const focused = this.#focusedPlace();
    const scrolled = new Map([...this.scroller.children].map((column) =>
      [column.oppColumn.key, column.querySelector(".opp-board-list").scrollTop]));
    const { scrollLeft } = this.scroller;
    this.drawing = true; // focus that leaves now comes back
    this.root.style.setProperty("--opp-board-height", this.model.get("height"));
    this.scroller.setAttribute("aria-label", this.model.get("label"));
    this.help.textContent = this.words.help;
    this.placed = this.#placed();
    this.scroller.replaceChildren(...this.columns.map((column, at) => this.#column(column, at)));
    this.scroller.scrollLeft = scrollLeft;
    for (const column of this.scroller.children) {
      column.querySelector(".opp-board-list").scrollTop = scrolled.get(column.oppColumn.key) ?? 0;
    }
    this.showDragged(this.drag.card?.key);
    if (focused) this.#focusAgain(focused);
    this.drawing = false;
  }

  #column(column, at) {
    const { words } = this;
    const cards = this.placed.get(column.key);
    const stop = cards.find(({ key }) => key === this.active.get(column.key)) ?? cards[0];
    const elements = cards.map((card) => {
      const saving = this.isSaving(card.key);
      const picked = this.picked?.card.key === card.key;
      const element = cardElement(card, {
        words, id: `${this.id}-card-${card.key}`, helpId: this.help.id, saving, picked,
      });
      element.tabIndex = card === stop ? 0 : -1;
      return element;
    });
    return columnElement(column, elements, { words, id: `${this.id}-${at}` });
  }

  showDragged(key) {
    for (const element of this.scroller.querySelectorAll(".opp-card")) {
      element.classList.toggle("opp-card-dragged", element.oppCard.key === key);
    }
  }

  announce(word, card, column = undefined) {
    const label = this.columns.find(({ key }) => key === column)?.label ?? "";
    this.live.textContent = filledIn(this.words[word], { name: card.name, column: label });
  }

  // -- focus ------------------------------------------------------------------------------------------

  #element(key) {
    return [...this.scroller.querySelectorAll(".opp-card")].find((card) => card.oppCard.key === key);
  }

  #focusedPlace() {
    const { activeElement } = document;
    if (!this.scroller.contains(activeElement)) return null;
    const column = activeElement.closest(".opp-board-column")?.oppColumn.key;
    const key = activeElement.oppCard?.key;
    const index = this.placed?.get(column)?.findIndex((card) => card.key === key) ?? 0;
    return { key, column, index };
  }

  // The same card wherever it went; else the one that took its place.
  #focusAgain({ key, column, index }) {
    const cards = this.placed.get(column) ?? [];
    const next = cards[Math.min(Math.max(index, 0), cards.length - 1)];
    const element = this.#element(key) ?? this.#element(next?.key)
      ?? this.scroller.querySelector(".opp-card");
    element?.focus({ preventScroll: this.#element(key) === undefined });
  }

  #focused(element) {
    if (!element) return;
    const column = element.closest(".opp-board-column");
    this.active.set(column.oppColumn.key, element.oppCard.key);
    for (const card of column.querySelectorAll(".opp-card")) card.tabIndex = card === element ? 0 : -1;
  }

  #left(whereTo) {
    if (!this.drawing && this.picked && !this.root.contains(whereTo)) this.#putBack();
  }

  // -- what is done -------------------------------------------------------------------------------------

  takes(column, card) {
    return Boolean(column?.droppable) && !card.barred.includes(column.key);
  }

  drop(card, from, to) {
    const column = this.columns.find(({ key }) => key === to);
    if (!this.takes(column, card)) return this.announce("refused", card, to);
    this.moves += 1;
    this.pending.set(card.key, { card, from, to, move: this.moves });
    this.model.send({ type: "move", card: card.key, from, to, view: this.id, move: this.moves });
    this.announce("dropped", card, to);
    this.draw();
    return this.#element(card.key)?.focus();
  }

  // Python has told the truth about the moves it knows of: what is not true jumps back.
  #answered() {
    const known = this.model.get("handled")[this.id] ?? 0;
    const cards = this.model.get("cards");
    const columnOf = (key) => this.columns.find((column) =>
      cards[column.key]?.some((card) => card.key === key))?.key;
    for (const [key, { card, from, move }] of this.pending) {
      if (move > known) continue;
      this.pending.delete(key);
      if (columnOf(key) === from) this.announce("back", card, from);
    }
    if (this.picked && columnOf(this.picked.card.key) !== this.picked.from) this.picked = null;
    this.draw();
  }

  #click(event) {
    const more = event.target.closest(".opp-board-more");
    const { oppColumn } = event.target.closest(".opp-board-column") ?? {};
    if (more) this.model.send({ type: "more", column: oppColumn.key });
    else if (event.target.matches(".opp-card-open") && event.detail < 2) {
      this.#open(event.target.closest(".opp-card"));
    }
  }

  // A double click on the name has opened the card with its first click.
  #doubleClick({ target }) {
    if (!target.matches(".opp-card-open")) this.#open(target.closest(".opp-card"));
  }

  #open(element) {
    if (!element || this.isSaving(element.oppCard.key)) return;
    this.model.send({ type: "open", card: element.oppCard.key });
  }

  #key(event) {
    event.stopPropagation(); // JupyterLab has shortcuts for nearly every key
    const element = event.target.closest(".opp-card");
    if (!element || event.altKey || event.ctrlKey || event.metaKey) return;
    if (!(this.picked ? this.#carry(event.key) : this.#walk(event.key, element))) return;
    event.preventDefault();
  }

  // The keys while nothing is picked up; false: not one of them.
  #walk(key, element) {
    const column = element.closest(".opp-board-column").oppColumn.key;
    const cards = this.placed.get(column);
    const at = cards.indexOf(element.oppCard);
    const steps = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: cards.length - 1 };
    if (key in steps) this.#element(cards[steps[key]]?.key)?.focus();
    else if (key === "ArrowLeft") this.#aside(column, -1, at);
    else if (key === "ArrowRight") this.#aside(column, 1, at);
    else if (key === "Enter") this.#open(element);
    else if (key === " ") this.#pick(element.oppCard, column);
    else return false;
    return true;
  }

  // To the card at the same height of the next column that has any.
  #aside(column, step, at) {
    const keys = this.columns.map(({ key }) => key);
    let next = keys.indexOf(column) + step;
    while (keys[next] !== undefined && !this.placed.get(keys[next]).length) next += step;
    const cards = this.placed.get(keys[next]) ?? [];
    this.#element(cards[Math.min(at, cards.length - 1)]?.key)?.focus();
  }

  #pick(card, from) {
    if (this.isSaving(card.key)) return;
    this.picked = { card, from, to: from };
    this.draw();
    this.announce("picked", card, from);
  }

  // The keys while a card is picked up.
  #carry(key) {
    const { card, from, to } = this.picked;
    if (key === "ArrowLeft") this.#shift(-1);
    else if (key === "ArrowRight") this.#shift(1);
    else if (key === "Escape" || ((key === " " || key === "Enter") && from === to)) this.#putBack();
    else if (key === " " || key === "Enter") {
      this.picked = null;
      this.drop(card, from, to);
    } else return key !== "Tab"; // Tab leaves, and the card goes back
    return true;
  }

  #shift(step) {
    const { card, from, to } = this.picked;
    const { columns } = this;
    let next = columns.findIndex(({ key }) => key === to) + step;
    while (columns[next] && columns[next].key !== from && !this.takes(columns[next], card)) next += step;
    if (!columns[next]) return;
    this.picked.to = columns[next].key;
    this.draw();
    this.announce("moved", card, this.picked.to);
  }

  #putBack() {
    const { card } = this.picked;
    this.picked = null;
    this.draw();
    this.announce("cancelled", card);
  }
}

export default {
  render({ model, el }) {
    const life = new AbortController();
    new BoardView(model, el, life.signal);
    return () => life.abort();
  },
};
