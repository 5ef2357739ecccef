"""How the open pipeline went from one day to another: the parts of a waterfall.

    opening + created + reopened + increased − decreased + pulled in − pushed out
        + reassigned in − reassigned out ± probability ± currency
        − won − lost − abandoned − removed = closing

to the cent, for amounts and weighted amounts, in total and in every group. `amount` and
`weighted_amount` are signed: the parts from the opening on add up to the closing.

An opportunity is compared as it was known at the end of the two days: what happened to it and was
undone in between is no movement. It takes these steps, in this order, and is in a part for each
that changed something:

1. Created, where it was unknown before; reopened, where it had been closed or deleted. It comes in
   with all that it is worth at the closing, and may leave at once (step 7).
2. Pushed out, pulled in: its expected signature went out of or came into the period asked for, or
   from one period to another where `by` names months, quarters or years; be it earlier or later,
   with what it was worth at the opening. Without periods nothing is pulled or pushed. One that is
   won is dated by its actual signature.
3. Reassigned out, in: it changed its owner, sector… and so its group, or what `where` asks for.
4. Increased, decreased: its lines or its currency changed, at the rates of the opening.
5. Probability: its weighted amount followed a new probability.
6. Currency: the closing has other rates.
7. Won, lost, abandoned: it left with the amount it has now and the probability it had while open.
8. Removed: it was deleted, and left with what it was worth at the opening.

With `tag` in `by` an opportunity counts in each of its tags, and the groups overlap.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import ibis

from oppkit.analysis.dimensions import check
from oppkit.analysis.labels import labelled, named
from oppkit.analysis.scope import Period
from oppkit.analysis.span import Span
from oppkit.analysis.steps import CLOSING, OPENING, PARTS, steps
from oppkit.analysis.transitions import FACTS, transitions

Where = Mapping[str, Any]
_AMOUNTS = ("amount", "weighted_amount")


def movement(
    span: Span, by: Iterable[str] = (), within: Period | None = None, where: Where | None = None,
    labels: str | None = None,
) -> ibis.Table:  # fmt: skip
    """The parts: the dimensions `by`, then `part`, `opportunities`, `amount`, `weighted_amount`.

    Without dimensions each of `PARTS` has its row, in their order; a group has those of its parts
    in which something is. `within` narrows the pipeline down to a period of expected signatures,
    `where` to a value, or one of a list, of some dimensions. Raises `UnknownDimension`.
    """
    by = check(by)
    rows = steps(span, by, within, _checked(where))
    exact = f"decimal(38, {span.closing.decimals})"
    sums = {name: rows[name].sum().cast(exact) for name in _AMOUNTS}
    table = rows.group_by(*by, "step").aggregate(opportunities=rows.id.nunique(), **sums)
    table = table if by else _every_part(table)
    return _told(_ordered(span, table, labels).select(*by, "step", "opportunities", *_AMOUNTS))


def details(
    span: Span, by: Iterable[str] = (), within: Period | None = None, where: Where | None = None,
    labels: str | None = None,
) -> ibis.Table:  # fmt: skip
    """What moved: a row for each opportunity in each part; they add up to the rows of `movement`.

    `by`, `part`, `id`, `code`, `name`, `amount` and `weighted_amount` (what the step is worth),
    then `FACTS` as `…_before` and `…_after`, null on a side where the opportunity was not there.
    The opening and the closing are left out. In each part the largest come first.
    """
    by = check(by)
    rows = steps(span, by, within, _checked(where))
    rows = rows.filter(~rows.step.isin([PARTS.index(OPENING), PARTS.index(CLOSING)]))
    facts = transitions(span, ())
    sides = [f"{name}_{side}" for name in FACTS[2:] for side in ("before", "after")]
    facts = facts.select(
        *sides, known=facts.id,
        **{name: ibis.coalesce(facts[f"{name}_after"], facts[f"{name}_before"])
           for name in FACTS[:2]},
    )  # fmt: skip
    table = rows.inner_join(facts, rows.id == facts.known)
    if labels:
        lists = dict.fromkeys(("status_before", "status_after"), "status")
        table = labelled(span.closing, table, {**lists, **{n: n for n in by}}, labels)
    table = table.select(*by, "step", "id", *FACTS[:2], *_AMOUNTS, *sides)
    size = (table.amount.abs(), table.weighted_amount.abs())
    return _told(table.order_by("step", *(ibis.desc(one) for one in size), "id", *by))


def _checked(where: Where | None) -> Where:
    check(where or ())
    return where or {}


def _every_part(table: ibis.Table) -> ibis.Table:
    """A row for each part, with zeros where nothing is in it."""
    every = ibis.range(len(PARTS)).unnest().name("place").as_table()
    joined = every.left_join(table, every.place == table.step)
    measures = {name: joined[name].fill_null(0) for name in ("opportunities", *_AMOUNTS)}
    return joined.select(step=joined.place, **measures)


def _ordered(span: Span, table: ibis.Table, labels: str | None) -> ibis.Table:
    """By group, then by part; `step` comes after the dimensions and has no list."""
    if labels:
        return named(span.closing, table, labels)
    keys = [name for name in table.columns if name not in ("opportunities", *_AMOUNTS)]
    return table.order_by([ibis.asc(name, nulls_first=False) for name in keys])


def _told(table: ibis.Table) -> ibis.Table:
    """The step by its name, in its place."""
    name = ibis.cases(*((table.step == place, part) for place, part in enumerate(PARTS)))
    columns = {("part" if one == "step" else one): (name if one == "step" else table[one])
               for one in table.columns}  # fmt: skip
    return table.select(**columns)
