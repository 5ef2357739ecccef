"""What searches compare."""

from __future__ import annotations

import pytest

from oppkit.model.texts import folded


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Énergie du Rhône", "energie du rhone"),
        ("CŒUR", "coeur"),
        ("Ærø", "aerø"),  # ø is a letter of its own
        ("Straße", "strasse"),
        ("  two \n spaces ", "two spaces"),
        ("ﬁn", "fin"),
        ("", ""),
    ],
)
def test_folded(text: str, expected: str) -> None:
    assert folded(text) == expected
    assert folded(folded(text)) == expected


def test_parts_are_joined_and_empty_ones_left_out() -> None:
    assert folded("OPP-1", None, "", "Été") == "opp-1 ete"
