"""The pages of a document as they will be printed."""

from __future__ import annotations

from collections.abc import Sequence

import anywidget
import traitlets

from oppkit.forms.widgets.assets import STATIC


class Pages(anywidget.AnyWidget):
    """Images one below the other, in a frame of their own that scrolls.

    `labels` say for those who do not see them which page it is. While there are no images,
    `waiting` stands in their place.
    """

    _esm = STATIC / "pages.js"

    images = traitlets.List(traitlets.Bytes()).tag(sync=True)
    labels = traitlets.List(traitlets.Unicode()).tag(sync=True)
    label = traitlets.Unicode().tag(sync=True)
    waiting = traitlets.Unicode().tag(sync=True)

    def show(self, images: Sequence[bytes], labels: Sequence[str]) -> None:
        """Show PNG images, from the first page on."""
        with self.hold_sync():
            self.images, self.labels, self.waiting = list(images), list(labels), ""

    def clear(self, waiting: str = "") -> None:
        """Show no page, and why."""
        with self.hold_sync():
            self.images, self.labels, self.waiting = [], [], waiting
