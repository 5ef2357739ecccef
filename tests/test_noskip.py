"""The plug-in that lets nothing be skipped on the build machine."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
_SAMPLE = """
import pytest

def test_passes(): pass
def test_wants_java(): pytest.skip("there is no Java")
def test_wants_input(): pytest.skip("shared/data is absent")

@pytest.mark.skip(reason="later")
def test_put_off(): pass

@pytest.mark.xfail
def test_known_to_fail(): assert False
"""


@pytest.mark.parametrize(
    ("strict", "outcome"),
    [
        ("", "1 passed, 3 skipped, 1 xfailed"),
        ("1", "1 failed, 1 passed, 1 skipped, 1 xfailed, 1 error"),
    ],
)
def test_a_skip_fails_where_nothing_may_be_skipped(
    strict: str, outcome: str, tmp_path: Path
) -> None:
    (tmp_path / "test_sample.py").write_text(_SAMPLE)
    answer = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "tests.noskip", "-p", "no:cacheprovider", "."],
        cwd=tmp_path,
        env=os.environ | {"OPPKIT_NO_SKIP": strict, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert outcome in answer.stdout.splitlines()[-1]
    assert ("Nothing may be skipped here" in answer.stdout) == bool(strict)
