// A field in which one of many records is found as one types; Python is asked for each text.

class PickField extends InputField {
  constructor(model, el, signal) {
    super(model, el, signal, "opp-pick");
    Object.assign(this, { answers: new Map(), asked: 0 });
    this.clear = crossButton("opp-pick-clear");
    this.clear.tabIndex = -1; // by keyboard the text is deleted
    this.control.append(this.clear);
    this.combobox = attachCombobox(this.input, this.#options());
    this.input.addEventListener("input", () => this.#typed(), { signal });
    this.clear.addEventListener("click", () => this.#clear(), { signal });
    this.hear(["text", "key", "placeholder", "required", "disabled", "words"], () => this.draw());
    this.hear(["msg:custom"], (message) => this.#received(message));
    this.draw();
  }

  #options() {
    const { model, signal, control: host } = this;
    return {
      host,
      signal,
      ask: (text) => this.#ask(text),
      choose: ({ key, label }) => this.keep({ text: label, key }),
      create: model.get("creates") ? (text) => this.#create(text) : undefined,
      chosen: () => model.get("key") !== "",
      free: model.get("free"),
      get words() { return model.get("words"); },
      get label() { return model.get("label") || model.get("placeholder"); },
    };
  }

  draw() {
    const { model, input } = this;
    const text = model.get("text");
    if (input.value !== text) {
      this.combobox?.close();
      input.value = text;
    }
    input.placeholder = model.get("placeholder");
    if (!model.get("label")) input.setAttribute("aria-label", input.placeholder);
    const fixed = model.get("required") || model.get("disabled");
    this.clear.hidden = fixed || text === "";
    named(this.clear, this.words.clear);
  }

  #typed() {
    this.keep({ text: this.input.value, key: "" });
  }

  #clear() {
    this.combobox.close();
    this.keep({ text: "", key: "" });
    this.input.focus();
  }

  #ask(text) {
    this.asked += 1;
    const ask = this.asked;
    this.model.send({ type: "ask", view: this.view, ask, text });
    return new Promise((resolve) => this.answers.set(ask, resolve));
  }

  // Nothing can be typed until Python has chosen what it made: the text becomes its name.
  #create(text) {
    this.#busy(true);
    this.model.send({ type: "create", view: this.view, text });
  }

  #busy(busy) {
    this.input.readOnly = busy;
    this.control.setAttribute("aria-busy", busy);
  }

  #received(message) {
    if (message.view !== this.view) return;
    if (message.type === "created") this.#busy(false);
    else if (message.type === "found") {
      this.answers.get(message.ask)?.(message.choices);
      this.answers.delete(message.ask);
    }
  }
}

export default {
  render({ model, el }) {
    const life = new AbortController();
    new PickField(model, el, life.signal);
    return () => life.abort();
  },
};
