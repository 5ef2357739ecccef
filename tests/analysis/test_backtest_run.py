"""The replay: what methods see, what they are scored on, and a leak that is found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from oppkit.analysis.backtest import naive
from oppkit.analysis.backtest.actuals import open_at
from oppkit.analysis.backtest.forecasts import Forecast, grouped, scores
from oppkit.analysis.backtest.methods import Method, Outlook, naively, weighted
from oppkit.analysis.backtest.modelled import modelled
from oppkit.analysis.backtest.reliability import quality
from oppkit.analysis.backtest.run import run
from oppkit.analysis.backtest.status_rates import status_rates
from oppkit.analysis.backtest.windows import QUARTER, Window
from oppkit.analysis.distribution import Law
from oppkit.analysis.signing.panel import FOREVER, Closings, Panel, day_number
from tests.analysis.panels import Deal, company, ends, panel_of

ORIGINS = ends(date(2020, 1, 1), 24)
UNTIL = date(2021, 12, 31)
METHODS: Mapping[str, Method] = {
    "weighted": weighted, "status_rates": status_rates,
    **{name: naively(rule) for name, rule in naive.RULES.items()},
}  # fmt: skip


@pytest.fixture(scope="module")
def panel() -> Panel:
    return panel_of(company(24, 8.0), ORIGINS)


def said(forecasts: tuple[Forecast, ...]) -> list[tuple[object, ...]]:
    """What was forecast, without what came."""
    return [(one.method, one.pair, one.part, one.mean, one.p10, one.p50, one.p90)
            for one in forecasts]  # fmt: skip


class TestWeighted:
    """The weighted forecast as a law."""

    ORIGIN = date(2025, 1, 31)
    DEALS = (
        Deal(date(2025, 1, 1), 100, 0.5, date(2025, 2, 10), date(2025, 2, 20)),
        Deal(date(2025, 1, 1), 50, 0.2, date(2025, 3, 1), date(2025, 3, 9), "lost"),
        Deal(date(2025, 1, 1), 7, 0.9, date(2025, 1, 10)),  # overdue
        Deal(date(2025, 1, 1), 9, 0.9, None),
        Deal(date(2025, 2, 5), 30, 0.5, date(2025, 2, 25), date(2025, 2, 26)),  # not yet there
    )

    def rows(self) -> dict[tuple[object, str], Forecast]:
        made = run(panel_of(self.DEALS, [self.ORIGIN]), [self.ORIGIN], date(2026, 4, 30),
                   {"weighted": weighted}, (1, 2, QUARTER))  # fmt: skip
        return {(one.horizon, one.part): one for one in made.forecasts}

    def test_each_deal_in_the_month_in_which_it_is_expected(self) -> None:
        rows = self.rows()
        assert [rows[h, "all"].mean for h in (1, 2, QUARTER)] == pytest.approx([50, 10, 60])
        assert rows[1, "all"].first == date(2025, 2, 1)
        assert rows[QUARTER, "all"].last == date(2025, 4, 30)

    def test_new_business_counts_in_what_came_and_not_in_the_pipeline_alone(self) -> None:
        rows = self.rows()
        assert (rows[1, "all"].actual, rows[1, "pipeline"].actual) == (130, 100)
        assert rows[2, "all"].actual == 0

    def test_two_outcomes_by_hand(self) -> None:
        one = self.rows()[1, "pipeline"]  # 0 or 100, each with a half; 100 came
        assert (one.below, one.upto) == pytest.approx((0.5, 1.0))
        assert one.crps == pytest.approx(100 * 0.25)
        assert (one.p10, one.p90) == pytest.approx((0, 100))

    def test_chances_of_deals_and_what_became_of_them(self) -> None:
        made = run(panel_of(self.DEALS, [self.ORIGIN]), [self.ORIGIN], date(2026, 4, 30),
                   {"weighted": weighted}, (1, 2, QUARTER))  # fmt: skip
        found = {(c.question, c.horizon): c for c in made.chances}
        assert set(found) == {("won", None), ("signed", 1), ("signed", 2)}
        won = found["won", None]  # of the two that are decided
        assert (won.chance.tolist(), won.happened.tolist()) == ([0.5, 0.2], [1, 0])
        month = found["signed", 1]  # the one without a date has no chance in time
        assert (month.chance.tolist(), month.happened.tolist()) == ([0.5, 0, 0.9], [1, 0, 0])
        assert found["signed", 2].chance.tolist() == [0.5, 0.2, 0.9]


class TestStatusRates:
    """Shares that were won."""

    def test_of_the_deals_seen_in_each_status_before(self) -> None:
        deals = [
            *[Deal(date(2025, 1, 1), closed=date(2025, 2, 5), status="proposal")] * 30,
            *[Deal(date(2025, 1, 1), closed=date(2025, 2, 5), status="qualified",
                   outcome="lost")] * 30,
            Deal(date(2025, 1, 1), 100, expected=date(2025, 3, 5), status="proposal"),
            Deal(date(2025, 1, 1), 100, expected=date(2025, 3, 5), status="qualified"),
            Deal(date(2025, 1, 1), 100, expected=date(2025, 3, 5), status="new"),
        ]  # fmt: skip
        panel = panel_of(deals, [date(2025, 1, 31), date(2025, 2, 28)])
        outlook = status_rates(panel, date(2025, 2, 28))
        assert outlook.won is not None
        proposal, qualified, new = outlook.won.tolist()
        assert (proposal, qualified, new) == pytest.approx((1, 0, 0.5), abs=0.05)
        assert outlook.about["closed"] == 60

    def test_as_entered_where_nothing_is_decided(self) -> None:
        panel = panel_of([Deal(date(2025, 1, 1), probability=0.3)], [date(2025, 1, 31)])
        outlook = status_rates(panel, date(2025, 1, 31))
        assert outlook.won is not None
        assert outlook.won.tolist() == [0.3]


class TestRun:
    """All methods alike."""

    def test_a_table_of_methods_and_horizons(self, panel: Panel) -> None:
        seen: list[tuple[int, int]] = []
        made = run(panel, ORIGINS[6:], UNTIL, METHODS, (1, 3, QUARTER),
                   progress=lambda done, of: seen.append((done, of)))  # fmt: skip
        groups = grouped(made.forecasts)
        assert {key[0] for key in groups} == set(METHODS)
        assert {key[0] for key in groups if key[1] == "pipeline"} == {"weighted", "status_rates"}
        row = scores(groups["mean_3", "all", 1])
        assert row["forecasts"] == 17  # from July 2020 to November 2021
        assert row["wape"] > 0
        assert seen[-1] == (18 * 5, 18 * 5)
        assert [done for done, _ in seen] == list(range(1, 91))

    def test_every_method_is_scored_on_the_same_actuals(self, panel: Panel) -> None:
        made = run(panel, ORIGINS[12:], UNTIL, METHODS, (1, 2))
        actuals: dict[object, set[float]] = {}
        for one in made.forecasts:
            actuals.setdefault((one.pair, one.part), set()).add(one.actual)
        assert all(len(values) == 1 for values in actuals.values())

    def test_an_oracle_has_no_loss_and_a_fixed_law_its_own(self, panel: Panel) -> None:
        """The scores of a run are those of the laws: sure of the right amount, and of nothing."""
        won = panel.closings.outcome == "won"
        days, amounts = panel.closings.day[won], panel.closings.amount[won]

        def oracle(known: Panel, origin: date) -> Outlook:
            def law(window: Window, part: str) -> Law | None:
                there = (days >= day_number(window.first)) & (days <= day_number(window.last))
                return Law.certain(float(amounts[there].sum())) if part == "all" else None

            return Outlook(law)

        def nothing(known: Panel, origin: date) -> Outlook:
            return Outlook(lambda window, part: Law.certain(0.0))

        made = run(panel, ORIGINS[6:], UNTIL, {"oracle": oracle, "nothing": nothing}, (1, 2))
        groups = grouped(made.forecasts)
        right = scores(groups["oracle", "all", 1])
        assert [right[name] for name in ("wape", "crps", "cov80")] == pytest.approx([0, 0, 1])
        wrong = scores(groups["nothing", "all", 1])
        assert [wrong[name] for name in ("wape", "bias", "crps")] == pytest.approx([1, -1, 1])

    def test_wins_that_were_taken_back_did_not_come(self) -> None:
        deal = Deal(date(2025, 1, 1), 100, closed=date(2025, 2, 10))
        made = panel_of([deal], [date(2025, 1, 31)])
        closings = Closings(
            **{**vars(made.closings), "until": np.array([day_number(date(2025, 3, 1))])}
        )
        for until, actual in ((date(2025, 2, 28), 100.0), (date(2025, 3, 31), 0.0)):
            [row, _] = run(replace(made, closings=closings), [date(2025, 1, 31)], until,
                           {"weighted": weighted}, (1,)).forecasts  # fmt: skip
            assert row.actual == actual


def blurred(panel: Panel, after: date) -> Panel:
    """The same until a day, and another future: what was known later is gone or upside down."""
    day = day_number(after)
    kept = panel.at(panel.origin < len([origin for origin in panel.origins if origin <= after]))
    later = panel.closings.known > day
    closings = panel.closings
    outcome = np.where(later & (closings.outcome == "won"), "lost", closings.outcome)
    changed = replace(
        closings, outcome=outcome, amount=np.where(later, closings.amount * 7, closings.amount),
        until=np.where(closings.until > day, FOREVER, closings.until),
    )  # fmt: skip
    return replace(kept, closings=changed)


def with_later_origins(changed: Panel, panel: Panel) -> Panel:
    """The rows of a changed panel, which still names the origins that it knew."""
    return replace(changed, origins=panel.origins)


class TestLeaks:
    """Nothing that was known after an origin changes what is said at it."""

    ORIGIN = ORIGINS[14]

    def both(self, panel: Panel, methods: Mapping[str, Method]) -> list[list[tuple[object, ...]]]:
        return [said(run(one, [self.ORIGIN], UNTIL, methods, (1, 2, 3)).forecasts)
                for one in (panel, blurred(panel, self.ORIGIN))]  # fmt: skip

    def test_no_method_sees_what_came_later(self, panel: Panel) -> None:
        as_it_was, with_another_future = self.both(panel, METHODS)
        assert as_it_was == with_another_future

    def test_the_model_does_not_either(self, panel: Panel) -> None:
        as_it_was, with_another_future = (
            said(run(one, ORIGINS[12:15], UNTIL, {"model": modelled()}, (1, 2, 3)).forecasts)
            for one in (panel, with_later_origins(blurred(panel, self.ORIGIN), panel))
        )
        assert as_it_was == with_another_future

    def test_a_planted_leak_is_found(self, panel: Panel) -> None:
        def peeking(of: Panel) -> Method:
            return lambda known, origin: naively(naive.mean_3)(of, UNTIL)

        honest, told = (
            said(run(one, [self.ORIGIN], UNTIL, {"peeking": peeking(one)}, (1, 2, 3)).forecasts)
            for one in (panel, blurred(panel, self.ORIGIN))
        )
        assert honest != told

    def test_what_a_method_is_given_ends_at_the_origin(self, panel: Panel) -> None:
        given: dict[date, Panel] = {}

        def spy(known: Panel, origin: date) -> Outlook:
            given[origin] = known
            return Outlook(lambda window, part: None)

        run(panel, ORIGINS[10:13], UNTIL, {"spy": spy})
        for origin, known in given.items():
            assert known.origins[-1] == origin
            assert int(known.closings.known.max()) <= day_number(origin)
            assert set(known.closings.until.tolist()) <= {FOREVER}
            assert len(open_at(known, origin)) > 0


class TestModel:
    """The signing model as a method."""

    def test_new_business_comes_on_top_of_the_pipeline(self, panel: Panel) -> None:
        made = run(panel, ORIGINS[14:18], UNTIL, {"model": modelled()}, (1, 3, QUARTER))
        said = {(one.pair, one.part): one for one in made.forecasts}
        for pair in {one.pair for one in made.forecasts}:
            assert said[pair, "all"].mean > said[pair, "pipeline"].mean > 0
            assert said[pair, "all"].actual >= said[pair, "pipeline"].actual
        assert (
            made.about["model", ORIGINS[17]]["closed"] > made.about["model", ORIGINS[14]]["closed"]
        )

    def test_its_chances_are_better_than_what_was_entered(self, panel: Panel) -> None:
        methods = {"model": modelled(), "weighted": weighted}
        made = run(panel, ORIGINS[9:14], UNTIL, methods, (3,), ("all",))
        found = {(one.method, one.question): quality(one) for one in made.chances}
        for question in ("won", "signed"):
            model, entered = (found[name, question] for name in ("model", "weighted"))
            assert model["log_loss"] < entered["log_loss"]
            assert model["calibration_error"] < entered["calibration_error"]
            assert model["cases"] == entered["cases"]


def test_chances_over_origins_are_judged_together(panel: Panel) -> None:
    made = run(panel, ORIGINS[6:20], UNTIL, {"weighted": weighted}, (3,))
    of_a_year_ago = {int(deal) for origin in ORIGINS[6:12]
                     for deal in open_at(panel, origin).deal}  # fmt: skip
    [won] = [one for one in made.chances if one.question == "won"]
    assert set(won.deal.tolist()) <= of_a_year_ago
    [row] = [quality(one) for one in made.chances if one.question == "won"]
    assert row["chance"] == pytest.approx(0.6)
    assert row["share"] == pytest.approx(1 / 3, abs=0.12)
    assert row["log_loss"] > row["log_loss_base"]
