"""Codes of reference lists from the texts of a file: found by code or label, created on demand."""

from __future__ import annotations

import re
from typing import Any

from oppkit.exchange.reasons import Reason
from oppkit.exchange.rules import Rule
from oppkit.exchange.sheet import compact
from oppkit.model.catalogue import (
    LISTS,
    Catalogue,
    OriginKind,
    Pricing,
    Reference,
    Subfamily,
)
from oppkit.model.texts import folded

CODE_LENGTH = 40


class Labels:
    """The values of one list, those met in the file included."""

    def __init__(self, list_name: str, catalogue: Catalogue) -> None:
        self._kind = LISTS[list_name]
        self._values: dict[str, Reference] = {v.code: v for v in catalogue.all(self._kind)}
        self._by_label: dict[tuple[str, str], str] = {}
        self.created: dict[str, Reference] = {}
        for value in self._values.values():
            self._index(value)

    def code(self, text: str, rule: Rule, family: str | None = None) -> str | Reason | None:
        """The code for a text: by code, then by label in any language; a new one if the rule says.

        A subfamily is looked for in `family`, where that is known.
        """
        found = self._found(text, rule, family)
        if found is not None:
            return found
        if rule.unknown == "create" and (self._kind is not Subfamily or family):
            return self._create(text, rule, family or "")
        if rule.unknown == "empty":
            return None
        return Reason("unknown_value", values={"list": self._kind.list_name, "text": text})

    def of(self, text: Any, rule: Rule, family: Any = None) -> Any:
        """The code for a cell; None and reasons stay what they are."""
        known_family = family if isinstance(family, str) else None
        return self.code(text, rule, known_family) if isinstance(text, str) else text

    def get(self, code: str) -> Reference | None:
        """The value under this code, a created one too."""
        return self._values.get(code)

    def _found(self, text: str, rule: Rule, family: str | None) -> str | None:
        exact = self._values.get(text)
        if exact is not None and (family is None or _family(exact) in ("", family)):
            return text
        if rule.match == "code":
            return None
        return self._by_label.get((family or "", compact(text)))

    def _create(self, text: str, rule: Rule, family: str) -> str | Reason:
        code = text if rule.match == "code" else self._free(text)
        extras: dict[str, dict[str, Any]] = {
            "origin_type": {"kind": OriginKind.CAMPAIGN},
            "sale_type": {"pricing": Pricing.UNIT},
            "subfamily": {"family": family},
        }
        extra = extras.get(self._kind.list_name, {})
        if len(code) > CODE_LENGTH or len(text) > 200:
            return Reason("unknown_value", values={"list": self._kind.list_name, "text": text})
        rank = max((value.rank for value in self._values.values()), default=0) + 10
        label = {"label_fr": text, "label_en": text}
        value = self._kind.model_validate({"code": code, "rank": rank} | label | extra)
        self._values[code] = self.created[code] = value
        self._index(value)
        return code

    def _free(self, text: str) -> str:
        """A code that reads like the label and is not taken."""
        base = re.sub(r"\W+", "_", folded(text)).strip("_")[: CODE_LENGTH - 4] or "value"
        code, count = base, 2
        while code in self._values:
            code, count = f"{base}_{count}", count + 1
        return code

    def _index(self, value: Reference) -> None:
        for text in (value.code, value.label_fr, value.label_en):
            for family in {_family(value), ""}:
                self._by_label.setdefault((family, compact(text)), value.code)


def _family(value: Reference) -> str:
    return value.family if isinstance(value, Subfamily) else ""
