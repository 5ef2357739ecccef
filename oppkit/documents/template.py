"""The templates to choose from: those that come with oppkit, and the firm's own.

The name of a file says all: `quote-short.typ` is for quotes and in both languages,
`affair-contract.fr.docx` for affairs and in French, filled in Word. The firm's own lie in the
folder that `OPPKIT_TEMPLATES` names; other files there are letterheads, images and fonts that
templates use.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from oppkit.documents.errors import NoSuchTemplate, NoTemplatesFolder
from oppkit.locale.catalogue import LANGUAGES, text

Kind = Literal["opportunity", "quote", "affair"]
Format = Literal["typst", "word"]

BUILT_IN = Path(__file__).parent / "templates"
_FILE = re.compile(
    r"(?P<kind>opportunity|quote|affair)-(?P<form>[^.]+)(?:\.(?P<language>fr|en))?"
    r"\.(?P<ending>typ|docx)"
)
_FORMATS: dict[str, Format] = {"typ": "typst", "docx": "word"}


@dataclass(frozen=True)
class Template:
    """One choice of the list. `own` is one of the firm's; `name` is "quote-short".

    `label` is what a person reads, in the language of the sheet.
    """

    name: str
    kind: str
    language: str
    label: str
    path: Path
    format: Format
    own: bool


def templates(kind: str) -> list[Template]:
    """Those for a kind of record: built-in ones first, then the firm's.

    One of the firm's takes the place of a built-in one of its name and language.
    """
    own = list(_in_folder(own_folder(), kind, own=True))
    replaced = {(one.name, one.language, one.format) for one in own}
    built_in = _in_folder(BUILT_IN, kind, own=False)
    return [one for one in built_in if (one.name, one.language, one.format) not in replaced] + own


def find(kind: str, wanted: Template | str, language: str) -> Template:
    """The template of a name ("quote-short" or "short") or a label. Raises `NoSuchTemplate`.

    In `language` where there is one, else in the other. A template itself is it if it is for this
    kind of record.
    """
    if isinstance(wanted, Template) and wanted.kind == kind:
        return wanted
    name = wanted.name if isinstance(wanted, Template) else wanted
    known = sorted(templates(kind), key=lambda one: (one.language != language, not one.own))
    for one in known:
        if name in (one.name, one.name.removeprefix(f"{kind}-"), one.label):
            return one
    names = dict.fromkeys(one.name.removeprefix(f"{kind}-") for one in known)
    raise NoSuchTemplate(name=name, known=", ".join(names))


def own_folder() -> Path | None:
    """The folder of the firm's own templates, logo and fonts; None where none is named."""
    given = os.environ.get("OPPKIT_TEMPLATES")
    if not given:
        return None
    folder = Path(given).expanduser()
    if not folder.is_dir():
        raise NoTemplatesFolder(path=given)
    return folder.resolve()


def _in_folder(folder: Path | None, kind: str, *, own: bool) -> Iterator[Template]:
    for path in sorted(folder.iterdir()) if folder else ():
        found = _FILE.fullmatch(path.name)
        if found is None or found["kind"] != kind:
            continue
        for language in [found["language"]] if found["language"] else LANGUAGES:
            form = found["form"]
            label = form.replace("_", " ").replace("-", " ") if own else _label(form, language)
            yield Template(
                f"{kind}-{form}", kind, language, label, path, _FORMATS[found["ending"]], own
            )


def _label(form: str, language: str) -> str:
    return text(f"template.{form}", language)
