"""Sends a message by SMTP: encrypted always, to all of its recipients or to nobody."""

from __future__ import annotations

import base64
import contextlib
import os
import re
import smtplib
import socket
import ssl
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from oppkit.documents.mail_errors import (
    DeliveryUnknown,
    MailAddressesInternational,
    MailLoginRefused,
    MailLoginUnknown,
    MailRefused,
    MailServerAddress,
    MailServerCertificate,
    MailServerClosed,
    MailServerDown,
    MailServerNotSecret,
    MailServerSilent,
    MailServerTls,
    MailServerUnknown,
    NoMailServer,
    RecipientsRefused,
)
from oppkit.model.errors import UserError

SETTING = "OPPKIT_SMTP_URL"
TIMEOUT = 30.0
"""Seconds to wait for each answer of a server."""

_PORTS = {"smtp": 587, "smtps": 465}
_PORTION = 65_536
_HOST = re.compile(r"[A-Za-z0-9._:-]+")
# What we call ourselves: the default is asked of the network, which may take seconds.
_OURSELVES = "[127.0.0.1]"


@dataclass(frozen=True)
class Server:
    """Where and as whom to send. `tls` from the first byte, else after STARTTLS."""

    host: str
    port: int
    tls: bool
    user: str = ""
    password: str = field(default="", repr=False)


def is_set() -> bool:
    """Whether there is a server to send with."""
    return bool(os.environ.get(SETTING))


def server(url: str | None = None) -> Server:
    """The server of an address (default: the setting's). Raises `MailServerAddress`."""
    url = url or os.environ.get(SETTING)
    if not url:
        raise NoMailServer()
    found = _read(url)
    if found is None:  # raised here, not where reading failed: those messages quote the password
        raise MailServerAddress()
    return found


def _read(url: str) -> Server | None:
    try:
        parts = urlsplit(url)
        user, password = (
            unquote(one or "", errors="strict") for one in (parts.username, parts.password)
        )
        port = _PORTS[parts.scheme] if parts.port is None else parts.port
    except (ValueError, KeyError):
        return None
    host = parts.hostname or ""
    rest = parts.path.strip("/") or parts.query or parts.fragment
    half = bool(user) != bool(password) or "\0" in user + password
    if rest or half or not port or not _HOST.fullmatch(host):
        return None
    return Server(host, port, parts.scheme == "smtps", user, password)


def send(
    server: Server, message: EmailMessage, sender: str, recipients: Sequence[str],
    timeout: float = TIMEOUT,
) -> None:  # fmt: skip
    """Hand a message over, or raise the `UserError` that says why not.

    All recipients are asked first: if one is refused, nobody gets the message. After
    `DeliveryUnknown` alone it is open whether it went out.
    """
    content = message.as_bytes()
    with _explained(server, timeout):
        connection = _connected(server, timeout)
        try:
            if server.user:
                _log_in(connection, server)
            _ask(connection, server, len(content), sender, recipients)
            _hand_over(connection, server, content)
        finally:
            _leave(connection)


def _connected(server: Server, timeout: float) -> smtplib.SMTP:
    context = ssl.create_default_context()  # checks certificate and name; honours SSL_CERT_FILE
    if server.tls:
        return smtplib.SMTP_SSL(
            server.host, server.port, _OURSELVES, timeout=timeout, context=context
        )
    connection = smtplib.SMTP(server.host, server.port, _OURSELVES, timeout)
    try:
        connection.ehlo()
        if not connection.has_extn("starttls"):
            raise MailServerNotSecret(host=server.host, port=server.port)
        connection.starttls(context=context)
    except BaseException:
        connection.close()
        raise
    return connection


def _log_in(connection: smtplib.SMTP, server: Server) -> None:
    """By PLAIN or LOGIN, in UTF-8: smtplib's own login takes ASCII alone."""
    connection.ehlo_or_helo_if_needed()
    ways = connection.esmtp_features.get("auth", "").upper().split()
    if "PLAIN" in ways:
        both = _base64(f"\0{server.user}\0{server.password}")
        code, _ = connection.docmd("AUTH", f"PLAIN {both}")
    elif "LOGIN" in ways:
        code, _ = connection.docmd("AUTH", "LOGIN")
        for answer in (server.user, server.password):
            if code == 334:
                code, _ = connection.docmd(_base64(answer))
    else:
        raise MailLoginUnknown(host=server.host, ways=", ".join(ways) or "–")
    if code != 235:
        raise MailLoginRefused(host=server.host, user=server.user, reply=code)


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _ask(
    connection: smtplib.SMTP, server: Server, size: int, sender: str, recipients: Sequence[str]
) -> None:
    """Name the sender and all recipients; the message is not given away yet."""
    connection.ehlo_or_helo_if_needed()
    options = [f"size={size}"] if connection.has_extn("size") else []
    if strange := [one for one in (sender, *recipients) if not one.isascii()]:
        if not connection.has_extn("smtputf8"):
            raise MailAddressesInternational(host=server.host, addresses=", ".join(strange))
        options += ["SMTPUTF8", "BODY=8BITMIME"]
    _require(250, connection.mail(sender, options), server)
    answers = {one: connection.rcpt(one) for one in recipients}
    refused = [f"{one} ({_said(*say)})" for one, say in answers.items() if say[0] not in (250, 251)]
    if refused:
        # Nobody gets the message, whether the server goes on or hangs up.
        with contextlib.suppress(smtplib.SMTPException, OSError):
            connection.rset()
        raise RecipientsRefused(recipients=", ".join(refused))


def _hand_over(connection: smtplib.SMTP, server: Server, content: bytes) -> None:
    _require(354, connection.docmd("DATA"), server)
    try:
        for portion in _portions(re.sub(rb"(?m)^\.", b"..", content) + b".\r\n"):
            connection.send(portion)
        answer = connection.getreply()
    except (smtplib.SMTPException, OSError) as error:
        raise DeliveryUnknown(host=server.host) from error
    _require(250, answer, server)


def _portions(content: bytes) -> Iterator[bytes]:
    """The time allowed counts for each: a large file takes minutes on a slow line."""
    for start in range(0, len(content), _PORTION):
        yield content[start : start + _PORTION]


def _leave(connection: smtplib.SMTP) -> None:
    # The message was taken or refused by now, and the answer to a farewell changes neither.
    with contextlib.suppress(smtplib.SMTPException, OSError):
        connection.quit()
    connection.close()


# -- what went wrong, in words -------------------------------------------------------------------


def _require(code: int, answer: tuple[int, bytes], server: Server) -> None:
    if answer[0] != code:
        raise MailRefused(host=server.host, reason=_said(*answer))


def _said(code: int, reply: bytes | str) -> str:
    """A server's answer in one line; it may be anything."""
    words = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
    printable = "".join(sign if sign.isprintable() else " " for sign in words)
    return f"{code} {' '.join(printable.split())[:200]}".strip()


@contextlib.contextmanager
def _explained(server: Server, timeout: float) -> Iterator[None]:
    try:
        yield
    except (smtplib.SMTPException, OSError, UnicodeError) as error:
        raise _explanation(error, server, timeout) from error


def _explanation(error: Exception, server: Server, timeout: float) -> UserError:
    # smtplib tells of every broken connection alike; what broke it is the context.
    cause = error.__context__ if isinstance(error, smtplib.SMTPServerDisconnected) else error
    at = {"host": server.host, "port": server.port}
    match cause:
        case smtplib.SMTPResponseException():
            return MailRefused(host=server.host, reason=_said(cause.smtp_code, cause.smtp_error))
        case ssl.SSLCertVerificationError():
            return MailServerCertificate(host=server.host, detail=cause.verify_message)
        case None | ConnectionResetError() | BrokenPipeError() | ssl.SSLEOFError():
            return MailServerClosed(host=server.host)
        case ssl.SSLError():
            return MailServerTls(**at, detail=cause.reason or "TLS")
        case TimeoutError():
            return MailServerSilent(host=server.host, seconds=f"{timeout:g}")
        case socket.gaierror() | UnicodeError():
            return MailServerUnknown(host=server.host)
        case OSError():
            return MailServerDown(**at, detail=cause.strerror or type(cause).__name__)
    return MailServerClosed(host=server.host)
