"""Where the workbench runs in browser tests: in JupyterLab, or behind Voilà."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, expect

import oppkit
from oppkit.model import Customer, Opportunity
from oppkit.workbench import Workbench
from tests.browser.desk import Desk
from tests.browser.jupyter import Lab, NotebookPage
from tests.browser.voila import App, AppPage

NOTEBOOK = "03_workbench.ipynb"
Open = Callable[..., Desk]


class Place:
    """Where the workbench runs, and its database."""

    def __init__(self, database: Path, language: str, lab: Lab | None, app: App | None) -> None:
        self.database, self.language, self.lab, self.app = database, language, lab, app

    @property
    def workbench(self) -> Workbench:
        return oppkit.open(self.database)

    def show(self, context: BrowserContext) -> Desk:
        """Open the page."""
        if self.lab is not None:
            notebook = NotebookPage(context, self.lab)
            notebook.open(NOTEBOOK, "JupyterLab Light")
            notebook.command("notebook:run-all-cells")
            notebook.page.set_default_timeout(60_000)
            return Desk(notebook, self.language)
        assert self.app is not None
        page = AppPage(context, self.app)
        page.open()
        page.page.set_default_timeout(60_000)
        return Desk(page, self.language)


def dress(desk: Desk, theme: str, width: int) -> None:
    """Have a page in a theme ("Light", "Dark"), in a window of a width."""
    desk.page.set_viewport_size({"width": width, "height": 900})
    if isinstance(desk.shown, NotebookPage):
        desk.shown.dress(f"JupyterLab {theme}")
    else:
        desk.shown.dress(theme.lower())


def a_sale(place: Place, name: str, **fields: Any) -> Opportunity:
    workbench = place.workbench
    customer = workbench.save(Customer(name=f"Client de {name}"))
    return workbench.save(Opportunity(
        name=name, customer_id=customer.id or 0, status="proposal",
        opened_on=workbench.today, **fields,
    ))  # fmt: skip


def open_sale(desk: Desk, sale: Opportunity) -> None:
    """Find a sale by its code in the list, and open it."""
    desk.go("opportunities")
    desk.search(sale.code or "")
    found = desk.page.locator(".opp-table-row .opp-table-open")
    expect(found).to_have_text([sale.code or ""])
    found.click()
    expect(desk.form).to_be_visible()
    desk.settled()
