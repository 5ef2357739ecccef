"""A long list to look at in a browser, and how to look at it."""

from typing import Any

from playwright.sync_api import expect

from oppkit.forms.widgets.table import Cell, Column, Table, TableRow
from tests.browser.widget_page import WidgetPage

TONES = ("late", "muted", "good", "")

WORDS = {
    "empty": "No opportunity matches.", "error": "The rows could not be read.",
    "loading": "Loading", "retry": "Try again", "select_all": "Select all",
    "select_row": "Select {name}",
}  # fmt: skip
COLUMNS = (
    Column("code", "Code", width="7rem"), Column("name", "Name", width="2fr"),
    Column("tags", "Tags", width="8rem", sortable=False), Column("amount", "Amount", "end", "8rem"),
)  # fmt: skip


def row(number: int) -> TableRow:
    cells: list[Cell] = [
        f"OPP-{number}",
        {"text": f"Opportunity {number} of the planning platform", "tone": TONES[number % 4]},
        {"chips": [{"text": "export", "colour": "#e91e63"}, {"text": "public", "colour": "gold"}]},
        f"{number},50 €",
    ]
    return TableRow(f"k{number}", cells, tone="late" if number % 5 == 4 else "")


def rows(offset: int, limit: int) -> list[TableRow]:
    return [row(number) for number in range(offset, offset + limit)]


def a_table(total: int = 100_000, **options: Any) -> Table:
    table = Table(COLUMNS, options.pop("source", rows), WORDS, label="Opportunities", **options)
    table.refresh(total, f"{total} opportunities")
    return table


def shown_row(page: WidgetPage, number: int) -> Any:
    """The row of this number, once its data is there."""
    found = page.all(f".opp-table-row[aria-rowindex='{number + 2}']")
    expect(found.locator(".opp-table-open")).to_have_text(f"OPP-{number}")
    return found


def scroll(page: WidgetPage, share: float) -> None:
    page.all(".opp-table-viewport").evaluate(
        "(one, share) => { one.scrollTop = share * (one.scrollHeight - one.clientHeight); }", share
    )


# The codes of the rows that are whole between the headings and the lower edge.
IN_SIGHT = """() => {
  const {bottom} = document.querySelector('.opp-table-viewport').getBoundingClientRect();
  const top = document.querySelector('.opp-table-head').getBoundingClientRect().bottom;
  return [...document.querySelectorAll('.opp-table-row')].filter((row) => {
    const place = row.getBoundingClientRect();
    return place.top >= top - 1 && place.bottom <= bottom + 1;
  }).sort((a, b) => a.oppIndex - b.oppIndex)
    .map((row) => row.querySelector('.opp-table-open')?.textContent ?? '');
}"""


def in_sight(page: WidgetPage) -> list[str]:
    return list(page.page.evaluate(IN_SIGHT))
