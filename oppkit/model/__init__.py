"""What a sale is, and its rules: standard library and pydantic only."""

from oppkit.model.affair import Affair, AffairStatus
from oppkit.model.catalogue import (
    LISTS,
    Catalogue,
    Country,
    Currency,
    Establishment,
    Family,
    LossReason,
    OriginKind,
    OriginType,
    Outcome,
    Pricing,
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
    Collision,
    Deleted,
    EditConflict,
    InUse,
    NotFound,
    NotSaved,
    UserError,
)
from oppkit.model.event import Event, EventKind
from oppkit.model.opportunity import Line, Opportunity, Recurrence
from oppkit.model.people import Address, Contact, Customer, CustomerKind, Employee, Site
from oppkit.model.quote import Quote, QuoteLine, QuoteState
from oppkit.model.record import Record
from oppkit.model.references import OWNER_ROLE, Participant, Responsible

__all__ = [name for name in dir() if not name.startswith("_")]
