"""Read the files of an import: each by its ending, each in the part the mapping gives it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from oppkit.exchange import binaryfile, textfile
from oppkit.exchange.errors import MissingColumns, NoSuchFile, UnknownEnding, UnreadableFile
from oppkit.exchange.rules import LINE_FIELDS, Mapping, Rule, Words
from oppkit.exchange.sheet import Sheet, compact

Part = Literal["opportunities", "lines", "lookup", "history"]
TEXT = (".csv", ".txt", ".tsv")
EXCEL = (".xlsx", ".xlsm")
PARQUET = (".parquet",)


@dataclass(frozen=True)
class Sheets:
    """Everything that one import reads."""

    opportunities: tuple[Sheet, ...] = ()
    history: tuple[Sheet, ...] = ()
    lines: tuple[Sheet, ...] = ()
    lookup: Sheet | None = None
    lookup_missing: str = field(default="")  # the name of the lookup file that was not there


def read(path: str | Path, mapping: Mapping, part: Part | None = None) -> Sheet:
    """The table in a file. With `part`, it must have the columns which that part needs.

    Raises an `ExchangeError` that says in one sentence why the file is no such table.
    """
    path = Path(path)
    sheet = _table(path, mapping)
    if part is not None:
        missing = _missing(sheet, mapping, part)
        if missing:
            raise MissingColumns(path=path.name, mapping=mapping.name, columns=", ".join(missing))
    return sheet


def read_all(
    paths: Sequence[str | Path], mapping: Mapping, lines: str | Path | None = None
) -> Sheets:
    """The files of `oppkit import FILE… --lines FILE`; each FILE is known by its columns.

    The lookup file of a mapping is `lines`, or one of the files, or it lies beside the first.
    """
    found: dict[Part, list[Sheet]] = {"opportunities": [], "history": [], "lines": [], "lookup": []}
    for path in paths:
        sheet = read(path, mapping)
        found[_part(sheet, mapping)].append(sheet)
    if lines is not None:
        part: Part = "lines" if mapping.lines is not None else "lookup"
        found[part].append(read(lines, mapping, part))
    if mapping.lookup is not None and not found["lookup"] and paths:
        beside = Path(paths[0]).with_name(mapping.lookup.file)
        found["lookup"] += [read(beside, mapping, "lookup")] if beside.is_file() else []
    absent = mapping.lookup.file if mapping.lookup is not None and not found["lookup"] else ""
    return Sheets(
        tuple(found["opportunities"]), tuple(found["history"]), tuple(found["lines"]),
        found["lookup"][0] if found["lookup"] else None, absent,
    )  # fmt: skip


def _table(path: Path, mapping: Mapping) -> Sheet:
    ending = path.suffix.lower()
    if ending not in TEXT + EXCEL + PARQUET:
        raise UnknownEnding(path=path.name, known=".csv, .xlsx or .parquet")
    if not path.exists():
        raise NoSuchFile(path=path)
    used = {compact(name) for name in _all_headings(mapping)}

    def known(headings: list[str]) -> int:
        return len(used & {compact(heading) for heading in headings})

    rules = mapping.file
    try:
        if ending in EXCEL:
            return binaryfile.read_excel(path, rules.sheet, known)
        if ending in PARQUET:
            return binaryfile.read_parquet(path)
        return textfile.read(path, rules.encoding, rules.delimiter, rules.neutralised, known)
    except OSError as error:
        raise UnreadableFile(path=path, detail=error.strerror or type(error).__name__) from None


def _part(sheet: Sheet, mapping: Mapping) -> Part:
    """Which part a file is, by its columns; opportunities where it fits none."""
    if not _missing(sheet, mapping, "opportunities"):
        past = mapping.history is not None and not _missing(sheet, mapping, "history")
        return "history" if past else "opportunities"
    others: tuple[Part, ...] = ("lines", "lookup")
    for part in others:
        if getattr(mapping, part) is not None and not _missing(sheet, mapping, part):
            return part
    missing = _missing(sheet, mapping, "opportunities")
    raise MissingColumns(path=sheet.path.name, mapping=mapping.name, columns=", ".join(missing))


def _missing(sheet: Sheet, mapping: Mapping, part: Part) -> list[str]:
    """The columns a part cannot do without and the file lacks, each by its first heading."""
    return [names[0] for names in _needed(mapping, part) if sheet.place(names) is None]


def _needed(mapping: Mapping, part: Part) -> list[Words]:
    if part == "lookup":
        return [(mapping.lookup.key,)] if mapping.lookup else []
    if part == "history":
        return [(mapping.history.start,), (mapping.history.end,)] if mapping.history else []
    if part == "lines":
        return _needed_of_lines(mapping)
    rules = [mapping.fields[name] for name in ("code", "name", "opened_on")]
    customers = [mapping.fields[n] for n in ("customer", "customer_name") if n in mapping.fields]
    rules.append(Rule(column=tuple(name for rule in customers for name in rule.column)))
    status = mapping.fields.get("status", Rule())
    flags = tuple(name for flag in mapping.outcome for name in flag.column)
    rules.append(status.model_copy(update={"column": status.column + flags}))
    return [names for rule in rules if (names := _sources(rule)) and rule.default is None]


def _needed_of_lines(mapping: Mapping) -> list[Words]:
    """The joining column and any that says what was sold."""
    if mapping.lines is None:
        return []
    content = tuple(
        name for field_name in LINE_FIELDS if field_name != "position"
        for name in _sources(mapping.lines.fields.get(field_name, Rule()))
    )  # fmt: skip
    return [mapping.lines.join, content]


def _sources(rule: Rule) -> Words:
    return rule.column + rule.fallback


def _all_headings(mapping: Mapping) -> list[str]:
    """Every heading the mapping can use, in any part."""
    names = [name for rule in mapping.fields.values() for name in _sources(rule)]
    names += [name for flag in mapping.outcome for name in flag.column]
    names += [name for rule in mapping.skip for name in rule.column]
    if mapping.lines is not None:
        names += mapping.lines.join
        names += [n for rule in mapping.lines.fields.values() for n in _sources(rule)]
    if mapping.lookup is not None:
        names.append(mapping.lookup.key)
        names += [rule.lookup for rule in mapping.fields.values() if rule.lookup]
    return names
