"""Named SQL statements, loaded from the `.sql` files beside this module.

A statement follows a line `-- name: add` in `sql/opportunity.sql` and is called
`opportunity.add`.
Parameters are written `:name`; they become `$1`, `$2`… which DuckDB and psycopg both understand, so
values never become part of the text. Text that several statements of a file share stands once
under `-- fragment: where` and is drawn in by a line `-- include: where`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
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
def _file(stem: str) -> dict[str, Statement]:
    text = (FOLDER / f"{stem}.sql").read_text(encoding="utf-8")
    _, *parts = _HEADING.split(text)
    found = list(zip(parts[::3], parts[1::3], map(_trimmed, parts[2::3]), strict=True))
    fragments = {name: body for heading, name, body in found if heading == "fragment"}
    return {
        name: _compiled(f"{stem}.{name}", _INCLUDE.sub(lambda m: fragments[m[1]], body))
        for heading, name, body in found
        if heading == "name"
    }


def _trimmed(body: str) -> str:
    """Without comments (a semicolon in one ends nothing) and without the final semicolon."""
    return _COMMENT.sub("", body).strip().removesuffix(";")


def _compiled(name: str, body: str) -> Statement:
    order: list[str] = []

    def number(match: re.Match[str]) -> str:
        if match[1] not in order:
            order.append(match[1])
        return f"${order.index(match[1]) + 1}"

    sql = _PARAMETER.sub(number, body).strip()
    return Statement(name, sql, tuple(order))


def statement(name: str) -> Statement:
    """The statement called `file.name`. Raises `KeyError` when there is none."""
    stem, _, part = name.partition(".")
    return _file(stem)[part]


def every_statement() -> list[Statement]:
    """All statements of all files, for the tests that run each on both engines."""
    return [s for path in sorted(FOLDER.glob("*.sql")) for s in _file(path.stem).values()]
