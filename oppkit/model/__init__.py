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
    NoStatus,
    NotFound,
    NotSaved,
    UserError,
)
from oppkit.model.event import Event, EventKind
from oppkit.model.firm import Firm
from oppkit.model.following import Following
from oppkit.model.opportunity import Line, Opportunity, Recurrence
from oppkit.model.parties import Parties
from oppkit.model.people import Address, Contact, Customer, CustomerKind, Employee, Site
from oppkit.model.quote import Quote, QuoteLine, QuoteState
from oppkit.model.record import Record
from oppkit.model.references import OWNER_ROLE, Participant, Responsible
from oppkit.model.search import Found, NewerSearch, SavedSearch, Search, Sort, Suggestion, Sum
from oppkit.model.target import Call, PeriodKind, Target, TargetStands
from oppkit.model.totals import Totals, VatPart
from oppkit.model.version import Merged, Version

__all__ = [
    "LISTS",
    "OWNER_ROLE",
    "Address",
    "Affair",
    "AffairStatus",
    "Call",
    "Catalogue",
    "CodeTaken",
    "Collision",
    "Contact",
    "Country",
    "Currency",
    "Customer",
    "CustomerKind",
    "Deleted",
    "EditConflict",
    "Employee",
    "Establishment",
    "Event",
    "EventKind",
    "Family",
    "Firm",
    "Following",
    "Found",
    "InUse",
    "Line",
    "LossReason",
    "Merged",
    "NewerSearch",
    "NoStatus",
    "NotFound",
    "NotSaved",
    "Opportunity",
    "OriginKind",
    "OriginType",
    "Outcome",
    "Participant",
    "Parties",
    "PeriodKind",
    "Pricing",
    "Quote",
    "QuoteLine",
    "QuoteState",
    "Record",
    "Recurrence",
    "Reference",
    "Responsible",
    "Role",
    "SaleType",
    "SavedSearch",
    "Search",
    "Sector",
    "Site",
    "Sort",
    "Status",
    "Subfamily",
    "Suggestion",
    "Sum",
    "Tag",
    "Target",
    "TargetStands",
    "Totals",
    "UserError",
    "VatPart",
    "Version",
]
