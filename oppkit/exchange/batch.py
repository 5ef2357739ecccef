"""What an import brings, ready to be written in one transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from oppkit.exchange.reader import Part
from oppkit.exchange.reasons import Reason
from oppkit.exchange.rules import SkipRule
from oppkit.exchange.sheet import Sheet
from oppkit.model.catalogue import Reference
from oppkit.model.opportunity import Opportunity
from oppkit.model.people import Customer, Employee

Origin = tuple[Part, Sheet, int]  # a row: its part, its sheet and its place there


@dataclass(frozen=True)
class Reject:
    """A row that was refused: its number and cells in its file, and every reason."""

    sheet: Sheet
    number: int
    reasons: tuple[Reason, ...]
    cells: tuple[Any, ...]


@dataclass
class Count:
    """What became of the rows of one part; `read` = `taken` + `rejected` + all `skipped`."""

    read: int = 0
    taken: int = 0
    rejected: int = 0
    skipped: Counter[SkipRule] = field(default_factory=Counter)


@dataclass(frozen=True)
class Past:
    """A version of an opportunity as it stood from `valid_from` until `valid_to` (None: still)."""

    opportunity: Opportunity
    valid_from: datetime
    valid_to: datetime | None
    author: str


@dataclass(frozen=True)
class Batch:
    """The records of an import, and an account of every row read.

    - `customers` and `employees` are new, with identifiers, and with a code only where the file
      gives one; `references` are new values of reference lists. All of them are needed by an
      opportunity of the batch.
    - `opportunities` have their code and no identifier. `fed` names the fields the files feed:
      of a stored opportunity all others stay (`oppkit.exchange.merge.merged` does that).
    - `history` is in order of code and time. The state in force now, if any, is also in
      `opportunities`; an opportunity whose last version has ended is only in `history`.
    - `from_history` counts the opportunities that only files of versions brought.
    - `origins` are the rows that an opportunity was made of.
    """

    opportunities: tuple[Opportunity, ...]
    fed: frozenset[str]
    customers: tuple[Customer, ...] = ()
    employees: tuple[Employee, ...] = ()
    references: tuple[Reference, ...] = ()
    history: tuple[Past, ...] = ()
    rejects: tuple[Reject, ...] = ()
    counts: Mapping[Part, Count] = field(default_factory=dict)
    from_history: int = 0
    lookup_missing: str = ""
    origins: Mapping[str, tuple[Origin, ...]] = field(default_factory=dict)

    def refused(self, errors: Mapping[str, Iterable[Reason]]) -> Batch:
        """The batch without the opportunities of these codes, which came to grief later.

        Their rows, those of their lines included, are rejected for these reasons.
        """
        counts = {part: replace(count) for part, count in self.counts.items()}
        rejects = list(self.rejects)
        for code, reasons in errors.items():
            for part, sheet, place in self.origins.get(code, ()):
                counts[part].taken -= 1
                counts[part].rejected += 1
                own = tuple(reasons) if part == "opportunities" else (_with(code),)
                rejects.append(Reject(sheet, sheet.numbers[place], own, sheet.cells(place)))
        left = tuple(o for o in self.opportunities if o.code not in errors)
        return replace(self, opportunities=left, rejects=tuple(rejects), counts=counts)

    @property
    def without_amount(self) -> int:
        """How many of the opportunities have no amount."""
        return sum(opportunity.amount is None for opportunity in self.opportunities)


def _with(code: str) -> Reason:
    return Reason("opportunity_refused", values={"text": code})


class Account:
    """Counts rows and gathers rejects while an import goes on."""

    def __init__(self) -> None:
        self.counts: dict[Part, Count] = {}
        self.rejects: list[Reject] = []
        self.origins: dict[str, tuple[Origin, ...]] = {}

    def start(self, part: Part, sheet: Sheet) -> Count:
        """Count the rows of a sheet; those that could not be split into cells are rejected."""
        count = self.counts.setdefault(part, Count())
        count.read += len(sheet) + len(sheet.broken)
        count.rejected += len(sheet.broken)
        self.rejects += [Reject(sheet, b.number, (b.reason,), b.cells) for b in sheet.broken]
        return count

    def reject(self, part: Part, sheet: Sheet, place: int, reasons: Iterable[Reason]) -> None:
        """Refuse the row at this place of the sheet."""
        self.counts[part].rejected += 1
        self.rejects.append(Reject(sheet, sheet.numbers[place], tuple(reasons), sheet.cells(place)))

    def take(self, part: Part, sheet: Sheet, place: int, code: str) -> None:
        """Count the row as taken, and remember that it belongs to the opportunity `code`."""
        self.counts[part].taken += 1
        self.origins[code] = (*self.origins.get(code, ()), (part, sheet, place))
