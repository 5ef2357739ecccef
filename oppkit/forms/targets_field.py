"""The grid of targets and calls: what is typed beside what has come of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from oppkit.forms.grid_field import GridField, figure_cell, number_cell, text_cell
from oppkit.forms.screen import Screen, joined
from oppkit.forms.widgets.grid import GridRow
from oppkit.locale import formats
from oppkit.model import Establishment
from oppkit.model.target import Aim
from oppkit.targets import Attainment

TYPED = ("amount", "committed", "best_case", "note")


class TargetsField(GridField):
    """A row for each period and scope. Figures follow what is saved, not what is typed."""

    def __init__(self, screen: Screen, owner: Callable[[int], str]) -> None:
        self._owner = owner
        say = screen.text
        cells = [
            figure_cell("aim", say("field.period"), "1.4fr"),
            number_cell("amount", say("targets.target"), screen, "7rem"),
            *(figure_cell(name, say(f"targets.{name}"), "6.6rem") for name in ("won", "gap")),
            figure_cell("attained", say("targets.attained"), "5rem"),
            *(figure_cell(name, say(f"targets.{name}"), "6.6rem") for name in ("open", "weighted")),
            figure_cell("coverage", say("targets.coverage"), "5.6rem"),
            number_cell("committed", say("field.committed"), screen, "7rem"),
            number_cell("best_case", say("field.best_case"), screen, "7rem"),
            text_cell("note", say("field.note"), "1.8fr"),
            figure_cell("said", say("field.said_on"), "6.4rem"),
        ]
        super().__init__(
            "targets", screen, cells, say("targets.grid"), {}, actions=()
        )  # fmt: skip

    def show_all(self, found: Sequence[Attainment]) -> None:
        """Show what stands, in place of what is typed."""
        self.show([{"of": one, **standing(one)} for one in found])

    def follow(self, found: Sequence[Attainment]) -> None:
        """Show the figures of now; what is typed stays."""
        of = {one.aim: one for one in found}
        for row in self.grid.rows:
            kept = self._kept[row.key]
            kept["of"] = of.get(kept["of"].aim, kept["of"])
        self.grid.set_figures({row.key: self._figures(row.key) for row in self.grid.rows})

    def shown(self) -> list[Attainment]:
        """What the rows are about."""
        return [self._kept[row.key]["of"] for row in self.grid.rows]

    def arranged(self, row: GridRow) -> GridRow:
        return replace(row, figures=self._figures(row.key))

    def aim_name(self, aim: Aim) -> str:
        """A period, an owner or an establishment, in words."""
        _, _, owner_id, establishment = aim
        if owner_id is not None:
            return self._owner(owner_id)
        if establishment is not None:
            return self.screen.label(Establishment, establishment) or establishment
        return period_name(self.screen, aim)

    def _figures(self, key: str) -> Mapping[str, str]:
        one: Attainment = self._kept[key]["of"]
        sums = {name: getattr(one, name) for name in ("won", "gap", "open", "weighted")}
        said = self.screen.date(one.call.said_on) if one.call else ""
        return {
            "aim": joined([self.aim_name(one.aim), self._as_typed(one)]),
            **{name: whole_amount(self.screen, sum_, one.currency) for name, sum_ in sums.items()},
            "attained": self._share(one.attained), "coverage": self._share(one.coverage),
            "said": said,
        }  # fmt: skip

    def _as_typed(self, one: Attainment) -> str:
        """A target in another currency as it was typed: that is what is kept."""
        if one.set is None or one.set.amount is None or one.set.currency == one.currency:
            return ""
        amount = self.screen.amount(one.set.amount, one.set.currency)
        return self.screen.text("targets.in_currency", amount=amount)

    def _share(self, value: Decimal | None) -> str:
        return "" if value is None else formats.percent(value, self.screen.language)


def standing(one: Attainment) -> dict[str, Any]:
    """What stands in the cells: the target, and the latest call where it is in this currency."""
    call = one.call if one.call and one.call.currency == one.currency else None
    target = one.set if one.set and one.set.currency == one.currency else None
    return {
        "amount": target.amount if target else None,
        "committed": call.committed if call else None,
        "best_case": call.best_case if call else None,
        "note": call.note if call else "",
    }


def whole_amount(screen: Screen, value: Decimal | None, currency: str) -> str:
    """An amount without decimals: these are sums to be compared."""
    return "" if value is None else formats.amount(value, currency, screen.language, 0)


def period_name(screen: Screen, aim: Aim) -> str:
    """A month, a quarter or a year, in words."""
    kind, begins, _, _ = aim
    write: Callable[..., str] = getattr(formats, kind.value)
    return write(begins, screen.language)
