"""NumPy arrays as Arrow columns: exact decimals, dates, and gaps where a value is missing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa

NONE = -1  # a missing index, identifier or count
NEVER = np.iinfo(np.int64).min  # a missing amount or day

Array = np.ndarray[Any, Any]


def texts(values: Sequence[str | None], index: Array) -> pa.Array:
    """`values[index]`; null where the index is missing."""
    return pa.array(values, pa.string()).take(numbers(index))


def numbers(values: Array, missing: int = NONE, kind: Any = None) -> pa.Array:
    """Whole numbers; null where they are `missing`."""
    return pa.array(values, kind or pa.int64(), mask=values == missing)


def decimals(units: Array, precision: int, scale: int) -> pa.Array:
    """`units` × 10^-scale as decimal(precision, scale); null where NEVER."""
    raw = np.empty((len(units), 2), np.int64)
    raw[:, 0] = units
    raw[:, 1] = units >> 63  # the sign, in the upper half of 128 bits
    valid = np.packbits(units != NEVER, bitorder="little")
    return pa.Array.from_buffers(
        pa.decimal128(precision, scale), len(units), [pa.py_buffer(valid), pa.py_buffer(raw)]
    )


def dates(origin: np.datetime64, days: Array) -> pa.Array:
    """The dates `days` after `origin`; null where NEVER."""
    missing = days == NEVER
    moved = origin + np.where(missing, 0, days).astype("timedelta64[D]")
    return pa.array(np.where(missing, np.datetime64("NaT", "D"), moved), pa.date32())


def moments(origin: np.datetime64, seconds: Array) -> pa.Array:
    """The moments `seconds` after `origin` (UTC), to the microsecond; null where NEVER."""
    missing = seconds == NEVER
    since_1970 = origin.astype("datetime64[s]").astype(np.int64) + np.where(missing, 0, seconds)
    # By way of whole numbers: Arrow looks for a database of time zones otherwise.
    return pa.array(since_1970 * 1_000_000, mask=missing).cast(pa.timestamp("us", tz="UTC"))


def grouped(values: pa.Array, groups: Array, count: int) -> pa.ListArray:
    """One list of `values` for each of `count` groups; `groups` is sorted."""
    ends = np.searchsorted(groups, np.arange(count + 1)).astype(np.int32)
    return pa.ListArray.from_arrays(pa.array(ends, pa.int32()), values)


def places(groups: Array) -> Array:
    """The place of each row in its group, from 0; `groups` is sorted."""
    if not len(groups):
        return np.zeros(0, np.int64)
    fresh = np.r_[True, groups[1:] != groups[:-1]]
    starts = np.flatnonzero(fresh)
    return np.arange(len(groups)) - np.repeat(starts, np.diff(np.r_[starts, len(groups)]))
