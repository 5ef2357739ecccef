"""Workbooks as Excel, openpyxl and other programs write them."""

from __future__ import annotations

import zipfile
from datetime import date, datetime, time
from pathlib import Path

import openpyxl
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from oppkit.exchange import mapping, reader
from oppkit.exchange.errors import DamagedFile
from oppkit.exchange.worksheet import Workbook

MIDNIGHT = datetime.fromisoformat("2026-04-05")
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def saved(tmp_path: Path, *rows: list[object], epoch: object = None) -> Path:
    book = openpyxl.Workbook()
    if epoch is not None:
        book.epoch = epoch
    for row in rows:
        book.active.append(row)
    path = tmp_path / "book.xlsx"
    book.save(path)
    return path


def with_sheet(path: Path, xml: str) -> Path:
    """The workbook with this content of its first sheet."""
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    parts["xl/worksheets/sheet1.xml"] = xml.encode()
    with zipfile.ZipFile(path, "w") as new:
        for name, content in parts.items():
            new.writestr(name, content)
    return path


def read(path: Path) -> list[tuple[int, tuple[object, ...]]]:
    book = Workbook(path)
    try:
        return list(book.rows(book.sheets[0]))
    finally:
        book.close()


def test_values_are_those_that_openpyxl_reads(tmp_path: Path) -> None:
    path = saved(
        tmp_path,
        ["text", "é\nline", " blank ", '&<>"', 1, -2.5, 1e300, 12345678901234567, True, False],
        [],
        [
            None,
            datetime.fromisoformat("2026-04-05T06:07:08"),
            date(2026, 4, 5),
            None,
            "Z",
            time(12, 30),
        ],
        [""] * 30 + ["AE"],
    )
    book = openpyxl.load_workbook(path)
    expected = [
        (number, row)
        for number, row in enumerate(book.active.iter_rows(values_only=True), 1)
        if any(cell not in (None, "") for cell in row)
    ]
    found = [(n, (*row, *[None] * (31 - len(row)))) for n, row in read(path)]
    assert [number for number, _ in found] == [1, 3, 4]
    assert found == expected


def test_days_counted_from_1904(tmp_path: Path) -> None:
    path = saved(tmp_path, [date(2026, 4, 5)], epoch=CALENDAR_MAC_1904)
    assert read(path) == [(1, (MIDNIGHT,))]


@pytest.mark.parametrize("prefix", ["", "x:"])
def test_other_programs_name_elements_and_places_in_their_own_way(
    tmp_path: Path, prefix: str
) -> None:
    plain = (
        '<row><c><v>1</v></c><c t="str"><f>A1</f><v>two</v></c><c/><c t="b"><v>1</v></c></row>'
        '<row r="5"><c r="C5" t="inlineStr"><is><r><t>a</t></r><r><t>b</t></r>'
        "<rPh><t>spoken</t></rPh></is></c>"
        '<c r="D5" t="e"><v>#N/A</v></c><c r="E5" t="d"><v>2026-04-05</v></c>'
        '<c r="F5"><v>1.5E3</v></c></row><row r="6"/>'
    )
    body = (
        plain.replace("</", f"</{prefix}")
        .replace("<", f"<{prefix}")
        .replace(f"<{prefix}/{prefix}", f"</{prefix}")
    )
    space = f'xmlns{":" + prefix[:-1] if prefix else ""}="{MAIN}"'
    sheet = f"<{prefix}sheetData>{body}</{prefix}sheetData>"
    xml = f"<{prefix}worksheet {space}>{sheet}</{prefix}worksheet>"
    assert read(with_sheet(saved(tmp_path, ["x"]), xml)) == [
        (1, (1, "two", True)),
        (5, (None, None, "ab", "#N/A", MIDNIGHT, 1500.0)),
    ]


@pytest.mark.parametrize("xml", ["<worksheet><sheetData><row>", "no xml"])
def test_a_damaged_sheet_is_said(tmp_path: Path, xml: str) -> None:
    path = with_sheet(saved(tmp_path, ["x"]), xml)
    with pytest.raises(DamagedFile, match=r"book\.xlsx is damaged, protected, or no \.xlsx file"):
        reader.read(path, mapping.load("oppkit"))


def test_an_archive_that_is_no_workbook(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "hello")
    with pytest.raises(DamagedFile):
        reader.read(path, mapping.load("oppkit"))
