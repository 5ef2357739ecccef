"""Writing an e-mail about an opportunity or a quote: to whom, in what words, with which sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ipywidgets as widgets
from pydantic import ValidationError

from oppkit import locale
from oppkit.forms.dialog import Answer, Dialog, button
from oppkit.forms.fields import ChoiceField, ProseField, TextField
from oppkit.forms.notes import note
from oppkit.forms.printing import first_template, kind_of, template_choices
from oppkit.forms.screen import Screen
from oppkit.forms.widgets.download import Download
from oppkit.forms.widgets.frame import Frame
from oppkit.forms.widgets.plain import Plain
from oppkit.model import Opportunity, Quote, UserError

if TYPE_CHECKING:
    from oppkit.mailing import Message, Recipient

Mailed = Opportunity | Quote

# After these it went out, or may have: a second click would send it twice.
_GONE_OUT = ("delivery_unknown", "sent_not_recorded")


class MailDialog(Dialog):
    """A message that is sent by the server that is set, or saved as a draft to be opened."""

    def __init__(self, screen: Screen, record: Mailed) -> None:
        self.screen, self.record = screen, record
        say = screen.text
        mailing = screen.workbench.mailing
        self.people = mailing.recipients(record)
        self.message: Message = mailing.proposed(record)
        self.templates = screen.workbench.printing.templates(kind_of(record))
        self.sender = TextField("sender", say("mailing.sender"))
        self.to = TextField("to", say("mailing.to"))
        self.cc = TextField("cc", say("mailing.cc"))
        self.subject = TextField("subject", say("field.subject"))
        self.body = ProseField("body", say("mailing.body"), rows=12)
        self.attachment = ChoiceField(
            "attachments", say("mailing.attachment"), template_choices(screen, self.templates),
            none=say("mailing.no_attachment"),
        )  # fmt: skip
        self.fields = [self.sender, self.to, self.cc, self.subject, self.body, self.attachment]
        self.frame = Frame(required=["to"], language=screen.language)
        self.problem = Plain(tone="bad", live=True)
        self.download = Download()
        can_send = mailing.can_send
        hint = [] if can_send else [Plain(text=say("mailing.no_server"), tone="muted")]
        super().__init__(
            say("mailing.title", name=record.code or record.name),
            [self.frame, widgets.VBox([
                self.sender.widget, self.to.widget, self.cc.widget, self._others(),
                self.subject.widget, self.body.widget, self.attachment.widget, *hint,
                self.problem, self.download,
            ]).add_class("opp-mail")],
            [
                *([Answer(say("mailing.send"), self.dispatch, "primary")] if can_send else []),
                Answer(say("mailing.draft"), self.save_draft, "" if can_send else "primary"),
                Answer(say("form.cancel"), lambda: None),
            ],
            screen.guard, wide=True,
        )  # fmt: skip
        self._show()

    # -- what is done ----------------------------------------------------------------------------

    def dispatch(self) -> bool:
        """Send it and record it; the dialog stays open, with the reason, where that fails."""
        self.screen.say("mailing.sending", "info")
        done = self._with_message(
            lambda message: self.screen.workbench.mailing.send(self.record, message)
        )
        if not done:
            self.screen.notice.clear()
            return False
        self.screen.say("mailing.sent", name=self.to.widget.value.strip())
        self.screen.changed()
        return True

    def save_draft(self) -> bool:
        """Have the browser save it as a file that a mail program opens; nothing is recorded."""

        def offer(message: Message) -> None:
            name = f"{self.record.code or kind_of(self.record)}.eml"
            self.download.offer(name, self.screen.workbench.mailing.draft(message))
            self.screen.say("mailing.saved", name=name)

        self._with_message(offer)
        return False  # the browser takes the file from the dialog

    def add(self, person: Recipient) -> None:
        """Add somebody to those who get a copy, or to the first ones where nobody is yet."""
        field = self.cc if self.to.widget.value.strip() else self.to
        if person.address in self.to.widget.value + self.cc.widget.value:
            return
        before = field.widget.value.strip().rstrip(",")
        one = self.message.replace(cc=[{"name": person.name, "email": person.address}]).cc[0]
        field.widget.value = f"{before}, {one}" if before else str(one)

    # -- inside ----------------------------------------------------------------------------------

    def _show(self) -> None:
        message = self.message
        self.sender.show(str(message.sender or ""))
        self.to.show(", ".join(map(str, message.to)))
        self.subject.show(message.subject)
        self.body.show(message.body)
        language = next((one.language for one in self.people if one.proposed), "")
        spoken = language if language in locale.LANGUAGES else self.screen.language
        kind = kind_of(self.record)
        self.attachment.show(first_template(self.screen, self.templates, kind, spoken))

    def _others(self) -> widgets.Box:
        """A button for everybody else with an address: a click adds them."""

        def one(person: Recipient) -> widgets.Button:
            words = self.screen.text("mailing.add", name=person.name or person.address)
            made = button(
                words, lambda: self.add(person), self.screen.guard, tooltip=person.address
            )
            return made.add_class("opp-outlined")

        others = [one(person) for person in self.people if not person.proposed]
        return widgets.HBox(others).add_class("opp-mail-people")

    def _with_message(self, act: Any) -> bool:
        """Act with what is typed; where that is refused, say why beside the fields."""
        self._note({})
        try:
            act(self._read())
        except ValidationError as error:
            found = locale.problems(error, self.screen.language)
            self._note(_by_field(found))
        except UserError as error:
            self.problem.text = self.screen.reason(error)
            if error.code in _GONE_OUT:
                self.buttons[0].disabled = True
        else:
            return True
        return False

    def _read(self) -> Message:
        chosen = self.attachment.read()
        files = []
        if chosen is not None:
            template = self.templates[int(chosen)]
            printed = self.screen.workbench.printing.print(self.record, template)
            files = [{
                "name": printed.name, "media_type": printed.media_type,
                "content": printed.content,
            }]  # fmt: skip
        return self.message.replace(
            sender=self.sender.read(), to=self.to.read(), cc=self.cc.read(),
            subject=self.subject.read(), body=self.body.read(), attachments=files,
        )  # fmt: skip

    def _note(self, problems: dict[str, str]) -> None:
        self.problem.text = note(self.frame, [field.name for field in self.fields], problems)


def _by_field(found: dict[str, list[str]]) -> dict[str, str]:
    """The sentences beside the field of each: that of one address stands beside all of them."""
    beside: dict[str, list[str]] = {}
    for path, sentences in found.items():
        beside.setdefault(path.partition(".")[0], []).extend(sentences)
    return {name: " ".join(dict.fromkeys(sentences)) for name, sentences in beside.items()}


def mail_dialog(screen: Screen, record: Mailed) -> MailDialog:
    """Write an e-mail about a saved opportunity or quote."""
    dialog = MailDialog(screen, record)
    screen.ask(dialog)
    return dialog
