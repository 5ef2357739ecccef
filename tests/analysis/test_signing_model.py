"""The model of a day: what it says, what each stage does to it, and that it knows nothing later."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest

from oppkit.analysis.signing import Forecaster, Model, Panel, Stages, fit
from oppkit.analysis.signing.months import same_days
from oppkit.analysis.signing.panel import FOREVER, Closings, day_number
from tests.analysis.companies import DEFAULTS, Made, made, panel_of
from tests.analysis.lives_of_deals import months, simulated

DAY = date(2026, 3, 15)


@pytest.fixture(scope="module")
def company() -> Made:
    return made(300, 11, date(2026, 9, 15))


@pytest.fixture(scope="module")
def model(company: Made) -> Model:
    return fit(company.panel, DAY, months=6, prior=DEFAULTS)


def said(model: Model) -> list[Any]:
    """All that it says, as numbers."""
    return [
        model.chances.tolist(), model.won.tolist(), model.newcomers.rates.tolist(),
        model.deviation, model.shift, model.correlation, model.closed,
    ]  # fmt: skip


def test_it_says_something_of_every_open_deal_and_month(company: Made, model: Model) -> None:
    known = company.panel.before(DAY)
    open_now = known.at(known.origin == len(known.origins) - 1)
    assert model.deals.tolist() == open_now.deal.tolist()
    assert model.chances.shape == (len(open_now), 7)
    assert [day.isoformat() for day in model.months[:2]] == ["2026-03-01", "2026-04-01"]
    assert (model.chances >= 0).all()
    assert (model.chances.sum(axis=1) <= model.won + 1e-9).all()
    assert (model.won < 1).all()


def test_the_law_of_a_window_has_the_mean_of_its_parts(model: Model) -> None:
    first, last = date(2026, 4, 1), date(2026, 6, 30)
    chance = model.within(first, last)
    assert chance == pytest.approx(model.chances[:, 1:4].sum(axis=1))
    pipeline, everything = (model.law(first, last, arrivals) for arrivals in (False, True))
    level = np.exp(model.shift)
    assert pipeline.mean == pytest.approx(level * model.amounts @ chance)
    coming = sum(one.mean for one in model.arrivals[1:4] if one is not None)
    assert everything.mean == pytest.approx(pipeline.mean + level * coming)
    assert everything.sd > pipeline.sd > 0


def test_further_ahead_the_market_moves_more(model: Model) -> None:
    loadings = [one.loading for one in model.arrivals if one is not None]
    assert len(loadings) >= 6
    assert loadings == sorted(loadings)
    assert loadings[0] < loadings[-1]


def test_beyond_its_months_it_says_nothing(model: Model) -> None:
    for first, last in ((date(2026, 2, 1), date(2026, 4, 30)), (DAY, date(2026, 10, 1))):
        with pytest.raises(ValueError, match="beyond the months"):
            model.law(first, last)


def test_a_day_must_be_an_origin(company: Made) -> None:
    with pytest.raises(ValueError, match="no origin 2026-03-16"):
        fit(company.panel, date(2026, 3, 16))


def test_each_stage_changes_something(company: Made, model: Model) -> None:
    whole = said(model)
    for stage in ("shrunk", "regression", "time", "arrivals", "factor", "recalibration"):
        stages = replace(Stages(), **{stage: False})
        assert stage not in stages.on
        without = fit(company.panel, DAY, months=6, stages=stages, prior=DEFAULTS)
        assert said(without) != whole, stage
        assert without.stages == stages


def test_without_time_a_deal_is_signed_in_the_month_in_which_it_is_expected(company: Made) -> None:
    model = fit(company.panel, DAY, months=6, stages=Stages(time=False), prior=DEFAULTS)
    assert ((model.chances > 0).sum(axis=1) <= 1).all()
    expected = np.nan_to_num(model.rows.expected, nan=-1)
    april = (expected >= day_number(date(2026, 4, 1))) & (expected <= day_number(date(2026, 4, 30)))
    assert model.chances[april, 1] == pytest.approx(model.won[april])


def test_without_arrivals_nobody_comes(company: Made) -> None:
    model = fit(company.panel, DAY, months=6, stages=Stages(arrivals=False), prior=DEFAULTS)
    assert model.arrivals == (None,) * 7


def test_without_factor_deals_are_independent(company: Made) -> None:
    stages = Stages(factor=False, recalibration=False)
    model = fit(company.panel, DAY, months=6, stages=stages, prior=DEFAULTS)
    assert (model.correlation, model.deviation, model.shift) == (0.0, 0.0, 0.0)
    law = model.law(date(2026, 4, 1), date(2026, 4, 30), arrivals=False)
    p, amount = model.chances[:, 1], model.amounts
    assert law.sd**2 == pytest.approx(amount**2 @ (p * (1 - p)), rel=1e-6)


def with_a_future(panel: Panel) -> Panel:
    """The same with other things after the day: everyone wins at once, for a million."""
    later = panel.origin >= panel.origins.index(DAY) + 1
    rows = {
        name: getattr(panel, name).copy() for name in ("status", "probability", "amount", "pushes")
    }
    rows["status"][later], rows["probability"][later] = "signing", 1.0
    rows["amount"][later], rows["pushes"][later] = 1e6, 0
    was = panel.closings
    known = was.known <= day_number(DAY)
    kept = {name: getattr(was, name)[known] for name in Closings.__dataclass_fields__}
    deals = np.unique(panel.deal)
    tomorrow = np.full(len(deals), day_number(DAY) + 1)
    future = {
        "deal": deals, "outcome": np.full(len(deals), "won", object), "day": tomorrow - 30,
        "known": tomorrow, "until": np.full(len(deals), FOREVER),
        "amount": np.full(len(deals), 1e6), "opened": tomorrow - 60,
        "owner": np.zeros(len(deals), int), "customer": np.zeros(len(deals), int),
        "recorded": np.ones(len(deals), bool),
    }  # fmt: skip
    for name in ("establishment", "sector", "family", "subfamily", "origin_type"):
        future[name] = np.full(len(deals), None, object)
    columns = {name: np.concatenate([kept[name], future[name]]) for name in kept}
    order = np.lexsort((columns["known"], columns["deal"]))
    closings = Closings.of({name: column[order] for name, column in columns.items()})
    return replace(panel, closings=closings, **rows)


def test_nothing_that_was_known_later_is_used(company: Made, model: Model) -> None:
    planted = with_a_future(company.panel)
    assert len(planted.closings) > len(company.panel.closings)
    assert said(fit(planted, DAY, months=6, prior=DEFAULTS)) == said(model)


def test_planting_something_that_was_known_is_seen(company: Made, model: Model) -> None:
    """That the test above would see it: the same things a month earlier change what is said."""
    planted = with_a_future(company.panel)
    earlier = replace(planted.closings, known=planted.closings.known - 31)
    changed = fit(replace(planted, closings=earlier), DAY, months=6, prior=DEFAULTS)
    assert said(changed) != said(model)


def told_apart(whole: Panel, cut: Panel) -> list[str]:
    """Columns in which what was known on the last day differs from what was known then."""
    names = [name for name in Panel.__dataclass_fields__ if name not in ("origins", "closings")]
    before = whole.before(cut.origins[-1])
    differ = [name for name in names if not _same(getattr(before, name), getattr(cut, name))]
    return differ + [
        f"closings.{name}" for name in Closings.__dataclass_fields__
        if not _same(getattr(before.closings, name), getattr(cut.closings, name))
    ]  # fmt: skip


def _same(one: np.ndarray[Any, Any], other: np.ndarray[Any, Any]) -> bool:
    return one.tolist() == other.tolist() or bool(
        one.dtype.kind == "f" and len(one) == len(other) and np.array_equal(one, other, True)
    )


def test_a_field_that_leaks_is_caught() -> None:
    """A history cut off at the day tells the same of it, but for a field that knows the future."""
    from oppkit import demo
    from oppkit.demo.company import company as generated
    from oppkit.demo.truth import Truth

    tables = generated(150, Truth(demo.TODAY), 3).tables
    days = same_days(date(2026, 8, 31), 20)
    day = date(2026, 3, 31)
    until = [one for one in days if one <= day]
    whole, cut = panel_of(tables, days), panel_of(cut_off(tables, day), until)
    assert told_apart(whole, cut) == []
    final = dict(zip(whole.closings.deal, whole.closings.amount, strict=True))
    leaking = np.array([final.get(deal, amount) for deal, amount in zip(whole.deal, whole.amount,
                                                                        strict=True)])  # fmt: skip
    assert told_apart(replace(whole, amount=leaking), cut) == ["amount"]
    won = set(whole.closings.deal[whole.closings.outcome == "won"].tolist())
    probability = np.where([deal in won for deal in whole.deal], 0.99, whole.probability)
    assert told_apart(replace(whole, probability=probability), cut) == ["probability"]


def cut_off(tables: dict[str, Any], day: date) -> dict[str, Any]:
    """The history as it was at the end of a day."""
    import duckdb

    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        connection.register("version", tables["opportunity_version"])
        cut = connection.sql(
            """
            select * replace (
                case when valid_to < $1 + interval 1 day then valid_to end as valid_to,
                case when valid_to < $1 + interval 1 day then deleted_by end as deleted_by)
            from version where valid_from < $1 + interval 1 day""",
            params=[day],
        ).to_arrow_table()
        return {**tables, "opportunity_version": cut}


def test_what_is_said_of_one_day_is_the_same_whatever_was_asked_before(company: Made) -> None:
    forecaster = Forecaster(prior=DEFAULTS)
    for day in company.panel.origins[20:26]:
        forecaster.fit(company.panel, day, months=6)
    again, alone = (
        one.fit(company.panel, company.panel.origins[20], months=6)
        for one in (forecaster, Forecaster(prior=DEFAULTS))
    )
    assert again.chances.tolist() == alone.chances.tolist()
    assert again.deviation == pytest.approx(alone.deviation, rel=0.1)


def test_deals_known_by_their_dates_only() -> None:
    """No status, no probability, no amount: the amounts are those of what was signed."""
    rng = np.random.default_rng(20)
    whole = simulated(rng, months(date(2024, 1, 1), 20), 30, {"proposal": (0.15, 0.1)}, 700.0)
    bare = Panel.of(
        whole.origins,
        {"origin": whole.origin, "deal": whole.deal, "opened": whole.opened,
         "recorded": np.zeros(len(whole), bool)},
        {name: getattr(whole.closings, name) for name in ("deal", "outcome", "day", "amount")}
        | {"recorded": np.zeros(len(whole.closings), bool)},
    )  # fmt: skip
    model = fit(bare, whole.origins[-1])
    assert model.amounts.tolist() == [700.0] * len(model.amounts)
    assert model.chances[:, 1].mean() == pytest.approx(0.15, rel=0.25)
    law = model.law(date(2025, 9, 1), date(2025, 9, 30))
    assert law.mean > 700 * model.chances[:, 1].sum() * np.exp(model.shift) * 0.999


def test_the_first_closed_deal_is_enough() -> None:
    panel = simulated(np.random.default_rng(21), months(date(2026, 1, 1), 3), 4,
                      {"proposal": (0.1, 0.1)})  # fmt: skip
    first = panel.closings.at(np.arange(len(panel.closings)) < 1)
    model = fit(replace(panel, closings=first), panel.origins[-1], prior=DEFAULTS)
    assert model.closed == 1
    assert model.prior >= 10 / 11
    assert model.won.min() > 0


def test_an_empty_pipeline() -> None:
    panel = Panel.of([DAY], {"origin": [], "deal": []}, {"deal": [], "outcome": [], "day": []})
    model = fit(panel, DAY)
    assert model.chances.shape == (0, 13)
    assert model.law(date(2026, 4, 1), date(2026, 4, 30)).mean == 0
