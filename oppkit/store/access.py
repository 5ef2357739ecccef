"""Who may do what on a server: the roles, told and given. The server itself enforces them.

See `sql/migrations/postgresql/0005_roles.sql` for what each role may, and which rows a team has to
itself. In a file everybody is its owner.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from oppkit.model.catalogue import Establishment
from oppkit.model.errors import NotFound
from oppkit.store import references
from oppkit.store.errors import AboveRoles, NoLogin, NoSuchMember, NoTeam, PartialView, WholeFirm
from oppkit.store.kinds import EMPLOYEE
from oppkit.store.session import Session


class Role(StrEnum):
    """What somebody is in a workspace; each may do what those before may."""

    READER = "reader"
    SALESPERSON = "salesperson"
    MANAGER = "manager"
    ADMINISTRATOR = "administrator"

    @property
    def sees_all(self) -> bool:
        """Whether all teams are seen, always."""
        return self in (Role.MANAGER, Role.ADMINISTRATOR)


@dataclass(frozen=True)
class Me:
    """Who is connected. `login` is None in a file, and `role` is then "owner".

    `author` is what the server writes into the history; it does so for everybody but the owner.
    """

    login: str | None
    role: str
    author: str | None
    sees_all: bool

    def signature(self, wanted: str | None) -> str | None:
        """The name under which to write: the server's own where it insists on it."""
        return (wanted or self.author) if self.role == "owner" else self.author


@dataclass(frozen=True)
class Member:
    """Somebody with a role. `shares` is the team whose opportunities are seen; None: no team."""

    login: str
    role: Role
    team: str | None
    employee: str | None
    name: str | None
    shares: str | None

    @property
    def sees_all(self) -> bool:
        """Whether all teams are seen."""
        return self.role.sees_all or (self.role is Role.READER and self.team is None)


def me(session: Session) -> Me:
    """Who is connected."""
    row = session.one("access.me")
    assert row is not None
    return Me(**row)


def require_all(session: Session, place: str) -> None:
    """Raise `PartialView` for somebody who sees only a part."""
    if not me(session).sees_all:
        raise PartialView(place=place)


def members(session: Session) -> list[Member]:
    """Everybody with a role, by login."""
    return [Member(**{**row, "role": Role(row["role"])}) for row in session.all("access.members")]


def grant(
    session: Session, role: Role, login: str, team: str | None, employee: str | None
) -> Member:
    """Give a role, in place of the one that `login` may have. `employee` is a code.

    Raises `NoLogin`, `AboveRoles`, `NotFound`, `NoTeam` and `WholeFirm`.
    """
    known = session.one("access.login", login=login)
    if known is None:
        raise NoLogin(user=login)
    if known["owns"]:
        raise AboveRoles(user=login)
    if team is not None and role.sees_all:
        raise WholeFirm(user=login)
    if team is not None and references.catalogue(session).get(Establishment, team) is None:
        raise NotFound(kind="establishment", key=team)
    found = session.one(f"{EMPLOYEE.name}.find", code=employee) if employee else None
    if employee and found is None:
        raise NotFound(kind=EMPLOYEE.name, key=employee)
    if role is Role.SALESPERSON and team is None and found is None:
        raise NoTeam(user=login)
    session.run(
        "access.grant", role=role.value, login=login, team=team,
        employee_id=found["id"] if found else None,
    )  # fmt: skip
    [member] = [member for member in members(session) if member.login == login]
    return member


def revoke(session: Session, role: Role, login: str) -> None:
    """Take a role away. Raises `NoSuchMember` where `login` does not have it."""
    if not any((found.login, found.role) == (login, role) for found in members(session)):
        raise NoSuchMember(user=login, role=role.value)
    session.run("access.revoke", login=login)
