"""Codes by kind and year."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from oppkit.model import Affair, Customer, Employee, Opportunity, Quote
from oppkit.store.kinds import AFFAIR, OPPORTUNITY
from oppkit.store.numbering import next_code, next_codes, proposed_code
from oppkit.store.session import Session
from oppkit.workbench import Workbench
from tests.clock import Clock

pytestmark = pytest.mark.both_engines

Saved = Callable[..., Opportunity]


def test_each_kind_counts_by_itself(workbench: Workbench, saved: Saved) -> None:
    first, second = saved(), saved()
    quote, affair = workbench.create_quote(first), workbench.create_affair(first)
    customers = [workbench.save(Customer(name="x")).code for _ in range(2)]
    assert [first.code, second.code] == ["OPP-2026-0001", "OPP-2026-0002"]
    assert (quote.code, affair.code) == ("DRAFT-2026-0001", "AF26-00001")
    assert customers == ["CUS-2026-0002", "CUS-2026-0003"]
    assert workbench.save(Employee(last_name="x")).code == "EMP-2026-0002"


def test_each_year_starts_again(workbench: Workbench, saved: Saved, clock: Clock) -> None:
    saved()
    clock.advance(days=365)
    assert [saved().code, saved().code] == ["OPP-2027-0001", "OPP-2027-0002"]


def test_codes_that_somebody_typed_are_skipped(workbench: Workbench, saved: Saved) -> None:
    saved(code="OPP-2026-0001")
    saved(code="OPP-2026-0002")
    assert workbench.proposed_code(Opportunity) == "OPP-2026-0003"
    assert saved().code == "OPP-2026-0003"
    assert workbench.proposed_code(Opportunity) == "OPP-2026-0004"


@pytest.mark.parametrize(
    ("kind", "code"),
    [(Opportunity, "OPP-2026-0001"), (Affair, "AF26-00001"), (Quote, "DRAFT-2026-0001")],
)
def test_a_proposal_takes_nothing(kind: type, code: str, workbench: Workbench) -> None:
    assert [workbench.proposed_code(kind), workbench.proposed_code(kind)] == [code, code]


def test_a_save_that_fails_takes_no_number(workbench: Workbench, saved: Saved) -> None:
    def fail_after_numbering() -> None:
        with workbench.store.write() as session:
            session.run("setting.next_number", kind="opportunity", year=2026)
            raise LookupError

    with pytest.raises(LookupError):
        fail_after_numbering()
    assert saved().code == "OPP-2026-0001"


def test_affairs_keep_to_ten_characters(session: Session) -> None:
    for _ in range(2):
        session.run("setting.next_number", kind="affair", year=2026)
    set_last = "update numbering set last = 99998 where kind = 'affair'"
    session.script(set_last)
    assert proposed_code(session, AFFAIR, 2026) == "AF26-99999"
    code = next_code(session, AFFAIR, 2026)
    assert code == "AF26-99999"
    assert len(code) == 10


def test_an_affair_may_be_given_its_code(workbench: Workbench, saved: Saved) -> None:
    assert workbench.create_affair(saved(), code="PROJ-1").code == "PROJ-1"


def test_many_codes_are_taken_at_once_around_those_in_use(
    workbench: Workbench, saved: Saved
) -> None:
    saved()
    saved(code="OPP-2026-0003")
    with workbench.store.write() as session:
        codes = next_codes(session, OPPORTUNITY, 2026, 3, taken={"OPP-2026-0005"})
    assert codes == ["OPP-2026-0002", "OPP-2026-0004", "OPP-2026-0006"]
    assert saved().code == "OPP-2026-0007"
