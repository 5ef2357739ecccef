"""Quotes and affairs of the demo: made by the use cases, so sound, and the same each time."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from oppkit import demo
from oppkit.model import AffairStatus, Outcome, QuoteState, Search
from oppkit.store.opening import open_store
from oppkit.workbench import Workbench

PAPERS = (
    "quote",
    "quote_line",
    "affair",
    "record_version",
    "numbering",
    "setting",
    "target",
    "forecast_call",
)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("demo") / "demo.duckdb"
    demo.write(made, 400, 2)
    return made


@pytest.fixture
def workbench(path: Path) -> Workbench:
    return Workbench(open_store(path), "Ana")


def test_the_same_seed_makes_the_same_papers(path: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.duckdb"
    demo.write(again, 400, 2)
    rows = []
    for file in (path, again):
        with duckdb.connect(file, read_only=True) as found:
            rows.append([found.execute(f"from {name} order by all").fetchall() for name in PAPERS])
    assert rows[0] == rows[1]


def test_every_state_is_there_and_nothing_is_broken(workbench: Workbench) -> None:
    assert workbench.check() == []
    assert workbench.today == demo.TODAY
    quotes = [
        quote
        for row in workbench.search(limit=None).rows
        for quote in workbench.quotes_of(workbench.opportunity(row["code"]))
    ]
    assert {quote.state for quote in quotes} == set(QuoteState)
    assert any(quote.parent_id for quote in quotes)
    assert all(quote.validated_on <= demo.TODAY for quote in quotes if quote.validated_on)


def test_what_was_won_lately_is_delivered(workbench: Workbench) -> None:
    since = demo.TODAY - timedelta(days=150)
    won = workbench.search(Search(outcomes=(Outcome.WON,), closed_from=since, limit=None)).rows
    affairs = [
        (affair, workbench.opportunity(row["code"]))
        for row in won
        for affair in workbench.affairs_of(workbench.opportunity(row["code"]))
    ]
    assert affairs
    for affair, sale in affairs:
        assert affair.budget == sale.amount
        assert affair.opened_on >= (sale.closed_on or demo.TODAY)
        assert affair.status is not AffairStatus.LOST
        [quote] = workbench.quotes_of(sale)
        assert (quote.state, quote.signed_on) == (QuoteState.SIGNED, sale.closed_on)


def test_quarters_have_targets_and_calls(workbench: Workbench) -> None:
    targets, calls = workbench.targets.standing()
    firm = [one for one in targets if one.owner_id is None]
    assert len(firm) == 7
    assert len({one.owner_id for one in targets}) > 2
    assert all(one.saved_at and one.saved_at.date() <= demo.TODAY for one in targets)
    present = workbench.targets.outcomes()
    assert [one.call.said_on for one in present] == sorted(
        (one.call.said_on for one in present), reverse=True
    )
    assert len(calls) == 3
    [found] = workbench.targets.attainments()
    assert found.target
    assert found.attained is not None
