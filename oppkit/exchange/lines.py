"""The lines of opportunities: from a file of their own, or one line from a single amount."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import Any

from pydantic import ValidationError

from oppkit.exchange.batch import Account
from oppkit.exchange.columns import Lookup, as_text, each, read_fields, skipped
from oppkit.exchange.labels import Labels
from oppkit.exchange.reasons import Reason, from_validation
from oppkit.exchange.rules import Mapping, SkipRule
from oppkit.exchange.sheet import Sheet
from oppkit.model.money import rounded
from oppkit.model.opportunity import Line

_CURRENCY_LIMIT = Decimal(10) ** 20  # beyond it the model refuses the amount; rounding would fail


def money(value: Decimal | None, currency: str) -> Decimal | None:
    """An amount in the decimals of its currency."""
    return rounded(value, currency) if value is not None and abs(value) < _CURRENCY_LIMIT else value


def single_line(
    amount: Decimal | None, margin: Decimal | None, title: str | None, sale_type: str | None,
    currency: str,
) -> list[dict[str, Any]]:  # fmt: skip
    """The line of an opportunity that comes with one amount; what is sold stays without one too."""
    if amount is None and margin is None and not title and not sale_type:
        return []
    return [
        {
            "amount": money(amount, currency),
            "margin": money(margin, currency),
            "title": title or "",
            "sale_type": sale_type,
        }
    ]


class LineSheet:
    """A file of lines, grouped by the code of their opportunity."""

    def __init__(
        self, sheet: Sheet, mapping: Mapping, sale_types: Labels, account: Account
    ) -> None:
        assert mapping.lines is not None
        self._sheet = sheet
        self._account = account
        self._count = account.start("lines", sheet)
        self._skips = skipped(sheet, mapping.lines.skip)
        place = sheet.place(mapping.lines.join)
        self._heading = sheet.headings[place] if place is not None else ""
        self._codes = each(sheet.columns[place], as_text) if place is not None else []
        rules = mapping.lines.fields
        self._columns = read_fields(sheet, rules, mapping.file, Lookup(None, None, sheet))
        if "sale_type" in self._columns:
            column, rule = self._columns["sale_type"], rules["sale_type"]
            column.values = each(column.values, lambda t: t and sale_types.code(t, rule))
        self._headings = {name: column.heading for name, column in self._columns.items()}
        self._reasons: dict[int, list[Reason]] = {}
        self._groups = self._grouped()
        self._asked: set[str] = set()

    def _grouped(self) -> dict[str, list[int]]:
        """The rows of each opportunity, in order of position where the file has one."""
        groups: dict[str, list[int]] = defaultdict(list)
        for place, code in enumerate(self._codes):
            if self._skips[place] is None:
                groups[code].append(place)
        if "position" in self._columns:
            order = self._columns["position"].values
            for places in groups.values():
                places.sort(key=lambda p: order[p] if isinstance(order[p], Decimal) else Decimal(0))
        return groups

    def of(self, code: str, currency: str) -> tuple[list[Line], list[Reason]]:
        """The lines of an opportunity, and the reasons why it cannot have all of them."""
        self._asked.add(code)
        lines, refused = [], []
        for place in self._groups.get(code, ()):
            reasons, line = self._line(place, currency)
            if line is None:
                self._reasons[place] = reasons
                row = {"row": self._sheet.numbers[place], "file": self._sheet.path.name}
                refused.append(Reason("line_refused", values=row))
            else:
                lines.append(line)
        return lines, refused

    def _line(self, place: int, currency: str) -> tuple[list[Reason], Line | None]:
        data: dict[str, Any] = {}
        reasons: list[Reason] = []
        bad: set[str] = set()
        for name, column in self._columns.items():
            value = column.values[place]
            if isinstance(value, Reason):
                reasons.append(value.at(column.heading))
                bad.add(name)
            elif value is not None and name != "position":
                data[name] = value
        for name in ("amount", "margin"):
            if name in data:
                data[name] = money(data[name], currency)
        try:
            line = Line.model_validate(data)
        except ValidationError as error:
            return [*reasons, *from_validation(error, self._headings, bad)], None
        return (reasons, None) if reasons else ([], _agreed(line, currency))

    def close(self, taken: set[str], left_out: dict[str, SkipRule]) -> None:
        """Account for every row: an opportunity and its lines go in together or not at all."""
        for place, code in enumerate(self._codes):
            skip = self._skips[place] or left_out.get(code)
            if skip is not None:
                self._count.skipped[skip] += 1
            elif code in taken:
                self._account.take("lines", self._sheet, place, code)
            else:
                known = "opportunity_refused" if code in self._asked else "no_opportunity"
                other = Reason(known, self._heading, {"text": code})
                self._account.reject(
                    "lines", self._sheet, place, [*self._reasons.get(place, ()), other]
                )


def _agreed(line: Line, currency: str) -> Line:
    """A total that differs from quantity × price (a discount) is kept, as a typed amount."""
    priced = line.priced(currency)
    if line.amount is None or line.unit_price is None or priced.amount == line.amount:
        return line
    return line.model_copy(update={"unit_price": None, "recurrence": None})
