"""Lists of customers, people, events, quotes and affairs, and what fields propose as one types.

Texts are compared without case and accents, and each of their words must occur. Every list gives
one page of rows, as plain values by name, and how many there are on all pages; with `limit` None
the page holds all that follow `offset`. A list refuses an order that it does not have with
ValueError.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any, Literal

from oppkit.model.affair import AffairStatus
from oppkit.model.catalogue import OriginKind
from oppkit.model.event import EventKind
from oppkit.model.people import CustomerKind
from oppkit.model.quote import QuoteState
from oppkit.model.search import Found, Suggestion, Sum
from oppkit.model.texts import folded
from oppkit.store import directory as lists
from oppkit.store import suggestion
from oppkit.store.directory import Page, words

if TYPE_CHECKING:
    from oppkit.desk import Desk

State = Literal["open", "done", "all"]
Suggested = Literal[
    "customer", "contact", "employee", "event", "opportunity", "affair", "quote"
]  # fmt: skip

# Campaigns are no records: they are kept as texts.
ORIGINS: Mapping[OriginKind, Suggested] = {
    OriginKind.CUSTOMER: "customer", OriginKind.PARTNER: "customer", OriginKind.CONTACT: "contact",
    OriginKind.EMPLOYEE: "employee", OriginKind.CALL: "event", OriginKind.EVENT: "event",
}  # fmt: skip
"""What kind of record an origin is."""


class Directory:
    """Who and what a workspace knows, reached as `workbench.directory`."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def customers(
        self, text: str = "", *, kinds: Sequence[CustomerKind | str] = (),
        active_only: bool = False, sort: str = "name", descending: bool = False, offset: int = 0,
        limit: int | None = 100,
    ) -> Found:  # fmt: skip
        """Customers and prospects by name, code and town.

        Rows: id, code, name, kind, city, sector, active, contacts and open_opportunities (how
        many, closed contacts among them). `sort`: name, code, kind, city, sector (its rank in the
        list), contacts or open_opportunities.
        """
        given = words(text) | {"kinds": _given(kinds), "active_only": active_only or None}
        return self._listed("customers", given, Page(sort, descending, offset, limit))

    def contacts(
        self, text: str = "", *, customer_id: int | None = None, active_only: bool = False,
        sort: str = "name", descending: bool = False, offset: int = 0, limit: int | None = 100,
    ) -> Found:  # fmt: skip
        """Contacts of all customers, or of one, by their name or the customer's.

        Rows: id, name, first_name, last_name, job, email, phone, language, site (its name),
        customer_id, customer (its name), active. `sort`: name (last names first) or customer.
        """
        given = words(text, in_customer=True) | {
            "customer_id": customer_id, "active_only": active_only or None,
        }  # fmt: skip
        return self._listed("contacts", given, Page(sort, descending, offset, limit))

    def employees(
        self, text: str = "", *, active_only: bool = False, sort: str = "name",
        descending: bool = False, offset: int = 0, limit: int | None = 100,
    ) -> Found:  # fmt: skip
        """Employees by name and code.

        Rows: id, code, name, email, phone, establishment, active. `sort`: name (last names
        first), code or establishment (its rank in the list).
        """
        given = words(text) | {"active_only": active_only or None}
        return self._listed("employees", given, Page(sort, descending, offset, limit))

    def events(
        self, text: str = "", *, state: State = "all", owner_ids: Sequence[int] = (),
        customer_id: int | None = None, opportunity_id: int | None = None,
        kinds: Sequence[EventKind | str] = (), sort: str = "agenda", descending: bool = False,
        offset: int = 0, limit: int | None = 100,
    ) -> Found:  # fmt: skip
        """Events by their subject or their customer's name.

        Rows: id, kind, subject, day, starts_at, ends_at, due_on, done_on, owner_id, owner,
        customer_id, customer, contact, opportunity_id, opportunity (its code), late. `day` is
        when it is due, else the day on which it starts where the person is.

        An event is open until it is done. A note without a due date is never open: it records
        what was said and asks for nothing. `late`: open, and its day is before today.

        `sort`: agenda (open ones of today, late ones from the oldest on, coming ones, undated
        ones, then the done ones from the latest on; always in this direction), day, subject,
        customer, owner or done_on.
        """
        if state not in ("open", "done", "all"):
            raise ValueError(f"there is no state {state!r} of events: open, done or all")
        given = words(text, in_customer=True) | {
            "owner_ids": _given(owner_ids), "customer_id": customer_id,
            "opportunity_id": opportunity_id, "kinds": _given(kinds),
            "only_open": state == "open" or None, "only_done": state == "done" or None,
        }  # fmt: skip
        page = Page(sort, descending, offset, limit)
        with self._desk.read() as session:
            return lists.events(session, given, page, self._desk.today, self._desk.zone)

    def quotes(
        self, text: str = "", *, states: Sequence[QuoteState | str] = (),
        customer_id: int | None = None, opportunity_id: int | None = None,
        owner_ids: Sequence[int] = (), sort: str = "code", descending: bool = False,
        offset: int = 0, limit: int | None = 100,
    ) -> Found:  # fmt: skip
        """Quotes by their name, their code or their customer's name.

        Rows: id, code, name, state, customer_id, customer, opportunity_id, opportunity (its
        code), quoted_on, valid_until, validated_on, signed_on, owner_id, owner, currency,
        excluding_tax, including_tax, parent_id, expired. `expired`: validated, neither signed nor
        archived, and `valid_until` is before today.

        `sort`: code, name, customer, state (in the order of a quote's life), quoted_on,
        valid_until or amount (excluding tax, whatever the currency).
        """
        own = {"states": _given(states)}
        given = _sold(text, customer_id, opportunity_id, owner_ids) | own
        with self._desk.read() as session:
            page = Page(sort, descending, offset, limit)
            return lists.quotes(session, given, page, self._desk.today)

    def quote_sums(
        self, text: str = "", *, states: Sequence[QuoteState | str] = (),
        customer_id: int | None = None, opportunity_id: int | None = None,
        owner_ids: Sequence[int] = (),
    ) -> list[Sum]:  # fmt: skip
        """What all of these quotes come to, excluding tax, by currency."""
        own = {"states": _given(states)}
        return self._sums("quotes", _sold(text, customer_id, opportunity_id, owner_ids) | own)

    def affairs(
        self, text: str = "", *, statuses: Sequence[AffairStatus | str] = (),
        customer_id: int | None = None, opportunity_id: int | None = None,
        owner_ids: Sequence[int] = (), sort: str = "code", descending: bool = False,
        offset: int = 0, limit: int | None = 100,
    ) -> Found:  # fmt: skip
        """Affairs by their name, their code or their customer's name.

        Rows: id, code, name, status, customer_id, customer, opportunity_id, opportunity (its
        code, None for an affair without one), opened_on, production_start, production_end,
        owner_id, owner, currency, budget.

        `sort`: code, name, customer, status (in the order of an affair's life), opened_on,
        production_start, production_end or budget (whatever the currency).
        """
        own = {"statuses": _given(statuses)}
        given = _sold(text, customer_id, opportunity_id, owner_ids) | own
        return self._listed("affairs", given, Page(sort, descending, offset, limit))

    def affair_sums(
        self, text: str = "", *, statuses: Sequence[AffairStatus | str] = (),
        customer_id: int | None = None, opportunity_id: int | None = None,
        owner_ids: Sequence[int] = (),
    ) -> list[Sum]:  # fmt: skip
        """The budgets of all of these affairs, by currency."""
        own = {"statuses": _given(statuses)}
        return self._sums("affairs", _sold(text, customer_id, opportunity_id, owner_ids) | own)

    def suggest(
        self, kind: Suggested, text: str, limit: int = 10, customer_id: int | None = None
    ) -> list[Suggestion]:
        """What a field proposes for what was typed so far.

        First the one of this code, then those whose code, whose name or a word of whose name
        begins with it, then those that hold it; contacts, events and what is sold also by their
        customer's name. Closed ones are left out: people and customers that are not active,
        opportunities won or lost, finished affairs, archived quotes. Without a text: customers
        and people from the first name on, others from the latest on. `customer_id` restricts
        what belongs to a customer. Raises ValueError for another kind.
        """
        with self._desk.read() as session:
            zone = self._desk.zone
            return suggestion.suggest(session, kind, text, limit, customer_id, zone)

    def named(self, kind: Suggested, record_id: int) -> Suggestion | None:
        """The same for one identifier, closed or not; None where there is no such record."""
        with self._desk.read() as session:
            return suggestion.named(session, kind, record_id, self._desk.zone)

    def origins(self, origin_type: str, text: str = "", limit: int = 10) -> list[str]:
        """Texts given as origins of a type so far, the most frequent first: campaigns, say."""
        wanted = folded(text).split()
        with self._desk.read() as session:
            rows = session.all("opportunity.origin_texts", origin_type=origin_type)
        found = (row["text"] for row in rows)
        fitting = (name for name in found if all(word in folded(name) for word in wanted))
        return list(islice(fitting, limit))

    def _listed(self, name: str, given: dict[str, Any], page: Page) -> Found:
        with self._desk.read() as session:
            return lists.listed(session, name, given, page)

    def _sums(self, name: str, given: dict[str, Any]) -> list[Sum]:
        with self._desk.read() as session:
            return lists.sums(session, name, given)


def _sold(
    text: str, customer_id: int | None, opportunity_id: int | None, owner_ids: Sequence[int]
) -> dict[str, Any]:
    """The criteria that quotes and affairs share."""
    return words(text, in_customer=True) | {
        "customer_id": customer_id, "opportunity_id": opportunity_id,
        "owned_by": _given(owner_ids),
    }  # fmt: skip


def _given(values: Sequence[Any]) -> list[Any] | None:
    """None, which does not restrict, for no values."""
    return list(values) or None
