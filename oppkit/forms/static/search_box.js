// A box to search in: one question at a time, and of the texts that wait only the last is asked.

class SearchBoxView {
  constructor(model, el, signal) {
    Object.assign(this, { model, el, asking: false, asked: model.get("text") });
    this.view = Math.random().toString(36).slice(2);
    el.classList.add("opp-search-box");
    this.input = build("input", "opp-search-input", { type: "text", role: "searchbox",
      autocomplete: "off", spellcheck: "false" });
    this.clear = build("button", "opp-search-clear", { type: "button" });
    this.clear.textContent = "×";
    el.replaceChildren(this.input, this.clear);
    this.#listen(el, signal);
    this.input.value = model.get("text");
    this.#words();
    this.#show();
  }

  #listen(el, signal) {
    const on = (target, name, act) => target.addEventListener(name, act, { signal });
    on(el, "keydown", (event) => this.#key(event));
    on(this.input, "input", () => this.#typed());
    on(this.clear, "click", () => this.#empty());
    const heard = {
      "change:text": () => this.#show(),
      "change:label": () => this.#words(),
      "change:placeholder": () => this.#words(),
      "change:clear": () => this.#words(),
      "msg:custom": (answer) => this.#answered(answer),
    };
    for (const [name, act] of Object.entries(heard)) this.model.on(name, act);
    signal.addEventListener("abort", () => {
      for (const [name, act] of Object.entries(heard)) this.model.off(name, act);
    });
  }

  #words() {
    this.input.setAttribute("aria-label", this.model.get("label"));
    this.input.placeholder = this.model.get("placeholder");
    this.clear.setAttribute("aria-label", this.model.get("clear"));
  }

  // What a search brought back is not newer than what is being typed.
  #show() {
    const text = this.model.get("text");
    if (text !== this.asked) {
      this.asked = text;
      this.input.value = text;
    }
    this.clear.hidden = this.input.value === "";
  }

  #typed() {
    this.clear.hidden = this.input.value === "";
    this.#ask();
  }

  #ask() {
    if (this.asking) return;
    this.asking = this.input.value !== this.asked;
    this.el.setAttribute("aria-busy", this.asking);
    if (!this.asking) return;
    this.asked = this.input.value;
    this.model.send({ type: "search", text: this.asked, view: this.view });
  }

  #answered(answer) {
    if (answer.type !== "answered" || answer.view !== this.view) return;
    this.asking = false;
    this.#ask();
  }

  #empty() {
    this.input.value = "";
    this.#typed();
    this.input.focus();
  }

  #key(event) {
    event.stopPropagation(); // JupyterLab has shortcuts for nearly every key
    if (event.key === "Escape" && this.input.value) {
      event.preventDefault();
      this.#empty();
    }
  }
}

export default {
  render({ model, el }) {
    const life = new AbortController();
    new SearchBoxView(model, el, life.signal);
    return () => life.abort();
  },
};
