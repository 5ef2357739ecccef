"""The look: readable on a white page and on a dark one, and without colour vision."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

import plotly.graph_objects as go

from oppkit.charts.values import missing
from oppkit.locale import formats

# Okabe and Ito's palette, without its yellow and light blue, which vanish on white.
BLUE, VERMILLION, GREEN, PURPLE, ORANGE = "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00"
GREY = "#8c8c8c"
SERIES = (BLUE, ORANGE, GREEN, PURPLE, VERMILLION)
CLEAR = "rgba(0,0,0,0)"

# Grey in between: 4.5:1 on white and 4.2:1 on JupyterLab's black. Where the page has JupyterLab's
# own text colour, words take that instead (`ink`), and have full contrast in either theme.
_GREY_TEXT = "#767676"
_GRID = "rgba(128,128,128,0.25)"
_FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
_TITLE_WIDTH = 78


def ink(words: str, faint: bool = False) -> str:
    """Words (escaped already) in the colour of the page's own text, grey where it has none."""
    variable = "--jp-ui-font-color2" if faint else "--jp-ui-font-color1"
    lines = (
        f'<span style="fill:var({variable},{_GREY_TEXT})">{line}</span>'
        for line in words.split("<br>")
    )
    return "<br>".join(lines)


def halo(words: str) -> str:
    """The same with the page's colour around each letter, where lines pass behind."""
    edge = "stroke:var(--jp-layout-color0,transparent);stroke-width:4px;paint-order:stroke"
    return ink(words).replace('style="', f'style="{edge};')


def figure(
    bars: Sequence[Any], title: str, subtitle: str = "", height: int = 400, **layout: Any
) -> go.Figure:
    """A figure with the finding as its title (escaped already) and what it rests on below."""
    head = "<br>".join(textwrap.wrap(title, _TITLE_WIDTH, break_long_words=False))
    lines = head.count("<br>") + 1
    legend_above = "legend" not in layout and layout.get("showlegend") is not False
    more = (36 if legend_above else 24) * (lines - 1)
    return go.Figure(
        data=list(bars),
        layout={
            "template": "none",
            "paper_bgcolor": CLEAR,
            "plot_bgcolor": CLEAR,
            "height": height + more,
            "margin": {"l": 8, "r": 24, "t": 92 + more, "b": 8},
            "font": {"family": _FONT, "size": 13, "color": _GREY_TEXT},
            "title": {
                "text": ink(_bold(head)),
                "font": {"size": 18},
                "subtitle": {"text": ink(subtitle, faint=True), "font": {"size": 13}},
                "x": 0, "xref": "container", "xanchor": "left", "y": 1, "yref": "container",
                "yanchor": "top", "pad": {"t": 12 + 22 * (lines - 1), "l": 8},
            },
            "hoverlabel": {
                "bgcolor": "#2b2b2b", "bordercolor": GREY, "align": "left",
                "font": {"color": "#ffffff", "family": _FONT, "size": 13},
            },
            "legend": {
                "orientation": "h", "x": 0, "xanchor": "left", "y": 1, "yanchor": "bottom",
                "traceorder": "normal", "itemclick": False, "itemdoubleclick": False,
            },
            "bargap": 0.3,
            "barcornerradius": 2,
            **layout,
        },
    )  # fmt: skip


def _bold(head: str) -> str:
    return "<br>".join(f"<b>{line}</b>" for line in head.split("<br>"))


def solid(colour: str = BLUE) -> dict[str, Any]:
    """A filled bar."""
    return {"color": colour, "line": {"width": 0}}


def outline() -> dict[str, Any]:
    """An empty bar with a border, for the gross amount behind the weighted one."""
    return {"color": "rgba(128,128,128,0.12)", "line": {"color": GREY, "width": 1.25}}


def amount_axis(values: Sequence[float], currency: str, language: str) -> dict[str, Any]:
    """An axis of amounts in a readable unit, its ticks written in the reader's language."""
    # A third of the largest bar decides, so that the others keep their significant digits.
    size, _ = formats.unit_for([value / 3 for value in values], currency, language)
    ticks, places = _ticks(min([0.0, *values]) / size, max([0.0, *values]) / size)
    return _value_axis(ticks, size, [
        formats.in_unit(Decimal(str(tick)), size, currency, language, places) if tick else "0"
        for tick in ticks
    ])  # fmt: skip


def number_axis(values: Sequence[float], language: str) -> dict[str, Any]:
    """An axis of plain numbers, such as days."""
    ticks, places = _ticks(min([0.0, *values]), max([0.0, *values]))
    return _value_axis(ticks, 1, [formats.number(tick, language, places) for tick in ticks])


def _value_axis(ticks: Sequence[float], size: int, labels: Sequence[str]) -> dict[str, Any]:
    return {
        "tickmode": "array",
        "tickvals": [round(tick * size, 6) for tick in ticks],
        "ticktext": [ink(label, faint=True) for label in labels],
        "range": [ticks[0] * size, ticks[-1] * size],
        "gridcolor": _GRID, "zeroline": True, "zerolinecolor": GREY, "zerolinewidth": 1,
        "showline": False, "ticks": "", "fixedrange": True, "automargin": True,
    }  # fmt: skip


def axis_title(words: str) -> dict[str, Any]:
    """What an axis measures (escaped already), where its ticks do not say it."""
    return {"text": ink(words, faint=True), "standoff": 8, "font": {"size": 13}}


def name_axis(names: Sequence[str]) -> dict[str, Any]:
    """An axis of names (escaped already), one at each whole number from 0.

    Numbers and not Plotly's categories: two customers of one name are two bars, and a name such as
    "2026-01" is no date.
    """
    return {
        "tickmode": "array",
        "tickvals": list(range(len(names))),
        "ticktext": [ink(name) for name in names],
        "range": [-0.6, max(len(names), 1) - 0.4], "ticklabelstandoff": 6,
        "showgrid": False, "zeroline": False, "showline": False, "ticks": "",
        "fixedrange": True, "automargin": True,
    }  # fmt: skip


def side_legend() -> dict[str, Any]:
    """A legend beside the bars, from top to bottom as they are stacked."""
    return {
        "orientation": "v", "x": 1.02, "xanchor": "left", "y": 1, "yanchor": "top",
        "traceorder": "reversed", "itemclick": False, "itemdoubleclick": False,
    }  # fmt: skip


def label(bars: go.Bar, values: Iterable[Any], currency: str, language: str) -> None:
    """Write at the end of each bar the amount it stands for."""
    bars.update(
        text=[
            "" if missing(value) or not value else halo(formats.short(value, currency, language))
            for value in values
        ],
        textposition="outside", textangle=0, cliponaxis=False,
    )  # fmt: skip


def _ticks(low: float, high: float) -> tuple[list[float], int]:
    """Four to eight round numbers from at or below `low` to at or above `high`; their decimals."""
    span = (high - low) or 1.0
    power = 10.0 ** math.floor(math.log10(span / 5))
    step = next(step * power for step in (1, 2, 2.5, 5, 10) if span / (step * power) <= 6)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    ticks = [round(place * step, 9) for place in range(first, max(last, first + 1) + 1)]
    return ticks, max(0, -math.floor(math.log10(ticks[1] - ticks[0]) + 1e-9))
