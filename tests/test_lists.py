"""Editing the reference lists and rates, also while a colleague does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from oppkit.locale import say
from oppkit.model import (
    LISTS,
    Currency,
    Line,
    Opportunity,
    OriginType,
    Outcome,
    Reference,
    Role,
    SaleType,
    Sector,
    Status,
    Subfamily,
    Tag,
)
from oppkit.model.errors import (
    CodeTaken,
    FixedWhileInUse,
    LastStatus,
    OwnerRoleNeeded,
    RatesExist,
    RateStands,
    ValueChanged,
    ValueGone,
    WorkspaceCurrency,
)
from oppkit.model.rate import ExchangeRate
from oppkit.store.errors import InUseValue
from oppkit.workbench import Workbench
from tests.clock import TODAY

pytestmark = pytest.mark.both_engines

Saved = Callable[..., Opportunity]


def value(workbench: Workbench, kind: Any, code: str) -> Any:
    found = workbench.catalogue().get(kind, code)
    assert found is not None
    return found


def added(kind: type[Reference]) -> Reference:
    """A new value of a list."""
    own: dict[str, Any] = {
        "origin_type": {"kind": "call"}, "sale_type": {"pricing": "unit"},
        "subfamily": {"family": "data"},
    }.get(kind.list_name, {})  # fmt: skip
    code = {"country": "XX", "currency": "XXA"}.get(kind.list_name, "new")
    return kind.model_validate({"code": code, "label_fr": "Neuf", "label_en": "New"} | own)


@pytest.mark.parametrize("kind", LISTS.values(), ids=list(LISTS))
def test_a_value_of_every_list_is_added_changed_closed_and_deleted(
    kind: type[Reference], workbench: Workbench
) -> None:
    new = added(kind)
    workbench.lists.save(new)
    assert value(workbench, kind, new.code) == new
    changed = new.replace(label_fr="Autre", active=False)
    workbench.lists.save(changed, new)
    assert value(workbench, kind, new.code) == changed
    workbench.lists.delete(changed)
    assert workbench.catalogue().get(kind, new.code) is None


@pytest.mark.parametrize("kind", LISTS.values(), ids=list(LISTS))
def test_a_new_value_never_replaces_one_of_its_code(
    kind: type[Reference], workbench: Workbench
) -> None:
    workbench.lists.save(added(kind))
    with pytest.raises(CodeTaken):
        workbench.lists.save(added(kind).replace(label_fr="Autre"))
    assert value(workbench, kind, added(kind).code).label_fr == "Neuf"


def test_an_edit_never_overwrites_a_colleague_in_silence(
    workbench: Workbench, colleague: Workbench
) -> None:
    base = value(workbench, Tag, "risk")
    theirs = base.replace(colour="#112233")
    colleague.lists.save(theirs, base)
    with pytest.raises(ValueChanged) as refused:
        workbench.lists.save(base.replace(label_fr="Péril"), base)
    assert refused.value.theirs == theirs
    with pytest.raises(ValueChanged):
        workbench.lists.delete(base)
    assert value(workbench, Tag, "risk") == theirs
    mine = theirs.replace(label_fr="Péril")
    workbench.lists.save(mine, theirs)
    assert value(workbench, Tag, "risk") == mine


def test_a_value_that_a_colleague_deleted_is_not_brought_back_in_silence(
    workbench: Workbench, colleague: Workbench
) -> None:
    base = value(workbench, Tag, "risk")
    colleague.lists.delete(base)
    with pytest.raises(ValueGone):
        workbench.lists.save(base.replace(label_fr="Péril"), base)
    with pytest.raises(ValueGone):
        workbench.lists.delete(base)
    workbench.lists.save(base)
    assert value(workbench, Tag, "risk") == base


@pytest.mark.parametrize("outcome", [Outcome.OPEN, Outcome.WON, Outcome.LOST])
def test_one_active_status_of_each_needed_outcome_stays(
    outcome: Outcome, workbench: Workbench
) -> None:
    statuses = [s for s in workbench.catalogue().all(Status) if s.outcome is outcome]
    for status in statuses[:-1]:
        workbench.lists.save(status.replace(active=False), status)
    last = statuses[-1]
    for refused in (
        lambda: workbench.lists.save(last.replace(active=False), last),
        lambda: workbench.lists.save(last.replace(outcome=Outcome.ABANDONED), last),
        lambda: workbench.lists.delete(last),
    ):
        with pytest.raises(LastStatus, match=f"{last.code} is the last active status"):
            refused()
    assert workbench.catalogue().closing_status(outcome) == last
    workbench.lists.save(last.replace(label_fr="Renommé"), last)


def test_abandoned_statuses_may_all_be_closed(workbench: Workbench) -> None:
    for status in workbench.catalogue().all(Status):
        if status.outcome is Outcome.ABANDONED:
            workbench.lists.save(status.replace(active=False), status)
    left = workbench.catalogue().all(Status, active_only=True)
    assert Outcome.ABANDONED not in {status.outcome for status in left}


def test_the_role_of_owners_stays(workbench: Workbench) -> None:
    sales = value(workbench, Role, "sales")
    with pytest.raises(OwnerRoleNeeded):
        workbench.lists.save(sales.replace(active=False), sales)
    with pytest.raises(OwnerRoleNeeded):
        workbench.lists.delete(sales)
    workbench.lists.save(sales.replace(label_fr="Vendeur"), sales)
    assert value(workbench, Role, "sales").label_fr == "Vendeur"


def test_the_currency_of_totals_stays(workbench: Workbench) -> None:
    euro = value(workbench, Currency, "EUR")
    with pytest.raises(WorkspaceCurrency):
        workbench.lists.save(euro.replace(active=False), euro)
    with pytest.raises(WorkspaceCurrency):
        workbench.lists.delete(euro)
    workbench.lists.set_currency("USD")
    workbench.lists.save(euro.replace(active=False), euro)
    assert workbench.currency == "USD"


@pytest.mark.parametrize(
    ("kind", "code", "field", "other"),
    [
        (Status, "proposal", "outcome", "won"),
        (OriginType, "partner", "kind", "call"),
        (SaleType, "licence", "pricing", "days"),
        (Subfamily, "data_platform", "family", "cloud"),
    ],
)
def test_what_records_rely_on_cannot_change_under_them(
    kind: Any, code: str, field: str, other: str, workbench: Workbench, saved: Saved
) -> None:
    base = value(workbench, kind, code)
    workbench.lists.save(changed := base.replace(**{field: other}), base)
    workbench.lists.save(base, changed)
    saved(
        origin_type="partner", family="data", subfamily="data_platform",
        lines=(Line(sale_type="licence", amount=1),),
    )  # fmt: skip
    with pytest.raises(FixedWhileInUse) as refused:
        workbench.lists.save(base.replace(**{field: other}), base)
    assert refused.value.values["fields"] == field
    workbench.lists.save(base.replace(label_fr="Renommé"), base)
    assert value(workbench, kind, code).label_fr == "Renommé"


def test_a_value_in_use_is_closed_rather_than_deleted(workbench: Workbench, saved: Saved) -> None:
    saved(tags=("risk",))
    base = value(workbench, Tag, "risk")
    assert workbench.lists.uses(base) == 1
    with pytest.raises(InUseValue):
        workbench.lists.delete(base)
    workbench.lists.save(base.replace(active=False), base)
    assert not value(workbench, Tag, "risk").active


def test_only_the_order_is_written_when_a_list_is_arranged(
    workbench: Workbench, colleague: Workbench
) -> None:
    codes = [sector.code for sector in workbench.catalogue().all(Sector)]
    base = value(workbench, Sector, codes[0])
    colleague.lists.save(base.replace(label_fr="Autre"), base)
    colleague.lists.save(added(Sector).replace(rank=1))
    colleague.lists.delete(value(workbench, Sector, codes[1]))
    wanted = [codes[3], codes[1], *codes[4:], codes[0], codes[2]]
    workbench.lists.arrange(Sector, wanted)
    stands = workbench.catalogue().all(Sector)
    assert [sector.code for sector in stands] == [c for c in wanted if c != codes[1]] + ["new"]
    assert value(workbench, Sector, codes[0]).label_fr == "Autre"


def test_a_new_order_is_no_conflict(workbench: Workbench, colleague: Workbench) -> None:
    base = value(workbench, Sector, "energy")
    colleague.lists.arrange(Sector, ["energy"])
    workbench.lists.save(base.replace(label_fr="Énergies"), base)
    first = workbench.catalogue().all(Sector)[0]
    assert (first.code, first.label_fr) == ("energy", "Énergies")


def test_the_code_of_a_currency_is_that_of_amounts(workbench: Workbench) -> None:
    with pytest.raises(ValidationError, match="three capital letters"):
        Currency(code="eur", label_fr="Euro", label_en="Euro")


# -- rates ----------------------------------------------------------------------------------------


def rate(number: str, day: int = 1) -> ExchangeRate:
    return ExchangeRate(currency="USD", valid_from=date(2026, 1, day), rate=Decimal(number))


def test_rates_are_added_changed_moved_and_deleted(workbench: Workbench) -> None:
    workbench.lists.save_rate(rate("0.9"))
    workbench.lists.save_rate(rate("0.8", 2))
    assert workbench.lists.rates() == [rate("0.8", 2), rate("0.9")]  # the latest first
    workbench.lists.save_rate(rate("0.95"), rate("0.9"))
    workbench.lists.save_rate(rate("0.8", 3), rate("0.8", 2))
    assert workbench.lists.rates() == [rate("0.8", 3), rate("0.95")]
    workbench.lists.delete_rate(rate("0.95"))
    assert workbench.lists.rates() == [rate("0.8", 3)]
    assert workbench.lists.uses(value(workbench, Currency, "USD")) == 1


def test_a_rate_never_replaces_another_in_silence(
    workbench: Workbench, colleague: Workbench
) -> None:
    workbench.lists.save_rate(rate("0.9"))
    for save in (
        lambda: workbench.lists.save_rate(rate("0.7")),
        lambda: workbench.lists.save_rate(rate("0.7"), rate("0.8")),
        lambda: workbench.lists.delete_rate(rate("0.8")),
    ):
        with pytest.raises(RateStands) as refused:
            save()
        assert refused.value.theirs == rate("0.9")
    assert colleague.lists.rates() == [rate("0.9")]


@pytest.mark.parametrize("number", ["0", "-1", "0.123456789", "NaN"])
def test_rates_are_numbers_above_zero(number: str) -> None:
    with pytest.raises(ValidationError):
        rate(number)


def test_the_currency_of_totals_changes_only_without_rates(workbench: Workbench) -> None:
    workbench.lists.save_rate(rate("0.9"))
    with pytest.raises(RatesExist):
        workbench.lists.set_currency("USD")
    assert workbench.currency == "EUR"
    workbench.lists.delete_rate(rate("0.9"))
    workbench.lists.set_currency("USD")
    assert workbench.currency == "USD"


def test_every_edit_is_news(workbench: Workbench, saved: Saved) -> None:
    """Snapshots are made anew after each, for they hold labels' codes and amounts by rate."""
    saved(opened_on=TODAY)
    new = added(Tag)
    before = workbench.snapshot()
    for write in (
        lambda: workbench.lists.save(new),
        lambda: workbench.lists.delete(new),
        lambda: workbench.lists.arrange(Tag, ["risk"]),
        lambda: workbench.lists.save_rate(rate("0.9")),
        lambda: workbench.lists.delete_rate(rate("0.9")),
        lambda: workbench.lists.set_currency("USD"),
    ):
        write()
        after = workbench.snapshot()
        assert after is not before
        before = after


def test_refusals_tell_outcomes_in_the_readers_language(workbench: Workbench) -> None:
    won = workbench.catalogue().closing_status(Outcome.WON)
    with pytest.raises(LastStatus) as refused:
        workbench.lists.delete(won)
    assert "« Gagnée »" in say(refused.value, "fr").replace("\xa0", " ")
