"""A process that is killed while it saves: what it was told is saved is there afterwards."""

from __future__ import annotations

import random

import pytest

from oppkit.model import Customer, Opportunity
from oppkit.store.opening import open_store
from oppkit.workbench import Workbench
from tests.clock import TODAY
from tests.faults.work import CODE, context, save_until_killed

pytestmark = [pytest.mark.faults, pytest.mark.slow, pytest.mark.both_engines]

KILLS, WORKSPACES = 25, 4  # a hundred in all; several, so that several tests can run at once


@pytest.mark.parametrize("number", range(WORKSPACES))
def test_every_acknowledged_save_survives(number: int, url: str) -> None:
    workbench = Workbench(open_store(url), "Survivor")
    customer = workbench.save(Customer(name="Client"))
    workbench.save(Opportunity(
        code=CODE, name="Projet", customer_id=customer.id, status="proposal", opened_on=TODAY,
    ))  # fmt: skip
    dice = random.Random(number)
    acknowledged: list[tuple[str, object, object]] = []
    for _ in range(KILLS):
        acknowledged += killed_at_work(url, dice)
        assert workbench.check() == []
        assert_all_there(workbench, acknowledged)
    assert len(acknowledged) >= KILLS
    # Life goes on: nothing that the killed ones held stands in the way.
    assert workbench.save(workbench.opportunity(CODE).replace(name="Après")).name == "Après"


def killed_at_work(url: str, dice: random.Random) -> list[tuple[str, object, object]]:
    """What a process told before it was killed, at a random moment after its first save."""
    processes = context()
    reading_end, writing_end = processes.Pipe(duplex=False)
    victim = processes.Process(target=save_until_killed, args=(url, writing_end))
    victim.start()
    writing_end.close()
    told = [reading_end.recv() for _ in range(dice.randint(1, 3))]
    # It saves without pause, so whatever the moment, it is in the middle of a save. Waiting for
    # an end that does not come only chooses the moment.
    victim.join(dice.uniform(0, 0.08))
    victim.kill()
    victim.join()
    try:
        while True:
            told.append(reading_end.recv())
    except EOFError:
        reading_end.close()
    return told


def assert_all_there(workbench: Workbench, acknowledged: list[tuple[str, object, object]]) -> None:
    history = workbench.history(workbench.opportunity(CODE))
    with workbench.store.read() as session:
        customers = {row["code"]: row["id"] for row in session.all("customer.codes")}
    for what, key, value in acknowledged:
        if what == "customer":
            assert customers[str(key)] == value
        else:
            assert isinstance(key, int)
            assert history[key - 1].version == key
            assert history[key - 1].record.comment == value


@pytest.mark.parametrize("number", range(12))
def test_a_workspace_killed_at_birth_can_be_opened(number: int, new_url: str) -> None:
    dice, processes = random.Random(number), context()
    creator = processes.Process(target=open_store, args=(new_url,))
    creator.start()
    creator.join(dice.uniform(0, 0.5))
    creator.kill()
    creator.join()
    workbench = Workbench(open_store(new_url), "Survivor")
    assert workbench.check() == []
    assert workbench.save(Customer(name="Client")).code
