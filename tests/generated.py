"""Records of every kind with anything in them that the rules allow (Hypothesis strategies)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from oppkit.model import (
    Address,
    Affair,
    AffairStatus,
    Catalogue,
    Contact,
    Customer,
    CustomerKind,
    Employee,
    Event,
    EventKind,
    Family,
    Line,
    Opportunity,
    Outcome,
    Participant,
    Quote,
    QuoteLine,
    Recurrence,
    Responsible,
    Role,
    SaleType,
    Sector,
    Site,
    Status,
    Subfamily,
    Tag,
)
from oppkit.model.catalogue import Establishment, LossReason, OriginType, Pricing, Reference

Fields = dict[str, Any]


@dataclass(frozen=True)
class Known:
    """What generated records may refer to."""

    lists: Catalogue
    customer: Customer
    employees: Sequence[int]
    opportunity_id: int | None = None

    def codes(self, kind: type[Reference]) -> st.SearchStrategy[str]:
        return st.sampled_from([value.code for value in self.lists.all(kind)])

    @property
    def sites(self) -> st.SearchStrategy[int | None]:
        return st.sampled_from([None, *(site.id for site in self.customer.sites)])

    @property
    def contacts(self) -> st.SearchStrategy[int | None]:
        return st.sampled_from([contact.id for contact in self.customer.contacts])


words = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=20)
names = words.map(lambda text: f"n{text}")
prose = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=40)
dates = st.dates(date(1900, 1, 1), date(2199, 12, 31))
moments = st.integers(0, 7 * 10**15).map(
    lambda microseconds: datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)
)
emails = st.sampled_from(["a@b.fr", "léa.dupont+x@énergie.example"])
probabilities = st.integers(0, 10_000).map(lambda units: Decimal(units).scaleb(-4))


def maybe(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | values


def numbers(limit: int, places: int) -> st.SearchStrategy[Decimal]:
    """Decimals of every scale up to `places`, written with and without exponent."""
    return st.builds(
        lambda units, scale: Decimal(units).scaleb(-scale),
        st.integers(-limit, limit),
        st.integers(-2, places),
    )


amounts = numbers(10**9, 3) | st.integers(-(10**17), 10**17).map(lambda n: Decimal(n).scaleb(-3))
quantities = numbers(10**4, 4)  # so that no product is too large to keep
addresses = st.builds(
    Address, street=prose, postcode=words, city=words, country=maybe(st.sampled_from(["FR", "TN"]))
)
sites = st.lists(
    st.builds(Site, code=names, name=names, address=addresses, active=st.booleans()),
    max_size=3, unique_by=lambda site: site.code,
)  # fmt: skip
contacts = st.lists(
    st.builds(
        Contact, first_name=words, last_name=names, job=words, email=maybe(emails), phone=words,
        active=st.booleans(),
    ),
    max_size=3,
)  # fmt: skip


def customers(known: Known) -> st.SearchStrategy[Customer]:
    return st.builds(
        Customer, code=maybe(names), name=names, kind=st.sampled_from(CustomerKind),
        customer_since=maybe(dates), address=addresses, email=maybe(emails), phone=words,
        website=words, vat_number=words, sector=maybe(known.codes(Sector)), comment=prose,
        active=st.booleans(), sites=sites, contacts=contacts,
    )  # fmt: skip


def employees(known: Known) -> st.SearchStrategy[Employee]:
    return st.builds(
        Employee, code=maybe(names), first_name=words, last_name=names, email=maybe(emails),
        phone=words, establishment=maybe(known.codes(Establishment)), active=st.booleans(),
    )  # fmt: skip


def events(known: Known) -> st.SearchStrategy[Event]:
    times = st.lists(moments, min_size=2, max_size=2).map(sorted)
    return times.flatmap(
        lambda pair: st.builds(
            Event, kind=st.sampled_from(EventKind), subject=names,
            starts_at=maybe(st.just(pair[0])), ends_at=maybe(st.just(pair[1])),
            due_on=maybe(dates), done_on=maybe(dates),
            owner_id=maybe(st.sampled_from(known.employees)),
            customer_id=st.just(known.customer.id), site_id=known.sites,
            contact_id=maybe(known.contacts), comment=prose,
        )
    )  # fmt: skip


@st.composite
def lines(draw: st.DrawFn, known: Known) -> Line:
    sale_type = draw(maybe(st.sampled_from(known.lists.all(SaleType))))
    fields: Fields = {
        "sale_type": sale_type and sale_type.code, "title": draw(words),
        "margin": draw(maybe(amounts)), "quantity": draw(quantities),
        "duration_months": draw(maybe(st.integers(1, 600))),
    }  # fmt: skip
    if sale_type and sale_type.pricing is Pricing.RECURRING and draw(st.booleans()):
        fields["recurrence"] = draw(st.sampled_from(Recurrence))
        fields["duration_months"] = draw(st.integers(1, 60))
        fields["unit_price"] = draw(quantities)
    elif draw(st.booleans()) and (not sale_type or sale_type.pricing is not Pricing.RECURRING):
        fields["unit_price"] = draw(quantities)
    else:
        fields["amount"] = draw(maybe(amounts))
    return Line(**fields)


@st.composite
def classification(draw: st.DrawFn, known: Known) -> Fields:
    subfamily = draw(maybe(st.sampled_from(known.lists.all(Subfamily))))
    family = subfamily.family if subfamily else draw(maybe(known.codes(Family)))
    return {
        "establishment": draw(maybe(known.codes(Establishment))),
        "sector": draw(maybe(known.codes(Sector))),
        "family": family, "subfamily": subfamily and subfamily.code,
        "tags": tuple(draw(st.lists(known.codes(Tag), max_size=4, unique=True))),
    }  # fmt: skip


@st.composite
def people(draw: st.DrawFn, known: Known) -> Fields:
    pairs = st.tuples(known.codes(Role), st.sampled_from(known.employees))
    seen = draw(
        st.lists(pairs, max_size=4, unique_by=lambda p: p if p[0] != "sales" else ("sales", 0))
    )
    someone = st.one_of(
        st.builds(Participant, contact_id=known.contacts),
        st.builds(Participant, employee_id=st.sampled_from(known.employees)),
    )
    return {
        "responsibles": tuple(Responsible(role=role, employee_id=e) for role, e in seen),
        "participants": tuple(draw(st.lists(someone, max_size=3))),
    }


@st.composite
def opportunities(draw: st.DrawFn, known: Known) -> Opportunity:
    opened, start = draw(dates), draw(maybe(dates))
    status = draw(st.sampled_from(known.lists.all(Status)))
    closed = status.outcome is not Outcome.OPEN
    after = st.dates(opened, date(2200, 1, 1))
    lost = status.outcome is Outcome.LOST
    return Opportunity(
        code=draw(maybe(names)), name=draw(names), customer_id=known.customer.id,
        site_id=draw(known.sites), origin_type=draw(maybe(known.codes(OriginType))),
        origin_text=draw(words), status=status.code, status_on=draw(maybe(dates)),
        opened_on=opened, expected_signature=draw(maybe(after)), production_start=start,
        production_end=draw(maybe(st.dates(start or opened, date(2200, 1, 1)))),
        probability=draw(maybe(probabilities)), probability_typed=draw(st.booleans()),
        currency=draw(st.sampled_from(["EUR", "USD", "JPY", "TND"])),
        lines=tuple(draw(st.lists(lines(known), max_size=3))),
        closed_on=draw(after) if closed else None,
        loss_reason=draw(known.codes(LossReason)) if lost else None,
        close_comment=draw(prose), comment=draw(prose),
        **draw(classification(known)), **draw(people(known)),
    )  # fmt: skip


@st.composite
def affairs(draw: st.DrawFn, known: Known) -> Affair:
    start = draw(dates)
    return Affair(
        code=draw(maybe(names.map(lambda name: name[:10]))), name=draw(names),
        customer_id=known.customer.id, site_id=draw(known.sites),
        opportunity_id=draw(maybe(st.just(known.opportunity_id))),
        status=draw(st.sampled_from(AffairStatus)), opened_on=draw(dates),
        production_start=draw(maybe(st.just(start))),
        production_end=draw(maybe(st.dates(start, date(2200, 1, 1)))),
        currency=draw(st.sampled_from(["EUR", "TND"])), budget=draw(amounts),
        comment=draw(prose), **draw(classification(known)), **draw(people(known)),
    )  # fmt: skip


@st.composite
def quotes(draw: st.DrawFn, known: Known) -> Quote:
    line = st.builds(
        QuoteLine, sale_type=maybe(known.codes(SaleType)), title=words, quantity=quantities,
        unit_price=quantities, discount=probabilities, vat_rate=probabilities,
        duration_months=st.integers(1, 600), recurrence=maybe(st.sampled_from(Recurrence)),
    )  # fmt: skip
    # What is written by a plain save is a draft: number and state follow from what is done with it.
    start = draw(dates)
    return Quote(
        name=draw(names), opportunity_id=known.opportunity_id,
        customer_id=known.customer.id, site_id=draw(known.sites),
        contact_id=draw(maybe(known.contacts)), quoted_on=start,
        valid_until=draw(maybe(st.dates(start, date(2200, 1, 1)))),
        expected_signature=draw(maybe(dates)), currency=draw(st.sampled_from(["EUR", "TND"])),
        lines=tuple(draw(st.lists(line, max_size=3))), terms=draw(prose), comment=draw(prose),
        **draw(classification(known)), **draw(people(known)),
    )  # fmt: skip


KINDS = {
    "customer": customers, "employee": employees, "event": events, "opportunity": opportunities,
    "affair": affairs, "quote": quotes,
}  # fmt: skip
