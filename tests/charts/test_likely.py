"""Figures of what is likely: bands, the hill and its target, what if, and who decides."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from oppkit import charts
from oppkit.charts import bands
from tests.charts.frames import AS_OF, EVIL, frame
from tests.charts.test_figures import subtitle, ticks, title


def likely(month: int, median: Any, **more: Any) -> dict[str, Any]:
    """A row of a distribution in 2026: P10 at the half, P90 at one and a half of the median."""
    median = Decimal(median)
    return {
        "month": pd.Timestamp(2026, month, 1), "weighted_amount": median * 2, "mean": median,
        "p10": median / 2, "p50": median, "p90": median * 3 / 2, **more,
    }  # fmt: skip


ROWS = frame(likely(3, 100_000), likely(4, 400_000), likely(6, 200_000))


class TestBands:
    """Quantile columns in pairs."""

    def test_the_widest_comes_first(self) -> None:
        columns = ["p90", "month", "p5", "p50", "p10", "p95", "p2.5", "p97.5", "price"]
        assert list(bands.quantiles(columns)) == [2.5, 5, 10, 50, 90, 95, 97.5]
        pairs = bands.pairs(columns)
        assert pairs == [("p2.5", "p97.5"), ("p5", "p95"), ("p10", "p90")]
        assert [bands.chance_of(pair) for pair in pairs] == [0.95, 0.9, 0.8]
        assert bands.band_name(pairs[0], "en") == "P2.5 to P97.5 (95%)"


class TestFan:
    """A band for each period."""

    def test_the_title_tells_of_the_first_period_that_is_still_to_come(self) -> None:
        french = charts.fan(ROWS, as_of=AS_OF, language="fr")
        assert title(french) == (
            "En avril 2026 : 400 k€ en médiane, de 200 k€ à 600 k€ avec 80 % de chances"
        )
        assert subtitle(french) == "Chaque période pour elle-même · Situation au 18 mars 2026"
        assert title(charts.fan(ROWS, language="en")) == (
            "In March 2026: €100k at the median, €50k to €150k with a chance of 80%"
        )

    def test_bands_medians_and_what_was_entered(self) -> None:
        box, median, entered = charts.fan(ROWS, language="en").data
        assert list(box.base) == [50_000, 200_000, 0, 100_000]  # May has none and keeps its place
        assert list(box.y) == [100_000, 400_000, 0, 200_000]
        wanted = [100_000, 400_000, None, 200_000]
        assert list(median.y) == wanted
        assert list(entered.y) == [None if value is None else 2 * value for value in wanted]
        assert "P90" in box.hovertext[0]
        assert "€150,000" in box.hovertext[0]

    def test_a_figure_stands_above_a_low_median_and_below_others(self) -> None:
        rows = frame(likely(3, 400_000), likely(4, 20_000))
        assert list(charts.fan(rows, language="en").data[1].textposition) == [
            "bottom center", "top center",
        ]  # fmt: skip

    def test_more_quantiles_make_more_bands(self) -> None:
        rows = frame(likely(3, 100, p5=10, p95=200))
        wide, narrow, *_ = charts.fan(rows, language="en").data
        assert (wide.base[0], wide.y[0], narrow.base[0], narrow.y[0]) == (10, 190, 50, 100)
        assert wide.width > narrow.width
        assert title(charts.fan(rows, language="en")).endswith("€10 to €200 with a chance of 90%")

    def test_what_was_won_and_the_target_are_lines(self) -> None:
        pace = pd.DataFrame({
            "month": [pd.Timestamp(2026, 2, 1), pd.Timestamp(2026, 3, 1)],
            "won": [Decimal(70_000), Decimal(20_000)], "target": [None, Decimal(900_000)],
        })  # fmt: skip
        figure = charts.fan(ROWS, actual=pace, target=pace, language="en")
        *_, won, target = figure.data
        assert list(won.y) == [70_000, 20_000, None, None, None]
        assert list(target.y) == [None, 900_000, None, None, None]
        assert figure.layout.yaxis.range[1] >= 900_000
        assert ticks(figure.layout.xaxis)[0] == "Feb<br>2026"

    def test_undated_amounts_have_no_place_and_nothing_is_said_to_be_nothing(self) -> None:
        rows = pd.concat([ROWS, frame(likely(3, 5) | {"month": None})])
        assert len(charts.fan(rows, language="en").data[0].y) == 4
        nothing = frame(likely(3, 0))
        assert title(charts.fan(nothing, language="fr")) == "Aucune signature n'est probable"


def hill(top: float = 1e-6) -> tuple[list[float], list[float]]:
    """A triangle from 0 to two million."""
    return [0.0, 1e6, 2e6], [0.0, top, 0.0]


class TestDensity:
    """How likely each amount is."""

    def test_the_title_says_the_chance_of_the_target(self) -> None:
        figure = charts.density(
            hill(), target=Decimal(1_500_000), chance=0.125, begins=date(2026, 10, 1),
            as_of=AS_OF, language="fr",
        )  # fmt: skip
        assert title(figure) == "13 % de chances d'atteindre 1,5 M€ au T4 2026"
        assert subtitle(figure) == "Situation au 18 mars 2026"
        english = charts.density(hill(), target=1e6, chance=0.5, language="en")
        assert title(english) == "50% chance of reaching €1.0M"

    def test_what_reaches_the_target_has_a_colour_of_its_own(self) -> None:
        whole, reached, line = charts.density(hill(), target=1.5e6, chance=0.1, language="en").data
        assert list(whole.y) == [0, 1, 0]  # the hill is as high as the figure
        assert list(reached.x) == [1.5e6, 2e6]
        assert list(reached.y) == [0.5, 0]
        assert list(line.x) == [1.5e6, 1.5e6]

    def test_quantiles_and_the_mean_stand_on_the_hill(self) -> None:
        figure = charts.density(
            hill(), quantiles={90: 1.5e6, 10: 0.5e6, 50: 1e6}, mean=1.2e6, language="en"
        )
        _, marks, mean = figure.data
        assert list(marks.x) == [0.5e6, 1e6, 1.5e6]
        assert list(marks.y) == [0.5, 1, 0.5]
        assert list(mean.y) == [0.8]
        assert "€1,500,000" in marks.hovertext[2]
        assert title(figure) == "80% chance of €500k to €1.5M"

    def test_a_target_beyond_everything_is_on_the_page(self) -> None:
        figure = charts.density(hill(), target=9e6, chance=0.0, language="en")
        assert figure.layout.xaxis.range[1] >= 9e6

    def test_what_is_certain_is_no_failure(self) -> None:
        figure = charts.density(([5.0], [np.inf]), target=3, chance=1.0, language="en")
        assert title(figure) == "100% chance of reaching €3"
        assert "Infinity" not in figure.to_json()


def case(name: str, median: Any, chance: Any = None) -> dict[str, Any]:
    return {"scenario": name} | likely(3, median, chance=chance)


class TestScenarios:
    """What if."""

    def test_the_title_names_what_changes_the_chance_most(self) -> None:
        rows = frame(case("Base", 900_000, 0.42), case("Later", 800_000, 0.11),
                     case("Better", 1_000_000, 0.47))  # fmt: skip
        figure = charts.scenarios(rows, target=1_100_000, language="fr")
        assert title(figure) == "« Later » : de 42 % à 11 % de chances d'atteindre 1,1 M€"
        assert ticks(figure.layout.yaxis) == ["Base", "Later", "Better"]
        box, median, target, words = figure.data
        assert list(median.x) == [900_000, 800_000, 1_000_000]
        assert list(box.base) == [450_000, 400_000, 500_000]
        assert list(target.x) == [1_100_000] * 2
        assert "11" in words.text[1]

    def test_without_a_target_it_is_the_median(self) -> None:
        rows = frame(case("Base", 900_000), case("Later", 800_000), case("Much", 2_000_000))
        assert title(charts.scenarios(rows, language="en")) == (
            "“Much”: the median goes from €900k to €2.0M"
        )

    def test_the_base_alone_is_no_finding(self) -> None:
        assert title(charts.scenarios(frame(case("Base", 1)), language="en")).startswith("The base")


def deal(name: str, share: float, won: Any = None, lost: Any = None) -> dict[str, Any]:
    return {
        "code": "OPP-1", "name": name, "amount": Decimal(300_000), "chance": 0.6, "share": share,
        "chance_won": won, "chance_lost": lost,
    }  # fmt: skip


class TestContributions:
    """Who decides."""

    def test_without_a_target_the_shares_of_the_variance(self) -> None:
        rows = frame(deal("Small", 0.05), deal("Large", 0.31))
        figure = charts.contributions(rows, language="en")
        assert title(figure) == "“Large” makes 31% of the uncertainty"
        bars, words = figure.data
        assert list(bars.x) == [0.31, 0.05]
        assert "€300k at 60% · 31% of the uncertainty" in words.text[0]

    def test_with_one_the_chances_if_won_and_if_lost(self) -> None:
        rows = frame(deal("Large", 0.31, 0.5, 0.4), deal("Decisive", 0.2, 0.61, 0.21))
        figure = charts.contributions(rows, target=1_100_000, as_of=AS_OF, language="fr")
        assert title(figure) == "« Decisive » gagnée : 61 % de chances ; perdue : 21 %"
        assert subtitle(figure) == "Chances d'atteindre 1,1 M€ · Situation au 18 mars 2026"
        line, lost, won, _ = figure.data
        assert list(lost.x) == [0.4, 0.21]
        assert list(won.x) == [0.5, 0.61]
        assert list(line.x) == [0.4, 0.5, None, 0.21, 0.61, None]

    def test_high_chances_are_not_pressed_together(self) -> None:
        low = charts.contributions(frame(deal("A", 0.3, 0.5, 0.1)), target=5, language="en")
        high = charts.contributions(frame(deal("A", 0.3, 0.92, 0.68)), target=5, language="en")
        assert low.layout.xaxis.range[0] == 0
        assert high.layout.xaxis.range[0] == pytest.approx(0.6)
        assert ticks(high.layout.xaxis)[:2] == ["60%", "65%"]

    def test_the_largest_ones_only(self) -> None:
        rows = frame(*(deal(str(place), place / 100) for place in range(20)))
        assert len(charts.contributions(rows, top=5, language="en").data[0].x) == 5


MAKERS: dict[str, Callable[[str, str], go.Figure]] = {
    "scenarios": lambda name, tongue: charts.scenarios(
        frame(case(name, 5, 0.1), case(f"{name}!", 9, 0.9)), target=7, language=tongue
    ),
    "contributions": lambda name, tongue: charts.contributions(
        frame(deal(name, 0.3, 0.5, 0.4)), target=7, language=tongue
    ),
}
EMPTY: dict[str, Callable[[str], go.Figure]] = {
    "fan": lambda tongue: charts.fan(pd.DataFrame(columns=["month", "p50"]), language=tongue),
    "density": lambda tongue: charts.density(([], []), language=tongue),
    "scenarios": lambda tongue: charts.scenarios(
        pd.DataFrame(columns=["scenario", "p50"]), language=tongue
    ),
    "contributions": lambda tongue: charts.contributions(
        pd.DataFrame(columns=["share", "name"]), target=5, language=tongue
    ),
}


@pytest.mark.parametrize("tongue", ["fr", "en"])
class TestAll:
    """What holds for each of them."""

    @pytest.mark.parametrize("name", MAKERS)
    def test_names_are_no_markup(self, name: str, tongue: str) -> None:
        shown = json.dumps(MAKERS[name](EVIL, tongue).to_plotly_json(), default=str)
        assert "<img" not in shown
        assert "&lt;img" in shown

    @pytest.mark.parametrize("name", EMPTY)
    def test_nothing_is_no_failure(self, name: str, tongue: str) -> None:
        assert title(EMPTY[name](tongue))
