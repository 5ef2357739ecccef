"""Amounts, numbers, percentages and dates as French and English readers write them."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import babel

# English dates have the day before the month: the firms that use oppkit are European.
_BABEL = {"fr": "fr_FR", "en": "en_GB"}
_NO_BREAK = "\xa0"


@dataclass(frozen=True)
class _Scale:
    size: int
    french: str
    english: str

    def prefix(self, language: str) -> str:
        return self.french if language == "fr" else self.english


_SCALES = (_Scale(10**9, "Md", "bn"), _Scale(10**6, "M", "M"), _Scale(10**3, "k", "k"))
_ONE = _Scale(1, "", "")


@cache
def _locale(language: str) -> babel.Locale:
    import babel

    return babel.Locale.parse(_BABEL[language])


def _rounded(value: Decimal | float, decimals: int) -> Decimal:
    """Halves away from zero, as everywhere; Babel alone would round them to even."""
    exact = Decimal(str(value))
    return exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


def number(value: Decimal | float, language: str, decimals: int | None = None) -> str:
    """1 234,5 or 1,234.5: with as many decimals as it has, or exactly `decimals`."""
    from babel.numbers import format_decimal

    places = _places(value) if decimals is None else decimals
    return format_decimal(_rounded(value, places), _pattern(places), locale=_locale(language))


def percent(value: Decimal | float, language: str, decimals: int | None = 0) -> str:
    """0.385 as 38,5 % or 39%: with as many decimals as it has (None), or exactly `decimals`."""
    from babel.numbers import format_percent

    places = max(_places(value) - 2, 0) if decimals is None else decimals
    pattern = _pattern(places) + ("\u202f%" if language == "fr" else "%")
    return format_percent(_rounded(value, places + 2), pattern, locale=_locale(language))


def _places(value: Decimal | float) -> int:
    exponent = Decimal(str(value)).normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _pattern(places: int) -> str:
    return f"#,##0.{'0' * places}".rstrip(".")


def amount(
    value: Decimal | float, currency: str, language: str, decimals: int | None = None
) -> str:
    """1 234,50 € or €1,234.50, with the currency's own decimals unless told."""
    from babel.numbers import get_currency_precision

    places = get_currency_precision(currency) if decimals is None else decimals
    return _with_currency(_rounded(value, places), places, "", currency, language)


def short(value: Decimal | float, currency: str, language: str) -> str:
    """An amount as a title has it: 1,9 M€ or €1.9M, 620 k€ or €620k."""
    exact = Decimal(str(value))
    for scale in (_ONE, *reversed(_SCALES)):
        units = exact / scale.size
        places = 1 if scale.size > 1 and abs(units) < (100 if scale.size > 1000 else 10) else 0
        figure = _rounded(units, places)
        if abs(figure) < 1000:
            break
    return _with_currency(figure, places, scale.prefix(language), currency, language)


def _with_currency(figure: Decimal, places: int, prefix: str, currency: str, language: str) -> str:
    symbol = symbol_of(currency, language)
    if language == "fr":
        unit = f"{prefix}{_NO_BREAK if prefix and symbol.isalpha() else ''}{symbol}"
        return f"{number(figure, language, places)}{_NO_BREAK}{unit}"
    sign = "-" if figure < 0 else ""
    space = _NO_BREAK if symbol[-1].isalpha() else ""
    return f"{sign}{symbol}{space}{number(abs(figure), language, places)}{prefix}"


def symbol_of(currency: str, language: str) -> str:
    """€, £, $US; the code itself where there is no symbol."""
    from babel.numbers import get_currency_symbol

    return get_currency_symbol(currency, locale=_locale(language))


def unit_for(values: Iterable[Decimal | float], currency: str, language: str) -> tuple[int, str]:
    """What to divide the values of an axis by, and its unit: (1000000, "M€") or (1, "€")."""
    largest = max((abs(float(value)) for value in values), default=0.0)
    scale = next((scale for scale in _SCALES if largest >= scale.size), _ONE)
    prefix, symbol = scale.prefix(language), symbol_of(currency, language)
    space = _NO_BREAK if prefix and symbol.isalpha() else ""
    return (
        scale.size,
        f"{prefix}{space}{symbol}" if language == "fr" else f"{symbol}{space}{prefix}",
    )


def in_unit(figure: Decimal, size: int, currency: str, language: str, places: int) -> str:
    """A figure already divided by the `size` of `unit_for`, with that unit: 1,9 M€ or €1.9M."""
    scale = next((scale for scale in _SCALES if size == scale.size), _ONE)
    return _with_currency(figure, places, scale.prefix(language), currency, language)


def date(day: datetime.date, language: str) -> str:
    """31/12/2026, the day first in both languages, as dates are typed."""
    return f"{day:%d/%m/%Y}"


def long_date(day: datetime.date, language: str) -> str:
    """31 décembre 2026 or 31 December 2026."""
    first = language == "fr" and day.day == 1
    return _dated(day, "d'er' MMMM y" if first else "d MMMM y", language)


def month(day: datetime.date, language: str, short: bool = False) -> str:
    """mars 2026 or March 2026; short, févr. 2026 or Feb 2026."""
    return _dated(day, "LLL y" if short else "LLLL y", language)


def quarter(day: datetime.date, language: str) -> str:
    """T1 2026 or Q1 2026."""
    return _dated(day, "QQQ y", language)


def year(day: datetime.date, language: str) -> str:
    """2026."""
    return f"{day.year}"


def month_names(language: str) -> list[tuple[int, str]]:
    """(1, "janvier")… to (12, "décembre")."""
    from babel.dates import get_month_names

    return sorted(get_month_names("wide", "stand-alone", _locale(language)).items())


def weekday_names(language: str, short: bool = False) -> list[str]:
    """From "lundi" to "dimanche"; short, from "lun." to "dim.", or from "Mon" to "Sun"."""
    from babel.dates import get_day_names

    names = get_day_names("abbreviated" if short else "wide", "stand-alone", _locale(language))
    return [names[place] for place in range(7)]


def _dated(day: datetime.date, pattern: str, language: str) -> str:
    from babel.dates import format_date

    return format_date(day, pattern, locale=_locale(language))
