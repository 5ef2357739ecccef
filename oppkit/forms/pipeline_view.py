"""What the board and the calendar have in common: filters, cards, moves, and their undoing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import ipywidgets as widgets
from pydantic import ValidationError

from oppkit.boards import CARDS, Pipeline
from oppkit.forms.board_filters import BoardFilters
from oppkit.forms.cards import Reading
from oppkit.forms.moving import take_back
from oppkit.forms.screen import Screen
from oppkit.forms.widgets.board import Board, BoardColumn
from oppkit.locale import formats
from oppkit.model import NotFound, Opportunity, UserError


class PipelineView(widgets.VBox):
    """Opportunities in columns. Nothing is read before `refresh`, and then only the cards shown.

    Subclasses say what is `read`, how its `heads` look, and what a `move` does.
    """

    def __init__(
        self, screen: Screen, label: str, more: Sequence[widgets.Widget] = ()
    ) -> None:  # fmt: skip
        self.screen = screen
        self._shown: Counter[str] = Counter()
        self._rows: dict[str, Mapping[str, Any]] = {}
        self._telling = False
        self.filters = BoardFilters(screen, self._filtered)
        self.board = Board(
            screen.words("board"), label, screen.guard,
            lambda number: formats.number(number, screen.language),
        )  # fmt: skip
        self.board.on_move(self._dropped)
        self.board.on_open(self.open_card)
        self.board.on_more(self.show_more)
        super().__init__([self.filters, *more, self.board])
        self.add_class("opp-view")
        self.add_class("opp-pipeline")

    # -- what subclasses say ---------------------------------------------------------------------

    def read(self, shown: Mapping[str, int]) -> Pipeline:
        """The columns under the present filters, with at most `shown` cards of each."""
        raise NotImplementedError

    def heads(self, found: Pipeline, reading: Reading) -> list[BoardColumn]:
        """How the columns are headed."""
        raise NotImplementedError

    def move(self, card: str, old: str, new: str) -> None:
        """Move a card from a column to another, as dropping it there does."""
        raise NotImplementedError

    # -- what people do --------------------------------------------------------------------------

    def refresh(self) -> None:
        """Read again what is shown."""
        if self._telling:
            return  # these are news of our own, which are shown already
        # A column shows as many cards as were asked for, however often it is read again.
        found = self.read({key: CARDS + more for key, more in self._shown.items()})
        reading = Reading(self.screen, self.filters.measure, found.today, found.currency)
        self._rows = {str(row["id"]): row for column in found.columns for row in column.rows}
        cards = {column.key: [reading.card(row) for row in column.rows] for column in found.columns}
        self.board.show(self.heads(found, reading), cards)

    def show_more(self, column: str) -> None:
        """Show further cards of a column."""
        self._shown[column] += CARDS
        self.refresh()

    def open_card(self, card: str) -> None:
        """Show the form of a card's opportunity."""
        workbench = self.screen.workbench
        record = self.unless_gone(card, lambda: workbench.get(Opportunity, int(card)))
        if record is not None:
            self.screen.open(record)

    # -- moves -----------------------------------------------------------------------------------

    def settle(
        self, before: Opportunity, after: Opportunity, text: str,
        action: str = "", on_action: Callable[[], Any] | None = None,
    ) -> None:  # fmt: skip
        """Show how things stand after a move and say so; unless told otherwise, offer to undo."""
        self.screen.notice.say(
            text, "good", action or self.screen.text("board.undo"),
            self.screen.guard(on_action or partial(self.undo, before, after)),
        )  # fmt: skip
        self.refresh()
        self._tell()

    def undo(self, before: Opportunity, after: Opportunity) -> None:
        """Take a move back. What a colleague changed since stays."""
        try:
            take_back(self.screen, before, after)
        finally:
            self.refresh()
        self.screen.say("board.undone", "good", name=after.name)
        self._tell()

    def unless_gone(self, card: str, act: Callable[[], Any]) -> Any:
        """Do something with a card; when it was deleted meanwhile, say so and show what is left."""
        try:
            return act()
        except NotFound:
            name = self._rows[card]["name"] if card in self._rows else f"#{card}"
            self.refresh()
            self.screen.say("board.gone", "bad", name=name)
            return None

    # -- inside ----------------------------------------------------------------------------------

    def _dropped(self, card: str, old: str, new: str) -> None:
        try:
            self.unless_gone(card, lambda: self.move(card, old, new))
        except (UserError, ValidationError):
            self.refresh()
            raise

    def _filtered(self) -> None:
        self._shown.clear()
        self.refresh()

    def _tell(self) -> None:
        self._telling = True
        try:
            self.screen.changed()
        finally:
            self._telling = False
