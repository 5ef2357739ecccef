"""Copies, backups and what is restored from them: the same, row for row, or refused."""

from __future__ import annotations

import shutil
import threading
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from oppkit import demo, moving
from oppkit.model import Customer, Opportunity, Search
from oppkit.model.errors import UserError
from oppkit.store import schema, whole
from oppkit.store.duckdb_session import DuckDBSession
from oppkit.store.errors import (
    BackupDamaged,
    CopyDiffers,
    NewerBackup,
    NewerWorkspace,
    NotABackup,
    NotAWorkspace,
    NotEmpty,
    NoWorkspace,
)
from oppkit.store.layout import layout
from oppkit.store.opening import engine_at, open_store
from oppkit.workbench import Workbench
from tests.clock import Clock
from tests.postgresql_server import Server

Rows = dict[str, list[tuple[Any, ...]]]
SIDES = ("file", "server")


@pytest.fixture(scope="module")
def on_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo, with what it lacks: something in every table, and texts that are hard to copy."""
    path = tmp_path_factory.mktemp("moving") / "demo.duckdb"
    demo.write(path, 40)
    bench = Workbench(open_store(path), "Ana")
    bench.searches.save("Mine", Search(text="é"))
    bench.records.keep()
    twins = [bench.save(Customer(name=name)) for name in ("Énergie", "Energie")]
    bench.duplicates.merge(*twins)
    texts = ["", '"', "a,b;c", "line\nbreak\r\n\ttab", "\\N", "NULL", "🙂 œuvre", "'; --", "\\."]
    for text in texts:
        bench.save(Customer(name="x", comment=text, phone=" ".join(text.split())[:20]))
    with bench.store.read() as session:
        assert all(found.rows for found in whole.sums(session, schema.KNOWN).values())
    return path


@pytest.fixture(scope="module")
def on_server(on_file: Path, server: Server) -> Iterator[str]:
    """The same on the server."""
    name = server.new()
    moving.copy(on_file, server.url(name))
    yield server.url(name)
    server.drop(name)


@pytest.fixture(params=SIDES)
def source(request: pytest.FixtureRequest) -> str:
    return str(request.getfixturevalue(f"on_{request.param}"))


@pytest.fixture(params=SIDES)
def target(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where there is nothing yet."""
    if request.param == "server":
        return str(request.getfixturevalue("new_database"))
    return str(tmp_path / "target.duckdb")


def everything(url: str) -> Rows:
    """Every row of every table but those that each place keeps by itself."""
    with open_store(url).read() as session:
        return {
            table: sorted(
                session.execute(
                    f'select {", ".join(columns.names)} from "{table}"'
                ).fetchall(), key=str,
            )
            for table, columns in whole.own_tables(schema.KNOWN).items()
        }  # fmt: skip


def is_untouched(target: str) -> bool:
    """Whether there is still nothing."""
    if "://" in target:
        with pytest.raises(NoWorkspace):
            open_store(target, create=False)
        return True
    return [file.suffix for file in Path(target).parent.glob("target*")] in ([], [".lock"])


# -- the same ------------------------------------------------------------------------------------


def test_a_copy_is_the_same_row_for_row(source: str, target: str) -> None:
    told: list[tuple[int, int]] = []
    rows = moving.copy(source, target, lambda done, total: told.append((done, total)))
    found = everything(target)
    assert found == everything(source)
    assert rows == sum(map(len, found.values())) == told[-1][0] == told[-1][1]
    copied = Workbench(open_store(target), "Bo")
    assert copied.check() == []
    # Identifiers go on after those that were given, and the history is all there.
    before = {row[0] for row in found["customer"]}
    assert copied.save(Customer(name="Nouveau")).id not in before
    original = Workbench(open_store(source), "Ana")
    sale = original.get(Opportunity, original.search_ids(Search())[0])
    assert copied.history(sale) == original.history(sale)
    assert copied.forecast().rows.equals(original.forecast().rows)
    day = original.today.replace(day=1)
    assert copied.forecast(as_of=day).rows.equals(original.forecast(as_of=day).rows)


def test_what_is_restored_is_the_same_row_for_row(source: str, target: str, tmp_path: Path) -> None:
    file = tmp_path / "backup.oppkit"
    rows = moving.backup(source, file)
    assert moving.restore(file, target) == rows
    assert everything(target) == everything(source)
    assert Workbench(open_store(target), "Bo").check() == []
    assert sorted(left.name for left in tmp_path.glob("*oppkit*")) == [file.name]


@pytest.mark.both_engines
def test_a_backup_shows_one_moment_while_others_work(
    url: str, workbench: Workbench, saved: Callable[..., Opportunity], tmp_path: Path
) -> None:
    sale, stop = saved(), threading.Event()

    def work() -> None:
        bench, mine = Workbench(open_store(url), "Bo", Clock()), sale
        while not stop.is_set():
            # Title and comment are of one save; a mixture of two would differ.
            text = str(mine.version)
            mine = bench.save(mine.replace(comment=text, lines=[{"title": text, "amount": 1}]))

    working = threading.Thread(target=work)
    working.start()
    try:
        for number in range(4):
            moving.backup(url, tmp_path / f"{number}.oppkit")
    finally:
        stop.set()
        working.join()
    seen = []
    for number in range(4):
        restored = tmp_path / f"{number}.duckdb"
        moving.restore(tmp_path / f"{number}.oppkit", restored)
        bench = Workbench(open_store(restored), "Bo", Clock())
        found = bench.opportunity(sale.code or "")
        assert bench.check() == []
        assert found.comment in ("", found.lines[0].title)
        assert len(bench.history(found)) == found.version
        seen.append(found.version)
    assert seen == sorted(seen)


def test_a_rehearsal_on_a_server_leaves_it_as_it_was(on_server: str) -> None:
    before = everything(on_server)
    rehearsal = Workbench.rehearse(on_server, author="Ana")
    assert everything(rehearsal.store.engine.place) == before
    rehearsal.save(Customer(name="Essai"))
    assert everything(on_server) == before


def test_an_older_workspace_is_brought_up_to_date_on_the_way(
    tmp_path: Path, new_database: str
) -> None:
    old = open_at_schema(tmp_path / "old.duckdb", 1)
    moving.backup(old, tmp_path / "old.oppkit")
    moving.restore(tmp_path / "old.oppkit", tmp_path / "new.duckdb")
    moving.copy(old, new_database)
    for place in (str(tmp_path / "new.duckdb"), new_database):
        bench = Workbench(open_store(place), "Ana")
        assert bench.customer("OLD").name == "Œuvre"
        assert [row["name"] for row in bench.directory.customers(text="oeuvre").rows] == ["Œuvre"]
    with open_store(new_database).read() as session:
        assert schema.version(session) == schema.KNOWN


def open_at_schema(path: Path, version: int) -> Path:
    """A workspace as the program of an earlier schema left it, with one customer."""
    import duckdb

    with duckdb.connect(path) as connection:
        schema.advance(DuckDBSession(connection), 0, version)
        connection.execute(
            "insert into customer (id, version, code, name, kind, street, postcode, city, phone,"
            " website, vat_number, comment, active, search_text) values"
            " (nextval('record_id'), 1, 'OLD', 'Œuvre', 'prospect', '', '', '', '', '', '', '',"
            " true, 'old')"
        )
    return path


# -- refused -------------------------------------------------------------------------------------


def test_what_holds_something_is_never_written_to(source: str, tmp_path: Path, server: Server,
                                                  new_database: str) -> None:  # fmt: skip
    taken = tmp_path / "taken.duckdb"
    taken.write_text("mine")
    backup = tmp_path / "backup.oppkit"
    moving.backup(source, backup)
    whole_before = everything(source)
    server.run("create table mine (id integer)", new_database.partition("@/")[2].partition("?")[0])
    for target in (str(taken), source, new_database):
        with pytest.raises(NotEmpty, match="nothing was touched"):
            moving.copy(source, target)
        with pytest.raises(NotEmpty):
            moving.restore(backup, target)
    with pytest.raises(NotEmpty):
        moving.backup(source, taken)
    assert taken.read_text() == "mine"
    assert everything(source) == whole_before


def test_there_must_be_something_to_copy(tmp_path: Path, new_database: str, target: str) -> None:
    for source in (str(tmp_path / "none.duckdb"), new_database):
        if source == target:
            continue
        with pytest.raises((NoWorkspace, NotAWorkspace)):
            moving.copy(source, target)
        with pytest.raises((NoWorkspace, NotAWorkspace)):
            moving.backup(source, tmp_path / "x.oppkit")
    assert is_untouched(target)
    assert not (tmp_path / "x.oppkit").exists()


@pytest.mark.parametrize("broken", ["load", "sums"])
def test_a_copy_that_fails_on_its_way_leaves_nothing(
    broken: str, on_file: Path, target: str
) -> None:
    def fail(*_: object) -> None:
        raise OSError("no room")

    with whole.content(open_store(on_file).engine) as content:
        wrong = {**content.sums, "line": whole.Sums(1, {})}
        given = {
            "load": replace(content, stream=fail), "sums": replace(content, sums=wrong)
        }[broken]  # fmt: skip
        with pytest.raises(OSError if broken == "load" else CopyDiffers):
            whole.make(engine_at(target), given)
    assert is_untouched(target)
    moving.copy(on_file, target)


def test_a_newer_workspace_is_not_copied(on_file: Path, tmp_path: Path, target: str) -> None:
    newer = tmp_path / "newer.duckdb"
    shutil.copy(on_file, newer)
    with open_store(newer).write() as session:
        session.execute("insert into schema_migration values (99, 'future', now())")
    with pytest.raises(NewerWorkspace):
        moving.copy(newer, target)
    assert is_untouched(target)


# -- damaged -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def backup(on_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("backup") / "backup.oppkit"
    moving.backup(on_file, file)
    return file


def refusal(file: Path, target: Path) -> UserError:
    """The error of restoring a file, which must be one sentence and leave nothing behind."""
    before = file.read_bytes()
    with pytest.raises(UserError) as caught:
        moving.restore(file, target)
    assert file.read_bytes() == before
    assert not target.exists()
    assert "\n" not in str(caught.value)
    assert "nothing was touched" in str(caught.value)
    return caught.value


def test_a_backup_cut_short_is_refused(backup: Path, tmp_path: Path) -> None:
    whole_file = backup.read_bytes()
    for kept in (100, len(whole_file) // 2, len(whole_file) - 1):
        file = tmp_path / "short.oppkit"
        file.write_bytes(whole_file[:kept])
        assert isinstance(refusal(file, tmp_path / "new.duckdb"), BackupDamaged)


def test_a_byte_that_changed_is_found_wherever_it_is(
    backup: Path, tmp_path: Path, on_file: Path
) -> None:
    """Some bytes of a ZIP say nothing: what is restored in spite of them is the same."""
    intact, file = backup.read_bytes(), tmp_path / "changed.oppkit"
    wanted, kinds = everything(str(on_file)), set()
    for number, place in enumerate(range(0, len(intact), len(intact) // 60)):
        file.write_bytes(intact[:place] + bytes([intact[place] ^ 0x41]) + intact[place + 1 :])
        target = tmp_path / f"{number}.duckdb"
        told = outcome(file, target)
        if told is None:
            assert everything(str(target)) == wanted
        else:
            assert "\n" not in str(told)
            assert not target.exists()
            kinds.add(type(told))
    assert BackupDamaged in kinds
    assert kinds <= {BackupDamaged, NotABackup}


def outcome(file: Path, target: Path) -> UserError | None:
    try:
        moving.restore(file, target)
    except UserError as error:
        return error
    return None


def test_what_never_was_a_backup_is_refused(backup: Path, on_file: Path, tmp_path: Path) -> None:
    text, archive = tmp_path / "text.csv", tmp_path / "archive.zip"
    text.write_text("client;amount\n")
    with zipfile.ZipFile(archive, "w") as made:
        made.writestr("content.json", "{}")
    (tmp_path / "empty").touch()
    for file in (text, archive, on_file, tmp_path / "empty"):
        assert isinstance(refusal(file, tmp_path / "new.duckdb"), NotABackup)


@pytest.mark.parametrize("told", ['"schema": 99', '"format": 2'])
def test_a_backup_of_a_newer_oppkit_is_refused(told: str, backup: Path, tmp_path: Path) -> None:
    name = told.partition(":")[0]
    newer = changed(backup, tmp_path / "newer.oppkit", lambda text: text.replace(
        f"{name}: {schema.KNOWN if 'schema' in name else 1}", told, 1
    ))  # fmt: skip
    assert isinstance(refusal(newer, tmp_path / "new.duckdb"), NewerBackup)


@pytest.mark.parametrize(
    "change", [
        lambda text: text.replace('"customer"', '"stranger"'), lambda text: text[:-5],
        lambda text: "[]", lambda text: text.replace('"sha256"', '"sha"'),
    ],
)  # fmt: skip
def test_a_list_of_contents_that_cannot_be_right_is_refused(
    change: Callable[[str], str], backup: Path, tmp_path: Path
) -> None:
    wrong = changed(backup, tmp_path / "wrong.oppkit", change)
    assert isinstance(refusal(wrong, tmp_path / "new.duckdb"), BackupDamaged)


def changed(backup: Path, to: Path, change: Callable[[str], str]) -> Path:
    """The backup with another list of contents."""
    with zipfile.ZipFile(backup) as old, zipfile.ZipFile(to, "w") as new:
        for name in old.namelist():
            kept = old.read(name)
            new.writestr(name, change(kept.decode()) if name == "content.json" else kept)
    return to


@pytest.mark.parametrize(
    ("table", "column", "changed"),
    [
        ("customer", "comment", "'x' || comment"),
        ("customer", "phone", "reverse(phone)"),
        ("line", "position", "position + 1"),
        ("line", "opportunity_id", "opportunity_id + 1"),
        ("line", "amount", "amount + 0.001"),
        ("exchange_rate", "rate", "rate + 0.00000001"),
        ("opportunity", "probability_typed", "not probability_typed"),
        ("opportunity", "opened_on", "opened_on + 1"),
        ("opportunity_version", "valid_from", "valid_from + interval '0.000001 seconds'"),
        ("opportunity", "expected_signature", "null"),
    ],
)
def test_a_single_value_that_differs_makes_other_sums(
    table: str, column: str, changed: str, source: str
) -> None:
    store = open_store(source)

    def sums_of_both() -> None:
        with store.write() as session:
            before = whole.sums(session, schema.KNOWN)[table]
            [[kept]] = session.execute(
                f"select {column} from {table} where {column} is not null"
                + (" and phone <> reverse(phone)" if column == "phone" else "")
                + " limit 1"
            ).fetchall()
            session.execute(f"update {table} set {column} = {changed} where {column} = $1", [kept])
            after = whole.sums(session, schema.KNOWN)[table]
            assert after.rows == before.rows
            assert {
                name for name in after.columns if after.columns[name] != before.columns[name]
            } == {column}
            raise ZeroDivisionError  # nothing of it is to stay

    with pytest.raises(ZeroDivisionError):
        sums_of_both()


def test_the_layout_is_that_of_the_migrations() -> None:
    assert "parties" in layout()["quote"].names
    assert "parties" not in layout(1)["quote"].names
    assert "target" not in layout(3)
