"""Opening a workspace: what is created, brought up to date, and refused without a byte changed."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from oppkit.model import UserError
from oppkit.store import network, schema
from oppkit.store.errors import (
    NetworkDrive,
    NewerWorkspace,
    NotAWorkspace,
    NoWorkspace,
    StorageFailed,
    UnknownScheme,
)
from oppkit.store.opening import Store, open_store
from oppkit.workbench import Workbench

EVERY = [(int(file.stem[:4]), file.stem[5:]) for file in schema.MIGRATIONS]
NEXT = schema.KNOWN + 1


def tables(path: Path) -> set[str]:
    with duckdb.connect(path, read_only=True) as connection:
        return {row[0] for row in connection.execute("show tables").fetchall()}


def migrations(path: Path) -> list[tuple[int, str]]:
    with duckdb.connect(path, read_only=True) as connection:
        return connection.execute(
            "select version, name from schema_migration order by version"
        ).fetchall()


def refusal(path: Path) -> UserError:
    """The error of opening a file, which must be one sentence and leave the file as it was."""
    before = path.read_bytes()
    with pytest.raises(UserError) as caught:
        Workbench(open_store(path), "Ana")
    assert path.read_bytes() == before
    assert "\n" not in str(caught.value)
    assert str(path) in str(caught.value)
    assert not path.with_name(path.name + ".wal").exists()
    return caught.value


def test_a_new_file_is_a_workspace_with_its_lists(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "new.duckdb"
    workbench = Workbench(open_store(path), "Ana")
    assert workbench.catalogue().label("status", "won", "fr") == "Gagnée"
    assert workbench.check() == []
    assert migrations(path) == EVERY


def test_opening_again_changes_nothing(path: Path) -> None:
    before = path.read_bytes()
    Workbench(open_store(path), "Ana").search()
    assert path.read_bytes() == before


def test_a_path_may_be_a_text_or_start_at_home(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(path.parent))
    monkeypatch.setenv("USERPROFILE", str(path.parent))
    assert open_store(f"~/{path.name}").engine.path == path
    assert open_store(str(path)).engine.path == path


def test_a_quote_in_the_path(template: Path, tmp_path: Path) -> None:
    path = tmp_path / "l'énergie.duckdb"
    path.write_bytes(template.read_bytes())
    workbench = Workbench(open_store(path), "Ana")
    assert workbench.snapshot().opportunity.count().to_pandas() == 0


@pytest.fixture
def next_migration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Gives this program one more migration with the text given."""

    def add(text: str) -> None:
        file = tmp_path / f"{NEXT:04d}_more.sql"
        file.write_text(text, encoding="utf-8")
        monkeypatch.setattr(schema, "MIGRATIONS", [*schema.MIGRATIONS[: len(EVERY)], file])
        monkeypatch.setattr(schema, "KNOWN", NEXT)

    return add


def test_a_missing_migration_is_run_and_recorded(
    path: Path, next_migration: Callable[[str], None]
) -> None:
    next_migration("create table extra (id integer); insert into extra values (1);")
    workbench = Workbench(open_store(path), "Ana")
    assert workbench.catalogue().first_status().code == "to_qualify"
    assert "extra" in tables(path)
    assert migrations(path) == [*EVERY, (NEXT, "more")]


def test_a_failing_migration_leaves_nothing(
    path: Path, next_migration: Callable[[str], None]
) -> None:
    before = tables(path)
    next_migration(
        "create table extra (id integer); alter table opportunity add column extra integer;"
        "insert into setting values ('x', 'y'); select * from nowhere;"
    )
    with pytest.raises(duckdb.CatalogException):
        open_store(path)
    assert tables(path) == before
    assert migrations(path) == EVERY
    with duckdb.connect(path, read_only=True) as connection:
        assert connection.execute("select count(*) from setting").fetchone() == (0,)
        columns = {row[0] for row in connection.execute("describe opportunity").fetchall()}
    assert "extra" not in columns


def test_a_new_file_whose_migration_fails_can_be_opened_later(
    tmp_path: Path, next_migration: Callable[[str], None]
) -> None:
    path = tmp_path / "new.duckdb"
    next_migration("select * from nowhere;")
    with pytest.raises(duckdb.CatalogException):
        open_store(path)
    assert tables(path) == set()
    next_migration("create table extra (id integer);")
    open_store(path)
    assert "extra" in tables(path)


def test_a_newer_file_is_refused_untouched(path: Path) -> None:
    with duckdb.connect(path) as connection:
        connection.execute("insert into schema_migration values (99, 'future', now())")
    error = refusal(path)
    assert isinstance(error, NewerWorkspace)
    assert "written by a newer oppkit (schema 99" in str(error)
    assert "Update oppkit" in str(error)


def test_a_file_that_became_newer_meanwhile_is_refused(path: Path) -> None:
    workbench = Workbench(open_store(path), "Ana")
    with duckdb.connect(path) as connection:
        connection.execute("insert into schema_migration values (99, 'future', now())")
    with pytest.raises(NewerWorkspace):
        workbench.set("currency", "USD")
    with pytest.raises(NewerWorkspace):
        workbench.search()


def a_text(path: Path, template: Path) -> None:
    path.write_text("Client;Montant\nDupont;100\n" * 50, encoding="utf-8")


def an_empty_file(path: Path, template: Path) -> None:
    path.write_bytes(b"")


def a_spreadsheet(path: Path, template: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")


def a_sqlite_file(path: Path, template: Path) -> None:
    import sqlite3

    with sqlite3.connect(path) as connection:
        connection.execute("create table opportunity (id integer)")
    connection.close()


def a_truncated_file(path: Path, template: Path) -> None:
    whole = template.read_bytes()
    path.write_bytes(whole[: len(whole) // 10])


def someone_elses_database(path: Path, template: Path) -> None:
    with duckdb.connect(path) as connection:
        connection.execute("create table opportunity (id integer)")


@pytest.mark.parametrize(
    "make", [a_text, an_empty_file, a_spreadsheet, a_sqlite_file, a_truncated_file,
             someone_elses_database],
)  # fmt: skip
def test_what_is_not_a_workspace_is_refused_untouched(
    make: Callable[[Path, Path], None], tmp_path: Path, template: Path
) -> None:
    path = tmp_path / "file.duckdb"
    make(path, template)
    error = refusal(path)
    assert isinstance(error, NotAWorkspace)
    assert "is not an oppkit database" in str(error)


def test_damage_that_shows_only_when_read_is_one_sentence_too(path: Path) -> None:
    whole = path.read_bytes()
    refusals: list[UserError] = []
    for tenth in range(1, 10):
        path.write_bytes(whole[: len(whole) * tenth // 10])
        try:
            Workbench(open_store(path), "Ana").search()
        except UserError as error:
            refusals.append(error)
        assert len(path.read_bytes()) == len(whole) * tenth // 10
    assert {NotAWorkspace, StorageFailed} <= {type(error) for error in refusals}
    assert not any("\n" in str(error) for error in refusals)


def test_a_folder_and_an_address_are_not_files(tmp_path: Path) -> None:
    with pytest.raises(NotAWorkspace, match="folder"):
        open_store(tmp_path)
    with pytest.raises(UnknownScheme, match="Give the path"):
        open_store("mysql://server/base")


def test_a_file_that_went_away_is_not_made_again(store: Store, path: Path) -> None:
    path.unlink()
    with pytest.raises(NoWorkspace, match="oppkit demo"), store.read():
        pass
    assert not path.exists()


def test_a_place_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(StorageFailed, match="could not be read or written"):
        open_store(tmp_path / "file" / "new.duckdb")


@pytest.mark.parametrize(
    ("mounts", "kind"),
    [
        ("/dev/sda1 / ext4 rw 0 0\nserver:/x {folder} nfs4 rw 0 0\n", "nfs4"),
        ("/dev/sda1 / ext4 rw 0 0\n//server/x {folder} cifs rw 0 0\n", "cifs"),
        ("server:/ / nfs rw 0 0\n", "nfs"),
        ("server:/ / nfs rw 0 0\n/dev/sda1 {folder} ext4 rw 0 0\n", None),
        ("/dev/sda1 / ext4 rw 0 0\nserver:/x {folder}x nfs rw 0 0\n", None),
        ("", None),
    ],
)
def test_a_network_drive_is_refused(
    mounts: str, kind: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "with space"
    folder.mkdir()
    written = mounts.format(folder=str(folder).replace(" ", "\\040"))
    (tmp_path / "mounts").write_text(written, encoding="utf-8")
    monkeypatch.setattr(network, "_MOUNTS", tmp_path / "mounts")
    if kind is None:
        assert open_store(folder / "new.duckdb")
    else:
        with pytest.raises(NetworkDrive, match=rf"network drive \({kind}\).*local disk"):
            open_store(folder / "new.duckdb")
        assert list(folder.iterdir()) == []
