// Bars from an opening up and down to a closing. They are buttons in a list: what a bar is about is
// told by its name, and its sign by its shape as much as by its colour.

const percent = (share) => `${share * 100}%`;

// The next bar begins where this one ends: a line leads there.
function trackOf(bar, next) {
  const track = build("span", "opp-fall-track", { "aria-hidden": "true" });
  const shape = build("span", "opp-fall-shape");
  shape.style.left = percent(Math.min(bar.from, bar.to));
  shape.style.width = percent(Math.abs(bar.to - bar.from));
  if (bar.cut) shape.append(build("span", "opp-fall-cut"));
  track.append(shape);
  if (next) {
    const link = build("span", "opp-fall-link");
    link.style.left = percent(bar.to);
    track.append(link);
  }
  return track;
}

function barItem(bar, next) {
  const item = build("li", "opp-fall-item");
  const button = build("button", "opp-fall-bar", {
    type: "button", "aria-label": bar.told, title: bar.told,
  });
  button.dataset.key = bar.key;
  button.dataset.kind = bar.kind;
  button.append(
    build("span", "opp-fall-label", {}, bar.label),
    trackOf(bar, next),
    build("span", "opp-fall-amount", {}, bar.amount),
    build("span", "opp-fall-count", {}, bar.count),
  );
  item.append(button);
  return item;
}

function render({ model, el }) {
  const root = build("div", "opp-fall tex2jax_ignore", { "data-lm-suppress-shortcuts": "true" });
  const list = build("ol", "opp-fall-list");
  const note = build("p", "opp-fall-note");
  root.append(list, note);
  el.replaceChildren(root);

  function draw() {
    const bars = model.get("bars");
    list.setAttribute("aria-label", model.get("label"));
    list.replaceChildren(...bars.map((bar, place) => barItem(bar, bars[place + 1])));
    note.textContent = model.get("note");
    note.hidden = !model.get("note");
  }

  const bars = ".opp-fall-bar";
  const shown = ["bars", "label", "note"];
  const chooser = new Chooser(model, root, { line: bars, button: bars, shown, draw });
  return () => chooser.end();
}

export default { render };
