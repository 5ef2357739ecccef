// Small labels in a row, each with a button that takes it away.

function chipOf(chip, words) {
  const item = build("li", "opp-chip tex2jax_ignore");
  if (chip.colour) item.style.setProperty("--opp-chip", chip.colour);
  if (chip.label) item.append(build("span", "opp-chip-label", {}, chip.label));
  const shape = chip.colour ? "opp-chip-text opp-chip-dot" : "opp-chip-text";
  item.append(build("span", shape, {}, chip.text));
  const remove = build("button", "opp-chip-remove", { type: "button" }, "×");
  remove.dataset.key = chip.key;
  const name = [chip.label, chip.text].filter(Boolean).join(" ");
  remove.setAttribute("aria-label", filledIn(words.remove, { name }));
  item.append(remove);
  item.title = name;
  return item;
}

function render({ model, el }) {
  el.classList.add("opp-chips");
  const list = build("ul", "opp-chips-list");
  const clear = build("button", "opp-chips-clear", { type: "button" });
  el.append(list, clear);
  let place = -1; // of the chip that was removed: the focus stays near it

  function draw() {
    const chips = model.get("chips");
    const words = model.get("words");
    list.setAttribute("aria-label", words.label);
    list.replaceChildren(...chips.map((chip) => chipOf(chip, words)));
    clear.textContent = words.clear;
    clear.hidden = !model.get("clearable") || chips.length < 2;
    el.hidden = chips.length === 0;
    const buttons = list.querySelectorAll("button");
    if (place >= 0 && buttons.length) buttons[Math.min(place, buttons.length - 1)].focus();
    place = -1;
  }

  function onClick(event) {
    if (event.target === clear) model.send({ type: "clear" });
    if (!event.target.matches(".opp-chip-remove")) return;
    place = [...list.querySelectorAll("button")].indexOf(event.target);
    model.send({ type: "remove", key: event.target.dataset.key });
  }

  function onKey(event) {
    event.stopPropagation(); // JupyterLab has shortcuts for nearly every key
    if (!["Delete", "Backspace"].includes(event.key)) return;
    if (!event.target.matches(".opp-chip-remove")) return;
    event.preventDefault();
    event.target.click();
  }

  el.addEventListener("click", onClick);
  el.addEventListener("keydown", onKey);
  const names = ["chips", "words", "clearable"];
  for (const name of names) model.on(`change:${name}`, draw);
  draw();
  return () => {
    el.removeEventListener("click", onClick);
    el.removeEventListener("keydown", onKey);
    for (const name of names) model.off(`change:${name}`, draw);
  };
}

export default { render };
