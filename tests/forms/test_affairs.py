"""The list of affairs, without a browser."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from oppkit.forms.affairs import AffairsView
from oppkit.forms.screen import Screen
from oppkit.model import Affair, AffairStatus, Customer, Line, Opportunity, Record
from oppkit.workbench import Workbench
from tests.forms.conftest import EVIL
from tests.forms.listed import column, rows

Saved = Callable[..., Opportunity]


@pytest.fixture
def affairs(workbench: Workbench, saved: Saved) -> dict[str, Affair]:
    """One of each status, by name; the last one in dinars."""
    made = {}
    for name, status in zip(("Réseau", "Portail", "Audit", "Lampes"), AffairStatus, strict=True):
        sale = saved(
            name=name, production_start=date(2026, 9, 1), lines=(Line(title=name, amount="100"),),
            currency="TND" if name == "Lampes" else "EUR",
        )  # fmt: skip
        made[name] = workbench.save(workbench.create_affair(sale).replace(status=status))
    return made


@pytest.fixture
def view(screen: Screen, affairs: dict[str, Affair]) -> AffairsView:
    view = AffairsView(screen)
    view.refresh()
    return view


def test_a_row_tells_where_an_affair_stands(view: AffairsView, affairs: dict[str, Affair]) -> None:
    view.search.search("audit")
    [row] = rows(view)
    assert row["cells"] == [
        affairs["Audit"].code, "Audit", "Énergie du Rhône", "OPP-2026-0003",
        {"text": "Finished", "tone": "good"}, "01/09/2026", "", "Ana Lopez", "€100.00",
    ]  # fmt: skip


def test_the_footer_adds_up_budgets_of_each_currency(view: AffairsView) -> None:
    assert view.table.footer == "4 affairs · €300 + TND\xa0100 of budget"
    view.choice.widget.value = "lost"
    assert column(view, 1) == ["Lampes"]
    assert view.table.footer == "1 affair · TND\xa0100.000 of budget"
    view.search.search("nothing like it")
    assert view.table.footer == "0 affairs"


def test_affairs_are_found_by_name_code_and_customer(
    view: AffairsView, affairs: dict[str, Affair], workbench: Workbench
) -> None:
    other = workbench.save(Customer(name="Ateliers Zénith"))
    workbench.save(affairs["Portail"].replace(customer_id=other.id))
    for typed, found in (
        ("reseau", ["Réseau"]), (affairs["Audit"].code, ["Audit"]), ("zenith", ["Portail"]),
    ):  # fmt: skip
        view.search.search(typed or "")
        assert column(view, 1) == found


def test_every_heading_sorts(view: AffairsView) -> None:
    for heading in view.table.columns:
        if heading["sortable"]:
            view.table.sort = {"name": heading["name"], "descending": True}
            assert len(column(view, 1)) == 4, heading
    view.table.sort = {"name": "name", "descending": False}
    assert column(view, 1) == ["Audit", "Lampes", "Portail", "Réseau"]
    assert view.screen.notice.text == ""


def test_a_row_opens_and_there_is_no_button_for_a_new_one(
    view: AffairsView, affairs: dict[str, Affair], screen: Screen
) -> None:
    asked: list[Record | str] = []
    screen.navigate(asked.append, asked.append)
    view.search.search("portail")
    view.opened(rows(view)[0]["key"])
    assert asked == [affairs["Portail"]]
    assert len(view.bar.children) == 2  # the search and the filter


def test_it_is_told_in_french(french: Screen, affairs: dict[str, Affair]) -> None:
    view = AffairsView(french)
    view.refresh()
    assert view.table.footer.startswith("4 affaires · 300\xa0€ + ")
    assert {"text": "Terminée", "tone": "good"} in [row["cells"][4] for row in rows(view)]


def test_what_people_type_stays_text(screen: Screen, saved: Saved, workbench: Workbench) -> None:
    workbench.create_affair(saved(name=EVIL))
    view = AffairsView(screen)
    view.refresh()
    assert column(view, 1) == [EVIL]
