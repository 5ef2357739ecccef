"""Targets of a period, what has come of them, and the manager's own calls beside what happened."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from oppkit.model.catalogue import Establishment
from oppkit.model.money import rounded_product
from oppkit.model.target import Aim, Aimed, Call, PeriodKind, Target, TargetStands, share
from oppkit.store import references

if TYPE_CHECKING:
    import pandas as pd

    from oppkit.analysis.snapshot import Snapshot
    from oppkit.desk import Desk
    from oppkit.store.session import Row, Session

By = Literal["firm", "owner_id", "establishment"]
A = TypeVar("A", bound=Aimed)
Rates = Mapping[str, Decimal]


@dataclass(frozen=True)
class Attainment:
    """A target and what has come of it, in `currency`; `call` is the latest, as it was said.

    `set` is the target as it was typed, `target` its amount in `currency` (None without a rate).
    `open` and `weighted` are what is still expected in the period; `unvalued` opportunities are in
    no sum, for want of an amount or a probability.
    """

    aim: Aim
    currency: str
    set: Target | None
    target: Decimal | None
    won: Decimal
    open: Decimal
    weighted: Decimal
    unvalued: int
    call: Call | None
    over: bool

    @property
    def gap(self) -> Decimal | None:
        """What is still to be won; negative where the target is exceeded."""
        return None if self.target is None else self.target - self.won

    @property
    def attained(self) -> Decimal | None:
        """Won ÷ target."""
        return share(self.won, self.target)

    @property
    def coverage(self) -> Decimal | None:
        """Open pipeline ÷ gap; None where nothing is to be won any more."""
        return share(self.open, self.gap)


@dataclass(frozen=True)
class Outcome:
    """A call and what happened: `won` in its period so far, in `currency`.

    `committed` and `best_case` are those of the call in `currency`; None without a rate for it.
    """

    call: Call
    currency: str
    committed: Decimal | None
    best_case: Decimal | None
    won: Decimal
    over: bool

    @property
    def missed(self) -> Decimal | None:
        """The commitment less what was won; None without one."""
        return None if self.committed is None else self.committed - self.won


class Targets:
    """The targets and calls of one workspace, reached as `workbench.targets`.

    Nothing is ever overwritten: a target or a call that is replaced stays in the history, in the
    currency in which it was typed.
    """

    def __init__(self, desk: Desk, snapshot: Callable[[], Snapshot]) -> None:
        self._desk = desk
        self._snapshot = snapshot

    # -- saying ----------------------------------------------------------------------------------

    def save(self, target: Target, base: Target | None = None) -> Target:
        """Set a target, or change the one that was read as `base`.

        Raises `TargetStands` when another one stands, and `ValidationError`.
        """

        def work(session: Session) -> Target:
            past = _typed(Target, session.all("target.of", target.__dict__))
            standing = past[-1] if past else None
            # One without amount says as little as none at all.
            if standing != base and standing is not None and (base or standing.amount is not None):
                raise TargetStands(standing)
            saved: Target = self._stamped(session, target)
            session.run("target.add", saved.__dict__)
            session.run("setting.changed")
            return saved

        return self._desk.transact(work)

    def say(self, call: Call) -> Call:
        """Make a call; those before stay. Raises `ValidationError`."""

        def work(session: Session) -> Call:
            saved: Call = self._stamped(session, call.replace(said_on=self._desk.today))
            session.run("forecast_call.add", saved.__dict__)
            session.run("setting.changed")
            return saved

        return self._desk.transact(work)

    # -- reading ---------------------------------------------------------------------------------

    def history(self, aim: Aim) -> list[Target]:
        """All targets that were ever set for a period and a scope, oldest first."""
        names = ("period", "begins", "owner_id", "establishment")
        with self._desk.read() as session:
            return _typed(Target, session.all("target.of", dict(zip(names, aim, strict=True))))

    def standing(self) -> tuple[list[Target], list[Call]]:
        """The targets and the calls in force, of all periods and scopes."""
        with self._desk.read() as session:
            targets = _typed(Target, session.all("target.standing"))
            calls = _typed(Call, session.all("forecast_call.standing"))
        return [target for target in targets if target.amount is not None], calls

    def attainments(
        self, period: PeriodKind | str = PeriodKind.QUARTER, first: date | None = None,
        count: int = 1, by: By = "firm",
    ) -> list[Attainment]:  # fmt: skip
        """What has come of the targets of `count` periods, from that of `first` (today) on.

        One for each period, or for each owner or establishment in it: those that are active, and
        others that have a target, a call or sales there. What has no owner or establishment counts
        for the firm only.
        """
        kind = PeriodKind(period)
        found = self._sums(kind, by)
        with self._desk.read() as session:
            span = _span(kind, first or self._desk.today, count)
            targets = _latest(Target, session.all("target.latest", span), by)
            calls = _latest(Call, session.all("forecast_call.said", span), by)
            rates, today = _rates(session, self._desk.currency, self._desk.today), self._desk.today
            scopes = _scopes(session, by)
            currency = self._desk.currency
        begins = [kind.after(span["first"], place) for place in range(count)]
        known = {aim for aim in (*found, *targets, *calls) if aim[1] in set(begins)}
        aims = dict.fromkeys((kind, day, *scope) for day in begins for scope in scopes)
        aims |= dict.fromkeys(sorted(known - aims.keys(), key=str))
        return [
            _attainment(aim, currency, targets.get(aim), found.get(aim), calls.get(aim),
                        rates, today)
            for aim in sorted(aims, key=lambda aim: aim[1])
        ]  # fmt: skip

    def frame(
        self,
        period: PeriodKind | str = PeriodKind.QUARTER,
        first: date | None = None,
        count: int = 1,
    ) -> pd.DataFrame:
        """The firm's attainments for charts: the period, `target`, `won`, `open`, `weighted`.

        Nothing is won yet in a period that has not begun: that is no zero.
        """
        import pandas as pd

        kind, names = PeriodKind(period), ("target", "won", "open", "weighted")
        rows = []
        for one in self.attainments(kind, first, count):
            begun = one.aim[1] <= self._desk.today
            values = [one.target, one.won if begun else None, one.open, one.weighted]
            rows.append([pd.Timestamp(one.aim[1]), *values])
        return pd.DataFrame(rows, columns=[kind.value, *names], dtype=object)

    def outcomes(
        self, period: PeriodKind | str = PeriodKind.QUARTER, first: date | None = None,
        count: int = 1, by: By = "firm",
    ) -> list[Outcome]:  # fmt: skip
        """Every call for these periods, the latest first, beside what was won."""
        kind = PeriodKind(period)
        found = self._sums(kind, by)
        with self._desk.read() as session:
            span = _span(kind, first or self._desk.today, count)
            calls = _typed(Call, session.all("forecast_call.said", span))
            rates, today = _rates(session, self._desk.currency, self._desk.today), self._desk.today
            currency = self._desk.currency
        mine = [call for call in reversed(calls) if scope_of(call.aim) == by]
        return [_outcome(call, currency, found.get(call.aim, {}), rates, today) for call in mine]

    # -- inside ----------------------------------------------------------------------------------

    def _stamped(self, session: Session, said: A) -> A:
        stamp = self._desk.stamp()
        stamped = said.replace(author=stamp.author, saved_at=stamp.now)
        return stamped.checked(references.catalogue(session))

    def _sums(self, kind: PeriodKind, by: By) -> dict[Aim, Row]:
        """What was won and is open, by period and scope."""
        from oppkit.analysis.attainment import attained

        scopes = [] if by == "firm" else [by]
        rows = attained(self._snapshot(), kind.value, scopes).to_pyarrow().to_pylist()
        return {
            (kind, row["begins"], row.get("owner_id"), row.get("establishment")): row
            for row in rows
            if by == "firm" or row[by] is not None
        }


def _span(kind: PeriodKind, first: date, count: int) -> dict[str, Any]:
    """The values that statements ask for: `count` periods from that of a day on."""
    begins = kind.start(first)
    return {"period": kind.value, "first": begins, "beyond": kind.after(begins, count)}


def _typed(record: type[A], rows: Iterable[Row]) -> list[A]:
    return [record.model_validate(row) for row in rows]


def _latest(record: type[A], rows: Iterable[Row], by: By) -> dict[Aim, A]:
    return {one.aim: one for one in _typed(record, rows) if scope_of(one.aim) == by}


def scope_of(aim: Aim) -> By:
    """Whose an aim is."""
    _, _, owner_id, establishment = aim
    if owner_id is not None:
        return "owner_id"
    return "firm" if establishment is None else "establishment"


def _scopes(session: Session, by: By) -> list[tuple[int | None, str | None]]:
    """Those that are offered: the active ones, in the order of their list."""
    if by == "firm":
        return [(None, None)]
    if by == "owner_id":
        return [(row["id"], None) for row in session.all("target.owners")]
    known = references.catalogue(session).all(Establishment)
    return [(None, value.code) for value in known if value.active]


def _rates(session: Session, currency: str, today: date) -> Rates:
    """What a unit of each currency is worth today in the workspace's."""
    rows = session.all("setting.rates")  # by date, so that the latest wins
    rates = {row["currency"]: row["rate"] for row in rows if row["valid_from"] <= today}
    return rates | {currency: Decimal(1)}


def _converted(
    amount: Decimal | None, aimed: Aimed | None, rates: Rates, currency: str
) -> Decimal | None:
    rate = rates.get(aimed.currency) if aimed else None
    return None if amount is None or rate is None else rounded_product(amount, rate, currency)


def _attainment(
    aim: Aim, currency: str, target: Target | None, found: Row | None, call: Call | None,
    rates: Rates, today: date,
) -> Attainment:  # fmt: skip
    sums = found or {}
    amount = _converted(target.amount, target, rates, currency) if target else None
    zero = Decimal(0)
    return Attainment(
        aim, currency, target, amount, sums.get("won", zero), sums.get("open", zero),
        sums.get("weighted", zero), int(sums.get("unvalued", 0)), call,
        over=aim[0].after(aim[1]) <= today,
    )  # fmt: skip


def _outcome(
    call: Call, currency: str, found: Mapping[str, Any], rates: Rates, today: date
) -> Outcome:
    committed, best = (
        _converted(amount, call, rates, currency) for amount in (call.committed, call.best_case)
    )
    won = found.get("won", Decimal(0))
    return Outcome(call, currency, committed, best, won, over=call.ends <= today)
