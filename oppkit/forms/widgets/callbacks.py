"""What a widget calls when something was done on the page, so that no error gets lost there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Guard = Callable[[Callable[..., Any]], Callable[..., Any]]
"""Wraps a callable so that what it raises reaches the person (and returns None then)."""


def unguarded(callback: Callable[..., Any]) -> Callable[..., Any]:
    """Leave a callable as it is: what it raises goes to ipywidgets, which logs it."""
    return callback


class Callbacks:
    """The callables that want to know of one kind of event, in the order they came."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        self._known: list[Callable[..., Any]] = []

    def __bool__(self) -> bool:
        return bool(self._known)

    def add(self, callback: Callable[..., Any]) -> None:
        """Call this one too."""
        self._known.append(callback)

    def call(self, *values: Any) -> bool:
        """Call all of them; tell whether every one went through, also under a silent guard."""
        through = 0

        def one(callback: Callable[..., Any]) -> None:
            nonlocal through
            callback(*values)
            through += 1

        for callback in self._known:
            self._guard(one)(callback)
        return through == len(self._known)
