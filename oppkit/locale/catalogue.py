"""The catalogues fr.toml and en.toml, and which of them to use."""

from __future__ import annotations

import locale as system
import os
import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

LANGUAGES = ("fr", "en")

# French sets a space that does not break before these; the catalogue is typed with plain ones.
_FRENCH_SPACES = ((r" (?=[;!?%])", "\u202f"), (r" (?=[:»])|(?<=«) ", "\xa0"))


def language() -> str:
    """The language of the screens, "fr" or "en".

    What OPPKIT_LANG says ("fr", "en_GB"…), else French on a French system, else English.
    """
    for name in ("OPPKIT_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        wanted = os.environ.get(name, "").lower()
        if wanted[:2] in LANGUAGES:
            return wanted[:2]
        if wanted:
            return "en"
    # Windows has none of these and says "French_France".
    return "fr" if (system.getlocale()[0] or "").lower().startswith("fr") else "en"


def text(key: str, language: str, **values: object) -> str:
    """The words under `key` ("part.overdue"), with `values` filled in.

    Raises KeyError for a key or a language that there is not: a mistake of the program.
    """
    return entries(language)[key].format(**values)


@cache
def entries(language: str) -> Mapping[str, str]:
    """All the words of a language by their dotted key."""
    if language not in LANGUAGES:
        raise KeyError(f"There is no catalogue '{language}': use one of {', '.join(LANGUAGES)}.")
    source = Path(__file__).with_name(f"{language}.toml").read_text(encoding="utf-8")
    return {
        f"{section}.{name}": _typeset(words, language)
        for section, names in tomllib.loads(source).items()
        for name, words in names.items()
    }


def _typeset(words: str, language: str) -> str:
    for pattern, space in _FRENCH_SPACES if language == "fr" else ():
        words = re.sub(pattern, space, words)
    return words
