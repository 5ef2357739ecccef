"""Lists of customers, people and events, and what a field proposes while one types."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from oppkit.model import (
    Contact,
    Customer,
    CustomerKind,
    Employee,
    Event,
    Found,
    Opportunity,
    Outcome,
    Site,
    Suggestion,
)
from oppkit.workbench import Workbench
from tests.clock import TODAY

pytestmark = pytest.mark.both_engines

Saved = Callable[..., Opportunity]


def names(found: Found) -> list[str]:
    assert len(found.rows) == found.count
    return [row["name"] for row in found.rows]


@pytest.fixture
def firms(workbench: Workbench, customer: Customer, saved: Saved) -> dict[str, Customer]:
    """Four customers, by name; Énergie du Rhône has two contacts and two open opportunities."""
    others = [
        Customer(
            name="energie Alpes", code="ALP", kind=CustomerKind.CUSTOMER, sector="energy",
            address={"city": "Évian"}, contacts=[
                Contact(first_name="Émile", last_name="Œuvrard", job="Acheteur", active=False),
            ],
        ),
        Customer(name="Zoo de Nîmes", code="Z-1", address={"city": "Nîmes"}, active=False),
        Customer(name="Centrale", code="ENERGIE-9", sector="public", address={"city": "Zurich"}),
    ]  # fmt: skip
    for name in ("a", "b"):
        saved(name=name)
    workbench.close(saved(name="c"), Outcome.WON)
    return {c.name: c for c in (customer, *map(workbench.save, others))}


ALL = ["Centrale", "energie Alpes", "Énergie du Rhône", "Zoo de Nîmes"]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, ALL),
        ({"text": "ENERGIE"}, ["Centrale", "energie Alpes", "Énergie du Rhône"]),
        ({"text": "rhône énergie"}, ["Énergie du Rhône"]),
        ({"text": "nimes"}, ["Zoo de Nîmes"]),
        ({"text": "z-1"}, ["Zoo de Nîmes"]),
        ({"text": "zoo alpes"}, []),
        ({"text": "%"}, []),
        ({"kinds": ["customer"]}, ["energie Alpes"]),
        ({"kinds": [CustomerKind.PROSPECT, "customer"], "text": "zoo"}, ["Zoo de Nîmes"]),
        ({"active_only": True}, ALL[:3]),
        ({"descending": True}, ALL[::-1]),
        ({"sort": "code"}, ["energie Alpes", "Énergie du Rhône", "Centrale", "Zoo de Nîmes"]),
        ({"sort": "kind"}, ["energie Alpes", "Centrale", "Énergie du Rhône", "Zoo de Nîmes"]),
        ({"sort": "city"}, ["energie Alpes", "Zoo de Nîmes", "Centrale", "Énergie du Rhône"]),
        ({"sort": "contacts", "descending": True},
         ["Énergie du Rhône", "energie Alpes", "Centrale", "Zoo de Nîmes"]),
        ({"sort": "open_opportunities", "descending": True},
         ["Énergie du Rhône", "Centrale", "energie Alpes", "Zoo de Nîmes"]),
    ],
)  # fmt: skip
def test_customers(
    asked: dict[str, Any], found: list[str], workbench: Workbench, firms: dict[str, Customer]
) -> None:
    assert names(workbench.directory.customers(**asked)) == found


def test_a_row_of_a_customer(workbench: Workbench, firms: dict[str, Customer]) -> None:
    alpes = workbench.directory.customers("energie", sort="city").rows[0]
    [rhone] = workbench.directory.customers("rhone").rows
    assert alpes == {
        "id": firms["energie Alpes"].id, "code": "ALP", "name": "energie Alpes",
        "kind": "customer", "city": "Évian", "sector": "energy", "active": True, "contacts": 1,
        "open_opportunities": 0,
    }  # fmt: skip
    assert (rhone["contacts"], rhone["open_opportunities"]) == (2, 2)


def test_pages_count_all_that_is_found(workbench: Workbench, firms: dict[str, Customer]) -> None:
    first = workbench.directory.customers(limit=3)
    assert ([row["name"] for row in first.rows], first.count) == (ALL[:3], 4)
    second = workbench.directory.customers(limit=3, offset=3)
    assert ([row["name"] for row in second.rows], second.count) == (ALL[3:], 4)
    assert workbench.directory.customers(offset=9) == Found([], 4)
    assert names(workbench.directory.customers(limit=None)) == ALL


@pytest.mark.parametrize("name", ["customers", "contacts", "employees", "events"])
def test_an_order_that_is_none_is_refused(name: str, workbench: Workbench) -> None:
    with pytest.raises(ValueError, match=rf"{name} cannot be sorted by 'id; drop'"):
        getattr(workbench.directory, name)(sort="id; drop")


def test_contacts(workbench: Workbench, firms: dict[str, Customer], customer: Customer) -> None:
    contacts = workbench.directory.contacts
    assert names(contacts()) == ["Léa Dupont", "Martin", "Émile Œuvrard"]
    assert names(contacts(descending=True)) == ["Émile Œuvrard", "Martin", "Léa Dupont"]
    assert names(contacts(sort="customer")) == ["Émile Œuvrard", "Léa Dupont", "Martin"]
    assert names(contacts("emile oeuvr")) == ["Émile Œuvrard"]
    assert names(contacts("rhone")) == ["Léa Dupont", "Martin"]  # their customer's name
    assert names(contacts("lea rhone")) == ["Léa Dupont"]
    assert names(contacts("lea alpes")) == []
    assert names(contacts(customer_id=customer.id)) == ["Léa Dupont", "Martin"]
    assert names(contacts(active_only=True)) == ["Léa Dupont", "Martin"]
    assert contacts(limit=1).count == 3


def test_a_row_of_a_contact(workbench: Workbench, customer: Customer) -> None:
    [row] = workbench.directory.contacts("dupont").rows
    assert row == {
        "id": customer.contacts[0].id, "name": "Léa Dupont", "first_name": "Léa",
        "last_name": "Dupont", "job": "", "email": None, "phone": "", "language": "fr",
        "site": "Lyon", "customer_id": customer.id, "customer": "Énergie du Rhône",
        "active": True,
    }  # fmt: skip


def test_a_contact_of_a_renamed_customer_is_found_at_once(
    workbench: Workbench, customer: Customer
) -> None:
    lea = customer.contacts[0].replace(last_name="Zola")
    workbench.save(customer.replace(name="Hydro", contacts=(lea, customer.contacts[1])))
    assert names(workbench.directory.contacts("hydro")) == ["Martin", "Léa Zola"]
    assert names(workbench.directory.contacts("dupont")) == []


def test_employees(workbench: Workbench, owner: Employee, assistant: Employee) -> None:
    workbench.save(Employee(
        code="Z9", first_name="Élise", last_name="berthier", establishment="paris",
        email="e@b.fr", phone="1", active=False,
    ))  # fmt: skip
    employees = workbench.directory.employees
    assert names(employees()) == ["Bo Berg", "Élise berthier", "Ana Lopez"]
    assert names(employees("elise")) == names(employees("z9")) == ["Élise berthier"]
    assert names(employees(active_only=True)) == ["Bo Berg", "Ana Lopez"]
    assert names(employees(sort="code")) == ["Ana Lopez", "Bo Berg", "Élise berthier"]
    assert names(employees(sort="establishment"))[0] == "Élise berthier"
    [row] = employees("z9").rows
    del row["id"]
    assert row == {
        "code": "Z9", "name": "Élise berthier", "email": "e@b.fr", "phone": "1",
        "establishment": "paris", "active": False,
    }  # fmt: skip


# -- events -------------------------------------------------------------------------------------


def at(days: int, hour: int = 12) -> datetime:
    """An hour of a day in UTC, counted from today."""
    return datetime(TODAY.year, TODAY.month, TODAY.day, hour, tzinfo=UTC) + timedelta(days=days)


def day(days: int) -> date:
    return TODAY + timedelta(days=days)


EVENTS: list[dict[str, Any]] = [
    {"subject": "undated", "kind": "task"},
    {"subject": "coming", "kind": "task", "due_on": day(1)},
    {"subject": "done before", "kind": "task", "due_on": day(-9), "done_on": day(-8)},
    {"subject": "note", "kind": "note"},
    {"subject": "late", "kind": "appointment", "starts_at": at(-1), "ends_at": at(-1, 13)},
    {"subject": "today at four", "kind": "appointment", "starts_at": at(0, 16)},
    {"subject": "later", "kind": "appointment", "starts_at": at(2)},
    {"subject": "very late", "kind": "task", "due_on": day(-30)},
    {"subject": "today at nine", "kind": "appointment", "starts_at": at(0, 9)},
    {"subject": "due wins", "kind": "appointment", "starts_at": at(-5), "due_on": day(3)},
    {"subject": "note to do", "kind": "note", "due_on": day(-2)},
    {"subject": "note of then", "kind": "note", "starts_at": at(-3)},
    {"subject": "done today", "kind": "task", "due_on": day(5), "done_on": TODAY},
]
AGENDA = [
    "today at nine", "today at four", "very late", "note to do", "late", "coming", "later",
    "due wins", "undated", "done today", "note of then", "done before", "note",
]  # fmt: skip


@pytest.fixture
def agenda(workbench: Workbench) -> Workbench:
    """On the fixed day, whose days end in UTC."""
    workbench.set("today", TODAY.isoformat())
    for fields in EVENTS:
        workbench.save(Event(**fields))
    return workbench


def subjects(found: Found) -> list[str]:
    return [row["subject"] for row in found.rows]


def test_todays_come_first_then_late_coming_undated_and_done_ones(agenda: Workbench) -> None:
    found = agenda.directory.events()
    assert subjects(found) == AGENDA
    assert found.count == len(EVENTS)
    late = [row["subject"] for row in found.rows if row["late"]]
    assert late == ["very late", "note to do", "late"]
    assert {row["subject"]: row["day"] for row in found.rows if row["day"]} == {
        "today at nine": TODAY, "today at four": TODAY, "very late": day(-30),
        "note to do": day(-2), "late": day(-1), "coming": day(1), "later": day(2),
        "due wins": day(3), "done today": day(5), "note of then": day(-3),
        "done before": day(-9),
    }  # fmt: skip


def test_states(agenda: Workbench) -> None:
    events = agenda.directory.events
    assert subjects(events(state="open")) == AGENDA[:9]
    assert subjects(events(state="done")) == AGENDA[9:]
    assert (events(state="open").count, events(state="done").count) == (9, 4)
    with pytest.raises(ValueError, match="there is no state 'late'"):
        events(state="late")  # type: ignore[arg-type]


def test_pages_follow_the_agenda(agenda: Workbench) -> None:
    pages = [agenda.directory.events(limit=4, offset=offset) for offset in (0, 4, 8, 12)]
    assert [subject for page in pages for subject in subjects(page)] == AGENDA
    assert {page.count for page in pages} == {len(EVENTS)}


@pytest.mark.parametrize(
    ("sort", "first", "last"),
    [
        ("subject", "coming", "very late"), ("day", "very late", "note"),
        ("done_on", "done before", "done today"), ("owner", "very late", "done today"),
    ],
)  # fmt: skip
def test_other_orders(sort: str, first: str, last: str, agenda: Workbench) -> None:
    found = agenda.directory.events(sort=sort).rows
    known = [row for row in found if row.get(sort) is not None] or found
    assert known[0]["subject"] == first
    unknown = [row for row in found if row.get(sort) is None]
    down = agenda.directory.events(sort=sort, descending=True).rows
    assert [row["id"] for row in down[len(found) - len(unknown) :]] == [r["id"] for r in unknown]
    assert last in {found[-1]["subject"], known[-1]["subject"], *(r["subject"] for r in unknown)}


def test_what_an_event_is_about(
    workbench: Workbench, customer: Customer, owner: Employee, assistant: Employee, saved: Saved
) -> None:
    sale = saved()
    workbench.save(Event(kind="note", subject="Autre", owner_id=assistant.id))
    event = workbench.save(Event(
        kind="task", subject="Rappeler Élise", due_on=TODAY, owner_id=owner.id,
        customer_id=customer.id, contact_id=customer.contacts[0].id, opportunity_id=sale.id,
    ))  # fmt: skip
    events = workbench.directory.events
    [row] = events("elise energie").rows  # the subject and the customer
    assert row == {
        "id": event.id, "kind": "task", "subject": "Rappeler Élise", "day": TODAY,
        "starts_at": None, "ends_at": None, "due_on": TODAY, "done_on": None,
        "owner_id": owner.id, "owner": "Ana Lopez", "customer_id": customer.id,
        "customer": "Énergie du Rhône", "contact": "Léa Dupont", "opportunity_id": sale.id,
        "opportunity": sale.code, "late": False,
    }  # fmt: skip
    for criteria in (
        {"owner_ids": [owner.id]}, {"customer_id": customer.id}, {"opportunity_id": sale.id},
        {"kinds": ["task"]}, {"text": "rappeler"},
    ):  # fmt: skip
        assert subjects(events(**criteria)) == ["Rappeler Élise"], criteria
    assert events(owner_ids=[owner.id, assistant.id]).count == 2
    assert events(customer_id=10**9).rows == []
    assert subjects(events(sort="owner")) == ["Autre", "Rappeler Élise"]
    assert subjects(events(sort="customer")) == ["Rappeler Élise", "Autre"]


ELSEWHERE = """
import sys
from datetime import UTC, datetime
from oppkit.store.opening import open_store
from oppkit.workbench import Workbench
now = datetime.fromisoformat(sys.argv[2])
found = Workbench(open_store(sys.argv[1]), "Ana", lambda: now).directory.events()
for row in found.rows:
    print(row["subject"], row["day"], row["late"])
"""


@pytest.mark.skipif(sys.platform == "win32", reason="TZ is read on POSIX systems only")
@pytest.mark.parametrize(
    ("zone", "seen"),
    [
        ("Pacific/Auckland", [  # it is the 17th there, since half past eleven in the morning
            "morning 2026-03-17 False", "evening 2026-03-16 True", "task 2026-03-18 False",
        ]),
        ("America/New_York", [  # still the 16th
            "evening 2026-03-16 False", "morning 2026-03-16 False", "task 2026-03-18 False",
        ]),
    ],
)  # fmt: skip
def test_days_are_those_of_where_the_person_is(
    zone: str, seen: list[str], workbench: Workbench
) -> None:
    workbench.save(Event(kind="task", subject="task", due_on=date(2026, 3, 18)))
    for name, hour in (("evening", 8), ("morning", 20)):
        starts = datetime(2026, 3, 16, hour, tzinfo=UTC)
        workbench.save(Event(kind="appointment", subject=name, starts_at=starts))
    done = subprocess.run(
        [sys.executable, "-c", ELSEWHERE, workbench.store.engine.place, "2026-03-16T22:30+00:00"],
        env={**os.environ, "TZ": zone}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.splitlines() == seen


# -- suggestions --------------------------------------------------------------------------------


def suggested(workbench: Workbench, kind: Any, text: str, **asked: Any) -> list[str]:
    return [found.name for found in workbench.directory.suggest(kind, text, **asked)]


def test_the_nearest_comes_first(workbench: Workbench) -> None:
    for name, code in (
        ("Les Énergies réunies", "A1"), ("Synergie", "A2"), ("Énergie Sud", "A3"),
        ("Centrale", "ENER"), ("Ouest", "ENER-2"), ("Zoo", "A4"), ("Énergie Est", "A5"),
    ):  # fmt: skip
        workbench.save(Customer(name=name, code=code))
    everything = ["Centrale", "Ouest", "Énergie Est", "Énergie Sud", "Les Énergies réunies",
                  "Synergie"]  # fmt: skip
    assert suggested(workbench, "customer", "ÉNER") == everything[:5]
    assert suggested(workbench, "customer", "nergie") == [
        "Énergie Est", "Énergie Sud", "Les Énergies réunies", "Synergie",
    ]  # fmt: skip
    assert suggested(workbench, "customer", "ener", limit=2) == everything[:2]
    assert suggested(workbench, "customer", "energie su") == ["Énergie Sud"]
    assert suggested(workbench, "customer", "reunies les") == ["Les Énergies réunies"]
    assert suggested(workbench, "customer", "ener zoo") == []


def test_without_a_text_the_first_or_the_latest(workbench: Workbench, saved: Saved) -> None:
    for name in ("Zoo", "Été", "Aube"):
        workbench.save(Customer(name=name))
        saved(name=f"sale to {name}")
        workbench.save(Event(kind="note", subject=f"note on {name}"))
    assert suggested(workbench, "customer", " ") == ["Aube", "Énergie du Rhône", "Été", "Zoo"]
    assert suggested(workbench, "opportunity", "", limit=2) == ["sale to Aube", "sale to Été"]
    assert suggested(workbench, "event", "") == ["note on Aube", "note on Été", "note on Zoo"]


def test_what_tells_two_of_a_name_apart(
    workbench: Workbench, firms: dict[str, Customer], owner: Employee, saved: Saved
) -> None:
    sale = saved(name="Réseau")
    quote, affair = workbench.create_quote(sale), workbench.create_affair(sale)
    alpes = firms["energie Alpes"]
    meeting = Event(kind="appointment", subject="Démo", starts_at=at(0), customer_id=alpes.id)
    told = workbench.save(meeting)
    lea = firms["Énergie du Rhône"].contacts[0]
    expected: list[tuple[Any, str, Any, str, str, str]] = [
        ("customer", "alpes", alpes.id, "ALP", "energie Alpes", "Évian, ALP"),
        ("contact", "lea", lea.id, "", "Léa Dupont", "Énergie du Rhône"),
        ("employee", "ana", owner.id, owner.code or "", "Ana Lopez", owner.code or ""),
        ("event", "demo alpes", told.id, "", "Démo", TODAY.isoformat()),
        ("opportunity", "reseau", sale.id, sale.code or "", "Réseau", "Énergie du Rhône"),
        ("affair", "reseau", affair.id, affair.code or "", "Réseau", "Énergie du Rhône"),
        ("quote", "reseau", quote.id, quote.code or "", "Réseau", "Énergie du Rhône"),
    ]
    for kind, text, key, code, name, detail in expected:
        suggestion = Suggestion(key, code, name, detail)
        assert workbench.directory.suggest(kind, text) == [suggestion]
        assert workbench.directory.named(kind, suggestion.id) == suggestion
        assert workbench.directory.named(kind, 10**9) is None


def test_a_contact_is_told_by_job_and_customer(workbench: Workbench) -> None:
    buyer = Contact(first_name="Émile", last_name="Roux", job="Acheteur")
    workbench.save(Customer(name="Hydro", contacts=[buyer], sites=[Site(code="A", name="B")]))
    [found] = workbench.directory.suggest("contact", "roux")
    assert found.detail == "Acheteur, Hydro"


def test_a_person_is_found_by_either_name(workbench: Workbench) -> None:
    for first, last in (("Loïc", "Anast"), ("Ana", "Lopez"), ("Joana", "Salo"), ("Luc", "Ana")):
        workbench.save(Employee(first_name=first, last_name=last))
    assert suggested(workbench, "employee", "ana") == [
        "Luc Ana", "Loïc Anast", "Ana Lopez", "Joana Salo",
    ]  # fmt: skip
    assert suggested(workbench, "employee", "ana lopez") == ["Ana Lopez"]
    assert suggested(workbench, "employee", "lopez a") == ["Ana Lopez"]


def test_closed_ones_are_not_proposed_but_named(
    workbench: Workbench, firms: dict[str, Customer], saved: Saved
) -> None:
    sale, lost = saved(name="Réseau"), saved(name="Réseau perdu")
    lost = workbench.close(lost, Outcome.LOST, reason="price")
    gone = workbench.save(Employee(last_name="Parti", active=False))
    affair = workbench.create_affair(sale)
    affair = workbench.save(affair.replace(status="finished"))
    quote = workbench.create_quote(sale)
    quote = workbench.quotes.archive(quote, "trop cher")
    closed_contact = firms["energie Alpes"].contacts[0]
    zoo = firms["Zoo de Nîmes"]
    zoo = workbench.save(zoo.replace(contacts=[Contact(last_name="Gardien")]))
    records: list[tuple[Any, str, Any, list[str]]] = [
        ("customer", "zoo", zoo, []), ("contact", "oeuvrard", closed_contact, []),
        ("contact", "gardien", zoo.contacts[0], []), ("employee", "parti", gone, []),
        ("opportunity", "reseau", lost, ["Réseau"]), ("affair", "reseau", affair, []),
        ("quote", "reseau", quote, []),
    ]  # fmt: skip
    for kind, text, record, proposed in records:
        assert suggested(workbench, kind, text) == proposed, kind
        named = workbench.directory.named(kind, record.id)
        assert named is not None
        assert named.name == record.name


def test_only_of_one_customer(
    workbench: Workbench, firms: dict[str, Customer], customer: Customer, saved: Saved
) -> None:
    zoo = firms["Centrale"]
    saved(name="pour la centrale", customer_id=zoo.id)
    workbench.save(Event(kind="note", subject="x", customer_id=zoo.id))
    assert suggested(workbench, "contact", "", customer_id=customer.id) == ["Léa Dupont", "Martin"]
    assert suggested(workbench, "contact", "", customer_id=zoo.id) == []
    assert suggested(workbench, "opportunity", "", customer_id=zoo.id) == ["pour la centrale"]
    assert suggested(workbench, "event", "", customer_id=zoo.id) == ["x"]
    assert suggested(workbench, "event", "", customer_id=customer.id) == []


def test_other_kinds_are_refused(workbench: Workbench) -> None:
    with pytest.raises(ValueError, match="no suggestions of 'tag'"):
        workbench.directory.suggest("tag", "a")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="no suggestions of 'tag'"):
        workbench.directory.named("tag", 1)  # type: ignore[arg-type]
