"""A few sums side by side, each large under what it is."""

from __future__ import annotations

from collections.abc import Sequence

import ipywidgets as widgets

from oppkit.forms.widgets.plain import Plain
from oppkit.forms.wording import NOTHING


class Tile(widgets.VBox):
    """One sum: what it is, its amounts, one for each currency, and what is to be said of it."""

    def __init__(self, label: str) -> None:
        self.amounts = Plain(text=NOTHING).add_class("opp-tile-amounts")
        self.told = Plain(tone="muted").add_class("opp-tile-told")
        name = Plain(text=label, tone="muted").add_class("opp-tile-name")
        super().__init__([name, self.amounts, self.told])
        self.add_class("opp-tile")

    def show(self, amounts: Sequence[str], told: Sequence[str]) -> None:
        """Show amounts and sentences, each on a line of its own."""
        self.amounts.text = "\n".join(amounts) or NOTHING
        self.told.text = "\n".join(told)


def tiles(*shown: Tile) -> widgets.Box:
    """Tiles of one width, in as many columns as there is room for."""
    return widgets.Box(shown).add_class("opp-tiles")
