// Dragging a row by its handle, with mouse, pen or finger. A line shows where it lands.

const GRID_EDGE = 40; // pixels from the edge where what holds the grid begins to scroll
const GRID_QUICK = 12; // pixels per frame at the very edge

function scrollerOf(element) {
  for (let one = element.parentElement; one; one = one.parentElement) {
    const scrolls = /auto|scroll/.test(getComputedStyle(one).overflowY);
    if (scrolls && one.scrollHeight > one.clientHeight) return one;
  }
  return document.scrollingElement;
}

class GridDrag {
  constructor(body, move, signal) {
    Object.assign(this, { body, move, drag: null });
    this.line = build("div", "opp-grid-line", { "aria-hidden": "true" });
    const on = (name, act) => body.addEventListener(name, act, { signal });
    on("pointerdown", (event) => this.#down(event));
    on("pointermove", (event) => this.#move(event));
    on("pointerup", (event) => this.#up(event));
    on("pointercancel", () => this.cancel());
    // A finger is captured by the handle first, which loses it to all rows.
    on("lostpointercapture", ({ target }) => target === body && this.cancel());
    document.addEventListener("keydown", (event) => this.#key(event), { capture: true, signal });
    signal.addEventListener("abort", () => this.cancel());
  }

  #down(event) {
    const row = event.target.closest(".opp-grid-handle")?.closest(".opp-grid-row");
    if (!row || event.button !== 0 || !event.isPrimary || row.matches(":disabled *")) return;
    event.preventDefault(); // no selection of text, and the cursor stays where it was
    this.cancel();
    const { pointerId, clientY: y } = event;
    this.drag = { row, pointerId, y, scroller: scrollerOf(this.body) };
    this.body.setPointerCapture(event.pointerId);
    row.classList.add("opp-grid-dragged");
    this.#roll();
  }

  #move(event) {
    if (this.drag?.pointerId !== event.pointerId) return;
    this.drag.y = event.clientY;
    this.#follow();
  }

  // Lands before the first row whose middle is below the pointer.
  #follow() {
    const { drag } = this;
    const rows = [...this.body.querySelectorAll(".opp-grid-row")];
    const middle = (row) => {
      const { top, bottom } = row.getBoundingClientRect();
      return (top + bottom) / 2;
    };
    const before = rows.findIndex((row) => middle(row) > drag.y);
    const slot = before < 0 ? rows.length : before;
    const from = rows.indexOf(drag.row);
    drag.to = slot > from ? slot - 1 : slot;
    const next = rows[slot];
    const top = next ? next.offsetTop : rows.at(-1).offsetTop + rows.at(-1).offsetHeight;
    this.line.style.top = `${top}px`;
    if (drag.to === from) this.line.remove();
    else if (!this.line.isConnected) this.body.append(this.line);
  }

  #roll() {
    const { drag } = this;
    if (!drag) return;
    const page = drag.scroller === document.scrollingElement;
    const whole = { top: 0, bottom: window.innerHeight };
    const { top, bottom } = page ? whole : drag.scroller.getBoundingClientRect();
    const near = Math.max(0, drag.y - bottom + GRID_EDGE) - Math.max(0, top + GRID_EDGE - drag.y);
    if (near && drag.to !== undefined) {
      drag.scroller.scrollTop += Math.max(-1, Math.min(1, near / GRID_EDGE)) * GRID_QUICK;
      this.#follow();
    }
    drag.frame = requestAnimationFrame(() => this.#roll());
  }

  #up(event) {
    if (this.drag?.pointerId !== event.pointerId) return;
    const { row, to } = this.drag;
    this.cancel();
    if (to !== undefined) this.move(row.oppRow.key, to);
  }

  #key(event) {
    if (!this.drag || event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    this.cancel();
  }

  cancel() {
    const { drag } = this;
    if (!drag) return;
    this.drag = null;
    cancelAnimationFrame(drag.frame);
    this.line.remove();
    drag.row.classList.remove("opp-grid-dragged");
    const { pointerId } = drag;
    if (this.body.hasPointerCapture(pointerId)) this.body.releasePointerCapture(pointerId);
  }
}
