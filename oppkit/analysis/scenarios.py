"""What if: a portfolio changed without reading its deals again.

Only the deals that a scenario is about are read, as cells of their own. They are taken out of the
portfolio and put back as they would be; a slip moves whole groups from month to month.

    Removed   deals that will not be won
    Raised    deals whose probability is multiplied, then goes up by some points, 0 to 1
    Slipped   all deals, signed so many months later; those beyond the horizon are gone
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeAlias

import ibis
import numpy as np
from numpy.typing import NDArray

from oppkit.analysis.grouped import Grouped
from oppkit.analysis.parts import horizon_end
from oppkit.analysis.portfolio import Portfolio, slice_of

MONTH = "month"
_MARK = "mark"
Which: TypeAlias = Callable[[ibis.Table], Any]


@dataclass(frozen=True)
class Removed:
    """`which` says of a table of deals those that are lost."""

    which: Which


@dataclass(frozen=True)
class Raised:
    """`which` says of a table of deals those whose probability goes to p × `times` + `by`."""

    which: Which
    by: float = 0.0
    times: float = 1.0

    def __call__(self, chances: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.clip(chances * self.times + self.by, 0.0, 1.0)


@dataclass(frozen=True)
class Slipped:
    """All deals are signed `months` later."""

    months: int


Step: TypeAlias = Removed | Raised | Slipped


def largest(deals: ibis.Table, number: int, gone: Sequence[Step] = ()) -> list[int]:
    """The opportunities of the largest deals, one to each, but for those that others remove."""
    for step in gone:
        if isinstance(step, Removed):
            deals = deals.filter(~step.which(deals))
    top = deals.order_by(ibis.desc("amount"), "opportunity_id").limit(number)
    found: list[int] = top.to_pyarrow()["opportunity_id"].to_pylist()
    return found


def changed(
    portfolio: Portfolio, deals: ibis.Table, steps: Sequence[Step], beyond: date
) -> Portfolio:
    """The portfolio as it would be, by groups whose first value is the month.

    Removals count before anything else, and slips last; `beyond` is the first month after the
    horizon. Raises of one deal follow each other.
    """
    about = [step for step in steps if isinstance(step, Removed | Raised)]
    if about:
        marks = [step.which(deals).fill_null(False).ifelse(2**n, 0) for n, step in enumerate(about)]
        marked = deals.mutate(**{_MARK: sum(marks[1:], marks[0])})
        touched = slice_of(portfolio, marked.filter(marked[_MARK] > 0), _MARK)
        portfolio = _replaced(portfolio, touched, about)
    months = sum(step.months for step in steps if isinstance(step, Slipped))
    return _slipped(portfolio, months, beyond) if months else portfolio


def _replaced(
    portfolio: Portfolio, touched: Portfolio, about: Sequence[Removed | Raised]
) -> Portfolio:
    """With the deals of `touched` as the steps leave them; its last value tells which those are."""
    number = {key: place for place, key in enumerate(portfolio.groups)}
    to = np.array([number[key[:-1]] for key in touched.groups], dtype=np.int64)
    cells = [portfolio.cells.less(touched.cells.moved(to))]
    singles = [portfolio.singles[~np.isin(portfolio.singles.ids, touched.singles.ids)]]
    rest = touched.cells.less(touched.singles)
    for place, key in enumerate(touched.groups):
        taken = [step for n, step in enumerate(about) if int(key[-1]) >> n & 1]
        raises = [step for step in taken if isinstance(step, Raised)]
        if len(raises) == len(taken):
            group = np.arange(len(touched.groups)) == place
            known = _raised(touched.singles.of(group), raises).moved(to)
            cells += [_raised(rest.of(group), raises).moved(to), known]
            singles.append(known)
    return replace(
        portfolio, cells=_together(cells).merged(), singles=_together(singles)
    )  # fmt: skip


def _raised(deals: Grouped, raises: Sequence[Raised]) -> Grouped:
    chances = deals.cells.chance
    for step in raises:
        chances = step(chances)
    return replace(deals, cells=deals.cells.with_chances(chances))


def _together(parts: Sequence[Grouped]) -> Grouped:
    whole = parts[0]
    for part in parts[1:]:
        whole += part
    return whole


def _slipped(portfolio: Portfolio, months: int, beyond: date) -> Portfolio:
    """Each group takes the place of that of the same values and a later month."""
    later = [(horizon_end(key[0], months), *key[1:]) for key in portfolio.groups]
    kept = [key for key in later if key[0] < beyond]
    groups = tuple(dict.fromkeys((*portfolio.groups, *kept)))
    number = {key: place for place, key in enumerate(groups)}
    to = np.array([number[key] if key[0] < beyond else -1 for key in later], dtype=np.int64)
    least = np.full(len(groups), 0.0)
    least[to[to >= 0]] = portfolio.least[to >= 0]
    return replace(
        portfolio, groups=groups, cells=portfolio.cells.moved(to),
        singles=portfolio.singles.moved(to), least=least,
    )  # fmt: skip
