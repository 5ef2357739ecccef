"""The two large public files: imported whole, and their forecast recomputed by plain loops."""

from __future__ import annotations

import csv
import json
import shutil
from collections import defaultdict
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import numpy as np
import pytest

from oppkit.snapshots import Snapshots
from oppkit.store.opening import open_store
from oppkit.store.snapshot import Request
from oppkit.workbench import Workbench

SHARED = Path(__file__).parents[2] / "shared" / "data"
CENT = Decimal("0.01")
USUAL = {
    "Prospecting": "0.10", "Engaging": "0.25", "Qualification": "0.25", "Proposal": "0.45",
    "Negotiation": "0.65",
}  # fmt: skip


def given(folder: str, tmp_path: Path) -> Path:
    """A copy of an input folder, since imports write their rejects beside the file."""
    if not (SHARED / folder).is_dir():
        pytest.skip(f"../shared/data/{folder} is absent")
    return Path(shutil.copytree(SHARED / folder, tmp_path / folder))


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def weighted(amount: Decimal, stage: str) -> Decimal:
    return (amount * Decimal(USUAL[stage])).quantize(CENT, rounding=ROUND_HALF_UP)


@pytest.fixture
def bench(path: Path) -> Workbench:
    workbench = Workbench(open_store(path))
    workbench.set("today", "2026-06-30")
    return workbench


def forecast(workbench: Workbench, by: list[str], months: int = 12) -> dict[str, object]:
    found: dict[str, object] = json.loads(workbench.forecast(by, months=months).as_json())
    return found


def parts(found: dict[str, object]) -> dict[str, tuple[int, str, str]]:
    return {
        row["part"]: (row["opportunities"], row["amount"], row["weighted_amount"])
        for row in found["reconciliation"]  # type: ignore[attr-defined]
    }


class TestMaven:
    def test_every_row_comes_in_and_open_ones_take_the_list_price(
        self, bench: Workbench, tmp_path: Path
    ) -> None:
        folder = given("maven_crm_sales_opportunities", tmp_path)
        summary = bench.import_files([folder / "sales_pipeline.csv"], "maven")
        assert (summary.read, summary.created, summary.rejected) == (8800, 8800, 0)

        # "GTXPro" in one file is "GTX Pro" in the other.
        price = {
            row["product"].replace(" ", ""): Decimal(row["sales_price"])
            for row in rows(folder / "products.csv")
        }
        count, amount, total = 0, Decimal(0), Decimal(0)
        for row in rows(folder / "sales_pipeline.csv"):
            if row["deal_stage"] in ("Won", "Lost"):
                continue
            listed = price[row["product"].replace(" ", "")]
            count, amount = count + 1, amount + listed
            total += weighted(listed, row["deal_stage"])
        found = parts(forecast(bench, ["month"]))
        assert found["undated"] == (count, f"{amount:.2f}", f"{total:.2f}")
        assert sum(part[0] for part in found.values()) == count == 2089

    def test_won_amounts_are_those_of_the_file(self, bench: Workbench, tmp_path: Path) -> None:
        folder = given("maven_crm_sales_opportunities", tmp_path)
        bench.import_files([folder / "sales_pipeline.csv"], "maven")
        won = sum(
            Decimal(row["close_value"])
            for row in rows(folder / "sales_pipeline.csv")
            if row["deal_stage"] == "Won"
        )
        totals = bench.search(outcomes=["won"], limit=1).totals
        assert [(total.opportunities, total.amount) for total in totals] == [(4238, won)]

    def test_without_the_products_open_ones_have_no_amount(
        self, bench: Workbench, tmp_path: Path
    ) -> None:
        folder = given("maven_crm_sales_opportunities", tmp_path)
        (folder / "products.csv").unlink()
        bench.import_files([folder / "sales_pipeline.csv"], "maven")
        found = parts(forecast(bench, []))
        assert found["no_amount"] == (2089, "0.00", "0.00")

    def test_a_second_import_changes_nothing(self, bench: Workbench, tmp_path: Path) -> None:
        folder = given("maven_crm_sales_opportunities", tmp_path)
        files = [folder / "sales_pipeline.csv"]
        bench.import_files(files, "maven")
        before = (forecast(bench, ["owner"]), bench.search(limit=None).rows)
        again = bench.import_files(files, "maven")
        assert (again.created, again.changed, again.unchanged) == (0, 0, 8800)
        assert (forecast(bench, ["owner"]), bench.search(limit=None).rows) == before
        assert bench.check() == []

    def test_its_past_is_reconstructed_from_the_dates(
        self, bench: Workbench, tmp_path: Path
    ) -> None:
        """At the month ends of 2017, from the first month in which the file knows of a closing."""
        folder = given("maven_crm_sales_opportunities", tmp_path)
        bench.import_files([folder / "sales_pipeline.csv"], "maven")
        ends = [date(2017 + month // 12, month % 12 + 1, 1) - timedelta(1) for month in range(13)]
        found = Snapshots(bench.store).panel([Request(day, True, "EUR", 2) for day in ends])

        deals = rows(folder / "sales_pipeline.csv")
        latest = max(row["engage_date"] for row in deals)
        opened = [
            sum(
                (row["engage_date"] or latest) <= day.isoformat() < (row["close_date"] or "9")
                for row in deals
            )
            for day in ends
        ]
        assert np.bincount(found.origin, minlength=13).tolist() == [0, 0, *opened[2:]]
        assert not found.recorded.any()
        assert set(found.status) == {None}
        assert np.isnan(found.amount).all()

        won: dict[str, int] = defaultdict(int)
        for row in deals:
            if row["deal_stage"] == "Won":
                won[row["close_date"][:7]] += int(row["close_value"])
        closings = found.closings
        months = closings.day.astype("datetime64[D]").astype("datetime64[M]").astype(str)
        is_won = closings.outcome == "won"
        assert {m: closings.amount[is_won & (months == m)].sum() for m in set(months)} == won
        assert len(closings) == sum(row["deal_stage"] in ("Won", "Lost") for row in deals)
        assert (closings.known == closings.day).all()


class TestSyntheticPipeline:
    def test_the_forecast_by_month_and_owner_is_that_of_a_plain_loop(
        self, bench: Workbench, tmp_path: Path
    ) -> None:
        folder = given("pipeline_command_center_synth", tmp_path)
        summary = bench.import_files([folder / "opportunities.csv"], "pipeline_command_center")
        assert (summary.read, summary.created, summary.rejected) == (6000, 6000, 0)

        today, horizon = date(2026, 6, 30), date(2027, 6, 1)
        groups: dict[tuple[str, str], list[Decimal]] = defaultdict(list)
        expected: dict[str, list[Decimal]] = defaultdict(list)
        for row in rows(folder / "opportunities.csv"):
            if row["stage"] in ("Closed Won", "Closed Lost"):
                continue
            day, amount = date.fromisoformat(row["close_date"]), Decimal(row["amount"])
            later = "in_horizon" if day < horizon else "beyond"
            part = "overdue" if day < today else later
            expected[part].append(amount)
            expected[part + " weighted"].append(weighted(amount, row["stage"]))
            if part == "in_horizon":
                key = (day.replace(day=1).isoformat(), row["owner"])
                groups[key].append(weighted(amount, row["stage"]))
        found = forecast(bench, ["month", "owner"])
        assert {
            (row["month"], row["owner"]): (row["opportunities"], row["weighted_amount"])
            for row in found["rows"]  # type: ignore[attr-defined]
        } == {key: (len(values), f"{sum(values):.2f}") for key, values in groups.items()}
        for part in ("in_horizon", "overdue", "beyond"):
            assert parts(found)[part] == (
                len(expected[part]),
                f"{sum(expected[part], Decimal(0)):.2f}",
                f"{sum(expected[part + ' weighted'], Decimal(0)):.2f}",
            )
        assert sum(part[0] for part in parts(found).values()) == 416
