"""What is exported imports again to the same state, in every kind of file."""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from oppkit.exchange import exporter, importer, mapping, reader
from oppkit.exchange.cells import for_excel, from_excel, harmless, listed, plain, unlisted
from oppkit.exchange.directory import Directory
from oppkit.exchange.merge import merged
from oppkit.model import (
    LISTS,
    Catalogue,
    Currency,
    Line,
    LossReason,
    Opportunity,
    Outcome,
    Participant,
    Recurrence,
    Responsible,
    Role,
    SaleType,
    Status,
    Tag,
)
from oppkit.model.money import decimals
from tests.examples import examples

CUSTOMERS = [(1, "C-1", "Énergie du Rhône"), (2, "=C;2", "Two: twins"), (3, "'C#3", "@Three")]
EMPLOYEES = [(11, "E-1", "Ana Lopez"), (12, "E:2; \\", "Bo Berg"), (13, "-E3", "Ana Lopez")]
CONTACTS = [
    (21, 1, "Léa Dupont"), (22, 1, "Léa Dupont"), (23, 1, "#2"), (24, 2, "a;b:c\\"), (25, 3, "X#2"),
]  # fmt: skip
SITES = [(31, 1, "LYO", "Lyon"), (32, 2, "=1+1", "Siège"), (33, 3, "'", "Ü")]
EVENTS = [41, 42]
TAGS = ["=a", "b;c", "d:e\\", "'f"]
KEPT = (Status, SaleType, Currency, Role, LossReason)  # what an empty workspace has anyway

# Nothing is stripped, lost or run: formulas, quotes, apostrophes, line ends, escapes of workbooks.
nasty = st.sampled_from(
    ["=1+1", "+33 6", "-", "@x", "'", "''", "'=", "\t", "a\r\nb", "\r", "\n", '"', '","', ";", "|",
     "_x000D_", "_x005F_x0041_", "#N/A", "é", "日本", "\U0001f600", "\x1f", "\x0b", "\x85",
     "\u2028", "＝", "NULL", "nan", "0", "1e5", "2024-01-01",
     "true", "\ufeff", "\uffff", "\\", "'\\"]
)  # fmt: skip
prose = (
    st.lists(nasty | st.text(max_size=5), max_size=4)
    .map("".join)
    .map(lambda text: text.replace("\x00", ""))
)
words = prose.map(lambda text: "".join(c for c in text if c >= " " and not "\x7f" <= c <= "\x9f"))
names = words.map(lambda text: text.strip() or "x").filter(lambda text: text.strip() == text)
days = st.dates(date(1850, 1, 1)) | st.dates(date(2023, 1, 1), date(2027, 1, 1))


def maybe(values: st.SearchStrategy) -> st.SearchStrategy:
    return st.none() | values


def money(currency: str) -> st.SearchStrategy[Decimal]:
    places = decimals(currency)
    limit = 3 * 10 ** (14 + places)  # three lines still fit where one is allowed to be
    units = st.integers(-500, 500) | st.integers(-limit, limit)
    return units.map(lambda value: Decimal(value).scaleb(-places))


def lines(currency: str, catalogue: Catalogue) -> st.SearchStrategy[tuple[Line, ...]]:
    kinds = catalogue.all(SaleType)
    once = st.sampled_from([None, *(k.code for k in kinds if k.pricing != "recurring")])
    again = st.sampled_from([k.code for k in kinds if k.pricing == "recurring"])
    title, margin = words.map(str.strip), maybe(money(currency))
    quantity = st.integers(-(10**6), 10**6).map(lambda units: Decimal(units).scaleb(-4))
    price = st.integers(-(10**9), 10**9).map(lambda units: Decimal(units).scaleb(-4))
    months = st.integers(1, 600)
    typed = st.builds(
        Line, sale_type=once, title=title, quantity=quantity, amount=maybe(money(currency)),
        margin=margin, duration_months=maybe(months),
    )  # fmt: skip
    priced = st.builds(
        Line, sale_type=once, title=title, quantity=quantity, unit_price=price, margin=margin
    )
    recurring = st.builds(
        Line, sale_type=again, title=title, quantity=quantity, unit_price=price, margin=margin,
        duration_months=months, recurrence=st.sampled_from(Recurrence),
    )  # fmt: skip
    return st.lists(typed | priced | recurring, max_size=3).map(tuple)


@st.composite
def opportunities(draw: st.DrawFn, catalogue: Catalogue, code: str) -> Opportunity:
    """Any opportunity that the model accepts."""
    status = draw(st.sampled_from(catalogue.all(Status)))
    closed = status.outcome is not Outcome.OPEN
    opened, later, last = sorted(draw(st.tuples(days, days, days)))
    currency = draw(st.sampled_from(["EUR", "JPY", "TND"]))
    customer = draw(st.sampled_from(CUSTOMERS))[0]
    roles = draw(st.lists(st.sampled_from(["sales", "presales", "delivery"]), unique=True))
    colleagues = st.sampled_from(EMPLOYEES).map(lambda row: row[0])
    site = [row[0] for row in SITES if row[1] == customer]
    return Opportunity(
        code=code, name=draw(names), customer_id=customer, status=status.code,
        site_id=draw(maybe(st.sampled_from(site))), currency=currency, opened_on=opened,
        status_on=draw(maybe(days)), expected_signature=draw(maybe(st.just(later))),
        production_start=draw(maybe(st.just(later))), production_end=draw(maybe(st.just(last))),
        closed_on=last if closed else None,
        loss_reason="price" if status.outcome is Outcome.LOST else None,
        close_comment=draw(prose), comment=draw(prose), origin_text=draw(words),
        origin_type=draw(maybe(st.just("partner"))),
        origin_id=draw(maybe(st.sampled_from([1, 2, 11, 12, 21, 22, 24, 41]))),
        probability=draw(maybe(st.integers(0, 10_000).map(lambda n: Decimal(n).scaleb(-4)))),
        probability_typed=draw(st.booleans()), lines=draw(lines(currency, catalogue)),
        sector=draw(maybe(st.just("energy"))), establishment=draw(maybe(st.just("lyon"))),
        family=draw(maybe(st.just("data"))),
        tags=tuple(draw(st.lists(st.sampled_from(TAGS), unique=True))),
        responsibles=tuple(
            Responsible(role=role, employee_id=draw(colleagues)) for role in roles
        ),
        participants=tuple(
            Participant(employee_id=i) if i < 20 else Participant(contact_id=i)
            for i in draw(st.lists(st.sampled_from([11, 12, 21, 22, 23, 24, 25]), max_size=3))
        ),
    )  # fmt: skip


@pytest.fixture(scope="module")
def lists(catalogue: Catalogue) -> Catalogue:
    """The reference lists of a workspace with tags that are hard to write down."""
    known = [value for kind in LISTS.values() for value in catalogue.all(kind)]
    return Catalogue([*known, *(Tag(code=c, label_fr=c, label_en=c) for c in TAGS)])


def workspace(**stored: object) -> Directory:
    return Directory.of(allocate=itertools.count(1000).__next__, **stored)


FULL = workspace(
    customers=CUSTOMERS, employees=EMPLOYEES, contacts=CONTACTS, sites=SITES, others=EVENTS
)


def pipelines(lists: Catalogue) -> st.SearchStrategy[list[Opportunity]]:
    codes = st.lists(
        names.map(lambda text: text[:30].strip() or "x"), min_size=1, max_size=3, unique=True
    )
    return codes.flatmap(lambda some: st.tuples(*(opportunities(lists, code) for code in some)))


def written(folder: Path, ending: str, records: Sequence[Opportunity], known: Directory,
            lists: Catalogue) -> list[Path]:  # fmt: skip
    paths = [folder / f"opportunities{ending}", folder / f"lines{ending}"]
    assert exporter.write_opportunities(paths[0], records, known, lists) == len(records)
    count = sum(len(record.lines) for record in records)
    assert exporter.write_lines(paths[1], records, known, lists) == count
    return paths


@pytest.mark.parametrize("ending", [".csv", ".xlsx", ".parquet"])
@given(data=st.data())
@settings(max_examples=examples(150))
def test_an_export_imports_to_the_same_records(
    ending: str, data: st.DataObject, lists: Catalogue
) -> None:
    records = data.draw(pipelines(lists))
    rules = mapping.load("oppkit")
    with tempfile.TemporaryDirectory() as folder:
        files = written(Path(folder), ending, records, FULL, lists)
        sheets = reader.read_all(files[:1], rules, files[1])
        batch = importer.convert(sheets, rules, FULL, lists, date(2026, 3, 16))
    assert [str(reason) for reject in batch.rejects for reason in reject.reasons] == []
    assert list(batch.opportunities) == list(records)
    assert (batch.customers, batch.employees, batch.references) == ((), (), ())
    for record in records:
        stored = record.model_copy(update={"id": 7, "version": 3})
        assert merged(stored, record, batch.fed, lists) == stored


@pytest.mark.parametrize("ending", [".csv", ".xlsx", ".parquet"])
@given(data=st.data())
@settings(max_examples=examples(60))
def test_an_export_imports_into_an_empty_workspace_and_exports_alike(
    ending: str, data: st.DataObject, lists: Catalogue
) -> None:
    records = [
        record if record.origin_id != 41 else record.model_copy(update={"origin_id": None})
        for record in data.draw(pipelines(lists))
    ]
    rules = mapping.load("oppkit")
    with tempfile.TemporaryDirectory() as folder:
        files = written(Path(folder), ending, records, FULL, lists)
        before = [_content(file) for file in files]
        sheets = reader.read_all(files, rules)  # the lines are known by their columns
        bare = Catalogue([v for kind in (*KEPT,) for v in lists.all(kind)])
        batch = importer.convert(sheets, rules, workspace(), bare, date(2026, 3, 16))
        assert [str(reason) for reject in batch.rejects for reason in reject.reasons] == []
        known = workspace(
            customers=[(c.id, c.code, c.name) for c in batch.customers],
            employees=[(e.id, e.code, e.name) for e in batch.employees],
            contacts=[(p.id, c.id, p.name) for c in batch.customers for p in c.contacts],
            sites=[(s.id, c.id, s.code, s.name) for c in batch.customers for s in c.sites],
        )
        everything = Catalogue([*(v for kind in KEPT for v in lists.all(kind)), *batch.references])
        files = written(Path(folder), ending, batch.opportunities, known, everything)
        assert [_content(file) for file in files] == before


def _content(path: Path) -> object:
    """What the file holds; a workbook's bytes hold the time of writing too."""
    if path.suffix == ".xlsx":
        return reader.read(path, mapping.load("oppkit")).columns
    return path.read_bytes()


@given(prose)
@example("'=1")
@example("''")
def test_a_harmless_text_reads_back_and_never_starts_like_a_formula(text: str) -> None:
    assert plain(harmless(text)) == text
    assert not harmless(text).startswith(("=", "+", "-", "@", "\t", "\r", "\n"))


@given(prose | st.text())
@example("_x000D_")
@example("_x005F_x000D_")
def test_a_text_in_a_workbook_reads_back(text: str) -> None:
    assert from_excel(for_excel(text)) == text


@given(st.lists(st.lists(names, min_size=1, max_size=3), max_size=3))
def test_a_list_in_a_cell_reads_back(items: list[list[str]]) -> None:
    assert unlisted(listed(items)) == items
