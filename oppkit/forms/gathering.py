"""The widgets that something is made of, to close them all when it is left for good.

A widget lives in the kernel and in the browser until it is closed, in sight or not, and closing a
box leaves what is in it. A form has some two hundred; a page is open all day.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import ipywidgets as widgets


@contextmanager
def gathered() -> Iterator[list[Any]]:
    """Gather the widgets that are built meanwhile, those inside others too."""
    found: list[Any] = []
    # Another library may listen as well; who does cannot be asked for in a public way.
    before: Callable[[Any], Any] | None
    before = widgets.Widget._widget_construction_callback  # noqa: SLF001

    def built(widget: Any) -> None:
        found.append(widget)
        if before is not None:
            before(widget)

    widgets.Widget.on_widget_constructed(built)
    try:
        yield found
    finally:
        widgets.Widget.on_widget_constructed(before)


def close(found: list[Any]) -> None:
    """Close widgets that nobody will see again."""
    for widget in found:
        widget.close()
    found.clear()
