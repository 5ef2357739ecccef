"""The file appears once, complete, whoever asks for it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from oppkit import demo
from oppkit.store.opening import open_store


def test_it_is_made_once(tmp_path: Path) -> None:
    path = tmp_path / "demo.duckdb"
    assert demo.ensure(path, 20, 3) is True
    before = path.read_bytes()
    assert demo.ensure(path, 30, 4) is False
    assert path.read_bytes() == before


def test_nothing_but_the_company_and_its_truth_is_left(tmp_path: Path) -> None:
    demo.ensure(tmp_path / "demo.duckdb", 20)
    assert {file.name for file in tmp_path.iterdir()} == {
        "demo.duckdb", "demo.duckdb.lock", "demo.duckdb.truth.json", "demo.duckdb.truth.parquet",
    }  # fmt: skip


def test_what_a_killed_process_left_is_no_obstacle(tmp_path: Path) -> None:
    (tmp_path / "demo.duckdb.new").write_text("half a database")
    (tmp_path / "demo.duckdb.new.wal").write_text("half a log")
    assert demo.ensure(tmp_path / "demo.duckdb", 20)
    with duckdb.connect(tmp_path / "demo.duckdb", read_only=True) as database:
        assert database.execute("select count(*) from opportunity").fetchall() == [(20,)]


def test_a_failure_leaves_no_file(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="size"):
        demo.ensure(tmp_path / "demo.duckdb", 0)
    assert [file.name for file in tmp_path.iterdir()] == ["demo.duckdb.lock"]


def test_an_existing_workspace_is_never_mixed_with(tmp_path: Path) -> None:
    path = tmp_path / "mine.duckdb"
    open_store(path)
    with pytest.raises(FileExistsError):
        demo.write(path, 20)


def test_two_processes_at_once_make_one_company(tmp_path: Path) -> None:
    path = tmp_path / "demo.duckdb"
    code = "import sys, pathlib; from oppkit import demo; "
    code += "print(demo.ensure(pathlib.Path(sys.argv[1]), 60))"
    running = [
        subprocess.Popen([sys.executable, "-c", code, str(path)], stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    said = sorted(process.communicate()[0].strip() for process in running)
    assert said == ["False", "True"]
    with duckdb.connect(path, read_only=True) as database:
        assert database.execute("select count(*) from opportunity").fetchall() == [(60,)]


def test_the_work_can_go_on(tmp_path: Path) -> None:
    """Identifiers and codes of new records follow those of the company."""
    from oppkit.workbench import Workbench

    demo.write(tmp_path / "demo.duckdb", 30)
    workbench = Workbench(open_store(tmp_path / "demo.duckdb"), author="test")
    assert workbench.today == demo.TODAY
    with workbench.store.read() as session:
        codes = [row["code"] for row in session.all("opportunity.codes")]
    saved = workbench.save(
        workbench.opportunity(codes[0]).replace(id=None, version=0, code=None, opened_on=demo.TODAY,
                                                expected_signature=None, closed_on=None,
                                                status="to_qualify", loss_reason=None)
    )  # fmt: skip
    assert saved.code is not None
    assert saved.code not in codes
    assert saved.code.startswith("OPP-2026-")
    assert workbench.check() == []


def test_progress_reaches_its_end(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    demo.write(
        tmp_path / "demo.duckdb", 20, progress=lambda done, total: told.append((done, total))
    )
    assert told[-1][0] == told[-1][1]
    assert [done / total for done, total in told] == sorted(done / total for done, total in told)
