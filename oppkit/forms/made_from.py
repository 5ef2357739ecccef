"""What was made from one opportunity: its quotes and affairs, each opened by a click, and back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ipywidgets as widgets

from oppkit.forms.dialog import button
from oppkit.forms.gathering import close, gathered
from oppkit.forms.screen import Screen, joined
from oppkit.forms.widgets.plain import Plain
from oppkit.model import Affair, AffairStatus, Opportunity, Quote, QuoteState
from oppkit.model.record import Record

Row = dict[str, Any]


class MadeFrom(widgets.VBox):
    """Groups of buttons with code, state and amount; without any, it takes no room."""

    def __init__(self, screen: Screen) -> None:
        self.screen = screen
        self._built: list[Any] = []
        super().__init__()
        self.add_class("opp-made")

    def show(self, opportunity_id: int | None, shown: Quote | Affair | None = None) -> None:
        """Show what was made from an opportunity; None stands for one that is not saved.

        In the form of a quote or an affair, which is `shown`, the opportunity comes first and the
        others follow.
        """
        before, self._built = self._built, []
        with self.screen.workbench.at_once(), gathered() as self._built:
            self.children = () if opportunity_id is None else self._groups(opportunity_id, shown)
        close(before)

    @property
    def buttons(self) -> list[widgets.Button]:
        """All buttons in their order; for programs and tests."""
        return [made for group in self.children for made in group.children[1:]]

    # -- inside ----------------------------------------------------------------------------------

    def _groups(self, opportunity_id: int, shown: Quote | Affair | None) -> list[widgets.HBox]:
        directory = self.screen.workbench.directory
        found = directory.quotes(opportunity_id=opportunity_id, limit=None).rows
        quotes = [row for row in found if not _is(row, shown, Quote)]
        made = directory.affairs(opportunity_id=opportunity_id, limit=None).rows
        affairs = [row for row in made if not _is(row, shown, Affair)]
        groups = [self._opportunity(opportunity_id)] if shown is not None else []
        if isinstance(shown, Quote):
            revised = [row for row in quotes if row["id"] == shown.parent_id]
            revisions = [row for row in quotes if row["parent_id"] == shown.id]
            quotes = [row for row in quotes if row not in revised and row not in revisions]
            groups += self._of_quotes("revises", revised)
            groups += self._of_quotes("revised_by", revisions)
        groups += self._of_quotes("others" if isinstance(shown, Quote) else "quotes", quotes)
        affair_key = "other_affairs" if isinstance(shown, Affair) else "affairs"
        return groups + self._group(affair_key, [self._affair(row) for row in affairs])

    def _opportunity(self, opportunity_id: int) -> widgets.HBox:
        record = self.screen.workbench.get(Opportunity, opportunity_id)
        label = joined([record.code or "", record.name])
        [group] = self._group("opportunity", [self._link(label, Opportunity, opportunity_id)])
        return group

    def _of_quotes(self, key: str, rows: Sequence[Row]) -> list[widgets.HBox]:
        return self._group(key, [self._quote(row) for row in rows])

    def _quote(self, row: Row) -> widgets.Button:
        state = self.screen.text(f"quote_state.{QuoteState(row['state']).value}")
        amount = self.screen.amount(row["excluding_tax"], row["currency"])
        return self._link(joined([row["code"], state, amount]), Quote, row["id"])

    def _affair(self, row: Row) -> widgets.Button:
        status = self.screen.text(f"affair_status.{AffairStatus(row['status']).value}")
        amount = self.screen.amount(row["budget"], row["currency"])
        return self._link(joined([row["code"], status, amount]), Affair, row["id"])

    def _link(self, label: str, record: type[Record], record_id: int) -> widgets.Button:
        screen = self.screen

        def go() -> None:
            screen.open(screen.workbench.get(record, record_id))

        return button(label, go, screen.guard).add_class("opp-outlined")

    def _group(self, key: str, links: Sequence[widgets.Button]) -> list[widgets.HBox]:
        """The links behind what they are; nothing for none."""
        if not links:
            return []
        label = Plain(text=self.screen.text(f"made.{key}"), level=-1, tone="muted")
        return [widgets.HBox([label, *links]).add_class("opp-made-group")]


def _is(row: Row, shown: Quote | Affair | None, kind: type[Record]) -> bool:
    return isinstance(shown, kind) and row["id"] == shown.id
