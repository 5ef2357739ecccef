"""The lines of an opportunity: the sale type decides the fields, figures follow each keystroke."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from oppkit.forms.fields import UNREADABLE
from oppkit.forms.grid_field import (
    GridField,
    choice_cell,
    figure_cell,
    number_cell,
    text_cell,
    whole_cell,
)
from oppkit.forms.screen import Screen
from oppkit.forms.widgets.grid import GridRow
from oppkit.model import Line, Pricing, Recurrence, SaleType
from oppkit.model.money import LIMIT, total, weighted

_BLANK = {
    "sale_type": None, "title": "", "quantity": Decimal(1), "unit_price": None, "amount": None,
    "margin": None, "duration_months": None, "recurrence": None,
}  # fmt: skip
_NUMBERS = ("quantity", "unit_price", "amount", "margin", "duration_months")


class LinesField(GridField):
    """Lines with forecast and weighted amount and margin.

    `terms` gives the opportunity's currency and probability as they are typed now.
    """

    def __init__(self, screen: Screen, terms: Callable[[], tuple[str, Decimal | None]]) -> None:
        self._terms = terms
        say = screen.text
        cells = [
            choice_cell("sale_type", say("field.sale_type"), self._sale_types(screen), "1.3fr"),
            text_cell("title", say("field.title"), "2fr"),
            number_cell("quantity", say("lines.quantity"), screen, "4.6rem"),
            number_cell("unit_price", say("lines.unit_price"), screen, "6.2rem"),
            choice_cell("recurrence", say("field.recurrence"), _recurrences(screen), "6.6rem"),
            whole_cell("duration_months", say("lines.months"), screen, "3.4rem"),
            number_cell("amount", say("field.amount"), screen, "7rem"),
            figure_cell("weighted_amount", say("lines.weighted"), "7rem"),
            number_cell("margin", say("field.margin"), screen, "6.4rem"),
            figure_cell("weighted_margin", say("lines.weighted_margin"), "6.4rem"),
        ]
        super().__init__("lines", screen, cells, say("field.lines"), _BLANK)

    def follow(self) -> None:
        """Work all figures out anew: the probability or the currency has changed."""
        self.grid.set_figures({row.key: self._figures(row) for row in self.grid.rows})
        self._tell()

    def arranged(self, row: GridRow) -> GridRow:
        pricing = self._pricing(row)
        absent = set()
        if pricing is not Pricing.RECURRING and not row.cells.get("recurrence"):
            absent.add("recurrence")
        if row.cells.get("unit_price", "").strip():
            absent.add("amount")
        placed = replace(
            row, absent=frozenset(absent), placeholders=self._placeholders(pricing),
            options={"sale_type": self._sale_types(self.screen, row.cells.get("sale_type"))},
        )  # fmt: skip
        return replace(placed, figures=self._figures(placed))

    def read(self) -> list[dict[str, Any]]:
        # A computed amount is worked out again where it is kept.
        return [
            values | ({"quantity": Decimal(1)} if values["quantity"] is None else {})
            for values in super().read()
        ]

    def stands_for(self, column: str) -> str:
        return "unit_price" if column == "amount" else ""

    def totals(self) -> dict[str, Decimal | None]:
        """Amount and margin of all lines that can be read, forecast and weighted."""
        currency, probability = self._terms()
        lines = [self._line(row) for row in self.grid.rows]
        amounts = [line.amount for line in lines]
        margins = [line.margin for line in lines]
        return {
            "amount": total(amounts),
            "weighted_amount": total(_weighted(v, probability, currency) for v in amounts),
            "margin": total(margins),
            "weighted_margin": total(_weighted(v, probability, currency) for v in margins),
        }

    def _tell(self) -> None:
        currency, _ = self._terms()
        shown = {name: self.screen.amount(v, currency) for name, v in self.totals().items()}
        self.grid.set_figures({}, totals=shown)
        super()._tell()

    def _figures(self, row: GridRow) -> Mapping[str, str]:
        currency, probability = self._terms()
        line = self._line(row)
        shown = {
            "weighted_amount": _weighted(line.amount, probability, currency),
            "weighted_margin": _weighted(line.margin, probability, currency),
        }
        if "amount" in row.absent:
            shown["amount"] = line.amount
        return {name: self.screen.amount(value, currency) for name, value in shown.items()}

    def _line(self, row: GridRow) -> Line:
        """What can be read of a line, priced; it may break rules that saving will name."""
        values = self.values(row)
        readable = {name: None if values[name] is UNREADABLE else values[name] for name in _NUMBERS}
        recurrence = Recurrence(values["recurrence"]) if values["recurrence"] else None
        whole = isinstance(readable["duration_months"], int)
        line = Line.model_construct(**readable | {
            "quantity": readable["quantity"] or Decimal(values["quantity"] is None),
            "duration_months": readable["duration_months"] if whole else None,
            "recurrence": recurrence,
        })  # fmt: skip
        if readable["quantity"] is None and values["quantity"] is not None:
            return line.model_copy(update={"amount": None})  # typed, and not readable
        try:
            priced = line.priced(self._terms()[0])
        except ArithmeticError:
            return line.model_copy(update={"amount": None, "margin": None})
        # A number too long to be money has no figures: saving says so.
        return priced.model_copy(update={
            name: value if value is None or abs(value) < LIMIT else None
            for name, value in (("amount", priced.amount), ("margin", priced.margin))
        })  # fmt: skip

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

    @staticmethod
    def _sale_types(screen: Screen, kept: str | None = None) -> list[tuple[str, str]]:
        return [("", "—"), *screen.choices(SaleType, [kept])]


def _weighted(value: Decimal | None, probability: Decimal | None, currency: str) -> Decimal | None:
    try:
        return weighted(value, probability, currency)
    except ArithmeticError:
        return None


def _recurrences(screen: Screen) -> list[tuple[str, str]]:
    return [("", "—"), *((r.value, screen.text(f"recurrence.{r.value}")) for r in Recurrence)]
