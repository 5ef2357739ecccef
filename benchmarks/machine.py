"""On what the figures were taken."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version

LIBRARIES = ("duckdb", "ibis-framework", "pandas", "pyarrow", "pydantic")


def describe() -> dict[str, object]:
    """Processor cores, memory in GiB, load, and the versions of what does the work."""
    return {
        "system": platform.platform(),
        "cores": os.cpu_count(),
        "memory_gib": _memory(),
        "load": os.getloadavg()[0] if hasattr(os, "getloadavg") else None,
        "python": platform.python_version(),
        **{name: version(name) for name in LIBRARIES},
    }


def _memory() -> float | None:
    """None where the system does not tell."""
    try:
        return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1)
    except (AttributeError, ValueError, OSError):
        return None
