"""What may become of a value of a reference list: the program and the records rely on some."""

from __future__ import annotations

from collections.abc import Iterator

from oppkit.model.catalogue import Catalogue, Currency, Outcome, Reference, Role, Status
from oppkit.model.errors import FixedWhileInUse, LastStatus, OwnerRoleNeeded, WorkspaceCurrency
from oppkit.model.references import OWNER_ROLE

# Opportunities start in an open status and are closed as won or lost; none need be abandoned.
_NEEDED = (Outcome.OPEN, Outcome.WON, Outcome.LOST)

_DECIDING = ("outcome", "kind", "pricing", "family", "decimals")
"""Fields by which records were entered: another value would make them wrong."""


def deciding(value: Reference) -> Iterator[str]:
    """The fields of a value that cannot change while records use it."""
    return (name for name in _DECIDING if name in type(value).model_fields)


def check_change(
    old: Reference, new: Reference | None, catalogue: Catalogue, currency: str, uses: int
) -> None:
    """Refuse to change `old` into `new` (None: to delete it) where something relies on it.

    `currency` is the workspace's, `uses` the number of records that carry the value. Raises
    `LastStatus`, `OwnerRoleNeeded`, `WorkspaceCurrency` or `FixedWhileInUse`.
    """
    closed = new is None or (old.active and not new.active)
    if closed and isinstance(old, Role) and old.code == OWNER_ROLE:
        raise OwnerRoleNeeded(code=old.code)
    if closed and isinstance(old, Currency) and old.code == currency:
        raise WorkspaceCurrency(code=old.code)
    if isinstance(old, Status):
        _require_another(old, new, catalogue)
    if new is not None and uses:
        _require_same(old, new, uses)


def _require_another(old: Status, new: Reference | None, catalogue: Catalogue) -> None:
    """Of each outcome that the life of an opportunity needs, one active status must remain."""
    left = new is None or not new.active or new.__dict__["outcome"] is not old.outcome
    if not (left and old.active and old.outcome in _NEEDED):
        return
    others = (s for s in catalogue.all(Status, active_only=True) if s.code != old.code)
    if not any(status.outcome is old.outcome for status in others):
        raise LastStatus(code=old.code, outcome=old.outcome.value)


def _require_same(old: Reference, new: Reference, uses: int) -> None:
    for name in deciding(old):
        if getattr(old, name) != getattr(new, name):
            raise FixedWhileInUse(code=old.code, fields=name, count=uses)
