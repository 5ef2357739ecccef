"""`check` finds each kind of damage that somebody might do to the tables by hand."""

from __future__ import annotations

import contextlib
import shutil
from pathlib import Path

import pytest

from oppkit.model import Customer, Employee, Event, Line, Opportunity, Participant, Responsible
from oppkit.store.integrity import findings
from oppkit.store.opening import open_store
from oppkit.store.statements import every_statement
from oppkit.workbench import Workbench
from tests.clock import TODAY, Clock
from tests.postgresql_server import Server


class Undone(Exception):
    """Ends a transaction that is to leave nothing."""


DAMAGE = [
    ("stored_sums", "update opportunity set amount = amount + 0.001 where code = 'A'", "A"),
    ("stored_sums", "update line set margin = null", "A"),
    ("stored_sums", "delete from line", "A"),
    ("owner", "update opportunity set owner_id = null where code = 'A'", "A"),
    ("owner", "delete from responsible", "A"),
    ("owner", ("insert into responsible select id, 9, 'sales', -1 from opportunity"
     " where code = 'A'"), "A"),
    ("quote_numbers", "update quote set code = 'QUO-' || id where code = 'DRAFT-2026-0001'",
     "QUO-{quote}"),
    ("quote_numbers", "update quote set state = 'signed' where code like 'DRAFT-%'",
     "DRAFT-2026-0001"),
    ("quote_numbers", "update quote set state = 'draft' where state = 'validated'",
     "QUO-2026-0001"),
    ("quote_gaps", "delete from quote where code like 'QUO-%'", "2026"),
    ("quote_gaps", "update numbering set last = 2 where kind = 'quote'", "2026"),
    ("orphan_rows", "insert into line select 999, 0, null, '', 1, null, null, null, null, null",
     "999"),
    ("orphan_rows", "insert into quote_line select 999, 0, null, '', 1, 1, 0, 0, null, null",
     "999"),
    ("orphan_rows", "insert into tagging values (999, 0, 'risk')", "999"),
    ("orphan_rows", "insert into responsible values (999, 0, 'presales', {employee})", "999"),
    ("orphan_rows", "insert into participant values (999, 0, null, {employee})", "999"),
    ("orphan_rows", "update site set customer_id = 999", "999"),
    ("orphan_rows", "update contact set customer_id = 999", "999"),
    ("missing_records", "update opportunity set customer_id = 999 where code = 'A'", "A"),
    ("missing_records", "update opportunity set site_id = 999 where code = 'A'", "A"),
    ("missing_records", "delete from site", "A"),
    ("missing_records", "delete from employee", "{sale}"),
    ("missing_records", "delete from contact", "{sale}"),
    ("missing_records", "delete from customer", "A"),
    ("missing_records", "update quote set opportunity_id = 999", "DRAFT-2026-0001"),
    ("missing_records", "update quote set customer_id = 999", "DRAFT-2026-0001"),
    ("missing_records", "update quote set parent_id = 999", "DRAFT-2026-0001"),
    ("missing_records", "update affair set opportunity_id = 999", "AF26-00001"),
    ("missing_records", "update affair set customer_id = 999", "AF26-00001"),
    ("missing_records", "update event set customer_id = 999", "Appel"),
    ("missing_records", "update event set owner_id = 999", "Appel"),
    ("missing_records", "update event set opportunity_id = 999", "Appel"),
    ("unknown_values", "update opportunity set status = 'dreaming' where code = 'A'",
     "A: dreaming"),
    ("unknown_values", "update opportunity set currency = 'XXX' where code = 'A'", "A: XXX"),
    ("unknown_values", "update line set sale_type = 'gift'", "{sale}: gift"),
    ("unknown_values", "update tagging set tag = 'gone'", "{sale}: gone"),
    ("unknown_values", "update responsible set role = 'chef'", "{sale}: chef"),
    ("unknown_values", "delete from reference where list = 'family'", "A: data"),
    ("unknown_values", "update customer set country = 'XX'", "CUS-2026-0001: XX"),
    ("unknown_values", "update employee set establishment = 'moon'", "EMP-2026-0001: moon"),
    ("unknown_values", "update quote set sector = 'space'", "DRAFT-2026-0001: space"),
    ("unknown_values", "update affair set sector = 'space'", "AF26-00001: space"),
    ("history_end", "update opportunity_version set valid_to = valid_from", "A"),
    ("history_end", "update opportunity set version = 7 where code = 'A'", "A"),
    ("history_end", "update opportunity set probability = 0.9 where code = 'A'", "A"),
    ("history_end", "delete from opportunity_version", "A"),
    ("history_end", "delete from opportunity where code = 'A'", "{sale}"),
    ("history_end", "update customer set version = 7", "CUS-2026-0001"),
    ("history_end", "delete from record_version where kind = 'quote'", "DRAFT-2026-0001"),
    ("history_order", "delete from opportunity_version where version = 2", "{sale}"),
    ("history_order", ("update opportunity_version set valid_to = valid_to + interval '1 day'"
     " where version = 1"), "{sale}"),
    ("history_order", ("update opportunity_version set valid_to = valid_from - interval '1 day'"
     " where version = 1"), "{sale}"),
    ("history_order", "update opportunity_version set valid_to = null where version = 1",
     "{sale}"),
    ("history_order", ("update record_version set valid_to = null"
     " where version = 1 and kind = 'customer'"), "{customer}"),
]  # fmt: skip


@pytest.fixture(scope="module", params=["file", "server"])
def workspace(
    request: pytest.FixtureRequest, template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Workbench:
    """A workbench on a workspace with one record of each kind, referring to each other."""
    url = str(shutil.copy(template, tmp_path_factory.mktemp("integrity")))
    if request.param == "server":
        server: Server = request.getfixturevalue("server")
        url = server.url(server.new(request.getfixturevalue("template_database")))
    workbench = Workbench(open_store(url), "Ana", Clock())
    customer = workbench.save(Customer(
        name="Client", address={"country": "FR"}, sites=[{"code": "L", "name": "Lyon"}],
        contacts=[{"last_name": "Dupont"}],
    ))  # fmt: skip
    customer = workbench.save(customer.replace(phone="04 00"))
    owner = workbench.save(Employee(last_name="Lopez", establishment="lyon"))
    sale = Opportunity(
        code="A", name="Projet", customer_id=customer.id, status="proposal", opened_on=TODAY,
        probability="0.45", family="data", tags=("risk",), sector="energy",
        site_id=customer.sites[0].id, lines=(Line(sale_type="licence", amount=10, margin=1),),
        participants=(Participant(contact_id=customer.contacts[0].id),),
        responsibles=(Responsible(role="sales", employee_id=owner.id or 0),),
    )  # fmt: skip
    for comment in ("un", "deux", "trois"):
        sale = workbench.save(sale.replace(comment=comment))
    quote = workbench.create_quote(sale)
    workbench.create_affair(sale)
    workbench.save(quote.replace(id=None, version=0, code=None, parent_id=quote.id))
    workbench.quotes.validate(workbench.create_quote(sale))
    workbench.save(Event(
        kind="note", subject="Appel", customer_id=customer.id, owner_id=owner.id,
        opportunity_id=sale.id,
    ))  # fmt: skip
    return workbench


def test_a_sound_workspace_has_no_findings(workspace: Workbench) -> None:
    assert workspace.check() == []


@pytest.mark.parametrize(("rule", "damage", "code"), DAMAGE)
def test_damage_is_found(rule: str, damage: str, code: str, workspace: Workbench) -> None:
    known = {
        "sale": workspace.opportunity("A").id,
        "employee": workspace.employee("EMP-2026-0001").id,
        "customer": workspace.customer("CUS-2026-0001").id,
        "quote": workspace.quote("DRAFT-2026-0001").id,
    }
    with contextlib.suppress(Undone), workspace.store.write() as session:
        session.script(damage.format(**known))
        found = findings(session)
        raise Undone
    assert (rule, code.format(**known)) in {(finding.rule, finding.code) for finding in found}
    assert all(finding.problem for finding in found)


def test_every_rule_has_its_damage() -> None:
    rules = {s.name for s in every_statement() if s.name.startswith("integrity.")}
    assert {f"integrity.{rule}" for rule, _, _ in DAMAGE} == rules
