"""The list of opportunities: found as one types, filtered, sorted, added up, and acted upon."""

from __future__ import annotations

import ipywidgets as widgets

from oppkit.forms.bulk_edit import BulkEditor
from oppkit.forms.criteria import CLOSED, START, chips, cleared, fitting, without
from oppkit.forms.dialog import button
from oppkit.forms.fields import ChoiceField
from oppkit.forms.filters import Filters
from oppkit.forms.result import Result, columns
from oppkit.forms.result_export import export_dialog
from oppkit.forms.saved_searches import SavedSearches
from oppkit.forms.screen import Screen
from oppkit.forms.widgets.chips import Chips
from oppkit.forms.widgets.download import Download
from oppkit.forms.widgets.plain import Plain
from oppkit.forms.widgets.search_box import SearchBox
from oppkit.forms.widgets.table import Table
from oppkit.forms.wording import Wording
from oppkit.model import Opportunity, Outcome, Search

_OUTCOMES: dict[str, tuple[Outcome, ...]] = {
    "open": (Outcome.OPEN,), "won": (Outcome.WON,), "lost": (Outcome.LOST,),
    "abandoned": (Outcome.ABANDONED,), "closed": CLOSED, "all": (),
}  # fmt: skip
_OTHER = "other"  # outcomes that a saved search holds and the quick choice has not


class SearchView(widgets.VBox):
    """A view of the page. `criteria` is what is searched for now, whatever shows it."""

    def __init__(self, screen: Screen) -> None:
        self.screen = screen
        self.criteria = START
        self.result = Result(screen)
        self.wording = Wording(screen)
        self.filters: Filters | None = None  # built when they are first opened
        self._currency = ""
        self._build()
        super().__init__([
            self._first_row(), self._second_row(), self._panel, self.chips, self.bulk.outcome,
            self.table, self.download,
        ])  # fmt: skip
        self.add_class("opp-view")
        self.add_class("opp-search")
        self._show_criteria()

    # -- what the page and people ask for ----------------------------------------------------------

    def refresh(self) -> None:
        """Read anew what is shown, and stay where the person is."""
        self.screen.refresh_lists()
        self._currency = self.screen.workbench.currency
        self.wording = Wording(self.screen)
        self.saved.refresh()
        if self.filters is not None:
            self.filters.refresh()
        self._run(keep_place=bool(self.result.count))
        self._keep_selected()
        self._show_criteria()

    def search(self, criteria: Search) -> None:
        """Search for other criteria, from the top; the selection is let go."""
        if criteria == self.criteria:
            return
        order = {"sort": criteria.sort, "descending": criteria.descending}
        if self.criteria.replace(**order) != criteria:
            self.table.selected = []
        self.criteria = criteria
        self._show_criteria()
        self._run(keep_place=False)

    def show_filters(self, shown: bool = True) -> Filters:
        """Open the panel of filters, or close it."""
        if self.filters is None:
            self.filters = Filters(self.screen, self._filtered)
            self.filters.show(self.criteria)
        self._panel.children = (self.filters,) if shown else ()
        self._show_criteria()
        return self.filters

    @property
    def selected(self) -> list[int]:
        """The identifiers of the selected opportunities."""
        return [int(key) for key in self.table.selected]

    def select_all(self) -> None:
        """Select the whole result."""
        found = self.screen.workbench.search_ids(self.criteria)
        self.table.selected = [str(one) for one in found]

    def export(self) -> None:
        """Ask in which form the result is wanted, then give it to the browser."""
        export_dialog(
            self.screen, self.criteria, self.result.count, self.selected, self.download
        )  # fmt: skip

    # -- inside ----------------------------------------------------------------------------------

    def _build(self) -> None:
        screen, guard = self.screen, self.screen.guard
        say = screen.text
        self.box = SearchBox(
            guard, label=say("search.box"), placeholder=say("search.placeholder"),
            clear=say("search.empty_box"),
        )  # fmt: skip
        self.outcome = ChoiceField("outcome", say("search.outcome"), self._outcomes(), none=None)
        self.saved = SavedSearches(screen, lambda: self.criteria, self.search)
        self.chips = Chips(screen.words("chips"), clearable=True, guard=guard)
        self.download = Download()
        self.bulk = BulkEditor(screen)
        self.table = Table(
            columns(screen), self.result.rows, screen.words("search_table"), selectable=True,
            label=say("search.table"), height="min(62vh, 40rem)", guard=guard,
        )  # fmt: skip
        self._panel = widgets.VBox().add_class("opp-filters-place")
        self._buttons()
        self._listen()

    def _buttons(self) -> None:
        screen, guard = self.screen, self.screen.guard
        self.filter_button = button("", self._toggle_filters, guard)
        self.export_button = button(screen.text("search.export"), self.export, guard)
        self.bulk_button = button(
            screen.text("search.bulk"), lambda: self.bulk.open(self.selected), guard
        )
        for one in (self.filter_button, self.export_button, self.bulk_button):
            one.add_class("opp-outlined")
        self.selection = Plain(level=-1, tone="muted", live=True)

    def _listen(self) -> None:
        guard = self.screen.guard
        self.box.on_search(lambda text: self.search(self.criteria.replace(text=text)))
        self.outcome.on_change(guard(self._outcome_chosen))
        self.chips.on_remove(lambda key: self.search(without(self.criteria, key)))
        self.chips.on_clear(lambda: self.search(cleared(self.criteria)))
        self.table.on_open(self._open)
        self.table.on_select_all(self.select_all)
        self.table.observe(guard(lambda _change: self._sorted()), "sort")
        self.table.observe(guard(lambda _change: self._count_selected()), "selected")

    def _first_row(self) -> widgets.HBox:
        row = [self.box, self.outcome.widget, self.filter_button]
        return widgets.HBox(row).add_class("opp-search-bar")

    def _second_row(self) -> widgets.HBox:
        acts = widgets.HBox([self.selection, self.bulk_button, self.export_button])
        acts.add_class("opp-search-acts")
        return widgets.HBox([self.saved, acts]).add_class("opp-search-bar")

    def _open(self, key: str) -> None:
        self.screen.open(self.screen.workbench.get(Opportunity, int(key)))

    def _filtered(self) -> None:
        if self.filters is not None:
            wanted = self.filters.read(self.criteria)
            self.search(fitting(self.screen, self.criteria, wanted))

    def _toggle_filters(self) -> None:
        self.show_filters(not self._panel.children)

    def _outcomes(self, other: bool = False) -> list[tuple[str, str]]:
        names = [*_OUTCOMES, *([_OTHER] if other else [])]
        return [(name, self.screen.text(f"search.outcome_{name}")) for name in names]

    def _outcome_chosen(self) -> None:
        chosen = _OUTCOMES.get(self.outcome.read() or "")
        if chosen is not None and set(chosen) != set(self.criteria.outcomes):
            self.search(self.criteria.replace(outcomes=chosen))

    def _sorted(self) -> None:
        sort = self.table.sort
        wanted = {"sort": sort["name"], "descending": sort["descending"]}
        self.search(self.criteria.replace(**wanted))

    def _run(self, keep_place: bool) -> None:
        self.result.run(self.criteria)
        self.table.refresh(self.result.count, self.result.footer(self._currency), keep_place)
        self.export_button.disabled = not self.result.count
        self._count_selected()

    def _keep_selected(self) -> None:
        """What is not in the result any more is not selected any more."""
        if self.table.selected:
            held = self.criteria.replace(ids=self.selected)
            if self.criteria.ids:
                held = held.replace(ids=[one for one in self.selected if one in held.ids])
            found = set(self.screen.workbench.search_ids(held))
            self.table.selected = [key for key in self.table.selected if int(key) in found]

    def _count_selected(self) -> None:
        count = len(self.table.selected)
        self.selection.text = self.screen.count("selected", count) if count else ""
        self.bulk_button.disabled = not count

    def _show_criteria(self) -> None:
        """Have box, quick choice, headings, chips and panel show the criteria."""
        criteria = self.criteria
        if self.box.text.strip() != criteria.text:  # a space being typed stays
            self.box.text = criteria.text
        self.table.sort = {"name": criteria.sort.value, "descending": criteria.descending}
        names = [n for n, held in _OUTCOMES.items() if set(held) == set(criteria.outcomes)]
        self.outcome.offer(self._outcomes(other=not names))
        self.outcome.show(names[0] if names else _OTHER)
        shown = chips(self.screen, self.wording, criteria)
        self.chips.show(shown)
        open_panel = bool(self._panel.children)
        key = "search.hide_filters" if open_panel else "search.filters"
        counted = f" ({len(shown)})" if shown and not open_panel else ""
        self.filter_button.description = self.screen.text(key) + counted
        self.saved.follow(criteria)
        if self.filters is not None:
            self.filters.show(criteria)
