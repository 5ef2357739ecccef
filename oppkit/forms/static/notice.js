// The latest message, over the page. Good news goes away by itself, the rest waits to be read.

const GOOD_NEWS_STAYS = 5000; // milliseconds

function button(className, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = className;
  made.addEventListener("click", act);
  return made;
}

function render({ model, el }) {
  el.classList.add("opp-notice-place");
  const box = document.createElement("div");
  const words = document.createElement("span");
  // Python takes the text away: it may have another one to say already.
  const leave = (what) => {
    clearTimeout(timer);
    box.hidden = true;
    model.send({ do: what, serial: model.get("serial") });
  };
  const close = button("opp-notice-close", () => leave("dismiss"));
  const action = button("opp-notice-action", () => leave("act"));
  box.className = "opp-notice tex2jax_ignore";
  box.setAttribute("popover", "manual");
  close.textContent = "×";
  box.append(words, action, close);
  // JupyterLab has shortcuts for nearly every key.
  box.addEventListener("keydown", (event) => event.stopPropagation());
  el.append(box);
  let timer = 0;

  function draw() {
    clearTimeout(timer);
    const [text, tone, offer] = ["text", "tone", "action"].map((name) => model.get(name));
    box.hidden = !text;
    // The latest of the top layer: over a dialog that is open, too.
    if (box.isConnected && box.matches(":popover-open")) box.hidePopover();
    if (text && el.isConnected) box.showPopover();
    box.dataset.tone = tone;
    box.setAttribute("role", tone === "bad" ? "alert" : "status");
    close.setAttribute("aria-label", model.get("dismiss"));
    words.textContent = text;
    action.textContent = offer;
    action.hidden = !offer;
    // What can be done must not go away while one makes up one's mind.
    if (text && tone === "good" && !offer) timer = setTimeout(() => close.click(), GOOD_NEWS_STAYS);
  }

  const names = ["text", "tone", "action", "serial", "dismiss"];
  for (const name of names) model.on(`change:${name}`, draw);
  // The element is put into the page after this.
  const waiting = requestAnimationFrame(draw);
  return () => {
    cancelAnimationFrame(waiting);
    clearTimeout(timer);
    for (const name of names) model.off(`change:${name}`, draw);
    box.remove();
  };
}

export default { render };
