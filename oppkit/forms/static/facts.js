// A small table of texts.

function cell(tag, text, scope) {
  const made = document.createElement(tag);
  made.textContent = text;
  if (scope) made.scope = scope;
  return made;
}

function line(cells) {
  const row = document.createElement("tr");
  row.append(...cells);
  return row;
}

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
    head.append(line(headings.map((text) => cell("th", text, "col"))));
    made.append(head);
  }
  const body = document.createElement("tbody");
  for (const texts of model.get("rows")) {
    body.append(line(texts.map((text, at) => (at ? cell("td", text) : cell("th", text, "row")))));
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
