"""Opens JupyterLab on the notebooks: on this machine only, behind a token, without set-up noise."""

import json
import os
import re
import secrets
import shutil
import signal
import socket
import sys
import tempfile
from pathlib import Path
from typing import Any

from oppkit import resources
from oppkit.locale import language, text
from oppkit.notebook_copies import update
from oppkit.resources import default_path

_MENUS = {"fr": "fr_FR", "en": "en"}
_COPIES = "oppkit-notebooks"
_ADDRESS = "127.0.0.1"


def lab(
    folder: Path | None = None,
    port: int | None = None,
    browser: bool = True,
    db: str | None = None,
) -> int:
    """Run JupyterLab until Ctrl-C; return the exit code.

    In a checkout the notebooks are edited in place. Otherwise, or when a folder is named, they
    are copied there first.
    """
    if port is not None and (trouble := _port_trouble(port)):
        print(trouble, file=sys.stderr)
        return 1
    try:
        notebooks = _notebooks(folder)
        os.environ["OPPKIT_DB"] = _database(db, notebooks)
    except OSError as error:
        print(_text("unprepared", detail=error), file=sys.stderr)
        return 1
    print(_text("database", database=_without_password(os.environ["OPPKIT_DB"])), flush=True)
    with tempfile.TemporaryDirectory(prefix="oppkit-lab-") as settings:
        _write_settings(Path(settings))
        return _serve(_arguments(notebooks, Path(settings), port, browser))


def _notebooks(folder: Path | None) -> Path:
    """Return the folder to open, filled if it is a copy."""
    if folder is None and resources.in_checkout():
        return resources.folder("notebooks")
    here = Path.cwd()
    target = (folder or (here if here.name == _COPIES else here / _COPIES)).resolve()
    for sentence in update(resources.folder("notebooks"), target):
        print(sentence)
    return target


def _database(db: str | None, notebooks: Path) -> str:
    """Return the database of the kernels: the one asked for, the user's own, or the demo."""
    if chosen := db or os.environ.get("OPPKIT_DB"):
        # a kernel starts in the folder of its notebook, so a relative path would miss
        return chosen if "://" in chosen else str(Path(chosen).expanduser().resolve())
    if (own := default_path()).exists():
        return str(own)
    place = resources.folder("data") if resources.in_checkout() else notebooks
    demo = place / "demo.duckdb"
    if not demo.exists():
        from oppkit.demo import ensure

        print(_text("demo", path=demo), flush=True)
        ensure(demo)
    return str(demo)


def _text(key: str, **values: object) -> str:
    return text(f"lab.{key}", language(), **values)


def _without_password(database: str) -> str:
    return re.sub(r"(?<=://)[^/@]*@", "", database)


def _port_trouble(port: int) -> str:
    """Return a sentence when the port cannot be had, else nothing."""
    with socket.socket() as probe:
        if os.name == "posix":  # elsewhere this option would allow two servers on one port
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((_ADDRESS, port))
        except OverflowError:
            return _text("no_port", port=port)
        except OSError as error:
            reason = error.strerror or error
            return _text("port", port=port, reason=reason)
    return ""


def _write_settings(target: Path) -> None:
    """Write settings that remove JupyterLab's prompts and speak the user's language."""
    source = Path(__file__).with_name("lab_settings")
    shutil.copy(source / "page_config.json", target)
    overrides = json.loads((source / "overrides.json").read_text(encoding="utf-8"))
    overrides["@jupyterlab/translation-extension:plugin"] = {"locale": _MENUS[language()]}
    (target / "overrides.json").write_text(json.dumps(overrides), encoding="utf-8")


def _arguments(notebooks: Path, settings: Path, port: int | None, browser: bool) -> list[str]:
    """Return JupyterLab's own arguments; they win over the user's configuration files."""
    first = next((path.name for path in sorted(notebooks.glob("*.ipynb"))), None)
    token = os.environ.get("JUPYTER_TOKEN") or secrets.token_hex(24)
    arguments = [
        f"--ServerApp.ip={_ADDRESS}",
        f"--IdentityProvider.token={token}",
        "--ServerApp.allow_root=True",
        "--ServerApp.answer_yes=True",
        f"--ServerApp.open_browser={browser and _has_display()}",
        f"--ServerApp.root_dir={notebooks}",
        "--ServerApp.log_level=ERROR",
        "--LabApp.log_level=ERROR",
        f"--LabApp.default_url=/lab{f'/tree/{first}' if first else ''}",
        f"--LabApp.app_settings_dir={settings}",
        "--LabApp.extension_manager=readonly",
        "--LabApp.news_url=",
        "--KernelManager.transport_encryption=auto",
    ]
    if port is not None:
        arguments += [f"--ServerApp.port={port}", "--ServerApp.port_retries=0"]
    return arguments


def _has_display() -> bool:
    """Tell whether a browser can be shown; without one, Python would start a text browser."""
    if sys.platform in ("win32", "darwin") or os.environ.get("BROWSER"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _serve(arguments: list[str]) -> int:
    """Run the server in this process, so that Ctrl-C and a stop signal reach it directly."""
    # a kernel specification left by another installation must not win over this one
    os.environ.setdefault("JUPYTER_PREFER_ENV_PATH", "1")
    from jupyterlab.labapp import LabApp

    server: Any = LabApp.initialize_server(argv=arguments)
    signal.signal(signal.SIGINT, lambda *_: server.stop(from_signal=True))
    signal.signal(signal.SIGTERM, lambda *_: server.stop(from_signal=True))
    # queued behind the server's own binding, so the address is told when it answers
    server.io_loop.add_callback(_say_where, server)
    server.start()
    print(_text("ended"), flush=True)
    return 0


def _say_where(server: Any) -> None:
    token = server.identity_provider.token
    page = server.default_url
    print(_text("open", address=f"http://{_ADDRESS}:{server.port}{page}?token={token}"), flush=True)
    print(_text("how_to_end"), flush=True)
