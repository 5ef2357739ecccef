"""What the lines of an opportunity and of a quote share: the sale type decides their fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from oppkit.forms.fields import UNREADABLE
from oppkit.forms.grid_field import Cell, GridField, choice_cell, number_cell, text_cell, whole_cell
from oppkit.forms.screen import Screen
from oppkit.forms.widgets.grid import GridRow
from oppkit.model import Pricing, Recurrence, SaleType


class PricedLines(GridField):
    """Rows with a quantity and a price; their figures follow each keystroke."""

    def __init__(self, screen: Screen, own: Sequence[Cell], blank: Mapping[str, Any]) -> None:
        """`own` are the columns after those that all lines have, `blank` the values of the same."""
        say = screen.text
        cells = [
            choice_cell("sale_type", say("field.sale_type"), _sale_types(screen), "1.3fr"),
            text_cell("title", say("field.title"), "2fr"),
            number_cell("quantity", say("lines.quantity"), screen, "4.6rem"),
            number_cell("unit_price", say("lines.unit_price"), screen, "6.2rem"),
            choice_cell("recurrence", say("field.recurrence"), _recurrences(screen), "6.6rem"),
            whole_cell("duration_months", say("lines.months"), screen, "3.4rem"),
            *own,
        ]
        shared: dict[str, Any] = {
            "sale_type": None, "title": "", "quantity": Decimal(1), "unit_price": None,
            "duration_months": None, "recurrence": None,
        }  # fmt: skip
        super().__init__("lines", screen, cells, say("field.lines"), {**shared, **blank})

    def follow(self) -> None:
        """Work all figures out anew: what they depend on beside the lines has changed."""
        self.grid.set_figures({row.key: self.figures(row) for row in self.grid.rows})
        self._tell()

    def arranged(self, row: GridRow) -> GridRow:
        pricing = self._pricing(row)
        placed = replace(
            row, absent=self.absent(row, pricing), placeholders=self._placeholders(pricing),
            options={"sale_type": _sale_types(self.screen, row.cells.get("sale_type"))},
        )  # fmt: skip
        return replace(placed, figures=self.figures(placed))

    def read(self) -> list[dict[str, Any]]:
        return [
            values | ({"quantity": Decimal(1)} if values["quantity"] is None else {})
            for values in super().read()
        ]

    def readable(self, row: GridRow) -> dict[str, Any]:
        """The values of a row, with None for each that cannot be read; no quantity means one."""
        values = self.values(row)
        found = {name: None if v is UNREADABLE else v for name, v in values.items()}
        months = found["duration_months"]
        return found | {
            "quantity": Decimal(1) if values["quantity"] is None else found["quantity"],
            "duration_months": months if isinstance(months, int) else None,
            "recurrence": Recurrence(values["recurrence"]) if values["recurrence"] else None,
        }

    # -- what subclasses say ---------------------------------------------------------------------

    def absent(self, row: GridRow, pricing: Pricing | None) -> frozenset[str]:
        """The cells that do not apply to a row."""
        recurring = pricing is Pricing.RECURRING or row.cells.get("recurrence")
        return frozenset() if recurring else frozenset({"recurrence"})

    def figures(self, row: GridRow) -> Mapping[str, str]:
        """The figures of a row, ready to be read."""
        raise NotImplementedError

    # -- inside ----------------------------------------------------------------------------------

    def _pricing(self, row: GridRow) -> Pricing | None:
        sale_type = self.screen.lists.get(SaleType, row.cells.get("sale_type"))
        return sale_type.pricing if sale_type else None

    def _placeholders(self, pricing: Pricing | None) -> dict[str, str]:
        if pricing is None:
            return {}
        say = self.screen.text
        return {
            "quantity": say(f"lines.quantity_{pricing.value}"),
            "unit_price": say(f"lines.price_{pricing.value}"),
        }


def _sale_types(screen: Screen, kept: str | None = None) -> list[tuple[str, str]]:
    return [("", "—"), *screen.choices(SaleType, [kept])]


def _recurrences(screen: Screen) -> list[tuple[str, str]]:
    return [("", "—"), *((r.value, screen.text(f"recurrence.{r.value}")) for r in Recurrence)]
