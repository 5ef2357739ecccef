// Dragging with mouse, pen or finger. Pointer events: JupyterLab has its own drag and drop, which
// takes the browser's over, and that of the browser does not know touch.

const FAR = 5; // pixels of movement that make a drag of a click
const HOLD = 350; // milliseconds a finger rests on a card to pick it up rather than to scroll
const EDGE = 56; // pixels from the edge where the board begins to scroll
const QUICK = 14; // pixels per frame at the very edge

class Drag {
  constructor(view, signal) {
    Object.assign(this, { view, root: view.root, scroller: view.scroller, drag: null });
    const on = (target, name, act, options = {}) =>
      target.addEventListener(name, act, { signal, ...options });
    on(this.root, "pointerdown", (event) => this.#down(event));
    on(this.root, "pointermove", (event) => this.#move(event));
    on(this.root, "pointerup", (event) => this.#up(event));
    on(this.root, "pointercancel", () => this.cancel());
    // A finger is captured by its card first, which loses it to the board.
    on(this.root, "lostpointercapture", ({ target }) => target === this.root && this.cancel());
    on(this.root, "touchmove", (event) => this.drag?.ghost && event.preventDefault(),
      { passive: false });
    on(this.root, "dragstart", (event) => event.preventDefault());
    // Asked for by a finger that is held, a menu would take the card out of it.
    on(this.root, "contextmenu", (event) => this.drag?.finger && event.preventDefault());
    on(document, "keydown", (event) => this.#key(event), { capture: true });
    signal.addEventListener("abort", () => this.cancel());
  }

  get card() {
    return this.drag?.ghost ? this.drag.card : null;
  }

  #down(event) {
    const element = event.target.closest(".opp-card");
    if (!element || event.button !== 0 || !event.isPrimary) return;
    if (this.view.isSaving(element.oppCard.key)) return;
    this.cancel();
    const { clientX: x, clientY: y, pointerId } = event;
    const finger = event.pointerType === "touch";
    this.drag = { element, card: element.oppCard, x, y, startX: x, startY: y, pointerId, finger };
    this.drag.from = element.closest(".opp-board-column").oppColumn.key;
    if (finger) this.drag.timer = setTimeout(() => this.#start(), HOLD);
  }

  #move(event) {
    if (!this.drag || event.pointerId !== this.drag.pointerId) return;
    Object.assign(this.drag, { x: event.clientX, y: event.clientY });
    const far = Math.hypot(this.drag.x - this.drag.startX, this.drag.y - this.drag.startY) > FAR;
    if (this.drag.ghost) this.#follow();
    else if (far && this.drag.finger) this.cancel(); // it scrolls
    else if (far) this.#start();
  }

  #start() {
    const { drag } = this;
    this.root.setPointerCapture(drag.pointerId);
    const place = drag.element.getBoundingClientRect();
    const ghost = drag.element.cloneNode(true);
    ghost.classList.add("opp-card-ghost");
    ghost.removeAttribute("id");
    ghost.removeAttribute("tabindex");
    ghost.setAttribute("aria-hidden", "true");
    ghost.style.width = `${place.width}px`;
    Object.assign(drag, { ghost, left: place.left - drag.startX, top: place.top - drag.startY });
    // In the body: a position of its own is not cut or shifted by what surrounds the board.
    document.body.append(ghost);
    this.view.showDragged(drag.card.key);
    this.#follow();
    this.#roll();
  }

  #follow() {
    const { drag } = this;
    drag.ghost.style.transform = `translate(${drag.x + drag.left}px, ${drag.y + drag.top}px)`;
    const board = this.scroller.getBoundingClientRect();
    const level = drag.y > board.top - EDGE && drag.y < board.bottom + EDGE
      && drag.x >= board.left && drag.x <= board.right;
    drag.over = null;
    for (const column of this.scroller.querySelectorAll(".opp-board-column")) {
      const { left, right } = column.getBoundingClientRect();
      const over = level && drag.x >= left && drag.x <= right;
      const other = over && column.oppColumn.key !== drag.from;
      const taken = other && this.view.takes(column.oppColumn, drag.card);
      column.classList.toggle("opp-board-over", taken);
      column.classList.toggle("opp-board-closed", other && !taken);
      if (other) drag.over = column.oppColumn;
    }
  }

  // Scrolls sideways as long as the card is held near an edge.
  #roll() {
    const { drag } = this;
    if (!drag?.ghost) return;
    const { left, right } = this.scroller.getBoundingClientRect();
    const near = Math.max(0, drag.x - right + EDGE) - Math.max(0, left + EDGE - drag.x);
    if (near) {
      this.scroller.scrollLeft += Math.max(-1, Math.min(1, near / EDGE)) * QUICK;
      this.#follow();
    }
    drag.frame = requestAnimationFrame(() => this.#roll());
  }

  #up(event) {
    if (!this.drag || event.pointerId !== this.drag.pointerId) return;
    const { card, from, over, ghost } = this.drag;
    this.#end();
    if (!ghost) return;
    // The click that ends a drag is none.
    const swallow = (click) => click.stopPropagation();
    this.root.addEventListener("click", swallow, { capture: true, once: true });
    setTimeout(() => this.root.removeEventListener("click", swallow, { capture: true }));
    this.view.showDragged(null);
    if (over) this.view.drop(card, from, over.key);
  }

  #key(event) {
    if (!this.card || event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    const { card } = this;
    this.cancel();
    this.view.announce("cancelled", card);
  }

  cancel() {
    if (!this.drag) return;
    this.#end();
    this.view.showDragged(null);
  }

  #end() {
    const { drag } = this;
    this.drag = null;
    clearTimeout(drag.timer);
    cancelAnimationFrame(drag.frame);
    drag.ghost?.remove();
    for (const column of this.scroller.querySelectorAll(".opp-board-column")) {
      column.classList.remove("opp-board-over", "opp-board-closed");
    }
    if (this.root.hasPointerCapture(drag.pointerId)) this.root.releasePointerCapture(drag.pointerId);
  }
}
