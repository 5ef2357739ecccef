"""Codes: numbered per kind and year, safe when several people save at once."""

from __future__ import annotations

from collections.abc import Set

from oppkit.store.kinds import Kind
from oppkit.store.session import Session


def next_code(session: Session, kind: Kind, year: int) -> str:
    """Take the next free code. The counter's row is locked until the transaction ends."""
    while True:
        row = session.one("setting.next_number", kind=kind.counter or kind.name, year=year)
        assert row is not None
        code = _code(kind, year, row["last"])
        # A code typed by hand or imported may already stand where the counter arrives.
        if not _taken(session, kind, code):
            return code


def next_quote_number(session: Session, year: int) -> str:
    """The number of a quote that is validated in `year`. None is left out: a transaction that is
    undone gives its number back, and quotes with a number are never deleted.
    """
    row = session.one("setting.next_number", kind="quote", year=year)
    assert row is not None
    return f"QUO-{year}-{row['last']:04d}"


def next_codes(
    session: Session, kind: Kind, year: int, count: int, taken: Set[str | None] = frozenset()
) -> list[str]:
    """Take many free codes at once; those in `taken` are about to be used."""
    if not count:
        return []
    codes: list[str] = []
    taken = taken | {row["code"] for row in session.all(f"{kind.name}.codes")}
    while missing := count - len(codes):
        row = session.one(
            "setting.next_numbers", kind=kind.counter or kind.name, year=year, n=missing
        )
        assert row is not None
        numbers = range(row["last"] - missing + 1, row["last"] + 1)
        codes += [c for number in numbers if (c := _code(kind, year, number)) not in taken]
    return codes


def proposed_code(session: Session, kind: Kind, year: int) -> str:
    """The code that the next record would get, without taking it."""
    row = session.one("setting.last_number", kind=kind.counter or kind.name, year=year)
    number = row["last"] + 1 if row else 1
    while _taken(session, kind, _code(kind, year, number)):
        number += 1
    return _code(kind, year, number)


def _taken(session: Session, kind: Kind, code: str) -> bool:
    found = session.one("access.code_taken", kind=kind.name, code=code, id=None)
    return found is not None


def _code(kind: Kind, year: int, number: int) -> str:
    if kind.code is None:
        raise TypeError(f"a {kind.name} has no code")
    return kind.code.format(year=year, year2=year % 100, number=number)
