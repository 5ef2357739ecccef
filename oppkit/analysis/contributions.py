"""Which deals make the uncertainty of a portfolio, and what each of them decides.

The share of a deal is its covariance with the sum, divided by the variance of the sum: shares of
all deals add up to 1 (the allocation of L. Euler, as used for the risks of a portfolio). For deals
that are independent it is the deal's own part of the variance.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeAlias

import ibis
import numpy as np
from numpy.typing import NDArray

from oppkit.analysis import moments
from oppkit.analysis.distribution import Cells, Law
from oppkit.analysis.distribution.factor import Factor
from oppkit.analysis.grouped import Grouped, Mask, coded
from oppkit.analysis.portfolio import Portfolio

Array = NDArray[np.float64]
Worked: TypeAlias = Callable[[Portfolio, Mask], Law]
_CONSIDERED = 4  # times as many, by their own variance: what is shared hardly changes the order


@dataclass(frozen=True)
class Contributions:
    """Deals by their share of the variance, the largest first, as arrays of one length.

    `won` and `lost` are the chances of the target if the deal is, all others as likely as before;
    None without a target.
    """

    ids: NDArray[np.int64]
    amount: Array
    chance: Array
    sd: Array
    share: Array
    won: Array | None
    lost: Array | None


def contributions(
    portfolio: Portfolio, deals: ibis.Table, groups: Mask, count: int,
    correlation: float = 0.0, target: float | None = None, law: Worked | None = None,
) -> Contributions:  # fmt: skip
    """The `count` deals of some groups that make most of the uncertainty of their sum.

    `deals` are those of the portfolio; `law` works out what some groups of one bring, where it is
    more than these.
    """
    law = law or partial(Portfolio.law, correlation=correlation)
    top = _most_uncertain(portfolio, deals, groups, count * _CONSIDERED)
    shares = _shares(portfolio.cells.of(groups).cells, top.cells, correlation)
    order = np.argsort(-shares, kind="stable")[:count]
    top, shares = top[order], shares[order]
    won = lost = None
    if target is not None:
        mine = replace(
            portfolio, cells=portfolio.cells.of(groups), singles=portfolio.singles.of(groups)
        )
        each = [_decided(mine, top[place : place + 1], groups, law, target)
                for place in range(len(order))]  # fmt: skip
        won, lost = np.array(each).reshape(-1, 2).T
    cells = top.cells
    return Contributions(
        top.ids, cells.first, cells.chance, np.sqrt(cells.spread), shares, won, lost
    )


def _most_uncertain(portfolio: Portfolio, deals: ibis.Table, groups: Mask, count: int) -> Grouped:
    """The deals of the largest variance, with the numbers of their groups."""
    rows = moments.keyed(deals)
    wanted = [dict(zip(portfolio.by, portfolio.groups[place], strict=True))
              for place in np.flatnonzero(groups)]  # fmt: skip
    spread = rows.expected * (rows.amount - rows.expected)
    rows = moments.in_groups(rows, portfolio.by, wanted).mutate(spread=spread)
    rows = rows.order_by(ibis.desc("spread"), "opportunity_id").limit(count)
    table = rows.to_pyarrow()
    found, place = coded(table, portfolio.by)
    number = {key: place for place, key in enumerate(portfolio.groups)}
    to = np.array([number[key] for key in found] or [0])
    return Grouped.of_table(table, place).moved(to)


def _shares(cells: Cells, deals: Cells, correlation: float) -> Array:
    """Cov(aB, S) / Var(S), by the law of total covariance over the nodes of the common factor."""
    factor = Factor(correlation)
    nodes, weights = factor.nodes(factor.step)
    chances, own = factor.chances(cells.chance, nodes), factor.chances(deals.chance, nodes)
    mean = chances @ cells.first
    within = weights @ (chances * (1 - chances)) @ cells.second
    variance = float(within + weights @ mean**2 - (weights @ mean) ** 2)
    moving = weights @ (own * mean[:, None]) - (weights @ own) * (weights @ mean)
    covariance = deals.first * moving + deals.second * (weights @ (own * (1 - own)))
    return covariance / variance if variance > 0 else np.zeros(len(deals))


def _decided(
    portfolio: Portfolio, deal: Grouped, groups: Mask, law: Worked, target: float
) -> tuple[float, float]:
    """The chance of the target if a deal is won, and if it is lost."""
    rest = law(portfolio.without(deal), groups)
    return float(rest.chance(target - deal.cells.first[0])), float(rest.chance(target))
