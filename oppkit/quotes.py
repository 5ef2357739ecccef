"""Quotes: made from an opportunity, validated, signed, archived, revised; and our own company."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from oppkit import locale
from oppkit.model import life, quoting
from oppkit.model.catalogue import Outcome
from oppkit.model.errors import EditConflict, NotFound, NotSaved, QuoteChanged
from oppkit.model.firm import Firm
from oppkit.model.following import Following, following
from oppkit.model.opportunity import Opportunity
from oppkit.model.parties import Parties, parties
from oppkit.model.quote import Quote, QuoteState
from oppkit.model.references import OWNER_ROLE
from oppkit.store import history, records, references
from oppkit.store.kinds import CUSTOMER, EMPLOYEE, OPPORTUNITY, QUOTE
from oppkit.store.merge import merged
from oppkit.store.numbering import next_quote_number

if TYPE_CHECKING:
    from oppkit.desk import Desk
    from oppkit.store.session import Session


class Quotes:
    """The quotes of one workspace. Every method is one transaction.

    Those that change a quote take it as it was read, raise `Deleted` when it is gone and
    `WrongQuoteState` for what its state does not allow.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    # -- our company -----------------------------------------------------------------------------

    @property
    def firm(self) -> Firm:
        """Our own company, as the letterhead shows it."""
        with self._desk.read() as session:
            return references.firm(session)

    def save_firm(self, firm: Firm, base: Firm | None = None) -> Firm:
        """Change it, and give it as it stands then; validated quotes keep theirs.

        `base` is what the edit started from. What somebody else changed since is kept; raises
        `EditConflict` where both changed the same. Without it, all is replaced.
        """
        with self._desk.write() as session:
            found = references.firm(session)
            firm = firm if base is None else _merged_firm(firm, base, found)
            checked = firm.checked(references.catalogue(session))
            references.save_firm(session, checked)
            session.run("setting.changed")
            return checked

    # -- what happens to a quote -----------------------------------------------------------------

    def create(self, opportunity: Opportunity) -> Quote:
        """A saved draft with the opportunity's customer, people, tags and lines (rule 8).

        Raises `NotSaved` for an opportunity that is not.
        """

        def work(session: Session) -> Quote:
            made = quoting.create(opportunity, references.firm(session), self._desk.today)
            return self._desk.save(session, made)

        return self._desk.transact(work)

    def validate(self, quote: Quote) -> Quote:
        """Give it its number and today's date; it is not edited any more.

        The quote that it revises is archived, unless it was signed: only one is then on offer.
        Raises `QuoteWithoutLines`, and `QuoteChanged` when somebody saved the draft since it was
        read.
        """

        def work(session: Session) -> Quote:
            current = self._current(session, quote)
            if current.version != quote.version:
                raise self._changed(session, current)
            today = self._desk.today
            found = self._parties(session, current)
            number = next_quote_number(session, today.year)
            saved = self._put(session, current, quoting.validated(current, number, found, today))
            self._replace_parent(session, saved)
            return saved

        return self._desk.transact(work)

    def sign(self, quote: Quote, on: date | None = None) -> Quote:
        """The customer has signed it, on a day (default today)."""

        def work(session: Session) -> Quote:
            current = self._current(session, quote)
            return self._put(session, current, quoting.signed(current, on or self._desk.today))

        return self._desk.transact(work)

    def archive(self, quote: Quote, reason: str) -> Quote:
        """It is not offered any more, for a reason. Raises `ValidationError` without one."""

        def work(session: Session) -> Quote:
            current = self._current(session, quote)
            return self._put(session, current, quoting.archived(current, reason))

        return self._desk.transact(work)

    def revise(self, quote: Quote) -> Quote:
        """A saved draft like a quote that went out, which it names as the one it replaces."""

        def work(session: Session) -> Quote:
            current = self._current(session, quote)
            return self._desk.save(session, quoting.revised(current, self._desk.today))

        return self._desk.transact(work)

    # -- the opportunity of a quote --------------------------------------------------------------

    def following(self, quote: Quote) -> Following:
        """What its opportunity is, and what it would be with the lines of the quote.

        Those of other signed quotes of the opportunity come with them.
        """
        with self._desk.read() as session:
            return self._following(session, quote)

    def follow(self, quote: Quote, *, won: bool = False, amount: bool = False) -> Opportunity:
        """Mark the opportunity of a signed quote won on its day, take over its lines, or both."""

        def work(session: Session) -> Opportunity:
            found = self._following(session, quote)
            record = found.offered if amount else found.opportunity
            lists = references.catalogue(session)
            if won and lists.outcome(record.status) is not Outcome.WON:
                day = max(quote.signed_on or self._desk.today, record.opened_on)
                record = life.close(record, Outcome.WON, lists, day)
            return self._desk.save(session, record)

        return self._desk.transact(work)

    # -- who is who ------------------------------------------------------------------------------

    def parties(self, quote: Quote) -> Parties:
        """Who offers to whom: as it was when the quote was validated, before that as it is now."""
        with self._desk.read() as session:
            return quote.parties or self._parties(session, quote)

    def revisions(self, quote: Quote) -> list[Quote]:
        """The quotes that name this one as the one they replace."""
        if quote.id is None:
            raise NotSaved()
        with self._desk.read() as session:
            rows = session.all("quote.revisions", id=quote.id)
            found = (records.get(session, QUOTE, row["id"]) for row in rows)
            return [record for record in found if record is not None]

    # -- inside ----------------------------------------------------------------------------------

    def _current(self, session: Session, quote: Quote) -> Quote:
        """The quote as it stands."""
        if quote.id is None:
            raise NotSaved()
        current: Quote | None = records.get(session, QUOTE, quote.id)
        if current is None:
            raise records.gone(session, QUOTE, quote)
        return current

    def _changed(self, session: Session, current: Quote) -> QuoteChanged:
        """A draft goes out as its author has seen it, or not at all."""
        latest = history.version(session, QUOTE, current.id or 0, current.version)
        author = latest.author if latest else "?"
        return QuoteChanged(current, key=current.code or "", author=author)

    def _put(self, session: Session, current: Quote, quote: Quote) -> Quote:
        lists = references.catalogue(session)
        saved: Quote = records.next_version(
            session, QUOTE, quote.checked(lists), current, self._desk.stamp(), lists
        )
        return saved

    def _replace_parent(self, session: Session, quote: Quote) -> None:
        parent: Quote | None = (
            records.get(session, QUOTE, quote.parent_id) if quote.parent_id else None
        )
        if parent is not None and parent.state is QuoteState.VALIDATED:
            reason = locale.text("quotes.replaced", locale.language(), code=quote.code)
            self._put(session, parent, quoting.archived(parent, reason))

    def _parties(self, session: Session, quote: Quote) -> Parties:
        customer = records.get(session, CUSTOMER, quote.customer_id)
        if customer is None:
            raise NotFound(kind="customer", key=quote.customer_id)
        owner_id = next((r.employee_id for r in quote.responsibles if r.role == OWNER_ROLE), None)
        owner: Any = records.get(session, EMPLOYEE, owner_id) if owner_id is not None else None
        firm = references.firm(session)
        return parties(firm, customer, owner, quote.site_id, quote.contact_id)

    def _following(self, session: Session, quote: Quote) -> Following:
        rows = session.all("quote.made_from", id=quote.opportunity_id)
        others = [records.get(session, QUOTE, row["id"]) for row in rows]
        sale = self._opportunity(session, quote)
        return following(sale, quote, [one for one in others if one is not None])

    def _opportunity(self, session: Session, quote: Quote) -> Opportunity:
        found: Opportunity | None = records.get(session, OPPORTUNITY, quote.opportunity_id)
        if found is None:
            raise NotFound(kind="opportunity", key=quote.opportunity_id)
        return found


def _merged_firm(firm: Firm, base: Firm, found: Firm) -> Firm:
    """The edit on top of what stands."""
    fields, collisions = merged(base, firm, found)
    if collisions:
        name = found.name or locale.text("field.firm", locale.language())
        # It has no history that could tell who it was.
        raise EditConflict(name, "?", found, tuple(collisions), fields)
    return Firm.model_validate(fields)
