"""Getting in: addresses, passwords, and what is said when there is no connection to be had."""

from __future__ import annotations

import logging
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import keyring
import keyring.backend
import pytest

import oppkit
from oppkit.model.errors import UserError
from oppkit.store.errors import (
    AccessRefused,
    DriverMissing,
    NewerWorkspace,
    NotAWorkspace,
    NoWorkspace,
    PasswordInAddress,
    ServerTooOld,
    ServerUnreachable,
    UnknownScheme,
)
from oppkit.store.opening import open_store
from oppkit.store.postgresql import connections
from oppkit.workbench import Workbench
from tests.postgresql_server import Server

USER, PASSWORD = "guarded", "l'été: 100 %"


@pytest.fixture
def guarded(server: Server, database: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a workspace that asks for a password, and no way to know it yet."""
    monkeypatch.delenv("PGPASSWORD", raising=False)
    monkeypatch.setenv("PGPASSFILE", "nowhere")
    name = database.partition("@/")[2].partition("?")[0]
    quoted = PASSWORD.replace("'", "''")
    server.run(f"create role {USER} login superuser password '{quoted}'")
    yield server.port_url(name, USER)
    server.drop(name)
    server.run(f"drop role {USER}")


def works(url: str) -> bool:
    return Workbench(open_store(url), "Ana").catalogue().first_status().code == "to_qualify"


def test_the_password_comes_from_the_environment(
    guarded: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    assert works(guarded)
    assert Workbench(open_store(guarded), "Ana").snapshot().opportunity.count().execute() == 0


def test_the_password_comes_from_the_file_of_passwords(
    guarded: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "passwords"
    file.write_text(f"127.0.0.1:*:*:{USER}:{PASSWORD.replace(':', chr(92) + ':')}\n", "utf-8")
    file.chmod(0o600)
    monkeypatch.setenv("PGPASSFILE", str(file))
    assert works(guarded)


class Ring(keyring.backend.KeyringBackend):
    """A keyring in memory."""

    priority = 1  # type: ignore[assignment]

    def __init__(self, kept: dict[tuple[str, str], str]) -> None:
        self.kept = kept

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password


def test_the_password_comes_from_a_keyring(guarded: str) -> None:
    before = keyring.get_keyring()
    try:
        keyring.set_keyring(Ring({("oppkit", guarded.partition("://")[2]): PASSWORD}))
        assert works(guarded)
        assert Workbench(open_store(guarded), "Ana").snapshot().opportunity.count().execute() == 0
        keyring.set_keyring(Ring({}))
        with pytest.raises(AccessRefused):
            open_store(guarded)
    finally:
        keyring.set_keyring(before)


def told(caught: pytest.ExceptionInfo[BaseException]) -> str:
    """All that an error says, with those that brought it about: one sentence, at first."""
    assert isinstance(caught.value, UserError)
    assert "\n" not in str(caught.value)
    texts, error = [], caught.value
    while error is not None:
        texts += [str(error), repr(error)]
        error = error.__cause__ or error.__context__  # type: ignore[assignment]
    return " ".join(texts)


def test_a_wrong_password_is_not_told(
    guarded: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with pytest.raises(AccessRefused, match=r"does not let us in.*no password") as caught:
        open_store(guarded)
    monkeypatch.setenv("PGPASSWORD", "not this one")
    with pytest.raises(AccessRefused, match="password authentication failed") as caught:
        open_store(guarded)
    assert "not this one" not in told(caught)
    assert "not this one" not in caplog.text


@pytest.mark.parametrize(
    "address", [
        "postgresql://ana:se%40cret@server/sales", "postgresql://ana:se@cret@server/sales",
        "postgresql://ana@server/sales?password=secret", "postgresql://ana:sec/ret@server/sales",
        "postgres://:secret@server",
    ],
)  # fmt: skip
def test_an_address_with_a_password_is_refused_without_repeating_it(address: str) -> None:
    with pytest.raises((PasswordInAddress, UnknownScheme)) as caught:
        open_store(address)
    assert "cret" not in told(caught)
    with pytest.raises((PasswordInAddress, UnknownScheme)):
        oppkit.open(address)


def test_a_password_is_nowhere_in_a_workbench(
    guarded: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    workbench = Workbench(open_store(guarded), "Ana")
    engine = workbench.store.engine
    shown = [repr(thing) for thing in (workbench, workbench.store, engine, vars(engine))]
    shown += [repr(vars(engine.connections))]  # type: ignore[attr-defined]
    assert not any(PASSWORD in text or "été" in text for text in shown)


def test_what_cannot_be_reached_is_said_in_a_sentence(server: Server) -> None:
    with socket.socket() as held:  # its port answers nobody, and is nobody else's
        held.bind(("127.0.0.1", 0))
        for address, reason in (
            (f"postgresql://ana@127.0.0.1:{held.getsockname()[1]}/sales", "refused"),
            (server.url("nowhere"), "does not exist"),
            ("postgresql:///sales?host=/nowhere", "No such file"),
        ):
            with pytest.raises(ServerUnreachable, match=f"{reason}.*Nothing was saved") as caught:
                open_store(address)
            assert address in told(caught)


def test_an_old_server_is_refused(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "OLDEST", 99)
    with pytest.raises(ServerTooOld, match="99 or newer"):
        open_store(database)


def test_without_the_library_it_is_said_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(DriverMissing, match=r"pip install 'oppkit\[postgresql\]'"):
        open_store("postgresql://server/sales")


# -- what is found there -------------------------------------------------------------------------


def test_an_empty_database_becomes_a_workspace_when_asked(new_database: str) -> None:
    with pytest.raises(NoWorkspace, match="no database at postgresql://"):
        open_store(new_database, create=False)
    assert works(new_database)
    assert open_store(new_database, create=False)


def test_tables_of_another_program_are_left_alone(server: Server, new_database: str) -> None:
    name = new_database.partition("@/")[2].partition("?")[0]
    server.run("create table opportunity (id integer)", name)
    with pytest.raises(NotAWorkspace, match="another program"):
        open_store(new_database)
    tables = "select table_name from information_schema.tables where table_schema = 'public'"
    assert server.run(tables, name) == [("opportunity",)]


def test_a_newer_workspace_is_refused(server: Server, database: str) -> None:
    workbench = Workbench(open_store(database), "Ana")
    name = database.partition("@/")[2].partition("?")[0]
    server.run("insert into schema_migration values (99, 'future', now())", name)
    with pytest.raises(NewerWorkspace, match="schema 99"):
        open_store(database)
    with pytest.raises(NewerWorkspace):
        workbench.set("currency", "USD")
    with pytest.raises(NewerWorkspace):
        workbench.save(oppkit.Customer(name="Client"))
