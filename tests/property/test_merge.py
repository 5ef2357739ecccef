"""Two edits of one record: nothing is lost without a word, and it does not matter who is first."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oppkit.model import Line, Opportunity, Participant, Responsible
from oppkit.store.merge import merged

BASE = Opportunity(
    id=7, version=1, name="Projet", customer_id=1, status="proposal", opened_on=date(2026, 3, 16)
)
FIELDS = ("name", "probability", "tags", "responsibles", "participants", "lines")
OWNER = "sales"

tags = st.lists(st.sampled_from("abcde"), max_size=5, unique=True).map(tuple)
responsibles = st.lists(
    st.builds(Responsible, role=st.sampled_from([OWNER, "presales"]),
              employee_id=st.integers(1, 3)),
    max_size=4, unique_by=lambda person: (person.role, person.role == OWNER or person.employee_id),
).map(tuple)  # fmt: skip
participants = st.lists(
    st.builds(Participant, contact_id=st.integers(1, 4)), max_size=4
).map(tuple)  # fmt: skip
lines = st.lists(
    st.builds(Line, title=st.sampled_from("xyz"), amount=st.integers(1, 3).map(Decimal)), max_size=4
).map(tuple)  # fmt: skip
values = {
    "name": st.sampled_from(["Projet", "A", "B"]),
    "probability": st.sampled_from([None, Decimal("0.1"), Decimal("0.2")]),
    "tags": tags, "responsibles": responsibles, "participants": participants, "lines": lines,
}  # fmt: skip


@st.composite
def edited(draw: st.DrawFn, base: Opportunity) -> Opportunity:
    """Some fields new, some lines edited in their place."""
    names = draw(st.sets(st.sampled_from(FIELDS)))
    changes: dict[str, Any] = {name: draw(values[name]) for name in names}
    if "lines" in names and base.lines and draw(st.booleans()):
        place = draw(st.integers(0, len(base.lines) - 1))
        new = base.lines[place].replace(title=draw(st.sampled_from("uvw")))
        changes["lines"] = (*base.lines[:place], new, *base.lines[place + 1 :])
    return base.replace(**changes)


@st.composite
def two_edits(draw: st.DrawFn) -> tuple[Opportunity, Opportunity, Opportunity]:
    base = BASE.replace(**{name: draw(values[name]) for name in FIELDS})
    return base, draw(edited(base)), draw(edited(base)).replace(version=2)


def collided(found: list[Any]) -> set[str]:
    return {collision.field for collision in found}


@given(two_edits())
def test_whoever_saves_first(edits: tuple[Opportunity, Opportunity, Opportunity]) -> None:
    base, mine, theirs = edits
    one, first = merged(base, mine, theirs)
    two, second = merged(base, theirs, mine)
    assert collided(first) == collided(second)
    for name in one.keys() - collided(first) - {"version"}:
        assert one[name] == two[name], name


@given(two_edits())
def test_an_edit_on_its_own_stays_as_it_is(
    edits: tuple[Opportunity, Opportunity, Opportunity],
) -> None:
    base, mine, _ = edits
    for other in (base, mine):
        fields, found = merged(base, mine, other)
        assert (Opportunity.model_validate(fields), found) == (mine, [])


ENTRIES: dict[str, Callable[[Any], Any]] = {
    "tags": lambda tag: tag,
    "responsibles": lambda person: person,
    "participants": lambda person: person,
}


@given(two_edits())
def test_no_edit_is_lost_without_a_word(
    edits: tuple[Opportunity, Opportunity, Opportunity],
) -> None:
    base, mine, theirs = edits
    fields, found = merged(base, mine, theirs)
    for name in set(FIELDS) - collided(found):
        was, after = getattr(base, name), fields[name]
        for side in (getattr(mine, name), getattr(theirs, name)):
            if name in ENTRIES:
                assert set(side) - set(was) <= set(after), "added by one side"
                assert not (set(was) - set(side)) & set(after), "removed by one side"
            elif name == "lines":
                assert side == was or keeps_lines(was, side, after)
            else:
                assert side in (was, after)
    assert Opportunity.model_validate(fields)


def keeps_lines(was: Any, side: Any, after: Any) -> bool:
    """All that a side did to the lines is there: the whole, or each line it edited."""
    if side == after:
        return True
    return len(was) == len(side) == len(after) and all(
        new in (old, kept) for old, new, kept in zip(was, side, after, strict=True)
    )


@given(two_edits())
def test_a_settlement_holds_what_was_chosen(
    edits: tuple[Opportunity, Opportunity, Opportunity],
) -> None:
    base, mine, theirs = edits
    fields, found = merged(base, mine, theirs)
    assert all(fields[collision.field] == collision.mine for collision in found)
    assert all(collision.mine != collision.theirs for collision in found)


A, B, C, D = (Line(title=title) for title in "abcd")


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "together"),
    [
        ((A, B), (C, B), (A, D), (C, D)),
        ((A, B), (C, B), (C, D), (C, D)),
        ((A, A, A), (A, B, A), (A, A, C), (A, B, C)),
        ((A, B), (C, B), (D, B), None),  # one line, two values
        ((A, B, C), (B, A, C), (A, B, D), None),  # moved
        ((A, B, C), (B, C, D), (A, B, D), None),  # the first deleted, one added
        ((A, B), (A, B, C), (D, B), None),  # added
        ((A, B), (A,), (A, C), None),  # deleted
    ],
)
def test_lines_are_merged_in_their_place(base: Any, mine: Any, theirs: Any, together: Any) -> None:
    read = BASE.replace(lines=base)
    fields, found = merged(read, read.replace(lines=mine), read.replace(lines=theirs))
    assert (None if found else fields["lines"]) == together


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "together"),
    [
        ("ab", "abd", "abc", "abcd"),
        ("ab", "b", "abc", "bc"),
        ("abc", "cba", "abcd", "cbad"),
        ("abc", "cba", "ac", "ca"),
        ("abc", "cba", "bac", None),  # two orders
        ("abc", "cba", "cbad", "cbad"),
    ],
)
def test_the_order_of_tags(base: str, mine: str, theirs: str, together: str | None) -> None:
    read = BASE.replace(tags=tuple(base))
    fields, found = merged(read, read.replace(tags=tuple(mine)), read.replace(tags=tuple(theirs)))
    assert (None if found else "".join(fields["tags"])) == together
