"""What moved in a part of a movement: one line for each opportunity, with what changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from oppkit.charts.movements import changes
from oppkit.charts.values import missing
from oppkit.forms.movement_figures import ENDS, Figures, Row
from oppkit.forms.related_table import height_of
from oppkit.forms.screen import Screen, joined
from oppkit.forms.widgets.table import Column, Table, TableRow
from oppkit.model import Opportunity


class MovesTable(Table):
    """The largest first; each is opened by its name. The sum in the footer is that of the bar."""

    def __init__(self, screen: Screen) -> None:
        self.screen = screen
        self._figures: Figures | None = None
        self._rows_shown: Sequence[Row] = ()
        self._group: Mapping[str, str] = {}
        say = screen.text
        self._columns = [
            Column("name", say("field.name"), width="2fr", sortable=False),
            Column("code", say("field.code"), width="8.4rem", sortable=False),
            Column("customer", say("field.customer_id"), width="1.4fr", sortable=False),
            Column("owner", say("field.owner"), width="1.1fr", sortable=False),
            Column("part", say("movement.part"), width="1.5fr", sortable=False),
            Column("changed", say("movement.changed"), width="2.6fr", sortable=False),
            Column("amount", say("measure.amount"), "end", "9rem", sortable=False),
        ]
        super().__init__(
            self._columns, self._rows_from,
            screen.words("listing") | {"empty": say("movement_view.nothing_moved")},
            label=say("movement_view.moves"), guard=screen.guard,
        )  # fmt: skip
        self.on_open(self.opened)

    def show(self, figures: Figures, part: str, group: Mapping[str, str]) -> None:
        """Show who moved in a part; for one of the ends, in all of them.

        `group` names what the movement is restricted to: {dimension: value}.
        """
        self._figures, self._group = figures, group
        self._rows_shown = figures.moved(part)
        number = len({row["id"] for row in self._rows_shown})
        amount = figures.amount(figures.sum(self._rows_shown))
        footer = joined([self.screen.count("opportunities", number), amount])
        with self.hold_sync():
            self.columns = [
                asdict(column) | self._heading(column) for column in self._columns
                if column.name != "part" or part in ENDS
            ]  # fmt: skip
            self.height = height_of(len(self._rows_shown))
            self.refresh(len(self._rows_shown), footer)

    def opened(self, key: str) -> None:
        """Show the form of the opportunity of a row."""
        record_id = int(key.partition(":")[0])
        self.screen.open(self.screen.workbench.get(Opportunity, record_id))

    # -- inside ----------------------------------------------------------------------------------

    def _heading(self, column: Column) -> dict[str, str]:
        if column.name != "amount" or self._figures is None:
            return {}
        return {"label": self.screen.text(f"measure.{self._figures.measure}")}

    def _rows_from(self, offset: int, limit: int) -> list[TableRow]:
        found = self._rows_shown[offset : offset + limit]
        return [self._row(offset + place, row) for place, row in enumerate(found)]

    def _row(self, place: int, row: Row) -> TableRow:
        assert self._figures is not None
        cells = {
            "name": row["name"],
            "code": row["code"],
            "customer": _latest(row, "customer"),
            "owner": _latest(row, "owner"),
            "part": self.screen.text(f"movement_part.{row['part']}"),
            "changed": self._changed(row),
            "amount": self._figures.amount(self._figures.value(row)),
        }
        # One may move in several parts; and what is clicked may have left its place by then.
        return TableRow(f"{row['id']}:{place}", [cells[column["name"]] for column in self.columns])

    def _changed(self, row: Row) -> str:
        """A group that details do not follow stands before the part, where it is looked for."""
        assert self._figures is not None
        own = {**self._group, **row}
        return changes(own, self._figures.movement.currency, self.screen.language)


def _latest(row: Row, name: str) -> str:
    """What it is now, or what it was before it was gone."""
    now, before = row[f"{name}_after"], row[f"{name}_before"]
    found: Any = before if missing(now) else now
    return "" if missing(found) else str(found)
