"""Text from people, shown as text: ipywidgets' HTML would run it, and Label would typeset it."""

from __future__ import annotations

import anywidget
import traitlets

from oppkit.forms.widgets.assets import STATIC, script


class Plain(anywidget.AnyWidget):
    """A heading (`level` 1 to 4), a paragraph (0) or a piece of a line (-1).

    `tone` colours it: "muted", "good", "bad", "warn". `live` has screen readers say changes.
    """

    _esm = STATIC / "plain.js"

    text = traitlets.Unicode("").tag(sync=True)
    level = traitlets.Int(0).tag(sync=True)
    tone = traitlets.Unicode("").tag(sync=True)
    live = traitlets.Bool(False).tag(sync=True)


class Facts(anywidget.AnyWidget):
    """A small table of texts: `headings` above `rows`; the first cell of a row is its heading."""

    _esm = script("tables.js", "facts.js")

    caption = traitlets.Unicode("").tag(sync=True)
    headings = traitlets.List(traitlets.Unicode()).tag(sync=True)
    rows = traitlets.List(traitlets.List(traitlets.Unicode())).tag(sync=True)
    empty = traitlets.Unicode("").tag(sync=True)
