// A text field that proposes entries while one types (WAI-ARIA 1.2: combobox with a listbox).
// Joined after steady.js, popup.js and combobox_list.js.

const COMBO_DELAY = 80; // milliseconds without a key before the text is asked about
const COMBO_PAGE = 8; // entries that PageUp and PageDown pass

class Combobox {
  constructor(input, options) {
    // asked: number of the latest question; an answer to an earlier one is dropped.
    // eager: Enter was pressed, or the field was left, before the answer came.
    Object.assign(this, { input, options, asked: 0, active: -1, entries: [], typed: "" });
    Object.assign(this, { waiting: false, typing: false, eager: false });
    this.id = `opp-combo-${Math.random().toString(36).slice(2)}`;
    this.#build();
    this.#listen(options.signal);
  }

  get isOpen() {
    return this.popup.isOpen;
  }

  // Closes the list; an answer under way is not waited for.
  close() {
    this.asked += 1;
    Object.assign(this, { waiting: false, eager: false });
    clearTimeout(this.timer);
    this.#hide();
  }

  #build() {
    const { input, options } = this;
    const attributes = { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false",
      "aria-haspopup": "listbox", autocomplete: "off", spellcheck: "false" };
    for (const [name, value] of Object.entries(attributes)) input.setAttribute(name, value);
    this.list = build("ul", "opp-combo-list", { role: "listbox", id: `${this.id}-list` });
    this.state = build("p", "opp-combo-state");
    this.status = build("span", "opp-unseen", { role: "status" });
    this.element = build("div", "opp-combo");
    this.element.append(this.list, this.state);
    this.popup = new Popup(options.anchor ?? input, this.element, () => this.close());
    this.steady = new Steady(this.element, options.signal);
  }

  #listen(signal) {
    const on = (target, name, act) => target.addEventListener(name, act, { signal });
    on(this.input, "input", (event) => event.isComposing || this.#typed());
    on(this.input, "compositionend", () => this.#typed());
    on(this.input, "keydown", (event) => this.#key(event));
    on(this.input, "click", () => this.#openAll());
    on(this.input, "blur", () => this.#left());
    on(this.element, "mousedown", (event) => event.preventDefault()); // the input keeps the focus
    on(this.element, "click", (event) => this.#click(event));
    signal.addEventListener("abort", () => this.close());
  }

  // -- asking ------------------------------------------------------------------------------------

  #typed() {
    Object.assign(this, { typing: true, eager: false });
    this.#ask(this.input.value, COMBO_DELAY);
  }

  // Opened without typing: what was chosen before must not hide all other entries.
  #openAll() {
    const { input, options } = this;
    if (this.isOpen || input.disabled || input.readOnly) return;
    this.typing = false;
    this.#ask(options.chosen?.() ? "" : input.value, 0);
  }

  #ask(text, delay) {
    this.asked += 1;
    const number = this.asked;
    Object.assign(this, { waiting: true, typed: text });
    this.#activate(-1);
    clearTimeout(this.timer);
    this.timer = setTimeout(async () => {
      const found = await Promise.resolve(this.options.ask(text)).catch(() => []);
      this.steady.when(() => number === this.asked && this.#answered(found));
    }, delay);
    // What was found before stays until the answer comes, so that the list does not flicker.
    this.entries = this.isOpen ? this.entries.filter(({ creates }) => !creates) : [];
    this.#draw();
  }

  #answered(found) {
    const { options, eager } = this;
    const focused = document.activeElement === this.input;
    Object.assign(this, { waiting: false, eager: false });
    const same = found.filter(({ label, code }) => this.#isTyped(label) || this.#isTyped(code));
    const certain = same.length ? same : focused ? found : [];
    if (eager && certain.length === 1) return this.#take(certain[0]);
    if (!focused) return undefined;
    const text = this.typed.trim();
    this.entries = [...found];
    const known = options.known?.(text) || found.some(({ label }) => this.#isTyped(label));
    if (options.create && text && !known) {
      const label = filledIn(options.words.create, { text });
      this.entries.push({ label, creates: true, text });
    }
    this.#draw();
    if (this.typing && text && !options.free) this.#activate(0);
    return undefined;
  }

  #isTyped(text) {
    return Boolean(text) && folded(text) === folded(this.typed.trim());
  }

  // -- what is shown -----------------------------------------------------------------------------

  #draw() {
    const { words, free, host } = this.options;
    const state = this.waiting ? "loading" : "nothing";
    const message = this.entries.length ? "" : words[state];
    if (free && !this.entries.length) return this.#hide();
    this.list.replaceChildren(...this.entries.map((entry, place) =>
      comboEntry(entry, `${this.id}-${place}`, entry.creates ? "" : this.typed)));
    this.list.hidden = this.entries.length === 0;
    this.list.setAttribute("aria-label", this.options.label ?? "");
    this.element.setAttribute("aria-busy", this.waiting);
    this.state.textContent = message;
    this.state.hidden = message === "";
    this.#show(host ?? this.input.parentElement);
    if (!this.waiting) this.status.textContent = message;
    return undefined;
  }

  #show(host) {
    if (!this.status.isConnected) host.append(this.status);
    this.popup.show(host);
    this.popup.place();
    this.input.setAttribute("aria-expanded", "true");
    this.input.setAttribute("aria-controls", this.list.id);
  }

  #hide() {
    this.#activate(-1);
    this.popup.hide();
    this.status.textContent = "";
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-controls");
  }

  #activate(place) {
    this.active = place < this.entries.length ? place : -1;
    [...this.list.children].forEach((element, at) =>
      element.setAttribute("aria-selected", at === this.active));
    const element = this.list.children[this.active];
    if (!element) return this.input.removeAttribute("aria-activedescendant");
    this.input.setAttribute("aria-activedescendant", element.id);
    return element.scrollIntoView({ block: "nearest" });
  }

  // -- what is done ------------------------------------------------------------------------------

  #take(entry) {
    this.close();
    if (entry.creates) this.options.create(entry.text);
    else this.options.choose(entry);
  }

  #click(event) {
    event.stopPropagation();
    const element = event.target.closest(".opp-combo-option");
    const entry = this.entries[[...this.list.children].indexOf(element)];
    if (entry) this.#take(entry);
  }

  // A name or a code typed to its end and left at once is what it says.
  #left() {
    const resolves = this.waiting && this.typing && !this.options.free;
    if (!resolves) return this.close();
    this.eager = true;
    return this.#hide();
  }

  #key(event) {
    if (event.isComposing || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === "Tab") this.#tab();
    else if (this.#handles(event.key, event.shiftKey)) {
      event.preventDefault();
      event.stopPropagation();
    }
  }

  // Tab takes what is highlighted, but makes nothing new.
  #tab() {
    const entry = this.isOpen && this.entries[this.active];
    if (entry && !entry.creates) this.#take(entry);
  }

  // Does what a key stands for; false: it is not for the list.
  #handles(key, shift) {
    if (!this.isOpen) {
      if (!["ArrowDown", "ArrowUp"].includes(key)) return false;
      this.#openAll();
      return true;
    }
    if (key === "Escape") this.close();
    else if (key === "Enter") return this.#enter();
    else if (shift || !this.#step(key)) return false;
    return true;
  }

  #enter() {
    const entry = this.entries[this.active];
    if (entry) this.#take(entry);
    else if (this.waiting && this.typing && !this.options.free) this.eager = true;
    else {
      this.close();
      return false;
    }
    return true;
  }

  #step(key) {
    const last = this.entries.length - 1;
    const { active } = this;
    const steps = { ArrowDown: active < last ? active + 1 : 0,
      ArrowUp: active > 0 ? active - 1 : last,
      PageDown: Math.min(active + COMBO_PAGE, last), PageUp: Math.max(active - COMBO_PAGE, 0) };
    // Without a highlighted entry, these move the cursor in the text.
    if (active >= 0) Object.assign(steps, { Home: 0, End: last });
    if (!(key in steps)) return false;
    if (!this.waiting) this.#activate(steps[key]);
    return true;
  }
}

// Makes a combobox of a text field. In `options`:
//   ask(text)       entries {key, label, detail, code, colour} for a text, or a promise of them
//   choose(entry)   called with what was chosen; the caller writes its label into the field
//   create(text)    optional: the list then ends with `words.create`, of which {text} is filled
//   known(text)     optional: there is one of this name already, and it is not to be created
//   words           loading, nothing and, with `create`, create
//   signal          ends it
//   free            optional: any text will do, so nothing is highlighted by itself
//   chosen()        optional: the text is that of a chosen entry; opening then asks for ""
//   label           optional: the list's name for screen readers
//   anchor, host    optional: what the list stands under, and which element holds it
function attachCombobox(input, options) {
  return new Combobox(input, options);
}
