"""Scripts that are longer than a page: several files of one module, joined as one."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

STATIC = Path(__file__).parent.parent / "static"


def script(*names: str) -> str:
    """Return the files as one ES module. They share its names; the last one has the export.

    anywidget loads a script from memory, where it cannot import a neighbour.
    """
    return "\n".join((STATIC / name).read_text(encoding="utf-8") for name in names)


def styles(*names: str) -> str:
    """Return the files as one style sheet."""
    return "\n".join((STATIC / name).read_text(encoding="utf-8") for name in names)


def all_words(words: Mapping[str, str], needed: frozenset[str]) -> dict[str, str]:
    """Return the words a widget needs; ValueError names those that are absent."""
    if absent := needed - words.keys():
        raise ValueError(f"These texts are missing: {', '.join(sorted(absent))}.")
    return {name: words[name] for name in needed}
