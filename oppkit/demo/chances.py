"""The true chances of every open opportunity, and what became of it after today.

The recursion runs over days: the chance to be in each status follows from the day before. The
market of the coming months is unknown to everybody, so it fades to its mean.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from oppkit.demo.book import Book
from oppkit.demo.columns import NEVER, Array, dates
from oppkit.demo.history import Versions
from oppkit.demo.timeline import Timeline
from oppkit.demo.truth import STATUSES, Truth
from oppkit.demo.wins import ALL_STATUSES, EASES, WON, Path, rates, win_chances

HORIZONS = (30, 91, 182, 365)  # days


def chances(truth: Truth, line: Timeline, book: Book, live: Versions, path: Path) -> pa.Table:
    """One row per open opportunity of today.

    `won_30` … `won_365`: chance to be won within that many days; `won_ever`: in the end, in an
    average market; `outcome` and `closed_on`: what its future held, within a year (else null).
    """
    rows = live.at(np.flatnonzero(live.status < WON))
    ease = book.deals.ease[rows.deal]
    within = _won_within(truth, line, rows.status, ease)
    outcome, day = _future(line, rows, path)
    columns = {
        "opportunity_id": book.sheet.columns["id"].take(pa.array(rows.deal)),
        "code": book.sheet.columns["code"].take(pa.array(rows.deal)),
        "ease": pa.array(ease),
    }
    columns |= {f"won_{days}": pa.array(within[place]) for place, days in enumerate(HORIZONS)}
    columns["won_ever"] = pa.array(win_chances(truth, ease)[np.arange(len(ease)), rows.status])
    columns["outcome"] = pa.array(np.array([*ALL_STATUSES, None])[outcome].tolist(), pa.string())
    columns["closed_on"] = dates(line.start, day)
    return pa.table(columns)


def _won_within(truth: Truth, line: Timeline, status: Array, ease: Array) -> list[Array]:
    """Chance to be won within each of HORIZONS, interpolated between some eases."""
    grid = np.geomspace(*EASES, 40)
    chance = np.zeros((len(grid), len(STATUSES), len(STATUSES) + 1))  # ease, first, now or won
    chance[:, np.arange(len(STATUSES)), np.arange(len(STATUSES))] = 1.0
    speeds, hazards = _foreseen(truth, line), rates(truth)
    found = []
    for day in range(max(HORIZONS)):
        rate = hazards * speeds[day]
        factor = np.stack([grid, grid, np.ones_like(grid), np.ones_like(grid)], axis=1)
        rate = rate[None] * factor[:, None, :]
        total = rate.sum(axis=2)
        leaving = -np.expm1(-total) / np.maximum(total, 1e-12)
        moved = chance[:, :, :-1, None] * (rate * leaving[..., None])[:, None]
        chance[:, :, :-1] -= moved.sum(axis=3)
        chance[:, :, 1:-1] += moved[:, :, :-1, 0]
        chance[:, :, -1] += moved[..., 1].sum(axis=2)
        if day + 1 in HORIZONS:
            found.append(_at_ease(grid, chance[:, :, -1], status, ease))
    return found


def _at_ease(grid: Array, chance: Array, status: Array, ease: Array) -> Array:
    result = np.zeros(len(status))
    for place in range(len(STATUSES)):
        of = status == place
        result[of] = np.interp(ease[of], grid, chance[:, place])
    return result


def _foreseen(truth: Truth, line: Timeline) -> Array:
    """Expected speed of each cause on each day after today: days × causes."""
    days = np.arange(max(HORIZONS))
    month_of = line.dates(line.today + days).astype("datetime64[M]")
    ahead = (month_of - month_of[0]).astype(np.int64)
    fading = truth.market_persistence**ahead
    mean = fading * line.market[np.searchsorted(line.months, month_of[0])]
    variance = truth.market_sd**2 * (1 - fading**2)
    usual, signing = line.usual[line.today :][days], line.signing[line.today :][days]
    return np.stack(
        [
            usual, signing * np.exp(mean + variance / 2),
            usual * np.exp(-mean / 2 + variance / 8), usual,
        ],
        axis=1,
    )  # fmt: skip


def _future(line: Timeline, rows: Versions, path: Path) -> tuple[Array, Array]:
    """The first closing after today of each; place in ALL_STATUSES (-1: none), and its day."""
    after = np.flatnonzero((path.status >= WON) & (path.at >= line.today))
    deal, first = np.unique(path.deal[after], return_index=True)
    place = np.minimum(np.searchsorted(deal, rows.deal), max(len(deal) - 1, 0))
    found = deal[place] == rows.deal if len(deal) else np.zeros(len(rows.deal), bool)
    step = after[first[place]] if len(deal) else place
    outcome = np.where(found, path.status[step], -1)
    return outcome, np.where(found, np.floor(path.at[step]).astype(np.int64), NEVER)
