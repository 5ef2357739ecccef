"""`oppkit forecast` with quantiles and a target, as a person calls it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from oppkit.model import Line, Opportunity
from oppkit.workbench import Workbench
from tests.clock import TODAY
from tests.test_cli import run

ALONE = ("--correlation", "0")


@pytest.fixture
def filled(path: Path, workbench: Workbench, saved: Callable[..., Opportunity]) -> Path:
    """Two opportunities of this month and one of next month, with and without a chance."""
    for amount, chance, days in ((1000, "0.5", 1), (3000, "0.25", 2), (500, "0.9", 30)):
        saved(
            lines=(Line(title="a", amount=amount),), probability=chance, tags=("risk",),
            expected_signature=TODAY + timedelta(days=days),
        )  # fmt: skip
    workbench.set("today", TODAY.isoformat())
    return path


def test_programs_get_what_the_workbench_says(filled: Path, workbench: Workbench) -> None:
    done = run(
        "forecast", "--db", filled, "--by", "month", "--quantiles", "25, 75", "--target", "3,500",
        "--correlation", "0.1", "--format", "json",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    made = workbench.distribution(quantiles=(25, 75), target=3500, correlation=0.1)
    assert json.loads(done.stdout) == json.loads(made.as_json())


def test_a_target_alone_brings_the_usual_quantiles(filled: Path) -> None:
    told = json.loads(
        run("forecast", "--db", filled, "--target", "1000", *ALONE, "--format", "json").stdout
    )
    assert [row["chance"] for row in told["rows"]] == [0.625, 0.0]
    assert told["rows"][0]["quantiles"] == {"10": "0.00", "50": "1000.00", "90": "4000.00"}
    assert told["chance"] == 0.625
    plain = json.loads(run("forecast", "--db", filled, "--format", "json").stdout)
    assert "quantiles" not in plain
    assert "quantiles" not in plain["rows"][0]


def test_people_get_a_table_in_their_language(filled: Path) -> None:
    french = run(
        "forecast", "--db", filled, "--quantiles", "50,97.5", "--target", "500", *ALONE, lang="fr"
    )
    assert french.returncode == 0, french.stderr
    words = " ".join(french.stdout.split())
    assert "Montant pondéré P50 P97,5 Chances d'atteindre 500 €" in words
    assert "mars 2026 2 4 000 € 1 250 € 1 000 € 4 000 € 63 %" in words
    assert "Les quantiles ne s'additionnent pas" in words
    english = run("forecast", "--db", filled, "--by", "tag", "--target", "1").stdout
    assert "once in each of its tags" in english
    assert "with a correlation of 0.15" in english


def test_rows_are_printed_and_written(filled: Path, tmp_path: Path) -> None:
    printed = run("forecast", "--db", filled, "--target", "500", *ALONE, "--format", "csv").stdout
    rows = list(csv.DictReader(io.StringIO(printed)))
    assert [row["chance"] for row in rows] == ["0.625", "0.9"]
    assert [row["p90"] for row in rows] == ["4000", "500"]
    file = tmp_path / "likely.xlsx"
    assert run("forecast", "--db", filled, "--target", "500", "--to", file).returncode == 0
    assert file.exists()


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        (("--quantiles", "10,many"), 1, "10,many is no quantile"),
        (("--quantiles", "0"), 1, "0 is no quantile"),
        (("--target", "much"), 2, "Type a number"),
        (("--target", "1", "--correlation", "1"), 1, "1 is no correlation"),
    ],
)
def test_what_cannot_be_is_said(
    filled: Path, options: tuple[str, ...], code: int, words: str
) -> None:
    done = run("forecast", "--db", filled, *options)
    assert done.returncode == code
    assert words in done.stderr
    assert "Traceback" not in done.stderr
