"""Finding opportunities: every criterion, the order, the pages, and totals over all pages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from oppkit.model import Customer, Employee, Line, Opportunity, Outcome, Search, Sort
from oppkit.workbench import Workbench
from tests.clock import TODAY

pytestmark = pytest.mark.both_engines

Saved = Callable[..., Opportunity]

UNKNOWN = {
    Sort.OWNER: ["Gamma"], Sort.PROBABILITY: ["Béta"], Sort.AMOUNT: ["Gamma"],
    Sort.CLOSED_ON: ["Alpha", "Béta"], Sort.WEIGHTED_AMOUNT: ["Béta", "Gamma"],
}  # fmt: skip


def names(workbench: Workbench, **criteria: Any) -> list[str]:
    return [row["name"] for row in workbench.search(**criteria).rows]


@pytest.fixture
def three(saved: Saved, workbench: Workbench, owner: Employee, assistant: Employee) -> Workbench:
    """Alpha, Béta and Gamma, which differ in everything."""
    other = workbench.save(Customer(name="Société Générale d'Été", address={"city": "Nîmes"}))
    saved(
        name="Alpha", status="to_qualify", establishment="lyon", sector="energy", family="data",
        subfamily="data_platform",
        tags=("risk", "urgent"), opened_on=date(2026, 1, 1), probability="0.1",
        expected_signature=TODAY - timedelta(days=1), lines=(Line(amount=100),),
    )  # fmt: skip
    saved(
        name="Béta", code="X-42", customer_id=other.id, establishment="paris", sector="food",
        family="cloud", origin_type="campaign", tags=("risk",), opened_on=date(2026, 2, 1),
        expected_signature=TODAY, probability=None, lines=(Line(amount="200"), Line(amount="0.5")),
        responsibles=[{"role": "sales", "employee_id": assistant.id}],
    )  # fmt: skip
    gamma = saved(
        name="Gamma", opened_on=date(2026, 3, 1), lines=(), responsibles=(),
        expected_signature=TODAY - timedelta(days=10),
    )  # fmt: skip
    workbench.close(gamma, Outcome.LOST, reason="price")
    return workbench


@pytest.mark.parametrize(
    ("criteria", "found"),
    [
        ({}, ["Alpha", "Gamma", "Béta"]),
        ({"text": "beta"}, ["Béta"]),
        ({"text": "BÉTA"}, ["Béta"]),
        ({"text": "x-42"}, ["Béta"]),
        ({"text": "ete societe"}, ["Béta"]),  # words in any order, in the customer's name
        ({"text": "nimes"}, ["Béta"]),  # the customer's town
        ({"text": "béta énergie"}, []),  # every word must be found
        ({"text": "energie"}, ["Alpha", "Gamma"]),
        ({"text": "100%_"}, []),  # no pattern, just letters
        ({"text": "  "}, ["Alpha", "Gamma", "Béta"]),
        ({"statuses": ["to_qualify", "lost"]}, ["Alpha", "Gamma"]),
        ({"outcomes": ["open"]}, ["Alpha", "Béta"]),
        ({"outcomes": [Outcome.LOST, Outcome.WON]}, ["Gamma"]),
        ({"establishments": ["paris", "lille"]}, ["Béta"]),
        ({"sectors": ["energy"]}, ["Alpha"]),
        ({"families": ["data", "cloud"]}, ["Alpha", "Béta"]),
        ({"subfamilies": ["machine_learning", "data_platform"]}, ["Alpha"]),
        ({"origin_types": ["campaign", "outbound_call"]}, ["Béta"]),
        ({"any_tags": ["risk", "urgent"]}, ["Alpha", "Béta"]),
        ({"all_tags": ["risk", "urgent"]}, ["Alpha"]),
        ({"all_tags": ["risk", "risk"]}, ["Alpha", "Béta"]),
        ({"all_tags": ["risk"], "any_tags": ["abroad"]}, []),
        ({"opened_from": date(2026, 2, 1)}, ["Gamma", "Béta"]),
        ({"opened_to": date(2026, 2, 1)}, ["Alpha", "Béta"]),
        ({"expected_from": TODAY}, ["Béta"]),
        ({"expected_to": TODAY - timedelta(days=1)}, ["Alpha", "Gamma"]),
        ({"closed_from": TODAY}, ["Gamma"]),
        ({"closed_from": TODAY + timedelta(days=1)}, []),
        ({"closed_to": TODAY}, ["Gamma"]),
        ({"closed_to": TODAY - timedelta(days=1)}, []),
        ({"amount_from": "200.5"}, ["Béta"]),
        ({"amount_to": "200.49"}, ["Alpha"]),
        ({"overdue": True}, ["Alpha"]),  # lost ones are not overdue
        ({"overdue": True, "sectors": ["food"]}, []),
    ],
)
def test_each_criterion(criteria: dict[str, Any], found: list[str], three: Workbench) -> None:
    assert names(three, **criteria) == found
    result = three.search(**criteria)
    assert result.count == len(found)


def test_a_selection_by_identifier(three: Workbench) -> None:
    ids = [row["id"] for row in three.search(text="a", sort="name").rows]
    assert names(three, ids=ids[1:]) == ["Gamma", "Béta"]
    assert names(three, ids=ids[1:], outcomes=["open"]) == ["Béta"]
    assert names(three, ids=[10**9]) == []


def test_those_without_a_date(three: Workbench, saved: Saved) -> None:
    saved(name="Delta", expected_signature=None)
    assert names(three, undated=True) == ["Delta"]
    assert names(three, undated=True, expected_from=TODAY) == []
    assert names(three, undated=True, overdue=True) == []


@pytest.mark.parametrize("sort", [Sort.NAME, Sort.CUSTOMER, Sort.OWNER])
def test_accents_and_case_do_not_count_in_an_order(
    sort: Sort, saved: Saved, workbench: Workbench
) -> None:
    wanted = ["école", "Ecole 2", "énergie", "Energie du Nord", "Énergie Sud", "œuvre", "Zoo"]
    for name in sorted(wanted):
        customer = workbench.save(Customer(name=name))
        person = workbench.save(Employee(last_name=name))
        people = [{"role": "sales", "employee_id": person.id}]
        saved(name=name, customer_id=customer.id, responsibles=people)
    assert names(workbench, sort=sort) == wanted
    assert names(workbench, sort=sort, descending=True) == wanted[::-1]


def test_by_customer_those_of_one_stand_by_age(saved: Saved, workbench: Workbench) -> None:
    for name in ("c", "a", "b"):
        saved(name=name)
    assert names(workbench, sort="customer") == ["c", "a", "b"]


def test_by_owner_first_names_count_after_last_names(saved: Saved, workbench: Workbench) -> None:
    for first, last in (("Éva", "Roux"), ("Zoé", "Martin"), ("Eve", "Roux"), ("Anne", "Roux")):
        person = workbench.save(Employee(first_name=first, last_name=last))
        saved(name=first, responsibles=[{"role": "sales", "employee_id": person.id}])
    assert names(workbench, sort="owner") == ["Zoé", "Anne", "Éva", "Eve"]


def test_weighted_amounts_order_across_pages(saved: Saved, workbench: Workbench) -> None:
    for amount, probability in ((100, "0.1"), (1, "1"), (50, "0.5"), (1000, "0")):
        saved(name=f"{amount}", lines=(Line(amount=amount),) * 2, probability=probability)
    given: dict[str, Any] = {"sort": "weighted_amount", "descending": True, "limit": 2}
    assert names(workbench, **given) == ["50", "100"]
    assert names(workbench, **given, offset=2) == ["1", "1000"]
    assert names(workbench, **given, amount_to="150") == ["50", "1"]


def test_by_owner_and_by_customer(
    three: Workbench, owner: Employee, assistant: Employee, customer: Customer
) -> None:
    assert names(three, owner_ids=[owner.id]) == ["Alpha"]
    assert names(three, owner_ids=[owner.id, assistant.id]) == ["Alpha", "Béta"]
    assert names(three, customer_ids=[customer.id]) == ["Alpha", "Gamma"]


def test_overdue_is_judged_on_the_workbenchs_day(three: Workbench) -> None:
    three.set("today", (TODAY + timedelta(days=1)).isoformat())
    assert names(three, overdue=True) == ["Alpha", "Béta"]


@pytest.mark.parametrize(
    ("sort", "found"),
    [
        (Sort.CODE, ["Alpha", "Gamma", "Béta"]),
        (Sort.NAME, ["Alpha", "Béta", "Gamma"]),
        (Sort.CUSTOMER, ["Alpha", "Gamma", "Béta"]),
        (Sort.STATUS, ["Alpha", "Béta", "Gamma"]),
        (Sort.OWNER, ["Béta", "Alpha", "Gamma"]),
        (Sort.OPENED_ON, ["Alpha", "Béta", "Gamma"]),
        (Sort.EXPECTED_SIGNATURE, ["Gamma", "Alpha", "Béta"]),
        (Sort.PROBABILITY, ["Gamma", "Alpha", "Béta"]),
        (Sort.AMOUNT, ["Alpha", "Béta", "Gamma"]),
        (Sort.CLOSED_ON, ["Gamma", "Alpha", "Béta"]),
        (Sort.WEIGHTED_AMOUNT, ["Alpha", "Béta", "Gamma"]),
    ],
)
def test_each_order_with_the_unknown_last(sort: Sort, found: list[str], three: Workbench) -> None:
    assert names(three, sort=sort) == found
    last = UNKNOWN.get(sort, [])
    known = [name for name in found if name not in last]
    down = names(three, sort=sort, descending=True)
    assert down[len(known) :] == last
    if sort is not Sort.CUSTOMER:  # two of one customer stay in order of creation
        assert down[: len(known)] == known[::-1]


def test_pages_and_totals_over_all_of_them(saved: Saved, workbench: Workbench) -> None:
    for place in range(7):
        saved(name=f"n{place}", lines=(Line(amount=place + 1),), probability="0.5")
    saved(name="dinars", currency="TND", lines=(Line(amount="1.001"),), probability="0.5")
    saved(name="unpriced", lines=())
    first = workbench.search(limit=3, sort="name")
    second = workbench.search(limit=3, offset=3, sort="name")
    assert [row["name"] for row in first.rows] == ["dinars", "n0", "n1"]
    assert [row["name"] for row in second.rows] == ["n2", "n3", "n4"]
    assert names(workbench, limit=None, offset=7, sort="name") == ["n6", "unpriced"]
    assert names(workbench, offset=99) == []
    assert first.totals == second.totals
    assert first.count == 9
    assert [(t.currency, t.opportunities, t.amount, t.weighted_amount) for t in first.totals] == [
        ("EUR", 8, Decimal(28), Decimal(14)),
        ("TND", 1, Decimal("1.001"), Decimal("0.501")),
    ]


def test_large_amounts_are_weighed_and_summed(saved: Saved, workbench: Workbench) -> None:
    for currency in ("EUR", "JPY", "TND"):
        for _ in range(2):
            saved(currency=currency, lines=(Line(amount="999999999999999"),), probability="0.5")
    totals = workbench.search().totals
    assert [(t.currency, t.amount, t.weighted_amount) for t in totals] == [
        ("EUR", Decimal(1999999999999998), Decimal(999999999999999)),
        ("JPY", Decimal(1999999999999998), Decimal(1000000000000000)),
        ("TND", Decimal(1999999999999998), Decimal(999999999999999)),
    ]


def test_nothing_found(workbench: Workbench) -> None:
    result = workbench.search(text="rien")
    assert (result.rows, result.totals, result.count) == ([], [], 0)


def test_a_row_says_what_a_list_shows(three: Workbench) -> None:
    [row] = three.search(text="beta").rows
    expected = {
        "code": "X-42", "version": 1, "customer": "Société Générale d'Été", "owner": "Bo Berg",
        "status": "proposal", "outcome": "open", "probability": None, "weighted_amount": None,
        "amount": Decimal("200.5"), "margin": None, "currency": "EUR", "closed_on": None,
    }  # fmt: skip
    assert {name: row[name] for name in expected} == expected


def test_a_row_says_whether_it_is_late(three: Workbench) -> None:
    late = {row["name"]: row["overdue"] for row in three.search().rows}
    assert late == {"Alpha": True, "Béta": False, "Gamma": False}  # Béta is due today, Gamma closed


@pytest.mark.parametrize("sort", list(Sort))
def test_pages_and_identifiers_follow_the_order_of_the_whole(three: Workbench, sort: Sort) -> None:
    whole = three.search(sort=sort, descending=True, limit=None).rows
    wanted = Search(sort=sort, descending=True, offset=1, limit=1)
    assert three.search_page(wanted) == whole[1:2]
    assert three.search_ids(wanted) == [row["id"] for row in whole]
    assert three.search_ids(Search(text="beta")) == [names_to_ids(three)["Béta"]]


def names_to_ids(workbench: Workbench) -> dict[str, int]:
    return {row["name"]: row["id"] for row in workbench.search().rows}


@pytest.mark.parametrize("ending", ["csv", "xlsx", "parquet"])
def test_an_export_of_a_search_holds_its_rows_in_its_order(
    three: Workbench, tmp_path: Path, ending: str
) -> None:
    wanted = Search(text="", outcomes=("open",), sort="name", descending=True, limit=1)
    path = tmp_path / f"found.{ending}"
    assert three.export(path, search=wanted) == 2
    read = {"csv": pd.read_csv, "xlsx": pd.read_excel, "parquet": pd.read_parquet}[ending]
    assert list(read(path)["name"]) == ["Béta", "Alpha"]
    assert three.export(path, "lines", search=Search(text="beta")) == 2
    assert three.export(path, search=Search(text="rien")) == 0
    assert three.export(path) == 3


def test_renaming_a_customer_is_found_at_once(three: Workbench, customer: Customer) -> None:
    three.save(customer.replace(name="Hydro Alpes"))
    assert names(three, text="hydro") == ["Alpha", "Gamma"]
    assert names(three, text="energie") == []


def test_a_search_can_be_kept_as_text(three: Workbench) -> None:
    wanted = Search(text="béta", outcomes=("open",), amount_from="1.5", limit=None)
    again = Search.model_validate_json(wanted.model_dump_json())
    assert again == wanted
    assert [row["name"] for row in three.search(again).rows] == ["Béta"]
