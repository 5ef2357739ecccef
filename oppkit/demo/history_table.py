"""The history of the opportunities: every version, with its record as JSON."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from oppkit.demo.book import Book, line_fields
from oppkit.demo.columns import NEVER, NONE, Array, grouped, moments, texts
from oppkit.demo.history import Versions
from oppkit.demo.jsontext import Raw, lists, objects
from oppkit.demo.money import money_text
from oppkit.demo.wins import WON
from oppkit.model.opportunity import Opportunity

_SLICE = 50_000  # versions at a time: Arrow's texts hold at most 2 GB each
_KEPT = (
    "status", "probability", "currency", "opened_on", "expected_signature", "closed_on",
    "customer_id", "establishment", "sector", "family", "subfamily", "origin_type",
)  # fmt: skip


def history_table(book: Book, rows: Versions) -> pa.Table:
    """opportunity_version, with the record of each version as JSON."""
    groups = len(book.offer.amount)
    sold = book.offer.lines
    exact = {
        "amount": money_text(sold.amount, sold.decimals),
        "margin": money_text(sold.margin, sold.decimals),
    }
    all_lines = lists(grouped(objects(line_fields(sold) | exact), sold.group, groups)).values
    return pa.concat_tables(
        _piece(book, rows, np.arange(first, min(first + _SLICE, len(rows.deal))), all_lines)
        for first in range(0, len(rows.deal), _SLICE)
    )


def _piece(book: Book, rows: Versions, which: Array, all_lines: pa.Array) -> pa.Table:
    """Some of the versions as rows of the table."""
    part, names = rows.at(which), book.staff.names
    fields = book.fields(part)
    author = np.where(part.owner == NONE, len(names) - 1, part.owner)
    outcome = np.minimum(np.maximum(part.status - WON + 1, 0), 3)
    return pa.table(
        {
            "opportunity_id": fields["id"], "version": fields["version"],
            "valid_from": moments(book.line.start, part.since),
            "valid_to": moments(book.line.start, part.until),
            "author": texts(names, author),
            "deleted_by": texts(names, np.where(_deleted(part, rows), author, NONE)),
            "outcome": texts(("open", "won", "lost", "abandoned"), outcome),
        }
        | {name: fields[name] for name in _KEPT}
        | book.computed(part)
        | {"record": _records(book, part, fields, all_lines)}
    )  # fmt: skip


def _deleted(part: Versions, rows: Versions) -> Array:
    """The last version of a deal ends only when it is deleted."""
    newest = rows.number[rows.last]
    gone: Array = (part.until != NEVER) & (part.number == newest[part.deal])
    return gone


def _records(
    book: Book, rows: Versions, fields: dict[str, pa.Array], all_lines: pa.Array
) -> pa.Array:
    """Each version as `Opportunity.model_dump_json` would write it."""
    deal = pa.array(rows.deal)
    given: dict[str, pa.Array | Raw] = fields | {
        "tags": Raw(book.sheet.tags.values.take(deal)),
        "lines": Raw(all_lines.take(pa.array(book.group(rows)))),
        "responsibles": _responsibles(book, rows),
        "participants": Raw(book.sheet.participants.values.take(deal)),
    }
    return objects({name: given[name] for name in Opportunity.model_fields})


def _responsibles(book: Book, rows: Versions) -> Raw:
    parts = []
    for role, who in book.roles(rows).items():
        each = [
            f',{{"role":"{role}","employee_id":{number}}}' for number in book.staff.ids.tolist()
        ]
        parts.append(texts(each, who).fill_null(""))
    joined = pc.utf8_ltrim(pc.binary_join_element_wise(*parts, ""), characters=",")
    return Raw(pc.binary_join_element_wise("[", joined, "]", ""))
