"""The backtest in the terminal."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from oppkit.model import Customer, Line, Opportunity, Outcome
from oppkit.workbench import Workbench
from tests.clock import TODAY, Clock
from tests.test_cli import run


@pytest.fixture
def lived(path: Path, workbench: Workbench, clock: Clock) -> Path:
    """One opportunity of 1,000 is won in each of eight months."""
    customer = workbench.save(Customer(name="Énergie"))
    for _ in range(8):
        made = workbench.save(Opportunity(
            name="Étude", customer_id=customer.id, status="proposal", opened_on=TODAY,
            probability="0.4", lines=(Line(title="a", amount=1000),),
        ))  # fmt: skip
        clock.advance(days=30)
        workbench.close(made, Outcome.WON)
    workbench.set("today", clock.now.date().isoformat())
    return path


def test_the_finding_comes_first_then_the_table(lived: Path) -> None:
    done = run("backtest", "--db", lived, "--methods", "weighted,mean_3", lang="fr")
    assert done.returncode == 0, done.stderr
    words = " ".join(done.stdout.replace("\u202f", " ").split())
    assert words.startswith("La moyenne des trois derniers mois fait mieux que la prévision")
    assert "Scores des prévisions passées" in words
    assert "Tous les mois Moyenne des 3 derniers mois" in words
    assert "À 1 mois Pondéré, tel que saisi" in words


def test_for_programs(lived: Path, tmp_path: Path) -> None:
    done = run("backtest", "--db", lived, "--methods", "mean_3", "--horizons", "1",
               "--format", "json")  # fmt: skip
    told = json.loads(done.stdout)
    assert {row["horizon"] for row in told["rows"]} == {"months", 1}
    assert done.stderr == ""  # the bar is for people
    target = tmp_path / "scores.csv"
    done = run("backtest", "--db", lived, "--methods", "mean_3", "--to", target)
    assert done.returncode == 0
    assert target.read_text(encoding="utf-8").startswith("method,horizon,part,forecasts")


def test_a_mistaken_method_is_one_sentence(lived: Path) -> None:
    done = run("backtest", "--db", lived, "--methods", "tea", lang="fr")
    assert done.returncode == 1
    assert "Il n'y a pas de méthode tea" in done.stderr
    assert "Traceback" not in done.stderr


def test_nothing_yet_is_said(path: Path, workbench: Workbench) -> None:
    done = run("backtest", "--db", path)
    assert done.returncode == 0, done.stderr
    assert "nothing to compare yet" in done.stdout
