"""Files of lines: joined by the opportunity's code, in or out together with it."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from oppkit.exchange.batch import Batch
from oppkit.exchange.reasons import Reason
from oppkit.model import Catalogue, Line, Recurrence
from tests.exchange.workspace import converted

HEAD = "Opportunity ID,Opportunity Name,Account Name,Stage,Created Date,Amount"
LINES = "opportunity_id,name,quantity,unit_price,total_price,sort_order,is_deleted"


@pytest.fixture
def convert(tmp_path: Path, catalogue: Catalogue) -> Callable[[str, str], Batch]:
    """Converts opportunities and lines as Salesforce writes them."""

    def run(opportunities: str, lines: str) -> Batch:
        files = [tmp_path / "deals.csv", tmp_path / "lines.csv"]
        files[0].write_text(f"{HEAD}\n{opportunities}", encoding="utf-8")
        files[1].write_text(f"{LINES}\n{lines}", encoding="utf-8")
        return converted(files[0], name="salesforce", catalogue=catalogue, lines=files[1])

    return run


def all_reasons(batch: Batch) -> dict[tuple[str, int], list[str]]:
    return {(r.sheet.path.name, r.number): [str(x) for x in r.reasons] for r in batch.rejects}


def test_lines_come_in_their_order_and_rule_over_the_amount(convert: Callable[..., Batch]) -> None:
    batch = convert(
        "A,One,Acme,Qualification,2026-01-02,999\nB,Two,Acme,Qualification,2026-01-02,50\n",
        "A,Probe,10,1850,18500,2,\nA,Setup,2.5,100,250,1,false\n",
    )
    first, second = batch.opportunities
    assert first.lines == (
        Line(title="Setup", quantity=Decimal("2.5"), unit_price=Decimal(100), amount=Decimal(250)),
        Line(title="Probe", quantity=Decimal(10), unit_price=Decimal(1850), amount=Decimal(18500)),
    )
    # Without lines the amount counts; the summary's counts know both files.
    assert second.lines == (Line(amount=Decimal(50)),)
    assert batch.fed >= {"lines", "amount"}
    assert (batch.counts["lines"].read, batch.counts["lines"].taken) == (2, 2)


def test_a_discounted_total_is_kept_as_a_typed_amount(convert: Callable[..., Batch]) -> None:
    batch = convert("A,One,Acme,Qualification,2026-01-02,\n", "A,Design,100,1300,124000,,\n")
    line = batch.opportunities[0].lines[0]
    assert (line.quantity, line.unit_price, line.amount) == (100, None, 124000)


def test_an_opportunity_and_its_lines_go_in_together_or_not_at_all(
    convert: Callable[..., Batch],
) -> None:
    batch = convert(
        "A,One,Acme,Qualification,2026-01-02,\nB,Two,Acme,Qualification,never,\n"
        "C,Three,Acme,Qualification,2026-01-02,\n",
        "A,Good,1,5,5,,\nA,Bad,many,5,5,,\nB,Good,1,5,5,,\nX,Good,1,5,5,,\nC,Good,1,5,5,,\n",
    )
    assert [o.code for o in batch.opportunities] == ["C"]
    assert all_reasons(batch) == {
        ("deals.csv", 2): ["Its line in row 3 of lines.csv was refused."],
        ("deals.csv", 3): ["Created Date: “never” is not a date that can be read."],
        ("lines.csv", 2): ["opportunity_id: Its opportunity “A” was refused."],
        ("lines.csv", 3): [
            "quantity: “many” is not a number.",
            "opportunity_id: Its opportunity “A” was refused.",
        ],
        ("lines.csv", 4): ["opportunity_id: Its opportunity “B” was refused."],
        ("lines.csv", 5): ["opportunity_id: No opportunity “X” was read with it."],
    }
    count = batch.counts["lines"]
    assert (count.read, count.taken, count.rejected) == (5, 1, 4)


def test_lines_that_were_deleted_are_left_out(convert: Callable[..., Batch]) -> None:
    batch = convert(
        "A,One,Acme,Qualification,2026-01-02,\n", "A,Gone,1,5,5,,TRUE\nA,Here,1,5,5,,FALSE\n"
    )
    assert [line.title for line in batch.opportunities[0].lines] == ["Here"]
    assert batch.counts["lines"].skipped.total() == 1


def test_lines_of_an_opportunity_that_is_left_out_are_left_out_too(
    tmp_path: Path, catalogue: Catalogue
) -> None:
    deals, lines = tmp_path / "deals.csv", tmp_path / "lines.csv"
    deals.write_text(f"{HEAD},IsDeleted\nA,One,Acme,Qualification,2026-01-02,5,true\n")
    lines.write_text(f"{LINES}\nA,x,1,5,5,,\n")
    batch = converted(deals, name="salesforce", catalogue=catalogue, lines=lines)
    assert batch.opportunities == batch.rejects == ()
    assert [c.skipped.total() for c in batch.counts.values()] == [1, 1]


def test_recurring_lines_of_oppkits_own_export(tmp_path: Path, catalogue: Catalogue) -> None:
    deals, lines = tmp_path / "o.csv", tmp_path / "l.csv"
    deals.write_text("code,name,customer,status,opened_on\nA,One,C-1,qualified,2026-01-02\n")
    lines.write_text(
        "opportunity,sale_type,quantity,unit_price,amount,duration_months,recurrence\n"
        "A,subscription,2,99.9,2397.6,12,monthly\nA,maintenance,1,5,,12,weekly\n"
    )
    batch = converted(deals, name="oppkit", catalogue=catalogue, lines=lines)
    assert [str(x) for x in batch.rejects[2].reasons if x.column == "recurrence"] == [
        "recurrence: Choose one of the values of the list."
    ]
    lines.write_text(lines.read_text().replace("weekly", "quarterly"))
    batch = converted(deals, name="oppkit", catalogue=catalogue, lines=lines)
    first, second = batch.opportunities[0].lines
    assert (first.amount, first.recurrence) == (Decimal("2397.60"), Recurrence.MONTHLY)
    assert second.amount == Decimal("20.00")


def test_what_comes_to_grief_later_is_refused_with_its_lines(
    convert: Callable[..., Batch],
) -> None:
    batch = convert(
        "A,One,Acme,Qualification,2026-01-02,\nB,Two,Acme,Qualification,2026-01-02,\n",
        "A,x,1,5,5,,\nB,x,1,5,5,,\n",
    )
    left = batch.refused({"A": [Reason("missing", "Stage")]})
    assert [o.code for o in left.opportunities] == ["B"]
    assert all_reasons(left) == {
        ("deals.csv", 2): ["Stage: This cell must be filled in."],
        ("lines.csv", 2): ["Its opportunity “A” was refused."],
    }
    counted = [(c.read, c.taken, c.rejected) for c in left.counts.values()]
    assert counted == [(2, 1, 1), (2, 1, 1)]
