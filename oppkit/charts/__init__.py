"""Figures and tables for presentations, from small pandas frames.

    charts.forecast(rows, "month", currency="EUR")    weighted as solid bars before gross outlines
    charts.margin(rows, "month", currency="EUR")      the same for the margin
    charts.split(rows, "month", "owner", "EUR")       stacked by a dimension
    charts.ranking(rows, "status", currency="EUR")    horizontal bars of the pipeline
    charts.reconciliation(parts, currency="EUR")      what is in the forecast and what is not
    charts.waterfall(rows, currency="EUR")            what a movement consists of
    charts.movements(details, currency="EUR")         who moved, and what changed, as a table
    charts.funnel(rows)                               what moves on from each status, and is won
    charts.durations(rows, waiting)                   time in each status, and the open ones
    charts.cycle(rows, "size", currency="EUR")        how long it takes from opening to won
    charts.win_rates(rows, "owner", currency="EUR")   what part is won, with its interval
    charts.schedule(rows, currency="EUR")             what is to be produced: won beside likely
    charts.workload(rows, currency="EUR")             the same in days and amounts, as a table
    charts.unscheduled(rows, currency="EUR")          what cannot be scheduled, and why
    charts.attention(rows)                            what wants looking at, and why
    charts.track(rows, "quarter", begins, won)        what was said of a period, and came of it
    charts.fan(rows, "month", currency="EUR")         what is likely in each period, as bands
    charts.density(curve, currency="EUR")             how likely each amount is; the target
    charts.scenarios(rows, currency="EUR")            what if: the base beside other cases
    charts.contributions(rows, currency="EUR")        which opportunities decide
    charts.chances(rows, currency="EUR")              as entered, by what happened before, and why
    charts.scores(rows, "months")                     how far off each method of forecasting was
    charts.scoreboard(rows)                           the same as a table, by horizon
    charts.coverage(forecasts, "model", 1)            month by month: what was said, and what came
    charts.pit(rows, "model")                         whether what came lay where it was said
    charts.reliability(rows, "won")                   whether chances of single deals were right
    charts.note(words)                                a sentence on the page
    charts.table(rows, currency="EUR")                the same figures to read and copy
    charts.words(parts, currency="EUR", …)            the reconciliation in sentences

Frames come from `oppkit.analysis` (`.to_pandas()`): a column for each dimension, then
opportunities, amount, weighted_amount, margin, weighted_margin. `language` is "fr" or "en", and
`oppkit.locale.language()` where it is not given.
"""

from oppkit.charts.attention import attention
from oppkit.charts.chances import chances
from oppkit.charts.contributions import contributions
from oppkit.charts.conversion import funnel
from oppkit.charts.coverage import coverage
from oppkit.charts.cycles import cycle
from oppkit.charts.density import density
from oppkit.charts.durations import durations
from oppkit.charts.fan import fan
from oppkit.charts.movements import movements
from oppkit.charts.note import note
from oppkit.charts.periods import forecast, margin, split
from oppkit.charts.pit import pit
from oppkit.charts.ranking import ranking
from oppkit.charts.reconciliation import reconciliation
from oppkit.charts.reliability import reliability
from oppkit.charts.scenarios import scenarios
from oppkit.charts.schedule import schedule
from oppkit.charts.scoreboard import scoreboard
from oppkit.charts.scores import scores
from oppkit.charts.table import table
from oppkit.charts.track import track
from oppkit.charts.unscheduled import unscheduled
from oppkit.charts.waterfall import waterfall
from oppkit.charts.win_rates import win_rates
from oppkit.charts.words import words
from oppkit.charts.workload import workload

__all__ = [
    "attention", "contributions", "coverage", "cycle", "density", "durations", "fan", "forecast",
    "funnel", "margin", "movements", "note", "pit", "ranking", "reconciliation", "reliability",
    "scenarios", "schedule", "scoreboard", "scores", "split", "table", "track", "unscheduled",
    "waterfall", "win_rates", "words", "workload",
]  # fmt: skip
