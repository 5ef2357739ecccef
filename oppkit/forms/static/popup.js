// What opens beside a control: in the top layer, so that no notebook cell clips it.

const POPUP_GAP = 3; // pixels between the control and what opens
const POPUP_EDGE = 8; // pixels that stay free at the edge of the window
const POPUP_TALL = 336; // pixels; the style sheets let nothing here grow taller

// Shows `element` under `anchor`, or above it where there is more room, and follows it when
// something scrolls. `gone` is called when the anchor is out of sight.
class Popup {
  constructor(anchor, element, gone) {
    Object.assign(this, { anchor, element, gone, life: null });
    element.setAttribute("popover", "manual");
  }

  get isOpen() {
    return this.life !== null;
  }

  show(host) {
    if (this.isOpen) return;
    this.life = new AbortController();
    const { signal } = this.life;
    host.append(this.element);
    this.element.showPopover();
    const follow = () => this.place();
    window.addEventListener("scroll", follow, { capture: true, passive: true, signal });
    window.addEventListener("resize", follow, { signal });
    const sight = new IntersectionObserver((seen) => seen.at(-1).isIntersecting || this.gone());
    sight.observe(this.anchor);
    signal.addEventListener("abort", () => sight.disconnect());
    this.place();
  }

  place() {
    if (!this.isOpen) return;
    const { element } = this;
    const box = this.anchor.getBoundingClientRect();
    const below = window.innerHeight - box.bottom - POPUP_GAP - POPUP_EDGE;
    const above = box.top - POPUP_GAP - POPUP_EDGE;
    // What is inside may scroll by itself: its own height is what it would like to have.
    const tall = [...element.children].reduce((sum, { scrollHeight }) => sum + scrollHeight, 0);
    const up = above > below && Math.min(tall, POPUP_TALL) > below;
    element.style.setProperty("--opp-anchor", `${box.width}px`);
    element.style.setProperty("--opp-room", `${Math.max(up ? above : below, 60)}px`);
    const top = up ? box.top - POPUP_GAP - element.offsetHeight : box.bottom + POPUP_GAP;
    const right = window.innerWidth - element.offsetWidth - POPUP_EDGE;
    element.style.top = `${top}px`;
    element.style.left = `${Math.max(POPUP_EDGE, Math.min(box.left, right))}px`;
  }

  hide() {
    this.life?.abort();
    this.life = null;
    this.element.remove();
  }
}
