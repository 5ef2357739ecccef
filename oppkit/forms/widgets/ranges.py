"""Ranges of amounts on one scale, each on a line with its figures, that can be chosen."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import anywidget
import traitlets

from oppkit.forms.widgets.assets import all_words, script, styles
from oppkit.forms.widgets.callbacks import Callbacks, Guard, unguarded

WORDS = frozenset({"won", "band", "middle", "expected", "target"})
"""The texts a picture of ranges needs: what its shapes stand for."""

DRAWN = "drawn"
"""The name of the column in which the ranges are drawn."""

Write = Callable[[Decimal], str]
Span = tuple[Decimal, Decimal]


@dataclass(frozen=True)
class Range:
    """What may come on top of what is `won`: from `low` to `high`, and what is `expected`.

    A range is drawn from where what is won ends; the `target` is for both together. `cells` are
    its figures by the names of the columns, and `told` says all of it.
    """

    key: str
    label: str
    low: Decimal
    middle: Decimal
    high: Decimal
    expected: Decimal
    won: Decimal = Decimal(0)
    target: Decimal | None = None
    cells: Mapping[str, str] = field(default_factory=dict)
    told: str = ""

    def places(self) -> Iterator[tuple[str, Decimal]]:
        """The amounts that are drawn; where nothing may come, no range is."""
        yield "won", self.won
        names = ("low", "middle", "high", "expected")
        if any(getattr(self, name) for name in names):
            yield from ((name, self.won + getattr(self, name)) for name in names)
        if self.target is not None:
            yield "target", self.target


class Ranges(anywidget.AnyWidget):
    """A table; its `columns` are (name, heading), one of them `DRAWN`, the first that of the names.

    `selected` is the line that is pressed. `busy` tells people that other figures are being worked
    out.
    """

    _esm = script("elements.js", "steady.js", "chooser.js", "ranges.js")
    _css = styles("colours.css", "ranges.css")

    columns = traitlets.List(traitlets.List(traitlets.Unicode())).tag(sync=True)
    lines = traitlets.List(traitlets.Dict()).tag(sync=True)
    ends = traitlets.List(traitlets.Unicode()).tag(sync=True)
    words = traitlets.Dict().tag(sync=True)
    selected = traitlets.Unicode("").tag(sync=True)
    choosable = traitlets.Bool(False).tag(sync=True)
    label = traitlets.Unicode("").tag(sync=True)
    busy = traitlets.Bool(False).tag(sync=True)

    def __init__(
        self, words: Mapping[str, str], label: str = "", choosable: bool = False,
        guard: Guard | None = None,
    ) -> None:  # fmt: skip
        self._choose = Callbacks(guard or unguarded)
        super().__init__(words=all_words(words, WORDS), label=label, choosable=choosable)
        self.on_msg(self._received)

    def show(
        self, ranges: Sequence[Range], columns: Sequence[tuple[str, str]], write: Write,
        selected: str = "",
    ) -> None:  # fmt: skip
        """Show these from the top down; `write` says the amounts at the ends of the scale."""
        low, high = scale = _scale(ranges)
        with self.hold_sync():
            self.columns = [list(column) for column in columns]
            self.lines = [_line(each, [name for name, _ in columns], scale) for each in ranges]
            self.ends = [write(low), write(high)] if high > low else []
            self.selected = selected

    def on_choose(self, callback: Callable[[str], Any]) -> None:
        """Call with the key of a line that was clicked, or pressed by keyboard."""
        self._choose.add(callback)

    def _received(self, _widget: Any, content: Mapping[str, Any], _buffers: Any) -> None:
        if content.get("type") == "choose":
            self._choose.call(str(content["key"]))


def _scale(ranges: Sequence[Range]) -> Span:
    """The amounts at the left and at the right edge; nothing is always between them."""
    amounts = [amount for each in ranges for _, amount in each.places()]
    return min([Decimal(0), *amounts]), max([Decimal(0), *amounts])


def _line(each: Range, columns: Sequence[str], scale: Span) -> dict[str, Any]:
    drawn = {name: _share(amount, scale) for name, amount in each.places()}
    return {
        "key": each.key, "label": each.label, "told": each.told,
        "cells": [each.cells.get(name, "") for name in columns[1:]],
        "drawn": drawn | {"ground": _share(Decimal(0), scale)}, "has_won": bool(each.won),
    }  # fmt: skip


def _share(amount: Decimal, scale: Span) -> float:
    """Where an amount stands between the edges, from 0 to 1."""
    low, high = scale
    return round(float((amount - low) / (high - low)), 5) if high > low else 0.0
