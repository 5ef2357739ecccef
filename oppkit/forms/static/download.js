// Saves a file that Python has sent, as a click on a link would.

const KEPT = 60_000; // milliseconds: a browser may ask where to save before it reads

function save(name, kind, content) {
  const address = URL.createObjectURL(new Blob([content], { type: kind }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), KEPT);
}

function render({ model, el }) {
  el.classList.add("opp-download");
  const received = (content, buffers) => {
    if (content.type === "file") save(content.name, content.kind, buffers[0]);
  };
  model.on("msg:custom", received);
  return () => model.off("msg:custom", received);
}

export default { render };
