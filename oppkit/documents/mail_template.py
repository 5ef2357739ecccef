"""Subject and text of a message from a template: a plain text with words in braces.

`mail-quote.fr.txt` begins with a line `Objet : …` or `Subject: …`; the text follows after an empty
line. Templates of one's own lie in the folder `OPPKIT_TEMPLATES` and go before the built-in ones.
What a placeholder stands for is put in as it is: nothing in it is looked at again.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from oppkit.documents.mail_errors import (
    MailPlaceholderUnknown,
    MailTemplateHeadless,
    MailTemplateUnreadable,
)

FOLDER = "OPPKIT_TEMPLATES"

_BUILT_IN = Path(__file__).parent / "templates"
_HEAD = re.compile(
    r"(?is)\s*(?:subject|objet)[^\S\n]*:[^\S\n]*(?P<subject>\S[^\n]*)(?:\n(?P<body>.*))?"
)
_PLACEHOLDER = re.compile(r"\{([^{}\n]*)\}")


@dataclass(frozen=True)
class MailTemplate:
    """A template as it was read."""

    path: Path
    subject: str
    body: str

    def filled(self, values: Mapping[str, str]) -> tuple[str, str]:
        """Subject and text. Raises `MailPlaceholderUnknown` for one that is not in `values`.

        A line whose placeholders are all empty is left out: "Valid until {valid_until}".
        """
        subject = self._line(self.subject, values)
        kept = (line for line in self.body.split("\n") if self._says(line, values))
        lines = (self._line(line, values) for line in kept)
        return subject.strip(), re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()

    def _line(self, line: str, values: Mapping[str, str]) -> str:
        return _PLACEHOLDER.sub(lambda found: self._value(found[1], values), line)

    def _says(self, line: str, values: Mapping[str, str]) -> bool:
        names = _PLACEHOLDER.findall(line)
        return not names or any(self._value(name, values) for name in names)

    def _value(self, name: str, values: Mapping[str, str]) -> str:
        if name not in values:
            known = ", ".join(f"{{{one}}}" for one in sorted(values))
            raise MailPlaceholderUnknown(path=self.path, placeholder=f"{{{name}}}", known=known)
        return values[name]


def template(kind: str, language: str) -> MailTemplate:
    """The template for "opportunity" or "quote": the firm's own, else the built-in one."""
    name = f"mail-{kind}.{language}.txt"
    own = os.environ.get(FOLDER)
    if own and (Path(own) / name).exists():
        return _read(Path(own) / name)
    return _read(_BUILT_IN / name)


def _read(path: Path) -> MailTemplate:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise MailTemplateUnreadable(path=path, detail="UTF-8") from error
    except OSError as error:
        raise MailTemplateUnreadable(path=path, detail=error.strerror) from error
    found = _HEAD.fullmatch(text)
    if found is None:
        raise MailTemplateHeadless(path=path)
    return MailTemplate(path, found["subject"].strip(), found["body"] or "")
