"""The links between an opportunity, its quotes and its affairs."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from oppkit.forms.made_from import MadeFrom
from oppkit.forms.screen import Screen
from oppkit.model import Opportunity, Quote
from oppkit.model.record import Record
from oppkit.workbench import Workbench

Saved = Callable[..., Opportunity]


def labels(made: MadeFrom) -> dict[str, list[str]]:
    """The labels of the buttons by what stands before them."""
    return {
        group.children[0].text: [link.description for link in group.children[1:]]
        for group in made.children
    }


@pytest.fixture
def visited(screen: Screen) -> list[Record]:
    asked: list[Record] = []
    screen.navigate(asked.append, lambda _kind: None)
    return asked


@pytest.fixture
def sale(saved: Saved) -> Opportunity:
    return saved(code="OPP-1", name="Portail")


def test_there_is_nothing_at_first(screen: Screen, sale: Opportunity) -> None:
    made = MadeFrom(screen)
    made.show(None)
    assert made.children == ()
    made.show(sale.id)
    assert made.children == ()


def test_an_opportunity_shows_what_was_made_from_it(
    screen: Screen, sale: Opportunity, saved: Saved, workbench: Workbench, visited: list[Record]
) -> None:
    quotes = workbench.quotes
    first = quotes.validate(quotes.create(sale))
    draft = quotes.create(sale)
    affair = workbench.create_affair(sale)
    quotes.create(saved(name="Another"))
    made = MadeFrom(screen)
    made.show(sale.id)
    assert labels(made) == {
        "Quotes": [
            "DRAFT-2026-0002 · Draft · €1,000.00", "QUO-2026-0001 · Validated · €1,000.00",
        ],
        "Affairs": ["AF26-00001 · In negotiation · €1,000.00"],
    }  # fmt: skip
    for link in made.buttons:
        link.click()
    assert visited == [draft, first, affair]


def test_a_quote_shows_the_way_back_and_what_it_revises(
    french: Screen, sale: Opportunity, workbench: Workbench
) -> None:
    quotes = workbench.quotes
    first = quotes.validate(quotes.create(sale))
    second = quotes.validate(quotes.revise(first))
    third = quotes.revise(second)
    other = quotes.create(sale)
    workbench.create_affair(sale)
    made = MadeFrom(french)
    made.show(sale.id, workbench.get(Quote, second.id or 0))
    found = labels(made)
    assert list(found) == ["Opportunité", "Révise", "Révisé par", "Autres devis", "Affaires"]
    assert found["Opportunité"] == ["OPP-1 · Portail"]
    assert found["Révise"][0].startswith(f"{first.code} · Archivé · 1")
    assert found["Révisé par"][0].startswith(f"{third.code} · Brouillon")
    assert [label.partition(" ")[0] for label in found["Autres devis"]] == [other.code]


def test_an_affair_shows_the_others(
    screen: Screen, sale: Opportunity, workbench: Workbench, visited: list[Record]
) -> None:
    first, second = workbench.create_affair(sale), workbench.create_affair(sale)
    quote = workbench.quotes.create(sale)
    made = MadeFrom(screen)
    made.show(sale.id, first)
    assert [*labels(made)] == ["Opportunity", "Quotes", "Other affairs"]
    for link in made.buttons:
        link.click()
    assert visited == [workbench.get(Opportunity, sale.id or 0), quote, second]


def test_what_is_shown_no_more_is_closed(
    screen: Screen, sale: Opportunity, workbench: Workbench
) -> None:
    workbench.quotes.create(sale)
    made = MadeFrom(screen)
    made.show(sale.id)
    [link] = made.buttons
    made.show(sale.id)
    assert link.comm is None
    assert made.buttons[0].comm is not None
