"""The steps of each opportunity from the opening to the closing, as signed rows that add up.

What the parts mean and in which order they are taken is told in `oppkit.analysis.movement`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias

import ibis

from oppkit.analysis.dimensions import PERIODS, SALE_TYPE, TAG
from oppkit.analysis.scope import Period, scoped
from oppkit.analysis.span import Span
from oppkit.analysis.transitions import transitions
from oppkit.analysis.worth import valued

OPENING, CLOSING = "opening", "closing"
CLOSED = ("won", "lost", "abandoned")
PARTS = (
    OPENING, "created", "reopened", "increased", "decreased", "pulled_in", "pushed_out",
    "reassigned_in", "reassigned_out", "probability", "currency", *CLOSED, "removed", CLOSING,
)  # fmt: skip

# A part, who is in it, the sides of its group (of periods, of the rest), the two amounts.
Step: TypeAlias = tuple[str, Any, tuple[str, str], Any, Any]
_OLD, _REDATED, _NEW = ("before", "before"), ("after", "before"), ("after", "after")


def steps(
    span: Span, by: Sequence[str], within: Period | None, where: Mapping[str, Any]
) -> ibis.Table:
    """`id`, the dimensions `by`, `step` (the place of a part in `PARTS`) and the two amounts."""
    table = valued(transitions(span, (*by, *where)), span, by, where)
    table = scoped(table, span, by, within, where)
    places = ibis.range(len(PARTS)).cast("array<int16>").unnest().name("step").as_table()
    # One table of all steps and not a union of one table for each: every engine would plan, and
    # Spark run, the comparison of the two sides sixteen times.
    table = table.cross_join(places)
    taken = [*_moves(table, by), *_revaluations(table), *_ends(table)]
    return _rows(table, by, taken)


def _rows(table: ibis.Table, by: Sequence[str], taken: Sequence[Step]) -> ibis.Table:
    """A row where the condition of its step holds, in the group of that step."""
    at = {step[0]: table.step == PARTS.index(step[0]) for step in taken}
    chosen = [
        ibis.cases(*((at[step[0]], step[value]) for step in taken)) for value in (1, 3, 4)
    ]  # fmt: skip
    group = {name: _group(table, name, taken) for name in by}
    values = {"amount": chosen[1], "weighted_amount": chosen[2]}
    return table.filter(chosen[0]).select("id", **group, step=table.step, **values)


def _group(table: ibis.Table, name: str, taken: Sequence[Step]) -> Any:
    """The group that each step is taken in, old or new."""
    if name in (SALE_TYPE, TAG):
        return table[name]
    side = 0 if name in PERIODS else 1
    old = [PARTS.index(step[0]) for step in taken if step[2][side] == "before"]
    return table.step.isin(old).ifelse(table[f"{name}_before"], table[f"{name}_after"])


def _was_in(table: ibis.Table) -> Any:
    return table.dated_before & table.kept_before


def _is_in(table: ibis.Table) -> Any:
    return table.dated_after & table.kept_after


def _ends(table: ibis.Table) -> Iterator[Step]:
    """What is there at the opening, what comes and goes, what is there at the closing."""
    old, new = (
        (table.worth_before, table.weighted_before),
        (table.worth_after, table.weighted_after),
    )
    was_in, is_in, enters = _was_in(table), _is_in(table), table.enters & _is_in(table)
    yield OPENING, (table.stays | table.goes) & was_in, _OLD, *old
    yield "created", enters & table.is_new, _NEW, *new
    yield "reopened", enters & ~table.is_new, _NEW, *new
    for outcome in CLOSED:
        left = table.leaves & (table.outcome_after == outcome) & is_in
        yield outcome, left, _NEW, -new[0], -new[1]
    yield "removed", table.goes & was_in, _OLD, -old[0], -old[1]
    yield CLOSING, (table.stays | table.enters) & ~table.leaves & is_in, _NEW, *new


def _moves(table: ibis.Table, by: Sequence[str]) -> Iterator[Step]:
    """Into and out of periods and groups, with what it was worth at the opening."""
    came = table.dated_after & table.kept_before
    redated = table.stays & _differs(table, ["dated", *(n for n in by if n in PERIODS)])
    own = [name for name in by if name not in (*PERIODS, SALE_TYPE, TAG)]
    reassigned = table.stays & _differs(table, ["kept", *own])
    worth, weighted = table.worth_before, table.weighted_before
    yield "pushed_out", redated & _was_in(table), _OLD, -worth, -weighted
    yield "pulled_in", redated & came, _REDATED, worth, weighted
    yield "reassigned_out", reassigned & came, _REDATED, -worth, -weighted
    yield "reassigned_in", reassigned & _is_in(table), _NEW, worth, weighted


def _differs(table: ibis.Table, names: Sequence[str]) -> Any:
    return ibis.or_(
        *(~table[f"{name}_before"].identical_to(table[f"{name}_after"]) for name in names)
    )


def _revaluations(table: ibis.Table) -> Iterator[Step]:
    """New lines, a new probability, new rates, in this order."""
    stays = table.stays & _is_in(table)
    worth = table.worth_repriced - table.worth_before
    weighted = table.weighted_repriced - table.weighted_before
    # Lines that were shifted by the same sum can weigh a cent more or less.
    up = (worth > 0) | ((worth == 0) & (weighted > 0))
    down = (worth < 0) | ((worth == 0) & (weighted < 0))
    yield "increased", stays & up, _NEW, worth, weighted
    yield "decreased", stays & down, _NEW, worth, weighted
    weighted = table.weighted_reweighed - table.weighted_repriced
    yield "probability", stays & (weighted != 0), _NEW, weighted - weighted, weighted
    worth = table.worth_after - table.worth_repriced
    weighted = table.weighted_after - table.weighted_reweighed
    yield "currency", stays & ((worth != 0) | (weighted != 0)), _NEW, worth, weighted
