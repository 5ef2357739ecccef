"""A movement by a dimension: what each group had, won and lost, and what it has."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from oppkit.charts.values import missing
from oppkit.forms.movement_figures import Figures
from oppkit.forms.movement_values import in_order, value_name
from oppkit.forms.related_table import height_of
from oppkit.forms.screen import Screen, joined
from oppkit.forms.widgets.table import Cell, Column, Table, TableRow


@dataclass(frozen=True)
class Group:
    """opening + more + less = closing."""

    value: Any
    opening: Decimal
    more: Decimal
    less: Decimal
    closing: Decimal


class GroupsTable(Table):
    """One line for each group; `on_group` is told which one is opened, to look at it alone."""

    def __init__(self, screen: Screen, on_group: Callable[[str, Any], Any]) -> None:
        self.screen = screen
        self.groups: Sequence[Group] = ()
        self._figures: Figures | None = None
        self._dimension = ""
        say = screen.text
        super().__init__(
            [], self._rows_from, screen.words("listing") | {"empty": say("movement_view.no_group")},
            label=say("movement_view.groups"), guard=screen.guard,
        )  # fmt: skip
        self._on_group = on_group
        self.on_open(self._opened)

    def show(self, figures: Figures, dimension: str) -> None:
        """Show the groups of a movement by one dimension."""
        self._figures, self._dimension = figures, dimension
        self.groups = groups_of(figures, dimension)
        number = len(self.groups)
        overlap = self.screen.text("movement_view.overlap") if figures.movement.repeated else ""
        with self.hold_sync():
            self.columns = [asdict(column) for column in self._columns()]
            self.height = height_of(number)
            self.refresh(number, joined([self.screen.count("groups", number), overlap]))

    # -- inside ----------------------------------------------------------------------------------

    def _opened(self, key: str) -> None:
        """Not by its place: what is clicked may have left it by then."""
        for group in self.groups:
            if self._key(group) == key:
                self._on_group(self._dimension, group.value)

    def _key(self, group: Group) -> str:
        return f"{self._dimension}:{group.value}"

    def _columns(self) -> list[Column]:
        say = self.screen.text
        sums = [
            Column(name, say(f"movement_view.{name}"), "end", "10rem", sortable=False)
            for name in ("opening", "more", "less", "closing")
        ]
        name = say(f"dimension.{self._dimension}")
        return [Column("group", name, width="2fr", sortable=False), *sums]

    def _rows_from(self, offset: int, limit: int) -> list[TableRow]:
        return [self._row(group) for group in self.groups[offset : offset + limit]]

    def _row(self, group: Group) -> TableRow:
        assert self._figures is not None
        amount = self._figures.amount
        moved: list[Cell] = [
            {"text": amount(value), "tone": "" if value else "muted"}
            for value in (group.more, group.less)
        ]
        name = value_name(self.screen, self._dimension, group.value)
        opening, closing = (amount(end, signed=False) for end in (group.opening, group.closing))
        return TableRow(self._key(group), [name, opening, *moved, closing])


def groups_of(figures: Figures, dimension: str) -> list[Group]:
    """The groups in their order, from the parts of each."""
    rows: dict[Any, dict[str, Decimal]] = {}
    for row in figures.parts:
        value = None if missing(row[dimension]) else row[dimension]
        rows.setdefault(value, {})[row["part"]] = figures.value(row)
    return [_group(value, rows[value]) for value in in_order(figures.screen, dimension, rows)]


def _group(value: Any, parts: dict[str, Decimal]) -> Group:
    opening, closing = (parts.pop(end, Decimal(0)) for end in ("opening", "closing"))
    more = sum((one for one in parts.values() if one > 0), Decimal(0))
    less = sum((one for one in parts.values() if one < 0), Decimal(0))
    return Group(value, opening, more, less, closing)
