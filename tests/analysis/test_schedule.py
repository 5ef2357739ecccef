"""What is produced when: periods, plans, reasons, and sums that are exact to the cent."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import ibis
import pytest

from oppkit.analysis import pipeline
from oppkit.analysis.dimensions import UnknownDimension
from oppkit.analysis.schedule import (
    MEASURES,
    PARTS,
    line_months,
    reconciliation,
    schedule,
    unscheduled,
)
from oppkit.analysis.snapshot import Snapshot
from oppkit.analysis.work import DIMENSIONS
from oppkit.model.money import rounded_to
from tests.analysis.production import Job, Part, production
from tests.analysis.rows import found

MARCH, APRIL, MAY, JUNE = (date(2026, month, 1) for month in (3, 4, 5, 6))


def amounts(snapshot: Snapshot, **asked: Any) -> dict[Any, Any]:
    """Forecast amounts by month (or another dimension) and plan."""
    by = asked.pop("by", ("month",))
    rows = found(schedule(snapshot, by, **asked))
    return {(*(row[name] for name in by), row["plan"]): row["amount"] for row in rows}


def months(*jobs: Job, **asked: Any) -> dict[date, Any]:
    """Forecast amounts of a single plan by month."""
    with production(jobs) as snapshot:
        return {month: amount for (month, _), amount in amounts(snapshot, **asked).items()}


class TestPeriods:
    """Over which days a line is spread."""

    def test_both_days_count_and_months_have_their_share_of_days(self) -> None:
        # 12 of 30 days in March, 18 in April
        assert months(Job([Part("100")])) == {MARCH: 40, APRIL: 60}

    def test_one_day_is_a_period(self) -> None:
        assert months(Job(start=MARCH, end=MARCH)) == {MARCH: 100}

    def test_what_does_not_divide_adds_up_all_the_same(self) -> None:
        # 31, 30 and 31 of 92 days: 0.0337, 0.0663 and 0.1 so far
        spread = months(Job([Part("0.10")], start=MARCH, end=date(2026, 5, 31)))
        assert spread == {MARCH: Decimal("0.03"), APRIL: Decimal("0.04"), MAY: Decimal("0.03")}

    def test_a_credit_is_the_mirror_of_what_it_takes_back(self) -> None:
        # One cent over March and April would be a half at the end of a period of equal halves.
        job = {"start": date(2026, 3, 2), "end": date(2026, 4, 30)}  # 30 and 30 days
        assert months(Job([Part("0.01")], **job)) == {MARCH: Decimal("0.01"), APRIL: 0}
        assert months(Job([Part("-0.01")], **job)) == {MARCH: Decimal("-0.01"), APRIL: 0}

    @pytest.mark.parametrize(
        ("start", "duration", "last"),
        [
            (date(2026, 3, 1), 1, MARCH),
            (date(2026, 3, 2), 1, APRIL),
            (date(2026, 3, 1), 2, APRIL),
            (date(2026, 3, 31), 1, APRIL),
            (date(2026, 3, 31), 2, MAY),
        ],
    )
    def test_without_an_end_the_duration_says_it(
        self, start: date, duration: int, last: date
    ) -> None:
        job = Job([Part(duration_months=duration)], start=start, end=None)
        assert max(months(job)) == last

    def test_the_end_of_production_goes_before_the_duration(self) -> None:
        assert months(Job([Part(duration_months=9)], start=MARCH, end=MARCH)) == {MARCH: 100}

    def test_what_recurs_is_spread_over_its_own_duration(self) -> None:
        job = Job(
            [Part("92", recurrence="monthly", duration_months=3), Part("30")],
            start=MARCH, end=date(2026, 3, 31),
        )  # fmt: skip
        assert months(job) == {MARCH: 61, APRIL: 30, MAY: 31}

    def test_rows_begin_with_the_current_month_and_end_with_the_horizon(self) -> None:
        long = Job([Part("365")], start=date(2026, 1, 1), end=date(2026, 12, 31))
        assert months(long, months=2) == {MARCH: 31, APRIL: 30}
        assert sum(months(long).values()) == 365 - 31 - 28

    def test_a_horizon_of_no_month_is_refused(self) -> None:
        with pytest.raises(ValueError, match="at least 1 month"), production([]) as snapshot:
            schedule(snapshot, months=0)


class TestPlans:
    """What is won beside what is likely, and nothing twice."""

    def plans(self, *jobs: Job) -> dict[str, Any]:
        with production(jobs) as snapshot:
            return {plan: amount for (plan,), amount in amounts(snapshot, by=()).items()}

    def test_open_and_won_and_affairs(self) -> None:
        jobs = Job([Part("1")]), Job([Part("10")], outcome="won"), Job([Part("5")], of=0,
               status="in_production")  # fmt: skip
        assert self.plans(*jobs) == {"firm": 5, "won": 10, "probable": 1}

    @pytest.mark.parametrize("outcome", ["lost", "abandoned"])
    def test_what_is_lost_is_not_produced(self, outcome: str) -> None:
        assert self.plans(Job(outcome=outcome)) == {}

    @pytest.mark.parametrize(
        ("status", "expected"),
        [("commercial", {"firm": 7}), ("in_production", {"firm": 7}), ("finished", {}),
         ("lost", {})],
    )  # fmt: skip
    def test_a_won_opportunity_counts_by_its_affair_alone(
        self, status: str, expected: dict[str, int]
    ) -> None:
        won = Job([Part("10")], outcome="won")
        assert self.plans(won, Job([Part("7")], of=1, status=status)) == expected

    def test_an_affair_waits_until_its_opportunity_is_decided(self) -> None:
        affair = Job([Part("7")], of=1, status="commercial")
        assert self.plans(Job([Part("10")]), affair) == {"probable": 10}
        assert self.plans(Job([Part("10")], outcome="lost"), affair) == {"firm": 7}

    def test_two_affairs_of_one_opportunity_both_count(self) -> None:
        affairs = [Job([Part(amount)], of=1, status="commercial") for amount in ("3", "4")]
        assert self.plans(Job(outcome="won"), *affairs) == {"firm": 7}

    def test_what_is_won_has_its_full_weight(self) -> None:
        jobs = [
            Job([Part("10", "4", "2")], outcome="won", probability=None),
            Job([Part("10", "4", "2")], of=0, status="commercial"),
            Job([Part("10", "4", "2")], probability="0.25"),
        ]
        with production(jobs) as snapshot:
            rows = {row.pop("plan"): row for row in found(schedule(snapshot, by=()))}
        full = {name: row for name, row in rows.items() if name != "probable"}
        for row in full.values():
            assert list(row.values()) == [2, 2, 10, 10, 4, 4]
        assert list(rows["probable"].values()) == [2, Decimal("0.5"), 10, Decimal("2.5"), 4, 1]


class TestReasons:
    """What cannot be scheduled, and why."""

    @pytest.mark.parametrize(
        ("reason", "job"),
        [
            ("no_rate", Job([Part(None)], has_rate=False, start=None)),
            ("no_amount", Job([Part(None, "5", "2")], probability=None)),
            ("no_amount", Job([])),
            ("no_probability", Job(probability=None, start=None)),
            ("no_start", Job(start=None, end=None)),
            ("no_start", Job([Part(duration_months=3)], start=None)),
            ("no_end", Job(end=None)),
            ("no_end", Job([Part(recurrence="monthly")], end=None)),
            ("end_before_start", Job(end=date(2026, 3, 19))),
            ("no_amount", Job([Part(None)], of=0, status="commercial")),
            ("no_end", Job(end=None, of=0, status="commercial")),
        ],
    )
    def test_the_first_that_applies(self, reason: str, job: Job) -> None:
        with production([job]) as snapshot:
            [row] = found(unscheduled(snapshot))
            assert found(schedule(snapshot)) == []
        assert (row["reason"], row["code"], row["lines"]) == (reason, "C001", 1)

    def test_a_typed_zero_is_scheduled(self) -> None:
        assert months(Job(probability="0"), Job([Part("0")])) == {MARCH: 40, APRIL: 60}

    def test_each_record_is_listed_once_for_a_reason_the_largest_first(self) -> None:
        jobs = [
            Job([Part("1"), Part("2"), Part(None)], end=None),
            Job([Part("5", "1", "3")], end=None, more={"owner": "Ana"}),
            Job([Part("9")], of=0, start=None, status="commercial"),
            Job(),
        ]
        with production(jobs) as snapshot:
            rows = found(unscheduled(snapshot))
        assert [(r["plan"], r["reason"], r["id"], r["lines"], r["amount"]) for r in rows] == [
            ("firm", "no_start", 3, 1, 9),
            ("probable", "no_amount", 1, 1, None),
            ("probable", "no_end", 2, 1, 5),
            ("probable", "no_end", 1, 2, 3),
        ]
        assert (rows[2]["owner"], rows[2]["customer"], rows[2]["name"]) == ("Ana", "Vidal", "Job 2")
        assert (rows[2]["weighted_days"], rows[2]["margin"]) == (Decimal("1.5"), 1)


class TestReconciliation:
    """All work in parts."""

    jobs = (
        Job([Part("10.01", "1", "3"), Part("20.02", duration_months=1)], end=None),
        Job([Part("365", "36.5", "73")], start=date(2026, 1, 1), end=date(2026, 12, 31)),
        Job([Part("80", None, "4")], probability=None),
        Job([], outcome="won"),
        Job([Part("7")], outcome="won", start=date(2025, 1, 1), end=date(2025, 6, 1)),
        Job([Part("5")], of=0, status="commercial", start=date(2027, 6, 1), end=date(2027, 6, 2)),
    )  # fmt: skip

    def test_every_plan_and_part_is_there(self) -> None:
        with production([]) as snapshot:
            rows = found(reconciliation(snapshot))
        plans = ("firm", "won", "probable")
        assert [(r["plan"], r["part"]) for r in rows] == [(p, q) for p in plans for q in PARTS]
        assert {(r["records"], str(r["amount"]), str(r["days"])) for r in rows} == {
            (0, "0.00", "0.0000")
        }

    def test_the_probable_plan_is_the_open_pipeline(self) -> None:
        with production(self.jobs) as snapshot:
            rows = [r for r in found(reconciliation(snapshot)) if r["plan"] == "probable"]
            [total] = found(pipeline.weighted(snapshot))
        for measure in pipeline.MEASURES[1:]:
            assert sum(row[measure] for row in rows) == total[measure]
        assert sum(row["days"] for row in rows) == 80

    def test_time_is_cut_before_within_and_beyond(self) -> None:
        with production(self.jobs) as snapshot:
            rows = {(r["plan"], r["part"]): r for r in found(reconciliation(snapshot, months=2))}
        parts = {name: rows["probable", name] for name in ("past", "in_horizon", "beyond")}
        assert [row["amount"] for row in parts.values()] == [59, Decimal("81.02"), 245]
        assert [row["records"] for row in parts.values()] == [1, 2, 1]
        assert rows["probable", "no_end"]["amount"] == Decimal("10.01")
        assert rows["probable", "no_probability"]["amount"] == 80
        assert rows["won", "past"]["amount"] == 7
        assert rows["won", "no_amount"]["records"] == 1
        assert rows["firm", "beyond"]["amount"] == 5

    def test_rows_are_what_is_in_the_horizon(self) -> None:
        with production(self.jobs) as snapshot:
            rows = found(schedule(snapshot, by=(), months=9))
            parts = found(reconciliation(snapshot, months=9))
        within = {row["plan"]: row for row in parts if row["part"] == "in_horizon"}
        assert [row["plan"] for row in rows] == ["probable"]
        for row in rows:
            for name in ("amount", "weighted_amount", "margin", "days"):
                assert row[name] == within[row["plan"]][name]


class TestBreakdowns:
    """By dimensions, and narrowed down."""

    jobs = (
        Job([Part("1", sale_type="days"), Part("2")], tags=("key", "new"),
            more={"owner": "Ana", "origin_type": "partner"}),
        Job([Part("4")], outcome="won", status="won", more={"owner": "Bo", "sector": "energy"}),
        Job([Part("8")], of=2, status="commercial", tags=("key",), more={"owner": None}),
    )  # fmt: skip

    def test_every_dimension_can_be_asked_for_and_comes_first(self) -> None:
        with production(self.jobs) as snapshot:
            for name in DIMENSIONS:
                table = schedule(snapshot, by=[name])
                assert table.columns == (*dict.fromkeys([name, "plan"]), *MEASURES)
                assert sum(row["amount"] for row in found(table)) == (14 if name == "tag" else 11)

    def test_plans_come_in_their_own_order_whatever_the_labels(self) -> None:
        jobs = (*self.jobs[:1], self.jobs[2], Job(outcome="won"))
        labels = [("status", "proposal", "Proposition", "Proposal", 1)]
        with production(jobs, labels=labels) as snapshot:
            for asked in (None, "fr"):
                rows = found(schedule(snapshot, by=("year",), labels=asked))
                assert [row["plan"] for row in rows] == ["firm", "won", "probable"]
            [row] = found(schedule(snapshot, by=("status",), labels="fr", where={"plan": "won"}))
        assert row["status"] == "Proposition"

    def test_an_affair_has_the_status_and_origin_of_its_opportunity(self) -> None:
        sale = Job(outcome="won", status="won", more={"origin_type": "partner"})
        affair = Job([Part("8")], of=1, status="commercial")
        with production([sale, affair]) as snapshot:
            by = ("status", "origin_type", "sale_type")
            assert amounts(snapshot, by=by) == {("won", "partner", None, "firm"): 8}

    @pytest.mark.parametrize("by", [("quarter",), ("year",), ()])
    def test_longer_periods_are_sums_of_months(self, by: tuple[str, ...]) -> None:
        job = Job([Part("0.37", "0.11")], start=MARCH, end=date(2027, 2, 3))
        with production([job]) as snapshot:
            assert sum(amounts(snapshot, by=by).values()) == Decimal("0.37")

    @pytest.mark.parametrize(
        ("where", "amount"),
        [
            ({}, 11),
            ({"owner": "Ana"}, 3),
            ({"owner": None}, 8),
            ({"owner": ["Ana", None]}, 11),
            ({"plan": "firm"}, 8),
            ({"plan": ["firm", "won"]}, 8),
            ({"tag": "key"}, 11),
            ({"tag": "new"}, 3),
            ({"tag": None}, 0),
            ({"sale_type": "days"}, 1),
            ({"sale_type": None, "plan": "probable"}, 2),
            ({"status": "won"}, 8),
            ({"origin_type": "partner"}, 3),
        ],
    )
    def test_a_condition_keeps_what_it_says(self, where: dict[str, Any], amount: int) -> None:
        with production(self.jobs) as snapshot:
            rows = found(schedule(snapshot, by=(), where=where))
            parts = found(reconciliation(snapshot, where=where))
        assert sum(row["amount"] for row in rows) == amount
        assert sum(row["amount"] for row in parts) == amount

    def test_rows_by_tag_show_the_wanted_tags_only(self) -> None:
        with production(self.jobs) as snapshot:
            rows = amounts(snapshot, by=("tag",), where={"tag": "key"})
        assert rows == {("key", "firm"): 8, ("key", "probable"): 3}

    def test_what_is_no_dimension_of_work_is_refused(self) -> None:
        with production(self.jobs) as snapshot:
            for asked in ({"by": ["part"]}, {"where": {"month": MARCH}}):
                with pytest.raises(UnknownDimension, match=r"Choose among: .*plan.*owner"):
                    schedule(snapshot, **asked)

    def test_a_measure_that_nothing_has_stays_unknown(self) -> None:
        with production([Job([Part("5")]), Job([Part("5", "1")], of=0, status="commercial")]) as s:
            rows = {row["plan"]: row for row in found(schedule(s, by=()))}
        assert (rows["probable"]["margin"], rows["probable"]["weighted_days"]) == (None, None)
        assert (rows["firm"]["margin"], rows["firm"]["days"]) == (1, None)


@pytest.mark.parametrize("decimals", [0, 2, 3])
def test_values_are_exact_decimals(decimals: int) -> None:
    with production([Job([Part("100", "1", "7.5")])], decimals=decimals) as snapshot:
        for table, digits in ((schedule(snapshot), 38), (line_months(snapshot), 18)):
            schema = table.to_pyarrow().schema
            for name in MEASURES:
                places = 4 if name.endswith("days") else decimals
                assert str(schema.field(name).type) == f"decimal128({digits}, {places})"


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("start", [MARCH, date(1900, 1, 1)])
def test_no_amount_is_too_large(sign: int, start: date) -> None:
    amount = sign * Decimal("999999999999999.999")
    days = sign * Decimal("99999999999999.9999")
    jobs = [Job([Part(amount, amount, days)], start=start, end=date(2027, 2, 28), probability="1")]
    with production(jobs, decimals=3, as_of=date(2026, 3, 1)) as snapshot:
        rows = found(reconciliation(snapshot))
        spread = found(line_months(snapshot))
    assert sum(row["amount"] for row in rows) == sum(row["weighted_margin"] for row in rows)
    assert sum(row["amount"] for row in rows) == amount
    assert sum(row["weighted_days"] for row in rows) == days
    length = (date(2027, 2, 28) - start).days + 1
    until = (MARCH - start).days
    before, after = (rounded_to(Fraction(amount) * k / length, 3) for k in (until, until + 31))
    assert spread[0]["amount"] == after - before


@pytest.mark.parametrize("dialect", ["pyspark", "postgres"])
def test_the_same_expression_is_written_for_other_engines(dialect: str) -> None:
    with production(TestBreakdowns.jobs) as snapshot:
        where = {"tag": "key", "owner": ["Ana", None]}
        for table in (
            schedule(snapshot, ("month", "owner", "tag"), where=where, labels="fr"),
            line_months(snapshot), reconciliation(snapshot), unscheduled(snapshot),
        ):  # fmt: skip
            words = str(ibis.to_sql(table, dialect=dialect))
            assert "DECIMAL(18, 4)" in words
            assert "TO_MONTHS" not in words  # as DuckDB says it
