"""The use cases: everything that a form, a notebook or the command line may ask for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING

from oppkit.analyses import Analyses
from oppkit.boards import Boards
from oppkit.bulk_edit import BulkEdit
from oppkit.desk import Desk
from oppkit.directory import Directory
from oppkit.duplicates import Duplicates
from oppkit.keeping import Keeping
from oppkit.lists import Lists
from oppkit.mailing import Mailing
from oppkit.model import (
    Affair,
    Event,
    NotFound,
    Opportunity,
    Outcome,
    Quote,
    Search,
    life,
)
from oppkit.printing import Printing
from oppkit.quotes import Quotes
from oppkit.recording import Records
from oppkit.resources import default_database
from oppkit.searches import Searches
from oppkit.store import access, records
from oppkit.store.access import Role
from oppkit.store.integrity import Finding, findings
from oppkit.store.kinds import CUSTOMER
from oppkit.targets import Targets

if TYPE_CHECKING:
    from oppkit.exchange.report import Summary
    from oppkit.store.opening import Store
    from oppkit.store.session import Session
    from oppkit.transfer import Progress


class Workbench(Keeping, Analyses):
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
        self._copied_into: object = None  # the folder of a rehearsal: it goes when this goes
        super().__init__(Desk(store, author, clock))
        self.searches = Searches(self._desk)
        self.directory = Directory(self._desk)
        self.bulk = BulkEdit(self._desk)
        self.boards = Boards(self._desk)
        self.duplicates = Duplicates(self._desk)
        self.lists = Lists(self._desk)
        self.quotes = Quotes(self._desk)
        self.mailing = Mailing(self._desk)
        self.printing = Printing(self._desk)
        self.targets = Targets(self._desk, self.snapshot)
        self.records = Records(self._desk, self.snapshot, self.targets)

    @classmethod
    def open(
        cls, url: str | Path | None = None, *, author: str | None = None, create: bool = True
    ) -> Workbench:
        """Open the workspace at `url` (default: `OPPKIT_DB`, else the user's own).

        A new one is created, unless `create` is false: then `NoWorkspace` is raised. `oppkit.open`
        is this.
        """
        from oppkit.store.opening import open_store  # brings DuckDB with it

        return cls(open_store(url or default_database(), create=create), author)

    @classmethod
    def rehearse(cls, url: str | Path | None = None, *, author: str | None = None) -> Workbench:
        """Open a private copy of a workspace, found as by `open`: nothing done in it stays.

        The copy goes with the workbench. Raises `NoWorkspace` where there is none to copy.
        """
        from oppkit.store.opening import open_store, private_copy

        copy, folder = private_copy(open_store(url or default_database(), create=False))
        rehearsal = cls(copy, author)
        rehearsal._copied_into = folder
        return rehearsal

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
    def may_change(self) -> bool:
        """Whether one's role allowed to change anything when this was opened.

        For the page to say so beforehand: what decides is the server, at each save.
        """
        return self._desk.member.role != Role.READER

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

    def check(self) -> list[Finding]:
        """Rows that break a rule; empty for a sound workspace.

        Raises `PartialView` for somebody who does not see all of them.
        """
        with self._desk.read() as session:
            access.require_all(session, self.store.engine.place)
            return findings(session)

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

    def create_quote(self, opportunity: Opportunity) -> Quote:
        """A draft quote of a saved opportunity; see `Quotes.create`."""
        return self.quotes.create(opportunity)

    def create_affair(self, opportunity: Opportunity, code: str | None = None) -> Affair:
        """The affair that delivers a saved opportunity; its prospect becomes a customer."""
        affair = life.create_affair(opportunity, self.today).replace(code=code)

        def work(session: Session) -> Affair:
            customer = records.get(session, CUSTOMER, opportunity.customer_id)
            if customer is None:
                raise NotFound(kind="customer", key=opportunity.customer_id)
            self._desk.save(session, customer.become_customer(self._desk.today))
            return self._desk.save(session, affair)

        return self._desk.transact(work)

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
