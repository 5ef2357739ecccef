"""Records as a person reads them: labels and names instead of codes and identifiers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import cached_property
from typing import Any, cast, get_args

from oppkit.directory import ORIGINS, Suggested
from oppkit.forms.screen import Screen
from oppkit.forms.telling import Change, told
from oppkit.locale import formats
from oppkit.locale.catalogue import entries
from oppkit.model import (
    Country,
    Currency,
    Customer,
    Establishment,
    Family,
    LossReason,
    NotFound,
    OriginType,
    Outcome,
    Participant,
    Parties,
    Record,
    Reference,
    Responsible,
    Role,
    SaleType,
    Sector,
    Status,
    Subfamily,
    Tag,
    Version,
)
from oppkit.model.money import decimals

NOTHING = "—"
"""What stands where a field is empty."""

_LISTS: dict[str, type[Reference]] = {
    "status": Status, "origin_type": OriginType, "sale_type": SaleType, "sector": Sector,
    "establishment": Establishment, "family": Family, "subfamily": Subfamily, "tags": Tag,
    "role": Role, "loss_reason": LossReason, "country": Country, "currency": Currency,
}  # fmt: skip
_NAMED: dict[str, Suggested] = {
    "customer_id": "customer", "contact_id": "contact", "employee_id": "employee",
    "owner_id": "employee", "opportunity_id": "opportunity", "parent_id": "quote",
}  # fmt: skip
_MONEY = {
    "amount", "margin", "unit_price", "budget", "weighted_amount", "weighted_margin",
    "excluding_tax", "including_tax",
}  # fmt: skip
_FRACTIONS = {"probability", "discount", "vat_rate"}
_STATE_TONES = {"signed": "good", "archived": "late"}


@dataclass(frozen=True)
class Heading:
    """What happened to a record, by whom and when; `tone` is "good", "late" or nothing."""

    what: str
    author: str
    moment: str
    tone: str = ""

    def __str__(self) -> str:
        return f"{self.what} · {self.author} · {self.moment}"


class Wording:
    """Values and changes in the language of a page. Names are looked up once and then kept."""

    def __init__(self, screen: Screen) -> None:
        self.screen = screen
        self._names: dict[tuple[str, int], str] = {}
        self._sites: dict[int, Mapping[int | None, str]] = {}

    # -- values ----------------------------------------------------------------------------------

    def label(self, field: str) -> str:
        """What a field is called; its own name where the catalogue has none."""
        return entries(self.screen.language).get(f"field.{field}", field)

    def of(self, record: Record, field: str) -> str:
        """The value of a field, or of a sum such as `weighted_amount`, of a record."""
        return self.value(field, getattr(record, field), record)

    def of_part(self, part: Record, field: str, record: Record) -> str:
        """The value of a field of a line, a site or a contact of `record`."""
        return self.value(field, getattr(part, field), record)

    def value(self, field: str, value: Any, record: Record) -> str:
        """A value that stands in a field of `record`, which says the currency and the customer."""
        if value is None or value == "" or value == ():
            return NOTHING
        if isinstance(value, tuple):
            return "\n".join(self.value(field, entry, record) for entry in value)
        if isinstance(value, Record):
            return self._entry(value, record)
        if isinstance(value, Enum):
            return self.screen.text(f"{_snake(type(value))}.{value.value}")
        if field in _LISTS or field.endswith("_id"):
            return self._referred(field, value, record)
        return self._plain(field, value, record)

    def moment(self, moment: datetime) -> str:
        """Date and time of day where the reader is."""
        here = moment.astimezone(self._zone)
        day = self.screen.date(here.date())
        return self.screen.text("history.moment", date=day, time=f"{here:%H:%M}")

    def name(self, kind: str, record_id: int) -> str:
        """The name of a record; its number where it is gone."""
        if (kind, record_id) not in self._names:
            kept = kind in get_args(Suggested)
            named = self.screen.workbench.directory.named
            found = named(cast(Suggested, kind), record_id) if kept else None
            self._names[kind, record_id] = found.name if found else self._number(record_id)
        return self._names[kind, record_id]

    # -- changes ---------------------------------------------------------------------------------

    def changes(self, before: Record | None, after: Record) -> list[Change]:
        """What differs, field by field and entry by entry; all that is filled in without `before`.

        The sums of an opportunity come last. What the store keeps for itself is not told.
        """
        return told(self, before, after)

    def sentence(self, change: Change) -> str:
        """A change as one line of text."""
        colon = self.screen.text("screen.colon")
        parts = [part for part in (change.before, change.after) if part]
        return f"{change.label}{colon}{' → '.join(parts)}"

    def happened(self, version: Version, previous: Version | None) -> Heading:
        """How a version came about; `previous` is the one before it."""
        what, tone = self._came_about(version, previous)
        return Heading(what, version.author, self.moment(version.valid_from), tone)

    def deleted(self, version: Version) -> Heading | None:
        """The deletion that ended a version, if one did."""
        if version.deleted_by is None or version.valid_to is None:
            return None
        what = self.screen.text("history.deleted")
        return Heading(what, version.deleted_by, self.moment(version.valid_to), "late")

    # -- inside ----------------------------------------------------------------------------------

    @cached_property
    def _zone(self) -> Any:
        return self.screen.workbench.zone

    def _number(self, record_id: int) -> str:
        return self.screen.text("history.number", number=record_id)

    def _plain(self, field: str, value: Any, record: Record) -> str:
        if isinstance(value, bool):
            return self.screen.text("history.yes" if value else "history.no")
        if isinstance(value, datetime):
            return self.moment(value)
        if isinstance(value, date):
            return self.screen.date(value)
        if isinstance(value, Decimal):
            return self._decimal(field, value, record)
        return self.screen.number(value) if isinstance(value, int) else str(value)

    def _decimal(self, field: str, value: Decimal, record: Record) -> str:
        if field in _FRACTIONS:
            return self.screen.percent(value)
        if field not in _MONEY:
            return self.screen.number(value)
        # A price may have more decimals than its currency.
        currency = getattr(record, "currency", self.screen.workbench.currency)
        exponent = value.normalize().as_tuple().exponent
        places = max(decimals(currency), -exponent if isinstance(exponent, int) else 0)
        return formats.amount(value, currency, self.screen.language, places)

    def _referred(self, field: str, value: Any, record: Record) -> str:
        if field in _LISTS:
            return self.screen.label(_LISTS[field], value)
        if field == "site_id":
            return self._site(value, getattr(record, "customer_id", None))
        if field == "origin_id":
            kind = self.screen.lists.get(OriginType, getattr(record, "origin_type", None))
            return self.name(ORIGINS.get(kind.kind, "") if kind else "", value)
        return self.name(_NAMED[field], value)

    def _site(self, site_id: int, customer_id: int | None) -> str:
        if customer_id is not None and customer_id not in self._sites:
            try:
                customer = self.screen.workbench.get(Customer, customer_id)
                self._sites[customer_id] = {site.id: site.name for site in customer.sites}
            except NotFound:
                self._sites[customer_id] = {}
        return self._sites.get(customer_id or 0, {}).get(site_id) or self._number(site_id)

    def _entry(self, entry: Record, record: Record) -> str:
        """A line, a person, a site: what is filled in of it."""
        if isinstance(entry, Responsible | Participant):
            person = [getattr(entry, name, None) for name in ("role", "contact_id", "employee_id")]
            fields = ("role", "contact_id", "employee_id")
            shown = [self.value(*pair, record) for pair in zip(fields, person, strict=True)]
            return ", ".join(text for text in shown if text != NOTHING)
        if isinstance(entry, Parties):
            whom = [entry.customer, entry.site, entry.contact]
            return f"{entry.firm.name or NOTHING} → {', '.join(filter(None, whom))}"
        return self.filled(entry, record)

    def filled(self, entry: Record, record: Record, without: Sequence[str] = ("id",)) -> str:
        """The fields of a part of a record that differ from those of an empty one, in a line."""
        shown = []
        for name, field in type(entry).model_fields.items():
            value = entry.__dict__[name]
            if name in without or (not field.is_required() and value == field.default):
                continue
            shown.append(self.value(name, value, record))
        return ", ".join(text for text in shown if text != NOTHING) or NOTHING

    def _came_about(self, version: Version, previous: Version | None) -> tuple[str, str]:
        if previous is None:
            return self.screen.text("history.created"), ""
        if previous.deleted_by is not None:
            return self.screen.text("history.restored"), "good"
        old, new = (getattr(v.record, "state", None) for v in (previous, version))
        if old != new:
            return self.screen.text(f"quote_state.{new}"), _STATE_TONES.get(str(new), "")
        old, new = (getattr(v.record, "status", None) for v in (previous, version))
        if old == new or isinstance(new, Enum) or new is None:
            return self.screen.text("history.changed"), ""
        return self._moved(str(old), new)

    def _moved(self, old: str, new: str) -> tuple[str, str]:
        lists, label = self.screen.lists, self.screen.label(Status, new)
        outcome = lists.outcome(new)
        if outcome is not Outcome.OPEN and outcome is not lists.outcome(old):
            tone = "good" if outcome is Outcome.WON else "late"
            return self.screen.text(f"history.{outcome.value}"), tone
        back = outcome is Outcome.OPEN and lists.outcome(old) is not Outcome.OPEN
        key = "history.reopened" if back else "history.moved"
        return self.screen.text(key, status=label), ""


def _snake(kind: type[Enum]) -> str:
    return "".join(f"_{sign.lower()}" if sign.isupper() else sign for sign in kind.__name__)[1:]
