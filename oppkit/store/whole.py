"""A whole workspace, history included: read table by table, made again elsewhere, and compared."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from oppkit.store import access, schema
from oppkit.store.engine import Engine
from oppkit.store.errors import CopyDiffers, NewerWorkspace, NotAWorkspace
from oppkit.store.layout import layout

if TYPE_CHECKING:
    import pyarrow as pa

    from oppkit.store.session import Session

Progress = Callable[[int, int], None]

_PLACES_OWN = ("change", "schema_migration")  # what every place keeps by itself
_ROLES = 5  # the schema since which there are roles
# What the values of a column of a type add up to, on each engine alike. Of a text its MD5 counts.
_TERMS = {
    "bool": "cast({} as integer)",
    "date32[day]": "{} - date '1970-01-01'",
    "timestamp[us, tz=UTC]": "cast(extract(epoch from {}) * 1000000 as bigint)",
}
_TEXT_TERMS = {
    "": "cast('0x' || left(md5({}), 8) as bigint)",
    "postgresql": "cast(cast('x' || left(md5({}), 8) as bit(32)) as bigint)",
}


@dataclass(frozen=True)
class Sums:
    """How many rows a table has; column → how many values, and what they add up to."""

    rows: int
    columns: Mapping[str, tuple[int, str]]


@dataclass(frozen=True)
class Content:
    """What a workspace holds: its schema, the last identifier it gave, and its tables by name.

    `stream` reads one of them; what it was when it was told has the `sums`.
    """

    version: int
    last_id: int
    sums: Mapping[str, Sums]
    stream: Callable[[str], pa.RecordBatchReader]

    @property
    def rows(self) -> int:
        """Of all tables."""
        return sum(found.rows for found in self.sums.values())


@contextmanager
def content(engine: Engine) -> Iterator[Content]:
    """All of a workspace at one moment, while others may go on working."""
    with engine.frozen() as session:
        found = schema.version(session)
        if found == 0:
            raise NotAWorkspace(path=engine.place, detail="it has none of oppkit's tables")
        require_known(found, engine.place)
        if found >= _ROLES:
            access.require_all(session, engine.place)
        yield Content(
            found, session.all("setting.last_id")[0]["last"], sums(session, found),
            lambda table: session.stream(table, layout(found)[table]),
        )  # fmt: skip


def require_known(version: int, place: str) -> None:
    """Refuse what a newer oppkit has written."""
    if version > schema.KNOWN:
        raise NewerWorkspace(path=place, found=version, known=schema.KNOWN)


def make(engine: Engine, given: Content, progress: Progress | None = None) -> None:
    """Make a workspace of this content where there is none yet: all of it, or nothing.

    Raises `NotEmpty` where there is something, and `CopyDiffers` if what was written is not what
    was read. An older content is brought up to date.
    """
    done = 0
    with engine.creating() as session:
        schema.advance(session, 0, given.version)
        for table in given.sums:
            session.load(table, given.stream(table))
            done += given.sums[table].rows
            if progress:
                progress(done, given.rows)
        session.run("setting.skip_ids", n=given.last_id)
        written = sums(session, given.version)
        for table, wanted in given.sums.items():
            if written[table] != wanted:
                raise CopyDiffers(place=engine.place, table=table)
        schema.migrate(session, engine.place)
        session.run("setting.changed")


def own_tables(version: int) -> dict[str, pa.Schema]:
    """The tables that hold the content of a workspace of a schema."""
    return {name: columns for name, columns in layout(version).items() if name not in _PLACES_OWN}


def sums(session: Session, version: int) -> dict[str, Sums]:
    """The sums of all tables, told by the engine itself."""
    return {table: _sums(session, table, columns) for table, columns in own_tables(version).items()}


def _sums(session: Session, table: str, columns: pa.Schema) -> Sums:
    terms = ", ".join(
        f'count("{field.name}"), sum({_term(field, session.dialect)})' for field in columns
    )
    # Names of our own tables and columns: no value becomes part of the text.
    [row] = session.execute(f'select count(*), {terms} from "{table}"').fetchall()  # noqa: S608
    pairs = zip(columns.names, row[1::2], row[2::2], strict=True)
    return Sums(row[0], {name: (count, _plain(total)) for name, count, total in pairs})


def _term(field: pa.Field, dialect: str) -> str:
    kind = str(field.type)
    term = _TEXT_TERMS[dialect] if kind == "string" else _TERMS.get(kind, "{}")
    return term.format(f'"{field.name}"')


def _plain(total: Any) -> str:
    """The same text for the same number, whatever kind of number an engine gives."""
    return f"{Decimal(total or 0).normalize():f}"
