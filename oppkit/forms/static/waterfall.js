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
  const buttons = () => [...list.querySelectorAll(".opp-fall-bar")];
  let reached = ""; // the bar that Tab comes to

  function mark() {
    const all = buttons();
    const stop = all.find(({ dataset }) => dataset.key === reached) ?? all[0];
    for (const button of all) {
      button.setAttribute("aria-pressed", button.dataset.key === model.get("selected"));
      button.tabIndex = button === stop ? 0 : -1;
    }
  }

  function draw() {
    const bars = model.get("bars");
    const focused = list.contains(document.activeElement);
    list.setAttribute("aria-label", model.get("label"));
    list.replaceChildren(...bars.map((bar, place) => barItem(bar, bars[place + 1])));
    note.textContent = model.get("note");
    note.hidden = !model.get("note");
    mark();
    if (focused) buttons().find(({ tabIndex }) => tabIndex === 0)?.focus();
  }

  function wait() {
    root.setAttribute("aria-busy", model.get("busy"));
  }

  function onClick({ target }) {
    const button = target.closest(".opp-fall-bar");
    if (button) model.send({ type: "choose", key: button.dataset.key });
  }

  function onFocus({ target }) {
    reached = target.dataset.key;
    mark();
  }

  function onKey(event) {
    event.stopPropagation(); // JupyterLab has shortcuts for nearly every key
    const all = buttons();
    const at = all.indexOf(event.target);
    const steps = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: all.length - 1 };
    if (at < 0 || !(event.key in steps)) return;
    event.preventDefault();
    all[steps[event.key]]?.focus();
  }

  const life = new AbortController();
  const { signal } = life;
  const steady = new Steady(root, signal);
  const redraw = () => steady.when(draw);
  const heard = {
    "change:bars": redraw, "change:label": redraw, "change:note": redraw,
    "change:selected": mark, "change:busy": wait,
  };
  for (const [name, act] of Object.entries(heard)) model.on(name, act);
  list.addEventListener("click", onClick, { signal });
  list.addEventListener("focusin", onFocus, { signal });
  root.addEventListener("keydown", onKey, { signal });
  draw();
  wait();
  return () => {
    for (const [name, act] of Object.entries(heard)) model.off(name, act);
    life.abort();
  };
}

export default { render };
