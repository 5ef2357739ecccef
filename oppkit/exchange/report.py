"""The account of an import: what became of every row read, in one line."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from oppkit import locale
from oppkit.exchange.batch import Batch, Count
from oppkit.exchange.reader import Part
from oppkit.locale import formats


@dataclass(frozen=True)
class Summary:
    """`created`, `changed` and `unchanged` opportunities, beside what the batch counted."""

    batch: Batch = field(repr=False)  # a notebook would try to show every row of it
    created: int
    changed: int
    unchanged: int

    @classmethod
    def of(cls, batch: Batch, created: int, changed: int, unchanged: int) -> Summary:
        """The account of a batch that was written, or would be."""
        return cls(batch, created, changed, unchanged)

    @property
    def read(self) -> int:
        """Rows read, those of lines and versions included."""
        return sum(count.read for count in self.batch.counts.values())

    @property
    def rejected(self) -> int:
        """Rows refused, those of lines and versions included."""
        return sum(count.rejected for count in self.batch.counts.values())

    @property
    def skipped(self) -> int:
        """Rows left out by a rule of the mapping, those of lines and versions included."""
        return sum(count.skipped.total() for count in self.batch.counts.values())

    def sentence(self, language: str) -> str:
        """One line that accounts for every row read, in French or English."""
        parts = [self._opportunities(language)]
        others: tuple[Part, ...] = ("lines", "history")
        parts += [
            _counted(f"summary_{part}", self.batch.counts[part], language)
            for part in others
            if part in self.batch.counts
        ]
        if self.batch.from_history:
            parts.append(_said("summary_history_only", language, count=self.batch.from_history))
        if left_out := self._left_out(language):
            parts.append(_said("summary_left_out", language, reasons=left_out))
        if self.batch.without_amount:
            parts.append(_said("summary_no_amount", language, count=self.batch.without_amount))
        if self.batch.lookup_missing:
            parts.append(_said("summary_lookup_missing", language, file=self.batch.lookup_missing))
        return " ".join(parts)

    def _opportunities(self, language: str) -> str:
        count = self.batch.counts.get("opportunities", Count())
        return _counted(
            "summary", count, language,
            created=self.created, changed=self.changed, unchanged=self.unchanged,
        )  # fmt: skip

    def _left_out(self, language: str) -> str:
        """The reasons for leaving rows out, with their numbers."""
        totals: Counter[str] = Counter()
        for count in self.batch.counts.values():
            for rule, rows in count.skipped.items():
                totals[(language == "fr" and rule.reason_fr) or rule.reason] += rows
        return ", ".join(
            f"{reason} ({formats.number(rows, language)})" for reason, rows in totals.items()
        )


def _counted(key: str, count: Count, language: str, **more: int) -> str:
    return _said(
        key, language, read=count.read, taken=count.taken, rejected=count.rejected,
        skipped=count.skipped.total(), **more,
    )  # fmt: skip


def _said(key: str, language: str, **values: int | str) -> str:
    shown = {
        name: formats.number(value, language) if isinstance(value, int) else value
        for name, value in values.items()
    }
    return locale.text(f"exchange.{key}", language, **shown)
