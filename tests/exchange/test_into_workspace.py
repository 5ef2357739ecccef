"""Imports carried through to a workspace: twice is once, and no clash stops the good rows."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from oppkit.resources import folder
from oppkit.transfer import directory
from oppkit.workbench import Workbench

pytestmark = pytest.mark.both_engines

SALESFORCE = {
    "files": ["salesforce_opportunities.csv", "salesforce_history.csv"],
    "mapping": "salesforce", "lines": "salesforce_line_items.csv",
}  # fmt: skip
SOURCES: list[dict[str, Any]] = [
    {"files": ["pipeline.csv"], "mapping": "pipeline.toml"},
    SALESFORCE,
    {"files": ["hubspot_deals.csv"], "mapping": "hubspot"},
    {"files": ["odoo_opportunities.csv"], "mapping": "odoo"},
]


@pytest.fixture
def examples(tmp_path: Path) -> Path:
    """A copy of the examples: rejects are written beside the files."""
    return Path(shutil.copytree(folder("data") / "examples", tmp_path / "examples"))


def imported(workbench: Workbench, examples: Path, source: dict[str, Any]) -> tuple[int, ...]:
    """How many rows were created, changed, unchanged and rejected."""
    own = examples / source["mapping"]
    done = workbench.import_files(
        [examples / name for name in source["files"]],
        own if own.suffix else source["mapping"],
        examples / source["lines"] if "lines" in source else None,
    )
    return done.created, done.changed, done.unchanged, done.rejected


def people(workbench: Workbench) -> tuple[int, int]:
    """How many customers and employees there are."""
    with workbench.store.read() as session:
        known = directory(session, "EUR")
    return len(known.customers.by_id), len(known.employees.by_id)


def test_every_source_once_more_changes_nothing(workbench: Workbench, examples: Path) -> None:
    first = [imported(workbench, examples, source) for source in SOURCES]
    assert first == [(6, 0, 0, 3), (5, 0, 0, 0), (5, 0, 0, 0), (5, 0, 0, 0)]
    before = people(workbench)
    again = [imported(workbench, examples, source) for source in SOURCES]
    assert again == [(0, 0, 6, 3), (0, 0, 5, 0), (0, 0, 5, 0), (0, 0, 5, 0)]
    assert people(workbench) == before
    assert (examples / "pipeline.rejects.csv").is_file()
    assert workbench.check() == []


def test_versions_of_a_file_are_the_history(workbench: Workbench, examples: Path) -> None:
    imported(workbench, examples, SALESFORCE)
    versions = workbench.history(workbench.opportunity("006Ex0000000001"))
    assert [version.record.status for version in versions][:3] == [
        "to_qualify", "qualified", "proposal",
    ]  # fmt: skip
    assert versions[-1].valid_to is None


def test_a_row_that_clashes_with_what_was_edited_comes_back(
    workbench: Workbench, examples: Path
) -> None:
    odoo = SOURCES[3]
    imported(workbench, examples, odoo)
    edited = workbench.opportunity("__export__.crm_lead_42")
    workbench.save(edited.replace(production_start=date(2026, 5, 1), production_end="2026-06-01"))
    path = examples / "production.csv"
    path.write_text(
        "code,name,customer_name,status,opened_on,production_end\n"
        "__export__.crm_lead_42,Audit,Banque Alpine,qualified,2026-02-03,2026-04-01\n"
        "__export__.crm_lead_41,Sonde,Énergie du Rhône,proposal,2026-01-12,2026-04-01\n",
        encoding="utf-8",
    )
    done = workbench.import_files([path])
    assert (done.created, done.changed, done.unchanged, done.rejected) == (0, 1, 0, 1)
    rejected = (examples / "production.rejects.csv").read_text(encoding="utf-8-sig")
    assert "2,production_end: The production must not end before it starts" in rejected
    kept = workbench.opportunity("__export__.crm_lead_42")
    assert (kept.name, kept.production_end) == ("Audit de sécurité", date(2026, 6, 1))
    assert workbench.opportunity("__export__.crm_lead_41").name == "Sonde"


def test_a_history_may_reach_beyond_a_fixed_day(workbench: Workbench, examples: Path) -> None:
    workbench.set("today", "2020-01-01")
    imported(workbench, examples, SALESFORCE)
    assert workbench.check() == []
