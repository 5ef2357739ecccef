"""What a person does on the page of the workbench, each task beside the bare call it stands for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from typing import Any

from benchmarks.harness import once
from benchmarks.pages import LANGUAGE, THEME, WORKBENCH, Place, timed
from oppkit import Line, Opportunity, Workbench
from oppkit.forms.board_view import CLOSED_DAYS
from oppkit.locale import text
from oppkit.model import Outcome, Search

_BOX = ".opp-search-box input"
_CUSTOMER = ".opp-f-customer_id input"
_NAME = ".opp-f-name input"
_PRICE = ".opp-f-lines .opp-grid-row .opp-grid-cell:nth-child(5) input"
_ROW = ".opp-search .opp-table-row .opp-table-open"

_TYPE = """({place, typed}) => {
  const input = document.querySelector(place);
  input.focus();
  input.value = typed;
  input.dispatchEvent(new InputEvent('input', {bubbles: true}));
}"""
_PRESS = """({place, words}) => [...document.querySelectorAll(place)]
  .find((one) => one.textContent.trim() === words).click()"""
_OPEN = f"() => document.querySelector('{_ROW}').click()"
_TOTAL = "document.querySelector('.opp-f-lines .opp-grid-total-figure')?.textContent"
_RETYPE = f"(given) => {{ const before = {_TOTAL}; ({_TYPE})(given); return before; }}"

_FOUND = """() => ['.opp-search-box', '.opp-search [role=grid]'].every((place) =>
  document.querySelector(place).getAttribute('aria-busy') !== 'true')"""
_LISTED = f"() => document.querySelector('{_ROW}')"
# All parts are there, the last ones too, and hold what the record has.
_FORM = f"""({{name}}) => {{
  const form = document.querySelector('.opp-place > .opp-form');
  const value = (place) => form.querySelector(place)?.value;
  return form && value('{_NAME}') === name && value('{_CUSTOMER}') && {_TOTAL}
    && form.querySelectorAll('.opp-f-lines .opp-grid-row').length === 5
    && form.querySelector('.opp-f-comment textarea')
    && form.querySelector('.opp-actions button');
}}"""
_SUMMED = f"(given, before) => {_TOTAL} !== before"
_HEADED = "({heading}) => document.querySelector('.opp-heading')?.textContent.includes(heading)"
_CARDS = """({name}) => document.querySelector('.opp-pipeline .opp-card')
  && Boolean(document.querySelector('.opp-calendar-bar')) === (name === 'calendar')"""
_PROPOSED = """() => {
  const list = document.querySelector('.opp-f-customer_id .opp-combo');
  return list?.getAttribute('aria-busy') === 'false' && list.querySelector('[role=option]');
}"""


@dataclass
class Taken:
    """The seconds of each time a task was done at the screen, and bare; the first ones included."""

    screen: list[float] = field(default_factory=list)
    bare: list[float] = field(default_factory=list)

    def add(self, screen: float, bare: Callable[[], object] | None = None) -> None:
        """Keep a time at the screen, and take that of the bare call."""
        self.screen.append(screen)
        if bare is not None:
            self.bare.append(once(bare))


class Work:
    """One page of the workbench in JupyterLab; each task begins where the one before ended."""

    def __init__(self, place: Place, workbench: Workbench) -> None:
        self.workbench = workbench
        self.sale, self._other = _a_sale(workbench, 1), _a_sale(workbench, 2)
        self.page = _opened(place)

    def all(self, turns: int) -> dict[str, Taken]:
        """Each task, so many times and once before."""
        times = range(turns + 1)
        taken = {name: Taken() for name in (
            "search", "board", "calendar", "open", "price", "save", "customer"
        )}  # fmt: skip
        for _ in times:
            self._search(taken["search"])
        for _ in times:
            self._show("board", taken["board"], self._bare_board)
            self._show("calendar", taken["calendar"], self.workbench.boards.by_month)
        self._to_list(self.sale.code or "")
        for turn in times:
            if turn:
                self._press(".opp-back", "page.back", _LISTED)
            self._open(taken["open"])
        for turn in times:
            price = f"{turn + 11},5"
            taken["price"].add(timed(self.page, _RETYPE, _SUMMED, place=_PRICE, typed=price))
        for turn in times:
            self._save(taken["save"], turn)
        self._choose_customers(taken["customer"], turns)
        return taken

    # -- tasks -----------------------------------------------------------------------------------

    def _search(self, taken: Taken) -> None:
        """A word typed key by key: every key is answered before the next one."""
        word = str(self.workbench.search(limit=1).rows[0]["name"]).split()[0][:6]
        for length in range(1, len(word) + 1):
            wanted = Search(text=word[:length], outcomes=(Outcome.OPEN,), limit=60)
            seconds = timed(self.page, _TYPE, _FOUND, place=_BOX, typed=wanted.text)
            taken.add(seconds, partial(self.workbench.search, wanted))
        timed(self.page, _TYPE, _FOUND, place=_BOX, typed="")

    def _show(self, name: str, taken: Taken, bare: Callable[[], object]) -> None:
        taken.add(self._press(".opp-views button", f"page.{name}", _CARDS, name=name), bare)

    def _bare_board(self) -> object:
        return self.workbench.boards.by_status(Search(), {}, CLOSED_DAYS)

    def _open(self, taken: Taken) -> None:
        seconds = timed(self.page, _OPEN, _FORM, name=self.sale.name)
        taken.add(seconds, lambda: self.workbench.get(Opportunity, self.sale.id or 0))

    def _save(self, taken: Taken, turn: int) -> None:
        version = self.sale.version + turn
        changed = text("form.changed", LANGUAGE, version=version)
        timed(
            self.page, _TYPE, _HEADED, place=_NAME, typed=f"{self.sale.name} {turn}",
            heading=changed,
        )  # fmt: skip
        saved = text("form.saved", LANGUAGE, version=version + 1)
        edited = self._other.replace(name=f"{self.sale.name} {turn}")

        def save() -> None:
            self._other = self.workbench.save(edited)

        taken.add(self._press(".opp-actions button", "form.save", _HEADED, heading=saved), save)

    def _choose_customers(self, taken: Taken, turns: int) -> None:
        """The first letters of some names, typed key by key into the field."""
        suggest = self.workbench.directory.suggest
        rows = self.workbench.directory.customers(limit=2_000).rows
        names = [row["name"] for row in rows[:: max(1, 8_000 // turns)]]
        for typed in [name[:length] for name in names for length in range(1, 5)]:
            seconds = timed(self.page, _TYPE, _PROPOSED, place=_CUSTOMER, typed=typed)
            taken.add(seconds, partial(suggest, "customer", typed))

    # -- going there -----------------------------------------------------------------------------

    def _to_list(self, typed: str) -> None:
        self._press(".opp-views button", "page.opportunities", _LISTED)
        timed(self.page, _TYPE, _FOUND, place=_BOX, typed=typed)

    def _press(self, place: str, key: str, done: str, **given: Any) -> float:
        words = text(key, LANGUAGE)
        return timed(self.page, _PRESS, done, place=place, words=words, **given)


def _opened(place: Place) -> Any:
    from tests.browser.jupyter import NotebookPage

    notebook = NotebookPage(place.context, place.lab)
    notebook.open(WORKBENCH, THEME)
    notebook.run_all()
    notebook.page.wait_for_selector(_ROW)
    return notebook.page


def _a_sale(workbench: Workbench, number: int) -> Opportunity:
    """A new opportunity like one that is there, open, with 5 priced lines."""
    row = workbench.search(Search(outcomes=(Outcome.OPEN,), limit=1)).rows[0]
    like = workbench.get(Opportunity, row["id"])
    lines = [
        Line(title=f"Line {n}", sale_type="licence", unit_price=Decimal(100 + n)) for n in range(5)
    ]
    return workbench.save(
        like.replace(id=None, version=0, code=None, name=f"Measured {number}", lines=lines)
    )
