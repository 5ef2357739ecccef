"""Appointments, tasks and notes: what brought opportunities in, and what is done about them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from oppkit.demo.columns import NEVER, NONE, Array, dates, moments, numbers, texts
from oppkit.demo.deals import Arrivals, Deals
from oppkit.demo.firm import Customers, Staff
from oppkit.demo.firm_tables import Tables, history
from oppkit.demo.history import Versions
from oppkit.demo.jsontext import objects
from oppkit.demo.sheet import Sheet
from oppkit.demo.timeline import Timeline
from oppkit.demo.wins import WON
from oppkit.model.texts import searchable

_APPOINTMENT, _TASK, _NOTE = range(3)
_KINDS = ("appointment", "task", "note")
_SUBJECTS = {
    _APPOINTMENT: ("Point d’avancement", "Présentation de l’offre", "Négociation", "Démonstration"),
    _TASK: (
        "Relancer le client",
        "Envoyer la proposition",
        "Chiffrer le lot",
        "Préparer la soutenance",
    ),
    _NOTE: ("Compte rendu d’appel", "Retour du client", "Information sur la concurrence", "Budget"),
}
_PER_DEAL = 0.8
_DAY = 86_400


@dataclass(frozen=True)
class _Events:
    """Events by place; moments in seconds and days of the history."""

    deal: Array
    kind: Array
    subject: list[str]
    since: Array  # when it was written down
    starts: Array
    due: Array
    done: Array


def event_tables(
    rng: np.random.Generator, line: Timeline, came: Arrivals, deals: Deals, sheet: Sheet,
    firm: Customers, staff: Staff, last: Versions, first_id: int,
) -> Tables:  # fmt: skip
    """event and record_version; `last` holds the last version of each opportunity that remains."""
    first = _first_calls(rng, line, came, sheet)
    other = _activities(rng, line, came, sheet, firm, deals, last)
    deal, kind, since, starts, due, done = (
        np.concatenate([getattr(first, name), getattr(other, name)])
        for name in ("deal", "kind", "since", "starts", "due", "done")
    )
    subject = first.subject + other.subject
    count, ids = len(deal), first_id + np.arange(len(deal))
    live = np.isin(deal, last.deal)
    owner, contact = deals.owner[deal], deals.contact[deal]
    fields = {
        "id": pa.array(ids), "version": pa.array(np.ones(count, np.int32)),
        "kind": texts(_KINDS, kind), "subject": pa.array(subject, pa.string()),
        "starts_at": moments(line.start, starts),
        "ends_at": moments(line.start, np.where(starts == NEVER, NEVER, starts + 3600)),
        "due_on": dates(line.start, due), "done_on": dates(line.start, done),
        "owner_id": numbers(np.where(owner == NONE, NONE, owner + 1)),
        "customer_id": pa.array(firm.ids[deals.customer[deal]]),
        "site_id": sheet.columns["site_id"].take(pa.array(deal)),
        "contact_id": numbers(np.where(contact == NONE, NONE, firm.contact_ids[contact])),
        "opportunity_id": numbers(np.where(live, np.asarray(sheet.columns["id"])[deal], NONE)),
        "comment": pa.repeat("", count),
    }  # fmt: skip
    author = texts(staff.names, np.where(owner == NONE, len(staff.names) - 1, owner))
    search = pa.array([searchable(text) for text in subject], pa.string())
    return {
        "event": pa.table(fields | {"search_text": search}),
        "record_version": history(
            ids, "event", moments(line.start, since), author, objects(fields)
        ),
    }


def _first_calls(rng: np.random.Generator, line: Timeline, came: Arrivals, sheet: Sheet) -> _Events:
    """The appointment from which an opportunity came, some days before it was opened."""
    deal = sheet.first_call
    day = line.workday(came.opened[deal] - rng.integers(3, 25, len(deal)))
    day = np.minimum(day, came.opened[deal])
    origin = sheet.texts_of("origin_text")
    none = np.full(len(deal), NEVER)
    return _Events(
        deal, np.full(len(deal), _APPOINTMENT), [origin[place] for place in deal.tolist()],
        np.maximum(day - 1, 0) * _DAY + 7 * 3600, _within_hours(rng, day), none, day,
    )  # fmt: skip


def _activities(
    rng: np.random.Generator, line: Timeline, came: Arrivals, sheet: Sheet, firm: Customers,
    deals: Deals, last: Versions,
) -> _Events:  # fmt: skip
    """What happens while an opportunity is open; tasks may lie ahead or be late."""
    row = np.repeat(np.arange(len(last.deal)), rng.poisson(_PER_DEAL, len(last.deal)))
    deal, open_ = last.deal[row], last.status[row] < WON
    begin = np.floor(came.entered[deal]).astype(np.int64)
    end = np.where(open_, line.today - 1, last.moved[row])
    day = np.minimum(
        line.workday(begin + (rng.random(len(row)) * (end - begin)).astype(np.int64)),
        line.today - 1,
    )
    kind = rng.choice(3, len(row), p=(0.4, 0.4, 0.2))
    ahead = line.workday(day + rng.integers(1, 30, len(row)))
    shown = np.where(kind == _NOTE, NEVER, ahead)
    forgotten = open_ & (kind == _TASK) & (rng.random(len(row)) < 0.15)
    undone = (shown == NEVER) | (ahead >= line.today) | forgotten
    pick = rng.integers(4, size=len(row)).tolist()
    names = [firm.name[place] for place in deals.customer[deal].tolist()]
    subject = [
        f"{_SUBJECTS[k][p]} – {name}" for k, p, name in zip(kind.tolist(), pick, names, strict=True)
    ]
    return _Events(
        deal, kind, subject, day * _DAY + 9 * 3600,
        np.where(kind == _APPOINTMENT, _within_hours(rng, ahead), NEVER),
        np.where(kind == _TASK, ahead, NEVER), np.where(undone, NEVER, ahead),
    )  # fmt: skip


def _within_hours(rng: np.random.Generator, day: Array) -> Array:
    """A quarter of an hour of the working day."""
    start: Array = day * _DAY + 7 * 3600 + rng.integers(0, 36, len(day)) * 900
    return start
