// The elements of a board.

function shareBar(share) {
  const bar = build("div", "opp-card-bar", { "aria-hidden": "true" });
  const part = build("div", "opp-card-part");
  part.style.width = `${share * 100}%`;
  bar.append(part);
  return bar;
}

function cardFoot(card, words) {
  const foot = build("div", "opp-card-foot");
  const owner = build("span", "opp-card-owner", { title: card.owner });
  if (card.owner) {
    owner.append(build("span", "opp-card-initials", { "aria-hidden": "true" }, card.initials));
    owner.append(build("span", "opp-card-name-of-owner", {}, card.owner));
  }
  const day = build("span", "opp-card-day", {}, card.day);
  if (card.tone === "late") {
    day.prepend(build("span", "opp-card-late-word", {}, `${words.late} `));
  }
  foot.append(owner, day);
  return foot;
}

// A button for screen readers, whose name is all of its text.
function cardElement(card, { words, id, helpId, saving, picked }) {
  const element = build("div", "opp-card", {
    id, role: "button", tabindex: "-1", "aria-describedby": helpId, "aria-busy": saving,
  });
  element.oppCard = card;
  element.classList.toggle("opp-card-late", card.tone === "late");
  element.classList.toggle("opp-card-saving", saving);
  element.classList.toggle("opp-card-picked", picked);
  const name = build("div", "opp-card-name", { title: card.name });
  name.append(build("span", "opp-card-open", {}, card.name));
  element.append(name);
  if (card.customer) {
    element.append(build("div", "opp-card-customer", { title: card.customer }, card.customer));
  }
  const figures = build("div", "opp-card-figures");
  figures.append(build("span", "opp-card-amount", {}, card.amount));
  figures.append(build("span", "opp-card-share", {}, card.share_text));
  element.append(figures);
  if (card.share !== null) element.append(shareBar(card.share));
  if (saving) element.append(build("div", "opp-card-foot opp-card-wait", {}, words.saving));
  else if (card.owner || card.day) element.append(cardFoot(card, words));
  return element;
}

function columnHead(column, id) {
  const head = build("header", "opp-board-head");
  const first = build("div", "opp-board-title");
  first.append(build("h2", "opp-board-label", { id, title: column.label }, column.label));
  first.append(build("span", "opp-board-count", {}, column.count));
  head.append(first);
  const sums = build("div", "opp-board-sums");
  sums.append(...column.sums.map((sum) => build("span", "", {}, sum)));
  if (column.sums.length) head.append(sums);
  return head;
}

function columnElement(column, cards, { words, id }) {
  const element = build("section", "opp-board-column", { "aria-labelledby": id });
  element.oppColumn = column;
  element.classList.toggle("opp-board-late", column.tone === "late");
  const list = build("ul", "opp-board-list", { role: "list", "aria-labelledby": id });
  for (const card of cards) {
    const item = build("li", "opp-board-item");
    item.append(card);
    list.append(item);
  }
  element.append(columnHead(column, id), list);
  if (!cards.length) element.append(build("p", "opp-board-empty", {}, words.empty));
  if (column.more) {
    element.append(build("button", "opp-board-more", { type: "button" }, column.more));
  }
  return element;
}
