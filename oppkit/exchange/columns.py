"""From a sheet's cells to the values of fields, a column at a time; each read once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import Any

from oppkit.exchange import dates, numbers
from oppkit.exchange.cells import BLANKS
from oppkit.exchange.reasons import Reason
from oppkit.exchange.rules import FileRules, LookupRules, Rule, SkipRule, Words
from oppkit.exchange.sheet import Sheet, compact
from oppkit.model.texts import folded

DATES = frozenset(
    ("opened_on", "expected_signature", "production_start", "production_end", "closed_on",
     "status_on")
)  # fmt: skip
NUMBERS = frozenset(("amount", "margin", "unit_price", "quantity", "duration_months", "position"))
YES = frozenset(("true", "1", "yes", "y", "oui", "o", "vrai", "x"))
NO = frozenset(("false", "0", "no", "n", "non", "faux"))
_MARKED = NUMBERS | {"probability"}

Read = Callable[[Any], Any]


@dataclass
class Column:
    """The values of a field by row, each a value, None or a `Reason`; and the file's heading."""

    values: Sequence[Any]
    heading: str

    def replace(self, values: Iterable[Any]) -> None:
        """Take these values; reasons among them get the heading."""
        self.values = [v.at(self.heading) if isinstance(v, Reason) else v for v in values]


class Lookup:
    """The rows of the lookup file, matched to those of a sheet."""

    def __init__(self, table: Sheet | None, rules: LookupRules | None, sheet: Sheet) -> None:
        self._table = table
        self._rows: list[int | None] = [None] * len(sheet)
        place = sheet.place(rules.join) if rules is not None else None
        if table is None or rules is None or place is None:
            return
        key = table.place((rules.key,))
        cells = [as_text(cell) for cell in table.columns[key]] if key is not None else []
        keys = {compact(text): row for row, text in reversed(list(enumerate(cells)))}
        self._rows = each(sheet.columns[place], lambda cell: keys.get(compact(as_text(cell))))

    def cells(self, heading: str) -> Sequence[Any] | None:
        """This column of the lookup file for each row of the sheet; None without the column."""
        place = self._table.place((heading,)) if self._table is not None else None
        if self._table is None or place is None:
            return None
        column = self._table.columns[place]
        return [None if row is None else column[row] for row in self._rows]


def read_fields(
    sheet: Sheet, rules: dict[str, Rule], file: FileRules, lookup: Lookup
) -> dict[str, Column]:
    """Each field that the sheet can feed, with its values parsed by the kind of the field."""
    raw = {name: cells for name, rule in rules.items() if (cells := _cells(sheet, rule, lookup))}
    mark = file.decimal or _mark(sheet, [c.values for n, c in raw.items() if n in _MARKED])
    first = file.day_first
    if first is None:
        first = dates.day_first(t for n, c in raw.items() if n in DATES for t in set(c.values))
    for name, column in raw.items():
        read = _reader(name, rules[name], column.values, mark, file.decimal is not None, first)
        column.replace(each(column.values, read))
        if rules[name].not_after:
            column.values = _limited(column.values, sheet, rules[name], first)
    for name, rule in rules.items():
        if rule.join:
            raw[name] = _joined([raw[part] for part in rule.join if part in raw], len(sheet))
    return raw


def _joined(columns: list[Column], length: int) -> Column:
    """Texts of several fields put together; what cannot be read is reported in its own column."""
    rows = zip(*(column.values for column in columns), strict=True) if columns else [()] * length
    return Column(
        [" – ".join(text for text in row if isinstance(text, str)) or None for row in rows],
        columns[0].heading if columns else "",
    )


def each(cells: Iterable[Any], read: Read) -> list[Any]:
    """`read` of each cell, called once for each distinct one (1, 1.0 and True are three)."""
    memory: dict[Any, Any] = {}
    result = []
    for cell in cells:
        key = cell if type(cell) is str else (type(cell), cell)
        if key not in memory:
            memory[key] = read(cell)
        result.append(memory[key])
    return result


def _cells(sheet: Sheet, rule: Rule, lookup: Lookup) -> Column | None:
    """The cells of a field: its column, then what fills the gaps. None when nothing feeds it."""
    parts = [(sheet.headings[p], sheet.columns[p]) for p in _places(sheet, rule)]
    found = lookup.cells(rule.lookup) if rule.lookup else None
    if found is not None:
        parts.append((rule.lookup or "", found))
    if rule.default is not None:
        parts.append(("", [rule.default] * len(sheet)))
    if not parts:
        return None
    void = {compact(text) for text in rule.empty} | {""}
    gaps = len(void) > 1
    heading, values = parts[0]
    for _, more in parts[1:]:
        values = [
            b if a is None or a == "" or (gaps and compact(as_text(a)) in void) or _blank(a) else a
            for a, b in zip(values, more, strict=True)
        ]
    if gaps:
        values = each(values, lambda cell: None if compact(as_text(cell)) in void else cell)
    return Column(values, heading)


def _blank(cell: Any) -> bool:
    return (isinstance(cell, str) and not cell.strip(BLANKS)) or cell != cell


def _places(sheet: Sheet, rule: Rule) -> list[int]:
    """The columns of the sheet that a rule reads, first the main one."""
    found = [sheet.place(rule.column)] if rule.column else []
    found += [sheet.place((name,)) for name in rule.fallback]
    return list(dict.fromkeys(place for place in found if place is not None))


def _mark(sheet: Sheet, columns: Iterable[Sequence[Any]]) -> str | None:
    """The decimal mark the numbers prove; else a comma where semicolons part the cells."""
    distinct = {cell for column in columns for cell in column if isinstance(cell, str)}
    proved = numbers.decimal_mark(distinct)
    if proved is None and not any(numbers.decimal_mark((text,)) for text in distinct):
        return "," if sheet.dialect.delimiter == ";" else "."
    return proved


def _reader(
    name: str, rule: Rule, values: Sequence[Any], mark: str | None, stated: bool, first: bool
) -> Read:
    """What turns a cell of this field into its value."""
    if name in DATES:
        return partial(dates.day, formats=rule.dates, first=first)
    if name in NUMBERS:
        return partial(numbers.number, mark=mark, stated=stated)
    if name == "probability":
        percent = rule.percent
        if percent is None:
            percent = numbers.in_percent(set(values), mark)
        return partial(numbers.probability, mark=mark, percent=percent)
    if name == "probability_typed":
        return yes_or_no
    table = {compact(key): value for key, value in rule.values.items()}
    separator = rule.separator if name != "tags" else None
    return partial(_text, table=table, prefix=rule.prefix, separator=separator)


def _text(cell: Any, table: dict[str, str], prefix: str, separator: str | None) -> str | None:
    text = as_text(cell)
    if separator is not None:
        text = text.split(separator)[0].strip(BLANKS)
    if table and text:
        text = table.get(compact(text), text)
    return prefix + text if text else None


def as_text(cell: Any) -> str:
    """A cell as text: 12.0 is "12", a day without time is "2024-05-31"."""
    if isinstance(cell, str):
        return cell.strip(BLANKS)
    if cell is None or cell != cell:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return format(cell, ".15g")
    if isinstance(cell, Decimal):
        return format(cell, "f")
    if isinstance(cell, datetime) and (cell.hour, cell.minute, cell.second) == (0, 0, 0):
        return cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def yes_or_no(cell: Any) -> bool | Reason | None:
    """A cell that says yes or no in English, French or digits."""
    text = as_text(cell).casefold()
    if not text:
        return None
    if text in YES or text in NO:
        return text in YES
    return Reason("not_yes_or_no", values={"text": text})


def _limited(values: Sequence[Any], sheet: Sheet, rule: Rule, first: bool) -> list[Any]:
    """The dates, none after those of the columns `not_after`."""
    result = list(values)
    for place in (sheet.place((name,)) for name in rule.not_after):
        if place is None:
            continue
        limits = each(sheet.columns[place], partial(dates.day, formats=rule.dates, first=first))
        for i, limit in enumerate(limits):
            if type(limit) is date and type(result[i]) is date and limit < result[i]:
                result[i] = limit
    return result


def skipped(sheet: Sheet, rules: Iterable[SkipRule]) -> list[SkipRule | None]:
    """For each row the first rule that leaves it out."""
    result: list[SkipRule | None] = [None] * len(sheet)
    for rule in rules:
        for i, fits in enumerate(matching(sheet, rule.column, rule.equals)):
            if fits and result[i] is None:
                result[i] = rule
    return result


def matching(sheet: Sheet, names: Words, texts: Words) -> list[bool]:
    """Which rows hold one of the texts in this column; none without the column."""
    place = sheet.place(names)
    if place is None:
        return [False] * len(sheet)
    wanted = {folded(text) for text in texts}
    anything = "*" in texts

    def fits(cell: Any) -> bool:
        text = folded(as_text(cell))
        return text in wanted or (anything and text != "")

    return each(sheet.columns[place], fits)
