"""Which view stands behind each tab, and which form edits each kind of record.

They are imported when they are first shown: a page that opens on the list needs no board.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from oppkit.forms.form import RecordForm
from oppkit.forms.screen import Screen
from oppkit.model.record import Record

VIEWS = {
    "opportunities": ("search", "SearchView"),
    "board": ("board_view", "BoardView"),
    "calendar": ("calendar_view", "CalendarView"),
    "forecast": ("forecast_view", "ForecastView"),
    "movement": ("movement_view", "MovementView"),
    "attention": ("attention_view", "AttentionView"),
    "targets": ("targets_view", "TargetsView"),
    "quotes": ("quotes", "QuotesView"),
    "affairs": ("affairs", "AffairsView"),
    "customers": ("customers", "CustomersView"),
    "contacts": ("contacts", "ContactsView"),
    "employees": ("employees", "EmployeesView"),
    "events": ("events", "EventsView"),
    "lists": ("lists", "ListsView"),
}

# They start from a snapshot, which is a reading of its own: it waits until all others are done.
ANALYSES = {"forecast", "movement", "targets"}

FORMS = {
    "opportunity": ("opportunity_form", "OpportunityForm"),
    "quote": ("quote_form", "QuoteForm"),
    "affair": ("affair_form", "AffairForm"),
    "customer": ("customer_form", "CustomerForm"),
    "contact": ("contact_form", "ContactForm"),
    "customercontact": ("contact_form", "ContactForm"),
    "employee": ("employee_form", "EmployeeForm"),
    "event": ("event_form", "EventForm"),
    "firm": ("firm_form", "FirmForm"),
}


def view(name: str, screen: Screen) -> Any:
    """The view of a tab, built anew."""
    return _found(VIEWS[name])(screen)


def form(record: Record, screen: Screen) -> RecordForm[Any]:
    """The form for a record, empty."""
    made: RecordForm[Any] = _found(FORMS[type(record).__name__.lower()])(screen)
    return made


def new_form(kind: str, screen: Screen) -> RecordForm[Any]:
    """The form of a kind, for a new record."""
    made: Any = _found(FORMS[kind])(screen)
    made.start()
    return made  # type: ignore[no-any-return]


def _found(place: tuple[str, str]) -> Any:
    module, name = place
    return getattr(import_module(f"oppkit.forms.{module}"), name)
