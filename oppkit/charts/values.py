"""The values of a frame as a chart needs them: names for people, floats for drawing."""

from __future__ import annotations

import datetime
import html
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

import pandas as pd

from oppkit.locale import formats, text

MEASURES = ("opportunities", "amount", "weighted_amount", "margin", "weighted_margin")
PERIODS = {"month": 1, "quarter": 3, "year": 12}
_BREAKS = re.compile(r"[^\S\xa0\u202f]+")  # a label is one line; amounts keep their own spaces
OVERLAPPING = "tag"  # an opportunity counts once in each of its tags
_PARTLY = {"sale_type", OVERLAPPING}  # numbers of opportunities do not add up


Row = dict[str, Any]


def records(frame: pd.DataFrame) -> list[Row]:
    """The rows of a small frame, by the names of its columns."""
    return [dict(zip(map(str, frame.columns), row, strict=True)) for row in _tuples(frame)]


def _tuples(frame: pd.DataFrame) -> Iterable[tuple[Any, ...]]:
    return frame.itertuples(index=False, name=None)


def missing(value: Any) -> bool:
    """Whether a cell holds nothing (None, NaN, NaT)."""
    return value is None or bool(pd.isna(value))


def day(value: Any) -> datetime.date:
    """A cell of a period column as a date."""
    return pd.Timestamp(value).date()


def decimal(value: Any) -> Decimal | None:
    """A cell of an amount column, exact; None where it is missing."""
    return None if missing(value) else Decimal(str(value))


def total(frame: pd.DataFrame, measure: str) -> Decimal | None:
    """The exact sum of the known values of a column; None where none is known."""
    known = [found for value in frame[measure] if (found := decimal(value)) is not None]
    return sum(known, Decimal(0)) if known else None


def drawn(value: Any) -> float:
    """A value as a length: to the cent, so that a stored chart is the same on every machine."""
    return 0.0 if missing(value) else round(float(value), 2)


def name_of(value: Any, dimension: str, language: str, short: bool = False) -> str:
    """A value of a dimension as people read it; "No owner" where there is none. Not escaped."""
    if missing(value):
        return text(f"without.{dimension}", language)
    if dimension == "month":
        return formats.month(day(value), language, short=short)
    if dimension == "quarter":
        return formats.quarter(day(value), language)
    if dimension == "year":
        return formats.year(day(value), language)
    if dimension == "part":
        return text(f"part.{value}", language)
    if dimension == "plan":
        return text(f"plan.{value}", language)
    return str(value)


def escaped(words: str, length: int | None = None) -> str:
    """Words as they are, even `<img src=x>`: Plotly and browsers would read them as markup.

    Cut at `length` characters where it is given.
    """
    if length is not None and len(words) > length:
        words = words[: length - 1].rstrip() + "…"
    return html.escape(_BREAKS.sub(" ", words).strip())


def counted(number: int, what: str, language: str) -> str:
    """ "1 opportunity" or "1,204 opportunities"; `what` is "opportunities" or "months"."""
    plural = "one" if number == 1 or (language == "fr" and number == 0) else "many"
    figure = formats.number(Decimal(number), language)
    return text(f"count.{what}_{plural}", language, number=figure)


def dimensions_of(frame: pd.DataFrame) -> list[str]:
    """The columns that break the pipeline down, in their order."""
    return [str(name) for name in frame.columns if name not in MEASURES]


def adds_up(dimensions: Sequence[str], measure: str) -> bool:
    """Whether the rows of a breakdown may be summed for a measure."""
    if OVERLAPPING in dimensions:
        return False
    return measure != "opportunities" or not _PARTLY & set(dimensions)


def summed(frame: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """The frame with its other dimensions summed up, exactly; groups in order of appearance.

    Raises ValueError where rows overlap, for then their sum would count opportunities twice.
    """
    if OVERLAPPING in set(dimensions_of(frame)) - set(by):
        raise ValueError("Rows by tag overlap and cannot be summed: ask for them without the tag.")
    groups: dict[tuple[Any, ...], list[int]] = {}
    for place, values in enumerate(_tuples(frame[list(by)])):
        key = tuple(_key(value, name) for value, name in zip(values, by, strict=True))
        groups.setdefault(key, []).append(place)
    measures = [name for name in MEASURES if name in frame]
    rows = [
        (*key, *(total(frame.iloc[places], name) for name in measures))
        for key, places in groups.items()
    ]
    return pd.DataFrame(rows, columns=[*by, *measures], dtype=object)


def _key(value: Any, dimension: str) -> Any:
    """A value of a dimension that equals itself, whatever pandas made of it."""
    if missing(value):
        return None
    return day(value) if dimension in PERIODS else value


def merged_rest(frame: pd.DataFrame, by: str, top: int, language: str) -> pd.DataFrame:
    """The first `top` rows, then one with the sums of the others, where there are two or more."""
    if len(frame) <= top + 1:
        return frame
    rest = frame.iloc[top:]
    sums: dict[str, Any] = {name: total(rest, name) for name in MEASURES if name in rest}
    sums[by] = text("chart.others", language, number=len(rest))
    return pd.DataFrame([*records(frame.iloc[:top]), sums], dtype=object)


def by_weight(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows by weighted amount, then by amount, the largest first."""
    weights = [
        (-drawn(row["weighted_amount"]), -drawn(row["amount"]), place)
        for place, row in enumerate(records(frame))
    ]
    return frame.iloc[[place for *_, place in sorted(weights)]].reset_index(drop=True)


def details(row: Row, title: str, currency: str, language: str) -> str:
    """What a bar says when pointed at: its name (escaped already) and every measure."""
    lines = [f"<b>{title}</b>"]
    for measure in MEASURES:
        if not missing(row.get(measure)):
            value = Decimal(str(row[measure]))
            shown = (
                formats.number(value, language)
                if measure == "opportunities"
                else formats.amount(value, currency, language)
            )
            lines.append(f"{text(f'measure.{measure}', language)}  {html.escape(shown)}")
    return "<br>".join(lines)
