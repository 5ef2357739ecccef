"""Cells that belong to groups: added, taken away and moved from one group to another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from oppkit.analysis import moments
from oppkit.analysis.distribution.cells import LOOSE, Cells

Key: TypeAlias = tuple[Any, ...]
Mask = NDArray[np.bool_]
Places = NDArray[np.int64]
_SUMS = tuple(field.name for field in fields(Cells) if field.name != "key")
_READ = (*moments.KEY, *moments.SUMS, "opportunity_id", "amount", "expected")
_KEYS = 2**22  # more than there are keys of cells


@dataclass(frozen=True)
class Grouped:
    """Cells and, for each, the number of its group; of single deals also whose they are."""

    cells: Cells
    place: Places
    ids: Places

    @classmethod
    def of_table(cls, table: Any, place: Places) -> Grouped:
        """From an Arrow table of `oppkit.analysis.moments.cells`, or of its `singles`."""
        columns = {name: table[name].to_numpy() for name in _READ if name in table.column_names}
        if "n" in columns:
            return cls(Cells.of_columns(columns), place, np.full(len(place), -1))
        a, expected = columns["amount"], columns["expected"]
        sums = {"n": np.ones(len(a)), "a1": a, "a2": a**2, "a3": a**3, "ap": expected}
        columns |= sums | {"a2pq": expected * (a - expected)}
        return cls(Cells.of_columns(columns), place, columns["opportunity_id"])

    def __getitem__(self, chosen: Any) -> Grouped:
        return Grouped(self.cells[chosen], self.place[chosen], self.ids[chosen])

    def __add__(self, other: Grouped) -> Grouped:
        return Grouped(
            self.cells + other.cells,
            np.concatenate([self.place, other.place]),
            np.concatenate([self.ids, other.ids]),
        )

    def of(self, groups: Mask) -> Grouped:
        """Those of some groups."""
        return self[groups[self.place]]

    def moved(self, to: Places) -> Grouped:
        """With other numbers for the groups: that of each at its old one, −1 for those to leave."""
        moved = Grouped(self.cells, to[self.place], self.ids)
        return moved[moved.place >= 0]

    def less(self, taken: Grouped) -> Grouped:
        """Without cells or single deals that are in cells of the same group and key."""
        mine, theirs = self._sums(), taken._sums()
        at = np.searchsorted(mine[0], theirs[0])
        if (mine[0][np.minimum(at, len(mine[0]) - 1)] != theirs[0]).any():
            raise ValueError("Only deals that are in a portfolio can be taken out of it.")
        left = mine[1]
        left[:, at] -= theirs[1]
        there = left[0] > 0.5
        return _of_sums(mine[0][there], left[:, there])

    def loose(self) -> Cells:
        """The cells, each of which is to stay alone."""
        return Cells(
            **{name: getattr(self.cells, name) for name in _SUMS},
            key=np.full(len(self.place), LOOSE),
        )  # fmt: skip

    def merged(self) -> Grouped:
        """Those of one group and key counted as one."""
        return _of_sums(*self._sums())

    def _sums(self) -> tuple[Places, NDArray[np.float64]]:
        """Group and key in one number, ascending, and the sums of each."""
        packed, place = np.unique(self.place * _KEYS + self.cells.key, return_inverse=True)
        sums = [
            np.bincount(place, getattr(self.cells, name), len(packed)).astype(np.float64)
            for name in _SUMS
        ]
        return packed, np.array(sums).reshape(len(_SUMS), len(packed))


def _of_sums(packed: Places, sums: NDArray[np.float64]) -> Grouped:
    named = dict(zip(_SUMS, sums, strict=True))
    named["spread"] = np.maximum(named["spread"], 0.0)
    cells = Cells(**named, key=packed % _KEYS)
    return Grouped(cells, packed // _KEYS, np.full(len(packed), -1))


def coded(table: Any, by: Sequence[str]) -> tuple[tuple[Key, ...], Places]:
    """The groups in an Arrow table by some of its columns, and the number of that of each row."""
    if not by:
        return ((),), np.zeros(table.num_rows, dtype=np.int64)
    packed, values = np.zeros(table.num_rows, dtype=np.int64), []
    for name in by:
        column = table[name].combine_chunks().dictionary_encode(null_encoding="encode")
        values.append(column.dictionary.to_pylist())
        packed = packed * max(len(values[-1]), 1) + column.indices.to_numpy()
    found, place = np.unique(packed, return_inverse=True)
    return tuple(_unpacked(int(code), values) for code in found), place


def _unpacked(code: int, values: Sequence[Sequence[Any]]) -> Key:
    key: list[Any] = []
    for choices in reversed(values):
        code, place = divmod(code, len(choices))
        key.append(choices[place])
    return tuple(reversed(key))
