"""Numbers, percentages, dates and times as people type them, read in their language.

Each returns None for an empty text and raises `NotUnderstood`, whose sentence says what to type.
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from decimal import Decimal

from oppkit.locale.catalogue import text

_DAY_FIRST = re.compile(r"(\d{1,2})[/. -](\d{1,2})[/. -](\d{4}|\d{2})")
_DAY_WORD = re.compile(r"(\d{1,2})(?:er)?\s+([^\W\d]+)\.?\s+(\d{4}|\d{2})")
_YEAR_FIRST = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_TIME = re.compile(r"(\d{1,2})(?:[:h.]?(\d{2})|[:h])?(am|pm)?")
_DIGITS = re.compile(r"[+-]?\d+(?:\.\d+)?|[+-]?\.\d+")
_IN_THREES = {sign: re.compile(rf"[+-]?\d{{1,3}}(?:\{sign}\d{{3}})+") for sign in ",."}


class NotUnderstood(ValueError):
    """A typed text that cannot be read; `type` is the problem's key in the catalogues."""

    def __init__(self, problem: str, language: str) -> None:
        self.type = problem
        super().__init__(text(f"input.{problem}", language))


def parse_decimal(typed: str, language: str) -> Decimal | None:
    """1 234,50 or 1,234.50 or 1234.5, with or without a currency symbol or code around it.

    Where both signs occur the last one is the decimal sign. Alone, a comma groups thousands in
    English when three digits follow it, and is a decimal sign otherwise.
    """
    plain = _without_currency(_simplified(typed))
    if not plain:
        return None
    digits = _with_decimal_point(plain, language)
    if not _DIGITS.fullmatch(digits):
        raise NotUnderstood("decimal_parsing", language)
    return Decimal(digits)


def parse_percent(typed: str, language: str) -> Decimal | None:
    """40 or 40 % or 12,5 %, as the fraction 0.40 or 0.125. The sign may be left out."""
    plain = _simplified(typed).removesuffix("%")
    try:
        value = parse_decimal(plain, language)
    except NotUnderstood:
        raise NotUnderstood("percent_parsing", language) from None
    return None if value is None else value / 100


def parse_date(typed: str, language: str) -> datetime.date | None:
    """31/12/2026, 31.12.26, 31 décembre 2026 or 2026-12-31: the day first, unless the year is."""
    words = " ".join(typed.split()).lower()
    if not words:
        return None
    try:
        if found := _YEAR_FIRST.fullmatch(words):
            year, month, day = (int(part) for part in found.groups())
        elif found := _DAY_FIRST.fullmatch(words):
            day, month, year = (int(part) for part in found.groups())
        elif found := _DAY_WORD.fullmatch(words):
            day, month, year = int(found[1]), _month(found[2], language), int(found[3])
        else:
            raise ValueError
        return datetime.date(year + 2000 if year < 100 else year, month, day)
    except ValueError:
        raise NotUnderstood("date_parsing", language) from None


def parse_time(typed: str, language: str) -> datetime.time | None:
    """14:30, 14h30, 14.30, 14h, 1430, 2:30 pm."""
    words = _simplified(typed).lower()
    if not words:
        return None
    found = _TIME.fullmatch(words)
    try:
        if found is None:
            raise ValueError
        hour, minute, half = int(found[1]), int(found[2] or 0), found[3]
        if half and not 1 <= hour <= 12:
            raise ValueError
        hour = hour % 12 + (12 if half == "pm" else 0) if half else hour
        return datetime.time(hour, minute)
    except ValueError:
        raise NotUnderstood("time_parsing", language) from None


def _simplified(typed: str) -> str:
    """Without spaces or apostrophes of any kind, with the plain minus sign."""
    kept = (sign for sign in typed if not sign.isspace() and sign not in "'’")
    return "".join(kept).replace("\u2212", "-")


def _without_currency(plain: str) -> str:
    """Without a currency's symbol or three letters, before or after the figure."""
    signs = (sign for sign in plain if unicodedata.category(sign) != "Sc")
    return re.sub(r"^([+-]?)[A-Z]{3}(?=\d)|(?<=\d)[A-Z]{3}$", r"\1", "".join(signs))


def _with_decimal_point(plain: str, language: str) -> str:
    comma, point = plain.rfind(","), plain.rfind(".")
    if comma >= 0 and point >= 0:
        grouping = "," if comma < point else "."
        # Thousands that are not in threes are no thousands: better ask than guess.
        if not _IN_THREES[grouping].fullmatch(plain[: max(comma, point)]):
            return plain
        return plain.replace(grouping, "").replace(",", ".")
    sign = "," if comma >= 0 else "."
    thousands = plain.count(sign) > 1 or (sign == "," and language == "en")
    if thousands and _IN_THREES[sign].fullmatch(plain):
        return plain.replace(sign, "")
    return plain.replace(",", ".")


def _month(word: str, language: str) -> int:
    """The number of a month by its name or the beginning of it. Raises ValueError."""
    from oppkit.locale.formats import month_names

    wanted = _bare(word)
    found = [place for place, name in month_names(language) if _bare(name).startswith(wanted)]
    if len(found) != 1:
        raise ValueError(word)
    return found[0]


def _bare(word: str) -> str:
    decomposed = unicodedata.normalize("NFKD", word.lower())
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign))
