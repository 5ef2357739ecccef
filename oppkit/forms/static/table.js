// A grid over any number of rows: draws those in sight, and takes keyboard and mouse.

const SPARE = 6; // rows drawn beyond the edges, so that a step of the wheel shows no gap

class TableView {
  constructor(model, el, signal) {
    Object.assign(this, { model, el, drawn: new Map(), active: 0, anchor: 0, hidden: true });
    this.#build();
    this.scroll = new RowScroll(this.viewport, this.head, this.body);
    this.store = new RowStore(model);
    this.steady = new Steady(this.body, signal);
    this.#listen(signal);
    this.#head();
    this.#texts();
  }

  get #data() {
    const [columns, selectable, words] = ["columns", "selectable", "words"].map((name) =>
      this.model.get(name));
    return { columns, selectable, words };
  }

  #build() {
    this.root = build("div", "opp-table", { "data-lm-suppress-shortcuts": "true" });
    this.viewport = build("div", "opp-table-viewport", { role: "grid" });
    this.head = build("div", "opp-table-head", { role: "row", "aria-rowindex": 1 });
    this.body = build("div", "opp-table-body", { role: "rowgroup" });
    this.message = build("div", "opp-table-message");
    this.footer = build("div", "opp-table-footer", { role: "status" });
    const heads = build("div", "opp-table-heads", { role: "rowgroup" });
    heads.append(this.head);
    this.viewport.append(heads, this.body);
    this.root.append(this.viewport, this.message, this.footer);
    this.el.replaceChildren(this.root);
  }

  #listen(signal) {
    const on = (target, name, act) => target.addEventListener(name, act, { signal });
    on(this.root, "keydown", (event) => this.#key(event));
    on(this.head, "click", (event) => this.#headClick(event));
    on(this.body, "click", (event) => this.#click(event));
    on(this.body, "dblclick", (event) => this.#doubleClick(event));
    // A range is taken with Shift: the browser would select text as well.
    on(this.body, "mousedown", (event) => event.shiftKey && event.preventDefault());
    on(this.body, "focusin", () => this.#intoSight());
    on(this.viewport, "scroll", () => this.#scrolled());
    on(this.message, "click", (event) => event.target.closest("button") && this.#retry());
    const sizes = new ResizeObserver(() => this.#resized());
    sizes.observe(this.viewport);
    this.#follow(signal);
    signal.addEventListener("abort", () => {
      sizes.disconnect();
      cancelAnimationFrame(this.frame);
      clearTimeout(this.rest);
    });
  }

  #follow(signal) {
    const heard = {
      "change:generation": () => this.steady.when(() => this.#begin()),
      "change:columns change:selectable change:words": () =>
        this.steady.when(() => this.#redress()),
      "change:selected change:all_selected": () => this.#marks(),
      "change:sort": () => showSort(this.head, this.model.get("sort")),
      "change:footer change:label change:height": () => this.#texts(),
      "msg:custom": (answer) =>
        this.steady.when(() => this.store.take(answer) && this.draw()),
    };
    for (const [names, act] of Object.entries(heard)) {
      for (const name of names.split(" ")) this.model.on(name, act);
      signal.addEventListener("abort", () =>
        names.split(" ").forEach((name) => this.model.off(name, act)));
    }
  }

  // -- what is shown ------------------------------------------------------------------------------

  #head() {
    const { columns, selectable, words } = this.#data;
    const [all, least] = tracks(columns, selectable);
    this.root.style.setProperty("--opp-tracks", all);
    this.root.style.setProperty("--opp-least", least);
    this.all = selectable ? checkbox(words.select_all) : null;
    const first = build("div", "opp-table-heading", { role: "columnheader", "aria-colindex": 1 });
    first.append(this.all ?? "");
    const others = columns.map((column, place) => heading(column, place + 1 + selectable));
    this.head.replaceChildren(...(selectable ? [first] : []), ...others);
    showSort(this.head, this.model.get("sort"));
    this.viewport.setAttribute("aria-colcount", others.length + selectable);
    this.viewport.setAttribute("aria-multiselectable", selectable);
    this.#marks();
  }

  #redress() {
    this.#head();
    for (const element of this.drawn.values()) element.oppRow = NaN; // equal to nothing: fill anew
    this.draw();
  }

  #texts() {
    this.footer.textContent = this.model.get("footer");
    this.viewport.setAttribute("aria-label", this.model.get("label"));
    this.viewport.style.height = this.model.get("height");
  }

  #begin() {
    this.store.begin();
    if (!this.model.get("kept_place")) {
      this.active = this.anchor = 0;
      this.scroll.offset = 0;
    }
    this.active = Math.min(this.active, Math.max(0, this.model.get("total") - 1));
    this.#resized();
  }

  // The page may hide the table and show it again: its place is kept.
  #resized() {
    this.hidden = this.viewport.clientHeight === 0;
    if (this.hidden) return;
    const probe = build("div", "opp-table-row");
    this.body.append(probe);
    // Not its rectangle: far down a long list that is rounded to eighths of a pixel.
    const height = parseFloat(getComputedStyle(probe).height);
    probe.remove();
    this.scroll.resize(this.model.get("total"), height);
    this.draw();
  }

  #scrolled() {
    if (this.hidden) return;
    this.scroll.scrolled();
    clearTimeout(this.rest);
    this.rest = setTimeout(() => { this.scroll.settle(); this.draw(); }, 150);
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => this.draw());
  }

  draw() {
    if (this.hidden) return;
    const { total } = this.scroll;
    const [first, last] = this.scroll.range();
    this.store.want(first, last, total);
    const wanted = new Set(total ? [this.active] : []); // there for Tab, even out of sight
    for (let at = first - SPARE; at < last + SPARE; at += 1) if (at >= 0 && at < total) wanted.add(at);
    for (const [index, element] of this.drawn) {
      if (!wanted.has(index)) { element.remove(); this.drawn.delete(index); }
    }
    for (const index of [...wanted].sort((one, other) => one - other)) this.#row(index);
    this.viewport.setAttribute("aria-rowcount", total + 1);
    this.viewport.setAttribute("aria-busy", this.store.waiting);
    this.#marks();
    this.#say();
  }

  #row(index) {
    let element = this.drawn.get(index);
    const row = this.store.get(index);
    if (!element) {
      element = build("div", "opp-table-row", { role: "row" });
      element.oppIndex = index;
      this.drawn.set(index, element);
      this.body.append(element);
      fillRow(element, row, index, this.#data);
    } else if (element.oppRow !== row && (row !== undefined || !this.store.waiting)) {
      fillRow(element, row, index, this.#data);
    }
    element.style.top = `${this.scroll.top(index)}px`;
    element.tabIndex = index === this.active ? 0 : -1;
    element.classList.toggle("opp-table-even", index % 2 === 1);
  }

  #marks() {
    const list = this.model.get("selected");
    if (list !== this.chosenList) Object.assign(this, { chosenList: list, chosen: new Set(list) });
    const { chosen } = this;
    const whole = this.model.get("all_selected");
    for (const element of this.drawn.values()) {
      const selected = chosen.has(element.oppRow?.key);
      if (this.all) element.setAttribute("aria-selected", selected);
      const box = element.querySelector(".opp-table-check");
      if (box) box.checked = selected;
    }
    if (!this.all) return;
    this.all.checked = whole && chosen.size > 0;
    this.all.indeterminate = !whole && chosen.size > 0;
  }

  #say() {
    const { words } = this.#data;
    const unknown = this.model.get("generation") === 0;
    const [first] = this.scroll.range();
    const waits = this.store.waiting && this.store.get(first) === undefined;
    const state = this.store.failed ? "error" : unknown || waits ? "loading"
      : this.scroll.total === 0 ? "empty" : "";
    if (this.message.dataset.state === state && this.message.oppWords === words) return;
    Object.assign(this.message, { oppWords: words });
    this.message.dataset.state = state;
    this.message.setAttribute("role", { error: "alert", empty: "status" }[state] ?? "none");
    this.message.replaceChildren(...(state ? [build("p", "", {}, words[state])] : []));
    if (state === "error") {
      this.message.append(build("button", "opp-table-retry", { type: "button" }, words.retry));
    }
  }

  #retry() {
    this.store.failed = false;
    this.draw();
    this.drawn.get(this.active)?.focus({ preventScroll: true });
  }

  // -- what is done ---------------------------------------------------------------------------------

  #send(type, more = {}) {
    this.model.send({ type, generation: this.store.generation, ...more });
  }

  #open(index) {
    const row = this.store.get(index);
    if (row) this.#send("open", { key: row.key });
  }

  #select(keys) {
    this.model.set("selected", keys);
    this.model.save_changes();
    this.#marks();
  }

  #toggle(index) {
    const row = this.store.get(index);
    if (!row || !this.all) return;
    const before = this.model.get("selected");
    const others = before.filter((key) => key !== row.key);
    this.#select(others.length < before.length ? others : [...before, row.key]);
    this.anchor = index;
  }

  // Rows in between may not be here: Python adds their keys.
  #extend(index) {
    if (!this.all) return;
    const [from, last] = [this.anchor, index].sort((one, other) => one - other);
    this.#send("select_range", { from, to: last + 1 });
  }

  #goTo(index, move = true) {
    this.active = Math.min(Math.max(index, 0), this.scroll.total - 1);
    if (move) this.scroll.show(this.active);
    this.draw();
    this.drawn.get(this.active)?.focus({ preventScroll: true });
  }

  // Tab comes back to the row that was left, which may be out of sight by now. Nothing moves for a
  // row in sight: its click would end on another one.
  #intoSight() {
    const [first, last] = this.scroll.range();
    if (this.active >= first && this.active < last) return;
    this.scroll.show(this.active);
    this.draw();
  }

  #headClick(event) {
    const button = event.target.closest(".opp-table-sort");
    if (button) {
      const { name, descending } = this.model.get("sort");
      const again = name === button.dataset.name;
      this.model.set("sort", { name: button.dataset.name, descending: again && !descending });
      this.model.save_changes();
    } else if (event.target === this.all) {
      if (this.model.get("all_selected")) this.#select([]);
      else this.#send("select_all");
      this.#marks();
    }
  }

  #click(event) {
    const index = event.target.closest(".opp-table-row")?.oppIndex;
    if (index === undefined) return;
    const onBox = event.target.matches(".opp-table-check");
    this.#goTo(index, false);
    if (event.shiftKey) this.#extend(index);
    else if (onBox || event.ctrlKey || event.metaKey) this.#toggle(index);
    else {
      this.anchor = index;
      if (event.target.matches(".opp-table-open")) this.#open(index);
    }
    this.#marks();
  }

  #doubleClick(event) {
    const index = event.target.closest(".opp-table-row")?.oppIndex;
    const opened = event.target.matches(".opp-table-check, .opp-table-open");
    if (index !== undefined && !opened) this.#open(index);
  }

  #key(event) {
    event.stopPropagation(); // JupyterLab has shortcuts for nearly every key
    const index = event.target.closest(".opp-table-row")?.oppIndex;
    const { key } = event;
    const whole = key.toLowerCase() === "a" && (event.ctrlKey || event.metaKey);
    if (whole && this.all) this.#send("select_all");
    else if (index === undefined || event.altKey) return;
    else if (key === "Enter") this.#open(index);
    else if (key === " ") event.shiftKey ? this.#extend(index) : this.#toggle(index);
    else if (!this.#step(key, index, event.shiftKey)) return;
    event.preventDefault();
  }

  #step(key, index, extend) {
    const steps = { ArrowUp: -1, ArrowDown: 1, PageUp: -this.scroll.page, PageDown: this.scroll.page,
      Home: -Infinity, End: Infinity };
    if (!(key in steps)) return false;
    this.#goTo(index + steps[key]);
    if (extend) this.#extend(this.active);
    else this.anchor = this.active;
    return true;
  }
}

export default {
  render({ model, el }) {
    const life = new AbortController();
    new TableView(model, el, life.signal);
    return () => life.abort();
  },
};
