// What is under a pointer that is down stays as it is: drawn anew meanwhile, its click or its drag
// would be of something else, or of nothing.

class Steady {
  constructor(root, signal) {
    Object.assign(this, { down: false, put: [], signal });
    const on = (target, name, act) => target.addEventListener(name, act, { signal, capture: true });
    on(root, "pointerdown", () => { this.down = true; });
    for (const name of ["pointerup", "pointercancel"]) on(window, name, () => this.#up());
    // It may be let go where no page hears of it.
    on(window, "pointermove", ({ buttons }) => buttons || this.#up());
  }

  // Does at once what changes the picture, or once the pointer is up.
  when(act) {
    if (this.down) this.put.push(act);
    else act();
  }

  #up() {
    if (!this.down) return;
    this.down = false;
    setTimeout(() => this.#catchUp()); // after the click, which follows at once
  }

  #catchUp() {
    if (this.signal.aborted || this.down) return;
    this.put.splice(0).forEach((act) => act());
  }
}
