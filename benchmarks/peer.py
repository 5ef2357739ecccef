"""The forecast view of Odoo's CRM as a query: prorated revenue by month and salesperson.

The table has the columns of `crm.lead` that the query reads, a name, and the indexes that the model
declares (addons/crm/models/crm_lead.py: type, priority, stage, user, team, company, partner; none
on the expected closing). The real table is three times as wide, which would only make it slower.
The prorated revenue is stored, as there; an opportunity is active while it is open.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg

from benchmarks.harness import Side
from oppkit.analysis.parts import horizon_end
from oppkit.analysis.snapshot import Snapshot
from tests.postgresql_server import running

_INDEXED = ("type", "priority", "stage_id", "user_id", "team_id", "company_id", "partner_id")
_TABLE = """
create table crm_lead (
    id integer primary key, name varchar not null, active boolean, type varchar not null,
    priority varchar, stage_id integer, user_id integer, team_id integer, company_id integer,
    partner_id integer, date_deadline date, expected_revenue numeric, probability float8,
    prorated_revenue numeric
)
"""
_ROWS = """
select
    row_number() over (order by id), name,
    outcome = 'open' and has_rate and probability is not null,
    'opportunity', '0', hash(status) % 100, owner_id, 1, 1, customer_id, expected_signature,
    amount, cast(probability as double) * 100, round(amount * probability, 2)
from opportunity
"""
_QUERY = """
select
    date_trunc('month', crm_lead.date_deadline::timestamp) as month, crm_lead.user_id,
    count(*), sum(crm_lead.expected_revenue), sum(crm_lead.prorated_revenue)
from crm_lead
where crm_lead.active = true and crm_lead.type = 'opportunity' and crm_lead.company_id in (1)
    and crm_lead.expected_revenue is not null
    and crm_lead.date_deadline >= %s and crm_lead.date_deadline < %s
group by 1, 2 order by 1, 2
"""
_OPTIONS = ("shared_buffers=4GB", "work_mem=64MB", "listen_addresses=127.0.0.1")


@contextmanager
def peer(snapshot: Snapshot, months: int) -> Iterator[Side]:
    """The query on a server that holds the opportunities of a snapshot, in memory and analysed."""
    days = (snapshot.as_of, horizon_end(snapshot.as_of, months))
    with running(_OPTIONS) as server, psycopg.connect(server.url(server.new())) as connection:
        connection.autocommit = True
        connection.execute(_TABLE)
        _fill(connection, snapshot)
        for column in _INDEXED:
            connection.execute(f"create index on crm_lead ({column})".encode())
        connection.execute("vacuum analyze crm_lead")
        yield lambda: lambda: connection.execute(_QUERY, days).fetchall()


def _fill(connection: psycopg.Connection[Any], snapshot: Snapshot) -> None:
    found = snapshot.connection.con.cursor().execute(_ROWS)
    with connection.cursor().copy("copy crm_lead from stdin") as copy:
        while rows := found.fetchmany(100_000):
            for row in rows:
                copy.write_row(row)
