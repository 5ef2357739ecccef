"""What the list answers to its page."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from oppkit.forms.widgets.table import WORDS, Column, Source, Table, TableRow

TEXTS = {name: f"{name} {{name}}" for name in WORDS}


def rows(offset: int, limit: int) -> list[TableRow]:
    return [TableRow(f"k{i}", [f"row {i}"]) for i in range(offset, offset + limit)]


class Told(Table):
    """A table that remembers what it sends."""

    def __init__(self, source: Source = rows, **options: Any) -> None:
        super().__init__([Column("name", "Name")], source, TEXTS, **options)
        self.sent: list[dict[str, Any]] = []

    def send(self, content: dict[str, Any], buffers: Any = None) -> None:
        self.sent.append(content)

    def ask(self, kind: str, **values: Any) -> None:
        self._received(self, {"type": kind, "generation": self.generation} | values, [])


@pytest.fixture
def table() -> Told:
    shown = Told(selectable=True)
    shown.refresh(1000, "1,000 rows")
    return shown


def test_it_sends_the_rows_that_are_asked_for(table: Told) -> None:
    table.ask("rows", **{"from": 40, "to": 42}, view="a")
    assert table.sent == [
        {
            "type": "rows", "view": "a", "generation": 1, "from": 40, "to": 42,
            "rows": [
                {"key": "k40", "cells": ["row 40"], "tone": ""},
                {"key": "k41", "cells": ["row 41"], "tone": ""},
            ],
        }
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("start", "stop", "sent"),
    [(-5, 2, (0, 2)), (990, 2000, (990, 1000)), (0, 1000, (0, 500)), (20, 10, (20, 20))],
)
def test_it_keeps_to_the_result_and_to_small_answers(
    table: Told, start: int, stop: int, sent: tuple[int, int]
) -> None:
    table.ask("rows", **{"from": start, "to": stop})
    answer = table.sent[0]
    assert (answer["from"], answer["to"]) == sent
    assert len(answer["rows"]) == sent[1] - sent[0]


def test_it_does_not_answer_for_a_result_that_is_gone(table: Told) -> None:
    table.ask("rows", **{"from": 0, "to": 5}, generation=0)
    table.ask("select_all", generation=0)
    assert table.sent == []
    assert table.selected == []


def broken(offset: int, limit: int) -> Sequence[TableRow]:
    raise OSError("the disk is gone")


def interrupted(offset: int, limit: int) -> Sequence[TableRow]:
    raise KeyboardInterrupt


@pytest.mark.parametrize(("source", "error"), [(broken, OSError), (interrupted, KeyboardInterrupt)])
def test_a_source_that_raises_is_shown_and_raised(
    source: Source, error: type[BaseException]
) -> None:
    table = Told(source)
    with pytest.raises(error):
        table.refresh(10, "")
    with pytest.raises(error):
        table.ask("rows", **{"from": 0, "to": 10}, view="a")
    assert table.sent == [{"type": "failed", "view": "a", "generation": 1}]


def caught(errors: list[str]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    def guard(callback: Callable[..., Any]) -> Callable[..., Any]:
        def guarded(*values: Any) -> Any:
            try:
                return callback(*values)
            except Exception as error:  # noqa: BLE001 - as a screen does
                errors.append(str(error))
                return None

        return guarded

    return guard


def test_the_guard_hears_of_everything_that_fails() -> None:
    errors: list[str] = []
    table = Told(broken, guard=caught(errors))
    table.refresh(10, "")
    table.on_open(lambda key: 1 / 0)
    table.ask("rows", **{"from": 0, "to": 10}, view="a")
    table.ask("open", key="k1")
    table.ask("select_range", **{"from": 0, "to": 10})
    assert table.sent == [{"type": "failed", "view": "a", "generation": 1}]
    assert errors == ["the disk is gone"] * 2 + ["division by zero", "the disk is gone"]


def test_opening_tells_everybody_who_wants_to_know(table: Told) -> None:
    opened: list[str] = []
    table.on_open(opened.append)
    table.on_open(opened.append)
    table.ask("open", key="k7", generation=0)  # the row was on the page, whatever came since
    assert opened == ["k7", "k7"]


def test_a_range_is_added_to_what_is_selected(table: Told) -> None:
    table.selected = ["k3", "k900"]
    table.ask("select_range", **{"from": 2, "to": 5})
    assert table.selected == ["k3", "k900", "k2", "k4"]
    assert not table.all_selected


def test_everything_is_selected_by_the_owner_or_from_the_source(table: Told) -> None:
    table.ask("select_all")
    assert table.selected == [f"k{i}" for i in range(1000)]
    assert table.all_selected

    table.selected = []
    assert not table.all_selected
    table.on_select_all(lambda: setattr(table, "selected", ["k1"]))
    table.ask("select_all")
    assert table.selected == ["k1"]


def test_nothing_is_not_everything(table: Told) -> None:
    table.refresh(0, "")
    assert not table.all_selected


def test_a_refresh_is_one_message_with_a_new_generation(table: Told) -> None:
    seen: list[tuple[int, str, bool]] = []
    table.observe(
        lambda _: seen.append((table.total, table.footer, table.kept_place)), "generation"
    )
    table.refresh(2, "two", keep_place=True)
    table.refresh(2, "two")
    assert seen == [(2, "two", True), (2, "two", False)]


@pytest.mark.parametrize(("total", "sent"), [(0, 0), (3, 3), (1000, 60)])
def test_a_new_result_brings_its_first_rows(table: Told, total: int, sent: int) -> None:
    table.refresh(total, "")
    assert [row["key"] for row in table.first] == [f"k{i}" for i in range(sent)]
    table.refresh(total, "", keep_place=True)  # whoever is far down asks for what is there
    assert table.first == []


def test_missing_texts_are_named() -> None:
    with pytest.raises(ValueError, match=r"These texts are missing: empty, loading\."):
        Table([], rows, {k: v for k, v in TEXTS.items() if k not in ("empty", "loading")})
