// What all fields of ours share: a label and the box of a control, as ipywidgets' Text has them.

class InputField {
  constructor(model, el, signal, className) {
    Object.assign(this, { model, signal, el });
    this.view = `opp-input-${Math.random().toString(36).slice(2)}`;
    this.label = build("label", "widget-label opp-label", { for: this.view });
    this.control = build("div", "opp-control", { "data-lm-suppress-shortcuts": "true" });
    this.input = build("input", "opp-input", { type: "text", id: this.view, autocomplete: "off" });
    this.control.append(this.input);
    el.classList.add("opp-field", className);
    el.replaceChildren(this.label, this.control);
    this.control.addEventListener("keydown", keepKey, { signal });
    this.hear(["label", "disabled", "required", "words"], () => this.drawFrame());
    this.drawFrame();
  }

  get words() {
    return this.model.get("words");
  }

  hear(names, act) {
    const events = names.map((name) => (name.includes(":") ? name : `change:${name}`));
    for (const event of events) this.model.on(event, act);
    this.signal.addEventListener("abort", () => {
      for (const event of events) this.model.off(event, act);
    });
  }

  // Keeps what the page knows first, and tells Python.
  keep(values) {
    for (const [name, value] of Object.entries(values)) this.model.set(name, value);
    this.model.save_changes();
  }

  drawFrame() {
    const disabled = this.model.get("disabled");
    this.label.textContent = this.model.get("label");
    this.label.hidden = this.label.textContent === "";
    this.input.disabled = disabled;
    this.el.classList.toggle("opp-disabled", disabled);
    if (this.model.get("required")) this.input.setAttribute("aria-required", "true");
    else this.input.removeAttribute("aria-required");
  }
}

// JupyterLab has shortcuts for nearly every key; forms have one for Ctrl+S, dialogs for two more.
function keepKey(event) {
  const saves = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s";
  if (!saves && !["Escape", "Tab"].includes(event.key)) event.stopPropagation();
}

// A cross in a button that takes something away.
function crossButton(className) {
  const button = build("button", `opp-input-button ${className}`, { type: "button" });
  button.append(build("span", "", { "aria-hidden": "true" }, "×"));
  return button;
}

function named(button, name) {
  button.title = name;
  button.setAttribute("aria-label", name);
}
