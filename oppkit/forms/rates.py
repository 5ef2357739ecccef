"""Exchange rates, and the currency that all totals and forecasts are told in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import ipywidgets as widgets

from oppkit.forms.dialog import Answer, Dialog, button
from oppkit.forms.draft import Draft, NotReady
from oppkit.forms.fields import ChoiceField, DateField, Field, NumberField, row
from oppkit.forms.notes import note
from oppkit.forms.screen import Screen
from oppkit.forms.widgets.frame import Frame
from oppkit.forms.widgets.plain import Plain
from oppkit.forms.widgets.table import Column, Table, TableRow
from oppkit.model import Currency, UserError
from oppkit.model.errors import RateStands
from oppkit.model.rate import ExchangeRate


class RatesPanel(widgets.VBox):
    """All rates, the latest of each currency first; opening one shows its form."""

    def __init__(self, screen: Screen) -> None:
        self.screen = screen
        self._rates: list[ExchangeRate] = []
        say = screen.text
        self.told = Plain(tone="muted")
        self.table = Table(
            [
                Column("currency", say("field.currency"), width="2fr", sortable=False),
                Column("valid_from", say("field.valid_from"), width="9rem", sortable=False),
                Column("rate", say("field.rate"), "end", "9rem", sortable=False),
            ],
            self._rows, screen.words("lists_table"), label=say("list_name.rates"),
            height="min(30rem, 62vh)", guard=screen.guard,
        )  # fmt: skip
        self.table.on_open(self.edit)
        actions = widgets.HBox([
            button(say("rates.new"), self.add, screen.guard, "primary"),
            button(say("rates.change_currency"), self.choose_currency, screen.guard)
            .add_class("opp-outlined"),
        ]).add_class("opp-list-actions")  # fmt: skip
        super().__init__(
            [Plain(text=say("list_name.rates"), level=2), self.told, actions, self.table]
        )
        self.add_class("opp-list-panel")
        self.refresh(keep_place=False)

    def refresh(self, keep_place: bool = True) -> None:
        """Read the rates anew."""
        self._rates = self.screen.workbench.lists.rates()
        self.told.text = self.screen.text("rates.help", currency=self._currency())
        footer = self.screen.count("rates", len(self._rates))
        self.table.refresh(len(self._rates), footer, keep_place)

    def add(self) -> None:
        """Ask for a new rate."""
        self.screen.ask(RateDialog(self.screen, None, self.refresh))

    def edit(self, key: str) -> None:
        """Show the form of a rate by its key, "USD 2026-01-31"."""
        for rate in self._rates:
            if _key(rate) == key:
                self.screen.ask(RateDialog(self.screen, rate, self.refresh))

    def choose_currency(self) -> None:
        """Ask for another currency of totals."""
        say = self.screen.text
        currency = ChoiceField(
            "currency", say("field.currency"), self.screen.choices(Currency), none=None
        )
        currency.show(self.screen.workbench.currency)
        told = Plain(text=say("rates.currency_help"), live=True)

        def save() -> bool:
            try:
                self.screen.workbench.lists.set_currency(str(currency.read()))
            except UserError as error:
                told.tone, told.text = "bad", self.screen.reason(error)
                return False
            self.screen.say("rates.currency_saved")
            self.refresh()
            self.screen.changed()
            return True

        self.screen.ask(Dialog(
            say("rates.currency_title"), [told, row(currency)],
            [Answer(say("form.save"), save, "primary"), Answer(say("form.cancel"), lambda: None)],
            self.screen.guard,
        ))  # fmt: skip

    def _currency(self) -> str:
        return self.screen.label(Currency, self.screen.workbench.currency)

    def _rows(self, offset: int, limit: int) -> Sequence[TableRow]:
        return [
            TableRow(_key(rate), [
                f"{self.screen.label(Currency, rate.currency)} ({rate.currency})",
                self.screen.date(rate.valid_from), self.screen.number(rate.rate),
            ])
            for rate in self._rates[offset : offset + limit]
        ]  # fmt: skip


class RateDialog(Dialog):
    """Adds a rate, or changes or deletes the given one; refusals are said in the dialog."""

    def __init__(
        self, screen: Screen, rate: ExchangeRate | None = None,
        on_done: Callable[[], Any] = lambda: None,
    ) -> None:  # fmt: skip
        self.screen, self.base = screen, rate
        self._on_done = on_done
        say = screen.text
        self.draft: Draft[ExchangeRate] = Draft(screen, ExchangeRate, self._fields())
        self.frame = Frame(
            on_save=lambda: self.answer(0), required=list(self.draft.fields),
            language=screen.language,
        )  # fmt: skip
        self.told = Plain(tone="bad", live=True)
        rows = [row(field) for field in self.draft.fields.values()]
        form = widgets.VBox([self.frame, self.told, *rows]).add_class("opp-form")
        delete = [Answer(say("form.delete"), self.delete, "danger")] if rate else []
        super().__init__(
            say("rates.edit" if rate else "rates.new"), [form.add_class("opp-list-form")],
            [
                Answer(say("form.save"), self.save, "primary"), *delete,
                Answer(say("form.cancel"), lambda: None),
            ],
            screen.guard,
        )  # fmt: skip
        self.draft.show(rate.__dict__ if rate else {
            "currency": self.draft.fields["currency"].read(), "valid_from": screen.workbench.today,
        })  # fmt: skip

    def save(self) -> bool:
        """Save what is typed; False when it is refused."""
        try:
            rate = self.draft.read()
        except NotReady as error:
            self._note(error.problems)
            return False
        return self._trying(
            lambda: self.screen.workbench.lists.save_rate(rate, self.base), "rates.saved", rate
        )

    def delete(self) -> bool:
        """Delete the rate: the one before it goes on."""
        base = self.base
        return base is None or self._trying(
            lambda: self.screen.workbench.lists.delete_rate(base), "rates.deleted", base
        )

    def _fields(self) -> list[Field]:
        say, own = self.screen.text, self.screen.workbench.currency
        kept = [self.base.currency] if self.base else []
        offered = [c for c in self.screen.choices(Currency, kept) if c[0] != own]
        return [
            ChoiceField("currency", say("field.currency"), offered, none=None),
            DateField("valid_from", say("field.valid_from"), self.screen, required=True),
            NumberField(
                "rate", say("field.rate"), self.screen, say("rates.rate_hint", currency=own)
            ),
        ]

    def _trying(self, act: Callable[[], None], key: str, rate: ExchangeRate) -> bool:
        try:
            act()
        except RateStands as error:
            self.base = theirs = error.theirs  # type: ignore[assignment]
            stands = self.screen.number(theirs.__dict__["rate"])
            sentence = self.screen.reason(error)
            self._note({}, f"{sentence} {self.screen.text('rates.stands', rate=stands)}")
            return False
        except UserError as error:
            self._note({}, self.screen.reason(error))
            return False
        day = self.screen.date(rate.valid_from)
        self.screen.say(key, currency=rate.currency, date=day)
        self._on_done()
        self.screen.changed()
        return True

    def _note(self, problems: Mapping[str, str], sentence: str = "") -> None:
        others = note(self.frame, self.draft.fields, problems)
        self.told.text = f"{others} {sentence}".strip()


def _key(rate: ExchangeRate) -> str:
    return f"{rate.currency} {rate.valid_from.isoformat()}"
