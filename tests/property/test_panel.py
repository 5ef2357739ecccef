"""The panel of random histories: what plain Python tells, what snapshots say, and no day sooner."""

from __future__ import annotations

import math
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest

from oppkit.analysis.signing.panel import FOREVER, Closings, Panel, day_number
from oppkit.model import Opportunity
from oppkit.model.money import decimals
from oppkit.snapshots import Snapshots
from oppkit.store.history import Stamp
from oppkit.store.opening import open_store
from oppkit.store.snapshot import Request
from oppkit.workbench import Workbench
from tests.clock import Clock
from tests.property.histories import CLOSED, FIRST, Histories, Prepared, prepared
from tests.property.panel_ledger import Ledger, Row, end

ORIGINS = [date(2026, 2, 1), *(date(2026, 3, 1) + timedelta(days=n) for n in (0, 2, 3, 6, 9, 24))]
DAYS = [date(2026, 1, 1) + timedelta(days=n) for n in range(100)]
NAMES = [field.name for field in fields(Closings)]


class Backdated(Histories):
    """Openings and closings are typed late and corrected, and imports bring several at once."""

    def write(self, steps: int) -> None:
        for days in (0, 4):
            stamp = Stamp("Ana", FIRST + timedelta(days=days))
            for _ in range(6):
                draft = Opportunity(**self.fields(), customer_id=self.people["customer"])
                self.ids.append(self.save(draft, stamp).id or 0)
            super().write(steps // 2)

    def fields(self) -> dict[str, Any]:
        drawn, pick = super().fields(), self.random.choice
        drawn["opened_on"] = pick([date(2026, 1, 5), date(2026, 2, 2)])
        if drawn["status"] in CLOSED:
            drawn["closed_on"] = pick([date(2026, 2, 3), date(2026, 3, 4), date(2026, 4, 1)])
        return drawn


@dataclass(frozen=True)
class Written:
    """A workspace with a history, and the currency to look at it in."""

    path: Path
    currency: str

    @property
    def ledger(self) -> Ledger:
        return Ledger(self.path, self.currency, decimals(self.currency))

    def panel(self, origins: Sequence[date] = ORIGINS) -> Panel:
        places = decimals(self.currency)
        requests = [Request(day, True, self.currency, places) for day in origins]
        return Snapshots(open_store(self.path)).panel(requests)


@pytest.fixture(scope="module")
def base(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    return prepared(template, tmp_path_factory.mktemp("panel"))


@pytest.fixture(scope="module", params=enumerate(["EUR", "TND", "JPY"]), ids=str)
def written(base: Prepared, request: pytest.FixtureRequest) -> Written:
    """Written once for all questions: that takes longer than to answer them."""
    (path, people), (seed, currency) = base, request.param
    path = Path(shutil.copy(path, path.with_name(f"written_{seed}.duckdb")))
    with open_store(path).write() as session:
        Backdated(seed, session, people).write(120)
    return Written(path, currency)


def told(table: Panel | Closings, names: list[str]) -> list[Row]:
    """Rows as plain values, nothing as None."""
    columns = [getattr(table, name).tolist() for name in names]
    rows = [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]
    return [
        {name: None if value != value else value for name, value in row.items()} for row in rows
    ]


def rows_of(panel: Panel) -> dict[tuple[date, int], Row]:
    names = [f.name for f in fields(panel) if f.name not in ("origins", "closings")]
    found = told(panel, names)
    return {(panel.origins[row.pop("origin")], row.pop("deal")): row for row in found}


def test_rows_are_what_the_versions_tell(written: Written) -> None:
    ledger = written.ledger
    expected = {
        (day, deal): row
        for day in ORIGINS
        for deal in ledger.versions
        if (row := ledger.row(deal, day) or ledger.reconstructed(deal, day))
    }
    found = rows_of(written.panel())
    assert list(found) == sorted(found)
    assert found == expected


def test_rows_are_the_open_ones_of_each_snapshot(written: Written) -> None:
    workbench = Workbench(open_store(written.path), "Ana", Clock())
    workbench.set("today", "2026-06-01")
    workbench.set("currency", written.currency)
    rows, unit = rows_of(written.panel()), 10 ** -decimals(written.currency)
    for day in ORIGINS:
        table = workbench.snapshot(day).opportunity
        opened = table.filter(table.outcome == "open").to_pyarrow().to_pylist()
        mine = {deal: row for (on, deal), row in rows.items() if on == day and row["recorded"]}
        assert mine.keys() == {row["id"] for row in opened}
        for theirs in opened:
            amount, exact = mine[theirs["id"]]["amount"], theirs["amount"]
            assert (amount is None) == (exact is None)
            # Of three lines at most, each is rounded in the snapshot, and their sum here.
            near = 1e-9 if theirs["currency"] == written.currency else 2.001 * unit
            assert math.isclose(amount or 0, exact or 0, rel_tol=0, abs_tol=near)


def test_closings_hold_on_the_days_on_which_they_were_known(written: Written) -> None:
    ledger, panel = written.ledger, written.panel()
    imported = ledger.imports()
    states = {deal: list(ledger.states(deal, DAYS)) for deal in ledger.versions}
    for place, day in enumerate(DAYS):
        held = told(panel.before(day).closings, NAMES)
        held = [row for row in held if row["until"] == FOREVER]
        mine = {row.pop("deal"): row for row in held}
        assert len(mine) == len(held)
        for deal, days in states.items():
            row, expected = mine.get(deal), days[place][1]
            if expected is None and row is not None:  # an import knew it on its day
                assert deal in imported
                assert not row["recorded"]
                assert row["known"] == row["day"] <= day_number(day)
                assert ledger.versions[deal][0]["valid_from"] >= end(day)
            else:
                assert expected == (row and {name: row[name] for name in expected or ()})


@pytest.mark.parametrize("day", [ORIGINS[3], ORIGINS[5]])
def test_nothing_that_was_known_later_is_there_before(written: Written, day: date) -> None:
    """A workspace whose history ends on that day gives the same panel."""
    whole = written.panel().before(day)
    cut = Written(
        Path(shutil.copy(written.path, written.path.with_name("cut.duckdb"))), written.currency
    )
    with duckdb.connect(cut.path) as connection:
        connection.execute("delete from opportunity_version where valid_from >= ?", [end(day)])
        connection.execute(
            "update opportunity_version set valid_to = null, deleted_by = null where valid_to >= ?",
            [end(day)],
        )
    ended = cut.panel(whole.origins)
    # The import of a later day is reconstructed in the one and unknown to the other, as is in the
    # other one that was deleted on a later day.
    differing = set(written.ledger.imports()) ^ set(cut.ledger.imports())
    assert rows_of(without(whole, differing)) == rows_of(without(ended, differing))
    mine, theirs = (without(panel.closings, differing) for panel in (whole, ended))
    assert told(mine, NAMES) == told(theirs, NAMES)
    later = ~np.isin(whole.deal, list(cut.ledger.versions))
    assert not whole.recorded[later].any()


def without(table: Any, deals: set[int]) -> Any:
    return table.at(~np.isin(table.deal, list(deals)))
