"""Serves the workbench as a page of its own, with Voilà: this machine only, behind a token.

Voilà's own templates link style sheets on the internet, and its pages say "Executing 1 of 2": the
page in `app_page` has neither, and the server tells browsers to load nothing from elsewhere.
"""

import asyncio
import os
import signal
import sys
import webbrowser
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tornado.ioloop import IOLoop
from tornado.web import RedirectHandler
from traitlets.config import Config
from voila.app import Voila

from oppkit import resources
from oppkit.app_kernels import AppKernels
from oppkit.locale import language
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

_NOTEBOOK = "03_workbench.ipynb"
_PAGE = Path(__file__).with_name("app_page")
_WORDS = (
    "again", "broken", "failed", "loading", "locked", "lost", "no_script",
)  # fmt: skip

# A page that was closed tells so; these are for a browser that was killed. In seconds.
_ALONE, _LOOK = 300, 60

# What draws widgets and charts; others were built for JupyterLab and do nothing here.
_EXTENSIONS = [
    "@jupyter-widgets/jupyterlab-manager",
    "@voila-dashboards/widgets-manager8",
    "anywidget",
    "jupyterlab-plotly",
]

# Voilà and JupyterLab have scripts inside their pages; anywidget loads its own from memory.
_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' blob:; style-src 'self' 'unsafe-inline';"
    " img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self' data: blob:;"
    " frame-src 'self' data: blob:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
)


def app(
    port: int | None = None,
    browser: bool = True,
    db: str | None = None,
    theme: str = "system",
    notebook: Path | None = None,
) -> int:
    """Serve the workbench until Ctrl-C; return the exit code.

    `theme` is "light", "dark" or "system"; another `notebook` is shown in the workbench's place.
    """
    if trouble := port_trouble(port):
        print(trouble, file=sys.stderr)
        return 1
    try:
        page = notebook or resources.folder("notebooks") / _NOTEBOOK
        os.environ["OPPKIT_DB"] = database(db, copies())
    except OSError as error:
        print(say("app.unprepared", detail=error), file=sys.stderr)
        return 1
    print(say("app.database", database=without_password(os.environ["OPPKIT_DB"])), flush=True)
    return _serve(_settings(page, port, theme), browser and has_display())


class _Server(Voila):  # type: ignore[misc]  # Voilà ships no type information
    """Voilà with pages of our own, and an end that leaves no process behind."""

    def setup_template_dirs(self) -> None:
        super().setup_template_dirs()
        self.template_paths.insert(0, str(_PAGE))

    def init_settings(self) -> dict[str, Any]:
        settings: dict[str, Any] = super().init_settings()
        settings["jinja2_env"].loader.searchpath.insert(0, str(_PAGE))
        for pages in (settings["jinja2_env"], settings["voila_jinja2_env"]):
            pages.globals |= {"words": _words(), "language": language()}
        return settings

    def init_handlers(self) -> list[Any]:
        """Lead any other address to the page, also those of files beside the notebook."""
        elsewhere = (r"/voila/files/(.*)", RedirectHandler, {"url": "/", "permanent": False})
        return [elsewhere, *super().init_handlers()]

    async def begin(self, browser: bool) -> None:
        """Say where the page is, and show it."""
        self.kernel_manager.start_ahead()
        address = f"{self.connection_url}?token={self.identity_provider.token}"
        print(say("app.open", address=address), flush=True)
        print(say("lab.how_to_end"), flush=True)
        if browser:
            await asyncio.to_thread(self._show, address)

    def _show(self, address: str) -> None:
        """Open a browser by way of a file, for other users may see the arguments of a process."""
        file = Path(self.connection_dir) / "oppkit.html"
        file.write_text(f'<meta http-equiv="refresh" content="0;url={address}">', encoding="utf-8")
        webbrowser.open(file.as_uri(), new=2)

    async def end(self) -> None:
        """End the kernels, then the server."""
        await self.kernel_manager.shutdown_all(now=True)
        self.ioloop.stop()


def _serve(settings: Config, browser: bool) -> int:
    """Run the server in this process, so that Ctrl-C and a stop signal reach it directly."""
    # a kernel specification left by another installation must not win over this one
    os.environ.setdefault("JUPYTER_PREFER_ENV_PATH", "1")
    server = _Server.instance(config=settings, config_file_paths=[])
    server.initialize([])
    loop: Any = IOLoop.current()
    _end_on_signals(lambda: loop.asyncio_loop.call_soon_threadsafe(loop.add_callback, server.end))
    # queued behind the server's own binding, so the address is told when it answers
    loop.add_callback(server.begin, browser)
    server.start()
    print(say("app.ended"), flush=True)
    return 0


def _end_on_signals(end: Callable[[], object]) -> None:
    """Call `end` on the first Ctrl-C or stop signal; the second is obeyed at once."""

    def heard(*_: object) -> None:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        end()

    signal.signal(signal.SIGINT, heard)
    signal.signal(signal.SIGTERM, heard)


def _settings(page: Path, port: int | None, theme: str) -> Config:
    """Return all that Voilà is told; the configuration files of a user's Jupyter are not read."""
    voila = {
        "ip": ADDRESS,
        "token": new_token(),
        "open_browser": False,
        "notebook_path": str(page.resolve()),
        "log_level": "ERROR",
        "tornado_settings": {
            "allow_remote_access": False,
            # A connection within this machine ends when it is lost, nobody has to ask. And Jupyter
            # wants a timeout above the interval of its questions, tornado one that is not above it.
            "ws_ping_interval": 0,
            "headers": {"Content-Security-Policy": _POLICY, "Referrer-Policy": "no-referrer"},
        },
    }
    configuration = {
        "allow_template_override": "NO",
        "allow_theme_override": "NO",
        "theme": "dark" if theme == "dark" else "light",
        "show_tracebacks": True,  # the page shows their last line only
        "multi_kernel_manager_class": AppKernels,
        "prelaunch_hook": _let_it_say_goodbye,
        "extension_allowlist": _EXTENSIONS,
        "resources": {"words": _words(), "oppkit_theme": theme},
    }
    return Config(
        Voila=voila if port is None else voila | {"port": port, "port_retries": 0},
        VoilaConfiguration=configuration,
        # the words around the cells are English; the workbench has its own
        VoilaExporter={"exclude_markdown": True, "language_code": language()},
        MappingKernelManager={"cull_idle_timeout": _ALONE, "cull_interval": _LOOK},
        KernelManager={"transport_encryption": "auto"},
        KernelRestarter={"restart_limit": 0},  # a new kernel knows nothing of the page
    )


def _let_it_say_goodbye(handler: Any, **_: object) -> None:
    """Give a page the cookie without which its last request, the one that ends it, is refused."""
    _ = handler.xsrf_token


def _words() -> dict[str, str]:
    return {name: say(f"app.{name}") for name in _WORDS}
