"""What restricts a list, or was chosen for it: small labels, each taken away with one click."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import anywidget
import traitlets

from oppkit.forms.widgets.assets import all_words, script
from oppkit.forms.widgets.callbacks import Callbacks, Guard, unguarded

WORDS = frozenset({"label", "remove", "clear"})
"""`label` names the whole, `remove` has a {name}, `clear` is on the button that removes all."""


@dataclass(frozen=True)
class Chip:
    """`key` is unique; `label` stands before the text; `colour` is a CSS colour, or empty."""

    key: str
    text: str
    label: str = ""
    colour: str = ""


class Chips(anywidget.AnyWidget):
    """A row of chips; with `clearable`, all can be removed at once."""

    _esm = script("elements.js", "chips.js")

    chips = traitlets.List(traitlets.Dict()).tag(sync=True)
    words = traitlets.Dict().tag(sync=True)
    clearable = traitlets.Bool(False).tag(sync=True)

    def __init__(
        self, words: Mapping[str, str], clearable: bool = False, guard: Guard | None = None
    ) -> None:
        self._remove = Callbacks(guard or unguarded)
        self._clear = Callbacks(guard or unguarded)
        super().__init__(words=all_words(words, WORDS), clearable=clearable)
        self.on_msg(self._received)

    def show(self, chips: Sequence[Chip]) -> None:
        """Show these chips in this order."""
        self.chips = [asdict(chip) for chip in chips]

    def on_remove(self, callback: Callable[[str], Any]) -> None:
        """Call with the key of a chip that is to go; the owner then shows the rest."""
        self._remove.add(callback)

    def on_clear(self, callback: Callable[[], Any]) -> None:
        """Call when all are to go."""
        self._clear.add(callback)

    def _received(self, _widget: Any, content: Mapping[str, Any], _buffers: Any) -> None:
        if content.get("type") == "remove":
            self._remove.call(str(content["key"]))
        elif content.get("type") == "clear":
            self._clear.call()
