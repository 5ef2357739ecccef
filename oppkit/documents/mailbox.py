"""Who a message goes to: a name and an address, as people type several of them in one field."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from oppkit.model.catalogue import Catalogue
from oppkit.model.record import Broken, Record
from oppkit.model.texts import Email

# One of several, apart from the next by a comma or semicolon that stands in no quotes.
_PIECE = re.compile(r'(?:"(?:\\.|[^"\\])*"|[^",;\r\n]|")+')
_NAMED = re.compile(r"(?s)(?P<name>.*)<(?P<email>[^<>]*)>\s*")
_ESCAPED = re.compile(r"\\(.)")
_PLAIN_NAME = re.compile(r'[^",;<>@\\()\[\]:]*')
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~\u0080-\U0010ffff-]+"
_LETTER = r"[A-Za-z0-9\u0080-\U0010ffff]"
_LABEL = rf"{_LETTER}+(?:-+{_LETTER}+)*"
_ADDRESS = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})+")


def _one_line(value: str) -> str:
    """Refuse what could end a line of a message's head: another header could follow.

    Lines are folded at spaces, so that mail programs show several as one.
    """
    if any(unicodedata.category(character) in ("Cc", "Zl", "Zp") for character in value):
        raise PydanticCustomError(
            "control_character", "Remove the line breaks and control characters."
        )
    return re.sub(r"\s{2,}", " ", value)


HeaderText = Annotated[str, Field(max_length=500), AfterValidator(_one_line)]


class Mailbox(Record):
    """A person or a firm with an e-mail address; the name may be empty."""

    name: HeaderText = ""
    email: Email

    @classmethod
    def rules(cls, values: Mapping[str, Any], catalogue: Catalogue | None) -> Iterator[Broken]:
        email = values.get("email", "")
        if email and not usable(email):
            yield (
                ("email",),
                PydanticCustomError(
                    "address_unusable", "Mail servers do not take this address: check its signs."
                ),
            )

    def __str__(self) -> str:
        """As it is typed: `Léa Dupont <lea@example.fr>`."""
        if not self.name:
            return self.email
        quoted = '"' + re.sub(r'(["\\])', r"\\\1", self.name) + '"'
        return f"{self.name if _PLAIN_NAME.fullmatch(self.name) else quoted} <{self.email}>"

    @property
    def international(self) -> bool:
        """Whether the address itself is more than ASCII, which not all servers can send to."""
        return not self.email.isascii()


def usable(email: str) -> bool:
    """Whether it can be a recipient: the model's addresses may be further from the standard."""
    return email.isprintable() and _ADDRESS.fullmatch(email) is not None


def read(typed: str) -> list[dict[str, str]]:
    """The names and addresses of a text such as `Léa <lea@example.fr>, bo@example.fr`."""
    pieces = (piece.strip() for piece in _PIECE.findall(typed))
    return [_read_one(piece) for piece in pieces if piece]


def _read_one(piece: str) -> dict[str, str]:
    found = _NAMED.fullmatch(piece)
    if not found:
        return {"email": piece}
    name = found["name"].strip()
    if len(name) > 1 and name[0] == name[-1] == '"':
        name = _ESCAPED.sub(r"\1", name[1:-1])
    return {"name": name, "email": found["email"].strip()}


def _several(value: Any) -> Any:
    return read(value) if isinstance(value, str) else value


def _single(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    found = read(value)
    # Of several, none is meant: refused as the one address that the whole is not.
    return found[0] if len(found) == 1 else {"email": value} if found else None


Mailboxes = Annotated[tuple[Mailbox, ...], BeforeValidator(_several)]
"""Several, or the text in which they were typed."""
Sender = Annotated[Mailbox | None, BeforeValidator(_single)]
