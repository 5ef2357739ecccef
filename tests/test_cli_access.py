"""`oppkit grant`."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from oppkit import granting
from oppkit.cli import app
from oppkit.model import Employee
from oppkit.store.errors import NotOnServer
from oppkit.workbench import Workbench
from tests.postgresql_server import Server

LISTED = {
    "en": ["cora (Cora Diaz): salesperson, and sees the team lyon.",
           "dan: reader, and sees all teams.",
           "eli (Eli Roux): salesperson, and sees what is their own."],
    "fr": ["cora (Cora Diaz)\u00a0: commercial et voit l'équipe lyon.",
           "dan\u00a0: lecteur et voit toutes les équipes.",
           "eli (Eli Roux)\u00a0: commercial et ne voit que ce qui est à lui ou à elle."],
}  # fmt: skip


@pytest.fixture
def place(database: str, server: Server) -> str:
    server.has_users("cora", "dan", "eli")
    bench = Workbench.open(database)
    bench.save(Employee(code="CORA", first_name="Cora", last_name="Diaz", establishment="lyon"))
    bench.save(Employee(code="ELI", first_name="Eli", last_name="Roux"))
    return database


def told(*arguments: str, place: str) -> str:
    result = CliRunner().invoke(app, ["grant", *arguments, "--db", place], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output.strip()


@pytest.mark.parametrize("language", ["en", "fr"])
def test_roles_are_given_told_and_taken(
    language: str, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPPKIT_LANG", language)
    assert "oppkit grant salesperson" in told(place=place)
    given = [
        told("salesperson", "cora", "--employee", "CORA", place=place),
        told("reader", "dan", place=place),
        told("salesperson", "eli", "--employee", "ELI", place=place),
    ]
    assert all(name in line for name, line in zip(("cora", "dan", "eli"), given, strict=True))
    assert told(place=place).splitlines() == LISTED[language]
    assert "dan" in told("reader", "dan", "--revoke", place=place)
    assert [member.login for member in granting.members(place)] == ["cora", "eli"]


def test_it_must_be_said_to_whom(place: str) -> None:
    result = CliRunner().invoke(app, ["grant", "reader", "--db", place])
    assert result.exit_code == 2
    assert "oppkit grant reader ana" in result.output


def test_a_file_has_no_roles(path: str) -> None:
    with pytest.raises(NotOnServer):
        told("reader", "ana", place=str(path))
