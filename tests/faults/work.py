"""What the processes of these tests do: they save without pause and tell each save that returned.

They are forked from a server that has imported everything, so that a hundred of them start in
seconds; where the system cannot fork, they are started anew.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from multiprocessing.context import BaseContext
from typing import Any

from oppkit.model import Customer, Line, Opportunity
from oppkit.model.errors import QuoteWithoutLines
from oppkit.store.opening import open_store
from oppkit.workbench import Workbench
from tests.clock import Clock

CODE = "SHARED"


def context() -> BaseContext:
    """How processes are started."""
    forks = "forkserver" in multiprocessing.get_all_start_methods()
    found = multiprocessing.get_context("forkserver" if forks else "spawn")
    if forks:
        found.set_forkserver_preload([__name__, "oppkit.store.session"])
    return found


# Eight edits that touch eight different fields, so that each save is merged into the others'.
def _lines(number: int) -> dict[str, Any]:
    # A snapshot that mixes two saves would show different amounts.
    return {"lines": [Line(title=str(number), amount=number, margin=number)] * 3}


def _tags(number: int) -> dict[str, Any]:
    names = ["strategic", "tender", "renewal", "cross_sell", "framework", "urgent", "risk"]
    return {"tags": [name for bit, name in enumerate(names) if number >> bit & 1]}


EDITS: list[Callable[[int], dict[str, Any]]] = [
    lambda number: {"name": f"Projet {number}"},
    lambda number: {"comment": f"Note {number}"},
    lambda number: {"origin_text": f"Salon {number}"},
    lambda number: {"probability": f"0.{number:04}"},
    lambda number: {"production_start": f"2026-{1 + number // 28:02}-{1 + number % 28:02}"},
    lambda number: {"close_comment": f"Fin {number}"},
    _lines,
    _tags,
]


def _bench(url: str, worker: int) -> Workbench:
    """On the day of the tests: the year stands in the numbers that records get."""
    return Workbench(open_store(url), f"Worker {worker}", Clock())


def edit_shared(url: str, worker: int, times: int, go: Any, told: Connection) -> None:
    """Save the shared opportunity `times` times; tell (version, number) of each save."""
    try:
        workbench = _bench(url, worker)
        record: Opportunity = workbench.opportunity(CODE)
        go.wait()
        for number in range(1, times + 1):
            record = workbench.save(record.replace(**EDITS[worker](number)))
            told.send((record.version, number))
    except BaseException as error:
        told.send(repr(error))
        raise


def create_customers(url: str, worker: int, times: int, go: Any, told: Connection) -> None:
    """Save `times` new customers; tell (code, name) of each."""
    try:
        workbench = _bench(url, worker)
        go.wait()
        for number in range(times):
            name = f"Client {worker}.{number}"
            told.send((workbench.save(Customer(name=name)).code, name))
    except BaseException as error:
        told.send(repr(error))
        raise


def offer_quotes(url: str, worker: int, times: int, go: Any, told: Connection) -> None:
    """Create quotes of the shared opportunity; of three, validate two and delete the third draft.

    Tell (number, name) of each that was validated. One validation in four fails on purpose, for it
    has no lines, and must take no number.
    """
    try:
        workbench = _bench(url, worker)
        sale: Opportunity = workbench.opportunity(CODE)
        go.wait()
        for number in range(times):
            name = f"Quote {worker}.{number}"
            quote = workbench.create_quote(sale)
            lines = quote.lines if number % 4 else ()
            quote = workbench.save(quote.replace(name=name, lines=lines))
            if number % 3 == 2:
                workbench.delete(quote)
                continue
            with suppress(QuoteWithoutLines):
                told.send((workbench.quotes.validate(quote).code, name))
    except BaseException as error:
        told.send(repr(error))
        raise


def save_until_killed(url: str, told: Connection) -> None:
    """Save the shared opportunity and new customers for ever; tell each save that returned."""
    workbench = Workbench(open_store(url), "Victim")
    while True:
        record = workbench.opportunity(CODE)
        number = record.version % 9 + 1
        changed = record.replace(comment=f"After {record.version}", **_lines(number))
        changed = workbench.save(changed.replace(**_tags(number)))
        told.send(("version", changed.version, changed.comment))
        customer = workbench.save(Customer(name="Client", sites=[{"code": "A", "name": "Lyon"}]))
        told.send(("customer", customer.code, customer.id))
