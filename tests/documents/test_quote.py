"""A quote as PDF says all that the quote does, in both languages, whatever its length."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from oppkit.documents.content.phrasing import Phrasing
from oppkit.locale import formats
from oppkit.model import Line, Opportunity, Quote
from oppkit.workbench import Workbench
from tests.documents.reading import all_text, page_texts, reader, squeezed


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_detailed_quote_says_every_amount_and_every_line(
    workbench: Workbench, quote: Quote, language: str
) -> None:
    said = all_text(workbench.printing.print(quote, "detailed", language))
    phrasing = Phrasing(language, "EUR", workbench.catalogue())
    totals = quote.totals
    amounts = [*totals.lines, *(line.unit_price for line in quote.lines)]
    amounts += [totals.excluding_tax, totals.vat, totals.including_tax]
    amounts += [amount for part in totals.vat_parts for amount in (part.base, part.vat)]
    for amount in amounts:
        assert squeezed(phrasing.amount(amount)) in said
    for line in quote.lines:
        assert line.title in said
    for day in (quote.quoted_on, quote.valid_until):
        assert day is not None
        assert squeezed(formats.long_date(day, language)) in said
    for words in ("QUO-2026-0001", "Énergie du Rhône", "129 rue Servient", "69003 Lyon",
                  "Léa Dupont", "Ateliers Vauban", "SAS au capital de 250 000 €",
                  "Pénalités : 40 €.", "IBAN FR76"):  # fmt: skip
        assert words in said


@pytest.mark.parametrize("form", ["short", "detailed"])
def test_three_hundred_lines_are_all_there_under_a_repeated_heading(
    workbench: Workbench, sale: Callable[..., Opportunity], form: str
) -> None:
    lines = tuple(
        Line(title=f"Poste no {number:03}", quantity=number, unit_price="12.34")
        for number in range(1, 301)
    )
    quote = workbench.quotes.validate(workbench.create_quote(sale(lines=lines)))
    pages = page_texts(workbench.printing.print(quote, form, "fr"))
    phrasing = Phrasing("fr", "EUR", workbench.catalogue())
    said = " ".join(pages)
    for line, net in zip(quote.lines, quote.totals.lines, strict=True):
        assert line.title in said
        assert squeezed(phrasing.amount(net)) in said
    assert len(pages) > 5
    for number, page in enumerate(pages, 1):
        assert f"Page {number} sur {len(pages)}" in page
        if "Poste no" in page:
            assert "MONTANT HT" in page.upper()
    assert "Bon pour accord" in pages[-1]


def test_a_draft_is_seen_to_be_one(workbench: Workbench, sale: Callable[..., Opportunity]) -> None:
    draft = workbench.create_quote(sale())
    assert "BROUILLON" in all_text(workbench.printing.print(draft, "short", "fr")).upper()
    final = workbench.quotes.validate(draft)
    assert "BROUILLON" not in all_text(workbench.printing.print(final, "short", "fr")).upper()


def test_a_revised_quote_names_the_one_it_replaces(workbench: Workbench, quote: Quote) -> None:
    revised = workbench.quotes.validate(workbench.quotes.revise(quote))
    said = all_text(workbench.printing.print(revised, "short", "en"))
    assert "Replaces QUO-2026-0001" in said


def test_a_validated_quote_keeps_the_letterhead_of_its_day(
    workbench: Workbench, quote: Quote
) -> None:
    before = workbench.printing.print(quote, "detailed", "fr").content
    workbench.quotes.save_firm(workbench.quotes.firm.replace(name="Vauban & Fils"))
    assert workbench.printing.print(quote, "detailed", "fr").content == before


def test_the_same_record_gives_the_same_bytes_in_an_archival_file(
    workbench: Workbench, quote: Quote
) -> None:
    first = workbench.printing.print(quote, "detailed", "fr")
    assert first.content == workbench.printing.print(quote, "detailed", "fr").content
    assert first.name == "QUO-2026-0001.pdf"
    assert first.media_type == "application/pdf"
    assert first.warnings == ()
    document = reader(first)
    assert document.metadata is not None
    assert document.metadata.title == "Devis QUO-2026-0001"
    assert str(document.metadata.creation_date).startswith("2026-03-16")
    assert document.root_object["/Lang"] == "fr"


@pytest.mark.parametrize("form", ["short", "detailed"])
def test_sheets_of_all_kinds_are_archival_and_accessible(
    workbench: Workbench, quote: Quote, form: str
) -> None:
    sale = workbench.get(Opportunity, quote.opportunity_id)
    for record in (quote, sale, workbench.create_affair(sale)):
        content = workbench.printing.print(record, form, "fr").content
        assert b"<pdfaid:part>2</pdfaid:part>" in content
        assert b"<pdfuaid:part>1</pdfuaid:part>" in content
