"""Opens JupyterLab on the notebooks: on this machine only, behind a token, without set-up noise."""

import json
import os
import shutil
import signal
import sys
import tempfile
from pathlib import Path
from typing import Any

from oppkit import resources
from oppkit.locale import language
from oppkit.notebook_copies import update
from oppkit.resources import without_password
from oppkit.serving import (
    ADDRESS,
    copies,
    database,
    has_display,
    new_token,
    port_trouble,
    say,
)

_MENUS = {"fr": "fr_FR", "en": "en"}


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
    if trouble := port_trouble(port):
        print(trouble, file=sys.stderr)
        return 1
    try:
        notebooks = _notebooks(folder)
        os.environ["OPPKIT_DB"] = database(db, notebooks)
    except OSError as error:
        print(say("lab.unprepared", detail=error), file=sys.stderr)
        return 1
    print(say("lab.database", database=without_password(os.environ["OPPKIT_DB"])), flush=True)
    with tempfile.TemporaryDirectory(prefix="oppkit-lab-") as settings:
        _write_settings(Path(settings))
        return _serve(_arguments(notebooks, Path(settings), port, browser))


def _notebooks(folder: Path | None) -> Path:
    """Return the folder to open, filled if it is a copy."""
    if folder is None and resources.in_checkout():
        return resources.folder("notebooks")
    target = (folder or copies()).resolve()
    for sentence in update(resources.folder("notebooks"), target):
        print(sentence)
    return target


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
    arguments = [
        f"--ServerApp.ip={ADDRESS}",
        f"--IdentityProvider.token={new_token()}",
        "--ServerApp.allow_root=True",
        "--ServerApp.answer_yes=True",
        f"--ServerApp.open_browser={browser and has_display()}",
        f"--ServerApp.root_dir={notebooks}",
        "--ServerApp.log_level=ERROR",
        "--LabApp.log_level=ERROR",
        f"--LabApp.default_url=/lab{f'/tree/{first}' if first else ''}",
        f"--LabApp.app_settings_dir={settings}",
        "--LabApp.extension_manager=readonly",
        "--LabApp.news_url=",
        # `oppkit app` is what serves pages; beside JupyterLab, Voilà would only slow the start
        "--ServerApp.jpserver_extensions=voila.server_extension=False",
        "--KernelManager.transport_encryption=auto",
    ]
    if port is not None:
        arguments += [f"--ServerApp.port={port}", "--ServerApp.port_retries=0"]
    return arguments


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
    print(say("lab.ended"), flush=True)
    return 0


def _say_where(server: Any) -> None:
    page = f"{server.default_url}?token={server.identity_provider.token}"
    print(say("lab.open", address=f"http://{ADDRESS}:{server.port}{page}"), flush=True)
    print(say("lab.how_to_end"), flush=True)
