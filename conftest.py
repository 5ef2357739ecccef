"""For `pytest --nbval notebooks/`: the demo and the language that the notebooks are stored with."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest

_MADE: list[tempfile.TemporaryDirectory[str]] = []


def pytest_configure(config: pytest.Config) -> None:
    """Kernels inherit this environment. A database chosen with OPPKIT_DB stays chosen."""
    if not config.getoption("--nbval", default=False):
        return
    os.environ.setdefault("OPPKIT_LANG", "en")
    if not os.environ.get("OPPKIT_DB"):
        from oppkit import demo

        _MADE.append(tempfile.TemporaryDirectory(prefix="oppkit-demo-"))
        os.environ["OPPKIT_DB"] = str(Path(_MADE[0].name) / "demo.duckdb")
        demo.ensure(Path(os.environ["OPPKIT_DB"]))


def pytest_unconfigure() -> None:
    """Remove the demo that was made here."""
    while _MADE:
        _MADE.pop().cleanup()
