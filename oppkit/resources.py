"""Where files are: those beside the code, and the user's own database, a file or on a server.

What comes with oppkit lies at the top of a checkout, and inside the package in a wheel.
"""

import os
import re
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


def default_database() -> str | Path:
    """`OPPKIT_DB`, a path or the address of a server, else a file in the user's data folder."""
    return os.environ.get("OPPKIT_DB") or default_path()


def default_path() -> Path:
    """The file in the user's data folder."""
    if os.name == "nt":
        base = Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local"))
    else:
        base = Path(os.environ.get("XDG_DATA_HOME", Path.home() / ".local" / "share"))
    return base / "oppkit" / "oppkit.duckdb"


def is_address(database: str) -> bool:
    """Tell the address of a database on a server from the path of a file."""
    return "://" in database


def without_password(address: str) -> str:
    """The address of a database as it may be shown, whatever has been written into it."""
    scheme, mark, rest = address.partition("://")
    # Up to the last "@": one in a password that was not encoded must not give the rest of it away.
    shown = scheme + mark + rest.rpartition("@")[2] if mark else address
    return re.sub(r"(password=)[^&]*", r"\1…", shown)
