"""Likely duplicates of what somebody types, and merging two records that stand for one thing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from oppkit.desk import Desk
from oppkit.likeness import Names
from oppkit.model.bulk import shifted
from oppkit.model.record import Record
from oppkit.model.texts import folded
from oppkit.model.version import Merged
from oppkit.store import merging, references

R = TypeVar("R", bound=Record)

# Tests hold a table of pairs on either side of each. Opportunities of one customer have the
# customer in common already, so that a word more or less is more often the same sale.
_CUSTOMER = 80.0
_OPPORTUNITY = 75.0
_SAME_TOWN = 3.0  # what a town adds to the order of those that are alike, or takes from it


@dataclass(frozen=True)
class Likeness:
    """A record like the one being typed: `detail` is a customer's town, an opportunity's status.

    `score` is 0 to 100, for the same code or name.
    """

    id: int
    code: str
    name: str
    detail: str
    score: float


@dataclass(frozen=True)
class Merging(Generic[R]):
    """The record that stays, as merging would leave it.

    `moving` counts what belongs to the other one, and will to this one, by kind: "site", "quote"…
    """

    record: R
    moving: Mapping[str, int]


class _Customers:
    """The active customers, ready to be compared."""

    def __init__(self, rows: Sequence[dict[str, Any]]) -> None:
        self.rows = rows
        self.names = Names(row["name"] for row in rows)
        self.codes = {folded(row["code"]): place for place, row in enumerate(rows)}


class Duplicates:
    """Finding duplicates and merging them."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._counter = -1
        self._customers = _Customers(())

    def of_customer(
        self, name: str, code: str | None = None, city: str | None = None,
        exclude: int | None = None, limit: int = 5,
    ) -> list[Likeness]:  # fmt: skip
        """Active customers of nearly the same name, or the same code; the most alike first.

        Legal forms, case and accents do not count. `exclude` is the customer being edited.
        """
        known = self._active_customers()
        rows = known.rows
        found = {place: _nearby(score, rows[place], city)
                 for place, score in known.names.most_alike(name, _CUSTOMER)}  # fmt: skip
        if (same := known.codes.get(folded(code))) is not None:
            found[same] = 100.0
        best = sorted(found.items(), key=lambda item: (-item[1], item[0]))
        alike = [_likeness(rows[place], "city", score) for place, score in best]
        return [item for item in alike if item.id != exclude][:limit]

    def of_opportunity(
        self, name: str, customer_id: int, exclude: int | None = None, limit: int = 5
    ) -> list[Likeness]:
        """Opportunities of the customer with nearly the same name, open ones first.

        Those closed more than a year ago are left alone: a sale may come again each year.
        """
        with self._desk.read() as session:
            since = shifted(self._desk.today, -12)
            rows = session.all("duplicate.opportunities", customer_id=customer_id, closed_on=since)
        rows = [row for row in rows if row["id"] != exclude]
        best = Names(row["name"] for row in rows).most_alike(name, _OPPORTUNITY)
        best.sort(key=lambda item: -rows[item[0]]["still_open"])
        return [_likeness(rows[place], "status", score) for place, score in best[:limit]]

    def preview(self, kept: R, other: R) -> Merging[R]:
        """What merging `other` into `kept` would make of them as they now stand.

        Nothing is written. Raises what `merge` raises.
        """
        with self._desk.read() as session:
            lists = references.catalogue(session)
            return Merging(*merging.preview(session, kept, other, lists))

    def merge(self, kept: R, other: R) -> R:
        """Merge `other` into `kept`, and give `kept` as it now stands.

        All that refers to `other` refers to `kept` afterwards, each record with its next version in
        the history. Empty fields of `kept` are filled from `other`; sites, contacts, tags and
        people are joined. Lines are not: a duplicate's lines would count the same sale twice; they
        are taken when `kept` has none. `other` is deleted, its history stays.

        Raises `SameRecord`, `DifferentKinds`, `UnsavedDuplicate`, `WonAndLost`, `OtherIsWon`, and
        as saving does `EditConflict`, `Deleted` and `ValidationError`; nothing is written then.
        """
        with self._desk.write() as session:
            lists = references.catalogue(session)
            merged: R = merging.merge(session, kept, other, self._desk.stamp(), lists)
            return merged

    def merged_into(self, record: Record) -> list[Merged]:
        """The records that were merged into this one, oldest first; none for a new one."""
        with self._desk.read() as session:
            return merging.merged_into(session, record)

    def _active_customers(self) -> _Customers:
        """The active customers, read again when something in the workspace has changed."""
        with self._desk.read() as session:
            counter = session.all("setting.counter")[0]["counter"]
            if counter != self._counter:
                self._customers = _Customers(session.all("duplicate.customers"))
                self._counter = counter
        return self._customers


def _nearby(score: float, row: dict[str, Any], city: str | None) -> float:
    """The score moved by the town: a branch elsewhere is less likely the same customer."""
    if not city or not row["city"]:
        return score
    same = folded(city) == folded(row["city"])
    return min(100.0, score + _SAME_TOWN) if same else score - _SAME_TOWN


def _likeness(row: dict[str, Any], detail: str, score: float) -> Likeness:
    return Likeness(row["id"], row["code"], row["name"], row[detail], score)
