"""The whole workbench on one page: tabs of lists and boards, and the form of what was opened."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import ipywidgets as widgets

from oppkit import locale
from oppkit.forms import kinds
from oppkit.forms.dialog import button
from oppkit.forms.form import RecordForm
from oppkit.forms.gathering import close, gathered
from oppkit.forms.screen import Screen
from oppkit.forms.widgets.frame import Frame
from oppkit.forms.widgets.plain import Plain
from oppkit.model.record import Record
from oppkit.workbench import Workbench


class Page(widgets.VBox):
    """The page of one person. Views and forms are built when they are first shown."""

    def __init__(self, workbench: Workbench, language: str | None = None) -> None:
        super().__init__()
        self.add_class("opp-page")
        self.workbench = workbench
        self._of_form: list[Any] = []  # the widgets of the form that is shown
        self._build(language or locale.language())
        self.show(next(iter(kinds.VIEWS)))

    def _build(self, language: str) -> None:
        """Build the page in a language, with nothing in it; what was built before is left."""
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
        for name, tab in self._tabs.items():
            tab.add_class("opp-tab").add_class(f"opp-to-{name}")
        self._frame = Frame(language=language)
        self._place = widgets.VBox().add_class("opp-place")
        self.children = (
            self._frame, self._top(language), self.screen.notice,
            self.screen.dialogs, self._place,
        )  # fmt: skip

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
        with self._working() if name in kinds.ANALYSES else self.workbench.at_once():
            if name not in self.views:
                self.views[name] = kinds.view(name, self.screen).add_class(f"opp-view-{name}")
            view = self.views[name]
            view.refresh()
        self.form = None  # only now: where a view cannot be read, the form stays
        self._be_at(name)
        self._put((view,), [])

    @contextmanager
    def _working(self) -> Iterator[None]:
        """Say that it takes a moment: an analysis reads the whole pipeline."""
        words = self.screen.text("page.working")
        self.screen.notice.say(words, "info")
        yield
        if self.screen.notice.text == words:  # and not what the view had to say
            self.screen.notice.clear()

    def _open(self, record: Record) -> None:
        def build() -> RecordForm[Any]:
            form = kinds.form(record, self.screen)
            form.show(record)
            return form

        self._show_form(build)

    def _new(self, kind: str) -> None:
        self._show_form(lambda: kinds.new_form(kind, self.screen))

    def _show_form(self, build: Callable[[], RecordForm[Any]]) -> None:
        with self.workbench.at_once(), gathered() as found:
            self.screen.refresh_lists()
            form = build()
            back = button(self.screen.text("page.back"), self.back, self.screen.guard)
        back.icon = "arrow-left"
        back.add_class("opp-back")
        form.on_gone(lambda: self._show(self.name))  # nothing is left to be saved
        self.form = form
        self._put((back, form), found)

    def _put(self, shown: tuple[Any, ...], of_form: list[Any]) -> None:
        """Put a view or a form into sight; the form that was there is gone for good."""
        self._place.children = shown
        close(self._of_form)
        self._of_form = of_form

    def _refresh_in_sight(self) -> None:
        if self.form is None:
            self.views[self.name].refresh()

    def _be_at(self, name: str) -> None:
        """Mark the tab of a view, to which `back` returns."""
        self.name = name
        for other, tab in self._tabs.items():
            (tab.add_class if other == name else tab.remove_class)("opp-here")
        self._frame.current = f"opp-to-{name}"

    def _going_to(self, name: str) -> Callable[[], None]:
        def go() -> None:
            self.screen.notice.clear()  # it was about what is left now
            self.show(name)

        return go

    def _top(self, language: str) -> widgets.Box:
        """The name of the workspace, the tabs, and the switch of language."""
        words = locale.text("page.language", _other(language))
        switch = button(words, self.switch_language, self.screen.guard)
        switch.add_class("opp-language")
        new = button(self.screen.text("page.new"), lambda: self.new_record("opportunity"),
                     self.screen.guard, "primary")  # fmt: skip
        new.icon = "plus"
        title = Plain(text="oppkit", level=1)
        tabs = widgets.HBox(list(self._tabs.values())).add_class("opp-views")
        return widgets.HBox([title, tabs, new, switch]).add_class("opp-top")

    def _switch(self) -> None:
        name, saved = self.name, self.form.saved if self.form else None
        self._build(_other(self.screen.language))
        if saved is None:
            self._show(name)
        else:
            self._be_at(name)
            self._open(saved)


def _other(language: str) -> str:
    return next(known for known in locale.LANGUAGES if known != language)
