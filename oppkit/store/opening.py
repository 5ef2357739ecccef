"""From an address to a store that is ready for use."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from oppkit.resources import is_address, without_password
from oppkit.store import schema, whole
from oppkit.store.engine import PATIENCE, Engine
from oppkit.store.errors import (
    DriverMissing,
    NotAllowed,
    NotAWorkspace,
    NoWorkspace,
    OwnerFirst,
    UnknownScheme,
)
from oppkit.store.session import Session

T = TypeVar("T")


class Store:
    """A workspace whose schema is the one this program knows."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    @contextmanager
    def write(self) -> Iterator[Session]:
        """One transaction that has the workspace to itself: for much at once, and for the rare.

        Committed when the block ends, undone when it raises.
        """
        with self.engine.write() as session:
            schema.require_current(session, self.engine.place)
            yield session

    def transact(self, work: Callable[[Session], T]) -> T:
        """What `work` gives, in one transaction beside those of others: for what is done all day.

        `work` is run again where it collides with another, so all that it does is to be in the
        session.
        """

        def checked(session: Session) -> T:
            schema.require_current(session, self.engine.place)
            return work(session)

        return self.engine.transact(checked)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A consistent view that cannot be written through."""
        with self.engine.read() as session:
            schema.require_current(session, self.engine.place)
            yield session

    def scan(self, tables: Collection[str]) -> AbstractContextManager[Session]:
        """A consistent view for statements that go through the whole of these tables."""
        return self.engine.scanning(tables)


def open_store(url: str | Path, patience: float = PATIENCE, create: bool = True) -> Store:
    """The store at the path of a DuckDB file; created, or brought up to date, where needed.

    Raises `NoWorkspace` where there is none and `create` is false.
    """
    engine = engine_at(url, patience)
    if not engine.exists and not create:
        raise NoWorkspace(path=engine.place)
    if not engine.exists or _needs_migration(engine):
        try:
            with engine.migrating() as session:
                schema.migrate(session, engine.place)
        except NotAllowed:
            raise OwnerFirst(path=engine.place) from None
    return Store(engine)


def engine_at(url: str | Path, patience: float = PATIENCE) -> Engine:
    """What opens transactions at an address, where there may be nothing yet."""
    text = str(url)
    if text.startswith(("postgresql://", "postgres://")):
        return _server_at(text, patience)
    if is_address(text):
        raise UnknownScheme(url=without_password(text))
    path = Path(text).expanduser().resolve()
    if path.is_dir():
        raise NotAWorkspace(path=path, detail="it is a folder")
    from oppkit.store.duckdb_file import DuckDBFile

    return DuckDBFile(path, patience)


def _server_at(url: str, patience: float) -> Engine:
    try:
        import adbc_driver_postgresql  # noqa: F401
        import psycopg  # noqa: F401
    except ImportError:
        raise DriverMissing() from None
    from oppkit.store.postgresql.server import PostgreSQLServer

    return PostgreSQLServer(url, patience)


def private_copy(store: Store) -> tuple[Store, TemporaryDirectory[str]]:
    """A store on a copy of the workspace as it stands, in a folder that goes with its object."""
    from oppkit.store.duckdb_file import DuckDBFile

    folder = TemporaryDirectory(prefix="oppkit-rehearsal-", ignore_cleanup_errors=True)
    path = Path(folder.name) / "workspace.duckdb"
    if isinstance(store.engine, DuckDBFile):
        store.engine.copy_to(path)
    else:
        with whole.content(store.engine) as content:
            whole.make(DuckDBFile(path), content)
    return open_store(path), folder


def _needs_migration(engine: Engine) -> bool:
    with engine.read() as session:
        found = schema.version(session)
    # Newer ones too: migrating refuses them with the right sentence.
    return found != schema.KNOWN
