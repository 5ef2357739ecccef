"""Messages, and what they offer to do."""

from __future__ import annotations

from oppkit.forms.widgets.notice import Notice


def press(notice: Notice, serial: int | None = None, button: str = "act") -> None:
    content = {"do": button, "serial": notice.serial if serial is None else serial}
    notice._received(notice, content, [])


def test_a_message_offers_what_it_can_do_once() -> None:
    done: list[str] = []
    notice = Notice()
    notice.say("Moved.", "good", "Undo", lambda: done.append("undone"))
    assert notice.action == "Undo"
    press(notice)
    press(notice)
    assert done == ["undone"]
    assert (notice.text, notice.action) == ("", "")


def test_what_the_action_says_stays() -> None:
    notice = Notice()
    notice.say("Moved.", "good", "Undo", lambda: notice.say("Undone."))
    notice.act()
    assert (notice.text, notice.action) == ("Undone.", "")


def test_the_button_of_an_older_message_does_nothing() -> None:
    done: list[str] = []
    notice = Notice()
    notice.say("First.", "good", "Undo", lambda: done.append("first"))
    older = notice.serial
    notice.say("Second.", "good", "Undo", lambda: done.append("second"))
    press(notice, older)
    assert (done, notice.text) == ([], "Second.")


def test_a_message_is_put_away_but_not_one_that_came_since() -> None:
    notice = Notice()
    notice.say("First.", "good")
    older = notice.serial
    notice.say("Second.", "bad")
    press(notice, older, "dismiss")
    assert notice.text == "Second."
    press(notice, button="dismiss")
    assert notice.text == ""


def test_a_message_without_an_action_has_no_button() -> None:
    notice = Notice()
    notice.say("First.", "good", "Undo", lambda: None)
    notice.say("Second.", "bad")
    assert (notice.text, notice.tone, notice.action) == ("Second.", "bad", "")
    notice.act()
    assert notice.text == ""
