"""Printing: the templates to choose from, and a record as a document in one of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from oppkit import locale
from oppkit.model.affair import Affair
from oppkit.model.errors import NotFound, NotSaved
from oppkit.model.opportunity import Opportunity
from oppkit.model.parties import parties
from oppkit.model.people import Contact, Customer, Employee
from oppkit.model.quote import Quote
from oppkit.model.references import OWNER_ROLE
from oppkit.store import directory, history, records, references
from oppkit.store.directory import Page, words
from oppkit.store.kinds import AFFAIR, CUSTOMER, EMPLOYEE, OPPORTUNITY, QUOTE, kind_of

if TYPE_CHECKING:
    from oppkit.desk import Desk
    from oppkit.documents.content import Surroundings
    from oppkit.documents.printed import Printed as Printed  # noqa: PLC0414 - for forms
    from oppkit.documents.template import Template as Template  # noqa: PLC0414
    from oppkit.store.session import Session

Printable = Opportunity | Quote | Affair

_MOST_EVENTS = 200


class Printing:
    """The printed sheets of one workspace: read in one transaction, typeset outside of it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def templates(self, kind: str) -> list[Template]:
        """Those for an "opportunity", a "quote" or an "affair": built-in ones, then the firm's."""
        from oppkit.documents.template import templates

        return templates(kind)

    def template(self, kind: str, name: Template | str, language: str | None = None) -> Template:
        """The template of a name ("short") for a kind of record, in a language where there is one.

        Raises `NoSuchTemplate`, which names those that there are; also for a template of another
        kind.
        """
        from oppkit.documents.template import find

        return find(kind, name, language or locale.language())

    def print(
        self, record: Printable, template: Template | str, language: str | None = None
    ) -> Printed:
        """A saved record as a document.

        `template` is one of the list, or its name ("short"); of that, `language` chooses between
        French and English (default: the language of the screens). Raises `NotSaved`, and a
        `PrintError` for what the template does wrong.
        """
        from oppkit.documents.printer import print_document

        chosen = self.template(kind_of(record).name, template, language)
        return print_document(chosen, self.content(record, language or chosen.language))

    def save(
        self, record: Printable, template: Template | str, path: str | Path,
        language: str | None = None,
    ) -> Path:  # fmt: skip
        """The same in a file: under this path, or named after the record in a folder."""
        return self.print(record, template, language).save(path)

    def content(self, record: Printable, language: str) -> dict[str, Any]:
        """What a template finds in `record.json`."""
        from oppkit.documents.content import affair_content, opportunity_content, quote_content

        if record.id is None:
            raise NotSaved()
        with self._desk.read() as session:
            around = self._surroundings(session, record)
        if isinstance(record, Quote):
            return quote_content(record, around, language)
        if isinstance(record, Affair):
            return affair_content(record, around, language)
        return opportunity_content(record, around, language)

    # -- what surrounds a record -----------------------------------------------------------------

    def _surroundings(self, session: Session, record: Printable) -> Surroundings:
        from oppkit.documents.content import Surroundings

        customer = _customer(session, record)
        employees = _employees(session, record)
        owner = next((p.employee_id for p in record.responsibles if p.role == OWNER_ROLE), None)
        found = parties(
            references.firm(session), customer, employees.get(owner or 0), record.site_id,
            getattr(record, "contact_id", None),
        )  # fmt: skip
        sale = _opportunity(session, record)
        return Surroundings(
            catalogue=references.catalogue(session), today=self._desk.today, zone=self._desk.zone,
            parties=getattr(record, "parties", None) or found,
            employees=employees, contacts=_contacts(session, record, customer),
            opportunity=sale, parent=_parent(session, record),
            **(self._around_sale(session, sale) if sale and not isinstance(record, Quote) else {}),
        )  # fmt: skip

    def _around_sale(self, session: Session, sale: Opportunity) -> dict[str, Any]:
        """What a sheet of an opportunity, or of its affair, tells beside it."""
        assert sale.id is not None
        given = words("", in_customer=True) | {
            "owner_ids": None, "customer_id": None, "opportunity_id": sale.id, "kinds": None,
            "only_open": None, "only_done": None,
        }  # fmt: skip
        page = Page("day", False, 0, _MOST_EVENTS)
        events = directory.events(session, given, page, self._desk.today, self._desk.zone)
        return {
            "quotes": _made_from(session, QUOTE, sale),
            "affairs": _made_from(session, AFFAIR, sale),
            "events": events.rows,
            "history": history.versions(session, OPPORTUNITY, sale.id),
        }


def _customer(session: Session, record: Printable) -> Customer:
    found: Customer | None = records.get(session, CUSTOMER, record.customer_id)
    if found is None:
        raise NotFound(kind="customer", key=record.customer_id)
    return found


def _employees(session: Session, record: Printable) -> dict[int, Employee]:
    people: list[Any] = [*record.responsibles, *record.participants]
    found = {
        one.employee_id: records.get(session, EMPLOYEE, one.employee_id)
        for one in people
        if one.employee_id is not None
    }
    return {key: employee for key, employee in found.items() if employee is not None}


def _contacts(session: Session, record: Printable, customer: Customer) -> dict[int, Contact]:
    """The customer's, and those who take part from elsewhere."""
    wanted = [one.contact_id for one in record.participants if one.contact_id is not None]
    homes = session.all("merging.contact_homes", ids=wanted)
    strange = {row["customer_id"] for row in homes} - {customer.id}
    customers = [customer, *(records.get(session, CUSTOMER, home) for home in sorted(strange))]
    return {
        contact.id: contact
        for home in customers
        if home is not None
        for contact in home.contacts
        if contact.id is not None
    }


def _opportunity(session: Session, record: Printable) -> Opportunity | None:
    if isinstance(record, Opportunity):
        return record
    found: Opportunity | None = (
        records.get(session, OPPORTUNITY, record.opportunity_id) if record.opportunity_id else None
    )
    return found


def _parent(session: Session, record: Printable) -> Quote | None:
    parent_id = getattr(record, "parent_id", None)
    found: Quote | None = records.get(session, QUOTE, parent_id) if parent_id else None
    return found


def _made_from(session: Session, kind: Any, sale: Opportunity) -> list[Any]:
    rows = session.all(f"{kind.name}.made_from", id=sale.id)
    found = (records.get(session, kind, row["id"]) for row in rows)
    return [record for record in found if record is not None]
