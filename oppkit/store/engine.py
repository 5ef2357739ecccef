"""What a store needs of the place where a workspace lies: a DuckDB file, or a PostgreSQL server."""

from __future__ import annotations

from collections.abc import Callable, Collection
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Protocol, TypeVar

from oppkit.store.session import Session

if TYPE_CHECKING:
    import duckdb

T = TypeVar("T")
PATIENCE = 60.0  # seconds; an import of 100,000 rows by a colleague takes about half of it


class Engine(Protocol):
    """Opens transactions on one workspace. `place` is how messages call it."""

    @property
    def place(self) -> str:
        """The path of the file, or the address of the database without any password."""
        ...

    @property
    def exists(self) -> bool:
        """Whether there is anything to open."""
        ...

    def read(self) -> AbstractContextManager[Session]:
        """A consistent view of the workspace; nothing can be written through it."""
        ...

    def write(self) -> AbstractContextManager[Session]:
        """One transaction that has the workspace to itself: nobody else writes meanwhile.

        Committed when the block ends, undone when it raises.
        """
        ...

    def transact(self, work: Callable[[Session], T]) -> T:
        """What `work` gives, in one transaction that may run beside others.

        Its outcome is as if it had run alone; `work` is run again where it collides with another.
        """
        ...

    def migrating(self) -> AbstractContextManager[Session]:
        """One transaction that may create and change tables; two of them take turns."""
        ...

    def frozen(self) -> AbstractContextManager[Session]:
        """A consistent view that may be read for long: nobody has to wait for it."""
        ...

    def scanning(self, tables: Collection[str]) -> AbstractContextManager[Session]:
        """A consistent view for statements that go through the whole of these tables."""
        ...

    def creating(self) -> AbstractContextManager[Session]:
        """One transaction in which a workspace is made; nothing is left of it when it fails.

        Raises `NotEmpty` where there is anything already.
        """
        ...

    def attached(
        self, tables: Collection[str]
    ) -> AbstractContextManager[duckdb.DuckDBPyConnection]:
        """A DuckDB connection with an empty database in memory, and these tables as `live`.

        `live` is to be read within the block only; the database goes with the connection.
        """
        ...
