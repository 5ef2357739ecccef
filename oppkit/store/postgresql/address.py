"""The address of a database, which never holds a password, and where the password comes from."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from oppkit.resources import without_password
from oppkit.store.errors import PasswordInAddress, UnknownScheme

_SECRETS = ("password", "sslpassword")
_KEYRING = "oppkit"  # the service under which a keyring holds the passwords
# A server that is gone is to be noticed within a minute; without these it takes hours.
_DEFAULTS: dict[str, Any] = {
    "application_name": "oppkit", "client_encoding": "utf8", "connect_timeout": 10,
    "keepalives_idle": 20, "keepalives_interval": 10, "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}  # fmt: skip


def connection_text(url: str) -> str:
    """What libpq connects with, without any password.

    libpq itself finds the password in PGPASSWORD, or in the file that PGPASSFILE names, `.pgpass`
    where it names none. Raises `PasswordInAddress`, and `UnknownScheme` for what is no address.
    """
    # A password that was not encoded would be taken for a part of the name of the server.
    if set(url.partition("://")[2].rpartition("@")[0]) & set(":/"):
        raise PasswordInAddress(url=without_password(url))
    try:
        given = conninfo_to_dict(url)
    except psycopg.ProgrammingError:
        raise UnknownScheme(url=without_password(url)) from None
    if any(given.get(name) for name in _SECRETS):
        raise PasswordInAddress(url=without_password(url))
    return make_conninfo("", **{**_DEFAULTS, **given})


def from_keyring(pgconn: Any) -> str | None:
    """The password that a keyring holds for a server that asked for one, if there is a keyring.

    It lies under the service `oppkit` and the name `user@host:port/database`.
    """
    if find_spec("keyring") is None:
        return None
    import keyring
    import keyring.errors

    user, host, port, database = (
        value.decode() for value in (pgconn.user, pgconn.host, pgconn.port, pgconn.db)
    )
    try:
        return keyring.get_password(_KEYRING, f"{user}@{host}:{port}/{database}")
    except keyring.errors.KeyringError:
        return None  # there is none on this machine, or it stays locked
