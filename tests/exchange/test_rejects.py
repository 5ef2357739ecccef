"""Refused rows come back beside their file, and the account of an import misses none."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from oppkit.exchange import rejects
from oppkit.exchange.batch import Batch
from oppkit.exchange.errors import RejectsNotWritten
from oppkit.exchange.report import Summary
from oppkit.exchange.sheet import Dialect
from oppkit.model import Catalogue
from tests.exchange.workspace import converted

HEAD = "N°;Affaire;Client;Étape;Ouverture;Montant HT"
RULES = """
[fields]
code = "N°"
name = "Affaire"
customer_name = { column = "Client", unknown = "create" }
status = "Étape"
opened_on = "Ouverture"
amount = "Montant HT"
"""
BAD = "-1;=cmd();'Été;Proposition;jamais;abc"
SAID = "Ouverture: “jamais” is not a date that can be read.; Montant HT: “abc” is not a number."
Convert = Callable[[Path], Batch]


@pytest.fixture
def convert(tmp_path: Path, catalogue: Catalogue) -> Convert:
    rules = tmp_path / "rules.toml"
    rules.write_text(RULES, encoding="utf-8")
    return lambda path: converted(path, name=rules, catalogue=catalogue)


def test_they_are_written_as_their_file_is_and_can_be_corrected(
    tmp_path: Path, convert: Convert
) -> None:
    path = tmp_path / "liste.csv"
    path.write_bytes(
        f"{HEAD}\r\nA;x;y;Proposition;01/02/2026;1\r\n{BAD}\r\nB;x\r\n".encode("cp1252")
    )
    (written,) = rejects.write(convert(path), "en")
    assert written == tmp_path / "liste.rejects.csv"
    content = written.read_bytes().decode("cp1252")
    rows = list(csv.reader(content.splitlines(), delimiter=";"))
    assert rows == [
        ["rejected_row", "reasons", *HEAD.split(";")],
        ["3", SAID, "'-1", "'=cmd()", "''Été", "Proposition", "jamais", "abc"],
        ["4", "This row has 2 cells where the headings have 6.", "B", "x"],
    ]  # fmt: skip
    corrected = content.replace("jamais", "03/02/2026").replace(";abc", ";-5,5")
    written.write_text(corrected, encoding="cp1252")
    batch = convert(written)
    only = batch.opportunities[0]
    assert (only.code, only.name, str(only.amount)) == ("-1", "=cmd()", "-5.50")
    assert batch.customers[0].name == "'Été"
    assert [reject.number for reject in batch.rejects] == [3]


def test_a_file_that_can_hold_the_reasons_keeps_its_encoding(
    tmp_path: Path, convert: Convert
) -> None:
    path = tmp_path / "liste.csv"
    path.write_bytes(f"{HEAD}\n{BAD}\n".encode("utf-16"))
    (written,) = rejects.write(convert(path), "fr")
    assert "« jamais » n'est pas une date lisible." in written.read_text(encoding="utf-16").replace(
        "\xa0", " "
    )


def test_reasons_that_the_files_encoding_lacks_are_not_lost(
    tmp_path: Path, convert: Convert
) -> None:
    path = tmp_path / "liste.csv"
    path.write_bytes(f"{HEAD}\nA;x;y;中;01/02/2026;1\n".encode("utf-16-le"))
    batch = convert(path)
    for reject in batch.rejects:
        # As if the mapping had stated an encoding that has fewer characters.
        object.__setattr__(reject.sheet, "dialect", Dialect("cp1252", ";"))
    (written,) = rejects.write(batch, "en")
    assert "中" in written.read_text(encoding="utf-8-sig")


def test_rows_of_a_workbook_come_back_as_text(tmp_path: Path, convert: Convert) -> None:
    book = openpyxl.Workbook()
    book.active.append(HEAD.split(";"))
    book.active.append([7, "x", "y", "Proposition", "jamais", 1.5])
    book.save(tmp_path / "liste.xlsx")
    (written,) = rejects.write(convert(tmp_path / "liste.xlsx"), "en")
    rows = list(csv.reader(written.read_text(encoding="utf-8-sig").splitlines()))
    assert rows[1][2:] == ["7", "x", "y", "Proposition", "jamais", "1.5"]


def test_nothing_refused_writes_nothing(tmp_path: Path, convert: Convert) -> None:
    path = tmp_path / "liste.csv"
    path.write_text(f"{HEAD}\nA;x;y;Proposition;01/02/2026;1\n", encoding="utf-8")
    assert rejects.write(convert(path)) == []
    assert {file.name for file in tmp_path.iterdir()} == {"liste.csv", "rules.toml"}


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path, convert: Convert) -> None:
    path = tmp_path / "liste.csv"
    path.write_text(f"{HEAD}\n{BAD}\n", encoding="utf-8")
    batch = convert(path)
    (tmp_path / "liste.rejects.csv").mkdir()
    with pytest.raises(RejectsNotWritten, match="The good rows are in"):
        rejects.write(batch)
    assert not list(tmp_path.glob(".*"))


def test_the_summary_accounts_for_every_row(tmp_path: Path, catalogue: Catalogue) -> None:
    deals, lines = tmp_path / "deals.csv", tmp_path / "lines.csv"
    deals.write_text(
        "id,name,account_id,stage_name,created_date,amount,is_deleted\n"
        "A,x,C,Qualification,2026-01-02,,\nB,x,C,Qualification,2026-01-02,5,\n"
        "C,x,C,Qualification,never,5,\nD,x,C,Qualification,2026-01-02,5,true\n"
    )
    lines.write_text("opportunity_id,name,total_price\nB,x,5\nX,x,5\n")
    batch = converted(deals, name="salesforce", catalogue=catalogue, lines=lines)
    summary = Summary.of(batch, created=1, changed=1, unchanged=0)
    assert (summary.read, summary.rejected, summary.skipped) == (6, 2, 1)
    assert summary.sentence("en") == (
        "Rows read: 4. Created: 1, changed: 1, unchanged: 0, rejected: 1, left out: 1. "
        "Rows of lines read: 2. Taken: 1, rejected: 1, left out: 0. "
        "Left out: deleted in Salesforce (1). Without an amount: 1."
    )
    assert (
        summary.sentence("fr")
        .replace("\xa0", " ")
        .startswith(
            "Lignes lues : 4. Créées : 1, modifiées : 1, inchangées : 0, rejetées : 1, laissées de"
        )
    )


def test_the_summary_says_which_lookup_is_missing(tmp_path: Path, catalogue: Catalogue) -> None:
    path = tmp_path / "deals.csv"
    path.write_text(
        "opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value\n"
        "A,Ann,GTXPro,Acme,Engaging,2017-01-01,,\n"
    )
    batch = converted(path, name="maven", catalogue=catalogue)
    sentence = Summary.of(batch, 1, 0, 0).sentence("en")
    assert sentence.endswith(
        "Without an amount: 1. "
        "products.csv was not found beside the file, so nothing was taken from it."
    )
