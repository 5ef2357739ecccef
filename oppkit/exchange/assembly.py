"""From the columns of one sheet to opportunities, row by row, with every reason against a row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from pydantic import ValidationError

from oppkit.exchange.columns import DATES, Column, Lookup, each, read_fields, skipped
from oppkit.exchange.context import Context
from oppkit.exchange.lines import LineSheet, money, single_line
from oppkit.exchange.links import link
from oppkit.exchange.reasons import Reason, from_validation
from oppkit.exchange.rules import Rule, SkipRule
from oppkit.exchange.sheet import Sheet
from oppkit.exchange.statuses import status_codes
from oppkit.model.catalogue import Outcome
from oppkit.model.opportunity import Opportunity

LISTS = ("establishment", "sector", "family", "origin_type", "loss_reason", "sale_type")
REQUIRED = frozenset({"code", "name", "opened_on"})
# What the row loop turns into other fields.
_PARTS = frozenset(
    (
        "customer", "customer_name", "site", "site_name", "owner", "owner_name", "responsibles",
        "participants", "origin", "amount", "margin", "title", "sale_type",
    )
)  # fmt: skip
_CHUNK = 2000  # rows between two reports of progress


@dataclass(frozen=True)
class Row:
    """One row of a sheet: left out by a rule, refused for reasons, or an opportunity."""

    place: int
    code: str
    opportunity: Opportunity | None = None
    reasons: tuple[Reason, ...] = ()
    skip: SkipRule | None = None


class Assembly:
    """The rows of a sheet as opportunities."""

    def __init__(
        self, sheet: Sheet, context: Context, lookup: Sheet | None, versions: bool = False
    ) -> None:
        self.sheet = sheet
        self._context = context
        mapping = context.mapping
        self._skips = skipped(sheet, (r for r in mapping.skip if r.versions or not versions))
        found = Lookup(lookup, mapping.lookup, sheet)
        columns = read_fields(sheet, mapping.fields, mapping.file, found)
        self.fed = frozenset(columns) | ({"status"} if mapping.outcome else frozenset())
        self._statuses = status_codes(sheet, mapping, columns, context.catalogue)
        self._outcomes = [
            context.catalogue.outcome(status) if isinstance(status, str) else None
            for status in self._statuses
        ]
        self._headings = {name: column.heading for name, column in columns.items()}
        self._headings.setdefault("lines", self._headings.get("amount", ""))
        self._headings["customer_id"] = self._headings.get(
            "customer_name", self._headings.get("customer", "")
        )
        self._expect_people(columns)
        self._resolve_lists(columns)
        self._validation = context.validation()
        self._values = {name: self._final(name, column) for name, column in columns.items()}

    def _expect_people(self, columns: dict[str, Column]) -> None:
        people = self._context.people
        for field, finder in (("customer", people.customers), ("owner", people.employees)):
            if field in columns and f"{field}_name" in columns:
                codes, names = columns[field].values, columns[f"{field}_name"].values
                finder.expect(zip(codes, names, strict=True))

    def _resolve_lists(self, columns: dict[str, Column]) -> None:
        """Texts to codes, in place; a subfamily after its family, tags several in a cell."""
        rules, labels = self._context.mapping.fields, self._context.labels
        for name in (name for name in LISTS if name in columns):
            values, rule = labels[name], rules[name]
            columns[name].replace(each(columns[name].values, partial(values.of, rule=rule)))
        if "subfamily" in columns:
            families = columns["family"].values if "family" in columns else [None] * len(self.sheet)
            found = [
                labels["subfamily"].of(text, rules["subfamily"], family)
                for text, family in zip(columns["subfamily"].values, families, strict=True)
            ]
            columns["subfamily"].replace(found)
        if "tags" in columns:
            columns["tags"].replace(each(columns["tags"].values, self._tags))

    def _tags(self, text: str | None) -> tuple[str, ...] | Reason | None:
        rule = self._context.mapping.fields["tags"]
        codes = [
            self._context.labels["tag"].code(tag, rule)
            for tag in self._context.split(text or "", rule)
        ]
        bad = next((code for code in codes if isinstance(code, Reason)), None)
        return bad or tuple(code for code in codes if isinstance(code, str))

    def _final(self, name: str, column: Column) -> list[Any]:
        """The values where the outcome lets them count, with what stands in for missing ones."""
        rule = self._context.mapping.fields[name]
        stand_in = self._stand_in(name, rule, column)
        wanted = _WHEN[rule.when]
        if isinstance(stand_in, Reason):
            stand_in = stand_in.at(column.heading)
        result = []
        for value, outcome in zip(column.values, self._outcomes, strict=True):
            counts = wanted is None or outcome in wanted
            if value is None:
                result.append(stand_in if counts else None)
            else:  # of a row whose status is unknown, say all that cannot be read
                said = outcome is None and isinstance(value, Reason)
                result.append(value if counts or said else None)
        return result

    def _stand_in(self, name: str, rule: Rule, column: Column) -> Any:
        missing = rule.missing or ("reject" if name in REQUIRED else "empty")
        if missing == "reject":
            return Reason("missing")
        if missing == "today":
            return self._context.today
        if missing in ("earliest", "latest") and name in DATES:
            known = [value for value in column.values if type(value) is date]
            choose = min if missing == "earliest" else max
            return choose(known, default=self._context.today)
        return None

    def rows(self, lines: Sequence[LineSheet] = ()) -> Iterator[Row]:
        """Every row in the order of the file."""
        codes = self._values["code"]
        for place, skip in enumerate(self._skips):
            if place % _CHUNK == 0:
                self._context.progress(_CHUNK if place else 0)
            code = codes[place] if isinstance(codes[place], str) else ""
            if skip is not None:
                yield Row(place, code, skip=skip)
                continue
            opportunity, reasons = self._opportunity(place, code, lines)
            yield Row(place, code, opportunity, tuple(dict.fromkeys(reasons)))

    def _opportunity(
        self, place: int, code: str, lines: Sequence[LineSheet]
    ) -> tuple[Opportunity | None, list[Reason]]:
        reasons: list[Reason] = []
        data: dict[str, Any] = {}
        parts: dict[str, Any] = {}
        bad: set[str] = set()
        for name, values in self._values.items():
            value = values[place]
            if value is None:
                continue
            if type(value) is Reason:
                reasons.append(value)
                bad.add(name)
            elif name in _PARTS:
                parts[name] = value
            else:
                data[name] = value
        self._add_status(place, data, reasons, bad)
        data.setdefault("currency", self._context.directory.currency)
        link(parts, data, reasons, bad, self._headings, self._context)
        self._add_lines(code, parts, data, reasons, bad, lines)
        try:
            opportunity = Opportunity.model_validate(data, context=self._validation)
        except ValidationError as error:
            return None, [*reasons, *from_validation(error, self._headings, bad)]
        return (None, reasons) if reasons else (opportunity, reasons)

    def _add_status(
        self, place: int, data: dict[str, Any], reasons: list[Reason], bad: set[str]
    ) -> None:
        """The status with what follows from it: the probability, the reason of a loss."""
        status = self._statuses[place]
        if isinstance(status, Reason):
            reasons.append(status)
            bad.add("status")
            return
        data["status"] = status
        usual = self._context.usual[status]
        rule = self._context.mapping.fields.get("probability")
        left_empty = rule is not None and rule.missing != "status" and "probability" in self._values
        if "probability" not in data and not left_empty:
            data["probability"] = usual
        if "probability_typed" not in self._values:
            data["probability_typed"] = data.get("probability") != usual
        if self._outcomes[place] is Outcome.LOST and "loss_reason" not in data | dict.fromkeys(bad):
            data["loss_reason"] = self._context.unspecified

    def _add_lines(
        self, code: str, parts: dict[str, Any], data: dict[str, Any], reasons: list[Reason],
        bad: set[str], sheets: Sequence[LineSheet],
    ) -> None:  # fmt: skip
        currency = str(data["currency"])
        lines: list[Any] = []
        for sheet in sheets:
            found, refused = sheet.of(code, currency)
            lines += found
            reasons += refused
        amount: Decimal | None = parts.get("amount")
        if not lines:
            title, sale_type = parts.get("title"), parts.get("sale_type")
            lines = single_line(
                amount, money(parts.get("margin"), currency), title, sale_type, currency
            )
        data["lines"] = tuple(lines)


_WHEN: dict[str, tuple[Outcome, ...] | None] = {
    "always": None,
    "open": (Outcome.OPEN,),
    "closed": (Outcome.WON, Outcome.LOST, Outcome.ABANDONED),
    "won": (Outcome.WON,),
    "lost": (Outcome.LOST,),
}
