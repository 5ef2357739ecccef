"""What is asked of a forecast: by which periods, whose, and how it is worked out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, cast

import ipywidgets as widgets

from oppkit.forms.fields import ChoiceField
from oppkit.forms.forecast_question import CORRELATIONS, METHODS, USUAL, ForecastQuestion, Whose
from oppkit.forms.screen import Screen
from oppkit.forms.widgets.frame import css_class
from oppkit.forms.widgets.pick import Choice, Pick
from oppkit.model import Establishment, PeriodKind
from oppkit.model.texts import folded

OWN = ("owner", "establishment")  # those that have targets


class ForecastFilters(widgets.HBox):
    """A row of fields. A value that is not chosen from the list does not restrict."""

    def __init__(self, screen: Screen, on_change: Callable[[], Any]) -> None:
        self.screen = screen
        self._on_change = on_change
        self.kind = self._choice("length", [kind.value for kind in PeriodKind])
        self.kind.show(PeriodKind.QUARTER.value)  # as in the view of targets
        dimensions = [(one, screen.text(f"dimension.{one}")) for one in OWN]
        self.dimension = ChoiceField("dimension", self._say("for"), dimensions, self._say("firm"))
        self.value = Pick(
            self._proposed, screen.words("pick"), self._say("value"), self._say("any_value"),
            guard=screen.guard,
        ).add_class(css_class("value"))  # fmt: skip
        self.method = self._choice("method", METHODS)
        self.correlation = self._choice("correlation", CORRELATIONS)
        super().__init__([
            self.kind.widget, self.dimension.widget, self.value, self.method.widget,
            self.correlation.widget,
        ])  # fmt: skip
        self.add_class("opp-movement-bar")
        self._show_what_is_needed()
        self._listen()

    def question(self) -> ForecastQuestion:
        """What the fields ask for."""
        return ForecastQuestion(
            PeriodKind(str(self.kind.read())), self._whose(),
            str(self.method.read()), str(self.correlation.read()),
        )  # fmt: skip

    # -- inside ----------------------------------------------------------------------------------

    def _say(self, key: str) -> str:
        return self.screen.text(f"forecast_view.{key}")

    def _choice(self, name: str, codes: Iterable[str]) -> ChoiceField:
        choices = [(code, self._say(f"{name}_{code}")) for code in codes]
        return ChoiceField(name, self._say(name), choices, none=None)

    def _whose(self) -> Whose:
        dimension, choice = self.dimension.read(), self.value.choice
        if dimension is None or choice is None:
            return Whose()
        if dimension == "owner":
            return Whose(dimension, choice.label, int(choice.key))
        return Whose(dimension, choice.key)

    def _proposed(self, typed: str) -> list[Choice]:
        if self.dimension.read() == "owner":
            # Those who have left too: what was theirs may still be open.
            people = self.screen.workbench.directory.employees(limit=None).rows
            choices = [Choice(str(row["id"]), row["name"]) for row in people]
        else:
            known = self.screen.lists.all(Establishment)
            choices = [Choice(one.code, one.label(self.screen.language)) for one in known]
        return [choice for choice in choices if folded(typed) in folded(choice.label)]

    def _listen(self) -> None:
        guard = self.screen.guard
        for field in (self.kind, self.correlation):
            field.on_change(guard(self._on_change))
        self.method.on_change(guard(self._method_chosen))
        self.dimension.on_change(guard(self._dimension_chosen))
        self.value.on_choose(lambda _choice: self._on_change())

    def _method_chosen(self) -> None:
        """Each method has its usual way for deals to hang together."""
        self.correlation.show(USUAL[str(self.method.read())])
        self._on_change()

    def _dimension_chosen(self) -> None:
        """A value of another dimension is none of this one."""
        self._show_what_is_needed()
        self.value.choose(None)  # which asks anew where one was chosen

    def _show_what_is_needed(self) -> None:
        """The field for a value is there with what it is a value of."""
        layout = cast(Any, self.value).layout
        layout.display = None if self.dimension.read() else "none"
