"""What stays the same in every version of an opportunity, as columns by deal."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from oppkit.demo.columns import NONE, Array, dates, grouped, numbers, places, texts
from oppkit.demo.deals import ORIGINS, SUBFAMILIES, TITLES, Deals
from oppkit.demo.firm import ESTABLISHMENTS, MONEYS, SECTORS, Customers, Staff
from oppkit.demo.jsontext import Raw, lists, objects, quoted
from oppkit.demo.names import FIRST_NAMES, LAST_NAMES
from oppkit.demo.offers import OFFERS, SCOPES
from oppkit.demo.timeline import Timeline

_TAGS = {
    "strategic": 0.07, "tender": 0.12, "renewal": 0.13, "cross_sell": 0.15, "framework": 0.08,
    "urgent": 0.06, "partner": 0.09, "abroad": 0.04, "risk": 0.05, "innovation": 0.06,
}  # fmt: skip
_FIRST_CALLS = (
    "Premier rendez-vous",
    "Découverte du besoin",
    "Visite de site",
    "Petit-déjeuner métier",
)
_CAMPAIGNS = ("Campagne de printemps", "Lettre aux clients", "Webinaire sécurité", "Campagne cloud")
_PARTNERS = ("Intégrateur partenaire", "Éditeur partenaire", "Constructeur partenaire")
_CALLS = ("Prospection téléphonique", "Relance d’une ancienne offre")
_REQUESTS = ("Formulaire du site", "Appel reçu", "Demande par courriel")
_COMMENTS = (
    "", "", "", "", "Budget confirmé par le client.", "Décision attendue en comité de direction.",
    "Un concurrent est déjà en place.", "Le périmètre reste à préciser.", "Client très intéressé.",
)  # fmt: skip


@dataclass(frozen=True)
class Sheet:
    """Arrow columns of the fields by deal, the links of its live row, and what versions need."""

    columns: dict[str, pa.Array]
    tags: Raw
    participants: Raw
    tag_rows: tuple[Array, Array, pa.Array]  # deal, position, tag
    participant_rows: tuple[Array, Array, Array, Array]  # deal, position, contact, employee
    first_call: Array  # places of the deals that an event brought
    lag: Array  # days from signature to production; NONE without production dates
    length: Array  # days of production
    reason: Array
    close_comment: Array

    def texts_of(self, name: str) -> list[str]:
        """A column as Python values."""
        values: list[str] = self.columns[name].to_pylist()
        return values


def codes(line: Timeline, opened: Array) -> tuple[list[str], dict[int, int]]:
    """OPP-2025-0001 and so on in order of opening, and the last number of each year."""
    years = line.dates(opened).astype("datetime64[Y]").astype(np.int64) + 1970
    numbered = places(years) + 1
    last = {int(year): int((years == year).sum()) for year in np.unique(years)}
    return [
        f"OPP-{y}-{n:04d}" for y, n in zip(years.tolist(), numbered.tolist(), strict=True)
    ], last


def sheet(
    rng: np.random.Generator, line: Timeline, deals: Deals, opened: Array,
    firm: Customers, staff: Staff, first_id: int,
) -> Sheet:  # fmt: skip
    """Build it for all deals; `first_id` is the identifier of the first one."""
    count = len(opened)
    families = [OFFERS[code][0] for code in SUBFAMILIES]
    subfamily = np.where(deals.bare_family, NONE, deals.subfamily)
    origin_id, origin_text, first_call = _origins(rng, deals, firm, staff, first_id + count)
    titles = zip(deals.title.tolist(), deals.scope.tolist(), strict=True)
    columns = {
        "id": pa.array(first_id + np.arange(count)),
        "code": pa.array(codes(line, opened)[0]),
        "name": pa.array([f"{TITLES[title]} – {SCOPES[scope]}" for title, scope in titles]),
        "customer_id": pa.array(firm.ids[deals.customer]),
        "site_id": numbers(np.where(deals.site == NONE, NONE, _at(firm.site_ids, deals.site))),
        "origin_type": texts(ORIGINS, deals.origin),
        "origin_id": numbers(origin_id), "origin_text": pa.array(origin_text),
        "opened_on": dates(line.start, opened),
        "currency": texts(MONEYS, firm.money[deals.customer]),
        "establishment": texts(ESTABLISHMENTS, deals.establishment),
        "sector": texts(SECTORS, deals.sector),
        "family": texts(families, deals.subfamily), "subfamily": texts(SUBFAMILIES, subfamily),
        "comment": texts(_COMMENTS, rng.integers(len(_COMMENTS), size=count)),
    }  # fmt: skip
    tagged, tag = np.nonzero(rng.random((count, len(_TAGS))) < np.array(list(_TAGS.values())))
    tag_text = texts(tuple(_TAGS), tag)
    people = _participants(deals, firm, staff)
    record = objects({"contact_id": numbers(people[2]), "employee_id": numbers(people[3])})
    return Sheet(
        columns,
        lists(grouped(quoted(tag_text), tagged, count)), lists(grouped(record, people[0], count)),
        (tagged, places(tagged), tag_text), people, first_call,
        np.where(rng.random(count) < 0.15, NONE, rng.integers(7, 75, count)),
        rng.choice((20, 45, 90, 180, 270, 365, 540, 730), count),
        rng.choice(10, count, p=(0.24, 0.17, 0.12, 0.08, 0.06, 0.11, 0.05, 0.06, 0.03, 0.08)),
        rng.integers(4, size=count),
    )  # fmt: skip


def _at(values: Array, index: Array) -> Array:
    """`values[index]`, and something harmless where there is nothing to look up."""
    return values[np.maximum(index, 0)] if len(values) else np.zeros(len(index), np.int64)


def _participants(deals: Deals, firm: Customers, staff: Staff) -> tuple[Array, Array, Array, Array]:
    """Deal, position, contact and employee of each participant."""
    chosen = np.column_stack(
        [
            np.where(deals.contact == NONE, NONE, _at(firm.contact_ids, deals.contact)),
            np.where(
                deals.second_contact == NONE, NONE, _at(firm.contact_ids, deals.second_contact)
            ),
            np.where(deals.helper == NONE, NONE, _at(staff.ids, deals.helper)),
        ]
    )
    deal, column = np.nonzero(chosen != NONE)
    person = chosen[deal, column]
    return (
        deal,
        places(deal),
        np.where(column < 2, person, NONE),
        np.where(column == 2, person, NONE),
    )


def _origins(
    rng: np.random.Generator, deals: Deals, firm: Customers, staff: Staff, first_event: int
) -> tuple[Array, list[str], Array]:
    """Identifier and text of each origin, and the deals whose origin is an event of their own."""
    count = len(deals.customer)
    kind = np.array([*ORIGINS, ""])[deals.origin]
    ids = np.full(count, NONE)
    by_customer = np.isin(kind, ("customer", "tender"))
    ids[by_customer] = firm.ids[deals.customer[by_customer]]
    by_contact = (kind == "contact") & (deals.contact != NONE)
    ids[by_contact] = firm.contact_ids[deals.contact[by_contact]]
    colleague = rng.integers(len(staff.first), size=count)
    ids[kind == "employee"] = staff.ids[colleague[kind == "employee"]]
    first_call = np.flatnonzero(kind == "event")
    ids[first_call] = first_event + np.arange(len(first_call))
    pick = rng.integers(1 << 20, size=count).tolist()
    fixed = {
        "tender": ("Appel d’offres publié",), "partner": _PARTNERS, "campaign": _CAMPAIGNS,
        "outbound_call": _CALLS, "inbound_call": _REQUESTS,
    }  # fmt: skip
    text = []
    for place, (name, number) in enumerate(zip(kind.tolist(), pick, strict=True)):
        if name in fixed:
            text.append(fixed[name][number % len(fixed[name])])
        elif name == "customer":
            text.append(firm.name[deals.customer[place]])
        elif name == "contact" and by_contact[place]:
            text.append(_contact(firm, deals.contact[place]))
        elif name == "employee":
            text.append(staff.names[colleague[place]])
        elif name == "event":
            subject = _FIRST_CALLS[number % len(_FIRST_CALLS)]
            text.append(f"{subject} – {firm.name[deals.customer[place]]}")
        else:
            text.append("")
    return ids, text, first_call


def _contact(firm: Customers, place: int) -> str:
    return f"{FIRST_NAMES[firm.contact_first[place]]} {LAST_NAMES[firm.contact_last[place]]}"
