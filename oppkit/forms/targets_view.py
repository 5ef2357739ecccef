"""The view of targets: typed into a grid beside what has come of them, with the calls so far."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, cast

import ipywidgets as widgets
from pydantic import ValidationError

from oppkit import locale
from oppkit.forms.calls_table import CallsTable
from oppkit.forms.dialog import Answer, Dialog, button
from oppkit.forms.fields import ChoiceField, section
from oppkit.forms.screen import Screen
from oppkit.forms.targets_field import TargetsField, period_name, standing
from oppkit.forms.widgets.plain import Plain
from oppkit.model import Call, PeriodKind, Target, UserError
from oppkit.targets import Attainment, By

_BY: tuple[By, ...] = ("firm", "owner_id", "establishment")


class TargetsView(widgets.VBox):
    """The periods of a year for the firm; or, for one period, its owners or establishments."""

    def __init__(self, screen: Screen) -> None:
        self.screen = screen
        say = screen.text
        self._day: date = screen.workbench.today
        self._clean: Any = None
        self._people: dict[int, str] = {}
        kinds = [(kind.value, say(f"period_kind.{kind.value}")) for kind in PeriodKind]
        self.kind = ChoiceField("period", say("targets.length"), kinds, none=None)
        self.kind.show(PeriodKind.QUARTER.value)
        self.by = ChoiceField(
            "by", say("targets.by"), [(by, say(f"targets.by_{by}")) for by in _BY], none=None
        )
        self._at: tuple[PeriodKind, By] = (PeriodKind.QUARTER, "firm")
        self.heading = Plain(level=2, live=True)
        self.field = TargetsField(screen, lambda owner: self._people.get(owner, f"#{owner}"))
        self.told = Plain(tone="muted", live=True)
        self.calls = CallsTable(screen, self.field.aim_name)
        for field in (self.kind, self.by):
            field.on_change(screen.guard(self._chosen))
        super().__init__([
            self._bar(), self.field.widget,
            widgets.HBox([button(say("targets.save"), self.save, screen.guard, "primary")])
            .add_class("opp-list-actions"),
            self.told, section(say("targets.calls"), self.calls),
        ])  # fmt: skip
        self.add_class("opp-view")
        self.add_class("opp-targets")

    @property
    def unsaved(self) -> bool:
        """Whether something is typed that is not saved."""
        return self._clean is not None and self.field.typed != self._clean

    def refresh(self) -> None:
        """Read what stands now; what is typed and not saved stays."""
        found = self._read()
        if self.unsaved:
            self.field.follow(found)
        else:
            self.field.show_all(found)
            self._clean = self.field.typed
        self._tell(found)

    def shift(self, count: int) -> None:
        """Go to the next year or period, or back."""
        self._leave(lambda: self._shift(count))

    def save(self) -> bool:
        """Save the targets and the calls that were typed, all of them or none that is refused."""
        drafts, notes = self._drafts()
        self.field.note(notes)
        if notes:
            count = self.screen.count("problems", len(notes))
            self.screen.say("targets.refused", "bad", count=count)
            return False
        try:
            for base, target, call in drafts:
                if target is not None:
                    self.screen.workbench.targets.save(target, base)
                if call is not None:
                    self.screen.workbench.targets.say(call)
        except UserError:
            self.field.follow(self._read())
            raise
        saved = sum((target is not None) + (call is not None) for _, target, call in drafts)
        self._clean = None
        self.screen.say("targets.saved", count=self.screen.count("entries", saved))
        self.screen.changed()
        self.refresh()
        return True

    # -- inside ----------------------------------------------------------------------------------

    def _span(self) -> tuple[PeriodKind, date, int, By]:
        """The periods that are shown: their length, the first, how many; and whose."""
        kind, by = self._at
        if by != "firm":
            return kind, kind.start(self._day), 1, by
        if kind is PeriodKind.YEAR:
            return kind, kind.after(kind.start(self._day), -1), 3, by
        return kind, PeriodKind.YEAR.start(self._day), 12 // kind.months, by

    def _read(self) -> list[Attainment]:
        workbench, span = self.screen.workbench, self._span()
        people = workbench.directory.employees(limit=None).rows
        self._people = {row["id"]: row["name"] for row in people}
        self.calls.show(workbench.targets.outcomes(*span))
        return workbench.targets.attainments(*span)

    def _tell(self, found: list[Attainment]) -> None:
        kind, by = self._at
        kind = PeriodKind.YEAR if by == "firm" else kind
        self.heading.text = period_name(self.screen, (kind, kind.start(self._day), None, None))
        unvalued = sum(one.unvalued for one in found)
        left_out = self.screen.text(
            "targets.unvalued", count=self.screen.count("opportunities", unvalued)
        )
        help_text = self.screen.text("targets.help")
        self.told.text = f"{help_text} {left_out}" if unvalued else help_text

    def _drafts(self) -> tuple[list[tuple[Target | None, Target | None, Call | None]], Any]:
        """For each row its target as it was, and what is to be saved; what is wrong, by cell."""
        drafts, notes = [], dict(self.field.unreadable())
        rows = zip(self.field.shown(), self.field.read(), strict=True)
        for place, (one, values) in enumerate(rows):
            if any(path.startswith(f"{place}.") for path in notes):
                continue
            before = standing(one)
            try:
                drafts.append((
                    one.set,
                    _target(one, values) if values["amount"] != before["amount"] else None,
                    _call(one, values) if _said(values) != _said(before) else None,
                ))  # fmt: skip
            except ValidationError as error:
                for path, words in locale.problems(error, self.screen.language).items():
                    notes[f"{place}.{path}"] = words[0]
        return drafts, notes

    def _chosen(self) -> None:
        """Another length of periods, or others' targets."""
        wanted = (PeriodKind(str(self.kind.read())), cast("By", self.by.read()))
        if wanted != self._at:
            self._leave(lambda: self._move(*wanted))

    def _move(self, kind: PeriodKind, by: By) -> None:
        self._at = (kind, by)
        self.refresh()

    def _shift(self, count: int) -> None:
        kind, by = self._at
        kind = PeriodKind.YEAR if by == "firm" else kind
        self._day = kind.after(kind.start(self._day), count)
        self.refresh()

    def _leave(self, then: Callable[[], Any]) -> None:
        """Go on when nothing is lost by it; else ask what is to become of it."""
        if not self.unsaved:
            then()
            return
        say = self.screen.text
        self.screen.ask(Dialog(say("targets.unsaved_title"), [Plain(text=say("targets.unsaved"))], [
            Answer(say("targets.save"), lambda: self._saved(then), "primary"),
            Answer(say("targets.discard"), lambda: self._discard(then), "danger"),
            Answer(say("targets.stay"), self._stay),
        ], self.screen.guard))  # fmt: skip

    def _saved(self, then: Callable[[], Any]) -> None:
        try:
            done = self.save()
        except UserError:
            self._stay()
            raise
        then() if done else self._stay()

    def _discard(self, then: Callable[[], Any]) -> None:
        self._clean = None
        then()

    def _stay(self) -> None:
        """Let the choices say what is shown."""
        kind, by = self._at
        self.kind.show(kind.value)
        self.by.show(by)

    def _bar(self) -> widgets.Box:
        say, guard = self.screen.text, self.screen.guard
        earlier = button(say("targets.earlier"), lambda: self.shift(-1), guard)
        later = button(say("targets.later"), lambda: self.shift(1), guard)
        parts = [self.by.widget, self.kind.widget, earlier, self.heading, later]
        return widgets.HBox(parts).add_class("opp-listing-bar")


def _target(one: Attainment, values: dict[str, Any]) -> Target:
    return Target.model_validate(_aimed(one) | {"amount": values["amount"]})


def _call(one: Attainment, values: dict[str, Any]) -> Call:
    return Call.model_validate(_aimed(one) | _said(values))


def _aimed(one: Attainment) -> dict[str, Any]:
    period, begins, owner_id, establishment = one.aim
    return {
        "period": period, "begins": begins, "owner_id": owner_id,
        "establishment": establishment, "currency": one.currency,
    }  # fmt: skip


def _said(values: dict[str, Any]) -> dict[str, Any]:
    return {name: values[name] for name in ("committed", "best_case", "note")}
