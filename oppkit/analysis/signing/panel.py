"""What the history tells a model of signatures: who was open on which day, and how each closed.

Days are numbers since 1970-01-01, and mean the end of the day. Rows say what was known then and
nothing of what came later; closings say since when, and until when, each was known.

Of what an import brought (years of closed deals, say) the workspace knows only the end. Such rows
are reconstructed from the dates of opening and closing, with `recorded` false: status, probability,
expected signature and amount are unknown, since those of the import would give the outcome away.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from functools import cached_property
from itertools import pairwise
from typing import Any, TypeAlias

import ibis
import numpy as np
import numpy.typing as npt

from oppkit.analysis.signing.pushes import lately

FOREVER = 2**31 - 1  # the day that never comes
NOBODY = -1
_EPOCH = date(1970, 1, 1)
Array: TypeAlias = npt.NDArray[Any]
_TYPES = {
    "deal": "int64", "owner": "int64", "customer": "int64", "opened": "int32",
    "establishment": "object", "sector": "object", "family": "object", "subfamily": "object",
    "origin_type": "object", "amount": "float64", "recorded": "bool",
}  # fmt: skip
_ROW = _TYPES | {
    "origin": "int16", "status": "object", "probability": "float64", "expected": "float64",
    "entered": "float64", "touched": "float64", "pushes": "int16",
}  # fmt: skip
_CLOSING = _TYPES | {"outcome": "object", "day": "int32", "known": "int32", "until": "int32"}
_UNKNOWN = {"object": None, "float64": np.nan, "bool": True}  # else 0


def day_number(day: date) -> int:
    """Days since 1970-01-01."""
    return (day - _EPOCH).days


@dataclass(frozen=True, eq=False)
class Closings:
    """One row per way in which a deal stood closed, by deal and time.

    At the end of each day, a deal that was ever seen is open or has exactly one closing with
    known ≤ day < until. A closing that was corrected (another day, amount, owner…) is two rows; one
    that was reopened has ended. `day` may lie before `known`: it was typed later.
    """

    deal: Array  # int64
    outcome: Array  # object: "won", "lost", "abandoned", or "deleted" (open or closed before)
    day: Array  # int32: closed on; of a deletion: its day
    known: Array  # int32: since when this was known; of reconstructed ones: `day`
    until: Array  # int32: from when on it held no more (reopened, corrected, deleted), else FOREVER
    amount: Array  # float64, nan: in the base currency at the rate of `day`
    opened: Array  # int32
    owner: Array  # int64, NOBODY
    customer: Array  # int64
    establishment: Array  # object, None; as those that follow
    sector: Array
    family: Array
    subfamily: Array
    origin_type: Array
    recorded: Array  # bool: False for those that were known before the workspace was

    @classmethod
    def of(cls, columns: Mapping[str, Any]) -> Closings:
        """From columns by name: `deal`, `outcome`, `day`; what lacks is unknown, or known at once.

        Raises ValueError for a name that is none.
        """
        given = {"known": columns["day"], "until": np.full(len(columns["day"]), FOREVER)}
        return cls(**_columns(given | dict(columns), _CLOSING, "deal"))

    def __len__(self) -> int:
        return len(self.deal)

    def at(self, places: Array) -> Closings:
        """Only these rows, by a mask or by their places."""
        return Closings(**{f.name: getattr(self, f.name)[places] for f in fields(self)})

    def before(self, number: int) -> Closings:
        """What was known at the end of a day; what ended later had not ended yet."""
        known = self.at(self.known <= number)
        return Closings(
            **{f.name: getattr(known, f.name) for f in fields(known) if f.name != "until"},
            until=np.where(known.until > number, FOREVER, known.until).astype("int32"),
        )


@dataclass(frozen=True, eq=False)
class Panel:
    """One row per origin and deal that was open at its end, in this order; and the closings."""

    origins: list[date]  # ascending
    origin: Array  # int16: the place in `origins`
    deal: Array  # int64: the identifier of the opportunity
    status: Array  # object, None: unknown
    probability: Array  # float64 from 0 to 1, nan: none was given
    amount: Array  # float64, nan: in the base currency at the rate of the origin
    opened: Array  # int32
    expected: Array  # float64, nan: day of the expected signature
    entered: Array  # float64, nan: day since which it was in this status
    pushes: Array  # int16: how many times its expected signature was moved later
    touched: Array  # float64, nan: day of the last change
    owner: Array  # int64, NOBODY
    customer: Array  # int64
    establishment: Array  # object, None; as those that follow
    sector: Array
    family: Array
    subfamily: Array
    origin_type: Array
    recorded: Array  # bool: False for reconstructed ones
    closings: Closings

    @classmethod
    def of(
        cls, origins: Sequence[date], rows: Mapping[str, Any], closings: Mapping[str, Any]
    ) -> Panel:
        """From columns by name: rows with `origin` and `deal` at least, closings as `Closings.of`.

        Raises ValueError for a name that is none, and where the origins are not in order.
        """
        if any(a >= b for a, b in pairwise(origins)):
            raise ValueError("Give each origin once, the earliest first.")
        columns = _columns(rows, _ROW, "deal")
        return cls(origins=list(origins), closings=Closings.of(closings), **columns)

    @classmethod
    def of_duckdb(cls, connection: Any, origins: Sequence[date]) -> Panel:
        """Copied out of the tables `panel_row` and `panel_closing` of an open connection."""
        backend = ibis.duckdb.from_connection(connection)
        rows = _read(backend.table("panel_row").order_by("origin", "deal"))
        closings = _read(backend.table("panel_closing").order_by("deal", "known"))
        return cls.of(origins, rows, closings)

    def __len__(self) -> int:
        return len(self.deal)

    @cached_property
    def pushed(self) -> Array:
        """The pushes within three months of each row; of a panel with all rows of its origins."""
        return lately(self.origins, self.origin, self.deal, self.pushes, self.recorded)

    def at(self, places: Array) -> Panel:
        """Only these rows, by a mask or by their places; with all origins and closings."""
        kept = {name: getattr(self, name)[places] for name in _ROW}
        return Panel(origins=self.origins, closings=self.closings, **kept)

    def before(self, day: date) -> Panel:
        """What was known at the end of a day: all that a model of that day may be trained on."""
        count = bisect_right(self.origins, day)
        kept = self.at(self.origin < count)
        columns = {name: getattr(kept, name) for name in _ROW}
        closings = self.closings.before(day_number(day))
        return Panel(origins=self.origins[:count], closings=closings, **columns)


def _columns(given: Mapping[str, Any], types: Mapping[str, str], key: str) -> dict[str, Array]:
    """Arrays of their types and of one length; a column that lacks is unknown throughout."""
    if strange := given.keys() - types.keys():
        raise ValueError(f"There is no column {', '.join(sorted(strange))}.")
    length = len(given[key])
    unknown = {name: np.full(length, _UNKNOWN.get(kind, 0), kind) for name, kind in types.items()}
    unknown["owner"] = np.full(length, NOBODY, types["owner"])
    found = {
        name: np.asarray(given[name], kind) if name in given else unknown[name]
        for name, kind in types.items()
    }
    if wrong := [name for name, column in found.items() if column.shape != (length,)]:
        raise ValueError(f"The columns {', '.join(wrong)} must have {length} values, as {key} has.")
    return found


def _read(table: ibis.Table) -> dict[str, Array]:
    """The columns of a table; each text is kept once, however often it comes."""
    found = table.to_pyarrow()
    return {
        name: _texts(found[name]) if table[name].type().is_string() else found[name].to_numpy()
        for name in found.column_names
    }


def _texts(column: Any) -> Array:
    """An Arrow column of texts as objects."""
    encoded = column.combine_chunks().dictionary_encode()
    names = np.array([*encoded.dictionary.to_pylist(), None], object)
    chosen: Array = names[encoded.indices.fill_null(len(names) - 1).to_numpy()]
    return chosen
