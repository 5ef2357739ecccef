"""Messages in a real browser: what they say, and what they offer to do."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from oppkit.forms.widgets.frame import Frame
from oppkit.forms.widgets.notice import Notice
from tests.browser.widget_page import THEMES, Show

pytestmark = pytest.mark.browser

SCRIPT = "<img src=x onerror=alert(1)>"


class Styled(Notice):
    """A message with the style sheet of the page, which a form brings otherwise."""

    _css = Frame._css


@pytest.mark.parametrize("theme", THEMES)
def test_text_is_text_and_can_be_read(show: Show, theme: str) -> None:
    notice = Styled(dismiss=SCRIPT)
    notice.say(SCRIPT, "bad", SCRIPT, lambda: None)
    page = show(notice, theme)
    expect(page.all(".opp-notice span")).to_have_text(SCRIPT)
    expect(page.all(".opp-notice-action")).to_have_text(SCRIPT)
    assert page.all(".opp-notice img").count() == 0
    assert page.poor_contrast() == []


def test_a_key_does_what_is_offered_and_the_message_goes(show: Show) -> None:
    done: list[str] = []
    notice = Styled()
    notice.say("Moved.", "good", "Undo", lambda: done.append("undone"))
    page = show(notice)
    action = page.page.get_by_role("button", name="Undo")
    action.focus()
    action.press("Enter")
    expect(page.all(".opp-notice")).to_be_hidden()
    assert (done, notice.text, notice.action) == (["undone"], "", "")


def test_an_answer_to_the_action_is_shown(show: Show) -> None:
    notice = Styled()
    notice.say("Moved.", "good", "Undo", lambda: notice.say("It is back."))
    page = show(notice)
    page.page.get_by_role("button", name="Undo").click()
    expect(page.page.get_by_role("status")).to_have_text("It is back.×")
    expect(page.all(".opp-notice-action")).to_be_hidden()


def test_without_an_action_there_is_no_button(show: Show) -> None:
    notice = Styled()
    notice.say("Refused.", "bad")
    page = show(notice)
    expect(page.page.get_by_role("alert")).to_contain_text("Refused.")
    expect(page.all(".opp-notice-action")).to_be_hidden()
    page.page.get_by_role("button", name="Dismiss").click()
    expect(page.all(".opp-notice")).to_be_hidden()
    page.wait("() => true")
    assert notice.text == ""


def test_who_puts_a_message_away_does_not_lose_the_next_one(show: Show) -> None:
    notice = Styled()
    notice.say("Saved.", "good")
    page = show(notice)
    notice.say("Refused.", "bad")  # is still on its way to the page
    page.page.get_by_role("button", name="Dismiss").click()
    expect(page.page.get_by_role("alert")).to_contain_text("Refused.")
    assert notice.text == "Refused."
