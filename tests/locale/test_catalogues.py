"""Both languages say everything that the program can say."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import string
import subprocess
import sys
from collections.abc import Iterator
from enum import Enum
from pathlib import Path

import pytest

import oppkit
from oppkit import model
from oppkit.analysis import dimensions, parts, pipeline
from oppkit.locale.catalogue import LANGUAGES, entries, language, text
from oppkit.model.errors import UserError
from oppkit.model.record import Record

MODEL = Path(model.__file__).parent


def placeholders(words: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(words) if name}


def everything_below(kind: type) -> Iterator[type]:
    for below in kind.__subclasses__():
        yield below
        yield from everything_below(below)


def errors_of_the_model() -> dict[str, str]:
    """type → English words of each error that oppkit.model raises, read from its source."""
    found = {}
    for path in MODEL.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            strings = [
                child.value
                for child in ast.iter_child_nodes(node)
                if isinstance(child, ast.Constant) and isinstance(child.value, str)
            ]
            called = isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
            name = node.func.id if called else ""  # type: ignore[attr-defined]
            if name == "PydanticCustomError" and len(strings) >= 2:
                found[strings[0]] = strings[1]
            elif name == "in_order":
                found[strings[-2]] = strings[-1]
            elif isinstance(node, ast.Tuple) and len(strings) == 2 and " " in strings[1]:
                found[strings[0]] = strings[1]  # type and words chosen by a condition
    return found


def errors_of_oppkit() -> dict[str, str]:
    """code → English template of each UserError of the package."""
    for module in pkgutil.walk_packages(oppkit.__path__, "oppkit."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    return {
        kind.code: kind.template
        for kind in everything_below(UserError)
        if kind.__module__.startswith("oppkit.") and "template" in vars(kind)
    }


def test_english_and_french_have_the_same_keys() -> None:
    only_french = entries("fr").keys() - entries("en").keys()
    assert not entries("en").keys() - entries("fr").keys()
    # English keeps these beside the rule that raises them.
    assert {key.partition(".")[0] for key in only_french} <= {"problem", "error"}


def test_every_entry_takes_the_same_values_in_both_languages() -> None:
    for key in entries("en"):
        assert placeholders(entries("fr")[key]) == placeholders(entries("en")[key]), key


def test_every_rule_of_the_model_is_said_in_french() -> None:
    english = errors_of_the_model()
    assert {"signature_before_opening", "second_owner", "unknown_code", "site_twice"} <= set(
        english
    )
    own = {key.removeprefix("problem.") for key in entries("fr").keys() - entries("en").keys()
           if key.startswith("problem.")}  # fmt: skip
    assert own <= set(english)
    for name, words in english.items():
        assert f"problem.{name}" in entries("fr"), name
        assert placeholders(entries("fr")[f"problem.{name}"]) <= placeholders(words), name


def test_every_user_error_is_said_in_french() -> None:
    english = errors_of_oppkit()
    assert "edit_conflict" in english
    for code, template in english.items():
        if template == UserError.template:
            continue  # says only what a library reported
        assert f"error.{code}" in entries("fr"), code
        assert placeholders(entries("fr")[f"error.{code}"]) <= placeholders(template), code


@pytest.mark.parametrize("tongue", LANGUAGES)
def test_every_field_choice_dimension_and_part_has_a_name(tongue: str) -> None:
    fields = {name for kind in everything_below(Record) for name in kind.model_fields}  # type: ignore[attr-defined]
    wanted = {f"field.{name}" for name in fields}
    wanted |= {f"part.{name}" for name in parts.PARTS}
    wanted |= {f"part_meaning.{name}" for name in parts.PARTS}
    wanted |= {f"measure.{name}" for name in pipeline.MEASURES}
    for section in ("dimension", "without"):
        wanted |= {f"{section}.{name}" for name in dimensions.DIMENSIONS}
    for kind in (
        model.Outcome, model.Recurrence, model.Pricing, model.OriginKind, model.EventKind,
        model.CustomerKind, model.QuoteState, model.AffairStatus, model.Sort,
    ):  # fmt: skip
        wanted |= {f"{_snake(kind)}.{choice.value}" for choice in kind}
    assert not wanted - entries(tongue).keys()


def _snake(kind: type[Enum]) -> str:
    return "".join(f"_{sign.lower()}" if sign.isupper() else sign for sign in kind.__name__)[1:]


def test_french_punctuation_does_not_break_lines() -> None:
    assert text("words.outside", "fr") == "Hors de la prévision\xa0:"
    assert text("input.percent_parsing", "fr").endswith("40\u202f%.")
    for key, words in entries("fr").items():
        assert not any(f" {sign}" in words for sign in ":;!?»%"), key


def test_an_unknown_language_is_a_mistake_of_the_program() -> None:
    with pytest.raises(KeyError, match="no catalogue 'de'"):
        text("part.overdue", "de")


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"OPPKIT_LANG": "fr"}, "fr"),
        ({"OPPKIT_LANG": "en_GB", "LANG": "fr_FR.UTF-8"}, "en"),
        ({"LANG": "fr_CA.UTF-8"}, "fr"),
        ({"LC_ALL": "C.UTF-8", "LANG": "fr_FR.UTF-8"}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"OPPKIT_LANG": "", "LC_MESSAGES": "FR"}, "fr"),
    ],
)
def test_the_language_is_that_of_the_setting_then_the_system(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], expected: str
) -> None:
    for name in ("OPPKIT_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert language() == expected


def test_importing_the_words_loads_no_library() -> None:
    code = (
        "import sys, oppkit.locale; print(*{'babel', 'plotly', 'pandas', 'ibis'} & {*sys.modules})"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
