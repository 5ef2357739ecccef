"""From an address to a store that is ready for use."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from oppkit.store.duckdb_file import PATIENCE, DuckDBFile
from oppkit.store.errors import NotAWorkspace, NoWorkspace, UnknownScheme
from oppkit.store.schema import migrate, require_current
from oppkit.store.session import Session


class Store:
    """A workspace whose schema is the one this program knows."""

    def __init__(self, file: DuckDBFile) -> None:
        self.file = file

    @contextmanager
    def write(self) -> Iterator[Session]:
        """One transaction: committed when the block ends, undone when it raises."""
        with self.file.write() as session:
            require_current(session, self.file.path)
            yield session

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A consistent view that cannot be written through."""
        with self.file.read() as session:
            require_current(session, self.file.path)
            yield session


def open_store(url: str | Path, patience: float = PATIENCE, create: bool = True) -> Store:
    """The store at the path of a DuckDB file; created, or brought up to date, where needed.

    Raises `NoWorkspace` where there is none and `create` is false.
    """
    text = str(url)
    if "://" in text:
        raise UnknownScheme(url=text)
    path = Path(text).expanduser().resolve()
    if path.is_dir():
        raise NotAWorkspace(path=path, detail="it is a folder")
    file = DuckDBFile(path, patience)
    if not file.exists and not create:
        raise NoWorkspace(path=path)
    if not file.exists or _needs_migration(file):
        with file.write() as session:
            migrate(session, path)
    return Store(file)


def _needs_migration(file: DuckDBFile) -> bool:
    from oppkit.store.schema import KNOWN, version

    with file.read() as session:
        found = version(session)
    # Newer ones too: migrating refuses them with the right sentence.
    return found != KNOWN
