"""Values as the reader of a sheet writes them; an empty text for what is unknown."""

from __future__ import annotations

import datetime
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import Enum
from typing import Any

from oppkit.locale import formats
from oppkit.locale.catalogue import entries, text
from oppkit.model.catalogue import Catalogue
from oppkit.model.money import decimals

_RIGHT_TO_LEFT = ("R", "AL")
_ISOLATE, _END = "\u2068", "\u2069"


@dataclass(frozen=True)
class Phrasing:
    """A language, a currency and the reference lists."""

    language: str
    currency: str
    catalogue: Catalogue

    def amount(self, value: Decimal | None) -> str:
        """With the decimals of the currency, or more where it has them: a price of 0,0035 €."""
        if value is None:
            return ""
        exponent = value.normalize().as_tuple().exponent
        places = -exponent if isinstance(exponent, int) else 0
        return formats.amount(
            value, self.currency, self.language, max(decimals(self.currency), places)
        )

    def number(self, value: Decimal | int | None) -> str:
        """With as many decimals as it has."""
        return "" if value is None else formats.number(value, self.language)

    def percent(self, value: Decimal | None) -> str:
        """0.055 as 5,5 %, with as many decimals as it has."""
        return "" if value is None else formats.percent(value, self.language, decimals=None)

    def day(self, day: datetime.date | None) -> str:
        """31 décembre 2026."""
        return "" if day is None else formats.long_date(day, self.language)

    def short_day(self, day: datetime.date | None) -> str:
        """31/12/2026, for tables."""
        return "" if day is None else formats.date(day, self.language)

    def months(self, count: int | None) -> str:
        """12 mois."""
        if count is None:
            return ""
        many = "one" if count == 1 else "many"
        return text(f"count.months_{many}", self.language, number=count)

    def within(self, currency: str) -> Phrasing:
        """The same in another currency."""
        return replace(self, currency=currency)

    def label(self, list_name: str, code: str | None) -> str:
        """The label of a value of a reference list."""
        return plain(self.catalogue.label(list_name, code, self.language))

    def choice(self, section: str, value: Enum | None) -> str:
        """A state, a recurrence, in words."""
        return "" if value is None else text(f"{section}.{value.value}", self.language)

    def words(self) -> dict[str, str]:
        """The fixed words of sheets."""
        known = entries(self.language)
        return {name: _typeset(known[f"sheet.{name}"]) for name in _names("sheet", known)}

    def labels(self) -> dict[str, str]:
        """The names of fields."""
        known = entries(self.language)
        return {name: _typeset(known[f"field.{name}"]) for name in _names("field", known)}


def _names(section: str, known: Iterable[str]) -> list[str]:
    return [name for found, _, name in (key.partition(".") for key in known) if found == section]


def _typeset(words: str) -> str:
    """With the apostrophe of print, which keyboards and catalogues lack."""
    return words.replace("'", "’")


def plain(text: str) -> str:
    """A person's text as it can be drawn: no control characters but line breaks.

    One with right-to-left letters keeps its own direction between the words around it.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    if text.isascii() and text.isprintable():
        return text
    kept = [sign for sign in text if sign == "\n" or unicodedata.category(sign) != "Cc"]
    if not any(unicodedata.bidirectional(sign) in _RIGHT_TO_LEFT for sign in kept):
        return "".join(kept)
    return "\n".join(
        f"{_ISOLATE}{line}{_END}" if line else "" for line in "".join(kept).split("\n")
    )


def raw_of(record: Any, names: Collection[str]) -> dict[str, Any]:
    """The plain values of some fields, as JSON has them: decimals as texts, so that none rounds."""
    found: dict[str, Any] = record.model_dump(mode="json", include=set(names))
    return found
