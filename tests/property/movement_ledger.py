"""A movement worked out again in plain Python, one opportunity after the other, from its versions.

Nothing is shared with `oppkit.analysis`: an opportunity walks from what it was to what it is, and
each step books what leaves one place and what comes into another.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from oppkit.model import Opportunity, Version
from oppkit.model.catalogue import Catalogue
from oppkit.model.money import decimals, weighted

Worth = tuple[Decimal, Decimal]
ZERO = (Decimal(0), Decimal(0))
PERIODS = ("month", "quarter", "year")
Book = dict[tuple[Any, ...], list[Any]]


@dataclass(frozen=True)
class Moment:
    """The end of a day: from when on it is over, and the rates in force on it."""

    ends_at: datetime
    rates: Mapping[str, Decimal]

    def known(self, versions: Sequence[Version]) -> Opportunity | None:
        for version in versions:
            begun = version.valid_from < self.ends_at
            if begun and (version.valid_to is None or version.valid_to >= self.ends_at):
                assert isinstance(version.record, Opportunity)
                return version.record
        return None


@dataclass(frozen=True)
class Question:
    """What is asked: breakdown, period of signatures, condition."""

    by: tuple[str, ...] = ()
    within: tuple[date, date] | None = None
    where: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class Ledger:
    """All the walks from one moment to another."""

    opening: Moment
    closing: Moment
    base: str
    lists: Catalogue
    owners: Mapping[int | None, str | None]
    question: Question
    booked: Book = field(default_factory=lambda: defaultdict(lambda: [set(), *ZERO]))

    def add(self, versions: Sequence[Version]) -> None:
        """Walk one opportunity, in each of the pieces that the question makes of it."""
        before, after = self.opening.known(versions), self.closing.known(versions)
        was_there = any(version.valid_from < self.opening.ends_at for version in versions)
        for piece in self._pieces(before, after):
            Walk(self, piece, was_there).go(before, after)

    def _pieces(self, before: Opportunity | None, after: Opportunity | None) -> list[Row]:
        sides = [record for record in (before, after) if record]
        types = {line.sale_type for record in sides for line in record.lines}
        tags = {tag for record in sides for tag in record.tags or (None,)}
        wanted_types, wanted_tags = (self._wanted(name) for name in ("sale_type", "tag"))
        if wanted_types is not None:
            types &= set(wanted_types)
        if wanted_tags is not None:
            tags &= set(wanted_tags)
        if (wanted_types is not None and not types) or (wanted_tags is not None and not tags):
            return []
        by = self.question.by
        split = [{t} for t in types or {None}] if "sale_type" in by else [types or {None}]
        tagged = [{t} for t in tags] if "tag" in by else [tags if wanted_tags is not None else None]
        return [
            {"types": kinds if "sale_type" in by or wanted_types is not None else None, "tags": t}
            for kinds in split
            for t in tagged
        ]

    def _wanted(self, name: str) -> list[Any] | None:
        return listed(self.question.where[name]) if name in self.question.where else None


Row = dict[str, Any]


def listed(wanted: Any) -> list[Any]:
    return list(wanted) if isinstance(wanted, list | tuple) else [wanted]


@dataclass
class Walk:
    """One opportunity (its lines of some types, under some tags) on its way."""

    ledger: Ledger
    piece: Row
    was_there: bool
    place: Any = None  # its group, or None outside of what the question is about
    worth: Worth = ZERO
    code: str | None = None

    def go(self, before: Opportunity | None, after: Opportunity | None) -> None:
        known = after or before
        if known is None:
            return
        self.code = known.code
        was_open = before is not None and self._outcome(before) == "open"
        is_open = after is not None and self._outcome(after) == "open"
        if not was_open and not (is_open or (after is not None and not self.was_there)):
            return
        opening, closing = self.ledger.opening, self.ledger.closing
        if not was_open:
            assert after is not None
            part = "reopened" if before is not None or self.was_there else "created"
            self._come(part, self._place(after, after), self._worth(after, closing, after))
            self._leave_or_stay(after, is_open)
            return
        assert before is not None
        self._come("opening", self._place(before, before), self._worth(before, opening, before))
        if after is None:
            self._leave("removed")
            return
        ends = after if is_open else self._as_left(before, after)
        there = self._worth(before, opening, before)
        self._move("pushed_out", "pulled_in", self._place(after, before), there)
        self._move("reassigned_out", "reassigned_in", self._place(after, ends), there)
        if self.place is not None:
            steady = self._steady(before, after)
            self._revalue(self._worth(after, steady, before), "increased", "decreased")
            self._revalue(self._worth(after, steady, ends), "probability", "probability")
            self._revalue(self._worth(after, closing, ends), "currency", "currency")
        self._leave_or_stay(after, is_open)

    def _as_left(self, before: Opportunity, after: Opportunity) -> Opportunity:
        """What was closed, with the status and probability it had before."""
        changed = {"status": before.status, "probability": before.probability}
        return after.model_copy(update=changed)

    def _steady(self, before: Opportunity, after: Opportunity) -> Moment:
        """The opening's rates; the closing's for a new currency that had none."""
        opening, closing = self.ledger.opening, self.ledger.closing
        rates = dict(opening.rates)
        if before.currency != after.currency and after.currency not in rates:
            rates |= {k: v for k, v in closing.rates.items() if k == after.currency}
        return Moment(opening.ends_at, rates)

    def _outcome(self, record: Opportunity) -> str:
        return self.ledger.lists.outcome(record.status).value

    def _day(self, record: Opportunity) -> date | None:
        won = self._outcome(record) == "won" and record.closed_on
        return record.closed_on if won else record.expected_signature

    def _place(self, dated: Opportunity, other: Opportunity) -> tuple[Any, ...] | None:
        """The group, by the dates of one and the rest of the other; None outside."""
        question, day = self.ledger.question, self._day(dated)
        if question.within and not (day and question.within[0] <= day < question.within[1]):
            return None
        if self.piece["tags"] is not None and not self.piece["tags"] & set(other.tags or (None,)):
            return None
        values = {name: first_day(day, name) for name in PERIODS} | {
            "owner": self.ledger.owners[other.owner_id], "sector": other.sector,
            "status": other.status, "currency": other.currency,
        }  # fmt: skip
        for name, wanted in question.where.items():
            if name in values and values[name] not in listed(wanted):
                return None
        for name, given in (("sale_type", "types"), ("tag", "tags")):
            if name in question.by:
                [values[name]] = self.piece[given]
        return tuple(values[name] for name in question.by)

    def _worth(self, lines: Opportunity, at: Moment, chance: Opportunity) -> Worth:
        amount = likely = Decimal(0)
        base, types = self.ledger.base, self.piece["types"]
        rate = Decimal(1) if lines.currency == base else at.rates.get(lines.currency)
        for line in lines.lines:
            if line.amount is None or rate is None or (types and line.sale_type not in types):
                continue
            value = line.amount
            if lines.currency != base:
                unit = Decimal(1).scaleb(-decimals(base))
                value = (value * rate).quantize(unit, ROUND_HALF_UP)
            amount += value
            likely += weighted(value, chance.probability, base) or 0
        return amount, likely

    def _book(self, part: str, place: Any, amount: Decimal, likely: Decimal) -> None:
        entry = self.ledger.booked[(*place, part)]
        entry[0].add(self.code)
        entry[1] += amount
        entry[2] += likely

    def _come(self, part: str, place: Any, worth: Worth) -> None:
        self.place, self.worth = place, worth
        if place is not None:
            self._book(part, place, *worth)

    def _leave(self, part: str) -> None:
        if self.place is not None:
            self._book(part, self.place, -self.worth[0], -self.worth[1])
        self.place = None

    def _leave_or_stay(self, after: Opportunity, is_open: bool) -> None:
        if not is_open:
            self._leave(self._outcome(after))
        elif self.place is not None:
            self._book("closing", self.place, *self.worth)

    def _move(self, out: str, into: str, place: Any, worth: Worth) -> None:
        if place != self.place:
            self._leave(out)
            self._come(into, place, worth)

    def _revalue(self, worth: Worth, up: str, down: str) -> None:
        change = (worth[0] - self.worth[0], worth[1] - self.worth[1])
        self.worth = worth
        if change != ZERO:
            self._book(up if change > ZERO else down, self.place, *change)


def first_day(day: date | None, period: str) -> date | None:
    if day is None:
        return None
    month = {"month": day.month, "quarter": (day.month - 1) // 3 * 3 + 1, "year": 1}[period]
    return date(day.year, month, 1)
