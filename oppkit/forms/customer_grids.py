"""The sites and the contacts of a customer, edited in rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from oppkit.forms.address_field import PARTS
from oppkit.forms.grid_field import (
    Cell,
    GridField,
    check_cell,
    choice_cell,
    optional_text_cell,
    text_cell,
)
from oppkit.forms.screen import Screen
from oppkit.forms.widgets.grid import GridColumn, GridRow
from oppkit.model import Address, Country, Record

_ACTIONS = ("add", "delete", "move")
_CODE = "="


class SitesField(GridField):
    """The sites, each with its address in columns. A site keeps its row while its code changes."""

    def __init__(self, screen: Screen) -> None:
        say = screen.text
        self._codes: dict[str, str] = {}
        cells = [
            text_cell("code", say("field.code"), "6rem", required=True),
            text_cell("name", say("field.name"), "1.6fr", required=True),
            text_cell("street", say("field.street"), "2fr"),
            text_cell("postcode", say("field.postcode"), "5.5rem"),
            text_cell("city", say("field.city"), "1.3fr"),
            choice_cell("country", say("field.country"), _countries(screen), "1.2fr"),
            check_cell("active", say("field.active"), "3.5rem"),
        ]
        blank = {"active": True, **Address().__dict__}
        super().__init__("sites", screen, cells, say("customers.sites"), blank, _ACTIONS)

    def show(self, value: Iterable[Record | Mapping[str, Any]] | None) -> None:
        super().show([_flat(site) for site in value or ()])

    def values(self, row: GridRow) -> dict[str, Any]:
        values = super().values(row)
        return values | {"address": {part: values.pop(part) for part in PARTS}}

    def stands_for(self, column: str) -> str:
        part = column.removeprefix("address.")
        return part if part in PARTS else ""

    def arranged(self, row: GridRow) -> GridRow:
        # A country that was closed is offered only where it stands already.
        offered = _countries(self.screen, row.cells["country"])
        closed = offered != _countries(self.screen)
        return replace(row, options={"country": offered} if closed else {})

    def choices(self) -> list[tuple[str, str]]:
        """The sites as they are typed now, by the key of their row."""
        found = []
        for row in self.grid.rows:
            code, name = self._codes[row.key], row.cells["name"].strip()
            label = " – ".join(part for part in (code, name) if part)
            found.append((row.key, label or self.screen.text("customers.site_new")))
        return found

    def key_of(self, code: str | None) -> str:
        """What stands for a site in the rows that refer to it."""
        if code is None:
            return ""
        rows = (row.key for row in self.grid.rows if self._codes[row.key] == code)
        return next(rows, f"{_CODE}{code}")

    def code_of(self, key: str) -> str | None:
        """The code that a site has now, or had when it was taken away."""
        if key.startswith(_CODE):
            return key.removeprefix(_CODE)
        return self._codes.get(key)

    def _tell(self) -> None:
        for row in self.grid.rows:
            self._codes[row.key] = row.cells["code"].strip()
        super()._tell()


class ContactsField(GridField):
    """The contacts; the site of each is one of the rows of `sites`."""

    def __init__(self, screen: Screen, sites: SitesField) -> None:
        say = screen.text
        self.sites = sites
        self._offered: Sequence[tuple[str, str]] = ()
        site = GridColumn("site", say("field.site"), "choice", "1.3fr")
        cells = [
            text_cell("first_name", say("field.first_name"), "1fr"),
            text_cell("last_name", say("field.last_name"), "1.2fr", required=True),
            text_cell("job", say("field.job"), "1.3fr"),
            optional_text_cell("email", say("field.email"), "1.8fr"),
            text_cell("phone", say("field.phone"), "1.2fr"),
            choice_cell("language", say("field.language"), languages(screen), "6rem"),
            Cell(site, sites.key_of, sites.code_of),
            check_cell("active", say("field.active"), "3.5rem"),
        ]
        blank = {"active": True, "language": screen.language}
        super().__init__("contacts", screen, cells, say("customers.contacts"), blank, _ACTIONS)
        sites.on_change(screen.guard(self.follow))

    def follow(self) -> None:
        """Offer the sites as they are typed now; those that were shown anew have new rows."""
        if self.sites.choices() != self._offered:
            known = {row.key for row in self.sites.grid.rows}
            self._put([
                row if row.cells["site"] in known else self._found_again(row)
                for row in self.grid.rows
            ])  # fmt: skip

    def _found_again(self, row: GridRow) -> GridRow:
        key = row.cells["site"]
        again = self.sites.key_of(self.sites.code_of(key)) if key else ""
        found = again and not again.startswith(_CODE)
        return replace(row, cells={**row.cells, "site": again}) if found else row

    def arranged(self, row: GridRow) -> GridRow:
        key = row.cells["site"]
        gone = key and key not in {known for known, _ in self._offered}
        lost = [(key, self.sites.code_of(key) or "")] if gone else []
        options = {
            "site": [("", "—"), *self._offered, *lost],
            "language": languages(self.screen, row.cells["language"]),
        }
        return replace(row, options=options)

    def _put(self, rows: Sequence[GridRow]) -> None:
        self._offered = self.sites.choices()
        super()._put(rows)


def languages(screen: Screen, kept: str = "") -> list[tuple[str, str]]:
    """The languages in which people are written to, and the one that stands already."""
    known = [(code, screen.text(f"contacts.language_{code}")) for code in ("fr", "en")]
    stray = [] if not kept or kept in dict(known) else [(kept, kept)]
    return [*known, *stray]


def _flat(site: Record | Mapping[str, Any]) -> dict[str, Any]:
    values = dict(site if isinstance(site, Mapping) else site.__dict__)
    address = values.pop("address", None) or Address()
    return values | dict(address if isinstance(address, Mapping) else address.__dict__)


def _countries(screen: Screen, kept: str | None = None) -> list[tuple[str, str]]:
    return [("", "—"), *screen.choices(Country, [kept])]
