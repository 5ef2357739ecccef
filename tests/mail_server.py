"""Mail servers to send to: a real one, and one that reads its lines from a script."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

USER, PASSWORD = "ana@example.com", "pä:ss/w@rd#1"
QUOTED = "ana%40example.com:p%C3%A4%3Ass%2Fw%40rd%231"
"""Both, as they stand in an address."""


@dataclass
class Mailroom:
    """Keeps what it gets; `refuses` are the answers to some recipients."""

    refuses: Mapping[str, str] = field(default_factory=dict)
    envelopes: list[Envelope] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refuses:
            return self.refuses[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.envelopes.append(envelope)
        return "250 Taken"

    def message(self) -> EmailMessage:
        """The one message that came. No property: the server looks through all of a handler's."""
        (envelope,) = self.envelopes
        assert isinstance(envelope.content, bytes)
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        assert not message.defects
        return message


class _OnAnyPort(Controller):
    """Controller knocks at the port it was told, and so cannot be told to take any."""

    def _trigger_server(self) -> None:
        assert self.server is not None
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


def _authenticated(
    server: SMTP, session: Session, envelope: Envelope, mechanism: str, given: Any
) -> AuthResult:
    known = LoginPassword(USER.encode(), PASSWORD.encode())
    return AuthResult(success=given == known, handled=False)


def context_of(authority: trustme.CA, *names: str) -> ssl.SSLContext:
    """What a server with a certificate for `names` shows."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names).configure_cert(context)
    return context


@contextlib.contextmanager
def real(
    context: ssl.SSLContext, mailroom: Mailroom, *, tls: bool = False, ways: str = "PLAIN LOGIN",
    international: bool = True, limit: int | None = None,
) -> Iterator[str]:  # fmt: skip
    """A server that wants TLS, then user and password; gives its address without them."""
    server = _OnAnyPort(
        mailroom, hostname="127.0.0.1", port=0, server_hostname="mail.test",
        ssl_context=context if tls else None, tls_context=None if tls else context,
        require_starttls=not tls, auth_required=True, auth_require_tls=not tls,
        authenticator=_authenticated, enable_SMTPUTF8=international, data_size_limit=limit,
        auth_exclude_mechanism={"PLAIN", "LOGIN"} - set(ways.split()),
    )  # fmt: skip
    server.start()
    try:
        yield f"127.0.0.1:{server.port}"
    finally:
        server.stop()


HANG_UP = b""
SILENCE = None


class Scripted:
    """Answers each command as told, and keeps what it heard.

    `answers` go by the first word of a line, "." after a message, "" on the call. Others get 250.
    After `SILENCE` it says nothing any more. A line within a message can make it `HANG_UP`.
    """

    def __init__(
        self, answers: Mapping[str, bytes | None], context: ssl.SSLContext | None = None
    ) -> None:
        self._answers = {
            "": b"220 mail.test", "EHLO": b"250-mail.test\r\n250 SIZE 1000000",
            "DATA": b"354 Go on", "QUIT": b"221 Bye", **answers,
        }  # fmt: skip
        self._context, self._silent = context, False
        self.heard: list[bytes] = []
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Scripted:
        self._thread.start()
        return self

    def __exit__(self, *raised: object) -> None:
        self._thread.join()
        self._listening.close()

    @property
    def at(self) -> str:
        """Its host and port."""
        return f"127.0.0.1:{self._listening.getsockname()[1]}"

    def _serve(self) -> None:
        calling, _ = self._listening.accept()
        # A client that does not trust the certificate, or waits no longer, leaves in the middle.
        with calling, contextlib.suppress(ssl.SSLError, ConnectionError):
            if self._context is not None:
                calling = self._context.wrap_socket(calling, server_side=True)
            with calling, calling.makefile("rb") as lines:
                self._talk(calling, lines)

    def _talk(self, calling: socket.socket, lines: Any) -> None:
        going_on, in_data = self._answer(calling, ""), False
        while going_on and (line := lines.readline()):
            self.heard.append(line)
            word = line.split(None, 1)[0].decode("latin-1").upper() if line.strip() else ""
            if in_data and word != ".":
                going_on = self._answers.get(word) != HANG_UP
                continue
            going_on = self._answer(calling, word)
            in_data = word == "DATA" and (self._answers["DATA"] or b"").startswith(b"354")

    def _answer(self, calling: socket.socket, word: str) -> bool:
        answer = self._answers.get(word, b"250 OK")
        self._silent |= answer is SILENCE
        if answer and not self._silent:
            calling.sendall(answer + b"\r\n")
        return answer != HANG_UP
