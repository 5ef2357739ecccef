"""What a panel must say, told day by day by plain Python from the rows of the history."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb

Row = dict[str, Any]
EPOCH = date(1970, 1, 1)
SAME = (
    "owner_id", "customer_id", "establishment", "sector", "family", "subfamily", "origin_type",
)  # fmt: skip


def end(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), UTC)


def number(day: date | None) -> int | None:
    return None if day is None else (day - EPOCH).days


def plain(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


class Ledger:
    """The versions of each opportunity in order, and the rates."""

    def __init__(self, path: Path, base: str, decimals: int) -> None:
        self.base, self.unit = base, Decimal(1).scaleb(-decimals)
        with duckdb.connect(path, read_only=True) as connection:
            connection.execute("set timezone = 'UTC'")
            read = connection.sql("select * from opportunity_version order by 1, 2")
            self.versions: dict[int, list[Row]] = defaultdict(list)
            for row in read.to_arrow_table().to_pylist():
                self.versions[row["opportunity_id"]].append(row)
            self.rates = connection.sql(
                "select currency, valid_from, rate from exchange_rate order by valid_from"
            ).fetchall()

    def amount(self, version: Row, day: date) -> float | None:
        """In the base currency at the rate of a day, rounded once."""
        if version["amount"] is None or version["currency"] == self.base:
            return plain(version["amount"])
        rates = [r for code, since, r in self.rates if code == version["currency"] and since <= day]
        if not rates:
            return None
        return float((version["amount"] * rates[-1]).quantize(self.unit, rounding=ROUND_HALF_UP))

    def known(self, deal: int, day: date) -> list[Row]:
        """The versions that had begun by the end of a day."""
        return [v for v in self.versions[deal] if v["valid_from"] < end(day)]

    def in_force(self, deal: int, day: date) -> Row | None:
        found = self.known(deal, day)[-1:]
        return found[0] if found and (found[0]["valid_to"] or end(day)) >= end(day) else None

    def imports(self) -> dict[int, date]:
        """Opportunities that began together with closed ones: from when on they are followed."""
        together: dict[datetime, list[Row]] = defaultdict(list)
        for versions in self.versions.values():
            together[versions[0]["valid_from"]].append(versions[0])
        found = {}
        for moment, firsts in together.items():
            closings = [v["closed_on"] for v in firsts if v["outcome"] != "open"]
            if len(firsts) > 1 and closings and min(closings) < moment.date():
                eve = min(closings) - timedelta(days=1)
                found |= {v["opportunity_id"]: eve for v in firsts}
        return {deal: eve for deal, eve in found.items() if not self.versions[deal][-1]["valid_to"]}

    def row(self, deal: int, day: date) -> Row | None:
        """The row of an opportunity that was known to be open at the end of a day."""
        version = self.in_force(deal, day)
        if version is None or version["outcome"] != "open":
            return None
        return common(version) | {
            "status": version["status"], "recorded": True,
            "probability": plain(version["probability"]),
            "amount": self.amount(version, day), "expected": number(version["expected_signature"]),
            "touched": number(version["valid_from"].date()),
            "pushes": self.pushes(deal, day), "entered": self.entered(deal, day),
        }  # fmt: skip

    def reconstructed(self, deal: int, day: date) -> Row | None:
        """The row of one that an import brought later, when it must have been open."""
        first, since = self.versions[deal][0], self.imports().get(deal)
        if since is None or not max(since, first["opened_on"]) <= day < first["valid_from"].date():
            return None
        if first["outcome"] != "open" and first["closed_on"] <= day:
            return None
        unknown = ("status", "probability", "amount", "expected", "touched", "entered")
        return common(first) | {"recorded": False, "pushes": 0, **dict.fromkeys(unknown)}

    def pushes(self, deal: int, day: date) -> int:
        dates = [v["expected_signature"] for v in self.known(deal, day) if v["expected_signature"]]
        return sum(later > sooner for sooner, later in pairwise(dates))

    def entered(self, deal: int, day: date) -> int | None:
        run = self.known(deal, day)
        for place in range(len(run) - 1, 0, -1):
            if run[place - 1]["status"] != run[place]["status"]:
                return number(run[place]["valid_from"].date())
        typed = date.fromisoformat(json.loads(run[0]["record"])["status_on"])
        return number(min(run[0]["valid_from"].date(), max(typed, run[0]["opened_on"])))

    def states(self, deal: int, days: list[date]) -> Iterator[tuple[date, Row | None]]:
        """How it stood closed at the end of each of the days, which follow each other."""
        seen, gone = None, None
        for day in days:
            version = self.in_force(deal, day)
            if version is None and seen is not None:
                gone = gone or day
                yield day, self.closing(seen, "deleted", gone)
                continue
            seen, gone = version or seen, None
            if version is None or version["outcome"] == "open":
                yield day, None
            else:
                yield day, self.closing(version, version["outcome"], version["closed_on"])

    def closing(self, version: Row, outcome: str, day: date) -> Row:
        return common(version) | {
            "outcome": outcome, "day": number(day), "amount": self.amount(version, day),
        }  # fmt: skip


def common(version: Mapping[str, Any]) -> Row:
    return {name.removesuffix("_id"): version[name] for name in SAME} | {
        "opened": number(version["opened_on"]),
        "owner": -1 if version["owner_id"] is None else version["owner_id"],
    }
