"""Files of versions: intervals become the history, the version in force the opportunity."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from oppkit.exchange.batch import Batch
from oppkit.model import Catalogue
from tests.exchange.workspace import converted, reasons

HEAD = (
    "id,name,account_id,stage_name,created_date,close_date,_fivetran_start,_fivetran_end,is_deleted"
)


def history(tmp_path: Path, catalogue: Catalogue, *rows: str, current: str = "") -> Batch:
    """Versions of a deal called Deal: each row gives code, stage, start, end and deletion."""
    lines = [HEAD]
    for row in rows:
        code, stage, start, end, *deleted = row.split(",")
        lines.append(
            f"{code},Deal,C-1,{stage},2026-01-01,2026-09-09,{start},{end},{''.join(deleted)}"
        )
    path = tmp_path / "history.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    files = [path]
    if current:
        files.append(tmp_path / "current.csv")
        files[1].write_text(f"id,name,account_id,stage_name,created_date\n{current}\n")
    return converted(*files, name="salesforce", catalogue=catalogue)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_versions_in_order_of_time_each_ending_where_the_next_begins(
    tmp_path: Path, catalogue: Catalogue
) -> None:
    batch = history(
        tmp_path, catalogue,
        "A,Negotiation/Review,2026-02-02 08:00:01,9999-12-31 23:59:59",
        "A,Qualification,2026-01-01,2026-02-02 08:00:00",
        "B,Qualification,2026-01-05,2026-01-20",
        "B,Needs Analysis,2026-01-10,",
    )  # fmt: skip
    assert [
        (p.opportunity.code, p.opportunity.status, p.valid_from, p.valid_to) for p in batch.history
    ] == [
        ("A", "to_qualify", at("2026-01-01"), at("2026-02-02 08:00:01")),
        ("A", "negotiation", at("2026-02-02 08:00:01"), None),
        ("B", "to_qualify", at("2026-01-05"), at("2026-01-10")),
        ("B", "qualified", at("2026-01-10"), None),
    ]
    assert [(o.code, o.status) for o in batch.opportunities] == [
        ("A", "negotiation"), ("B", "qualified"),
    ]  # fmt: skip
    assert batch.from_history == 2
    assert {past.author for past in batch.history} == {"salesforce"}


def test_a_gap_and_an_end_are_kept(tmp_path: Path, catalogue: Catalogue) -> None:
    batch = history(
        tmp_path, catalogue,
        "A,Qualification,2026-01-01,2026-01-10", "A,Qualification,2026-02-01,2026-02-10",
        "B,Qualification,2026-01-01,2026-01-10", "B,Qualification,2026-01-10,,true",
    )  # fmt: skip
    assert [p.valid_to for p in batch.history] == [
        at("2026-01-10"), at("2026-02-10"), at("2026-01-10"),
    ]  # fmt: skip
    assert batch.opportunities == ()
    assert batch.counts["history"].skipped.total() == 1
    assert [c.code for c in batch.customers] == ["C-1"]


def test_bad_intervals_are_refused(tmp_path: Path, catalogue: Catalogue) -> None:
    batch = history(
        tmp_path, catalogue,
        "A,Qualification,2026-01-01,", "A,Needs Analysis,2026-01-01,", "B,Qualification,,",
        "C,Qualification,2026-01-02,2026-01-01", "D,Qualification,soon,2026-01-01",
    )  # fmt: skip
    assert reasons(batch) == {
        3: ["A version of “A” already starts then, in row 2."],
        4: ["_fivetran_start: This cell must be filled in."],
        5: ["This version ends before it starts."],
        6: ["_fivetran_start: “soon” is not a date that can be read."],
    }
    count = batch.counts["history"]
    assert (count.read, count.taken, count.rejected) == (5, 1, 4)


def test_a_file_of_the_current_state_rules_over_the_last_version(
    tmp_path: Path, catalogue: Catalogue
) -> None:
    batch = history(
        tmp_path,
        catalogue,
        "A,Qualification,2026-01-01,",
        current="A,New,C-1,Needs Analysis,2026-01-01",
    )
    assert [(o.name, o.status) for o in batch.opportunities] == [("New", "qualified")]
    assert [p.opportunity.name for p in batch.history] == ["Deal"]
    assert batch.from_history == 0
