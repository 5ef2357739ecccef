"""The plugin that runs browser tests a second time, in a pytest of its own."""

import os
import subprocess
import sys
from pathlib import Path

_SUITE = """
import pathlib, pytest

def first_time(name):
    seen = pathlib.Path(__file__).with_name(name)
    if seen.exists():
        return False
    seen.touch()
    return True

@pytest.fixture(scope="module")
def server():
    assert not first_time("server"), "no answer"
    yield
    first_time("ended")

def test_good(): pass
def test_by_chance(): assert not first_time("chance"), "too late"
def test_server(server): pass
def test_used(server): assert not first_time("used")
def test_bad(): assert False, "always"
"""


def _run(folder: Path, **environment: str) -> str:
    folder.mkdir()
    (folder / "test_suite.py").write_text(_SUITE)
    outcome = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "tests.again", "-p", "no:cacheprovider", "-n", "1",
         str(folder)],
        capture_output=True, text=True, check=False, cwd=Path(__file__).parents[1],
        env={**os.environ, "OPPKIT_NO_SKIP": "", **environment},
    )  # fmt: skip
    assert outcome.returncode == 1
    return outcome.stdout


def test_what_failed_by_chance_passes_and_is_told(tmp_path: Path) -> None:
    told = _run(tmp_path / "browser", OPPKIT_NO_SKIP="1")
    assert "1 failed, 4 passed" in told
    assert "3 passed at the second try" in told
    for name in ("test_by_chance", "test_server", "test_used"):
        assert f"{name} _" in told
    assert "too late" in told
    assert "no answer" in told
    assert (tmp_path / "browser" / "ended").exists()  # the server, before the second try


def test_other_tests_are_run_once(tmp_path: Path) -> None:
    told = _run(tmp_path / "store", OPPKIT_NO_SKIP="1")
    assert "second try" not in told
    assert "2 failed, 1 passed, 2 errors" in told


def test_a_person_sees_each_failure(tmp_path: Path) -> None:
    assert "second try" not in _run(tmp_path / "browser")
