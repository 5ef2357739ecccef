"""Likely duplicates while typing, and two records that become one."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from oppkit.likeness import Names
from oppkit.model import (
    Address,
    Contact,
    Customer,
    CustomerKind,
    Deleted,
    EditConflict,
    Employee,
    Event,
    InUse,
    Line,
    NotFound,
    Opportunity,
    Participant,
    Responsible,
    Site,
)
from oppkit.model.errors import DifferentKinds, OtherIsWon, SameRecord, UnsavedDuplicate, WonAndLost
from oppkit.workbench import Workbench
from tests.clock import TODAY, Clock

pytestmark = pytest.mark.both_engines

Saved = Callable[..., Opportunity]

SAME_CUSTOMER = [
    ("Énergie du Rhône", "ENERGIE DU RHONE"),
    ("Énergie du Rhône SA", "Énergie du Rhône S.A.S."),
    ("Schneider Electric", "Shneider Electric"),
    ("Schneider Electric", "Electric Schneider"),
    ("Dupont & Fils", "Dupont et Fils SARL"),
    ("Smith and Sons Ltd", "Smith & Sons"),
    ("Electro-Tech GmbH", "Électrotech"),
    ("Hydroelectricite Savoie", "Hydro-électricité Savoie"),
    ("Groupe Dupont", "Dupont SA"),
    ("Dupont France", "Dupont"),
    ("Müller GmbH", "Mueller & Co. KG"),
    ("E.D.F.", "EDF"),
    ("L'Oréal", "L’Oreal"),
    ("Transports Durand", "Transport Durand"),
    ("Boulangerie Maréchal", "Boulangerie Marechale"),
    ("Legrand S.p.A.", "Legrand"),
    ("Martin & Cie", "Martin"),
    ("Construction Martin", "Constrcution Martin"),
    ("Ets Boulanger", "Établissements Boulanger"),
    ("ACME B.V.", "Acme, Inc."),
    ("SA", "S.A."),
]
OTHER_CUSTOMER = [
    ("Mairie de Lyon", "Mairie de Dijon"),
    ("Ville de Nantes", "Ville de Cannes"),
    ("Mairie de Lyon", "Ville de Lyon"),
    ("EDF", "EDP"),
    ("BNP", "BNPP"),
    ("Clinique Saint Jean", "Clinique Saint Joseph"),
    ("Transports Dupont", "Transports Durand"),
    ("Dupont", "Dupont & Fils"),
    ("Martin", "Martinez"),
    ("Renault", "Renault Trucks"),
    ("Syndicat mixte des eaux du bassin nord", "Syndicat mixte des eaux du bassin sud"),
    ("Groupe Alpha", "Groupe Bêta"),
    ("Société du Port", "Société du Pont"),
    ("Air France", "Air Liquide"),
    ("Garage 1", "Garage 2"),
    ("SA", "SAS"),
    ("SARL", "Martin SARL"),
]
SAME_SALE = [
    ("Supervision des réseaux", "Supervision réseau"),
    ("Migration ERP", "Migration de l'ERP"),
    ("Audit cybersécurité", "Audit cyber-sécurité"),
    ("Maintenance 2026", "Maintenance annuelle 2026"),
]
OTHER_SALE = [
    ("Migration ERP lot 1", "Migration ERP lot 2"),
    ("Maintenance 2025", "Maintenance 2026"),
    ("Migration ERP", "Migration ERP phase 2"),
    ("Supervision des réseaux", "Supervision des serveurs"),
    ("Formation", "Formation des équipes de nuit"),
]


# -- likeness ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("one", "two"), SAME_CUSTOMER)
def test_one_customer_written_in_two_ways(one: str, two: str, workbench: Workbench) -> None:
    stored = workbench.save(Customer(name=one))
    workbench.save(Customer(name="Autre chose"))
    [found] = workbench.duplicates.of_customer(two)
    assert (found.id, found.code, found.name) == (stored.id, stored.code, one)
    assert 80 <= found.score <= 100


@pytest.mark.parametrize(("one", "two"), OTHER_CUSTOMER)
def test_two_customers_of_similar_names(one: str, two: str, workbench: Workbench) -> None:
    workbench.save(Customer(name=one))
    assert workbench.duplicates.of_customer(two) == []


@pytest.mark.parametrize(("one", "two"), SAME_SALE)
def test_one_sale_written_in_two_ways(
    one: str, two: str, workbench: Workbench, saved: Saved
) -> None:
    stored = saved(name=one)
    saved(name="Autre chose")
    [found] = workbench.duplicates.of_opportunity(two, stored.customer_id)
    assert (found.id, found.code, found.name, found.detail) == (
        stored.id, stored.code, one, "proposal",
    )  # fmt: skip


@pytest.mark.parametrize(("one", "two"), OTHER_SALE)
def test_two_sales_of_similar_names(one: str, two: str, workbench: Workbench, saved: Saved) -> None:
    stored = saved(name=one)
    assert workbench.duplicates.of_opportunity(two, stored.customer_id) == []


@pytest.mark.parametrize(("one", "two"), SAME_CUSTOMER + OTHER_CUSTOMER)
def test_likeness_does_not_depend_on_who_was_first(one: str, two: str) -> None:
    assert Names([one]).most_alike(two, 0) == Names([two]).most_alike(one, 0)


def test_nothing_is_like_an_empty_name(workbench: Workbench, customer: Customer) -> None:
    for text in ("", " ", "!?"):
        assert workbench.duplicates.of_customer(text) == []


def test_the_same_code_or_town_comes_first(workbench: Workbench) -> None:
    nice, lyon, plain = (
        workbench.save(Customer(name="Durand SA", address={"city": city}))
        for city in ("Nice", "Lyon", "")
    )
    found = workbench.duplicates.of_customer("Durand et Cie", city="LYON")
    assert [item.id for item in found] == [lyon.id, plain.id, nice.id]
    assert [item.detail for item in found] == ["Lyon", "", "Nice"]
    coded = workbench.save(Customer(name="Rien à voir", code="É-1"))
    assert coded.id in [i.id for i in workbench.duplicates.of_customer("Durand", code="e-1")]
    assert len(workbench.duplicates.of_customer("Durand", limit=2)) == 2
    others = workbench.duplicates.of_customer("Durand", exclude=lyon.id)
    assert {item.id for item in others} == {nice.id, plain.id}


def test_what_others_save_is_known_at_once(workbench: Workbench, colleague: Workbench) -> None:
    assert workbench.duplicates.of_customer("Durand") == []
    stored = colleague.save(Customer(name="Durand"))
    assert [item.id for item in workbench.duplicates.of_customer("Durand")] == [stored.id]
    colleague.save(stored.replace(active=False))
    assert workbench.duplicates.of_customer("Durand") == []


def test_open_sales_come_first_and_old_ones_are_left_alone(
    workbench: Workbench, saved: Saved
) -> None:
    day = TODAY - timedelta(days=800)
    old, recent = (
        saved(name="Audit annuel", status="won", opened_on=day, closed_on=closed)
        for closed in (TODAY - timedelta(days=400), TODAY - timedelta(days=300))
    )
    still_open = saved(name="Audit annuels")
    other = workbench.save(Customer(name="Autre"))
    saved(name="Audit annuel", customer_id=other.id)
    found = workbench.duplicates.of_opportunity("Audit annuel", old.customer_id)
    assert [item.id for item in found] == [still_open.id, recent.id]
    again = workbench.duplicates.of_opportunity(
        "Audit annuel", old.customer_id, exclude=still_open.id
    )
    assert [item.id for item in again] == [recent.id]


def test_importing_oppkit_does_not_load_the_comparison() -> None:
    code = "import sys, oppkit; print('rapidfuzz' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


# -- merging customers ---------------------------------------------------------------------------


@pytest.fixture
def twin(workbench: Workbench) -> Customer:
    """The same firm as `customer`, entered a second time."""
    return workbench.save(
        Customer(
            name="Energie Rhône", kind=CustomerKind.CUSTOMER, customer_since=TODAY,
            phone="04 00", address=Address(street="1 rue A", city="Lyon"),
            sites=(Site(code="LYO", name="Siège"), Site(code="NIC", name="Nice")),
            contacts=(
                Contact(first_name="LEA", last_name="DUPONT", email="lea@rhone.fr", job="DSI"),
                Contact(last_name="Nouveau", site="LYO"),
            ),
        )
    )  # fmt: skip


@pytest.fixture
def known(workbench: Workbench, customer: Customer) -> Customer:
    """`customer` with an e-mail address for Léa Dupont."""
    lea, martin = customer.contacts
    return workbench.save(
        customer.replace(contacts=(lea.replace(email="Lea@Rhone.fr", phone="1"), martin))
    )


def test_two_customers_become_one(workbench: Workbench, known: Customer, twin: Customer) -> None:
    merged = workbench.duplicates.merge(known, twin)
    assert (merged.id, merged.code, merged.name) == (known.id, known.code, known.name)
    assert (merged.kind, merged.customer_since) == (CustomerKind.CUSTOMER, TODAY)
    assert (merged.phone, merged.address) == ("04 00", twin.address)
    assert [(site.id, site.code, site.name) for site in merged.sites] == [
        *((site.id, site.code, site.name) for site in known.sites),
        (twin.sites[0].id, "LYO-2", "Siège"), (twin.sites[1].id, "NIC", "Nice"),
    ]  # fmt: skip
    lea, martin, new = merged.contacts
    assert lea == known.contacts[0].replace(job="DSI")
    assert martin == known.contacts[1]
    assert new == twin.contacts[1].replace(site="LYO-2")
    assert merged == workbench.customer(known.code or "")
    with pytest.raises(NotFound):
        workbench.customer(twin.code or "")
    assert [v.deleted_by for v in workbench.history(twin)] == ["Ana"]
    assert workbench.check() == []


def test_all_that_refers_to_a_merged_customer_is_led_to_the_kept_one(
    workbench: Workbench, colleague: Workbench, known: Customer, twin: Customer, saved: Saved
) -> None:
    folded, moved = (Participant(contact_id=contact.id) for contact in twin.contacts)
    lea = Participant(contact_id=known.contacts[0].id)
    sale = saved(
        customer_id=twin.id, site_id=twin.sites[0].id, participants=(folded, lea, moved),
        origin_type="customer", origin_id=twin.id,
    )  # fmt: skip
    quote, affair = workbench.create_quote(sale), workbench.create_affair(sale)
    event = workbench.save(Event(
        kind="note", subject="Appel", customer_id=twin.id, contact_id=twin.contacts[0].id,
        site_id=twin.sites[1].id,
    ))  # fmt: skip
    elsewhere = saved(customer_id=known.id, participants=(folded,), origin_id=twin.contacts[0].id)
    bystander = saved()
    twin = workbench.get(Customer, twin.id or 0)  # its first affair has changed it
    merged = colleague.duplicates.merge(known, twin)
    sale_now = workbench.opportunity(sale.code or "")
    assert sale_now == sale.replace(
        version=2, customer_id=merged.id, origin_id=merged.id, participants=(lea, moved)
    )
    quote_now = workbench.quote(quote.code or "")
    assert (quote_now.customer_id, quote_now.contact_id, quote_now.version) == (
        merged.id, lea.contact_id, 2,
    )  # fmt: skip
    assert workbench.affair(affair.code or "").participants == (lea, moved)
    event_now = workbench.event(event.id or 0)
    assert event_now == event.replace(version=2, customer_id=merged.id, contact_id=lea.contact_id)
    elsewhere_now = workbench.opportunity(elsewhere.code or "")
    assert elsewhere_now.participants == (lea,)
    assert elsewhere_now.origin_id == lea.contact_id
    assert workbench.opportunity(bystander.code or "") == bystander
    assert [v.author for v in workbench.history(sale)] == ["Ana", "Bo"]
    assert workbench.check() == []


def test_what_was_merged_is_remembered(
    workbench: Workbench, colleague: Workbench, customer: Customer, twin: Customer, clock: Clock
) -> None:
    other = workbench.save(Customer(name="Troisième"))
    clock.advance(hours=1)
    merged = colleague.duplicates.merge(customer, twin)
    clock.advance(hours=1)
    merged = workbench.duplicates.merge(merged, other)
    found = workbench.duplicates.merged_into(merged)
    assert [(m.id, m.code, m.name, m.author) for m in found] == [
        (twin.id, twin.code, twin.name, "Bo"),
        (other.id, other.code, other.name, "Ana"),
    ]
    assert [m.merged_at for m in found] == [
        clock.now - timedelta(hours=1), clock.now,
    ]  # fmt: skip
    assert workbench.duplicates.merged_into(workbench.save(Customer(name="Seul"))) == []
    assert workbench.duplicates.merged_into(Customer(name="Brouillon")) == []


def test_a_merged_customer_comes_back_alone(
    workbench: Workbench, known: Customer, twin: Customer, saved: Saved
) -> None:
    sale = saved(customer_id=twin.id, site_id=twin.sites[0].id)
    merged = workbench.duplicates.merge(known, twin)
    back = workbench.restore(Customer, twin.id or 0)
    assert (back.name, back.version) == (twin.name, 2)
    assert [site.code for site in back.sites] == ["LYO", "NIC"]
    assert [contact.name for contact in back.contacts] == ["LEA DUPONT", "Nouveau"]
    assert not {site.id for site in back.sites} & {site.id for site in merged.sites}
    assert workbench.customer(merged.code or "") == merged
    assert workbench.opportunity(sale.code or "").customer_id == merged.id
    # The version before the merge can be saved again, and takes nothing from the other one.
    old = workbench.save(twin.replace(version=back.version))
    assert workbench.customer(merged.code or "") == merged
    assert [site.code for site in old.sites] == ["LYO", "NIC"]
    assert workbench.check() == []
    again = workbench.duplicates.merge(merged, old)
    assert [m.id for m in workbench.duplicates.merged_into(again)] == [twin.id, twin.id]
    assert workbench.check() == []


def test_what_comes_back_finds_the_customer_that_was_merged(
    workbench: Workbench, known: Customer, twin: Customer, saved: Saved
) -> None:
    third = workbench.save(Customer(name="Troisième"))
    sale = saved(
        customer_id=twin.id, site_id=twin.sites[0].id,
        participants=[Participant(contact_id=twin.contacts[0].id)],
    )  # fmt: skip
    workbench.delete(sale)
    merged = workbench.duplicates.merge(third, workbench.duplicates.merge(known, twin))
    back = workbench.restore(Opportunity, sale.id or 0)
    assert (back.customer_id, back.site_id) == (merged.id, twin.sites[0].id)
    assert back.participants == (Participant(contact_id=known.contacts[0].id),)
    assert workbench.check() == []


def test_a_site_that_stayed_with_the_other_customer_is_left_out(
    workbench: Workbench, customer: Customer, twin: Customer, saved: Saved
) -> None:
    sale = saved(customer_id=twin.id, site_id=twin.sites[0].id)
    workbench.delete(sale)
    workbench.duplicates.merge(customer, twin)
    workbench.restore(Customer, twin.id or 0)
    back = workbench.restore(Opportunity, sale.id or 0)
    assert (back.customer_id, back.site_id) == (twin.id, None)
    assert workbench.check() == []


def test_a_record_that_was_merged_and_then_deleted_stays_missing(
    workbench: Workbench, customer: Customer, twin: Customer, saved: Saved
) -> None:
    sale = saved(customer_id=twin.id)
    workbench.delete(sale)
    workbench.delete(workbench.duplicates.merge(customer, twin))
    with pytest.raises(NotFound):
        workbench.restore(Opportunity, sale.id or 0)


# -- merging opportunities -----------------------------------------------------------------------


def test_two_opportunities_become_one(
    workbench: Workbench, saved: Saved, customer: Customer, owner: Employee, assistant: Employee
) -> None:
    lea = Participant(contact_id=customer.contacts[0].id)
    helper = Responsible(role="presales", employee_id=owner.id)
    kept = saved(tags=("risk",), comment="", participants=(lea,))
    other = saved(
        tags=("urgent", "risk"), comment="À rappeler", site_id=customer.sites[0].id,
        expected_signature=TODAY + timedelta(days=9), family="data", sector="energy",
        origin_type="employee", origin_text="Salon", production_start=TODAY,
        responsibles=(Responsible(role="sales", employee_id=assistant.id), helper),
        participants=(lea, Participant(employee_id=owner.id)), lines=[Line(amount=5)] * 2,
    )  # fmt: skip
    quote, affair = workbench.create_quote(other), workbench.create_affair(other)
    event = workbench.save(Event(kind="note", subject="Appel", opportunity_id=other.id))
    merged = workbench.duplicates.merge(kept, other)
    assert merged == kept.replace(
        version=2, tags=("risk", "urgent"), comment="À rappeler", site_id=other.site_id,
        expected_signature=other.expected_signature, family="data", sector="energy",
        origin_type="employee", origin_text="Salon", production_start=TODAY,
        responsibles=(*kept.responsibles, helper),
        participants=(lea, Participant(employee_id=owner.id)),
    )  # fmt: skip
    assert (merged.lines, merged.owner_id) == (kept.lines, owner.id)
    assert workbench.quotes_of(merged) == [quote.replace(version=2, opportunity_id=kept.id)]
    assert workbench.affairs_of(merged) == [affair.replace(version=2, opportunity_id=kept.id)]
    assert workbench.event(event.id or 0).opportunity_id == kept.id
    [mark] = workbench.duplicates.merged_into(merged)
    assert (mark.code, mark.name) == (other.code, other.name)
    assert workbench.check() == []
    assert workbench.restore(Opportunity, other.id or 0) == other.replace(version=2)
    assert workbench.check() == []


def test_lines_are_taken_only_where_there_are_none(workbench: Workbench, saved: Saved) -> None:
    kept, other = saved(lines=()), saved(lines=[Line(amount=5)], currency="TND")
    merged = workbench.duplicates.merge(kept, other)
    assert (merged.amount, merged.currency) == (5, "TND")


@pytest.mark.parametrize(
    ("kept", "other", "filled"),
    [
        ({"opened_on": TODAY + timedelta(days=2)}, {"expected_signature": TODAY}, {}),
        ({"production_end": TODAY}, {"production_start": TODAY + timedelta(days=1)}, {}),
        ({"production_end": TODAY}, {"production_start": TODAY}, {"production_start": TODAY}),
        ({"origin_text": "Salon"}, {"origin_type": "employee", "origin_text": "Appel"}, {}),
        ({"family": "data"}, {"family": "cloud"}, {}),
        ({"probability": None}, {"probability": "0.3", "probability_typed": True},
         {"probability": "0.3", "probability_typed": True}),
        ({}, {"status": "abandoned", "closed_on": TODAY, "close_comment": "Non"}, {}),
    ],
)  # fmt: skip
def test_only_what_fits_is_filled(
    kept: dict[str, Any], other: dict[str, Any], filled: dict[str, Any],
    workbench: Workbench, saved: Saved,
) -> None:  # fmt: skip
    here, there = saved(**kept), saved(**other)
    merged = workbench.duplicates.merge(here, there)
    assert merged == here.replace(version=merged.version, **filled)
    assert workbench.check() == []


def test_opportunities_of_two_customers(
    workbench: Workbench, saved: Saved, customer: Customer
) -> None:
    other = workbench.save(Customer(name="Autre", sites=(Site(code="A", name="A"),)))
    kept, away = saved(), saved(customer_id=other.id, site_id=other.sites[0].id)
    merged = workbench.duplicates.merge(kept, away)
    assert (merged.customer_id, merged.site_id) == (customer.id, None)
    assert workbench.check() == []


# -- refusals ------------------------------------------------------------------------------------


def test_what_cannot_be_merged(workbench: Workbench, saved: Saved, customer: Customer) -> None:
    sale, won = saved(), saved(status="won", closed_on=TODAY)
    lost = saved(status="lost", closed_on=TODAY, loss_reason="price")
    with pytest.raises(SameRecord, match=f"{sale.code} is one and the same"):
        workbench.duplicates.merge(sale, sale)
    with pytest.raises(DifferentKinds):
        workbench.duplicates.merge(sale, customer)  # type: ignore[type-var]
    for one, two in ((won, lost), (lost, won)):
        with pytest.raises(WonAndLost, match=f"{won.code} is won and {lost.code} is lost. Reopen"):
            workbench.duplicates.merge(one, two)
    with pytest.raises(OtherIsWon, match=f"Merge {sale.code} into {won.code} instead"):
        workbench.duplicates.merge(sale, won)
    with pytest.raises(TypeError, match="employee"):
        workbench.duplicates.merge(*(workbench.save(Employee(last_name=n)) for n in "ab"))
    assert workbench.search().count == 3
    assert workbench.duplicates.merge(won, sale).status == "won"
    assert workbench.check() == []


def test_records_not_saved_yet_cannot_be_merged(workbench: Workbench, customer: Customer) -> None:
    for pair in ((customer, Customer(name="N")), (Customer(name="N"), customer)):
        with pytest.raises(UnsavedDuplicate, match="Save N first"):
            workbench.duplicates.merge(*pair)


@pytest.mark.parametrize("place", [0, 1])
def test_an_old_version_is_merged_as_a_save_would(
    place: int, workbench: Workbench, colleague: Workbench, saved: Saved
) -> None:
    pair = [saved(name="a"), saved(name="b")]
    colleague.save(pair[place].replace(comment="De Bo", name="De Bo"))
    edited = [*pair]
    edited[place] = pair[place].replace(name="D'Ana")
    with pytest.raises(EditConflict, match="Bo has changed name"):
        workbench.duplicates.merge(*edited)
    assert workbench.search().count == 2
    merged = workbench.duplicates.merge(*pair)
    assert merged.comment == "De Bo"
    assert merged.name == ("De Bo" if place == 0 else "a")


def test_a_deleted_record_is_not_merged(
    workbench: Workbench, colleague: Workbench, saved: Saved
) -> None:
    kept, gone = saved(), saved()
    colleague.delete(gone)
    for pair in ((kept, gone), (gone, kept)):
        with pytest.raises(Deleted):
            workbench.duplicates.merge(*pair)
    with pytest.raises(InUse):
        workbench.delete(workbench.get(Customer, kept.customer_id))
