"""The notebooks run on any workspace, in both languages, and show what they are stored with."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import nbformat
import pytest

import oppkit
from oppkit import Customer, Employee, Line, Opportunity, Responsible, demo
from oppkit.resources import folder
from tests.notebooks.execute import execute

WORKBENCH = folder("notebooks") / "03_workbench.ipynb"
PAPERS = folder("notebooks") / "04_quotes_and_affairs.ipynb"
BACKTEST = folder("notebooks") / "09_has_it_been_right.ipynb"  # names nobody
CHARTS = sorted({*folder("notebooks").glob("*.ipynb")} - {WORKBENCH, PAPERS})
ROOT = folder("notebooks").parent
WIDGET = "application/vnd.jupyter.widget-view+json"
PLOTLY = "application/vnd.plotly.v1+json"
# What the titles of figures say when there is nothing to show.
NOTHING = (
    "Le pipeline n'a aucun montant", "Aucune signature", "L'historique ne raconte encore",
    "Rien à produire", "Le pipeline finit où il a commencé", "Rien à comparer",
)  # fmt: skip
EVIL = "<img src=x onerror=alert(1)>"


def outputs(notebook: nbformat.NotebookNode) -> list[Any]:
    return [output for cell in notebook.cells for output in cell.get("outputs", [])]


def charts_of(notebook: nbformat.NotebookNode) -> list[Any]:
    return [output.data[PLOTLY] for output in outputs(notebook) if PLOTLY in output.data]


@pytest.fixture(autouse=True)
def _as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPPKIT_DB", "OPPKIT_LANG"):
        monkeypatch.setenv(name, "")  # put back after the test, for `execute` changes them


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    """A workspace without a single opportunity."""
    path = tmp_path / "own.duckdb"
    oppkit.open(path)
    return path


@pytest.fixture
def awkward(empty: Path) -> Path:
    """A workspace whose few opportunities lack something each, and with names that are markup."""
    workbench = oppkit.open(empty)
    customer = workbench.save(Customer(name=EVIL))
    ana = workbench.save(Employee(last_name=EVIL))
    status = workbench.catalogue().first_status().code
    for fields in (
        {"probability": None, "lines": (Line(amount=Decimal(5)),)},
        {"lines": (), "responsibles": (Responsible(role="sales", employee_id=ana.id),)},
        {"probability": Decimal("0.5"), "lines": (Line(amount=Decimal("-5.01")),),
         "responsibles": (Responsible(role="sales", employee_id=ana.id),),
         "expected_signature": workbench.today},
        {"probability": Decimal("0.5"), "lines": (Line(amount=Decimal(7)),),
         "responsibles": (Responsible(role="sales", employee_id=ana.id),),
         "expected_signature": workbench.today, "currency": "TND"},
    ):  # fmt: skip
        workbench.save(
            Opportunity.model_validate(
                {"name": EVIL, "customer_id": customer.id, "status": status,
                 "opened_on": date(2024, 1, 2)} | fields
            )
        )  # fmt: skip
    return empty


@pytest.mark.parametrize("path", CHARTS, ids=lambda path: path.stem)
class TestOwnData:
    """With OPPKIT_DB, on a person's own file."""

    def test_an_empty_workspace_is_no_failure(self, path: Path, empty: Path) -> None:
        notebook = execute(path, empty, "fr")
        title = str(charts_of(notebook)[0]["layout"]["title"]["text"])
        assert any(nothing in title for nothing in NOTHING)

    def test_names_that_are_markup_stay_names(self, path: Path, awkward: Path) -> None:
        notebook = execute(path, awkward, "en")
        html = [output.data["text/html"] for output in outputs(notebook)
                if "text/html" in output.data]  # fmt: skip
        shown = "".join(html) + str(charts_of(notebook))
        assert "&lt;img src=x" in shown or path == BACKTEST
        assert "<img" not in shown


@pytest.mark.parametrize("workspace", ["empty", "awkward"])
def test_the_workbench_opens_on_any_workspace(
    workspace: str, request: pytest.FixtureRequest
) -> None:
    (shown,) = outputs(execute(WORKBENCH, request.getfixturevalue(workspace), "fr"))
    assert WIDGET in shown.data


def test_the_way_to_an_affair_leaves_the_database_as_it_was(
    tmp_path: Path, demo_company: Callable[[Path, int], Path]
) -> None:
    path = demo_company(tmp_path / "demo.duckdb", demo.SIZE)
    before = path.read_bytes()
    notebook = execute(PAPERS, path, "fr")
    assert path.read_bytes() == before
    said = "".join(str(output.get("data") or output.text) for output in outputs(notebook))
    assert "is won" in said
    assert "Bonjour" in said


@pytest.mark.slow
def test_a_fresh_demo_shows_what_is_stored(
    tmp_path: Path, demo_company: Callable[[Path, int], Path]
) -> None:
    path = demo_company(tmp_path / "demo.duckdb", demo.SIZE)
    command = [sys.executable, "-m", "pytest", "--nbval", "-q", "-p", "no:cacheprovider",
               "--nbval-cell-timeout=60", str(folder("notebooks"))]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT,
                          env=os.environ | {"OPPKIT_DB": str(path)})  # fmt: skip
    assert done.returncode == 0, done.stdout[-4000:]
    assert " passed" in done.stdout
