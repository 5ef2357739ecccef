// A month of days to choose from, in the words it is given (WAI-ARIA: date picker dialog).

const dayOf = (iso) => new Date(`${iso}T00:00:00Z`);
const isoOf = (day) => day.toISOString().split("T")[0];

function daysLater(iso, number) {
  const day = dayOf(iso);
  day.setUTCDate(day.getUTCDate() + number);
  return day;
}

// The same day of another month, or its last one: from 31 January one month later is 28 February.
function monthsLater(iso, number) {
  const day = dayOf(iso);
  const wanted = day.getUTCDate();
  day.setUTCDate(1);
  day.setUTCMonth(day.getUTCMonth() + number + 1, 0);
  day.setUTCDate(Math.min(wanted, day.getUTCDate()));
  return day;
}

const placeInWeek = (iso) => (dayOf(iso).getUTCDay() + 6) % 7; // Monday is 0

class Calendar {
  // `opener` is the button beside it; `data()` gives words, months, weekdays {short, long} and
  // today; `choose(iso)` is told of the day.
  constructor(opener, anchor, data, choose) {
    Object.assign(this, { opener, data, choose });
    this.id = `opp-calendar-${Math.random().toString(36).slice(2)}`;
    this.element = build("div", "opp-calendar", { role: "dialog", "aria-modal": "true" });
    this.element.dataset.lmSuppressShortcuts = "true";
    this.popup = new Popup(anchor, this.element, () => this.close(false));
    this.element.addEventListener("keydown", (event) => this.#key(event));
    this.element.addEventListener("mousedown", (event) => event.preventDefault());
    this.element.addEventListener("click", (event) => this.#click(event));
    this.element.addEventListener("focusout", ({ relatedTarget }) => this.#left(relatedTarget));
  }

  get isOpen() {
    return this.popup.isOpen;
  }

  open(host, iso) {
    const { words, today } = this.data();
    this.chosen = iso;
    this.element.setAttribute("aria-label", words.calendar);
    this.element.replaceChildren(this.#head(words), this.#grid(), this.#foot(words));
    this.popup.show(host);
    this.#goTo(iso || today);
    this.opener.setAttribute("aria-expanded", "true");
  }

  close(focus = true) {
    if (!this.isOpen) return;
    this.closing = true;
    this.popup.hide();
    this.closing = false;
    this.opener.setAttribute("aria-expanded", "false");
    if (focus) this.opener.focus({ preventScroll: true });
  }

  // -- what is shown -----------------------------------------------------------------------------

  #head(words) {
    const head = build("div", "opp-calendar-head");
    const id = `${this.id}-title`;
    this.title = build("h2", "opp-calendar-title", { id, "aria-live": "polite" });
    const step = (name, sign, months) => {
      const button = build("button", "opp-input-button", { type: "button" });
      button.append(build("span", "", { "aria-hidden": "true" }, sign));
      button.dataset.months = months;
      named(button, words[name]);
      return button;
    };
    head.append(step("previous_year", "«", -12), step("previous_month", "‹", -1), this.title,
      step("next_month", "›", 1), step("next_year", "»", 12));
    return head;
  }

  #grid() {
    const title = { "aria-labelledby": this.title.id };
    const table = build("table", "opp-calendar-grid", { role: "grid", ...title });
    const head = build("tr", "");
    for (const { short, long } of this.data().weekdays) {
      head.append(build("th", "", { scope: "col", abbr: long, title: long }, short));
    }
    this.body = build("tbody", "");
    table.append(build("thead", ""), this.body);
    table.firstChild.append(head);
    return table;
  }

  #foot(words) {
    const foot = build("div", "opp-calendar-foot");
    foot.append(build("button", "opp-calendar-today", { type: "button" }, words.today));
    foot.firstChild.dataset.day = this.data().today;
    return foot;
  }

  #drawDays() {
    const month = this.shown.slice(0, 7);
    const first = `${month}-01`;
    const start = isoOf(daysLater(first, -placeInWeek(first)));
    const weeks = [0, 1, 2, 3, 4, 5].map((week) => {
      const row = build("tr", "");
      for (let place = 0; place < 7; place += 1) {
        row.append(this.#day(isoOf(daysLater(start, 7 * week + place)), month));
      }
      return row;
    });
    const name = this.data().months[Number(month.slice(5)) - 1];
    this.title.textContent = `${name} ${month.slice(0, 4)}`;
    this.body.replaceChildren(...weeks);
  }

  #day(iso, month) {
    const { months, weekdays, today } = this.data();
    const cell = build("td", "", { role: "gridcell", "aria-selected": iso === this.chosen });
    const number = Number(iso.slice(8));
    const weekday = weekdays[placeInWeek(iso)].long;
    const name = `${weekday} ${number} ${months[Number(iso.slice(5, 7)) - 1]} ${iso.slice(0, 4)}`;
    const attributes = { type: "button", "aria-label": name };
    const button = build("button", "opp-calendar-day", attributes, number);
    button.dataset.day = iso;
    button.tabIndex = iso === this.shown ? 0 : -1;
    button.classList.toggle("opp-calendar-other", !iso.startsWith(month));
    if (iso === today) button.setAttribute("aria-current", "date");
    cell.append(button);
    return cell;
  }

  // -- what is done ------------------------------------------------------------------------------

  #goTo(iso, focus = true) {
    if (iso.length !== 10 || Number(iso.slice(0, 4)) < 1) return; // beyond what is a date for us
    this.shown = iso;
    this.closing = true; // focus that leaves now comes back
    this.#drawDays();
    this.popup.place();
    if (focus) this.body.querySelector("[tabindex='0']").focus({ preventScroll: true });
    this.closing = false;
  }

  #click({ target }) {
    const button = target.closest("button");
    const { months, day } = button?.dataset ?? {};
    if (months) this.#goTo(isoOf(monthsLater(this.shown, Number(months))), false);
    else if (day) {
      this.close();
      this.choose(day);
    }
  }

  #left(whereTo) {
    if (this.closing || whereTo === this.opener || this.element.contains(whereTo)) return;
    this.close(false);
  }

  #key(event) {
    event.stopPropagation(); // JupyterLab has shortcuts for nearly every key
    if (event.key === "Escape") this.close();
    else if (event.key === "Tab") return this.#tab(event);
    else if (!event.target.matches(".opp-calendar-day") || !this.#step(event)) return;
    event.preventDefault();
  }

  // Tab stays inside until the calendar is closed.
  #tab(event) {
    const stops = [...this.element.querySelectorAll("button:not([tabindex='-1'])")];
    const [edge, next] = event.shiftKey ? [stops[0], stops.at(-1)] : [stops.at(-1), stops[0]];
    if (document.activeElement !== edge) return;
    event.preventDefault();
    next.focus();
  }

  #step({ key, shiftKey }) {
    const place = placeInWeek(this.shown);
    const days = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7,
      Home: -place, End: 6 - place };
    const months = { PageUp: shiftKey ? -12 : -1, PageDown: shiftKey ? 12 : 1 };
    if (key in days) this.#goTo(isoOf(daysLater(this.shown, days[key])));
    else if (key in months) this.#goTo(isoOf(monthsLater(this.shown, months[key])));
    else return false;
    return true;
  }
}
