"""The weekly review: the pipeline, what moved in it, targets, and what wants attention."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from oppkit import locale
from oppkit.attention import REASONS, Attention
from oppkit.documents.bars import Bar
from oppkit.documents.content.phrasing import plain
from oppkit.documents.review import Figure, Grid, Review, Section
from oppkit.forecasting import Forecast
from oppkit.locale import formats
from oppkit.model import Establishment
from oppkit.movements import Movement
from oppkit.targets import Attainment
from oppkit.workbench import Workbench

_MOST = 10  # rows of one reason, and of what moved: the rest is counted
_STANDS = ("opening", "closing")


def weekly(workbench: Workbench, language: str | None = None) -> Review:
    """The review of the week since last Monday, in a language (default: that of the screens)."""
    tongue = language or locale.language()
    today = workbench.today
    told = _Told(workbench, tongue)
    since = monday_before(today) - timedelta(days=1)
    moved = workbench.movement(since, labels=tongue)
    expected = workbench.forecast(["month"])
    attention = workbench.attention(language=tongue)
    [firm] = workbench.targets.attainments()
    monday = formats.long_date(since + timedelta(days=1), tongue)
    subtitle = told.say("subtitle", since=monday, until=formats.long_date(today, tongue))
    return Review(
        f"oppkit-{today.isoformat()}", tongue, told.say("title"), subtitle,
        plain(workbench.quotes.firm.name), today,
        told.figures(expected, moved, attention, firm),
        [
            told.forecast(expected), told.movement(moved, monday), told.targets(),
            told.attention(attention),
        ],
    )  # fmt: skip


def monday_before(day: date) -> date:
    """The last Monday before a day: on a Monday, that of the week that has ended."""
    return day - timedelta(days=day.weekday() or 7)


@dataclass(frozen=True)
class _Told:
    """Puts figures into words."""

    workbench: Workbench
    language: str

    def figures(
        self, expected: Forecast, moved: Movement, attention: Attention, firm: Attainment
    ) -> list[Figure]:
        """What one looks at first."""
        closing = _part(moved, "closing")
        gross, opening = closing["amount"], _part(moved, "opening")["amount"]
        change = self.short(gross - opening, moved.currency, signed=True)
        kept = expected.reconciliation[expected.reconciliation["part"] == "in_horizon"]
        weighted = kept["weighted_amount"].iloc[0]
        quarter = formats.quarter(firm.aim[1], self.language)
        return [
            Figure(self.say("expected"), self.short(weighted, expected.currency),
                   self.say("expected_note", months=expected.months)),
            Figure(self.say("pipeline"), self.short(gross, moved.currency),
                   self.say("pipeline_note", change=change)),
            Figure(self.say("won", quarter=quarter), self.short(firm.won, firm.currency),
                   self._attained(firm)),
            Figure(self.say("attention"), formats.number(attention.opportunities, self.language),
                   self.say("attention_note")),
        ]  # fmt: skip

    def forecast(self, expected: Forecast) -> Section:
        """Month by month, gross and weighted, with what the forecast leaves out."""
        rows = expected.rows.astype(object).to_dict("records")
        bars = [
            Bar(
                formats.month(row["month"], self.language, short=True),
                _length(row["weighted_amount"]), _length(row["amount"]),
                self.short(row["weighted_amount"], expected.currency),
            )
            for row in rows
        ]  # fmt: skip
        body = [
            [formats.month(row["month"], self.language), *self._counted(row, expected.currency)]
            for row in rows
        ]
        parts = [
            [self._word("part", row["part"]), *self._counted(row, expected.currency)]
            for row in expected.reconciliation.astype(object).to_dict("records")
            if row["opportunities"]
        ]
        heads = self._heads()
        return Section(
            self.say("forecast"), self.say("forecast_note"), bars, self.say("forecast_alt"),
            [
                Grid([self.say("month"), *heads], body),
                Grid([self.say("part"), *heads], parts, title=self.say("reconciliation")),
            ],
        )  # fmt: skip

    def movement(self, moved: Movement, since: str) -> Section:
        """From the opening to the closing, and the largest steps between."""
        rows = [
            row for row in moved.rows.astype(object).to_dict("records")
            if row["opportunities"] or row["part"] in _STANDS
        ]  # fmt: skip
        body = [
            [self._word("movement_part", row["part"]), *self._counted(row, moved.currency)]
            for row in rows
        ]
        details = moved.details.astype(object).to_dict("records")
        largest = sorted(
            details, key=lambda row: (-abs(row["amount"]), -abs(row["weighted_amount"]))
        )
        steps = [
            [plain(f"{row['code']} {row['name']}"), self._word("movement_part", row["part"]),
             *self._sums(row, moved.currency)]
            for row in largest[:_MOST]
        ]  # fmt: skip
        grids = [Grid([self.say("part"), *self._heads()], body[:-1], foot=body[-1])]
        if steps:
            heads = [self.say("opportunity"), self.say("part"), *self._heads()[1:]]
            grids.append(Grid(heads, steps, words=2, title=self.say("largest")))
        return Section(self.say("movement"), self.say("movement_note", since=since), grids=grids)

    def targets(self) -> Section:
        """The quarter of the firm, and of the owners and establishments that have a target."""
        targets = self.workbench.targets
        [firm] = targets.attainments()
        others = [
            one for by in ("owner_id", "establishment") for one in targets.attainments(by=by)
            if one.set is not None and one.set.amount is not None
        ]  # fmt: skip
        people = {row["id"]: row["name"] for row in
                  self.workbench.directory.employees(limit=None).rows}  # fmt: skip
        lists = self.workbench.catalogue()
        rows = [[self.say("firm"), *self._attainment(firm)]]
        for one in others:
            _, _, owner_id, establishment = one.aim
            name = people[owner_id] if owner_id else lists.label(
                Establishment.list_name, establishment, self.language
            )  # fmt: skip
            rows.append([plain(name), *self._attainment(one)])
        heads = [locale.text(f"targets.{name}", self.language) for name in (
            "by", "target", "won", "attained", "gap", "open", "coverage",
        )]  # fmt: skip
        heads.append(locale.text("field.committed", self.language))
        quarter = formats.quarter(firm.aim[1], self.language)
        note = plain(firm.call.note) if firm.call else ""
        return Section(self.say("targets", quarter=quarter), note, grids=[Grid(heads, rows)])

    def attention(self, found: Attention) -> Section:
        """The reasons that there are, each with its largest opportunities."""
        heads = [self.say("opportunity"), self.say("why"), self.say("amount")]
        grids = []
        for reason in REASONS:
            rows = found.of(reason)
            if rows:
                count = formats.number(len(rows), self.language)
                title = f"{locale.text(f'attention.{reason}', self.language)} ({count})"
                body = [self._looked_at(row) for row in rows[:_MOST]]
                grids.append(Grid(heads, body, words=2, title=title))
        note = self.say("attention_most", most=_MOST) if grids else self.say("attention_none")
        return Section(self.say("attention"), note, grids=grids)

    # -- in words --------------------------------------------------------------------------------

    def say(self, key: str, **values: object) -> str:
        """The words under a key of the review."""
        return locale.text(f"review.{key}", self.language, **values)

    def amount(self, value: Any, currency: str) -> str:
        """Without decimals; a dash for what is unknown."""
        if value is None or value != value:
            return "–"
        return formats.amount(value, currency, self.language, 0)

    def short(self, value: Any, currency: str, signed: bool = False) -> str:
        """1,9 M€; with a sign for a change."""
        if value is None or value != value:
            return "–"
        plus = "+" if signed and value > 0 else ""
        return plus + formats.short(value, currency, self.language)

    def _heads(self) -> list[str]:
        names = ("opportunities", "amount", "weighted_amount")
        return [locale.text(f"measure.{name}", self.language) for name in names]

    def _counted(self, row: Mapping[Any, Any], currency: str) -> list[str]:
        number = formats.number(int(row["opportunities"]), self.language)
        return [number, *self._sums(row, currency)]

    def _sums(self, row: Mapping[Any, Any], currency: str) -> list[str]:
        return [self.amount(row[name], currency) for name in ("amount", "weighted_amount")]

    def _word(self, section: str, name: str) -> str:
        return locale.text(f"{section}.{name}", self.language)

    def _attained(self, one: Attainment) -> str:
        if one.target is None or one.attained is None:
            return self.say("no_target")
        share = formats.percent(one.attained, self.language)
        return self.say("won_note", share=share, target=self.short(one.target, one.currency))

    def _attainment(self, one: Attainment) -> list[str]:
        shares = [
            "–" if share is None else formats.percent(share, self.language)
            for share in (one.attained, one.coverage)
        ]
        amounts = [
            self.amount(value, one.currency) for value in (one.target, one.won, one.gap, one.open)
        ]
        call = one.call
        committed = self.amount(call.committed, call.currency) if call else "–"
        return [*amounts[:2], shares[0], *amounts[2:], shares[1], committed]

    def _looked_at(self, row: Mapping[str, Any]) -> list[str]:
        who = [row["code"], row["customer"], row["owner"]]
        name = f"{row['name']} ({', '.join(part for part in who if part)})"
        return [plain(name), row["told"], self.amount(row["amount"], row["currency"])]


def _part(moved: Movement, name: str) -> Mapping[str, Decimal]:
    rows: Sequence[Any] = moved.rows[moved.rows["part"] == name].to_dict("records")
    return rows[0]  # type: ignore[no-any-return]


def _length(value: Any) -> float:
    return 0.0 if value is None or value != value else float(value)
