"""Files of every kind, encoding and delimiter; and one clear sentence for what is no table."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from oppkit.exchange import mapping, reader
from oppkit.exchange.errors import (
    DamagedFile,
    EmptyFile,
    ExchangeError,
    MissingColumns,
    NoSuchFile,
    NoSuchSheet,
    NotATable,
    NotThisEncoding,
    OldWorkbook,
    UnknownEnding,
    UnreadableFile,
    WrongEnding,
)
from oppkit.exchange.sheet import Sheet

RULES = mapping.load("pipeline_command_center")
HEADINGS = "opportunity_id,account_name,owner,created_date,close_date,stage,amount,product"
ROW = 'A-1,Café Ångström,Zoë,2026-01-02,2026-03-04,Proposal,"1,5",Œuvre'


@pytest.fixture
def table(tmp_path: Path) -> Callable[..., Sheet]:
    """Reads this content as a CSV file."""

    def read(content: str | bytes, name: str = "file.csv", rules: object = RULES) -> Sheet:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return reader.read(path, rules)

    return read


def column(sheet: Sheet, name: str) -> list[object]:
    place = sheet.place((name,))
    assert place is not None
    return list(sheet.columns[place])


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]
)
def test_an_encoding_is_found(table: Callable[..., Sheet], encoding: str) -> None:
    sheet = table(f"{HEADINGS}\r\n{ROW}\r\n".encode(encoding))
    assert sheet.headings == tuple(HEADINGS.split(","))
    assert column(sheet, "account_name") == ["Café Ångström"]


def test_windows_1252_is_found(table: Callable[..., Sheet]) -> None:
    sheet = table(f"{HEADINGS}\n{ROW}\n".encode("cp1252"))
    assert column(sheet, "product") == ["Œuvre"]
    assert sheet.dialect.encoding == "cp1252"


def test_a_stated_encoding_is_kept_to(table: Callable[..., Sheet]) -> None:
    stated = RULES.model_copy(update={"file": RULES.file.model_copy(update={"encoding": "cp850"})})
    sheet = table(f"{HEADINGS}\nA-1,é,,,,,,\n".encode("cp850"), rules=stated)
    assert column(sheet, "account_name") == ["é"]


@pytest.mark.parametrize("encoding", ["ascii", "klingon"])
def test_a_stated_encoding_that_does_not_fit_is_said(
    table: Callable[..., Sheet], encoding: str
) -> None:
    stated = RULES.model_copy(update={"file": RULES.file.model_copy(update={"encoding": encoding})})
    with pytest.raises(NotThisEncoding, match=encoding):
        table(f"{HEADINGS}\n{ROW}\n", rules=stated)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_a_delimiter_is_found(table: Callable[..., Sheet], delimiter: str) -> None:
    rows = [HEADINGS.replace(",", delimiter), delimiter.join(["A-1", '"a;b,c|d"', *["x"] * 6])]
    sheet = table("\n".join(rows))
    assert sheet.dialect.delimiter == delimiter
    assert column(sheet, "account_name") == ["a;b,c|d"]


def test_the_delimiter_is_the_one_that_gives_known_headings(table: Callable[..., Sheet]) -> None:
    # Commas inside the cells are as regular as the semicolons between them.
    text = "opportunity_id;amount, net;stage, now\nA;1,5;a, b\nB;2,5;c, d\n"
    assert table(text).headings == ("opportunity_id", "amount, net", "stage, now")


def test_the_line_that_excel_puts_before_the_headings(table: Callable[..., Sheet]) -> None:
    sheet = table("sep=;\r\nopportunity_id;stage\r\nA;Won\r\n")
    assert sheet.headings == ("opportunity_id", "stage")
    assert list(sheet.numbers) == [3]


def test_rows_count_as_in_a_spreadsheet_and_empty_ones_are_none(
    table: Callable[..., Sheet],
) -> None:
    sheet = table('opportunity_id,stage\n\nA,"two\nlines"\n,\nB,x\n')
    assert list(sheet.numbers) == [3, 5]
    assert column(sheet, "stage") == ["two\nlines", "x"]


def test_a_row_with_too_many_or_too_few_cells_is_kept_apart(table: Callable[..., Sheet]) -> None:
    sheet = table("opportunity_id,stage\nA,x\nB\nC,x,y\nD,x,\n")
    assert column(sheet, "opportunity_id") == ["A", "D"]
    assert [(row.number, str(row.reason)) for row in sheet.broken] == [
        (3, "This row has 1 cells where the headings have 2."),
        (4, "This row has 3 cells where the headings have 2."),
    ]


@pytest.mark.parametrize("bad", ['B,"never closed', 'B,"closed" too early'])
def test_a_stray_quotation_mark_costs_its_own_row_only(
    table: Callable[..., Sheet], bad: str
) -> None:
    sheet = table(f'opportunity_id,stage\nA,x\n{bad}\nC,"a ""b"""\nD,5" disk\nE,"z"\n')
    assert column(sheet, "opportunity_id") == ["A", "C", "D", "E"]
    assert column(sheet, "stage") == ["x", 'a "b"', '5" disk', "z"]
    assert [(row.number, row.cells) for row in sheet.broken] == [(3, (bad,))]
    assert list(sheet.numbers) == [2, 4, 5, 6]


def test_headings_match_whatever_their_case_accents_and_punctuation() -> None:
    sheet = Sheet(Path("x"), ("Stage_Name", "étape", "stage name"), ((), (), ()), [])
    assert sheet.place(("StageName",)) == 0
    assert sheet.place(("stage name",)) == 2
    assert sheet.place(("none", "ETAPE")) == 1
    assert sheet.place(("none",)) is None


@pytest.mark.parametrize(
    ("content", "name", "error"),
    [
        (b"", "file.csv", EmptyFile),
        (b"\n\n", "file.csv", EmptyFile),
        (bytes(range(256)) * 20, "file.csv", NotATable),
        (b"PK\x03\x04rest", "file.csv", WrongEnding),
        (b"PAR1rest", "file.csv", WrongEnding),
        (b"%PDF-1.7", "file.csv", WrongEnding),
        (gzip.compress(b"a,b", mtime=0), "file.csv", WrongEnding),
        (b"\xd0\xcf\x11\xe0rest", "file.csv", OldWorkbook),
        (b"Dear Sir,\nplease find enclosed\n", "file.csv", MissingColumns),
        (b"a,b\n1,2\n", "file.xlsx", DamagedFile),
        (b"a,b\n1,2\n", "file.parquet", DamagedFile),
        (b"a,b\n1,2\n", "file.ods", UnknownEnding),
    ],
)
def test_what_is_no_table_is_said_in_one_sentence(
    tmp_path: Path, content: bytes, name: str, error: type[ExchangeError]
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(error) as raised:
        reader.read_all([path], RULES)
    sentence = str(raised.value)
    assert name in sentence
    assert "\n" not in sentence


def test_a_file_that_is_not_there_and_a_folder(tmp_path: Path) -> None:
    with pytest.raises(NoSuchFile, match=r"no file .*nowhere\.csv"):
        reader.read(tmp_path / "nowhere.csv", RULES)
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(UnreadableFile, match=r"folder\.csv"):
        reader.read(tmp_path / "folder.csv", RULES)


def test_missing_columns_are_named(tmp_path: Path) -> None:
    path = tmp_path / "deals.csv"
    path.write_text("opportunity_id,amount\nA,1\n", encoding="utf-8")
    with pytest.raises(MissingColumns) as raised:
        reader.read_all([path], RULES)
    assert str(raised.value) == (
        "deals.csv lacks columns that the mapping 'pipeline_command_center' needs: created_date, "
        "account_name, stage. Export the file with them, or choose another mapping."
    )


class TestExcel:
    def test_values_keep_their_type_and_percentages_their_meaning(self, tmp_path: Path) -> None:
        book = openpyxl.Workbook()
        sheet = book.active
        sheet.append(["opportunity_id", "created_date", "amount", "stage", "is_won"])
        sheet.append([7, date(2026, 1, 2), 12.5, 0.4, True])
        sheet["D2"].number_format = "0%"
        book.save(tmp_path / "file.xlsx")
        read = reader.read(tmp_path / "file.xlsx", RULES)
        number, created, *others = (cells[0] for cells in read.columns)
        assert (number, created.date()) == (7, date(2026, 1, 2))
        assert others == [12.5, "40 %", True]
        assert list(read.numbers) == [2]

    def test_the_sheet_that_fits_the_mapping_is_read(self, tmp_path: Path) -> None:
        book = openpyxl.Workbook()
        book.active.append(["Notes", "by Ann"])
        wanted = book.create_sheet("Deals")
        for row in ([], ["opportunity_id", "stage"], [], ["A", "x"], [None, None]):
            wanted.append(row)
        book.save(tmp_path / "file.xlsx")
        read = reader.read(tmp_path / "file.xlsx", RULES)
        assert read.headings == ("opportunity_id", "stage")
        assert list(read.numbers) == [4]

    def test_a_stated_sheet(self, tmp_path: Path) -> None:
        book = openpyxl.Workbook()
        book.active.append(["opportunity_id", "stage"])
        book.create_sheet("Old").append(["stage"])
        book.save(tmp_path / "file.xlsx")

        def of(name: str) -> object:
            return RULES.model_copy(update={"file": RULES.file.model_copy(update={"sheet": name})})

        assert reader.read(tmp_path / "file.xlsx", of("Old")).headings == ("stage",)
        with pytest.raises(NoSuchSheet, match="no sheet New, only Sheet, Old"):
            reader.read(tmp_path / "file.xlsx", of("New"))

    def test_an_empty_workbook(self, tmp_path: Path) -> None:
        openpyxl.Workbook().save(tmp_path / "file.xlsx")
        with pytest.raises(EmptyFile):
            reader.read(tmp_path / "file.xlsx", RULES)


def test_parquet_keeps_decimals_and_dates(tmp_path: Path) -> None:
    table = pa.table(
        {"amount": [Decimal("1.50"), None], "created_date": [date(2026, 1, 2), None],
         "tags": [["a"], None]}
    )  # fmt: skip
    pq.write_table(table, tmp_path / "file.PARQUET")
    read = reader.read(tmp_path / "file.PARQUET", RULES)
    assert list(read.columns[0]) == [Decimal("1.50"), None]
    assert list(read.columns[1]) == [date(2026, 1, 2), None]
    assert list(read.columns[2]) == ["['a']", None]
    assert list(read.numbers) == [1, 2]
