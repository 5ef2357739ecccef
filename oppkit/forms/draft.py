"""What a person is editing: fields with what was typed, beside the record as it was read."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Generic, TypeVar

from pydantic import ValidationError

from oppkit import locale
from oppkit.forms.fields import UNREADABLE, Field
from oppkit.forms.screen import Screen
from oppkit.locale.typed import NotUnderstood
from oppkit.model.record import Record

R = TypeVar("R", bound=Record)


class NotReady(Exception):
    """The fields do not make a record; `problems` holds a sentence for each path."""

    def __init__(self, problems: dict[str, str]) -> None:
        self.problems = problems
        super().__init__(problems)


class Draft(Generic[R]):
    """The fields of one record. Nothing typed is changed but by `show`."""

    def __init__(self, screen: Screen, record: type[R], fields: Sequence[Field]) -> None:
        self._screen = screen
        self._record = record
        self.fields = {field.name: field for field in fields}
        self.base: dict[str, Any] = {}
        self._shown: dict[str, Any] = {}
        self._listeners: list[Callable[[], None]] = []
        self._showing = False
        for field in fields:
            field.on_change(self._touched)

    def show(
        self, values: Mapping[str, Any], touched: bool = False, kept: Collection[str] = ()
    ) -> None:
        """Show a record's values, of which some have no field; `touched`: not saved anywhere.

        Rows of the fields in `kept` stay as they are: somebody may be typing in them.
        """
        self.base = dict(values)
        self._showing = True
        try:
            for name, field in self.fields.items():
                if not (field.has_rows and name in kept):
                    field.show(values.get(name))
        finally:
            self._showing = False
        self._shown = {} if touched else self._typed()
        self._touched()

    @property
    def unsaved(self) -> bool:
        """Whether something differs from what was shown."""
        return self._typed() != self._shown

    @property
    def showing(self) -> bool:
        """Whether values are being put in: what follows from a choice must not be worked out."""
        return self._showing

    def read(self) -> R:
        """The record, with all rules checked. Raises `NotReady` with all that is wrong."""
        values, problems = dict(self.base), dict[str, str]()
        for name, field in self.fields.items():
            try:
                values[name] = field.read()
                parts = field.unreadable()
            except NotUnderstood as error:
                values[name], parts = UNREADABLE, {"": str(error)}
            problems |= {f"{name}.{path}".rstrip("."): words for path, words in parts.items()}
        lists = self._screen.lists
        try:
            return self._record.model_validate(values, context={"catalogue": lists})
        except ValidationError as error:
            found = locale.problems(error, self._screen.language)
            said = {path: " ".join(sentences) for path, sentences in found.items()}
            raise NotReady(said | problems) from None

    def on_change(self, callback: Callable[[], None]) -> None:
        """Call after each keystroke or choice, once the fields have all been shown."""
        self._listeners.append(callback)

    def _typed(self) -> dict[str, Any]:
        return {name: field.typed for name, field in self.fields.items()}

    def _touched(self) -> None:
        if not self._showing:
            for callback in self._listeners:
                self._screen.guard(callback)()
