"""The demo's targets and calls: quarters of the firm, and of those who sold most."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from oppkit.model import Call, Outcome, PeriodKind, Search, Target
from oppkit.workbench import Workbench

_KIND = PeriodKind.QUARTER
_LEARNT = 8  # quarters whose wins say what may be aimed at
_PAST, _COMING = 4, 2
_CALLED = 3  # quarters with calls, the present one among them
_OWNERS = 4
_STEP = Decimal(10_000)
_GROWTH = Decimal("1.1")
# Of the target: what is committed and what is the best case, month after month of a quarter.
_SAID = (
    (Decimal("0.9"), Decimal("1.2"), ""),
    (Decimal("0.8"), Decimal("1.1"), "Deux signatures ont glissé au trimestre suivant."),
    (Decimal("0.7"), Decimal("0.9"), ""),
)  # fmt: skip


def write_aims(workbench: Workbench, today: date) -> None:
    """Set the targets and make the calls, each on its day."""
    present = _KIND.start(today)
    firm = _usual(workbench, present, Search())
    owners = _owners(workbench, present)
    for place in range(-_PAST, _COMING + 1):
        begins = _KIND.after(present, place)
        _on(workbench, min(today, begins - timedelta(days=20)))
        for owner_id, usual in ((None, firm), *owners.items()):
            workbench.targets.save(Target(
                period=_KIND, begins=begins, currency=workbench.currency, owner_id=owner_id,
                amount=_round(usual * _GROWTH),
            ))  # fmt: skip
    for begins, day, place in _call_days(present, today):
        _on(workbench, day)
        committed, best, note = _SAID[place]
        amount = _round(firm * _GROWTH)
        workbench.targets.say(Call(
            period=_KIND, begins=begins, currency=workbench.currency, note=note,
            committed=_round(amount * committed), best_case=_round(amount * best),
        ))  # fmt: skip


def _on(workbench: Workbench, day: date) -> None:
    workbench.set("today", day.isoformat())


def _call_days(present: date, today: date) -> Iterator[tuple[date, date, int]]:
    """The fifth of each month of the quarters with calls, until today."""
    for place in range(1 - _CALLED, 1):
        begins = _KIND.after(present, place)
        for month in range(_KIND.months):
            day = PeriodKind.MONTH.after(begins, month).replace(day=5)
            if day <= today:
                yield begins, day, month


def _owners(workbench: Workbench, present: date) -> dict[int, Decimal]:
    """Those who won most, and how much of it in a quarter."""
    people = workbench.directory.employees(active_only=True, limit=None).rows
    usual = {
        row["id"]: _usual(workbench, present, Search(owner_ids=(row["id"],))) for row in people
    }
    best = sorted(usual, key=lambda owner: (-usual[owner], owner))[:_OWNERS]
    return {owner: usual[owner] for owner in best if usual[owner]}


def _usual(workbench: Workbench, present: date, wanted: Search) -> Decimal:
    """What was won in a quarter, on average, in the currency of the workspace."""
    first, last = _KIND.after(present, -_LEARNT), present - timedelta(days=1)
    found = workbench.search(
        wanted.replace(outcomes=(Outcome.WON,), closed_from=first, closed_to=last, limit=1)
    )
    sums = [one.amount for one in found.totals if one.currency == workbench.currency]
    return sum((amount for amount in sums if amount), Decimal(0)) / _LEARNT


def _round(amount: Decimal) -> Decimal:
    """To whole steps, one at least: nobody aims at cents."""
    return max((amount / _STEP).to_integral_value(), Decimal(1)) * _STEP
