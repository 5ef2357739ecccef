"""The view of the forecast: its periods and chances, what decides one, and what if."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from oppkit.charts.values import day, records
from oppkit.forms.forecast_question import CORRELATIONS, ForecastQuestion, Whose
from oppkit.forms.forecast_view import ForecastView
from oppkit.forms.main_page import Page
from oppkit.forms.screen import Screen
from oppkit.model import (
    Customer,
    Employee,
    Line,
    Opportunity,
    Outcome,
    PeriodKind,
    Record,
    Responsible,
    Target,
)
from oppkit.model.rate import ExchangeRate
from oppkit.scenarios import losing, raising, slipping, without
from oppkit.workbench import Workbench
from tests.forms.conftest import EVIL

Saved = Callable[..., Opportunity]
Q1, Q2, Q3 = date(2026, 1, 1), date(2026, 4, 1), date(2026, 7, 1)


def worth(amount: int) -> tuple[Line, ...]:
    return (Line(title="a", amount=amount),)


@pytest.fixture
def story(
    saved: Saved, workbench: Workbench, assistant: Employee, customer: Customer
) -> dict[str, Opportunity]:
    """Bo's two in April and May, Ana's one in March, one of 700 won, and five left out."""
    other = workbench.save(Customer(name=EVIL))
    bo = (Responsible(role="sales", employee_id=assistant.id),)
    early = {"opened_on": date(2026, 1, 5)}
    made = {
        "small": saved(name="Small", probability="0.45", establishment="paris", responsibles=bo,
                       expected_signature=date(2026, 5, 4)),
        "big": saved(name=EVIL, lines=worth(5000), probability="0.2", customer_id=other.id,
                     responsibles=bo, expected_signature=date(2026, 4, 10)),
        "soon": saved(name="Soon", lines=worth(800), probability="0.7",
                      expected_signature=date(2026, 3, 20)),
        "won": saved(name="Won", lines=worth(700), expected_signature=date(2026, 3, 20)),
    }  # fmt: skip
    workbench.close(made["won"], Outcome.WON)
    saved(name="Overdue", expected_signature=date(2026, 3, 1), **early)
    saved(name="Undated")
    saved(name="Later", expected_signature=date(2027, 9, 1))
    saved(name="Unpriced", lines=(), expected_signature=date(2026, 5, 4))
    saved(name="Dollars", currency="USD", expected_signature=date(2026, 5, 4))
    return made


@pytest.fixture
def aimed(story: dict[str, Opportunity], workbench: Workbench, assistant: Employee) -> None:
    """Targets: 1,000 of the firm in the first quarter, 5,000 in the second; 1,000 of Bo in that."""
    for begins, amount, owner in ((Q1, 1000, None), (Q2, 5000, None), (Q2, 1000, assistant.id)):
        workbench.targets.save(Target(
            period=PeriodKind.QUARTER, begins=begins, amount=amount, currency="EUR", owner_id=owner,
        ))  # fmt: skip


@pytest.fixture
def view(screen: Screen, aimed: None) -> ForecastView:
    made = ForecastView(screen)
    made.filters.correlation.show("independent")
    made.refresh()
    return made


def lines(view: ForecastView) -> dict[str, dict[str, str]]:
    """The figures in sight, by period and column."""
    names = [name for name, _ in view.chart.columns][1:]
    return {line["label"]: dict(zip(names, line["cells"], strict=True))
            for line in view.chart.lines}  # fmt: skip


def key(begins: date, kind: str = "quarter") -> str:
    return f"{kind}:{begins}"


def decisive(view: ForecastView) -> list[list[Any]]:
    if view._decided.layout.display == "none":
        return []
    return [list(row.cells) for row in view.decisive._source(0, view.decisive.total)]


def compared(view: ForecastView) -> list[list[str]]:
    return [[line["label"], *line["cells"]] for line in view.what_if.chart.lines]


def choose_whose(view: ForecastView, dimension: str, typed: str) -> None:
    view.filters.dimension.show(dimension)
    [found] = view.filters.value._source(typed)
    view.filters.value.choose(found)


# -- the periods -----------------------------------------------------------------------------------


def test_the_figures_of_two_deals_worked_out_by_hand(view: ForecastView) -> None:
    # 0 with 44 %, 1,000 with 36 %, 5,000 with 11 %, 6,000 with 9 %.
    assert lines(view)["Q2 2026"] == {
        "opportunities": "2", "weighted": "€1,450", "low": "€0", "middle": "€1.0k",
        "high": "€5.0k", "drawn": "", "won": "", "target": "€5,000", "chance": "20%",
    }  # fmt: skip


def test_what_is_won_counts_for_the_chance(view: ForecastView) -> None:
    # 300 of 1,000 are still to be won, and one of 800 may be.
    assert lines(view)["Q1 2026"] == {
        "opportunities": "1", "weighted": "€560", "low": "€0", "middle": "€800",
        "high": "€800", "drawn": "", "won": "€700", "target": "€1,000", "chance": "70%",
    }  # fmt: skip
    drawn = view.chart.lines[0]["drawn"]
    assert drawn["won"] == pytest.approx(700 / 6000, abs=0.05)
    assert drawn["low"] == drawn["won"] < drawn["target"] < drawn["high"]


@pytest.mark.parametrize(
    ("kind", "correlation"),
    [(PeriodKind.MONTH, "together"), (PeriodKind.QUARTER, "independent"),
     (PeriodKind.YEAR, "together")],
)  # fmt: skip
def test_figures_are_those_of_the_workbench(
    view: ForecastView, workbench: Workbench, kind: PeriodKind, correlation: str
) -> None:
    view.filters.kind.show(kind.value)
    view.filters.correlation.show(correlation)
    months = ForecastQuestion(kind, Whose(), "entered", correlation).months(workbench.today)
    found = workbench.distribution([kind.value], months=months, **CORRELATIONS[correlation])
    rows = {day(row[kind.value]): row for row in records(found.rows)}
    won = {one.aim[1]: one for one in workbench.targets.attainments(kind, None, 14)}
    laws = dict(zip(rows, found.laws, strict=True))
    assert rows.keys() <= {period.begins for period in view.periods}
    for period in view.periods:
        row = rows.get(period.begins, {})
        expected = [row.get(name, 0) for name in ("weighted_amount", "p10", "p50", "p90")]
        assert [period.weighted, period.low, period.middle, period.high] == expected
        assert period.opportunities == row.get("opportunities", 0)
        assert (period.won, period.target) == (won[period.begins].won, won[period.begins].target)
        if period.target is not None:
            gap = float(period.target - period.won)
            assert period.chance == float(laws[period.begins].chance(gap))
    low, high = found.whole.quantile([0.1, 0.9])
    for amount in (low, high):
        assert view._words.likely(amount, "EUR") in view.lead.text


@pytest.mark.parametrize(
    ("kind", "today", "first", "last", "count"),
    [("month", date(2026, 3, 16), date(2026, 3, 1), date(2027, 2, 1), 12),
     ("quarter", date(2026, 3, 16), Q1, date(2027, 1, 1), 5),
     ("quarter", date(2026, 4, 1), Q2, date(2027, 1, 1), 4),
     ("year", date(2026, 1, 1), date(2026, 1, 1), date(2026, 1, 1), 1),
     ("year", date(2026, 2, 1), date(2026, 1, 1), date(2027, 1, 1), 2)],
)  # fmt: skip
def test_a_year_ahead_in_whole_periods(
    kind: str, today: date, first: date, last: date, count: int
) -> None:
    question = ForecastQuestion(PeriodKind(kind), Whose(), "entered", "independent")
    found = list(question.periods(today))
    assert (found[0], found[-1], len(found)) == (first, last, count)
    end = question.kind.after(last)
    assert question.months(today) == (end.year - today.year) * 12 + end.month - today.month


def test_every_open_opportunity_is_accounted_for(view: ForecastView) -> None:
    assert view.left_out.text == (
        "Counted here: 3 of 8 open opportunities. Left out: 1 overdue (€1.0k), "
        "1 without a date (€1.0k), 1 expected later (€1.0k), 1 without an amount, "
        "1 in a currency without an exchange rate."
    )


def test_other_currencies_count_at_their_rate(view: ForecastView, workbench: Workbench) -> None:
    workbench.lists.save_rate(
        ExchangeRate(currency="USD", valid_from=date(2026, 1, 1), rate=Decimal("0.5"))
    )
    view.refresh()
    assert lines(view)["Q2 2026"]["weighted"] == "€1,675"  # 225 more for 450 dollars
    assert "currency" not in view.left_out.text


def test_months_have_no_target_unless_it_is_set(view: ForecastView) -> None:
    view.filters.kind.show("month")
    assert len(view.chart.lines) == 12
    assert lines(view)["March 2026"] == {
        "opportunities": "1", "weighted": "€560", "low": "€0", "middle": "€800",
        "high": "€800", "drawn": "", "won": "€700",
    }  # fmt: skip
    assert lines(view)["June 2026"]["opportunities"] == "0"
    assert "Targets" in view.hint.text
    view.filters.kind.show("quarter")
    assert "Targets" not in view.hint.text


def test_together_the_range_is_wider_and_it_is_said(view: ForecastView) -> None:
    assert "too narrow" in view.told.text
    assert [period.chance for period in view.periods[:2]] == pytest.approx([0.7, 0.2], abs=1e-9)
    view.filters.correlation.show("together")
    assert "too narrow" not in view.told.text
    assert "eight times out of ten" in view.told.text


def test_an_empty_workspace(screen: Screen) -> None:
    view = ForecastView(screen)
    view.refresh()
    assert view.lead.text == "Nothing is expected to be signed"
    assert view.left_out.text == "Of 0 open opportunities, none is left out."
    assert {line["opportunities"] for line in lines(view).values()} == {"0"}
    view.choose(view.chart.lines[0]["key"])
    assert decisive(view) == []
    assert view.decisive.footer == "0 opportunities"
    view.what_if.kind.show("losing")
    assert compared(view) == []
    assert view.what_if.told.text == "For Q1 2026, nothing is expected to be signed."
    assert screen.notice.text == ""


def test_a_target_where_nothing_is_expected(view: ForecastView, workbench: Workbench) -> None:
    aim = {"period": PeriodKind.QUARTER, "currency": "EUR"}
    workbench.targets.save(Target(begins=Q3, amount=10, **aim))  # type: ignore[arg-type]
    view.refresh()
    assert lines(view)["Q3 2026"]["chance"] == "0%"


def test_a_target_that_is_reached(view: ForecastView, workbench: Workbench) -> None:
    [one] = workbench.targets.attainments("quarter", Q1)
    assert one.set is not None
    workbench.targets.save(one.set.replace(amount=600), one.set)
    view.refresh()
    assert lines(view)["Q1 2026"]["chance"] == "100%"
    view.choose(key(Q1))
    assert [column["name"] for column in view.decisive.columns][-1] == "share"


def test_a_chance_is_never_rounded_to_certainty(view: ForecastView) -> None:
    words = view._words
    told = [words.chance(chance) for chance in (0.0, 0.001, 0.005, 0.994, 0.9999, 1.0, None)]
    assert told == ["0%", "< 1%", "1%", "99%", "> 99%", "100%", ""]


def test_in_french(french: Screen, aimed: None) -> None:
    view = ForecastView(french)
    view.refresh()
    assert view.lead.text.startswith("Huit fois sur dix, entre ")
    assert view.lead.text.endswith(" seront signés d'ici à fin mars 2027")
    assert view.left_out.text.startswith("Comptées ici\xa0: 3 sur 8 opportunités ouvertes.")
    assert list(lines(view))[:2] == ["T1 2026", "T2 2026"]
    view.choose(key(Q2))
    view.what_if.kind.show("slipping")
    assert [row[0] for row in compared(view)] == ["En l'état", "Tout est signé un mois plus tard"]


# -- whose -----------------------------------------------------------------------------------------


def test_of_an_owner_with_a_target_of_their_own(view: ForecastView) -> None:
    choose_whose(view, "owner", "bo")
    assert lines(view)["Q2 2026"]["target"] == "€1,000"
    assert lines(view)["Q2 2026"]["chance"] == "56%"  # all but neither of them
    assert lines(view)["Q1 2026"]["won"] == ""
    choose_whose(view, "owner", "ana")
    assert lines(view)["Q1 2026"]["won"] == "€700"
    assert "chance" not in lines(view)["Q1 2026"]
    view.filters.dimension.show(None)
    assert lines(view)["Q2 2026"]["target"] == "€5,000"


def test_of_an_establishment(view: ForecastView, workbench: Workbench) -> None:
    aim = {"period": PeriodKind.QUARTER, "currency": "EUR", "establishment": "paris"}
    workbench.targets.save(Target(begins=Q2, amount=900, **aim))  # type: ignore[arg-type]
    view.refresh()
    choose_whose(view, "establishment", "par")
    assert lines(view)["Q2 2026"] == {
        "opportunities": "1", "weighted": "€450", "low": "€0", "middle": "€0",
        "high": "€1.0k", "drawn": "", "won": "", "target": "€900", "chance": "45%",
    }  # fmt: skip
    assert view.left_out.text == "Of 1 open opportunity, none is left out."


def test_a_field_for_a_value_is_there_with_its_dimension(view: ForecastView) -> None:
    assert view.filters.value.layout.display == "none"
    view.filters.dimension.show("owner")
    assert view.filters.value.layout.display is None
    assert lines(view)["Q2 2026"]["target"] == "€5,000"  # nobody is chosen yet


def test_at_first_it_stands_on_what_people_entered(view: ForecastView) -> None:
    assert view.filters.question().method == "entered"
    assert view.gaps.layout.display == "none"
    assert view.gaps.found is None  # nothing is learnt before it is asked for


def test_each_method_has_its_usual_correlation(view: ForecastView) -> None:
    chosen = []
    for method in ("calibrated", "entered"):
        view.filters.method.show(method)
        chosen.append(view.filters.question().correlation)
    assert chosen == ["auto", "together"]


def test_by_what_happened_before_all_may_be_signed_in_any_period(
    view: ForecastView, workbench: Workbench
) -> None:
    view.filters.method.show("calibrated")
    told = workbench.distribution(["quarter"], months=13, method="calibrated")
    assert view.found is not None
    assert view.found.rows["p50"].tolist() == told.rows["p50"].tolist()
    assert "any of them may be signed in any period" in view.left_out.text
    assert "New business" in view.told.text
    assert view.gaps.layout.display is None
    signing = workbench.signing()
    assert view.gaps.findings.text == " ".join(signing.findings)
    first = view.gaps._rows(0, 50)
    assert [row.key for row in first] == [str(deal) for deal in signing.rows["id"]]
    assert first[0].cells[2] == signing.rows["why"].iloc[0]


def test_a_scenario_about_what_was_entered_says_so(view: ForecastView) -> None:
    view.filters.method.show("calibrated")
    view.what_if.kind.show("slipping")
    assert "choose the probabilities as entered" in view.what_if.told.text
    view.what_if.kind.show("losing")
    assert "choose the probabilities" not in view.what_if.told.text


# -- what decides ----------------------------------------------------------------------------------


def test_a_period_lists_what_makes_it_uncertain(view: ForecastView) -> None:
    assert decisive(view) == []
    view.choose(key(Q2))
    # Variances 5000² · 0.16 and 1000² · 0.2475; with the big one 5,000 are reached, without never.
    assert decisive(view) == [
        [EVIL, EVIL, "Bo Berg", "€5,000", "20%", "94%", "100%", "0%"],
        ["Small", "Énergie du Rhône", "Bo Berg", "€1,000", "45%", "6%", "20%", "20%"],
    ]  # fmt: skip
    assert view.heading.text == "What makes Q2 2026 uncertain"
    assert view.decisive.footer.startswith("2 opportunities · 100% of the uncertainty · ")
    assert "Choose a period" not in view.hint.text
    view.choose(key(Q2))
    assert (decisive(view), view.chart.selected) == ([], "")


def test_they_are_those_of_the_workbench(view: ForecastView, workbench: Workbench) -> None:
    view.filters.correlation.show("together")
    view.choose(key(Q2))
    found = workbench.distribution(["quarter"], correlation=0.15, months=13)
    rows = records(found.contributions(5000, 8, quarter=Q2))
    words = view._words.chance
    names = ("chance", "share", "chance_won", "chance_lost")
    assert [row[4:] for row in decisive(view)] == [[words(row[n]) for n in names] for row in rows]


def test_a_row_opens_the_form(
    view: ForecastView, screen: Screen, story: dict[str, Opportunity]
) -> None:
    asked: list[Record | str] = []
    screen.navigate(asked.append, asked.append)
    view.choose(key(Q2))
    view.decisive._open.call(view.decisive._source(0, 1)[0].key)
    assert asked == [story["big"]]


def test_one_deleted_meanwhile_is_still_listed(
    view: ForecastView, colleague: Workbench, story: dict[str, Opportunity]
) -> None:
    colleague.delete(story["small"])
    view.choose(key(Q2))
    assert [row[:3] for row in decisive(view)][1] == ["Small", "", ""]
    view.refresh()
    assert [row[0] for row in decisive(view)] == [EVIL]


def test_another_length_of_periods_puts_the_choice_away(view: ForecastView) -> None:
    view.choose(key(Q2))
    view.filters.correlation.show("together")
    assert (view.selected, len(decisive(view))) == (key(Q2), 2)
    view.filters.kind.show("month")
    assert (view.selected, decisive(view)) == ("", [])


# -- what if ---------------------------------------------------------------------------------------


def test_nothing_is_worked_out_before_a_scenario_is_chosen(view: ForecastView) -> None:
    assert compared(view) == []
    for pick in (view.what_if.customer, view.what_if.owner):
        assert pick.widget.layout.display == "none"
    view.what_if.kind.show("without")
    assert view.what_if.customer.widget.layout.display is None
    assert compared(view) == []


def test_a_month_later_beside_what_is_expected(view: ForecastView) -> None:
    view.choose(key(Q2))
    view.what_if.kind.show("slipping")
    assert view.what_if.told.text == "For Q2 2026"
    assert [name for name, _ in view.what_if.chart.columns] == [
        "name", "weighted", "low", "middle", "high", "drawn", "chance",
    ]  # fmt: skip
    base, later = compared(view)
    assert base == ["As it is", "€1,450", "€0", "€1.0k", "€5.0k", "", "20%"]
    # April and May are May and June; the one of March comes in.
    assert later[:2] == ["Everything is signed a month later", "€2,010"]


@pytest.mark.parametrize(
    ("kind", "period"),
    [("losing", Q2), ("slipping", Q2), ("without", Q2), ("raising", Q2), ("raising", None)],
)
def test_scenarios_are_those_of_the_workbench(
    view: ForecastView, workbench: Workbench, kind: str, period: date | None
) -> None:
    if period:
        view.choose(key(period))
    view.what_if.kind.show(kind)
    if kind == "without":
        view.what_if.customer.widget.choose(view.what_if.customer._suggest("img")[0])
    if kind == "raising":
        view.what_if.owner.widget.choose(view.what_if.owner._suggest("berg")[0])
    scenario = {
        "losing": losing(3), "slipping": slipping(1), "without": without(customer=EVIL),
        "raising": raising(points=10, owner="Bo Berg"),
    }[kind]  # fmt: skip
    told = workbench.distribution(["quarter"], months=13, correlation=0).what_if(
        scenario, target=5000
    )
    rows = [row for row in records(told.rows) if day(row["quarter"]) == period]
    rows = rows if period else records(told.whole)
    words = view._words
    expected = [
        [words.exact(row["mean"], "EUR"), *(words.likely(row[n], "EUR") for n in ("p10", "p50")),
         words.likely(row["p90"], "EUR"), "", *([words.chance(row["chance"])] if period else [])]
        for row in rows
    ]  # fmt: skip
    assert [row[1:] for row in compared(view)] == expected
    assert len(expected) == 2


def test_all_periods_together_have_a_chance_where_each_has_a_target(
    view: ForecastView, workbench: Workbench
) -> None:
    view.what_if.kind.show("losing")
    assert view.what_if.told.text == "For all periods together"
    assert len(compared(view)[0]) == 6
    aim = {"period": PeriodKind.QUARTER, "currency": "EUR", "amount": 0}
    for begins in (Q3, date(2026, 10, 1), date(2027, 1, 1)):
        workbench.targets.save(Target(begins=begins, **aim))  # type: ignore[arg-type]
    view.refresh()
    # 6,000 in all less 700: 5,300 are reached with both of 5,000 and 800, or of 5,000 and 1,000.
    assert compared(view)[0][-1] == "17%"  # 0.2 · (1 − 0.3 · 0.55)
    assert compared(view)[1][-1] == "0%"


def test_a_customer_without_any_of_them(
    view: ForecastView, workbench: Workbench, screen: Screen
) -> None:
    workbench.save(Customer(name="Nobody's"))
    view.what_if.kind.show("without")
    view.what_if.customer.widget.choose(view.what_if.customer._suggest("nobody")[0])
    assert compared(view) == []
    assert view.what_if.told.text.startswith("None of these opportunities is in the forecast")
    assert screen.notice.text == ""


# -- what is asked, and when it fails --------------------------------------------------------------


def test_only_what_changes_is_asked_for_again(
    view: ForecastView, colleague: Workbench, monkeypatch: pytest.MonkeyPatch,
    story: dict[str, Opportunity],
) -> None:  # fmt: skip
    workbench, asked = view.screen.workbench, list[str]()

    def told(name: str, ask: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*values: Any, **named: Any) -> Any:
            asked.append(name)
            return ask(*values, **named)

        return counted

    monkeypatch.setattr(workbench, "distribution", told("forecast", workbench.distribution))
    targets = workbench.targets
    monkeypatch.setattr(targets, "attainments", told("targets", targets.attainments))
    view.refresh()
    view.choose(key(Q2))
    assert asked == []
    view.filters.correlation.show("together")
    assert asked == ["forecast"]
    view.filters.correlation.show("independent")
    assert asked == ["forecast"]
    view.filters.kind.show("month")
    assert asked == ["forecast", "forecast", "targets"]
    colleague.save(story["soon"].replace(name="Sooner"))
    view.refresh()
    assert asked[3:] == ["forecast", "targets"]


def test_a_failure_is_said_and_what_is_shown_stays(
    view: ForecastView, screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = lines(view)

    def fails(*_: Any, **__: Any) -> None:
        raise OSError("the disk is gone")

    monkeypatch.setattr(screen.workbench, "distribution", fails)
    view.filters.kind.show("month")
    assert screen.notice.tone == "bad"
    assert (lines(view), view.chart.busy) == (before, False)


def test_on_the_page(workbench: Workbench, story: dict[str, Opportunity]) -> None:
    page = Page(workbench, "en")
    page.show("forecast")
    view = page.views["forecast"]
    view.choose(key(Q2))
    view.decisive._open.call(view.decisive._source(0, 1)[0].key)
    assert page.form is not None
    assert page.form.saved == story["big"]
    page.back()
    assert view.chart.selected == key(Q2)
    assert page.screen.notice.text == ""
