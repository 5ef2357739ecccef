// A small table of texts.

function table(model) {
  const made = document.createElement("table");
  made.className = "opp-facts-table";
  if (model.get("caption")) {
    const caption = document.createElement("caption");
    caption.textContent = model.get("caption");
    made.append(caption);
  }
  const headings = model.get("headings");
  if (headings.length) {
    const head = document.createElement("thead");
    head.append(tableRow(headings.map((text) => textCell("th", text, "col"))));
    made.append(head);
  }
  const body = document.createElement("tbody");
  for (const texts of model.get("rows")) {
    const [name, ...others] = texts;
    body.append(tableRow([
      textCell("th", name, "row"), ...others.map((text) => textCell("td", text)),
    ]));
  }
  made.append(body);
  return made;
}

function render({ model, el }) {
  el.classList.add("opp-facts", "tex2jax_ignore");
  function draw() {
    if (model.get("rows").length) {
      el.replaceChildren(table(model));
      return;
    }
    const nothing = document.createElement("p");
    nothing.className = "opp-text opp-tone-muted";
    nothing.textContent = model.get("empty");
    el.replaceChildren(...(model.get("empty") ? [nothing] : []));
  }
  const names = ["caption", "headings", "rows", "empty"];
  for (const name of names) model.on(`change:${name}`, draw);
  draw();
  return () => {
    for (const name of names) model.off(`change:${name}`, draw);
  };
}

export default { render };
