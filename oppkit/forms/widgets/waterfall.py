"""A waterfall: bars that go from an opening up and down to a closing, each of them a button."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import anywidget
import traitlets

from oppkit.forms.widgets.assets import all_words, script, styles
from oppkit.forms.widgets.callbacks import Callbacks, Guard, unguarded

WORDS = frozenset({"bar", "cut"})
"""The texts a waterfall needs; `bar` has a {name}, an {amount} and a {count}."""

_FLAT = Decimal("0.25")  # where all that moved is less than this of the highest level, it is cut
_ROOM = Decimal("0.5")  # what is left of the bars below a cut, measured by what moved

Span = tuple[Decimal, Decimal]


@dataclass(frozen=True)
class Step:
    """A bar: `amount` and `count` say its `value`, signed, and how many it is about.

    An `end` stands on the ground; the others begin where the one before them ended.
    """

    key: str
    label: str
    value: Decimal
    amount: str
    count: str
    end: bool = False


class Waterfall(anywidget.AnyWidget):
    """Rises and falls between two ends, from the top down. `selected` is the bar that is pressed.

    `busy` tells people that other figures are being worked out.
    """

    _esm = script("elements.js", "steady.js", "chooser.js", "waterfall.js")
    _css = styles("colours.css", "waterfall.css")

    bars = traitlets.List(traitlets.Dict()).tag(sync=True)
    selected = traitlets.Unicode("").tag(sync=True)
    label = traitlets.Unicode("").tag(sync=True)
    note = traitlets.Unicode("").tag(sync=True)
    busy = traitlets.Bool(False).tag(sync=True)

    def __init__(
        self, words: Mapping[str, str], label: str = "", guard: Guard | None = None
    ) -> None:
        self._words = all_words(words, WORDS)
        self._choose = Callbacks(guard or unguarded)
        super().__init__(label=label)
        self.on_msg(self._received)

    def show(self, steps: Sequence[Step], selected: str = "") -> None:
        """Show these from the top down, with one of them pressed, or none."""
        spans = _spans(steps)
        low, high = _scale(steps, spans)
        with self.hold_sync():
            self.bars = [
                self._bar(step, span, low, high) for step, span in zip(steps, spans, strict=True)
            ]
            self.note = self._words["cut"] if low > 0 else ""
            self.selected = selected

    def on_choose(self, callback: Callable[[str], Any]) -> None:
        """Call with the key of a bar that was clicked, or pressed by keyboard."""
        self._choose.add(callback)

    def _bar(self, step: Step, span: Span, low: Decimal, high: Decimal) -> dict[str, Any]:
        told = self._words["bar"].format(name=step.label, amount=step.amount, count=step.count)
        from_, to = (_share(level, low, high) for level in span)
        return {
            "key": step.key, "label": step.label, "amount": step.amount, "count": step.count,
            "told": told, "kind": _kind(step), "from": from_, "to": to,
            "cut": step.end and low > 0,
        }  # fmt: skip

    def _received(self, _widget: Any, content: Mapping[str, Any], _buffers: Any) -> None:
        if content.get("type") == "choose":
            self._choose.call(str(content["key"]))


def _kind(step: Step) -> str:
    if step.end:
        return "end"
    return "up" if step.value > 0 else "down" if step.value < 0 else "same"


def _spans(steps: Sequence[Step]) -> list[Span]:
    """From where to where each bar goes."""
    spans, level = [], Decimal(0)
    for step in steps:
        start = Decimal(0) if step.end else level
        level = start + step.value
        spans.append((start, level))
    return spans


def _scale(steps: Sequence[Step], spans: Sequence[Span]) -> Span:
    """The levels at the left and at the right edge.

    The ground is at the left; but where little moved, so little that nobody would see it beside
    the ends, these are cut off below what moved.
    """
    levels = [level for _, level in spans]
    low, high = min(levels, default=Decimal(0)), max(levels, default=Decimal(0))
    moved = high - low
    if low > 0 and 0 < moved < _FLAT * high and any(not step.end for step in steps):
        return low - _ROOM * moved, high
    return min(low, Decimal(0)), max(high, Decimal(0))


def _share(level: Decimal, low: Decimal, high: Decimal) -> float:
    """Where a level stands between the edges, from 0 to 1."""
    if high == low:
        return 0.0
    return round(float((max(level, low) - low) / (high - low)), 5)
