"""Saving over what others saved: the version check, the merge, conflicts, and the history."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from pydantic import ValidationError

from oppkit.model import (
    Contact,
    Customer,
    Deleted,
    EditConflict,
    Employee,
    Line,
    NotFound,
    Opportunity,
    Outcome,
    Responsible,
    Site,
)
from oppkit.store.merge import changes, merged
from oppkit.workbench import Workbench
from tests.clock import TODAY, Clock

pytestmark = pytest.mark.both_engines

Saved = Callable[..., Opportunity]


def chain(workbench: Workbench, record: Opportunity | Customer) -> list[tuple[int, str, bool]]:
    """(version, author, still in force) of each version."""
    return [(v.version, v.author, v.valid_to is None) for v in workbench.history(record)]


# -- versions ------------------------------------------------------------------------------------


def test_each_save_is_a_version(workbench: Workbench, colleague: Workbench, saved: Saved) -> None:
    first = saved()
    second = colleague.save(first.replace(name="Autre"))
    assert (first.version, second.version) == (1, 2)
    assert chain(workbench, first) == [(1, "Ana", False), (2, "Bo", True)]


def test_nothing_changed_is_no_version(workbench: Workbench, saved: Saved) -> None:
    first = saved()
    counter = workbench.snapshot()
    assert workbench.save(first) == first
    assert workbench.save(first.replace(code=None)) == first
    assert workbench.save(first.replace(probability="0.4500")) == first
    assert chain(workbench, first) == [(1, "Ana", True)]
    assert workbench.snapshot() is counter


def test_versions_follow_each_other_even_when_the_clock_goes_back(
    workbench: Workbench, saved: Saved, clock: Clock
) -> None:
    record = saved()
    for minutes in (0, 5, -10, 0):
        clock.advance(minutes=minutes)
        record = workbench.save(record.replace(comment=f"{record.version}"))
    clock.advance(minutes=-60)
    workbench.delete(record)
    clock.advance(minutes=-60)
    record = workbench.restore(Opportunity, record.id)
    versions = workbench.history(record)
    assert [v.version for v in versions] == [1, 2, 3, 4, 5, 6]
    for before, after in pairwise(versions):
        assert before.valid_from < after.valid_from
        assert before.valid_to is not None
        assert before.valid_to <= after.valid_from
    assert workbench.check() == []


def test_the_history_keeps_what_was(workbench: Workbench, saved: Saved) -> None:
    first = saved(lines=[Line(title="a", amount=5), Line(title="b", quantity=3, unit_price=7)])
    second = workbench.save(first.replace(lines=(), name="Autre"))
    assert [v.record for v in workbench.history(second)] == [first, second]


def test_what_changed_between_two_versions(workbench: Workbench, saved: Saved) -> None:
    first = saved(comment="")
    second = workbench.save(first.replace(name="Autre", probability="0.5", comment="oui"))
    assert changes(first, second) == {
        "comment": ("", "oui"),
        "name": (first.name, "Autre"),
        "probability": (Decimal("0.45"), Decimal("0.5")),
    }
    assert changes(first, first) == {}
    created = changes(None, first)
    assert created["name"] == (None, first.name)
    assert "comment" not in created
    assert "site_id" not in created


# -- merging -------------------------------------------------------------------------------------


def test_edits_of_different_fields_are_both_kept(
    workbench: Workbench, colleague: Workbench, saved: Saved
) -> None:
    read = saved(comment="")
    colleague.save(read.replace(name="De Bo", tags=("risk",)))
    mine = workbench.save(read.replace(comment="D'Ana", lines=[Line(amount=7)]))
    assert (mine.name, mine.tags, mine.comment, mine.amount) == (
        "De Bo", ("risk",), "D'Ana", Decimal(7),
    )  # fmt: skip
    assert mine.version == 3
    assert workbench.opportunity(mine.code or "") == mine


def test_the_same_edit_twice_is_no_conflict(
    workbench: Workbench, colleague: Workbench, saved: Saved
) -> None:
    read = saved()
    theirs = colleague.save(read.replace(name="Même"))
    assert workbench.save(read.replace(name="Même")) == theirs
    assert len(workbench.history(read)) == 2


def test_edits_of_one_field_are_a_conflict_that_says_all(
    workbench: Workbench, colleague: Workbench, saved: Saved
) -> None:
    read = saved(comment="")
    colleague.save(read.replace(name="De Bo", comment="autre"))
    with pytest.raises(EditConflict) as caught:
        workbench.save(read.replace(name="D'Ana", probability="0.9"))
    error = caught.value
    [collision] = error.collisions
    assert (collision.field, collision.base, collision.mine, collision.theirs) == (
        "name", read.name, "D'Ana", "De Bo",
    )  # fmt: skip
    assert error.theirs.version == 2
    assert str(error) == (
        f"Bo has changed name of {read.code} meanwhile. Choose which values to keep."
    )
    assert len(workbench.history(read)) == 2


def test_a_conflict_is_settled_by_saving_over_the_newer_version(
    workbench: Workbench, colleague: Workbench, saved: Saved
) -> None:
    read = saved()
    colleague.save(read.replace(name="De Bo"))
    mine = read.replace(name="D'Ana")
    with pytest.raises(EditConflict) as caught:
        workbench.save(mine)
    settled = workbench.save(mine.replace(version=caught.value.theirs.version))
    assert (settled.name, settled.version) == ("D'Ana", 3)


def test_a_conflict_is_settled_field_by_field(
    workbench: Workbench, colleague: Workbench, saved: Saved
) -> None:
    read = saved(comment="")
    colleague.save(read.replace(name="De Bo", comment="De Bo", sector="energy"))
    with pytest.raises(EditConflict) as caught:
        workbench.save(read.replace(name="D'Ana", comment="D'Ana", probability="0.9"))
    conflict = caught.value
    assert conflict.theirs == workbench.opportunity(read.code or "")
    settled = workbench.save(conflict.settled(["name"]))
    assert (settled.name, settled.comment) == ("D'Ana", "De Bo")
    assert (settled.sector, settled.probability) == ("energy", Decimal("0.9"))
    assert settled.version == 3
    with pytest.raises(KeyError, match="sector"):
        conflict.settled(["sector"])


def test_a_third_edit_before_the_settlement_is_a_new_conflict(
    workbench: Workbench, colleague: Workbench, saved: Saved
) -> None:
    read = saved()
    theirs = colleague.save(read.replace(name="De Bo"))
    with pytest.raises(EditConflict) as first:
        workbench.save(read.replace(name="D'Ana"))
    third = colleague.save(theirs.replace(name="Encore", comment="Encore"))
    with pytest.raises(EditConflict) as second:
        workbench.save(first.value.settled({"name"}))
    [collision] = second.value.collisions
    assert (collision.base, collision.mine, collision.theirs) == ("De Bo", "D'Ana", "Encore")
    assert workbench.save(second.value.settled(())) == third


def test_a_settlement_that_breaks_a_rule_is_refused(
    workbench: Workbench, colleague: Workbench, saved: Saved
) -> None:
    read = saved(expected_signature=TODAY + timedelta(days=10))
    later, much_later = TODAY + timedelta(days=20), TODAY + timedelta(days=30)
    colleague.save(read.replace(opened_on=TODAY - timedelta(days=1), expected_signature=TODAY))
    with pytest.raises(EditConflict) as caught:
        workbench.save(read.replace(opened_on=later, expected_signature=much_later))
    with pytest.raises(ValidationError) as refused:
        workbench.save(caught.value.settled(["opened_on"]))
    assert [e["type"] for e in refused.value.errors()] == ["signature_before_opening"]
    assert workbench.save(caught.value.settled(["opened_on", "expected_signature"]))


def test_without_what_both_started_from_all_is_there_to_settle(
    workbench: Workbench, saved: Saved
) -> None:
    stored = saved(comment="")
    with pytest.raises(EditConflict) as caught:
        workbench.save(stored.replace(version=9, name="Copie", comment="Copie"))
    settled = workbench.save(caught.value.settled(["comment"]))
    assert settled == stored.replace(version=2, comment="Copie")


def test_tags_and_people_that_two_people_add_are_all_kept(
    workbench: Workbench, colleague: Workbench, saved: Saved, assistant: Employee
) -> None:
    read = saved(tags=("urgent",))
    helper = Responsible(role="presales", employee_id=assistant.id)
    colleague.save(read.replace(tags=("urgent", "risk")))
    mine = workbench.save(read.replace(tags=("abroad",), responsibles=(*read.responsibles, helper)))
    assert mine.tags == ("abroad", "risk")
    assert mine.responsibles == (*read.responsibles, helper)


def test_two_owners_are_a_conflict(
    workbench: Workbench, colleague: Workbench, saved: Saved, assistant: Employee
) -> None:
    read = saved(responsibles=())
    owner = workbench.save(Employee(last_name="Cruz"))
    one, two = (Responsible(role="sales", employee_id=e.id) for e in (assistant, owner))
    colleague.save(read.replace(responsibles=(one,)))
    with pytest.raises(EditConflict, match="responsibles"):
        workbench.save(read.replace(responsibles=(two,)))


def test_different_lines_are_both_kept(
    workbench: Workbench, colleague: Workbench, saved: Saved
) -> None:
    first, second = Line(title="a", amount=1), Line(title="b", amount=2)
    read = saved(lines=[first, second])
    colleague.save(read.replace(lines=[first, second.replace(title="De Bo")]))
    mine = workbench.save(read.replace(lines=[first.replace(amount=7), second]))
    assert [(line.title, line.amount) for line in mine.lines] == [("a", 7), ("De Bo", 2)]
    colleague.save(mine.replace(lines=mine.lines[::-1]))
    with pytest.raises(EditConflict, match="lines"):
        workbench.save(mine.replace(lines=[mine.lines[0], second.replace(amount=9)]))


def test_one_line_is_one_value(workbench: Workbench, colleague: Workbench, saved: Saved) -> None:
    read = saved()
    colleague.save(read.replace(lines=[Line(amount=1)]))
    with pytest.raises(EditConflict, match="changed lines of"):
        workbench.save(read.replace(lines=[Line(amount=2)]))


def test_what_two_good_edits_make_must_be_good_too(
    workbench: Workbench, colleague: Workbench, saved: Saved
) -> None:
    read = saved(expected_signature=TODAY + timedelta(days=10))
    colleague.save(read.replace(expected_signature=TODAY + timedelta(days=1)))
    with pytest.raises(ValidationError) as caught:
        workbench.save(read.replace(opened_on=TODAY + timedelta(days=5)))
    assert [e["type"] for e in caught.value.errors()] == ["signature_before_opening"]
    assert len(workbench.history(read)) == 2


def test_amounts_are_computed_again_after_a_merge(
    workbench: Workbench, colleague: Workbench, saved: Saved
) -> None:
    read = saved(lines=[Line(quantity=1, unit_price="10.5555")])
    colleague.save(read.replace(currency="TND"))
    mine = workbench.save(read.replace(name="Autre"))
    assert mine.amount == Decimal("10.556")
    assert workbench.check() == []


def test_without_the_version_an_edit_started_from_nothing_is_overwritten(
    workbench: Workbench, saved: Saved
) -> None:
    stored = saved()
    with pytest.raises(EditConflict) as caught:
        workbench.save(stored.replace(version=9, name="D'une sauvegarde"))
    assert [c.field for c in caught.value.collisions] == ["name"]
    assert workbench.save(stored.replace(version=9)) == stored


def test_customers_and_employees_merge_like_opportunities(
    workbench: Workbench, colleague: Workbench, customer: Customer, owner: Employee
) -> None:
    colleague.save(customer.replace(phone="04 00"))
    assert workbench.save(customer.replace(sector="energy")).phone == "04 00"
    colleague.save(owner.replace(phone="04 00"))
    with pytest.raises(EditConflict, match="changed phone of"):
        workbench.save(owner.replace(phone="05 00"))


def test_merged_by_itself(saved: Saved) -> None:
    base = saved()
    fields, collisions = merged(base, base.replace(name="a"), base.replace(comment="b", version=2))
    assert (fields["name"], fields["comment"], fields["version"], collisions) == ("a", "b", 2, [])


# -- deleting and restoring ----------------------------------------------------------------------


def test_saving_a_deleted_record_says_who_deleted_it(
    workbench: Workbench, colleague: Workbench, saved: Saved
) -> None:
    record = saved()
    colleague.delete(record)
    with pytest.raises(Deleted, match=f"{record.code} was deleted by Bo"):
        workbench.save(record.replace(name="Autre"))
    with pytest.raises(Deleted):
        workbench.delete(record)
    with pytest.raises(NotFound):
        workbench.opportunity(record.code or "")


def test_a_deletion_ends_the_last_version(
    workbench: Workbench, colleague: Workbench, saved: Saved
) -> None:
    record = saved()
    colleague.delete(record)
    [version] = workbench.history(record)
    assert (version.author, version.deleted_by) == ("Ana", "Bo")
    assert version.valid_to is not None
    assert workbench.check() == []


def test_a_deleted_record_comes_back_as_it_was(
    workbench: Workbench, colleague: Workbench, saved: Saved, clock: Clock
) -> None:
    record = saved(tags=("risk",), lines=[Line(amount=3)])
    workbench.delete(record)
    clock.advance(hours=1)
    back = colleague.restore(Opportunity, record.id or 0)
    assert back == record.replace(version=2)
    assert workbench.opportunity(record.code or "") == back
    assert [(v.version, v.author, v.deleted_by) for v in workbench.history(back)] == [
        (1, "Ana", "Ana"),
        (2, "Bo", None),
    ]
    assert workbench.check() == []
    assert workbench.restore(Opportunity, record.id or 0) == back


def test_a_customer_comes_back_with_its_sites_and_contacts(
    workbench: Workbench, customer: Customer
) -> None:
    workbench.delete(customer)
    assert workbench.restore(Customer, customer.id or 0) == customer.replace(version=2)


def test_an_older_version_can_be_saved_again(workbench: Workbench, saved: Saved) -> None:
    first = saved(tags=("risk",), lines=[Line(amount=3)])
    second = workbench.save(first.replace(name="Autre", tags=(), lines=()))
    old = workbench.history(second)[0].record
    third = workbench.save(old.replace(version=second.version))
    assert third == first.replace(version=3)


def test_an_older_version_of_a_customer_brings_its_site_back(
    workbench: Workbench, customer: Customer
) -> None:
    workbench.save(customer.replace(sites=(), contacts=()))
    third = workbench.save(customer.replace(version=2))
    assert third.sites == customer.sites


def test_what_was_typed_survives_a_deletion_meanwhile(
    workbench: Workbench, colleague: Workbench, saved: Saved
) -> None:
    read = saved(tags=("risk",))
    colleague.delete(colleague.save(read.replace(comment="De Bo")))
    mine = read.replace(name="D'Ana", tags=("risk", "urgent"))
    with pytest.raises(Deleted):
        workbench.save(mine)
    workbench.restore(Opportunity, read.id or 0)
    back = workbench.save(mine)
    assert back == mine.replace(version=4, comment="De Bo")
    assert workbench.check() == []


def test_what_never_was_cannot_be_restored(workbench: Workbench) -> None:
    with pytest.raises(NotFound):
        workbench.restore(Opportunity, 12345)


def test_a_closing_stays_in_the_history(workbench: Workbench, saved: Saved) -> None:
    lost = workbench.close(saved(), Outcome.LOST, reason="price")
    again = workbench.reopen(lost, "proposal")
    assert again.closed_on is None
    assert workbench.history(again)[1].record.loss_reason == "price"


# -- sites and contacts --------------------------------------------------------------------------


def test_sites_keep_their_identifiers(workbench: Workbench, customer: Customer) -> None:
    lyon, grenoble = customer.sites
    edited = workbench.save(
        customer.replace(sites=(Site(code="NEW", name="Nice"), grenoble, lyon.replace(name="L")))
    )
    assert [site.id for site in edited.sites][1:] == [grenoble.id, lyon.id]
    assert edited.sites[0].id not in (None, lyon.id, grenoble.id)
    assert workbench.customer(customer.code or "") == edited


@pytest.mark.parametrize("part", ["sites", "contacts"])
def test_an_identifier_of_another_customer_is_refused(
    part: str, workbench: Workbench, customer: Customer
) -> None:
    stolen = getattr(customer, part)[:1]
    stolen = tuple(value.replace(site=None) if part == "contacts" else value for value in stolen)
    with pytest.raises(NotFound):
        workbench.save(Customer(name="Autre", **{part: stolen}))
    other = workbench.save(Customer(name="Autre"))
    with pytest.raises(NotFound):
        workbench.save(other.replace(**{part: stolen}))
    assert workbench.customer(customer.code or "") == customer


def test_an_identifier_that_never_was_is_refused(workbench: Workbench) -> None:
    with pytest.raises(NotFound):
        workbench.save(Customer(name="Autre", contacts=(Contact(id=9999, last_name="X"),)))
