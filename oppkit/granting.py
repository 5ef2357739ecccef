"""Giving and taking roles on a server: who may read, and who may change what.

The server enforces them, whatever program somebody connects with. See `oppkit.store.access`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from oppkit.store import access
from oppkit.store.access import Member, Role
from oppkit.store.errors import NotOnServer
from oppkit.store.opening import open_store

if TYPE_CHECKING:
    from oppkit.store.opening import Store

__all__ = ["Member", "Role", "grant", "members", "revoke"]


def members(url: str) -> list[Member]:
    """Everybody who has a role in a workspace, as far as one may know."""
    with _store(url).read() as session:
        return access.members(session)


def grant(
    url: str, role: str, login: str, team: str | None = None, employee: str | None = None
) -> Member:
    """Give a user of the server a role: reader, salesperson, manager or administrator.

    `employee` is the code of the employee that the user is, `team` that of an establishment;
    without it the team is the employee's own. Raises `NotAllowed` for who is no owner and no
    administrator, `NoLogin`, `NoTeam`, `WholeFirm` and `NotFound`.
    """
    with _store(url).engine.migrating() as session:
        return access.grant(session, Role(role), login, team, employee)


def revoke(url: str, role: str, login: str) -> None:
    """Take a role away: the user reads nothing any more."""
    with _store(url).engine.migrating() as session:
        access.revoke(session, Role(role), login)


def _store(url: str) -> Store:
    store = open_store(url, create=False)
    with store.read() as session:
        if access.me(session).login is None:
            raise NotOnServer(place=store.engine.place)
    return store
