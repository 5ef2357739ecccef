"""The list of quotes, without a browser."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from oppkit.forms.main_page import Page
from oppkit.forms.quote_form import QuoteForm
from oppkit.forms.quotes import QuotesView
from oppkit.forms.screen import Screen
from oppkit.model import Opportunity, Quote
from oppkit.model.record import Record
from oppkit.workbench import Workbench
from tests.clock import Clock
from tests.forms.listed import column, rows

Saved = Callable[..., Opportunity]
CODE, NAME, STATE, DATE, VALIDITY = 0, 1, 4, 5, 6


@pytest.fixture
def view(screen: Screen, saved: Saved, workbench: Workbench, clock: Clock) -> QuotesView:
    quotes = workbench.quotes
    quotes.validate(quotes.create(saved(name="Late")))
    clock.advance(days=20)
    quotes.sign(quotes.validate(quotes.create(saved(name="Signed", currency="CHF"))))
    quotes.archive(quotes.create(saved(name="Archived")), "Price")
    clock.advance(days=20)
    quotes.create(saved(name="Draft"))
    shown = QuotesView(screen)
    shown.refresh()
    return shown


def test_the_latest_stand_first(view: QuotesView) -> None:
    assert column(view, NAME) == ["Draft", "Signed", "Archived", "Late"]
    assert column(view, STATE) == ["Draft", "Signed", "Archived", "Expired"]
    first = rows(view)[0]["cells"]
    assert first[:4] == ["DRAFT-2026-0004", "Draft", "Énergie du Rhône", "OPP-2026-0004"]
    assert first[DATE] == "25/04/2026"
    assert first[VALIDITY] == {"text": "25/05/2026", "tone": ""}
    assert first[VALIDITY + 1 :] == ["€1,000.00", "€1,200.00"]
    assert [row["tone"] for row in rows(view)] == ["", "", "muted", ""]


def test_what_has_expired_says_so_in_red_and_in_words(view: QuotesView) -> None:
    *others, late = [row["cells"] for row in rows(view)]
    assert late[STATE] == {"text": "Expired", "tone": "late"}
    assert late[VALIDITY] == {"text": "15/04/2026", "tone": "late"}
    assert {cells[VALIDITY]["tone"] for cells in others} == {""}


def test_the_footer_says_how_many_and_what_they_come_to(view: QuotesView) -> None:
    assert view.table.footer == "4 quotes · €3,000 + CHF\xa01,000 excl. tax"
    view.choice.widget.value = "signed"
    assert view.table.footer == "1 quote · CHF\xa01,000.00 excl. tax"
    view.search.search("nobody")
    assert view.table.footer == "0 quotes"


def test_filters_and_orders(view: QuotesView) -> None:
    view.choice.widget.value = "draft"
    assert column(view, NAME) == ["Draft"]
    view.choice.widget.value = ""
    view.search.search("quo-2026 rhone")
    assert column(view, CODE) == ["QUO-2026-0002", "QUO-2026-0001"]
    view.search.search("")
    for one in view.table.columns:
        if one["sortable"]:
            view.table.sort = {"name": one["name"], "descending": False}
            assert len(column(view)) == 4
    assert view.screen.notice.text == ""


def test_a_row_opens_its_quote(view: QuotesView, workbench: Workbench) -> None:
    asked: list[Record] = []
    view.screen.navigate(asked.append, lambda _kind: None)
    view.opened(rows(view)[0]["key"])
    assert asked == [workbench.quote("DRAFT-2026-0004")]


def test_new_quotes_come_from_an_opportunity(view: QuotesView) -> None:
    assert list(view.bar.children) == [view.search, view.choice.widget]


def test_a_quote_is_opened_from_the_page_and_left_again(workbench: Workbench, saved: Saved) -> None:
    page = Page(workbench, "fr")
    page.show("quotes")
    quote = workbench.quotes.create(saved())
    page.views["quotes"].refresh()
    page.views["quotes"].opened(str(quote.id))
    assert isinstance(page.form, QuoteForm)
    assert isinstance(page.form.saved, Quote)
    page.back()
    assert page.name == "quotes"
    assert page.form is None
