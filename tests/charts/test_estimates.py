"""Figures of estimates: what they find, that few are not drawn as if they were many."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import pytest

from oppkit import charts
from tests.charts.frames import AS_OF, EVIL
from tests.charts.test_figures import subtitle, ticks, title


def share(name: str, value: float, reach: float = 0.05) -> dict[str, Any]:
    """A share with its intervals, `reach` to either side."""
    low, high = max(0.0, value - reach), min(1.0, value + reach)
    return {
        name: value, f"{name}_low_95": low, f"{name}_low_80": low,
        f"{name}_high_80": high, f"{name}_high_95": high,
    }  # fmt: skip


def step(status: str, onward: float, won: float, few: bool = False) -> dict[str, Any]:
    return {
        "status": status, "entered": 1200, "left": 80, **share("onward", onward),
        **share("won", won), "lost": 0.3, "abandoned": 0.1, "undecided": 0.0, "few": few,
    }  # fmt: skip


def stay(status: str, days: Any, few: bool = False, high: Any = 90) -> dict[str, Any]:
    return {
        "status": status, "stays": 40, "left": 30, "days": days, "days_low_95": 50,
        "days_low_80": 55, "days_high_80": high, "days_high_95": high, "open": 3,
        "waiting": 20.5, "waiting_high": 28.0, "age": 120.0, "few": few,
    }  # fmt: skip


def rate(value: float, reach: float = 0.05, few: bool = False, **by: Any) -> dict[str, Any]:
    counts = {"opportunities": 100, "won": 20, "lost": 30, "abandoned": 5}
    return {**by, **counts, **share("rate", value, reach), "undecided": 0.0, "few": few}


def frame(*rows: dict[str, Any]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), dtype=object)


WAITING = frame({"status": "A", "days": 14, "opportunities": 1},
                {"status": "A", "days": 21, "opportunities": 4})  # fmt: skip


class TestFunnel:
    """What moves on, and is won."""

    def test_the_title_names_the_status_that_the_smallest_part_moves_on_from(self) -> None:
        rows = frame(step("A", 0.6, 0.2), step("B", 0.48, 0.4), step("C", 0.1, 0.1, few=True))
        figure = charts.funnel(rows, as_of=AS_OF, language="fr")
        assert title(figure) == (
            "L'étape la plus difficile : B, d'où 48 % (43 % à 53 %) passent à la suite"
        )
        assert subtitle(figure) == (
            "Intervalles à 95 %, opportunités ouvertes comptées · Situation au 18 mars 2026"
        )
        assert ticks(figure.layout.yaxis) == ["A", "B", "C"]

    def test_bars_have_their_intervals_and_say_them(self) -> None:
        onward, words, won, _ = charts.funnel(frame(step("A", 0.6, 0.2)), language="en").data
        assert (onward.x[0], won.x[0]) == (0.6, 0.2)
        assert (onward.error_x.array[0], onward.error_x.arrayminus[0]) == (0.05, 0.05)
        assert "60% (55% to 65%)" in words.text[0]

    def test_few_are_outlines_without_a_percentage_of_their_own(self) -> None:
        onward, words, *_ = charts.funnel(frame(step("A", 0.6, 0.2, few=True)), language="en").data
        assert "0.12" in onward.marker.color[0]
        assert "few: 55% to 65%" in words.text[0]
        assert "60%" not in words.text[0] + onward.hovertext[0]

    def test_only_few_conclude_nothing(self) -> None:
        figure = charts.funnel(frame(step("A", 0.6, 0.2, few=True)), language="en")
        assert title(figure) == "Too few have left to conclude: read the intervals"


class TestDurations:
    """Time in each status."""

    def test_the_title_names_the_longest(self) -> None:
        rows = frame(stay("A", 70), stay("B", 80), stay("C", 300, few=True))
        assert title(charts.durations(rows, language="fr")) == (
            "Le statut le plus long : B, 80 j (50 à 90) en médiane"
        )

    def test_an_unknown_median_is_not_drawn_and_an_open_interval_goes_on(self) -> None:
        rows = frame(stay("A", None, high=None), stay("B", 60, high=None))
        medians, words = charts.durations(rows, language="en").data
        assert list(medians.y) == [1]
        assert medians.error_x.array[0] == 0  # 60 is the last day drawn
        assert "–" in words.text[0]
        assert "60 d (50 or more)" in words.text[1]

    def test_open_ones_are_dots_below_the_larger_the_more_they_are(self) -> None:
        figure = charts.durations(frame(stay("A", 70)), WAITING, language="en")
        _, dots, _ = figure.data
        assert list(dots.x) == [14, 21]
        assert dots.marker.size[0] < dots.marker.size[1]
        assert all(0 < y < 0.5 for y in dots.y)


class TestCycle:
    """From opening to won."""

    def test_of_all(self) -> None:
        row = stay("", 300, high=400) | {"opportunities": 900, "won": 120}
        figure = charts.cycle(frame(row), language="fr")
        assert title(figure) == "De l'ouverture à la signature : 300 j (50 à 400) en médiane"
        assert ticks(figure.layout.yaxis) == ["Ensemble"]

    def test_the_longest_of_several(self) -> None:
        sizes = {0.0: 300, 15_000.0: 350, 90_000.0: 500}
        rows = [
            stay("", days, few=days == 500, high=days + 9)
            | {"opportunities": 90, "won": 12, "size": size, "days_low_95": days - 9}
            for size, days in sizes.items()
        ]
        figure = charts.cycle(frame(*rows), "size", language="en")
        assert title(figure) == (
            "The longest sales cycle: From €15k, 350 d (341 to 359) at the median"
        )
        assert list(figure.data[0].marker.symbol) == ["circle", "circle", "circle-open"]

    def test_a_difference_that_chance_may_explain(self) -> None:
        rows = [
            stay("", days, high=400) | {"opportunities": 90, "won": 12, "owner": owner}
            for owner, days in (("Ana", 300), ("Bo", 350))
        ]
        figure = charts.cycle(frame(*rows), "owner", language="en")
        assert title(figure) == "Between “Ana” and “Bo”, the difference may be chance"


class TestWinRates:
    """What part is won."""

    def test_a_difference_that_chance_does_not_explain(self) -> None:
        rows = frame(rate(0.2, owner="Bo"), rate(0.4, owner="Ana"), rate(0.9, owner=None))
        figure = charts.win_rates(rows, "owner", language="en")
        assert title(figure) == "Ana: 40% (35% to 45%) won; Bo: 20% (15% to 25%)"
        assert ticks(figure.layout.yaxis) == ["Ana", "Bo", "No owner"]

    def test_one_that_it_may_explain(self) -> None:
        rows = frame(rate(0.2, 0.1, owner="Bo"), rate(0.3, 0.1, owner="Ana"))
        assert title(charts.win_rates(rows, "owner", language="fr")) == (
            "Entre « Bo » et « Ana », l'écart peut tenir au hasard"
        )

    def test_few_come_last_and_prove_nothing(self) -> None:
        rows = frame(rate(0.9, 0.02, few=True, owner="Bo"), rate(0.3, owner="Ana"))
        figure = charts.win_rates(rows, "owner", language="en")
        assert title(figure) == "30% (25% to 35%) of the opportunities are won"
        assert ticks(figure.layout.yaxis) == ["Ana", "Bo"]

    @pytest.mark.parametrize(
        ("last", "said"),
        [(0.6, "The win rate is rising: "), (0.1, "The win rate is falling: "),
         (0.32, "No clear change of the win rate: ")],
    )  # fmt: skip
    def test_a_trend(self, last: float, said: str) -> None:
        quarters = [date(2025, 10, 1), date(2026, 1, 1), date(2026, 4, 1)]
        rows = frame(
            rate(0.3, decision_quarter=quarters[0]), rate(last, decision_quarter=quarters[1]),
            rate(0.9, few=True, decision_quarter=quarters[2]),
        )  # fmt: skip
        figure = charts.win_rates(rows, "decision_quarter", language="en")
        assert title(figure).startswith(said)
        assert "in Q1 2026" in title(figure)
        assert ticks(figure.layout.yaxis) == ["Q4 2025", "Q1 2026", "Q2 2026"]

    def test_sizes_are_named_by_where_they_begin(self) -> None:
        rows = frame(rate(0.3, size=0.0), rate(0.3, size=12_000.0), rate(0.3, size=None))
        figure = charts.win_rates(rows, "size", language="fr")
        assert ticks(figure.layout.yaxis) == [
            "À partir de 0 €",
            "À partir de 12 k€",
            "Sans montant",
        ]

    def test_the_most_frequent_values_are_shown(self) -> None:
        rows = frame(*(rate(0.3, owner=str(n)) | {"opportunities": n} for n in range(20)))
        figure = charts.win_rates(rows, "owner", top=3, language="en")
        assert sorted(ticks(figure.layout.yaxis)) == ["17", "18", "19"]


MAKERS: dict[str, Callable[[str, str], go.Figure]] = {
    "funnel": lambda name, tongue: charts.funnel(frame(step(name, 0.5, 0.2)), language=tongue),
    "durations": lambda name, tongue: charts.durations(
        frame(stay(name, 60)), WAITING.assign(status=name), language=tongue
    ),
    "cycle": lambda name, tongue: charts.cycle(
        frame(stay("", 60) | {"opportunities": 9, "won": 3, "owner": name}),
        "owner",
        language=tongue,
    ),
    "win_rates": lambda name, tongue: charts.win_rates(
        frame(rate(0.2, owner=name), rate(0.5, owner=f"{name}!")), "owner", language=tongue
    ),
}


@pytest.mark.parametrize("tongue", ["fr", "en"])
@pytest.mark.parametrize("name", MAKERS)
class TestAll:
    """What holds for each of them."""

    def test_names_are_no_markup(self, name: str, tongue: str) -> None:
        shown = json.dumps(MAKERS[name](EVIL, tongue).to_plotly_json(), default=str)
        assert "<img" not in shown
        assert "&lt;img" in shown

    def test_nothing_is_no_failure(self, name: str, tongue: str) -> None:
        empty: dict[str, Callable[[], go.Figure]] = {
            "funnel": lambda: charts.funnel(pd.DataFrame(), language=tongue),
            "durations": lambda: charts.durations(pd.DataFrame(), pd.DataFrame(), language=tongue),
            "cycle": lambda: charts.cycle(pd.DataFrame(), language=tongue),
            "win_rates": lambda: charts.win_rates(pd.DataFrame(), "owner", language=tongue),
        }
        told = {"fr": "L'historique ne raconte encore aucune opportunité",
                "en": "The history does not tell of any opportunity yet"}  # fmt: skip
        assert title(empty[name]()) == told[tongue]
