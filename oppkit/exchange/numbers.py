"""Read numbers and percentages as people and programs write them, exactly."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from oppkit.exchange.reasons import Reason

# Blanks of every width, the Swiss apostrophe, currency signs and codes say nothing about the value.
_IGNORED = re.compile(r"[\s'’€$£¥]|^[A-Z]{3}(?=[^A-Za-z])|(?<=[^A-Za-z])[A-Z]{3}$")
_SIGNED = re.compile(r"([-+−]?)\(?([0-9.,]+)\)?(-?)")
_PLAIN = re.compile(r"-?[0-9]+")
_EXPONENT = re.compile(r"-?[0-9]+(\.[0-9]+)?[eE][-+]?[0-9]{1,2}")
_PLACES = Decimal("0.0001")


def decimal_mark(texts: Iterable[Any]) -> str | None:
    """The decimal mark that these numbers prove, or None when they prove none or both."""
    proofs = Counter(mark for text in texts if isinstance(text, str) for mark in _proof(text))
    return next(iter(proofs)) if len(proofs) == 1 else None


def _proof(text: str) -> str:
    """The mark that this number can only be read with; "" where it proves nothing."""
    body = _IGNORED.sub("", text).strip("+-−()%")
    points, commas = body.count("."), body.count(",")
    if points and commas:
        return "." if body.rfind(".") > body.rfind(",") else ","
    if points + commas == 0:
        return ""
    mark = "." if points else ","
    if points + commas > 1:
        return "," if points else "."
    return mark if _only_decimal(body, mark) else ""


def _only_decimal(body: str, mark: str) -> bool:
    """A mark that cannot part thousands: not 1 to 3 digits before it and 3 after it."""
    before, after = body.split(mark)
    return len(after) != 3 or not 1 <= len(before) <= 3 or before.startswith("0")


def number(value: Any, mark: str | None, stated: bool = False) -> Decimal | Reason | None:
    """The exact number in a cell, None for an empty one, or the reason why it is none.

    `mark` is the decimal mark of the file. A number that can only be read with the other one is
    read so, unless the mapping has `stated` the mark.
    """
    if isinstance(value, str):
        return _from_text(value, mark, stated)
    if value is None or value != value:  # a missing float is not equal to itself
        return None
    if isinstance(value, bool):
        return Reason("not_a_number", values={"text": str(value).lower()})
    if isinstance(value, float):
        value = format(value, ".15g")  # what a spreadsheet shows; the digits after are noise
    try:
        return Decimal(value)
    except (ArithmeticError, TypeError, ValueError):
        return Reason("not_a_number", values={"text": str(value)})


def _from_text(text: str, mark: str | None, stated: bool) -> Decimal | Reason | None:
    text = text.strip()
    if not text:
        return None
    if _PLAIN.fullmatch(text):
        return Decimal(text)
    body = _IGNORED.sub("", text)
    if _EXPONENT.fullmatch(body):
        return Decimal(body)
    found = _SIGNED.fullmatch(body)
    if found is None or ("(" in body) != (")" in body):
        return Reason("not_a_number", values={"text": text})
    digits = _digits(found[2], mark, stated)
    if isinstance(digits, Reason):
        return Reason(digits.code, values={"text": text})
    negative = found[1] in ("-", "−") or found[3] == "-" or "(" in body
    return -Decimal(digits) if negative else Decimal(digits)


def _digits(body: str, mark: str | None, stated: bool) -> str | Reason:
    """Digits with at most a decimal point: thousands marks taken away, the decimal one replaced."""
    marks = set(body) & {".", ","}
    if not marks:
        return body
    used = mark if stated else (_proof(body) or mark)
    if used is None:
        return Reason("ambiguous_number")
    whole, _, part = body.partition(used)
    groups = "," if used == "." else "."
    grouped = re.fullmatch(rf"[0-9]{{1,3}}(\{groups}[0-9]{{2,3}})*\{groups}[0-9]{{3}}", whole)
    if (groups in whole and not grouped) or not re.fullmatch("[0-9]*", part):
        return Reason("not_a_number")
    whole = whole.replace(groups, "")
    if not whole and not part:
        return Reason("not_a_number")
    return f"{whole or '0'}.{part}" if part else whole


def in_percent(values: Iterable[Any], mark: str | None) -> bool:
    """Whether a column of probabilities is written 0 to 100: one without a % sign exceeds 1."""
    plain = (number(v, mark) for v in values if not (isinstance(v, str) and "%" in v))
    return any(isinstance(value, Decimal) and value > 1 for value in plain)


def probability(value: Any, mark: str | None, percent: bool) -> Decimal | Reason | None:
    """A probability from 0 to 1 with four decimals; `percent` says that 40 stands for 0.4."""
    as_written = str(value).strip()
    if isinstance(value, str) and "%" in value:
        value, percent = value.replace("%", "", 1), True
    read = number(value, mark)
    if isinstance(read, Reason):
        return Reason("not_a_percentage", values={"text": as_written})
    if read is None:
        return None
    read = read.scaleb(-2) if percent else read
    if not 0 <= read <= 1:
        return Reason("not_a_probability", values={"text": as_written})
    return read.quantize(_PLACES, ROUND_HALF_UP)
