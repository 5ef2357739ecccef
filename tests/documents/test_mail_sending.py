"""Messages are sent to real servers, encrypted, to all recipients or to nobody.

What a server can do wrong is each said in its own sentence, and none holds the password.
"""

from __future__ import annotations

import logging
import smtplib
import socket
import ssl
import traceback
from datetime import UTC, datetime
from pathlib import Path

import pytest
import trustme

from oppkit import locale
from oppkit.documents import mail_errors as errors
from oppkit.documents import smtp
from oppkit.documents.mail import Attachment, Message, built
from oppkit.documents.smtp import Server
from oppkit.model.errors import UserError
from tests.mail_server import (
    HANG_UP,
    PASSWORD,
    QUOTED,
    SILENCE,
    Mailroom,
    Scripted,
    context_of,
    real,
)

# Said of a server that begins with TLS, which has no need to ask for it later.
pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")

AT = datetime(2026, 3, 16, 10, tzinfo=UTC)
PATIENCE = 5  # seconds: a busy machine gives all answers before the silent one sooner
MESSAGE = Message(
    sender="Ana López <ana@example.com>", to="Léa Dupont <lea@example.fr>", cc="Bo <bo@example.fr>",
    subject="Devis « Été » 🚀", body=".\nBonjour\n..\n",
    attachments=(Attachment(name="Devis été.pdf", content=bytes(range(256)) * 200),),
)  # fmt: skip


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def context(authority: trustme.CA) -> ssl.SSLContext:
    return context_of(authority, "127.0.0.1")


@pytest.fixture
def trusted(authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a firm names the certificate of its own authority."""
    file = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(file)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))


def send(url: str, message: Message = MESSAGE, timeout: float = 20) -> None:
    assert message.sender
    people = [one.email for one in message.recipients]
    smtp.send(smtp.server(url), built(message, AT), message.sender.email, people, timeout)


def refused(error: type[UserError], url: str, timeout: float = 20) -> UserError:
    """The error that sending ends in; none of its texts holds the password."""
    with pytest.raises(error) as caught:
        send(url, timeout=timeout)
    assert type(caught.value) is error
    said = [locale.say(caught.value, language) for language in ("fr", "en")]
    assert said[0] != said[1]
    assert_no_password(*said, str(caught.value), repr(caught.value), repr(caught.value.values),
                       *traceback.format_exception(caught.value))  # fmt: skip
    return caught.value


def assert_no_password(*texts: str) -> None:
    for text in texts:
        for part in (PASSWORD, "p%C3%A4", "w@rd", "w%40rd"):
            assert part not in text


# -- a real server -------------------------------------------------------------------------------


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize("ways", ["PLAIN", "LOGIN", "PLAIN LOGIN"])
@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_a_message_arrives_over_tls_with_a_password(
    context: ssl.SSLContext, scheme: str, ways: str, caplog: pytest.LogCaptureFixture
) -> None:
    mailroom = Mailroom()
    with (
        caplog.at_level(logging.DEBUG),
        real(context, mailroom, tls=scheme == "smtps", ways=ways) as at,
    ):
        send(f"{scheme}://{QUOTED}@{at}")
    (envelope,) = mailroom.envelopes
    assert (envelope.mail_from, envelope.rcpt_tos) == (
        "ana@example.com", ["lea@example.fr", "bo@example.fr"],
    )  # fmt: skip
    came = mailroom.message()
    assert came["Subject"] == MESSAGE.subject
    assert str(came["To"]) == "Léa Dupont <lea@example.fr>"
    assert str(came["Cc"]) == "Bo <bo@example.fr>"
    text = came.get_body()
    assert text is not None
    assert text.get_content().replace("\r\n", "\n") == MESSAGE.body + "\n"
    (file,) = came.iter_attachments()
    assert file.get_filename() == "Devis été.pdf"
    assert file.get_content() == MESSAGE.attachments[0].content
    ours = [record for record in caplog.records if not record.name.startswith(("mail", "asyncio"))]
    assert_no_password(*(record.getMessage() for record in ours))


@pytest.mark.usefixtures("trusted")
def test_an_address_beyond_ascii_arrives_where_the_server_knows_them(
    context: ssl.SSLContext,
) -> None:
    mailroom = Mailroom()
    message = MESSAGE.replace(to="Jürgen <jürgen@bücher.example>")
    with real(context, mailroom) as at:
        send(f"smtp://{QUOTED}@{at}", message)
    assert mailroom.envelopes[0].rcpt_tos == ["jürgen@bücher.example", "bo@example.fr"]
    assert "jürgen@bücher.example".encode() in mailroom.envelopes[0].content  # type: ignore[operator]
    with (
        real(context, Mailroom(), international=False) as at,
        pytest.raises(errors.MailAddressesInternational, match=r"ASCII: jürgen@bücher\.example"),
    ):
        send(f"smtp://{QUOTED}@{at}", message)


@pytest.mark.usefixtures("trusted")
def test_one_refused_recipient_and_nobody_gets_it(context: ssl.SSLContext) -> None:
    mailroom = Mailroom(refuses={"bo@example.fr": "550 5.1.1 No such user\x07 here"})
    with real(context, mailroom) as at:
        error = refused(errors.RecipientsRefused, f"smtp://{QUOTED}@{at}")
        assert error.values["recipients"] == "bo@example.fr (550 5.1.1 No such user here)"
        assert mailroom.envelopes == []
        mailroom.refuses = {}
        send(f"smtp://{QUOTED}@{at}")
    assert len(mailroom.envelopes) == 1


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize("ways", ["PLAIN", "LOGIN"])
def test_a_wrong_password(context: ssl.SSLContext, ways: str) -> None:
    mailroom = Mailroom()
    with real(context, mailroom, ways=ways) as at:
        error = refused(errors.MailLoginRefused, f"smtp://ana%40example.com:w%40rds@{at}")
        assert error.values == {"host": "127.0.0.1", "user": "ana@example.com", "reply": 535}
        # Without a user, the server wants one.
        assert "530" in refused(errors.MailRefused, f"smtp://{at}").values["reason"]
    assert mailroom.envelopes == []


@pytest.mark.usefixtures("trusted")
def test_a_large_file_is_handed_over_in_portions(
    context: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The time allowed counts for what is sent at once, and lines may be slow."""
    portions: list[int] = []
    really_send = smtplib.SMTP.send

    def send_counted(connection: smtplib.SMTP, content: bytes | str) -> None:
        portions.append(len(content))
        really_send(connection, content)

    monkeypatch.setattr(smtplib.SMTP, "send", send_counted)
    mailroom, file = Mailroom(), bytes(range(256)) * 8_000
    with real(context, mailroom) as at:
        send(f"smtp://{QUOTED}@{at}", MESSAGE.replace(attachments=[{"name": "a", "content": file}]))
    (came,) = mailroom.message().iter_attachments()
    assert came.get_content() == file
    assert max(portions) == 65_536


@pytest.mark.usefixtures("trusted")
def test_a_message_that_is_too_large_is_refused_before_it_is_handed_over(
    context: ssl.SSLContext,
) -> None:
    mailroom = Mailroom()
    with real(context, mailroom, limit=10_000) as at:
        assert "552" in refused(errors.MailRefused, f"smtp://{QUOTED}@{at}").values["reason"]
    assert mailroom.envelopes == []


# -- who the server is ---------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_an_unknown_certificate_gets_nothing(context: ssl.SSLContext, scheme: str) -> None:
    mailroom = Mailroom()
    with real(context, mailroom, tls=scheme == "smtps") as at:
        error = refused(errors.MailServerCertificate, f"{scheme}://{QUOTED}@{at}")
    assert "issuer" in error.values["detail"]
    assert mailroom.envelopes == []


@pytest.mark.usefixtures("trusted")
def test_a_certificate_of_another_server_gets_nothing(authority: trustme.CA) -> None:
    with real(context_of(authority, "mail.example.com"), Mailroom()) as at:
        error = refused(errors.MailServerCertificate, f"smtp://{QUOTED}@{at}")
    assert "not valid for '127.0.0.1'" in error.values["detail"]


def test_a_server_without_encryption_hears_no_password() -> None:
    with Scripted({"EHLO": b"250-mail.test\r\n250 AUTH PLAIN LOGIN"}) as server:
        refused(errors.MailServerNotSecret, f"smtp://{QUOTED}@{server.at}")
    assert [line[:4] for line in server.heard] == [b"ehlo"]


def test_a_port_that_speaks_no_tls() -> None:
    with Scripted({}) as server:
        refused(errors.MailServerTls, f"smtps://{QUOTED}@{server.at}")
    with Scripted({"EHLO": b"250-mail.test\r\n250 STARTTLS", "STARTTLS": b"454 Not now"}) as server:
        error = refused(errors.MailRefused, f"smtp://{QUOTED}@{server.at}")
    assert error.values["reason"] == "454 Not now"


# -- servers that fail ---------------------------------------------------------------------------


def test_nobody_listens() -> None:
    with socket.socket() as held:  # its port answers nobody, and is nobody else's
        held.bind(("127.0.0.1", 0))
        port = held.getsockname()[1]
        for scheme in ("smtp", "smtps"):
            error = refused(errors.MailServerDown, f"{scheme}://{QUOTED}@127.0.0.1:{port}")
            assert error.values["port"] == port


@pytest.mark.parametrize("host", ["mail.invalid", f"{'a' * 70}.example", "mail..example"])
def test_a_name_that_nobody_has(host: str) -> None:
    refused(errors.MailServerUnknown, f"smtp://{QUOTED}@{host}")


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_silence_on_the_call(scheme: str) -> None:
    with Scripted({"": SILENCE}) as server:
        error = refused(errors.MailServerSilent, f"{scheme}://{QUOTED}@{server.at}", timeout=0.2)
    assert error.values["seconds"] == "0.2"


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize("word", ["EHLO", "MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize(
    ("answer", "error"),
    [(SILENCE, errors.MailServerSilent), (HANG_UP, errors.MailServerClosed)],
)
def test_a_server_that_fails_before_it_has_the_message(
    context: ssl.SSLContext, word: str, answer: bytes | None, error: type[UserError]
) -> None:
    with Scripted({word: answer}, context) as server:
        refused(error, f"smtps://{server.at}", timeout=20 if answer == HANG_UP else 0.3)
    assert b"Subject:" not in b"".join(server.heard)


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize("answer", [SILENCE, HANG_UP])
def test_a_server_that_fails_while_it_takes_the_message(
    context: ssl.SSLContext, answer: bytes | None
) -> None:
    with Scripted({".": answer}, context) as server:
        timeout = 20 if answer == HANG_UP else PATIENCE
        refused(errors.DeliveryUnknown, f"smtps://{server.at}", timeout)
    assert b"Subject:" in b"".join(server.heard)


@pytest.mark.usefixtures("trusted")
def test_a_server_that_closes_in_the_middle_of_the_message(context: ssl.SSLContext) -> None:
    large = MESSAGE.replace(attachments=[{"name": "a.pdf", "content": bytes(5_000_000)}])
    with (
        Scripted({"DATA": b"354 Go on", "SUBJECT:": HANG_UP}, context) as server,
        pytest.raises(errors.DeliveryUnknown),
    ):
        send(f"smtps://{server.at}", large)
    assert len(server.heard) < 100


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize(
    ("word", "answer"),
    [("", b"554 Go away"), ("EHLO", b"502 No"), ("MAIL", b"550 Not you"), ("DATA", b"451 Later"),
     (".", b"554 5.7.1 Looks like spam"), ("MAIL", b"\xff\xfe"), ("MAIL", b"250" + b"x" * 9000)],
)  # fmt: skip
def test_a_server_that_refuses(context: ssl.SSLContext, word: str, answer: bytes) -> None:
    with Scripted({word: answer, "HELO": b"502 No"}, context) as server:
        error = refused(errors.MailRefused, f"smtps://{server.at}")
    if answer[:3].isdigit() and len(answer) < 100:
        assert error.values["reason"] == answer.decode()
    assert len(error.values["reason"]) < 210
    assert error.values["reason"].isprintable()


@pytest.mark.usefixtures("trusted")
def test_refused_recipients_are_taken_back_on_the_line(context: ssl.SSLContext) -> None:
    with Scripted({"RCPT": b"550 Unknown"}, context) as server:
        error = refused(errors.RecipientsRefused, f"smtps://{server.at}")
    assert error.values["recipients"] == "lea@example.fr (550 Unknown), bo@example.fr (550 Unknown)"
    assert [line[:4] for line in server.heard] == [
        b"ehlo", b"mail", b"rcpt", b"rcpt", b"rset", b"quit"
    ]  # fmt: skip
    with Scripted({"RCPT": b"550 Unknown", "RSET": HANG_UP}, context) as server:
        refused(errors.RecipientsRefused, f"smtps://{server.at}")


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize("answer", [HANG_UP, b"500 What?", SILENCE])
def test_a_message_that_was_taken_is_sent_whatever_follows(
    context: ssl.SSLContext, answer: bytes | None
) -> None:
    with Scripted({"QUIT": answer}, context) as server:
        send(f"smtps://{server.at}", timeout=20 if answer is not SILENCE else PATIENCE)
    assert b".\r\n" in server.heard


@pytest.mark.usefixtures("trusted")
def test_a_server_that_takes_no_passwords(context: ssl.SSLContext) -> None:
    for offered, ways in ((b"250 AUTH XOAUTH2", "XOAUTH2"), (b"250 SIZE 1", "–")):
        with Scripted({"EHLO": b"250-mail.test\r\n" + offered}, context) as server:
            error = refused(errors.MailLoginUnknown, f"smtps://{QUOTED}@{server.at}")
        assert error.values["ways"] == ways


@pytest.mark.usefixtures("trusted")
def test_a_server_that_repeats_what_it_was_given(context: ssl.SSLContext) -> None:
    greeting = {"EHLO": b"250-mail.test\r\n250 AUTH PLAIN"}
    with Scripted({**greeting, "AUTH": f"535 No: {PASSWORD}".encode()}, context) as server:
        refused(errors.MailLoginRefused, f"smtps://{QUOTED}@{server.at}")


# -- its address ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://mail.example.com", Server("mail.example.com", 587, False)),
        ("SMTPS://mail.example.com/", Server("mail.example.com", 465, True)),
        ("smtps://mail.example.com:2465", Server("mail.example.com", 2465, True)),
        ("smtp://[::1]:25", Server("::1", 25, False)),
        (
            f"smtp://{QUOTED}@localhost",
            Server("localhost", 587, False, "ana@example.com", PASSWORD),
        ),
        ("smtp://a@b.fr:c@d@h", Server("h", 587, False, "a@b.fr", "c@d")),
    ],
)
def test_the_address_of_a_server(url: str, expected: Server) -> None:
    assert smtp.server(url) == expected


@pytest.mark.parametrize(
    "url",
    [
        "mail.example.com", "http://ana:secret@h", "smtp://", "smtp://ana:secret@", "smtp://ana@h",
        "smtp://:secret@h", "smtp://ana:secret/x@h", "smtp://ana:secret#x@h", "smtp://ana:secret?x@h",
        "smtp://ana:secret@h:port", "smtp://ana:secret@h:99999", "smtp://ana:secret@h/path",
        "smtp://ana:secret%ff@h", "smtp://ana:secret@h ost", "smtp://ana:secret%00@h",
        "smtp://ana:secret@[::1", "smtp://ana:secret@h:0",
    ],
)  # fmt: skip
def test_a_wrong_address_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(errors.MailServerAddress) as caught:
        smtp.server(url)
    assert caught.value.values == {}
    assert "secret" not in "".join(traceback.format_exception(caught.value))
    assert caught.value.__context__ is None


def test_a_server_shows_no_password() -> None:
    server = smtp.server(f"smtp://{QUOTED}@mail.example.com")
    assert_no_password(repr(server), str(server), f"{server}")
    assert "ana@example.com" in repr(server)


def test_without_the_setting_there_is_no_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(smtp.SETTING, raising=False)
    assert not smtp.is_set()
    with pytest.raises(errors.NoMailServer):
        smtp.server()
    monkeypatch.setenv(smtp.SETTING, "smtps://mail.example.com")
    assert smtp.is_set()
    assert smtp.server() == Server("mail.example.com", 465, True)
