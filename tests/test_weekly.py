"""The weekly review: two files with the same figures, safe to be mailed."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

import pytest
from pypdf import PdfReader
from typer.testing import CliRunner

from oppkit.cli import app
from oppkit.documents.bars import Bar, svg
from oppkit.model import Call, Customer, Employee, Firm, Line, Opportunity, Target
from oppkit.weekly import monday_before, weekly
from oppkit.workbench import Workbench
from tests.clock import TODAY, Clock

pytestmark = pytest.mark.both_engines

Saved = Callable[..., Opportunity]
EVIL = "<img src=x onerror=alert(1)> & </script><script>alert(2)</script>"
Q1 = date(2026, 1, 1)


class Tags(HTMLParser):
    """Which elements a page has, and what they refer to."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.addresses: list[str] = []
        self.words: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("src", "href")]
        self.names |= {name for name, _ in attrs if name.startswith("on")}

    def handle_data(self, data: str) -> None:
        self.words.append(data)


@pytest.fixture(autouse=True)
def no_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine's own templates are not part of a test."""
    monkeypatch.delenv("OPPKIT_TEMPLATES", raising=False)


@pytest.fixture
def busy(
    workbench: Workbench, saved: Saved, clock: Clock, owner: Employee, customer: Customer
) -> Workbench:
    """A pipeline of last week, and what became of it since."""
    workbench.quotes.save_firm(Firm(name="Ateliers & Fils"))
    opened = date(2026, 1, 5)
    kept = saved(name=EVIL, opened_on=opened, expected_signature=date(2026, 3, 10))
    won = saved(name="Won", opened_on=opened, lines=(Line(amount=250_000),))
    saved(name="Later", expected_signature=date(2026, 5, 4), lines=(Line(amount=80_000),))
    aim = {"period": "quarter", "begins": Q1, "currency": "EUR"}
    workbench.targets.save(Target(**aim, amount=500_000))
    workbench.targets.save(Target(**aim, amount=100_000, owner_id=owner.id))
    workbench.targets.save(Target(**aim, amount=50_000, establishment="lyon"))
    workbench.targets.say(Call(**aim, committed=300_000, note="All on *one* horse"))
    clock.advance(days=8)  # a Tuesday
    workbench.close(won, "won", date(2026, 3, 24))
    workbench.save(kept.replace(lines=(Line(amount=1_500),)))
    return workbench


def test_the_week_begins_with_the_last_monday() -> None:
    assert [monday_before(TODAY + timedelta(days=days)) for days in (0, 1, 6, 7)] == [
        date(2026, 3, 9), TODAY, TODAY, TODAY,
    ]  # fmt: skip


def test_it_tells_figures_movement_targets_and_attention(busy: Workbench) -> None:
    review = weekly(busy, "en")
    assert review.subtitle == "From 23 March 2026 to 24 March 2026"
    assert [(one.label, one.value, one.note) for one in review.figures] == [
        ("Weighted forecast", "€36k", "over 12 months"),
        ("Open pipeline", "€82k", "-€250k since last Monday"),
        ("Won in Q1 2026", "€250k", "50% of €500k"),
        ("Attention", "1", "open opportunities"),
    ]
    forecast, movement, targets, attention = review.sections
    assert forecast.grids[0].rows == [["May 2026", "1", "€80,000", "€36,000"]]
    assert [bar.label for bar in forecast.bars] == ["€36k"]
    assert forecast.grids[1].rows == [
        ["In the forecast", "1", "€80,000", "€36,000"], ["Overdue", "1", "€1,500", "€675"],
    ]  # fmt: skip
    assert [row[2] for row in movement.grids[0].rows] == ["€331,000", "€500", "-€250,000"]
    assert movement.grids[0].foot[1:] == ["2", "€81,500", "€36,675"]
    assert [row[2] for row in movement.grids[1].rows] == ["-€250,000", "€500"]
    assert targets.note == "All on *one* horse"
    assert targets.grids[0].rows == [
        ["The whole firm", "€500,000", "€250,000", "50%", "€250,000", "€1,500", "1%", "€300,000"],
        ["Ana Lopez", "€100,000", "€250,000", "250%", "-€150,000", "€1,500", "–", "–"],
        ["Lyon", "€50,000", "€0", "0%", "€50,000", "€0", "0%", "–"],
    ]
    assert [grid.title for grid in attention.grids] == [
        "Signature overdue (1)", "Amount changed this week (1)",
    ]  # fmt: skip
    assert attention.grids[0].rows[0][1:] == [
        "The signature was expected on 10/03/2026, 14 days ago.", "€1,500",
    ]  # fmt: skip


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_page_runs_nothing_and_fetches_nothing(busy: Workbench, language: str) -> None:
    page = weekly(busy, language).html()
    found = Tags(page)
    assert not found.names & {"script", "img", "link", "iframe", "object", "onerror"}
    assert not [address for address in found.addresses if not address.startswith("#")]
    assert not re.findall(r"url\(|@import", page)
    assert any(EVIL in words for words in found.words)
    assert f'<html lang="{language}">' in page
    assert "Ateliers &amp; Fils" in page


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_document_says_the_same(busy: Workbench, language: str) -> None:
    review = weekly(busy, language)
    made = review.pdf()
    assert (made.name, made.missing, made.not_archival) == ("oppkit-2026-03-24.pdf", "", "")
    reader = PdfReader(BytesIO(made.content))
    assert reader.trailer["/Root"]["/Lang"] == language
    words = "".join("".join(page.extract_text() for page in reader.pages).split())
    told = [one.value for one in review.figures]
    told += [section.title for section in review.sections]
    told += [cell for s in review.sections for grid in s.grids for row in grid.rows for cell in row
             if len(cell) < 30]  # fmt: skip  # long ones are broken into lines
    missing = [one for one in told if "".join(one.split()) not in words]
    assert missing == []
    assert "onerror" in words  # shown, and not run


def test_a_workspace_without_anything_has_a_review(workbench: Workbench) -> None:
    review = weekly(workbench, "fr")
    assert [one.value for one in review.figures][1:] == ["0\xa0€", "0\xa0€", "0"]
    assert review.sections[-1].grids == []
    assert "<svg" not in review.html()
    assert review.pdf().content.startswith(b"%PDF")


def test_a_chart_is_well_formed_whatever_it_shows() -> None:
    for bars in (
        [Bar(EVIL, 1, 2, EVIL)], [Bar("a", -3, -2, "x"), Bar("b", 0, 0, "")],
        [Bar("a", 5, 2, "more than all")],
    ):  # fmt: skip
        drawn = ElementTree.fromstring(svg(bars))
        boxes = [one for one in drawn if one.tag.endswith("rect")]
        assert len(boxes) == 2 * len(bars)
        for box in boxes:
            assert (
                0
                <= float(box.attrib["y"])
                <= float(box.attrib["y"]) + float(box.attrib["height"])
                <= 210
            )
        assert [one.text for one in drawn if one.tag.endswith("text")][1::2] == [
            bar.name for bar in bars
        ]


def test_the_command_writes_both_files(busy: Workbench, tmp_path: Path) -> None:
    busy.set("today", "2026-03-24")
    folder = tmp_path / "reports" / "new"
    file = busy.store.engine.place
    done = CliRunner().invoke(app, ["report", "--week", "--to", str(folder), "--db", file])
    assert (done.exit_code, done.stdout.count("oppkit-2026-03-24")) == (0, 2)
    assert sorted(path.suffix for path in folder.iterdir()) == [".html", ".pdf"]
    refused = CliRunner().invoke(app, ["report", "--db", file])
    assert refused.exit_code == 2
