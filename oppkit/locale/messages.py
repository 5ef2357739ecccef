"""What is wrong, said in the language of the person who can put it right."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from oppkit.locale.catalogue import entries, text

if TYPE_CHECKING:
    from pydantic import ValidationError

# Kept as fractions, shown as percentages: their limits too.
_FRACTIONS = {"probability", "discount", "vat_rate"}
_SECTIONS = {"kind": "record", "outcome": "outcome", "state": "quote_state"}
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def problems(error: ValidationError, language: str) -> dict[str, list[str]]:
    """The sentences for each field of a refused record, by its path ("lines.0.amount").

    Rules of the model and of pydantic alike; what concerns no field stands under "". A problem
    that the catalogue lacks keeps its own English words.
    """
    found: dict[str, list[str]] = {}
    for item in error.errors(include_url=False, include_input=False):
        path = ".".join(str(step) for step in item["loc"])
        found.setdefault(path, []).append(problem(item, language))
    return found


def problem(item: Mapping[str, Any], language: str) -> str:
    """The sentence for one of pydantic's error items."""
    field = next((step for step in reversed(item["loc"]) if isinstance(step, str)), "")
    context = item.get("ctx") or {}
    shown = {name: _shown(value, field, language) for name, value in context.items()}
    words = entries(language)
    for key in (f"problem.{item['type']}_{field}", f"problem.{item['type']}"):
        if key in words:
            return words[key].format(**shown)
    return _with_dates(str(item["msg"]), language)


def _with_dates(message: str, language: str) -> str:
    """The model writes dates in ISO form: put them as the reader does."""
    return _DATE.sub(lambda found: _shown(found[0], "", language), message)


def _shown(value: Any, field: str, language: str) -> str:
    """A limit or a value of a message as the reader writes it."""
    from oppkit.locale import formats

    if isinstance(value, str) and _DATE.match(value):
        return formats.date(date.fromisoformat(value[:10]), language)
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return str(value)
    number = Decimal(str(value))
    if field in _FRACTIONS:
        return formats.percent(number, language, decimals=None)
    return formats.number(number, language)


def say(error: Exception, language: str) -> str:
    """An error a person can put right (`oppkit.UserError`) in `language`.

    Found by its `code`; one that the catalogue lacks keeps its own English words.
    """
    values = getattr(error, "values", {})
    key = f"error.{getattr(error, 'code', '')}"
    template = entries(language).get(key) or getattr(error, "template", None)
    if template is None:
        return str(error)
    return str(template).format(
        **{name: _word(name, value, language) for name, value in values.items()}
    )


def _word(name: str, value: Any, language: str) -> Any:
    """Kinds of records, outcomes, states and names of fields are words of ours too."""
    section = _SECTIONS.get(name)
    if section and f"{section}.{value}" in entries(language):
        words = text(f"{section}.{value}", language)
        return words.lower() if name == "state" else words
    if name == "done":
        return text(f"quote_done.{value}", language)
    if name == "fields":
        return ", ".join(_field(part, language) for part in str(value).split(", "))
    return value


def _field(name: str, language: str) -> str:
    return entries(language).get(f"field.{name}", name)
