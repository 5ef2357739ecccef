"""Works on the whole page as a person does: by the words on it, with keys and the mouse."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Dialog, Locator, Page, expect

from oppkit.locale import LANGUAGES, text
from oppkit.locale.catalogue import entries
from tests.browser.jupyter import NotebookPage
from tests.browser.quiet import wait_until_quiet
from tests.browser.voila import AppPage
from tests.browser.widget_page import _CONTRAST

_PUT_AWAY = "() => document.querySelector('.opp-notice:not([hidden]) .opp-notice-close')?.click()"


class Desk:
    """One page of the workbench in one browser tab, in a language."""

    def __init__(self, shown: AppPage | NotebookPage, language: str) -> None:
        self.shown, self.language = shown, language
        self.page: Page = shown.page
        self.dialogs: list[str] = []
        if isinstance(shown, AppPage):
            self.page.remove_listener("dialog", shown.asked)  # only one can answer
        self.page.on("dialog", self._asked)
        self._read()

    def _asked(self, dialog: Dialog) -> None:
        self.dialogs.append(dialog.message)
        dialog.dismiss()

    def _read(self) -> None:
        """Wait for the rows of the first view."""
        self.page.wait_for_selector(".opp-table-row .opp-table-open")

    def wrong(self) -> list[str]:
        """What no test may leave behind: scripts that failed, requests to elsewhere, questions."""
        return [*self.shown.wrong(), *self.dialogs]

    def say(self, key: str, **values: Any) -> str:
        return text(key, self.language, **values)

    # -- anew ------------------------------------------------------------------------------------

    def renew(self) -> None:
        """Leave what is open, and have the page built anew, in the other language."""
        self.settled()
        while self.dialog.count():
            self.page.keyboard.press("Escape")
            self.settled()
        if self.form.count():
            self._discard()
        self.tab("opportunities")
        expect(self.page.locator(".opp-place > .opp-view-opportunities")).to_be_visible()
        self.speak(next(other for other in LANGUAGES if other != self.language))

    def speak(self, language: str) -> None:
        """Have the page in a language; another than it has builds it anew."""
        if language != self.language:
            words = text("page.language", language)
            self.page.get_by_role("button", name=words, exact=True).click()
            self.language = language
            expect(self.page.locator(f".opp-page[lang={language}]")).to_be_visible()
            self.settled()

    def _discard(self) -> None:
        """Leave the form, and what was typed."""
        self.tab("opportunities")
        self.settled()
        left = self.page.locator(".opp-page:not(:has(.opp-place > .opp-form))")
        expect(self.dialog.or_(left)).to_be_visible()
        if self.dialog.count():
            self.press("form.discard", self.dialog)

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
        self.tab(name)
        view = f".opp-place > .opp-view-{name}"
        # Lumino takes a view off the page and puts it back while it lays the page out: that one
        # view is hidden for a moment does not tell that another one is shown.
        expect(self.page.locator(view)).to_be_visible()
        expect(self.page.locator(".opp-place > .opp-view")).to_have_count(1)
        rows = f"{view} :is(.opp-table-open, .opp-card, .opp-fall-bar, .opp-range-choose)"
        expect(self.page.locator(rows).first).to_be_visible()
        self.settled()
        expect(self.page.locator(".opp-table-coming")).to_have_count(0)

    def press(self, key: str, within: Locator | None = None) -> None:
        """Press the button with the words under a key of the catalogue."""
        place = within or self.page
        place.get_by_role("button", name=self.say(key), exact=True).locator("visible=true").click()

    def new(self) -> None:
        self.page.locator(".opp-top").get_by_role("button", name=self.say("page.new")).click()
        expect(self.form).to_be_visible()

    def search(self, text: str) -> None:
        """Type into the search of the view, and wait for what is found."""
        self.page.locator(".opp-place > .opp-view .opp-search-input").fill(text)
        asking = self.page.locator(".opp-search-box[aria-busy=true]")
        expect(asking).to_have_count(0)  # asking since it was filled
        self.settled()

    def settled(self) -> None:
        """Wait until all that was done so far has had its effect."""
        wait_until_quiet(self.page)

    def told(self, key: str, **values: Any) -> None:
        """Wait for a message, then put it away."""
        expect(self.notice).to_contain_text(self.say(key, **values))
        self.put_away()

    def put_away(self) -> None:
        """Put the message away, if there is one: good news goes by itself after some seconds."""
        self.page.evaluate(_PUT_AWAY)
        expect(self.notice).to_have_count(0)

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
        self.pick_in(self.field(name).locator("input").first, typed, wanted)

    def pick_in(self, control: Locator, typed: str, wanted: str) -> None:
        control.click()
        control.press_sequentially(typed)
        self.proposed().filter(has_text=wanted).first.click()

    def proposed(self) -> Locator:
        """What a list proposes for the whole of what was typed."""
        # It is busy from the keystroke on: until then it proposes what it did for less.
        expect(self.page.locator(".opp-combo[aria-busy=true]")).to_have_count(0)
        return self.page.locator(".opp-combo-option")

    # -- rows of a grid --------------------------------------------------------------------------

    def add_row(self, grid: str) -> int:
        """Add a row with the grid's button; give its place."""
        rows = self.field(grid).locator(".opp-grid-row")
        add = self.field(grid).locator(".opp-grid-add")
        expect(add).to_be_visible()  # and so are the rows
        before = rows.count()
        add.click()
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
