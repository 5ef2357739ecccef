"""A firm of two teams on a server, and who may see what of it, told by Python alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg

from oppkit import granting
from oppkit.model import (
    Affair,
    Customer,
    Employee,
    Event,
    EventKind,
    Line,
    Opportunity,
    Participant,
    Responsible,
    Search,
)
from oppkit.model.target import Call, PeriodKind, Target
from oppkit.store.opening import open_store
from oppkit.workbench import Workbench
from tests.clock import TODAY, Clock
from tests.postgresql_server import Server

USERS = ("ana", "bo", "rita", "remi", "max", "ada", "eve")
Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Firm:
    """Ana sells in Lyon, Bo in Paris. Rita reads all, Rémi Lyon; Max manages, Ada administers.

    Eve is a user of the server without any role.
    """

    server: Server
    database: str

    def url(self, user: str = "oppkit") -> str:
        return self.server.url(self.database, user)

    def bench(self, user: str = "oppkit", author: str | None = None) -> Workbench:
        return Workbench(open_store(self.url(user)), author, Clock())

    @contextmanager
    def connected(self, user: str = "oppkit") -> Iterator[psycopg.Connection[Any]]:
        """What `psql` is: a connection on which any statement may be tried."""
        with psycopg.connect(self.url(user), autocommit=True) as connection:
            yield connection

    def run(self, sql: str, user: str = "oppkit") -> list[Any]:
        with self.connected(user) as connection:
            cursor = connection.execute(sql.encode())
            return cursor.fetchall() if cursor.description else []

    def table(self, name: str, user: str = "oppkit") -> Rows:
        """All rows of a table that a user sees."""
        with psycopg.connect(self.url(user), row_factory=psycopg.rows.dict_row) as connection:
            return connection.execute(f'select * from "{name}"'.encode()).fetchall()


def made(server: Server, database: str) -> Firm:
    """The firm, with some of everything, deleted and handed over."""
    firm = Firm(server, database)
    server.has_users(*USERS)
    owner = firm.bench(author="Founder")
    for code, place in (("ANA", "lyon"), ("LEA", "lyon"), ("BOB", "paris"), ("TIM", None)):
        owner.save(
            Employee(code=code, first_name=code.title(), last_name="Roy", establishment=place)
        )
    for user, role, employee in (
        ("ana", "salesperson", "ANA"), ("bo", "salesperson", "BOB"), ("rita", "reader", None),
        ("max", "manager", None), ("ada", "administrator", None),
    ):  # fmt: skip
        granting.grant(firm.url(), role, user, employee=employee)
    granting.grant(firm.url(), "reader", "remi", team="lyon")
    people = [owner.employee(code).id for code in ("ANA", "LEA", "BOB", "TIM")]
    for place, person in enumerate([*people, None, None]):
        _sell(owner, person, "paris" if place == 4 else "lyon" if place == 5 else None)
    _hand_over(owner, "Sale0b", owner.employee("BOB"))
    _hand_over(owner, "Sale2b", owner.employee("ANA"))
    for begins, person in zip(("2026-01-01", "2026-04-01"), (people[0], people[2]), strict=True):
        aim: dict[str, Any] = {
            "period": PeriodKind.QUARTER, "begins": begins, "owner_id": person, "currency": "EUR",
        }  # fmt: skip
        owner.targets.save(Target(**aim, amount="1000"))
        owner.targets.say(Call(**aim, committed="900"))
    for user in ("ana", "bo"):
        firm.bench(user).searches.save("Mine", Search(text=f"secret of {user}"))
    return firm


def _sell(owner: Workbench, person: int | None, establishment: str | None) -> None:
    """Opportunities of somebody, with all that hangs on one."""
    number = len(owner.search_ids(Search())) // 2
    who = (Responsible(role="sales", employee_id=person),) if person else ()
    customer = owner.save(Customer(name=f"Customer {number}"))
    for name in ("a", "b", "gone"):
        sale = owner.save(Opportunity(
            name=f"Sale{number}{name}", customer_id=customer.id, status="proposal",
            opened_on=TODAY, establishment=establishment, responsibles=who, tags=("urgent",),
            lines=(Line(title=f"Work {number}", amount="1000"),), comment=f"Secret {number}",
            participants=(Participant(employee_id=person),) if person else (),
        ))  # fmt: skip
        if name == "gone":
            owner.delete(sale)
            continue
        sale = owner.save(sale.replace(comment=f"Secret {number} told"))
        owner.save(Event(kind=EventKind.NOTE, subject="Called", opportunity_id=sale.id))
        owner.delete(owner.save(Event(kind=EventKind.NOTE, subject="x", opportunity_id=sale.id)))
        owner.create_quote(sale)
        owner.create_affair(sale)
    owner.save(Event(kind=EventKind.TASK, subject="To do", owner_id=person))
    owner.save(Affair(
        name="Alone", customer_id=customer.id, opened_on=TODAY, establishment=establishment
    ))  # fmt: skip


def _hand_over(owner: Workbench, name: str, to: Employee) -> None:
    [found] = owner.search_ids(Search(text=name))
    sale = owner.get(Opportunity, found)
    owner.save(sale.replace(responsibles=(Responsible(role="sales", employee_id=to.id),)))


SHARED = (
    "change", "contact", "customer", "employee", "exchange_rate", "numbering", "reference",
    "schema_migration", "setting", "site",
)  # fmt: skip
# Table → the column that tells to which record its rows belong.
BELONGS = {
    "line": "opportunity_id", "quote_line": "quote_id", "tagging": "record_id",
    "responsible": "record_id", "participant": "record_id", "opportunity": "id", "quote": "id",
    "affair": "id", "event": "id", "opportunity_version": "opportunity_id",
    "record_version": "record_id", "merged_record": "into_id", "holder": "record_id",
}  # fmt: skip


def visible(firm: Firm, tables: dict[str, Rows], user: str, team: str | None) -> dict[str, Rows]:
    """What a user who sees one team may see of each table, worked out row by row from all of them.

    From the records as they are in the history's JSON: neither triggers nor policies have a part in
    it.
    """
    member = next((m for m in tables["member"] if m["login"] == user), None)
    own = member["employee_id"] if member else None
    people = {e["id"] for e in tables["employee"] if team and e["establishment"] == team} | {own}
    people -= {None}

    def is_theirs(owner: int | None, establishment: str | None) -> bool:
        return owner in people if owner else establishment is not None and establishment == team

    last: dict[int, dict[str, Any]] = {}
    for name, key in (("opportunity_version", "opportunity_id"), ("record_version", "record_id")):
        for row in sorted(tables[name], key=lambda row: row["version"]):
            kind = row.get("kind", "opportunity")
            last[row[key]] = {**json.loads(row["record"]), "kind": kind}

    def is_seen(record_id: int) -> bool:
        record = last[record_id]
        if record["kind"] in ("customer", "employee"):
            return True
        if record["kind"] == "opportunity":
            sales = [r["employee_id"] for r in record["responsibles"] if r["role"] == "sales"]
            return is_theirs(sales[0] if sales else None, record["establishment"])
        if record["opportunity_id"]:
            return is_seen(record["opportunity_id"])
        if record["kind"] == "event":
            return record["owner_id"] is None or record["owner_id"] in people
        return is_theirs(None, record["establishment"])

    names = {e["id"]: f"{e['first_name']} {e['last_name']}".strip() for e in tables["employee"]}
    authors = {names[found] for found in people} | ({user} if own is None else set())
    rules = {
        "member": lambda row: row["login"] == user,
        "saved_search": lambda row: row["author"] in authors,
        "forecast_record": lambda row: False,
        "target": lambda row: is_theirs(row["owner_id"], row["establishment"]),
        "forecast_call": lambda row: is_theirs(row["owner_id"], row["establishment"]),
        **dict.fromkeys(SHARED, lambda row: True),
    }
    return {
        name: [
            row for row in rows
            if (rules[name](row) if name in rules else is_seen(row[BELONGS[name]]))
        ]
        for name, rows in tables.items()
    }  # fmt: skip
