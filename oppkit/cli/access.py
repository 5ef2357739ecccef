"""The command that gives roles on a server."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from oppkit.cli.options import Db, app, say
from oppkit.granting import Role
from oppkit.resources import default_database

if TYPE_CHECKING:
    from oppkit.granting import Member


@app.command(epilog="Example: oppkit grant salesperson ana --employee EMP-2026-0003")
def grant(
    role: Annotated[
        Role | None,
        typer.Argument(help="What the user may do. Without any, tells who may do what."),
    ] = None,
    user: Annotated[str | None, typer.Argument(help="A user of the PostgreSQL server.")] = None,
    team: Annotated[
        str | None,
        typer.Option(help="The establishment that is the team. Default: the employee's own."),
    ] = None,
    employee: Annotated[str | None, typer.Option(help="The code of the employee.")] = None,
    revoke: Annotated[bool, typer.Option("--revoke", help="Take the role away.")] = False,
    db: Db = None,
) -> None:
    """Say who may read a workspace on a server, and who may change what in it."""
    from oppkit import granting

    place = str(db or default_database())
    if role is None:
        _list(granting.members(place))
    elif user is None:
        raise typer.BadParameter(say("cli.grant_whom"), param_hint="USER")
    elif revoke:
        granting.revoke(place, role.value, user)
        typer.echo(say("cli.revoked", user=user))
    else:
        member = granting.grant(place, role.value, user, team, employee)
        typer.echo(say(
            "cli.granted", user=user, role=say(f"cli.role_{role.value}"), scope=_scope(member)
        ))  # fmt: skip


def _list(members: Sequence[Member]) -> None:
    if not members:
        typer.echo(say("cli.members_none"))
    for member in members:
        typer.echo(say(
            "cli.member", user=member.login, role=say(f"cli.role_{member.role}"),
            name=f" ({member.name})" if member.name else "", scope=_scope(member),
        ))  # fmt: skip


def _scope(member: Member) -> str:
    if member.sees_all:
        return say("cli.scope_all")
    return say("cli.scope_team" if member.shares else "cli.scope_own", team=member.shares)
