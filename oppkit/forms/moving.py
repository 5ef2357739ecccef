"""Changes made by moving a card: on the newest version, and taken back on demand."""

from __future__ import annotations

from collections.abc import Callable

from oppkit.bulk_edit import Applied
from oppkit.forms.screen import Screen
from oppkit.model import EditConflict, Opportunity

Change = Callable[[Opportunity], Opportunity]
"""Saves the change of the opportunity that it is given, and gives it as it then stands."""

_ATTEMPTS = 3


def moved(screen: Screen, record_id: int, change: Change) -> tuple[Opportunity, Opportunity]:
    """Make a change of the opportunity as it stands now; gives it before and after.

    Who drops a card decides about status or date alone: when somebody saves in between, the change
    is made again on what was saved.
    """
    for attempt in range(1, _ATTEMPTS + 1):
        before = screen.workbench.get(Opportunity, record_id)
        try:
            return before, change(before)
        except EditConflict:
            if attempt == _ATTEMPTS:
                raise
    raise AssertionError("the last attempt returns or raises")


def take_back(screen: Screen, before: Opportunity, after: Opportunity) -> None:
    """Put back what a move changed, and nothing else.

    Raises `UserError` or `ValidationError` when somebody changed the same since.
    """
    undone = screen.workbench.bulk.undo(Applied(((before, after),), ()))
    for _item, error in undone.refused:
        raise error
