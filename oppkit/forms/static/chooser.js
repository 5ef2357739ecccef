// Lines of figures of which one can be chosen, a button in each: one stop of Tab for all of them, and
// arrows between (WAI-ARIA: roving tabindex). Joined after steady.js.

class Chooser {
  // line, button: selectors; a line has its key. draw fills the root anew, when one of the traits in
  // `shown` changes; marked shows on a line that it is the chosen one, beside its button.
  constructor(model, root, { line, button, shown, draw, marked = () => {}, open = () => true }) {
    Object.assign(this, { model, root, line, button, fill: draw, marked, open });
    this.reached = ""; // the key of the line that Tab comes to
    this.life = new AbortController();
    const { signal } = this.life;
    const steady = new Steady(root, signal);
    const heard = { selected: () => this.#mark(), busy: () => this.#wait() };
    for (const name of shown) heard[name] = () => steady.when(() => this.#draw());
    for (const [name, act] of Object.entries(heard)) {
      model.on(`change:${name}`, act);
      signal.addEventListener("abort", () => model.off(`change:${name}`, act));
    }
    root.addEventListener("click", (event) => this.#click(event), { signal });
    root.addEventListener("focusin", (event) => this.#focused(event), { signal });
    root.addEventListener("keydown", (event) => this.#key(event), { signal });
    this.#draw();
    this.#wait();
  }

  end() {
    this.life.abort();
  }

  get #buttons() {
    return [...this.root.querySelectorAll(this.button)];
  }

  #keyOf(element) {
    return element.closest(this.line).dataset.key;
  }

  #draw() {
    const focused = this.root.contains(document.activeElement);
    this.fill();
    this.#mark();
    if (focused) this.#buttons.find(({ tabIndex }) => tabIndex === 0)?.focus();
  }

  #mark() {
    const selected = this.model.get("selected");
    for (const line of this.root.querySelectorAll(this.line)) {
      this.marked(line, line.dataset.key === selected);
    }
    const all = this.#buttons;
    const stop = all.find((button) => this.#keyOf(button) === this.reached) ?? all[0];
    for (const button of all) {
      button.setAttribute("aria-pressed", this.#keyOf(button) === selected);
      button.tabIndex = button === stop ? 0 : -1;
    }
  }

  #wait() {
    this.root.setAttribute("aria-busy", this.model.get("busy"));
  }

  #click({ target }) {
    const line = target.closest(this.line);
    if (line && this.open()) this.model.send({ type: "choose", key: line.dataset.key });
  }

  #focused({ target }) {
    if (!target.matches(this.button)) return;
    this.reached = this.#keyOf(target);
    this.#mark();
  }

  #key(event) {
    event.stopPropagation(); // JupyterLab has shortcuts for nearly every key
    const all = this.#buttons;
    const at = all.indexOf(event.target);
    const steps = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: all.length - 1 };
    if (at < 0 || !(event.key in steps)) return;
    event.preventDefault();
    all[steps[event.key]]?.focus();
  }
}
