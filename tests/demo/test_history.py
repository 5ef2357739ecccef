"""Two years of history: how opportunities came, slipped, closed, came back and went."""

from __future__ import annotations

import duckdb

from oppkit.demo import TODAY


def one(database: duckdb.DuckDBPyConnection, sql: str) -> tuple[object, ...]:
    """The only row of a query."""
    (row,) = database.execute(sql).fetchall()
    return tuple(row)


def count(database: duckdb.DuckDBPyConnection, sql: str) -> int:
    """How many rows a query gives."""
    found = one(database, f"select count(*) from ({sql})")[0]
    assert isinstance(found, int)
    return found


def test_each_version_ends_when_the_next_begins(history: duckdb.DuckDBPyConnection) -> None:
    assert count(history, """
        select * from (
            select *, lead(version) over w as following, lead(valid_from) over w as next_from,
                row_number() over w as place
            from opportunity_version window w as (partition by opportunity_id order by version)
        ) where version <> place or valid_to <= valid_from
            or (following is not null and valid_to is distinct from next_from)
    """) == 0  # fmt: skip


def test_the_last_version_is_the_live_row(history: duckdb.DuckDBPyConnection) -> None:
    shared = (
        "version, status, probability, amount, margin, currency, opened_on, expected_signature, "
        "closed_on, owner_id, customer_id, establishment, sector, family, subfamily, origin_type"
    )
    live = f"select id, {shared} from opportunity"
    last = f"select opportunity_id, {shared} from opportunity_version where valid_to is null"
    assert count(history, f"({live}) except ({last})") == 0
    assert count(history, live) == count(history, last)


def test_deleted_ones_leave_only_their_history(history: duckdb.DuckDBPyConnection) -> None:
    gone = """
        select opportunity_id from opportunity_version group by all
        having bool_and(valid_to is not null)
    """
    assert count(history, gone) == 120
    for table, column in {
        "opportunity": "id", "line": "opportunity_id", "tagging": "record_id",
        "responsible": "record_id", "participant": "record_id", "event": "opportunity_id",
    }.items():  # fmt: skip
        assert count(history, f"select * from {table} where {column} in ({gone})") == 0
    assert count(history, "select * from opportunity_version where deleted_by is not null") == 120


def test_nothing_happens_after_today(history: duckdb.DuckDBPyConnection) -> None:
    latest = one(history, """
        select cast(greatest(max(valid_from), max(valid_to)) as date) < date '2026-09-15',
            max(closed_on) < date '2026-09-15', max(opened_on) < date '2026-09-15',
            cast(min(valid_from) as date)
        from opportunity_version
    """)  # fmt: skip
    assert latest[:3] == (True, True, True)
    assert 720 <= (TODAY - latest[3]).days <= 730  # type: ignore[operator]


def test_some_lost_ones_come_back(history: duckdb.DuckDBPyConnection) -> None:
    back = """
        select * from (
            select *, lag(outcome) over (partition by opportunity_id order by version) as before
            from opportunity_version
        ) where outcome = 'open' and before <> 'open'
    """
    assert count(history, back) > 50
    assert (
        count(history, f"select * from ({back}) where before = 'won' or closed_on is not null") == 0
    )


def test_dates_are_pushed_most_often_at_the_end_of_a_month(
    history: duckdb.DuckDBPyConnection,
) -> None:
    history.execute("""
        create temp table push as
        select valid_from, expected_signature > before as later from (
            select *, lag(expected_signature) over w as before, lag(status) over w as status_before
            from opportunity_version window w as (partition by opportunity_id order by version)
        ) where status = status_before and expected_signature <> before
    """)
    later, at_the_end = one(history, """
        select avg(cast(later as integer)),
            avg(cast(day(last_day(valid_from)) - day(valid_from) < 3 or day(valid_from) < 3
                as integer))
        from push
    """)  # fmt: skip
    assert later == 1
    assert isinstance(at_the_end, float)
    assert at_the_end > 0.4  # five or six days of thirty


def test_signatures_cluster_at_the_end_of_a_quarter(history: duckdb.DuckDBPyConnection) -> None:
    won = "select closed_on from opportunity where status = 'won'"
    late = count(history, f"""
        select * from ({won}) where month(closed_on) % 3 = 0
            and day(last_day(closed_on)) - day(closed_on) < 12
    """)  # fmt: skip
    assert late / count(history, won) > 0.25  # 13 % of the days


def test_weekends_are_free(history: duckdb.DuckDBPyConnection) -> None:
    for column in ("opened_on", "closed_on"):
        assert count(history, f"select * from opportunity where isodow({column}) > 5") == 0


def test_the_special_cases_are_there(database: duckdb.DuckDBPyConnection) -> None:
    names = (
        "expected_signature < date '2026-09-15'", "expected_signature is null",
        "probability is null", "amount is null", "owner_id is null", "currency = 'TND'",
        "currency = 'USD'", "currency = 'GBP'", "currency = 'MAD'", "subfamily is null",
        "amount > 800000", "establishment is null", "origin_type is null", "margin is null",
        "probability_typed", "not probability_typed",
    )  # fmt: skip
    open_ones = "select * from opportunity where closed_on is null"
    found = {name: count(database, f"{open_ones} and {name}") for name in names}
    assert [name for name, number in found.items() if number == 0] == []


def test_every_list_of_the_classification_is_used(database: duckdb.DuckDBPyConnection) -> None:
    for name in ("status", "origin_type", "establishment", "sector", "family", "loss_reason"):
        assert count(database, f"""
            select code from reference where list = '{name}'
                and code not in (select {name} from opportunity where {name} is not null)
        """) == 0  # fmt: skip
    for name, column, table in (("sale_type", "sale_type", "line"), ("tag", "tag", "tagging")):
        assert count(database, f"""
            select code from reference where list = '{name}'
                and code not in (select {column} from {table})
        """) == 0  # fmt: skip


def test_a_rate_is_in_force_on_every_day_but_for_one_currency(
    database: duckdb.DuckDBPyConnection,
) -> None:
    without = database.execute("""
        select distinct currency from opportunity_version as v
        where currency <> 'EUR' and not exists (
            select 1 from exchange_rate as r
            where r.currency = v.currency and r.valid_from <= cast(v.valid_from as date)
        )
    """).fetchall()
    assert without == [("MAD",)]
