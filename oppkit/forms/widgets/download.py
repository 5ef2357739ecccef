"""A file that goes to the person through the browser, wherever the kernel runs."""

from __future__ import annotations

from pathlib import PurePath

import anywidget

from oppkit.forms.widgets.assets import STATIC

_KINDS = {
    ".csv": "text/csv;charset=utf-8",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".parquet": "application/vnd.apache.parquet",
}


class Download(anywidget.AnyWidget):
    """Nothing to see: `offer` has each open page save a file, as a click on a link would."""

    _esm = STATIC / "download.js"

    def offer(self, name: str, content: bytes) -> None:
        """Give the browser a file under a name; its ending says what kind of file it is."""
        kind = _KINDS.get(PurePath(name).suffix.lower(), "application/octet-stream")
        self.send({"type": "file", "name": PurePath(name).name, "kind": kind}, [content])
