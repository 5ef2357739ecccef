// The pages of a document, one below the other.

function image(content, label) {
  const made = document.createElement("img");
  made.src = URL.createObjectURL(new Blob([content], { type: "image/png" }));
  made.alt = label;
  made.className = "opp-page-image";
  return made;
}

function render({ model, el }) {
  el.classList.add("opp-pages");
  const waiting = document.createElement("p");
  waiting.className = "opp-pages-waiting tex2jax_ignore";
  const box = document.createElement("div");
  box.className = "opp-pages-scroll";
  box.tabIndex = 0; // so that the keys scroll it
  box.setAttribute("role", "region");
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" && event.key !== "Tab") event.stopPropagation();
  });
  el.append(box);
  let shown = [];

  function forget() {
    for (const one of shown) URL.revokeObjectURL(one.src);
    shown = [];
  }

  function draw() {
    forget();
    const labels = model.get("labels");
    shown = model.get("images").map((content, place) => image(content, labels[place] ?? ""));
    box.setAttribute("aria-label", model.get("label"));
    waiting.textContent = model.get("waiting");
    waiting.hidden = !waiting.textContent;
    box.replaceChildren(waiting, ...shown);
    box.scrollTop = 0;
  }

  // Images and labels come together: drawing for each would take images away while they load.
  let drawing = false;
  function drawSoon() {
    if (!drawing) queueMicrotask(() => { drawing = false; draw(); });
    drawing = true;
  }

  const names = ["images", "labels", "label", "waiting"];
  for (const name of names) model.on(`change:${name}`, drawSoon);
  draw();
  return () => {
    for (const name of names) model.off(`change:${name}`, drawSoon);
    forget();
    box.remove();
  };
}

export default { render };
