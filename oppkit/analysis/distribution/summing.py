"""The law of the sum of deals: which way of working it out suits them.

The amounts that are sure are added, giants are taken out, and what remains goes to the lattice
where the deals are few or rarely won, and through its characteristic function otherwise. With a
common factor deals that are many in a good market may be few in a bad one: then either way gives
its part of the mixture, and the parts fade into each other.
"""

from __future__ import annotations

from math import sqrt

import numpy as np
from numpy.typing import ArrayLike

from oppkit.analysis.distribution.arrivals import Arrivals
from oppkit.analysis.distribution.cells import Cells
from oppkit.analysis.distribution.cumulants import Given, known
from oppkit.analysis.distribution.factor import Factor
from oppkit.analysis.distribution.giants import Outcomes, giants
from oppkit.analysis.distribution.laws import Law
from oppkit.analysis.distribution.mixing import Piece, mixed
from oppkit.analysis.distribution.others import Others

_POINTS, _THINNED = 2**17, 2e-6  # where there are more of them, least steps of the probability


def law(
    cells: Cells,
    correlation: float = 0.0,
    arrivals: Arrivals | None = None,
    deals: tuple[ArrayLike, ArrayLike] | None = None,
) -> Law:
    """The law of what is signed of these cells, and of what arrives.

    `correlation` is ρ of the common factor, 0 for independent deals. `deals`, their amounts and
    probabilities where the caller has them, stand for the cells, and are exact.
    """
    cells = cells.merged() if deals is None else Cells.of_deals(*deals)
    coming = Arrivals.none() if arrivals is None else arrivals
    mean = cells.mean + coming.mean
    sure, cells = cells.settled()
    if not len(cells) and coming.rate == 0:
        return Law.certain(mean)
    factor = Factor(correlation, coming.loading if coming.rate > 0 else 0.0)
    given = Given.of(cells, coming, factor, *factor.nodes(factor.step))
    whole = given.mixed(given.weights)
    found = _without_giants(cells, coming, factor, given)
    variance = max(whole.variance + known(cells), 0.0)
    f = found.cumulated / found.cumulated[-1]
    return Law(found.points + sure, f, mean, sqrt(variance))


def _without_giants(cells: Cells, coming: Arrivals, factor: Factor, given: Given) -> Piece:
    giant = giants(cells, given)
    large, rest = cells[giant], cells[~giant]
    outcomes = Outcomes.of(large)
    others = Others(rest, coming, factor, given.only(~giant, rest, coming))
    if factor.absent:
        alone = others.independent()
        masses = outcomes.chances(factor, np.zeros(1))[:, 0]
        parts = [alone.times(float(mass)) for mass in masses]
    else:
        parts = others.mixtures(outcomes)
    if sum(len(part.points) for part in parts) > _POINTS:
        parts = [part.thinned(_THINNED) for part in parts]
    shifted = (p.shifted(float(by)) for p, by in zip(parts, outcomes.amounts, strict=True))
    return mixed(list(shifted))
