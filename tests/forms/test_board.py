"""What the board shows its page, and what it does when a card is dropped."""

from typing import Any

import pytest

from oppkit.forms.widgets.board import WORDS, Board, BoardColumn, Card, initials

TEXTS = {name: f"{name} {{number}}" for name in WORDS}
COLUMNS = [BoardColumn("new", "New", 1200, ["12 €"], more=1199), BoardColumn("won", "Won", 0)]
CARDS = {"new": [Card("o1", "Portal", owner="Zoé Martin", share=0.4)]}


@pytest.fixture
def board() -> Board:
    shown = Board(TEXTS, number=lambda count: f"{count:,}")
    shown.show(COLUMNS, CARDS)
    return shown


def drop(board: Board, card: str = "o1", move: int = 1) -> None:
    message = {"type": "move", "card": card, "from": "new", "to": "won", "view": "a", "move": move}
    board._received(board, message, [])


def test_it_shows_what_is_ready_to_be_read(board: Board) -> None:
    first, second = board.columns
    assert (first["count"], first["more"], first["sums"]) == ("1,200", "more 1,199", ["12 €"])
    assert (second["count"], second["more"]) == ("0", "")
    assert board.cards["won"] == []
    assert board.cards["new"][0]["initials"] == "ZM"


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("", ""), ("Zoé", "Z"), ("Anne-Marie Le Goff", "AG"), ("étienne d’arc", "ÉD"),
        ("Ada Lovelace (sales)", "AL"), ("<b>", ""), ("  7 ", ""),
    ],
)  # fmt: skip
def test_initials(name: str, letters: str) -> None:
    assert initials(name) == letters


def test_a_drop_is_told_and_waits_for_the_truth(board: Board) -> None:
    moves: list[tuple[str, ...]] = []
    board.on_move(lambda *move: moves.append(move))
    drop(board)
    assert moves == [("o1", "new", "won")]
    assert (board.busy, board.generation, board.handled) == ("o1", 1, {"a": 1})

    board.show(COLUMNS, CARDS)
    assert (board.busy, board.generation) == ("", 2)


def test_a_drop_that_fails_goes_back(board: Board) -> None:
    board.on_move(lambda *move: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        drop(board)
    assert (board.busy, board.generation) == ("", 2)


def test_a_drop_that_fails_behind_a_guard_goes_back() -> None:
    errors: list[Exception] = []

    def guard(callback: Any) -> Any:
        def guarded(*values: Any) -> None:
            try:
                callback(*values)
            except Exception as error:  # noqa: BLE001 - as a screen does
                errors.append(error)

        return guarded

    board = Board(TEXTS, guard=guard)
    board.show(COLUMNS, CARDS)
    board.on_move(lambda *move: 1 / 0)
    drop(board)
    assert [type(error) for error in errors] == [ZeroDivisionError]
    assert (board.busy, board.generation) == ("", 2)


def test_a_drop_that_failed_after_the_truth_was_shown_is_not_shown_twice(board: Board) -> None:
    def move(*_: str) -> None:
        board.show(COLUMNS, CARDS)
        raise OSError("after that")

    board.on_move(move)
    with pytest.raises(OSError, match="after that"):
        drop(board)
    assert board.generation == 2


def test_a_drop_that_nobody_hears_of_goes_back(board: Board) -> None:
    drop(board)
    assert (board.busy, board.generation) == ("", 2)


def test_each_view_has_its_own_moves(board: Board) -> None:
    drop(board, move=3)
    board._received(
        board,
        {"type": "move", "card": "o1", "from": "new", "to": "won", "view": "b", "move": 1},
        [],
    )
    assert board.handled == {"a": 3, "b": 1}


def test_opening_and_more_are_told(board: Board) -> None:
    told: list[str] = []
    board.on_open(told.append)
    board.on_more(told.append)
    board._received(board, {"type": "open", "card": "o1"}, [])
    board._received(board, {"type": "more", "column": "new"}, [])
    assert told == ["o1", "new"]


def test_cards_of_no_column_are_refused(board: Board) -> None:
    with pytest.raises(ValueError, match=r"There is no column for the cards of lost\."):
        board.show(COLUMNS, {"lost": []})


@pytest.mark.parametrize("share", [-0.01, 1.01, float("nan")])
def test_a_share_is_a_part_of_one(share: float) -> None:
    with pytest.raises(ValueError, match="share of card o1 must be between 0 and 1"):
        Card("o1", "Portal", share=share)
