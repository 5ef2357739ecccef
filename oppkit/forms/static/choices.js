// Two edits of the same fields, side by side: one of them is chosen in each row.

const SIDES = ["mine", "theirs"];

function smallTable(value) {
  const made = document.createElement("table");
  made.className = "opp-choices-lines";
  const head = document.createElement("thead");
  head.append(tableRow(value.headings.map((text) => textCell("th", text, "col"))));
  const body = document.createElement("tbody");
  body.append(...value.rows.map((texts) => tableRow(texts.map((text) => textCell("td", text)))));
  made.append(head, body);
  return made;
}

function valueOf(value) {
  const made = value.rows ? smallTable(value) : textCell("span", value.text);
  made.classList.add("opp-choices-value");
  return made;
}

function option(row, side, ids, onChoose) {
  const cell = document.createElement("td");
  const label = document.createElement("label");
  const radio = document.createElement("input");
  radio.type = "radio";
  radio.name = ids.row;
  radio.value = side;
  radio.setAttribute("aria-labelledby", `${ids.row} ${ids.head[side]} ${ids.row}-${side}`);
  radio.addEventListener("change", () => onChoose(row.field, side));
  const value = valueOf(row[side]);
  value.id = `${ids.row}-${side}`;
  label.append(radio, value);
  cell.append(label);
  return cell;
}

function choiceRow(row, ids, onChoose) {
  const name = textCell("th", row.label, "row");
  name.id = ids.row;
  const before = document.createElement("td");
  before.append(valueOf(row.before));
  const made = tableRow([name, before, ...SIDES.map((side) => option(row, side, ids, onChoose))]);
  made.dataset.field = row.field;
  return made;
}

function table(model, serial, onChoose) {
  const made = document.createElement("table");
  const heads = model.get("headings").map((text) => textCell("th", text, "col"));
  const head = {};
  SIDES.forEach((side, place) => {
    head[side] = heads[place + 2].id = `opp-choices-${serial}-${side}`;
  });
  const top = document.createElement("thead");
  top.append(tableRow(heads));
  const body = document.createElement("tbody");
  body.append(
    ...model.get("rows").map((row, place) =>
      choiceRow(row, { row: `opp-choices-${serial}-${place}`, head }, onChoose),
    ),
  );
  made.append(top, body);
  return made;
}

function render({ model, el }) {
  el.classList.add("opp-choices", "tex2jax_ignore");
  const serial = Math.random().toString(36).slice(2);

  function choose(field, side) {
    model.set("chosen", { ...model.get("chosen"), [field]: side });
    model.save_changes();
  }

  function mark() {
    const chosen = model.get("chosen");
    for (const row of el.querySelectorAll("tr[data-field]")) {
      const side = chosen[row.dataset.field] ?? "";
      row.dataset.missing = String(model.get("asked") && !side);
      for (const radio of row.querySelectorAll("input")) {
        radio.checked = radio.value === side;
        radio.closest("td").dataset.chosen = String(radio.checked);
        radio.setAttribute("aria-invalid", row.dataset.missing);
      }
    }
  }

  function draw() {
    el.replaceChildren(table(model, serial, choose));
    mark();
  }

  // The dialog around it hears Escape and Tab; JupyterLab must hear none of the keys.
  model.on("change:rows", draw);
  model.on("change:chosen", mark);
  model.on("change:asked", mark);
  draw();
  return () => {
    model.off("change:rows", draw);
    model.off("change:chosen", mark);
    model.off("change:asked", mark);
  };
}

export default { render };
