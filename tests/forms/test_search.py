"""The list of opportunities through its public methods: filters, chips, order, totals, files."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pandas as pd
import pytest

from oppkit.forms import criteria
from oppkit.forms.criteria import START
from oppkit.forms.screen import Screen
from oppkit.forms.search import SearchView
from oppkit.forms.widgets.pick import Choice
from oppkit.model import Customer, Employee, Line, Opportunity, Outcome, Search, Sort
from oppkit.workbench import Workbench
from tests.clock import TODAY

Saved = Callable[..., Opportunity]
SCRIPT = "<img src=x onerror=alert(1)>"


@pytest.fixture
def three(saved: Saved, workbench: Workbench, assistant: Employee) -> dict[str, Opportunity]:
    """Alpha is late, Béta is another's and in francs, Gamma is lost."""
    other = workbench.save(Customer(name="Société d'Été"))
    alpha = saved(
        name="Alpha", status="to_qualify", establishment="lyon", sector="energy", family="data",
        subfamily="data_platform", origin_type="campaign", tags=("risk", "urgent"),
        opened_on=date(2026, 1, 1), probability="0.1",
        expected_signature=TODAY - timedelta(days=1), lines=(Line(amount=100),),
    )  # fmt: skip
    beta = saved(
        name="Béta", customer_id=other.id, opened_on=date(2026, 2, 1), tags=("risk",),
        currency="CHF", lines=(Line(amount=5000),), probability="0.5", family="cloud",
        responsibles=[{"role": "sales", "employee_id": assistant.id}],
    )  # fmt: skip
    gamma = workbench.close(saved(name="Gamma"), Outcome.LOST, reason="price")
    return {"Alpha": alpha, "Béta": beta, "Gamma": gamma}


@pytest.fixture
def screen(workbench: Workbench) -> Screen:
    return Screen(workbench, "en")


@pytest.fixture
def view(three: dict[str, Opportunity], screen: Screen) -> SearchView:
    shown = SearchView(screen)
    shown.refresh()
    return shown


def names(view: SearchView) -> list[str]:
    return [str(row.cells[1]) for row in view.result.rows(0, 100)]


def chip_texts(view: SearchView) -> list[str]:
    return [" ".join(filter(None, [c["label"], c["text"]])) for c in view.chips.chips]


def said(screen: Screen) -> str:
    return str(screen.notice.text)


def test_it_opens_on_what_is_open(view: SearchView) -> None:
    assert names(view) == ["Alpha", "Béta"]
    assert view.table.total == 2
    assert view.outcome.read() == "open"
    assert view.chips.chips == []
    assert [column["name"] for column in view.table.columns] == [
        "code", "name", "customer", "status", "owner", "expected_signature", "probability",
        "amount", "weighted_amount",
    ]  # fmt: skip


def test_a_row_is_told_in_words(view: SearchView, three: dict[str, Opportunity]) -> None:
    row = view.result.rows(0, 1)[0]
    late = {"text": "⚠ 15/03/2026", "tone": "late"}
    assert row.key == str(three["Alpha"].id)
    assert row.cells == [
        three["Alpha"].code, "Alpha", "Énergie du Rhône", "To qualify", "Ana Lopez", late, "10%",
        "€100.00", "€10.00",
    ]  # fmt: skip


def test_the_sums_stand_below_with_the_own_currency_first(view: SearchView) -> None:
    assert view.table.footer == (
        "2 opportunities · €100 (weighted €10) · CHF\xa05,000 (weighted CHF\xa02,500)"
    )
    view.box.search("alpha")
    assert view.table.footer == "1 opportunity · €100.00 (weighted €10.00)"
    view.box.search("nobody")
    assert view.table.footer == "0 opportunities"


def test_typing_searches_and_keeps_a_space_being_typed(view: SearchView) -> None:
    view.box.search("ete beta ")
    assert names(view) == ["Béta"]
    assert view.box.text == "ete beta "
    view.box.search("")
    assert len(names(view)) == 2


def test_typing_the_same_words_again_asks_nothing(
    view: SearchView, monkeypatch: pytest.MonkeyPatch
) -> None:
    view.box.search("beta")
    monkeypatch.setattr(view.result, "run", lambda _criteria: pytest.fail("asked again"))
    view.box.search("beta ")
    assert names(view) == ["Béta"]


@pytest.mark.parametrize(
    ("outcome", "found"),
    [
        ("open", {"Alpha", "Béta"}), ("closed", {"Gamma"}), ("lost", {"Gamma"}), ("won", set()),
        ("abandoned", set()), ("all", {"Alpha", "Béta", "Gamma"}),
    ],
)  # fmt: skip
def test_the_quick_choice_of_outcomes(view: SearchView, outcome: str, found: set[str]) -> None:
    view.outcome.show(outcome)
    assert set(names(view)) == found


FILTERS: list[tuple[str, Any, set[str], list[str]]] = [
    ("statuses", ("to_qualify",), {"Alpha"}, ["Status To qualify"]),
    ("establishments", ("lyon", "paris"), {"Alpha"},
     ["Establishment Lyon", "Establishment Paris"]),
    ("sectors", ("energy",), {"Alpha"}, ["Sector Energy and environment"]),
    ("families", ("cloud",), {"Béta"}, ["Family Cloud and infrastructure"]),
    ("subfamilies", ("data_platform",), {"Alpha"}, ["Subfamily Data platform"]),
    ("origin_types", ("campaign",), {"Alpha"}, ["Origin Marketing campaign"]),
    ("any_tags", ("risk", "urgent"), {"Alpha", "Béta"},
     ["Tagged (any) At risk", "Tagged (any) Urgent"]),
    ("all_tags", ("risk", "urgent"), {"Alpha"}, ["Tagged At risk", "Tagged Urgent"]),
    ("opened_from", date(2026, 2, 1), {"Béta"}, ["Opened from 01/02/2026"]),
    ("opened_to", date(2026, 1, 31), {"Alpha"}, ["Opened up to 31/01/2026"]),
    ("expected_from", TODAY, set(), ["Signature from 16/03/2026"]),
    ("expected_to", TODAY, {"Alpha"}, ["Signature up to 16/03/2026"]),
    ("closed_from", TODAY, {"Gamma"}, ["Closed from 16/03/2026"]),
    ("closed_to", TODAY, {"Gamma"}, ["Closed up to 16/03/2026"]),
    ("amount_from", 1000, {"Béta"}, ["Amount from 1,000"]),
    ("amount_to", 1000, {"Alpha"}, ["Amount up to 1,000"]),
    ("overdue", True, {"Alpha"}, ["Overdue"]),
    ("undated", True, {"Béta"}, ["No expected signature"]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value", "found", "chips"), FILTERS)
def test_every_filter_finds_and_is_shown_and_taken_away(
    view: SearchView, name: str, value: Any, found: set[str], chips: list[str]
) -> None:
    panel = view.show_filters()
    panel.fields[name].show(value)
    assert set(names(view)) == found
    assert chip_texts(view) == chips

    for chip in list(view.chips.chips):
        view.chips._received(view.chips, {"type": "remove", "key": chip["key"]}, [])
    assert view.chips.chips == []
    assert view.criteria.replace(outcomes=START.outcomes) == START
    assert panel.read(view.criteria) == view.criteria


def test_every_criterion_of_a_search_can_be_given(view: SearchView) -> None:
    elsewhere = {"text", "ids", "outcomes", "sort", "descending", "offset", "limit"}
    fields = view.show_filters().fields
    assert fields.keys() == Search.model_fields.keys() - elsewhere
    assert fields.keys() - {"owner_ids", "customer_ids"} == {name for name, *_ in FILTERS}


def test_people_are_chosen_by_name(
    view: SearchView, three: dict[str, Opportunity], assistant: Employee
) -> None:
    panel = view.show_filters()
    panel.fields["owner_ids"].show([assistant.id])
    assert (names(view), chip_texts(view)) == (["Béta"], ["Owner Bo Berg"])
    panel.fields["owner_ids"].show([])
    customers: Any = panel.fields["customer_ids"]
    customer = three["Alpha"].customer_id
    customers.pick.choose(Choice(str(customer), "Énergie du Rhône"))
    customers._choose(Choice(str(customer), "Énergie du Rhône"))
    assert (names(view), chip_texts(view)) == (["Alpha"], ["Customer Énergie du Rhône"])
    assert customers.pick.text == ""
    assert len(customers.chips.chips) == 1
    customers._remove(str(customer))
    assert len(names(view)) == 2


def test_subfamilies_follow_their_families(view: SearchView) -> None:
    fields: Any = view.show_filters().fields
    every = len(fields["subfamilies"].options)
    fields["subfamilies"].show(["data_platform"])
    fields["families"].show(["cloud"])
    offered = {option.code for option in fields["subfamilies"].options}
    assert 0 < len(offered) < every
    assert "data_platform" not in offered
    assert view.criteria.subfamilies == ()
    fields["families"].show([])
    assert len(fields["subfamilies"].options) == every


def test_what_cannot_be_read_is_said_and_kept_and_not_applied(view: SearchView) -> None:
    panel = view.show_filters()
    panel.fields["opened_from"].widget.text = "soon"
    panel.fields["amount_from"].widget.value = "much"
    assert panel._frame.notes == {
        "opened_from": "Type a date such as 31/12/2026.",
        "amount_from": "Type a number such as 1,234.50.",
    }
    assert view.criteria == START
    panel.fields["overdue"].show(True)
    assert panel.fields["opened_from"].typed == "soon"
    assert names(view) == ["Alpha"]


def test_a_filter_that_the_outcomes_exclude_widens_them(view: SearchView) -> None:
    panel = view.show_filters()
    panel.fields["statuses"].show(["lost"])
    assert (names(view), view.outcome.read()) == (["Gamma"], "all")
    view.outcome.show("won")  # what is chosen last counts, even if nothing is found
    assert (names(view), view.outcome.read()) == ([], "won")
    panel.fields["overdue"].show(True)
    assert view.outcome.read() == "open"


def test_all_chips_go_at_once_and_text_and_order_stay(view: SearchView) -> None:
    view.search(START.replace(text="a", overdue=True, any_tags=["risk"], opened_from=TODAY))
    assert len(view.chips.chips) == 3
    assert view.filter_button.description == "Filters (3)"
    view.chips._received(view.chips, {"type": "clear"}, [])
    assert view.criteria == START.replace(text="a")
    assert view.filter_button.description == "Filters"


@pytest.mark.parametrize("name", ["opened", "expected", "closed", "amount"])
def test_a_range_is_one_chip(screen: Screen, view: SearchView, name: str) -> None:
    value: Any = 3 if name == "amount" else TODAY
    held = Search(**{f"{name}_from": value, f"{name}_to": value})
    [chip] = criteria.chips(screen, view.wording, held)
    assert " to " in chip.text
    assert criteria.without(held, chip.key) == Search()


def test_a_selection_of_opportunities_is_a_chip(view: SearchView, three: Any) -> None:
    view.search(Search(ids=[three["Gamma"].id, three["Béta"].id]))
    assert chip_texts(view) == ["Selection 2 opportunities"]
    assert criteria.without(view.criteria, "ids") == Search()


# -- order, pages and selection -----------------------------------------------------------------


@pytest.mark.parametrize("sort", ["code", "name", "customer", "status", "owner", "amount"])
def test_headings_sort_the_result(view: SearchView, sort: str, workbench: Workbench) -> None:
    view.table.sort = {"name": sort, "descending": True}
    wanted = START.replace(sort=sort, descending=True)
    assert view.criteria == wanted
    assert [row.key for row in view.result.rows(0, 9)] == [
        str(found) for found in workbench.search_ids(wanted)
    ]


def test_only_rows_in_sight_are_asked_for(
    screen: Screen, saved: Saved, workbench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(70):
        saved(name=f"N{number:02}")
    asked: list[tuple[int, int | None]] = []
    page = workbench.search_page

    def search_page(wanted: Search) -> list[dict[str, Any]]:
        asked.append((wanted.offset, wanted.limit))
        return page(wanted)

    monkeypatch.setattr(workbench, "search_page", search_page)
    view = SearchView(screen)
    view.refresh()
    assert (len(view.table.first), asked) == (60, [])
    assert [str(row.cells[1]) for row in view.result.rows(62, 3)] == ["N62", "N63", "N64"]
    assert len(view.result.rows(40, 30)) == 30
    assert asked == [(62, 3), (40, 30)]


def test_the_selection_is_counted_and_lets_go_of_what_is_not_found_any_more(
    view: SearchView, workbench: Workbench, three: dict[str, Opportunity]
) -> None:
    assert view.bulk_button.disabled
    view.table._received(
        view.table, {"type": "select_all", "generation": view.table.generation}, []
    )
    assert view.selected == [three["Alpha"].id, three["Béta"].id]
    assert (view.selection.text, view.bulk_button.disabled) == ("2 selected", False)
    view.table.sort = {"name": "name", "descending": True}
    assert len(view.selected) == 2  # another order is the same result
    workbench.close(three["Béta"], "won")
    view.refresh()
    assert view.selected == [three["Alpha"].id]
    view.box.search("a")
    assert (view.selected, view.selection.text) == ([], "")


def test_rows_open(view: SearchView, screen: Screen, three: dict[str, Opportunity]) -> None:
    opened: list[Any] = []
    screen.navigate(opened.append, opened.append)
    generation = view.table.generation
    key = str(three["Alpha"].id)
    view.table._received(view.table, {"type": "open", "key": key, "generation": generation}, [])
    assert opened == [three["Alpha"]]


def test_a_refresh_shows_what_colleagues_did(
    view: SearchView, colleague: Workbench, three: dict[str, Opportunity]
) -> None:
    colleague.save(three["Alpha"].replace(name="Omega"))
    colleague.searches.save("theirs", Search(text="x"))
    view.refresh()
    assert names(view) == ["Omega", "Béta"]
    assert view.saved.choice.options[-1][0] == "theirs (Bo)"


# -- saved searches -----------------------------------------------------------------------------


def test_a_saved_search_comes_back_with_all_its_criteria(view: SearchView) -> None:
    wanted = Search(
        text="a", outcomes=("won", "lost"), statuses=("lost",), any_tags=("risk",),
        opened_from=TODAY, amount_to="12.5", undated=True, sort=Sort.AMOUNT, descending=True,
    )  # fmt: skip
    panel = view.show_filters()
    view.search(wanted)
    view.saved.save("Mine")
    view.search(START)
    assert (view.saved.chosen, view.saved.delete_button.disabled) == (None, True)
    view.saved.pick(0)
    assert view.criteria == wanted
    assert (view.box.text, view.outcome.read()) == ("a", "other")
    assert view.table.sort == {"name": "amount", "descending": True}
    assert panel.read(Search()) == wanted.replace(
        text="", outcomes=(), sort=Sort.CODE, descending=False
    )
    assert panel.fields["amount_to"].typed == "12.5"
    assert view.saved.delete_button.disabled is False


def test_ones_own_search_is_replaced_and_deleted(view: SearchView, workbench: Workbench) -> None:
    view.search(START.replace(text="one"))
    view.saved.save("Mine")
    view.search(START.replace(text="two"))
    dialog = view.saved.ask_name()
    name, note = dialog.children[2].children[:2]
    assert (name.value, note.text) == (
        "Mine", "You have a search of this name: it will be replaced."
    )  # fmt: skip
    dialog.answer(0)
    [kept] = workbench.searches.all()
    assert kept.search == START.replace(text="two")
    assert view.saved.chosen == kept

    view.saved.ask_delete()
    question = view.screen.dialogs.dialog
    assert question is not None
    question.answer(0)
    assert (workbench.searches.all(), view.saved.chosen) == ([], None)


def test_a_search_without_a_name_is_not_saved(view: SearchView, workbench: Workbench) -> None:
    dialog = view.saved.ask_name()
    dialog.answer(0)
    assert view.screen.dialogs.dialog is dialog
    assert dialog.children[2].children[1].text == "Name: Fill in this field."
    assert workbench.searches.all() == []


def test_colleagues_searches_are_told_by_author(view: SearchView, colleague: Workbench) -> None:
    colleague.searches.save(SCRIPT, Search(text="beta"))
    view.refresh()
    assert view.saved.choice.options == (("Saved searches", -1), (f"{SCRIPT} (Bo)", 0))
    view.saved.pick(0)
    assert names(view) == ["Béta"]
    view.saved.ask_delete()
    dialog: Any = view.screen.dialogs.dialog
    assert dialog.children[2].children[0].text == (
        f"The search {SCRIPT} of Bo will be deleted, for them too."
    )


def test_a_search_of_a_newer_program_is_said_and_changes_nothing(
    view: SearchView, workbench: Workbench
) -> None:
    with workbench._desk.write() as session:
        session.run("saved_search.save", name="New", author="Ana", search='{"moon_phase": "full"}')
    view.refresh()
    view.saved.pick(0)
    assert "was saved by a newer oppkit" in said(view.screen)
    assert (view.criteria, view.saved.choice.value) == (START, -1)


# -- export ----------------------------------------------------------------------------------------


def exported(view: SearchView, monkeypatch: pytest.MonkeyPatch, **answers: str) -> Any:
    """What the browser is given after the dialog was answered."""
    given: list[tuple[str, bytes]] = []
    monkeypatch.setattr(view.download, "offer", lambda name, content: given.append((name, content)))
    view.export()
    dialog: Any = view.screen.dialogs.dialog
    for box in dialog.children[2].children:
        for name, value in answers.items():
            if f"opp-f-{name}" in getattr(box, "_dom_classes", ()):
                box.value = value
    dialog.answer(0)
    [(name, content)] = given
    return name, content


@pytest.mark.parametrize("ending", ["xlsx", "csv", "parquet"])
def test_the_export_is_the_result(
    view: SearchView, monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    view.search(START.replace(sort=Sort.NAME, descending=True))
    name, content = exported(view, monkeypatch, format=ending)
    assert name == f"opportunities-2026-03-16.{ending}"
    read: Any = {"csv": pd.read_csv, "xlsx": pd.read_excel, "parquet": pd.read_parquet}[ending]
    assert list(read(io.BytesIO(content))["name"]) == ["Béta", "Alpha"]
    assert said(view.screen) == f"{name} was handed to your browser: 2 rows."


def test_the_lines_of_the_selection_can_be_exported(
    view: SearchView, monkeypatch: pytest.MonkeyPatch, three: dict[str, Opportunity]
) -> None:
    view.table.selected = [str(three["Béta"].id)]
    name, content = exported(view, monkeypatch, format="csv", what="lines", extent="selection")
    assert name == "lines-2026-03-16.csv"
    assert list(pd.read_csv(io.BytesIO(content))["amount"]) == [5000]


def test_nothing_found_is_not_exported(view: SearchView) -> None:
    view.box.search("nobody")
    assert view.export_button.disabled


# -- texts of people -------------------------------------------------------------------------------


def test_texts_of_people_are_texts(
    saved: Saved, workbench: Workbench, screen: Screen, owner: Employee
) -> None:
    customer = workbench.save(Customer(name=SCRIPT))
    saved(name=SCRIPT, customer_id=customer.id)
    view = SearchView(screen)
    view.refresh()
    assert view.result.rows(0, 1)[0].cells[1:3] == [SCRIPT, SCRIPT]
    view.search(START.replace(customer_ids=[customer.id]))
    assert chip_texts(view) == [f"Customer {SCRIPT}"]


def test_the_list_speaks_french(workbench: Workbench, three: dict[str, Opportunity]) -> None:
    view = SearchView(Screen(workbench, "fr"))
    view.refresh()
    assert view.table.footer.startswith("2 opportunités · 100\xa0€ (pondéré 10\xa0€)")
    assert view.result.rows(0, 1)[0].cells[5] == {"text": "⚠ 15/03/2026", "tone": "late"}
