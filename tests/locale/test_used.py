"""The catalogues hold nothing that the program never says: dead words would be translated on."""

from __future__ import annotations

import ast
import re
from enum import Enum
from pathlib import Path

import oppkit
from oppkit import model
from oppkit.locale.catalogue import LANGUAGES, entries

SOURCES = [ast.parse(path.read_text("utf-8")) for path in Path(oppkit.__path__[0]).rglob("*.py")]
ANY = "[^.]+"


def constants() -> set[str]:
    """All whole strings of the program."""
    return {
        node.value
        for source in SOURCES
        for node in ast.walk(source)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def patterns() -> list[re.Pattern[str]]:
    """The keys that f-strings make: `f"page.{name}"` gives those of the section "page".

    Those in which neither the section nor the name is known would allow every key.
    """
    found = set()
    for source in SOURCES:
        for node in ast.walk(source):
            if isinstance(node, ast.JoinedStr):
                parts = [
                    re.escape(str(part.value)) if isinstance(part, ast.Constant) else ANY
                    for part in node.values
                ]
                found.add("".join(parts))
    return [re.compile(one) for one in found if r"\." in one and one != rf"{ANY}\.{ANY}"]


def sections_of_widgets() -> set[str]:
    """The sections that are handed to a widget whole: `screen.words("board")`."""
    return {
        node.args[0].value
        for source in SOURCES
        for node in ast.walk(source)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "words"
        and node.args
        and isinstance(node.args[0], ast.Constant)
    }


def sections_of_choices() -> set[str]:
    """A section for each kind of choice of the model: "quote_state" for `QuoteState`."""
    kinds = [kind for kind in vars(model).values() if isinstance(kind, type)]
    return {
        re.sub(r"(?<!^)(?=[A-Z])", "_", kind.__name__).lower()
        for kind in kinds
        if issubclass(kind, Enum)
    }


def unused(language: str) -> set[str]:
    whole, made = constants(), patterns()
    of_widgets, of_choices = sections_of_widgets(), sections_of_choices()

    def is_used(key: str) -> bool:
        section, _, name = key.partition(".")
        return (
            key in whole
            or section in of_choices
            # What a widget needs is named there, in its WORDS; errors name kinds of records.
            or (section in {*of_widgets, "record"} and name in whole)
            or any(pattern.fullmatch(key) for pattern in made)
        )

    # The words of rules and errors are held to those of the model by test_catalogues.
    return {
        key
        for key in entries(language)
        if not key.startswith(("problem.", "error.")) and not is_used(key)
    }


def test_every_text_of_the_catalogues_is_said_somewhere() -> None:
    assert {language: sorted(unused(language)) for language in LANGUAGES} == {"fr": [], "en": []}


def test_an_unused_text_would_be_found() -> None:
    assert "page.opportunities" not in constants()  # made of a prefix and a name
    assert any(pattern.fullmatch("page.opportunities") for pattern in patterns())
    assert not any(pattern.fullmatch("form.never_said") for pattern in patterns())
    assert "board" in sections_of_widgets()
    assert "quote_state" in sections_of_choices()
