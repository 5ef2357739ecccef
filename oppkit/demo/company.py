"""The whole company: draws each part with its own random numbers and lays it out in tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from oppkit.demo.book import Book
from oppkit.demo.chances import chances
from oppkit.demo.columns import NEVER, Array
from oppkit.demo.deals import Arrivals, Deals, arrivals, deals
from oppkit.demo.event_tables import event_tables
from oppkit.demo.firm import Customers, Staff, customers, staff
from oppkit.demo.firm_tables import Tables, customer_tables, staff_tables
from oppkit.demo.history import Versions, versions
from oppkit.demo.history_table import history_table
from oppkit.demo.lines import offer
from oppkit.demo.live_tables import live_tables
from oppkit.demo.money import exchange_rates
from oppkit.demo.sheet import codes, sheet
from oppkit.demo.slips import slips
from oppkit.demo.timeline import Timeline, timeline
from oppkit.demo.truth import VERSION, Truth
from oppkit.demo.wins import WON, lived


@dataclass(frozen=True)
class Company:
    """Tables by name as in the schema, what is true about it, and the true chances (Arrow)."""

    tables: Tables
    truth: dict[str, Any]
    chances: pa.Table


class _Dice:
    """Random numbers for each part, so that changing one leaves the others as they were."""

    def __init__(self, size: int, seed: int) -> None:
        self._root = (seed % (1 << 64), size)  # negative seeds are as good as others

    def of(self, part: str) -> np.random.Generator:
        return np.random.default_rng([*self._root, *part.encode()])


def company(size: int, truth: Truth, seed: int) -> Company:
    """A company with `size` opportunities, open and closed; the deleted ones come on top."""
    if size < 1:
        raise ValueError(f"The size of the company must be at least 1, not {size}.")
    dice = _Dice(size, seed)
    line = timeline(dice.of("cycle"), truth)
    gone = max(1, round(size * truth.deleted))
    came = arrivals(dice.of("arrivals"), truth, line, size + gone)
    team = staff(dice.of("staff"), size, truth)
    firm = customers(dice.of("customers"), size, len(team.first) + 1)
    deal = deals(dice.of("deals"), truth, size + gone, team, firm)
    path = lived(dice.of("wins"), truth, line, came.entered, came.status, deal.ease)
    slipped = slips(dice.of("slips"), truth, line, path, deal, team)
    deleted = _deletions(dice.of("deletions"), line, came, gone)
    rows = versions(dice.of("history"), truth, line, came, deal, team, path, slipped, deleted)
    last = rows.at(rows.last)
    revisions = np.zeros(len(deleted), np.int64)
    np.maximum.at(revisions, rows.deal, rows.revision + 1)
    first_id = firm.next_id
    page = sheet(dice.of("sheet"), line, deal, came.opened, firm, team, first_id)
    offered = offer(dice.of("lines"), deal, firm.money[deal.customer], revisions)
    book = Book(line, deal, page, offered, team)
    live = last.at(np.flatnonzero(deleted == NEVER))
    parts = [
        staff_tables(dice.of("staff rows"), line, team),
        customer_tables(
            dice.of("customer rows"), line, firm, team, *_orders(firm, came, deal, live)
        ),
        live_tables(book, live),
        event_tables(
            dice.of("events"), line, came, deal, page, firm, team, live, first_id + len(deleted)
        ),
        {"opportunity_version": history_table(book, rows)},
        _workspace(dice, truth, line, came),
    ]
    return Company(
        _together(parts), _told(truth, size, seed, line, came, team, deal),
        chances(truth, line, book, live, path),
    )  # fmt: skip


def _deletions(rng: np.random.Generator, line: Timeline, came: Arrivals, count: int) -> Array:
    """The day on which some are deleted; NEVER for the others."""
    old = np.flatnonzero(came.entered < line.today - 2)
    deleted = np.full(len(came.entered), NEVER)
    chosen = rng.choice(old, min(count, len(old)), replace=False)
    day = np.floor(came.entered[chosen]).astype(np.int64) + rng.integers(1, 160, len(chosen))
    deleted[chosen] = np.minimum(day, line.today - 1)
    return deleted


def _orders(firm: Customers, came: Arrivals, deal: Deals, live: Versions) -> tuple[Array, Array]:
    """Per customer: the first day it is heard of, and the day of its first order or NEVER."""
    count = len(firm.name)
    known = np.full(count, np.iinfo(np.int64).max)
    np.minimum.at(known, deal.customer, came.opened)
    won = live.status == WON
    ordered = np.full(count, np.iinfo(np.int64).max)
    np.minimum.at(ordered, deal.customer[live.deal[won]], live.moved[won])
    late = np.iinfo(np.int64).max
    return np.where(known == late, 0, known), np.where(ordered == late, NEVER, ordered)


def _workspace(dice: _Dice, truth: Truth, line: Timeline, came: Arrivals) -> Tables:
    """Settings, numbering and exchange rates."""
    years = codes(line, came.opened)[1]
    return {
        "setting": pa.table(
            {"name": ["today", "currency"], "value": [truth.today.isoformat(), "EUR"]}
        ),
        "numbering": pa.table(
            {
                "kind": ["opportunity"] * len(years), "year": pa.array(list(years), pa.int32()),
                "last": pa.array(list(years.values()), pa.int32()),
            }
        ),
        "exchange_rate": exchange_rates(dice.of("rates"), line),
    }  # fmt: skip


def _together(parts: list[Tables]) -> Tables:
    """One table per name: record_version has rows of several kinds."""
    tables: Tables = {}
    for part in parts:
        for name, rows in part.items():
            tables[name] = pa.concat_tables([tables[name], rows]) if name in tables else rows
    return tables


def _told(
    truth: Truth, size: int, seed: int, line: Timeline, came: Arrivals, team: Staff, deal: Deals
) -> dict[str, Any]:
    """The truth as one JSON document; see the package's documentation."""
    months = [str(month) for month in line.months]
    by_month = line.dates(np.arange(line.today)).astype("datetime64[M]")
    return truth.document() | {
        "generator": VERSION, "size": size, "seed": seed,
        "market": dict(zip(months, line.market.round(6).tolist(), strict=True)),
        "arrivals_per_month": round(came.per_month, 4),
        "expected_arrivals": {
            month: round(float(came.speed[by_month == np.datetime64(month)].sum()), 3)
            for month in months if (by_month == np.datetime64(month)).any()
        },
        "owners": {
            code: {
                "employee_id": number, "optimism": round(o, 6), "haste": round(h, 6),
                "skill": round(s, 6),
            }
            for code, number, o, h, s in zip(
                team.code, team.ids.tolist(), team.optimism.tolist(), team.haste.tolist(),
                team.skill.tolist(), strict=True,
            )
        },
        "giants": int(deal.giant.sum()),
    }  # fmt: skip
