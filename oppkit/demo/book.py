"""Opportunities as columns: the same for a version in the history and for the live row."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain

import numpy as np
import pyarrow as pa

from oppkit.demo.columns import NEVER, NONE, Array, dates, decimals, numbers, texts
from oppkit.demo.deals import Deals
from oppkit.demo.firm import Staff
from oppkit.demo.history import Versions
from oppkit.demo.lines import PERIODS, TITLES, Lines, Offer
from oppkit.demo.offers import SALES
from oppkit.demo.sheet import Sheet
from oppkit.demo.timeline import Timeline
from oppkit.demo.wins import ALL_STATUSES, LOST, WON
from oppkit.model.opportunity import Recurrence
from oppkit.model.references import OWNER_ROLE

_REASONS = (
    "price", "competitor", "incumbent", "solution", "deadline", "budget", "in_house", "no_answer",
    "other", "unspecified",
)  # fmt: skip
_CLOSED = {
    "won": ("", "Bon de commande reçu.", "Signée après négociation du prix.", ""),
    "lost": ("", "", "Décision notifiée par courriel.", "À recontacter dans un an."),
    "abandoned": ("", "Projet reporté sans date.", "", "Plus de réponse du client."),
}
_CLOSE_COMMENTS = tuple(chain.from_iterable(_CLOSED.values()))
_RECURRENCES = tuple(
    next(value.value for value in Recurrence if value.months == months) for months in PERIODS
)


@dataclass(frozen=True)
class Book:
    """Everything that the rows of opportunities are made of."""

    line: Timeline
    deals: Deals
    sheet: Sheet
    offer: Offer
    staff: Staff

    def group(self, rows: Versions) -> Array:
        """The group of lines that each version has."""
        group: Array = self.offer.first_group[rows.deal] + rows.revision
        return group

    def fields(self, rows: Versions) -> dict[str, pa.Array]:
        """The fields of `Opportunity` that lie in its own row."""
        deal = pa.array(rows.deal)
        fixed = {name: column.take(deal) for name, column in self.sheet.columns.items()}
        outcome = np.array([*([""] * WON), *_CLOSED])[rows.status]
        comment, reason = self.sheet.close_comment[rows.deal], self.sheet.reason[rows.deal]
        closing = np.select(
            [outcome == name for name in _CLOSED], [comment + 4 * k for k in range(3)], NONE
        )
        start, end = self._production(rows)
        changing = {
            "version": numbers(rows.number, kind=pa.int32()),
            "status": texts(ALL_STATUSES, rows.status),
            "status_on": dates(self.line.start, rows.moved),
            "expected_signature": dates(self.line.start, rows.expected),
            "production_start": dates(self.line.start, start),
            "production_end": dates(self.line.start, end),
            "probability": decimals(rows.probability, 5, 4),
            "probability_typed": pa.array(rows.typed),
            "closed_on": dates(self.line.start, np.where(rows.status < WON, NEVER, rows.moved)),
            "loss_reason": texts(_REASONS, np.where(rows.status == LOST, reason, NONE)),
            "close_comment": texts(_CLOSE_COMMENTS, closing).fill_null(""),
        }  # fmt: skip
        return fixed | changing

    def _production(self, rows: Versions) -> tuple[Array, Array]:
        """Production follows the signature, expected or real."""
        signed = np.where(rows.status == WON, rows.moved, rows.expected)
        lag = self.sheet.lag[rows.deal]
        none = (lag == NONE) | (signed == NEVER)
        start = self.line.workday(np.where(none, 0, signed) + lag)
        end = start + self.sheet.length[rows.deal]
        return np.where(none, NEVER, start), np.where(none, NEVER, end)

    def computed(self, rows: Versions) -> dict[str, pa.Array]:
        """Columns beside the fields: sums of the lines and the owner."""
        group = self.group(rows)
        owner = np.where(rows.owner == NONE, NONE, self.staff.ids[rows.owner])
        return {
            "owner_id": numbers(owner),
            "amount": decimals(self.offer.amount[group], 18, 3),
            "margin": decimals(self.offer.margin[group], 18, 3),
        }

    def roles(self, rows: Versions) -> dict[str, Array]:
        """Who answers for what in each version: places in the staff."""
        return {
            OWNER_ROLE: rows.owner, "presales": self.deals.presales[rows.deal],
            "delivery": self.deals.delivery[rows.deal], "sponsor": self.deals.sponsor[rows.deal],
        }  # fmt: skip


def line_fields(lines: Lines) -> dict[str, pa.Array]:
    """The fields of `Line`, in its order."""
    return {
        "sale_type": texts([sale.code for sale in SALES], lines.sale),
        "title": texts(TITLES, lines.title), "quantity": decimals(lines.quantity, 18, 4),
        "unit_price": decimals(lines.price, 18, 4), "amount": decimals(lines.amount, 18, 3),
        "margin": decimals(lines.margin, 18, 3),
        "duration_months": numbers(lines.months, kind=pa.int32()),
        "recurrence": texts(_RECURRENCES, lines.period),
    }  # fmt: skip
