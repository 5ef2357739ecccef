"""One of the sites of the customer that another field holds."""

from __future__ import annotations

from collections.abc import Iterator

from oppkit.forms.fields import FollowingField, readable
from oppkit.forms.pick_field import PickField
from oppkit.forms.screen import Screen
from oppkit.model import Customer


class SiteField(FollowingField):
    """A site; closed ones are offered only where they stand already."""

    def __init__(self, screen: Screen, customer: PickField) -> None:
        self._screen, self._customer = screen, customer
        super().__init__("site_id", screen.text("field.site_id"), self._sites)

    def _sites(self, kept: int | None) -> Iterator[tuple[int, str]]:
        customer_id = readable(self._customer)
        if customer_id is None:
            return
        for site in self._screen.workbench.get(Customer, customer_id).sites:
            if site.id is not None and (site.active or site.id == kept):
                yield site.id, f"{site.code} – {site.name}"
