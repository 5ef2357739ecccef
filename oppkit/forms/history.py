"""The history of a record: what happened, what differs between two versions, and the way back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import ipywidgets as widgets

from oppkit.forms.dialog import Answer, Dialog
from oppkit.forms.screen import Screen
from oppkit.forms.widgets.plain import Facts, Plain
from oppkit.forms.widgets.timeline import Moment, Timeline
from oppkit.forms.wording import NOTHING, Wording
from oppkit.model import Merged, Record, Version

PAGE = 20
"""How many versions are told at a time: telling one may look up names."""


class HistoryPanel(widgets.VBox):
    """Who changed what and when; compare two versions; restore one.

    `on_restore` gets the record as it was in a version, ready to be saved in the place of the
    current one. A record that was deleted is brought back first. `changeable` tells of the current
    one whether it may still become another.
    """

    def __init__(
        self, screen: Screen, on_restore: Callable[[Any], Any],
        changeable: Callable[[Any], bool] = lambda record: True,
    ) -> None:  # fmt: skip
        self.screen, self._on_restore, self._changeable = screen, on_restore, changeable
        self.versions: Sequence[Version] = ()
        self._merged: Sequence[Merged] = ()
        self._shown = PAGE
        self._wording = Wording(screen)
        self.timeline = Timeline(screen.words("history"), screen.guard)
        self.timeline.on_restore(self.ask_restore)
        self.timeline.on_more(self.show_more)
        self.empty = Plain(text=screen.text("history.empty"), tone="muted")
        self.comparison = Comparison(screen)
        super().__init__([self.empty])
        self.add_class("opp-history")

    def show(self, record: Record) -> None:
        """Show the history of a record as the store has it now."""
        saved = record.__dict__["id"] is not None
        workbench = self.screen.workbench
        self.versions = workbench.history(record) if saved else ()
        self._merged = workbench.duplicates.merged_into(record) if saved else ()
        self._wording, self._shown = Wording(self.screen), PAGE
        self.comparison.show(self.versions, self._wording)
        self._draw()

    def show_more(self) -> None:
        """Show the next older versions too."""
        self._shown += PAGE
        self._draw()

    def ask_restore(self, number: int) -> Dialog:
        """Ask whether the record shall be as it was in a version."""
        screen = self.screen
        body = [Plain(text=screen.text("history.restore_really"))]
        answers = [
            Answer(screen.text("history.restore"), lambda: self.restore(number), "primary"),
            Answer(screen.text("form.cancel"), lambda: None),
        ]
        title = screen.text("history.restore_title", version=number)
        return screen.ask(Dialog(title, body, answers, screen.guard))

    def restore(self, number: int) -> None:
        """Hand over the record of a version, on top of the one that stands. Raises KeyError."""
        chosen = next((v.record for v in self.versions if v.version == number), None)
        if chosen is None:
            raise KeyError(f"there is no version {number}")
        latest = self.versions[-1]
        current = latest.record
        if latest.deleted_by is not None:
            current = self.screen.workbench.restore(type(chosen), chosen.id)
            self.show(current)
            self.screen.changed()
        self._on_restore(chosen.model_copy(update={"version": current.version}))

    # -- inside ----------------------------------------------------------------------------------

    def _draw(self) -> None:
        if not self.versions:
            self.children = (self.empty,)
            return
        start = max(0, len(self.versions) - self._shown)
        left = self.screen.number(start) if start else ""
        self.timeline.show([moment for _, moment in reversed(self._moments(start))], left)
        parts: list[Any] = [self.timeline]
        if len(self.versions) > 1:
            parts.insert(0, self.comparison)
        self.children = tuple(parts)

    def _moments(self, start: int) -> list[tuple[datetime, Moment]]:
        """What happened from a version on, oldest first."""
        found = []
        for place, version in enumerate(self.versions[start:], start):
            previous = self.versions[place - 1] if place else None
            found.append((version.valid_from, self._moment(version, previous)))
            if version.deleted_by is not None and version.valid_to is not None:
                found.append((version.valid_to, self._deletion(version)))
        since = self.versions[start].valid_from
        merged = (m for m in self._merged if not start or m.merged_at >= since)
        found += [(item.merged_at, self._merger(item)) for item in merged]
        return sorted(found, key=lambda pair: pair[0])

    def _moment(self, version: Version, previous: Version | None) -> Moment:
        heading = self._wording.happened(version, previous)
        colon = self.screen.text("screen.colon")
        changes = self._wording.changes(previous.record if previous else None, version.record)
        latest = self.versions[-1]
        stands = version is latest and latest.deleted_by is None
        key = "history.latest" if stands else "history.version"
        return Moment(
            heading.what, heading.author, heading.moment,
            self.screen.text(key, version=version.version), heading.tone,
            [(change.label + colon, change.before, change.after) for change in changes],
            version.version if self._changeable(latest.record) and not stands else 0,
        )  # fmt: skip

    def _deletion(self, version: Version) -> Moment:
        heading = self._wording.deleted(version)
        assert heading is not None
        return Moment(heading.what, heading.author, heading.moment, tone=heading.tone)

    def _merger(self, merged: Merged) -> Moment:
        name = f"{merged.code} {merged.name}"
        what = self.screen.text("history.merged", name=name)
        return Moment(what, merged.author, self._wording.moment(merged.merged_at))


class Comparison(widgets.VBox):
    """Two versions, and a table of the fields in which they differ."""

    def __init__(self, screen: Screen) -> None:
        self.screen = screen
        self._versions: dict[int, Version] = {}
        self._wording = Wording(screen)
        texts = {name: screen.text(f"history.{name}") for name in ("compare", "with")}
        self.old = widgets.Dropdown(description=texts["compare"]).add_class("opp-history-version")
        self.new = widgets.Dropdown(description=texts["with"]).add_class("opp-history-version")
        self.facts = Facts(
            caption=screen.text("history.compared"), empty=screen.text("history.nothing_differs"),
        )  # fmt: skip
        for chooser in (self.old, self.new):
            chooser.observe(screen.guard(lambda _change: self._draw()), "value")
        choosers = widgets.HBox([self.old, self.new]).add_class("opp-history-choosers")
        super().__init__([choosers, self.facts])
        self.add_class("opp-history-comparison")

    def show(self, versions: Sequence[Version], wording: Wording) -> None:
        """Offer these versions; the last two are compared at first."""
        self._versions = {version.version: version for version in versions}
        self._wording = wording
        options = [(self._option(version), version.version) for version in reversed(versions)]
        with self.hold_sync():
            for chooser in (self.old, self.new):
                chooser.options = options
        if len(versions) > 1:
            self.compare(versions[-2].version, versions[-1].version)

    def compare(self, old: int, new: int) -> None:
        """Show what differs between two versions."""
        self.old.value, self.new.value = old, new
        self._draw()

    def _option(self, version: Version) -> str:
        moment = self._wording.moment(version.valid_from)
        return self.screen.text(
            "history.option", version=version.version, moment=moment, author=version.author
        )

    def _draw(self) -> None:
        sides = [self._versions.get(chooser.value) for chooser in (self.old, self.new)]
        if sides[0] is None or sides[1] is None:
            self.facts.rows = []
            return
        then, now = sorted((sides[0], sides[1]), key=lambda version: version.version)
        self.facts.headings = [
            self.screen.text("history.field"),
            *(self.screen.text("history.version", version=side.version) for side in (then, now)),
        ]
        self.facts.rows = [
            [change.label, change.before or NOTHING, change.after or NOTHING]
            for change in self._wording.changes(then.record, now.record)
        ]
