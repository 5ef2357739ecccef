"""The calls so far, each beside what happened."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal

from oppkit.forms.related_table import height_of
from oppkit.forms.screen import Screen
from oppkit.forms.targets_field import period_name, whole_amount
from oppkit.forms.widgets.table import Cell, Column, Table, TableRow
from oppkit.model.target import Aim
from oppkit.targets import Outcome


class CallsTable(Table):
    """One row for each call, the latest first; `name` says whose an aim is."""

    def __init__(self, screen: Screen, name: Callable[[Aim], str]) -> None:
        self.screen, self._name = screen, name
        self._outcomes: Sequence[Outcome] = ()
        say = screen.text
        columns = [
            Column("aim", say("field.period"), width="1.2fr", sortable=False),
            Column("said_on", say("field.said_on"), width="7rem", sortable=False),
            Column("author", say("field.author"), width="1fr", sortable=False),
            Column("committed", say("field.committed"), "end", "7.4rem", sortable=False),
            Column("best_case", say("field.best_case"), "end", "7.4rem", sortable=False),
            Column("won", say("targets.won"), "end", "10rem", sortable=False),
            Column("missed", say("targets.missed"), "end", "7.4rem", sortable=False),
            Column("note", say("field.note"), width="2.4fr", sortable=False),
        ]
        super().__init__(
            columns, self._rows_from,
            screen.words("listing") | {"empty": say("targets.no_calls")},
            label=say("targets.calls"), guard=screen.guard,
        )  # fmt: skip
        self.on_open(self.read_note)

    def show(self, outcomes: Sequence[Outcome]) -> None:
        """Show these, the latest first."""
        self._outcomes = outcomes
        self.height = height_of(len(outcomes))
        self.refresh(len(outcomes), self.screen.count("calls", len(outcomes)))

    def read_note(self, key: str) -> None:
        """Show the whole note of a call, of which the table may cut the end."""
        self.screen.notice.say(self._outcomes[int(key)].call.note)

    def _rows_from(self, offset: int, limit: int) -> list[TableRow]:
        found = self._outcomes[offset : offset + limit]
        return [self._row(offset + place, one) for place, one in enumerate(found)]

    def _row(self, place: int, one: Outcome) -> TableRow:
        period, scope = period_name(self.screen, one.call.aim), self._name(one.call.aim)
        return TableRow(str(place), [
            period if scope == period else f"{scope} · {period}",
            self.screen.date(one.call.said_on), one.call.author,
            self._amount(one.committed, one), self._amount(one.best_case, one), self._won(one),
            self._missed(one), one.call.note,
        ])  # fmt: skip

    def _won(self, one: Outcome) -> str:
        """What a period that goes on has brought is not what it will have brought."""
        amount = self._amount(one.won, one)
        return amount if one.over else self.screen.text("targets.running", amount=amount)

    def _missed(self, one: Outcome) -> Cell:
        if one.missed is None or not one.over:
            return ""
        amount = self._amount(one.missed, one)
        if one.missed > 0:
            return {"text": amount, "tone": "late"}
        return {"text": amount, "tone": "good"}

    def _amount(self, value: Decimal | None, one: Outcome) -> str:
        return whole_amount(self.screen, value, one.currency)
