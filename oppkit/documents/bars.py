"""A chart of bars as SVG, for files that may run no script: solid bars before outlined ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

_WIDTH, _HEIGHT = 720, 210
_TOP, _BOTTOM = 22, 30
_BLUE, _GREY, _INK = "#0072b2", "#8c8c8c", "#3f3f46"


@dataclass(frozen=True)
class Bar:
    """One place of the chart: its name, the likely value before the whole one, and its label."""

    name: str
    value: float
    whole: float
    label: str


def svg(bars: Sequence[Bar]) -> str:
    """The chart, as wide as where it is put. Lengths are never negative."""
    most = max([0.0, *(max(bar.value, bar.whole) for bar in bars)]) or 1.0
    step = _WIDTH / max(len(bars), 1)
    drawn = "".join(_bar(bar, place, step, most) for place, bar in enumerate(bars))
    floor = _HEIGHT - _BOTTOM
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" '
        'font-family="Noto Sans, Segoe UI, Helvetica, Arial, sans-serif" font-size="11" '
        f'text-anchor="middle">{drawn}'
        f'<path d="M0 {floor}H{_WIDTH}" stroke="{_GREY}" stroke-width="1"/></svg>'
    )


def _bar(bar: Bar, place: int, step: float, most: float) -> str:
    middle, width = step * (place + 0.5), step * 0.64
    left, floor = middle - width / 2, _HEIGHT - _BOTTOM
    room = floor - _TOP
    whole, value = (room * max(one, 0.0) / most for one in (bar.whole, bar.value))
    box = f'x="{left:.1f}" width="{width:.1f}"'
    return (
        f'<rect {box} y="{floor - whole:.1f}" height="{whole:.1f}" fill="#f4f4f5" '
        f'stroke="{_GREY}" stroke-width="1"/>'
        f'<rect {box} y="{floor - value:.1f}" height="{value:.1f}" fill="{_BLUE}"/>'
        f'<text x="{middle:.1f}" y="{floor - value - 5:.1f}" fill="{_INK}">'
        f"{escape(bar.label)}</text>"
        f'<text x="{middle:.1f}" y="{floor + 18:.1f}" fill="{_INK}">{escape(bar.name)}</text>'
    )
