"""How each kind of record lies in its tables: one row, and rows of the tables below it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from oppkit.model.affair import Affair
from oppkit.model.event import Event
from oppkit.model.opportunity import Opportunity
from oppkit.model.parties import Parties
from oppkit.model.people import Customer, Employee
from oppkit.model.quote import Quote
from oppkit.model.quoting import check_change
from oppkit.model.record import Record
from oppkit.model.texts import searchable

Row = dict[str, Any]


@dataclass(frozen=True)
class Child:
    """A field of a record that lies in a table of its own; `statements` is its `.sql` file."""

    field: str
    statements: str
    rows: Callable[[Any], list[Row]]
    value: Callable[[Row], Any]
    keyed: bool = False  # its rows have identifiers that other records refer to
    owner: str = "record_id"  # the column that says whose it is


@dataclass(frozen=True)
class Kind:
    """A kind of record; `name` is its table and its `.sql` file, `code` its numbering pattern.

    `encoded` are fields kept as JSON. `guard` refuses what must not become of a record by a plain
    save (before, after) or deletion (before, None).

    `searched`: the text that lists are sorted by, then the code, then what else is searched.
    """

    name: str
    record: type[Record]
    children: tuple[Child, ...] = ()
    code: str | None = None
    counter: str = ""  # of its codes, where that is not its name
    searched: Callable[[Any], tuple[str | None, ...]] = lambda record: ()
    computed: Callable[[Any], Row] = lambda record: {}
    nested: tuple[str, ...] = ()
    encoded: Mapping[str, type[Record]] = field(default_factory=dict)
    guard: Callable[[Any, Any], None] = lambda before, after: None

    def row(self, record: Any) -> Row:
        """The record's own row, without its children."""
        skipped = {child.field for child in self.children}
        values = {k: v for k, v in record.__dict__.items() if k not in skipped}
        for name in self.nested:
            values |= values.pop(name).__dict__
        for name in self.encoded:
            values[name] = values[name] and values[name].model_dump_json()
        return values | self.computed(record) | {"search_text": searchable(*self.searched(record))}

    def value(self, row: Row, children: dict[str, list[Any]]) -> Any:
        """The record of a row and its children."""
        values = {name: row[name] for name in self.record.model_fields if name in row}
        for name in self.nested:
            values[name] = _inner(self.record, name, row)
        for name, record in self.encoded.items():
            values[name] = values[name] and record.model_validate_json(values[name])
        return self.record.model_validate(values | children)


def _inner(record: type[Record], name: str, row: Row) -> Row:
    kind: Any = record.model_fields[name].annotation
    return {name: row[name] for name in kind.model_fields}


def _positioned(values: tuple[Record, ...]) -> list[Row]:
    return [{"position": place, **value.__dict__} for place, value in enumerate(values)]


def _contacts(values: tuple[Any, ...]) -> list[Row]:
    """Contacts are looked for among all customers, by a text in their own row."""
    return [
        {**row, "search_text": searchable(f"{contact.last_name} {contact.first_name}")}
        for row, contact in zip(_positioned(values), values, strict=True)
    ]


def _addressed(values: tuple[Any, ...]) -> list[Row]:
    """Sites carry an address, which lies in their own row."""
    return [
        {**row, **site.address.__dict__}
        for row, site in zip(_positioned(values), values, strict=True)
    ]


def _without(*names: str) -> Callable[[Row], Row]:
    return lambda row: {key: value for key, value in row.items() if key not in names}


def _site(row: Row) -> Row:
    address = {name: row.pop(name) for name in ("street", "postcode", "city", "country")}
    return {"address": address, **_without("customer_id", "position")(row)}


_LINK = _without("record_id", "position")
TAGS = Child(
    "tags", "tagging",
    lambda tags: [{"position": place, "tag": tag} for place, tag in enumerate(tags)],
    lambda row: row["tag"],
)  # fmt: skip
RESPONSIBLES = Child("responsibles", "responsible", _positioned, _LINK)
PARTICIPANTS = Child("participants", "participant", _positioned, _LINK)
LINES = Child(
    "lines", "line", _positioned, _without("opportunity_id", "position"), owner="opportunity_id"
)
QUOTE_LINES = Child(
    "lines", "quote_line", _positioned, _without("quote_id", "position"), owner="quote_id"
)
SITES = Child("sites", "site", _addressed, _site, keyed=True, owner="customer_id")
CONTACTS = Child(
    "contacts", "contact", _contacts, _without("customer_id", "position"), keyed=True,
    owner="customer_id",
)  # fmt: skip
_PEOPLE = (TAGS, RESPONSIBLES, PARTICIPANTS)

OPPORTUNITY = Kind(
    "opportunity", Opportunity, (LINES, *_PEOPLE), "OPP-{year}-{number:04d}",
    searched=lambda o: (o.name, o.code),
    computed=lambda o: {"owner_id": o.owner_id, "amount": o.amount, "margin": o.margin},
)  # fmt: skip
CUSTOMER = Kind(
    "customer", Customer, (SITES, CONTACTS), "CUS-{year}-{number:04d}",
    searched=lambda c: (c.name, c.code, c.address.city), nested=("address",),
)  # fmt: skip
EMPLOYEE = Kind(
    "employee", Employee, (), "EMP-{year}-{number:04d}",
    searched=lambda e: (f"{e.last_name} {e.first_name}", e.code),
)  # fmt: skip
EVENT = Kind("event", Event, searched=lambda e: (e.subject,))
# At most ten characters: AF26-00001.
AFFAIR = Kind(
    "affair", Affair, _PEOPLE, "AF{year2:02d}-{number:05d}", searched=lambda a: (a.name, a.code)
)
# The code of a draft; the number of a quote is given when it is validated.
QUOTE = Kind(
    "quote", Quote, (QUOTE_LINES, *_PEOPLE), "DRAFT-{year}-{number:04d}",
    searched=lambda q: (q.name, q.code), counter="quote_draft",
    computed=lambda q: {
        "excluding_tax": q.totals.excluding_tax, "including_tax": q.totals.including_tax,
    },
    encoded={"parties": Parties}, guard=check_change,
)  # fmt: skip

KINDS = (OPPORTUNITY, CUSTOMER, EMPLOYEE, EVENT, AFFAIR, QUOTE)
# The tables that hold records and their history → the column that says of which record a row is.
KEYS = {
    "opportunity_version": "opportunity_id", "record_version": "record_id",
    **{kind.name: "id" for kind in KINDS},
    **{child.statements: child.owner for kind in KINDS for child in kind.children},
}  # fmt: skip
_BY_RECORD = {kind.record: kind for kind in KINDS}


def kind_of(record: Record) -> Kind:
    """The kind of a record. Raises `TypeError` for a value that is not kept on its own."""
    return kind_of_class(type(record))


def kind_of_class(record: type[Record]) -> Kind:
    """The kind whose records are of a class. Raises `TypeError` as `kind_of` does."""
    found = _BY_RECORD.get(record)
    if found is None:
        raise TypeError(f"{record.__name__} is part of a record: ask for the record it belongs to")
    return found
