"""Lists of customers, people, events, quotes and affairs: a page of rows, and how many in all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

from oppkit.model.quote import QuoteState
from oppkit.model.search import Found, Sum
from oppkit.model.texts import folded
from oppkit.store.session import Row, Session

_TEXT = 'r.search_text collate "C"'
_CUSTOMER = 'r.customer_text collate "C"'
# What each list can be sorted by; the unknown comes last, equal ones stay in order of creation.
_ORDERS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "customers": {
        "name": (_TEXT,), "code": ("r.code",), "kind": ("r.kind", _TEXT),
        "city": ("nullif(split_part(r.search_text, chr(10), 3), '') collate \"C\"", _TEXT),
        "sector": ("r.sector_rank", _TEXT), "contacts": ("contacts", _TEXT),
        "open_opportunities": ("open_opportunities", _TEXT),
    },
    "contacts": {"name": (_TEXT,), "customer": ('c.search_text collate "C"', _TEXT)},
    "employees": {
        "name": (_TEXT,), "code": ("r.code",), "establishment": ("s.rank", _TEXT),
    },
    "events": {
        "subject": (_TEXT,), "customer": (_CUSTOMER, "r.day"),
        "owner": ('r.owner_text collate "C"', "r.day"), "day": ("r.day", "r.starts_at"),
        "done_on": ("r.done_on",),
    },
    "quotes": {
        "code": ("r.code",), "name": (_TEXT,), "customer": (_CUSTOMER, _TEXT),
        "state": ("r.state_rank", _TEXT), "quoted_on": ("r.quoted_on",),
        "valid_until": ("r.valid_until",), "amount": ("r.excluding_tax",),
    },
    "affairs": {
        "code": ("r.code",), "name": (_TEXT,), "customer": (_CUSTOMER, _TEXT),
        "status": ("r.status_rank", _TEXT), "opened_on": ("r.opened_on",),
        "production_start": ("r.production_start",), "production_end": ("r.production_end",),
        "budget": ("r.budget",),
    },
}  # fmt: skip
# Open ones of today, late ones and coming ones by day, undated ones; then the done, latest first.
_AGENDA = (
    " order by place, case when place = 4 then coalesce(r.done_on, r.day) end desc nulls last,"
    " case when place = 4 then -r.id end, r.day nulls last, r.starts_at nulls last, r.id"
)
_LATE = 1


@dataclass(frozen=True)
class Page:
    """Which rows of a list, and in what order; `limit` None: all that follow `offset`."""

    sort: str
    descending: bool = False
    offset: int = 0
    limit: int | None = None

    def ending(self, listed: str) -> str:
        """The order and the page in SQL. Raises ValueError for an unknown order."""
        if (listed, self.sort) == ("events", "agenda"):
            order = _AGENDA
        elif keys := _ORDERS[listed].get(self.sort):
            direction = "desc" if self.descending else "asc"
            order = " order by " + ", ".join(
                [f"{keys[0]} {direction} nulls last", *(f"{key} nulls last" for key in keys[1:])]
            )
            order += ", r.id"
        else:
            raise ValueError(
                f"{listed} cannot be sorted by {self.sort!r}: {sorted(_ORDERS[listed])}"
            )
        limit = "" if self.limit is None else f" limit {int(self.limit)}"
        return f"{order}{limit} offset {int(self.offset)}"


def words(text: str, in_customer: bool = False) -> dict[str, Any]:
    """The words of a text by the fragment that looks for them; in the customer's name as well."""
    # The longest word leaves the fewest rows to look at again.
    found = sorted(folded(text).split(), key=len, reverse=True)
    first, others = (found[0] if found else None), found[1:] or None
    ending = "_or_customer" if in_customer else ""
    none = dict.fromkeys(("word", "other_words", "word_or_customer", "other_words_or_customer"))
    return none | {f"word{ending}": first, f"other_words{ending}": others}


def listed(session: Session, name: str, given: Mapping[str, Any], page: Page) -> Found:
    """A page of a list; criteria that are None do not restrict."""
    unused = _unused(given)
    rows = session.all(f"directory.{name}", given, ending=page.ending(name), without=unused)
    [counted] = session.all(f"directory.{name}_count", given, without=unused)
    return Found(rows, counted["count"])


def sums(session: Session, name: str, given: Mapping[str, Any]) -> list[Sum]:
    """What all rows of a list come to, whatever page is shown: one entry per currency."""
    rows = session.all(f"directory.{name}_sums", given, without=_unused(given))
    return [Sum(**row) for row in rows]


def quotes(session: Session, given: Mapping[str, Any], page: Page, today: date) -> Found:
    """A page of quotes, with whether each has `expired`: on offer, for longer than it holds."""
    found = listed(session, "quotes", given, page)
    return Found([row | {"expired": _expired(row, today)} for row in found.rows], found.count)


def _expired(quote: Row, today: date) -> bool:
    until: date | None = quote["valid_until"]
    return quote["state"] == QuoteState.VALIDATED and until is not None and until < today


def _unused(given: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(criterion for criterion, value in given.items() if value is None)


def events(
    session: Session, given: Mapping[str, Any], page: Page, today: date, zone: tzinfo | None
) -> Found:
    """A page of events, with the local `day` of each and whether it is `late`."""
    begins, ends = midnight(today, zone), midnight(today + timedelta(days=1), zone)
    moments = {"today": today, "begins": begins, "ends": ends, "offset": minutes(today, zone)}
    found = listed(session, "events", {**given, **moments}, page)
    rows = [
        {**row, "day": local_day(row, zone), "late": row["place"] == _LATE} for row in found.rows
    ]
    for row in rows:
        del row["place"]
    return Found(rows, found.count)


def local_day(event: Row, zone: tzinfo | None) -> date | None:
    """When an event is due, else the day on which it starts where the person is."""
    starts: datetime | None = event["starts_at"]
    due: date | None = event["due_on"]
    return due or (starts.astimezone(zone).date() if starts else None)


def midnight(day: date, zone: tzinfo | None) -> datetime:
    """When a day begins; without a zone it is taken as the machine's own."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def minutes(day: date, zone: tzinfo | None) -> int:
    """How far a day is from UTC, at noon."""
    distance = datetime.combine(day, time(12), zone).astimezone(zone).utcoffset() or timedelta()
    return int(distance.total_seconds() // 60)
