"""The lines of a quote, with discount and VAT, and what they come to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

from oppkit.forms.grid_field import figure_cell, percent_cell
from oppkit.forms.priced_lines import PricedLines
from oppkit.forms.screen import Screen
from oppkit.forms.widgets.grid import GridRow
from oppkit.forms.widgets.plain import Facts
from oppkit.model import QuoteLine
from oppkit.model.money import LIMIT
from oppkit.model.totals import Totals, net, totals


class QuoteLinesField(PricedLines):
    """Lines with their net amount; `currency` gives the quote's, as it is chosen now."""

    def __init__(self, screen: Screen, currency: Callable[[], str]) -> None:
        self._currency = currency
        say = screen.text
        super().__init__(screen, [
            percent_cell("discount", say("field.discount"), screen, "4.2rem", empty=Decimal(0)),
            percent_cell("vat_rate", say("field.vat"), screen, "3.8rem"),
            figure_cell("net", say("quote.net"), "7rem"),
        ], {"discount": Decimal(0), "vat_rate": None})  # fmt: skip

    def add(self) -> None:
        # Lines of one quote mostly have one rate: that of the line before, or else the firm's.
        rows = self.grid.rows
        last = self.readable(rows[-1])["vat_rate"] if rows else None
        firm = self.screen.workbench.quotes.firm
        self.blank["vat_rate"] = firm.vat_rate if last is None else last
        super().add()

    def totals(self) -> Totals:
        """What the lines that can be read come to."""
        lines = (self._line(row) for row in self.grid.rows)
        return totals((line for line in lines if line is not None), self._currency())

    def figures(self, row: GridRow) -> Mapping[str, str]:
        line, currency = self._line(row), self._currency()
        return {"net": self.screen.amount(net(line, currency) if line else None, currency)}

    def _line(self, row: GridRow) -> QuoteLine | None:
        """What can be read of a line; None where there is no amount yet, or none that is kept."""
        values = self.readable(row)
        if None in [values[name] for name in ("quantity", "unit_price", "discount", "vat_rate")]:
            return None
        line = QuoteLine.model_construct(**values)
        try:
            return line if abs(net(line, self._currency())) < LIMIT else None
        except ArithmeticError:
            return None


class TotalsBlock(Facts):
    """Total excluding tax, VAT by rate, and total including tax, below the lines."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        super().__init__(caption=screen.text("quote.totals"))
        self.add_class("opp-totals")

    def show(self, found: Totals, currency: str) -> None:
        """Show totals in a currency."""
        say, amount = self._screen.text, self._screen.amount
        rates = [
            [
                say("quote.vat_of", rate=self._screen.percent(part.rate),
                    base=amount(part.base, currency)),
                amount(part.vat, currency),
            ]
            for part in found.vat_parts
        ]  # fmt: skip
        self.rows = [
            [say("field.excluding_tax"), amount(found.excluding_tax, currency)], *rates,
            [say("field.including_tax"), amount(found.including_tax, currency)],
        ]  # fmt: skip
