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
        "{path} is not an oppkit database ({detail}). Choose another file; it was not touched."
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
    template = "{url} is not a database that oppkit can open. Give the path of a .duckdb file."


class InUseValue(UserError):
    """A value of a reference list that records carry."""

    code = "in_use_value"
    template = "{code} is used by {count} records. Close it instead of deleting it."
