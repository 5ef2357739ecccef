"""Funnel, speed and win rates in the terminal."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from oppkit.model import Customer, Employee, Line, Opportunity, Outcome, Responsible
from oppkit.workbench import Workbench
from tests.clock import TODAY, Clock
from tests.test_cli import run


@pytest.fixture
def lived(path: Path, workbench: Workbench, clock: Clock) -> Path:
    """Twelve were won after ten days, and one is open; "[bold]Bo[/bold]" has them all."""
    customer = workbench.save(Customer(name="Énergie"))
    owner = workbench.save(Employee(last_name="[bold]Bo[/bold]"))
    records = [
        workbench.save(
            Opportunity(
                name="Étude", customer_id=customer.id, status="proposal", opened_on=TODAY,
                lines=(Line(title="a", amount=1000 + number),),
                responsibles=(Responsible(role="sales", employee_id=owner.id),),
            )
        )
        for number in range(13)
    ]  # fmt: skip
    clock.advance(days=10)
    for record in records[1:]:
        workbench.close(record, Outcome.WON)
    workbench.set("today", clock.now.date().isoformat())
    return path


def test_the_funnel_as_a_table(lived: Path) -> None:
    done = run("funnel", "--db", lived, lang="fr")
    assert done.returncode == 0, done.stderr
    words = done.stdout.replace("\u202f", " ")
    assert "Entonnoir au 26/03/2026 (intervalles à 95 %)" in words
    assert "Proposition       13       12" in words
    assert "92 % (67 % à 100 %)" in words  # the one that is open may be won or lost


def test_win_rates_by_owner_whose_name_is_no_markup(lived: Path) -> None:
    done = run("funnel", "--db", lived, "--by", "owner")
    assert done.returncode == 0, done.stderr
    assert "[bold]Bo[/bold]" in done.stdout
    assert "Win rates on 26/03/2026 (95% intervals)" in done.stdout


def test_speed_and_the_cycle(lived: Path) -> None:
    done = run("speed", "--db", lived, "--by", "owner")
    assert done.returncode == 0, done.stderr
    assert "Time in each status, on 26/03/2026" in done.stdout
    assert "From opening to won, on 26/03/2026" in done.stdout
    assert done.stdout.count("10 d (10 to 10)") == 2


def test_few_are_said_to_be_few(lived: Path) -> None:
    done = run("funnel", "--db", lived, "--as-of", "2026-03-20")
    assert "few: 0% to 100%" in done.stdout


def test_for_programs(lived: Path, tmp_path: Path) -> None:
    done = run("funnel", "--db", lived, "--by", "size", "--format", "json")
    rows = json.loads(done.stdout)["rows"]
    assert [row["opportunities"] for row in rows] == [13]
    done = run("speed", "--db", lived, "--format", "csv")
    assert done.stdout.splitlines()[1].startswith("proposal,13,12,10,")
    target = tmp_path / "funnel.xlsx"
    assert run("funnel", "--db", lived, "--to", target).returncode == 0
    assert target.exists()


def test_an_unknown_dimension_is_one_sentence(lived: Path) -> None:
    done = run("funnel", "--db", lived, "--by", "tag", lang="fr")
    assert done.returncode == 1
    assert "decision_quarter" in done.stderr
    assert "Traceback" not in done.stderr
