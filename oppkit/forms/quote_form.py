"""The form of a quote: what is offered, what it comes to, and each step of its life."""

from __future__ import annotations

from datetime import date
from typing import Any

import ipywidgets as widgets

from oppkit.forms.dialog import Answer, button
from oppkit.forms.field_dialog import FieldDialog
from oppkit.forms.fields import DateField, TextField, row, section
from oppkit.forms.following_dialog import FollowingDialog, something_follows
from oppkit.forms.form import RecordForm
from oppkit.forms.history import HistoryPanel
from oppkit.forms.made_from import MadeFrom
from oppkit.forms.paper_buttons import paper_buttons
from oppkit.forms.quote_fields import QuoteFields
from oppkit.forms.record_tabs import RecordTabs, Side
from oppkit.forms.screen import Screen, joined
from oppkit.forms.widgets.plain import Plain
from oppkit.locale.typed import NotUnderstood
from oppkit.model import Customer, Quote, QuoteState
from oppkit.model.errors import QuoteChanged, QuoteFrozen, QuoteWithoutLines

DRAFT, VALIDATED, SIGNED = QuoteState.DRAFT, QuoteState.VALIDATED, QuoteState.SIGNED


class QuoteForm(RecordForm[Quote]):
    """Edits a draft, and shows what went out. New quotes are made from an opportunity."""

    required = ("name", "quoted_on", "currency")

    def __init__(self, screen: Screen) -> None:
        self.of = QuoteFields(screen)
        super().__init__(screen, Quote, self.of.all())
        self.history = HistoryPanel(screen, self.restore, lambda quote: quote.state is DRAFT)
        self.documents = widgets.HBox(paper_buttons(self)).add_class("opp-documents")
        self.made = MadeFrom(screen)
        self.badge = Plain(level=-1).add_class("opp-badge")
        self.told = Plain(tone="muted")
        self._lay_out_all()

    # -- records ---------------------------------------------------------------------------------

    def heading(self) -> str:
        return joined([self.of.code.widget.value, self.of.name.widget.value.strip()])

    @property
    def quote(self) -> Quote:
        """The quote as it was last read; a quote is saved before it is shown."""
        assert self.saved is not None
        return self.saved

    def adopt(self, record: Quote | None) -> None:
        state = record.state if record else DRAFT
        self.of.enable(state is DRAFT)
        self.badge.text, self.badge.tone = self.screen.text(f"quote_state.{state}"), state.value
        self.told.text, self.told.tone = self._situation(record)
        self._offer_steps(record)
        self.made.show(record.opportunity_id if record else None, record)
        self.tabs.follow(record is not None)

    def note(self, problems: dict[str, str]) -> None:
        if problems:
            self.tabs.show_fields()
        super().note(problems)

    def save(self) -> Quote | None:
        """Save a draft. Raises `QuoteFrozen` for what went out: there is nothing to save."""
        if self.saved is not None and self.saved.state is not DRAFT:
            raise QuoteFrozen(key=self.saved.code, state=self.saved.state.value)
        return super().save()

    # -- the steps of its life -------------------------------------------------------------------

    def validate(self) -> None:
        """Save what is typed, say what validating means, and do it when confirmed."""
        quote = self.save() if self.unsaved else self.saved
        if quote is None:
            return
        if not quote.lines:
            raise QuoteWithoutLines(key=quote.code)
        say, today = self.screen.text, self.screen.date(self.screen.workbench.today)
        words = [say("quote.validate_really", date=today), self._replaced(quote)]
        self.ask(
            "quote.validate_title", " ".join(filter(None, words)),
            Answer(say("quote.do_validate"), lambda: self._validate(quote), "primary"),
        )  # fmt: skip

    def sign(self) -> None:
        """Ask on which day it was signed; then offer what that changes in the opportunity."""
        say, screen = self.screen.text, self.screen
        field = DateField("signed_on", say("field.signed_on"), screen, required=True)
        field.show(screen.workbench.today)

        def act(day: date | None) -> None:
            if day is None:
                raise NotUnderstood("date_parsing", screen.language)
            self._become(screen.workbench.quotes.sign(self.quote, day), "quote.signed_now")
            signed.on_closed(self.follow)

        signed = FieldDialog(
            screen, say("quote.sign_title", code=self.quote.code), say("quote.sign_help"), field,
            say("quote.do_sign"), act,
        )  # fmt: skip
        screen.ask(signed)

    def follow(self) -> None:
        """Offer to mark the opportunity won and to update its amount, where it says otherwise."""
        following = self.screen.workbench.quotes.following(self.quote)
        if something_follows(self.screen, following):
            self.screen.ask(FollowingDialog(
                self.screen, self.quote, following, lambda _sale: self._follow_opportunity()
            ))  # fmt: skip

    def archive(self) -> None:
        """Ask why it is offered no more."""
        say = self.screen.text
        field = TextField("archive_reason", say("field.archive_reason"))

        def act(reason: str) -> None:
            done = self.screen.workbench.quotes.archive(self.quote, reason)
            self._become(done, "quote.archived_now")

        self.leave(lambda: self.screen.ask(FieldDialog(
            self.screen, say("quote.archive_title", code=self.quote.code),
            say("quote.archive_help"), field, say("quote.do_archive"), act,
        )))  # fmt: skip

    def revise(self) -> None:
        """Open a new draft that names this quote; one that is there already is offered first."""
        drafts = [one for one in self._revisions() if one.state is DRAFT]
        if not drafts:
            self._revise()
            return
        say, latest = self.screen.text, drafts[-1]
        self.ask(
            "quote.revise_title", say("quote.revise_again", code=latest.code),
            Answer(say("quote.revise_open"), lambda: self.screen.open(latest), "primary"),
            Answer(say("quote.revise_anew"), self._revise),
        )  # fmt: skip

    # -- inside ----------------------------------------------------------------------------------

    def _validate(self, quote: Quote) -> None:
        try:
            self._become(self.screen.workbench.quotes.validate(quote), "quote.validated_now")
        except QuoteChanged as error:
            self.show(self.screen.workbench.get(Quote, quote.id or 0))
            self.screen.fail(error)

    def _revise(self) -> None:
        draft = self.screen.workbench.quotes.revise(self.quote)
        self.screen.open(draft)
        self.screen.say("quote.revised_now", code=draft.code, parent=self.quote.code)

    def _become(self, quote: Quote, key: str) -> None:
        """Show what a step made of the quote, and say it."""
        self.show(quote)
        self.screen.say(key, code=quote.code)
        self.screen.changed()

    def _revisions(self) -> list[Quote]:
        return self.screen.workbench.quotes.revisions(self.quote)

    def _replaced(self, quote: Quote) -> str:
        """That the quote which it revises will be archived, if it will."""
        if quote.parent_id is None:
            return ""
        parent = self.screen.workbench.get(Quote, quote.parent_id)
        offered = parent.state is VALIDATED
        return self.screen.text("quote.validate_replaces", code=parent.code) if offered else ""

    def _situation(self, quote: Quote | None) -> tuple[str, str]:
        """What there is to know about a quote that is not edited any more, and its tone."""
        if quote is None or quote.state is DRAFT:
            return "", ""
        say, day = self.screen.text, self.screen.date
        if quote.state is SIGNED:
            return say("quote.is_signed", date=day(quote.signed_on)), "muted"
        if quote.state is not VALIDATED:
            return say("quote.is_archived", reason=quote.archive_reason), "muted"
        words = say("quote.is_validated", date=day(quote.validated_on))
        until = quote.valid_until
        if until is None or until >= self.screen.workbench.today:
            return words, "muted"
        return f"{say('quote.has_expired', date=day(until))} {words}", "bad"

    def _offer_steps(self, quote: Quote | None) -> None:
        for made, states in self._steps:
            offered = quote is not None and quote.state in states
            made.layout.display = None if offered else "none"
        self._follow_opportunity()

    def _follow_opportunity(self) -> None:
        """Offer to change the opportunity as long as it says something else."""
        signed = self.saved is not None and self.saved.state is SIGNED
        following = self.screen.workbench.quotes.following(self.quote) if signed else None
        offered = following is not None and something_follows(self.screen, following)
        self._follow.layout.display = None if offered else "none"

    # -- layout ----------------------------------------------------------------------------------

    def _lay_out_all(self) -> None:
        of, say = self.of, self.screen.text
        opening = button("", self._open_customer, self.screen.guard, "", say("quote.open_customer"))
        opening.icon = "arrow-right"
        customer = widgets.HBox([of.customer.widget, opening]).add_class("opp-with-link")
        fields = widgets.VBox([
            section(
                say("quote.general"), row(of.code, of.name), row(customer, of.contact),
                row(of.site, of.expected), row(of.quoted_on, of.valid_until),
            ),
            section(say("field.lines"), row(of.currency, columns=2), of.lines, of.totals),
            section(say("field.terms"), of.terms),
            section(
                say("opportunity.classification"),
                row(of.classification.establishment, of.classification.sector),
                row(of.classification.family, of.classification.subfamily),
            ),
            section(say("field.tags"), of.tags),
            section(say("field.responsibles"), of.responsibles),
            section(say("field.participants"), of.participants, of.participants.adders),
            section(say("field.comment"), of.comment),
        ])  # fmt: skip
        self.tabs = RecordTabs(self.screen, say("quote.details"), fields, [
            Side(say("quote.history"), self.history, lambda: self.history.show(self.quote)),
        ])  # fmt: skip
        self._add_actions()
        self.lay_out(self.told, self.made, self.tabs, beside=[self.badge])

    def _add_actions(self) -> None:
        save = self.button("form.save", self.ask_to_save, "primary")
        validate = self.button("quote.validate", self.ask_to_validate)
        sign = self.button("quote.sign", self.sign, "primary")
        self._follow = self.button("quote.follow_button", self.follow)
        revise = self.button("quote.revise", self.revise)
        archive = self.button("quote.archive", self.archive)
        delete = self.button("form.delete", self.delete, "danger")
        steps: list[tuple[Any, tuple[QuoteState, ...]]] = [
            (save, (DRAFT,)), (validate, (DRAFT,)), (sign, (VALIDATED,)),
            (revise, (VALIDATED, SIGNED, QuoteState.ARCHIVED)), (archive, (DRAFT, VALIDATED)),
            (delete, (DRAFT,)),
        ]  # fmt: skip
        self._steps = steps
        self.actions.children = (
            save, validate, sign, self._follow, revise, self.documents, archive, delete,
        )  # fmt: skip

    def ask_to_validate(self) -> None:
        """Validate once the last keystrokes have come: what the button does."""
        self.frame.settle(self.screen.guard(self.validate))

    def _open_customer(self) -> None:
        self.screen.open(self.screen.workbench.get(Customer, self.quote.customer_id))
