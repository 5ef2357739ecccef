"""What one import shares between its files: lists, people, what the mapping says."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from oppkit.exchange.cells import unlisted
from oppkit.exchange.directory import Directory
from oppkit.exchange.labels import Labels
from oppkit.exchange.people import People
from oppkit.exchange.reasons import Reason
from oppkit.exchange.rules import Mapping, Rule
from oppkit.model.catalogue import LISTS, Catalogue, LossReason, Reference, Status
from oppkit.model.references import Responsible

Progress = Callable[[int, int], None]


class Context:
    """The surroundings of an import. `total` is the number of rows that will be read."""

    def __init__(
        self, mapping: Mapping, directory: Directory, catalogue: Catalogue, today: date,
        progress: Progress | None, total: int,
    ) -> None:  # fmt: skip
        self.mapping = mapping
        self.directory = directory
        self.catalogue = catalogue
        self.today = today
        self.labels = {name: Labels(name, catalogue) for name in LISTS}
        self.people = People(directory, mapping.fields)
        self.usual: dict[str, Decimal | None] = {
            status.code: status.probability for status in catalogue.all(Status)
        }
        known = catalogue.get(LossReason, "unspecified")
        self.unspecified = known.code if known is not None else None
        self._report = progress
        self._total = total
        self._done = 0
        self.responsibles: dict[Any, tuple[Responsible, ...] | Reason] = {}  # by what a row says

    def progress(self, rows: int) -> None:
        """Say that so many more rows are done."""
        self._done += rows
        if self._report is not None:
            self._report(min(self._done, self._total), self._total)

    def finish(self) -> None:
        """Say that all rows are done."""
        self._done = self._total
        self.progress(0)

    def created(self) -> list[Reference]:
        """The values of reference lists met in the files, so far."""
        return [value for labels in self.labels.values() for value in labels.created.values()]

    def validation(self) -> dict[str, Any]:
        """The lists that records are checked against, the values met in the files included."""
        return {"catalogue": self.catalogue.extended(self.created())}

    @staticmethod
    def split(text: str, rule: Rule) -> list[str]:
        """The values in a cell: one, or several where the rule names what parts them."""
        if rule.separator is None or not text:
            return [text] if text else []
        if rule.match == "code":  # a list as oppkit itself writes it
            return [":".join(item) for item in unlisted(text)]
        cells = next(csv.reader([text], delimiter=rule.separator))
        return [cell.strip() for cell in cells if cell.strip()]
