"""The board by status: cards are dragged from one status to another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial

from oppkit.boards import Pipeline
from oppkit.forms.cards import Reading
from oppkit.forms.closing import closing_dialog
from oppkit.forms.moving import moved
from oppkit.forms.pipeline_view import PipelineView
from oppkit.forms.screen import Screen
from oppkit.forms.widgets.board import BoardColumn
from oppkit.model import NotFound, Opportunity, Outcome, Status, Version

CLOSED_DAYS = 30
"""For how many days the board keeps what was won, lost or abandoned."""


class BoardView(PipelineView):
    """A column for each status. Dropping on one that closes asks for date, reason and comment."""

    def __init__(self, screen: Screen) -> None:
        super().__init__(screen, screen.text("board.label", days=CLOSED_DAYS))

    def read(self, shown: Mapping[str, int]) -> Pipeline:
        boards = self.screen.workbench.boards
        return boards.by_status(self.filters.criteria(), shown, CLOSED_DAYS)

    def heads(self, found: Pipeline, reading: Reading) -> list[BoardColumn]:
        lists = self.screen.lists
        if any(lists.get(Status, column.key) is None for column in found.columns):
            self.screen.refresh_lists()  # a colleague has added a status
        heads = []
        for column in found.columns:
            label = self.screen.label(Status, column.key)
            if self._outcome(column.key) is not Outcome.OPEN:
                label = self.screen.text("board.closed_days", status=label, days=CLOSED_DAYS)
            heads.append(reading.column(column, label, droppable=self._is_active(column.key)))
        return heads

    def move(self, card: str, old: str, new: str) -> None:
        status = self._status(new)
        if status.outcome is Outcome.OPEN:
            self._to_open(int(card), old, status)
        else:
            self._ask_to_close(card, status)

    def take_default(self, after: Opportunity, status: Status) -> None:
        """Give an opportunity the probability that its status proposes."""
        workbench = self.screen.workbench
        fields = {"probability": status.probability, "probability_typed": False}
        before, now = moved(
            self.screen, after.id or 0, lambda record: workbench.save(record.replace(**fields))
        )
        probability = self.screen.percent(now.probability)
        text = self.screen.text("board.probability_taken", name=now.name, probability=probability)
        self.settle(before, now, text)

    # -- inside ----------------------------------------------------------------------------------

    def _to_open(self, record_id: int, old: str, status: Status) -> None:
        workbench = self.screen.workbench

        def change(record: Opportunity) -> Opportunity:
            if self._outcome(record.status) is Outcome.OPEN:
                return workbench.change_status(record, status.code)
            return workbench.reopen(record, status.code)

        before, after = moved(self.screen, record_id, change)
        text = self._moved_text(before, after) + self._overtaken_text(before, old)
        proposed = status.probability
        if after.probability_typed and proposed is not None and proposed != after.probability:
            take = self.screen.text("board.take_default", probability=self.screen.percent(proposed))
            self.settle(before, after, text, take, partial(self.take_default, after, status))
        else:
            self.settle(before, after, text)

    def _ask_to_close(self, card: str, status: Status) -> None:
        record = self.screen.workbench.get(Opportunity, int(card))
        outcome = status.outcome
        same = self._outcome(record.status) is outcome

        def done(day: date, reason: str | None, comment: str) -> None:
            self.unless_gone(card, lambda: self._close(record, status, day, reason, comment))

        closing_dialog(
            self.screen, outcome, done, self.refresh, record.closed_on if same else None,
            record.opened_on, f"{record.code} · {record.name}",
        )  # fmt: skip

    def _close(
        self, record: Opportunity, status: Status, day: date, reason: str | None, comment: str
    ) -> None:
        workbench = self.screen.workbench
        before, after = moved(
            self.screen, record.id or 0,
            lambda now: workbench.close(now, status.outcome, day, reason, comment, status.code),
        )  # fmt: skip
        text = self.screen.text(f"board.closed_{status.outcome}", name=after.name)
        self.settle(before, after, text + self._overtaken_text(before, record.status))

    def _moved_text(self, before: Opportunity, after: Opportunity) -> str:
        say, percent = self.screen.text, self.screen.percent
        name, label = after.name, self.screen.label(Status, after.status)
        status = self._status(after.status)
        if after.probability_typed and after.probability != status.probability:
            values = {
                "probability": percent(after.probability),
                "proposed": percent(status.probability),
            }
            key = "typed_kept" if status.probability is not None else "typed_kept_unknown"
            return say(f"board.{key}", name=name, status=label, **values)
        if after.probability is None:
            return say("board.moved_unknown", name=name, status=label)
        reopened = self._outcome(before.status) is not Outcome.OPEN
        key = "moved_from" if reopened else "moved_to"
        return say(f"board.{key}", name=name, status=label, probability=percent(after.probability))

    def _overtaken_text(self, before: Opportunity, old: str) -> str:
        """Who moved the card elsewhere while it stood in `old` on this page; mostly nobody."""
        if before.status == old:
            return ""
        author = _who_moved(self.screen.workbench.history(before), before)
        label = self.screen.label(Status, before.status)
        return " " + self.screen.text("board.overtaken", author=author, status=label)

    def _status(self, code: str) -> Status:
        found = self.screen.lists.get(Status, code)
        if found is None:
            raise NotFound(kind="status", key=code)
        return found

    def _outcome(self, code: str) -> Outcome:
        return self.screen.lists.outcome(code)

    def _is_active(self, code: str) -> bool:
        status = self.screen.lists.get(Status, code)
        return status is not None and status.active


def _who_moved(history: Sequence[Version], record: Opportunity) -> str:
    """The author of the version in which a record came into the status that it has."""
    author = ""
    for version in reversed(history):
        if version.version <= record.version:
            if version.record.status != record.status:
                break
            author = version.author
    return author
