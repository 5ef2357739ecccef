"""What is sold: the lines of each opportunity, priced to the cent, for each revision of it."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from oppkit.demo.columns import NEVER, NONE, Array, places
from oppkit.demo.deals import SUBFAMILIES, Deals
from oppkit.demo.money import PLACES, priced, sums, usual_rates
from oppkit.demo.offers import MIX, OFFERS, SALES

PERIODS = (1, 3, 12)  # months: monthly, quarterly, yearly
TITLES = tuple(title for sale in SALES for title in sale.titles)
_TITLE_STARTS = np.cumsum([0, *(len(sale.titles) for sale in SALES)])
_COUNTS = (0.40, 0.27, 0.16, 0.09, 0.05, 0.03)  # of 1 to 6 lines
_RECURRING = np.array([sale.recurring for sale in SALES])
_TYPED = np.array([sale.typed for sale in SALES])
_EXPENSES = [sale.code for sale in SALES].index("expenses")
_STEP = np.array([round(sale.step * 10_000) for sale in SALES])
# Price lists stretched to one length, so that one draw finds a price of any of them.
_PRICES = np.array(
    [[sale.prices[k * len(sale.prices) // 120] for k in range(120)] for sale in SALES]
)
_MARGIN = np.array([sale.margin for sale in SALES])


@dataclass(frozen=True)
class Lines:
    """Sorted by group (a deal in one revision) and position; amounts in units of 10^-3."""

    group: Array
    position: Array
    sale: Array
    title: Array
    quantity: Array  # × 10^-4
    price: Array  # × 10^-4, NEVER where the amount is typed
    amount: Array
    margin: Array
    months: Array  # NONE where nothing recurs
    period: Array  # place in PERIODS, NONE where nothing recurs
    decimals: Array  # of the currency

    def at(self, rows: Array) -> Lines:
        """Only these lines."""
        return Lines(*(getattr(self, field.name)[rows] for field in fields(self)))


@dataclass(frozen=True)
class Offer:
    """All lines, and for each deal the group of its revision 0."""

    lines: Lines
    first_group: Array
    amount: Array  # by group, × 10^-3, or NEVER
    margin: Array


def offer(rng: np.random.Generator, deals: Deals, money: Array, revisions: Array) -> Offer:
    """`money`: place in MONEYS by deal; `revisions`: how many groups each deal needs."""
    deal = np.repeat(np.arange(len(money)), 1 + rng.choice(len(_COUNTS), len(money), p=_COUNTS))
    blank = deals.unpriced & (rng.random(len(money)) < 0.5)  # not even a line
    deal = deal[~blank[deal]]
    sale = _sales(rng, deals, deal)
    part = rng.gamma(1.2, 1, len(deal)) * np.where(sale == _EXPENSES, 0.08, 1)
    euros = deals.amount[deal] * part / np.bincount(deal, part, len(money))[deal]
    base = _base(rng, deals, deal, sale, euros, money)
    return _revised(rng, deals, base, deal, money, revisions)


def _sales(rng: np.random.Generator, deals: Deals, deal: Array) -> Array:
    """Draw a sale type for each line by the family of its deal."""
    mix = np.array([MIX[OFFERS[code][0]] for code in SUBFAMILIES], float)
    passed = np.cumsum(mix / mix.sum(axis=1, keepdims=True), axis=1)[deals.subfamily[deal]]
    drawn: Array = (rng.random(len(deal))[:, None] > passed).sum(axis=1)
    return np.minimum(drawn, len(SALES) - 1)


def _base(
    rng: np.random.Generator, deals: Deals, deal: Array, sale: Array, euros: Array, money: Array
) -> Lines:
    """Lines before any revision; amounts of typed lines only."""
    rate, decimals = usual_rates()[money[deal]], PLACES[money[deal]]
    recurring, typed = _RECURRING[sale], _TYPED[sale]
    months = np.where(recurring, rng.choice((12, 24, 36, 12, 48, 18, 10), len(deal)), NONE)
    period = np.where(recurring, rng.choice(3, len(deal), p=(0.6, 0.15, 0.25)), NONE)
    charged = np.where(recurring, months / np.array(PERIODS)[period], 1.0)
    listed = _PRICES[sale, rng.integers(_PRICES.shape[1], size=len(deal))]
    listed = listed * np.where(recurring, np.array(PERIODS)[period], 1)
    unit = 10 ** (4 - decimals)
    price = np.maximum(np.rint(listed / rate * 10**decimals).astype(np.int64), 1) * unit
    wanted = euros / (listed * charged) * 10_000 / _STEP[sale]
    quantity = np.maximum(np.rint(wanted).astype(np.int64), 1) * _STEP[sale]
    nice = np.where(euros / rate > 10_000, 100.0, 10.0)
    nice = np.where(rng.random(len(deal)) < 0.2, 10.0**-decimals, nice)
    amount = np.maximum(np.rint(euros / rate / nice) * nice, 50)
    rounded = np.rint(amount * 10**decimals).astype(np.int64) * 10 ** (3 - decimals)
    share = np.clip(_MARGIN[sale] + rng.normal(0, 0.09, len(deal)), -0.15, 0.75)
    titles = np.diff(_TITLE_STARTS)[sale]
    return Lines(
        deal, places(deal), sale,
        _TITLE_STARTS[sale] + (rng.random(len(deal)) * titles).astype(np.int64),
        np.where(typed, 10_000, quantity), np.where(typed, NEVER, price),
        np.where(typed, rounded, NEVER), np.rint(share * 10_000).astype(np.int64), months,
        period, decimals,
    )  # fmt: skip


def _revised(
    rng: np.random.Generator, deals: Deals, base: Lines, deal: Array, money: Array, revisions: Array
) -> Offer:
    """Every group of every deal: revisions scale the quantities and the typed amounts."""
    first_group = np.cumsum(revisions) - revisions
    of_group = np.repeat(np.arange(len(money)), revisions)
    revision = places(of_group)
    steps = np.cumsum(np.where(revision == 0, 0.0, rng.normal(0, 0.22, len(of_group))))
    scale = np.exp(steps - steps[first_group][of_group])
    count = np.bincount(deal, minlength=len(money))
    start = np.cumsum(count) - count
    group = np.repeat(np.arange(len(of_group)), count[of_group])
    row = start[of_group][group] + places(group)
    late = (rng.random(len(money)) < 0.15) & (revisions > 1)  # priced by its first revision
    priceless = deals.unpriced[of_group] | (late[of_group] & (revision == 0))
    lines = _amounts(base.at(row), group, scale[group], priceless[group])
    no_margin = (rng.random(len(money)) < 0.08)[of_group[group]] | (lines.amount == NEVER)
    lines.margin[no_margin] = NEVER
    return Offer(
        lines, first_group,
        sums(lines.amount, group, len(of_group)), sums(lines.margin, group, len(of_group)),
    )  # fmt: skip


def _amounts(base: Lines, group: Array, scale: Array, priceless: Array) -> Lines:
    """Scale, compute the amounts as the model does, and take the prices off the priceless."""
    typed, once = base.price == NEVER, base.period == NONE
    step = _STEP[base.sale]
    quantity = np.maximum(np.rint(base.quantity * scale / step).astype(np.int64), 1) * step
    quantity = np.where(typed, base.quantity, quantity)
    unit = 10 ** (3 - base.decimals)
    scaled = np.rint(np.where(typed, base.amount, 0) * scale / unit).astype(np.int64)
    months, period = np.where(once, 1, base.months), np.array(PERIODS)[base.period]
    computed = priced(
        quantity, np.where(typed, 0, base.price), months, np.where(once, 1, period), base.decimals
    )
    units = np.where(typed, scaled, computed)
    margin = np.rint(units * (base.margin / 10_000)).astype(np.int64) * unit
    return Lines(
        group, base.position, base.sale, base.title, quantity,
        np.where(priceless, NEVER, base.price), np.where(priceless, NEVER, units * unit), margin,
        np.where(priceless, NONE, base.months), np.where(priceless, NONE, base.period),
        base.decimals,
    )  # fmt: skip
