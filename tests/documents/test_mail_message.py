"""A message keeps what was written, whatever it is, and nothing in it becomes another header."""

from __future__ import annotations

import email
import re
from datetime import UTC, datetime
from email import policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import getaddresses
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from oppkit.documents.mail import Attachment, Message, built, draft
from oppkit.documents.mailbox import Mailbox
from oppkit.locale import problems

AT = datetime(2026, 3, 16, 10, tzinfo=UTC)
PDF = Attachment(name="Devis été n° 1.pdf", content=bytes(range(256)) * 40)


def parsed(raw: bytes) -> EmailMessage:
    message = email.message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    assert not message.defects
    return message


def people(raw: bytes, header: str) -> list[tuple[str, str]]:
    """Names and addresses by the older of Python's readers: the newer one adds spaces to names."""
    value = str(email.message_from_bytes(raw).get(header, ""))
    found = getaddresses([re.sub(r"\r?\n(?=[ \t])", "", value)]) if value else []
    return [(_decoded(name), address) for name, address in found]


def _decoded(words: str) -> str:
    return str(make_header(decode_header(words)))


def test_a_message_with_names_subject_and_file() -> None:
    message = Message(
        sender="Ana López <ana@example.com>",
        to='"Dupont, Léa" <lea@example.fr>; bo@example.fr',
        cc="Zoë 🚀 <zoe@example.com>",
        subject="Devis « Été » – 12 000 € 🚀",
        body="Bonjour,\n\n.\nFrom here on\r\nà bientôt  \n" + "long " * 300,
        attachments=(PDF,),
    )
    raw = built(message, AT).as_bytes()
    made = parsed(raw)
    assert made["From"].addresses[0].display_name == "Ana López"
    assert people(raw, "To") == [("Dupont, Léa", "lea@example.fr"), ("", "bo@example.fr")]
    assert people(raw, "Cc") == [("Zoë 🚀", "zoe@example.com")]
    assert made["Subject"] == message.subject
    assert made["Date"].datetime == AT
    assert re.fullmatch(r"<[^@\s]+@example\.com>", made["Message-ID"])
    text = made.get_body()
    assert text is not None
    assert text.get_content().replace("\r\n", "\n") == message.body.replace("\r\n", "\n") + "\n"
    (file,) = made.iter_attachments()
    assert (file.get_filename(), file.get_content_type()) == (PDF.name, "application/pdf")
    assert file.get_content() == PDF.content
    assert raw.isascii()
    assert all(len(line) <= 78 for line in raw.split(b"\r\n\r\n")[0].split(b"\r\n"))
    assert b"\n" not in raw.replace(b"\r\n", b"")


def test_two_messages_have_two_identifiers() -> None:
    message = Message(sender="ana@example.com", to="bo@example.com")
    assert built(message, AT)["Message-ID"] != built(message, AT)["Message-ID"]


def test_a_draft_opens_unsent_even_without_people() -> None:
    made = parsed(draft(Message(subject="Später", body="x", attachments=(PDF,)), AT))
    assert made["X-Unsent"] == "1"
    assert made["Subject"] == "Später"
    # Or two messages sent from it would be one and the same.
    assert made["Message-ID"] is None
    assert [made[header] for header in ("From", "To", "Cc", "Bcc")] == [None] * 4
    (file,) = made.iter_attachments()
    assert file.get_content() == PDF.content


def test_each_address_is_asked_once() -> None:
    message = Message(
        to="Ana <a@example.fr>, b@example.fr, a@example.fr", cc="b@example.fr, c@x.fr"
    )
    assert [one.email for one in message.recipients] == ["a@example.fr", "b@example.fr", "c@x.fr"]


@pytest.mark.parametrize(
    "breaking",
    ["\r\nBcc: eve@example.com", "\nBcc: e@x.fr", "\rx", "\0", "\x85x", "\u2028Bcc: e@x.fr",
     "\u2029x", "\x0bx", "\x1cx"],
)  # fmt: skip
@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("subject", {"subject": "Devis{}."}),
        ("sender.name", {"sender": {"name": "Ana{}.", "email": "ana@example.com"}}),
        ("to.1.name", {"to": [{"email": "a@x.fr"}, {"name": "Bo{}.", "email": "bo@example.com"}]}),
        ("cc.0.email", {"cc": [{"email": "bo{}@example.com"}]}),
        ("cc.0.email", {"cc": [{"email": "bo@example.com{}.fr"}]}),
        ("attachments.0.name", {"attachments": [{"name": "a{}.pdf", "content": b""}]}),
        ("attachments.0.media_type", {"attachments": [
            {"name": "a", "media_type": "text/plain{}", "content": b""}]}),
    ],
)  # fmt: skip
def test_nothing_that_ends_a_line_gets_into_a_header(
    breaking: str, path: str, fields: dict[str, Any]
) -> None:
    with pytest.raises(ValidationError) as caught:
        Message.model_validate(_filled(fields, breaking))
    for language in ("fr", "en"):
        said = problems(caught.value, language)
        assert list(said) == [path]
        assert "Bcc" not in str(said)


def _filled(value: Any, breaking: str) -> Any:
    if isinstance(value, str):
        return value.replace("{}", breaking)
    if isinstance(value, list):
        return [_filled(one, breaking) for one in value]
    if isinstance(value, dict):
        return {name: _filled(one, breaking) for name, one in value.items()}
    return value


def test_typed_line_breaks_part_people_and_add_no_header() -> None:
    raw = built(Message(to="Ana <ana@example.com>\r\nbo@example.com", subject="x"), AT).as_bytes()
    assert people(raw, "To") == [("Ana", "ana@example.com"), ("", "bo@example.com")]
    with pytest.raises(ValidationError):
        Message(to="Ana <ana@example.com>\r\nBcc: eve@example.com")


@pytest.mark.parametrize(
    "address",
    ["ana", "@x.fr", "ana@", "ana@x", "a@b@c.fr", "a b@x.fr", "a<b@x.fr", "ana@.fr", "ana@x..fr",
     ".ana@x.fr", "ana.@x.fr", 'a"b@x.fr', "a(b)@x.fr", "ana@-x.fr", "ana@x-.fr", "ana@[1.2.3.4]",
     "a\\b@x.fr", "ana:@x.fr", "a\u00ad@x.fr", "ana@x.fr\u200b", 'ana@x".fr', "ana@x(y).fr"],
)  # fmt: skip
def test_an_address_that_servers_do_not_take_is_refused_in_its_field(address: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Message(to=(Mailbox(email="bo@example.com"),), cc=({"email": address},))
    assert list(problems(caught.value, "fr")) == ["cc.0.email"]


def test_a_sender_is_one() -> None:
    assert Message(sender="").sender is None
    assert Message(sender="Ana <ana@example.com>").sender == Mailbox(
        name="Ana", email="ana@example.com"
    )
    with pytest.raises(ValidationError):
        Message(sender="ana@example.com, bo@example.com")


# -- whatever is written -------------------------------------------------------------------------

# Spaces are told apart by nobody: several in a row are one.
WORDS = st.text(st.characters(exclude_categories=("Cc", "Zl", "Zp", "Cs")), max_size=120).map(
    lambda text: re.sub(r"\s{2,}", " ", text).strip()
)
ADDRESSES = st.from_regex(
    r"[a-z0-9!#$%&'*+/=?^_`{|}~-]{1,30}(\.[a-z0-9]{1,20})?@[a-z0-9]{1,30}\.example", fullmatch=True
)
PEOPLE = st.lists(st.builds(Mailbox, name=WORDS, email=ADDRESSES), max_size=5).map(tuple)


@settings(max_examples=200)
@given(subject=WORDS, to=PEOPLE, cc=PEOPLE)
def test_people_and_subject_arrive_as_they_were_written(
    subject: str, to: tuple[Mailbox, ...], cc: tuple[Mailbox, ...]
) -> None:
    raw = built(Message(to=to, cc=cc, subject=subject), AT).as_bytes()
    assert people(raw, "To") == [(one.name, one.email) for one in to]
    assert people(raw, "Cc") == [(one.name, one.email) for one in cc]
    assert str(parsed(raw)["Subject"]) == subject
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))
    assert raw.isascii()


def test_the_comma_behind_an_encoded_name_still_parts_addresses() -> None:
    """`email` of Python 3.11 encodes it, and two recipients become one."""
    to = "Bo <a@energie-du-rhone.example>, 王伟 <contact@example.fr>, Ana López <lea@example.fr>"
    raw = built(Message(to=to), AT).as_bytes()
    assert people(raw, "To") == [
        ("Bo", "a@energie-du-rhone.example"), ("王伟", "contact@example.fr"),
        ("Ana López", "lea@example.fr"),
    ]  # fmt: skip


@given(people=PEOPLE)
def test_people_can_be_typed_as_they_are_shown(people: tuple[Mailbox, ...]) -> None:
    for separator in (", ", "; ", ";", "\n"):
        assert Message(to=separator.join(map(str, people))).to == people


@given(body=st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0")))
def test_a_body_arrives_as_it_was_written(body: str) -> None:
    message = Message(body=body)
    content = parsed(built(message, AT).as_bytes()).get_content().replace("\r\n", "\n")
    assert content == re.sub("\r\n?", "\n", message.body) + "\n"


@given(name=WORDS.filter(bool), content=st.binary(max_size=300))
def test_a_file_arrives_as_it_was(name: str, content: bytes) -> None:
    file = Attachment(name=name, content=content)
    _, part = email.message_from_bytes(
        built(Message(attachments=(file,)), AT).as_bytes()
    ).get_payload()
    assert part.get_filename() == name
    assert part.get_payload(decode=True) == content
