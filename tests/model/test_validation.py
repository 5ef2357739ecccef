"""Rule 1: what is required, what must be in order, and everything that is wrong said at once."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from oppkit.model import (
    Affair,
    Catalogue,
    Customer,
    Employee,
    Event,
    Line,
    Opportunity,
    Participant,
    Quote,
)
from oppkit.model.record import Record

GOOD: dict[str, Any] = {
    "name": "Projet", "customer_id": 1, "status": "proposal", "opened_on": "2026-03-16",
}  # fmt: skip


def wrong(
    fields: dict[str, Any], kind: type[Record] = Opportunity, lists: Catalogue | None = None
) -> dict[str, str]:
    """Path of the field → type of its error."""
    with pytest.raises(ValidationError) as caught:
        kind.model_validate(fields, context={"catalogue": lists})
    errors = [(".".join(map(str, e["loc"])), e["type"]) for e in caught.value.errors()]
    assert len(dict(errors)) == len(errors), "one field, one error"
    return dict(errors)


def test_a_good_one_passes(catalogue: Catalogue) -> None:
    opportunity = Opportunity.model_validate(GOOD).checked(catalogue)
    assert (opportunity.id, opportunity.version, opportunity.code) == (None, 0, None)
    assert opportunity.status_on == date(2026, 3, 16)
    assert opportunity.currency == "EUR"
    assert opportunity.amount is None
    assert opportunity.weighted_amount is None


def test_what_is_required() -> None:
    required = {"name", "customer_id", "status", "opened_on"}
    assert wrong({}) == dict.fromkeys(required, "missing")


def test_everything_wrong_is_said_at_once(catalogue: Catalogue) -> None:
    fields = {
        "name": "", "status": "dreaming", "opened_on": "2026-13-40", "probability": "1.5",
        "currency": "euro", "production_start": "2026-05-01", "production_end": "2026-04-01",
        "family": "data", "subfamily": "erp", "tags": ["strategic", "nope"], "colour": "red",
        "lines": [{"amount": "lots"}, {"recurrence": "monthly"}],
        "responsibles": [{"role": "sales", "employee_id": 1}, {"role": "sales", "employee_id": 2}],
        "participants": [{"contact_id": 1, "employee_id": 2}],
    }  # fmt: skip
    assert wrong(fields, lists=catalogue) == {
        "name": "string_too_short",
        "customer_id": "missing",
        "status": "unknown_code",
        "opened_on": "date_from_datetime_parsing",
        "probability": "less_than_equal",
        "currency": "string_pattern_mismatch",
        "production_end": "end_before_start",
        "subfamily": "other_family",
        "tags.1": "unknown_code",
        "colour": "extra_forbidden",
        "lines.0.amount": "decimal_parsing",
        "lines.1.unit_price": "price_missing",
        "lines.1.duration_months": "duration_missing",
        "responsibles.1": "second_owner",
        "participants.0.contact_id": "one_person",
    }


def test_messages_reach_the_reader_as_pydantic_wrote_them() -> None:
    with pytest.raises(ValidationError) as caught:
        Opportunity.model_validate(GOOD | {"currency": "euro"})
    [error] = caught.value.errors()
    assert error["msg"] == "String should match pattern '^[A-Z]{3}$'"


@pytest.mark.parametrize(
    ("fields", "path", "kind"),
    [
        ({"expected_signature": "2026-03-15"}, "expected_signature", "signature_before_opening"),
        (
            {"production_start": "2026-06-01", "production_end": "2026-05-31"},
            "production_end",
            "end_before_start",
        ),
        ({"probability": "-0.0001"}, "probability", "greater_than_equal"),
        ({"probability": "1.0001"}, "probability", "less_than_equal"),
        ({"probability": "0.12345"}, "probability", "decimal_max_places"),
        ({"probability": "NaN"}, "probability", "finite_number"),
        ({"name": "x" * 201}, "name", "string_too_long"),
        ({"name": "two\nlines"}, "name", "control_character"),
        ({"code": "a\tb"}, "code", "control_character"),
        ({"comment": "zero \0 inside"}, "comment", "control_character"),
        ({"lines": [{"amount": "1000000000000000"}]}, "lines.0.amount", "decimal_whole_digits"),
        ({"lines": [{"margin": "0.0001"}]}, "lines.0.margin", "decimal_max_places"),
        ({"lines": [{"duration_months": 0}]}, "lines.0.duration_months", "greater_than_equal"),
    ],
)
def test_one_field_is_wrong(fields: dict[str, Any], path: str, kind: str) -> None:
    assert wrong(GOOD | fields) == {path: kind}


@pytest.mark.parametrize(
    "fields",
    [
        {"expected_signature": "2026-03-16"},
        {"production_start": "2026-06-01", "production_end": "2026-06-01"},
        {"production_start": "2020-01-01"},
        {"probability": "0"},
        {"probability": "1"},
        {"comment": "two\nlines"},
        {"lines": [{"amount": "-999999999999999.999"}], "currency": "TND"},
    ],
)
def test_the_limits_themselves_are_allowed(fields: dict[str, Any]) -> None:
    assert Opportunity.model_validate(GOOD | fields)


@pytest.mark.parametrize("name", ["origin_type", "establishment", "sector", "family", "subfamily"])
def test_a_code_must_be_in_its_list(name: str, catalogue: Catalogue) -> None:
    assert wrong(GOOD | {name: "nope"}, lists=catalogue) == {name: "unknown_code"}
    # Without the lists, in a form under construction, it waits until it is saved.
    assert Opportunity.model_validate(GOOD | {name: "nope"})


def test_codes_inside_lines_and_people_must_be_in_their_lists(catalogue: Catalogue) -> None:
    built = Opportunity.model_validate(
        GOOD
        | {"lines": [{"sale_type": "nope"}], "responsibles": [{"role": "chef", "employee_id": 1}]}
    )
    assert wrong(dict(built.__dict__), lists=catalogue) == {
        "lines.0.sale_type": "unknown_code",
        "responsibles.0.role": "unknown_code",
    }


def test_a_subfamily_belongs_to_its_family(catalogue: Catalogue) -> None:
    assert wrong(GOOD | {"subfamily": "erp"}, lists=catalogue) == {"subfamily": "other_family"}
    fields = GOOD | {"family": "business_apps", "subfamily": "erp"}
    assert Opportunity.model_validate(fields, context={"catalogue": catalogue}).subfamily == "erp"


def test_one_owner_at_most_and_nobody_twice_in_a_role() -> None:
    people = [("sales", 1), ("presales", 1), ("presales", 2), ("presales", 1), ("sales", 2)]
    fields = {"responsibles": [{"role": role, "employee_id": e} for role, e in people]}
    errors = {"responsibles.3": "role_twice", "responsibles.4": "second_owner"}
    assert wrong(GOOD | fields) == errors
    fields["responsibles"] = fields["responsibles"][:3]
    assert Opportunity.model_validate(GOOD | fields).owner_id == 1


@pytest.mark.parametrize("people", [{}, {"contact_id": 1, "employee_id": 1}])
def test_a_participant_is_exactly_one_person(people: dict[str, int]) -> None:
    assert wrong(people, Participant) == {"contact_id": "one_person"}


def test_a_tag_given_twice_counts_once() -> None:
    assert Opportunity(**GOOD, tags=("risk", "urgent", "risk")).tags == ("risk", "urgent")


@pytest.mark.parametrize(
    ("outcome", "fields", "errors"),
    [
        ("proposal", {"closed_on": "2026-03-16"}, {"closed_on": "closed_but_open"}),
        ("won", {}, {"closed_on": "closing_date_missing"}),
        ("won", {"closed_on": "2026-03-15"}, {"closed_on": "closed_before_opening"}),
        ("won", {"closed_on": "2026-03-16"}, {}),
        ("abandoned", {"closed_on": "2026-03-16"}, {}),
        ("lost", {"closed_on": "2026-03-16"}, {"loss_reason": "reason_missing"}),
        ("lost", {}, {"closed_on": "closing_date_missing", "loss_reason": "reason_missing"}),
        ("lost", {"closed_on": "2026-03-16", "loss_reason": "bored"},
         {"loss_reason": "unknown_code"}),
        ("lost", {"closed_on": "2026-03-16", "loss_reason": "price"}, {}),
    ],
)  # fmt: skip
def test_what_a_closing_needs(
    outcome: str, fields: dict[str, Any], errors: dict[str, str], catalogue: Catalogue
) -> None:
    values = GOOD | {"status": outcome} | fields
    if errors:
        assert wrong(values, lists=catalogue) == errors
    else:
        assert Opportunity.model_validate(values, context={"catalogue": catalogue})


@pytest.mark.parametrize(
    ("line", "errors"),
    [
        ({"recurrence": "monthly", "duration_months": 3}, {"unit_price": "price_missing"}),
        ({"recurrence": "monthly", "unit_price": 3}, {"duration_months": "duration_missing"}),
        ({"sale_type": "subscription", "unit_price": 3}, {"recurrence": "recurrence_missing"}),
        ({"sale_type": "licence", "unit_price": 3, "recurrence": "yearly", "duration_months": 1},
         {"recurrence": "not_recurring"}),
        ({"sale_type": "consulting", "recurrence": "weekly"}, {"recurrence": "enum"}),
    ],
)  # fmt: skip
def test_what_a_line_needs(
    line: dict[str, Any], errors: dict[str, str], catalogue: Catalogue
) -> None:
    assert wrong(line, Line, catalogue) == errors


def test_a_recurring_line_may_have_a_typed_amount_instead(catalogue: Catalogue) -> None:
    line = {"sale_type": "subscription", "amount": "120"}
    assert Line.model_validate(line, context={"catalogue": catalogue}).recurrence is None


@pytest.mark.parametrize(
    "lines",
    [
        [{"quantity": "99999999999999", "unit_price": "99999999999999"}],
        [{"quantity": "10000000", "unit_price": "10000000", "recurrence": "monthly",
          "duration_months": 10}],
    ],
)  # fmt: skip
def test_a_product_too_large_to_keep_is_said_beside_its_price(lines: list[Any]) -> None:
    assert wrong(GOOD | {"lines": lines}) == {"lines.0.unit_price": "decimal_whole_digits"}


@pytest.mark.parametrize("field", ["amount", "margin"])
def test_a_sum_too_large_to_keep_is_said_beside_the_lines(field: str) -> None:
    lines = [{field: "600000000000000"}, {field: "600000000000000"}]
    assert wrong(GOOD | {"lines": lines}) == {"lines": "decimal_whole_digits"}


def test_sites_and_contacts_agree() -> None:
    sites = [{"code": "A", "name": "Lyon"}, {"code": "A", "name": "Paris"}]
    contacts = [{"last_name": "Dupont", "site": "A"}, {"last_name": "Martin", "site": "B"}]
    fields = {"name": "Client", "sites": sites, "contacts": contacts}
    assert wrong(fields, Customer) == {
        "sites.1.code": "site_twice",
        "contacts.1.site": "site_unknown",
    }


@pytest.mark.parametrize("email", ["dupont", "a@b", "a b@c.fr", "a@b.fr,c@d.fr", "<a@b.fr>"])
def test_an_address_to_write_to_must_look_like_one(email: str) -> None:
    assert wrong({"last_name": "X", "email": email}, Employee) == {
        "email": "string_pattern_mismatch"
    }


def test_countries_are_checked_in_every_address(catalogue: Catalogue) -> None:
    fields = {
        "name": "Client", "address": {"country": "XX"},
        "sites": [{"code": "A", "name": "Lyon", "address": {"country": "YY"}}],
    }  # fmt: skip
    built = Customer.model_validate(fields)
    assert wrong(dict(built.__dict__), Customer, catalogue) == {
        "address.country": "unknown_code",
        "sites.0.address.country": "unknown_code",
    }


def test_an_event_ends_after_it_starts_whatever_the_zones() -> None:
    fields = {"kind": "appointment", "subject": "Démonstration"}
    times = {"starts_at": "2026-03-16T10:00", "ends_at": "2026-03-16T10:30+01:00"}
    assert wrong(fields | times, Event) == {"ends_at": "event_ends_before_start"}
    times = {"starts_at": "2026-03-16T10:00", "ends_at": "2026-03-16T11:30+01:00"}
    event = Event.model_validate(fields | times)
    assert event.ends_at is not None
    assert event.ends_at.isoformat() == "2026-03-16T10:30:00+00:00"


def test_the_code_of_an_affair_is_short() -> None:
    fields = {"name": "Affaire", "customer_id": 1, "opened_on": "2026-03-16"}
    assert wrong(fields | {"code": "AF26-123456"}, Affair) == {"code": "string_too_long"}
    assert Affair.model_validate(fields | {"code": "AF26-99999"})


def test_an_archived_quote_says_why() -> None:
    fields = {"name": "Devis", "opportunity_id": 1, "customer_id": 1, "quoted_on": "2026-03-16"}
    assert wrong(fields | {"state": "archived"}, Quote) == {
        "archive_reason": "archive_reason_missing"
    }
    assert Quote.model_validate(fields | {"state": "archived", "archive_reason": "Trop cher"})


def test_records_do_not_change_and_replace_validates() -> None:
    opportunity = Opportunity.model_validate(GOOD)
    with pytest.raises(ValidationError):
        opportunity.name = "Autre"  # type: ignore[misc]
    assert opportunity.replace(name="Autre").name == "Autre"
    with pytest.raises(ValidationError):
        opportunity.replace(expected_signature="2000-01-01")


def test_something_that_is_no_record_at_all() -> None:
    with pytest.raises(ValidationError):
        Opportunity.model_validate("a text")
