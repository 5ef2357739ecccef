"""From an opportunity or a quote to a message, and back to an event that tells of it."""

from __future__ import annotations

import email
import ssl
import threading
from collections.abc import Callable, Iterator
from email import policy
from pathlib import Path
from typing import Any

import pytest
import trustme

from oppkit.documents import mail_errors as errors
from oppkit.documents import smtp
from oppkit.documents.mail import Attachment, Message
from oppkit.mailing import SENDER, Recipient
from oppkit.model import (
    Contact,
    Customer,
    Employee,
    EventKind,
    Firm,
    NotFound,
    NotSaved,
    Opportunity,
    Participant,
    Quote,
)
from oppkit.workbench import Workbench
from tests.clock import TODAY
from tests.mail_server import HANG_UP, QUOTED, Mailroom, Scripted, context_of, real

pytestmark = pytest.mark.both_engines

PDF = Attachment(name="Devis.pdf", content=b"%PDF-1.7\x00\xff")


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(autouse=True)
def environment(
    authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> pytest.MonkeyPatch:
    """A trusted authority, and no setting of mail."""
    authority.cert_pem.write_to_path(tmp_path / "authority.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    for name in (SENDER, smtp.SETTING, "OPPKIT_TEMPLATES"):
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


@pytest.fixture
def context(authority: trustme.CA) -> ssl.SSLContext:
    return context_of(authority, "127.0.0.1")


@pytest.fixture
def mailroom(context: ssl.SSLContext, environment: pytest.MonkeyPatch) -> Iterator[Mailroom]:
    """What a server gets that is set."""
    room = Mailroom()
    with real(context, room) as at:
        environment.setenv(smtp.SETTING, f"smtp://{QUOTED}@{at}")
        yield room


@pytest.fixture
def firm(workbench: Workbench) -> Firm:
    firm = Firm(name="Rhône Réseaux", email="contact@rhone.example", phone="+33 4 00 00 00 00")
    workbench.quotes.save_firm(firm)
    return firm


@pytest.fixture
def customer(workbench: Workbench) -> Customer:
    return workbench.save(
        Customer(
            name="Énergie du Rhône",
            contacts=(
                Contact(first_name="Léa", last_name="Dupont", email="lea@example.fr"),
                Contact(first_name="Jo", last_name="Kay", email="jo@example.fr", language="en"),
                Contact(last_name="Parti", email="parti@example.fr", active=False),
                Contact(last_name="Sans"),
                Contact(last_name="Autre", email="autre@example.fr"),
            ),
        )
    )


@pytest.fixture
def owner(workbench: Workbench) -> Employee:
    ana = Employee(first_name="Ana", last_name="Lopez", email="ana@rhone.example", phone="06")
    return workbench.save(ana)


def contact_of(customer: Customer, last_name: str) -> int:
    found = next(one.id for one in customer.contacts if one.last_name == last_name)
    assert found is not None
    return found


@pytest.fixture
def sale(saved: Callable[..., Opportunity], customer: Customer, firm: Firm) -> Opportunity:
    """Léa takes part."""
    return saved(participants=(Participant(contact_id=contact_of(customer, "Dupont")),))


@pytest.fixture
def quote(workbench: Workbench, sale: Opportunity, customer: Customer) -> Quote:
    """For Jo, who reads English."""
    made = workbench.create_quote(sale)
    return workbench.save(made.replace(contact_id=contact_of(customer, "Kay")))


def events(workbench: Workbench, sale: Opportunity) -> list[Any]:
    return list(workbench.directory.events(opportunity_id=sale.id).rows)


# -- what is proposed ----------------------------------------------------------------------------


def test_a_quote_goes_to_its_contact_in_their_language(workbench: Workbench, quote: Quote) -> None:
    message = workbench.mailing.proposed(quote, PDF)
    assert [str(one) for one in message.to] == ["Jo Kay <jo@example.fr>"]
    assert (message.cc, message.attachments) == ((), (PDF,))
    assert str(message.sender) == "Ana Lopez <ana@rhone.example>"
    assert message.subject == f"Quote {quote.code} – Supervision des réseaux"
    assert message.body == (
        f"Dear Jo Kay,\n\nPlease find our quote {quote.code}, “Supervision des réseaux”, which "
        "comes to €1,000.00 excluding tax.\nThis offer is valid until 15 April 2026.\n\n"
        "Please let us know if you have any questions.\n\nKind regards,\n\n"
        "Ana Lopez\nRhône Réseaux\n06"
    )


def test_a_printed_sheet_goes_with_it(workbench: Workbench, quote: Quote) -> None:
    printed = workbench.printing.print(quote, "short", "en")
    (file,) = workbench.mailing.proposed(quote, printed).attachments
    assert (file.name, file.media_type) == (printed.name, "application/pdf")
    assert file.content.startswith(b"%PDF-")


def test_an_opportunity_goes_to_the_contacts_that_take_part(
    workbench: Workbench, sale: Opportunity
) -> None:
    message = workbench.mailing.proposed(sale)
    assert [str(one) for one in message.to] == ["Léa Dupont <lea@example.fr>"]
    assert message.subject == "Supervision des réseaux"
    assert message.body.startswith("Bonjour Léa Dupont,\n\n")
    assert message.attachments == ()


def test_a_quote_whose_contact_has_no_address_goes_to_those_that_take_part(
    workbench: Workbench, quote: Quote, customer: Customer
) -> None:
    for name in ("Sans", "Parti"):
        changed = quote.replace(contact_id=contact_of(customer, name))
        assert [one.email for one in workbench.mailing.proposed(changed).to] == ["lea@example.fr"]


def test_without_anybody_the_customer_is_greeted(
    workbench: Workbench, quote: Quote, environment: pytest.MonkeyPatch
) -> None:
    message = workbench.mailing.proposed(quote.replace(contact_id=None, participants=()))
    assert message.to == ()
    assert message.body.startswith("Dear Énergie du Rhône,")
    environment.setenv("OPPKIT_LANG", "fr")
    message = workbench.mailing.proposed(quote.replace(contact_id=None, participants=()))
    assert message.body.startswith("Bonjour Énergie du Rhône,")


def test_a_contact_who_cannot_be_written_to_is_greeted_all_the_same(
    workbench: Workbench, quote: Quote, customer: Customer
) -> None:
    alone = quote.replace(contact_id=contact_of(customer, "Sans"), participants=())
    message = workbench.mailing.proposed(alone)
    assert message.to == ()
    assert message.body.startswith("Bonjour Sans,")


def test_choices_are_the_contacts_and_participants_with_an_address(
    workbench: Workbench, quote: Quote, owner: Employee
) -> None:
    stranger = workbench.save(
        Customer(name="Autre", contacts=(Contact(last_name="Wu", email="wu@example.com"),))
    )
    people = (*quote.participants, Participant(employee_id=owner.id),
              Participant(contact_id=stranger.contacts[0].id))  # fmt: skip
    assert workbench.mailing.recipients(workbench.save(quote.replace(participants=people))) == [
        Recipient("Jo Kay", "jo@example.fr", "en", "to"),
        Recipient("Léa Dupont", "lea@example.fr", "fr"),
        Recipient("Autre", "autre@example.fr", "fr"),
        Recipient("Ana Lopez", "ana@rhone.example"),
        Recipient("Wu", "wu@example.com", "fr"),
    ]


def test_an_address_that_no_server_takes_is_not_proposed(
    workbench: Workbench, sale: Opportunity, customer: Customer
) -> None:
    lea, *others = customer.contacts
    workbench.save(customer.replace(contacts=(lea.replace(email='l"ea@example.fr'), *others)))
    assert workbench.mailing.proposed(sale).to == ()
    assert workbench.mailing.proposed(sale).body.startswith("Bonjour Léa Dupont")


def test_the_sender_is_the_setting_then_the_owner_then_the_firm(
    workbench: Workbench, sale: Opportunity, environment: pytest.MonkeyPatch
) -> None:
    def sender(record: Opportunity) -> str:
        return str(workbench.mailing.proposed(record).sender or "")

    assert sender(sale.replace(responsibles=())) == "Rhône Réseaux <contact@rhone.example>"
    workbench.quotes.save_firm(Firm())
    assert sender(sale.replace(responsibles=())) == ""
    environment.setenv(SENDER, "Ventes <ventes@rhone.example>")
    assert sender(sale) == "Ventes <ventes@rhone.example>"
    environment.setenv(SENDER, "ventes@rhone.example\r\nBcc: eve@example.com")
    with pytest.raises(errors.MailSenderWrong):
        sender(sale)


def test_a_template_of_the_firm(
    workbench: Workbench, quote: Quote, tmp_path: Path, environment: pytest.MonkeyPatch
) -> None:
    environment.setenv("OPPKIT_TEMPLATES", str(tmp_path))
    words = ("contact", "customer", "code", "name", "amount", "amount_with_tax", "quoted_on",
             "valid_until", "owner", "owner_email", "owner_phone", "firm",
             "firm_phone")  # fmt: skip
    text = "Subject: {firm}\n\n" + "\n".join(f"{word}={{{word}}}" for word in words)
    (tmp_path / "mail-quote.en.txt").write_text(text, encoding="utf-8")
    message = workbench.mailing.proposed(quote)
    assert message.subject == "Rhône Réseaux"
    assert message.body.split("\n") == [
        "contact=Jo Kay", "customer=Énergie du Rhône", f"code={quote.code}",
        "name=Supervision des réseaux", "amount=€1,000.00", "amount_with_tax=€1,200.00",
        "quoted_on=16 March 2026", "valid_until=15 April 2026", "owner=Ana Lopez",
        "owner_email=ana@rhone.example", "owner_phone=06", "firm=Rhône Réseaux",
        "firm_phone=+33 4 00 00 00 00",
    ]  # fmt: skip


def test_an_unsaved_record_is_refused(
    workbench: Workbench, draft: Callable[..., Opportunity], mailroom: Mailroom
) -> None:
    message = Message(sender="ana@example.com", to="bo@example.com")
    for ask in (workbench.mailing.proposed, workbench.mailing.recipients,
                lambda record: workbench.mailing.send(record, message)):  # fmt: skip
        with pytest.raises(NotSaved):
            ask(draft())
    assert mailroom.envelopes == []


# -- a draft -------------------------------------------------------------------------------------


def test_a_draft_needs_no_server(workbench: Workbench, quote: Quote) -> None:
    assert not workbench.mailing.can_send
    message = workbench.mailing.proposed(quote, PDF)
    with pytest.raises(errors.NoMailServer):
        workbench.mailing.send(quote, message)
    made = email.message_from_bytes(workbench.mailing.draft(message), policy=policy.default)
    assert made["X-Unsent"] == "1"
    assert str(made["To"]) == "Jo Kay <jo@example.fr>"
    (file,) = made.iter_attachments()  # type: ignore[attr-defined]
    assert file.get_content() == PDF.content


# -- what is sent --------------------------------------------------------------------------------


def test_a_sent_message_is_recorded_on_the_opportunity(
    workbench: Workbench, sale: Opportunity, quote: Quote, customer: Customer, owner: Employee,
    mailroom: Mailroom,
) -> None:  # fmt: skip
    assert workbench.mailing.can_send
    message = workbench.mailing.proposed(quote, PDF).replace(cc="Léa Dupont <lea@example.fr>")
    event = workbench.mailing.send(quote, message)
    came = mailroom.message()
    assert came["Subject"] == message.subject
    assert mailroom.envelopes[0].rcpt_tos == ["jo@example.fr", "lea@example.fr"]
    assert [file.get_content() for file in came.iter_attachments()] == [PDF.content]
    assert event == workbench.event(event.id or 0)
    assert [row["id"] for row in events(workbench, sale)] == [event.id]
    assert (event.kind, event.done_on, event.owner_id) == (EventKind.NOTE, TODAY, owner.id)
    assert (event.customer_id, event.opportunity_id) == (customer.id, sale.id)
    assert event.contact_id == contact_of(customer, "Kay")
    assert event.subject == f"E-mail: {message.subject}"
    assert event.comment == (
        "From: Ana Lopez <ana@rhone.example>\nTo: Jo Kay <jo@example.fr>\n"
        f"Cc: Léa Dupont <lea@example.fr>\nAttachments: Devis.pdf\n\n{message.body}"
    )


def test_an_event_holds_the_longest_message(
    workbench: Workbench, sale: Opportunity, mailroom: Mailroom
) -> None:
    message = workbench.mailing.proposed(sale).replace(subject="s" * 500, body="b" * 20_000)
    event = workbench.mailing.send(sale, message)
    assert (len(event.subject), len(event.comment)) == (200, 20_000)
    assert event.subject.endswith("s…")
    assert event.comment.endswith("b…")
    assert mailroom.message()["Subject"] == "s" * 500


def test_a_message_without_sender_or_recipient_is_not_sent(
    workbench: Workbench, sale: Opportunity, mailroom: Mailroom
) -> None:
    message = workbench.mailing.proposed(sale)
    with pytest.raises(errors.MailSenderMissing):
        workbench.mailing.send(sale, message.replace(sender=None))
    with pytest.raises(errors.RecipientMissing):
        workbench.mailing.send(sale, message.replace(to=()))
    assert mailroom.envelopes == []


def test_what_was_not_sent_is_not_recorded(
    workbench: Workbench, sale: Opportunity, mailroom: Mailroom, context: ssl.SSLContext,
    environment: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    message = workbench.mailing.proposed(sale)
    mailroom.refuses = {"lea@example.fr": "550 No such user"}
    with pytest.raises(errors.RecipientsRefused, match=r"lea@example\.fr"):
        workbench.mailing.send(sale, message)
    with Scripted({".": HANG_UP}, context) as server:
        environment.setenv(smtp.SETTING, f"smtps://{server.at}")
        with pytest.raises(errors.DeliveryUnknown):
            workbench.mailing.send(sale, message)
    with pytest.raises(errors.MailServerDown):
        workbench.mailing.send(sale, message)
    assert events(workbench, sale) == []
    assert mailroom.envelopes == []


def test_what_could_not_be_recorded_is_not_sent(
    workbench: Workbench, sale: Opportunity, mailroom: Mailroom
) -> None:
    message = workbench.mailing.proposed(sale)
    with workbench.at_once(), pytest.raises(RuntimeError, match="Nothing can be saved"):
        workbench.mailing.send(sale, message)
    workbench.delete(sale)
    with pytest.raises(NotFound):
        workbench.mailing.send(sale, message)
    assert mailroom.envelopes == []


def test_a_message_that_went_out_and_was_not_recorded_is_told_apart(
    workbench: Workbench, colleague: Workbench, sale: Opportunity, mailroom: Mailroom,
    environment: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    message = workbench.mailing.proposed(sale)
    really_send = smtp.send

    def send(*given: Any) -> None:
        really_send(*given)
        colleague.delete(sale)  # between the sending and the recording

    environment.setattr(smtp, "send", send)
    with pytest.raises(errors.SentNotRecorded, match=f"was sent.*{sale.code} by hand") as caught:
        workbench.mailing.send(sale, message)
    assert "There is no opportunity" in caught.value.values["detail"]
    assert len(mailroom.envelopes) == 1


def test_colleagues_can_save_while_a_server_takes_its_time(
    workbench: Workbench, colleague: Workbench, sale: Opportunity, mailroom: Mailroom,
    environment: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    message = workbench.mailing.proposed(sale)
    talking, saved_meanwhile = threading.Event(), threading.Event()
    really_send = smtp.send

    def send(*given: Any) -> None:
        talking.set()
        assert saved_meanwhile.wait(60)
        really_send(*given)

    def save() -> None:
        assert talking.wait(60)
        colleague.save(sale.replace(name="Meanwhile"))
        saved_meanwhile.set()

    environment.setattr(smtp, "send", send)
    saving = threading.Thread(target=save)
    saving.start()
    assert workbench.mailing.send(sale, message).opportunity_id == sale.id
    saving.join()
    assert workbench.opportunity(sale.code or "").name == "Meanwhile"
