"""A field in which one of very many records is found as one types."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import anywidget
import traitlets

from oppkit.forms.widgets.assets import all_words, script, styles
from oppkit.forms.widgets.callbacks import Callbacks, Guard, unguarded

WORDS = frozenset({"clear", "create", "loading", "nothing"})
"""The texts a pick needs; `create` has a {text}."""

_ANSWERS = 16  # kept: what is chosen may come from one that is older than the latest


@dataclass(frozen=True)
class Choice:
    """What can be chosen: `detail` stands below the label, `code` beside it."""

    key: str
    label: str
    detail: str = ""
    code: str = ""


class Pick(anywidget.AnyWidget):
    """A text, and the choice it stands for, if it stands for one.

    The `source` is asked for each text that is typed, and gives what to propose, best first and not
    more than a person reads (about ten). A text that was not chosen is kept as it is; only with
    `free` is it meant to be. `create` makes a choice of a text, or gives None.
    """

    _esm = script(
        "elements.js", "steady.js", "popup.js", "combobox_list.js", "combobox.js",
        "input_field.js", "pick.js",
    )  # fmt: skip
    _css = styles("colours.css", "combobox.css", "inputs.css")

    # Not sent back to the page they came from: more may have been typed there meanwhile.
    text = traitlets.Unicode("").tag(sync=True, echo_update=False)
    key = traitlets.Unicode("").tag(sync=True, echo_update=False)
    label = traitlets.Unicode("").tag(sync=True)
    placeholder = traitlets.Unicode("").tag(sync=True)
    words = traitlets.Dict().tag(sync=True)
    free = traitlets.Bool(False).tag(sync=True)
    creates = traitlets.Bool(False).tag(sync=True)
    required = traitlets.Bool(False).tag(sync=True)
    disabled = traitlets.Bool(False).tag(sync=True)

    def __init__(
        self,
        source: Callable[[str], Sequence[Choice]],
        words: Mapping[str, str],
        label: str = "",
        placeholder: str = "",
        create: Callable[[str], Choice | None] | None = None,
        free: bool = False,
        guard: Guard | None = None,
        required: bool = False,
    ) -> None:
        self._guard = guard or unguarded
        self._source, self._make = source, create
        self._chosen, self._typed = Callbacks(self._guard), Callbacks(self._guard)
        self._offered: deque[Sequence[Choice]] = deque(maxlen=_ANSWERS)
        self._told: tuple[Choice | None, str] = (None, "")
        super().__init__(
            words=all_words(words, WORDS), label=label, placeholder=placeholder, free=free,
            creates=create is not None, required=required,
        )  # fmt: skip
        self.observe(self._changed, ["text", "key"])
        self.on_msg(self._received)

    @property
    def choice(self) -> Choice | None:
        """What is chosen; None when the text is free, or empty."""
        return self._told[0]

    def choose(self, choice: Choice | None) -> None:
        """Choose this one, and show its label; None empties the field."""
        if choice is not None:
            self._offered.append((choice,))
        with self.hold_trait_notifications():
            self.key = choice.key if choice else ""
            self.text = choice.label if choice else ""

    def on_choose(self, callback: Callable[[Choice | None], Any]) -> None:
        """Call with what was chosen, by the page or by `choose`; None when it no longer is."""
        self._chosen.add(callback)

    def on_text(self, callback: Callable[[str], Any]) -> None:
        """Call with the text when it changed, at each keystroke."""
        self._typed.add(callback)

    def _changed(self, _change: Any) -> None:
        """Text and key come together: whoever is told finds both."""
        before = self._told
        now = self._told = (self._under(self.key), self.text)
        if now[0] is None:
            self.key = ""  # of an answer that is long gone
        if now[0] != before[0]:
            self._chosen.call(now[0])
        if now[1] != before[1] and self._told == now:
            self._typed.call(now[1])

    def _under(self, key: str) -> Choice | None:
        offered = (choice for answer in reversed(self._offered) for choice in answer)
        return next((choice for choice in offered if choice.key == key), None) if key else None

    def _received(self, _widget: Any, content: Mapping[str, Any], _buffers: Any) -> None:
        if content.get("type") == "ask":
            self._answer(content)
        elif content.get("type") == "create" and self._make is not None:
            self._create(content)

    def _answer(self, content: Mapping[str, Any]) -> None:
        """The page gets an answer whatever happens, so that it does not wait for ever."""
        found: Sequence[Choice] = ()
        try:
            found = self._guard(self._source)(str(content["text"])) or ()
            self._offered.append(found)
        finally:
            choices = [asdict(choice) for choice in found]
            answer = {"type": "found", "view": content["view"], "ask": content["ask"]}
            self.send(answer | {"choices": choices})

    def _create(self, content: Mapping[str, Any]) -> None:
        assert self._make is not None
        try:
            made = self._guard(self._make)(str(content["text"]))
            if made is not None:
                self.choose(made)
        finally:
            self.send({"type": "created", "view": content["view"]})
