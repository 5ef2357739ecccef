// What a combobox proposes: its entries, with what was typed marked in them. Text is never markup.

const UNFOLDED = { "œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l" };

// Without accents and case: "É" gives "e".
function folded(text) {
  const bare = text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  return bare.replace(/[œæßøł]/g, (sign) => UNFOLDED[sign]);
}

// The folded text, and for each of its signs the place of the sign it came from.
function foldedPlaces(text) {
  const places = [];
  let plain = "";
  let at = 0;
  for (const sign of text) {
    const bare = folded(sign);
    plain += bare;
    for (let number = 0; number < bare.length; number += 1) places.push(at);
    at += sign.length;
  }
  return [plain, [...places, text.length]];
}

// Where the words of what was typed stand in a text, as [from, to]: at the beginning of a word
// rather than inside one.
function matches(text, typed) {
  const [plain, places] = foldedPlaces(text);
  const found = [];
  for (const word of folded(typed).split(/\s+/).filter(Boolean)) {
    const starts = [...plain.matchAll(/[\p{L}\p{N}]+/gu)].map(({ index }) => index);
    const at = starts.find((start) => plain.startsWith(word, start)) ?? plain.indexOf(word);
    if (at >= 0) found.push([places[at], places[at + word.length]]);
  }
  return found.sort(([one], [other]) => one - other);
}

function markedText(className, text, typed) {
  const shown = build("span", className);
  let done = 0;
  for (const [from, to] of matches(text, typed)) {
    if (to <= done) continue;
    const start = Math.max(from, done);
    const mark = build("mark", "opp-combo-mark", {}, text.slice(start, to));
    shown.append(text.slice(done, start), mark);
    done = to;
  }
  shown.append(text.slice(done));
  return shown;
}

function colourDot(colour) {
  const dot = build("span", "opp-dot", { "aria-hidden": "true" });
  if (colour) dot.style.setProperty("--opp-dot", colour);
  return dot;
}

// An entry {label, detail, code, colour}, of which all but the label may be absent.
function comboEntry(entry, id, typed) {
  const element = build("li", "opp-combo-option", { role: "option", id, "aria-selected": "false" });
  const first = build("span", "opp-combo-first");
  if (entry.colour !== undefined) first.append(colourDot(entry.colour));
  first.append(markedText("opp-combo-label", entry.label, typed));
  if (entry.code) first.append(" ", markedText("opp-combo-code", entry.code, typed));
  element.append(first);
  if (entry.detail) element.append(" ", build("span", "opp-combo-detail", {}, entry.detail));
  element.classList.toggle("opp-combo-create", entry.creates === true);
  return element;
}
