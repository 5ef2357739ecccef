"""Named SQL statements, loaded from the `.sql` files beside this module.

A statement follows a line `-- name: add` in `sql/opportunity.sql` and is called
`opportunity.add`.
Parameters are written `:name`; they become `$1`, `$2`… which DuckDB and psycopg both understand, so
values never become part of the text. Text that several statements of a file share stands once
under `-- fragment: where` and is drawn in by a line `-- include: where`; a caller may ask for a
statement without some of its fragments.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Set
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "sql"
_HEADING = re.compile(r"^-- (name|fragment): (\w+)$", re.MULTILINE)
_INCLUDE = re.compile(r"^ *-- include: (\w+)$", re.MULTILINE)
_PARAMETER = re.compile(r"(?<![:\w]):([a-z_]+)")
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
def _file(stem: str) -> dict[str, dict[str, str]]:
    """The bodies of a file's statements, under "name", and of its fragments, under "fragment"."""
    text = (FOLDER / f"{stem}.sql").read_text(encoding="utf-8")
    _, *parts = _HEADING.split(text)
    found: dict[str, dict[str, str]] = {"name": {}, "fragment": {}}
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
def statement(name: str, without: frozenset[str] = frozenset()) -> Statement:
    """The statement called `file.name`, `without` some fragments. Raises `KeyError`."""
    stem, _, part = name.partition(".")
    bodies = _file(stem)
    return _compiled(name, _filled(bodies["name"][part], bodies["fragment"], without))


def every_statement() -> list[Statement]:
    """All statements of all files, for the tests that run each on both engines."""
    return [
        statement(f"{path.stem}.{name}")
        for path in sorted(FOLDER.glob("*.sql"))
        for name in _file(path.stem)["name"]
    ]
