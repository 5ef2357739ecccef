"""A field made of rows: each column of the grid is written and read as a field of its own."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from oppkit.forms.fields import UNREADABLE, Field
from oppkit.forms.screen import Screen
from oppkit.forms.widgets.grid import EditGrid, GridColumn, GridRow
from oppkit.locale.typed import NotUnderstood, parse_decimal, parse_percent
from oppkit.model.record import Record


@dataclass(frozen=True)
class Cell:
    """A column, and how its texts stand for values; the name is that of the records' field."""

    column: GridColumn
    write: Callable[[Any], str]
    read: Callable[[str], Any]


class GridField(Field):
    """Rows of records in the order in which they stand; what no column shows is kept."""

    has_rows = True

    def __init__(
        self, name: str, screen: Screen, cells: Sequence[Cell], label: str,
        blank: Mapping[str, Any],
        actions: Iterable[str] = ("add", "duplicate", "delete", "move"), **options: Any,
    ) -> None:  # fmt: skip
        """`blank` holds the values of a new row; `options` go to the grid."""
        self.screen = screen
        self.cells = {cell.column.name: cell for cell in cells}
        self.blank = dict(blank)
        self._kept: dict[str, dict[str, Any]] = {}
        self._keys = (f"row{number}" for number in itertools.count())
        self._listeners: list[Callable[[], Any]] = []
        self.grid = EditGrid(
            [cell.column for cell in cells], screen.words("grid"), label=label,
            guard=screen.guard, actions=frozenset(actions), **options,
        )  # fmt: skip
        super().__init__(name, self.grid)
        self.grid.add_class("opp-grid-field")
        self.grid.on_edit(lambda key, _column, _text: self._edited(key))
        self.grid.on_pick(self.picked)
        self.grid.on_add(self.add)
        self.grid.on_duplicate(self.duplicate)
        self.grid.on_delete(self.remove)
        self.grid.on_move(self.move)

    # -- values ----------------------------------------------------------------------------------

    def show(self, value: Iterable[Record | Mapping[str, Any]] | None) -> None:
        self._kept = {}
        self.grid.set_notes({})
        self._put([self._new_row(_values(record)) for record in value or ()])

    def read(self) -> list[dict[str, Any]]:
        return [self.values(row) for row in self.grid.rows]

    def values(self, row: GridRow) -> dict[str, Any]:
        """The values of a row; `UNREADABLE` for a text that cannot be read, None for no place."""
        values = dict(self._kept[row.key])
        for name, cell in self.cells.items():
            if cell.column.kind == "figure":
                continue
            try:
                values[name] = None if name in row.absent else cell.read(row.cells.get(name, ""))
            except NotUnderstood:
                values[name] = UNREADABLE
        return values

    def unreadable(self) -> dict[str, str]:
        return {
            f"{place}.{name}": sentence
            for place, row in enumerate(self.grid.rows)
            for name, sentence in self._unreadable(row).items()
        }

    @property
    def typed(self) -> Any:
        return tuple(
            (tuple(sorted(row.cells.items())), repr(sorted(self._kept[row.key].items())))
            for row in self.grid.rows
        )

    def note(self, problems: Mapping[str, str]) -> dict[str, str]:
        rows, rest = self.grid.rows, dict[str, str]()
        notes: dict[str, dict[str, str]] = {}
        for path, sentence in problems.items():
            place, _, column = path.partition(".")
            if not place.isdigit() or int(place) >= len(rows):
                rest[path] = sentence
                continue
            row = rows[int(place)]
            shown = column in self.cells and column not in row.absent
            notes.setdefault(row.key, {})[column if shown else self.stands_for(column)] = sentence
        self.grid.set_notes(notes)
        return rest

    def stands_for(self, column: str) -> str:
        """The column beside which a problem of a field without a column is said; "" the row."""
        return ""

    def on_change(self, callback: Callable[[], Any]) -> None:
        self._listeners.append(callback)

    def enable(self, enabled: bool) -> None:
        self.grid.disabled = not enabled

    # -- rows ------------------------------------------------------------------------------------

    def add(self) -> None:
        """Add an empty row at the end, and go to it."""
        row = self._new_row(self.blank)
        self._put([*self.grid.rows, row])
        self.grid.focus_on(row.key, next(iter(self.cells)))

    def duplicate(self, key: str) -> None:
        """Put a copy of a row below it."""
        rows = list(self.grid.rows)
        place = self._place(key)
        copy = next(self._keys)
        self._kept[copy] = self.copied(self._kept[key])
        rows.insert(place + 1, replace(rows[place], key=copy))
        self._put(rows)
        self.grid.focus_on(copy, next(iter(self.cells)))

    def copied(self, kept: Mapping[str, Any]) -> dict[str, Any]:
        """What a copied row keeps beside its texts; an identifier is not copied."""
        return {name: value for name, value in kept.items() if name != "id"}

    def remove(self, key: str) -> None:
        """Take a row away."""
        self._put([row for row in self.grid.rows if row.key != key])

    def move(self, key: str, place: int) -> None:
        """Put a row in another place, counted from zero."""
        rows = list(self.grid.rows)
        rows.insert(place, rows.pop(self._place(key)))
        self._put(rows)

    def type(self, place: int, column: str, text: str) -> None:
        """Type a text into a cell as a person does; for programs and tests."""
        row = self.grid.rows[place]
        rows = list(self.grid.rows)
        rows[place] = replace(row, cells={**row.cells, column: text})
        self._put(rows)

    def picked(self, key: str, column: str, choice: str | None) -> None:
        """Follow a choice in a cell of kind pick: subclasses keep its identifier."""

    # -- what subclasses follow ------------------------------------------------------------------

    def arranged(self, row: GridRow) -> GridRow:
        """The row with the places and figures that its values call for."""
        return row

    def _edited(self, key: str) -> None:
        rows = list(self.grid.rows)
        place = self._place(key)
        before, after = rows[place], self.arranged(rows[place])
        if replace(before, figures=after.figures) != after:
            rows[place] = after
            self.grid.show(rows)
        elif before.figures != after.figures:
            self.grid.set_figures({key: after.figures})
        self._tell()

    def _put(self, rows: Sequence[GridRow]) -> None:
        self.grid.show([self.arranged(row) for row in rows])
        self._tell()

    def _tell(self) -> None:
        for callback in self._listeners:
            callback()

    def _place(self, key: str) -> int:
        return next(place for place, row in enumerate(self.grid.rows) if row.key == key)

    def _new_row(self, values: Mapping[str, Any]) -> GridRow:
        key = next(self._keys)
        self._kept[key] = {name: v for name, v in values.items() if name not in self.cells}
        written = {
            name: cell.write(values.get(name))
            for name, cell in self.cells.items()
            if cell.column.kind != "figure"
        }
        return GridRow(key, written)

    def _unreadable(self, row: GridRow) -> dict[str, str]:
        found = {}
        for name, cell in self.cells.items():
            if cell.column.kind == "figure" or name in row.absent:
                continue
            try:
                cell.read(row.cells.get(name, ""))
            except NotUnderstood as error:
                found[name] = str(error)
        return found


def _values(record: Record | Mapping[str, Any]) -> Mapping[str, Any]:
    return record if isinstance(record, Mapping) else record.__dict__


# -- cells of each kind ----------------------------------------------------------------------------


def text_cell(name: str, label: str, width: str = "1fr", required: bool = False) -> Cell:
    """A text; an empty one stays empty."""
    column = GridColumn(name, label, "text", width, required=required)
    return Cell(column, lambda value: value or "", str.strip)


def optional_text_cell(name: str, label: str, width: str = "1fr") -> Cell:
    """A text of which an empty one is no value."""
    return Cell(
        GridColumn(name, label, "text", width), lambda value: value or "",
        lambda text: text.strip() or None,
    )  # fmt: skip


def number_cell(name: str, label: str, screen: Screen, width: str = "6rem") -> Cell:
    """A number in the language of the page."""
    return Cell(
        GridColumn(name, label, "number", width), screen.number,
        lambda text: parse_decimal(text, screen.language),
    )  # fmt: skip


def percent_cell(
    name: str, label: str, screen: Screen, width: str = "5rem", empty: Decimal | None = None
) -> Cell:
    """A fraction, typed and shown as a percentage; `empty` is the value of an empty cell."""

    def read(text: str) -> Decimal | None:
        value = parse_percent(text, screen.language)
        return empty if value is None else value

    return Cell(
        GridColumn(name, label, "number", width),
        lambda value: "" if value == empty else screen.percent(value), read,
    )  # fmt: skip


def whole_cell(name: str, label: str, screen: Screen, width: str = "4rem") -> Cell:
    """A whole number; what has decimals is left to the record, which refuses it."""

    def read(text: str) -> Any:
        value = parse_decimal(text, screen.language)
        return int(value) if value is not None and value == value.to_integral_value() else value

    return Cell(GridColumn(name, label, "number", width), screen.number, read)


def choice_cell(
    name: str, label: str, options: Sequence[tuple[str, str]], width: str = "8rem",
    required: bool = False,
) -> Cell:  # fmt: skip
    """One of (code, label); the code "" stands for no value."""
    return Cell(
        GridColumn(name, label, "choice", width, options=options, required=required),
        lambda value: "" if value is None else str(value),
        lambda text: text or None,
    )


def check_cell(name: str, label: str, width: str = "4rem") -> Cell:
    """Yes or no."""
    return Cell(
        GridColumn(name, label, "check", width), lambda value: "true" if value else "",
        lambda text: text == "true",
    )  # fmt: skip


def figure_cell(name: str, label: str, width: str = "7rem") -> Cell:
    """A text that follows from the others."""
    return Cell(GridColumn(name, label, "figure", width), lambda _: "", lambda _: None)
