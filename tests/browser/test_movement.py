"""From what moved to who moved, in a real browser: in JupyterLab in French, in Voilà in English."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.place import Open, Place

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_from_a_bar_to_its_opportunities_and_back(place: Place, desk: Open, pictures: Path) -> None:
    page = desk(width=1024)
    page.go("movement")
    told = page.page.locator(".opp-movement > .opp-plain").nth(1)

    # Since a day, which is typed.
    page.choose("since", page.say("movement_view.since_day"))
    page.fill("since_day", "30.6.26")
    expect(page.field("since_day").locator("input")).to_have_value("30/06/2026")
    year = "30 juin 2026" if place.language == "fr" else "30 June 2026"
    expect(told).to_contain_text(year)
    page.fill("until", "?")
    expect(page.field("until").locator(".opp-note")).to_be_visible()
    page.fill("until", "")
    expect(page.page.locator(".opp-movement .opp-note")).to_have_count(0)
    page.settled()

    # Behind a bar stand as many as it says.
    bar = page.page.locator(".opp-fall-bar[data-key=lost]")
    bar.click()
    expect(bar).to_have_attribute("aria-pressed", "true")
    page.settled()
    footer = page.page.locator(".opp-table-footer").locator("visible=true")
    amount = bar.locator(".opp-fall-amount").inner_text()
    expect(footer).to_have_text(f"{bar.locator('.opp-fall-count').inner_text()} · {amount}")
    page.picture(pictures / f"movement-{place.language}.png")

    # By owner, and into one of them.
    page.choose("by", page.say("dimension.owner"))
    groups = page.page.get_by_role("grid", name=page.say("movement_view.groups"), exact=True)
    one = groups.locator(".opp-table-open").first
    expect(one).to_be_visible()
    page.settled()
    owner = one.inner_text()
    one.click()
    expect(page.field("value").locator("input").first).to_have_value(owner)
    expect(told).to_contain_text(owner)
    expect(groups.locator(".opp-table-open")).to_have_text([owner])

    # Of an establishment, found as one types.
    page.choose("dimension", page.say("dimension.establishment"))
    expect(told).not_to_contain_text(owner)
    page.pick("value", "lyo", "Lyon")
    expect(told).to_contain_text("Lyon")
    page.settled()
    expect(page.page.locator(".opp-fall")).to_have_attribute("aria-busy", "false")
    page.picture(pictures / f"movement-of-{place.language}.png")

    # To the form of one of them, and back to where one was.
    moves = page.page.get_by_role("grid", name=page.say("movement_view.moves"), exact=True)
    name = moves.locator(".opp-table-open").first
    sale = name.inner_text()
    name.click()
    expect(page.form).to_be_visible()
    expect(page.field("name").locator("input")).to_have_value(sale)
    page.page.locator(".opp-back").click()
    expect(page.page.locator(".opp-fall-bar[aria-pressed=true]")).to_have_count(1)
    expect(page.field("value").locator("input").first).to_have_value("Lyon")
    expect(moves.locator(".opp-table-open").first).to_have_text(sale)
