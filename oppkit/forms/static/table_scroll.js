// Which rows are in sight, and which of them are known here.

// Taller elements are cut: by Firefox near 17.8 million pixels, by Chromium near 33.5.
const TALLEST = 8_000_000;
const MARGIN = 40; // rows asked for above and below those in sight
const KEPT = 2000; // rows remembered above and below

// Turns the scroll position into `offset`, the pixels of list above the first row in sight. Where
// the list is taller than an element may be, a long way of the scroll bar is scaled, and a short
// one (wheel, touch) is taken as it is, so that no row is passed unseen.
class RowScroll {
  constructor(viewport, head, body) {
    Object.assign(this, { viewport, head, body, total: 0, rowHeight: 1, offset: 0, last: 0 });
  }

  get height() {
    return Math.max(0, this.viewport.clientHeight - this.head.offsetHeight);
  }

  get end() {
    return Math.max(0, this.total * this.rowHeight - this.height);
  }

  get scale() {
    const way = Math.min(this.total * this.rowHeight, TALLEST) - this.height;
    return this.total * this.rowHeight > TALLEST ? this.end / way : 1;
  }

  resize(total, rowHeight) {
    Object.assign(this, { total, rowHeight });
    this.body.style.height = `${Math.min(total * rowHeight, TALLEST)}px`;
    this.moveTo(this.offset);
  }

  moveTo(offset) {
    this.offset = Math.min(Math.max(offset, 0), this.end);
    this.settle();
  }

  // Puts the scroll bar where the rows are.
  settle() {
    const wanted = this.offset / this.scale;
    if (Math.abs(this.viewport.scrollTop - wanted) > 1 || this.scale === 1) {
      this.viewport.scrollTop = wanted;
    }
    this.last = this.viewport.scrollTop;
  }

  scrolled() {
    const top = this.viewport.scrollTop;
    const way = top - this.last;
    this.last = top;
    if (this.scale === 1) this.offset = top;
    else if (top <= 0 || top >= this.end / this.scale - 1) this.offset = top <= 0 ? 0 : this.end;
    else if (Math.abs(way) > 3 * this.height) this.offset = top * this.scale;
    else this.offset = Math.min(Math.max(this.offset + way, 0), this.end);
  }

  show(index) {
    const top = index * this.rowHeight;
    if (top < this.offset) this.moveTo(top);
    else if (top + this.rowHeight > this.offset + this.height) {
      this.moveTo(top + this.rowHeight - this.height);
    }
  }

  top(index) {
    return index * this.rowHeight - this.offset + this.viewport.scrollTop;
  }

  range() {
    const first = Math.floor(this.offset / this.rowHeight);
    const last = Math.ceil((this.offset + this.height) / this.rowHeight);
    return [Math.min(first, this.total), Math.min(last, this.total)];
  }

  get page() {
    return Math.max(1, Math.floor(this.height / this.rowHeight) - 1);
  }
}

// The rows that came, by number. One question is under way at a time; when its answer comes, what
// is wanted by then is asked for, so that fast scrolling never piles up work for the kernel.
class RowStore {
  constructor(model) {
    this.model = model;
    this.view = Math.random().toString(36).slice(2);
    this.begin();
  }

  // What is on the page stays there until the new rows come.
  begin() {
    this.generation = this.model.get("generation");
    this.rows = new Map(this.model.get("first").map((row, index) => [index, row]));
    this.waiting = this.failed = false;
  }

  get(index) {
    return this.rows.get(index);
  }

  want(first, last, total) {
    this.wanted = [first, last];
    if (this.waiting || this.failed || !total) return;
    const near = (margin) => [Math.max(0, first - margin), Math.min(total, last + margin)];
    if (!this.#lacks(...near(MARGIN / 2))) return;
    let [from, to] = near(MARGIN);
    while (this.rows.has(from)) from += 1;
    while (this.rows.has(to - 1)) to -= 1;
    this.waiting = true;
    this.model.send({ type: "rows", from, to, generation: this.generation, view: this.view });
  }

  #lacks(from, to) {
    for (let index = from; index < to; index += 1) if (!this.rows.has(index)) return true;
    return false;
  }

  // Takes an answer; says whether it belongs to what is shown.
  take(answer) {
    if (answer.generation !== this.generation) return false;
    const mine = answer.view === this.view;
    if (mine) this.waiting = false;
    if (answer.type === "failed") this.failed ||= mine;
    // A row that the source no longer has is null: known to be absent, and not asked for again.
    else for (let index = answer.from; index < answer.to; index += 1) {
      this.rows.set(index, answer.rows[index - answer.from] ?? null);
    }
    this.#forget();
    return true;
  }

  #forget() {
    if (this.rows.size < 3 * KEPT) return;
    const [first, last] = this.wanted;
    for (const index of this.rows.keys()) {
      if (index < first - KEPT || index > last + KEPT) this.rows.delete(index);
    }
  }
}
