"""The lines at the head of a message: names, addresses and subject in the letters of all mail.

Python's own way of breaking them (seen in 3.11) encodes, behind some names, the comma between two
addresses, so that the second is lost. Here names and subject are encoded (RFC 2047) where they are
not plain, and lines are broken between whole pieces alone.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator
from email.headerregistry import AddressHeader
from email.message import EmailMessage
from email.policy import EmailPolicy
from typing import Any

_WIDTH = 78
# An encoded piece is at most 75 characters, of which 12 are its frame: 60 of base64, 45 bytes.
_BYTES = 45
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+")


class HeaderPolicy(EmailPolicy):
    """What `email` is told to write lines of a head by."""

    def fold(self, name: str, value: Any) -> str:
        if isinstance(value, AddressHeader):
            return _folded(name, _mailboxes(value.addresses))
        if name == "Subject":
            return _folded(name, value.split(" ") if _is_plain(value) else _encoded(value))
        return str(super().fold(name, value))

    def fold_binary(self, name: str, value: Any) -> bytes:
        return self.fold(name, value).encode()


def new_message(*, international: bool) -> EmailMessage:
    """An empty message; in an `international` one, addresses may have letters beyond ASCII."""
    return EmailMessage(HeaderPolicy(linesep="\r\n", utf8=international))


def _folded(name: str, pieces: Iterable[str]) -> str:
    lines = [f"{name}:"]
    for piece in pieces:
        if len(lines[-1]) + 1 + len(piece) > _WIDTH and lines[-1].strip() != f"{name}:":
            lines.append("")
        lines[-1] += f" {piece}"
    return "\r\n".join(lines) + "\r\n"


def _mailboxes(addresses: Any) -> Iterator[str]:
    for place, one in enumerate(addresses, 1):
        yield from _phrase(one.display_name)
        # Not `addr_spec`, which would encode an address as if it were a word.
        address = f"{one.username}@{one.domain}"
        written = f"<{address}>" if one.display_name else address
        yield written if place == len(addresses) else f"{written},"


def _phrase(name: str) -> list[str]:
    """A name as it stands, in quotes, or encoded."""
    if not _is_plain(name) or len(name) > _WIDTH - 20:
        return list(_encoded(name))
    if _ATOMS.fullmatch(name):
        return name.split(" ")
    return ['"' + re.sub(r'(["\\])', r"\\\1", name) + '"'] if name else []


def _is_plain(text: str) -> bool:
    """Whether it stands for itself: "=?" would begin what is encoded."""
    return text.isascii() and text.isprintable() and "=?" not in text


def _encoded(text: str) -> Iterator[str]:
    """Pieces of whole letters, for each piece is decoded on its own."""
    piece = b""
    for sign in text:
        if len(piece) + len(sign.encode()) > _BYTES:
            yield _word(piece)
            piece = b""
        piece += sign.encode()
    if piece:
        yield _word(piece)


def _word(piece: bytes) -> str:
    return f"=?utf-8?b?{base64.b64encode(piece).decode()}?="
