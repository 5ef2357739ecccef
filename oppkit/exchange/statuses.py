"""The status of every row: what its label says, what flags say, and what to do in doubt."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from oppkit.exchange.columns import Column, matching
from oppkit.exchange.labels import Labels
from oppkit.exchange.reasons import Reason
from oppkit.exchange.rules import Mapping, Rule
from oppkit.exchange.sheet import Sheet
from oppkit.model.catalogue import Catalogue, Outcome, Status


def status_codes(
    sheet: Sheet, mapping: Mapping, columns: dict[str, Column], catalogue: Catalogue
) -> list[str | Reason]:
    """A status code for each row, or the reason why it has none.

    Where the flags contradict the label, they win: a label can be renamed, a flag cannot.
    """
    rule = mapping.fields.get("status", Rule())
    chooser = _Chooser(catalogue, rule)
    none: Sequence[Any] = [None] * len(sheet)
    labels = columns["status"].values if "status" in columns else none
    chances = columns["probability"].values if "probability" in columns else none
    flags = _flags(sheet, mapping)
    heading = columns["status"].heading if "status" in columns else ""
    memory: dict[Any, str | Reason] = {}
    result = []
    for key in zip(labels, flags, chances if rule.unknown == "nearest" else none, strict=True):
        chance = key[2] if isinstance(key[2], Decimal) else None
        known = (key[0], key[1], chance)
        if known not in memory:
            found = chooser.choose(*known)
            memory[known] = found.at(heading) if isinstance(found, Reason) else found
        result.append(memory[known])
    return result


def _flags(sheet: Sheet, mapping: Mapping) -> list[Outcome | None]:
    """What the flag columns say; the first rule that fits decides."""
    result: list[Outcome | None] = [None] * len(sheet)
    for rule in mapping.outcome:
        for i, fits in enumerate(matching(sheet, rule.column, rule.equals)):
            if fits and result[i] is None:
                result[i] = Outcome(rule.outcome)
    return result


class _Chooser:
    """Finds the status of a row."""

    def __init__(self, catalogue: Catalogue, rule: Rule) -> None:
        self._catalogue = catalogue
        self._rule = rule
        self._labels = Labels("status", catalogue)
        self._open = [s for s in catalogue.all(Status, True) if s.outcome is Outcome.OPEN]

    def choose(
        self, label: str | None, flag: Outcome | None, probability: Decimal | None
    ) -> str | Reason:
        """The status for a label, a flag and a probability, each of which may be missing."""
        found = self._by_label(label)
        if isinstance(found, str) and flag in (None, self._catalogue.outcome(found)):
            return found
        if flag is not None and flag is not Outcome.OPEN:
            return self._catalogue.closing_status(flag).code
        if flag is Outcome.OPEN and self._rule.unknown == "nearest":
            return self._nearest(probability)
        if isinstance(found, str):  # the label says closed, the flags say open
            return self._catalogue.first_status().code
        return found if isinstance(found, Reason) else Reason("missing")

    def _by_label(self, label: str | None) -> str | Reason | None:
        if not label:
            return None
        found = self._labels.code(label, Rule(match=self._rule.match))
        if isinstance(found, str):
            return found
        other = self._rule.unknown
        if self._catalogue.get(Status, other) is not None:
            return other
        return Reason("unknown_status", values={"text": label})

    def _nearest(self, probability: Decimal | None) -> str:
        """The open status whose default probability is nearest, the first one without any."""
        if probability is None:
            return self._catalogue.first_status().code
        nearest = min(
            self._open, key=lambda status: abs((status.probability or Decimal(0)) - probability)
        )
        return nearest.code
