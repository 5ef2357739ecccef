"""An address: its parts are fields of their own, and one value of the record."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import ipywidgets as widgets

from oppkit.forms.fields import Field, ListField, ProseField, TextField, row
from oppkit.forms.screen import Screen
from oppkit.model import Address, Country

PARTS = ("street", "postcode", "city", "country")


class AddressField(Field):
    """Street, postcode, town and country, read as a mapping so that all rules are run."""

    def __init__(self, name: str, screen: Screen) -> None:
        say = screen.text
        self.parts: dict[str, Field] = {
            "street": ProseField(f"{name}.street", say("field.street"), rows=2),
            "postcode": TextField(f"{name}.postcode", say("field.postcode")),
            "city": TextField(f"{name}.city", say("field.city")),
            "country": ListField(f"{name}.country", say("field.country"), screen, Country),
        }
        street, postcode, city, country = self.parts.values()
        town = widgets.VBox([row(postcode, city).add_class("opp-town"), row(country)])
        super().__init__(name, row(street, town))
        self.widget.remove_class("opp-field")

    def show(self, value: Address | Mapping[str, Any] | None) -> None:
        shown = value if isinstance(value, Mapping) else (value or Address()).__dict__
        for name, part in self.parts.items():
            part.show(shown.get(name))

    def read(self) -> dict[str, Any]:
        return {name: part.read() for name, part in self.parts.items()}

    @property
    def typed(self) -> Any:
        return tuple(part.typed for part in self.parts.values())

    @property
    def places(self) -> tuple[str, ...]:
        return (*(part.name for part in self.parts.values()), self.name)

    def on_change(self, callback: Callable[[], Any]) -> None:
        for part in self.parts.values():
            part.on_change(callback)

    def enable(self, enabled: bool) -> None:
        for part in self.parts.values():
            part.enable(enabled)
