"""The figures of a movement in one measure: its parts, exact sums, and amounts with their sign."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from oppkit.charts.values import decimal, records
from oppkit.forms.screen import Screen
from oppkit.locale import formats
from oppkit.movements import Movement

ENDS = ("opening", "closing")
Row = Mapping[str, Any]


class Figures:
    """One measure of a movement. Amounts have cents where one of its parts has."""

    def __init__(self, screen: Screen, movement: Movement, measure: str) -> None:
        self.screen, self.movement, self.measure = screen, movement, measure
        self.parts = [row for row in records(movement.rows) if self._is_told(row)]
        whole = all(not self.value(row) % 1 for row in self.parts)
        self._decimals = 0 if whole else None

    def moved(self, part: str) -> list[Row]:
        """What moved in a part, or in all of them for one of the ends; the largest first."""
        found = [row for row in records(self.movement.details) if self._is_told(row)]
        found = [row for row in found if part in (row["part"], *ENDS)]
        return sorted(found, key=lambda row: -abs(self.value(row)))

    def value(self, row: Row) -> Decimal:
        """What a row is worth; one without an amount is worth nothing."""
        return decimal(row[self.measure]) or Decimal(0)

    def sum(self, rows: Iterable[Row]) -> Decimal:
        """What rows are worth together, to the cent."""
        return sum((self.value(row) for row in rows), Decimal(0))

    def amount(self, value: Decimal, signed: bool = True) -> str:
        """An amount as the reader writes it, with a plus where it is more."""
        currency, language = self.movement.currency, self.screen.language
        written = formats.amount(value, currency, language, self._decimals)
        return f"+{written}" if signed and value > 0 else written

    def _is_told(self, row: Row) -> bool:
        """Nothing is in a part; or a probability has changed, which leaves amounts as they are."""
        if row["part"] in ENDS:
            return True
        unmoved = row["part"] == "probability" and not self.value(row)
        return row.get("opportunities", 1) > 0 and not unmoved
