"""The tables of employees and customers, and the first version of each in the history."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from oppkit.demo.columns import NEVER, NONE, Array, dates, grouped, moments, places, texts
from oppkit.demo.firm import ESTABLISHMENTS, SECTORS, Customers, Staff
from oppkit.demo.jsontext import Raw, lists, objects
from oppkit.demo.names import CITIES, FIRST_NAMES, JOBS, LAST_NAMES, MOBILE, PHONES, SITES, STREETS
from oppkit.demo.timeline import Timeline
from oppkit.model.texts import folded, searchable

Tables = dict[str, pa.Table]


def history(ids: Array, kind: str, since: pa.Array, author: pa.Array, record: pa.Array) -> pa.Table:
    """One version each, still in force."""
    count = len(ids)
    return pa.table(
        {
            "record_id": pa.array(ids), "version": pa.array(np.ones(count, np.int32)),
            "kind": pa.repeat(kind, count), "valid_from": since,
            "valid_to": pa.nulls(count, since.type), "author": author,
            "deleted_by": pa.nulls(count, pa.string()), "record": record,
        }
    )  # fmt: skip


def staff_tables(rng: np.random.Generator, line: Timeline, staff: Staff) -> Tables:
    """employee and record_version."""
    count = len(staff.ids)
    mails = _addresses(staff.first, staff.last, ["oppkit-demo.example"] * count)
    fields: dict[str, pa.Array | Raw | str | None] = {
        "id": pa.array(staff.ids), "version": pa.array(np.ones(count, np.int32)),
        "code": pa.array(staff.code), "first_name": pa.array(staff.first),
        "last_name": pa.array(staff.last), "email": pa.array(mails),
        "phone": _phones(rng, count, MOBILE),
        "establishment": texts(ESTABLISHMENTS, staff.establishment),
        "active": pa.array(np.ones(count, bool)),
    }  # fmt: skip
    search = [
        searchable(f"{last} {first}", code)
        for code, first, last in zip(staff.code, staff.first, staff.last, strict=True)
    ]
    since = moments(line.start, np.full(count, 6 * 3600))
    author = pa.repeat(staff.names[-1], count)
    return {
        "employee": pa.table(fields | {"search_text": pa.array(search)}),
        "record_version": history(staff.ids, "employee", since, author, objects(fields)),
    }


def customer_tables(
    rng: np.random.Generator,
    line: Timeline,
    firm: Customers,
    staff: Staff,
    known: Array,
    won: Array,
) -> Tables:
    """customer, site, contact and record_version.

    `known`: day on which each customer is first heard of; `won`: of its first order, or NEVER.
    """
    site, site_json = _sites(rng, firm)
    contact, contact_json = _contacts(rng, firm, staff)
    count = len(firm.name)
    before = -rng.integers(200, 3000, count)
    bought = np.where(firm.existing, before, won)
    codes = [f"C{number:05d}" for number in range(1, count + 1)]
    own: dict[str, pa.Array | Raw | str | None] = {
        "id": pa.array(firm.ids), "version": pa.array(np.ones(count, np.int32)),
        "code": pa.array(codes), "name": pa.array(firm.name),
        "kind": texts(("prospect", "customer"), (bought != NEVER).astype(np.int64)),
        "customer_since": dates(line.start, bought),
    }  # fmt: skip
    address = _address(rng, firm.city)
    rest: dict[str, pa.Array | Raw | str | None] = {
        "email": pa.array([f"contact@{domain}" for domain in firm.domain]),
        "phone": _phones(rng, count),
        "website": pa.array([f"www.{domain}" for domain in firm.domain]),
        "vat_number": _blank(count), "sector": texts(SECTORS, firm.sector),
        "comment": _blank(count),
        "active": pa.array(np.ones(count, bool)),
    }  # fmt: skip
    children = {
        "sites": lists(grouped(site_json, firm.site_of, count)),
        "contacts": lists(grouped(contact_json, firm.contact_of, count)),
    }
    record = objects(own | {"address": Raw(objects(address))} | rest | children)
    cities = [CITIES[place][0] for place in firm.city.tolist()]
    search = [searchable(*parts) for parts in zip(firm.name, codes, cities, strict=True)]
    author = pa.array(staff.names).take(pa.array(rng.choice(staff.sales, count)))
    since = moments(line.start, np.maximum(known, 0) * 86_400 + 7 * 3600)
    return {
        "customer": pa.table(own | address | rest | {"search_text": pa.array(search)}),
        "site": site, "contact": contact,
        "record_version": history(firm.ids, "customer", since, author, record),
    }  # fmt: skip


def _sites(rng: np.random.Generator, firm: Customers) -> tuple[pa.Table, pa.Array]:
    """Sites as a table, and each as JSON within its customer."""
    count, place = len(firm.site_of), places(firm.site_of)
    code = pa.array([f"S{number + 1}" for number in place.tolist()], pa.string())
    name = texts(SITES, np.where(place == 0, 0, rng.integers(1, len(SITES), count)))
    elsewhere = rng.integers(len(CITIES), size=count)
    address = _address(rng, np.where(place == 0, firm.city[firm.site_of], elsewhere))
    head, tail = {"id": pa.array(firm.site_ids)}, {"active": pa.array(np.ones(count, bool))}
    named = {"code": code, "name": name}
    record = objects(head | named | {"address": Raw(objects(address))} | tail)
    owner = {
        "customer_id": pa.array(firm.ids[firm.site_of]),
        "position": pa.array(place, pa.int32()),
    }
    return pa.table(head | owner | named | address | tail), record


def _contacts(rng: np.random.Generator, firm: Customers, staff: Staff) -> tuple[pa.Table, pa.Array]:
    """Contacts as a table, and each as JSON within its customer."""
    count = len(firm.contact_of)
    first = [FIRST_NAMES[place] for place in firm.contact_first.tolist()]
    last = [LAST_NAMES[place] for place in firm.contact_last.tolist()]
    at_site = (rng.random(count) < 0.4) & np.isin(firm.contact_of, firm.site_of)
    abroad = np.isin(firm.countries[firm.contact_of], ("GB", "US"))
    head = {"id": pa.array(firm.contact_ids)}
    fields = {
        "first_name": pa.array(first, pa.string()), "last_name": pa.array(last, pa.string()),
        "job": texts(JOBS, rng.integers(len(JOBS), size=count)),
        "email": pa.array(
            _addresses(first, last, [firm.domain[place] for place in firm.contact_of.tolist()]),
            pa.string(),
        ),
        "phone": _phones(rng, count),
        "language": texts(("fr", "en"), abroad.astype(np.int64)),
        "site": texts(("S1",), np.where(at_site, 0, NONE)),
        "active": pa.array(rng.random(count) > 0.02),
    }  # fmt: skip
    owner = {
        "customer_id": pa.array(firm.ids[firm.contact_of]),
        "position": pa.array(places(firm.contact_of), pa.int32()),
    }
    names = (searchable(f"{two} {one}") for one, two in zip(first, last, strict=True))
    search = {"search_text": pa.array(names, pa.string())}
    return pa.table(head | owner | fields | search), objects(head | fields)


def _address(rng: np.random.Generator, city: Array) -> dict[str, pa.Array]:
    numbers_ = rng.integers(1, 180, len(city)).tolist()
    streets = rng.integers(len(STREETS), size=len(city)).tolist()
    return {
        "street": pa.array(
            [f"{n}, {STREETS[street]}" for n, street in zip(numbers_, streets, strict=True)],
            pa.string(),
        ),
        "postcode": texts([place[1] for place in CITIES], city),
        "city": texts([place[0] for place in CITIES], city),
        "country": texts([place[2] for place in CITIES], city),
    }


def _addresses(first: list[str], last: list[str], domains: list[str]) -> list[str]:
    return [
        f"{folded(one)}.{folded(other)}@{domain}".replace(" ", "-")
        for one, other, domain in zip(first, last, domains, strict=True)
    ]


def _phones(rng: np.random.Generator, count: int, block: str | None = None) -> pa.Array:
    """Numbers of the blocks kept for fiction."""
    ends = rng.integers(10_000, size=count).tolist()
    blocks = rng.integers(len(PHONES), size=count).tolist()
    return pa.array(
        [
            f"{block or PHONES[place]} {end // 100:02d} {end % 100:02d}"
            for place, end in zip(blocks, ends, strict=True)
        ],
        pa.string(),
    )


def _blank(count: int) -> pa.Array:
    return pa.repeat("", count)
