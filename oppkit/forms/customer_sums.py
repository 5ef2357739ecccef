"""The sums at the head of a customer's dashboard."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import ipywidgets as widgets

from oppkit.forms.screen import Screen
from oppkit.forms.tiles import Tile, tiles
from oppkit.model import Customer


class CustomerSums(widgets.VBox):
    """Open pipeline, won, quotes and affairs; amounts of each currency stand by themselves."""

    def __init__(self, screen: Screen) -> None:
        self.screen = screen
        say = screen.text
        self.pipeline = Tile(say("dashboard.pipeline"))
        self.won = Tile(say("dashboard.won"))
        self.quotes = Tile(say("dashboard.offered"))
        self.affairs = Tile(say("dashboard.budgets"))
        super().__init__([tiles(self.pipeline, self.won, self.quotes, self.affairs)])

    def show(self, customer: Customer) -> None:
        """Show what a saved customer comes to now."""
        found, count = self.screen.workbench.dashboard(customer), self.screen.count
        weighted = self._amounts(found.open, "weighted_amount")
        signed = self._amounts(found.signed)
        self.pipeline.show(self._amounts(found.open), [
            *self._told("weighted", weighted), *self._counted("opportunities", found.open),
        ])  # fmt: skip
        self.won.show(self._amounts(found.won), self._counted("opportunities", found.won))
        self.quotes.show(self._amounts(found.offered), [
            *self._counted("quotes", found.offered),
            *self._told("signed", signed, count("quotes", _number(found.signed))),
        ])  # fmt: skip
        self.affairs.show(self._amounts(found.affairs), self._counted("affairs", found.affairs))

    def _amounts(self, sums: Iterable[Any], name: str = "amount") -> list[str]:
        """One amount for each currency, that of the workspace first; unknown ones are left out."""
        own = self.screen.workbench.currency
        ordered = sorted(sums, key=lambda one: (one.currency != own, one.currency))
        amounts = (self.screen.amount(getattr(one, name), one.currency) for one in ordered)
        return [amount for amount in amounts if amount]

    def _told(self, key: str, amounts: list[str], count: str = "") -> list[str]:
        if not amounts:
            return []
        return [self.screen.text(f"dashboard.{key}", amount=" + ".join(amounts), count=count)]

    def _counted(self, what: str, sums: Iterable[Any]) -> list[str]:
        number = _number(sums)
        return [self.screen.count(what, number)] if number else []


def _number(sums: Iterable[Any]) -> int:
    """How many records were added up, in all currencies."""
    return sum(one.count for one in sums)
