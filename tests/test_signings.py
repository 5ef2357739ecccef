"""Entered and learnt chances side by side, and why."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

from oppkit import charts
from oppkit.answers import NoSuchDimension
from oppkit.model import Line, Opportunity
from oppkit.signings import NotAmongThese, Signing
from oppkit.workbench import Workbench
from tests.test_cli import run


@pytest.fixture(scope="module")
def place(
    demo_company: Callable[[Path, int], Path], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    return demo_company(tmp_path_factory.mktemp("signings") / "demo.duckdb", 300)


@pytest.fixture(scope="module")
def demo(place: Path) -> Workbench:
    return Workbench.open(place)


@pytest.fixture(scope="module")
def found(demo: Workbench) -> Signing:
    return demo.signing()


def test_every_open_opportunity_is_there_as_it_was_entered(demo: Workbench, found: Signing) -> None:
    sale = demo.snapshot().opportunity
    live = sale.filter(sale.outcome == "open").to_pandas().set_index("id").loc[found.rows["id"]]
    assert len(found.rows) == len(live) > 50
    for name in ("code", "name", "customer", "amount"):
        assert found.rows[name].tolist() == live[name].tolist()
    entered = live["probability"].astype(float).to_numpy()
    assert np.array_equal(found.rows["entered"], entered, equal_nan=True)


def test_the_chance_is_that_of_the_model(found: Signing) -> None:
    won = dict(zip(found.model.deals.tolist(), found.model.won.tolist(), strict=True))
    expected = [round(won[deal], 4) for deal in found.rows["id"]]
    assert found.rows["chance"].tolist() == expected
    assert found.rows["gap"].tolist() == pytest.approx(
        (found.rows["chance"] - found.rows["entered"]).tolist(), nan_ok=True
    )


def test_what_the_gap_moves_most_comes_first(found: Signing) -> None:
    moved = [abs(value) for value in found.rows["gap_amount"] if pd.notna(value)]
    assert moved == sorted(moved, reverse=True)
    assert found.rows["gap_amount"].iloc[: len(moved)].notna().all()
    row = found.rows.iloc[0]
    assert row["gap_amount"] == round(row["amount"] * Decimal(str(row["gap"])), 2)


def test_half_of_the_chance_is_used_by_its_month(found: Signing) -> None:
    model, places = found.model, {deal: at for at, deal in enumerate(found.model.deals.tolist())}
    for row in found.rows.to_dict("records"):
        at, reached = places[row["id"]], 0.0
        month = next(
            (day for day, chance in zip(model.months, model.chances[at], strict=True)
             if (reached := reached + chance) >= model.won[at] / 2), None,
        )  # fmt: skip
        assert row["month"] == (pd.NaT if month is None else pd.Timestamp(month)) or (
            month is None and pd.isna(row["month"])
        )


def test_the_reasons_add_up_to_the_chance(found: Signing) -> None:
    for row in found.rows.head(5).to_dict("records"):
        reasons = found.reasons(row["code"])
        logit = found.model.explanation.average + reasons["effect"].sum()
        assert expit(logit) == pytest.approx(row["chance"], abs=1e-3)
        assert reasons["effect"].abs().is_monotonic_decreasing


def test_the_strongest_reasons_are_told(found: Signing) -> None:
    """On its side, and nothing else: what is told of an opportunity can be argued with."""
    for row in found.rows.to_dict("records"):
        reasons = found.reasons(row["code"])
        strong = reasons[reasons["effect"].abs() > 0.11]
        for side, some in (("For", strong[strong["effect"] > 0]),
                           ("Against", strong[strong["effect"] < 0])):  # fmt: skip
            told = some["told"].head(3).tolist()
            if told:
                assert f"{side}: {'; '.join(told)}" in row["why"]


def test_each_language_has_its_words(demo: Workbench, found: Signing) -> None:
    french = demo.signing(language="fr")
    assert french.rows["why"].str.contains("Contre").any()
    assert not french.rows["why"].str.contains("Against").any()
    assert set(french.rows["status"]) <= {
        "À qualifier", "Qualifiée", "Proposition", "Négociation", "Signature en attente",
    }  # fmt: skip
    assert french.rows["chance"].tolist() == found.rows["chance"].tolist()


def test_findings_say_what_it_was_learnt_from_and_how_far_apart_they_are(found: Signing) -> None:
    both = found.rows.dropna(subset=["entered", "amount"])
    amounts = both["amount"].astype(float)
    part = (amounts @ both["chance"]) / (amounts @ both["entered"]) - 1
    assert str(found.closed) in found.findings[0]
    assert f"{abs(part):.0%}" in found.findings[1]
    assert ("less" if part < 0 else "more") in found.findings[1]
    high = (found.rows["gap"] <= -0.2).sum()
    many = "1 opportunity is" if high == 1 else f"{high} opportunities are"
    assert f"{many} entered at 20 points or more above" in found.findings[2]


def test_a_part_is_asked_about(demo: Workbench, found: Signing) -> None:
    owner = found.rows["owner"].iloc[0]
    mine = demo.signing(where={"owner": owner})
    assert set(mine.rows["owner"]) == {owner}
    assert mine.rows["why"].iloc[0] == found.rows["why"].iloc[0]
    with pytest.raises(NotAmongThese, match="is not among"):
        mine.reasons(found.rows[found.rows["owner"] != owner]["code"].iloc[0])
    with pytest.raises(NoSuchDimension, match="no dimension colour"):
        demo.signing(where={"colour": "red"})


def test_a_past_day_is_told_as_it_was(demo: Workbench) -> None:
    day = demo.today.replace(year=demo.today.year - 1)
    before = demo.signing(as_of=day)
    sale = demo.snapshot(day).opportunity
    assert sorted(before.rows["id"]) == sorted(
        sale.filter(sale.outcome == "open").to_pandas()["id"]
    )
    assert before.closed < demo.signing().closed


def test_without_a_past_the_usual_probabilities_speak(
    workbench: Workbench, saved: Callable[..., Opportunity]
) -> None:
    one = saved(probability=None)
    other = saved(lines=(Line(title="Étude"),), probability="0.9")
    made = workbench.signing()
    assert made.closed == 0
    assert "so few that the usual probabilities" in made.findings[0]
    assert made.findings[1] == "No open opportunity has both an amount and a probability."
    chances = made.rows.set_index("id")["chance"]
    assert chances[one.id] == chances[other.id] > 0
    assert made.rows["gap_amount"].isna().all()
    json.loads(made.as_json())


def test_an_empty_workspace_has_nothing_to_say(workbench: Workbench) -> None:
    made = workbench.signing()
    assert made.rows.empty
    assert repr(charts.chances(made.rows)).endswith("There is no open opportunity.")


def test_it_is_shown_as_a_table(found: Signing) -> None:
    shown = charts.chances(found.rows, found.currency, top=3, language="fr")
    text, row = repr(shown), found.rows.iloc[0]
    assert row["code"] in text
    assert f"et {len(found.rows) - 3} autres" in text or f"{len(found.rows) - 3}" in text
    assert "D'après le passé" in text


def test_it_is_asked_for_in_the_terminal(place: Path, found: Signing) -> None:
    done = run("signing", "--db", place, "--format", "json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == json.loads(found.as_json())
    people = run("signing", "--db", place, lang="fr")
    assert "D'après le passé" in people.stdout
    assert found.rows["code"].iloc[0] in people.stdout
    code = found.rows["code"].iloc[0]
    one = run("signing", code, "--db", place)
    assert found.reasons(code)["told"].iloc[0] in one.stdout
    nobody = run("signing", "OPP-1900-0001", "--db", place, lang="fr")
    assert nobody.returncode != 0
    assert "n'est pas parmi les opportunités ouvertes" in nobody.stderr
