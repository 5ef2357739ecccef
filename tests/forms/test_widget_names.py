"""Our widgets give no name of ipywidgets another meaning: the library calls its own by it."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator

import ipywidgets as widgets
import pytest

from oppkit import forms

ON_PURPOSE = {"__init__", "__module__", "__doc__", "_esm", "_css"}


def below(kind: type) -> Iterator[type]:
    for one in kind.__subclasses__():
        yield one
        yield from below(one)


def ours() -> list[type]:
    for module in pkgutil.walk_packages(forms.__path__, "oppkit.forms."):
        importlib.import_module(module.name)
    kinds = set(below(widgets.Widget))
    return sorted((kind for kind in kinds if is_ours(kind)), key=lambda kind: kind.__qualname__)


def is_ours(kind: type) -> bool:
    return kind.__module__.startswith("oppkit.")


def callables_of_the_library(kind: type) -> set[str]:
    bases = [base for base in kind.__mro__ if not is_ours(base) and base is not object]
    return {name for base in bases for name, value in vars(base).items() if callable(value)}


def shadowed(kind: type) -> set[str]:
    own = {name for name, value in vars(kind).items() if callable(value)}
    return (own & callables_of_the_library(kind)) - ON_PURPOSE


@pytest.mark.parametrize("kind", ours(), ids=lambda kind: kind.__qualname__)
def test_no_method_of_a_widget_has_the_name_of_one_of_the_library(kind: type) -> None:
    assert not shadowed(kind)


def test_a_shadowed_name_would_be_found() -> None:
    class Unfit(widgets.VBox):
        def send(self) -> None: ...

    Unfit.__module__ = "oppkit.forms.unfit"
    assert shadowed(Unfit) == {"send"}
