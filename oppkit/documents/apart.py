"""Work done in a process of its own, with a time limit and no way to the internet."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from oppkit.documents import child
from oppkit.documents.errors import Stopped, TooSlow

SECONDS = 20.0
_NOWHERE = "http://127.0.0.1:9"  # nothing listens on the discard port
_PROXIES = ("http_proxy", "https_proxy", "all_proxy")


def answer(work: ModuleType, order: Mapping[str, Any], name: str, seconds: float) -> dict[str, Any]:
    """What the `answer` of a module says to an order; `name` is what is worked on.

    Raises `TooSlow` and `Stopped`.
    """
    command = [sys.executable, "-I", str(Path(child.__file__)), str(Path(str(work.__file__)))]
    said = run(command, name, seconds, json.dumps(order).encode())
    found: dict[str, Any] = json.loads(said)
    return found


def run(command: Sequence[str], name: str, seconds: float, given: bytes = b"") -> bytes:
    """What a program writes. Raises `TooSlow` and `Stopped`."""
    try:
        done = subprocess.run(
            command, input=given, capture_output=True, check=False, timeout=seconds,
            env=_environment(),
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise TooSlow(name=name, seconds=f"{seconds:g}") from None
    if done.returncode:
        raise Stopped(name=name, status=done.returncode)
    return done.stdout


def _environment() -> dict[str, str]:
    """That of this process, but with no way to the internet."""
    kept = {
        name: value for name, value in os.environ.items()
        if name.lower() not in (*_PROXIES, "no_proxy")
    }  # fmt: skip
    blocked = dict.fromkeys(_PROXIES, _NOWHERE)
    return kept | blocked | {name.upper(): value for name, value in blocked.items()}
