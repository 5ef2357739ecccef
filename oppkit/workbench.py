"""The use cases: everything that a form, a notebook or the command line may ask for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from oppkit.boards import Boards
from oppkit.bulk_edit import BulkEdit
from oppkit.desk import Desk
from oppkit.directory import Directory
from oppkit.duplicates import Duplicates
from oppkit.lists import Lists
from oppkit.model import (
    Affair,
    Catalogue,
    Customer,
    Employee,
    Event,
    NotFound,
    Opportunity,
    Outcome,
    Quote,
    Reference,
    Search,
    Version,
    life,
)
from oppkit.model.errors import NotSaved
from oppkit.model.money import decimals
from oppkit.model.record import Record
from oppkit.resources import default_path
from oppkit.searches import Searches
from oppkit.snapshots import Snapshots
from oppkit.store import history, records, references
from oppkit.store.errors import InUseValue
from oppkit.store.integrity import Finding, findings
from oppkit.store.kinds import AFFAIR, CUSTOMER, OPPORTUNITY, QUOTE, Kind, kind_of, kind_of_class
from oppkit.store.numbering import proposed_code
from oppkit.store.search import SearchResult, identifiers, page, search

if TYPE_CHECKING:
    from oppkit.analysis.snapshot import Snapshot
    from oppkit.exchange.report import Summary
    from oppkit.forecasting import Forecast
    from oppkit.store.opening import Store
    from oppkit.transfer import Progress

R = TypeVar("R", bound=Record)


class Workbench:
    """One person at work on one workspace. Every method is one short transaction.

    `author` stands in the history. `clock` gives the time (aware, UTC); a workspace with a fixed
    `today` in its settings, such as the demo, keeps to that day. `searches` are those that people
    saved; `directory` lists customers, people and events, and proposes them as one types; `boards`
    puts opportunities into columns.
    """

    def __init__(
        self, store: Store, author: str | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:  # fmt: skip
        self._desk = Desk(store, author, clock)
        self._snapshots = Snapshots(store)
        self.searches = Searches(self._desk)
        self.directory = Directory(self._desk)
        self.bulk = BulkEdit(self._desk)
        self.boards = Boards(self._desk)
        self.duplicates = Duplicates(self._desk)
        self.lists = Lists(self._desk)

    @classmethod
    def open(
        cls, url: str | Path | None = None, *, author: str | None = None, create: bool = True
    ) -> Workbench:
        """Open the workspace at `url` (default: `OPPKIT_DB`, else the user's own).

        A new one is created, unless `create` is false: then `NoWorkspace` is raised. `oppkit.open`
        is this.
        """
        from oppkit.store.opening import open_store  # brings DuckDB with it

        return cls(open_store(url or default_path(), create=create), author)

    # -- the workspace ---------------------------------------------------------------------------

    @property
    def store(self) -> Store:
        """Where the records are kept."""
        return self._desk.store

    @property
    def author(self) -> str:
        """Who stands in the history."""
        return self._desk.author

    @property
    def today(self) -> date:
        """The day on which "overdue" and new records are judged."""
        self._desk.refresh()
        return self._desk.today

    @property
    def currency(self) -> str:
        """The currency of totals and forecasts (ISO 4217)."""
        self._desk.refresh()
        return self._desk.currency

    @property
    def zone(self) -> tzinfo | None:
        """Where moments of the history are told; None stands for the machine's own zone."""
        self._desk.refresh()
        return self._desk.zone

    def at_once(self) -> AbstractContextManager[None]:
        """Read several things with one opening of the file, and as they all stand at one moment.

            with workbench.at_once():
                sale = workbench.opportunity("OPP-2026-0014")
                customer = workbench.get(Customer, sale.customer_id)

        Nobody can save meanwhile, so the block is to be short; saving in it raises RuntimeError.
        """
        return self._desk.at_once()

    def set(self, name: str, value: str) -> None:
        """Change a setting: `currency`, `today`…"""
        self._desk.set(name, value)

    def catalogue(self) -> Catalogue:
        """The reference lists."""
        with self._desk.read() as session:
            return references.catalogue(session)

    def save_reference(self, value: Reference) -> None:
        """Add a value to a reference list, or change it."""
        with self._desk.write() as session:
            references.save_reference(session, value)
            session.run("setting.changed")

    def delete_reference(self, value: Reference) -> None:
        """Remove a value that nothing uses. Raises `InUseValue` otherwise: close it instead."""
        with self._desk.write() as session:
            if count := references.uses(session, value):
                raise InUseValue(code=value.code, count=count)
            session.run("reference.delete", list=value.list_name, code=value.code)
            session.run("setting.changed")

    def save_rate(self, currency: str, valid_from: date, rate: Any) -> None:
        """From `valid_from` on, one unit of `currency` is `rate` units of the workspace's."""
        with self._desk.write() as session:
            session.run("setting.save_rate", currency=currency, valid_from=valid_from, rate=rate)
            session.run("setting.changed")

    def rates(self) -> list[dict[str, Any]]:
        """The exchange rates: `currency`, `valid_from`, `rate`, in this order."""
        with self._desk.read() as session:
            return session.all("setting.rates")

    def check(self) -> list[Finding]:
        """Rows that break a rule; empty for a sound workspace."""
        with self._desk.read() as session:
            return findings(session)

    # -- records ---------------------------------------------------------------------------------

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
        with self._desk.write() as session:
            return self._desk.save(session, record)

    def delete(self, record: Record) -> None:
        """Delete a record; its history stays. Raises `InUse` while others refer to it."""
        with self._desk.write() as session:
            records.delete(session, kind_of(record), record, self._desk.stamp())

    def restore(self, record: type[R], record_id: int) -> R:
        """Bring back a deleted record as it last was."""
        with self._desk.write() as session:
            lists = references.catalogue(session)
            restored: R = records.restore(
                session, kind_of_class(record), record_id, self._desk.stamp(), lists
            )
            return restored

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

    # -- the life of an opportunity --------------------------------------------------------------

    def change_status(self, opportunity: Opportunity, status: str) -> Opportunity:
        """Move to a status, by the rules of probability, and save."""
        moved = life.change_status(opportunity, status, self.catalogue(), self.today)
        return self.save(moved)

    def close(
        self, opportunity: Opportunity, outcome: Outcome | str, on: date | None = None,
        reason: str | None = None, comment: str = "", status: str | None = None,
    ) -> Opportunity:  # fmt: skip
        """Won, lost or abandoned, on a date (default today), and save.

        `status` is one of this outcome; the first one when it is not given.
        """
        lists = self.catalogue()
        day = on or self.today
        closed = life.close(opportunity, Outcome(outcome), lists, day, reason, comment, status)
        return self.save(closed)

    def reopen(self, opportunity: Opportunity, status: str | None = None) -> Opportunity:
        """Open again and save."""
        return self.save(life.reopen(opportunity, self.catalogue(), self.today, status))

    def duplicate(self, opportunity: Opportunity) -> Opportunity:
        """A saved copy: new code, first status, opened today."""
        return self.save(life.duplicate(opportunity, self.catalogue(), self.today))

    def from_event(self, event: Event) -> Opportunity:
        """An opportunity that an event brought, not saved yet."""
        return life.from_event(event, self.catalogue(), self.today)

    def brought_by(self, event: Event) -> list[Opportunity]:
        """All opportunities of which a saved event is the origin."""
        with self._desk.read() as session:
            rows = session.all("opportunity.brought_by_event", id=_identifier(event))
            found = (records.get(session, OPPORTUNITY, row["id"]) for row in rows)
            return [record for record in found if record is not None]

    def create_quote(self, opportunity: Opportunity) -> Quote:
        """A draft quote of a saved opportunity."""
        quote: Quote = self.save(life.create_quote(opportunity, self.today))
        return quote

    def create_affair(self, opportunity: Opportunity, code: str | None = None) -> Affair:
        """The affair that delivers a saved opportunity; its prospect becomes a customer."""
        affair = life.create_affair(opportunity, self.today).replace(code=code)
        with self._desk.write() as session:
            customer = records.get(session, CUSTOMER, opportunity.customer_id)
            if customer is None:
                raise NotFound(kind="customer", key=opportunity.customer_id)
            self._desk.save(session, customer.become_customer(self._desk.today))
            saved: Affair = self._desk.save(session, affair)
            return saved

    def affairs_of(self, opportunity: Opportunity) -> list[Affair]:
        """All affairs made from an opportunity."""
        return self._made_from(AFFAIR, opportunity)

    def quotes_of(self, opportunity: Opportunity) -> list[Quote]:
        """All quotes made from an opportunity."""
        return self._made_from(QUOTE, opportunity)

    # -- analysis --------------------------------------------------------------------------------

    def snapshot(self, as_of: date | None = None) -> Snapshot:
        """The pipeline in memory as it was known at the end of a day (default: now, live).

        It is made in one consistent read and reused while nothing has changed.
        """
        from oppkit.store.snapshot import Request

        day = as_of or self.today
        past, currency = day < self._desk.today, self._desk.currency
        request = Request(day, past, currency, decimals(currency), self._desk.zone)
        return self._snapshots.get(request)

    def forecast(
        self, by: Sequence[str] = ("month",), as_of: date | None = None, months: int = 12,
        where: Mapping[str, Any] | None = None, labels: str | None = None,
    ) -> Forecast:  # fmt: skip
        """The weighted forecast and its reconciliation; see `oppkit.forecasting.forecast`."""
        from oppkit.forecasting import forecast

        return forecast(self.snapshot(as_of), by, months, where, labels)

    # -- files -----------------------------------------------------------------------------------

    def import_files(
        self, files: Sequence[str | Path], mapping: str | Path = "oppkit",
        lines: str | Path | None = None, dry_run: bool = False, progress: Progress | None = None,
    ) -> Summary:  # fmt: skip
        """Import opportunities from CSV, Excel or Parquet files.

        Good rows go in, bad ones into a rejects file beside the first file; the summary accounts
        for every row read. `progress` is called with (rows done, rows in all).
        """
        from oppkit.transfer import Import, import_files

        wanted = Import(
            [Path(file) for file in files], mapping, Path(lines) if lines else None,
            self._desk.stamp(), self._desk.today, self._desk.currency,
        )  # fmt: skip
        return import_files(self.store, wanted, dry_run, progress)

    def export(
        self, path: str | Path, what: str = "opportunities", search: Search | None = None
    ) -> int:
        """Export opportunities, or their `lines`; the ending says how. Returns the rows.

        All of them, or in its order the whole result of a `search`, whatever page it asks for.
        """
        from oppkit.transfer import export_file

        ids = None if search is None else self.search_ids(search)
        return export_file(self.store, Path(path), what, self.currency, ids)

    # -- inside ----------------------------------------------------------------------------------

    def _found(self, record: type[R], code: str) -> R:
        kind = kind_of_class(record)
        with self._desk.read() as session:
            found: R | None = records.find(session, kind, code)
        if found is None:
            raise NotFound(kind=kind.name, key=code)
        return found

    def _made_from(self, kind: Kind, opportunity: Opportunity) -> list[Any]:
        if opportunity.id is None:
            raise NotSaved()
        with self._desk.read() as session:
            ids = [row["id"] for row in session.all(f"{kind.name}.made_from", id=opportunity.id)]
            return [records.get(session, kind, found) for found in ids]


def _identifier(record: Any) -> int:
    if record.id is None:
        raise NotSaved()
    return int(record.id)
