"""From an opportunity to a signed quote and an affair, as a sales manager clicks through it."""

from __future__ import annotations

from decimal import Decimal
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from oppkit.model import (
    AffairStatus,
    Contact,
    Customer,
    CustomerKind,
    Line,
    Opportunity,
    Outcome,
    Participant,
    QuoteState,
)
from tests.browser.desk import Desk
from tests.browser.place import Open, Place, open_sale

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def sale(place: Place) -> Opportunity:
    """An offer to a prospect with one contact."""
    workbench = place.workbench
    prospect = workbench.save(Customer(
        name="Verrerie de l'Été", contacts=(Contact(
            first_name="Noé", last_name="Garrigue", email="noe@verrerie.example",
        ),),
    ))  # fmt: skip
    return workbench.save(Opportunity(
        name="Four à arc", customer_id=prospect.id or 0, status="negotiation",
        opened_on=workbench.today, expected_signature=workbench.today,
        lines=(
            Line(sale_type="training", title="Formation", quantity=3, unit_price=1000, margin=900),
            Line(title="Étude préalable", amount="1500.55", margin=500),
        ),
        participants=(Participant(contact_id=prospect.contacts[0].id),),
    ))  # fmt: skip


def file_of(desk: Desk, key: str, folder: Path) -> Path:
    """The file that the browser saves when a button of the dialog is pressed."""
    with desk.page.expect_download() as waiting:
        desk.press(key, desk.dialog)
    path = folder / waiting.value.suggested_filename
    waiting.value.save_as(path)
    return path


def test_from_an_opportunity_to_its_affair(
    place: Place, desk: Open, sale: Opportunity, pictures: Path, tmp_path: Path
) -> None:
    page, workbench = desk(), place.workbench
    language = place.language
    open_sale(page, sale)

    # A draft, with a discount on its first line.
    page.press("opportunity.create_quote")
    expect(page.form.locator(".opp-heading")).to_contain_text("DRAFT-")
    [draft] = workbench.quotes_of(sale)
    page.cell("lines", 0, 7).fill("10 %")
    page.cell("lines", 0, 7).press("Tab")
    expect(page.form.locator(".opp-totals")).to_contain_text(
        "5 040,66" if language == "fr" else "5,040.66"
    )
    page.picture(pictures / f"quote-draft-{language}.png")

    # Validated: what is typed is saved first, the number is given.
    code = next_number(place)
    page.press("quote.validate")
    page.press("quote.do_validate", page.dialog)
    page.told("quote.validated_now", code=code)
    expect(page.form.locator(".opp-heading")).to_contain_text(code)
    expect(page.field("name").locator("input")).to_be_disabled()
    quote = workbench.quote(code)
    assert quote.id == draft.id
    assert quote.totals.including_tax == Decimal("5040.66")

    # Printed: the preview is there, the file says the same.
    page.press("printing.print")
    expect(page.page.locator(".opp-page-image")).to_have_count(1)
    page.picture(pictures / f"quote-preview-{language}.png")
    printed = PdfReader(file_of(page, "printing.save", tmp_path)).pages[0].extract_text()
    assert code in printed
    assert "Étude préalable" in printed
    page.put_away()
    page.press("printing.close", page.dialog)

    # A message to Noé, for the mail program of this person.
    page.press("mailing.write")
    message: Any = message_from_bytes(
        file_of(page, "mailing.draft", tmp_path).read_bytes(), policy=policy.default
    )
    assert message["To"] == "Noé Garrigue <noe@verrerie.example>"
    assert [file.get_filename() for file in message.iter_attachments()] == [f"{code}.pdf"]
    page.put_away()
    page.press("form.cancel", page.dialog)

    # Signed. The opportunity changes only where a box is ticked.
    page.press("quote.sign")
    page.press("quote.do_sign", page.dialog)
    expect(page.dialog).to_contain_text(page.say("quote.follow_help", code=sale.code))
    assert workbench.quote(code).state is QuoteState.SIGNED
    assert workbench.get(Opportunity, sale.id or 0) == sale
    for name in ("won", "amount"):
        page.dialog.locator(f".opp-f-{name} input").check()
    page.picture(pictures / f"quote-signed-{language}.png")
    page.press("quote.follow_do", page.dialog)
    page.told("quote.followed", code=sale.code)
    won = workbench.get(Opportunity, sale.id or 0)
    assert workbench.catalogue().outcome(won.status) is Outcome.WON
    assert (won.amount, won.closed_on) == (Decimal("4200.55"), workbench.today)

    # Back to the opportunity with one click, and on to the affair.
    page.settled()
    page.form.locator(".opp-made").get_by_role("button", name=sale.code or "").first.click()
    expect(page.form.locator(".opp-heading")).to_contain_text(sale.code or "")
    page.press("opportunity.create_affair")
    page.press("affairs.create", page.dialog)
    expect(page.form.locator(".opp-heading")).to_contain_text("AF26-")
    [affair] = workbench.affairs_of(won)
    assert (affair.budget, affair.status) == (Decimal("4200.55"), AffairStatus.COMMERCIAL)
    customer = workbench.get(Customer, sale.customer_id)
    assert (customer.kind, customer.customer_since) == (CustomerKind.CUSTOMER, workbench.today)
    page.picture(pictures / f"affair-{language}.png")

    # Each knows the others.
    made = page.form.locator(".opp-made")
    for known in (sale.code, code):
        expect(made.get_by_role("button", name=known or "").first).to_be_visible()
    page.settled()
    made.get_by_role("button", name=code).first.click()
    expect(page.form.locator(".opp-heading")).to_contain_text(code)
    expect(page.form.locator(".opp-made")).to_contain_text(affair.code or "")


def next_number(place: Place) -> str:
    """The number that the next validated quote gets."""
    numbers = [row["code"] for row in place.workbench.directory.quotes(limit=None).rows]
    last = max(int(code[-4:]) for code in numbers if code.startswith("QUO-2026-"))
    return f"QUO-2026-{last + 1:04d}"
