"""`oppkit app`: loopback and a key, pages of our own, and an end that leaves nothing behind."""

import asyncio
import html
import signal
import socket
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import nbformat
import psutil
import pytest
from jupyter_server.base.websocket import WebSocketMixin

from oppkit import app as app_module
from oppkit.app import app
from oppkit.app_kernels import AppKernels
from oppkit.cli import app as command
from oppkit.locale import text
from tests.running import Running, address_on_the_network

_START = (
    "import sys; from pathlib import Path; from oppkit.app import app;"
    "sys.exit(app(None, False, sys.argv[2], 'system', Path(sys.argv[1])))"
)


@pytest.mark.parametrize("port", [70_000, -1])
def test_an_impossible_port_is_told_in_one_sentence(
    port: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert app(port, False, "unused.duckdb") == 1
    assert capsys.readouterr().err == (f"There is no port {port}: choose one from 1024 to 65535.\n")


def test_a_taken_port_is_told_in_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert app(port, False, "unused.duckdb") == 1
    message = capsys.readouterr().err
    assert message.startswith(f"Port {port} cannot be used")
    assert message.count("\n") == 1


def test_a_demo_that_cannot_be_made_is_told_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(*_: object) -> str:
        raise OSError("no space left")

    monkeypatch.setattr(app_module, "database", full)
    assert app(None, False) == 1
    assert capsys.readouterr().err == text("app.unprepared", "en", detail="no space left") + "\n"


@pytest.mark.parametrize(
    ("theme", "voila"), [("light", "light"), ("dark", "dark"), ("system", "light")]
)
def test_voila_is_told_a_theme_that_it_knows(theme: str, voila: str) -> None:
    told = app_module._settings(Path("page.ipynb"), None, theme).VoilaConfiguration
    assert (told.theme, told.resources["oppkit_theme"]) == (voila, theme)


def test_an_open_page_keeps_its_connection() -> None:
    """Jupyter hangs up at its first question where that comes no earlier than the timeout."""
    line = WebSocketMixin()
    told = app_module._settings(Path("page.ipynb"), None, "system").Voila.tornado_settings
    line.settings = told  # type: ignore[attr-defined]
    assert line.ping_interval == 0 or line.ping_timeout > line.ping_interval


def test_only_a_port_that_was_asked_for_is_fixed() -> None:
    free, fixed = (app_module._settings(Path("x.ipynb"), port, "dark") for port in (None, 8123))
    assert "port_retries" not in free.Voila
    assert (fixed.Voila.port, fixed.Voila.port_retries) == (8123, 0)


def test_the_command_hands_its_options_on(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    monkeypatch.setattr(app_module, "app", lambda *options: asked.extend(options) or 0)
    options = ["--port", "8123", "--no-browser", "--db", "mine.duckdb", "--theme", "dark"]
    assert command(["app", *options], standalone_mode=False) == 0
    assert asked == [8123, False, "mine.duckdb", "dark"]


class Kernels(AppKernels):
    """Kernels that are only names, so that none has to be started."""

    def _new(self) -> None:
        self.started: list[str] = []
        self.dead: set[str] = set()

    async def _start(self) -> str:
        self.started.append(f"k{len(self.started)}")
        return self.started[-1]

    async def is_alive(self, kernel_id: str) -> bool:
        return kernel_id not in self.dead

    def __contains__(self, kernel_id: object) -> bool:
        return kernel_id in self.started


@pytest.fixture
def kernels() -> Kernels:
    made = Kernels()
    made._new()
    return made


def test_a_page_gets_the_kernel_that_was_started_ahead(kernels: Kernels) -> None:
    async def pages() -> list[str]:
        kernels.start_ahead()
        kernels.start_ahead()
        return [await kernels.start_kernel(), await kernels.start_kernel()]

    assert asyncio.run(pages()) == ["k0", "k1"]
    assert kernels.started == ["k0", "k1"]


def test_a_kernel_that_died_while_it_waited_is_replaced(kernels: Kernels) -> None:
    async def page() -> str:
        kernels.start_ahead()
        kernels.dead.add("k0")
        return await kernels.start_kernel()

    assert asyncio.run(page()) == "k1"


def test_a_kernel_that_waits_is_never_ended_for_being_idle(
    kernels: Kernels, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended: list[str] = []

    async def end(_: object, kernel_id: str) -> None:
        ended.append(kernel_id)

    monkeypatch.setattr(app_module.AppKernels.__bases__[0], "cull_kernel_if_idle", end)

    async def look() -> None:
        used = await kernels.start_kernel()
        kernels.start_ahead()
        await asyncio.sleep(0)  # lets the kernel start
        for kernel_id in (used, "k1"):
            await kernels.cull_kernel_if_idle(kernel_id)

    asyncio.run(look())
    assert ended == ["k0"]


def test_no_kernel_is_started_ahead_once_all_are_ending(kernels: Kernels) -> None:
    async def end() -> None:
        await kernels.shutdown_all()
        kernels.start_ahead()

    asyncio.run(end())
    assert kernels.started == []


@pytest.fixture
def notebook(tmp_path: Path) -> Path:
    """A page that says one word, in a folder with a Jupyter configuration that opens it to all."""
    path = tmp_path / "page.ipynb"
    cells = [nbformat.v4.new_code_cell("secret = 1\nprint('shown' + 'word')")]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    (tmp_path / "voila.json").write_text('{"Voila": {"ip": "0.0.0.0", "token": ""}}')
    return path


@pytest.fixture(params=[signal.SIGINT, signal.SIGTERM], ids=["ctrl-c", "terminated"])
def running(request: pytest.FixtureRequest, notebook: Path) -> Iterator[Running]:
    server = Running(
        _START, notebook, "unused.duckdb",
        stop=request.param, folder=notebook.parent, OPPKIT_LANG="fr", JUPYTER_TOKEN="",
    )  # fmt: skip
    yield server
    server.end()


def _read(address: str, **headers: str) -> str:
    with urllib.request.urlopen(urllib.request.Request(address, headers=headers)) as answer:
        return html.unescape(answer.read().decode())


def _refusal(address: str, **headers: str) -> int:
    with pytest.raises(urllib.error.HTTPError) as refused:
        _read(address, **headers)
    refused.value.close()
    return refused.value.code


@pytest.mark.slow
def test_the_server_wants_its_key_stays_on_loopback_and_ends_cleanly(running: Running) -> None:
    origin, _, token = running.address.partition("/?token=")
    assert origin.startswith("http://127.0.0.1:")
    assert len(token) >= 40

    page = _read(running.address)
    assert '<html lang="fr">' in page
    assert "<title>oppkit</title>" in page
    assert text("app.loading", "fr") in page
    assert "secret" not in page
    assert "https://" not in page

    closed = _read(origin)
    assert text("app.locked", "fr") in closed
    assert text("app.loading", "fr") not in closed
    assert _refusal(f"{origin}/api/kernels/00000000-0000-0000-0000-000000000000") == 403
    assert text("app.locked", "fr") in _read(f"{origin}/voila/files/page.ipynb")
    assert _refusal(running.address, Host="elsewhere.invalid") == 403

    own_address = address_on_the_network()
    if own_address:
        with pytest.raises(OSError, match="refused"):
            socket.create_connection((own_address, int(origin.rsplit(":", 1)[1])), timeout=5)
    kernels = psutil.Process(running.process.pid).children(recursive=True)
    assert kernels
    code, complaints = running.end()
    assert [kernel for kernel in kernels if kernel.is_running()] == []
    assert code == 0
    assert "Traceback" not in complaints
