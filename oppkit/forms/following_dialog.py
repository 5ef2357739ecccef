"""After a signature: whether the opportunity is won, and takes over the lines of the quote."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ipywidgets as widgets

from oppkit.forms.dialog import Answer, Dialog
from oppkit.forms.fields import CheckField
from oppkit.forms.screen import Screen
from oppkit.forms.widgets.plain import Facts, Plain
from oppkit.forms.wording import NOTHING, Wording
from oppkit.model import Opportunity, Outcome, Quote, Status
from oppkit.model.following import Following


class FollowingDialog(Dialog):
    """Two boxes, neither of them ticked; only what a person ticks is done."""

    def __init__(
        self, screen: Screen, quote: Quote, following: Following,
        on_done: Callable[[Opportunity], Any],
    ) -> None:  # fmt: skip
        self.screen, self.quote, self.following = screen, quote, following
        self._on_done = on_done
        say = screen.text
        self.won = CheckField("won", self._won_words())
        self.amount = CheckField("amount", self._amount_words())
        self.facts = Facts(
            caption=say("quote.follow_lines"), headings=[
                say("history.field"), say("quote.follow_now"), say("quote.follow_then"),
            ],
            rows=self._changes() if following.differs else [],
        )  # fmt: skip
        boxes = [self.won.widget] if _may_be_won(screen, following) else []
        if following.differs:
            boxes += [self.amount.widget, self.facts]
        super().__init__(
            say("quote.follow"),
            [
                Plain(text=say("quote.follow_help", code=following.opportunity.code)),
                widgets.VBox(boxes).add_class("opp-choices"),
            ],
            [
                Answer(say("quote.follow_do"), self.done, "primary"),
                Answer(say("quote.follow_not"), lambda: None),
            ],
            screen.guard, wide=following.differs,
        )  # fmt: skip
        for box in (self.won, self.amount):
            box.on_change(screen.guard(self._follow_boxes))
        self._follow_boxes()

    def done(self) -> bool:
        """Do what is ticked, and nothing else."""
        won, amount = self.won.read(), self.amount.read()
        if not (won or amount):
            return False
        saved = self.screen.workbench.quotes.follow(self.quote, won=won, amount=amount)
        self.screen.say("quote.followed", code=saved.code)
        self._on_done(saved)
        return True

    # -- inside ----------------------------------------------------------------------------------

    def _follow_boxes(self) -> None:
        self.buttons[0].disabled = not (self.won.read() or self.amount.read())

    def _won_words(self) -> str:
        sale = self.following.opportunity
        day = max(self.quote.signed_on or self.screen.workbench.today, sale.opened_on)
        return self.screen.text(
            "quote.follow_won", code=sale.code, date=self.screen.date(day),
            status=self.screen.label(Status, sale.status),
        )  # fmt: skip

    def _amount_words(self) -> str:
        before, after = self.following.opportunity, self.following.offered
        return self.screen.text(
            "quote.follow_amount",
            before=self.screen.amount(before.amount, before.currency) or NOTHING,
            after=self.screen.amount(after.amount, after.currency) or NOTHING,
        )  # fmt: skip

    def _changes(self) -> list[list[str]]:
        changes = Wording(self.screen).changes(self.following.opportunity, self.following.offered)
        return [[one.label, one.before or NOTHING, one.after or NOTHING] for one in changes]


def something_follows(screen: Screen, following: Following) -> bool:
    """Whether the opportunity says something else than its signed quote."""
    return following.differs or _may_be_won(screen, following)


def _may_be_won(screen: Screen, following: Following) -> bool:
    return screen.lists.outcome(following.opportunity.status) is not Outcome.WON
