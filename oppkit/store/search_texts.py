"""Search texts of a workspace made before they could be sorted by: written anew, once.

It is done in Python, because engines fold accents each in its own way or not at all.
"""

from __future__ import annotations

from oppkit.model.texts import searchable
from oppkit.store.session import Session

_TABLES = ("opportunity", "customer", "contact", "employee", "affair", "quote")


def write_anew(session: Session) -> None:
    """The text of every row, in the caller's transaction; 100,000 take about a second."""
    for table in _TABLES:
        rows = [tuple(row.values()) for row in session.all(f"search_text.of_{table}")]
        if rows:
            session.run(
                f"search_text.set_{table}",
                ids=[row[0] for row in rows], texts=[searchable(*row[1:]) for row in rows],
            )  # fmt: skip
