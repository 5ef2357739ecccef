"""A snapshot for each test, closed after it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from oppkit.analysis.snapshot import Snapshot
from tests.analysis.rows import Row, snapshot_of

Builder = Callable[..., Snapshot]


@pytest.fixture
def snapshot() -> Iterator[Builder]:
    """Call it with `Row`s (and `decimals`, `labels`) to get their snapshot."""
    with ExitStack() as opened:

        def build(*rows: Row, **options: Any) -> Snapshot:
            return opened.enter_context(snapshot_of(rows, **options))

        yield build
