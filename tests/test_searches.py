"""Searches kept under a name: whose come first, what is kept of them, and a newer oppkit's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from pydantic import ValidationError

from oppkit.locale.messages import say
from oppkit.model import NewerSearch, Opportunity, Outcome, SavedSearch, Search, Sort
from oppkit.workbench import Workbench

pytestmark = pytest.mark.both_engines

FULL = Search(
    text="béta", outcomes=(Outcome.OPEN,), any_tags=("risk",), owner_ids=(4, 5), ids=(1, 2),
    amount_from=Decimal("1.50"), closed_to=date(2026, 1, 2), undated=True, sort=Sort.AMOUNT,
    descending=True,
)  # fmt: skip


def names(workbench: Workbench) -> list[tuple[str, str]]:
    return [(saved.author, saved.name) for saved in workbench.searches.all()]


def test_there_are_none_at_first(workbench: Workbench) -> None:
    assert workbench.searches.all() == []


def test_criteria_and_order_are_kept(workbench: Workbench, colleague: Workbench) -> None:
    saved = workbench.searches.save("  À relancer ", FULL)
    assert saved == SavedSearch(name="À relancer", author="Ana", search=FULL)
    assert workbench.searches.all() == [saved]
    assert colleague.searches.all() == [saved]
    assert saved.criteria == FULL


def test_the_page_is_not_kept(workbench: Workbench) -> None:
    saved = workbench.searches.save("x", Search(text="a", offset=40, limit=None))
    assert saved.search == Search(text="a")
    assert workbench.searches.all() == [saved]


def test_a_kept_search_finds_what_it_found(
    saved: Callable[..., Opportunity], workbench: Workbench
) -> None:
    for name in ("Alpha", "Béta", "Gamma"):
        saved(name=name)
    [kept] = [workbench.searches.save("mine", Search(text="beta"))]
    assert [row["name"] for row in workbench.search(kept.criteria).rows] == ["Béta"]


def test_ones_own_come_first_each_by_name(workbench: Workbench, colleague: Workbench) -> None:
    for name in ("zoo", "Énergie", "Energie b"):
        workbench.searches.save(name, Search())
    for name in ("Été", "eau", "École"):
        colleague.searches.save(name, Search())
    ana = [("Ana", "Énergie"), ("Ana", "Energie b"), ("Ana", "zoo")]
    bo = [("Bo", "eau"), ("Bo", "École"), ("Bo", "Été")]
    assert names(workbench) == [*ana, *bo]
    assert names(colleague) == [*bo, *ana]


def test_saving_replaces_ones_own_and_nobody_elses(
    workbench: Workbench, colleague: Workbench
) -> None:
    colleague.searches.save("x", Search(text="his"))
    workbench.searches.save("x", Search(text="first"))
    workbench.searches.save("x", Search(text="second"))
    assert [(s.author, s.criteria.text) for s in workbench.searches.all()] == [
        ("Ana", "second"), ("Bo", "his"),
    ]  # fmt: skip


def test_deleting_removes_that_one(workbench: Workbench, colleague: Workbench) -> None:
    his = colleague.searches.save("x", Search())
    mine = workbench.searches.save("x", Search())
    workbench.searches.delete(mine)
    assert workbench.searches.all() == [his]
    workbench.searches.delete(mine)  # a colleague may have been faster
    workbench.searches.delete(his)
    assert workbench.searches.all() == []


@pytest.mark.parametrize("name", ["", "   ", "a\nb", "x" * 201])
def test_a_name_that_cannot_be_is_said_under_name(name: str, workbench: Workbench) -> None:
    with pytest.raises(ValidationError) as caught:
        workbench.searches.save(name, Search())
    assert [error["loc"] for error in caught.value.errors()] == [("name",)]
    assert workbench.searches.all() == []


@pytest.mark.parametrize(
    "text", ['{"text": "a", "mood": "good"}', '{"sort": "mood"}', '{"ids": "all"}', "[]", "?"]
)
def test_what_a_newer_oppkit_saved_is_listed_and_explained(text: str, workbench: Workbench) -> None:
    workbench.searches.save("b", Search())
    with workbench.store.write() as session:
        session.run("saved_search.save", author="Ana", name="a", search=text)
    newer, mine = workbench.searches.all()
    assert (newer.name, newer.search) == ("a", None)
    assert mine.criteria == Search()
    with pytest.raises(NewerSearch, match=r"The search a of Ana was saved by a newer oppkit") as e:
        newer.criteria  # noqa: B018
    assert "Update oppkit" in str(e.value)
    assert "plus récent" in say(e.value, "fr")
    workbench.searches.save("a", FULL)  # as the sentence says
    assert [saved.search for saved in workbench.searches.all()] == [FULL, Search()]


def test_an_older_oppkit_reads_what_does_not_use_newer_criteria(workbench: Workbench) -> None:
    workbench.searches.save("x", Search(text="a", overdue=True))
    with workbench.store.read() as session:
        [row] = session.all("saved_search.all")
    assert row["search"] == '{"text":"a","overdue":true}'


def test_saved_searches_leave_snapshots_fresh(workbench: Workbench) -> None:
    snapshot = workbench.snapshot()
    workbench.searches.save("x", Search())
    assert workbench.snapshot() is snapshot
