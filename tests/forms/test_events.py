"""The agenda and the form of an event, without a browser."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from oppkit.forms.conflict import ConflictDialog
from oppkit.forms.event_form import EventForm
from oppkit.forms.events import EventsView
from oppkit.forms.screen import Screen
from oppkit.locale.typed import NotUnderstood, parse_time
from oppkit.model import Customer, Employee, Event, EventKind, Opportunity, Record
from oppkit.workbench import Workbench
from tests.clock import TODAY
from tests.forms.conftest import EVIL
from tests.forms.listed import column, rows, typed

TASK, APPOINTMENT, NOTE = EventKind.TASK, EventKind.APPOINTMENT, EventKind.NOTE


def days(number: int) -> date:
    return TODAY + timedelta(days=number)


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(TODAY.year, TODAY.month, TODAY.day, hour, minute, tzinfo=UTC)


@pytest.fixture(autouse=True)
def fixed_zone(workbench: Workbench) -> None:
    """A fixed day is told in UTC, wherever the test runs."""
    workbench.set("today", TODAY.isoformat())


@pytest.fixture
def form(screen: Screen) -> EventForm:
    shown = EventForm(screen)
    shown.start()
    return shown


@pytest.fixture
def visited(screen: Screen) -> list[Record | str]:
    asked: list[Record | str] = []
    screen.navigate(asked.append, asked.append)
    return asked


def opened(screen: Screen, **values: Any) -> EventForm:
    form = EventForm(screen)
    form.show(screen.workbench.save(Event(**{"kind": TASK, "subject": "Call", **values})))
    return form


# -- the agenda ------------------------------------------------------------------------------------


@pytest.fixture
def agenda(screen: Screen, customer: Customer, owner: Employee, assistant: Employee) -> EventsView:
    for values in (
        {"kind": TASK, "subject": "Coming", "due_on": days(3), "owner_id": owner.id},
        {"kind": TASK, "subject": "Late", "due_on": days(-3), "owner_id": assistant.id},
        {"kind": TASK, "subject": "Undated", "customer_id": customer.id},
        {"kind": APPOINTMENT, "subject": "Today", "starts_at": at(14, 30), "ends_at": at(15)},
        {"kind": TASK, "subject": "Done", "due_on": days(-9), "done_on": days(-8)},
        {"kind": NOTE, "subject": "Said"},
    ):
        screen.workbench.save(Event(**values))
    view = EventsView(screen)
    view.refresh()
    return view


def test_those_of_today_come_first_then_the_late_ones(agenda: EventsView) -> None:
    assert column(agenda) == ["Today", "Late", "Coming", "Undated"]
    agenda.state.widget.value = ""
    assert column(agenda)[:4] == ["Today", "Late", "Coming", "Undated"]
    assert set(column(agenda)[4:]) == {"Done", "Said"}
    assert agenda.table.footer == "6 events"


@pytest.mark.parametrize(
    ("language", "word", "today"), [("en", "late", "today"), ("fr", "en retard", "aujourd'hui")]
)
def test_a_late_one_says_so_in_red_and_in_words(
    agenda: EventsView, workbench: Workbench, language: str, word: str, today: str
) -> None:
    view = EventsView(Screen(workbench, language))
    view.refresh()
    cells = {row["cells"][0]: row["cells"][1] for row in rows(view)}
    assert cells["Late"] == {"text": f"13/03/2026 · {word}", "tone": "late"}
    assert cells["Today"] == f"{today} · 14:30"
    assert cells["Coming"] == "19/03/2026"
    assert cells["Undated"] == ""


def test_filters(agenda: EventsView, owner: Employee) -> None:
    agenda.search.search("rhone")
    assert column(agenda) == ["Undated"]  # its customer's name
    agenda.search.search("")
    agenda.kind.widget.value = "appointment"
    assert column(agenda) == ["Today"]
    agenda.kind.widget.value = ""
    agenda.state.widget.value = "done"
    assert set(column(agenda)) == {"Done", "Said"}
    agenda.state.widget.value = "open"
    agenda.owner.show(owner.id)
    assert column(agenda) == ["Coming"]
    typed(agenda.owner.widget, "somebody")  # half typed: restricts nothing
    assert len(column(agenda)) == 4


def test_headings_sort_and_the_agenda_comes_back(agenda: EventsView) -> None:
    assert agenda.agenda.disabled
    agenda.state.widget.value = ""
    sortable = [one["name"] for one in agenda.table.columns if one["sortable"]]
    for name in sortable:
        agenda.table.sort = {"name": name, "descending": False}
    assert agenda.screen.notice.text == ""
    assert len(sortable) == 5
    agenda.state.widget.value = "open"
    agenda.table.sort = {"name": "subject", "descending": True}
    assert column(agenda) == ["Undated", "Today", "Late", "Coming"]
    agenda.agenda.click()
    assert column(agenda)[0] == "Today"
    assert agenda.agenda.disabled


def test_selected_ones_are_marked_as_done(agenda: EventsView) -> None:
    assert agenda.done.disabled
    assert agenda.opportunity.disabled
    news: list[bool] = []
    agenda.screen.on_changed(lambda: news.append(True))
    agenda.screen.on_changed(agenda.refresh)
    agenda.table.selected = [row["key"] for row in rows(agenda)[:2]]
    assert agenda.opportunity.disabled
    agenda.done.click()
    assert news
    assert agenda.table.selected == []
    assert agenda.table.total == 2
    assert agenda.screen.notice.text == "Done today: 2 events."
    agenda.state.widget.value = "done"
    done = {row["cells"][0]: row["cells"][6] for row in rows(agenda)}
    assert (done["Today"], done["Late"], done["Done"]) == ("16/03/2026", "16/03/2026", "08/03/2026")
    agenda.table.selected = [row["key"] for row in rows(agenda) if row["cells"][6]]
    agenda.mark_done()
    assert agenda.screen.notice.text == "They were done already."


def test_a_row_opens_and_brings_an_opportunity(
    agenda: EventsView, customer: Customer, visited: list[Any]
) -> None:
    keys = {row["cells"][0]: row["key"] for row in rows(agenda)}
    agenda.opened(keys["Late"])
    agenda.create()
    agenda.table.selected = [keys["Late"]]
    agenda.opportunity.click()
    assert agenda.screen.notice.text == ("Choose the customer first: an opportunity needs one.")
    agenda.table.selected = [keys["Undated"]]
    agenda.opportunity.click()
    event, kind, brought = visited
    assert (event.subject, kind) == ("Late", "event")
    assert isinstance(brought, Opportunity)
    assert (brought.name, brought.customer_id, brought.version) == ("Undated", customer.id, 0)


# -- the form --------------------------------------------------------------------------------------


def test_every_field_is_saved_and_shown_again(
    screen: Screen, form: EventForm, customer: Customer, owner: Employee, saved: Any
) -> None:
    opportunity = saved()
    form.of.kind.widget.value = "appointment"
    form.of.subject.widget.value = "Visit"
    form.of.starts.day.widget.text = "20/3/26"
    form.of.starts.time.value = "14h30"
    form.of.ends.time.value = "16:00"  # on the same day
    form.of.done.widget.text = "21/03/2026"
    form.of.owner.show(owner.id)
    form.of.customer.show(customer.id)
    form.of.site.widget.value = customer.sites[1].id
    form.of.contact.widget.value = customer.contacts[0].id
    form.of.opportunity.show(opportunity.id)
    form.of.comment.widget.value = "A\nB"
    event = form.save()
    assert event is not None
    assert event == screen.workbench.event(event.id or 0)
    assert event.model_dump(exclude={"id", "version"}) == {
        "kind": APPOINTMENT, "subject": "Visit",
        "starts_at": datetime(2026, 3, 20, 14, 30, tzinfo=UTC),
        "ends_at": datetime(2026, 3, 20, 16, tzinfo=UTC), "due_on": None,
        "done_on": date(2026, 3, 21), "owner_id": owner.id, "customer_id": customer.id,
        "site_id": customer.sites[1].id, "contact_id": customer.contacts[0].id,
        "opportunity_id": opportunity.id, "comment": "A\nB",
    }  # fmt: skip
    assert not form.unsaved
    assert form.draft.read() == event
    assert (form.of.ends.day.widget.text, form.of.ends.time.value) == ("20/03/2026", "16:00")


def test_a_new_one_is_a_task_of_today(form: EventForm) -> None:
    assert form.heading() == "New event"
    assert not form.unsaved
    form.of.subject.widget.value = "Call"
    event = form.save()
    assert event is not None
    assert (event.kind, event.due_on) == (TASK, TODAY)


def test_the_kind_decides_the_fields_and_nothing_is_lost(form: EventForm) -> None:
    def in_sight() -> set[str]:
        return {
            name for name, field in form.of.conditional.items()
            if field.widget.layout.display != "none"
        }  # fmt: skip

    assert in_sight() == {"due_on"}
    form.of.kind.widget.value = "appointment"
    assert in_sight() == {"starts_at", "ends_at"}
    form.of.starts.day.widget.text = "20/03/2026"
    form.of.starts.time.value = "9:"
    form.of.kind.widget.value = "note"
    assert in_sight() == set()
    form.of.kind.widget.value = "appointment"
    assert (form.of.starts.day.widget.text, form.of.starts.time.value) == ("20/03/2026", "9:")
    form.of.kind.widget.value = "note"  # what is out of sight is neither wrong nor saved
    form.of.subject.widget.value = "Said"
    event = form.save()
    assert event is not None
    assert (event.starts_at, event.ends_at, event.due_on) == (None, None, None)


def test_what_an_import_brought_beyond_the_kind_is_kept(screen: Screen) -> None:
    form = opened(screen, kind=NOTE, due_on=days(2), starts_at=at(9))
    form.of.comment.widget.value = "Read"
    event = form.save()
    assert event is not None
    assert (event.due_on, event.starts_at) == (days(2), at(9))


def test_seconds_are_kept_while_nobody_types(screen: Screen) -> None:
    moment = at(9) + timedelta(seconds=12)
    form = opened(screen, kind=APPOINTMENT, starts_at=moment)
    form.of.subject.widget.value = "Moved"
    event = form.save()
    assert event is not None
    assert event.starts_at == moment


def test_times_are_where_the_person_is(screen: Screen, monkeypatch: pytest.MonkeyPatch) -> None:
    from zoneinfo import ZoneInfo

    monkeypatch.setattr(Workbench, "zone", property(lambda _: ZoneInfo("Europe/Paris")))
    form = opened(screen, kind=APPOINTMENT, starts_at=datetime(2026, 7, 1, 22, 30, tzinfo=UTC))
    assert (form.of.starts.day.widget.text, form.of.starts.time.value) == ("02/07/2026", "00:30")
    form.of.starts.time.value = "01:00"
    event = form.save()
    assert event is not None
    assert event.starts_at == datetime(2026, 7, 1, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "subject", "time", "day", "order"),
    [
        (
            "en", "Fill in this field.", "Type a time such as 14:30.",
            "Give the day too, such as 31/12/2026.",
            "The event must not end before it starts.",
        ),
        (
            "fr", "Remplissez ce champ.", "Saisissez une heure, par exemple 14:30.",
            "Indiquez aussi le jour, par exemple 31/12/2026.",
            "L'événement ne peut pas finir avant de commencer.",
        ),
    ],
)  # fmt: skip
def test_all_that_is_wrong_is_said_at_once(
    workbench: Workbench, language: str, subject: str, time: str, day: str, order: str
) -> None:
    form = EventForm(Screen(workbench, language))
    form.start(kind=APPOINTMENT)
    form.of.starts.day.widget.text = "20/03/2026"
    form.of.starts.time.value = "25:00"
    form.of.done.widget.text = "soon"
    typed(form.of.owner.widget, "Nobody")
    assert form.save() is None
    assert set(form.frame.notes) == {"subject", "starts_at", "done_on", "owner_id"}
    assert (form.frame.notes["subject"], form.frame.notes["starts_at"]) == (subject, time)
    form.of.starts.day.widget.text = ""
    form.of.starts.time.value = "14:30"
    form.save()
    assert form.frame.notes["starts_at"] == day
    form.of.starts.day.widget.text = "20/03/2026"
    form.of.ends.time.value = "14:29"
    form.save()
    assert form.frame.notes["ends_at"] == order
    assert (form.of.done.widget.text, form.of.owner.widget.text) == ("soon", "Nobody")


def test_a_day_alone_asks_for_its_time(form: EventForm) -> None:
    form.of.kind.widget.value = "appointment"
    form.of.starts.day.widget.text = "20/03/2026"
    form.save()
    assert form.frame.notes["starts_at"] == "Give the time too, such as 14:30."


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("14:30", "14:30"), ("14h30", "14:30"), ("14 h 30", "14:30"), ("9h", "09:00"),
        ("9", "09:00"), ("930", "09:30"), ("1430", "14:30"), ("14.30", "14:30"),
        ("2:30 pm", "14:30"), ("12am", "00:00"), ("12:15 PM", "12:15"), ("0:00", "00:00"),
    ],
)  # fmt: skip
def test_times_as_people_type_them(typed: str, read: str) -> None:
    assert f"{parse_time(typed, 'fr'):%H:%M}" == read


@pytest.mark.parametrize("typed", ["24:00", "14:60", "14:3", "noon", "14:30:10:2", "13pm", "-1"])
def test_times_that_cannot_be_read(typed: str) -> None:
    with pytest.raises(NotUnderstood):
        parse_time(typed, "en")


def test_site_contact_and_opportunity_follow_the_customer(
    screen: Screen, form: EventForm, customer: Customer, saved: Any
) -> None:
    opportunity = saved()
    other = screen.workbench.save(Customer(name="Other"))
    form.of.opportunity.show(opportunity.id)
    assert form.of.customer.read() == customer.id  # it brings its customer
    labels = [label for label, _ in form.of.site.widget.options]
    assert labels == ["—", "LYO – Lyon", "GRE – Grenoble"]
    form.of.site.widget.value = customer.sites[0].id
    form.of.contact.widget.value = customer.contacts[0].id
    typed(form.of.customer.widget, "oth")
    assert form.of.site.read() == customer.sites[0].id  # while one types nothing goes
    form.of.customer.show(other.id)
    assert (form.of.site.read(), form.of.contact.read()) == (None, None)
    assert form.of.opportunity.customer_id == other.id


def test_done_today_is_one_click(screen: Screen) -> None:
    form = opened(screen)
    form.of.comment.widget.value = "Said yes"
    form._done.click()
    event = form.saved
    assert event is not None
    assert (event.done_on, event.comment) == (TODAY, "Said yes")
    assert form._done.layout.display == "none"


def test_an_opportunity_comes_from_the_event(
    screen: Screen, customer: Customer, owner: Employee, visited: list[Any]
) -> None:
    form = opened(screen)
    form.create_opportunity()
    assert visited == []
    assert screen.notice.text == "Choose the customer first: an opportunity needs one."
    form.of.customer.show(customer.id)
    form.of.site.widget.value = customer.sites[0].id
    form.of.contact.widget.value = customer.contacts[0].id
    form.of.owner.show(owner.id)
    form.create_opportunity()  # what was typed is saved first
    [brought] = visited
    event = form.saved
    assert event is not None
    assert not form.unsaved
    assert (brought.name, brought.customer_id, brought.site_id, brought.origin_id) == (
        "Call", customer.id, customer.sites[0].id, event.id,
    )  # fmt: skip
    assert brought.responsibles[0].employee_id == owner.id
    assert brought.participants[0].contact_id == customer.contacts[0].id


def test_what_it_brought_is_opened_by_a_click(
    screen: Screen, customer: Customer, saved: Any, visited: list[Any]
) -> None:
    form = opened(screen, customer_id=customer.id, opportunity_id=saved().id)
    assert form.saved is not None
    brought = screen.workbench.save(screen.workbench.from_event(form.saved))
    assert screen.workbench.brought_by(form.saved) == [brought]
    form.show(form.saved)
    shown = form.opportunities.children
    assert [shown[0].text, shown[2].text] == ["Attached to:", "It brought:"]
    assert shown[3].description == f"{brought.code} · Call"
    shown[3].click()
    assert visited == [brought]


def test_a_conflict_loses_nothing(screen: Screen, colleague: Workbench) -> None:
    form = opened(screen, due_on=days(1))
    assert form.saved is not None
    colleague.save(form.saved.replace(due_on=days(2), comment="Theirs"))
    form.of.due.widget.text = "30/03/2026"
    assert form.save() is None
    dialog = screen.dialogs.dialog
    assert isinstance(dialog, ConflictDialog)
    assert form.of.due.widget.text == "30/03/2026"
    dialog.choose("due_on", "mine")
    dialog.answer(0)
    event = screen.workbench.event(form.saved.id or 0)
    assert (event.due_on, event.comment) == (date(2026, 3, 30), "Theirs")


def test_what_people_type_stays_text(screen: Screen, customer: Customer, form: EventForm) -> None:
    screen.workbench.save(customer.replace(name=EVIL))
    form.of.subject.widget.value = EVIL
    form.of.comment.widget.value = EVIL
    form.of.customer.show(customer.id)
    event = form.save()
    assert event is not None
    assert (event.subject, event.comment) == (EVIL, EVIL)
    assert form.title.text == EVIL
    assert EVIL in screen.notice.text
    screen.workbench.save(screen.workbench.from_event(event))
    form.show(event)
    assert EVIL in form.opportunities.children[-1].description
    view = EventsView(screen)
    view.refresh()
    assert rows(view)[0]["cells"][0] == EVIL
    assert rows(view)[0]["cells"][3] == EVIL


def test_closed_sites_and_contacts_stay_where_they_are(screen: Screen, customer: Customer) -> None:
    lyon, grenoble = customer.sites
    lea, martin = customer.contacts
    screen.workbench.save(
        customer.replace(
            sites=(lyon.replace(active=False), grenoble),
            contacts=(lea.replace(active=False), martin),
        )
    )
    form = opened(screen, customer_id=customer.id, site_id=lyon.id, contact_id=lea.id)
    assert (form.of.site.widget.label, form.of.contact.widget.label) == ("LYO – Lyon", "Léa Dupont")
    form.start()
    form.of.customer.show(customer.id)
    assert [label for label, _ in form.of.contact.widget.options] == ["—", "Martin"]
