// What a cell proposes while a name is typed: Python is asked, and answers by number.

class GridSuggestions {
  constructor(model, view) {
    Object.assign(this, { model, view, waiting: new Map(), asked: 0 });
  }

  ask(key, column, text) {
    this.asked += 1;
    const ask = this.asked;
    this.model.send({ type: "suggest", view: this.view, ask, key, column, text });
    return new Promise((resolve) => this.waiting.set(ask, resolve));
  }

  take({ view, ask, choices }) {
    if (view !== this.view) return;
    this.waiting.get(ask)?.(choices);
    this.waiting.delete(ask);
  }
}
