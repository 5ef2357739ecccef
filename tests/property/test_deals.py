"""What holds for the distribution of any pipeline: it means what the forecast says."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oppkit.analysis.deals import deals
from oppkit.analysis.outlook import outlook
from oppkit.analysis.pipeline import forecast
from oppkit.analysis.windows import window
from tests.analysis.rows import Row, found, known_sum, snapshot_of
from tests.property.test_analysis import pipelines_in_any_currency, python_part, still_open

EXAMPLES = settings(max_examples=25, deadline=None, derandomize=True)
BY = st.sampled_from([(), ("month",), ("quarter", "owner"), ("year",), ("status", "month")])


def expected(row: Row, places: int) -> Decimal:
    """The weighted amount, no further than from nothing to the amount."""
    amount = known_sum(row.amounts()) or Decimal(0)
    weighted = row.weighted(row.amounts(), places) or Decimal(0)
    low, high = min(amount, Decimal(0)), max(amount, Decimal(0))
    return max(low, min(high, weighted))


@given(case=pipelines_in_any_currency, by=BY)
@EXAMPLES
def test_the_mean_is_the_weighted_forecast_to_the_cent(
    case: tuple[int, list[Row]], by: tuple[str, ...]
) -> None:
    places, rows = case
    with snapshot_of(rows, decimals=places) as snapshot:
        groups = found(forecast(snapshot, by))
        made = outlook(snapshot, by)
        windows = [window(by, [row[name] for name in by], made.horizon) for row in groups]
        laws = made.laws(windows)
        whole = made.law(made.horizon)
        kept = {row["opportunity_id"] for row in found(deals(snapshot))}
    inside = [row for row in still_open(rows) if python_part(row, 12) == "in_horizon"]
    assert len(kept) == len(inside)
    # Where lines of both signs cancel to a few cents, less or more than the amount is no mean.
    rounding = sum(
        abs(expected(row, places) - (row.weighted(row.amounts(), places) or 0)) for row in inside
    )
    for law, row in zip(laws, groups, strict=True):
        weighted = float(row["weighted_amount"] or 0)
        assert law.mean == pytest.approx(weighted, rel=1e-12, abs=1e-6 + float(rounding))
        low, middle, high = law.quantile([0.1, 0.5, 0.9])
        assert low <= middle <= high
    total = float(sum(row["weighted_amount"] or 0 for row in groups))
    assert whole.mean == pytest.approx(total, rel=1e-12, abs=1e-6 + float(rounding))


@given(case=pipelines_in_any_currency, by=st.sampled_from(["owner", "status", "tag", "sale_type"]))
@EXAMPLES
def test_deals_add_up_to_the_forecast_by_anything(case: tuple[int, list[Row]], by: str) -> None:
    places, rows = case
    with snapshot_of(rows, decimals=places) as snapshot:
        groups = {row[by]: row for row in found(forecast(snapshot, [by]))}
        parts = found(deals(snapshot, [by]))
    for value, group in groups.items():
        mine = [row["amount"] for row in parts if row[by] == value]
        assert sum(mine) == pytest.approx(float(group["amount"] or 0), rel=1e-9, abs=1e-6)
        if by != "sale_type":
            assert len(mine) == group["opportunities"]
