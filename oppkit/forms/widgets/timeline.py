"""What happened to a record, newest first."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import anywidget
import traitlets

from oppkit.forms.widgets.assets import all_words, script
from oppkit.forms.widgets.callbacks import Callbacks, Guard, unguarded

WORDS = frozenset({"more_changes", "restore", "restore_version", "timeline", "more"})
FIRST = 3
"""How many changes of an entry are shown before the rest is unfolded."""

Told = tuple[str, str, str]


@dataclass(frozen=True)
class Moment:
    """An entry. `changes` are (label, before, after); `number` the version it can restore.

    `tone` is "good", "late" or nothing; `version` what the version is called.
    """

    what: str
    author: str
    moment: str
    version: str = ""
    tone: str = ""
    changes: Sequence[Told] = ()
    number: int = 0


class Timeline(anywidget.AnyWidget):
    """Moments with their changes; the first few, the others unfold."""

    _esm = script("elements.js", "timeline.js")

    entries = traitlets.List(traitlets.Dict()).tag(sync=True)
    label = traitlets.Unicode("").tag(sync=True)
    more = traitlets.Unicode("").tag(sync=True)

    def __init__(self, words: Mapping[str, str], guard: Guard | None = None) -> None:
        self._words = all_words(words, WORDS)
        self._restore, self._more = (Callbacks(guard or unguarded) for _ in range(2))
        super().__init__(label=self._words["timeline"])
        self.on_msg(self._received)

    def show(self, moments: Sequence[Moment], left: str = "") -> None:
        """Show these; `left` says how many older ones there are, nothing when these are all."""
        with self.hold_sync():
            self.entries = [self._entry(moment) for moment in moments]
            self.more = self._words["more"].format(number=left) if left else ""

    def on_restore(self, callback: Callable[[int], Any]) -> None:
        """Call with the number of the version that is to be restored."""
        self._restore.add(callback)

    def on_more(self, callback: Callable[[], Any]) -> None:
        """Call when older moments are wanted."""
        self._more.add(callback)

    def _entry(self, moment: Moment) -> dict[str, Any]:
        changes = [
            {"label": label, "before": old, "after": new} for label, old, new in moment.changes
        ]
        # One more line takes no more room than the words that would hide it.
        first = len(changes) if len(changes) == FIRST + 1 else FIRST
        words, number = self._words, moment.number
        return {
            "what": moment.what, "author": moment.author, "moment": moment.moment,
            "version": moment.version, "tone": moment.tone, "number": number,
            "changes": changes[:first], "folded": changes[first:],
            "foldedWords": words["more_changes"].format(number=len(changes) - first),
            "restore": words["restore"] if number else "",
            "restoreLabel": words["restore_version"].format(version=number),
        }  # fmt: skip

    def _received(self, _widget: Any, content: Mapping[str, Any], _buffers: Any) -> None:
        if content.get("do") == "restore":
            self._restore.call(int(content["version"]))
        elif content.get("do") == "more":
            self._more.call()
