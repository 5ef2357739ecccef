"""The panel of filters: one field for each criterion, applied as it is filled in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import ipywidgets as widgets

from oppkit.forms.criteria import LISTS, RANGES, colour
from oppkit.forms.fields import CheckField, DateField, Field, NumberField, readable, row
from oppkit.forms.many_fields import CustomersField, ManyField
from oppkit.forms.screen import Screen
from oppkit.forms.widgets.frame import Frame
from oppkit.forms.widgets.tag_picker import TagOption
from oppkit.locale.typed import NotUnderstood
from oppkit.model import Reference, Search, Subfamily


class Filters(widgets.VBox):
    """All criteria but the text and the outcomes. What cannot be read is said and not applied."""

    def __init__(self, screen: Screen, on_change: Callable[[], Any]) -> None:
        self.screen = screen
        self._on_change = on_change
        self._showing = False
        self._frame = Frame(language=screen.language)
        self.fields = {field.name: field for field in self._built()}
        super().__init__([self._frame, *self._rows()])
        self.add_class("opp-form")
        self.add_class("opp-filters")
        for field in self.fields.values():
            field.on_change(screen.guard(self._touched))

    def show(self, criteria: Search) -> None:
        """Put criteria into the fields; those that stand there already are left as typed."""
        self._showing = True
        try:
            self._offer_lists(criteria.families)
            for name, field in self.fields.items():
                value = getattr(criteria, name)
                if readable(field) != value:
                    field.show(value)
        finally:
            self._showing = False
        self._note({})

    def read(self, criteria: Search) -> Search:
        """The criteria with what the fields say; a field that cannot be read does not restrict."""
        values, wrong = dict[str, Any](), dict[str, str]()
        for name, field in self.fields.items():
            try:
                values[name] = field.read()
            except NotUnderstood as error:
                values[name], wrong[name] = None, str(error)
        self._note(wrong)
        return criteria.replace(**values)

    def refresh(self) -> None:
        """Offer the lists as they now stand."""
        self._showing = True
        try:
            self._offer_lists(self.fields["families"].read())
        finally:
            self._showing = False

    # -- inside ----------------------------------------------------------------------------------

    def _built(self) -> list[Field]:
        screen = self.screen
        label = self._label
        found: list[Field] = [
            ManyField(name, label(name), screen, self._options(kind))
            for name, kind in LISTS.items()
        ]
        found += [
            ManyField("owner_ids", label("owner_ids"), screen, self._owners(), int),
            CustomersField("customer_ids", label("customer_ids"), screen),
        ]
        for name in RANGES:
            kind: Any = NumberField if name == "amount" else DateField
            found += [
                kind(f"{name}_{end}", label(f"{name}_{end}"), screen) for end in ("from", "to")
            ]
        return [*found, *(CheckField(name, label(name)) for name in ("overdue", "undated"))]

    def _rows(self) -> list[widgets.Widget]:
        fields = self.fields
        pairs = (
            ("statuses", "owner_ids"), ("customer_ids", "origin_types"),
            ("establishments", "sectors"), ("families", "subfamilies"), ("any_tags", "all_tags"),
        )  # fmt: skip
        rows = [row(*(fields[name] for name in pair)) for pair in pairs]
        rows += [
            row(*(fields[f"{name}_{end}"] for name in names for end in ("from", "to")))
            for names in (RANGES[:2], RANGES[2:])
        ]
        return [*rows, row(fields["overdue"], fields["undated"])]

    def _label(self, name: str) -> str:
        return self.screen.text(f"field.{name}")

    def _options(self, kind: type[Reference], families: Sequence[str] = ()) -> list[TagOption]:
        return [
            TagOption(one.code, one.label(self.screen.language),
                      colour(self.screen, kind, one.code))
            for one in self.screen.lists.all(kind)
            if not (isinstance(one, Subfamily) and families) or one.family in families
        ]  # fmt: skip

    def _owners(self) -> list[TagOption]:
        # Those who have left too: what they owned is to be found, and given to somebody.
        rows = self.screen.workbench.directory.employees(limit=None).rows
        return [TagOption(str(person["id"]), person["name"], "") for person in rows]

    def _offer_lists(self, families: Sequence[str]) -> None:
        for name, kind in LISTS.items():
            field = self.fields[name]
            if isinstance(field, ManyField):
                field.offer(self._options(kind, families), field.widget.value)

    def _touched(self) -> None:
        if self._showing:
            return
        self._follow_families()
        self._on_change()

    def _follow_families(self) -> None:
        """Subfamilies of other families are neither offered nor kept."""
        families = self.fields["families"].read()
        field = self.fields["subfamilies"]
        offered = self._options(Subfamily, families)
        kept = [code for code in field.read() if code in {option.code for option in offered}]
        if not isinstance(field, ManyField) or field.options == offered:
            return
        self._showing = True
        try:
            field.options = offered
            field.show(kept)
        finally:
            self._showing = False

    def _note(self, wrong: dict[str, str]) -> None:
        self._frame.notes = wrong
