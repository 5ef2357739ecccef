"""Columns of cards that are dragged, or moved by keyboard, from one to another."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import anywidget
import traitlets

from oppkit.forms.widgets.assets import all_words, script, styles
from oppkit.forms.widgets.callbacks import Callbacks, Guard, unguarded

WORDS = frozenset(
    {"back", "cancelled", "dropped", "empty", "help", "late", "more", "moved", "picked", "refused"}
    | {"saving"}
)
"""The texts a board needs: `back`, `dropped`, `moved`, `picked` and `refused` have a {name} and a
{column}, `cancelled` a {name}, `more` a {number}."""


@dataclass(frozen=True)
class BoardColumn:
    """A column: `count` is of all its cards, `more` of those not shown; `sums` are ready to show.

    `tone` "late" marks what is overdue. Nothing can be dropped where `droppable` is false.
    """

    key: str
    label: str
    count: int
    sums: Sequence[str] = ()
    tone: str = ""
    droppable: bool = True
    more: int = 0


@dataclass(frozen=True)
class Card:
    """A card: `key` is unique on the board; `share` (0 to 1) is a bar, `share_text` says it.

    It cannot be dropped on the columns in `barred`. `tone` "late" marks what is overdue.
    """

    key: str
    name: str
    customer: str = ""
    amount: str = ""
    owner: str = ""
    day: str = ""
    share: float | None = None
    share_text: str = ""
    tone: str = ""
    barred: Sequence[str] = ()

    def __post_init__(self) -> None:
        if self.share is not None and not 0 <= self.share <= 1:
            raise ValueError(f"The share of card {self.key} must be between 0 and 1.")


class Board(anywidget.AnyWidget):
    """Cards in columns. A dropped card waits in its new column, until `show` tells the truth."""

    _esm = script("elements.js", "steady.js", "board_cards.js", "board_drag.js", "board.js")
    _css = styles("colours.css", "board.css")

    columns = traitlets.List(traitlets.Dict()).tag(sync=True)
    cards = traitlets.Dict().tag(sync=True)
    words = traitlets.Dict().tag(sync=True)
    label = traitlets.Unicode("").tag(sync=True)
    height = traitlets.Unicode("").tag(sync=True)
    busy = traitlets.Unicode("").tag(sync=True)
    generation = traitlets.Int(0).tag(sync=True)
    # The latest move of each view that Python knows of: `show` does not tell of later ones.
    handled = traitlets.Dict().tag(sync=True)

    def __init__(
        self,
        words: Mapping[str, str],
        label: str = "",
        guard: Guard | None = None,
        number: Callable[[int], str] = str,
        height: str = "min(70vh, 40rem)",
    ) -> None:
        """`number` writes a count in the language of the page."""
        guard = guard or unguarded
        self._number = number
        self._move, self._open, self._more = Callbacks(guard), Callbacks(guard), Callbacks(guard)
        super().__init__(words=all_words(words, WORDS), label=label, height=height)
        self.on_msg(self._received)

    def show(self, columns: Sequence[BoardColumn], cards: Mapping[str, Sequence[Card]]) -> None:
        """Show these columns from left to right, and the cards of each by its key."""
        strays = cards.keys() - {column.key for column in columns}
        if strays:
            raise ValueError(f"There is no column for the cards of {', '.join(sorted(strays))}.")
        with self.hold_sync():
            self.columns = [self._column(column) for column in columns]
            self.cards = {
                column.key: [_card(card) for card in cards.get(column.key, ())]
                for column in columns
            }
            self._shown_anew()

    def on_move(self, callback: Callable[[str, str, str], Any]) -> None:
        """Call with card, old and new column when a card is dropped; then call `show`.

        When the callback raises, the card goes back.
        """
        self._move.add(callback)

    def on_open(self, callback: Callable[[str], Any]) -> None:
        """Call with the key of a card that was double-clicked, or opened by its name or Enter."""
        self._open.add(callback)

    def on_more(self, callback: Callable[[str], Any]) -> None:
        """Call with the key of a column of which more cards are wanted."""
        self._more.add(callback)

    def _column(self, column: BoardColumn) -> dict[str, Any]:
        number = self._number(column.more)
        more = self.words["more"].replace("{number}", number) if column.more else ""
        return asdict(column) | {"count": self._number(column.count), "more": more}

    def _shown_anew(self) -> None:
        self.busy = ""
        self.generation += 1

    def _received(self, _widget: Any, content: Mapping[str, Any], _buffers: Any) -> None:
        if content.get("type") == "open":
            self._open.call(str(content["card"]))
        elif content.get("type") == "more":
            self._more.call(str(content["column"]))
        elif content.get("type") == "move":
            self._moved(content)

    def _moved(self, content: Mapping[str, Any]) -> None:
        """Tell the owner. The card goes back if nobody listens, or on a failure or interruption."""
        before, through = self.generation, False
        self.busy = str(content["card"])
        self.handled = self.handled | {str(content["view"]): int(content["move"])}
        try:
            told = self._move.call(self.busy, str(content["from"]), str(content["to"]))
            through = told and bool(self._move)
        finally:
            if not through and self.generation == before:
                self._shown_anew()


def _card(card: Card) -> dict[str, Any]:
    return asdict(card) | {"initials": initials(card.owner)}


def initials(name: str) -> str:
    """The first letters of the first and the last word: "Anne-Marie Le Goff" gives "AG"."""
    words = [word for word in name.split() if word[0].isalpha()]
    return "".join(word[0].upper() for word in (words[:1] + words[1:][-1:]))
