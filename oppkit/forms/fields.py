"""The fields of a form: each shows a value, keeps what is typed, and reads it again."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import ipywidgets as widgets

from oppkit.forms.screen import Screen
from oppkit.forms.widgets.date_input import DateInput
from oppkit.forms.widgets.frame import css_class
from oppkit.forms.widgets.plain import Plain
from oppkit.locale.typed import NotUnderstood, parse_decimal, parse_percent
from oppkit.model import Reference

UNREADABLE = object()
"""In the place of a value that cannot be read: no rule accepts it, so that all is refused."""


class Field(ABC):
    """One field of a record. `typed` is what stands in it now, readable or not."""

    has_rows = False

    def __init__(self, name: str, widget: Any) -> None:
        self.name = name
        self.widget = widget
        widget.add_class(css_class(name))
        widget.add_class("opp-field")

    @abstractmethod
    def show(self, value: Any) -> None:
        """Put a value of the record into the field."""

    @abstractmethod
    def read(self) -> Any:
        """The value for the record. Raises `NotUnderstood` for what cannot be read."""

    @property
    @abstractmethod
    def typed(self) -> Any:
        """What stands in the field, to tell whether it was touched."""

    @abstractmethod
    def on_change(self, callback: Callable[[], Any]) -> None:
        """Call when something was typed or chosen, and when a value was shown."""

    def unreadable(self) -> dict[str, str]:
        """The sentences for what `read` gave as `UNREADABLE`, by the path below this field."""
        return {}

    @property
    def places(self) -> tuple[str, ...]:
        """The paths beside whose widgets the page says what is wrong."""
        return (self.name,)

    def note(self, problems: Mapping[str, str]) -> dict[str, str]:
        """Say what is wrong in parts of the field, by the path below it; give back the rest.

        What is given back, the page says below the field.
        """
        return dict(problems)

    def enable(self, enabled: bool) -> None:
        """Let people type here, or not."""
        self.widget.disabled = not enabled


class _Plain(Field):
    """A field whose widget has a `value` of its own."""

    @property
    def typed(self) -> Any:
        return self.widget.value

    def on_change(self, callback: Callable[[], Any]) -> None:
        self.widget.observe(lambda _change: callback(), "value")


class TextField(_Plain):
    """A line of text; an empty one is read as `empty`."""

    def __init__(
        self, name: str, label: str, empty: str | None = "", placeholder: str = "",
    ) -> None:  # fmt: skip
        super().__init__(
            name, widgets.Text(description=label, placeholder=placeholder, continuous_update=True)
        )
        self._empty = empty

    def show(self, value: str | None) -> None:
        self.widget.value = value or ""

    def read(self) -> str | None:
        return self.widget.value.strip() or self._empty


class ProseField(_Plain):
    """A text of several lines."""

    def __init__(self, name: str, label: str, rows: int = 3) -> None:
        super().__init__(
            name, widgets.Textarea(description=label, rows=rows, continuous_update=True)
        )
        self.widget.add_class("opp-prose")

    def show(self, value: str | None) -> None:
        self.widget.value = value or ""

    def read(self) -> str:
        return str(self.widget.value)


class CheckField(_Plain):
    """Yes or no."""

    def __init__(self, name: str, label: str) -> None:
        super().__init__(name, widgets.Checkbox(description=label, indent=False))
        self.widget.add_class("opp-check")

    def show(self, value: bool) -> None:
        self.widget.value = bool(value)

    def read(self) -> bool:
        return bool(self.widget.value)


_NONE = ""  # stands for no value in a dropdown, which would show None as an empty box


class ChoiceField(_Plain):
    """One of a few values, by code; `none` is the words for no value, or None where one must be."""

    def __init__(
        self, name: str, label: str, choices: Iterable[tuple[str, str]] = (),
        none: str | None = "—",
    ) -> None:  # fmt: skip
        super().__init__(name, widgets.Dropdown(description=label))
        self._none = none
        self._offering = False
        self._listeners: list[Callable[[], Any]] = []
        self._offer(choices, None)

    def offer(self, choices: Iterable[tuple[str, str]]) -> None:
        """Offer these (code, label); a value chosen before stays when it is among them."""
        self._offer(choices, self.read())

    def _offer(self, choices: Iterable[tuple[str, str]], chosen: str | None) -> None:
        options = [(self._none, _NONE)] if self._none is not None else []
        options += [(label, code) for code, label in choices]
        codes = [code for _, code in options]
        chosen = _NONE if chosen is None else chosen
        kept = chosen if chosen in codes else (codes[0] if codes else None)
        if self.widget.options == tuple(options):
            return
        # New options make the dropdown choose the first one, which nobody is to hear of.
        self._offering = True
        try:
            with self.widget.hold_sync():
                self.widget.options = options
                self.widget.value = kept
        finally:
            self._offering = False
        if codes and kept != chosen:
            for callback in self._listeners:
                callback()

    def on_change(self, callback: Callable[[], Any]) -> None:
        self._listeners.append(callback)
        self.widget.observe(lambda _change: None if self._offering else callback(), "value")

    def show(self, value: str | None) -> None:
        if value is not None and value not in {code for _, code in self.widget.options}:
            # A code that the list lost is shown as it is, rather than changed in silence.
            self.widget.options = (*self.widget.options, (value, value))
        self.widget.value = _NONE if value is None and self._none is not None else value

    def read(self) -> str | None:
        chosen: str | None = self.widget.value
        return None if chosen == _NONE else chosen


class ListField(ChoiceField):
    """A value of a reference list. Closed values are offered only where they stand already."""

    def __init__(
        self, name: str, label: str, screen: Screen, kind: type[Reference],
        none: str | None = "—",
    ) -> None:  # fmt: skip
        self._screen, self._kind = screen, kind
        super().__init__(name, label, screen.choices(kind), none)

    def show(self, value: str | None) -> None:
        self.offer(self._screen.choices(self._kind, [value]))
        super().show(value)


class FollowingField(ChoiceField):
    """A choice among what another field leaves; `choices` gives (code, label), with one kept."""

    def __init__(
        self, name: str, label: str, choices: Callable[[Any], Iterable[tuple[Any, str]]]
    ) -> None:
        self._choices = choices
        super().__init__(name, label)

    def follow(self) -> None:
        """Offer anew, after the other field has changed."""
        self.offer(self._choices(self.read()))

    def show(self, value: Any) -> None:
        self.offer(self._choices(value))
        super().show(value)


class _Typed(_Plain):
    """A text field that is read in the language of the page."""

    def __init__(self, name: str, label: str, screen: Screen, placeholder: str = "") -> None:
        super().__init__(
            name, widgets.Text(description=label, placeholder=placeholder, continuous_update=True)
        )
        self.widget.add_class("opp-number")
        self._screen = screen


class NumberField(_Typed):
    """A number or an amount."""

    def show(self, value: Decimal | None) -> None:
        self.widget.value = self._screen.number(value)

    def read(self) -> Decimal | None:
        return parse_decimal(self.widget.value, self._screen.language)


class WholeField(NumberField):
    """A number without decimals; others are left to the record, which refuses them."""

    def read(self) -> Any:
        value = super().read()
        return int(value) if value is not None and value == value.to_integral_value() else value


class PercentField(_Typed):
    """A fraction of one, typed and shown as a percentage."""

    def show(self, value: Decimal | None) -> None:
        self.widget.value = self._screen.percent(value)

    def read(self) -> Decimal | None:
        return parse_percent(self.widget.value, self._screen.language)


class DateField(Field):
    """A day, typed in the language of the page or chosen in a calendar."""

    widget: DateInput

    def __init__(self, name: str, label: str, screen: Screen, required: bool = False) -> None:
        words = screen.words("date_input")
        super().__init__(name, DateInput(
            screen.language, screen.workbench.today, words, label, screen.guard, required
        ))  # fmt: skip

    def show(self, value: date | None) -> None:
        self.widget.show(value)

    def read(self) -> date | None:
        return self.widget.value

    @property
    def typed(self) -> str:
        return str(self.widget.text)

    def on_change(self, callback: Callable[[], Any]) -> None:
        self.widget.observe(lambda _change: callback(), "text")


def readable(field: Field) -> Any:
    """What a field holds, or None when it cannot be read: for figures that follow each key."""
    try:
        return field.read()
    except NotUnderstood:
        return None


def row(*fields: Field | widgets.Widget, columns: int | None = None) -> widgets.Box:
    """Fields side by side, in equal columns."""
    shown = [field.widget if isinstance(field, Field) else field for field in fields]
    made = widgets.Box(shown).add_class("opp-row")
    made.add_class(f"opp-columns-{columns or len(shown)}")
    return made


def section(title: str, *parts: Field | widgets.Widget) -> widgets.VBox:
    """A heading and what stands below it."""
    shown = [part.widget if isinstance(part, Field) else part for part in parts]
    return widgets.VBox([Plain(text=title, level=3), *shown]).add_class("opp-section")
