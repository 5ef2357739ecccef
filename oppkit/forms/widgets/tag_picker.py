"""Coloured tags, any number of them, found as one types and removed with one click."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import anywidget
import traitlets

from oppkit.forms.widgets.assets import all_words, script, styles
from oppkit.forms.widgets.callbacks import Callbacks, Guard, unguarded

WORDS = frozenset({"add", "added", "create", "loading", "nothing", "remove", "removed"})
"""The texts a tag picker needs: `create` has a {text}; `added`, `remove` and `removed` a {name}."""


@dataclass(frozen=True)
class TagOption:
    """A value that can be chosen; `colour` is a CSS colour, or empty."""

    code: str
    label: str
    colour: str = ""


class TagPicker(anywidget.AnyWidget):
    """Codes in the order they were added; one that no option has is shown as it is.

    `create` makes an option of a text that none has, or gives None.
    """

    _esm = script(
        "elements.js", "steady.js", "popup.js", "combobox_list.js", "combobox.js",
        "input_field.js", "tag_picker.js",
    )  # fmt: skip
    _css = styles("colours.css", "combobox.css", "inputs.css")

    options = traitlets.List(traitlets.Dict()).tag(sync=True)
    # Not sent back to the page it came from: more may have been chosen there meanwhile.
    value = traitlets.Tuple().tag(sync=True, echo_update=False)
    label = traitlets.Unicode("").tag(sync=True)
    words = traitlets.Dict().tag(sync=True)
    creates = traitlets.Bool(False).tag(sync=True)
    disabled = traitlets.Bool(False).tag(sync=True)

    def __init__(
        self,
        options: Sequence[TagOption],
        words: Mapping[str, str],
        label: str = "",
        create: Callable[[str], TagOption | None] | None = None,
        guard: Guard | None = None,
    ) -> None:
        self._guard = guard or unguarded
        self._make = create
        self._change = Callbacks(self._guard)
        super().__init__(
            words=all_words(words, WORDS), label=label, creates=create is not None,
            options=[asdict(option) for option in options],
        )  # fmt: skip
        self.observe(lambda change: self._change.call(change["new"]), "value")
        self.on_msg(self._received)

    def set_options(self, options: Iterable[TagOption]) -> None:
        """Offer these; what was chosen stays chosen."""
        self.options = [asdict(option) for option in options]

    def show(self, codes: Iterable[str]) -> None:
        """Choose these, in this order."""
        self.value = tuple(dict.fromkeys(codes))

    def on_change(self, callback: Callable[[tuple[str, ...]], Any]) -> None:
        """Call with all codes when one was added or removed, and when others were shown."""
        self._change.add(callback)

    def _received(self, _widget: Any, content: Mapping[str, Any], _buffers: Any) -> None:
        if content.get("type") != "create" or self._make is None:
            return
        text = str(content["text"])
        made = self._guard(self._make)(text)
        if made is None:
            return
        if made.code not in {option["code"] for option in self.options}:
            self.options = [*self.options, asdict(made)]
        self.show((*self.value, made.code))
        self.send({"type": "created", "view": content["view"], "text": text, "code": made.code})
