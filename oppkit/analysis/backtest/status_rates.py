"""What part was won so far from each status, drawn towards the part of all."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from oppkit.analysis.backtest.actuals import open_at
from oppkit.analysis.backtest.measures import Array
from oppkit.analysis.backtest.methods import Outlook, expected
from oppkit.analysis.signing.panel import Panel, day_number
from oppkit.analysis.signing.rates import shrunk, strength

Places = NDArray[np.int64]
_ENDED = ("won", "lost", "abandoned")


def status_rates(panel: Panel, origin: date) -> Outlook:
    """Amounts × the share that was won of the decided deals that had been in the status.

    As entered where no deal of a known status is decided yet.
    """
    rows = open_at(panel, origin)
    statuses, won, decided = _history(panel, day_number(origin))
    if not decided.sum():
        return expected(rows, rows.probability)
    mean = float(won.sum() / decided.sum())
    rates = shrunk(won, decided, mean, strength(won, decided, mean))
    of = dict(zip(statuses, rates.tolist(), strict=True))
    chance = np.array([of.get(status, mean) for status in rows.status], dtype=np.float64)
    return expected(rows, chance, {"closed": float(decided.sum())})


def _history(panel: Panel, today: int) -> tuple[list[str], Array, Array]:
    """Statuses, and of the deals seen in each: how many were won since, how many decided."""
    closings = panel.closings
    held = (closings.until > today) & np.isin(closings.outcome.astype(str), _ENDED)
    ended, outcome = closings.deal[held], closings.outcome[held] == "won"
    seen = panel.recorded & np.isin(panel.deal, ended)
    statuses, place, deal = _pairs(panel.status[seen], panel.deal[seen])
    order = np.argsort(ended, kind="stable")
    won = outcome[order][np.searchsorted(ended[order], deal)]
    counts = np.bincount(place, minlength=len(statuses)).astype(np.float64)
    return statuses, np.bincount(place, won, len(statuses)).astype(np.float64), counts


def _pairs(status: NDArray[Any], deal: NDArray[np.int64]) -> tuple[list[str], Places, Places]:
    """Each status and deal once: the statuses, and for each pair its place among them, the deal."""
    texts = status.tolist()
    statuses = [text for text in dict.fromkeys(texts) if text is not None]
    place_of = {text: place for place, text in enumerate(statuses)}
    places = np.fromiter((place_of.get(text, -1) for text in texts), np.int64, len(texts))
    known = places >= 0
    keys = np.unique(deal[known] * max(len(statuses), 1) + places[known])
    return statuses, keys % max(len(statuses), 1), keys // max(len(statuses), 1)
