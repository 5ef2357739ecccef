"""The command line as a person calls it: a process, its output, its exit code."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from pypdf import PdfReader

import oppkit
from oppkit.model import Customer, Line, Opportunity
from oppkit.workbench import Workbench

IN_FILE = """code,name,customer,customer_name,opened_on,status,probability,amount
A-1,First,C1,Énergie,2026-01-05,proposal,0.5,1000
A-2,Second,C1,Énergie,not a day,proposal,7,abc
A-3,=SUM(A1:A9),C2,Bât,2026-02-01,negotiation,,250.5
"""


def run(
    *arguments: str | Path, lang: str = "en", **environment: str
) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "OPPKIT_LANG": lang, "PYTHONUTF8": "1", **environment}
    code = "from oppkit.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        capture_output=True, text=True, env=env, encoding="utf-8", check=False,
    )  # fmt: skip


@pytest.fixture
def filled(path: Path, workbench: Workbench) -> Path:
    """A workspace on 15 September 2026 with one opportunity in each of three parts."""
    workbench.set("today", "2026-09-15")
    customer = workbench.save(Customer(name="[bold]Énergie[/bold]"))
    assert customer.id is not None
    for name, expected in (("in", date(2026, 10, 1)), ("late", date(2026, 9, 1)), ("none", None)):
        workbench.save(
            Opportunity(
                name=name,
                customer_id=customer.id,
                status="proposal",
                opened_on=date(2026, 1, 5),
                expected_signature=expected,
                probability=Decimal("0.335"),
                lines=(Line(title="a", amount=Decimal("100.10")),),
            )
        )
    return path


def test_forecast_as_json(filled: Path) -> None:
    done = run("forecast", "--db", filled, "--by", "month,owner", "--format", "json")
    assert (done.returncode, done.stderr) == (0, "")
    found = json.loads(done.stdout)
    assert found["as_of"] == "2026-09-15"
    assert found["currency"] == "EUR"
    assert found["by"] == ["month", "owner"]
    assert found["rows"] == [
        {
            "month": "2026-10-01", "owner": None, "opportunities": 1, "amount": "100.10",
            "weighted_amount": "33.53", "margin": None, "weighted_margin": None,
        }
    ]  # fmt: skip
    assert found["reconciliation"][1] == {
        "part": "overdue", "opportunities": 1, "amount": "100.10", "weighted_amount": "33.53",
    }  # fmt: skip
    assert [row["part"] for row in found["reconciliation"]] == [
        "in_horizon", "overdue", "undated", "beyond", "no_amount", "no_probability", "no_rate",
    ]  # fmt: skip


def test_forecast_as_csv(filled: Path) -> None:
    done = run("forecast", "--db", filled, "--by", "customer", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert [(row["customer"], row["weighted_amount"]) for row in rows] == [
        ("[bold]Énergie[/bold]", "33.53")
    ]


@pytest.mark.parametrize("ending", ["csv", "xlsx", "parquet"])
def test_forecast_into_a_file(filled: Path, tmp_path: Path, ending: str) -> None:
    import pandas as pd

    target = tmp_path / f"forecast.{ending}"
    done = run("forecast", "--db", filled, "--by", "customer", "--to", target)
    assert (done.returncode, done.stdout) == (0, f"Rows written to {target}: 1.\n")
    read = {"csv": pd.read_csv, "xlsx": pd.read_excel, "parquet": pd.read_parquet}[ending]
    (row,) = read(target).to_dict("records")  # type: ignore[operator]
    assert (row["customer"], float(row["weighted_amount"])) == ("[bold]Énergie[/bold]", 33.53)


def test_forecast_as_table_shows_names_as_they_are_and_a_total(filled: Path) -> None:
    done = run("forecast", "--db", filled, "--by", "customer", lang="fr")
    assert "[bold]Énergie[/bold]" in done.stdout
    assert "En retard" in done.stdout
    assert "Total" in done.stdout
    assert "…" not in done.stdout


def test_forecast_of_a_past_day(filled: Path) -> None:
    done = run("forecast", "--db", filled, "--as-of", "2026-01-31", "--format", "json")
    found = json.loads(done.stdout)
    assert found["as_of"] == "2026-01-31"
    assert sum(row["opportunities"] for row in found["reconciliation"]) == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--by", "colour"], "There is no dimension colour"),
        (["--months", "0"], "--months"),
        (["--as-of", "31/12/2026"], "--as-of"),
    ],
)
def test_a_mistake_is_said_without_a_traceback(
    filled: Path, arguments: list[str], said: str
) -> None:
    done = run("forecast", "--db", filled, *arguments)
    assert done.returncode in (1, 2)
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_mistyped_path_creates_nothing(tmp_path: Path) -> None:
    missing = tmp_path / "no.duckdb"
    for command in ("forecast", "check"):
        done = run(command, "--db", missing)
        assert done.returncode == 1
        assert "oppkit demo --db" in done.stderr
    done = run("export", tmp_path / "a.csv", "--db", missing)
    assert done.returncode == 1
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path) -> None:
    foreign = tmp_path / "notes.duckdb"
    foreign.write_text("not a database")
    done = run("check", "--db", foreign, lang="fr")
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 1
    assert foreign.read_text() == "not a database"


class TestImport:
    def test_good_rows_go_in_and_bad_ones_come_back(self, path: Path, tmp_path: Path) -> None:
        source = tmp_path / "in.csv"
        source.write_text(IN_FILE, encoding="utf-8")
        done = run("import", source, "--db", path)
        assert done.returncode == 3
        assert done.stdout.startswith("Rows read: 3. Created: 2,")
        with (tmp_path / "in.rejects.csv").open(encoding="utf-8-sig", newline="") as lines:
            (heading, reject) = csv.reader(lines)
        assert len(heading) == 10
        assert reject[0] == "3"
        for column in ("opened_on", "probability", "amount"):
            assert column in reject[1]
        workbench = Workbench.open(path)
        assert workbench.opportunity("A-1").amount == 1000
        assert workbench.opportunity("A-3").name == "=SUM(A1:A9)"
        assert workbench.opportunity("A-3").probability is None

    def test_a_dry_run_changes_nothing(self, path: Path, tmp_path: Path) -> None:
        source = tmp_path / "in.csv"
        source.write_text(IN_FILE, encoding="utf-8")
        before = path.read_bytes()
        done = run("import", source, "--db", path, "--dry-run")
        assert done.stdout.startswith("Rows read: 3. Created: 2,")
        assert path.read_bytes() == before
        assert not (tmp_path / "in.rejects.csv").exists()

    def test_twice_is_once(self, path: Path, tmp_path: Path) -> None:
        source = tmp_path / "in.csv"
        source.write_text(IN_FILE, encoding="utf-8")
        run("import", source, "--db", path)
        workbench = Workbench.open(path)
        before = [workbench.opportunity(code).version for code in ("A-1", "A-3")]
        done = run("import", source, "--db", path)
        assert "unchanged: 2" in done.stdout
        assert [workbench.opportunity(code).version for code in ("A-1", "A-3")] == before

    def test_an_unknown_mapping_is_said(self, path: Path, tmp_path: Path) -> None:
        source = tmp_path / "in.csv"
        source.write_text(IN_FILE, encoding="utf-8")
        done = run("import", source, "--db", path, "--mapping", "nothing")
        assert done.returncode == 1
        assert "nothing" in done.stderr
        assert "Traceback" not in done.stderr


@pytest.mark.parametrize("ending", ["csv", "xlsx", "parquet"])
def test_what_is_exported_comes_in_again_unchanged(
    filled: Path, tmp_path: Path, ending: str
) -> None:
    heads, lines = tmp_path / f"o.{ending}", tmp_path / f"l.{ending}"
    assert run("export", heads, "--db", filled).returncode == 0
    assert run("export", lines, "--what", "lines", "--db", filled).returncode == 0
    done = run("import", heads, "--lines", lines, "--db", filled)
    assert done.returncode == 0
    assert "unchanged: 3" in done.stdout


class TestCheck:
    def test_a_sound_workspace(self, filled: Path) -> None:
        done = run("check", "--db", filled)
        assert (done.returncode, done.stdout) == (0, "No problem found.\n")

    def test_damage_is_named(self, filled: Path) -> None:
        import duckdb

        with duckdb.connect(filled) as connection:
            connection.execute("update opportunity set amount = 5 where name = 'in'")
        done = run("check", "--db", filled)
        assert done.returncode == 3
        assert "OPP-2026-0001" in done.stdout


class TestDemo:
    def test_it_is_made_once(self, tmp_path: Path) -> None:
        path = tmp_path / "demo.duckdb"
        done = run("demo", "--db", path, "--size", "50", "--seed", "3")
        assert done.returncode == 0
        assert run("check", "--db", path).returncode == 0
        again = run("demo", "--db", path)
        assert again.returncode == 2
        assert "exists" in again.stderr
        assert run("demo", "--db", path, "--if-missing").returncode == 0

    def test_the_database_of_the_environment_is_the_default(self, tmp_path: Path) -> None:
        path = tmp_path / "mine.duckdb"
        assert run("demo", "--size", "20", OPPKIT_DB=str(path)).returncode == 0
        assert path.exists()
        assert run("forecast", OPPKIT_DB=str(path)).returncode == 0


@pytest.mark.parametrize("command", ["demo", "import", "export", "forecast", "check", "lab"])
def test_help_has_an_example(command: str) -> None:
    done = run(command, "--help", COLUMNS="120")
    assert done.returncode == 0
    assert f"Example: oppkit {command}" in done.stdout


def test_version() -> None:
    import oppkit

    assert run("--version").stdout == f"oppkit {oppkit.__version__}\n"


# -- quotes and affairs ----------------------------------------------------------------------------


def test_a_quote_of_an_opportunity_is_created_and_printed(filled: Path, tmp_path: Path) -> None:
    made = run("quote", "OPP-2026-0001", "--db", filled, "--pdf", tmp_path / "q.pdf")
    assert (made.returncode, made.stderr) == (0, "")
    first, second = made.stdout.splitlines()
    assert first == "DRAFT-2026-0001 · in · Draft · €100.10 excl. tax, €120.12 incl. tax"
    assert second == f"Document written: {tmp_path / 'q.pdf'}"
    [page] = PdfReader(tmp_path / "q.pdf").pages
    assert "€100.10" in page.extract_text()
    # The same quote again, in the other language, now with its number.
    again = run(
        "quote", "DRAFT-2026-0001", "--db", filled, "--validate", "--language", "fr",
        "--template", "short", "--pdf", tmp_path / "v.pdf",
    )  # fmt: skip
    assert again.stdout.startswith("QUO-2026-0001 · in · Validated")
    [page] = PdfReader(tmp_path / "v.pdf").pages
    assert "QUO-2026-0001" in page.extract_text()
    assert "Devis" in page.extract_text()
    assert [quote.code for quote in oppkit.open(filled).quotes_of(
        oppkit.open(filled).opportunity("OPP-2026-0001"))] == ["QUO-2026-0001"]  # fmt: skip


def test_a_wrong_template_leaves_no_draft(filled: Path) -> None:
    refused = run("quote", "OPP-2026-0001", "--db", filled, "--template", "posh")
    assert refused.returncode == 1
    assert refused.stderr == "There is no template posh here. Choose one of: detailed, short.\n"
    workbench = oppkit.open(filled)
    assert workbench.quotes_of(workbench.opportunity("OPP-2026-0001")) == []


@pytest.mark.parametrize("command", ["quote", "affair"])
def test_a_code_of_nothing_is_refused(command: str, filled: Path) -> None:
    refused = run(command, "OPP-2026-0099", "--db", filled)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "OPP-2026-0099" in refused.stderr


def test_an_affair_is_created_and_printed(filled: Path, tmp_path: Path) -> None:
    made = run(
        "affair", "OPP-2026-0002", "--code", "PROJ-1", "--db", filled, "--pdf", tmp_path, lang="fr"
    )  # fmt: skip
    assert (made.returncode, made.stderr) == (0, "")
    assert made.stdout.splitlines()[0] == "PROJ-1 · late · budget 100,10\xa0€"
    [page] = PdfReader(tmp_path / "PROJ-1.pdf").pages
    assert "[bold]Énergie[/bold]" in page.extract_text()
    taken = run("affair", "OPP-2026-0003", "--code", "PROJ-1", "--db", filled)
    assert (taken.returncode, "PROJ-1 is already used" in taken.stderr) == (1, True)
