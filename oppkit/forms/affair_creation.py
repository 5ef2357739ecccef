"""Creating the affair that delivers an opportunity, after a look at what it will be."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from pydantic import ValidationError

from oppkit import locale
from oppkit.forms.dialog import Answer, Dialog
from oppkit.forms.fields import TextField
from oppkit.forms.notes import note
from oppkit.forms.screen import Screen, joined
from oppkit.forms.widgets.frame import Frame
from oppkit.forms.widgets.plain import Facts, Plain
from oppkit.model import Affair, Customer, CustomerKind, Opportunity, UserError
from oppkit.model.errors import CodeTaken


class AffairDialog(Dialog):
    """Asks for the code of the affair, and shows its budget and what becomes of the prospect."""

    def __init__(
        self, screen: Screen, opportunity: Opportunity, on_created: Callable[[Affair], None]
    ) -> None:
        self.screen, self._on_created = screen, on_created
        workbench = screen.workbench
        with workbench.at_once():
            # As it stands now: a colleague may have changed its lines, whose sum is the budget.
            self.opportunity = workbench.get(Opportunity, opportunity.id or 0)
            customer = workbench.get(Customer, opportunity.customer_id)
            proposed = workbench.proposed_code(Affair)
        self.code = TextField("code", screen.text("field.code"), None, proposed)
        self.code.widget.add_class("opp-affair-code")
        self.frame = Frame(on_save=lambda: self.answer(0), language=screen.language)
        self.facts = Facts(rows=self._facts(customer)).add_class("opp-affair-facts")
        self.told = Plain(text=self._conversion(customer))
        self.problem = Plain(tone="bad", live=True)
        super().__init__(
            screen.text("opportunity.create_affair"),
            [
                Plain(text=screen.text("affairs.create_help")), self.frame, self.code.widget,
                self.facts, self.told, self.problem,
            ],
            [
                Answer(screen.text("affairs.create"), self.create, "primary"),
                Answer(screen.text("form.cancel"), lambda: None),
            ],
            screen.guard,
        )  # fmt: skip

    def create(self) -> bool:
        """Create it and hand it over; False, with the reason in the dialog, when refused."""
        self._note({})
        try:
            affair = self.screen.workbench.create_affair(self.opportunity, self.code.read())
        except ValidationError as error:
            found = locale.problems(error, self.screen.language)
            self._note({path: " ".join(sentences) for path, sentences in found.items()})
            return False
        except UserError as error:
            field = "code" if isinstance(error, CodeTaken) else ""
            self._note({field: self.screen.reason(error)})
            return False
        self._on_created(affair)
        self.screen.say("opportunity.affair_created", code=affair.code)
        return True

    # -- inside ----------------------------------------------------------------------------------

    def _note(self, problems: dict[str, str]) -> None:
        self.problem.text = note(self.frame, [self.code.name], problems)

    def _facts(self, customer: Customer) -> list[list[str]]:
        say, sale = self.screen.text, self.opportunity
        budget = self.screen.amount(sale.amount or Decimal(0), sale.currency)
        days = [
            [say(f"field.{name}"), self.screen.date(getattr(sale, name))]
            for name in ("production_start", "production_end")
            if getattr(sale, name)
        ]
        return [
            [say("field.opportunity_id"), joined([sale.code or "", sale.name])],
            [say("field.customer_id"), joined([customer.code or "", customer.name])],
            [say("field.budget"), say("affairs.budget_is", amount=budget)],
            *days,
        ]

    def _conversion(self, customer: Customer) -> str:
        """What becomes of a prospect; nothing of a customer."""
        if customer.kind is CustomerKind.CUSTOMER:
            return ""
        return self.screen.text(
            "affairs.conversion", name=customer.name, code=customer.code or "",
            date=self.screen.date(self.screen.workbench.today),
        )  # fmt: skip


def ask_for_affair(
    screen: Screen, opportunity: Opportunity, on_created: Callable[[Affair], None]
) -> AffairDialog:
    """Ask over the page; `on_created` gets the affair, if one is created."""
    dialog = AffairDialog(screen, opportunity, on_created)
    screen.ask(dialog)
    return dialog
