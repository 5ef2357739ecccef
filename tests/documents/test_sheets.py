"""The sheets of opportunities and affairs, and names in all scripts."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from oppkit.documents.content.phrasing import Phrasing
from oppkit.documents.template import BUILT_IN
from oppkit.locale import formats
from oppkit.locale.catalogue import entries
from oppkit.model import Event, Line, Opportunity
from oppkit.model.errors import NotSaved
from oppkit.workbench import Workbench
from tests.documents.reading import all_text, page_texts, squeezed


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("form", ["short", "detailed"])
def test_an_opportunity_says_where_it_stands_and_what_it_may_bring(
    workbench: Workbench, sale: Callable[..., Opportunity], form: str, language: str
) -> None:
    record = sale(
        expected_signature=date(2026, 4, 30), tags=("strategic",),
        comment="Décision en commission.\n\nConcurrent : Thermolis.",
    )  # fmt: skip
    pages = page_texts(workbench.printing.print(record, form, language))
    phrasing = Phrasing(language, "EUR", workbench.catalogue())
    assert len(pages) == 1
    for value in (record.amount, record.weighted_amount, record.margin, record.weighted_margin):
        assert squeezed(phrasing.amount(value)) in pages[0]
    for line in record.lines:
        assert line.title in pages[0]
        assert squeezed(phrasing.amount(line.amount)) in pages[0]
    for words in (
        record.name, "Énergie du Rhône", "Ana Lopez", "Léa Dupont", "Concurrent : Thermolis.",
        squeezed(phrasing.percent(record.probability)),
        phrasing.label("status", "proposal"), phrasing.label("tag", "strategic"),
        formats.long_date(date(2026, 4, 30), language),
        formats.long_date(workbench.today, language),
    ):  # fmt: skip
        assert words in pages[0]


def test_a_detailed_opportunity_tells_what_was_made_done_and_changed(
    workbench: Workbench, sale: Callable[..., Opportunity]
) -> None:
    record = sale()
    workbench.quotes.validate(workbench.create_quote(record))
    affair = workbench.create_affair(record)
    workbench.save(
        Event(
            kind="appointment", subject="Présentation de l'offre", opportunity_id=record.id,
            customer_id=record.customer_id, starts_at=datetime(2026, 3, 10, 9, tzinfo=UTC),
        )
    )  # fmt: skip
    later = workbench.save(record.replace(probability="0.8", probability_typed=True))
    detailed = all_text(workbench.printing.print(later, "detailed", "en"))
    assert affair.code is not None
    for words in ("QUO-2026-0001", affair.code, "Présentation de l'offre", "10/03/2026"):
        assert words in detailed
    history = detailed[detailed.index("History") :]
    assert [found for found in re.findall(r"\d+%", history) if found in ("45%", "80%")] == [
        "45%", "80%",
    ]  # fmt: skip


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("form", ["short", "detailed"])
def test_an_affair_says_its_budget_and_who_delivers_it(
    workbench: Workbench, sale: Callable[..., Opportunity], form: str, language: str
) -> None:
    record = sale(production_start=date(2026, 6, 1), production_end=date(2026, 12, 31))
    affair = workbench.create_affair(record)
    said = all_text(workbench.printing.print(affair, form, language))
    phrasing = Phrasing(language, "EUR", workbench.catalogue())
    assert affair.code is not None
    for words in (
        affair.code, record.code or "", squeezed(phrasing.amount(affair.budget)), "Ana Lopez",
        "69003 Lyon", formats.long_date(date(2026, 12, 31), language),
    ):  # fmt: skip
        assert words in said


def test_an_opportunity_of_which_little_is_known_is_printed_too(
    workbench: Workbench, sale: Callable[..., Opportunity]
) -> None:
    bare = sale(lines=(), probability=None, responsibles=(), participants=())
    for form in ("short", "detailed"):
        said = all_text(workbench.printing.print(bare, form, "en"))
        assert bare.name in said
        assert "None" not in said


def test_the_largest_amounts_stay_on_the_page(
    workbench: Workbench, sale: Callable[..., Opportunity]
) -> None:
    amount = "999999999999999.99"
    record = sale(lines=(Line(title="Grand projet", amount=amount, margin=amount),))
    said = all_text(workbench.printing.print(record, "detailed", "en"))
    assert said.count("€999,999,999,999,999.99") >= 4


def test_names_in_other_scripts_are_drawn_and_found_again(
    workbench: Workbench, sale: Callable[..., Opportunity]
) -> None:
    record = sale("東京電力株式会社", name="Ελληνικά – Русский – Łódź")
    printed = workbench.printing.print(record, "short", "en")
    said = all_text(printed)
    assert "Ελληνικά – Русский – Łódź" in said
    if not printed.missing:  # where a font for Japanese is installed
        assert "東京電力株式会社" in said


def test_a_right_to_left_name_keeps_its_direction(
    workbench: Workbench, sale: Callable[..., Opportunity]
) -> None:
    record = sale("חברת החשמל")
    content = workbench.printing.content(record, "fr")
    assert content["customer"]["name"] == "\u2068חברת החשמל\u2069"
    said = all_text(workbench.printing.print(record, "short", "fr"))
    assert "חברת" in said
    assert "החשמל" in said


def test_a_record_that_was_never_saved_is_not_printed(
    workbench: Workbench, draft: Callable[..., Opportunity]
) -> None:
    with pytest.raises(NotSaved):
        workbench.printing.print(draft(), "short")


def test_a_price_keeps_its_own_decimals(
    workbench: Workbench, sale: Callable[..., Opportunity]
) -> None:
    record = sale(lines=(Line(title="Vis", quantity="1000", unit_price="0.0035"),))
    quote = workbench.create_quote(record)
    said = all_text(workbench.printing.print(quote, "detailed", "en"))
    assert "€0.0035" in said
    assert "€3.50" in said


def words_used(section: str, folder: Path = BUILT_IN) -> set[str]:
    sources = [path.read_text("utf-8") for path in folder.rglob("*.typ")]
    return {name for text in sources for name in re.findall(rf"\b{section}\.(\w+)", text)}


def test_templates_use_words_that_exist_and_no_word_is_idle() -> None:
    known = entries("en")
    words = {key.removeprefix("sheet.") for key in known if key.startswith("sheet.")}
    assert words_used("words") == words
    assert {f"field.{name}" for name in words_used("labels")} <= known.keys()
