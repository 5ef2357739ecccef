"""Why the chance of an opportunity is what it is, in words that a manager can argue with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from oppkit.locale import formats, text

if TYPE_CHECKING:
    from oppkit.analysis.signing.explanation import Explanation

_LEAST = 0.1  # logits: less moves a chance of 50 % by two points
_TOLD = 3  # reasons on either side
_DAYS = ("age", "stay", "silence")


@dataclass(frozen=True)
class Reason:
    """One thing known of an opportunity: its `effect` on the logit of the chance, and in words.

    An effect of +0.7 doubles the odds against those of the average open opportunity, one of −0.7
    halves them.
    """

    factor: str
    effect: float
    told: str


@dataclass(frozen=True)
class Reasons:
    """The reasons of many opportunities: `facts` are what is shown of each, in their order.

    A fact has `status`, `probability`, `expected_signature`, `amount`, and the names of owner,
    customer, establishment, sector, family, subfamily and origin.
    """

    explanation: Explanation
    facts: tuple[dict[Any, Any], ...]
    as_of: date
    currency: str
    language: str

    def of(self, place: int) -> list[Reason]:
        """All of one opportunity, the strongest first."""
        effects = zip(
            self.explanation.factors, self.explanation.effects[place].tolist(), strict=True
        )
        found = [Reason(name, effect, self._told(name, place)) for name, effect in effects]
        return sorted(found, key=lambda reason: -abs(reason.effect))

    def told(self, place: int) -> str:
        """The strongest ones in two sentences: what speaks for it, and what against."""
        effects = self.explanation.effects[place]
        sentences = list(self._sides(place, effects.tolist()))
        return " ".join(sentences) or text("signing_why.average", self.language)

    # -- inside ----------------------------------------------------------------------------------

    def _sides(self, place: int, effects: list[float]) -> Iterator[str]:
        """Only what is told is put into words: there may be many opportunities."""
        for side, sign in (("for", 1), ("against", -1)):
            strong = [(sign * effect, factor) for factor, effect in
                      zip(self.explanation.factors, effects, strict=True)]  # fmt: skip
            chosen = sorted((pair for pair in strong if pair[0] > _LEAST), reverse=True)[:_TOLD]
            if chosen:
                between = text("signing_why.between", self.language)
                reasons = between.join(self._told(factor, place) for _, factor in chosen)
                yield text(f"signing_why.{side}", self.language, reasons=reasons)

    def _told(self, factor: str, place: int) -> str:
        key, values = self._worded(factor, place)
        return text(f"signing_why.{key}", self.language, **values)

    def _worded(self, factor: str, place: int) -> tuple[str, dict[str, str]]:
        """The key of the words, and what is put into them."""
        if factor in _DAYS:
            return self._elapsed(factor, self.explanation.values[factor][place])
        if factor == "pushes":
            return self._pushed(self.explanation.values[factor][place])
        if factor == "expected":
            return self._expected(self.facts[place]["expected_signature"])
        if factor == "together":
            return factor, {}
        value = self.facts[place][factor]
        if value is None:
            return f"{factor}_none", {}
        return factor, self._named(factor, value, place)

    def _named(self, factor: str, value: Any, place: int) -> dict[str, str]:
        if factor == "probability":
            return {"value": formats.percent(value, self.language, decimals=None)}
        if factor == "amount":
            return {"value": formats.short(value, self.currency, self.language)}
        shares = self.explanation.shares.get(factor)
        share = self.explanation.share if shares is None else float(shares[place])
        return {"value": str(value), "share": formats.percent(share, self.language)}

    def _elapsed(self, factor: str, days: float) -> tuple[str, dict[str, str]]:
        if days != days:  # nan: since when is not known
            return f"{factor}_none", {}
        if days < 1:
            return f"{factor}_today", {}
        return factor, {"days": self._days(int(days))}

    def _pushed(self, times: float) -> tuple[str, dict[str, str]]:
        if times != times:  # nan: not recorded
            return "pushes_none", {}
        key = ("pushes_never", "pushes_once")[int(times)] if times < 2 else "pushes"
        return key, {"times": str(int(times))}

    def _expected(self, day: date | None) -> tuple[str, dict[str, str]]:
        if day is None:
            return "expected_none", {}
        if day < self.as_of:
            return "expected_past", {"days": self._days((self.as_of - day).days)}
        return "expected", {"month": formats.month(day, self.language)}

    def _days(self, number: int) -> str:
        many = "one" if number == 1 else "many"
        figure = formats.number(number, self.language)
        return text(f"count.days_{many}", self.language, number=figure)
