// A date that is typed, and understood by Python, or chosen in a calendar.

const CALENDAR_ICON = ["M2.5 4h11v9.5h-11z", "M2.5 7h11", "M5.5 2.5V5", "M10.5 2.5V5"];

function calendarIcon() {
  const space = "http://www.w3.org/2000/svg";
  const icon = document.createElementNS(space, "svg");
  icon.setAttribute("class", "opp-input-icon");
  icon.setAttribute("viewBox", "0 0 16 16");
  icon.setAttribute("aria-hidden", "true");
  for (const line of CALENDAR_ICON) {
    const path = document.createElementNS(space, "path");
    path.setAttribute("d", line);
    icon.append(path);
  }
  return icon;
}

class DateField extends InputField {
  constructor(model, el, signal) {
    super(model, el, signal, "opp-date");
    this.button = build("button", "opp-input-button opp-date-open", {
      type: "button", "aria-haspopup": "dialog", "aria-expanded": "false",
    });
    this.button.append(calendarIcon());
    this.control.append(this.button);
    const choose = (iso) => this.#choose(iso);
    this.calendar = new Calendar(this.button, this.control, () => this.#data(), choose);
    this.#listen(signal);
    this.draw();
  }

  #listen(signal) {
    const on = (target, name, act) => target.addEventListener(name, act, { signal });
    on(this.input, "input", () => this.keep({ text: this.input.value }));
    on(this.input, "blur", () => this.#left());
    on(this.input, "keydown", (event) => this.#key(event));
    on(this.button, "click", () => this.#toggle());
    this.hear(["text", "words", "disabled", "label"], () => this.draw());
    this.hear(["msg:custom"], (message) => this.#rewrite(message));
    signal.addEventListener("abort", () => this.calendar.close(false));
  }

  #data() {
    const [words, months, weekdays, today] = ["words", "months", "weekdays", "today"]
      .map((name) => this.model.get(name));
    return { words, months, weekdays, today };
  }

  draw() {
    const { model, input } = this;
    if (input.value !== model.get("text")) input.value = model.get("text");
    input.placeholder = this.words.hint;
    this.button.disabled = model.get("disabled");
    named(this.button, this.words.open);
  }

  #toggle() {
    if (this.calendar.isOpen) this.calendar.close();
    else this.calendar.open(this.control, this.model.get("iso"));
  }

  #choose(iso) {
    const [year, month, day] = iso.split("-");
    this.keep({ text: filledIn(this.model.get("pattern"), { year, month, day }) });
  }

  // Python writes what it understood as its language does.
  #left() {
    const text = this.input.value;
    if (text) this.model.send({ type: "left", view: this.view, text });
  }

  #rewrite({ type, view, from, to }) {
    const same = this.input.value === from; // what was typed meanwhile stays
    if (type === "rewrite" && view === this.view && same) this.keep({ text: to });
  }

  #key(event) {
    if (event.key === "Enter") this.#left();
    else if (event.key === "ArrowDown" && !this.input.disabled) {
      event.preventDefault();
      this.#toggle();
    }
  }
}

export default {
  render({ model, el }) {
    const life = new AbortController();
    new DateField(model, el, life.signal);
    return () => life.abort();
  },
};
