"""What the grid keeps of what is typed, and what it tells its owner."""

from typing import Any

import pytest

from oppkit.forms.widgets.grid import WORDS, EditGrid, GridColumn, GridRow
from oppkit.forms.widgets.pick import Choice

TEXTS = dict.fromkeys(WORDS, "text")
COLUMNS = (
    GridColumn("title", "Title", required=True),
    GridColumn("employee", "Employee", "pick"),
    GridColumn("amount", "Amount", "figure"),
)


def row(key: str, title: str = "", **more: Any) -> GridRow:
    return GridRow(key, {"title": title}, **more)


@pytest.fixture
def grid() -> EditGrid:
    shown = EditGrid(COLUMNS, TEXTS)
    shown.show([row("a", "Portal"), row("b")])
    return shown


def say(grid: EditGrid, kind: str, step: int = 1, view: str = "one", **content: Any) -> None:
    grid._received(grid, {"type": kind, "view": view, "step": step, **content}, [])


def type_in(grid: EditGrid, key: str, column: str, text: str, **content: Any) -> None:
    say(grid, "edit", key=key, column=column, text=text, **content)


def test_what_is_shown_can_be_read_again() -> None:
    rows = (
        GridRow(
            "a", {"title": "Portal", "employee": "Zoé"}, frozenset({"employee"}),
            {"title": (("x", "X"),)}, {"amount": "12 €"}, {"title": "name"},
        ),
        GridRow("b"),
    )  # fmt: skip
    grid = EditGrid(COLUMNS, TEXTS)
    grid.show(rows)
    assert grid.rows == rows


def test_each_keystroke_is_kept_and_told(grid: EditGrid) -> None:
    told: list[Any] = []
    grid.on_edit(lambda *edit: told.append((edit, grid.rows[1].cells)))
    type_in(grid, "b", "title", "P")
    type_in(grid, "b", "title", "Po")
    assert told == [(("b", "title", "P"), {"title": "P"}), (("b", "title", "Po"), {"title": "Po"})]
    assert grid.get_state("cells")["cells"]["b"] == {"title": "Po"}  # for a page that comes later


def test_what_is_typed_is_kept_though_the_owner_fails(grid: EditGrid) -> None:
    grid.on_edit(lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        type_in(grid, "a", "title", "Portals")
    assert grid.rows[0].cells["title"] == "Portals"


@pytest.mark.parametrize(("key", "column"), [("gone", "title"), ("a", "amount"), ("a", "stray")])
def test_what_cannot_be_typed_in_is_not(grid: EditGrid, key: str, column: str) -> None:
    before, told = grid.rows, list[Any]()
    grid.on_edit(lambda *edit: told.append(edit))
    type_in(grid, key, column, "12")
    assert (grid.rows, told) == (before, [])


def test_a_pick_is_told_and_typing_over_it_takes_it_back(grid: EditGrid) -> None:
    told: list[Any] = []
    grid.on_edit(lambda *edit: told.append(edit))
    grid.on_pick(lambda *pick: told.append(pick))
    type_in(grid, "a", "employee", "Zoé Martin", choice="e7")
    type_in(grid, "a", "employee", "Zoé Mart")
    assert told == [
        ("a", "employee", "Zoé Martin"), ("a", "employee", "e7"),
        ("a", "employee", "Zoé Mart"), ("a", "employee", None),
    ]  # fmt: skip


def test_wishes_are_told(grid: EditGrid) -> None:
    told: list[Any] = []
    grid.on_add(lambda: told.append("add"))
    grid.on_delete(lambda key: told.append(("delete", key)))
    grid.on_duplicate(lambda key: told.append(("duplicate", key)))
    grid.on_move(lambda key, to: told.append(("move", key, to)))
    say(grid, "add")
    say(grid, "delete", key="a")
    say(grid, "delete", key="gone")
    say(grid, "duplicate", key="b")
    say(grid, "move", key="a", to=1)
    assert told == ["add", ("delete", "a"), ("duplicate", "b"), ("move", "a", 1)]


def test_the_owner_answers_with_rows_that_tell_what_they_know(grid: EditGrid) -> None:
    grid.on_add(lambda: grid.show([*grid.rows, row("c")]))
    type_in(grid, "a", "title", "Portals", step=4)
    say(grid, "edit", step=2, view="two", key="b", column="title", text="x")
    assert grid.handled == {}
    before = grid.generation
    say(grid, "add", step=5)
    assert (grid.handled, grid.generation) == ({"one": 5, "two": 2}, before + 1)
    assert [(one.key, one.cells.get("title")) for one in grid.rows] == [
        ("a", "Portals"), ("b", "x"), ("c", ""),
    ]  # fmt: skip


def test_the_page_hears_of_a_wish_that_nobody_grants(grid: EditGrid) -> None:
    before = grid.generation
    say(grid, "move", step=3, key="a", to=1)
    assert (grid.handled, grid.generation) == ({"one": 3}, before + 1)


def test_the_page_hears_of_a_wish_that_fails(grid: EditGrid) -> None:
    grid.on_delete(lambda key: 1 / 0)
    before = grid.generation
    with pytest.raises(ZeroDivisionError):
        say(grid, "delete", step=3, key="a")
    assert (grid.handled, grid.generation) == ({"one": 3}, before + 1)
    assert len(grid.rows) == 2


def test_figures_leave_what_is_typed_alone(grid: EditGrid) -> None:
    type_in(grid, "a", "title", "Portals")
    before = grid.generation
    grid.set_figures(
        {"a": {"amount": "12 €"}}, {"amount": "12 € in all"}, {"b": frozenset({"employee"})}
    )
    first, second = grid.rows
    assert (first.cells, first.figures) == ({"title": "Portals"}, {"amount": "12 €"})
    assert (second.absent, second.figures) == (frozenset({"employee"}), {})
    assert (grid.totals, grid.generation) == ({"amount": "12 € in all"}, before)
    grid.set_figures({"b": {"amount": "1 €"}})
    assert grid.rows[0].figures == {"amount": "12 €"}
    assert grid.totals == {"amount": "12 € in all"}


def test_notes_go_with_their_row(grid: EditGrid) -> None:
    grid.set_notes({"a": {"title": "Give it a title.", "": "Too late."}, "b": {}})
    assert grid.notes == {"a": {"title": "Give it a title.", "": "Too late."}}
    grid.show([row("a"), row("c")])
    assert list(grid.notes) == ["a"]
    grid.show([row("c")])
    assert grid.notes == {}


def test_rows_that_do_not_fit_are_refused(grid: EditGrid) -> None:
    with pytest.raises(ValueError, match=r"Several rows have the key a\."):
        grid.show([row("a"), row("b"), row("a")])
    with pytest.raises(ValueError, match=r"There is no column for price\."):
        grid.show([GridRow("a", {"title": "", "price": "12"})])
    with pytest.raises(ValueError, match=r"There is no row gone\."):
        grid.set_notes({"gone": {"title": "?"}})
    with pytest.raises(ValueError, match=r"There is no row gone\."):
        grid.set_figures({}, absent={"gone": frozenset()})
    assert [one.key for one in grid.rows] == ["a", "b"]


def answers(grid: EditGrid, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    sent: list[dict[str, Any]] = []
    monkeypatch.setattr(grid, "send", sent.append)
    return sent


def test_a_pick_cell_proposes(monkeypatch: pytest.MonkeyPatch) -> None:
    grid = EditGrid(
        COLUMNS, TEXTS, suggest=lambda *asked: [Choice("e7", " ".join(asked), "Sales", "ZM")]
    )
    sent = answers(grid, monkeypatch)
    say(grid, "suggest", ask=3, key="a", column="employee", text="zoe")
    found = {"key": "e7", "label": "a employee zoe", "detail": "Sales", "code": "ZM"}
    assert sent == [{"type": "suggestions", "view": "one", "ask": 3, "choices": [found]}]


def test_a_page_that_asks_is_always_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: str) -> list[Choice]:
        raise KeyboardInterrupt

    grid = EditGrid(COLUMNS, TEXTS, suggest=interrupted)
    sent = answers(grid, monkeypatch)
    with pytest.raises(KeyboardInterrupt):
        say(grid, "suggest", ask=3, key="a", column="employee", text="zoe")
    assert [(one["ask"], one["choices"]) for one in sent] == [(3, [])]
