"""A date as people type it, or as they choose it in a calendar in the language of the page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import anywidget
import traitlets

from oppkit.forms.widgets.assets import all_words, script, styles
from oppkit.forms.widgets.callbacks import Callbacks, Guard, unguarded
from oppkit.locale import formats
from oppkit.locale.typed import NotUnderstood, parse_date

WORDS = frozenset(
    {"calendar", "hint", "next_month", "next_year", "open", "previous_month", "previous_year"}
    | {"today"}
)
"""The texts a date field needs; `hint` stands in it while it is empty."""


class DateInput(anywidget.AnyWidget):
    """A text that stands for a day: `iso` is what was understood of it, or empty.

    A text that is understood is written in the format of the language when one leaves the field.
    """

    _esm = script("elements.js", "popup.js", "input_field.js", "calendar.js", "date_input.js")
    _css = styles("colours.css", "combobox.css", "inputs.css")

    # Not sent back to the page it came from: more may have been typed there meanwhile.
    text = traitlets.Unicode("").tag(sync=True, echo_update=False)
    iso = traitlets.Unicode("").tag(sync=True)
    today = traitlets.Unicode("").tag(sync=True)
    months = traitlets.List(traitlets.Unicode()).tag(sync=True)
    weekdays = traitlets.List(traitlets.Dict()).tag(sync=True)
    pattern = traitlets.Unicode("").tag(sync=True)
    label = traitlets.Unicode("").tag(sync=True)
    words = traitlets.Dict().tag(sync=True)
    required = traitlets.Bool(False).tag(sync=True)
    disabled = traitlets.Bool(False).tag(sync=True)

    def __init__(
        self,
        language: str,
        today: date,
        words: Mapping[str, str],
        label: str = "",
        guard: Guard | None = None,
        required: bool = False,
    ) -> None:
        self._language = language
        self._change = Callbacks(guard or unguarded)
        long, short = (formats.weekday_names(language, short) for short in (False, True))
        super().__init__(
            words=all_words(words, WORDS), label=label, required=required,
            today=today.isoformat(), pattern=_pattern(language),
            months=[name for _, name in formats.month_names(language)],
            weekdays=[{"short": s, "long": w} for s, w in zip(short, long, strict=True)],
        )  # fmt: skip
        self.observe(self._changed, "text")
        self.on_msg(self._received)

    @property
    def value(self) -> date | None:
        """The day, or None for an empty field. Raises `NotUnderstood` for any other text."""
        return parse_date(self.text, self._language)

    def show(self, day: date | None) -> None:
        """Show this day as the language writes it; None empties the field."""
        self.text = "" if day is None else formats.date(day, self._language)

    def on_change(self, callback: Callable[[], Any]) -> None:
        """Call when the text changed, at each keystroke."""
        self._change.add(callback)

    def _changed(self, _change: Any) -> None:
        day = self._understood(self.text)
        self.iso = day.isoformat() if day else ""
        self._change.call()

    def _understood(self, text: str) -> date | None:
        try:
            return parse_date(text, self._language)
        except NotUnderstood:
            return None

    def _received(self, _widget: Any, content: Mapping[str, Any], _buffers: Any) -> None:
        """The page writes the text anew itself, unless more was typed by then."""
        if content.get("type") != "left":
            return
        text = str(content["text"])
        day = self._understood(text)
        if day is not None and (written := formats.date(day, self._language)) != text:
            view = content["view"]
            self.send({"type": "rewrite", "view": view, "from": text, "to": written})


def _pattern(language: str) -> str:
    """How the language writes a day, with {day}, {month} and {year} in their places."""
    written = formats.date(date(2003, 12, 31), language)
    places = {"2003": "{year}", "12": "{month}", "31": "{day}"}
    for digits, place in places.items():
        written = written.replace(digits, place)
    return written
