"""Convert the files of an import into records, with an account of every row."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date

from oppkit.exchange.assembly import Assembly, Row
from oppkit.exchange.batch import Account, Batch, Past
from oppkit.exchange.context import Context, Progress
from oppkit.exchange.directory import Directory
from oppkit.exchange.history import versions
from oppkit.exchange.lines import LineSheet
from oppkit.exchange.reader import Sheets
from oppkit.exchange.reasons import Reason
from oppkit.exchange.rules import Mapping, SkipRule
from oppkit.exchange.sheet import Sheet
from oppkit.model.catalogue import Catalogue
from oppkit.model.opportunity import Opportunity
from oppkit.model.people import Customer

_CLASSIFIED = (
    "establishment", "sector", "family", "subfamily", "origin_type", "loss_reason",
)  # fmt: skip


def convert(
    sheets: Sheets | Sheet, mapping: Mapping, directory: Directory, catalogue: Catalogue,
    today: date, progress: Progress | None = None,
) -> Batch:  # fmt: skip
    """The records in the files and the rows that were refused. Nothing is written.

    `progress` is called with (rows done, rows in all). A row is refused with all its reasons and
    never stops another; an opportunity and its lines go in together or not at all.
    """
    if isinstance(sheets, Sheet):
        sheets = Sheets(opportunities=(sheets,))
    with _collector_resting():
        return _converted(sheets, mapping, directory, catalogue, today, progress)


@contextmanager
def _collector_resting() -> Iterator[None]:
    """Keep the garbage collector from searching hundreds of thousands of live records in vain.

    Reading and converting makes no cycles worth finding; the search took a third of the time.
    """
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


def _converted(
    sheets: Sheets, mapping: Mapping, directory: Directory, catalogue: Catalogue,
    today: date, progress: Progress | None,
) -> Batch:  # fmt: skip
    total = sum(len(sheet) for sheet in (*sheets.opportunities, *sheets.history))
    context = Context(mapping, directory, catalogue, today, progress, total)
    account = Account()
    lines = [
        LineSheet(sheet, mapping, context.labels["sale_type"], account) for sheet in sheets.lines
    ]
    taken: dict[str, Opportunity] = {}
    left_out: dict[str, SkipRule] = {}
    fed: set[str] = {"lines"} if lines else set()
    seen: dict[str, tuple[Sheet, int]] = {}
    for sheet in sheets.opportunities:
        assembly = Assembly(sheet, context, sheets.lookup)
        fed |= assembly.fed
        _take_rows(assembly, lines, account, taken, left_out, seen)
    for line_sheet in lines:
        line_sheet.close(set(taken), left_out)
    past: list[Past] = []
    for sheet in sheets.history:
        assembly = Assembly(sheet, context, sheets.lookup, versions=True)
        fed |= assembly.fed
        past += versions(assembly, mapping, account)
    current = {p.opportunity.code or "": p.opportunity for p in past if p.valid_to is None}
    added = {code: record for code, record in current.items() if code not in taken}
    context.finish()
    return _batch(context, account, taken | added, past, fed, len(added), sheets.lookup_missing)


def _take_rows(
    assembly: Assembly, lines: Sequence[LineSheet], account: Account,
    taken: dict[str, Opportunity], left_out: dict[str, SkipRule],
    seen: dict[str, tuple[Sheet, int]],
) -> None:  # fmt: skip
    """Sort the rows of a sheet into taken, left out and refused."""
    count = account.start("opportunities", assembly.sheet)
    for row in assembly.rows(lines):
        if row.skip is not None:
            count.skipped[row.skip] += 1
            left_out.setdefault(row.code, row.skip)
            continue
        reasons = [*row.reasons, *_repeated(row, assembly.sheet, seen)]
        if reasons or row.opportunity is None:
            account.reject("opportunities", assembly.sheet, row.place, reasons)
        else:
            account.take("opportunities", assembly.sheet, row.place, row.code)
            taken[row.code] = row.opportunity


def _repeated(row: Row, sheet: Sheet, seen: dict[str, tuple[Sheet, int]]) -> list[Reason]:
    """The reason against a code that an earlier row has."""
    if not row.code:
        return []
    first, place = seen.setdefault(row.code, (sheet, row.place))
    if first is sheet and place == row.place:
        return []
    return [Reason("code_twice", values={"text": row.code, "row": first.numbers[place]})]


def _batch(
    context: Context, account: Account, opportunities: dict[str, Opportunity], past: list[Past],
    fed: set[str], from_history: int, lookup_missing: str,
) -> Batch:  # fmt: skip
    """Everything together, without people and list values that only refused rows name."""
    records = [*opportunities.values(), *(p.opportunity for p in past)]
    named = _identifiers(records)
    codes = _codes(records)
    people = context.people
    return Batch(
        opportunities=tuple(opportunities.values()),
        fed=frozenset(fed),
        customers=tuple(c for c in people.customers.created.values() if _of_customer(c) & named),
        employees=tuple(e for i, e in people.employees.created.items() if i in named),
        references=tuple(v for v in context.created() if (v.list_name, v.code) in codes),
        history=tuple(past),
        rejects=tuple(account.rejects),
        counts=account.counts,
        from_history=from_history,
        lookup_missing=lookup_missing,
        origins=account.origins,
    )


def _identifiers(records: Iterable[Opportunity]) -> set[int | None]:
    """Whom the opportunities name."""
    named: set[int | None] = set()
    for record in records:
        named |= {record.customer_id, record.site_id, record.origin_id}
        named |= {person.employee_id for person in record.responsibles}
        named |= {person.contact_id or person.employee_id for person in record.participants}
    return named


def _of_customer(customer: Customer) -> set[int | None]:
    """The customer and all that belongs to it."""
    return {customer.id, *(s.id for s in customer.sites), *(c.id for c in customer.contacts)}


def _codes(records: Iterable[Opportunity]) -> set[tuple[str, str | None]]:
    """The values of reference lists that the opportunities use, as (list, code)."""
    used: set[tuple[str, str | None]] = set()
    for record in records:
        used |= {(name, getattr(record, name)) for name in _CLASSIFIED}
        used |= {("tag", tag) for tag in record.tags}
        used |= {("sale_type", line.sale_type) for line in record.lines}
    return used
