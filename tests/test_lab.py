"""`oppkit lab`: loopback and a token, copies that spare the user's changes, a taken port."""

import json
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from oppkit import lab as lab_module
from oppkit import resources
from oppkit.lab import lab
from oppkit.notebook_copies import update

_START = (
    "import sys; from pathlib import Path; from oppkit.lab import lab;"
    "sys.exit(lab(Path(sys.argv[1]), None, False, sys.argv[2]))"
)


@pytest.fixture
def packaged(tmp_path: Path) -> Path:
    """Return a folder that stands for the notebooks of the installed package."""
    folder = tmp_path / "packaged"
    folder.mkdir()
    (folder / "01_pipeline.ipynb").write_text("first edition")
    (folder / ".ipynb_checkpoints").mkdir()
    (folder / ".ipynb_checkpoints" / "01_pipeline.ipynb").write_text("left by an editor")
    return folder


def test_copies_are_made_once_and_without_leftovers(packaged: Path, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    assert list(update(packaged, mine)) == [f"The notebooks are in {mine}."]
    assert list(update(packaged, mine)) == []
    assert {path.name for path in mine.glob("*")} == {"01_pipeline.ipynb", ".oppkit-notebooks.json"}


def test_an_untouched_copy_follows_the_package(packaged: Path, tmp_path: Path) -> None:
    list(update(packaged, tmp_path / "mine"))
    (packaged / "01_pipeline.ipynb").write_text("second edition")
    assert list(update(packaged, tmp_path / "mine")) == []
    assert (tmp_path / "mine" / "01_pipeline.ipynb").read_text() == "second edition"


def test_a_changed_copy_is_never_overwritten(packaged: Path, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    list(update(packaged, mine))
    (mine / "01_pipeline.ipynb").write_text("my own work")
    assert list(update(packaged, mine)) == []

    for edition in ("second edition", "third edition"):
        (packaged / "01_pipeline.ipynb").write_text(edition)
        (sentence,) = update(packaged, mine)
        assert "holds your changes and was kept" in sentence
    assert (mine / "01_pipeline.ipynb").read_text() == "my own work"
    assert (mine / "01_pipeline-new.ipynb").read_text() == "second edition"
    assert (mine / "01_pipeline-new1.ipynb").read_text() == "third edition"


def test_a_file_of_the_same_name_that_oppkit_never_copied_stays(
    packaged: Path, tmp_path: Path
) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "01_pipeline.ipynb").write_text("something else")
    assert any("was kept" in sentence for sentence in update(packaged, mine))
    assert (mine / "01_pipeline.ipynb").read_text() == "something else"


def test_a_folder_that_cannot_be_used_is_said_in_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("not a folder")
    assert lab(tmp_path / "file", None, False, "unused.duckdb") == 1
    message = capsys.readouterr().err
    assert message.count("\n") == 1
    assert "Name another folder." in message


@pytest.mark.parametrize("port", [70_000, -1])
def test_an_impossible_port_is_told_in_one_sentence(
    port: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert lab(tmp_path / "mine", port, False, "unused.duckdb") == 1
    assert capsys.readouterr().err == (f"There is no port {port}: choose one from 1024 to 65535.\n")


def test_a_taken_port_is_said_in_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert lab(tmp_path / "mine", port, False, "unused.duckdb") == 1
    message = capsys.readouterr().err
    assert message.startswith(f"Port {port} cannot be used")
    assert message.count("\n") == 1
    assert not (tmp_path / "mine").exists()


@pytest.mark.parametrize(("language", "menus"), [("fr", "fr_FR"), ("en", "en")])
def test_settings_silence_the_prompts_and_choose_the_language(
    language: str, menus: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPPKIT_LANG", language)
    lab_module._write_settings(tmp_path)
    overrides = json.loads((tmp_path / "overrides.json").read_text())
    assert overrides["@jupyterlab/apputils-extension:notification"]["fetchNews"] == "false"
    assert overrides["@jupyterlab/translation-extension:plugin"] == {"locale": menus}
    disabled = json.loads((tmp_path / "page_config.json").read_text())["disabledExtensions"]
    assert "@jupyterlab/apputils-extension:announcements" in disabled


def test_no_browser_is_tried_without_a_display(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"):
        monkeypatch.delenv(name, raising=False)
    assert not lab_module._has_display()
    monkeypatch.setenv("DISPLAY", ":0")
    assert lab_module._has_display()


def test_a_relative_database_is_found_from_the_notebooks_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert lab_module._database("mine.duckdb", tmp_path) == str(tmp_path / "mine.duckdb")
    server = "postgresql://team@127.0.0.1/sales"
    assert lab_module._database(server, tmp_path) == server


def test_without_a_choice_the_users_own_database_comes_before_the_demo(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OPPKIT_DB", raising=False)
    own, demo = tmp_path / "own.duckdb", tmp_path / "demo.duckdb"
    monkeypatch.setattr(lab_module, "default_path", lambda: own)
    monkeypatch.setattr(resources, "in_checkout", lambda: False)
    demo.touch()
    assert lab_module._database(None, tmp_path) == str(demo)
    own.touch()
    assert lab_module._database(None, tmp_path) == str(own)


def test_a_missing_demo_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPPKIT_DB", raising=False)
    monkeypatch.setattr(lab_module, "default_path", lambda: tmp_path / "none.duckdb")
    monkeypatch.setattr(resources, "in_checkout", lambda: False)
    made: list[Path] = []
    monkeypatch.setattr("oppkit.demo.ensure", made.append)
    assert lab_module._database(None, tmp_path) == str(tmp_path / "demo.duckdb")
    assert made == [tmp_path / "demo.duckdb"]


def test_a_password_is_not_shown() -> None:
    address = "postgresql://team:" + "secret@127.0.0.1/sales"
    assert lab_module._without_password(address) == "postgresql://127.0.0.1/sales"


class Running:
    """A started `oppkit lab`, and what it said."""

    def __init__(self, folder: Path, stop: signal.Signals):
        self._process = subprocess.Popen(
            [sys.executable, "-c", _START, str(folder), "unused.duckdb"],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        self._stop = stop
        lines = iter(self._process.stdout or ())
        self.said = [next(line for line in lines if "JupyterLab is open at" in line)]
        self.address = self.said[0].rsplit(" ", 1)[1].strip()

    def end(self) -> tuple[int, str]:
        """Stop it as a person or a service manager would; return its exit code and complaints."""
        self._process.send_signal(self._stop)
        _, complaints = self._process.communicate(timeout=120)
        return self._process.returncode, complaints


@pytest.fixture(params=[signal.SIGINT, signal.SIGTERM], ids=["ctrl-c", "terminated"])
def running(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Running]:
    server = Running(tmp_path / "mine", request.param)
    yield server
    server.end()


@pytest.mark.slow
def test_the_server_wants_its_token_stays_on_loopback_and_ends_cleanly(running: Running) -> None:
    bare, _, token = running.address.partition("?token=")
    origin = bare.split("/lab")[0]
    assert origin.startswith("http://127.0.0.1:")
    assert len(token) >= 40
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"{origin}/api/contents")
    refused.value.close()
    assert refused.value.code == 403
    with urllib.request.urlopen(f"{origin}/api/contents?token={token}") as answer:
        files = {item["name"] for item in json.load(answer)["content"]}
    assert files == {path.name for path in resources.folder("notebooks").glob("*.ipynb")}

    own_address = _address_on_the_network()
    if own_address:
        with pytest.raises(OSError, match="refused"):
            socket.create_connection((own_address, int(origin.rsplit(":", 1)[1])), timeout=5)
    assert running.end() == (0, "")


def _address_on_the_network() -> str:
    """Return this machine's own address, if it has one; nothing is sent to find it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return ""
        return str(probe.getsockname()[0])
