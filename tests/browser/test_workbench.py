"""A sales manager's day in a real browser: in JupyterLab in French, in Voilà in English."""

from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import expect

from oppkit.model import Customer, NotFound
from tests.browser.place import Open, Place, a_sale, open_sale

pytestmark = [pytest.mark.browser, pytest.mark.slow]

EVIL = "<img src=x onerror=alert(1)>"


def test_a_day_at_work(place: Place, desk: Open, pictures: Path) -> None:
    page = desk()
    workbench = place.workbench
    customer = workbench.directory.customers(limit=1).rows[0]
    first, second = workbench.directory.employees(limit=2).rows
    contact = workbench.get(Customer, customer["id"]).contacts[0]
    lists, language = workbench.catalogue(), place.language

    # Create: three lines, two tags, two responsibles.
    page.new()
    page.press("form.save")
    expect(page.field("name").locator(".opp-note")).to_be_visible()
    expect(page.field("customer_id").locator(".opp-note")).to_be_visible()
    expect(page.notice).to_be_visible()
    page.put_away()
    page.fill("name", "Portail fournisseurs")
    page.pick("customer_id", customer["name"][:8], customer["name"])
    page.fill("expected_signature", "15.12.26")
    expect(page.field("expected_signature").locator("input").first).to_have_value("15/12/2026")
    page.fill("probability", "40 %")
    for tag in ("strategic", "urgent"):
        label = lists.label("tag", tag, language)
        page.pick("tags", label, label)
    lines = (("fixed_price", "Étude", "12,5"), ("licence", "Licences", "100"),
             ("training", EVIL, "0,35"))  # fmt: skip
    for sale_type, title, price in lines:
        row = page.add_row("lines")
        page.cell("lines", row, 1).select_option(
            label=lists.label("sale_type", sale_type, language)
        )
        page.cell("lines", row, 2).fill(title)
        page.cell("lines", row, 4).fill(price)
    totals = page.field("lines").locator(".opp-grid-total-figure")
    expect(totals.first).to_contain_text("112,85" if language == "fr" else "112.85")
    expect(totals.nth(1)).to_contain_text("45,14" if language == "fr" else "45.14")
    for person, role in ((first, "sales"), (second, "presales")):
        row = page.add_row("responsibles")
        page.cell("responsibles", row, 1).select_option(label=lists.label("role", role, language))
        page.pick_in(page.cell("responsibles", row, 2), person["name"][:5], person["name"])
    page.picture(pictures / f"form-{place.language}.png")
    page.page.keyboard.press("Control+s")
    page.saved(1)
    page.put_away()

    # A contact, once it is saved.
    page.form.get_by_role("tab", name=page.say("opportunity.contacts")).click()
    adder = page.page.locator(".opp-adders input").first
    page.pick_in(adder, contact.last_name[:4], contact.last_name)
    expect(page.field("participants").locator(".opp-grid-row")).to_have_count(1)
    page.press("form.save")
    page.saved(2)

    saved = place.workbench.search(text="portail fournisseurs").rows[0]
    record = place.workbench.opportunity(saved["code"])
    assert record.amount == Decimal("112.85")
    assert [(line.title, line.amount) for line in record.lines] == [
        ("Étude", Decimal("12.5")), ("Licences", Decimal(100)), (EVIL, Decimal("0.35")),
    ]  # fmt: skip
    assert set(record.tags) == {"strategic", "urgent"}
    assert [(r.role, r.employee_id) for r in record.responsibles] == [
        ("sales", first["id"]), ("presales", second["id"]),
    ]  # fmt: skip
    assert [p.contact_id for p in record.participants] == [contact.id]
    assert (record.probability, record.probability_typed) == (Decimal("0.4"), True)

    # Changed; the history says so.
    page.form.get_by_role("tab", name=page.say("opportunity.header")).click()
    page.fill("name", "Portail des fournisseurs")
    page.press("form.save")
    page.saved(3)
    page.form.get_by_role("tab", name=page.say("opportunity.history")).click()
    expect(page.form.locator(".opp-moment").first).to_contain_text("Portail des fournisseurs")
    page.picture(pictures / f"history-{place.language}.png")

    # Dragged on the board to another column.
    page.go("board")
    page.search("portail des fournisseurs")
    card = page.page.locator(".opp-card")  # all others are gone: what is on the board stays there
    expect(card).to_have_count(1)
    expect(card).to_contain_text("Portail des fournisseurs")
    expect(page.notice).to_have_count(0)
    target = page.page.locator(
        ".opp-board-column", has_text=lists.label("status", "qualified", language)
    ).first
    card.drag_to(target)
    expect(target.locator(".opp-card", has_text="Portail des fournisseurs")).to_have_count(1)
    expect(page.notice).to_be_visible()
    page.picture(pictures / f"board-{place.language}.png")
    moved = place.workbench.opportunity(record.code or "")
    assert (moved.status, moved.version) == ("qualified", 4)

    # Found by tag.
    page.go("opportunities")
    page.search("portail")
    page.press("search.filters")
    label = lists.label("tag", "urgent", language)
    page.pick("all_tags", label, label)
    found = page.page.locator(".opp-table-row", has_text="Portail des fournisseurs")
    expect(found).to_have_count(1)
    page.settled()
    page.picture(pictures / f"search-{place.language}.png")
    found.locator(".opp-table-open").click()
    expect(page.form).to_contain_text("Portail des fournisseurs")

    # Duplicated, the copy saved and deleted.
    page.press("opportunity.duplicate")
    expect(page.form.locator(".opp-heading")).to_contain_text(page.say("form.new"))
    page.press("form.save")
    page.saved(1)
    copies = place.workbench.search(text="portail des fournisseurs").rows
    assert len(copies) == 2
    page.press("form.delete")
    page.press("form.delete", page.dialog)
    expect(page.form).to_have_count(0)
    [left] = place.workbench.search(text="portail des fournisseurs").rows
    assert left["code"] == record.code
    assert place.workbench.check() == []


def test_two_pages_edit_one_opportunity(place: Place, desk: Open, pictures: Path) -> None:
    sale = a_sale(place, f"À deux {place.language}")
    one, other = desk(), desk()
    for page in (one, other):
        open_sale(page, sale)
    one.fill("comment", "De la première")
    one.press("form.save")
    one.saved(2)

    # Other fields: merged.
    other.fill("probability", "55")
    other.press("form.save")
    other.saved(3)
    expect(other.field("comment").locator("textarea")).to_have_value("De la première")

    # The same field: side by side, to choose from.
    one.fill("name", "Le nom de la première")
    one.press("form.save")
    one.saved(4)
    other.fill("name", "Le nom de la seconde")
    other.press("form.save")
    expect(other.dialog).to_be_visible()
    expect(other.dialog).to_contain_text("Le nom de la première")
    expect(other.dialog).to_contain_text("Le nom de la seconde")
    other.picture(pictures / f"conflict-{place.language}.png")
    other.page.keyboard.press("Escape")
    expect(other.dialog).to_have_count(0)
    expect(other.field("name").locator("input")).to_have_value("Le nom de la seconde")
    other.press("form.save")
    other.press("conflict.all_mine", other.dialog)
    other.press("conflict.save", other.dialog)
    other.saved(5)
    assert place.workbench.opportunity(sale.code or "").name == "Le nom de la seconde"


def test_unsaved_changes_are_asked_about(place: Place, desk: Open) -> None:
    sale = a_sale(place, f"Quitter {place.language}")
    page = desk()
    open_sale(page, sale)
    page.fill("name", "Pas encore enregistré")
    page.tab("customers")
    page.press("form.cancel", page.dialog)
    expect(page.field("name").locator("input")).to_have_value("Pas encore enregistré")
    page.tab("customers")
    page.press("form.save", page.dialog)
    expect(page.form).to_have_count(0)
    assert place.workbench.opportunity(sale.code or "").name == "Pas encore enregistré"


def test_the_browser_asks_before_it_leaves_unsaved_changes(place: Place, desk: Open) -> None:
    sale = a_sale(place, f"Fermer {place.language}")
    page = desk()
    open_sale(page, sale)
    page.fill("name", "Pas encore enregistré")
    expect(page.form.locator(".opp-heading")).to_contain_text(page.say("form.changed", version=1))
    page.settled()
    with page.page.expect_event("dialog"):  # which may come before the call returns
        page.page.close(run_before_unload=True)
    assert page.dialogs == [""]
    page.dialogs.clear()
    page.press("form.save")
    page.saved(2)


def test_a_deleted_one_is_said(place: Place, desk: Open) -> None:
    sale = a_sale(place, f"Disparue {place.language}")
    page = desk()
    open_sale(page, sale)
    place.workbench.delete(sale)
    page.fill("name", "Trop tard")
    page.press("form.save")
    expect(page.page.locator(".opp-notice[data-tone=bad]")).to_be_visible()
    expect(page.field("name").locator("input")).to_have_value("Trop tard")
    with pytest.raises(NotFound):
        place.workbench.opportunity(sale.code or "")


@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_every_view_can_be_read(theme: str, place: Place, desk: Open, pictures: Path) -> None:
    page = desk(theme, 1024)
    poor: dict[str, list[str]] = {}
    for name in ("opportunities", "board", "calendar", "customers", "contacts", "employees",
                 "events", "lists"):  # fmt: skip
        page.go(name)
        poor[name] = page.poor_contrast()
        page.picture(pictures / f"{name}-{theme.lower()}-{place.language}.png")
    page.new()
    page.settled()
    poor["form"] = page.poor_contrast()
    page.picture(pictures / f"new-{theme.lower()}-{place.language}.png")
    assert {name: texts for name, texts in poor.items() if texts} == {}
    wide = page.page.evaluate(
        "() => document.querySelector('.opp-page').scrollWidth"
        " - document.querySelector('.opp-page').clientWidth"
    )
    assert wide <= 0


def test_the_language_is_switched_on_the_page(place: Place, desk: Open) -> None:
    page = desk()
    other = "en" if place.language == "fr" else "fr"
    page.tab("customers")
    page.speak(other)
    expect(page.page.locator(".opp-views")).to_contain_text(page.say("page.employees"))
    expect(page.page.locator(".opp-view")).to_contain_text(page.say("field.city"))
