"""What a server for the user's own browser needs: a database, a port, a token, sentences.

`oppkit lab` and `oppkit app` both start with it, so they choose alike and say the same things.
"""

import os
import secrets
import socket
import sys
from pathlib import Path

from oppkit import resources
from oppkit.locale import language, text
from oppkit.resources import default_path, is_address

ADDRESS = "127.0.0.1"
_COPIES = "oppkit-notebooks"


def say(key: str, **values: object) -> str:
    """The sentence `key` ("lab.ended") in the user's language."""
    return text(key, language(), **values)


def copies() -> Path:
    """The folder in which an installed oppkit keeps the user's notebooks and the demo."""
    here = Path.cwd()
    return here if here.name == _COPIES else here / _COPIES


def database(chosen: str | None, notebooks: Path) -> str:
    """Return the database of the kernels: the one asked for, the user's own, or the demo.

    The demo is made where it is missing: in a checkout among the data, else in `notebooks`.
    """
    if chosen := chosen or os.environ.get("OPPKIT_DB"):
        # a kernel may start in another folder, so a relative path would miss
        return chosen if is_address(chosen) else str(Path(chosen).expanduser().resolve())
    if (own := default_path()).exists():
        return str(own)
    place = resources.folder("data") if resources.in_checkout() else notebooks
    demo = place / "demo.duckdb"
    if not demo.exists():
        from oppkit.demo import ensure

        print(say("lab.demo", path=demo), flush=True)
        place.mkdir(parents=True, exist_ok=True)
        ensure(demo)
    return str(demo)


def port_trouble(port: int | None) -> str:
    """Return a sentence when this port cannot be had, else nothing."""
    if port is None:
        return ""
    with socket.socket() as probe:
        if os.name == "posix":  # elsewhere this option would allow two servers on one port
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((ADDRESS, port))
        except OverflowError:
            return say("lab.no_port", port=port)
        except OSError as error:
            reason = error.strerror or error
            return say("lab.port", port=port, reason=reason)
    return ""


def new_token() -> str:
    """What a browser must show to be let in: JUPYTER_TOKEN, else drawn at random."""
    return os.environ.get("JUPYTER_TOKEN") or secrets.token_hex(24)


def has_display() -> bool:
    """Tell whether a browser can be shown; without one, Python would start a text browser."""
    if sys.platform in ("win32", "darwin") or os.environ.get("BROWSER"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
