"""Our own company among the lists: what is known of it, and the way to its form."""

from __future__ import annotations

import ipywidgets as widgets

from oppkit.forms.dialog import button
from oppkit.forms.screen import Screen
from oppkit.forms.widgets.plain import Facts, Plain
from oppkit.forms.wording import Wording
from oppkit.model import Firm


class FirmPanel(widgets.VBox):
    """All that stands on sheets. Its form is a page of its own, which asks before it is left."""

    def __init__(self, screen: Screen) -> None:
        self.screen = screen
        say = screen.text
        self.facts = Facts().add_class("opp-firm-facts")
        edit = button(say("firm.edit"), self.edit, screen.guard, "primary")
        super().__init__([
            Plain(text=say("list_name.firm"), level=2), Plain(text=say("firm.help"), tone="muted"),
            widgets.HBox([edit]).add_class("opp-list-actions"), self.facts,
        ])  # fmt: skip
        self.add_class("opp-list-panel")
        self.refresh()

    def refresh(self) -> None:
        """Read it anew."""
        firm, wording = self.screen.workbench.quotes.firm, Wording(self.screen)
        self.facts.rows = [
            [wording.label(name), wording.of(firm, name)] for name in Firm.model_fields
        ]

    def edit(self) -> None:
        """Open its form."""
        self.screen.open(self.screen.workbench.quotes.firm)
