"""The whole workbench on one page: tabs of lists and boards, and the form of what was opened."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import ipywidgets as widgets

from oppkit import locale
from oppkit.forms import kinds
from oppkit.forms.dialog import button
from oppkit.forms.form import RecordForm
from oppkit.forms.screen import Screen
from oppkit.forms.widgets.frame import Frame
from oppkit.forms.widgets.plain import Plain
from oppkit.model.record import Record
from oppkit.workbench import Workbench


class View(Protocol):
    """A tab of the page; `refresh` shows how things stand now."""

    def refresh(self) -> None:
        """Read again what is shown."""


class Page(widgets.VBox):
    """The page of one person. Views and forms are built when they are first shown."""

    def __init__(self, workbench: Workbench, language: str | None = None) -> None:
        super().__init__()
        self.add_class("opp-page")
        self.workbench = workbench
        self._build(language or locale.language())

    def _build(self, language: str) -> None:
        """Build the page in a language; what was built before is left behind."""
        self.screen = Screen(self.workbench, language)
        self.screen.navigate(self.open_record, self.new_record)
        self.screen.on_changed(self._refresh_in_sight)
        self.views: dict[str, Any] = {}
        self.form: RecordForm[Any] | None = None
        self.name = ""
        self._tabs = {
            name: button(self.screen.text(f"page.{name}"), self._going_to(name), self.screen.guard)
            for name in kinds.VIEWS
        }
        for tab in self._tabs.values():
            tab.add_class("opp-tab")
        self._place = widgets.VBox().add_class("opp-place")
        self.children = (
            Frame(language=language), self._top(language), self.screen.notice,
            self.screen.dialogs, self._place,
        )  # fmt: skip
        self.show(next(iter(kinds.VIEWS)))

    # -- views and forms -------------------------------------------------------------------------

    def show(self, name: str) -> None:
        """Show a view, after asking what becomes of a form that is not saved."""
        self.leave(lambda: self._show(name))

    def open_record(self, record: Record) -> None:
        """Show the form of a record, saved or new."""
        self.leave(lambda: self._open(record))

    def new_record(self, kind: str) -> None:
        """Show the form of a new record of a kind."""
        self.leave(lambda: self._new(kind))

    def leave(self, then: Callable[[], Any]) -> None:
        """Go on with `then` when nothing is lost by it."""
        if self.form is None:
            then()
        else:
            self.form.leave(then)

    def back(self) -> None:
        """Return from a form to the view before it."""
        self.show(self.name)

    def switch_language(self) -> None:
        """Show the page in the other language, on the same view or record."""
        self.leave(self._switch)

    # -- inside ----------------------------------------------------------------------------------

    def _show(self, name: str) -> None:
        if name not in self.views:
            self.views[name] = kinds.view(name, self.screen)
        self.form, self.name = None, name
        self._mark(name)
        view = self.views[name]
        view.refresh()
        self._place.children = (view,)

    def _open(self, record: Record) -> None:
        self.screen.refresh_lists()
        form = kinds.form(record, self.screen)
        form.show(record)
        self._put(form)

    def _new(self, kind: str) -> None:
        self.screen.refresh_lists()
        self._put(kinds.new_form(kind, self.screen))

    def _put(self, form: RecordForm[Any]) -> None:
        self.form = form
        form.on_gone(self.back)
        back = button(self.screen.text("page.back"), self.back, self.screen.guard)
        back.icon = "arrow-left"
        back.add_class("opp-back")
        self._place.children = (back, form)

    def _refresh_in_sight(self) -> None:
        if self.form is None and self.name:
            self.views[self.name].refresh()

    def _mark(self, name: str) -> None:
        for other, tab in self._tabs.items():
            (tab.add_class if other == name else tab.remove_class)("opp-here")

    def _going_to(self, name: str) -> Callable[[], None]:
        def go() -> None:
            self.screen.notice.clear()  # it was about what is left now
            self.show(name)

        return go

    def _top(self, language: str) -> widgets.Box:
        """The name of the workspace, the tabs, and the switch of language."""
        other = next(known for known in locale.LANGUAGES if known != language)
        switch = button(locale.text("page.language", other), self.switch_language,
                        self.screen.guard)  # fmt: skip
        switch.add_class("opp-language")
        new = button(self.screen.text("page.new"), lambda: self.new_record("opportunity"),
                     self.screen.guard, "primary")  # fmt: skip
        new.icon = "plus"
        title = Plain(text="oppkit", level=1)
        tabs = widgets.HBox(list(self._tabs.values())).add_class("opp-views")
        return widgets.HBox([title, tabs, new, switch]).add_class("opp-top")

    def _switch(self) -> None:
        name, saved = self.name, self.form.saved if self.form else None
        other = next(known for known in locale.LANGUAGES if known != self.screen.language)
        self._build(other)
        self._show(name)
        if saved is not None:
            self._open(saved)
