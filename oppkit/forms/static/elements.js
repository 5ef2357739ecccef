// What all scripts of ours are built with. Data becomes text or attributes, never markup.

function build(tag, className, attributes = {}, text = undefined) {
  const element = document.createElement(tag);
  element.className = className;
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  if (text !== undefined) element.textContent = text;
  return element;
}

// A name with a dollar sign or with braces must not be read as a pattern or a place.
function filledIn(template, values) {
  return template.replace(/\{(\w+)\}/g, (place, name) => values[name] ?? place);
}
