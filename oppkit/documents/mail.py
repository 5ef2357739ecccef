"""A message as it is written, and the bytes that a server or a mail program takes.

Nothing here is sent: see `oppkit.documents.smtp`.
"""

from __future__ import annotations

import re
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from oppkit.documents.mail_header import new_message
from oppkit.documents.mailbox import HeaderText, Mailbox, Mailboxes, Sender
from oppkit.model.record import Record
from oppkit.model.texts import Prose

if TYPE_CHECKING:
    from oppkit.documents.printed import Printed

MediaType = Annotated[
    str, Field(pattern=r"^[A-Za-z0-9.+-]+/[A-Za-z0-9.+-]+$", max_length=127)
]  # fmt: skip


class Attachment(Record):
    """A file that goes with a message."""

    name: Annotated[HeaderText, Field(min_length=1)]
    media_type: MediaType = "application/pdf"
    content: bytes = Field(repr=False)


def attached(file: Attachment | Printed) -> tuple[Attachment]:
    """A file, or a printed document, as what goes with a message."""
    return (Attachment(name=file.name, media_type=file.media_type, content=file.content),)


class Message(Record):
    """An e-mail. Addresses may be given as they are typed: `replace(to="Léa <lea@example.fr>")`.

    It may lack a sender or recipients: a draft is completed in the mail program.
    """

    sender: Sender = None
    to: Mailboxes = ()
    cc: Mailboxes = ()
    subject: HeaderText = ""
    body: Prose = ""
    attachments: tuple[Attachment, ...] = ()

    @property
    def recipients(self) -> tuple[Mailbox, ...]:
        """All whom it goes to, each address once."""
        return tuple({one.email: one for one in reversed(self.to + self.cc)}.values())[::-1]

    @property
    def international(self) -> bool:
        """Whether an address in it is more than ASCII."""
        senders = (self.sender,) if self.sender else ()
        return any(one.international for one in (*senders, *self.to, *self.cc))


def built(message: Message, at: datetime) -> EmailMessage:
    """The message with its identifier and date, as it is sent."""
    made = _built(message, at)
    # The default would be the name of this machine, and asking for it may take seconds.
    domain = message.sender.email.rpartition("@")[2] if message.sender else None
    made["Message-ID"] = make_msgid(domain=_ascii(domain or "oppkit.invalid"))
    return made


def draft(message: Message, at: datetime) -> bytes:
    """An `.eml` file, which mail programs open as a message that was not sent yet.

    It has no identifier: two messages sent from one draft would count as one and the same.
    """
    made = _built(message, at)
    made["X-Unsent"] = "1"
    return made.as_bytes()


def _built(message: Message, at: datetime) -> EmailMessage:
    made = new_message(international=message.international)
    if message.sender:
        made["From"] = _address(message.sender)
    for header, people in (("To", message.to), ("Cc", message.cc)):
        if people:
            made[header] = [_address(one) for one in people]
    made["Subject"] = message.subject
    made["Date"] = format_datetime(at)
    made.set_content(re.sub(r"\r\n?", "\n", message.body) + "\n", cte="quoted-printable")
    for one in message.attachments:
        main, _, sub = one.media_type.partition("/")
        made.add_attachment(one.content, maintype=main, subtype=sub, filename=one.name)
    return made


def _address(mailbox: Mailbox) -> Address:
    user, _, domain = mailbox.email.rpartition("@")
    return Address(mailbox.name, user, domain)


def _ascii(domain: str) -> str:
    return domain if domain.isascii() else domain.encode("idna").decode()
