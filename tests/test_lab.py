"""`oppkit lab`: loopback and a token, copies that spare the user's changes, a taken port."""

import json
import signal
import socket
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from oppkit import lab as lab_module
from oppkit import resources
from oppkit.lab import lab
from oppkit.notebook_copies import update
from tests.running import Running, address_on_the_network

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
    assert "@voila-dashboards/jupyterlab-preview" in disabled


@pytest.fixture(params=[signal.SIGINT, signal.SIGTERM], ids=["ctrl-c", "terminated"])
def running(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Running]:
    server = Running(_START, tmp_path / "mine", "unused.duckdb", stop=request.param)
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

    own_address = address_on_the_network()
    if own_address:
        with pytest.raises(OSError, match="refused"):
            socket.create_connection((own_address, int(origin.rsplit(":", 1)[1])), timeout=5)
    assert running.end() == (0, "")
