"""What can be wrong, as errors with a stable code.

The English sentence stands here, beside the class that carries it; other languages are found
by `code` in the catalogues of `oppkit.locale`. Programs test the class or the code, people
read the sentence.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar


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


@dataclass(frozen=True)
class Collision:
    """One field that two people changed to different values."""

    field: str
    base: Any
    mine: Any
    theirs: Any


class EditConflict(UserError):
    """Somebody else changed the same fields; `collisions` holds both values of each."""

    code = "edit_conflict"
    template = "{author} has changed {fields} of {key} meanwhile. Choose which values to keep."

    def __init__(
        self, key: str, author: str, version: int, collisions: tuple[Collision, ...]
    ) -> None:
        self.collisions = collisions
        self.version = version
        super().__init__(
            key=key, author=author, fields=", ".join(item.field for item in collisions)
        )
