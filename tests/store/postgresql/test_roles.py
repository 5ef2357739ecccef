"""Roles as people meet them: in the workbench, in analyses, in copies, and when roles change."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

import oppkit
from oppkit import granting, locale, moving
from oppkit.forms.opportunity_form import OpportunityForm
from oppkit.forms.screen import Screen
from oppkit.model import (
    Contact,
    Customer,
    Employee,
    Event,
    EventKind,
    Line,
    NotFound,
    Opportunity,
    Responsible,
    Search,
    Site,
    Status,
    Tag,
)
from oppkit.model.bulk import BulkChange
from oppkit.model.errors import CodeTaken, UserError
from oppkit.model.target import Call, PeriodKind
from oppkit.store import bulk, references, schema
from oppkit.store.errors import (
    AboveRoles,
    CodeElsewhere,
    NoLogin,
    NoRole,
    NoSuchMember,
    NotAllowed,
    NoTeam,
    NotOnServer,
    OtherTeam,
    OwnerFirst,
    PartialView,
    WholeFirm,
)
from oppkit.store.history import Stamp
from oppkit.store.kinds import OPPORTUNITY
from oppkit.store.opening import engine_at, open_store
from oppkit.workbench import Workbench
from tests.clock import TODAY, Clock
from tests.postgresql_server import Server
from tests.store.postgresql.firm import Firm

HERS = {"Sale0a", "Sale1a", "Sale1b", "Sale2b", "Sale5a", "Sale5b"}  # Ana's: those of Lyon


def names(bench: Workbench) -> set[str]:
    return {row["name"] for row in bench.search(Search()).rows}


def sale_of(bench: Workbench, name: str) -> Opportunity:
    [found] = [row["id"] for row in bench.search(Search()).rows if row["name"] == name]
    return bench.get(Opportunity, found)


def of(bench: Workbench, code: str) -> tuple[Responsible, ...]:
    return (Responsible(role="sales", employee_id=bench.employee(code).id or 0),)


# -- a salesperson -------------------------------------------------------------------------------


def test_a_salesperson_works_as_on_a_file_with_what_the_team_has(firm: Firm) -> None:
    ana = firm.bench("ana", author="Somebody else")
    assert names(ana) == HERS
    assert ana.author == "Ana Roy"
    sale = ana.save(sale_of(ana, "Sale1a").replace(comment="Mine now"))
    assert [past.author for past in ana.history(sale)] == ["Founder", "Founder", "Ana Roy"]
    copy = ana.duplicate(sale)
    assert ana.quotes.validate(ana.create_quote(copy)).code == "QUO-2026-0001"
    ana.delete(ana.create_affair(sale))
    customer = ana.save(Customer(name="New", sites=(Site(code="A", name="A"),),
                                 contacts=(Contact(last_name="B"),)))  # fmt: skip
    ana.save(customer.replace(sites=(), contacts=()))
    event = ana.save(Event(kind=EventKind.NOTE, subject="Called", customer_id=customer.id))
    ana.delete(event)
    assert ana.history(event)[-1].deleted_by == "Ana Roy"
    assert ana.restore(Event, event.id or 0).subject == "Called"
    edited = ana.bulk.apply(
        ana.bulk.preview(ana.search_ids(Search()), BulkChange(add_tags=("risk",)))
    )
    assert len(edited.done) == len(HERS) + 1
    assert firm.bench().check() == []


def test_the_history_of_what_was_handed_over_goes_with_it(firm: Firm) -> None:
    ana, bo, owner = firm.bench("ana"), firm.bench("bo"), firm.bench()
    given, taken = sale_of(owner, "Sale0b"), sale_of(owner, "Sale2b")
    assert len(ana.history(taken)) == len(bo.history(given)) == 3
    assert not ana.history(given)
    assert not bo.history(taken)
    with pytest.raises(NotFound):
        ana.get(Opportunity, given.id or 0)
    with pytest.raises(NotFound):
        ana.save(given.replace(comment="x"))
    with pytest.raises(NotFound):
        ana.opportunity(given.code or "")


@pytest.mark.parametrize("code", ["BOB", "TIM"])
def test_nothing_is_handed_to_another_team_but_by_a_manager(code: str, firm: Firm) -> None:
    ana, manager = firm.bench("ana"), firm.bench("max")
    sale = sale_of(ana, "Sale0a")
    with pytest.raises(OtherTeam, match="Nothing was saved"):
        ana.save(sale.replace(responsibles=of(ana, code)))
    assert ana.get(Opportunity, sale.id or 0) == sale
    with pytest.raises(OtherTeam):
        ana.save(sale.replace(id=None, version=0, code=None, responsibles=()))
    with pytest.raises(OtherTeam):
        ana.bulk.apply(ana.bulk.preview([sale.id or 0], BulkChange(
            owner_id=ana.employee(code).id
        )))  # fmt: skip
    manager.save(sale.replace(responsibles=of(manager, code)))
    assert names(ana) == HERS - {"Sale0a"}
    assert manager.author == "max"


def test_quotes_affairs_and_events_follow_their_opportunity(firm: Firm) -> None:
    ana, bo, manager = firm.bench("ana"), firm.bench("bo"), firm.bench("max")
    sale = sale_of(ana, "Sale0a")
    quote, affair = ana.quotes_of(sale)[0], ana.affairs_of(sale)[0]
    manager.save(sale.replace(responsibles=of(manager, "BOB")))
    for record in (quote, affair):
        assert bo.get(type(record), record.id or 0) == record
        assert len(bo.history(record)) == 1
        assert not ana.history(record)
        with pytest.raises(NotFound):
            ana.get(type(record), record.id or 0)


def test_a_code_of_another_team_is_taken_and_numbers_pass_it_by(firm: Firm) -> None:
    ana, bo = firm.bench("ana"), firm.bench("bo")
    sale, other = sale_of(ana, "Sale0a"), sale_of(bo, "Sale2a")
    with pytest.raises(CodeTaken):
        ana.save(sale.replace(code=other.code))
    ahead = ana.proposed_code(Opportunity)
    bo.save(other.replace(code=ahead))
    assert ana.proposed_code(Opportunity) != ahead
    assert ana.duplicate(sale).code not in (ahead, None)


def test_an_import_with_a_code_of_another_team_is_refused_whole(firm: Firm, tmp_path: Path) -> None:
    ana, owner = firm.bench("ana"), firm.bench()
    file = tmp_path / "sales.csv"
    assert ana.export(file) == len(HERS)
    text = file.read_text(encoding="utf-8-sig")
    file.write_text(text.replace("Sale1a", "Renamed"), encoding="utf-8")
    assert ana.import_files([file]).rejected == 0
    assert names(ana) == HERS - {"Sale1a"} | {"Renamed"}
    before = len(names(owner))
    hers, his = (sale_of(owner, name).code or "" for name in ("Sale0a", "Sale2a"))
    file.write_text(text.replace(hers, his), encoding="utf-8")
    with pytest.raises(CodeElsewhere):
        ana.import_files([file])
    assert len(names(owner)) == before


def test_what_others_need_is_not_removed_though_they_cannot_be_seen(firm: Firm) -> None:
    ana, owner = firm.bench("ana"), firm.bench()
    sale = sale_of(owner, "Sale2a")
    customer = owner.get(Customer, sale.customer_id)
    customer = owner.save(customer.replace(sites=(Site(code="A", name="A"),)))
    owner.save(sale.replace(site_id=customer.sites[0].id))
    with pytest.raises(OtherTeam):
        ana.save(ana.get(Customer, customer.id or 0).replace(sites=()))
    with pytest.raises(NotAllowed):
        ana.delete(ana.save(Customer(name="Doubtful")))
    assert owner.check() == []


def test_calls_are_said_of_ones_own_and_targets_by_managers(firm: Firm) -> None:
    ana, manager = firm.bench("ana"), firm.bench("max")
    call = {"period": PeriodKind.QUARTER, "begins": "2026-07-01", "currency": "EUR", "committed": 1}
    said = ana.targets.say(Call(**call, owner_id=ana.employee("ANA").id))
    assert said.author == "Ana Roy"
    with pytest.raises(OtherTeam):
        ana.targets.say(Call(**call, owner_id=ana.employee("BOB").id))
    target = granting_target(manager)
    assert manager.targets.save(target).author == "max"
    with pytest.raises(NotAllowed):
        ana.targets.save(target.replace(begins="2027-01-01"))


def granting_target(bench: Workbench) -> Any:
    from oppkit.model.target import Target

    return Target(period=PeriodKind.YEAR, begins="2026-01-01", currency="EUR", amount=5,
                  owner_id=bench.employee("ANA").id)  # fmt: skip


# -- the copy that analyses read -----------------------------------------------------------------


def shown(bench: Workbench) -> set[str]:
    """The opportunities of which the analyses know."""
    return set(bench.snapshot().opportunity.to_pandas()["code"])


def codes(bench: Workbench) -> set[str]:
    return {row["code"] for row in bench.search(Search()).rows}


def test_analyses_know_what_the_user_may_see_and_nothing_else(firm: Firm) -> None:
    for user, count in (("ana", 6), ("bo", 4), ("remi", 6), ("max", 12), ("rita", 12)):
        bench = firm.bench(user)
        assert shown(bench) == codes(bench)
        assert len(codes(bench)) == count
        assert int(bench.forecast(by=["owner"]).reconciliation["opportunities"].sum()) == count
        assert {row["code"] for row in bench.attention().rows} <= codes(bench)


CHANGES: dict[str, Callable[[Firm, Workbench], Any]] = {
    "one goes": lambda firm, owner: owner.save(
        sale_of(owner, "Sale0a").replace(responsibles=of(owner, "BOB"))
    ),
    "one comes": lambda firm, owner: owner.save(
        sale_of(owner, "Sale3a").replace(responsibles=of(owner, "LEA"))
    ),
    "one changes": lambda firm, owner: owner.save(sale_of(owner, "Sale2a").replace(name="New")),
    "one is new": lambda firm, owner: owner.duplicate(sale_of(owner, "Sale0a")),
    "a colleague comes": lambda firm, owner: owner.save(
        owner.employee("BOB").replace(establishment="lyon")
    ),
    "a colleague goes": lambda firm, owner: owner.save(
        owner.employee("LEA").replace(establishment="paris")
    ),
    "another team": lambda firm, owner: granting.grant(
        firm.url(), "salesperson", "ana", team="paris", employee="ANA"
    ),
    "no team": lambda firm, owner: owner.save(owner.employee("ANA").replace(establishment=None)),
    "a promotion": lambda firm, owner: granting.grant(firm.url(), "manager", "ana"),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_the_copy_follows_whoever_has_what(change: str, firm: Firm) -> None:
    ana, owner = firm.bench("ana"), firm.bench()
    before = shown(ana)
    CHANGES[change](firm, owner)
    assert shown(ana) == codes(ana)
    assert (shown(ana) == before) == (change == "one changes")


def test_whose_role_is_taken_reads_nothing_more(firm: Firm) -> None:
    ana = firm.bench("ana")
    assert shown(ana)
    granting.revoke(firm.url(), "salesperson", "ana")
    for attempt in (ana.snapshot, lambda: ana.search(Search()), lambda: firm.bench("ana")):
        with pytest.raises(UserError):
            attempt()
    with pytest.raises(NoRole, match="oppkit grant"):
        firm.bench("ana")


# -- readers and those above ---------------------------------------------------------------------


@pytest.mark.parametrize("user", ["rita", "remi"])
def test_a_reader_reads(user: str, firm: Firm) -> None:
    bench = firm.bench(user)
    sale = sale_of(bench, "Sale0a")
    for attempt in (
        lambda: bench.save(sale.replace(comment="x")), lambda: bench.delete(sale),
        lambda: bench.searches.save("Mine", Search()), lambda: bench.duplicate(sale),
        lambda: bench.save(Customer(name="New")), lambda: bench.set("currency", "USD"),
    ):  # fmt: skip
        with pytest.raises(NotAllowed, match=r"You may read this .* Ask whoever gives") as caught:
            attempt()
        assert locale.say(caught.value, "fr").startswith("Vous pouvez lire ceci")
    assert bench.get(Opportunity, sale.id or 0) == sale


@pytest.mark.parametrize("user", ["rita", "ana"])
def test_a_form_that_may_not_save_says_so_and_keeps_what_was_typed(user: str, firm: Firm) -> None:
    bench = firm.bench(user)
    screen = Screen(bench, "en")
    form = OpportunityForm(screen)
    form.show(sale_of(bench, "Sale0a"))
    form.of.name.widget.value = "Typed"
    if user == "ana":  # who may change it, and not let go of it
        form.of.responsibles.show(of(bench, "BOB"))
    form.redraw()
    screen.guard(form.save)()
    expected = "You may read this" if user == "rita" else "This belongs to another team"
    assert str(screen.notice.text).startswith(expected)
    assert form.of.name.widget.value == "Typed"
    assert form.unsaved
    assert (form.state.text == "You may read this, not change it") == (user == "rita")
    saving = [one for one in form.actions.children if getattr(one, "description", "") == "Save"]
    assert [one.disabled for one in saving] == [user == "rita"]
    assert firm.run("select 1 from opportunity where name = 'Typed'") == []


def test_managers_keep_people_and_administrators_keep_lists(firm: Firm) -> None:
    manager, administrator, ana = (firm.bench(user) for user in ("max", "ada", "ana"))
    for bench in (manager, administrator):
        bench.delete(bench.save(Customer(name="Gone")))
        bench.delete(bench.save(Employee(last_name="Gone")))
        assert bench.check() == []
    with pytest.raises(NotAllowed):
        ana.save(Employee(last_name="Friend", establishment="lyon"))
    tag = Tag(code="brand_new", label_fr="Nouveau", label_en="New")
    ana.lists.save(tag)
    ana.lists.save(tag.replace(label_en="Newer"), ana.catalogue().get(Tag, "brand_new"))
    for bench in (ana, manager):
        [status, *_] = bench.catalogue().all(Status)
        with pytest.raises(NotAllowed):
            bench.lists.save(status.replace(label_en="Other"), status)
    administrator.lists.delete(administrator.catalogue().get(Tag, "brand_new") or tag)
    administrator.set("currency", "USD")
    with pytest.raises(NotAllowed):
        manager.set("currency", "EUR")


def test_only_an_administrator_or_the_owner_gives_roles(firm: Firm) -> None:
    assert granting.grant(firm.url("ada"), "reader", "eve", team="paris").shares == "paris"
    assert names(firm.bench("eve")) == names(firm.bench("bo"))
    granting.revoke(firm.url("ada"), "reader", "eve")
    for user in ("ana", "max", "rita"):
        with pytest.raises((NotAllowed, NoSuchMember)):
            granting.grant(firm.url(user), "manager", user)
        with pytest.raises((NotAllowed, NoSuchMember)):
            granting.revoke(firm.url(user), "salesperson", "bo")
    assert [member.login for member in granting.members(firm.url("ana"))] == ["ana"]
    assert len(granting.members(firm.url("max"))) == 6


def test_an_owner_need_not_be_above_the_server(server: Server) -> None:
    server.has_users("chief", "ana", "ada", "eve")
    server.run("create database chiefs owner chief")
    firm = Firm(server, "chiefs")
    chief = firm.bench("chief")
    chief.save(Employee(code="ANA", last_name="Roy", establishment="lyon"))
    granting.grant(firm.url("chief"), "administrator", "ada")
    granting.grant(firm.url("ada"), "salesperson", "ana", employee="ANA")
    granting.grant(firm.url("ada"), "reader", "eve", team="paris")
    ana = firm.bench("ana")
    customer = ana.save(Customer(name="Client"))
    ana.save(Opportunity(
        name="Sale0a", customer_id=customer.id, status="proposal", opened_on=TODAY,
        responsibles=of(ana, "ANA"),
    ))  # fmt: skip
    assert names(chief) == names(ana) == {"Sale0a"}
    assert not names(firm.bench("eve"))
    assert chief.author == "chief"
    server.drop("chiefs")


def test_a_role_that_cannot_be_is_refused_with_what_to_do(firm: Firm, path: Path) -> None:
    url = firm.url()
    with pytest.raises(NoLogin, match="createuser"):
        granting.grant(url, "reader", "nobody_at_all")
    with pytest.raises(NotFound, match="establishment"):
        granting.grant(url, "reader", "eve", team="atlantis")
    with pytest.raises(NotFound, match="employee"):
        granting.grant(url, "salesperson", "eve", employee="EVE")
    with pytest.raises(NoTeam, match="--employee"):
        granting.grant(url, "salesperson", "eve")
    with pytest.raises(WholeFirm, match="--team"):
        granting.grant(url, "manager", "eve", team="lyon")
    with pytest.raises(NoSuchMember):
        granting.revoke(url, "manager", "bo")
    with pytest.raises(AboveRoles, match="whatever the role"):
        granting.grant(url, "reader", "oppkit")
    with pytest.raises(NotOnServer, match="oppkit copy"):
        granting.members(str(path))


def test_a_name_that_needs_quotes(firm: Firm, server: Server) -> None:
    name = 'O"Neil; drop'
    quoted = '"O""Neil; drop"'
    server.run(f"do $$begin create role {quoted} login; exception when others then null; end$$")
    granting.grant(firm.url(), "reader", name)
    assert firm.run(
        f"set session authorization {quoted}; select count(*) from opportunity"
    ) == []  # fmt: skip
    granting.revoke(firm.url(), "reader", name)


# -- whole workspaces ----------------------------------------------------------------------------


def test_who_sees_a_part_copies_and_checks_nothing(firm: Firm, tmp_path: Path) -> None:
    for user in ("ana", "remi"):
        with pytest.raises(PartialView):
            moving.copy(firm.url(user), tmp_path / "copy.duckdb")
        with pytest.raises(PartialView):
            moving.backup(firm.url(user), tmp_path / "copy.oppkit")
        with pytest.raises(PartialView):
            firm.bench(user).check()
    assert not list(tmp_path.iterdir())


def test_copies_are_whole_and_tell_whose_everything_is(
    firm: Firm, server: Server, tmp_path: Path
) -> None:
    rows = moving.copy(firm.url(), tmp_path / "copy.duckdb")
    assert moving.copy(firm.url("rita"), tmp_path / "by_a_reader.duckdb") == rows
    name = server.new()
    assert moving.copy(tmp_path / "copy.duckdb", server.url(name)) == rows
    again = Firm(server, name)
    by_id = "select * from holder order by record_id"
    assert again.run(by_id) == firm.run(by_id)
    authors = "select distinct author from record_version order by 1"
    assert again.run(authors) == firm.run(authors)
    assert granting.members(again.url()) == []
    server.drop(name)


def test_a_database_from_before_roles_gets_them(firm: Firm, server: Server) -> None:
    """With what each record was when it was deleted, too."""
    name = server.new()
    url = server.url(name)
    with engine_at(url).creating() as session:
        schema.advance(session, 0, 4)
    old = Firm(server, name)
    backup = {}
    for (table,) in old.run("select tablename from pg_tables where schemaname = 'public'"):
        if table in ("schema_migration", "change"):
            continue
        columns = [column for (column,) in old.run(
            "select column_name from information_schema.columns "
            f"where table_name = '{table}' and table_schema = 'public'"
        )]  # fmt: skip
        backup[table] = ", ".join(columns)
    with firm.connected() as source, old.connected() as target:
        for table, names_of in backup.items():
            with (
                source.cursor().copy(f"copy {table} ({names_of}) to stdout".encode()) as given,
                target.cursor().copy(f"copy {table} ({names_of}) from stdin".encode()) as taken,
            ):
                for block in given:
                    taken.write(block)
    open_store(url)
    by_id = "select * from holder order by record_id"
    assert old.run(by_id) == firm.run(by_id)
    granting.grant(url, "salesperson", "ana", employee="ANA")
    assert names(old.bench("ana")) == HERS
    server.drop(name)


def test_only_the_owner_brings_a_database_up_to_date(firm: Firm) -> None:
    firm.run("delete from schema_migration where version = 5")
    with pytest.raises(OwnerFirst, match="oppkit check"):
        firm.bench("ana")


def test_a_workspace_in_a_schema_of_its_own_has_roles_too(firm: Firm) -> None:
    firm.run("create schema sales")
    there = "&options=-csearch_path%3Dsales"
    moving.copy(firm.url(), firm.url() + there)
    granting.grant(firm.url() + there, "salesperson", "bo", employee="ANA")
    bo = oppkit.open(firm.url("bo") + there)
    assert names(bo) == HERS
    assert bo.save(sale_of(bo, "Sale0a").replace(name="Mine")).version == 3
    assert names(firm.bench("bo")).isdisjoint(HERS)


def test_what_a_manager_imports_with_its_past_is_signed_by_the_manager(firm: Firm) -> None:
    manager = firm.bench("max")
    start = Clock().now
    new = sale_of(manager, "Sale0a").replace(code="PAST")
    with manager.store.write() as session:
        lists, [identifier] = references.catalogue(session), bulk.identifiers(session, 1)
        versions = [
            new.model_copy(update={"id": identifier, "version": n, "comment": str(n)})
            for n in (1, 2, 3)
        ]
        days = [start + timedelta(days=n) for n in range(3)]
        past = [
            bulk.Past(version, day, day + timedelta(days=1), "Forged")
            for version, day in zip(versions[:2], days[:2], strict=True)
        ]
        stamp = Stamp("Forged", days[2])
        bulk.write(session, OPPORTUNITY, [versions[2]], [], stamp, lists, past)
    saved = manager.opportunity("PAST")
    assert [(v.version, v.author) for v in manager.history(saved)] == [
        (1, "max"), (2, "max"), (3, "max"),
    ]  # fmt: skip
    assert manager.check() == []


def test_duplicates_of_a_team_are_merged(firm: Firm) -> None:
    ana = firm.bench("ana")
    kept, other = sale_of(ana, "Sale1a"), sale_of(ana, "Sale1b")
    assert len(ana.quotes_of(ana.duplicates.merge(kept, other))) == 2
    with pytest.raises(NotAllowed):
        ana.duplicates.merge(*(
            ana.save(Customer(name=name)) for name in ("Twice", "Twice again")
        ))  # fmt: skip
    assert firm.bench().check() == []


def test_an_owner_without_a_role_signs_with_the_name_at_the_server(firm: Firm) -> None:
    owner = oppkit.open(firm.url())
    assert owner.author == "oppkit"
    assert oppkit.open(firm.url(), author="Chief").author == "Chief"
    sale = owner.save(sale_of(owner, "Sale0a").replace(lines=(Line(amount="5"),)))
    assert owner.history(sale)[-1].author == "oppkit"
    assert sale.opened_on == TODAY
