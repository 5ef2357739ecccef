"""Who is known in the workspace: what the workbench tells import and export about stored people."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Generic, NamedTuple, TypeVar

from oppkit.model.texts import folded


class Party(NamedTuple):
    """A customer or an employee."""

    id: int
    code: str
    name: str


class Person(NamedTuple):
    """A contact. `customer_id` is the customer whose list of contacts holds it."""

    id: int
    customer_id: int
    name: str


class Place(NamedTuple):
    """A site of a customer."""

    id: int
    customer_id: int
    code: str
    name: str


class Parties:
    """Customers or employees, found by code, by name or by identifier."""

    def __init__(self, parties: Iterable[Party]) -> None:
        self.by_id = {party.id: party for party in parties}
        self.by_code = {party.code: party for party in self.by_id.values()}
        self.by_name: dict[str, list[Party]] = defaultdict(list)
        for party in self.by_id.values():
            self.by_name[folded(party.name)].append(party)


P = TypeVar("P", Person, Place)


class OfCustomers(Generic[P]):
    """Contacts or sites, each customer's in order of identifier."""

    def __init__(self, items: Iterable[P]) -> None:
        self.by_id: dict[int, P] = {item.id: item for item in sorted(items)}
        self.of: dict[int, list[P]] = defaultdict(list)
        for item in self.by_id.values():
            self.of[item.customer_id].append(item)


@dataclass(frozen=True)
class Directory:
    """Everything stored that rows of a file may refer to.

    `allocate` hands out identifiers for new records; only an import needs it. `others` are the
    identifiers of further records that an opportunity may come from (events, for instance), and
    `currency` is the one of rows that name none.
    """

    customers: Parties = field(default_factory=lambda: Parties(()))
    employees: Parties = field(default_factory=lambda: Parties(()))
    contacts: OfCustomers[Person] = field(default_factory=lambda: OfCustomers[Person](()))
    sites: OfCustomers[Place] = field(default_factory=lambda: OfCustomers[Place](()))
    others: frozenset[int] = frozenset()
    currency: str = "EUR"
    allocate: Callable[[], int] | None = None

    @classmethod
    def of(
        cls,
        customers: Iterable[tuple[int, str, str]] = (),
        employees: Iterable[tuple[int, str, str]] = (),
        contacts: Iterable[tuple[int, int, str]] = (),
        sites: Iterable[tuple[int, int, str, str]] = (),
        others: Iterable[int] = (),
        currency: str = "EUR",
        allocate: Callable[[], int] | None = None,
    ) -> Directory:
        """From plain rows: (id, code, name), contacts (id, customer, name), sites likewise."""
        return cls(
            Parties(Party(*row) for row in customers),
            Parties(Party(*row) for row in employees),
            OfCustomers(Person(*row) for row in contacts),
            OfCustomers(Place(*row) for row in sites),
            frozenset(others), currency, allocate,
        )  # fmt: skip

    @cached_property
    def contact_labels(self) -> Mapping[int, tuple[str, int]]:
        """Name of each contact and its rank among the customer's contacts of that name, from 1."""
        labels: dict[int, tuple[str, int]] = {}
        for contacts in self.contacts.of.values():
            ranks: dict[str, int] = defaultdict(int)
            for contact in contacts:
                ranks[contact.name] += 1
                labels[contact.id] = (contact.name, ranks[contact.name])
        return labels

    def contacts_named(self, customer_id: int, name: str) -> Sequence[Person]:
        """The customer's contacts with exactly this name, in order."""
        return [c for c in self.contacts.of.get(customer_id, ()) if c.name == name]
