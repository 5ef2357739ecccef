"""What a record refers to, read with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, tzinfo
from typing import Any

from oppkit.model.affair import Affair
from oppkit.model.catalogue import Catalogue
from oppkit.model.opportunity import Opportunity
from oppkit.model.parties import Parties
from oppkit.model.people import Contact, Employee
from oppkit.model.quote import Quote
from oppkit.model.version import Version


@dataclass(frozen=True)
class Surroundings:
    """`opportunity` is the one that a quote or an affair was made from.

    `events` are rows as the directory gives them; `history` is the record's own, oldest
    first; its moments are told in `zone` (None: the machine's own).
    """

    catalogue: Catalogue
    today: date
    parties: Parties
    employees: Mapping[int, Employee] = field(default_factory=dict)
    contacts: Mapping[int, Contact] = field(default_factory=dict)
    opportunity: Opportunity | None = None
    parent: Quote | None = None
    quotes: Sequence[Quote] = ()
    affairs: Sequence[Affair] = ()
    events: Sequence[Mapping[str, Any]] = ()
    history: Sequence[Version] = ()
    zone: tzinfo | None = None
