"""The values of one reference list, in order, with what can be done to them."""

from __future__ import annotations

from collections.abc import Sequence

import ipywidgets as widgets

from oppkit.forms.dialog import button
from oppkit.forms.list_fields import own, told
from oppkit.forms.list_form import ValueDialog
from oppkit.forms.list_order import OrderDialog
from oppkit.forms.screen import Screen
from oppkit.forms.widgets.plain import Plain
from oppkit.forms.widgets.table import Cell, Column, Table, TableRow
from oppkit.model import Reference, Tag
from oppkit.model.texts import folded

_MANY = 20  # values from which one looks for them by typing


class ValuesPanel(widgets.VBox):
    """A table of the values; opening one shows its form."""

    def __init__(self, screen: Screen, kind: type[Reference]) -> None:
        self.screen, self.kind = screen, kind
        self._shown: list[Reference] = []
        say, name = screen.text, kind.list_name
        self.find = widgets.Text(description=say("lists.find")).add_class("opp-list-find")
        self.find.observe(screen.guard(lambda _change: self._fill()), "value")
        self.table = Table(
            self._columns(), self._rows, screen.words("lists_table"),
            label=say(f"list_name.{name}"), height="min(30rem, 62vh)", guard=screen.guard,
        )  # fmt: skip
        self.table.on_open(self.edit)
        actions = widgets.HBox([
            button(say(f"list_new.{name}"), self.add, screen.guard, "primary"),
            button(say("lists.change_order"), self.arrange, screen.guard).add_class("opp-outlined"),
            self.find,
        ]).add_class("opp-list-actions")  # fmt: skip
        super().__init__([
            Plain(text=say(f"list_name.{name}"), level=2),
            Plain(text=say(f"list_help.{name}"), tone="muted"), actions, self.table,
        ])  # fmt: skip
        self.add_class("opp-list-panel")
        self.refresh(keep_place=False)

    def refresh(self, keep_place: bool = True) -> None:
        """Show the list as the page knows it."""
        values = self.screen.lists.all(self.kind)
        # Hidden rather than absent: what is typed in it stays.
        self.find.layout.display = None if len(values) >= _MANY else "none"
        self._fill(keep_place)

    def add(self) -> None:
        """Ask for a new value."""
        self.screen.ask(ValueDialog(self.screen, self.kind))

    def edit(self, code: str) -> None:
        """Show the form of a value."""
        self.screen.refresh_lists()
        value = self.screen.lists.get(self.kind, code)
        if value is None:
            self.screen.say("lists.gone", "bad", code=code)
            self.refresh()
        else:
            self.screen.ask(ValueDialog(self.screen, self.kind, value))

    def arrange(self) -> None:
        """Ask for another order."""
        self.screen.refresh_lists()
        self.screen.ask(OrderDialog(self.screen, self.kind))

    def _fill(self, keep_place: bool = False) -> None:
        wanted = folded(self.find.value) if self.find.layout.display is None else ""
        self._shown = [
            value
            for value in self.screen.lists.all(self.kind)
            if wanted in folded(value.code, value.label_fr, value.label_en)
        ]
        closed = sum(not value.active for value in self._shown)
        footer = self.screen.count("list_values", len(self._shown))
        if closed:
            footer += f" · {self.screen.count('list_closed', closed)}"
        self.table.refresh(len(self._shown), footer, keep_place)

    def _columns(self) -> list[Column]:
        say = self.screen.text
        languages = sorted(("fr", "en"), key=lambda name: name != self.screen.language)
        labels = [
            Column(f"label_{name}", say(f"field.label_{name}"), width="2fr", sortable=False)
            for name in languages
        ]
        fields = [
            Column(name, say(f"field.{name}"), sortable=False, width="1.3fr",
                   align="end" if name in ("probability", "decimals") else "start")
            for name in own(self.kind)
        ]  # fmt: skip
        code = Column("code", say("field.code"), width="1.3fr", sortable=False)
        state = Column("active", say("lists.state"), width="6rem", sortable=False)
        return [*labels, code, *fields, state]

    def _rows(self, offset: int, limit: int) -> Sequence[TableRow]:
        return [self._row(value) for value in self._shown[offset : offset + limit]]

    def _row(self, value: Reference) -> TableRow:
        other = "en" if self.screen.language == "fr" else "fr"
        labels = [value.label(self.screen.language), value.label(other)]
        cells: list[Cell] = [*labels, value.code, *(self._cell(value, n) for n in own(self.kind))]
        state = "" if value.active else self.screen.text("lists.closed")
        return TableRow(value.code, [*cells, state], "" if value.active else "muted")

    def _cell(self, value: Reference, name: str) -> Cell:
        if isinstance(value, Tag) and name == "colour":
            label = value.label(self.screen.language)
            return {"text": "", "chips": [{"text": label, "colour": value.colour}]}
        return told(self.screen, name, getattr(value, name))
