"""Somebody else saved meanwhile: what merged, and what must be chosen."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import ipywidgets as widgets

from oppkit.forms.dialog import Answer, Dialog, button
from oppkit.forms.pairing import paired_lines
from oppkit.forms.screen import Screen
from oppkit.forms.telling import NOT_TOLD, lowered
from oppkit.forms.widgets.choices import Choice, Choices, Side, Texts
from oppkit.forms.widgets.plain import Plain
from oppkit.forms.wording import Wording
from oppkit.model import Collision, EditConflict, Record

_ALWAYS = ("title", "amount")


class ConflictDialog(Dialog):
    """Both values of each field that two people changed, to choose from before saving.

    Nothing is chosen beforehand: either choice would overwrite what somebody typed.
    """

    def __init__(
        self, screen: Screen, conflict: EditConflict, on_settled: Callable[[Any], Any],
        on_cancel: Callable[[], Any] = lambda: None,
    ) -> None:  # fmt: skip
        self.screen, self.conflict = screen, conflict
        self._on_settled, self._on_cancel = on_settled, on_cancel
        self.author = _author(screen, conflict)
        self.choices = Choices(self._headings(), _choices(Wording(screen), conflict))
        self.count = Plain(tone="muted", live=True)
        self.choices.observe(screen.guard(lambda _change: self._count()), "chosen")
        self._count()
        super().__init__(
            screen.text("conflict.title"), self._body(),
            [
                Answer(screen.text("conflict.save"), self.save, "primary"),
                Answer(screen.text("conflict.cancel"), self._cancel),
            ],
            screen.guard, wide=True,
        )  # fmt: skip

    def choose(self, field: str, side: Side) -> None:
        """Choose for one field, as its radio button does."""
        self.choices.choose(field, side)

    def choose_all(self, side: Side) -> None:
        """Choose one side for all fields, as the buttons above them do."""
        self.choices.choose_all(side)

    def save(self) -> bool:
        """Hand over the settled record; False, with a note, while a choice is missing."""
        if self.choices.missing:
            self.choices.asked = True
            self.count.tone, self.count.text = "bad", self.screen.text("conflict.choose")
            return False
        self._on_settled(self.conflict.settled(self.choices.mine))
        return True

    def _cancel(self) -> None:
        self._on_cancel()

    def _body(self) -> list[Any]:
        screen, author = self.screen, self.author
        explained = screen.text("conflict.explained", author=author, record=self._key())
        sides: tuple[Side, Side] = ("mine", "theirs")
        shortcuts = [
            button(
                screen.text(f"conflict.all_{side}", author=author),
                partial(self.choose_all, side), screen.guard,
            )
            for side in sides
        ]  # fmt: skip
        row = widgets.HBox([*shortcuts, self.count]).add_class("opp-conflict-shortcuts")
        return [Plain(text=explained), row, self.choices, Plain(text=self._merged(), tone="muted")]

    def _headings(self) -> list[str]:
        fixed = [self.screen.text(f"conflict.{name}") for name in ("field", "before", "mine")]
        return [*fixed, self.author]

    def _key(self) -> str:
        return str(self.conflict.values.get("key", ""))

    def _merged(self) -> str:
        """What needs no choice: fields that only one of both has changed."""
        settled, theirs = self.conflict.settled(()), self.conflict.theirs
        names = _labels(Wording(self.screen), settled, theirs)
        if not names:
            return self.screen.text("conflict.merged_theirs", author=self.author)
        return self.screen.text("conflict.merged", fields=names, author=self.author)

    def _count(self) -> None:
        of = len(self.choices.fields)
        done = of - len(self.choices.missing)
        self.count.tone = "muted"
        self.count.text = self.screen.text("conflict.chosen", number=done, count=of)


def conflict_dialog(
    screen: Screen, conflict: EditConflict, on_settled: Callable[[Any], Any],
    on_cancel: Callable[[], Any] = lambda: None,
) -> ConflictDialog:  # fmt: skip
    """Ask over the page which values to keep; `on_settled` gets the record to save then."""
    dialog = ConflictDialog(screen, conflict, on_settled, on_cancel)
    screen.ask(dialog)
    return dialog


def merged_message(screen: Screen, mine: Record, base: Record, saved: Record) -> str:
    """What to say after a save that took in somebody else's edits; nothing when it took in none.

    `base` is what the edit started from, `mine` what was to be saved, `saved` what now stands.
    """
    names = _labels(Wording(screen), mine, saved)
    first, last = (record.__dict__["version"] for record in (base, saved))
    between = [v for v in screen.workbench.history(saved) if first < v.version < last]
    if not names or not between:
        return ""
    authors = ", ".join(dict.fromkeys(version.author for version in between))
    return screen.text("conflict.saved_merged", author=authors, fields=names)


def _author(screen: Screen, conflict: EditConflict) -> str:
    author = str(conflict.values.get("author", "?"))
    return screen.text("conflict.somebody") if author == "?" else author


def _labels(wording: Wording, one: Record, other: Record) -> str:
    """The fields in which two records differ, for the middle of a sentence."""
    names = (name for name in type(other).model_fields if name not in NOT_TOLD)
    differing = [name for name in names if one.__dict__[name] != other.__dict__[name]]
    return ", ".join(lowered(wording.label(name)) for name in differing)


def _choices(wording: Wording, conflict: EditConflict) -> list[Choice]:
    mine = conflict.settled([item.field for item in conflict.collisions])
    records = (conflict.theirs, mine, conflict.theirs)
    return [_choice(wording, item, records) for item in conflict.collisions]


def _choice(wording: Wording, item: Collision, records: tuple[Any, Any, Any]) -> Choice:
    values = (item.base, item.mine, item.theirs)
    shown: list[str | Texts]
    if item.field == "lines":
        columns = _columns(*values)
        pairs = zip(values, records, strict=True)
        shown = [_lines(wording, columns, lines or (), record) for lines, record in pairs]
    else:
        pairs = zip(values, records, strict=True)
        shown = [wording.value(item.field, value, record) for value, record in pairs]
    return Choice(item.field, wording.label(item.field), *shown)


def _columns(base: Any, mine: Any, theirs: Any) -> list[str]:
    """What must be seen of lines: title, amount, and whatever an edit changed in a line."""
    sides = [(base, mine), (base, theirs)] if base is not None else [(mine, theirs)]
    edited = [pair for old, new in sides for pair in paired_lines(old, new).kept]
    lines = [line for side in (base, mine, theirs) for line in side or ()]
    return [
        name
        for name in (type(lines[0]).model_fields if lines else ())
        if name in _ALWAYS or any(old.__dict__[name] != new.__dict__[name] for old, new in edited)
    ]


def _lines(
    wording: Wording, columns: list[str], lines: tuple[Any, ...], record: Record
) -> str | Texts:
    if not lines:
        return wording.value("lines", (), record)
    return Texts(
        [wording.label(name) for name in columns],
        [[wording.of_part(line, name, record) for name in columns] for line in lines],
    )
