"""How likely each opportunity is to be signed: as entered, and by what happened before.

    found = workbench.signing()
    found.rows          # both chances, the gap between them, and why
    found.findings      # the same in sentences
    found.reasons("OPP-2026-0001")

The entered probability is never overwritten: where the two differ, one of them can be argued with.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from oppkit import locale
from oppkit.answers import Answer, known_dimensions, records
from oppkit.locale import formats, text
from oppkit.model.errors import UserError
from oppkit.reasons import Reasons

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from oppkit.analysis.signing.model import Model
    from oppkit.analysis.snapshot import Snapshot

FAR_APART = 0.2  # of entered and learnt chances, from which the gap is a finding
_PLACES = 4  # of a chance
_PRIOR_COUNTS = 0.05
_MONTHS = 12  # of a forecast, of which an opportunity is a part
_SHOWN = ("id", "code", "name", "customer", "owner", "status", "expected_signature", "amount")
_FACTS = (
    "customer", "owner", "status", "expected_signature", "amount", "probability", "establishment",
    "sector", "family", "subfamily", "origin_type",
)  # fmt: skip


class NotAmongThese(UserError):
    """An opportunity about which nothing is said."""

    code = "not_among_these"
    template = "{code} is not among the open opportunities that were asked about."


@dataclass(frozen=True)
class Signing(Answer):
    """`rows`: an open opportunity each, those first whose amount the gap moves most.

    A pandas frame with `id`, `code`, `name`, `customer`, `owner`, `status`, `expected_signature`,
    `amount` (a decimal in `currency`), `entered` (the probability, nan where none is), `chance` (to
    be won in the end, learnt from what happened), `gap` (chance − entered), `gap_amount` (what the
    gap makes of the amount), `month` (the first day of that by the end of which half of the chance
    to be signed is used up; none where it is more than two years ahead) and `why`, in words.
    """

    as_of: date
    currency: str
    language: str
    rows: pd.DataFrame
    model: Model = field(repr=False, compare=False)
    _reasons: Reasons = field(repr=False, compare=False)
    _places: Mapping[str, int] = field(repr=False, compare=False)

    @property
    def closed(self) -> int:
        """How many closed opportunities it was learnt from."""
        return self.model.closed

    def reasons(self, code: str) -> pd.DataFrame:
        """All that makes the chance of one opportunity another one than the average of the open.

        `factor`, `effect` (on the logit of the chance: +0.7 doubles the odds, −0.7 halves them) and
        `told`, the strongest first. Raises `NotAmongThese`.
        """
        import pandas as pd

        if code not in self._places:
            raise NotAmongThese(code=code)
        found = self._reasons.of(self._places[code])
        rows = [(reason.factor, round(reason.effect, _PLACES), reason.told) for reason in found]
        return pd.DataFrame(rows, columns=["factor", "effect", "told"])

    @property
    def findings(self) -> list[str]:
        """What stands out, in sentences: learnt from what, both sums, and who is far apart."""
        return [self._learnt(), *self._sums(), *self._gaps()]

    def as_json(self) -> str:
        """Rows and findings as a JSON text; amounts are strings."""
        content = {
            "as_of": self.as_of.isoformat(), "currency": self.currency, "closed": self.closed,
            "prior": round(self.model.prior, _PLACES), "findings": self.findings,
            "rows": records(self.rows),
        }  # fmt: skip
        return json.dumps(content, ensure_ascii=False, indent=1)

    # -- inside ----------------------------------------------------------------------------------

    def _say(self, key: str, **values: str) -> str:
        return text(f"signing.{key}", self.language, **values)

    def _count(self, key: str, number: int) -> str:
        many = "one" if number == 1 else "many"
        figure = formats.number(number, self.language)
        return text(f"count.{key}_{many}", self.language, number=figure)

    def _learnt(self) -> str:
        share = formats.percent(self.model.explanation.share, self.language)
        closed, prior = self._count("closed", self.closed), self.model.prior
        if prior < _PRIOR_COUNTS:
            return self._say("learnt", closed=closed, share=share)
        weight = formats.percent(prior, self.language)
        return self._say("few", closed=closed, share=share, prior=weight)

    def _sums(self) -> Iterator[str]:
        both = self.rows[self.rows["entered"].notna() & self.rows["amount"].notna()]
        if both.empty:
            yield self._say("nobody")
            return
        entered, chance = (
            float((both["amount"].astype(float) * both[name]).sum())
            for name in ("entered", "chance")
        )
        told = {
            "entered": formats.short(entered, self.currency, self.language),
            "chance": formats.short(chance, self.currency, self.language),
        }
        part = chance / entered - 1 if entered else 0.0
        percent = formats.percent(abs(part), self.language)
        if abs(part) < 0.005:
            yield self._say("same", **told)
        else:
            yield self._say("more" if part > 0 else "less", part=percent, **told)

    def _gaps(self) -> Iterator[str]:
        high, low = (self.rows["gap"] <= -FAR_APART).sum(), (self.rows["gap"] >= FAR_APART).sum()
        if high or low:
            below = formats.number(int(low), self.language)
            yield self._say("gaps", high=self._count("are", int(high)), low=below)


def signing(
    snapshot: Snapshot, model: Model, where: Mapping[str, Any] | None = None,
    language: str | None = None,
) -> Signing:  # fmt: skip
    """Of the open opportunities of a snapshot, by the signing model of its day.

    Raises `NoSuchDimension` for a condition on something that is no dimension.
    """
    import pandas as pd

    tongue = language or locale.language()
    with known_dimensions():
        frame = _open(snapshot, where, tongue)
    place = {deal: at for at, deal in enumerate(model.deals.tolist())}
    frame = frame[frame["id"].isin(place)].reset_index(drop=True)
    at = [place[deal] for deal in frame["id"].tolist()]
    reasons = Reasons(
        model.explanation, _facts(frame, at, len(place)), snapshot.as_of, snapshot.currency, tongue
    )
    rows = frame[list(_SHOWN)].assign(
        entered=frame["probability"].astype(float), chance=model.won[at].round(_PLACES)
    )
    rows["gap"] = (rows["chance"] - rows["entered"]).round(_PLACES)
    moved = _moved(rows["amount"].tolist(), rows["gap"].tolist(), snapshot.decimals)
    rows = rows.assign(
        gap_amount=pd.Series(moved, dtype=object), month=_half_used(model, at),
        why=[reasons.told(one) for one in at],
    )  # fmt: skip
    size = rows["gap_amount"].astype(float).abs().fillna(-1.0)
    rows = rows.loc[size.sort_values(ascending=False, kind="stable").index].reset_index(drop=True)
    places = dict(zip(frame["code"].tolist(), at, strict=True))
    return Signing(
        snapshot.as_of, snapshot.currency, tongue, rows, model, reasons, places
    )  # fmt: skip


def _open(snapshot: Snapshot, where: Mapping[str, Any] | None, language: str) -> pd.DataFrame:
    """What is shown of the open opportunities, with labels in place of codes, by code."""
    from oppkit.analysis.labels import LISTED, labelled
    from oppkit.analysis.selection import opportunities

    columns = dict.fromkeys((*_SHOWN, *_FACTS))
    table = opportunities(snapshot, where, _MONTHS).select(*columns)
    named = labelled(snapshot, table, {name: name for name in columns if name in LISTED}, language)
    found: pd.DataFrame = named.order_by("code").to_pandas()
    return found


def _facts(frame: pd.DataFrame, at: list[int], count: int) -> tuple[dict[Any, Any], ...]:
    """Of all rows of the model in its order; those that were not asked about stay empty."""
    facts: list[dict[Any, Any]] = [{} for _ in range(count)]
    shown = frame[list(_FACTS)].astype(object).where(frame[list(_FACTS)].notna(), None)
    for place, fact in zip(at, shown.to_dict("records"), strict=True):
        day = fact["expected_signature"]
        facts[place] = fact | {"expected_signature": day.date() if hasattr(day, "date") else day}
    return tuple(facts)


def _moved(amounts: list[Any], gaps: list[float], places: int) -> list[Decimal | None]:
    """Amount × gap, rounded; None where either is missing."""
    step = Decimal(1).scaleb(-places)
    return [
        None if amount is None or amount != amount or gap != gap
        else (amount * Decimal(str(gap))).quantize(step)
        for amount, gap in zip(amounts, gaps, strict=True)
    ]  # fmt: skip


def _half_used(model: Model, at: list[int]) -> np.ndarray[Any, Any]:
    """The month in which the chance to have been signed first reaches half of that of the end."""
    import numpy as np

    reached = np.cumsum(model.chances[at], axis=1) >= model.won[at, None] / 2
    months = np.array([*model.months, None], dtype="datetime64[s]")
    found: np.ndarray[Any, Any] = months[np.where(reached.any(axis=1), reached.argmax(axis=1), -1)]
    return found
