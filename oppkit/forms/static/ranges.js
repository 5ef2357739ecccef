// Ranges on one scale, in a table: the figures stand in cells, and are drawn in one of them.

const DRAWN = "drawn";
const percent = (share) => `${share * 100}%`;

function shape(name, from, to = undefined) {
  const made = build("span", `opp-range-${name}`);
  made.style.left = percent(to === undefined ? from : Math.min(from, to));
  if (to !== undefined) made.style.width = percent(Math.abs(to - from));
  return made;
}

function trackOf({ drawn, has_won: hasWon, told }) {
  const track = build("span", "opp-range-track", { "aria-hidden": "true", title: told });
  if (hasWon) track.append(shape("won", drawn.ground, drawn.won));
  if ("low" in drawn) {
    track.append(
      shape("band", drawn.low, drawn.high), shape("middle", drawn.middle),
      shape("expected", drawn.expected),
    );
  }
  if ("target" in drawn) track.append(shape("target", drawn.target));
  return track;
}

function headOf(columns, ends) {
  const row = document.createElement("tr");
  for (const [name, heading] of columns) {
    const cell = build("th", `opp-range-head opp-range-of-${name}`, { scope: "col" });
    cell.append(build("span", name === DRAWN ? "opp-range-unseen" : "", {}, heading));
    if (name === DRAWN) {
      const scale = build("span", "opp-range-scale", { "aria-hidden": "true" });
      scale.append(...ends.map((end) => build("span", "", {}, end)));
      cell.append(scale);
    }
    row.append(cell);
  }
  const head = document.createElement("thead");
  head.append(row);
  return head;
}

function nameOf(line, choosable) {
  const cell = build("th", "opp-range-name", { scope: "row" });
  if (choosable) cell.append(build("button", "opp-range-choose", { type: "button" }, line.label));
  else cell.textContent = line.label;
  return cell;
}

function rowOf(line, columns, choosable) {
  const row = build("tr", "opp-range-row");
  row.dataset.key = line.key;
  row.append(nameOf(line, choosable));
  columns.slice(1).forEach(([name], place) => {
    const cell = build("td", `opp-range-cell opp-range-of-${name}`);
    if (name === DRAWN) {
      cell.append(trackOf(line));
    } else {
      cell.textContent = line.cells[place];
    }
    row.append(cell);
  });
  return row;
}

// Only what is drawn somewhere is explained.
function legendOf(lines, words) {
  const legend = build("p", "opp-range-legend", { "aria-hidden": "true" });
  const there = {
    won: lines.some((line) => line.has_won), band: true, middle: true, expected: true,
    target: lines.some((line) => "target" in line.drawn),
  };
  for (const name of Object.keys(there).filter((one) => there[one])) {
    const entry = build("span", "opp-range-entry");
    const sample = build("span", `opp-range-sample opp-range-sample-${name}`);
    sample.append(build("span", `opp-range-${name}`));
    entry.append(sample, build("span", "", {}, words[name]));
    legend.append(entry);
  }
  return legend;
}

function render({ model, el }) {
  const root = build("div", "opp-ranges tex2jax_ignore", { "data-lm-suppress-shortcuts": "true" });
  el.replaceChildren(root);

  function draw() {
    const [columns, lines] = [model.get("columns"), model.get("lines")];
    const table = build("table", "opp-range-table", { "aria-label": model.get("label") });
    const body = document.createElement("tbody");
    body.append(...lines.map((line) => rowOf(line, columns, model.get("choosable"))));
    table.append(headOf(columns, model.get("ends")), body);
    const scroller = build("div", "opp-range-scroller");
    scroller.append(table);
    root.replaceChildren(...(lines.length ? [scroller, legendOf(lines, model.get("words"))] : []));
    root.classList.toggle("opp-range-choosable", model.get("choosable"));
  }

  const chooser = new Chooser(model, root, {
    line: ".opp-range-row", button: ".opp-range-choose",
    shown: ["lines", "columns", "ends", "label"], draw,
    marked: (row, chosen) => row.classList.toggle("opp-range-pressed", chosen),
    open: () => model.get("choosable"),
  });
  return () => chooser.end();
}

export default { render };
