"""Lines of a sale to type in, with an owner that does what is asked, to look at in a browser."""

from typing import Any

from oppkit.forms.widgets.grid import EditGrid, GridColumn, GridRow

WORDS = {
    "actions": "Actions", "add": "Add a line", "cell": "{column}, row {number}",
    "delete": "Delete row {number} {name}", "deleted": "Row {number} {name} deleted.",
    "duplicate": "Duplicate row {number} {name}", "empty": "No line yet.",
    "help": "Alt with the arrow keys moves a row.", "loading": "Searching",
    "move": "Drag to move row {number} {name}", "moved": "{name} is now row {number}.",
    "nothing": "Nothing found.", "total": "Total",
}  # fmt: skip
TYPES = (("", "—"), ("days", "Days and rate"), ("license", "Licence"), ("recurring", "Recurring"))
COLUMNS = (
    GridColumn("type", "Sale type", "choice", "8.5rem", TYPES, required=True),
    GridColumn("title", "Title", width="2fr", required=True, hint="What is sold"),
    GridColumn("quantity", "Quantity", "number", "4.5rem"),
    GridColumn("price", "Unit price", "number", "6rem"),
    GridColumn("months", "Months", "number", "4.5rem"),
    GridColumn("amount", "Amount", "figure", "7rem"),
    GridColumn("weighted", "Weighted", "figure", "7rem"),
)
ALL = ("add", "duplicate", "delete", "move")


def line(key: str, title: str, quantity: str = "2", kind: str = "license") -> GridRow:
    return GridRow(
        key,
        {"type": kind, "title": title, "quantity": quantity, "price": "1250,00", "months": "12"},
        absent=frozenset({"months"} if kind == "license" else ()),
        figures={"amount": "2 500,00 €", "weighted": "1 000,00 €"},
        placeholders={"quantity": "days"} if kind == "days" else {},
    )


class Lines:
    """Keeps lines as a form does: answers each wish with `show`, each keystroke with a figure."""

    def __init__(self, *titles: str, actions: Any = ALL, **options: Any) -> None:
        self.edits: list[tuple[str, str, str]] = []
        self.grid = EditGrid(COLUMNS, WORDS, "Lines", actions=actions, **options)
        self.grid.on_edit(self.edit)
        self.grid.on_add(self.add)
        self.grid.on_delete(lambda key: self.keep(row for row in self.grid.rows if row.key != key))
        self.grid.on_duplicate(self.copy)
        self.grid.on_move(self.move)
        self.keep(line(f"k{at}", title) for at, title in enumerate(titles, 1))

    def keep(self, rows: Any) -> None:
        self.grid.show(list(rows))

    def edit(self, key: str, column: str, text: str) -> None:
        self.edits.append((key, column, text))
        if column == "quantity":
            self.grid.set_figures({key: {"amount": f"{text} × 1250"}}, {"amount": f"sum {text}"})

    def add(self) -> None:
        self.keep([*self.grid.rows, line(f"k{len(self.grid.rows) + 10}", "", "")])

    def copy(self, key: str) -> None:
        rows = list(self.grid.rows)
        at = self.keys.index(key)
        rows.insert(at + 1, GridRow(f"{key}-copy", rows[at].cells))
        self.keep(rows)

    def move(self, key: str, to: int) -> None:
        rows = list(self.grid.rows)
        rows.insert(to, rows.pop(self.keys.index(key)))
        self.keep(rows)

    @property
    def keys(self) -> list[str]:
        return [row.key for row in self.grid.rows]

    def texts(self, column: str) -> list[str]:
        return [row.cells.get(column, "") for row in self.grid.rows]
