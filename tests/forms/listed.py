"""What the page would show of a list, and what it would send."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from oppkit.forms.listing import Listing
from oppkit.forms.widgets.pick import Pick


def rows(view: Listing) -> list[dict[str, Any]]:
    """All rows of the present result: `key`, `cells`, `tone`."""
    return [asdict(row) for row in view.rows(0, view.table.total)]


def column(view: Listing, place: int = 0) -> list[str]:
    """The texts of one column, from the top."""
    cells = [row["cells"][place] for row in rows(view)]
    return [cell if isinstance(cell, str) else cell["text"] for cell in cells]


def typed(pick: Pick, text: str) -> None:
    """Type a text into a field, as the page tells it: what was chosen is chosen no more."""
    pick.set_state({"text": text, "key": ""})
