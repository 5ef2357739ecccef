"""What the sheets of all kinds of record have: who, what it is called, where it belongs, when."""

from __future__ import annotations

import datetime
from typing import Any

from oppkit.documents.content import people
from oppkit.documents.content.phrasing import Phrasing, plain, raw_of
from oppkit.documents.content.surroundings import Surroundings
from oppkit.model.affair import Affair
from oppkit.model.opportunity import Opportunity
from oppkit.model.quote import Quote

_CLASSES = ("establishment", "sector", "family", "subfamily")


def common(
    record: Opportunity | Quote | Affair, around: Surroundings, phrasing: Phrasing,
    date: datetime.date,
) -> dict[str, Any]:  # fmt: skip
    """The beginning of every sheet; `date` is the day for which it is made."""
    sale = around.opportunity
    return {
        "language": phrasing.language,
        "words": phrasing.words(), "labels": phrasing.labels(),
        "date": phrasing.day(date),
        "code": plain(record.code or ""), "name": plain(record.name),
        "currency": phrasing.currency,
        "firm": people.firm(around, phrasing), "customer": people.customer(around, phrasing),
        "opportunity": {"code": plain(sale.code or ""), "name": plain(sale.name)} if sale else {},
        **{name: phrasing.label(name, getattr(record, name)) for name in _CLASSES},
        "tags": [phrasing.label("tag", tag) for tag in record.tags],
        "responsibles": people.responsibles(record.responsibles, around, phrasing),
        "participants": people.participants(record.participants, around),
        "comment": plain(record.comment),
        "raw": raw_of(record, (*_CLASSES, "tags")) | {"date": date.isoformat()},
    }  # fmt: skip
