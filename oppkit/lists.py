"""Editing the reference lists and exchange rates, without undoing what a colleague did."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from oppkit.desk import Desk
from oppkit.model.catalogue import Catalogue, Reference
from oppkit.model.errors import CodeTaken, RatesExist, RateStands, ValueChanged, ValueGone
from oppkit.model.list_rules import check_change
from oppkit.model.rate import ExchangeRate
from oppkit.store import references
from oppkit.store.errors import InUseValue

if TYPE_CHECKING:
    from oppkit.store.session import Session

_STEP = 10  # between two ranks, so that a value typed into a file finds a place


class Lists:
    """The lists of one workspace. Every method is one transaction."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def uses(self, value: Reference) -> int:
        """How many records, rates and other values carry this value."""
        with self._desk.read() as session:
            return references.uses(session, value)

    def save(self, value: Reference, base: Reference | None = None) -> None:
        """Add a value, or change the one that was read as `base`; its rank stays as it is.

        Raises `CodeTaken` for a new value whose code is there, `ValueChanged` or `ValueGone` when
        somebody else was faster, and what `check_change` refuses; nothing is written then.
        """
        with self._desk.write() as session:
            lists = references.catalogue(session)
            rank = value.rank
            if base is not None:
                rank = self._check(session, base, value, lists)
            elif lists.get(type(value), value.code) is not None:
                raise CodeTaken(key=value.code, kind="reference")
            placed = value.model_copy(update={"rank": rank}).checked(lists)
            references.save_reference(session, placed)
            session.run("setting.changed")

    def delete(self, value: Reference) -> None:
        """Delete a value as it was read. Raises `InUseValue` while records carry it, and as `save`.

        Close one that is in use: save it with `active=False`.
        """
        with self._desk.write() as session:
            self._check(session, value, None, references.catalogue(session))
            if count := references.uses(session, value):
                raise InUseValue(code=value.code, count=count)
            session.run("reference.delete", list=value.list_name, code=value.code)
            session.run("setting.changed")

    def arrange(self, kind: type[Reference], codes: Sequence[str]) -> None:
        """Put the values of a list in the order of `codes`; others come after them as they were.

        Only ranks are written, so that what somebody else changed meanwhile stays.
        """
        with self._desk.write() as session:
            lists = references.catalogue(session)
            known = [value for code in codes if (value := lists.get(kind, code))]
            order = [*known, *(value for value in lists.all(kind) if value.code not in set(codes))]
            for place, value in enumerate(order, start=1):
                if value.rank != place * _STEP:
                    moved = value.model_copy(update={"rank": place * _STEP})
                    references.save_reference(session, moved)
            session.run("setting.changed")

    def rates(self) -> list[ExchangeRate]:
        """All exchange rates, by currency, the latest first."""
        with self._desk.read() as session:
            rates = _rates(session)
        return sorted(rates, key=lambda rate: (rate.currency, -rate.valid_from.toordinal()))

    def save_rate(self, rate: ExchangeRate, base: ExchangeRate | None = None) -> None:
        """Add a rate, or change the one that was read as `base`.

        Raises `RateStands` when another one stands on that day, so that none is lost unseen.
        """
        with self._desk.write() as session:
            day = (rate.currency, rate.valid_from)
            for found in _rates(session):
                if (found.currency, found.valid_from) == day and found != base:
                    raise RateStands(found)
            if base is not None and (base.currency, base.valid_from) != day:
                _delete_rate(session, base)
            session.run("setting.save_rate", rate.__dict__)
            session.run("setting.changed")

    def delete_rate(self, rate: ExchangeRate) -> None:
        """Delete a rate; the one before it goes on. Raises `RateStands` when it was changed."""
        with self._desk.write() as session:
            for found in _rates(session):
                same = (found.currency, found.valid_from) == (rate.currency, rate.valid_from)
                if same and found != rate:
                    raise RateStands(found)
            _delete_rate(session, rate)
            session.run("setting.changed")

    def set_currency(self, code: str) -> None:
        """Choose the currency of totals and forecasts. Raises `RatesExist`: they are told in it."""
        with self._desk.write() as session:
            if code == self._desk.currency:
                return
            if session.all("setting.rates"):
                raise RatesExist(currency=self._desk.currency, wanted=code)
            references.save_setting(session, "currency", code)
            session.run("setting.changed")

    def _check(
        self, session: Session, base: Reference, value: Reference | None, lists: Catalogue
    ) -> int:
        """Refuse what must not be; the rank where the value stands now."""
        found = lists.get(type(base), base.code)
        if found is None:
            raise ValueGone(code=base.code)
        if found != base.model_copy(update={"rank": found.rank}):
            raise ValueChanged(found)
        uses = references.uses(session, base)
        check_change(base, value, lists, self._desk.currency, uses)
        return found.rank


def _rates(session: Session) -> list[ExchangeRate]:
    return [ExchangeRate.model_validate(row) for row in session.all("setting.rates")]


def _delete_rate(session: Session, rate: ExchangeRate) -> None:
    session.run("setting.delete_rate", currency=rate.currency, valid_from=rate.valid_from)
