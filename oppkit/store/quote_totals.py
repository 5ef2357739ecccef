"""Quotes made before they had totals and provisional codes: brought up to date, once."""

from __future__ import annotations

from oppkit.model.quote import QuoteState
from oppkit.store import records
from oppkit.store.kinds import QUOTE
from oppkit.store.session import Session

_NUMBER, _DRAFT = "QUO-", "DRAFT-"


def write_anew(session: Session) -> None:
    """The totals of every quote, and the code of every draft, in the caller's transaction."""
    for row in session.all("quote.every"):
        quote = records.get(session, QUOTE, row["id"])
        if quote is None:
            continue
        if quote.state is QuoteState.DRAFT and quote.code.startswith(_NUMBER):
            quote = quote.replace(code=_DRAFT + quote.code.removeprefix(_NUMBER))
        session.run("quote.update", QUOTE.row(quote))
