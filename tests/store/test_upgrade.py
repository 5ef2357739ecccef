"""A workspace of the first schema: brought up to date with all that it holds."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from oppkit.model import Contact, Customer, Employee, Event, Opportunity
from oppkit.model.texts import folded
from oppkit.store import schema
from oppkit.store.opening import open_store
from oppkit.workbench import Workbench
from tests.clock import Clock

# Of the tables that the first schema has: their columns, and how their texts were then.
OLD_TEXTS = {
    "opportunity": ("code", "name"), "customer": ("code", "name", "city"),
    "employee": ("code", "first_name", "last_name"), "affair": ("code", "name"),
    "quote": ("code", "name"), "event": ("subject",),
}  # fmt: skip

Content = dict[str, list[tuple[Any, ...]]]


def content(connection: duckdb.DuckDBPyConnection, columns: dict[str, list[str]]) -> Content:
    """The rows of every table, in the columns given."""
    return {
        table: connection.execute(
            f"select {', '.join(names)} from {table} order by all"
        ).fetchall()
        for table, names in columns.items()
    }  # fmt: skip


def columns_of(connection: duckdb.DuckDBPyConnection) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for table, column in connection.execute(
        "select table_name, column_name from information_schema.columns where table_catalog = "
        "current_database() order by table_name, ordinal_position"
    ).fetchall():
        found.setdefault(table, []).append(column)
    return found


def texts(connection: duckdb.DuckDBPyConnection, table: str) -> list[tuple[Any, ...]]:
    return connection.execute(f"select id, search_text from {table} order by id").fetchall()


@pytest.fixture
def filled(workbench: Workbench, saved: Callable[..., Opportunity], owner: Employee) -> Workbench:
    """A workspace of today with some of everything."""
    for name in ("Zoo", "Énergie", "Energie b", "Œuvre"):
        opportunity = saved(name=name, tags=("risk",))
        workbench.create_quote(opportunity)
    workbench.create_affair(opportunity)
    workbench.save(Event(kind="task", subject="Appeler Élise", owner_id=owner.id))
    kept = workbench.save(Customer(name="Été", contacts=[Contact(last_name="Ève")]))
    workbench.delete(kept)
    return workbench


@pytest.fixture
def old(filled: Workbench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same as the program of the first schema would have left it."""
    path = tmp_path / "old.duckdb"
    with monkeypatch.context() as context:
        context.setattr(schema, "MIGRATIONS", schema.MIGRATIONS[:1])
        context.setattr(schema, "KNOWN", 1)
        open_store(path)
    with duckdb.connect(path) as connection:
        connection.execute(f"attach '{filled.store.engine.path}' as today (read_only)")
        tables = columns_of(connection)
        for table in tables.keys() - {"schema_migration"}:
            names = ", ".join(tables[table])
            connection.execute(
                f"delete from {table}; insert into {table} select {names} from today.{table}"
            )
        for table, parts in OLD_TEXTS.items():
            for record, *values in connection.execute(
                f"select id, {', '.join(parts)} from {table}"
            ).fetchall():
                connection.execute(
                    f"update {table} set search_text = $1 where id = $2",
                    [folded(*values), record],
                )
        connection.execute("detach today; select count(nextval('record_id')) from range(99)")
    return path


def test_everything_is_kept_and_found_as_if_saved_today(old: Path, filled: Workbench) -> None:
    with duckdb.connect(old, read_only=True) as connection:
        columns = columns_of(connection)
        del columns["schema_migration"]
        for table in OLD_TEXTS:
            columns[table].remove("search_text")
        before = content(connection, columns)
    workbench = Workbench(open_store(old), "Ana")
    with duckdb.connect(old, read_only=True) as after:
        assert content(after, columns) == before
        with duckdb.connect(filled.store.engine.path, read_only=True) as today:
            assert columns_of(after) == columns_of(today)
            for table in (*OLD_TEXTS, "contact"):
                assert texts(after, table) == texts(today, table), table
    assert workbench.check() == []
    found = [row["name"] for row in workbench.search(sort="name").rows]
    assert found == ["Énergie", "Energie b", "Œuvre", "Zoo"]


def test_what_was_saved_before_can_be_changed_after(old: Path) -> None:
    workbench = Workbench(open_store(old), "Ana")
    for row in workbench.search().rows:
        opportunity = workbench.opportunity(row["code"])
        workbench.save(opportunity.replace(name=f"{row['name']} bis"))
    customer = workbench.customer("CUS-2026-0001")
    workbench.save(customer.replace(contacts=(*customer.contacts, Contact(last_name="Zola"))))
    assert [row["name"] for row in workbench.search(text="bis", sort="name").rows] == [
        "Energie b bis", "Énergie bis", "Œuvre bis", "Zoo bis",
    ]  # fmt: skip
    assert workbench.check() == []


def test_drafts_give_their_numbers_back(old: Path) -> None:
    """They had the numbers of quotes, which are now given without gaps to what goes out."""
    with duckdb.connect(old) as connection:
        connection.execute(
            "update quote set code = replace(code, 'DRAFT', 'QUO');"
            "update numbering set kind = 'quote' where kind = 'quote_draft'"
        )
    workbench = Workbench(open_store(old), "Ana", Clock())
    sale = workbench.opportunity("OPP-2026-0001")
    [quote] = workbench.quotes_of(sale)
    assert quote.code == "DRAFT-2026-0001"
    with duckdb.connect(old, read_only=True) as connection:
        assert connection.execute(
            "select excluding_tax, including_tax, terms from quote where code = $1", [quote.code]
        ).fetchall() == [(Decimal(1000), Decimal(1200), "")]
    assert workbench.create_quote(sale).code == "DRAFT-2026-0005"
    assert workbench.quotes.validate(quote).code == "QUO-2026-0001"
    assert workbench.check() == []


OPENING = """
import json, sys
import oppkit
workbench = oppkit.open(sys.argv[1], author=sys.argv[2])
employee = workbench.save(oppkit.Employee(last_name=sys.argv[2]))
print(json.dumps([workbench.search(sort="name").count, employee.code]))
"""


@pytest.mark.slow
def test_several_programs_open_it_at_once(old: Path) -> None:
    opened = [
        subprocess.Popen(
            [sys.executable, "-c", OPENING, str(old), f"p{place}"], stdout=subprocess.PIPE
        )
        for place in range(4)
    ]
    found = [json.loads(process.communicate()[0]) for process in opened]
    assert [process.returncode for process in opened] == [0] * 4
    assert [count for count, _ in found] == [4] * 4
    assert len({code for _, code in found}) == 4
    assert Workbench(open_store(old), "Ana").check() == []
    with duckdb.connect(old, read_only=True) as connection:
        done = connection.execute("select version from schema_migration order by all").fetchall()
    assert done == [(int(file.stem[:4]),) for file in schema.MIGRATIONS]


def test_an_upgrade_that_fails_leaves_the_file_as_it_was(
    old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*parts: str | None) -> str:
        raise OSError("no room")

    with duckdb.connect(old, read_only=True) as connection:
        columns = columns_of(connection)
        before = content(connection, columns)
    with monkeypatch.context() as context:
        context.setattr("oppkit.store.search_texts.searchable", fail)
        with pytest.raises(OSError, match="no room"):
            open_store(old)
    with duckdb.connect(old, read_only=True) as connection:
        assert columns_of(connection) == columns
        assert content(connection, columns) == before
    assert Workbench(open_store(old), "Ana").check() == []
