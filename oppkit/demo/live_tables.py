"""The live rows of the opportunities that remain, and the tables below them."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from oppkit.demo.book import Book, line_fields
from oppkit.demo.columns import NONE, Array, numbers, texts
from oppkit.demo.firm_tables import Tables
from oppkit.demo.history import Versions
from oppkit.model.texts import searchable


def live_tables(book: Book, rows: Versions) -> Tables:
    """opportunity, line, tagging, responsible and participant; `rows` are the last versions."""
    fields = book.fields(rows) | book.computed(rows)
    search = [
        searchable(*parts)
        for parts in zip(fields["name"].to_pylist(), fields["code"].to_pylist(), strict=True)
    ]
    ids = np.asarray(book.sheet.columns["id"])
    live = np.zeros(len(ids), bool)
    live[rows.deal] = True
    tagged, place, tag = book.sheet.tag_rows
    kept = live[tagged]
    return {
        "opportunity": pa.table(fields | {"search_text": pa.array(search, pa.string())}),
        "line": _live_lines(book, rows, ids),
        "tagging": pa.table(
            {
                "record_id": pa.array(ids[tagged[kept]]),
                "position": pa.array(place[kept], pa.int32()), "tag": tag.filter(pa.array(kept)),
            }
        ),
        "responsible": _live_responsibles(book, rows, ids),
        "participant": _live_participants(book, live, ids),
    }  # fmt: skip


def _live_lines(book: Book, rows: Versions, ids: Array) -> pa.Table:
    wanted = np.full(len(book.offer.amount), NONE)
    wanted[book.group(rows)] = ids[rows.deal]
    lines = book.offer.lines.at(np.flatnonzero(wanted[book.offer.lines.group] != NONE))
    owner = {
        "opportunity_id": pa.array(wanted[lines.group]),
        "position": pa.array(lines.position, pa.int32()),
    }
    return pa.table(owner | line_fields(lines))


def _live_responsibles(book: Book, rows: Versions, ids: Array) -> pa.Table:
    roles = book.roles(rows)
    who = np.column_stack(list(roles.values()))
    row, role = np.nonzero(who != NONE)
    position = (who != NONE).cumsum(axis=1)[row, role] - 1
    return pa.table(
        {
            "record_id": pa.array(ids[rows.deal[row]]), "position": pa.array(position, pa.int32()),
            "role": texts(tuple(roles), role),
            "employee_id": pa.array(book.staff.ids[who[row, role]]),
        }
    )  # fmt: skip


def _live_participants(book: Book, live: Array, ids: Array) -> pa.Table:
    deal, place, contact, employee = (part[live[book.sheet.participant_rows[0]]]
                                      for part in book.sheet.participant_rows)  # fmt: skip
    return pa.table(
        {
            "record_id": pa.array(ids[deal]), "position": pa.array(place, pa.int32()),
            "contact_id": numbers(contact), "employee_id": numbers(employee),
        }
    )  # fmt: skip
