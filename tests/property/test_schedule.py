"""Any work, spread by Ibis and by a loop over its days: the same cents in every month."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from oppkit.analysis import pipeline
from oppkit.analysis.parts import horizon_end
from oppkit.analysis.schedule import line_months, reconciliation, schedule, unscheduled
from tests.analysis import production as plain
from tests.analysis.production import MEASURES, Job, Part, production
from tests.analysis.rows import AS_OF, found
from tests.examples import examples

EXAMPLES = settings(max_examples=examples(30))
FIRST = AS_OF.replace(day=1)


def maybe(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(st.none(), values, values, values)


def numbers(places: int) -> st.SearchStrategy[Decimal]:
    units = st.one_of(st.integers(-300, 300), st.integers(-(10**13), 10**13))
    return units.map(lambda value: Decimal(value).scaleb(-places))


dates = st.integers(-120, 500).map(lambda days: AS_OF + timedelta(days))
probabilities = st.integers(0, 10_000).map(lambda units: Decimal(units).scaleb(-4))


def jobs(places: int) -> st.SearchStrategy[list[Job]]:
    """Opportunities with lines, and affairs of some of them."""
    part = st.builds(
        Part, amount=maybe(numbers(places)), margin=maybe(numbers(places)), days=maybe(numbers(4)),
        sale_type=st.sampled_from([None, "a", "b"]), duration_months=maybe(st.integers(1, 20)),
        recurrence=st.sampled_from([None, None, "monthly"]),
    )  # fmt: skip
    shared = {
        "start": maybe(dates), "end": maybe(dates),
        "has_rate": st.sampled_from([True, True, True, True, False]),
        "tags": st.lists(st.sampled_from(["key", "new"]), unique=True),
        "more": st.fixed_dictionaries({"owner": maybe(st.sampled_from(["Ana", "Bo"]))}),
    }  # fmt: skip
    sale = st.builds(
        Job, parts=st.lists(part, max_size=3), probability=maybe(probabilities),
        outcome=st.sampled_from(["open", "open", "won", "won", "lost"]), **shared,
    )  # fmt: skip
    affair = st.builds(
        Job, parts=st.tuples(st.builds(Part, amount=maybe(numbers(places)), margin=maybe(
            numbers(places)), days=maybe(numbers(4)))), of=st.integers(0, 3),
        status=st.sampled_from(["commercial", "in_production", "finished", "lost"]), **shared,
    )  # fmt: skip
    return st.tuples(
        st.lists(sale, min_size=3, max_size=4), st.lists(affair, max_size=3)
    ).map(lambda both: [*both[0], *both[1]])  # fmt: skip


cases = st.sampled_from([0, 2, 3]).flatmap(lambda p: st.tuples(st.just(p), jobs(p)))


def scheduled(made: Sequence[Job], places: int) -> list[tuple[Any, ...]]:
    """number, position, plan, job, part and months of what can be scheduled."""
    return [
        (number, position, plan, job, part, plain.by_month(plan, job, part, places))
        for number, position, plan, job, part in plain.work(made)
        if plain.reason(plan, job, part) is None
    ]


@given(case=cases, months=st.integers(1, 30))
@EXAMPLES
def test_every_line_has_in_every_month_what_its_days_have(
    case: tuple[int, list[Job]], months: int
) -> None:
    places, made = case
    end = horizon_end(AS_OF, months)
    with production(made, places) as snapshot:
        rows = found(line_months(snapshot, months))
    got = {(r["plan"], r["id"], r["position"], r["month"]): r for r in rows}
    assert len(got) == len(rows)
    expected = {
        (plan, number, position, month): values
        for number, position, plan, _, _, spread in scheduled(made, places)
        for month, values in spread.items()
        if FIRST <= month < end
    }
    assert got.keys() == expected.keys()
    for key, values in expected.items():
        assert {name: got[key][name] for name in MEASURES} == values


@given(case=cases)
@EXAMPLES
def test_every_line_adds_up_to_itself_and_stays_in_its_period(
    case: tuple[int, list[Job]],
) -> None:
    places, made = case
    begin = date(2024, 1, 1)
    with production(made, places, as_of=begin) as snapshot:
        rows = found(line_months(snapshot, months=120))
    spread: dict[tuple[Any, ...], list[Any]] = defaultdict(list)
    for row in rows:
        spread[row["plan"], row["id"], row["position"]].append(row)
    for number, position, plan, job, part, _ in scheduled(made, places):
        mine = spread.pop((plan, number, position))
        assert plain.added(mine) == plain.totals(plan, job, part, places)
        assert min(row["month"] for row in mine) == job.start.replace(day=1)
        assert max(row["month"] for row in mine) == plain.last_day(job, part).replace(day=1)
    assert not spread


@given(
    case=cases, months=st.integers(1, 30),
    by=st.lists(st.sampled_from(["month", "quarter", "owner", "sale_type", "tag"]), unique=True),
)  # fmt: skip
@EXAMPLES
def test_groups_are_those_of_a_plain_loop(
    case: tuple[int, list[Job]], months: int, by: list[str]
) -> None:
    places, made = case
    groups: dict[tuple[Any, ...], list[Any]] = defaultdict(list)
    for _, _, plan, job, part, spread in scheduled(made, places):
        for month, values in spread.items():
            if FIRST <= month < horizon_end(AS_OF, months):
                quarter = month.replace(month=month.month - (month.month - 1) % 3)
                for tag in (job.tags or [None]) if "tag" in by else [None]:
                    named = {
                        "month": month, "quarter": quarter, "owner": job.more["owner"],
                        "sale_type": part.sale_type, "tag": tag,
                    }  # fmt: skip
                    groups[(*(named[name] for name in by), plan)].append(values)
    with production(made, places) as snapshot:
        rows = found(schedule(snapshot, by, months))
    got = {(*(row[name] for name in by), row["plan"]): row for row in rows}
    assert len(got) == len(rows)
    assert got.keys() == groups.keys()
    for key, members in groups.items():
        assert {name: got[key][name] for name in MEASURES} == plain.added(members)


@given(case=cases, months=st.integers(1, 30))
@EXAMPLES
def test_all_work_is_in_the_reconciliation(case: tuple[int, list[Job]], months: int) -> None:
    places, made = case
    expected: dict[tuple[str, str], list[Any]] = defaultdict(list)
    records: dict[tuple[str, str], set[int]] = defaultdict(set)
    for number, _, plan, job, part in plain.work(made):
        why = plain.reason(plan, job, part)
        if why is not None:
            expected[plan, why].append(plain.totals(plan, job, part, places))
            records[plan, why].add(number)
            continue
        for month, values in plain.by_month(plan, job, part, places).items():
            later = "in_horizon" if month < horizon_end(AS_OF, months) else "beyond"
            key = (plan, "past" if month < FIRST else later)
            expected[key].append(values)
            records[key].add(number)
    with production(made, places) as snapshot:
        rows = found(reconciliation(snapshot, months))
        [total] = found(pipeline.weighted(snapshot))
        listed = found(unscheduled(snapshot))
    assert len(rows) == 27
    for row in rows:
        key = (row["plan"], row["part"])
        assert row["records"] == len(records[key])
        sums = plain.added(expected[key])
        assert {name: row[name] for name in MEASURES} == {k: v or 0 for k, v in sums.items()}
        mine = [other for other in listed if (other["plan"], other["reason"]) == key]
        if row["part"] not in ("past", "in_horizon", "beyond"):
            assert {other["id"] for other in mine} == records[key]
            assert plain.added(mine) == sums
    for name in pipeline.MEASURES[1:]:
        probable = sum(row[name] for row in rows if row["plan"] == "probable")
        assert probable == (total[name] or 0)
