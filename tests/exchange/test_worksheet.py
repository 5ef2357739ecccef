"""Workbooks as Excel, openpyxl and other programs write them."""

from __future__ import annotations

import zipfile
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from oppkit.exchange import mapping, reader
from oppkit.exchange.errors import DamagedFile


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


def test_days_counted_from_1904(tmp_path: Path) -> None:
    path = saved(tmp_path, ["day"], [date(2026, 4, 5)], epoch=CALENDAR_MAC_1904)
    sheet = reader.read(path, mapping.load("oppkit"))
    assert sheet.columns[0] == (datetime.fromisoformat("2026-04-05"),)


def test_a_percentage_is_not_taken_for_its_fraction(tmp_path: Path) -> None:
    path = saved(tmp_path, ["a", "b"], [0.4, 0.4])
    book = openpyxl.load_workbook(path)
    book.active["A2"].number_format = "0.0%"
    book.save(path)
    assert reader.read(path, mapping.load("oppkit")).columns == (("40 %",), (0.4,))


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
