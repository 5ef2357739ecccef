"""Every question has the same answer from a server as from a file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields
from datetime import date, timedelta
from typing import Any

import ibis
import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from oppkit import demo, moving
from oppkit.model import Customer, Line, Opportunity, Search
from oppkit.store.opening import open_store
from oppkit.workbench import Workbench
from tests.postgresql_server import Server

TODAY = demo.TODAY
PAST = TODAY - timedelta(days=200)

QUESTIONS: dict[str, Callable[[Workbench], Any]] = {
    "forecast": lambda bench: bench.forecast(by=["month", "owner", "tag"]),
    "forecast of a past day": lambda bench: bench.forecast(by=["customer"], as_of=PAST),
    "distribution": lambda bench: bench.distribution(by=["quarter"], target=500_000),
    "schedule": lambda bench: bench.schedule(by=["month", "sector"]),
    "schedule of a past day": lambda bench: bench.schedule(as_of=PAST),
    "movement": lambda bench: bench.movement(PAST, by=["establishment"]),
    "movement between past days": lambda bench: bench.movement(PAST, TODAY - timedelta(days=50)),
    "replay": lambda bench: bench.replay(month_ends(), by=["status", "currency"]),
    "replay without lines": lambda bench: bench.replay(month_ends(), by=["owner"], exact=False),
    "funnel": lambda bench: bench.funnel(by=["origin_type"]),
    "speed": lambda bench: bench.speed(as_of=PAST),
    "win rates": lambda bench: bench.win_rates(by=["size"]),
    "backtest": lambda bench: bench.backtest(3, 2, ["weighted", "status_rates"]),
    "attention": lambda bench: bench.attention(),
    "targets": lambda bench: bench.targets.attainments("quarter", date(2026, 1, 1), 4, "owner"),
    "check": lambda bench: bench.check(),
}  # fmt: skip


def month_ends() -> list[date]:
    return [date(2026, month, 1) - timedelta(days=1) for month in range(1, 10)]


@pytest.fixture(scope="module")
def pair(
    server: Server, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Workbench, Workbench]]:
    """Two workbenches on the same company, one on a file and one on the server."""
    path = tmp_path_factory.mktemp("analyses") / "demo.duckdb"
    demo.write(path, 250)
    name = server.new()
    moving.copy(path, server.url(name))
    yield Workbench(open_store(path), "Ana"), Workbench(open_store(server.url(name)), "Ana")
    server.drop(name)


# What answers are worked out from, in an order of its own; what comes of it is compared.
_UNORDERED = ("connection", "snapshot", "outlook")


def assert_same(found: Any, wanted: Any) -> None:
    if isinstance(wanted, pd.DataFrame):
        # Sums of floats depend on the order of the rows, in which no engine has to keep to.
        assert_frame_equal(found, wanted, rtol=1e-9)
    elif isinstance(wanted, ibis.Table):
        assert_same(found.to_pandas(), wanted.to_pandas())
    elif callable(wanted):  # worked out when it is asked for
        assert_same(found(), wanted())
    elif isinstance(wanted, np.ndarray):
        np.testing.assert_allclose(found, wanted, rtol=1e-9)
    elif hasattr(wanted, "__dataclass_fields__"):
        for field in fields(wanted):
            if field.name not in _UNORDERED:
                assert_same(getattr(found, field.name), getattr(wanted, field.name))
    elif isinstance(wanted, list | tuple):
        for one, other in zip(found, wanted, strict=True):
            assert_same(one, other)
    else:
        assert found == wanted


@pytest.mark.parametrize("question", QUESTIONS)
def test_both_answer_alike(question: str, pair: tuple[Workbench, Workbench]) -> None:
    on_file, on_server = pair
    assert_same(QUESTIONS[question](on_server), QUESTIONS[question](on_file))


def test_both_answer_alike_after_the_same_work(pair: tuple[Workbench, Workbench]) -> None:
    for bench in pair:
        work(bench)
    for question in ("forecast", "movement", "funnel", "attention", "schedule"):
        on_file, on_server = (QUESTIONS[question](bench) for bench in pair)
        assert_same(on_server, on_file)


def work(bench: Workbench) -> None:
    """The same on every workspace that holds the same."""
    sales = [bench.get(Opportunity, found) for found in sorted(bench.search_ids(Search()))[:6]]
    customer = bench.save(Customer(name="Nouveau client"))
    bench.save(sales[0].replace(lines=(Line(amount="12345.67"),)))
    bench.save(sales[1].replace(tags=("urgent",), customer_id=customer.id, site_id=None))
    bench.delete(bench.duplicate(sales[2]))
    bench.duplicate(sales[3])
