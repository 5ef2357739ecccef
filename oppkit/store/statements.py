"""Named SQL statements, loaded from the `.sql` files beside this module.

A statement follows a line `-- name: add` in `sql/opportunity.sql` and is called
`opportunity.add`.
Parameters are written `:name`; they become `$1`, `$2`… which DuckDB and psycopg both understand, so
values never become part of the text. Text that several statements of a file share stands once
under `-- fragment: where` and is drawn in by a line `-- include: where`; a caller may ask for a
statement without some of its fragments.

The few statements that an engine must word in its own way stand once more in a folder of its name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "sql"
_HEADING = re.compile(r"^-- (name|fragment): (\w+)$", re.MULTILINE)
_INCLUDE = re.compile(r"^ *-- include: (\w+)$", re.MULTILINE)
_PARAMETER = re.compile(r"(?<![:\w]):([a-z_]+)")
_LIVE = re.compile(r"\blive\.(\w+)")
_COMMENT = re.compile(r"--(?! include: ).*$", re.MULTILINE)


@dataclass(frozen=True)
class Statement:
    """SQL text with positional parameters, and the names of those parameters in order."""

    name: str
    sql: str
    parameters: tuple[str, ...]

    def values(self, given: Mapping[str, Any]) -> list[Any]:
        """The values in order; entries of `given` that the statement does not name are left out."""
        return [given[name] for name in self.parameters]


@cache
def _file(stem: str, dialect: str) -> dict[str, dict[str, str]]:
    """The bodies of a file's statements, under "name", and of its fragments, under "fragment"."""
    found: dict[str, dict[str, str]] = {"name": {}, "fragment": {}}
    places = [FOLDER / f"{stem}.sql", *([FOLDER / dialect / f"{stem}.sql"] if dialect else [])]
    for path in places:
        text = path.read_text(encoding="utf-8") if path.exists() or path is places[0] else ""
        _, *parts = _HEADING.split(text)
        for heading, name, body in zip(parts[::3], parts[1::3], parts[2::3], strict=True):
            found[heading][name] = _trimmed(body)
    return found


def _trimmed(body: str) -> str:
    """Without comments (a semicolon in one ends nothing) and without the final semicolon."""
    return _COMMENT.sub("", body).strip().removesuffix(";")


def _filled(body: str, fragments: Mapping[str, str], without: Set[str]) -> str:
    """The body with its fragments drawn in, and theirs."""
    return _INCLUDE.sub(
        lambda m: "" if m[1] in without else _filled(fragments[m[1]], fragments, without), body
    )


def _compiled(name: str, body: str) -> Statement:
    order: list[str] = []

    def number(match: re.Match[str]) -> str:
        if match[1] not in order:
            order.append(match[1])
        return f"${order.index(match[1]) + 1}"

    sql = _PARAMETER.sub(number, body).strip()
    return Statement(name, sql, tuple(order))


@cache
def statement(name: str, without: frozenset[str] = frozenset(), dialect: str = "") -> Statement:
    """The statement called `file.name`, `without` some fragments. Raises `KeyError`."""
    stem, _, part = name.partition(".")
    bodies = _file(stem, dialect)
    return _compiled(name, _filled(bodies["name"][part], bodies["fragment"], without))


def every_statement(dialect: str = "") -> list[Statement]:
    """All statements of all files, for the tests that run each on both engines."""
    return [
        statement(f"{path.stem}.{name}", dialect=dialect)
        for path in sorted(FOLDER.glob("*.sql"))
        for name in _file(path.stem, dialect)["name"]
    ]


def live_tables(names: Iterable[str]) -> set[str]:
    """The tables of the workspace that statements read where it is attached as `live`."""
    return {table for name in names for table in _LIVE.findall(statement(name).sql)}
