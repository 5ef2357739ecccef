"""The production schedule as bars and as a table."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import pytest

from oppkit import charts
from tests.charts.frames import AS_OF, EVIL, frame
from tests.charts.test_figures import subtitle, ticks, title


def load(
    plan: str, amount: Any, weighted: Any = None, days: Any = None, **of: Any
) -> dict[str, Any]:
    """A row of a schedule in March 2026, unless told; days are weighted as amounts are."""
    weighted = amount if weighted is None else weighted
    known = {"amount": amount, "weighted_amount": weighted, "days": days, "weighted_days": days}
    values = {name: None if value is None else Decimal(value) for name, value in known.items()}
    return {"month": pd.Timestamp(2026, 3, 1), "plan": plan, **of, **values}


ROWS = frame(
    load("firm", "300000", days="30"),
    load("won", "100000", days="12.5"),
    load("probable", "400000", "200000", days="20"),
    load("probable", "900000", "400000", days="62.4", month=pd.Timestamp(2026, 5, 1)),
)


def spoken(value: str) -> str:
    return value.replace("\xa0", " ").replace("\u202f", " ")


class TestSchedule:
    """Stacked by plan."""

    def test_the_title_says_how_much_what_is_won_and_when_most(self) -> None:
        french = charts.schedule(ROWS, as_of=AS_OF, language="fr")
        assert title(french).replace("<br>", " ") == (
            "1,0 M€ à produire sur 12 mois, dont 40 % déjà gagnés ; le plus chargé en mars 2026 :"
            " 600 k€"
        )
        assert subtitle(french) == (
            "Opportunités ouvertes pondérées ; 1,7 M€ sans pondération · Situation au 18 mars 2026"
        )
        english = charts.schedule(ROWS, measure="days", months=6, language="en")
        assert title(english).replace("<br>", " ") == (
            "125 days to produce over 6 months, 34% of it won already; most in March 2026: 63 days"
        )

    def test_a_single_period_is_no_peak(self) -> None:
        assert title(charts.schedule(ROWS.iloc[:2], language="en")) == (
            "€400k to produce over 12 months, 100% of it won already"
        )

    @pytest.mark.parametrize("rows", [ROWS.iloc[:0], frame(load("firm", "0"))])
    def test_nothing_to_produce_is_said(self, rows: pd.DataFrame) -> None:
        figure = charts.schedule(rows, months=1, language="fr")
        assert title(figure) == "Rien à produire sur 1 mois"

    def test_plans_are_stacked_and_every_month_has_its_place(self) -> None:
        firm, won, probable = charts.schedule(ROWS, language="en").data
        assert list(firm.y) == [300_000, 0, 0]
        assert list(won.y) == [100_000, 0, 0]
        assert list(probable.y) == [200_000, 0, 400_000]
        assert len({bar.marker.color for bar in (firm, won, probable)}) == 3
        assert "€900,000.00" in probable.hovertext[2]
        assert "€400,000.00" in probable.hovertext[2]

    def test_days_have_an_axis_of_numbers(self) -> None:
        figure = charts.schedule(ROWS, measure="days", language="fr")
        assert list(figure.data[0].y) == [30, 0, 0]
        assert ticks(figure.layout.yaxis) == ["0", "20", "40", "60", "80"]
        assert "62,4" in figure.data[2].hovertext[2]

    def test_other_dimensions_are_summed_and_tags_refused(self) -> None:
        twice = frame(*(load("firm", "0.10", owner=name) for name in "abc"))
        assert list(charts.schedule(twice, language="en").data[0].y) == [0.3]
        with pytest.raises(ValueError, match="overlap"):
            charts.schedule(frame(load("firm", "1", tag="key")), language="en")

    def test_quarters(self) -> None:
        rows = ROWS.rename(columns={"month": "quarter"}).iloc[:3]
        rows = rows.assign(quarter=pd.Timestamp(2026, 4, 1))
        figure = charts.schedule(rows, "quarter", language="fr")
        assert ticks(figure.layout.xaxis) == ["T2 2026"]

    @pytest.mark.parametrize("measure", ["amount", "days"])
    def test_the_same_frame_gives_the_same_json(self, measure: str) -> None:
        made = [charts.schedule(ROWS, measure=measure, language="en") for _ in range(2)]
        first, second = (json.loads(figure.to_json()) for figure in made)
        assert first == second
        assert all(isinstance(figure, go.Figure) for figure in made)


class TestWorkload:
    """The same figures as a table."""

    def test_a_row_per_period_a_column_per_plan_and_a_total(self) -> None:
        lines = [spoken(line).split("  ") for line in str(
            charts.workload(ROWS, language="en")).splitlines()]  # fmt: skip
        cells = [[cell.strip() for cell in line if cell.strip()] for line in lines]
        assert cells[1:] == [
            ["March 2026", "€300,000", "€100,000", "€200,000", "€600,000", "€400,000"],
            ["May 2026", "–", "–", "€400,000", "€400,000", "€900,000"],
            ["Total", "€300,000", "€100,000", "€600,000", "€1,000,000", "€1,300,000"],
        ]

    def test_days_keep_a_decimal(self) -> None:
        told = spoken(str(charts.workload(ROWS, measure="days", language="fr")))
        assert "12,5" in told
        assert "124,9" in told

    def test_groups_beyond_the_top_are_one_row(self) -> None:
        rows = frame(*(load("firm", "1", owner=name) for name in "abcd")).drop(columns="month")
        told = str(charts.workload(rows, top=2, language="en")).splitlines()
        assert [line.split()[0] for line in told] == ["Owner", "a", "b", "Others", "Total"]
        assert "€2" in told[3]
        assert "€4" in told[4]

    def test_tags_have_no_total_and_the_table_says_why(self) -> None:
        rows = frame(load("firm", "1", tag="key"), load("won", "2", tag=None)).drop(columns="month")
        told = str(charts.workload(rows, language="fr"))
        assert not any(line.startswith("Total") for line in told.splitlines())
        assert "Sans tag" in told
        assert told.endswith("dans chacun de ses tags.")

    def test_no_name_is_taken_for_markup(self) -> None:
        rows = frame(load("firm", "1", owner=EVIL)).drop(columns="month")
        page = charts.workload(rows, language="fr")._repr_html_()
        assert "<img" not in page
        assert "&lt;img" in page
