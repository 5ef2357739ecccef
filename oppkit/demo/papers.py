"""The demo's own company, and quotes and affairs of some of its opportunities.

They are made as people make them, by the use cases of the workbench, one working day after the
other, so that they obey every rule. Nothing of the generated sales is changed by them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar, cast

from oppkit.demo.aims import write_aims
from oppkit.model import (
    Address,
    Affair,
    AffairStatus,
    Employee,
    Firm,
    Opportunity,
    Outcome,
    Quote,
    Search,
    Sort,
)
from oppkit.workbench import Workbench

if TYPE_CHECKING:
    from oppkit.store.opening import Store
    from oppkit.store.session import Session

FIRM = Firm(
    name="Oppkit Conseil (démonstration)",
    address=Address(street="12 rue des Exemples", postcode="75011", city="Paris", country="FR"),
    phone="01 99 00 12 34", email="contact@oppkit-demo.example", website="oppkit-demo.example",
    vat_number="FR00 000000000",
    legal="SAS au capital de 100 000 € · RCS Paris 000 000 000 · société fictive",
    bank="IBAN FR76 0000 0000 0000 0000 0000 000",
    terms="Paiement à 30 jours, date de facture, par virement.\n"
    "Une prestation commandée est facturée au mois, selon l'avancement.",
)  # fmt: skip

_OFFERED, _DELIVERED = 18, 12  # how many open and how many won opportunities have papers
_SINCE = timedelta(days=150)

T = TypeVar("T")
Deed = tuple[date, Opportunity, Callable[[Workbench], None]]


class _Within:
    """A store whose every unit of work is the transaction that is open already."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def read(self) -> AbstractContextManager[Session]:
        return nullcontext(self._session)

    write = read

    def transact(self, work: Callable[[Session], T]) -> T:
        return work(self._session)


def write_papers(session: Session, today: date) -> None:
    """Write the company, its quotes, affairs and targets, in the caller's transaction."""
    store, clock = cast("Store", _Within(session)), _Clock()
    workbench = Workbench(store, "oppkit", clock)
    workbench.quotes.save_firm(FIRM)
    deeds = [*_offers(workbench, today), *_deliveries(workbench, today)]
    for day, sale, deed in sorted(deeds, key=lambda one: one[0]):
        if workbench.today != day:
            workbench.set("today", day.isoformat())
        owner = workbench.get(Employee, sale.owner_id) if sale.owner_id else None
        deed(Workbench(store, owner.name if owner else "oppkit", clock))
    write_aims(workbench, today)
    workbench.set("today", today.isoformat())


class _Clock:
    """Each call is a second later, from nine o'clock on; the day is the workspace's own."""

    def __init__(self) -> None:
        self._now = datetime(2026, 1, 1, 9, tzinfo=UTC)

    def __call__(self) -> datetime:
        self._now += timedelta(seconds=1)
        return self._now


def _offers(workbench: Workbench, today: date) -> Iterator[Deed]:
    """Quotes of open opportunities: on offer, expired, in preparation, archived, revised."""
    wanted = Search(
        statuses=("proposal", "negotiation"), sort=Sort.EXPECTED_SIGNATURE, descending=True
    )
    sales = _sales(workbench, wanted, _OFFERED)
    for place, sale in enumerate(sales):
        begun = max(sale.status_on or today, today - timedelta(days=75 - 4 * place))
        begun = min(begun, today - timedelta(days=4))
        yield from _offer(sale, begun, place)


def _offer(sale: Opportunity, begun: date, place: int) -> Iterator[Deed]:
    made: list[Quote] = []

    def create(workbench: Workbench) -> None:
        made.append(workbench.create_quote(sale))

    def discount(workbench: Workbench) -> None:
        lines = tuple(line.replace(discount="0.05") for line in made[-1].lines)
        made[-1] = workbench.save(made[-1].replace(lines=lines))

    def validate(workbench: Workbench) -> None:
        made[-1] = workbench.quotes.validate(made[-1])

    def revise(workbench: Workbench) -> None:
        made.append(workbench.quotes.revise(made[-1]))

    def archive(workbench: Workbench) -> None:
        made[-1] = workbench.quotes.archive(made[-1], "Projet reporté par le client")

    yield begun, sale, create
    if place % 6 == 0:
        return  # still a draft
    yield begun + timedelta(days=1), sale, validate
    if place % 6 == 2:
        yield begun + timedelta(days=2), sale, archive
    if place % 6 == 4:
        yield from (
            (begun + timedelta(days=3), sale, deed) for deed in (revise, discount, validate)
        )


def _deliveries(workbench: Workbench, today: date) -> Iterator[Deed]:
    """Signed quotes and affairs of opportunities won lately."""
    wanted = Search(
        outcomes=(Outcome.WON,), closed_from=today - _SINCE, sort=Sort.AMOUNT, descending=True
    )
    for sale in _sales(workbench, wanted, _DELIVERED):
        yield from _delivery(sale, today)


def _delivery(sale: Opportunity, today: date) -> Iterator[Deed]:
    made: list[Any] = []
    signed = sale.closed_on or today

    def create(workbench: Workbench) -> None:
        made.append(workbench.create_quote(sale))

    def validate(workbench: Workbench) -> None:
        made[0] = workbench.quotes.validate(made[0])

    def sign(workbench: Workbench) -> None:
        workbench.quotes.sign(made[0])

    def deliver(workbench: Workbench) -> None:
        affair: Affair = workbench.create_affair(sale)
        workbench.save(affair.replace(status=_status(affair, today)))

    yield max(sale.opened_on, signed - timedelta(days=12)), sale, create
    yield max(sale.opened_on, signed - timedelta(days=10)), sale, validate
    yield signed, sale, sign
    yield min(today, signed + timedelta(days=1)), sale, deliver


def _status(affair: Affair, today: date) -> AffairStatus:
    if affair.production_end is not None and affair.production_end < today:
        return AffairStatus.FINISHED
    started = affair.production_start is not None and affair.production_start <= today
    return AffairStatus.IN_PRODUCTION if started else AffairStatus.COMMERCIAL


def _sales(workbench: Workbench, wanted: Search, most: int) -> list[Opportunity]:
    """The first of a search that have an amount; what has none cannot be offered."""
    rows = workbench.search(wanted.replace(amount_from=1, limit=most)).rows
    return [workbench.get(Opportunity, row["id"]) for row in rows]
