"""`oppkit check`: rows that break a rule, found by the statements of `sql/integrity.sql`."""

from __future__ import annotations

from dataclasses import dataclass

from oppkit.store.session import Session
from oppkit.store.statements import every_statement


@dataclass(frozen=True)
class Finding:
    """One row that should not be: the rule it breaks and the record it belongs to."""

    rule: str
    problem: str
    code: str


def findings(session: Session) -> list[Finding]:
    """Everything that is wrong; empty for a sound workspace."""
    rules = [s.name for s in every_statement() if s.name.startswith("integrity.")]
    return [
        Finding(rule.partition(".")[2], row["problem"], row["code"])
        for rule in rules
        for row in session.all(rule)
    ]
