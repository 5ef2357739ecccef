"""Searches under a name: choosing one, saving what is searched for now, deleting one."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import ipywidgets as widgets
from pydantic import ValidationError

from oppkit.forms.dialog import Answer, Dialog, button
from oppkit.forms.fields import TextField
from oppkit.forms.screen import Screen
from oppkit.forms.widgets.plain import Plain
from oppkit.model import SavedSearch, Search

_NONE = -1  # no saved search: a dropdown would show None as an empty box


class SavedSearches(widgets.HBox):
    """The searches of this person and of colleagues.

    `current` tells what is searched for now; `choose` is called with what is chosen.
    """

    def __init__(
        self, screen: Screen, current: Callable[[], Search], choose: Callable[[Search], None]
    ) -> None:
        self.screen, self._current, self._choose = screen, current, choose
        self.saved: Sequence[SavedSearch] = ()
        self._latest = ""  # the name that saving proposes
        self._offering = False
        say = screen.text
        self.choice = widgets.Dropdown(
            options=[(say("saved.choose"), _NONE)], description=say("saved.choose")
        )  # fmt: skip
        self.choice.tooltip = say("saved.choose")
        self.choice.add_class("opp-saved-choice")
        self.save_button = button(say("saved.save"), self.ask_name, screen.guard)
        self.delete_button = button(say("saved.delete"), self.ask_delete, screen.guard)
        self.choice.observe(screen.guard(lambda _change: self._chosen()), "value")
        super().__init__([self.choice, self.save_button, self.delete_button])
        self.add_class("opp-saved")
        self._offer(None)

    def refresh(self) -> None:
        """Read the saved searches anew; the chosen one stays chosen while it is searched for."""
        kept = self.chosen
        self.saved = self.screen.workbench.searches.all()
        self._follow(self._current(), kept)

    def follow(self, criteria: Search) -> None:
        """Show which saved search the criteria are, if any."""
        self._follow(criteria, self.chosen)

    @property
    def chosen(self) -> SavedSearch | None:
        """The saved search that is shown as chosen."""
        place = self.choice.value
        return None if place == _NONE else self.saved[place]

    def pick(self, place: int) -> None:
        """Choose a saved search by its place in `saved`."""
        self.choice.value = place

    def save(self, name: str) -> SavedSearch:
        """Keep what is searched for now under a name, in place of one's own of that name."""
        kept = self.screen.workbench.searches.save(name, self._current())
        self._latest = kept.name
        self.refresh()
        self.screen.say("saved.saved", name=kept.name)
        return kept

    def delete(self, saved: SavedSearch) -> None:
        """Delete a saved search, whoever's it is."""
        self.screen.workbench.searches.delete(saved)
        self.refresh()
        self.screen.say("saved.deleted", name=saved.name)

    def ask_name(self) -> Dialog:
        """Ask for the name to save under."""
        say, screen = self.screen.text, self.screen
        name = TextField("name", say("saved.name"))
        name.show(self.chosen.name if self.chosen else self._latest)
        note = Plain(tone="warn", live=True)

        def warn() -> None:
            mine = {one.name for one in self.saved if self._is_mine(one)}
            note.text = say("saved.replaces") if name.read() in mine else ""

        def save() -> bool:
            try:
                self.save(name.read() or "")
            except ValidationError as error:
                note.text = screen.reason(error)
                return False
            return True

        name.on_change(screen.guard(warn))
        warn()
        return screen.ask(Dialog(
            say("saved.save_title"), [name.widget, note, Plain(text=say("saved.shared"),
            tone="muted")], [
                Answer(say("form.save"), save, "primary"),
                Answer(say("form.cancel"), lambda: None),
            ], screen.guard,
        ))  # fmt: skip

    def ask_delete(self) -> None:
        """Ask before the chosen one is deleted."""
        saved, say = self.chosen, self.screen.text
        if saved is None:
            return
        key = "saved.delete_mine" if self._is_mine(saved) else "saved.delete_theirs"
        question = say(key, name=saved.name, author=saved.author)
        self.screen.ask(Dialog(say("saved.delete_title"), [Plain(text=question)], [
            Answer(say("form.delete"), lambda: self.delete(saved), "danger"),
            Answer(say("form.cancel"), lambda: None),
        ], self.screen.guard))  # fmt: skip

    def _follow(self, criteria: Search, kept: SavedSearch | None) -> None:
        same = [place for place, one in enumerate(self.saved) if one.search == criteria]
        # Several may be the same search: the one that was chosen stays.
        chosen = next((place for place in same if self.saved[place] == kept), None)
        self._offer(chosen if chosen is not None else next(iter(same), None))

    def _is_mine(self, saved: SavedSearch) -> bool:
        return saved.author == self.screen.workbench.author

    def _chosen(self) -> None:
        saved = self.chosen
        if self._offering or saved is None:
            return
        try:
            criteria = saved.criteria
        except Exception:
            self.follow(self._current())
            raise
        self._latest = saved.name
        self._choose(criteria)
        self.follow(criteria)

    def _offer(self, place: int | None) -> None:
        options = [(self.screen.text("saved.choose"), _NONE)]
        options += [(self._title(one), at) for at, one in enumerate(self.saved)]
        self._offering = True
        try:
            if self.choice.options != tuple(options):
                self.choice.options = options
            self.choice.value = _NONE if place is None else place
        finally:
            self._offering = False
        self.delete_button.disabled = place is None
        self.choice.disabled = not self.saved

    def _title(self, saved: SavedSearch) -> str:
        if self._is_mine(saved):
            return saved.name
        return self.screen.text("saved.of", name=saved.name, author=saved.author)
