"""One change for many opportunities: seen before it is made, and taken back as a whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from oppkit.desk import Desk
from oppkit.model.bulk import BulkChange, changed
from oppkit.model.catalogue import Catalogue
from oppkit.model.errors import NotFound, UserError
from oppkit.model.opportunity import Opportunity
from oppkit.store import bulk, history, records, references
from oppkit.store.kinds import OPPORTUNITY
from oppkit.store.merge import changes

if TYPE_CHECKING:
    from oppkit.store.session import Session


@dataclass(frozen=True)
class Item:
    """What becomes of one opportunity.

    `before` is None when it is not there, `after` when it cannot be changed; `error` says why.
    `changes` holds (before, after) of each field that changes.
    """

    id: int
    code: str
    name: str
    before: Opportunity | None
    after: Opportunity | None
    changes: Mapping[str, tuple[Any, Any]]
    error: Exception | None = None


@dataclass(frozen=True)
class Preview:
    """What a change would do, in the order of the selection."""

    items: tuple[Item, ...]

    @property
    def to_change(self) -> list[Item]:
        """The items that would be written."""
        return [item for item in self.items if item.changes and item.error is None]


@dataclass(frozen=True)
class Applied:
    """What was written, each as it stood right before and after, and what was not, and why."""

    done: tuple[tuple[Opportunity, Opportunity], ...]
    refused: tuple[tuple[Item, Exception], ...]


class BulkEdit:
    """Changes of many opportunities in one transaction each."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def preview(self, ids: Sequence[int], change: BulkChange) -> Preview:
        """What `change` would make of these opportunities; nothing is written.

        Raises `ValidationError` for a change that breaks a rule by itself, `NotFound` for an owner
        that there is not.
        """
        wanted = list(dict.fromkeys(ids))
        with self._desk.read() as session:
            lists = references.catalogue(session)
            change = change.checked(lists)
            _require_owner(session, change)
            found = {record.id: record for record in bulk.read(session, OPPORTUNITY, wanted)}
            today = self._desk.today
            return Preview(tuple(
                _previewed(found[key], change, lists, today) if key in found
                else _missing(session, key)
                for key in wanted
            ))  # fmt: skip

    def apply(self, preview: Preview) -> Applied:
        """Write what a preview shows, in one transaction.

        What a colleague changed meanwhile is merged as in any save; what collides, breaks a rule
        or was deleted is refused, and the rest is written. Items without a change and those with
        an error are left out.
        """
        return self._write(preview.to_change)

    def undo(self, applied: Applied) -> Applied:
        """Put back the fields that were changed, and no others; the same again is a redo.

        What a colleague changed since stays; where the same field was changed again, it is refused.
        """
        return self._write([_taken_back(*pair) for pair in applied.done])

    def _write(self, items: Sequence[Item]) -> Applied:
        with self._desk.write() as session:
            lists = references.catalogue(session)
            ids = [item.id for item in items]
            found = {record.id: record for record in bulk.read(session, OPPORTUNITY, ids)}
            done: list[tuple[Opportunity, Opportunity]] = []
            refused: list[tuple[Item, Exception]] = []
            for item in items:
                try:
                    current = found.get(item.id)
                    after = _next(session, item, current, lists)
                except (UserError, ValidationError) as error:
                    refused.append((item, error))
                    continue
                if current is not None and after != current:
                    version = {"version": current.version + 1}
                    done.append((current, after.model_copy(update=version)))
            written = [after for _, after in done]
            bulk.write(session, OPPORTUNITY, [], written, self._desk.stamp(), lists)
            return Applied(tuple(done), tuple(refused))


def _require_owner(session: Session, change: BulkChange) -> None:
    if change.owner_id is not None and not session.one("employee.get", id=change.owner_id):
        raise NotFound(kind="employee", key=change.owner_id)


def _previewed(
    before: Opportunity, change: BulkChange, lists: Catalogue, today: date
) -> Item:  # fmt: skip
    try:
        after = changed(before, change, lists, today)
    except (UserError, ValidationError) as error:
        return _item(before, None, error)
    return _item(before, after)


def _item(before: Opportunity, after: Opportunity | None, error: Exception | None = None) -> Item:
    found = changes(before, after) if after else {}
    return Item(before.id or 0, before.code or "", before.name, before, after, found, error)


def _missing(session: Session, record_id: int) -> Item:
    """An opportunity that is not there, with the names that it had."""
    past = history.versions(session, OPPORTUNITY, record_id)
    if not past:
        error: UserError = NotFound(kind="opportunity", key=record_id)
        return Item(record_id, "", "", None, None, {}, error)
    last = past[-1].record
    error = records.gone(session, OPPORTUNITY, last)
    return Item(record_id, last.code, last.name, None, None, {}, error)


def _taken_back(before: Opportunity, after: Opportunity) -> Item:
    fields = {name: old for name, (old, _) in changes(before, after).items()}
    return _item(after, after.model_copy(update=fields))


def _next(session: Session, item: Item, current: Opportunity | None, lists: Catalogue) -> Any:
    """What an item makes of the record as it stands now."""
    if current is None:
        raise records.gone(session, OPPORTUNITY, item.before)
    after = item.after
    if item.before is not None and item.before.version != current.version:
        after = records.reconciled(session, OPPORTUNITY, after, current, read=item.before)
    after = after.checked(lists) if after else current
    records.require_known(session, OPPORTUNITY, after, current)
    return after
