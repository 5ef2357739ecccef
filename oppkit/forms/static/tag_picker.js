// Coloured chips, and a field to add one: out of the options, all of which are on the page.

const TAGS_SHOWN = 100; // entries in the list at once; typing finds the others

class TagField extends InputField {
  constructor(model, el, signal) {
    super(model, el, signal, "opp-tag-picker");
    this.chips = build("ul", "opp-tags", { role: "list" });
    this.live = build("span", "opp-unseen opp-tags-live", { role: "status" });
    this.control.prepend(this.chips);
    this.control.append(this.live);
    this.combobox = attachCombobox(this.input, this.#options());
    this.input.addEventListener("keydown", (event) => this.#key(event), { signal });
    this.control.addEventListener("click", (event) => this.#click(event), { signal });
    this.hear(["options", "value", "label", "words", "disabled"], () => this.draw());
    this.hear(["msg:custom"], (message) => this.#created(message));
    this.draw();
  }

  #options() {
    const { model, signal, control } = this;
    return {
      signal,
      host: control,
      anchor: control,
      ask: (text) => this.#found(text),
      choose: ({ key }) => this.#add(key),
      create: model.get("creates") ? (text) => this.#create(text) : undefined,
      known: (text) => model.get("options").some(({ label }) => folded(label) === folded(text)),
      get words() { return model.get("words"); },
      get label() { return model.get("label"); },
    };
  }

  get #codes() {
    return this.model.get("value");
  }

  #option(code) {
    const known = this.model.get("options").find((option) => option.code === code);
    return known ?? { code, label: code, colour: "" };
  }

  // Those that begin with what was typed come first.
  #found(text) {
    const words = folded(text).split(/\s+/).filter(Boolean);
    const chosen = new Set(this.#codes);
    const free = this.model.get("options").filter(({ code, label }) =>
      !chosen.has(code) && words.every((word) => folded(label).includes(word)));
    const late = ({ label }) => Number(!folded(label).startsWith(words[0] ?? ""));
    return free.sort((one, other) => late(one) - late(other)).slice(0, TAGS_SHOWN)
      .map(({ code, label, colour }) => ({ key: code, label, colour }));
  }

  draw() {
    const { words } = this;
    this.input.placeholder = this.#codes.length ? "" : words.add;
    this.chips.setAttribute("aria-label", this.model.get("label"));
    this.chips.hidden = this.#codes.length === 0;
    this.chips.replaceChildren(...this.#codes.map((code) => this.#chip(this.#option(code))));
    if (!this.model.get("label")) this.input.setAttribute("aria-label", words.add);
  }

  #chip({ code, label, colour }) {
    const chip = build("li", "opp-tag", { title: label });
    const remove = crossButton("opp-tag-remove");
    named(remove, filledIn(this.words.remove, { name: label }));
    remove.hidden = this.model.get("disabled");
    remove.addEventListener("click", (event) => {
      event.stopPropagation();
      this.#remove(code);
    });
    chip.append(colourDot(colour), build("span", "opp-tag-label", {}, label), remove);
    return chip;
  }

  // -- what is done ------------------------------------------------------------------------------

  #keep(codes, word, code) {
    this.keep({ value: codes });
    this.live.textContent = filledIn(this.words[word], { name: this.#option(code).label });
    this.draw();
    this.input.focus({ preventScroll: true });
  }

  #add(code) {
    this.input.value = "";
    if (!this.#codes.includes(code)) this.#keep([...this.#codes, code], "added", code);
  }

  #remove(code) {
    this.combobox.close();
    this.#keep(this.#codes.filter((one) => one !== code), "removed", code);
  }

  #create(text) {
    this.model.send({ type: "create", view: this.view, text });
  }

  #created({ view, type, text, code }) {
    if (view !== this.view || type !== "created" || !code) return;
    if (this.input.value.trim() === text) this.input.value = "";
    this.live.textContent = filledIn(this.words.added, { name: this.#option(code).label });
  }

  #key(event) {
    if (event.key !== "Backspace" || event.isComposing || this.input.value) return;
    const last = this.#codes.at(-1);
    if (last !== undefined) this.#remove(last);
  }

  // The whole box is the field.
  #click(event) {
    if (event.target === this.control || event.target === this.chips) this.input.focus();
  }
}

export default {
  render({ model, el }) {
    const life = new AbortController();
    new TagField(model, el, life.signal);
    return () => life.abort();
  },
};
