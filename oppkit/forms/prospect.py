"""A prospect created on the spot, while somebody looks for a customer that is not there."""

from __future__ import annotations

from collections.abc import Callable

from oppkit.forms.dialog import Answer, Dialog, button
from oppkit.forms.screen import Screen, joined
from oppkit.forms.widgets.pick import Choice
from oppkit.forms.widgets.plain import Plain
from oppkit.model import Customer


def prospect_creator(
    screen: Screen, choose: Callable[[Choice], None]
) -> Callable[[str], Choice | None]:
    """What a field of customers calls with the name that was typed.

    Customers of nearly the same name are shown first: the field then gets its choice later.
    """

    def create(name: str) -> Choice | None:
        alike = screen.workbench.duplicates.of_customer(name)
        if not alike:
            return _created(screen, name)
        links = [
            button(
                joined([one.name, one.code, one.detail]),
                lambda one=one: _take(screen, choose, Choice(  # type: ignore[misc]
                    str(one.id), one.name, one.detail, one.code
                )), screen.guard,
            )
            for one in alike
        ]  # fmt: skip
        for link in links:
            link.add_class("opp-outlined")
        screen.ask(Dialog(
            screen.text("prospect.alike"), [Plain(text=screen.text("prospect.choose")), *links],
            [
                Answer(
                    screen.text("prospect.create_anyway", name=name),
                    lambda: choose(_created(screen, name)), "primary",
                ),
                Answer(screen.text("form.cancel"), lambda: None),
            ],
            screen.guard,
        ))  # fmt: skip
        return None

    return create


def _take(screen: Screen, choose: Callable[[Choice], None], choice: Choice) -> None:
    choose(choice)
    if screen.dialogs.dialog is not None:
        screen.dialogs.dialog.finish()


def _created(screen: Screen, name: str) -> Choice:
    made = screen.workbench.save(Customer(name=name))
    screen.say("prospect.created", name=made.name, code=made.code)
    return Choice(str(made.id), made.name, "", made.code or "")
