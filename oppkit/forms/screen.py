"""What all parts of one page share: the workbench, the language, the lists, and the messages."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from decimal import Decimal
from functools import wraps
from typing import Any, TypeVar

from pydantic import ValidationError

from oppkit import locale
from oppkit.forms.dialog import Dialog, DialogPlace
from oppkit.forms.widgets.notice import Notice
from oppkit.locale import formats
from oppkit.locale.catalogue import entries
from oppkit.model import Catalogue, Reference, UserError
from oppkit.model.record import Record
from oppkit.workbench import Workbench

log = logging.getLogger("oppkit")

C = TypeVar("C", bound=Reference)


class Screen:
    """One page of one person: forms and lists say and ask everything through it."""

    def __init__(self, workbench: Workbench, language: str | None = None) -> None:
        self.workbench = workbench
        self.language = language or locale.language()
        self.notice = Notice(dismiss=self.text("screen.dismiss"))
        self.dialogs = DialogPlace()
        self.lists: Catalogue = workbench.catalogue()
        self._changed: list[Callable[[], None]] = []
        self._open: Callable[[Record], None] | None = None
        self._new: Callable[[str], None] | None = None

    # -- words -----------------------------------------------------------------------------------

    def text(self, key: str, **values: object) -> str:
        """The words under a key of the catalogue, in the page's language."""
        return locale.text(key, self.language, **values)

    def words(self, section: str) -> dict[str, str]:
        """All words of a section by their name, unfilled: what a widget needs."""
        start = f"{section}."
        return {
            key.removeprefix(start): words
            for key, words in entries(self.language).items()
            if key.startswith(start)
        }

    def count(self, what: str, number: int) -> str:
        """How many: "1 opportunity", "1,200 opportunities" (`count.<what>_one` and `_many`)."""
        key = f"count.{what}_{'one' if abs(number) < 2 and self._one(number) else 'many'}"
        return self.text(key, number=formats.number(number, self.language))

    def _one(self, number: int) -> bool:
        # In French nothing is singular too; in English only one is.
        return number == 1 or self.language == "fr"

    def amount(self, value: Decimal | None, currency: str) -> str:
        """An amount as the reader writes it; nothing for an unknown one."""
        return "" if value is None else formats.amount(value, currency, self.language)

    def number(self, value: Decimal | int | None) -> str:
        """A number as the reader types it."""
        return "" if value is None else formats.number(value, self.language)

    def percent(self, value: Decimal | None) -> str:
        """A fraction as a percentage, with as many decimals as it has."""
        return "" if value is None else formats.percent(value, self.language, decimals=None)

    def date(self, day: date | None) -> str:
        """A day as the reader writes it."""
        return "" if day is None else formats.date(day, self.language)

    # -- lists -----------------------------------------------------------------------------------

    def refresh_lists(self) -> None:
        """Read the reference lists anew: a colleague may have changed them."""
        self.lists = self.workbench.catalogue()

    def label(self, kind: type[Reference], code: str | None) -> str:
        """The label of a code; nothing for none."""
        return self.lists.label(kind.list_name, code, self.language)

    def choices(self, kind: type[C], kept: Iterable[str | None] = ()) -> list[tuple[str, str]]:
        """(code, label) of the open values of a list, and of closed ones that are still `kept`."""
        wanted = set(kept)
        values = [v for v in self.lists.all(kind) if v.active or v.code in wanted]
        return [(value.code, value.label(self.language)) for value in values]

    # -- messages --------------------------------------------------------------------------------

    def say(self, key: str, tone: str = "good", **values: object) -> None:
        """Show a message of the catalogue."""
        self.notice.say(self.text(key, **values), tone)

    def fail(self, error: BaseException) -> None:
        """Say what went wrong and what to do; what nobody expected goes to the log as well."""
        if isinstance(error, KeyboardInterrupt):
            self.say("screen.interrupted", "bad")
        elif isinstance(error, UserError):
            self.notice.say(locale.say(error, self.language), "bad")
        elif isinstance(error, ValidationError):
            self.notice.say(self._all_problems(error), "bad")
        else:
            log.error("A part of the page failed.", exc_info=error)
            detail = f"{type(error).__name__}: {error}"
            self.say("screen.failed", "bad", detail=detail[:300])

    def reason(self, error: Exception) -> str:
        """Why something was refused, in the page's language."""
        if isinstance(error, ValidationError):
            return self._all_problems(error)
        return locale.say(error, self.language)

    def _all_problems(self, error: ValidationError) -> str:
        """The problems of a record without fields on the page, in one sentence each."""
        names = entries(self.language)
        found = locale.problems(error, self.language)
        said = []
        for path, sentences in found.items():
            name = names.get(f"field.{path.rpartition('.')[2]}", "")
            said.append(
                f"{name}{self.text('screen.colon')}{sentences[0]}" if name else sentences[0]
            )
        return " ".join(said)

    def guard(self, callback: Callable[..., Any]) -> Callable[..., Any]:
        """Wrap a callback of a widget: what it raises is said on the page and nothing is lost."""

        @wraps(callback)
        def guarded(*values: Any, **named: Any) -> Any:
            try:
                return callback(*values, **named)
            except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - the page must go on
                self.fail(error)
                return None

        return guarded

    def ask(self, dialog: Dialog) -> Dialog:
        """Show a question over the page."""
        self.dialogs.show(dialog)
        return dialog

    # -- going to a form -------------------------------------------------------------------------

    def navigate(self, to: Callable[[Record], None], new: Callable[[str], None]) -> None:
        """The page says how it shows the form of a record, and of a new one of a kind."""
        self._open, self._new = to, new

    def open(self, record: Record) -> None:
        """Show the form of a record; one of version 0 is new and not saved."""
        if self._open is not None:
            self._open(record)

    def new(self, kind: str) -> None:
        """Show the form of a new record: "opportunity", "customer", "employee", "event"."""
        if self._new is not None:
            self._new(kind)

    # -- news ------------------------------------------------------------------------------------

    def on_changed(self, callback: Callable[[], None]) -> None:
        """Call when something of this page has written to the workspace."""
        self._changed.append(callback)

    def changed(self) -> None:
        """Tell the other parts of the page that the workspace has changed."""
        for callback in self._changed:
            self.guard(callback)()


def joined(parts: Sequence[str]) -> str:
    """The parts that are not empty, set apart by a middle dot."""
    return " · ".join(part for part in parts if part)
