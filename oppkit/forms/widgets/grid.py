"""Rows that are edited in place: the lines of a sale, its responsibles, a customer's contacts."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

import anywidget
import traitlets

from oppkit.forms.widgets.assets import all_words, script, styles
from oppkit.forms.widgets.callbacks import Callbacks, Guard, unguarded
from oppkit.forms.widgets.pick import Choice

WORDS = frozenset(
    {"actions", "add", "cell", "delete", "deleted", "duplicate", "empty", "help", "loading"}
    | {"move", "moved", "nothing", "total"}
)
"""The texts a grid needs: `cell` has a {column} and a {number}; `delete`, `deleted`, `duplicate`,
`move` and `moved` have a {number} and a {name}."""

ACTIONS = ("add", "duplicate", "delete", "move")

Kind = Literal["text", "number", "choice", "check", "pick", "figure"]
Options = Sequence[tuple[str, str]]
Suggest = Callable[[str, str, str], Sequence[Choice]]
"""Gives what a pick cell proposes: (row key, column, text typed)."""


@dataclass(frozen=True)
class GridColumn:
    """A column: `width` is a track of a CSS grid ("2fr", "7rem"); `hint` stands in empty cells.

    Numbers are typed text that the owner reads. `options` are (code, label), for choices; a
    figure cannot be edited.
    """

    name: str
    label: str
    kind: Kind = "text"
    width: str = "1fr"
    options: Options = ()
    required: bool = False
    hint: str = ""


@dataclass(frozen=True)
class GridRow:
    """A row: `key` is the owner's; `cells` are texts as typed, codes of choices, "true" or "".

    Cells in `absent` do not apply to this row: they keep their text for the day they apply, and
    their place is empty or has a figure. `options` and `placeholders` replace those of the column.
    """

    key: str
    cells: Mapping[str, str] = field(default_factory=dict)
    absent: frozenset[str] = frozenset()
    options: Mapping[str, Options] = field(default_factory=dict)
    figures: Mapping[str, str] = field(default_factory=dict)
    placeholders: Mapping[str, str] = field(default_factory=dict)


class EditGrid(anywidget.AnyWidget):
    """Rows of cells to type in. Python knows each keystroke, and never writes over a later one.

    What is asked for with a button or a key (`on_add`, …) the owner does, and answers with `show`.
    """

    _esm = script(
        "elements.js", "steady.js", "popup.js", "combobox_list.js", "combobox.js",
        "grid_cells.js", "grid_rows.js", "grid_drag.js", "grid_suggest.js", "grid_state.js",
        "grid.js",
    )  # fmt: skip
    _css = styles("colours.css", "combobox.css", "grid.css", "grid_cells.css")

    columns = traitlets.List(traitlets.Dict()).tag(sync=True)
    order = traitlets.List(traitlets.Unicode()).tag(sync=True)
    # By the key of a row. What is typed is put into `cells` as they stand, without a message: the
    # page has it already, and a page that is opened later reads it from here.
    cells = traitlets.Dict().tag(sync=True)
    absent = traitlets.Dict().tag(sync=True)
    options = traitlets.Dict().tag(sync=True)
    figures = traitlets.Dict().tag(sync=True)
    placeholders = traitlets.Dict().tag(sync=True)
    notes = traitlets.Dict().tag(sync=True)
    totals = traitlets.Dict().tag(sync=True)
    actions = traitlets.List(traitlets.Enum(ACTIONS)).tag(sync=True)
    disabled = traitlets.Bool(False).tag(sync=True)
    words = traitlets.Dict().tag(sync=True)
    label = traitlets.Unicode("").tag(sync=True)
    generation = traitlets.Int(0).tag(sync=True)
    # The latest step of each view that Python knew of at `show`: later ones are not undone by it.
    handled = traitlets.Dict().tag(sync=True)

    def __init__(
        self,
        columns: Sequence[GridColumn],
        words: Mapping[str, str],
        label: str = "",
        guard: Guard | None = None,
        suggest: Suggest | None = None,
        actions: Collection[str] = (),
    ) -> None:
        self._guard = guard or unguarded
        self._suggest = suggest
        self._kinds = {column.name: column.kind for column in columns}
        self._seen: dict[str, int] = {}
        self._edit, self._pick = Callbacks(self._guard), Callbacks(self._guard)
        self._asked = {action: Callbacks(self._guard) for action in ACTIONS}
        super().__init__(
            columns=[asdict(column) for column in columns],
            words=all_words(words, WORDS),
            label=label,
            actions=list(actions),
        )
        self.on_msg(self._received)

    @property
    def rows(self) -> tuple[GridRow, ...]:
        """The rows as they stand, with what was typed."""
        return tuple(
            GridRow(
                key, dict(self.cells[key]), frozenset(self.absent[key]), self.options[key],
                self.figures[key], self.placeholders[key],
            )
            for key in self.order
        )  # fmt: skip

    def show(self, rows: Sequence[GridRow]) -> None:
        """Show these rows in place of all others; notes of rows that remain stay.

        Raises ValueError for two rows of one key, and for cells of no column.
        """
        self._check(rows)
        with self.hold_sync():
            self.order = [row.key for row in rows]
            self.cells = {row.key: dict(row.cells) for row in rows}
            self.absent = {row.key: sorted(row.absent) for row in rows}
            self.options = {row.key: dict(row.options) for row in rows}
            self.figures = {row.key: dict(row.figures) for row in rows}
            self.placeholders = {row.key: dict(row.placeholders) for row in rows}
            self.notes = {key: notes for key, notes in self.notes.items() if key in self.cells}
            self._answered()

    def set_figures(
        self,
        figures: Mapping[str, Mapping[str, str]],
        totals: Mapping[str, str] | None = None,
        absent: Mapping[str, frozenset[str]] | None = None,
    ) -> None:
        """Change figures by row and column, all totals, and which cells some rows do without.

        Texts ready to be read. What is being typed is not touched. ValueError names a row that is
        not there.
        """
        self._check_keys([*figures, *(absent or ())])
        with self.hold_sync():
            self.figures = self.figures | {
                key: {**self.figures[key], **texts} for key, texts in figures.items()
            }
            if totals is not None:
                self.totals = dict(totals)
            if absent is not None:
                self.absent = self.absent | {key: sorted(names) for key, names in absent.items()}

    def set_notes(self, notes: Mapping[str, Mapping[str, str]]) -> None:
        """Say what is wrong: a sentence by row and column; column "" is about the whole row.

        Replaces all notes. ValueError names a row that is not there.
        """
        self._check_keys(notes)
        self.notes = {key: dict(sentences) for key, sentences in notes.items() if sentences}

    def focus_on(self, key: str, column: str = "") -> None:
        """Put the cursor into a cell; without a column, into the first of the row."""
        self.send({"type": "focus", "key": key, "column": column})

    def on_edit(self, callback: Callable[[str, str, str], Any]) -> None:
        """Call with row key, column and text when the text of a cell changed, at each keystroke."""
        self._edit.add(callback)

    def on_pick(self, callback: Callable[[str, str, str | None], Any]) -> None:
        """Call with row key, column and the key of what was picked, or None when text was typed.

        `on_edit` was called just before.
        """
        self._pick.add(callback)

    def on_add(self, callback: Callable[[], Any]) -> None:
        """Call when a row is wanted at the end; the cursor goes to it when it is shown."""
        self._asked["add"].add(callback)

    def on_duplicate(self, callback: Callable[[str], Any]) -> None:
        """Call with the key of a row of which a copy is wanted."""
        self._asked["duplicate"].add(callback)

    def on_delete(self, callback: Callable[[str], Any]) -> None:
        """Call with the key of a row to be taken away."""
        self._asked["delete"].add(callback)

    def on_move(self, callback: Callable[[str, int], Any]) -> None:
        """Call with the key of a row and the index it shall have."""
        self._asked["move"].add(callback)

    def _check(self, rows: Sequence[GridRow]) -> None:
        keys = [row.key for row in rows]
        if twice := sorted({key for key in keys if keys.count(key) > 1}):
            raise ValueError(f"Several rows have the key {', '.join(twice)}.")
        strays = {name for row in rows for name in (*row.cells, *row.figures, *row.absent)}
        if strays := strays - self._kinds.keys():
            raise ValueError(f"There is no column for {', '.join(sorted(strays))}.")

    def _check_keys(self, keys: Collection[str]) -> None:
        if strays := set(keys) - self.cells.keys():
            raise ValueError(f"There is no row {', '.join(sorted(strays))}.")

    def _answered(self) -> None:
        self.handled = dict(self._seen)
        self.generation += 1

    def _received(self, _widget: Any, content: Mapping[str, Any], _buffers: Any) -> None:
        kind = content.get("type")
        if kind == "suggest":
            self._answer(content)
        elif kind == "edit" or kind in ACTIONS:
            self._seen[str(content["view"])] = int(content["step"])
            self._edited(content) if kind == "edit" else self._do(str(kind), content)

    def _edited(self, content: Mapping[str, Any]) -> None:
        """Keep the text before anybody is told: what fails or is interrupted then loses nothing."""
        key, column, text = (str(content[name]) for name in ("key", "column", "text"))
        kind = self._kinds.get(column, "figure")
        if key not in self.cells or kind == "figure":
            return  # of a row that was taken away meanwhile
        self.cells[key][column] = text
        self.send({**content, "type": "typed"})
        self._edit.call(key, column, text)
        if kind == "pick":
            self._pick.call(key, column, content.get("choice"))

    def _do(self, action: str, content: Mapping[str, Any]) -> None:
        """Tell the owner; the page shows how things are even if nobody does what was asked."""
        before = self.generation
        try:
            if action == "add":
                self._asked[action].call()
            elif content["key"] in self.cells:
                to = [int(content["to"])] if action == "move" else []
                self._asked[action].call(str(content["key"]), *to)
        finally:
            if self.generation == before:
                with self.hold_sync():
                    self._answered()

    def _answer(self, content: Mapping[str, Any]) -> None:
        answer = {"type": "suggestions", "view": content["view"], "ask": content["ask"]}
        found: Sequence[Choice] | None = None
        asked = (str(content[name]) for name in ("key", "column", "text"))
        try:
            found = self._guard(self._suggest)(*asked) if self._suggest else ()
        finally:
            self.send(answer | {"choices": [asdict(choice) for choice in found or ()]})
