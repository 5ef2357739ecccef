"""Two edits of the same fields side by side, to choose from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import anywidget
import traitlets

from oppkit.forms.widgets.assets import script

Side = Literal["mine", "theirs"]


@dataclass(frozen=True)
class Texts:
    """A value made of several rows of texts, below headings."""

    headings: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True)
class Choice:
    """A field with three values of it, as people read them."""

    field: str
    label: str
    before: str | Texts
    mine: str | Texts
    theirs: str | Texts


class Choices(anywidget.AnyWidget):
    """A row for each choice. Nothing is chosen at first; `asked` marks the rows without a choice.

    `headings` stand above field, before, mine and theirs.
    """

    _esm = script("tables.js", "choices.js")

    headings = traitlets.List(traitlets.Unicode(), minlen=4, maxlen=4).tag(sync=True)
    rows = traitlets.List(traitlets.Dict()).tag(sync=True)
    chosen = traitlets.Dict().tag(sync=True)
    asked = traitlets.Bool(False).tag(sync=True)

    def __init__(self, headings: Sequence[str], choices: Sequence[Choice]) -> None:
        super().__init__(headings=list(headings), rows=[_row(choice) for choice in choices])

    def choose(self, field: str, side: Side) -> None:
        """Choose a side for one field. Raises `KeyError` for one that is not there."""
        if field not in self.fields:
            raise KeyError(f"there is no choice for {field}")
        self.chosen = self.chosen | {field: side}

    def choose_all(self, side: Side) -> None:
        """Choose one side for all fields."""
        self.chosen = dict.fromkeys(self.fields, side)

    @property
    def fields(self) -> list[str]:
        """The fields to choose for."""
        return [row["field"] for row in self.rows]

    @property
    def missing(self) -> list[str]:
        """The fields for which nothing is chosen."""
        return [field for field in self.fields if self.chosen.get(field) not in ("mine", "theirs")]

    @property
    def mine(self) -> list[str]:
        """The fields for which my value is chosen."""
        return [field for field in self.fields if self.chosen.get(field) == "mine"]


def _row(choice: Choice) -> dict[str, Any]:
    return {
        "field": choice.field, "label": choice.label, "before": _cell(choice.before),
        "mine": _cell(choice.mine), "theirs": _cell(choice.theirs),
    }  # fmt: skip


def _cell(value: str | Texts) -> dict[str, Any]:
    if isinstance(value, str):
        return {"text": value}
    return {"headings": list(value.headings), "rows": [list(row) for row in value.rows]}
