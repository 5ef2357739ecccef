"""Estimates in words."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from oppkit.locale import intervals

SHARE = {"won": 0.145, "won_low_95": 0.12, "won_high_95": 0.171}
DAYS = {"days": 1071, "days_low_95": 67, "days_high_95": 1084}


@pytest.mark.parametrize(
    ("row", "french", "english"),
    [
        ({"few": False}, "15\u202f% (12\u202f% à 17\u202f%)", "15% (12% to 17%)"),
        ({"few": True}, "peu de cas\xa0: 12\u202f% à 17\u202f%", "few: 12% to 17%"),
    ],
)
def test_a_share_has_its_interval(row: dict[str, Any], french: str, english: str) -> None:
    assert intervals.share(SHARE | row, "won", "fr") == french
    assert intervals.share(SHARE | row, "won", "en") == english


@pytest.mark.parametrize(
    ("row", "french", "english"),
    [
        ({"few": False}, "1\u202f071 j (67 à 1\u202f084)", "1,071 d (67 to 1,084)"),
        ({"few": True}, "peu de cas\xa0: 67 à 1\u202f084 j", "few: 67 to 1,084 d"),
        ({"few": False, "days_high_95": None}, "1\u202f071 j (67 ou plus)", "1,071 d (67 or more)"),
        ({"few": True, "days_high_95": float("nan")}, "peu de cas\xa0: 67 j ou plus",
         "few: 67 d or more"),
        ({"few": False, "days": None}, "–", "–"),
    ],
)  # fmt: skip
def test_days_have_theirs(row: dict[str, Any], french: str, english: str) -> None:
    assert intervals.days(DAYS | row, "days", "fr") == french
    assert intervals.days(DAYS | row, "days", "en") == english


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("owner", "Ana", "Ana"), ("owner", None, "Sans responsable"),
        ("size", 18_000.0, "À partir de 18\xa0k€"), ("size", float("nan"), "Sans montant"),
        ("opening_quarter", date(2026, 4, 1), "T2 2026"),
    ],
)  # fmt: skip
def test_what_rates_are_told_apart_by(name: str, value: Any, words: str) -> None:
    assert intervals.group({name: value}, name, "EUR", "fr") == words
