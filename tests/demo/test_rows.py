"""The rows of the demo: sound, repeatable, and the same as the model would have written them."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from oppkit import demo
from oppkit.demo.company import Company
from oppkit.model import Catalogue, Customer, Employee, Event, Line, Opportunity
from oppkit.model.texts import searchable
from oppkit.store.integrity import findings
from oppkit.store.opening import open_store


def test_the_same_size_and_seed_give_the_same_rows() -> None:
    first, again = demo.generate(400, 7), demo.generate(400, 7)
    assert first.keys() == again.keys()
    for name, rows in first.items():
        assert rows.equals(again[name]), name


def test_another_seed_gives_another_company() -> None:
    first, other = demo.generate(400, 7), demo.generate(400, 8)
    for name in ("customer", "opportunity", "line", "opportunity_version", "exchange_rate"):
        assert not first[name].equals(other[name]), name


@pytest.mark.parametrize("size", [1, 2, 30])
def test_small_companies_are_whole(size: int, tmp_path: Path) -> None:
    demo.write(tmp_path / "small.duckdb", size)
    with open_store(tmp_path / "small.duckdb").read() as session:
        assert findings(session) == []
        assert len(session.all("opportunity.codes")) == size


def test_no_rule_of_the_workspace_is_broken(written: Path) -> None:
    with open_store(written).read() as session:
        assert findings(session) == []


def test_the_size_counts_open_and_closed_ones(database: duckdb.DuckDBPyConnection) -> None:
    count, open_share = database.execute("""
        select count(*), avg(cast(closed_on is null as integer)) from opportunity
    """).fetchall()[0]
    assert count == demo.SIZE
    assert 0.25 <= open_share <= 0.35


def test_versions_are_what_the_model_would_write(large: Company, catalogue: Catalogue) -> None:
    records = large.tables["opportunity_version"]["record"].to_pylist()
    for record in records[:: len(records) // 400]:
        opportunity = Opportunity.model_validate_json(record).checked(catalogue)
        assert opportunity.model_dump_json() == record


def test_columns_of_a_version_are_those_of_its_record(
    history: duckdb.DuckDBPyConnection, catalogue: Catalogue
) -> None:
    cursor = history.execute("select * from opportunity_version order by hash(record) limit 300")
    names = [column[0] for column in cursor.description or ()]
    for values in cursor.fetchall():
        row = dict(zip(names, values, strict=True))
        record = Opportunity.model_validate_json(row["record"])
        assert (record.id, record.version) == (row["opportunity_id"], row["version"])
        assert catalogue.outcome(record.status).value == row["outcome"]
        for name in (
            "status", "probability", "amount", "margin", "currency", "opened_on",
            "expected_signature", "closed_on", "owner_id", "customer_id", "establishment",
            "sector", "family", "subfamily", "origin_type",
        ):  # fmt: skip
            assert getattr(record, name) == row[name], name


def test_other_records_are_what_the_model_would_write(large: Company, catalogue: Catalogue) -> None:
    kinds = {"customer": Customer, "employee": Employee, "event": Event}
    rows = large.tables["record_version"].to_pylist()
    assert {row["kind"] for row in rows} == set(kinds)
    for row in rows[:: len(rows) // 600]:
        record = kinds[row["kind"]].model_validate_json(row["record"]).checked(catalogue)
        assert record.id == row["record_id"]
        assert record.model_dump_json() == row["record"]


def test_opening_a_record_gives_its_last_version(written: Path) -> None:
    from oppkit.workbench import Workbench

    workbench = Workbench(open_store(written), author="test")
    with workbench.store.read() as session:
        codes = [row["code"] for row in session.all("opportunity.codes")]
    for code in codes[::60]:
        opportunity = workbench.opportunity(code)
        last = workbench.history(opportunity)[-1]
        assert last.record.model_dump_json() == opportunity.model_dump_json()


def test_amounts_are_those_that_the_model_computes(
    history: duckdb.DuckDBPyConnection,
) -> None:
    rows = history.sql("""
        select l.*, o.currency from line as l join opportunity as o on o.id = l.opportunity_id
        where l.unit_price is not null order by hash(l.opportunity_id, l.position) limit 2000
    """).to_arrow_table()
    odd = 0
    for row in rows.to_pylist():
        fields = {name: row[name] for name in Line.model_fields}
        priced = Line.model_validate(fields | {"amount": None}).priced(row["currency"])
        assert priced.amount == row["amount"]
        odd += row["duration_months"] in (10, 18) and row["recurrence"] != "monthly"
    assert odd > 10  # a number of periods that is not whole


def test_searches_find_what_they_should(database: duckdb.DuckDBPyConnection) -> None:
    for table, parts in {
        "opportunity": "name, code", "customer": "name, code, city",
        "employee": "last_name || ' ' || first_name, code", "event": "subject",
        "contact": "last_name || ' ' || first_name",
    }.items():  # fmt: skip
        for *texts, found in database.execute(
            f"select {parts}, search_text from {table} order by id limit 50"
        ).fetchall():
            assert found == searchable(*texts)


def test_codes_follow_the_openings_of_their_year(database: duckdb.DuckDBPyConnection) -> None:
    wrong = database.execute("""
        select code from (
            select code, opened_on, lag(opened_on) over (order by code) as before
            from opportunity
        ) where opened_on < before or code not like 'OPP-' || year(opened_on) || '-____'
    """).fetchall()
    assert wrong == []
    beyond = database.execute("""
        select code from opportunity as o join numbering as n
            on n.kind = 'opportunity' and n.year = year(o.opened_on)
        where cast(right(code, 4) as integer) > n.last
    """).fetchall()
    assert beyond == []
