"""The fields that classify what is sold; subfamilies follow their family."""

from __future__ import annotations

from collections.abc import Iterator

from oppkit.forms.fields import Field, FollowingField, ListField
from oppkit.forms.screen import Screen
from oppkit.model import Establishment, Family, Sector, Subfamily


class Classification:
    """Establishment, sector, family and subfamily of an opportunity, a quote or an affair."""

    def __init__(self, screen: Screen) -> None:
        self.screen = screen
        say = screen.text
        self.establishment = ListField(
            "establishment", say("field.establishment"), screen, Establishment
        )
        self.sector = ListField("sector", say("field.sector"), screen, Sector)
        self.family = ListField("family", say("field.family"), screen, Family)
        self.subfamily = FollowingField("subfamily", say("field.subfamily"), self._subfamilies)
        self.family.on_change(screen.guard(self.subfamily.follow))

    @property
    def fields(self) -> tuple[Field, ...]:
        """The fields in the order in which a record is shown: the family before what is below."""
        return (self.establishment, self.sector, self.family, self.subfamily)

    def _subfamilies(self, kept: str | None) -> Iterator[tuple[str, str]]:
        """Those of the family that is chosen."""
        family = self.family.read()
        for value in self.screen.lists.all(Subfamily):
            if value.family == family and (value.active or value.code == kept):
                yield value.code, value.label(self.screen.language)
