"""Writing an e-mail from a form: proposed, completed, sent by a real server or saved as a draft."""

from __future__ import annotations

from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
import trustme

from oppkit.forms.mailing import MailDialog, mail_dialog
from oppkit.forms.screen import Screen
from oppkit.forms.widgets.download import Download
from oppkit.model import Contact, Customer, Employee, Opportunity, Participant, Quote
from oppkit.workbench import Workbench
from tests.mail_server import HANG_UP, QUOTED, Mailroom, Scripted, context_of, real


@pytest.fixture(autouse=True)
def unset(monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine's own server and templates are not part of a test."""
    for name in ("OPPKIT_TEMPLATES", "OPPKIT_SMTP_URL", "OPPKIT_MAIL_FROM"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def offered(monkeypatch: pytest.MonkeyPatch) -> dict[str, bytes]:
    """The files that the browser was given."""
    files: dict[str, bytes] = {}
    monkeypatch.setattr(
        Download, "offer", lambda _self, name, content: files.update({name: content})
    )
    return files


@pytest.fixture
def sale(workbench: Workbench, customer: Customer, owner: Employee, saved: Any) -> Opportunity:
    workbench.save(owner.replace(email="ana@example.com"))
    lea, martin = customer.contacts
    workbench.save(customer.replace(contacts=(
        lea.replace(email="lea@example.fr"), martin.replace(email="martin@example.fr"),
        Contact(first_name="Zoé", last_name="Sans adresse"),
    )))  # fmt: skip
    sale: Opportunity = saved(participants=(Participant(contact_id=lea.id),))
    return sale


@pytest.fixture
def quote(workbench: Workbench, sale: Opportunity) -> Quote:
    return workbench.quotes.validate(workbench.create_quote(sale))


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def mailroom(
    authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Mailroom]:
    """A real server, set as the workbench's own; bo@example.fr is not known there."""
    file = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(file)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    room = Mailroom({"bo@example.fr": "550 No such user here"})
    with real(context_of(authority, "127.0.0.1"), room) as address:
        monkeypatch.setenv("OPPKIT_SMTP_URL", f"smtp://{QUOTED}@{address}")
        yield room


def words(dialog: MailDialog) -> list[str]:
    return [made.description for made in dialog.buttons]


def test_a_message_is_proposed(screen: Screen, quote: Quote) -> None:
    dialog = mail_dialog(screen, quote)
    assert dialog.sender.widget.value == "Ana Lopez <ana@example.com>"
    assert dialog.to.widget.value == "Léa Dupont <lea@example.fr>"
    assert "QUO-2026-0001" in dialog.subject.widget.value
    # Léa reads French: so do the message and the document, whatever the language of the page.
    assert "Bonjour" in dialog.body.widget.value
    assert dialog.attachment.widget.label == "Détaillé – French"
    assert words(dialog) == ["Save the draft (.eml)", "Cancel"]


def test_others_are_added_by_a_click(screen: Screen, quote: Quote) -> None:
    dialog = mail_dialog(screen, quote)
    [martin] = [person for person in dialog.people if person.name == "Martin"]
    dialog.add(martin)
    dialog.add(martin)
    assert dialog.cc.widget.value == "Martin <martin@example.fr>"
    dialog.to.widget.value = dialog.cc.widget.value = ""
    dialog.add(martin)
    assert dialog.to.widget.value == "Martin <martin@example.fr>"


def test_a_draft_opens_in_a_mail_program(
    screen: Screen, quote: Quote, offered: dict[str, bytes], workbench: Workbench
) -> None:
    dialog = mail_dialog(screen, quote)
    dialog.subject.widget.value = "Votre devis à signer"
    dialog.save_draft()
    [(name, content)] = offered.items()
    assert name == "QUO-2026-0001.eml"
    message: Any = message_from_bytes(content, policy=policy.default)
    assert (message["X-Unsent"], message["Subject"]) == ("1", "Votre devis à signer")
    [file] = list(message.iter_attachments())
    assert (file.get_filename(), file.get_content()[:5]) == ("QUO-2026-0001.pdf", b"%PDF-")
    # Nobody knows whether it will be sent.
    assert workbench.directory.events(opportunity_id=quote.opportunity_id).rows == []


def test_sending_and_recording(
    screen: Screen, quote: Quote, mailroom: Mailroom, workbench: Workbench
) -> None:
    dialog = mail_dialog(screen, quote)
    assert words(dialog)[0] == "Send"
    dialog.cc.widget.value = "martin@example.fr"
    dialog.answer(0)
    assert dialog.problem.text == ""
    assert screen.dialogs.dialog is None
    assert "recorded among the events" in screen.notice.text
    message = mailroom.message()
    assert (message["To"], message["Cc"]) == ("Léa Dupont <lea@example.fr>", "martin@example.fr")
    [event] = workbench.directory.events(opportunity_id=quote.opportunity_id).rows
    assert "QUO-2026-0001" in event["subject"]


def test_a_refused_recipient_is_said_and_nothing_is_lost(
    screen: Screen, quote: Quote, mailroom: Mailroom, workbench: Workbench
) -> None:
    dialog = mail_dialog(screen, quote)
    dialog.cc.widget.value = "bo@example.fr"
    dialog.body.widget.value = "Typed for a quarter of an hour"
    dialog.answer(0)
    assert screen.dialogs.dialog is dialog
    assert "bo@example.fr" in dialog.problem.text
    assert mailroom.envelopes == []
    assert workbench.directory.events(opportunity_id=quote.opportunity_id).rows == []
    dialog.cc.widget.value = ""
    dialog.answer(0)
    assert "Typed for a quarter of an hour" in str(mailroom.message().get_body())


def test_what_may_have_gone_out_is_not_sent_twice(
    screen: Screen, quote: Quote, authority: trustme.CA, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    file = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(file)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    with Scripted({".": HANG_UP}, context_of(authority, "127.0.0.1")) as server:
        monkeypatch.setenv("OPPKIT_SMTP_URL", f"smtps://{server.at}")
        dialog = mail_dialog(screen, quote)
        dialog.answer(0)
    assert dialog.problem.text
    assert screen.dialogs.dialog is dialog
    assert dialog.buttons[0].disabled


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("to", "not an address"), ("cc", "lea@example.fr\r\nBcc: evil@example.com"),
        ("subject", "Hello\r\nBcc: evil@example.com"), ("sender", "a@b.fr, c@d.fr"),
    ],
)  # fmt: skip
def test_what_cannot_be_sent_is_said_beside_its_field(
    field: str, typed: str, screen: Screen, quote: Quote, mailroom: Mailroom
) -> None:
    dialog = mail_dialog(screen, quote)
    getattr(dialog, field).widget.value = typed
    dialog.answer(0)
    assert list(dialog.frame.notes) == [field]
    assert mailroom.envelopes == []


def test_from_an_opportunity_without_an_attachment(
    french: Screen, sale: Opportunity, mailroom: Mailroom
) -> None:
    dialog = mail_dialog(french, sale)
    dialog.attachment.widget.value = ""
    dialog.answer(0)
    assert list(mailroom.message().iter_attachments()) == []
    assert french.notice.text.startswith("Envoyé à Léa Dupont")
