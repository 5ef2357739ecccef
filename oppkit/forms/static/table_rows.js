// The elements of a table.

// Where room is short, parts ("2fr") give way first, then widths ("7rem"), down to what can be read.
function tracks(columns, selectable) {
  const least = ({ width }) => /fr$/.test(width)
    ? `${4 + 2 * parseFloat(width)}rem` : `calc(0.75 * ${width})`;
  const all = columns.map((column) => `minmax(${least(column)}, ${column.width})`);
  const box = selectable ? ["2.25rem"] : [];
  return [[...box, ...all].join(" "), `calc(${[...box, ...columns.map(least)].join(" + ")})`];
}

function checkbox(label) {
  return build("input", "opp-table-check", { type: "checkbox", "aria-label": label });
}

function heading(column, number) {
  const cell = build("div", "opp-table-heading", { role: "columnheader", "aria-colindex": number });
  cell.classList.toggle("opp-end", column.align === "end");
  cell.title = column.label;
  if (!column.sortable) {
    cell.append(build("span", "opp-table-text", {}, column.label));
    return cell;
  }
  const button = build("button", "opp-table-sort", { type: "button" });
  button.dataset.name = column.name;
  button.append(build("span", "opp-table-text", {}, column.label));
  button.append(build("span", "opp-table-arrow", { "aria-hidden": "true" }));
  cell.append(button);
  return cell;
}

function showSort(head, sort) {
  for (const button of head.querySelectorAll(".opp-table-sort")) {
    const sorted = button.dataset.name === sort.name;
    const way = sort.descending ? "descending" : "ascending";
    button.parentElement.setAttribute("aria-sort", sorted ? way : "none");
    button.lastChild.textContent = sorted ? (sort.descending ? "▼" : "▲") : "";
  }
}

function chips(list) {
  return list.map(({ text, colour }) => {
    const chip = build("span", "opp-table-chip", {}, text);
    if (colour) chip.style.setProperty("--opp-chip", colour);
    return chip;
  });
}

const textOf = (cell) => (typeof cell === "string" ? cell
  : [cell.text, ...(cell.chips ?? []).map(({ text }) => text)].filter(Boolean).join(", "));

function rowCell(column, cell, number, opens) {
  const element = build("div", "opp-table-cell", { role: "gridcell", "aria-colindex": number });
  const text = typeof cell === "string" ? cell : cell.text ?? "";
  element.classList.toggle("opp-end", column.align === "end");
  if (cell.tone) element.classList.add(`opp-tone-${cell.tone}`);
  if (text || opens) {
    const [tag, name] = opens ? ["button", "opp-table-open"] : ["span", "opp-table-text"];
    const shown = build(tag, name, opens ? { type: "button", tabindex: "-1" } : {}, text);
    element.append(shown);
  }
  if (cell.chips) element.append(...chips(cell.chips));
  element.title = textOf(cell);
  return element;
}

// Fills the element of a row: with its data, or as a place where data will come.
function fillRow(element, row, index, { columns, selectable, words }) {
  element.oppRow = row;
  element.className = "opp-table-row";
  element.setAttribute("aria-rowindex", index + 2); // the headings are row 1
  element.replaceChildren();
  element.setAttribute("aria-busy", row === undefined);
  element.classList.toggle("opp-table-coming", row === undefined);
  if (row?.tone) element.classList.add(`opp-tone-${row.tone}`);
  if (selectable) {
    const cell = build("div", "opp-table-cell", { role: "gridcell", "aria-colindex": 1 });
    if (row) {
      const name = textOf(row.cells[0] ?? "");
      cell.append(checkbox(filledIn(words.select_row, { name })));
      cell.firstChild.tabIndex = -1;
    }
    element.append(cell);
  }
  columns.forEach((column, place) => {
    const number = place + 1 + selectable;
    element.append(rowCell(column, row?.cells[place] ?? "", number, row && place === 0));
  });
}
