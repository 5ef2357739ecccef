"""What the lists of quotes and of affairs share: the latest first, and sums by currency below."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from oppkit.forms.fields import ChoiceField
from oppkit.forms.listing import Listing
from oppkit.forms.screen import Screen, joined
from oppkit.forms.widgets.table import Column
from oppkit.locale import formats
from oppkit.model import Sum


class SoldListing(Listing):
    """Made in the form of an opportunity, found by name, code, customer and one `choice`."""

    first_descending = True

    def __init__(self, screen: Screen, columns: Sequence[Column], choice: ChoiceField) -> None:
        self.choice = choice
        super().__init__(screen, columns, [choice.widget])
        choice.on_change(screen.guard(self.look))

    def sums(self) -> list[Sum]:
        """What all that was found comes to."""
        raise NotImplementedError

    def criteria(self) -> dict[str, Any]:
        """What is searched for, as the directory names it."""
        chosen = self.choice.read()
        return {"text": self.search.text, self.choice.name: [chosen] if chosen else []}

    def footer(self, count: int) -> str:
        """How many were found, and the sums: the currency of totals comes first."""
        own = self.screen.workbench.currency
        sums = sorted(self.sums(), key=lambda one: (one.currency != own, one.currency))
        # Several sums to read at once are told without decimals.
        places = None if len(sums) < 2 else 0
        language = self.screen.language
        amounts = [formats.amount(one.amount, one.currency, language, places) for one in sums]
        told = self.screen.text(f"{self.name}.sums", amounts=" + ".join(amounts))
        return joined([super().footer(count), told if amounts else ""])

    def _read(self, keep_place: bool) -> None:
        with self.screen.workbench.at_once():  # rows and sums of one moment
            super()._read(keep_place)
