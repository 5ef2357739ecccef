"""Finding opportunities: one page of rows, and totals over the whole result."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from oppkit.model.catalogue import Outcome
from oppkit.model.search import Search, Sort
from oppkit.model.texts import folded
from oppkit.store.session import Row, Session

# The collation makes PostgreSQL compare search texts byte by byte, as DuckDB does.
_ORDER = {
    Sort.CODE: "o.code",
    Sort.NAME: 'o.search_text collate "C"',
    Sort.CUSTOMER: 'c.search_text collate "C"',
    Sort.STATUS: "s.rank",
    Sort.OWNER: 'e.search_text collate "C"',
    Sort.OPENED_ON: "o.opened_on",
    Sort.EXPECTED_SIGNATURE: "o.expected_signature",
    Sort.CLOSED_ON: "o.closed_on",
    Sort.PROBABILITY: "o.probability",
    Sort.AMOUNT: "o.amount",
    Sort.WEIGHTED_AMOUNT: "w.weighted_amount",
}


@dataclass(frozen=True)
class CurrencyTotal:
    """Sums over the whole result in one currency."""

    currency: str
    opportunities: int
    amount: Decimal | None
    weighted_amount: Decimal | None

    @property
    def count(self) -> int:
        """How many were added up, as sums of other lists call it."""
        return self.opportunities


@dataclass(frozen=True)
class SearchResult:
    """`rows`: the page asked for; `totals`: one entry per currency over all rows found."""

    rows: list[Row]
    totals: list[CurrencyTotal]

    @property
    def count(self) -> int:
        """Number of opportunities found, on all pages."""
        return sum(total.opportunities for total in self.totals)


def search(session: Session, wanted: Search, today: date) -> SearchResult:
    """The opportunities that meet all criteria."""
    return SearchResult(page(session, wanted, today), totals(session, wanted, today))


def totals(session: Session, wanted: Search, today: date) -> list[CurrencyTotal]:
    """The sums over the whole result alone."""
    given = parameters(wanted, today)
    rows = session.all("search.totals", given, without=_unused(given) | {"weighing"})
    return [CurrencyTotal(**row) for row in rows]


def page(session: Session, wanted: Search, today: date) -> list[Row]:
    """The rows of one page alone, which is faster. `overdue` is judged on `today`."""
    given = parameters(wanted, today)
    ending = _order(wanted)
    if wanted.limit is not None:
        ending += f" limit {int(wanted.limit)}"
    ending += f" offset {int(wanted.offset)}"
    rows = session.all("search.page", given, ending=ending, without=_unused(given))
    return [row | {"overdue": _overdue(row, today)} for row in weighed(session, rows)]


def identifiers(session: Session, wanted: Search, today: date) -> list[int]:
    """The identifiers of the whole result, in its order."""
    given = parameters(wanted, today)
    found = session.all("search.ids", given, ending=_order(wanted), without=_unused(given))
    return [row["id"] for row in found]


def _order(wanted: Search) -> str:
    direction = "desc" if wanted.descending else "asc"
    return f" order by {_ORDER[wanted.sort]} {direction} nulls last, o.id"


def _unused(given: dict[str, Any]) -> frozenset[str]:
    """The fragments of criteria that do not restrict."""
    return frozenset(name for name, value in given.items() if value is None)


def _overdue(row: Row, today: date) -> bool:
    expected = row["expected_signature"]
    return bool(row["outcome"] == Outcome.OPEN and expected and expected < today)


def weighed(session: Session, rows: list[Row]) -> list[Row]:
    """The rows of opportunities with their weighted amounts."""
    weights = session.all("search.weights", ids=[row["id"] for row in rows])
    weighted = {row["opportunity_id"]: row["weighted_amount"] for row in weights}
    return [row | {"weighted_amount": weighted.get(row["id"])} for row in rows]


def parameters(wanted: Search, today: date) -> dict[str, Any]:
    """The criteria by the name of their fragment; those that do not restrict are None."""
    given: dict[str, Any] = {
        name: (list(value) or None) if isinstance(value, tuple) else value
        for name, value in wanted.__dict__.items()
    }
    # The longest word leaves the fewest rows to look at again.
    words = sorted(folded(wanted.text).split(), key=len, reverse=True)
    tags = list(dict.fromkeys(wanted.all_tags))
    return given | {
        "word": words[0] if words else None,
        "other_words": words[1:] or None,
        "all_tags": tags or None,
        "all_tags_count": len(tags),
        "overdue_on": today if wanted.overdue else None,
        "undated": wanted.undated or None,
        "weighing": True if wanted.sort is Sort.WEIGHTED_AMOUNT else None,
    }
