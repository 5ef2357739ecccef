"""What holds for any pipeline: the model's rounding, sums that add up, nothing that vanishes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oppkit.analysis.dimensions import DIMENSIONS, counts_more_than_once
from oppkit.analysis.parts import PARTS, horizon_end
from oppkit.analysis.pipeline import MEASURES, forecast, reconciliation, weighted
from oppkit.model import money
from tests.analysis.rows import AS_OF, Row, found, known_sum, snapshot_of
from tests.examples import examples

BASES = {0: "JPY", 2: "EUR", 3: "TND"}
EXAMPLES = settings(max_examples=examples(60))

probabilities = st.one_of(
    st.sampled_from([Decimal(0), Decimal(1), Decimal("0.5"), Decimal("0.25")]),
    st.integers(0, 10_000).map(lambda units: Decimal(units).scaleb(-4)),
)


def amounts(places: int) -> st.SearchStrategy[Decimal]:
    """Amounts as they are kept: rounded to the decimals of their currency, of either sign."""
    units = st.one_of(st.integers(-300, 300), st.integers(-(10**12), 10**12))
    return units.map(lambda value: Decimal(value).scaleb(-places))


def maybe(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(st.none(), values, values, values)


def pipelines(places: int) -> st.SearchStrategy[list[Row]]:
    line = st.tuples(maybe(amounts(places)), maybe(amounts(places)), maybe(st.sampled_from("ab")))
    row = st.builds(
        Row,
        lines=st.lists(line, max_size=3),
        probability=maybe(probabilities),
        expected_signature=maybe(st.integers(-500, 900).map(lambda n: AS_OF + timedelta(n))),
        outcome=st.sampled_from(["open", "open", "open", "won", "lost", "abandoned"]),
        status=st.sampled_from(["contact", "proposal"]),
        owner=maybe(st.sampled_from(["Ana", "Bo"])),
        establishment=maybe(st.sampled_from(["LYO", "PAR"])),
        tags=st.lists(st.sampled_from(["key", "new"]), unique=True),
        currency=st.sampled_from(["EUR", "USD"]),
        has_rate=st.sampled_from([True, True, True, False]),
    )
    return st.lists(row, max_size=8)


pipelines_in_any_currency = st.sampled_from(sorted(BASES)).flatmap(
    lambda places: st.tuples(st.just(places), pipelines(places))
)


def python_totals(rows: Sequence[Row], places: int) -> dict[str, Any]:
    """The measures by a plain loop over lines, with the model's own rounding."""
    lines = [(row.chance(), line) for row in rows for line in row.lines]
    base = BASES[places]
    return {
        "opportunities": len(rows),
        "amount": known_sum([line[0] for _, line in lines]),
        "weighted_amount": known_sum([money.weighted(line[0], p, base) for p, line in lines]),
        "margin": known_sum([line[1] for _, line in lines]),
        "weighted_margin": known_sum([money.weighted(line[1], p, base) for p, line in lines]),
    }


def still_open(rows: Sequence[Row]) -> list[Row]:
    return [row for row in rows if row.outcome == "open"]


def python_part(row: Row, months: int) -> str:
    signature = row.expected_signature
    if not row.has_rate:
        return "no_rate"
    if known_sum(row.amounts()) is None:
        return "no_amount"
    if row.probability is None:
        return "no_probability"
    if signature is None:
        return "undated"
    if signature < AS_OF:
        return "overdue"
    return "beyond" if signature >= horizon_end(AS_OF, months) else "in_horizon"


@pytest.mark.parametrize("places", sorted(BASES))
@given(cases=st.lists(
    st.tuples(st.integers(-(10**17), 10**17) | st.integers(-2000, 2000), probabilities),
    min_size=1, max_size=40,
))  # fmt: skip
@EXAMPLES
def test_model_and_tables_weigh_every_amount_alike(
    places: int, cases: list[tuple[int, Decimal]]
) -> None:
    # Thousandths in any currency, so that half a unit of the last decimal comes up often.
    values = [(Decimal(units).scaleb(-3), chance) for units, chance in cases]
    rows = [
        Row([(amount, -amount)], probability=chance, owner=f"{place:03}")
        for place, (amount, chance) in enumerate(values)
    ]
    with snapshot_of(rows, decimals=places) as snapshot:
        # Lines are read, and so weighed, only where sale types are asked for.
        results = found(weighted(snapshot, by=["owner", "sale_type"]))
    for result, (amount, chance) in zip(results, values, strict=True):
        assert result["weighted_amount"] == money.weighted(amount, chance, BASES[places])
        assert result["weighted_margin"] == -result["weighted_amount"]


@pytest.mark.parametrize(
    ("amount", "chance", "places", "expected"),
    [
        ("0.01", "0.5", 2, "0.01"),
        ("-0.01", "0.5", 2, "-0.01"),
        ("0.03", "0.5", 2, "0.02"),
        ("2.675", "1", 2, "2.68"),
        ("-2.675", "1", 2, "-2.68"),
        ("1", "0.5", 0, "1"),
        ("3", "0.5", 0, "2"),
        ("-1", "0.4999", 0, "0"),
        ("0.001", "0.5", 3, "0.001"),
        ("100", "0", 2, "0"),
    ],
)
def test_halves_go_away_from_zero(amount: str, chance: str, places: int, expected: str) -> None:
    with snapshot_of([Row([(amount,)], probability=chance)], decimals=places) as snapshot:
        [total] = found(weighted(snapshot, by=["sale_type"]))
    assert total["weighted_amount"] == Decimal(expected)
    assert money.weighted(Decimal(amount), Decimal(chance), BASES[places]) == Decimal(expected)


@given(case=pipelines_in_any_currency)
@EXAMPLES
def test_totals_are_those_of_a_plain_loop(case: tuple[int, list[Row]]) -> None:
    places, rows = case
    with snapshot_of(rows, decimals=places) as snapshot:
        assert found(weighted(snapshot)) == [python_totals(still_open(rows), places)]


@given(case=pipelines_in_any_currency, name=st.sampled_from(sorted(DIMENSIONS)))
@EXAMPLES
def test_any_partition_adds_up_to_the_total(case: tuple[int, list[Row]], name: str) -> None:
    places, rows = case
    with snapshot_of(rows, decimals=places) as snapshot:
        parts, [total] = found(weighted(snapshot, by=[name])), found(weighted(snapshot))
    if counts_more_than_once([name]):
        tagged = [row for row in still_open(rows) for _ in row.tags or [None]]
        total = python_totals(tagged, places)
    for measure in MEASURES[1:]:
        assert known_sum([part[measure] for part in parts]) == total[measure]
    if name != "sale_type":
        assert sum(part["opportunities"] for part in parts) == total["opportunities"]


@given(case=pipelines_in_any_currency, months=st.integers(1, 30))
@EXAMPLES
def test_the_reconciliation_accounts_for_every_open_opportunity(
    case: tuple[int, list[Row]], months: int
) -> None:
    places, rows = case
    with snapshot_of(rows, decimals=places) as snapshot:
        parts, [total] = found(reconciliation(snapshot, months)), found(weighted(snapshot))
        expected = found(forecast(snapshot, by=(), months=months))
    for measure in MEASURES:
        assert sum(part[measure] for part in parts) == (total[measure] or 0)
    for part in parts:
        members = [row for row in still_open(rows) if python_part(row, months) == part["part"]]
        for measure, value in python_totals(members, places).items():
            assert part[measure] == (value or 0)
    assert [part["part"] for part in parts] == list(PARTS)
    assert [part["opportunities"] for part in parts[:1]] == [expected[0]["opportunities"]]


@given(case=pipelines_in_any_currency, by=st.lists(st.sampled_from(["month", "owner", "status"])))
@EXAMPLES
def test_groups_are_those_of_a_plain_loop(case: tuple[int, list[Row]], by: list[str]) -> None:
    places, rows = case
    groups: dict[tuple[Any, ...], list[Row]] = {}
    for row in still_open(rows):
        if python_part(row, 12) == "in_horizon":
            assert row.expected_signature is not None
            values = {
                "month": date(row.expected_signature.year, row.expected_signature.month, 1),
                "owner": row.owner,
                "status": row.status,
            }
            groups.setdefault(tuple(values[name] for name in by), []).append(row)
    with snapshot_of(rows, decimals=places) as snapshot:
        results = found(forecast(snapshot, by=by))
    if by:
        assert len(results) == len(groups)
        got = {tuple(row[name] for name in by): row for row in results}
        for key, members in groups.items():
            expected = python_totals(members, places)
            assert {measure: got[key][measure] for measure in MEASURES} == expected
