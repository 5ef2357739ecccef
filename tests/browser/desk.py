"""Works on the whole page as a person does: by the words on it, with keys and the mouse."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, expect

from oppkit.locale import text
from oppkit.locale.catalogue import entries
from tests.browser.widget_page import _CONTRAST


class Desk:
    """One page of the workbench in one browser tab, in a language."""

    def __init__(self, page: Page, language: str) -> None:
        self.page, self.language = page, language
        self.dialogs: list[str] = []
        page.on("dialog", lambda dialog: (self.dialogs.append(dialog.message), dialog.dismiss()))
        expect.set_options(timeout=30_000)  # for a busy machine; an idle one needs a second
        page.wait_for_selector(".opp-table-row .opp-table-open, .opp-table-empty")

    def say(self, key: str, **values: Any) -> str:
        return text(key, self.language, **values)

    # -- where -----------------------------------------------------------------------------------

    @property
    def form(self) -> Locator:
        return self.page.locator(".opp-place > .opp-form")

    @property
    def dialog(self) -> Locator:
        return self.page.get_by_role("dialog")

    @property
    def notice(self) -> Locator:
        """The message that is shown."""
        return self.page.locator(".opp-notice:not([hidden])")

    def tab(self, name: str) -> None:
        """Go to a view of the page."""
        self.page.locator(".opp-views").get_by_role(
            "button", name=self.say(f"page.{name}"), exact=True
        ).click()

    def go(self, name: str) -> None:
        """Go to a view, and wait until the one before is gone and this one has its rows."""
        here = self.page.locator(".opp-views [aria-current=page]")
        expect(here).to_have_count(1)
        shown = self.page.locator(".opp-place > .opp-view")
        if here.inner_text() != self.say(f"page.{name}") and shown.count():
            before = shown.element_handle()
            self.tab(name)
            before.wait_for_element_state("hidden")
        else:
            self.tab(name)
        expect(self.page.locator(".opp-view :is(.opp-table-open, .opp-card)").first).to_be_visible()
        expect(self.page.locator(".opp-table-coming")).to_have_count(0)

    def press(self, key: str, within: Locator | None = None) -> None:
        """Press the button with the words under a key of the catalogue."""
        place = within or self.page
        place.get_by_role("button", name=self.say(key), exact=True).locator("visible=true").click()

    def new(self) -> None:
        self.page.locator(".opp-top").get_by_role("button", name=self.say("page.new")).click()
        expect(self.form).to_be_visible()

    def told(self, key: str, **values: Any) -> None:
        """Wait for a message, then put it away."""
        expect(self.notice).to_contain_text(self.say(key, **values))
        self.notice.locator(".opp-notice-close").click()

    def saved(self, version: int) -> None:
        """Wait until the form says that this version is saved."""
        expect(self.form.locator(".opp-heading")).to_contain_text(
            self.say("form.saved", version=version)
        )

    # -- fields ----------------------------------------------------------------------------------

    def field(self, name: str) -> Locator:
        """The place of a field of the form, by the path of the record."""
        return self.page.locator(f".opp-f-{name}:visible").first

    def fill(self, name: str, typed: str) -> None:
        """Type into a field, and leave it."""
        control = self.field(name).locator("input, textarea").first
        control.fill(typed)
        control.press("Tab")

    def choose(self, name: str, label: str) -> None:
        self.field(name).locator("select").select_option(label=label)

    def pick(self, name: str, typed: str, wanted: str) -> None:
        """Type into a field that finds records, and take one of what it proposes."""
        control = self.field(name).locator("input").first
        control.click()
        control.press_sequentially(typed)
        self.page.locator(".opp-combo-option").filter(has_text=wanted).first.click()

    # -- rows of a grid --------------------------------------------------------------------------

    def add_row(self, grid: str) -> int:
        """Add a row with the grid's button; give its place."""
        rows = self.field(grid).locator(".opp-grid-row")
        before = rows.count()
        self.field(grid).locator(".opp-grid-add").click()
        expect(rows).to_have_count(before + 1)
        return before

    def cell(self, grid: str, row: int, column: int) -> Locator:
        return (
            self.field(grid).locator(".opp-grid-row").nth(row)
            .locator(".opp-grid-cell").nth(column).locator("input, select").first
        )  # fmt: skip

    # -- looking ---------------------------------------------------------------------------------

    def poor_contrast(self) -> list[str]:
        """The texts below the 4.5 to 1 of WCAG AA, with their contrast."""
        return list(self.page.evaluate(_CONTRAST, ".opp-page"))

    def picture(self, path: Path) -> None:
        self.page.screenshot(path=path)


def every_words(language: str) -> dict[str, str]:
    """All words of a language."""
    return dict(entries(language))
