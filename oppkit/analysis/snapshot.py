"""The pipeline as it stood on one day: what every analysis starts from.

The tables are the contract between the store, which fills them, and the analyses. Amounts are in
the base currency, converted at the rate in force on the snapshot's own date.

    opportunity  id bigint, code text, name text, status text, outcome text,
                 probability decimal(5,4) null, opened_on date, expected_signature date null,
                 closed_on date null, loss_reason text null, currency text, has_rate boolean,
                 customer_id bigint, customer text, owner_id bigint null, owner text null,
                 establishment, sector, family, subfamily, origin_type text null,
                 production_start date null, production_end date null,
                 amount decimal(18,3) null, margin decimal(18,3) null,
                 weighted_amount decimal(18,3) null, weighted_margin decimal(18,3) null
    line         opportunity_id bigint, position integer, sale_type text null, title text,
                 quantity decimal(18,4), amount decimal(18,3) null, margin decimal(18,3) null,
                 duration_months integer null, recurrence text null,
                 days decimal(18,4) null
    tag          opportunity_id bigint, tag text
    affair       id bigint, code text, name text, status text, opportunity_id bigint null,
                 currency text, has_rate boolean, customer_id bigint, customer text,
                 owner_id bigint null, owner text null,
                 establishment, sector, family, subfamily text null,
                 production_start date null, production_end date null,
                 amount decimal(18,3) null, margin decimal(18,3) null, days decimal(18,4) null
    affair_tag   affair_id bigint, tag text
    label        list text, code text, label_fr text, label_en text, rank integer

`line.days` is the quantity of a sale type that is priced in days; null for the others, and where
an amount was typed without saying how many days it takes. `affair.amount` is its budget, null where
there is none; its margin and days are those of its opportunity's lines, as long as the budget is
their sum and no other affair delivers them.
People and customers have the names of the day; labels, whose lists have no history, those of now.
Amounts and margins of lines are rounded to the decimals of the base currency. `opportunity.amount`
and `.margin` are their sums, null where no line has one; `.weighted_amount` and `.weighted_margin`
the sums of what each line is worth times the probability, rounded line by line, null without one:
questions that are not about lines need not read them. Where `has_rate` is false the currency has no
rate on that day and the amounts cannot be converted, or they would be too large to be kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import ibis


@dataclass(frozen=True)
class Snapshot:
    """Six tables, the day they describe and the currency of their amounts.

    `decimals` is the number of decimals of `currency`: weighted amounts are rounded to it.
    """

    connection: Any
    opportunity: ibis.Table
    line: ibis.Table
    tag: ibis.Table
    label: ibis.Table
    affair: ibis.Table
    affair_tag: ibis.Table
    as_of: date
    currency: str
    decimals: int

    @classmethod
    def of(
        cls, backend: Any, as_of: date, currency: str, decimals: int, database: str | None = None
    ) -> Snapshot:
        """Wrap the tables of an Ibis backend (DuckDB, or Spark over Parquet), or of one database.

        What DuckDB calls a schema is a database to Ibis.
        """
        names = ("opportunity", "line", "tag", "label", "affair", "affair_tag")
        tables = {name: backend.table(name, database=database) for name in names}
        return cls(backend, as_of=as_of, currency=currency, decimals=decimals, **tables)

    @classmethod
    def of_duckdb(cls, connection: Any, as_of: date, currency: str, decimals: int) -> Snapshot:
        """Wrap an open `duckdb.DuckDBPyConnection` that holds the tables; it stays the caller's.

        Ibis sets the connection's time zone to UTC.
        """
        return cls.of(ibis.duckdb.from_connection(connection), as_of, currency, decimals)
