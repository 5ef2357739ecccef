"""The place for messages: it lies over the page, so that nothing moves when one comes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import anywidget
import traitlets

from oppkit.forms.widgets.assets import STATIC

TONES = ("good", "info", "bad")


class Notice(anywidget.AnyWidget):
    """The latest message, with its tone; good ones leave by themselves, others are dismissed.

    One with an `action` has a button for it, and waits until it is dismissed.
    """

    _esm = STATIC / "notice.js"

    text = traitlets.Unicode("").tag(sync=True)
    tone = traitlets.Enum(TONES, "info").tag(sync=True)
    action = traitlets.Unicode("").tag(sync=True)
    serial = traitlets.Int(0).tag(sync=True)
    dismiss = traitlets.Unicode("Dismiss").tag(sync=True)

    def __init__(self, **traits: Any) -> None:
        super().__init__(**traits)
        self._on_action: Callable[[], Any] | None = None
        self.on_msg(self._received)

    def say(
        self, text: str, tone: str = "info", action: str = "",
        on_action: Callable[[], Any] | None = None,
    ) -> None:  # fmt: skip
        """Show a message; the same one again is announced again.

        The button `action` calls `on_action` once, and the message goes away.
        """
        with self.hold_sync():
            self.text, self.tone = text, tone
            self.action, self._on_action = action if on_action else "", on_action
            self.serial += 1

    def act(self) -> None:
        """Do what the message offers, as its button does."""
        act = self._on_action
        self.clear()
        if act is not None:
            act()

    def clear(self, *_: Any) -> None:
        """Take the message away."""
        with self.hold_sync():
            self.text, self.action, self._on_action = "", "", None

    def _received(self, _widget: Any, content: Mapping[str, Any], _buffers: Any) -> None:
        # The buttons of an older message do nothing any more.
        if content.get("serial") != self.serial:
            return
        if content.get("do") == "act":
            self.act()
        elif content.get("do") == "dismiss":
            self.clear()
