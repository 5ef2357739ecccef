"""What a form needs of the page around its fields, and plain widgets cannot give."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import anywidget
import traitlets

from oppkit.forms.widgets.assets import STATIC


class Frame(anywidget.AnyWidget):
    """The style sheet, the notes beside the fields, Ctrl+S, and the question before leaving.

    `notes` maps the path of a field ("lines.0.title") to what is wrong with it. The field's widget
    carries the class that `css_class` gives; the script puts the sentence below it and tells
    screen readers. While `unsaved`, the browser asks before it leaves the page. `current` is the
    class of the one control that stands for what is shown, as screen readers are told.
    """

    _esm = STATIC / "frame.js"
    _css = "\n".join(sheet.read_text("utf-8") for sheet in sorted((STATIC / "page").glob("*.css")))

    notes = traitlets.Dict().tag(sync=True)
    required = traitlets.List(traitlets.Unicode()).tag(sync=True)
    unsaved = traitlets.Bool(False).tag(sync=True)
    language = traitlets.Unicode("en").tag(sync=True)
    current = traitlets.Unicode().tag(sync=True)

    def __init__(self, on_save: Callable[[], Any] | None = None, **traits: Any) -> None:
        super().__init__(**traits)
        self._on_save = on_save
        self._waiting: dict[int, Callable[[], Any]] = {}
        self.on_msg(self._received)

    def focus_on(self, css: str) -> None:
        """Scroll the first element with this class into sight and put the cursor into it."""
        self.send({"focus": css})

    def settle(self, then: Callable[[], Any]) -> None:
        """Go on with `then` once all that was typed before has come from the page.

        ipywidgets keeps a keystroke back while the one before is being worked on, but not the click
        on a button: what was typed last could come after it.
        """
        number = len(self._waiting) + 1
        self._waiting[number] = then
        self.send({"settle": number})

    def _received(self, _widget: Any, content: dict[str, Any], _buffers: Any) -> None:
        if content.get("do") == "save" and self._on_save is not None:
            self.settle(self._on_save)
        elif then := self._waiting.pop(content.get("settled", 0), None):
            then()


def css_class(path: str) -> str:
    """The class by which the page finds the widget of a field."""
    return "opp-f-" + path.replace(".", "-")
