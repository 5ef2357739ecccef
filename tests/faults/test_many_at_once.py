"""Eight processes save to one workspace without pause, while a ninth reads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from oppkit.model import Opportunity
from oppkit.workbench import Workbench
from tests.faults.work import CODE, EDITS, context, create_customers, edit_shared, offer_quotes

pytestmark = [pytest.mark.faults, pytest.mark.slow, pytest.mark.both_engines]

WORKERS, TIMES = 8, 50


def run_workers(
    work: Callable[..., None], url: str, times: int, meanwhile: Callable[[], None]
) -> list[list[Any]]:
    """What each worker told. `meanwhile` is called again and again while they work."""
    processes = context()
    go = processes.Event()
    pipes = [processes.Pipe(duplex=False) for _ in range(WORKERS)]
    workers = [
        processes.Process(target=work, args=(url, number, times, go, pipes[number][1]))
        for number in range(WORKERS)
    ]
    for worker in workers:
        worker.start()
    for _, writing_end in pipes:
        writing_end.close()
    go.set()
    while any(worker.is_alive() for worker in workers):
        meanwhile()
    for worker in workers:
        worker.join()
    return [everything(reading_end) for reading_end, _ in pipes]


def everything(pipe: Any) -> list[Any]:
    """All that was sent, up to the end of the sender."""
    told: list[Any] = []
    try:
        while True:
            told.append(pipe.recv())
    except EOFError:
        pipe.close()
        return told


def test_four_hundred_saves_to_one_record(
    url: str, workbench: Workbench, saved: Callable[..., Opportunity]
) -> None:
    saved(code=CODE, lines=())
    snapshots: list[int] = []

    def look() -> None:
        snapshot = workbench.snapshot()
        lines = snapshot.line.to_pyarrow().to_pylist()
        [row] = snapshot.opportunity.to_pyarrow().to_pylist()
        assert len(lines) in (0, 3)
        assert len({(line["title"], line["amount"]) for line in lines}) <= 1, "of two saves"
        assert row["amount"] == (sum(line["amount"] for line in lines) if lines else None)
        snapshots.append(len(lines))

    told = run_workers(edit_shared, url, TIMES, look)
    assert [item for worker in told for item in worker if isinstance(item, str)] == []
    assert [len(worker) for worker in told] == [TIMES] * WORKERS
    assert sorted(version for worker in told for version, _ in worker) == list(range(2, 402))
    assert snapshots

    record = workbench.opportunity(CODE)
    history = workbench.history(record)
    assert [version.version for version in history] == list(range(1, 402))
    for worker, saves in enumerate(told):
        for version, number in saves:
            kept = history[version - 1]
            assert kept.author == f"Worker {worker}"
            assert kept.record.replace(**EDITS[worker](number)) == kept.record
        assert record.replace(**EDITS[worker](TIMES)) == record
    assert workbench.check() == []


def test_no_code_is_given_twice(url: str, workbench: Workbench) -> None:
    told = run_workers(create_customers, url, 12, lambda: None)
    saves = [item for worker in told for item in worker]
    assert sorted(code for code, _ in saves) == [f"CUS-2026-{n:04}" for n in range(1, 97)]
    for code, name in saves:
        assert workbench.customer(code).name == name
    assert workbench.check() == []


def test_validated_quotes_are_numbered_without_gaps(
    url: str, workbench: Workbench, saved: Callable[..., Opportunity]
) -> None:
    saved(code=CODE)
    told = run_workers(offer_quotes, url, 12, lambda: None)
    went_out = [item for worker in told for item in worker]
    # Of twelve by each worker, four are deleted and two of the others have no lines.
    assert len(went_out) == WORKERS * 6
    assert sorted(code for code, _ in went_out) == [
        f"QUO-2026-{n:04}" for n in range(1, len(went_out) + 1)
    ]
    for code, name in went_out:
        assert workbench.quote(code).name == name
    assert workbench.check() == []
