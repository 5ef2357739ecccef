"""E-mail from an opportunity or a quote: proposed, sent and recorded, or saved as a draft."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from email.utils import localtime
from typing import TYPE_CHECKING, Any, Literal

from pydantic import ValidationError

from oppkit import locale
from oppkit.model.errors import NotFound, NotSaved
from oppkit.model.event import Event, EventKind
from oppkit.model.firm import Firm
from oppkit.model.opportunity import Opportunity
from oppkit.model.people import Contact, Customer, Employee
from oppkit.model.quote import Quote
from oppkit.model.references import OWNER_ROLE
from oppkit.store import records, references
from oppkit.store.kinds import CUSTOMER, EMPLOYEE, OPPORTUNITY, kind_of

if TYPE_CHECKING:
    from oppkit.desk import Desk
    from oppkit.documents.mail import Attachment
    from oppkit.documents.mail import Message as Message  # noqa: PLC0414 - for forms
    from oppkit.documents.mailbox import Mailbox
    from oppkit.documents.printed import Printed
    from oppkit.store.session import Session

Mailed = Opportunity | Quote

SENDER = "OPPKIT_MAIL_FROM"


@dataclass(frozen=True)
class Recipient:
    """Somebody a message may go to. `proposed` is "to" for whom it is meant, else empty."""

    name: str
    address: str
    language: str = ""
    proposed: Literal["to", ""] = ""


@dataclass(frozen=True)
class _Around:
    """Who a record concerns. `meant` are the contacts it is for, with or without an address."""

    customer: Customer
    owner: Employee | None
    firm: Firm
    meant: tuple[Contact, ...]
    participants: tuple[Contact | Employee, ...]


class Mailing:
    """The e-mail of one workspace. No transaction is open while a server is talked to."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    @property
    def can_send(self) -> bool:
        """Whether a server is set (`OPPKIT_SMTP_URL`); without one, save a `draft`."""
        from oppkit.documents import smtp

        return smtp.is_set()

    def recipients(self, record: Mailed) -> list[Recipient]:
        """Active contacts of the customer and participants of a saved record, with an address.

        Those for whom the message is meant are proposed; the others are choices for Cc.
        """
        around = self._read(record)
        people = dict.fromkeys((*around.meant, *around.customer.contacts, *around.participants))
        meant = {one.email for one in _addressed(around.meant)}
        found = [
            Recipient(
                one.name, one.email, one.language if isinstance(one, Contact) else "",
                "to" if one.email in meant else "",
            )
            for one in people if one.active and one.email
        ]  # fmt: skip
        return list({one.address: one for one in reversed(found)}.values())[::-1]

    def proposed(self, record: Mailed, attachment: Attachment | Printed | None = None) -> Message:
        """A message to whom a saved record is meant for, from a template in their language.

        To: the contact of a quote, else the contacts that take part. The sender is
        `OPPKIT_MAIL_FROM`, else the owner, else the firm. Change it with `replace`.
        """
        from oppkit.documents.mail import Message, attached
        from oppkit.documents.mail_template import template
        from oppkit.documents.mail_values import mail_values

        around = self._read(record)
        to = _addressed(around.meant)
        contact = next(iter(to or around.meant), None)
        language = _language(contact)
        values = mail_values(record, around.customer, contact, around.owner, around.firm, language)
        subject, body = template(kind_of(record).name, language).filled(values)
        found = (_mailbox(one.name, one.email) for one in to)
        return Message(
            sender=_sender(around), to=tuple(one for one in found if one), subject=subject,
            body=body, attachments=attached(attachment) if attachment else (),
        )  # fmt: skip

    def send(self, record: Mailed, message: Message) -> Event:
        """Send a message and record it on the opportunity of a saved record; gives that event.

        Raises a `UserError` that says what hindered it; nothing is recorded then. After
        `DeliveryUnknown` alone it is open whether it went out, and after `SentNotRecorded` it did.
        """
        from oppkit.documents import smtp
        from oppkit.documents.mail import built
        from oppkit.documents.mail_errors import MailSenderMissing, RecipientMissing

        server = smtp.server()
        if message.sender is None:
            raise MailSenderMissing()
        if not message.recipients:
            raise RecipientMissing()
        # As for writing: what would hinder the recording is to be found before the message goes.
        event = self._desk.transact(lambda session: self._event(session, record, message))
        people = [one.email for one in message.recipients]
        smtp.send(server, built(message, localtime()), message.sender.email, people)
        return self._recorded(record, event)

    def draft(self, message: Message) -> bytes:
        """An `.eml` file that mail programs open as a message to be sent."""
        from oppkit.documents.mail import draft

        return draft(message, localtime())

    # -- inside ----------------------------------------------------------------------------------

    def _recorded(self, record: Mailed, event: Event) -> Event:
        from oppkit.documents.mail_errors import SentNotRecorded

        try:
            return self._desk.transact(lambda session: self._desk.save(session, event))
        except Exception as error:
            detail = locale.say(error, locale.language())
            raise SentNotRecorded(detail=detail, key=record.code) from error

    def _event(self, session: Session, record: Mailed, message: Message) -> Event:
        opportunity_id = record.opportunity_id if isinstance(record, Quote) else record.id
        if opportunity_id is None:
            raise NotSaved()
        if records.get(session, OPPORTUNITY, opportunity_id) is None:
            raise NotFound(kind="opportunity", key=opportunity_id)
        around = self._around(session, record)
        contacts = (*around.meant, *around.customer.contacts)
        addresses = {one.email for one in message.recipients}
        contact = next((one for one in contacts if one.email in addresses), None)
        return Event(
            kind=EventKind.NOTE, subject=_cut(_say("mail.event", message.subject), 200),
            done_on=self._desk.today,
            owner_id=around.owner.id if around.owner else None, customer_id=around.customer.id,
            contact_id=contact.id if contact else None, opportunity_id=opportunity_id,
            comment=_comment(message),
        )  # fmt: skip

    def _read(self, record: Mailed) -> _Around:
        if record.id is None:
            raise NotSaved()
        with self._desk.read() as session:
            return self._around(session, record)

    def _around(self, session: Session, record: Mailed) -> _Around:
        customer: Customer | None = records.get(session, CUSTOMER, record.customer_id)
        if customer is None:
            raise NotFound(kind="customer", key=record.customer_id)
        owner_id = next((r.employee_id for r in record.responsibles if r.role == OWNER_ROLE), None)
        owner = records.get(session, EMPLOYEE, owner_id) if owner_id is not None else None
        participants = tuple(_participants(session, record, customer))
        firm, meant = references.firm(session), _meant(record, customer, participants)
        return _Around(customer, owner, firm, meant, participants)


def _participants(
    session: Session, record: Mailed, customer: Customer
) -> Iterator[Contact | Employee]:
    """Contacts, some of other customers perhaps, and colleagues."""
    wanted = [one.contact_id for one in record.participants if one.contact_id is not None]
    homes = {row["id"]: row["customer_id"] for row in _homes(session, wanted)}
    for one in record.participants:
        if one.employee_id is not None:
            yield from filter(None, [records.get(session, EMPLOYEE, one.employee_id)])
        elif home := homes.get(one.contact_id):
            there = customer if home == customer.id else records.get(session, CUSTOMER, home)
            contacts = there.contacts if there else ()
            yield from (contact for contact in contacts if contact.id == one.contact_id)


def _homes(session: Session, contacts: list[int]) -> list[dict[str, Any]]:
    return session.all("merging.contact_homes", ids=contacts) if contacts else []


def _meant(
    record: Mailed, customer: Customer, participants: tuple[Contact | Employee, ...]
) -> tuple[Contact, ...]:
    """The contact of a quote, unless only those that take part can be written to."""
    contact_id = record.contact_id if isinstance(record, Quote) else None
    own = tuple(one for one in customer.contacts if contact_id and one.id == contact_id)
    others = tuple(one for one in participants if isinstance(one, Contact))
    return next((group for group in (own, others) if _addressed(group)), own or others)


def _addressed(contacts: tuple[Contact, ...]) -> list[Contact]:
    """Those that can be written to: a contact may have an address that no server takes."""
    return [one for one in contacts if one.active and _mailbox(one.name, one.email)]


def _mailbox(name: str, email: str | None) -> Mailbox | None:
    from oppkit.documents.mailbox import Mailbox, usable

    return Mailbox(name=name, email=email) if email and usable(email) else None


def _sender(around: _Around) -> Mailbox | None:
    if given := os.environ.get(SENDER):
        return _named_sender(given)
    owner, firm = around.owner, around.firm
    mine = _mailbox(owner.name, owner.email) if owner else None
    return mine or _mailbox(firm.name, firm.email)


def _named_sender(given: str) -> Mailbox | None:
    from oppkit.documents.mail import Message
    from oppkit.documents.mail_errors import MailSenderWrong

    try:
        return Message.model_validate({"sender": given}).sender
    except ValidationError as error:
        raise MailSenderWrong(given=given) from error


def _language(contact: Contact | None) -> str:
    spoken = contact.language[:2].lower() if contact else ""
    return spoken if spoken in locale.LANGUAGES else locale.language()


def _comment(message: Message) -> str:
    """What an event keeps of a message; the files themselves are not kept."""
    told = {
        "from": str(message.sender or ""),
        "to": ", ".join(map(str, message.to)),
        "cc": ", ".join(map(str, message.cc)),
        "files": ", ".join(one.name for one in message.attachments),
    }
    lines = [_say(f"mail.{name}", text) for name, text in told.items() if text]
    return _cut("\n".join((*lines, "", message.body)), 20_000)


def _say(key: str, text: str) -> str:
    return locale.text(key, locale.language(), text=text)


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 1]}…"
