"""The attention list: open opportunities that want looking at, each with the reason in words."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from oppkit import locale
from oppkit.locale import formats
from oppkit.store import attention as store
from oppkit.store.attention import REASONS, Limits

if TYPE_CHECKING:
    import pandas as pd

    from oppkit.desk import Desk

__all__ = ["REASONS", "Attention", "Limits", "attention"]

_EXPORTED = (
    "reason", "code", "name", "customer", "owner", "status", "expected_signature", "probability",
    "currency", "amount", "told",
)  # fmt: skip


@dataclass(frozen=True)
class Attention:
    """One row for each opportunity and reason, in the order of `REASONS`, the largest first.

    Each has `reason`, `told` (the reason in words), `id`, `code`, `name`, `customer`, `owner_id`,
    `owner`, `status`, `expected_signature`, `probability`, `currency`, `amount`, and the figures
    behind the reason, None for other reasons:

        overdue   `days` since the expected signature
        idle      `days` without activity, far more than the `usual` median of its status
        pushed    `times` to a later signature; `day_before` is the first that was given up
        unlikely  to be signed this month, with a low probability
        early     production starts on `day_before`, `days` ahead of the signature
        changed   by much in a week, from `amount_before` in `currency_before`
    """

    today: date
    rows: Sequence[Mapping[str, Any]]

    @property
    def opportunities(self) -> int:
        """How many are on the list, each counted once."""
        return len({row["id"] for row in self.rows})

    def of(self, reason: str) -> list[Mapping[str, Any]]:
        """The rows of one reason."""
        return [row for row in self.rows if row["reason"] == reason]

    @property
    def frame(self) -> pd.DataFrame:
        """The rows for charts and files."""
        import pandas as pd

        return pd.DataFrame(
            [[row[name] for name in _EXPORTED] for row in self.rows], columns=_EXPORTED,
            dtype=object,
        )  # fmt: skip

    def as_json(self) -> str:
        """The rows as a JSON text; amounts are decimal strings."""
        rows = [{name: _plain(value) for name, value in row.items()} for row in self.rows]
        content = {"today": self.today.isoformat(), "rows": rows}
        return json.dumps(content, ensure_ascii=False, indent=1)

    def write(self, path: str | Path) -> int:
        """Write the rows to a .csv, .xlsx or .parquet file; returns their number."""
        from oppkit.exchange.exporter import write_frame

        return write_frame(path, self.frame)


def attention(
    desk: Desk, owner_ids: Sequence[int] = (), language: str | None = None,
    limits: Limits | None = None,
) -> Attention:  # fmt: skip
    """What wants looking at today, of all owners or of some, told in a language."""
    tongue = language or locale.language()
    with desk.scan(store.TABLES) as session:
        rows = store.attention(session, desk.today, desk.zone, limits or Limits(), owner_ids)
    return Attention(desk.today, [{**row, "told": told(row, tongue)} for row in rows])


def told(row: Mapping[str, Any], language: str) -> str:
    """Why an opportunity is on the list, in a sentence."""
    reason = row["reason"]
    values: dict[str, str] = {}
    if row["days"] is not None:
        values["days"] = _days(row["days"], language)
    if reason == "idle":
        values["usual"] = _days(row["usual"], language)
    if reason in ("pushed", "early"):
        values["before"] = formats.date(row["day_before"], language)
        values["times"] = str(row["times"])
    if row["expected_signature"] is not None:
        values["signature"] = formats.date(row["expected_signature"], language)
    elif reason == "pushed":
        return locale.text("attention_why.pushed_undated", language, **values)
    if reason == "unlikely":
        values["probability"] = formats.percent(row["probability"], language, decimals=None)
    if reason == "changed":
        values["amount"] = formats.amount(row["amount"], row["currency"], language)
        values["before"] = formats.amount(row["amount_before"], row["currency_before"], language)
    return locale.text(f"attention_why.{reason}", language, **values)


def _days(number: int, language: str) -> str:
    many = "one" if number == 1 else "many"
    return locale.text(f"count.days_{many}", language, number=formats.number(number, language))


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, int) else str(value)
