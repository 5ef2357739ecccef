"""What `oppkit lab` and `oppkit app` share: which database they open, and what they may show."""

import sys
from pathlib import Path

import pytest

from oppkit import resources, serving


def test_no_browser_is_tried_without_a_display(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"):
        monkeypatch.delenv(name, raising=False)
    assert not serving.has_display()
    monkeypatch.setenv("DISPLAY", ":0")
    assert serving.has_display()


def test_a_relative_database_is_found_from_the_notebooks_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert serving.database("mine.duckdb", tmp_path) == str(tmp_path / "mine.duckdb")
    server = "postgresql://team@127.0.0.1/sales"
    assert serving.database(server, tmp_path) == server


def test_without_a_choice_the_users_own_database_comes_before_the_demo(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OPPKIT_DB", raising=False)
    own, demo = tmp_path / "own.duckdb", tmp_path / "demo.duckdb"
    monkeypatch.setattr(serving, "default_path", lambda: own)
    monkeypatch.setattr(resources, "in_checkout", lambda: False)
    demo.touch()
    assert serving.database(None, tmp_path) == str(demo)
    own.touch()
    assert serving.database(None, tmp_path) == str(own)


def test_a_missing_demo_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPPKIT_DB", raising=False)
    monkeypatch.setattr(serving, "default_path", lambda: tmp_path / "none.duckdb")
    monkeypatch.setattr(resources, "in_checkout", lambda: False)
    made: list[Path] = []
    monkeypatch.setattr("oppkit.demo.ensure", made.append)
    assert serving.database(None, tmp_path) == str(tmp_path / "demo.duckdb")
    assert made == [tmp_path / "demo.duckdb"]


def test_a_password_is_not_shown() -> None:
    address = "postgresql://team:" + "secret@127.0.0.1/sales"
    assert resources.without_password(address) == "postgresql://127.0.0.1/sales"


def test_a_missing_demo_is_made_in_a_folder_that_is_not_there_yet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OPPKIT_DB", raising=False)
    monkeypatch.setattr(serving, "default_path", lambda: tmp_path / "none.duckdb")
    monkeypatch.setattr(resources, "in_checkout", lambda: False)
    monkeypatch.setattr("oppkit.demo.ensure", Path.touch)
    monkeypatch.chdir(tmp_path)
    assert Path(serving.database(None, serving.copies())).exists()
    assert serving.copies() == tmp_path / "oppkit-notebooks"
