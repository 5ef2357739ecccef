"""Kinds of text a field may hold."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError


def _printable(value: str) -> str:
    """Refuse control characters: a code or a name is one line, in a list, an address or a file."""
    # The first test is there for its speed; it also fails on harmless characters.
    if not value.isprintable() and any(
        unicodedata.category(character) == "Cc" for character in value
    ):
        raise PydanticCustomError(
            "control_character", "Remove the line breaks and control characters."
        )
    return value


def _storable(value: str) -> str:
    """Long texts have line breaks, but no database keeps the character zero."""
    if "\0" in value:
        raise PydanticCustomError(
            "control_character", "Remove the line breaks and control characters."
        )
    return value


def folded(*parts: str | None) -> str:
    """The text that searches compare: lower case, no accents, single spaces."""
    text = " ".join(part for part in parts if part)
    decomposed = unicodedata.normalize(
        "NFKD", text.casefold().replace("œ", "oe").replace("æ", "ae")
    )
    return " ".join("".join(c for c in decomposed if not unicodedata.combining(c)).split())


def code_for(label: str, taken: Collection[str]) -> str:
    """A code like the label, "new_business", with a number where that is taken.

    Nothing for a label without letters and digits.
    """
    start = re.sub(r"[^a-z0-9]+", "_", folded(label)).strip("_")[:36]
    codes = (f"{start}_{number}" if number else start for number in range(len(taken) + 1))
    return next(code for code in codes if code not in taken) if start else ""


def searchable(*parts: str | None) -> str:
    """What lists search in and sort by: a folded line for each part, the name first, then the code.

    Compared byte by byte it puts Énergie beside Energie. No folded text holds a line break, which
    comes before all that one holds: "Acme" with its code stands before "Acme Sud".
    """
    return "\n".join(folded(part) for part in parts)


Code = Annotated[str, Field(min_length=1, max_length=40), AfterValidator(_printable)]
ShortCode = Annotated[str, Field(min_length=1, max_length=10), AfterValidator(_printable)]
Name = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_printable)]
Words = Annotated[str, Field(max_length=200), AfterValidator(_printable)]
Prose = Annotated[str, Field(max_length=20_000), AfterValidator(_storable)]
Email = Annotated[str, Field(pattern=r"^[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;]+$", max_length=254)]
