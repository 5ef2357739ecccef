"""Values and changes of records, as a person reads them."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oppkit.forms.screen import Screen
from oppkit.forms.telling import Change, excerpts
from oppkit.forms.wording import Wording
from oppkit.model import (
    Address,
    Catalogue,
    Contact,
    Customer,
    Employee,
    Event,
    EventKind,
    Line,
    Opportunity,
    Participant,
    Record,
    Responsible,
    Site,
)
from oppkit.workbench import Workbench
from tests.clock import TODAY, Clock
from tests.generated import KINDS, Known

Draft = Callable[..., Opportunity]


@pytest.fixture
def wording(workbench: Workbench) -> Wording:
    return Wording(Screen(workbench, "en"))


@pytest.fixture
def french(workbench: Workbench) -> Wording:
    return Wording(Screen(workbench, "fr"))


def told(wording: Wording, before: Record | None, after: Record) -> list[str]:
    return [wording.sentence(change) for change in wording.changes(before, after)]


@pytest.mark.parametrize(
    ("field", "value", "english", "in_french"),
    [
        ("status", "proposal", "Proposal", "Proposition"),
        ("probability", Decimal("0.385"), "38.5%", "38,5 %"),
        ("probability", None, "—", "—"),
        ("probability", Decimal(0), "0%", "0 %"),
        ("expected_signature", date(2026, 12, 31), "31/12/2026", "31/12/2026"),
        ("comment", "", "—", "—"),
        ("probability_typed", True, "Yes", "Oui"),
        ("amount", Decimal("1234.50"), "€1,234.50", "1 234,50 €"),
        ("unit_price", Decimal("0.1234"), "€0.1234", "0,1234 €"),
        ("customer_id", 999_999, "no. 999999", "n° 999999"),
        ("site_id", 999_999, "no. 999999", "n° 999999"),
        ("origin_id", 999_999, "no. 999999", "n° 999999"),
        ("sale_type", "gone from the list", "gone from the list", "gone from the list"),
    ],
)
def test_values(
    wording: Wording, french: Wording, draft: Draft,
    field: str, value: Any, english: str, in_french: str,
) -> None:  # fmt: skip
    record = draft()
    assert wording.value(field, value, record) == english
    assert french.value(field, value, record).replace("\xa0", " ").replace("\u202f", " ") == (
        in_french
    )


def test_money_is_in_the_currency_of_its_record(wording: Wording, draft: Draft) -> None:
    dinars = draft(currency="TND", lines=(Line(amount="1.5"),))
    assert wording.of(dinars, "amount").endswith("1.500")
    assert wording.of(dinars, "currency") == "Tunisian Dinar"


def test_identifiers_are_names(
    wording: Wording, draft: Draft, customer: Customer, owner: Employee
) -> None:
    record = draft(site_id=customer.sites[0].id, origin_type="employee", origin_id=owner.id)
    assert wording.of(record, "customer_id") == "Énergie du Rhône"
    assert wording.of(record, "site_id") == "Lyon"
    assert wording.of(record, "origin_id") == "Ana Lopez"
    assert wording.of(record, "responsibles") == "Sales, Ana Lopez"
    contact = draft(origin_type="contact", origin_id=customer.contacts[0].id)
    assert wording.of(contact, "origin_id") == "Léa Dupont"


def test_a_name_is_looked_up_once(
    wording: Wording, workbench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    monkeypatch.setattr(
        workbench.directory, "named", lambda kind, record_id: asked.append(record_id)
    )
    assert [wording.name("customer", 7), wording.name("customer", 7)] == ["no. 7", "no. 7"]
    assert asked == [7]


def test_fields_that_changed(wording: Wording, draft: Draft) -> None:
    before = draft(status="qualified")
    after = before.replace(status="proposal", probability="0.5", comment="Call back")
    assert told(wording, before, after) == [
        "Status: Qualified → Proposal", "Probability: 45% → 50%", "Comment: — → Call back",
        "Weighted amount: €450.00 → €500.00",
    ]  # fmt: skip


def test_what_the_store_keeps_for_itself_is_not_told(wording: Wording, draft: Draft) -> None:
    before = draft()
    after = before.model_copy(update={"id": 7, "version": 3, "probability_typed": True})
    assert told(wording, before, after) == []


def lines_of(draft: Draft, *lines: Line) -> Opportunity:
    return draft(lines=lines, probability=None)


A, B, C = (Line(title=title, amount=100) for title in ("A", "B", "C"))
UNTITLED = Line(amount=5)


@pytest.mark.parametrize(
    ("before", "after", "changes"),
    [
        ((A, B), (A, B.replace(margin=5)), ["Line 2 “B”: margin: — → €5.00"]),
        ((A, B), (A,), ["Line removed: B, €100.00", "Amount: €200.00 → €100.00"]),
        ((A,), (B, A), ["Line added: B, €100.00", "Amount: €100.00 → €200.00"]),
        ((A, B), (B, A), ["Order of the lines: A, B → B, A"]),
        ((A, A), (A, A), []),
        ((UNTITLED,), (UNTITLED.replace(margin=1),), ["Line 1: margin: — → €1.00"]),
        (
            (A, B, C),
            (C.replace(title="D"), A),
            [
                "Line removed: B, €100.00", "Line removed: C, €100.00", "Line added: D, €100.00",
                "Amount: €300.00 → €200.00",
            ],
        ),
        (
            (Line(title="L", quantity=3, unit_price=10),),
            (Line(title="L", quantity=4, unit_price=10),),
            ["Line 1 “L”: quantity: 3 → 4", "Amount: €30.00 → €40.00"],
        ),
    ],
)  # fmt: skip
def test_lines(
    wording: Wording, draft: Draft, before: Sequence[Line], after: Sequence[Line],
    changes: list[str],
) -> None:  # fmt: skip
    assert told(wording, lines_of(draft, *before), lines_of(draft, *after)) == changes


def test_people_and_tags(
    wording: Wording, french: Wording, draft: Draft, owner: Employee, assistant: Employee,
    customer: Customer,
) -> None:  # fmt: skip
    def role(name: str, person: Employee) -> Responsible:
        assert person.id is not None
        return Responsible(role=name, employee_id=person.id)

    before = draft(responsibles=(role("sales", owner), role("presales", owner)), tags=("tender",))
    after = before.replace(
        responsibles=(role("sales", assistant), role("legal", owner)),
        tags=("urgent",), participants=(Participant(contact_id=customer.contacts[0].id),),
    )  # fmt: skip
    assert told(wording, before, after) == [
        "Tag removed: Tender", "Tag added: Urgent", "Responsible, Sales: Ana Lopez → Bo Berg",
        "Responsible removed: Presales, Ana Lopez", "Responsible added: Legal, Ana Lopez",
        "Participant added: Léa Dupont",
    ]  # fmt: skip
    assert told(french, before, after)[0].replace("\xa0", " ") == "Tag retiré : Appel d’offres"


def test_a_customer_with_its_sites_and_contacts(wording: Wording, customer: Customer) -> None:
    lyon, grenoble = customer.sites
    lea, martin = customer.contacts
    after = customer.replace(
        address=Address(city="Lyon"),
        sites=(lyon.replace(address=Address(city="Bron")), grenoble.replace(active=False)),
        contacts=(martin, lea.replace(phone="04"), Contact(last_name="New")),
    )
    assert told(wording, customer, after) == [
        "Town: — → Lyon", "Site “Lyon”: town: — → Bron", "Site “Grenoble”: active: Yes → No",
        "Contact “Léa Dupont”: phone: — → 04", "Contact added: New",
        "Order of the contacts: Léa Dupont, Martin → Martin, Léa Dupont",
    ]  # fmt: skip


def test_times_are_told_where_the_reader_is(workbench: Workbench) -> None:
    workbench.set("today", "2026-03-16")  # such a workspace is stamped in UTC
    wording = Wording(Screen(workbench, "en"))
    event = Event(
        kind=EventKind.TASK, subject="Call", starts_at=datetime(2026, 3, 1, 9, tzinfo=UTC)
    )
    assert wording.of(event, "starts_at") == "01/03/2026, 09:00"


def test_a_first_version_tells_what_was_filled_in(wording: Wording) -> None:
    first = Employee(first_name="Ana", last_name="Lopez")
    assert told(wording, None, first) == ["First name: Ana", "Last name: Lopez", "Active: Yes"]


def test_of_long_texts_the_part_that_differs_is_shown() -> None:
    start = "same " * 100
    before, after = excerpts(start + "old", start + "new")
    assert before != after
    assert before.startswith("…same")
    assert before.endswith("old")
    assert len(excerpts("a" * 500, "")[0]) <= 121


def test_headings_of_a_life(
    wording: Wording, workbench: Workbench, saved: Draft, clock: Clock
) -> None:
    record = saved(status="qualified")
    for step in (
        lambda one: workbench.save(one.replace(comment="x")),
        lambda one: workbench.change_status(one, "proposal"),
        lambda one: workbench.close(one, "won"),
        workbench.reopen,
        lambda one: workbench.close(one, "lost", reason="price"),
    ):
        clock.advance(minutes=1)
        record = step(record)
    workbench.delete(record)
    workbench.restore(Opportunity, record.id or 0)
    versions = workbench.history(record)
    pairs = zip(versions, [None, *versions], strict=False)
    assert [wording.happened(version, before).what for version, before in pairs] == [
        "Created", "Changed", "Moved to “Proposal”", "Won", "Reopened as “To qualify”",
        "Lost", "Restored",
    ]  # fmt: skip
    deletion = wording.deleted(versions[-2])
    assert deletion is not None
    assert (deletion.what, deletion.author) == ("Deleted", "Ana")
    assert wording.deleted(versions[0]) is None


KNOWN_CUSTOMER = Customer(
    id=1, name="K", sites=(Site(id=2, code="S", name="S"),),
    contacts=(Contact(id=3, last_name="C"),),
)  # fmt: skip


class _Nobody:
    """A workbench that knows no record: names have tests of their own."""

    currency, zone = "EUR", UTC

    def __init__(self, lists: Catalogue) -> None:
        self.directory, self.catalogue = self, lambda: lists

    def named(self, kind: str, record_id: int) -> None:
        """Nobody."""

    def get(self, kind: type[Record], record_id: int) -> Customer:
        return KNOWN_CUSTOMER


def without_bookkeeping(record: Record) -> dict[str, Any]:
    left = {"id", "version", "probability_typed"}
    return {name: value for name, value in record.__dict__.items() if name not in left}


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=40)
@given(data=st.data())
def test_any_two_records(
    catalogue: Catalogue, kind: str, language: str, data: st.DataObject
) -> None:
    records = KINDS[kind](Known(catalogue, KNOWN_CUSTOMER, [4, 5], 6))
    before, after = data.draw(records), data.draw(records)
    wording = Wording(Screen(_Nobody(catalogue), language))  # type: ignore[arg-type]
    changes = wording.changes(before, after)
    assert bool(changes) == (without_bookkeeping(before) != without_bookkeeping(after))
    assert wording.changes(after, after) == []
    assert all(isinstance(change, Change) and wording.sentence(change) for change in changes)
    assert wording.changes(None, after)


def test_a_part_that_was_edited_is_all_that_is_told(catalogue: Catalogue) -> None:
    """Whichever of several lines is edited, the others keep silent."""
    wording = Wording(Screen(_Nobody(catalogue), "en"))  # type: ignore[arg-type]
    lines = (A, A, B, UNTITLED)
    before = Opportunity(name="n", customer_id=1, status="lead", opened_on=TODAY, lines=lines)
    for place in range(len(lines)):
        new = lines[place].replace(margin=1)
        after = before.replace(lines=(*lines[:place], new, *lines[place + 1 :]))
        (change,) = wording.changes(before, after)
        assert change.label.startswith(f"Line {place + 1}")
