"""A file rules over the fields it feeds and leaves all others alone."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from oppkit.exchange.merge import merged
from oppkit.model import Catalogue, Line, Opportunity, Responsible

STORED = Opportunity(
    id=7, version=3, code="A", name="Old", customer_id=1, status="qualified",
    opened_on=date(2026, 1, 1), expected_signature=date(2026, 6, 1), probability="0.25",
    lines=(Line(title="a", amount=60, margin=10), Line(title="b", amount=40)), comment="Mine",
    responsibles=(
        Responsible(role="presales", employee_id=5), Responsible(role="sales", employee_id=6),
    ),
)  # fmt: skip


def incoming(**fields: Any) -> Opportunity:
    plain = {
        "code": "A", "name": "New", "customer_id": 2, "status": "qualified",
        "opened_on": "2026-01-01", "probability": "0.25",
    }  # fmt: skip
    return Opportunity(**{**plain, **fields})


def test_only_fed_fields_change() -> None:
    after = merged(STORED, incoming(comment="Theirs"), {"code", "name"})
    assert after == STORED.replace(name="New")
    assert merged(STORED, incoming(), {"customer_name"}).customer_id == 2


def test_an_emptied_cell_empties_the_field() -> None:
    assert merged(STORED, incoming(), {"expected_signature"}).expected_signature is None


def test_an_amount_that_the_lines_add_up_to_leaves_them_alone() -> None:
    same = incoming(lines=(Line(amount=100),))
    assert merged(STORED, same, {"amount"}).lines == STORED.lines
    other = incoming(lines=(Line(amount=90),))
    assert merged(STORED, other, {"amount"}).lines == other.lines
    assert merged(STORED, same, {"amount", "margin"}).lines == same.lines
    assert merged(STORED, same, {"amount", "lines"}).lines == same.lines


def test_the_amount_of_a_single_line_changes_alone() -> None:
    stored = STORED.replace(lines=(Line(title="a", quantity=2, unit_price=50, margin=10),))
    new = incoming(lines=(Line(title="x", amount=90),))
    assert merged(stored, new, {"amount"}).lines == (
        Line(title="a", quantity=2, amount=Decimal("90.00"), margin=Decimal("10.00")),
    )
    assert merged(stored, new, {"amount", "title"}).lines[0].title == "x"
    same = incoming(lines=(Line(title="x", amount=100),))
    assert merged(stored, same, {"amount"}).lines == stored.lines


def test_the_owner_changes_in_his_place() -> None:
    new = incoming(responsibles=(Responsible(role="sales", employee_id=9),))
    people = merged(STORED, new, {"owner_name"}).responsibles
    assert [(p.role, p.employee_id) for p in people] == [("presales", 5), ("sales", 9)]
    assert [p.role for p in merged(STORED, incoming(), {"owner"}).responsibles] == ["presales"]
    lonely = STORED.replace(responsibles=())
    assert merged(lonely, new, {"owner_name"}).owner_id == 9


def test_the_probability_follows_a_changed_status_unless_typed() -> None:
    new = incoming(status="proposal", probability="0.45")
    assert merged(STORED, new, {"status"}).probability == Decimal("0.45")
    typed = STORED.replace(probability="0.3", probability_typed=True)
    assert merged(typed, new, {"status"}).probability == Decimal("0.3")
    assert merged(typed, new, {"status", "probability"}).probability == Decimal("0.45")
    same = incoming(status="qualified")
    assert merged(typed, same, {"status"}).probability == Decimal("0.3")


def test_a_closing_brings_its_date_and_reason() -> None:
    new = incoming(status="lost", closed_on="2026-02-02", loss_reason="price", probability=0)
    after = merged(STORED, new, {"status"})
    assert (after.closed_on, after.loss_reason) == (date(2026, 2, 2), "price")
    assert after.status_on == new.status_on


def test_what_breaks_a_rule_together_is_an_error(catalogue: Catalogue) -> None:
    late = incoming(opened_on="2026-07-01")
    with pytest.raises(ValidationError, match="must not be before the opening"):
        merged(STORED, late, {"opened_on"})
    stored = STORED.replace(family="data", subfamily="elsewhere")
    assert merged(stored, incoming(), {"name"}).name == "New"
    with pytest.raises(ValidationError, match="no value elsewhere"):
        merged(stored, incoming(), {"name"}, catalogue)
