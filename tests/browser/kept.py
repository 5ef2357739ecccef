"""Pages that one test leaves to the next.

To open one is five to fifteen seconds of work for the machine: a kernel, a server's page, scripts
to read. Tests that do not ask what a page does at its very beginning need none of their own.
"""

from collections.abc import Callable, Sequence
from typing import Generic, Protocol, TypeVar

from playwright.sync_api import Page


class Shown(Protocol):
    page: Page

    def renew(self) -> None:
        """Leave nothing of what a test did."""

    def wrong(self) -> list[str]:
        """What no test may leave behind."""


P = TypeVar("P", bound=Shown)


class Kept(Generic[P]):
    """Hands out pages, and opens one with `show` where none is left."""

    def __init__(self, show: Callable[[], P]) -> None:
        self._show = show
        self._free: list[P] = []
        self._taken: list[P] = []

    def take(self) -> P:
        """A page that is as new."""
        if self._free:
            self._taken.append(self._free.pop())
            self._taken[-1].renew()
        else:
            self._taken.append(self._show())
        return self._taken[-1]

    def end(self, passed: bool) -> list[str]:
        """What went wrong on the pages that were taken; they are kept if nothing did."""
        taken, self._taken = self._taken, []
        wrong = [told for page in taken for told in page.wrong()]
        if passed and not wrong:
            self._free += taken
        else:
            _close(taken)
        return wrong

    def close(self) -> None:
        _close(self._free)


def _close(pages: Sequence[Shown]) -> None:
    for shown in pages:
        shown.page.context.close()
