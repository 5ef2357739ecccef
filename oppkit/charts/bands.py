"""What charts of likely amounts share: quantile columns, bands, and intervals in words."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import plotly.graph_objects as go

from oppkit.charts import theme
from oppkit.charts.values import Row, drawn, missing
from oppkit.locale import formats, text

MEDIAN = 50.0
_QUANTILE = re.compile(r"p(\d{1,2}(?:\.\d+)?)")
# The widest band is the palest; the median, in orange, stands out from all, on white and on black.
_PALE = ("rgba(86,180,233,0.40)", "rgba(43,147,206,0.55)", "rgba(0,114,178,0.70)")


def quantiles(columns: Sequence[str]) -> dict[float, str]:
    """The quantiles among the columns, in their order: {10.0: "p10", 50.0: "p50"}."""
    found = {float(match[1]): name for name in columns if (match := _QUANTILE.fullmatch(name))}
    return dict(sorted(found.items()))


def pairs(columns: Sequence[str]) -> list[tuple[str, str]]:
    """Lower and upper columns of each band, the widest first."""
    names = [name for level, name in quantiles(columns).items() if level != MEDIAN]
    return [(names[place], names[-1 - place]) for place in range(len(names) // 2)]


def chance_of(pair: tuple[str, str]) -> float:
    """The chance that an amount lies in a band: 0.8 of P10 to P90."""
    low, high = (float(name[1:]) for name in pair)
    return round((high - low) / 100, 4)


def band_name(pair: tuple[str, str], language: str) -> str:
    """ "P10 to P90 (80%)"."""
    share = formats.percent(chance_of(pair), language, None)
    return text(
        "likely.band", language, low=pair[0].upper(), high=pair[1].upper(), share=share
    )  # fmt: skip


def boxes(
    rows: Sequence[Row], columns: Sequence[str], hover: Sequence[str], language: str,
    horizontal: bool = False, width: float = 0.62,
) -> list[go.Bar]:  # fmt: skip
    """A bar from the lower to the upper quantile for each band, the wider ones behind."""
    along, across = ("x", "y") if horizontal else ("y", "x")
    return [
        go.Bar(
            **{
                along: [drawn(row[high]) - drawn(row[low]) for row in rows],
                across: list(range(len(rows))),
            },
            base=[drawn(row[low]) for row in rows], width=width * 0.8**place,
            orientation="h" if horizontal else "v",
            marker={"color": _PALE[min(place, len(_PALE) - 1)], "line": {"width": 0}},
            name=theme.ink(band_name((low, high), language)), hovertext=list(hover),
            hoverinfo="text",
        )
        for place, (low, high) in enumerate(pairs(columns))
    ]  # fmt: skip


def ticks(
    values: Sequence[float | None], name: str, colour: str, symbol: str, hover: Sequence[str],
    horizontal: bool = False,
) -> go.Scatter:  # fmt: skip
    """A mark for each value (none where it is None), one beside the other or from top to bottom."""
    along, across = ("x", "y") if horizontal else ("y", "x")
    return go.Scatter(
        **{along: list(values), across: list(range(len(values)))}, mode="markers",
        name=theme.ink(name), hovertext=list(hover), hoverinfo="text",
        marker={
            "symbol": symbol, "size": 24 if symbol.startswith("line") else 9, "color": colour,
            "line": {"width": 3 if symbol.startswith("line") else 2, "color": colour},
        },
    )  # fmt: skip


def beside(ends: Sequence[float], words: Sequence[str], gap: float = 0.0) -> go.Scatter:
    """Words (escaped already) right of where something ends, legible on lines that pass there."""
    return go.Scatter(
        x=[round(end + gap, 4) for end in ends], y=list(range(len(ends))), mode="text",
        textposition="middle right", cliponaxis=False, hoverinfo="skip", showlegend=False,
        text=[theme.halo(f" {one}") for one in words],
    )  # fmt: skip


def figure_or_none(value: Any) -> float | None:
    """What is drawn; None where it is not known."""
    return None if missing(value) else drawn(value)


def lines(row: Row, named: Mapping[str, str], currency: str, language: str) -> list[str]:
    """What is known of a row, one line for each column: "Median  €1,204"."""
    return [
        f"{words}  {formats.amount(_exact(row[column]), currency, language, 0)}"
        for column, words in named.items()
        if not missing(row.get(column))
    ]


def interval(low: Any, high: Any, currency: str, language: str) -> str:
    """ "€310k to €620k", escaped by nobody: amounts hold no markup."""
    ends = (formats.short(_exact(end), currency, language) for end in (low, high))
    return text("likely.interval", language, **dict(zip(("low", "high"), ends, strict=True)))


def _exact(value: Any) -> Decimal:
    return Decimal(str(value))


def short(value: Any, currency: str, language: str) -> str:
    """An amount as a title has it, of a float or a decimal."""
    return formats.short(_exact(value), currency, language)
