"""The view of what wants looking at, without a browser."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from oppkit.forms.attention_view import AttentionView
from oppkit.forms.screen import Screen
from oppkit.model import Employee, Opportunity, Record
from tests.forms.conftest import EVIL

Saved = Callable[..., Opportunity]
LATE = {"opened_on": date(2025, 1, 1), "expected_signature": date(2026, 3, 1)}


@pytest.fixture
def view(screen: Screen) -> AttentionView:
    return AttentionView(screen)


def shown(view: AttentionView) -> dict[str, list[Any]]:
    """The cells of the tables that are in sight, by their label."""
    tables = [part.children[1] for part in view.children[1:]]
    return {
        table.label: [list(row.cells) for row in table._source(0, table.total)] for table in tables
    }


def test_reasons_that_there_are_have_a_table(view: AttentionView, saved: Saved) -> None:
    view.refresh()
    assert shown(view) == {}
    assert view.told.text == "Nothing wants attention for now."
    saved(name=EVIL, production_start=date(2026, 2, 1), **LATE)
    view.refresh()
    assert shown(view) == {
        "Signature overdue": [[
            EVIL, "OPP-2026-0001", "Énergie du Rhône", "Ana Lopez",
            "The signature was expected on 01/03/2026, 15 days ago.", "€1,000.00",
        ]],
        "Production before the signature": [[
            EVIL, "OPP-2026-0001", "Énergie du Rhône", "Ana Lopez",
            "Production starts on 01/02/2026, 28 days before the signature expected on 01/03/2026.",
            "€1,000.00",
        ]],
    }  # fmt: skip
    assert view.told.text.startswith("1 opportunity to look at")


def test_an_owner_sees_their_own(
    view: AttentionView, saved: Saved, owner: Employee, assistant: Employee
) -> None:
    saved(name="A", **LATE)
    saved(name="B", responsibles=[{"role": "sales", "employee_id": assistant.id}], **LATE)
    view.refresh()
    assert [row[0] for row in shown(view)["Signature overdue"]] == ["A", "B"]
    view.owner.show(assistant.id)
    assert [row[0] for row in shown(view)["Signature overdue"]] == ["B"]
    view.owner.show(None)
    assert view.tables["overdue"].total == 2


def test_a_row_opens_its_form(view: AttentionView, saved: Saved, screen: Screen) -> None:
    asked: list[Record | str] = []
    screen.navigate(asked.append, asked.append)
    sale = saved(**LATE)
    view.refresh()
    view.tables["overdue"]._open.call(str(sale.id))
    assert asked == [sale]


def test_it_is_told_in_french(french: Screen, saved: Saved) -> None:
    saved(**LATE)
    view = AttentionView(french)
    view.refresh()
    assert list(shown(view)) == ["Signature en retard"]
    assert view.told.text.replace("\xa0", " ").startswith("1 opportunité à suivre")
