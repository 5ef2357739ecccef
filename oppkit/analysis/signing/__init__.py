"""The signing model: will an opportunity be signed, and when.

The parts, each a module:

    panel           what the history tells, and what of it was known on a day
    months          months ahead of a day
    pushes          how often a deal was put off lately
    endings         what became of the deals that were open at an origin
    prior           before anything was closed: the statuses' default probabilities
    rates, groups   shares that were won, drawn towards the share of all
    traits          what is known of a deal, as columns
    closed          the chance to be won in the end, from closed deals alone
    periods         deal-months to learn from
    calendar        places in the quarter and the year, the market
    hazards         signed or lost in each month ahead
    newcomers       new business that is not in the pipeline yet
    amounts         amounts that nobody knew
    track, factor   what was forecast before, and how deals move together
    chances, model  all of it on one day
    explanation     what makes a deal another one than the average
"""

from oppkit.analysis.signing.explanation import Explanation
from oppkit.analysis.signing.model import Forecaster, Model, fit
from oppkit.analysis.signing.panel import Panel
from oppkit.analysis.signing.stages import Stages

__all__ = ["Explanation", "Forecaster", "Model", "Panel", "Stages", "fit"]
