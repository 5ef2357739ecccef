"""Everything that happens to each opportunity, in order: its versions."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from oppkit.demo.columns import NEVER, NONE, Array, places
from oppkit.demo.deals import Arrivals, Deals
from oppkit.demo.firm import Staff
from oppkit.demo.slips import Slips
from oppkit.demo.timeline import Timeline
from oppkit.demo.truth import MONTH, Truth
from oppkit.demo.wins import WON, Path, win_chances

MOVE, PUSH, RETYPE, REVISE, HAND_OVER = range(5)
_PER_MONTH = {RETYPE: 0.08, REVISE: 0.09, HAND_OVER: 0.012}
DEFAULTS = np.array([1000, 2500, 4500, 6500, 9000, 10000, 0, 0])  # of data/status.csv, × 10^-4
_DAY, _MORNING, _EVENING = 86_400, 28_800, 67_500


@dataclass(frozen=True)
class Versions:
    """Sorted by deal and number. Days and seconds count from the first day of the history."""

    deal: Array
    number: Array  # from 1
    since: Array  # seconds
    until: Array  # seconds; NEVER: in force
    status: Array
    moved: Array  # the day of its status
    expected: Array  # day or NEVER
    probability: Array  # × 10^-4, or NEVER
    typed: Array
    revision: Array  # of the lines, from 0
    owner: Array

    @property
    def last(self) -> Array:
        """Where each deal ends."""
        return np.flatnonzero(np.r_[self.deal[1:] != self.deal[:-1], True])

    def at(self, rows: Array) -> Versions:
        """Only these versions."""
        return Versions(*(getattr(self, field.name)[rows] for field in fields(self)))


def versions(
    rng: np.random.Generator, truth: Truth, line: Timeline, came: Arrivals, deals: Deals,
    staff: Staff, path: Path, slips: Slips, deleted: Array,
) -> Versions:  # fmt: skip
    """`deleted` is the day on which a deal is deleted, or NEVER."""
    deal, at, kind, status, expected = _sorted(rng, line, came, path, slips)
    status = _filled(status, status != NONE)
    known = (at < line.today) & ((deleted[deal] == NEVER) | (np.floor(at) <= deleted[deal]))
    keep = known & ((kind == MOVE) | (status < WON))
    deal, at, kind, status, expected = (x[keep] for x in (deal, at, kind, status, expected))
    first = np.r_[True, deal[1:] != deal[:-1]]
    day = np.floor(at).astype(np.int64)
    moved = _filled(np.where(first, came.moved[deal], day), kind == MOVE)
    owner = _filled(
        np.where(first, deals.owner[deal], rng.choice(staff.sales, len(deal))),
        first | (kind == HAND_OVER),
    )
    revisions = np.cumsum(kind == REVISE)
    since, until = _clock(rng, deal, day, deleted)
    probability, typed = _beliefs(rng, truth, deals, staff, deal, kind, status, owner, first)
    return Versions(
        deal, places(deal) + 1, since, until, status, moved,
        _filled(expected, first | (expected != NEVER)), probability, typed,
        revisions - _filled(revisions, first), owner,
    )  # fmt: skip


def _sorted(
    rng: np.random.Generator, line: Timeline, came: Arrivals, path: Path, slips: Slips
) -> tuple[Array, ...]:
    """Moves, pushes and what people change between them, by deal and time."""
    parts = [
        (path.deal, path.at, np.full(len(path.deal), MOVE), path.status, slips.on_moves),
        _quiet(slips.deal, slips.at, PUSH, slips.expected),
    ]
    ends = path.at[np.flatnonzero(np.r_[path.deal[1:] != path.deal[:-1], True])]
    ends = np.where(
        path.status[np.r_[path.deal[1:] != path.deal[:-1], True]] < WON, line.today, ends
    )
    life = np.clip(np.minimum(ends, line.today) - came.entered, 0, None)
    for kind, rate in _PER_MONTH.items():
        deal = np.repeat(np.arange(len(life)), rng.poisson(life * rate / MONTH))
        at = came.entered[deal] + rng.random(len(deal)) * life[deal]
        day = line.workday(np.floor(at).astype(np.int64))
        parts.append(_quiet(deal, np.maximum(day + at % 1, at), kind, None))
    deal, at, kinds, status, expected = (np.concatenate([p[k] for p in parts]) for k in range(5))
    order = np.lexsort((kinds, at, deal))
    return deal[order], at[order], kinds[order], status[order], expected[order]


def _quiet(deal: Array, at: Array, kind: int, expected: Array | None) -> tuple[Array, ...]:
    """Changes that leave the status alone."""
    same = np.full(len(deal), NEVER) if expected is None else expected
    return deal, at, np.full(len(deal), kind), np.full(len(deal), NONE), same


def _filled(values: Array, fresh: Array) -> Array:
    """The latest fresh value; every deal begins with one."""
    return values[np.maximum.accumulate(np.where(fresh, np.arange(len(values)), 0))]


def _clock(
    rng: np.random.Generator, deal: Array, day: Array, deleted: Array
) -> tuple[Array, Array]:
    """Moments in working hours, strictly rising in each deal, each lasting until the next."""
    group = np.cumsum(np.r_[True, (deal[1:] != deal[:-1]) | (day[1:] != day[:-1])]) - 1
    share = (places(group) + rng.uniform(0, 0.9, len(deal))) / np.bincount(group)[group]
    since = day * _DAY + _MORNING + (share * 36_000).astype(np.int64)
    last = np.r_[deal[1:] != deal[:-1], True]
    gone = deleted[deal]
    ended = np.where(gone == NEVER, NEVER, np.where(gone == NEVER, 0, gone) * _DAY + _EVENING)
    return since, np.where(last, ended, np.r_[since[1:], 0])


def _beliefs(
    rng: np.random.Generator, truth: Truth, deals: Deals, staff: Staff,
    deal: Array, kind: Array, status: Array, owner: Array, first: Array,
) -> tuple[Array, Array]:  # fmt: skip
    """Probabilities × 10^-4, and which are typed: those follow the seller, others the status."""
    typing = kind == RETYPE
    retypes = np.cumsum(typing)
    typed = deals.typist[deal] | deals.unsure[deal] | (retypes > _filled(retypes - typing, first))
    chance = win_chances(truth, deals.ease)[deal, np.minimum(status, WON - 1)].clip(0.001, 0.999)
    logit = np.log(chance / (1 - chance)) + np.where(owner == NONE, 0, staff.optimism[owner])
    logit += rng.normal(0, truth.belief_noise, len(deal))
    believed = np.rint(20 / (1 + np.exp(-logit))).astype(np.int64) * 500
    spoken = (status < WON) & ((kind == MOVE) & (rng.random(len(deal)) < 0.8) | typing)
    fresh = first | np.where(typed, spoken, kind == MOVE)
    value = _filled(np.where(typed, believed, DEFAULTS[status]), fresh)
    return np.where(deals.unsure[deal], NEVER, value), typed
