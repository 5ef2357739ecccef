"""The people a row names: found in the workspace, or created where the mapping says."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from pydantic import ValidationError

from oppkit.exchange.directory import Directory, Parties
from oppkit.exchange.reasons import Reason, from_validation
from oppkit.exchange.rules import Rule
from oppkit.model.people import Contact, Customer, Employee, Site
from oppkit.model.texts import folded


def split_name(name: str) -> tuple[str, str]:
    """First and last name, which together read as `name` again."""
    first, _, last = name.partition(" ")
    return (first, last) if last and last == last.strip() else ("", name)


class Finder:
    """Finds customers, or employees, and remembers the new ones. `kind` is the word in reasons.

    A code that the workspace does not know may be that of another program: unless `by_code` alone
    counts, the one stored party of the same name is meant. Where two codes of the file have that
    name, neither is: the same file must give the same people the next time, too.
    """

    def __init__(
        self, kind: str, known: Parties, directory: Directory, create: bool, by_code: bool
    ) -> None:
        self._kind = kind
        self._known = known
        self._directory = directory
        self._create = create
        self._by_code_alone = by_code
        self._memory: dict[tuple[str | None, str | None], int | Reason] = {}
        self._new_codes: dict[str, int] = {}
        self._codes_of_name: dict[str, set[str]] = defaultdict(set)
        self._new_names: dict[str, list[int]] = defaultdict(list)
        self.created: dict[int, Any] = {}

    def expect(self, parties: Iterable[tuple[Any, Any]]) -> None:
        """Codes and names that the rows of a sheet will ask for."""
        for code, name in set(parties):
            if isinstance(code, str) and isinstance(name, str):
                self._codes_of_name[folded(name)].add(code)

    def find(self, code: str | None, name: str | None) -> int | Reason:
        """The identifier of the party with this code; without a code, of the one of this name."""
        key = (code, name)
        if key not in self._memory:
            self._memory[key] = self._by_code(code, name) if code else self._by_name(name)
        return self._memory[key]

    def _by_code(self, code: str, name: str | None) -> int | Reason:
        known = self._known.by_code.get(code)
        if known is not None:
            return known.id
        if code in self._new_codes:
            return self._new_codes[code]
        same = folded(name)
        namesakes = [] if self._by_code_alone else self._known.by_name.get(same, [])
        if len(namesakes) == 1 and len(self._codes_of_name[same]) == 1:
            self._new_codes[code] = namesakes[0].id
            return namesakes[0].id
        return self._new(code, name or code)

    def _by_name(self, name: str | None) -> int | Reason:
        if not name:
            return Reason("missing")
        same = folded(name)
        found = [party.id for party in self._known.by_name.get(same, ())] + self._new_names[same]
        if len(found) > 1:
            return Reason(f"several_{self._kind}s", values={"text": name})
        return found[0] if found else self._new(None, name)

    def _new(self, code: str | None, name: str) -> int | Reason:
        allocate = self._directory.allocate
        if not self._create or allocate is None:
            return Reason(f"unknown_{self._kind}", values={"text": code or name})
        try:
            record = self._record(code, name)
        except ValidationError as error:
            return next(from_validation(error, {}))
        identifier = allocate()
        self.created[identifier] = record.model_copy(update={"id": identifier})
        self._new_names[folded(name)].append(identifier)
        if code:
            self._new_codes[code] = identifier
        return identifier

    def _record(self, code: str | None, name: str) -> Customer | Employee:
        if self._kind == "customer":
            return Customer(code=code, name=name)
        first, last = split_name(name)
        return Employee(code=code, first_name=first, last_name=last)


class People:
    """Customers with their sites and contacts, and employees, for one import."""

    def __init__(self, directory: Directory, rules: dict[str, Rule]) -> None:
        def finder(kind: str, known: Parties, *names: str) -> Finder:
            own = [rules[name] for name in names if name in rules]
            create = any(rule.unknown == "create" for rule in own)
            by_code = any(rule.match == "code" for rule in own)
            return Finder(kind, known, directory, create, by_code)

        self._directory = directory
        self.customers = finder("customer", directory.customers, "customer", "customer_name")
        self.employees = finder(
            "employee", directory.employees, "owner", "owner_name", "responsibles"
        )

    def site(self, customer_id: int, code: str, name: str | None) -> int | Reason:
        """The customer's site of this code; a new customer gets it."""
        for place in self._directory.sites.of.get(customer_id, ()):
            if place.code == code:
                return place.id
        customer = self.customers.created.get(customer_id)
        if customer is None or self._directory.allocate is None:
            return Reason("unknown_site", values={"text": code})
        for site in customer.sites:
            if site.code == code:
                return int(site.id)
        identifier = self._directory.allocate()
        site = Site(id=identifier, code=code, name=name or code)
        self._extend(customer, sites=(*customer.sites, site))
        return identifier

    def contact(self, customer_id: int, name: str, rank: int = 1) -> int | Reason:
        """The customer's contact of this name, or the second, third… of them by `rank`."""
        known = [c.id for c in self._directory.contacts_named(customer_id, name)]
        customer = self.customers.created.get(customer_id)
        if customer is not None:
            known = [c.id for c in customer.contacts if c.name == name]
        if rank <= len(known):
            return known[rank - 1]
        if customer is None or self._directory.allocate is None:
            return Reason("unknown_contact", values={"text": name})
        first, last = split_name(name)
        while len(known) < rank:  # the second of a name may be met before the first
            known.append(self._directory.allocate())
            contact = Contact(id=known[-1], first_name=first, last_name=last)
            customer = self._extend(customer, contacts=(*customer.contacts, contact))
        return known[-1]

    def _extend(self, customer: Customer, **changes: Any) -> Customer:
        extended = customer.replace(**changes)
        self.customers.created[extended.id or 0] = extended
        return extended
