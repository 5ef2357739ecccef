"""Figures of a backtest: methods side by side, intervals and chances beside what came."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import pytest

from oppkit import charts
from tests.charts.frames import AS_OF, EVIL, frame
from tests.charts.test_estimates import share
from tests.charts.test_figures import subtitle, ticks, title
from tests.charts.test_tables import plain


def score(
    method: str, wape: float, crps: float, horizon: Any = "months", **more: Any
) -> dict[str, Any]:
    return {
        "method": method, "horizon": horizon, "part": "all", "forecasts": 105, "actual": 5e6,
        "wape": wape, "bias": -0.04, "crps": crps, "cov80": 0.77, "cov90": 0.9, "width80": 1.2,
        "skill": None, "pit_low": 0.1, "pit_high": 0.12, **more,
    }  # fmt: skip


SCORES = frame(
    score("model", 0.41, 0.28, skill=0.3), score("mean_3", 0.49, 0.4),
    score("last_year", 1.55, 1.4, forecasts=66), score("model", 0.2, 0.1, "quarter"),
    score("model", 0.6, 0.5, part="pipeline"),
)  # fmt: skip


class TestScores:
    """How far off each method was."""

    def test_bars_of_one_horizon_and_all_that_was_signed(self) -> None:
        figure = charts.scores(SCORES, as_of=AS_OF, language="fr")
        error, crps, words = figure.data
        assert list(error.x) == [0.41, 0.49, 1.55]
        assert list(crps.x) == [0.28, 0.4, 1.4]
        assert "77" in words.text[0]
        assert ticks(figure.layout.yaxis) == [
            "Modèle", "Moyenne des 3 derniers mois",
            "Même mois, année précédente<br>(66 prévisions seulement)",
        ]  # fmt: skip
        assert subtitle(figure) == (
            "Tous les mois · en part de ce qui a été signé, le moins est le mieux"
            " · Situation au 18 mars 2026"
        )

    def test_the_title_is_the_finding_or_the_best_method(self) -> None:
        assert title(charts.scores(SCORES, language="en")) == (
            "The best score is that of the model: off by 41%, CRPS 28%"
        )
        told = charts.scores(SCORES, finding=f"{EVIL} does better.", language="en")
        assert "<img" not in told.to_json()
        assert title(told).endswith("does better")

    def test_another_horizon_or_the_pipeline_alone(self) -> None:
        assert list(charts.scores(SCORES, "quarter", language="en").data[0].x) == [0.2]
        assert list(charts.scores(SCORES, part="pipeline", language="en").data[0].x) == [0.6]

    def test_the_same_as_a_table(self) -> None:
        head, *rows, note = plain(charts.scoreboard(SCORES, language="en"))
        assert head[:6] == ["Horizon", "Method", "No.", "Error", "Bias", "CRPS"]
        assert rows[0] == [
            "All months", "Model", "105", "41%", "-4%", "28%", "30%", "77%", "120%", "10%", "12%",
        ]  # fmt: skip
        assert [row[0] for row in rows] == ["All months"] * 3 + ["The three months ahead"]
        assert rows[1][6] == "–"
        assert "10% below" in note[0]
        assert len(plain(charts.scoreboard(SCORES, method="mean_3", language="fr"))) == 3


def forecast(month: int, actual: float, method: str = "model", **more: Any) -> dict[str, Any]:
    return {
        "origin": date(2025, month, 28), "horizon": 1, "first": date(2025, month + 1, 1),
        "method": method, "part": "all", "p10": 100_000.0, "p50": 200_000.0, "p90": 300_000.0,
        "actual": actual, **more,
    }  # fmt: skip


class TestCoverage:
    """Month by month."""

    ROWS = frame(
        forecast(2, 300_000.0), forecast(1, 99_000.0), forecast(3, 150_000.0),
        forecast(3, 1.0, "mean_3"), forecast(3, 1.0, horizon=2), forecast(3, 1.0, part="pipeline"),
    )  # fmt: skip

    def test_what_lay_inside_is_told_from_what_did_not(self) -> None:
        figure = charts.coverage(self.ROWS, as_of=AS_OF, language="en")
        assert title(figure) == "2 of 3 times what came lay in the 80% interval (67%)"
        assert subtitle(figure) == "Model · 1 month ahead · As of 18 March 2026"
        box, median, inside, outside = figure.data
        assert list(box.base) == [100_000] * 3
        assert list(median.y) == [200_000] * 3
        assert list(inside.y) == [None, 300_000, 150_000]
        assert list(outside.y) == [99_000, None, None]
        assert inside.marker.symbol != outside.marker.symbol
        assert ticks(figure.layout.xaxis) == ["Feb<br>2025", "Mar", "Apr"]
        assert "€99,000" in box.hovertext[0]


def bins(*shares: float, method: str = "model") -> pd.DataFrame:
    count = len(shares)
    return frame(*(
        {"method": method, "low": place / count, "high": (place + 1) / count, "share": share,
         "expected": 1 / count, "band_low": 0.5 / count, "band_high": 1.6 / count}
        for place, share in enumerate(shares)
    ))  # fmt: skip


class TestPit:
    """Where what came lay."""

    @pytest.mark.parametrize(
        ("shares", "said"),
        [
            ((0.2, 0.2, 0.2, 0.2, 0.2), "Nothing speaks against the intervals"),
            ((0.4, 0.1, 0.0, 0.1, 0.4), "Intervals are too narrow: in 80% of the cases"),
            ((0.4, 0.2, 0.1, 0.1, 0.2), "Forecasts are too high: in 40% of the cases"),
            ((0.1, 0.1, 0.2, 0.2, 0.4), "Forecasts are too low: in 40% of the cases"),
            ((0.05, 0.3, 0.3, 0.3, 0.05), "Intervals are too wide: in only 10% of the cases"),
            ((0.0, 0.0, 0.0, 0.0, 0.0), "Nothing has come true yet"),
        ],
    )
    def test_the_ends_say_what_is_wrong(self, shares: tuple[float, ...], said: str) -> None:
        assert title(charts.pit(bins(*shares), language="en")).replace("<br>", " ").startswith(said)

    def test_bars_beyond_chance_have_another_colour_and_the_band_is_drawn(self) -> None:
        figure = charts.pit(bins(0.4, 0.1, 0.2, 0.2, 0.1), language="fr")
        bars, band, _ = figure.data
        assert list(bars.y) == [0.4, 0.1, 0.2, 0.2, 0.1]
        assert len(set(bars.marker.color)) == 2
        assert list(band.y) == [0.1, 0.1, 0.32, 0.32]
        assert ticks(figure.layout.xaxis)[0] == "0–20"


def said(
    chance: float, happened: float, method: str = "model", question: str = "won", **more: Any
) -> dict[str, Any]:
    return {
        "method": method, "question": question, "horizon": None, "low": 0.2, "high": 0.3,
        "cases": 300, "deals": 60, "chance": chance, **share("share", happened), "few": False,
        **more,
    }  # fmt: skip


class TestReliability:
    """What was said of deals, and what became of them."""

    @pytest.mark.parametrize(
        ("chance", "way"), [(0.5, "promises too much"), (0.25, "is right on average"),
                            (0.1, "promises too little")],
    )  # fmt: skip
    def test_the_title_compares_all_that_was_said_with_all_that_happened(
        self, chance: float, way: str
    ) -> None:
        rows = frame(said(chance, 0.25), said(chance, 0.25, "weighted"))
        assert title(charts.reliability(rows, language="en")).startswith(f"The model {way}: ")

    def test_points_with_their_intervals_and_few_are_hollow(self) -> None:
        rows = frame(said(0.1, 0.2), said(0.4, 0.3, few=True, deals=6),
                     said(0.3, 0.3, "weighted"))  # fmt: skip
        diagonal, model, weighted = charts.reliability(rows, language="en").data
        assert list(model.x) == [0.1, 0.4]
        assert list(model.y) == [0.2, 0.3]
        assert model.error_y.array[0] == 0.05
        assert list(model.marker.symbol) == ["circle", "circle-open"]
        assert model.marker.size[0] > model.marker.size[1]
        assert list(weighted.x) == [0.3]
        assert list(diagonal.x) == list(diagonal.y)
        assert "60 opportunities, 300 times" in model.hovertext[0]

    def test_signed_within_some_months_is_another_question(self) -> None:
        rows = frame(said(0.1, 0.2), said(0.5, 0.1, question="signed", horizon=3))
        figure = charts.reliability(rows, "signed", 3, as_of=AS_OF, language="fr")
        assert subtitle(figure) == (
            "Signée dans les 3 mois ; traits : intervalles à 95 % · Situation au 18 mars 2026"
        )
        assert list(figure.data[1].x) == [0.5]
        chosen = charts.reliability(rows, methods=["weighted"], language="en")
        assert title(chosen) == "No opportunity has been decided since"


EMPTY: dict[str, Callable[[str], go.Figure]] = {
    "scores": lambda tongue: charts.scores(pd.DataFrame(), language=tongue),
    "coverage": lambda tongue: charts.coverage(pd.DataFrame(), language=tongue),
    "pit": lambda tongue: charts.pit(pd.DataFrame(), language=tongue),
    "reliability": lambda tongue: charts.reliability(pd.DataFrame(), language=tongue),
}


@pytest.mark.parametrize("tongue", ["fr", "en"])
@pytest.mark.parametrize("name", EMPTY)
def test_nothing_is_no_failure(name: str, tongue: str) -> None:
    assert title(EMPTY[name](tongue))
    assert len(plain(charts.scoreboard(pd.DataFrame(), language=tongue))) == 2


def test_a_note_is_text() -> None:
    shown = charts.note(EVIL)
    assert str(shown) == EVIL
    assert "<img" not in shown._repr_html_()


def test_a_legend_does_not_run_into_a_title_of_two_lines() -> None:
    one, two = (charts.scores(SCORES, finding="word " * count, language="en") for count in (5, 30))
    assert two.layout.margin.t - one.layout.margin.t == two.layout.height - one.layout.height == 36
