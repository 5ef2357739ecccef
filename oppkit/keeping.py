"""The records of a workspace: found, read, saved, deleted and restored, with their history."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from oppkit.desk import Desk
from oppkit.model import (
    Affair,
    Catalogue,
    Customer,
    Employee,
    Event,
    NotFound,
    Opportunity,
    Quote,
    Search,
    Version,
)
from oppkit.model.errors import NotSaved
from oppkit.model.record import Record
from oppkit.store import history, records, references
from oppkit.store.dashboard import Dashboard, dashboard
from oppkit.store.kinds import AFFAIR, OPPORTUNITY, QUOTE, Kind, kind_of, kind_of_class
from oppkit.store.numbering import proposed_code
from oppkit.store.search import SearchResult, identifiers, page, search

if TYPE_CHECKING:
    from oppkit.store.session import Session

R = TypeVar("R", bound=Record)


class Keeping:
    """What `Workbench` is when it keeps records. Every method is one short transaction."""

    _desk: Desk  # given by the workbench

    def opportunity(self, code: str) -> Opportunity:
        """The opportunity under a code. Raises `NotFound`."""
        return self._found(Opportunity, code)

    def customer(self, code: str) -> Customer:
        """The customer or prospect under a code. Raises `NotFound`."""
        return self._found(Customer, code)

    def employee(self, code: str) -> Employee:
        """The employee under a code. Raises `NotFound`."""
        return self._found(Employee, code)

    def affair(self, code: str) -> Affair:
        """The affair under a code. Raises `NotFound`."""
        return self._found(Affair, code)

    def quote(self, code: str) -> Quote:
        """The quote under a code. Raises `NotFound`."""
        return self._found(Quote, code)

    def event(self, event_id: int) -> Event:
        """The event under an identifier. Raises `NotFound`."""
        return self.get(Event, event_id)

    def get(self, record: type[R], record_id: int) -> R:
        """The record of a class under its identifier. Raises `NotFound`."""
        kind = kind_of_class(record)
        with self._desk.read() as session:
            found: R | None = records.get(session, kind, record_id)
        if found is None:
            raise NotFound(kind=kind.name, key=record_id)
        return found

    def save(self, record: R) -> R:
        """Write a record and give it as it now stands: numbered, merged, with its new version.

        Raises `pydantic.ValidationError` with all that is wrong, `EditConflict`, `CodeTaken`,
        `Deleted` or `NotFound`; nothing is written then.
        """
        return self._desk.transact(lambda session: self._desk.save(session, record))

    def delete(self, record: Record) -> None:
        """Delete a record; its history stays. Raises `InUse` while others refer to it."""
        kind = kind_of(record)
        self._desk.transact(
            lambda session: records.delete(session, kind, record, self._desk.stamp())
        )

    def restore(self, record: type[R], record_id: int) -> R:
        """Bring back a deleted record as it last was."""
        kind = kind_of_class(record)

        def work(session: Session) -> R:
            lists = references.catalogue(session)
            restored: R = records.restore(session, kind, record_id, self._desk.stamp(), lists)
            return restored

        return self._desk.transact(work)

    def history(self, record: Record) -> Sequence[Version]:
        """All versions of a saved record, oldest first."""
        kind = kind_of(record)
        with self._desk.read() as session:
            return history.versions(session, kind, _identifier(record))

    def proposed_code(self, record: type[Record]) -> str:
        """The code that the next new record of a class will get; events have none: `TypeError`."""
        with self._desk.read() as session:
            return proposed_code(session, kind_of_class(record), self._desk.today.year)

    def search(self, wanted: Search | None = None, **criteria: Any) -> SearchResult:
        """Opportunities that meet criteria; see `oppkit.model.Search` for their names."""
        wanted = wanted or Search(**criteria)
        with self._desk.read() as session:
            return search(session, wanted, self._desk.today)

    def search_page(self, wanted: Search) -> list[dict[str, Any]]:
        """The rows of a page alone, without totals: for the next pages of a result."""
        with self._desk.read() as session:
            return page(session, wanted, self._desk.today)

    def search_ids(self, wanted: Search) -> list[int]:
        """The identifiers of a whole result in its order, whatever page is `wanted`."""
        with self._desk.read() as session:
            return identifiers(session, wanted, self._desk.today)

    def dashboard(self, customer: Customer) -> Dashboard:
        """What a saved customer comes to: pipeline, won, quotes and affairs, by currency."""
        with self._desk.read() as session:
            return dashboard(session, _identifier(customer), self._desk.today)

    def brought_by(self, event: Event) -> list[Opportunity]:
        """All opportunities of which a saved event is the origin."""
        with self._desk.read() as session:
            rows = session.all("opportunity.brought_by_event", id=_identifier(event))
            found = (records.get(session, OPPORTUNITY, row["id"]) for row in rows)
            return [record for record in found if record is not None]

    def affairs_of(self, opportunity: Opportunity) -> list[Affair]:
        """All affairs made from an opportunity."""
        return self._made_from(AFFAIR, opportunity)

    def quotes_of(self, opportunity: Opportunity) -> list[Quote]:
        """All quotes made from an opportunity."""
        return self._made_from(QUOTE, opportunity)

    def catalogue(self) -> Catalogue:
        """The reference lists."""
        with self._desk.read() as session:
            return references.catalogue(session)

    # -- inside ----------------------------------------------------------------------------------

    def _found(self, record: type[R], code: str) -> R:
        kind = kind_of_class(record)
        with self._desk.read() as session:
            found: R | None = records.find(session, kind, code)
        if found is None:
            raise NotFound(kind=kind.name, key=code)
        return found

    def _made_from(self, kind: Kind, opportunity: Opportunity) -> list[Any]:
        with self._desk.read() as session:
            rows = session.all(f"{kind.name}.made_from", id=_identifier(opportunity))
            return [records.get(session, kind, row["id"]) for row in rows]


def _identifier(record: Any) -> int:
    if record.id is None:
        raise NotSaved()
    return int(record.id)
