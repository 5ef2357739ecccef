"""The catalogues, one folder per language and a file per part, and which language to use."""

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
    found: dict[str, str] = {}
    for path in sorted((Path(__file__).parent / language).glob("*.toml")):
        for section, names in tomllib.loads(path.read_text(encoding="utf-8")).items():
            for name, words in names.items():
                key = f"{section}.{name}"
                if key in found:
                    raise KeyError(f"{key} stands twice in the catalogue: keep one ({path.name}).")
                found[key] = _typeset(words, language)
    return found


def _typeset(words: str, language: str) -> str:
    for pattern, space in _FRENCH_SPACES if language == "fr" else ():
        words = re.sub(pattern, space, words)
    return words
