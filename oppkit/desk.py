"""Who is at work, on which workspace, on which day: what every use case needs."""

from __future__ import annotations

import getpass
import os
import threading
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, tzinfo
from typing import TYPE_CHECKING, TypeVar

from oppkit.model.record import Record
from oppkit.store import access, records, references
from oppkit.store.history import Stamp
from oppkit.store.kinds import kind_of

if TYPE_CHECKING:
    from oppkit.store.opening import Store
    from oppkit.store.session import Session

R = TypeVar("R", bound=Record)
T = TypeVar("T")

_NOT_NOW = "Nothing can be saved while several things are read at once."


class _Shared(threading.local):
    """The view that all reads of a thread share, while there is one."""

    session: Session | None = None


class Desk:
    """One person at work on one workspace.

    Every unit of work reads the settings anew, so that what a colleague changed is in force here
    from then on. `today`, `currency` and `zone` are those of the latest unit of work.
    """

    def __init__(self, store: Store, author: str | None, clock: Callable[[], datetime]) -> None:
        self.store = store
        self._clock = clock
        self._settings: dict[str, str] = {}
        self._at_once = _Shared()
        with self.read() as session:
            self.member = access.me(session)
        wanted = author or os.environ.get("OPPKIT_AUTHOR")
        self.author = self.member.signature(wanted) or getpass.getuser()

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A consistent view of the workspace."""
        if (shared := self._at_once.session) is not None:
            yield shared
            return
        with self.store.read() as session:
            self._settings = references.settings(session)
            yield session

    @contextmanager
    def scan(self, tables: Collection[str]) -> Iterator[Session]:
        """A consistent view for statements that go through the whole of these tables."""
        if (shared := self._at_once.session) is not None:
            yield shared
            return
        with self.store.scan({"setting", *tables}) as session:
            self._settings = references.settings(session)
            yield session

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """All reads of the block see the workspace as it is now; see `Workbench.at_once`."""
        with self.read() as session:
            before, self._at_once.session = self._at_once.session, session
            try:
                yield
            finally:
                self._at_once.session = before

    @contextmanager
    def write(self) -> Iterator[Session]:
        """One transaction that has the workspace to itself, for what is rare or large.

        Committed when the block ends, undone when it raises.
        """
        self.require_alone(_NOT_NOW)
        with self.store.write() as session:
            self._settings = references.settings(session)
            yield session

    def transact(self, work: Callable[[Session], T]) -> T:
        """What `work` gives, in one transaction beside those of others; see `Store.transact`.

        It may be run twice, so it is to do nothing outside of the session.
        """
        self.require_alone(_NOT_NOW)

        def informed(session: Session) -> T:
            self._settings = references.settings(session)
            return work(session)

        return self.store.transact(informed)

    def require_alone(self, otherwise: str) -> None:
        """Raise RuntimeError within a block of `at_once`: what follows would wait for itself."""
        if self._at_once.session is not None:
            raise RuntimeError(otherwise)

    def refresh(self) -> None:
        """Read the settings, when there is nothing else to read."""
        with self.read():
            pass

    def set(self, name: str, value: str) -> None:
        """Change a setting."""
        with self.write() as session:
            references.save_setting(session, name, value)
            session.run("setting.changed")
            self._settings = references.settings(session)

    @property
    def today(self) -> date:
        """The fixed day of the workspace, else the day of the clock where the person is."""
        fixed = self._settings.get("today")
        return date.fromisoformat(fixed) if fixed else self._clock().astimezone().date()

    @property
    def currency(self) -> str:
        """The currency of totals and forecasts (ISO 4217)."""
        return self._settings.get("currency", "EUR")

    @property
    def zone(self) -> tzinfo | None:
        """Where days end: a fixed day is stamped in UTC; None stands for the machine's own zone."""
        return UTC if "today" in self._settings else None

    def stamp(self) -> Stamp:
        """The moment of a save: now, or this time of day on the fixed day."""
        now = self._clock()
        if "today" in self._settings:
            now = datetime.combine(self.today, now.timetz())
        return Stamp(self.author, now)

    def save(self, session: Session, record: R) -> R:
        """Write a record in a transaction; see `Workbench.save`."""
        lists = references.catalogue(session)
        saved: R = records.save(session, kind_of(record), record, self.stamp(), lists)
        return saved
