"""Fields to find one in, to collect tags and to type a date, as Python knows them."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest

from oppkit.forms.widgets import date_input, pick, tag_picker
from oppkit.forms.widgets.date_input import DateInput
from oppkit.forms.widgets.pick import Choice, Pick
from oppkit.forms.widgets.tag_picker import TagOption, TagPicker
from oppkit.locale.catalogue import LANGUAGES, entries
from oppkit.locale.typed import NotUnderstood

ADA = Choice("7", "Ada & Cie", "Lyon", "ADA")
NOEL = Choice("8", "Noël SA")


def words(section: str, language: str = "en") -> dict[str, str]:
    start = f"{section}."
    texts = entries(language).items()
    return {key.removeprefix(start): text for key, text in texts if key.startswith(start)}


class Page:
    """What a page would send to a widget, and what it was sent."""

    def __init__(self, widget: Any) -> None:
        self.widget = widget
        self.sent: list[dict[str, Any]] = []
        widget.send = self.sent.append

    def sends(self, **content: Any) -> None:
        self.widget._received(self.widget, {"view": "v"} | content, [])

    def sets(self, **state: Any) -> None:
        self.widget.set_state(state)


def find(text: str) -> Sequence[Choice]:
    return [choice for choice in (ADA, NOEL) if text.lower() in choice.label.lower()]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("section", "needed"),
    [
        ("pick", pick.WORDS), ("tag_picker", tag_picker.WORDS), ("date_input", date_input.WORDS),
    ],
)  # fmt: skip
def test_the_catalogue_has_all_words(language: str, section: str, needed: frozenset[str]) -> None:
    assert needed <= words(section, language).keys()


# -- pick ---------------------------------------------------------------------------------------


@pytest.fixture
def field() -> Pick:
    return Pick(find, words("pick"), "Customer")


@pytest.fixture
def told(field: Pick) -> list[Any]:
    events: list[Any] = []
    field.on_choose(events.append)
    field.on_text(events.append)
    return events


def test_the_source_is_asked_for_each_text(field: Pick) -> None:
    page = Page(field)
    page.sends(type="ask", ask=3, text="no")
    (answer,) = page.sent
    assert (answer["type"], answer["view"], answer["ask"]) == ("found", "v", 3)
    assert answer["choices"] == [{"key": "8", "label": "Noël SA", "detail": "", "code": ""}]


def test_what_was_proposed_can_be_chosen(field: Pick, told: list[Any]) -> None:
    page = Page(field)
    page.sets(text="a")
    page.sends(type="ask", ask=1, text="a")
    page.sets(text="Ada & Cie", key="7")
    assert told == ["a", ADA, "Ada & Cie"]
    assert field.choice == ADA


def test_a_text_typed_after_choosing_is_kept_and_free(field: Pick, told: list[Any]) -> None:
    field.choose(ADA)
    Page(field).sets(text="Ada & C", key="")
    assert (field.choice, field.text) == (None, "Ada & C")
    assert told == [ADA, "Ada & Cie", None, "Ada & C"]


def test_choosing_nothing_empties_it(field: Pick, told: list[Any]) -> None:
    field.choose(ADA)
    field.choose(None)
    assert (field.choice, field.text, field.key) == (None, "", "")
    assert told[2:] == [None, ""]


def test_a_renamed_choice_is_told_anew(field: Pick, told: list[Any]) -> None:
    field.choose(ADA)
    field.choose(renamed := Choice("7", "Ada SA"))
    assert told[2:] == [renamed, "Ada SA"]


def test_a_key_that_was_never_proposed_is_no_choice(field: Pick) -> None:
    Page(field).sets(text="Ada & Cie", key="999")
    assert (field.choice, field.key, field.text) == (None, "", "Ada & Cie")


def test_a_field_may_be_emptied_by_who_hears_of_a_choice(field: Pick) -> None:
    texts: list[str] = []

    def forget(choice: Choice | None) -> None:
        if choice is not None:
            field.choose(None)

    field.on_choose(forget)
    field.on_text(texts.append)
    field.choose(ADA)
    assert (field.choice, field.text, texts) == (None, "", [""])


def test_what_is_created_is_chosen() -> None:
    field = Pick(find, words("pick"), create=lambda text: Choice("9", text.title()))
    page = Page(field)
    page.sends(type="create", text="new one")
    assert (field.choice, field.text) == (Choice("9", "New One"), "New One")
    assert page.sent == [{"type": "created", "view": "v"}]


def test_the_page_does_not_wait_for_what_failed() -> None:
    def fail(_text: str) -> Any:
        raise OSError("gone")

    field = Pick(fail, words("pick"), create=fail)
    page = Page(field)
    for content in ({"type": "ask", "ask": 1}, {"type": "create"}):
        with pytest.raises(OSError, match="gone"):
            page.sends(**content, text="typed")
    assert [(answer["type"], answer.get("choices")) for answer in page.sent] == [
        ("found", []), ("created", None),
    ]  # fmt: skip


def test_a_failure_behind_a_guard_proposes_nothing() -> None:
    field = Pick(find, words("pick"), guard=lambda callback: lambda *_: None)
    page = Page(field)
    page.sends(type="ask", ask=1, text="a")
    assert page.sent[0]["choices"] == []


# -- tags ---------------------------------------------------------------------------------------

OPTIONS = [TagOption("exp", "Export", "#2563eb"), TagOption("vip", "VIP")]


def test_tags_are_added_and_removed() -> None:
    tags = TagPicker(OPTIONS, words("tag_picker"))
    changes: list[tuple[str, ...]] = []
    tags.on_change(changes.append)
    tags.show(["exp", "exp"])
    Page(tags).sets(value=["exp", "vip"])
    assert (changes, tags.value) == ([("exp",), ("exp", "vip")], ("exp", "vip"))
    tags.set_options([])
    assert tags.value == ("exp", "vip")


def test_a_created_tag_is_offered_and_added() -> None:
    tags = TagPicker(OPTIONS, words("tag_picker"), create=lambda text: TagOption("new", text))
    tags.show(["vip"])
    page = Page(tags)
    page.sends(type="create", text="Brand new")
    page.sends(type="create", text="Brand new")
    assert tags.value == ("vip", "new")
    assert [option["label"] for option in tags.options] == ["Export", "VIP", "Brand new"]
    assert page.sent[0]["code"] == "new"


def test_a_tag_that_was_not_created_is_not_added() -> None:
    tags = TagPicker(OPTIONS, words("tag_picker"), create=lambda _text: None)
    page = Page(tags)
    page.sends(type="create", text="Brand new")
    assert (tags.value, page.sent) == ((), [])


# -- dates --------------------------------------------------------------------------------------


def dates(language: str = "en") -> DateInput:
    return DateInput(language, date(2026, 11, 25), words("date_input", language), "Opening")


@pytest.mark.parametrize("typed", ["1.2.26", "01/02/2026", "1 février 2026", "2026-02-01"])
def test_a_date_is_understood_as_it_is_typed(typed: str) -> None:
    field = dates("fr")
    changes: list[str] = []
    field.on_change(lambda: changes.append(field.iso))
    Page(field).sets(text=typed)
    assert (field.value, field.iso, changes) == (date(2026, 2, 1), "2026-02-01", ["2026-02-01"])


def test_a_text_that_is_no_date_is_kept_and_refused() -> None:
    field = dates()
    field.show(date(2026, 2, 1))
    Page(field).sets(text="soon")
    assert (field.text, field.iso) == ("soon", "")
    with pytest.raises(NotUnderstood):
        assert field.value


def test_a_day_is_shown_as_the_language_writes_it() -> None:
    field = dates("fr")
    field.show(date(2026, 2, 1))
    assert (field.text, field.iso, field.value) == ("01/02/2026", "2026-02-01", date(2026, 2, 1))
    field.show(None)
    assert (field.text, field.iso, field.value) == ("", "", None)


@pytest.mark.parametrize(
    ("typed", "written"),
    [("1.2.26", ["01/02/2026"]), ("01/02/2026", []), ("soon", []), ("", [])],
)
def test_a_date_is_written_anew_when_one_leaves(typed: str, written: list[str]) -> None:
    page = Page(dates())
    page.sends(type="left", text=typed)
    assert [(sent["from"], sent["to"]) for sent in page.sent] == [(typed, to) for to in written]


def test_the_calendar_speaks_the_language() -> None:
    field = dates("fr")
    assert (field.months[0], field.months[11]) == ("janvier", "décembre")
    assert field.weekdays[0] == {"short": "lun.", "long": "lundi"}
    assert field.weekdays[6]["long"] == "dimanche"
    assert field.pattern == "{day}/{month}/{year}"
