// A text as it is: nothing in it is taken for HTML or for a formula.

function elementFor(level) {
  if (level > 0) return `h${level}`;
  return level === 0 ? "p" : "span";
}

function render({ model, el }) {
  el.classList.add("opp-plain", "tex2jax_ignore");
  function draw() {
    const shown = document.createElement(elementFor(model.get("level")));
    shown.className = `opp-text ${model.get("tone") ? `opp-tone-${model.get("tone")}` : ""}`.trim();
    shown.textContent = model.get("text");
    el.hidden = !model.get("text");
    el.replaceChildren(shown);
  }
  if (model.get("live")) el.setAttribute("aria-live", "polite");
  for (const name of ["text", "level", "tone"]) model.on(`change:${name}`, draw);
  draw();
  return () => {
    for (const name of ["text", "level", "tone"]) model.off(`change:${name}`, draw);
  };
}

export default { render };
