"""What can be wrong, as errors with a stable code.

The English sentence stands here, beside the class that carries it; other languages are found
by `code` in the catalogues of `oppkit.locale`. Programs test the class or the code, people
read the sentence.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from collections.abc import Mapping

    from oppkit.model.record import Record


class UserError(Exception):
    """Something a person can put right. `template` says what to do; `values` fill it in."""

    code: ClassVar[str] = "user_error"
    template: ClassVar[str] = "{detail}"

    def __init__(self, **values: Any) -> None:
        self.values = values
        super().__init__(self.template.format(**values))


class NotFound(UserError):
    """No record of this kind under this code or identifier."""

    code = "not_found"
    template = "There is no {kind} {key}. Check the code, or search for it by name."


class CodeTaken(UserError):
    """A code that must be unique is in use."""

    code = "code_taken"
    template = "The code {key} is already used by another {kind}. Choose another one."


class InUse(UserError):
    """Deletion refused: other records refer to this one."""

    code = "in_use"
    template = "{key} cannot be deleted while these refer to it: {referrers}. Delete them first."


class Deleted(UserError):
    """The record was deleted by somebody else since it was read."""

    code = "deleted"
    template = "{key} was deleted by {author} meanwhile. Restore it from its history to go on."


class NoStatus(UserError):
    """No status in the list leads to this outcome."""

    code = "no_status"
    template = "No active status has the outcome {outcome}. Add one to the list of statuses."


class NotSaved(UserError):
    """An action that needs a saved opportunity."""

    code = "not_saved"
    template = "Save the opportunity first: a quote or an affair must be able to refer to it."


class QuoteFrozen(UserError):
    """A quote that was validated is what the customer has in hands."""

    code = "quote_frozen"
    template = "{key} is {state} and cannot be changed any more. Revise it: that makes a new draft."


class QuoteKept(UserError):
    """A quote with a number stays, so that no number is missing."""

    code = "quote_kept"
    template = "{key} has its number and cannot be deleted. Archive it, with a reason."


class QuoteStateGiven(UserError):
    """Number, state and dates of a quote are given by what happens to it."""

    code = "quote_state_given"
    template = (
        "These fields of a quote are not typed: {fields}. "
        "Validate, sign, archive or revise the quote."
    )


class QuoteChanged(UserError):
    """Somebody else saved the draft that is to go out; `theirs` is what stands now."""

    code = "quote_changed"
    template = "{author} has changed {key} meanwhile. Look at it as it stands, then validate it."

    def __init__(self, theirs: Record, key: str, author: str) -> None:
        self.theirs = theirs
        super().__init__(key=key, author=author)


class WrongQuoteState(UserError):
    """What was asked is not for a quote in this state."""

    code = "wrong_quote_state"
    template = "{key} is {state}: a quote in that state cannot be {done}."


class QuoteWithoutLines(UserError):
    """Nothing is offered."""

    code = "quote_without_lines"
    template = "{key} has no lines: add what is offered before validating it."


class SameRecord(UserError):
    """A record cannot be merged into itself."""

    code = "same_record"
    template = "{key} is one and the same record. Choose another one to merge into it."


class UnsavedDuplicate(UserError):
    """Only what is in the store can be merged."""

    code = "unsaved_duplicate"
    template = "Save {name} first: only saved records can be merged."


class DifferentKinds(UserError):
    """A customer and an opportunity cannot become one."""

    code = "different_kinds"
    template = (
        "{key} and {other} are not of the same kind. Choose two customers or two opportunities."
    )


class WonAndLost(UserError):
    """Two opportunities of which one was won and the other lost."""

    code = "won_and_lost"
    template = "{won} is won and {lost} is lost. Reopen the one that is wrong, then merge them."


class OtherIsWon(UserError):
    """Merging would make a won sale disappear."""

    code = "other_is_won"
    template = "{key} is won and {kept} is not. Merge {kept} into {key} instead, or reopen {key}."


class NoSuchDay(UserError):
    """A shift that leads out of the calendar."""

    code = "no_such_day"
    template = "{months} months from {day} lie outside the calendar. Shift by fewer months."


class LastStatus(UserError):
    """The only active status with an outcome that opportunities need."""

    code = "last_status"
    template = (
        "{code} is the last active status with the outcome {outcome}, which opportunities need. "
        "Add another one first."
    )


class OwnerRoleNeeded(UserError):
    """The role that names the owner of an opportunity."""

    code = "owner_role_needed"
    template = "The role {code} names the owner of each opportunity: it must stay. Rename it."


class WorkspaceCurrency(UserError):
    """The currency of totals and forecasts."""

    code = "workspace_currency"
    template = "{code} is the currency of totals and forecasts: choose another one for them first."


class FixedWhileInUse(UserError):
    """A field of a list value by which records were entered."""

    code = "fixed_while_in_use"
    template = (
        "{code} is used by {count} records, which rely on its {fields}. Add another value instead, "
        "and close this one."
    )


class ValueChanged(UserError):
    """Somebody else changed a value of a list; `theirs` is what stands now."""

    code = "value_changed"
    template = (
        "{code} was changed by somebody else meanwhile. Look at what stands now, then decide."
    )

    def __init__(self, theirs: Record) -> None:
        self.theirs = theirs
        super().__init__(code=theirs.__dict__["code"])


class ValueGone(UserError):
    """Somebody else deleted a value of a list."""

    code = "value_gone"
    template = "{code} was deleted from the list meanwhile. Add it again if it is still needed."


class RateStands(UserError):
    """There is a rate from that day on already; `theirs` is that one."""

    code = "rate_stands"
    template = "From that day on, another rate of {currency} stands. Look at it, then decide."

    def __init__(self, theirs: Record) -> None:
        self.theirs = theirs
        super().__init__(currency=theirs.__dict__["currency"])


class RatesExist(UserError):
    """Exchange rates are told in the currency of the workspace."""

    code = "rates_exist"
    template = (
        "There are exchange rates into {currency}: they would be wrong in {wanted}. Delete them "
        "first."
    )


@dataclass(frozen=True)
class Collision:
    """One field that two people changed to different values."""

    field: str
    base: Any
    mine: Any
    theirs: Any


class EditConflict(UserError):
    """Somebody else changed the same fields; `collisions` holds both values of each.

    `theirs` is the record as it now stands in the store, and `settled` makes the one to save.
    """

    code = "edit_conflict"
    template = "{author} has changed {fields} of {key} meanwhile. Choose which values to keep."

    def __init__(
        self, key: str, author: str, theirs: Record, collisions: tuple[Collision, ...],
        merged: Mapping[str, Any],
    ) -> None:  # fmt: skip
        self.theirs = theirs
        self.collisions = collisions
        self._merged = dict(merged)
        super().__init__(
            key=key, author=author, fields=", ".join(item.field for item in collisions)
        )

    def settled(self, mine: Collection[str]) -> Any:
        """The record to save: my value of the colliding fields in `mine`, theirs of the others.

        What only one side changed is kept, whoever it was. It replaces the version that stands
        in the store, and is checked when it is saved: values chosen from two edits may break a
        rule together. Raises `KeyError` for a field that does not collide.
        """
        colliding = {item.field: item.theirs for item in self.collisions}
        if strangers := set(mine) - colliding.keys():
            raise KeyError(f"no collision of {', '.join(sorted(strangers))} to settle")
        theirs = {name: value for name, value in colliding.items() if name not in mine}
        return self.theirs.model_copy(update=self._merged | theirs)
