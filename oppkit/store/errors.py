"""What can go wrong with the place where records are kept, and what to do about it."""

from __future__ import annotations

from oppkit.model.errors import UserError


class Busy(UserError):
    """Waited as long as allowed for another program to let go of the file."""

    code = "busy"
    template = (
        "{path} is in use by {holder} and was not free within {seconds} seconds. "
        "Wait for it to finish, or close that program, then try again."
    )


class NotAWorkspace(UserError):
    """The file is not one that oppkit can read."""

    code = "not_a_workspace"
    template = (
        "{path} is not an oppkit database ({detail}). Choose another one; it was not touched."
    )


class StorageFailed(UserError):
    """The disk or the file let us down in the middle of the work."""

    code = "storage_failed"
    template = (
        "{path} could not be read or written ({detail}). Nothing was saved. Check the disk and "
        "the rights on the folder; if the file is damaged, restore a copy of it."
    )


class NewerWorkspace(UserError):
    """Written by a newer oppkit."""

    code = "newer_workspace"
    template = (
        "{path} was written by a newer oppkit (schema {found}, this program knows {known}). "
        "Update oppkit to open it; it was not touched."
    )


class NoWorkspace(UserError):
    """There is no such file, and creating one was not asked for."""

    code = "no_workspace"
    template = "There is no database at {path}. Create it with: oppkit demo --db {path}"


class NotEmpty(UserError):
    """A workspace is to be made where there is something already."""

    code = "not_empty"
    template = (
        "{path} holds something already. Choose an empty database, or the name of a file that is "
        "not there yet; nothing was touched."
    )


class NotABackup(UserError):
    """The file is something else."""

    code = "not_a_backup"
    template = (
        "{path} is not a backup that oppkit has made. Choose another file; nothing was touched."
    )


class BackupDamaged(UserError):
    """The file was a backup once."""

    code = "backup_damaged"
    template = (
        "The backup {path} is damaged or incomplete ({detail}). Take another one, or copy it again "
        "from where it was kept; nothing was touched."
    )


class NewerBackup(UserError):
    """Made by a newer oppkit."""

    code = "newer_backup"
    template = (
        "The backup {path} was made by a newer oppkit. Update oppkit to restore it; nothing was "
        "touched."
    )


class CopyDiffers(UserError):
    """What was written is not what was read: never yet seen, and looked for each time."""

    code = "copy_differs"
    template = (
        "What was written to {place} is not what was read (table {table}), so nothing was kept of "
        "it. Try again; if it happens twice, look whether the disk is sound."
    )


class NetworkDrive(UserError):
    """File locks cannot be relied on here."""

    code = "network_drive"
    template = (
        "{path} is on a network drive ({kind}), where file locks cannot be relied on. "
        "Keep the database on a local disk; for a team, use a PostgreSQL server."
    )


class UnknownScheme(UserError):
    """An address that names no known kind of store."""

    code = "unknown_scheme"
    template = (
        "{url} is not a database that oppkit can open. Give the path of a .duckdb file, or the "
        "address of a PostgreSQL database: postgresql://user@server/database"
    )


class DriverMissing(UserError):
    """An address of a PostgreSQL server, on a machine that cannot talk to one."""

    code = "driver_missing"
    template = (
        "A library is missing for PostgreSQL. Install it with: pip install 'oppkit[postgresql]'"
    )


class PasswordInAddress(UserError):
    """An address that everybody can read who reads the notebook."""

    code = "password_in_address"
    template = (
        "The address {url} was given with a password, which others could read. Write the address "
        "without it, and keep the password in the file .pgpass, in PGPASSWORD or in a keyring."
    )


class ServerUnreachable(UserError):
    """There is no connection to be had."""

    code = "server_unreachable"
    template = (
        "{place} cannot be reached ({detail}). Nothing was saved. Check the network, the name of "
        "the server and that of the database, then try again."
    )


class AccessRefused(UserError):
    """The server does not believe that it is we."""

    code = "access_refused"
    template = (
        "{place} does not let us in ({detail}). Check the user's name in the address, and the "
        "password in the file .pgpass, in PGPASSWORD or in the keyring."
    )


class ServerTooOld(UserError):
    """A server that lacks what is needed."""

    code = "server_too_old"
    template = (
        "{place} is PostgreSQL {found}, and oppkit needs {oldest} or newer. Update the server."
    )


class ConnectionLost(UserError):
    """The network or the server failed us in the middle of the work."""

    code = "connection_lost"
    template = (
        "The connection to {place} was lost ({detail}). Nothing was saved. Check the network, then "
        "try again."
    )


class SaveInDoubt(UserError):
    """The connection broke when all was sent and before the answer had come."""

    code = "save_in_doubt"
    template = (
        "The connection to {place} was lost at the very end of saving, and the server cannot be "
        "asked what became of it. Once it can be reached, look whether it was saved before trying "
        "again."
    )


class ServerRefused(UserError):
    """The server is there and does not do what it was asked."""

    code = "server_refused"
    template = (
        "{place} refused to do it ({detail}). Nothing was saved. Ask whoever looks after the "
        "server."
    )


class NotAllowed(UserError):
    """A role that does not allow it."""

    code = "not_allowed"
    template = (
        "You may read this in {place} but not change it: your role does not allow it ({detail}). "
        "Nothing was saved. Ask whoever gives the roles of this workspace: oppkit grant"
    )


class OtherTeam(UserError):
    """A record that is another team's, or would become so."""

    code = "other_team"
    template = (
        "This belongs to another team, or would from now on, and you may change what belongs to "
        "you or your team only. Nothing was saved. Name a sales responsible of your team, or ask "
        "a manager."
    )


class NoRole(UserError):
    """A user of the server whom nobody gave a role in the workspace."""

    code = "no_role"
    template = (
        "You have no role in the workspace {place} yet. Ask its owner for one: "
        "oppkit grant salesperson YOUR_NAME"
    )


class PartialView(UserError):
    """What can only be done by somebody who sees all."""

    code = "partial_view"
    template = (
        "You see only a part of the workspace {place}, so it cannot be copied or checked as a "
        "whole. Ask a manager or the owner to do it."
    )


class NotOnServer(UserError):
    """Roles for a file."""

    code = "not_on_server"
    template = (
        "{place} is a file: whoever may open it may do everything. Roles are given on a PostgreSQL "
        "server; copy the workspace to one with: oppkit copy"
    )


class NoLogin(UserError):
    """A role for somebody whom the server does not know."""

    code = "no_login"
    template = (
        "The server has no user {user}. Whoever looks after it makes one with: "
        "createuser --pwprompt {user}"
    )


class AboveRoles(UserError):
    """A role for somebody who may do everything."""

    code = "above_roles"
    template = (
        "{user} owns the workspace or the server, and may do everything in it whatever the role. "
        "Give roles to users who do not own it."
    )


class OwnerFirst(UserError):
    """A workspace of an older schema, opened by somebody who must not change tables."""

    code = "owner_first"
    template = (
        "The workspace {path} must be brought up to date before you can open it with this oppkit. "
        "Ask its owner to do so: oppkit check --db {path}"
    )


class NoTeam(UserError):
    """A salesperson who would see nothing."""

    code = "no_team"
    template = (
        "A salesperson needs a team or an employee. Say which, for instance: "
        "oppkit grant salesperson {user} --employee EMP-2026-0001"
    )


class WholeFirm(UserError):
    """A team for somebody who sees all teams."""

    code = "whole_firm"
    template = "A manager or an administrator sees all teams. Leave --team out for {user}."


class NoSuchMember(UserError):
    """A role to be taken from somebody who does not have it."""

    code = "no_such_member"
    template = "{user} does not have the role {role} here. See who has one with: oppkit grant"


class CodeElsewhere(UserError):
    """A code that stands in rows that somebody cannot see."""

    code = "code_elsewhere"
    template = (
        "One of the codes is in use where you cannot see it. Nothing was saved. Choose another "
        "code, or leave it empty to have one given."
    )


class InUseValue(UserError):
    """A value of a reference list that records carry."""

    code = "in_use_value"
    template = "{code} is used by {count} records. Close it instead of deleting it."
