"""What the placeholders of a mail template stand for."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from oppkit.locale import formats
from oppkit.model.firm import Firm
from oppkit.model.opportunity import Opportunity
from oppkit.model.people import Contact, Customer, Employee
from oppkit.model.quote import Quote


def mail_values(
    record: Opportunity | Quote, customer: Customer, contact: Contact | None,
    owner: Employee | None, firm: Firm, language: str,
) -> dict[str, str]:  # fmt: skip
    """The texts by the name of their placeholder, empty where nothing is known.

    `contact` is the customer's name where no contact is: a letter begins with it.
    """
    values = {
        "code": record.code or "",
        "name": record.name,
        "customer": customer.name,
        "contact": contact.name if contact else customer.name,
        "owner": owner.name if owner else "",
        "owner_email": (owner.email if owner else None) or "",
        "owner_phone": owner.phone if owner else "",
        "firm": firm.name,
        "firm_phone": firm.phone,
        "firm_website": firm.website,
    }
    if isinstance(record, Quote):
        return values | _offered(record, language)
    return values | {"amount": _amount(record.amount, record.currency, language)}


def _offered(quote: Quote, language: str) -> dict[str, str]:
    """`amount` excludes tax, as everywhere in oppkit."""
    totals = quote.totals
    return {
        "amount": _amount(totals.excluding_tax, quote.currency, language),
        "amount_with_tax": _amount(totals.including_tax, quote.currency, language),
        "quoted_on": _date(quote.quoted_on, language),
        "valid_until": _date(quote.valid_until, language),
    }


def _amount(value: Decimal | None, currency: str, language: str) -> str:
    return "" if value is None else formats.amount(value, currency, language)


def _date(day: date | None, language: str) -> str:
    return "" if day is None else formats.long_date(day, language)
