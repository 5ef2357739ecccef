"""Printing a record: a template from the list, a preview, and the file to save."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ipywidgets as widgets

from oppkit.forms.dialog import Answer, Dialog
from oppkit.forms.fields import ChoiceField
from oppkit.forms.screen import Screen
from oppkit.forms.widgets.download import Download
from oppkit.forms.widgets.frame import Frame
from oppkit.forms.widgets.pages import Pages
from oppkit.forms.widgets.plain import Plain
from oppkit.model import Affair, Opportunity, Quote, UserError

if TYPE_CHECKING:
    from oppkit.printing import Printed, Template

Printable = Opportunity | Quote | Affair

# Quotes are sent; of the others one wants an overview.
_FIRST = {"quote": "quote-detailed"}


def kind_of(record: Printable) -> str:
    """The name of the record's kind, by which templates are found."""
    return type(record).__name__.lower()


def template_choices(screen: Screen, templates: list[Template]) -> list[tuple[str, str]]:
    """(place in the list, words) for a field that offers them, in the page's language first."""
    order = sorted(
        range(len(templates)), key=lambda place: templates[place].language != screen.language
    )
    return [(str(place), _words(screen, templates[place])) for place in order]


def _words(screen: Screen, template: Template) -> str:
    words = screen.text(
        "printing.template", name=template.label,
        tongue=screen.text(f"printing.language_{template.language}"),
    )  # fmt: skip
    return screen.text("printing.word", name=words) if template.format == "word" else words


class PrintDialog(Dialog):
    """Shows a saved record in the template that is chosen; stays open until it is closed."""

    def __init__(self, screen: Screen, record: Printable) -> None:
        self.screen, self.record = screen, record
        say = screen.text
        kind = kind_of(record)
        self.templates = screen.workbench.printing.templates(kind)
        self.printed: Printed | None = None
        self.template = ChoiceField(
            "template", say("printing.choose"), template_choices(screen, self.templates), none=None
        )
        self.template.show(self._first(kind))
        self.pages = Pages(label=say("printing.preview"))
        self.said = Plain(tone="warn", live=True)
        self.problem = Plain(tone="bad", live=True)
        self.download = Download()
        body = widgets.VBox([
            self.template.widget, self.problem, self.said, self.pages, self.download
        ]).add_class("opp-printing")  # fmt: skip
        super().__init__(
            say("printing.title", name=record.code or record.name),
            [Frame(language=screen.language), body],
            [
                Answer(say("printing.save"), self.save, "primary"),
                Answer(say("printing.close"), lambda: None),
            ],
            screen.guard, wide=True,
        )  # fmt: skip
        self.template.on_change(screen.guard(self.preview))

    def preview(self) -> None:
        """Print in the chosen template and show the pages."""
        say = self.screen.text
        self.printed, self.problem.text, self.said.text = None, "", ""
        self.pages.clear(say("printing.waiting"))
        self.buttons[0].disabled = True
        try:
            self.printed = self._print()
        except UserError as error:
            self.problem.text = self.screen.reason(error)
            self.pages.clear()
            return
        self.buttons[0].disabled = False
        self.said.text = " ".join(self.printed.warnings_in(self.screen.language))
        self._show_pages(self.printed)

    def save(self) -> bool:
        """Have the browser save the file; the dialog stays, for another template perhaps."""
        if self.printed is not None:
            self.download.offer(self.printed.name, self.printed.content)
            self.screen.say("printing.saved", name=self.printed.name)
        return False

    # -- inside ----------------------------------------------------------------------------------

    def _print(self) -> Printed:
        chosen = self.templates[int(self.template.read() or 0)]
        return self.screen.workbench.printing.print(self.record, chosen)

    def _show_pages(self, printed: Printed) -> None:
        try:
            images = printed.pages()
        except UserError as error:  # a Word document, say: it can be saved all the same
            self.pages.clear(self.screen.reason(error))
            return
        count = len(images)
        labels = [
            self.screen.text("printing.page", number=n + 1, count=count) for n in range(count)
        ]
        self.pages.show(images, labels)

    def _first(self, kind: str) -> str:
        return first_template(self.screen, self.templates, kind, self.screen.language)


def first_template(screen: Screen, templates: list[Template], kind: str, language: str) -> str:
    """The place of the template to begin with: the firm's own one in the language, if any."""
    wanted = _FIRST.get(kind, f"{kind}-short")
    ranked = sorted(
        range(len(templates)),
        key=lambda place: (
            templates[place].language != language, not templates[place].own,
            templates[place].name != wanted,
        ),
    )  # fmt: skip
    return str(ranked[0])


def print_dialog(screen: Screen, record: Printable) -> PrintDialog:
    """Choose a template for a saved record and see it printed."""
    dialog = PrintDialog(screen, record)
    screen.ask(dialog)
    dialog.preview()
    return dialog
