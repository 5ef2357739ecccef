"""Files for other programs: columns by the model's names, exact values, nothing that runs."""

from __future__ import annotations

import csv
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pandas as pd
import pyarrow.parquet as pq
import pytest

from oppkit.exchange import exporter
from oppkit.exchange.directory import Directory
from oppkit.exchange.errors import (
    TooLongForExcel,
    TooManyRowsForExcel,
    UnknownEnding,
    UnreadableFile,
)
from oppkit.exchange.flat import LINE_COLUMNS, OPPORTUNITY_COLUMNS
from oppkit.model import Catalogue, Line, Opportunity, Participant, Responsible

PEOPLE = Directory.of(
    customers=[(1, "C-1", "Acme; Sons")], employees=[(6, "E:6", "Ann Lee")],
    contacts=[(7, 1, "Eve"), (8, 1, "Eve")], sites=[(9, 1, "LYO", "Lyon")],
)  # fmt: skip
RECORD = Opportunity(
    code="A", name="=HYPERLINK(1)", customer_id=1, site_id=9, status="proposal",
    opened_on=date(2026, 1, 2), probability="0.4", currency="TND", tags=("urgent", "key"),
    lines=(Line(title="@x", amount="-12.345"), Line(quantity=2, unit_price="1.5")),
    responsibles=(Responsible(role="sales", employee_id=6),),
    participants=(Participant(contact_id=8), Participant(employee_id=6)),
    comment="two\nlines", origin_id=7, origin_type="contact",
)  # fmt: skip
EXPECTED = {
    "code": "A", "name": "'=HYPERLINK(1)", "customer": "C-1", "customer_name": "Acme; Sons",
    "site": "LYO", "site_name": "Lyon", "status": "proposal", "outcome": "open",
    "probability": "0.4", "probability_typed": "false", "amount": "-9.345", "margin": "",
    "weighted_amount": "-3.738", "weighted_margin": "", "currency": "TND",
    "opened_on": "2026-01-02", "status_on": "2026-01-02", "owner": "E:6", "owner_name": "Ann Lee",
    "responsibles": "sales:E\\:6:Ann Lee", "participants": "contact#2:Eve; employee:E\\:6:Ann Lee",
    "tags": "urgent; key", "origin_type": "contact", "origin": "contact:Eve:C-1:Acme\\; Sons",
    "comment": "two\nlines",
}  # fmt: skip


def test_a_csv_has_the_models_names_and_plain_values(tmp_path: Path, catalogue: Catalogue) -> None:
    path = tmp_path / "out.csv"
    assert exporter.write_opportunities(path, [RECORD], PEOPLE, catalogue) == 1
    with path.open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert list(row) == list(OPPORTUNITY_COLUMNS)
    assert {name: value for name, value in row.items() if value or name in EXPECTED} == EXPECTED


def test_lines_name_their_opportunity(tmp_path: Path, catalogue: Catalogue) -> None:
    path = tmp_path / "lines.csv"
    assert exporter.write_lines(path, [RECORD], PEOPLE, catalogue) == 2
    with path.open(encoding="utf-8", newline="") as file:
        first, second = csv.DictReader(file)
    assert list(first) == list(LINE_COLUMNS)
    assert (first["opportunity"], first["position"], first["title"]) == ("A", "1", "'@x")
    assert (first["amount"], second["amount"], second["unit_price"]) == ("-12.345", "3", "1.5")


def test_a_workbook_holds_formulas_as_texts(tmp_path: Path, catalogue: Catalogue) -> None:
    path = tmp_path / "out.xlsx"
    exporter.write_opportunities(path, [RECORD], PEOPLE, catalogue)
    sheet = openpyxl.load_workbook(path).active
    cells = dict(zip((c.value for c in sheet[1]), sheet[2], strict=True))
    assert (cells["name"].value, cells["name"].data_type) == ("=HYPERLINK(1)", "s")
    assert cells["name"].quotePrefix
    assert cells["probability"].value == 0.4
    assert cells["opened_on"].value.date() == date(2026, 1, 2)
    assert sheet.freeze_panes == "A2"


def test_a_parquet_file_has_exact_types(tmp_path: Path, catalogue: Catalogue) -> None:
    path = tmp_path / "out.parquet"
    exporter.write_opportunities(path, [RECORD], PEOPLE, catalogue)
    table = pq.read_table(path)
    types = {name: str(table.schema.field(name).type) for name in table.column_names}
    assert types["amount"] == "decimal128(38, 3)"
    assert types["probability"] == "decimal128(38, 4)"
    assert (types["opened_on"], types["probability_typed"]) == ("date32[day]", "bool")
    (row,) = table.to_pylist()
    assert (row["amount"], row["name"], row["margin"]) == (Decimal("-9.345"), "=HYPERLINK(1)", None)


@pytest.mark.parametrize("ending", [".csv", ".xlsx", ".parquet"])
def test_nothing_to_export_still_has_its_headings(
    tmp_path: Path, catalogue: Catalogue, ending: str
) -> None:
    path = tmp_path / f"out{ending}"
    assert exporter.write_lines(path, [], PEOPLE, catalogue) == 0
    read = {".csv": pd.read_csv, ".xlsx": pd.read_excel, ".parquet": pd.read_parquet}[ending]
    assert list(read(path).columns) == list(LINE_COLUMNS)


@pytest.mark.parametrize("ending", [".csv", ".xlsx", ".parquet"])
def test_a_frame_is_written_with_its_gaps_and_exact_decimals(tmp_path: Path, ending: str) -> None:
    frame = pd.DataFrame(
        {
            "month": [pd.Timestamp(2026, 1, 1), pd.NaT],
            "owner": ["=Ann", None],
            "amount": [Decimal("0.10"), None],
            "count": pd.array([1, None], dtype="Int64"),
            "share": [0.5, float("nan")],
            "quarter": [pd.Period("2026Q1"), pd.NaT],
        }
    )
    path = tmp_path / f"out{ending}"
    assert exporter.write_frame(path, frame) == 2
    if ending == ".csv":
        assert path.read_text(encoding="utf-8").splitlines() == [
            "month,owner,amount,count,share,quarter", "2026-01-01,'=Ann,0.1,1,0.5,2026Q1", ",,,,,",
        ]  # fmt: skip
    elif ending == ".xlsx":
        rows = list(openpyxl.load_workbook(path).active.iter_rows(values_only=True))
        assert rows[1][1:] == ("=Ann", 0.1, 1, 0.5, "2026Q1")
        assert set(rows[2] if len(rows) > 2 else ()) <= {None}
    else:
        first, second = pq.read_table(path).to_pylist()
        assert (first["owner"], first["amount"], first["quarter"]) == (
            "=Ann", Decimal("0.10"), "2026Q1",
        )  # fmt: skip
        assert set(second.values()) == {None}


def test_an_unknown_ending_is_said(tmp_path: Path) -> None:
    with pytest.raises(UnknownEnding) as raised:
        exporter.write_frame(tmp_path / "out.ods", pd.DataFrame({"a": [1]}))
    assert str(raised.value) == (
        "out.ods must end in .csv, .xlsx or .parquet, which says what kind of file it is."
    )


@pytest.mark.parametrize("ending", [".csv", ".xlsx", ".parquet"])
def test_a_failure_leaves_the_old_file_and_no_other(
    tmp_path: Path, catalogue: Catalogue, ending: str
) -> None:
    path = tmp_path / f"out{ending}"
    path.write_text("old")
    stranger = RECORD.model_copy(update={"customer_id": 99})
    with pytest.raises(KeyError):
        exporter.write_opportunities(path, [RECORD, stranger], PEOPLE, catalogue)
    assert [file.name for file in tmp_path.iterdir()] == [path.name]
    assert path.read_text() == "old"


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match=r"out\.csv cannot be opened"):
        exporter.write_frame(tmp_path / "none" / "out.csv", pd.DataFrame({"a": [1]}))


def test_what_excel_cannot_hold_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(TooLongForExcel, match="row 3, column b"):
        exporter.write_frame(tmp_path / "o.xlsx", pd.DataFrame({"b": ["x", "x" * 32_768]}))
    monkeypatch.setattr("oppkit.exchange.tables._EXCEL_ROWS", 3)
    exporter.write_frame(tmp_path / "o.xlsx", pd.DataFrame({"a": [1, 2]}))
    with pytest.raises(TooManyRowsForExcel):
        exporter.write_frame(tmp_path / "p.xlsx", pd.DataFrame({"a": [1, 2, 3]}))
    assert [file.name for file in tmp_path.iterdir()] == ["o.xlsx"]
