"""The figures: what they find, what they draw, and that no name is taken for markup."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import pytest

from oppkit import charts
from tests.charts.frames import AS_OF, EVIL, frame, months, moved, parts, row


def title(figure: go.Figure) -> str:
    return _bare(figure.layout.title.text)


def subtitle(figure: go.Figure) -> str:
    return _bare(figure.layout.title.subtitle.text)


def _bare(words: str) -> str:
    """Without the spans that colour a text, with plain spaces."""
    while "<span" in words:
        start = words.index("<span")
        words = words[:start] + words[words.index(">", start) + 1 :]
    for tag in ("</span>", "<b>", "</b>"):
        words = words.replace(tag, "")
    return words.replace("\xa0", " ").replace("\u202f", " ")


def ticks(axis: Any) -> list[str]:
    return [_bare(words) for words in axis.ticktext]


STEPS = moved(
    opening=(3, "100", "50"), created=(2, "40", "10"), increased=(1, "0", "0"),
    probability=(2, "0", "-6"), lost=(1, "-70", "-20"), closing=(4, "70", "34"),
)  # fmt: skip


MAKERS: dict[str, Callable[[str], go.Figure]] = {
    "forecast": lambda tongue: charts.forecast(months(100, 0, 300), language=tongue),
    "margin": lambda tongue: charts.margin(months(100, 0, 300), language=tongue),
    "split": lambda tongue: charts.split(
        frame(
            *(row(owner=name, month=pd.Timestamp(2026, month, 1))
              for month in (3, 5) for name in ("Ana", EVIL, None))
        ), "month", "owner", language=tongue,
    ),
    "ranking": lambda tongue: charts.ranking(
        frame(*(row(owner=name) for name in ("Ana", EVIL, None))), "owner", language=tongue
    ),
    "tags": lambda tongue: charts.ranking(
        frame(row(tag=EVIL), row(tag=None)), "tag", language=tongue
    ),
    "reconciliation": lambda tongue: charts.reconciliation(
        parts(in_horizon=(3, "100", "50"), overdue=(1, "30", "3")), language=tongue
    ),
    "waterfall": lambda tongue: charts.waterfall(STEPS, language=tongue),
}  # fmt: skip


class TestForecast:
    """Expected amounts by period."""

    def test_the_title_states_the_total_and_the_strongest_quarter(self) -> None:
        rows = months(1_000_000, 400_000, 400_000, 400_000, 1_600_000)
        french = charts.forecast(rows, as_of=AS_OF, language="fr")
        # T1: 0.5 M, T2: 0.6 M, T3: 0.8 M of 1.9 M
        assert title(french) == "1,9 M€ pondérés attendus sur 12 mois, dont 42 % au T3 2026"
        assert subtitle(french) == "Montant brut 3,8 M€ · Situation au 18 mars 2026"
        english = charts.forecast(rows, as_of=AS_OF, months=6, language="en")
        assert title(english) == "€1.9M weighted expected over 6 months, 42% of it in Q3 2026"

    def test_one_quarter_alone_is_no_finding(self) -> None:
        assert title(charts.forecast(months(100, first=5), language="en")) == (
            "€50 weighted expected over 12 months"
        )

    @pytest.mark.parametrize("rows", [months(), months(0)])
    def test_nothing_expected_is_said(self, rows: pd.DataFrame) -> None:
        rows = rows if len(rows) else frame(row(month=None)).iloc[:0]
        assert title(charts.forecast(rows, months=1, language="fr")) == (
            "Aucune signature attendue sur 1 mois"
        )

    def test_weighted_bars_stand_before_gross_outlines_month_by_month(self) -> None:
        rows = months(100, 0, 300).drop(index=1)
        gross, weighted = charts.forecast(rows, language="fr").data
        assert list(gross.y) == [100, 0, 300]  # April has none and keeps its place
        assert list(weighted.y) == [50, 0, 150]
        assert gross.x == weighted.x == (0, 1, 2)
        assert "0.12" in gross.marker.color

    def test_months_have_their_year_where_it_begins(self) -> None:
        figure = charts.forecast(months(*[1] * 12), language="fr")
        assert ticks(figure.layout.xaxis)[:2] == ["mars<br>2026", "avr."]
        assert ticks(figure.layout.xaxis)[10:] == ["janv.<br>2027", "févr."]

    def test_quarters_and_years(self) -> None:
        quarters = frame(*(row(quarter=pd.Timestamp(2026, month, 1)) for month in (1, 7, 10)))
        figure = charts.forecast(quarters, "quarter", language="en")
        assert ticks(figure.layout.xaxis) == ["Q1 2026", "Q2 2026", "Q3 2026", "Q4 2026"]
        years = frame(row(year=pd.Timestamp(2026, 1, 1)), row(year=pd.Timestamp(2027, 1, 1)))
        assert title(charts.forecast(years, "year", language="fr")).endswith("50 % en 2027")

    def test_other_dimensions_are_summed_exactly(self) -> None:
        rows = frame(*(row("0.10", "0.10", month=pd.Timestamp(2026, 3, 1), owner=n) for n in "abc"))
        assert list(charts.forecast(rows, language="en").data[1].y) == [0.3]

    def test_rows_by_tag_are_not_summed(self) -> None:
        rows = frame(row(month=pd.Timestamp(2026, 3, 1), tag="key"))
        with pytest.raises(ValueError, match="overlap"):
            charts.forecast(rows, language="en")

    def test_an_unknown_amount_is_drawn_as_nothing_and_not_named(self) -> None:
        figure = charts.forecast(
            frame(row(None, None, month=pd.Timestamp(2026, 3, 1))), language="en"
        )
        assert list(figure.data[1].y) == [0]
        assert list(figure.data[1].text) == [""]
        assert "amount" not in figure.data[1].hovertext[0]


class TestMargin:
    """Expected margin by period."""

    def test_the_title_compares_the_margin_to_the_amount(self) -> None:
        figure = charts.margin(months(1_000_000, 400_000), language="fr")
        assert (
            title(figure)
            == "70 k€ de marge pondérée attendus sur 12 mois, soit 10 % du montant pondéré"
        )
        assert list(figure.data[1].y) == [50_000, 20_000]


class TestSplit:
    """Stacked by a dimension."""

    def rows(self) -> pd.DataFrame:
        return frame(
            *(
                row(1000 - 100 * place, 100 - 10 * place, owner=f"P{place}", month=day)
                for day in (pd.Timestamp(2026, 3, 1), pd.Timestamp(2026, 5, 1))
                for place in range(8)
            )
        )

    def test_the_largest_have_a_colour_and_the_others_are_one_grey(self) -> None:
        figure = charts.split(self.rows(), "month", "owner", top=3, language="en")
        assert [_bare(bar.name) for bar in figure.data] == ["P0", "P1", "P2", "Others (5)"]
        assert len({bar.marker.color for bar in figure.data}) == 4
        assert [list(bar.y) for bar in figure.data][3] == [250, 0, 250]
        assert title(figure) == "P0 holds 19% of the €1.0k weighted expected over 12 months"

    def test_one_value_too_many_is_shown_rather_than_named_others(self) -> None:
        rows = self.rows()
        kept = rows[rows["owner"] <= "P3"]
        figure = charts.split(kept, "month", "owner", top=3, language="en")
        assert [_bare(bar.name) for bar in figure.data] == ["P0", "P1", "P2", "P3"]

    def test_nobody_is_a_part_of_the_stack(self) -> None:
        rows = frame(
            row(owner=None, month=pd.Timestamp(2026, 3, 1)),
            row(weighted="20", owner="Ana", month=pd.Timestamp(2026, 3, 1)),
        )
        nobody, ana = charts.split(rows, "month", "owner", language="fr").data
        assert _bare(nobody.name) == "Sans responsable"
        assert (list(nobody.y), list(ana.y)) == ([50], [20])


class TestRanking:
    """Horizontal bars."""

    def test_the_largest_come_first_and_the_rest_is_one_bar(self) -> None:
        rows = frame(*(row(10 * n, n, customer=f"C{n}") for n in range(1, 11)))
        figure = charts.ranking(rows, "customer", top=4, language="fr")
        assert ticks(figure.layout.yaxis) == ["C10", "C9", "C8", "C7", "Autres (6)"]
        assert list(figure.data[1].x) == [10, 9, 8, 7, 21]
        assert title(figure) == "C10 : 18 % des 55 € pondérés du pipeline"

    def test_statuses_keep_the_order_of_the_frame(self) -> None:
        rows = frame(row(10, 1, status="First"), row(50, 30, status="Second"))
        figure = charts.ranking(rows, "status", language="en")
        assert ticks(figure.layout.yaxis) == ["First", "Second"]
        assert title(figure) == "Second holds 97% of the €31 weighted in the pipeline"

    def test_tags_overlap_and_the_chart_says_so_instead_of_a_share(self) -> None:
        figure = charts.ranking(frame(row(tag="Key"), row(tag="New")), "tag", language="en")
        assert title(figure) == "Key comes first with €50 weighted"
        assert subtitle(figure) == "An opportunity counts once in each of its tags"

    def test_two_customers_of_one_name_are_two_bars(self) -> None:
        rows = frame(row(customer="A" * 50), row(customer="A" * 49 + "B"))
        assert charts.ranking(rows, "customer", language="en").data[0].y == (0, 1)

    def test_no_amount_at_all_is_said(self) -> None:
        rows = frame(row(None, None, owner="Ana"))
        assert title(charts.ranking(rows, "owner", language="en")) == (
            "The pipeline has no weighted amount"
        )


class TestReconciliation:
    """What is in the forecast and what is not."""

    def test_each_part_begins_where_the_one_above_ends(self) -> None:
        rows = parts(in_horizon=(3, "60", "30"), overdue=(1, "30", "3"), undated=(2, "10", "1"))
        [bars] = charts.reconciliation(rows, language="fr").data
        assert list(bars.x) == [60, 30, 10, 0, 0, 0, 0, 100]
        assert list(bars.base) == [0, 60, 90, 100, 100, 100, 100, 0]
        assert _bare(bars.text[1]) == "30 € · 1 opportunité"

    def test_the_title_says_how_much_is_in_the_forecast(self) -> None:
        rows = parts(in_horizon=(3, "60", "30"), overdue=(1, "40", "3"))
        assert title(charts.reconciliation(rows, language="fr")) == (
            "60 % du pipeline ouvert est dans la prévision : 60 € sur 100 €"
        )
        everything = parts(in_horizon=(3, "60", "30"))
        assert title(charts.reconciliation(everything, language="en")) == (
            "The whole open pipeline is in the forecast: €60"
        )
        unpriced = parts(in_horizon=(3, "60", "30"), no_amount=(1, "0", "0"))
        assert "whole" not in title(charts.reconciliation(unpriced, language="en"))
        assert "no amount" in title(charts.reconciliation(parts(), language="en"))


class TestWaterfall:
    """From the opening to the closing."""

    def test_each_bar_begins_where_the_one_above_ends(self) -> None:
        [bars] = charts.waterfall(STEPS, language="en").data
        assert list(bars.customdata) == ["opening", "created", "lost", "closing"]
        assert list(bars.base) == [0, 100, 70, 0]
        assert list(bars.x) == [100, 40, 70, 70]
        assert [_bare(words) for words in bars.text] == [
            "€100 · 3 opportunities", "+€40 · 2 opportunities", "-€70 · 1 opportunity",
            "€70 · 4 opportunities",
        ]  # fmt: skip

    def test_the_weighted_amount_has_parts_of_its_own(self) -> None:
        [bars] = charts.waterfall(STEPS, measure="weighted_amount", language="en").data
        assert "probability" in bars.customdata
        assert list(bars.base) == [0, 50, 54, 34, 0]

    def test_the_title_says_which_way_it_went_and_what_did_most(self) -> None:
        days = {"since": AS_OF.replace(day=1), "until": AS_OF}
        french = charts.waterfall(STEPS, language="fr", **days)
        assert title(french) == (
            "Le pipeline recule de 30 € et finit à 70 € ; d'abord : Perdues (-70 €)"
        )
        assert subtitle(french) == "Montant brut · Du 1er mars 2026 au 18 mars 2026"
        up = moved(opening=(1, "10", "5"), created=(1, "5", "1"), closing=(2, "15", "6"))
        assert title(charts.waterfall(up, language="en")) == (
            "The pipeline grew by €5 to €15, first of all: Created (€5)"
        )
        still = moved(opening=(1, "10", "5"), closing=(1, "10", "5"))
        assert title(charts.waterfall(still, language="en")) == (
            "The pipeline ends where it began: €10"
        )

    def test_groups_are_summed_and_credits_go_below_zero(self) -> None:
        rows = pd.concat([
            moved(opening=(1, "10", "5"), lost=(1, "-30", "-5")).assign(owner="Ana"),
            moved(opening=(1, "10", "5"), closing=(1, "-10", "0")).assign(owner="Bo"),
        ])  # fmt: skip
        figure = charts.waterfall(rows, language="en")
        assert list(figure.data[0].base) == [0, -10, -10]
        assert figure.layout.xaxis.range[0] <= -10


@pytest.mark.parametrize("tongue", ["fr", "en"])
@pytest.mark.parametrize("name", MAKERS)
class TestEveryFigure:
    """What holds for all of them."""

    def test_no_name_is_taken_for_markup(self, name: str, tongue: str) -> None:
        told = MAKERS[name](tongue).to_json()
        assert "<img" not in told
        assert "\\u003cimg" not in told
        assert "<b>sons" not in told

    def test_the_same_frame_gives_the_same_json(self, name: str, tongue: str) -> None:
        first, second = (json.loads(MAKERS[name](tongue).to_json()) for _ in range(2))
        assert first == second
        assert "uid" not in str(first)

    def test_the_page_shows_through_and_colours_hold_on_light_and_dark(
        self, name: str, tongue: str
    ) -> None:
        figure = MAKERS[name](tongue)
        assert figure.layout.paper_bgcolor == figure.layout.plot_bgcolor == "rgba(0,0,0,0)"
        for page in ("#ffffff", "#111111"):
            assert _contrast(figure.layout.font.color, page) >= 4.1
        colours = {
            colour
            for bars in figure.data
            for colour in (
                [bars.marker.color] if isinstance(bars.marker.color, str) else bars.marker.color
            )
            if colour.startswith("#")
        }
        assert colours
        for colour in colours:
            assert min(_contrast(colour, "#ffffff"), _contrast(colour, "#111111")) >= 2.1

    def test_amounts_have_their_unit_on_the_axis(self, name: str, tongue: str) -> None:
        figure = MAKERS[name](tongue)
        amounts = figure.layout.xaxis if figure.data[0].orientation == "h" else figure.layout.yaxis
        assert all("€" in words for words in ticks(amounts) if words != "0")


def _listed(colours: Any) -> list[str]:
    return [colours] if isinstance(colours, str) else list(colours)


def _contrast(one: str, other: str) -> float:
    """Contrast of two colours by WCAG 2."""

    def luminance(colour: str) -> float:
        parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return sum(
            weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True)
        )

    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_an_axis_reaches_below_zero_for_credits() -> None:
    rows = frame(
        row("-100", "-50", month=pd.Timestamp(2026, 3, 1)), row(month=pd.Timestamp(2026, 4, 1))
    )
    axis = charts.forecast(rows, language="fr").layout.yaxis
    assert axis.range[0] <= -100
    assert axis.range[1] >= 100


def test_the_unit_follows_the_amounts_and_the_currency() -> None:
    rows = frame(row(Decimal(9_000_000), Decimal(4_000_000), owner="Ana"))
    figure = charts.ranking(rows, "owner", currency="TND", language="fr")
    assert ticks(figure.layout.xaxis)[1] == "2 M TND"
