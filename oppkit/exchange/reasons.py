"""Why a row is refused: a stable code, an English sentence, and the column to look at."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from pydantic import ValidationError

from oppkit import locale


@dataclass(frozen=True)
class Reason:
    """One thing that is wrong with a row. `column` is the file's heading, empty for a whole row.

    `code` is a key of [exchange] in the catalogues of `oppkit.locale`, or the type of an error of
    the model, which then stands in `error`.
    """

    code: str
    column: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    error: Mapping[str, Any] | None = None

    def at(self, column: str) -> Reason:
        """The same reason, for this column."""
        return replace(self, column=column)

    def __str__(self) -> str:
        return sentence(self, "en")

    def __hash__(self) -> int:
        return hash((self.code, self.column))


def sentence(reason: Reason, language: str) -> str:
    """The reason in words, after the heading of its column."""
    if reason.error is not None:
        words = locale.problem(reason.error, language)
    else:
        words = locale.text(f"exchange.{reason.code}", language, **reason.values)
    return f"{reason.column}: {words}" if reason.column else words


def from_validation(
    error: ValidationError, columns: Mapping[str, str], known: Container[str] = ()
) -> Iterator[Reason]:
    """Every error of a record as a reason; `columns` gives the file's heading for a field.

    Fields in `known` are left out: it was already said what is wrong with them.
    """
    for item in error.errors(include_url=False, include_input=False):
        path = ".".join(str(part) for part in item["loc"])
        name = str(item["loc"][0]) if item["loc"] else ""
        if name in known:
            continue
        yield Reason(str(item["type"]), columns.get(name) or path, error=item)
