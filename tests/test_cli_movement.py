"""`oppkit movement` as a person calls it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from oppkit.model import Opportunity
from oppkit.workbench import Workbench
from tests.clock import TODAY, Clock
from tests.test_cli import run

TOMORROW = TODAY + timedelta(days=1)


@pytest.fixture
def moved(
    path: Path, workbench: Workbench, saved: Callable[..., Opportunity], clock: Clock
) -> Path:
    """One opportunity of 1,000 euros, weighed at 45 %, then at 60 %."""
    record = saved()
    clock.advance(days=1)
    workbench.save(record.replace(probability="0.6"))
    workbench.set("today", TOMORROW.isoformat())
    return path


def test_the_parts_are_shown_in_the_language_of_the_terminal(moved: Path) -> None:
    french = run("movement", "--db", moved, "--since", f"{TODAY}", lang="fr")
    assert french.returncode == 0, french.stderr
    assert "Mouvement du pipeline, du 16/03/2026 au 17/03/2026" in french.stdout
    [line] = [x for x in french.stdout.splitlines() if "Effet des probabilités" in x]
    assert line.split()[-2:] == ["150", "€"]
    english = run("movement", "--db", moved, "--since", f"{TODAY}", "--by", "owner")
    assert "Ana Lopez  Opening pipeline" in english.stdout


def test_programs_read_json_and_csv(moved: Path, tmp_path: Path) -> None:
    told = json.loads(
        run("movement", "--db", moved, "--since", f"{TODAY}", "--format", "json").stdout
    )
    assert (told["since"], told["until"]) == (f"{TODAY}", f"{TOMORROW}")
    assert [row["part"] for row in told["details"]] == ["probability"]
    printed = run("movement", "--db", moved, "--since", f"{TODAY}", "--format", "csv").stdout
    assert len(list(csv.DictReader(io.StringIO(printed)))) == 16
    file = tmp_path / "movement.csv"
    assert run("movement", "--db", moved, "--since", f"{TODAY}", "--to", file).returncode == 0
    assert file.exists()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--since", f"{TOMORROW}", "--until", f"{TODAY}"), "goes from a day to a later one"),
        (("--since", f"{TODAY}", "--period", "2026-Q5"), "2026-Q5 is no period"),
        (("--since", f"{TODAY}", "--by", "moon"), "There is no dimension moon"),
    ],
)
def test_a_wrong_question_is_answered_with_one_sentence(
    moved: Path, options: tuple[str, ...], words: str
) -> None:
    refused = run("movement", "--db", moved, *options)
    assert refused.returncode == 1
    assert words in refused.stderr
    assert "Traceback" not in refused.stderr
