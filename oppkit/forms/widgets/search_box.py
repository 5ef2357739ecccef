"""A box to search in as one types: one question at a time, and of those waiting only the last."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import anywidget
import traitlets

from oppkit.forms.widgets.assets import script
from oppkit.forms.widgets.callbacks import Callbacks, Guard, unguarded


class SearchBox(anywidget.AnyWidget):
    """A text that is searched for; the page asks again only when it has been answered.

    While a search runs, what is typed waits in the page, and only the latest text is asked for:
    results of texts that nobody wants any more are never worked out. `label` and `placeholder`
    are words, `clear` names the button that empties the box.
    """

    _esm = script("elements.js", "search_box.js")

    text = traitlets.Unicode("").tag(sync=True)
    label = traitlets.Unicode("").tag(sync=True)
    placeholder = traitlets.Unicode("").tag(sync=True)
    clear = traitlets.Unicode("").tag(sync=True)

    def __init__(self, guard: Guard | None = None, **traits: Any) -> None:
        self._search = Callbacks(guard or unguarded)
        super().__init__(**traits)
        self.on_msg(self._received)

    def on_search(self, callback: Callable[[str], Any]) -> None:
        """Call with each text that is to be searched for."""
        self._search.add(callback)

    def search(self, text: str) -> None:
        """Search for a text as if it had been typed."""
        self.text = text
        self._search.call(text)

    def _received(self, _widget: Any, content: Mapping[str, Any], _buffers: Any) -> None:
        if content.get("type") != "search":
            return
        try:
            self.search(str(content["text"]))
        finally:  # whatever happened, the page may ask again
            self.send({"type": "answered", "view": content.get("view")})
