"""The lines of an opportunity: forecast amounts and margins, and what they weigh."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

from oppkit.forms.grid_field import figure_cell, number_cell
from oppkit.forms.priced_lines import PricedLines
from oppkit.forms.screen import Screen
from oppkit.forms.widgets.grid import GridRow
from oppkit.model import Line, Pricing
from oppkit.model.money import LIMIT, total, weighted


class LinesField(PricedLines):
    """Lines with forecast and weighted amount and margin.

    `terms` gives the opportunity's currency and probability as they are typed now.
    """

    def __init__(self, screen: Screen, terms: Callable[[], tuple[str, Decimal | None]]) -> None:
        self._terms = terms
        say = screen.text
        super().__init__(screen, [
            number_cell("amount", say("field.amount"), screen, "7rem"),
            figure_cell("weighted_amount", say("lines.weighted"), "7rem"),
            number_cell("margin", say("field.margin"), screen, "6.4rem"),
            figure_cell("weighted_margin", say("lines.weighted_margin"), "6.4rem"),
        ], {"amount": None, "margin": None})  # fmt: skip

    def absent(self, row: GridRow, pricing: Pricing | None) -> frozenset[str]:
        # A computed amount is worked out again where it is kept.
        computed = {"amount"} if row.cells.get("unit_price", "").strip() else set()
        return super().absent(row, pricing) | computed

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

    def figures(self, row: GridRow) -> Mapping[str, str]:
        currency, probability = self._terms()
        line = self._line(row)
        shown = {
            "weighted_amount": _weighted(line.amount, probability, currency),
            "weighted_margin": _weighted(line.margin, probability, currency),
        }
        if "amount" in row.absent:
            shown["amount"] = line.amount
        return {name: self.screen.amount(value, currency) for name, value in shown.items()}

    def _tell(self) -> None:
        currency, _ = self._terms()
        shown = {name: self.screen.amount(v, currency) for name, v in self.totals().items()}
        self.grid.set_figures({}, totals=shown)
        super()._tell()

    def _line(self, row: GridRow) -> Line:
        """What can be read of a line, priced; it may break rules that saving will name."""
        values = self.readable(row)
        line = Line.model_construct(**values | {"quantity": values["quantity"] or Decimal(0)})
        if values["quantity"] is None:
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


def _weighted(value: Decimal | None, probability: Decimal | None, currency: str) -> Decimal | None:
    try:
        return weighted(value, probability, currency)
    except ArithmeticError:
        return None
