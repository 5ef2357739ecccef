"""Another process in the way: waiting, naming it, and going on as soon as it lets go."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest

from oppkit.model import Customer, Opportunity
from oppkit.store import duckdb_file
from oppkit.store.errors import Busy
from oppkit.store.opening import open_store
from oppkit.workbench import Workbench
from tests.clock import Clock

HOLD_DATABASE = """
import sys, duckdb
connection = duckdb.connect(sys.argv[1], read_only=sys.argv[2] == "read")
print("holding", flush=True)
sys.stdin.readline()
connection.close()
"""
HOLD_LOCK = """
import sys
from pathlib import Path
from oppkit.store.duckdb_file import DuckDBFile
with DuckDBFile(Path(sys.argv[1])).locked():
    print("holding", flush=True)
    sys.stdin.readline()
"""


@contextmanager
def holder(program: str, path: Path, *more: str) -> Iterator[subprocess.Popen[str]]:
    """A process that keeps the file until it is sent a line or killed."""
    process = subprocess.Popen(
        [sys.executable, "-c", program, str(path), *more],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        cwd=Path(__file__).parents[2],
    )  # fmt: skip
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "holding\n"
        yield process
    finally:
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                stream.close()


@pytest.fixture
def impatient(path: Path, clock: Clock) -> Workbench:
    """A workbench that waits a tenth of a second."""
    return Workbench(open_store(path, patience=0.1), "Ana", clock)


def test_a_program_that_keeps_the_database_open_is_named(impatient: Workbench, path: Path) -> None:
    with holder(HOLD_DATABASE, path, "write") as process:
        with pytest.raises(Busy) as caught:
            impatient.save(Customer(name="Client"))
        assert f"(process {process.pid})" in str(caught.value)
        assert "Wait for it to finish, or close that program" in str(caught.value)
        assert "\n" not in str(caught.value)
        for read in (impatient.search, impatient.snapshot):
            with pytest.raises(Busy, match=f"process {process.pid}"):
                read()
    assert impatient.save(Customer(name="Client")).code == "CUS-2026-0001"


def test_a_program_that_only_reads_stops_writers_and_not_readers(
    impatient: Workbench, path: Path
) -> None:
    with holder(HOLD_DATABASE, path, "read") as process:
        assert impatient.search().rows == []
        assert impatient.snapshot().opportunity.count().to_pandas() == 0
        with pytest.raises(Busy, match=f"process {process.pid}"):
            impatient.save(Customer(name="Client"))


def test_a_colleague_at_work_is_named(impatient: Workbench, path: Path) -> None:
    with holder(HOLD_LOCK, path) as process, pytest.raises(Busy, match=f"process {process.pid}"):
        impatient.save(Customer(name="Client"))


def test_a_connection_of_this_very_program_is_no_lock_error_either(
    impatient: Workbench, path: Path
) -> None:
    with duckdb.connect(path), pytest.raises(Busy, match="this program itself keeps open"):
        impatient.save(Customer(name="Client"))
    assert impatient.save(Customer(name="Client")).version == 1


@pytest.mark.parametrize("program", [HOLD_DATABASE, HOLD_LOCK])
def test_the_save_goes_through_when_the_other_lets_go_in_time(
    program: str, workbench: Workbench, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = threading.Event()
    sleep = duckdb_file.time.sleep

    def noticed(seconds: float) -> None:
        waiting.set()
        sleep(seconds)

    # Both ways of waiting sleep between their attempts: the first sleep is the proof of one.
    monkeypatch.setattr("time.sleep", noticed)
    saved: list[Customer] = []
    with holder(program, path, "write") as process:
        saving = threading.Thread(
            target=lambda: saved.append(workbench.save(Customer(name="Client")))
        )
        saving.start()
        assert waiting.wait(60)
        assert saved == []
        assert process.stdin is not None
        process.stdin.write("let go\n")
        process.stdin.flush()
        saving.join(60)
    assert [customer.code for customer in saved] == ["CUS-2026-0001"]


def test_a_killed_process_leaves_no_lock(impatient: Workbench, path: Path) -> None:
    for program in (HOLD_LOCK, HOLD_DATABASE):
        with holder(program, path, "write") as process:
            process.kill()
            process.wait()
            assert impatient.save(Customer(name="Client")).version == 1


def test_threads_of_one_program_take_turns(workbench: Workbench, colleague: Workbench) -> None:
    errors: list[BaseException] = []

    def save_ten(bench: Workbench) -> None:
        try:
            for place in range(10):
                bench.save(Customer(name=f"{bench.author} {place}"))
        except BaseException as error:  # noqa: BLE001 - told to the test, whatever it is
            errors.append(error)

    threads = [
        threading.Thread(target=save_ten, args=(bench,))
        for bench in (workbench, workbench, colleague, colleague)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    with workbench.store.read() as session:
        codes = sorted(row["code"] for row in session.all("customer.codes"))
    assert codes == [f"CUS-2026-{n:04}" for n in range(1, 41)]
    assert workbench.proposed_code(Opportunity) == "OPP-2026-0001"
