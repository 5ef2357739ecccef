"""A change of many opportunities: seen first, made in one transaction, taken back as a whole."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from oppkit.bulk_edit import Applied, Preview
from oppkit.model import Deleted, EditConflict, Employee, NotFound, Opportunity
from oppkit.model.bulk import BulkChange
from oppkit.workbench import Workbench
from tests.clock import TODAY

pytestmark = pytest.mark.both_engines

Saved = Callable[..., Opportunity]


def ids(*records: Opportunity) -> list[int]:
    return [record.id or 0 for record in records]


def stored(workbench: Workbench, record: Opportunity) -> Opportunity:
    return workbench.get(Opportunity, record.id or 0)


def outcome(applied: Applied) -> tuple[list[int], list[tuple[int, type[Exception]]]]:
    """Identifiers of what was done, and of what was refused with the reason."""
    done = [after.id or 0 for _, after in applied.done]
    return done, [(item.id, type(error)) for item, error in applied.refused]


def test_a_preview_says_what_would_change_and_writes_nothing(
    workbench: Workbench, saved: Saved
) -> None:
    plain = saved(name="A")
    there = saved(name="B", status="qualified", probability="0.9")
    early = saved(name="C", expected_signature=TODAY)
    counter = workbench.snapshot()
    wanted = [*ids(early, plain, there), 999_999, plain.id or 0]
    preview = workbench.bulk.preview(
        wanted, BulkChange(status="qualified", expected_signature_months=-1)
    )
    assert [item.id for item in preview.items] == [*ids(early, plain, there), 999_999]
    refused, first, same, missing = preview.items
    assert (first.code, first.name, first.before) == (plain.code, "A", plain)
    assert first.after is not None
    assert first.changes["status"] == ("proposal", "qualified")
    assert first.changes.keys() == {"status", "probability"}
    assert (same.after, dict(same.changes), same.error) == (there, {}, None)
    assert isinstance(refused.error, ValidationError)
    assert (refused.after, dict(refused.changes)) == (None, {})
    assert isinstance(missing.error, NotFound)
    assert preview.to_change == [first]
    assert workbench.snapshot() is counter


def test_a_deleted_opportunity_keeps_its_name_in_the_preview(
    workbench: Workbench, colleague: Workbench, saved: Saved
) -> None:
    record = saved()
    colleague.delete(record)
    [item] = workbench.bulk.preview(ids(record), BulkChange(add_tags=("risk",))).items
    assert (item.code, item.name, item.before) == (record.code, record.name, None)
    assert isinstance(item.error, Deleted)
    assert workbench.bulk.apply(Preview((item,))) == Applied((), ())


def test_a_change_that_makes_no_sense_is_refused_before_any_preview(
    workbench: Workbench, saved: Saved
) -> None:
    with pytest.raises(ValidationError):
        workbench.bulk.preview(ids(saved()), BulkChange(status="lost"))
    with pytest.raises(NotFound, match="employee 12345"):
        workbench.bulk.preview(ids(saved()), BulkChange(owner_id=12345))


def test_what_was_previewed_is_written_in_one_go(
    workbench: Workbench, saved: Saved, assistant: Employee
) -> None:
    records = [saved(name=name, tags=("urgent",)) for name in "abc"]
    change = BulkChange(
        status="qualified", owner_id=assistant.id, add_tags=("risk",), sector="energy"
    )
    preview = workbench.bulk.preview(ids(*records), change)
    applied = workbench.bulk.apply(preview)
    assert outcome(applied) == (ids(*records), [])
    for (before, after), item in zip(applied.done, preview.items, strict=True):
        assert before == item.before
        assert item.after is not None
        assert after == item.after.replace(version=2) == stored(workbench, after)
        assert after.owner_id == assistant.id
        versions = workbench.history(after)
        assert [(v.version, v.author) for v in versions] == [(1, "Ana"), (2, "Ana")]
        assert versions[-1].record == after
    assert len({workbench.history(record)[-1].valid_from for record in records}) == 1
    assert workbench.check() == []
    again = workbench.bulk.preview(ids(*records), change)
    assert workbench.bulk.apply(again) == Applied((), ())


def test_what_a_colleague_did_meanwhile_is_merged_or_refused(
    workbench: Workbench, colleague: Workbench, saved: Saved
) -> None:
    merged, collides, gone, broken, same = (saved(name=name, tags=()) for name in "abcde")
    day = TODAY + timedelta(days=10)
    preview = workbench.bulk.preview(
        ids(merged, collides, gone, broken, same),
        BulkChange(expected_signature=day, add_tags=("risk",)),
    )
    colleague.save(merged.replace(name="De Bo", tags=("urgent",)))
    colleague.save(collides.replace(expected_signature=day + timedelta(days=1)))
    colleague.delete(gone)
    colleague.save(broken.replace(opened_on=day + timedelta(days=1)))
    colleague.save(same.replace(expected_signature=day, tags=("risk",)))
    applied = workbench.bulk.apply(preview)
    assert outcome(applied) == (
        ids(merged),
        [(collides.id, EditConflict), (gone.id, Deleted), (broken.id, ValidationError)],
    )
    [(before, after)] = applied.done
    assert (before.name, before.version, after.version) == ("De Bo", 2, 3)
    assert (after.name, after.expected_signature, after.tags) == ("De Bo", day, ("risk", "urgent"))
    assert stored(workbench, merged) == after
    assert workbench.check() == []


def test_an_owner_deleted_meanwhile_is_missed(
    workbench: Workbench, saved: Saved, assistant: Employee
) -> None:
    record = saved()
    preview = workbench.bulk.preview(ids(record), BulkChange(owner_id=assistant.id))
    workbench.delete(assistant)
    assert outcome(workbench.bulk.apply(preview)) == ([], [(record.id, NotFound)])
    assert workbench.check() == []


def test_undo_puts_back_what_changed_and_nothing_else(
    workbench: Workbench, colleague: Workbench, saved: Saved
) -> None:
    records = [saved(name=name, tags=("urgent",)) for name in "abcd"]
    change = BulkChange(status="qualified", add_tags=("risk",))
    applied = workbench.bulk.apply(workbench.bulk.preview(ids(*records), change))
    untouched, other_field, same_field, gone = (after for _, after in applied.done)
    colleague.save(other_field.replace(name="De Bo", tags=("urgent", "risk", "abroad")))
    colleague.save(same_field.replace(status="negotiation"))
    colleague.delete(gone)
    undone = workbench.bulk.undo(applied)
    assert outcome(undone) == (
        ids(untouched, other_field), [(same_field.id, EditConflict), (gone.id, Deleted)]
    )  # fmt: skip
    assert stored(workbench, untouched) == records[0].replace(version=3)
    back = stored(workbench, other_field)
    assert (back.name, back.tags, back.status) == ("De Bo", ("urgent", "abroad"), "proposal")
    assert back.probability == records[1].probability
    redone = workbench.bulk.undo(undone)
    assert outcome(redone) == (ids(untouched, other_field), [])
    assert stored(workbench, untouched) == untouched.replace(version=4)
    assert workbench.check() == []


changes = st.fixed_dictionaries(
    {},
    optional={
        "status": st.sampled_from(["qualified", "proposal", "won", "abandoned"]),
        "add_tags": st.sampled_from([("risk",), ("risk", "abroad")]),
        "remove_tags": st.just(("urgent",)),
        "expected_signature_months": st.integers(-3, 3),
        "production_months": st.integers(-30, 30),
        "sector": st.sampled_from(["energy", None]),
    },
)
drafts = st.fixed_dictionaries(
    {},
    optional={
        "tags": st.sampled_from([("urgent",), ("risk", "urgent"), ()]),
        "expected_signature": st.sampled_from([TODAY, TODAY + timedelta(days=60), None]),
        "production_start": st.sampled_from([TODAY, None]),
        "probability": st.sampled_from(["0.9", None]),
    },
)


@given(records=st.lists(drafts, min_size=1, max_size=3), change=changes)
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_undone_it_is_as_if_it_had_never_been(
    workbench: Workbench, saved: Saved, records: list[dict[str, object]],
    change: dict[str, object],
) -> None:  # fmt: skip
    before = [saved(**fields) for fields in records]
    preview = workbench.bulk.preview(ids(*before), BulkChange.model_validate(change))
    applied = workbench.bulk.apply(preview)
    assert [after.id for _, after in applied.done] == [item.id for item in preview.to_change]
    undone = workbench.bulk.undo(applied)
    assert len(undone.done) == len(applied.done)
    for record in before:
        now = stored(workbench, record)
        assert now == record.replace(version=now.version)
    assert workbench.check() == []
