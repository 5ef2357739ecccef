"""The life of quotes: numbers, states, revisions, and what a signature may change."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from oppkit.model import (
    Address,
    Contact,
    Customer,
    Employee,
    Firm,
    Line,
    NotSaved,
    Opportunity,
    Outcome,
    Participant,
    Quote,
    QuoteLine,
    QuoteState,
    Recurrence,
    Site,
)
from oppkit.model.errors import (
    Deleted,
    QuoteChanged,
    QuoteFrozen,
    QuoteKept,
    QuoteStateGiven,
    QuoteWithoutLines,
    WrongQuoteState,
)
from oppkit.model.following import following
from oppkit.workbench import Workbench
from tests.clock import TODAY, Clock

pytestmark = pytest.mark.both_engines

Saved = Callable[..., Opportunity]

FIRM = Firm(
    name="Oppkit SARL", address=Address(street="1 rue de la Paix", city="Paris"), terms="30 jours",
    vat_rate="0.1", validity_days=45,
)  # fmt: skip


@pytest.fixture
def sale(saved: Saved) -> Opportunity:
    return saved(lines=(
        Line(sale_type="training", title="Formation", quantity=3, unit_price="1000", margin="900"),
        Line(title="Étude", amount="1500", margin="500"),
    ))  # fmt: skip


@pytest.fixture
def draft_quote(workbench: Workbench, sale: Opportunity) -> Quote:
    return workbench.create_quote(sale)


@pytest.fixture
def validated(workbench: Workbench, draft_quote: Quote) -> Quote:
    return workbench.quotes.validate(draft_quote)


# -- drafts ----------------------------------------------------------------------------------------


def test_a_quote_starts_as_the_firm_says(workbench: Workbench, sale: Opportunity) -> None:
    workbench.quotes.save_firm(FIRM)
    quote = workbench.create_quote(sale)
    assert (quote.state, quote.code) == (QuoteState.DRAFT, "DRAFT-2026-0001")
    assert quote.valid_until == TODAY + timedelta(days=45)
    assert quote.terms == "30 jours"
    assert {line.vat_rate for line in quote.lines} == {Decimal("0.1")}
    assert quote.totals.excluding_tax == sale.amount == Decimal(4500)
    assert quote.totals.including_tax == Decimal(4950)
    assert workbench.quote("DRAFT-2026-0001") == quote


def test_an_unsaved_opportunity_gives_no_quote(
    workbench: Workbench, draft: Callable[..., Opportunity]
) -> None:
    with pytest.raises(NotSaved):
        workbench.create_quote(draft())
    with workbench.store.read() as session:
        assert session.all("quote.every") == []


def test_a_draft_is_edited_and_deleted(workbench: Workbench, draft_quote: Quote) -> None:
    line = QuoteLine(title="Audit", unit_price=100)
    edited = workbench.save(draft_quote.replace(lines=(line,), comment="urgent"))
    assert workbench.quote(edited.code or "").totals.including_tax == Decimal(120)
    workbench.delete(edited)
    assert workbench.restore(Quote, edited.id or 0).lines == (line,)


@pytest.mark.parametrize(
    "typed",
    [
        {"state": "validated"}, {"state": "signed"}, {"code": "QUO-2026-0009"},
        {"state": "archived", "archive_reason": "trop cher"}, {"validated_on": TODAY},
        {"signed_on": TODAY},
    ],
)  # fmt: skip
def test_number_and_state_are_not_typed(
    typed: dict[str, Any], workbench: Workbench, draft_quote: Quote
) -> None:
    with pytest.raises(QuoteStateGiven):
        workbench.save(draft_quote.replace(**typed))
    with pytest.raises(QuoteStateGiven):
        workbench.save(draft_quote.replace(**{"code": None, "id": None, "version": 0, **typed}))
    assert workbench.get(Quote, draft_quote.id or 0) == draft_quote


# -- validated -------------------------------------------------------------------------------------


def test_validating_gives_the_number_and_the_date(
    workbench: Workbench, draft_quote: Quote, clock: Clock
) -> None:
    clock.advance(days=3)
    quote = workbench.quotes.validate(draft_quote)
    day = TODAY + timedelta(days=3)
    assert (quote.code, quote.state) == ("QUO-2026-0001", QuoteState.VALIDATED)
    assert (quote.validated_on, quote.quoted_on) == (day, day)
    assert quote.valid_until == day + timedelta(days=30)  # the validity counts from that day
    assert workbench.quote("QUO-2026-0001") == quote
    assert [version.record for version in workbench.history(quote)] == [draft_quote, quote]
    assert workbench.check() == []


def test_numbers_follow_the_order_of_validation(workbench: Workbench, sale: Opportunity) -> None:
    drafts = [workbench.create_quote(sale) for _ in range(4)]
    workbench.delete(drafts[0])
    codes = [workbench.quotes.validate(drafts[place]).code for place in (2, 1, 3)]
    assert codes == ["QUO-2026-0001", "QUO-2026-0002", "QUO-2026-0003"]


def test_numbers_start_again_each_year(
    workbench: Workbench, sale: Opportunity, clock: Clock
) -> None:
    first, second = workbench.create_quote(sale), workbench.create_quote(sale)
    workbench.quotes.validate(first)
    clock.advance(days=365)
    assert workbench.quotes.validate(second).code == "QUO-2027-0001"


def test_a_refused_validation_takes_no_number(workbench: Workbench, sale: Opportunity) -> None:
    empty = workbench.save(workbench.create_quote(sale).replace(lines=()))
    with pytest.raises(QuoteWithoutLines):
        workbench.quotes.validate(empty)
    assert workbench.quotes.validate(workbench.create_quote(sale)).code == "QUO-2026-0001"


@pytest.mark.parametrize(
    "change", [{"comment": "x"}, {"lines": ()}, {"name": "Autre"}, {"state": "draft"}]
)
def test_a_validated_quote_is_not_edited(
    change: dict[str, Any], workbench: Workbench, validated: Quote
) -> None:
    with pytest.raises(QuoteFrozen):
        workbench.save(validated.replace(**change))
    assert workbench.save(validated) == validated  # nothing changed, nothing refused


def test_a_colleague_who_edits_what_was_validated_meanwhile_is_told(
    workbench: Workbench, colleague: Workbench, draft_quote: Quote
) -> None:
    validated = workbench.quotes.validate(draft_quote)
    with pytest.raises(QuoteFrozen) as refused:
        colleague.save(draft_quote.replace(comment="one more thing"))
    assert "QUO-2026-0001 is validated" in str(refused.value)
    assert workbench.get(Quote, draft_quote.id or 0) == validated


def test_a_validation_does_not_swallow_what_a_colleague_saved(
    workbench: Workbench, colleague: Workbench, draft_quote: Quote
) -> None:
    edited = colleague.save(draft_quote.replace(name="Autre nom"))
    with pytest.raises(QuoteChanged) as changed:
        workbench.quotes.validate(draft_quote)
    assert changed.value.theirs == edited
    assert "Bo has changed DRAFT-2026-0001" in str(changed.value)
    assert workbench.quotes.validate(edited).name == "Autre nom"


@pytest.mark.parametrize("signed", [False, True])
def test_a_quote_with_a_number_is_not_deleted(
    signed: bool, workbench: Workbench, validated: Quote
) -> None:
    quote = workbench.quotes.sign(validated) if signed else validated
    with pytest.raises(QuoteKept):
        workbench.delete(quote)
    assert workbench.quote("QUO-2026-0001") == quote


def test_an_archived_quote_with_a_number_is_kept_too(
    workbench: Workbench, validated: Quote
) -> None:
    archived = workbench.quotes.archive(validated, "Trop cher")
    with pytest.raises(QuoteKept):
        workbench.delete(archived)
    workbench.delete(workbench.quotes.archive(workbench.quotes.revise(archived), "Erreur"))


def test_a_reprint_shows_who_was_who_that_day(
    workbench: Workbench, saved: Saved, customer: Customer
) -> None:
    workbench.quotes.save_firm(FIRM)
    site = customer.sites[0]
    customer = workbench.save(customer.replace(
        sites=(site.replace(address=Address(street="2 quai", city="Lyon")), customer.sites[1])
    ))  # fmt: skip
    sale = saved(
        site_id=site.id, participants=(Participant(contact_id=customer.contacts[0].id),)
    )  # fmt: skip
    quote = workbench.quotes.validate(workbench.create_quote(sale))
    workbench.quotes.save_firm(FIRM.replace(name="Nouveau nom"))
    workbench.save(customer.replace(name="Autre", sites=(Site(**{
        **dict(customer.sites[0]), "address": Address(city="Nice")
    }), customer.sites[1])))  # fmt: skip
    found = workbench.quotes.parties(workbench.quote(quote.code or ""))
    assert (found.firm, found.customer, found.contact) == (FIRM, customer.name, "Léa Dupont")
    assert (found.site, found.address.city, found.owner) == ("Lyon", "Lyon", "Ana Lopez")
    # A draft shows how things stand now.
    draft = workbench.create_quote(sale)
    assert workbench.quotes.parties(draft).firm.name == "Nouveau nom"
    assert workbench.quotes.parties(draft).address.city == "Nice"


def test_without_an_address_of_the_site_letters_go_to_the_customer(
    workbench: Workbench, saved: Saved, customer: Customer
) -> None:
    customer = workbench.save(customer.replace(address=Address(city="Valence")))
    quote = workbench.create_quote(saved(site_id=customer.sites[0].id))
    assert workbench.quotes.parties(quote).address.city == "Valence"


# -- signed, archived, revised ---------------------------------------------------------------------


def test_signing(workbench: Workbench, validated: Quote, sale: Opportunity) -> None:
    quote = workbench.quotes.sign(validated, TODAY + timedelta(days=1))
    assert (quote.state, quote.signed_on) == (QuoteState.SIGNED, TODAY + timedelta(days=1))
    assert quote.code == validated.code
    # Neither is done silently.
    assert workbench.get(Opportunity, sale.id or 0) == sale


def test_a_quote_is_not_signed_before_it_went_out(workbench: Workbench, validated: Quote) -> None:
    with pytest.raises(ValidationError, match="before it was validated"):
        workbench.quotes.sign(validated, TODAY - timedelta(days=1))


def test_archiving_needs_a_reason(workbench: Workbench, validated: Quote) -> None:
    with pytest.raises(ValidationError, match="why the quote is archived"):
        workbench.quotes.archive(validated, " ")
    archived = workbench.quotes.archive(validated, "Trop cher")
    assert (archived.state, archived.archive_reason) == (QuoteState.ARCHIVED, "Trop cher")


DEEDS: dict[str, Callable[[Workbench, Quote], Quote]] = {
    "validate": lambda workbench, quote: workbench.quotes.validate(quote),
    "sign": lambda workbench, quote: workbench.quotes.sign(quote),
    "archive": lambda workbench, quote: workbench.quotes.archive(quote, "Trop cher"),
    "revise": lambda workbench, quote: workbench.quotes.revise(quote),
}
WAYS: dict[str, list[str]] = {
    "draft": [], "validated": ["validate"], "signed": ["validate", "sign"],
    "archived": ["validate", "archive"], "archived draft": ["archive"],
}  # fmt: skip
ALLOWED = {
    "draft": {"validate", "archive"}, "validated": {"sign", "archive", "revise"},
    "signed": {"revise"}, "archived": {"revise"}, "archived draft": {"revise"},
}  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("deed", DEEDS)
def test_what_each_state_allows(
    way: str, deed: str, workbench: Workbench, draft_quote: Quote
) -> None:
    quote = draft_quote
    for step in WAYS[way]:
        quote = DEEDS[step](workbench, quote)
    if deed in ALLOWED[way]:
        assert DEEDS[deed](workbench, quote) != quote
    else:
        with pytest.raises(WrongQuoteState):
            DEEDS[deed](workbench, quote)
    assert workbench.check() == []


def test_a_revision_names_what_it_replaces(
    workbench: Workbench, validated: Quote, clock: Clock
) -> None:
    clock.advance(days=10)
    revision = workbench.quotes.revise(validated)
    assert (revision.parent_id, revision.state) == (validated.id, QuoteState.DRAFT)
    assert revision.code == "DRAFT-2026-0002"
    assert (revision.lines, revision.tags) == (validated.lines, validated.tags)
    assert revision.quoted_on == TODAY + timedelta(days=10)
    assert revision.valid_until == TODAY + timedelta(days=40)
    assert (revision.validated_on, revision.parties) == (None, None)
    assert workbench.quotes.revisions(validated) == [revision]
    assert workbench.quote("QUO-2026-0001") == validated  # still on offer


def test_validating_a_revision_archives_what_it_replaces(
    workbench: Workbench, validated: Quote
) -> None:
    revision = workbench.quotes.validate(workbench.quotes.revise(validated))
    replaced = workbench.quote("QUO-2026-0001")
    assert (replaced.state, replaced.archive_reason) == (
        QuoteState.ARCHIVED, "Replaced by QUO-2026-0002",
    )  # fmt: skip
    assert workbench.quotes.sign(revision).code == "QUO-2026-0002"


def test_a_revision_of_a_signed_quote_leaves_it_signed(
    workbench: Workbench, validated: Quote
) -> None:
    signed = workbench.quotes.sign(validated)
    workbench.quotes.validate(workbench.quotes.revise(signed))
    assert workbench.quote("QUO-2026-0001") == signed


def test_several_quotes_and_affairs_of_one_opportunity(
    workbench: Workbench, sale: Opportunity
) -> None:
    quotes = [workbench.create_quote(sale) for _ in range(3)]
    affairs = [workbench.create_affair(sale) for _ in range(2)]
    assert workbench.quotes_of(sale) == quotes
    assert workbench.affairs_of(sale) == affairs


def test_what_was_deleted_or_never_saved_is_said(workbench: Workbench, draft_quote: Quote) -> None:
    with pytest.raises(NotSaved):
        workbench.quotes.validate(draft_quote.replace(id=None))
    workbench.delete(draft_quote)
    with pytest.raises(Deleted):
        workbench.quotes.validate(draft_quote)


# -- what a signature may change -------------------------------------------------------------------


def test_following_a_signed_quote(workbench: Workbench, draft_quote: Quote) -> None:
    lines = (draft_quote.lines[0].replace(discount="0.1"), draft_quote.lines[1])
    quote = workbench.quotes.validate(workbench.save(draft_quote.replace(lines=lines)))
    quote = workbench.quotes.sign(quote, TODAY + timedelta(days=2))
    found = workbench.quotes.following(quote)
    assert found.differs
    assert (found.opportunity.amount, found.offered.amount) == (Decimal(4500), Decimal(4200))
    only_amount = workbench.quotes.follow(quote, amount=True)
    assert (only_amount.amount, only_amount.closed_on) == (Decimal(4200), None)
    assert only_amount.margin == Decimal(1100)  # the discount takes nothing but margin
    won = workbench.quotes.follow(quote, won=True)
    lists = workbench.catalogue()
    assert lists.outcome(won.status) is Outcome.WON
    assert (won.amount, won.closed_on) == (Decimal(4200), TODAY + timedelta(days=2))
    assert not workbench.quotes.following(quote).differs
    assert workbench.quotes.follow(quote, won=True, amount=True) == won


def test_what_several_quotes_sold_adds_up(workbench: Workbench, sale: Opportunity) -> None:
    """Two lots, each with a quote of its own; the second one was signed again after a revision."""
    quotes = []
    for title, price in (("Lot 1", 100), ("Lot 2", 70)):
        draft = workbench.create_quote(sale)
        draft = workbench.save(draft.replace(lines=(QuoteLine(title=title, unit_price=price),)))
        quotes.append(workbench.quotes.sign(workbench.quotes.validate(draft)))
    assert workbench.quotes.following(quotes[0]).offered.amount == Decimal(170)
    revision = workbench.quotes.revise(quotes[1])
    revision = workbench.save(revision.replace(lines=(QuoteLine(title="Lot 2", unit_price=60),)))
    revision = workbench.quotes.sign(workbench.quotes.validate(revision))
    won = workbench.quotes.follow(revision, won=True, amount=True)
    assert [(line.title, line.amount) for line in won.lines] == [
        ("Lot 1", Decimal(100)), ("Lot 2", Decimal(60)),
    ]  # fmt: skip


def test_both_at_once_are_one_version(workbench: Workbench, validated: Quote) -> None:
    signed = workbench.quotes.sign(validated)
    before = workbench.get(Opportunity, signed.opportunity_id)
    won = workbench.quotes.follow(signed, won=True, amount=True)
    assert won.version == before.version + 1


figures = st.decimals(-1000, 1000, places=2)
sold = st.lists(
    st.builds(
        Line, title=st.sampled_from("abc"), quantity=st.decimals(1, 50, places=2),
        unit_price=st.none() | figures, amount=figures, margin=st.none() | figures,
    ),
    min_size=1, max_size=5,
)  # fmt: skip
offered = st.lists(
    st.builds(
        QuoteLine, title=st.sampled_from("abcd"), quantity=st.decimals(-5, 50, places=2),
        unit_price=figures, discount=st.decimals(0, 1, places=4),
        duration_months=st.integers(1, 36), recurrence=st.none() | st.sampled_from(Recurrence),
    ),
    max_size=5,
)  # fmt: skip


@given(sold, offered, st.sampled_from(["EUR", "JPY"]))
def test_the_opportunity_takes_the_amount_of_the_quote_to_the_cent(
    lines: list[Line], quoted: list[QuoteLine], currency: str
) -> None:
    sale = Opportunity(
        id=1, name="x", customer_id=1, status="proposal", opened_on=TODAY, lines=tuple(lines),
        currency="EUR",
    )  # fmt: skip
    quote = Quote(
        name="x", opportunity_id=1, customer_id=1, quoted_on=TODAY, lines=tuple(quoted),
        currency=currency,
    )  # fmt: skip
    after = following(sale, quote).offered
    assert [line.amount for line in after.lines] == list(quote.totals.lines)
    assert (after.amount or 0) == quote.totals.excluding_tax
    if currency != "EUR":
        assert after.margin is None


@given(sold)
def test_an_unchanged_quote_changes_nothing_that_counts(lines: list[Line]) -> None:
    """Quoting what is there and signing it moves no amount and no margin."""
    from oppkit.model import quoting

    sale = Opportunity(
        id=1, name="x", customer_id=1, status="proposal", opened_on=TODAY, lines=tuple(lines)
    )
    after = following(sale, quoting.create(sale, Firm(), TODAY)).offered
    assert (after.amount, after.margin) == (sale.amount, sale.margin)


# -- our company -----------------------------------------------------------------------------------


def test_the_firm_is_kept(workbench: Workbench, colleague: Workbench) -> None:
    assert workbench.quotes.firm == Firm()
    workbench.quotes.save_firm(FIRM)
    assert colleague.quotes.firm == FIRM


def test_a_country_that_there_is_not_is_refused(workbench: Workbench) -> None:
    with pytest.raises(ValidationError):
        workbench.quotes.save_firm(FIRM.replace(address=Address(country="XX")))
    assert workbench.quotes.firm == Firm()


def test_merging_customers_leads_validated_quotes_along(
    workbench: Workbench, validated: Quote, customer: Customer, owner: Employee
) -> None:
    kept = workbench.save(Customer(name="Énergie", contacts=(Contact(last_name="X"),)))
    workbench.duplicates.merge(kept, workbench.get(Customer, customer.id or 0))
    moved = workbench.get(Quote, validated.id or 0)
    assert moved.customer_id == kept.id
    assert (moved.code, moved.state, moved.parties) == (
        validated.code, validated.state, validated.parties,
    )  # fmt: skip
