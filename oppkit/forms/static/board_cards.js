// The elements of a board. Data becomes text or attributes, never markup.

function make(tag, className, attributes = {}, text = undefined) {
  const element = document.createElement(tag);
  element.className = className;
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  if (text !== undefined) element.textContent = text;
  return element;
}

// A name with a dollar sign or with braces must not be read as a pattern or a place.
function filled(template, values) {
  return template.replace(/\{(\w+)\}/g, (place, name) => values[name] ?? place);
}

function shareBar(share) {
  const bar = make("div", "opp-card-bar", { "aria-hidden": "true" });
  const part = make("div", "opp-card-part");
  part.style.width = `${share * 100}%`;
  bar.append(part);
  return bar;
}

function cardFoot(card, words) {
  const foot = make("div", "opp-card-foot");
  const owner = make("span", "opp-card-owner", { title: card.owner });
  if (card.owner) {
    owner.append(make("span", "opp-card-initials", { "aria-hidden": "true" }, card.initials));
    owner.append(make("span", "opp-card-name-of-owner", {}, card.owner));
  }
  const day = make("span", "opp-card-day", {}, card.day);
  if (card.tone === "late") {
    day.prepend(make("span", "opp-card-late-word", {}, `${words.late} `));
  }
  foot.append(owner, day);
  return foot;
}

// A button for screen readers, whose name is all of its text.
function cardElement(card, { words, id, helpId, saving, picked }) {
  const element = make("div", "opp-card", {
    id, role: "button", tabindex: "-1", "aria-describedby": helpId, "aria-busy": saving,
  });
  element.oppCard = card;
  element.classList.toggle("opp-card-late", card.tone === "late");
  element.classList.toggle("opp-card-saving", saving);
  element.classList.toggle("opp-card-picked", picked);
  const name = make("div", "opp-card-name", { title: card.name });
  name.append(make("span", "opp-card-open", {}, card.name));
  element.append(name);
  if (card.customer) {
    element.append(make("div", "opp-card-customer", { title: card.customer }, card.customer));
  }
  const figures = make("div", "opp-card-figures");
  figures.append(make("span", "opp-card-amount", {}, card.amount));
  figures.append(make("span", "opp-card-share", {}, card.share_text));
  element.append(figures);
  if (card.share !== null) element.append(shareBar(card.share));
  if (saving) element.append(make("div", "opp-card-foot opp-card-wait", {}, words.saving));
  else if (card.owner || card.day) element.append(cardFoot(card, words));
  return element;
}

function columnHead(column, id) {
  const head = make("header", "opp-board-head");
  const first = make("div", "opp-board-title");
  first.append(make("h3", "opp-board-label", { id, title: column.label }, column.label));
  first.append(make("span", "opp-board-count", {}, column.count));
  head.append(first);
  const sums = make("div", "opp-board-sums");
  sums.append(...column.sums.map((sum) => make("span", "", {}, sum)));
  if (column.sums.length) head.append(sums);
  return head;
}

function columnElement(column, cards, { words, id }) {
  const element = make("section", "opp-board-column", { "aria-labelledby": id });
  element.oppColumn = column;
  element.classList.toggle("opp-board-late", column.tone === "late");
  const list = make("ul", "opp-board-list", { role: "list", "aria-labelledby": id });
  for (const card of cards) {
    const item = make("li", "opp-board-item");
    item.append(card);
    list.append(item);
  }
  element.append(columnHead(column, id), list);
  if (!cards.length) element.append(make("p", "opp-board-empty", {}, words.empty));
  if (column.more) {
    element.append(make("button", "opp-board-more", { type: "button" }, column.more));
  }
  return element;
}
