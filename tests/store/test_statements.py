"""Named statements: parameters, fragments, comments."""

from __future__ import annotations

from pathlib import Path

import pytest

from oppkit.store import statements
from oppkit.store.statements import every_statement, live_tables, statement

TEXT = """-- What this file is about; with a semicolon.

-- Above a statement; it has a semicolon too.
-- fragment: matching
from customer as c -- comment; :not_a_parameter
where (:name is null or c.name = :name);

-- name: page
select c.id, c.name || ': ' || c.code, cast('1' as text)::text
-- include: matching
    and c.kind = :kind
order by :kind;

-- Something about the next one.
-- name: all
select 1
"""


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A file of statements of our own; gives the name it goes by."""
    (tmp_path / "sample.sql").write_text(TEXT, encoding="utf-8")
    monkeypatch.setattr(statements, "FOLDER", tmp_path)
    statements._file.cache_clear()
    yield "sample"
    statements._file.cache_clear()


def test_parameters_are_numbered_in_order_of_appearance(file: str) -> None:
    found = statement("sample.page")
    assert found.parameters == ("name", "kind")
    assert found.sql.count("$1") == 2
    assert found.sql.count("$2") == 2
    assert found.values({"kind": "prospect", "name": None, "unused": 1}) == [None, "prospect"]


def test_a_value_that_is_missing_is_an_error(file: str) -> None:
    with pytest.raises(KeyError):
        statement("sample.page").values({"kind": "prospect"})


def test_comments_and_semicolons_are_gone_and_colons_stay(file: str) -> None:
    found = statement("sample.page").sql
    assert ";" not in found
    assert "--" not in found
    assert "': '" in found
    assert "::text" in found
    assert statement("sample.all").sql == "select 1"


def test_an_unknown_name_is_an_error(file: str) -> None:
    with pytest.raises(KeyError):
        statement("sample.nothing")
    with pytest.raises(KeyError):
        statement("sample.matching")


def test_every_file_can_be_read() -> None:
    found = every_statement()
    assert {"opportunity.get", "search.page", "integrity.owner"} <= {s.name for s in found}
    assert len({s.name for s in found}) == len(found)
    for one in found:
        assert one.sql, one.name
        assert ";" not in one.sql, one.name
        assert ":" not in one.sql.replace("': '", "").replace('": ', ""), one.name


def test_an_engine_may_word_a_statement_in_its_own_way(file: str, tmp_path: Path) -> None:
    (tmp_path / "slow").mkdir()
    (tmp_path / "slow" / "sample.sql").write_text("-- name: all\nselect 2\n", encoding="utf-8")
    assert statement("sample.all", dialect="slow").sql == "select 2"
    assert statement("sample.all").sql == "select 1"
    assert statement("sample.page", dialect="slow") == statement("sample.page")


def test_the_tables_that_analyses_read_are_named_in_their_statements() -> None:
    assert live_tables(["snapshot.line"]) == {"line", "opportunity"}
    assert live_tables(["snapshot.affair", "span.earlier"]) == {"opportunity_version"}
