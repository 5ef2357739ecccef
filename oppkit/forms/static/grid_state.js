// What stands in a grid: what Python has told, and over it what was done here since.

class GridState {
  constructor(model, view) {
    // pending: the last text typed here into each cell; moves: rows moved here. Both stand until
    // Python tells of a state in which it knew of them, by the number of their step.
    Object.assign(this, { model, view, pending: new Map(), moves: [], step: 0, told: 0 });
  }

  get #known() {
    return this.model.get("handled")[this.view] ?? 0;
  }

  knows(step) {
    return step <= this.#known;
  }

  // Tells Python; gives the number of the step.
  send(type, more) {
    this.step += 1;
    this.model.send({ type, view: this.view, step: this.step, ...more });
    return this.step;
  }

  // The cells change as Python's do: a view that comes later finds there what was typed.
  #write({ key, column, text }) {
    const cells = this.model.get("cells");
    if (cells[key]) cells[key][column] = text;
  }

  type(edit) {
    this.#write(edit);
    const step = this.send("edit", edit);
    this.pending.set(JSON.stringify([edit.key, edit.column]), { ...edit, step });
  }

  move(key, to) {
    this.moves.push({ key, to, step: this.send("move", { key, to }) });
  }

  // Hears what was typed in any view; true: in another. What was typed here and Python comes to
  // later will stand.
  hear(edit) {
    if (edit.view === this.view) {
      this.told = edit.step;
      return false;
    }
    const place = JSON.stringify([edit.key, edit.column]);
    if ((this.pending.get(place)?.step ?? 0) > this.told) return false;
    this.pending.delete(place);
    this.#write(edit);
    return true;
  }

  // The cells by row and column, in which Python may have put texts of an earlier moment.
  cells() {
    const cells = this.model.get("cells");
    if (cells === this.seen) return cells;
    this.seen = cells;
    for (const [place, edit] of this.pending) {
      if (this.knows(edit.step)) this.pending.delete(place);
      else this.#write(edit);
    }
    return cells;
  }

  order() {
    const order = [...this.model.get("order")];
    this.moves = this.moves.filter(({ step }) => !this.knows(step));
    for (const { key, to } of this.moves) {
      const from = order.indexOf(key);
      if (from >= 0) order.splice(to, 0, ...order.splice(from, 1));
    }
    return order;
  }
}
