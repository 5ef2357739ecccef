"""Where files are: those beside the code, and the user's own database.

What comes with oppkit lies at the top of a checkout, and inside the package in a wheel.
"""

import os
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_SHARED = _PACKAGE / "_share"  # only a wheel has it
_CHECKOUT = _PACKAGE.parent


def folder(name: str) -> Path:
    """Return the folder `name`: "data" (reference lists) or "notebooks"."""
    place = (_CHECKOUT if in_checkout() else _SHARED) / name
    if not place.is_dir():
        raise FileNotFoundError(f"oppkit's folder '{name}' is missing: install oppkit again.")
    return place


def in_checkout() -> bool:
    """Tell whether the code runs from a checkout, where people edit the notebooks in place."""
    return not _SHARED.is_dir() and (_CHECKOUT / "pyproject.toml").is_file()


def default_path() -> Path:
    """`OPPKIT_DB`, else a file in the user's data folder."""
    if given := os.environ.get("OPPKIT_DB"):
        return Path(given)
    if os.name == "nt":
        base = Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local"))
    else:
        base = Path(os.environ.get("XDG_DATA_HOME", Path.home() / ".local" / "share"))
    return base / "oppkit" / "oppkit.duckdb"
