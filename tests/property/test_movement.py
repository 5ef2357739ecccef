"""From the opening to the closing: every part as plain Python works it out from the versions."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing as closed
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from oppkit.analysis.movement import PARTS, details, movement
from oppkit.analysis.pipeline import weighted
from oppkit.analysis.span import Span
from oppkit.model.money import decimals
from oppkit.store import history
from oppkit.store.kinds import OPPORTUNITY
from oppkit.store.opening import Store, open_store
from oppkit.store.snapshot import Request
from oppkit.store.span import fill_span
from tests.analysis.rows import found
from tests.examples import examples
from tests.property.histories import DAYS, RATES, Histories, Prepared, prepared
from tests.property.movement_ledger import Ledger, Moment, Question

Q2 = (date(2026, 4, 1), date(2026, 7, 1))
QUESTIONS = [
    Question(), Question(("owner",)), Question(("month",)), Question((), Q2),
    Question(("owner", "quarter"), Q2), Question(("sale_type",)), Question(("tag", "month")),
    Question(("status",), None, {"owner": ["Ana", None]}),
    Question((), Q2, {"tag": ["risk", None]}),
    Question(("sale_type", "owner"), None, {"sale_type": ["licence", None], "sector": "energy"}),
    Question(("tag",), None, {"tag": "risk", "quarter": date(2026, 4, 1)}),
    Question(("currency", "sector"), None, {"sale_type": "licence", "month": [None, Q2[0]]}),
]  # fmt: skip
PAIRS = [*combinations(DAYS, 2)]


@pytest.fixture(scope="module")
def base(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    return prepared(template, tmp_path_factory.mktemp("movement"))


@contextmanager
def span_of(store: Store, days: tuple[date, date], currency: str) -> Iterator[Span]:
    digits = decimals(currency)
    requests = [Request(day, True, currency, digits) for day in days]
    with closed(fill_span(store.engine, *requests)) as connection:
        yield Span.of_duckdb(connection, days, currency, digits)


def moment(day: date, currency: str) -> Moment:
    rates = {
        code: Decimal(list(given.values())[sum(d <= day.day for d in given) - 1])
        for code, given in RATES.items()
        if code != currency and min(given) <= day.day
    }
    return Moment(Request(day, True, currency, 2).ends_at, rates)


@pytest.mark.parametrize("half", [0, 1])  # of the questions
@given(seed=st.integers(0, 2**32), currency=st.sampled_from(["EUR", "EUR", "TND", "JPY"]))
@settings(max_examples=examples(3), phases=(Phase.explicit, Phase.generate))
def test_every_part_is_what_a_walk_through_the_versions_finds(
    base: Prepared, half: int, seed: int, currency: str
) -> None:
    path, people = base
    store = open_store(shutil.copy(path, path.with_name("copy.duckdb")))
    with store.write() as session:
        drawn = Histories(seed, session, people)
        drawn.write(100)
        versions = [history.versions(session, OPPORTUNITY, found) for found in drawn.ids]
    owners = {None: None, **people}
    asked = QUESTIONS[half::2]
    same = DAYS[seed % len(DAYS)]
    for turn, pair in enumerate([*PAIRS, (same, same)], seed):
        with span_of(store, pair, currency) as span:
            opening, closing = (moment(day, currency) for day in pair)
            # Each history asks its questions of other pairs; of one day, only one.
            for question in asked[turn % len(PAIRS) :: len(PAIRS) if pair in PAIRS else len(asked)]:
                ledger = Ledger(opening, closing, currency, drawn.lists, owners, question)
                for one in versions:
                    ledger.add(one)
                check(span, question, ledger)


def check(span: Span, question: Question, ledger: Ledger) -> None:
    rows = found(movement(span, question.by, question.within, question.where))
    got = {
        (*(row[name] for name in question.by), row["part"]): [
            row["opportunities"], row["amount"], row["weighted_amount"],
        ]
        for row in rows
    }  # fmt: skip
    expected = {key: [len(codes), *sums] for key, (codes, *sums) in ledger.booked.items()}
    if not question.by:
        expected = {(part,): [0, 0, 0] for part in PARTS} | expected
    assert got == expected
    closes(rows, question.by)
    if not question.within:
        ends_are_the_pipelines(span, question, rows)
    moved_adds_up(span, question, got)


def closes(rows: list[dict[str, Any]], by: tuple[str, ...]) -> None:
    """Opening and parts make the closing, in each group by itself."""
    groups: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    for row in rows:
        groups.setdefault(tuple(row[name] for name in by), []).append(row)
    for members in groups.values():
        for measure in ("amount", "weighted_amount"):
            *steps, last = [*(row[measure] for row in members if row["part"] != "closing"), sum(
                row[measure] for row in members if row["part"] == "closing"
            )]  # fmt: skip
            assert sum(steps) == last


def ends_are_the_pipelines(span: Span, question: Question, rows: list[dict[str, Any]]) -> None:
    for part, snapshot in (("opening", span.opening), ("closing", span.closing)):
        pipeline = found(weighted(snapshot, question.by, question.where))
        got = {tuple(row[n] for n in question.by): row for row in rows if row["part"] == part}
        for row in pipeline:
            mine = got.pop(tuple(row[name] for name in question.by), None)
            for measure in ("amount", "weighted_amount"):
                assert (mine[measure] if mine else 0) == (row[measure] or 0)
        assert all(row["amount"] == row["weighted_amount"] == 0 for row in got.values())


def moved_adds_up(span: Span, question: Question, got: dict[Any, list[Any]]) -> None:
    sums: dict[Any, list[Any]] = {}
    for row in found(details(span, question.by, question.within, question.where)):
        entry = sums.setdefault((*(row[n] for n in question.by), row["part"]), [0, 0, 0])
        for place, value in enumerate((1, row["amount"], row["weighted_amount"])):
            entry[place] += value
    moved = {key: value for key, value in got.items() if key[-1] not in ("opening", "closing")}
    assert sums == {key: value for key, value in moved.items() if value[0]}
