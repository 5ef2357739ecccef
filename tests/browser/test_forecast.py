"""From a period to what decides it, in a real browser: JupyterLab in French, Voilà in English."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.place import Open, Place

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_from_a_period_to_what_decides_it_and_back(
    place: Place, desk: Open, pictures: Path
) -> None:
    page = desk(width=1024)
    page.go("forecast")
    view = page.page.locator(".opp-view-forecast")
    drawn = view.locator(".opp-forecast-lines .opp-ranges")
    rows = drawn.locator(".opp-range-row")
    expect(rows).to_have_count(5)

    # A month is a line of its own, and opens what makes it uncertain.
    page.choose("length", page.say("forecast_view.length_month"))
    expect(rows).to_have_count(12)
    page.choose("length", page.say("forecast_view.length_quarter"))
    expect(rows).to_have_count(5)
    page.settled()
    expect(drawn).to_have_attribute("aria-busy", "false")
    second = rows.nth(1)
    second.locator(".opp-range-track").click()
    expect(second.locator(".opp-range-choose")).to_have_attribute("aria-pressed", "true")
    decisive = page.page.get_by_role("grid", name=page.say("forecast_view.decisive"), exact=True)
    expect(decisive.locator(".opp-table-open")).to_have_count(8)
    page.picture(pictures / f"forecast-{place.language}.png")

    # What if: beside what is expected now.
    page.choose("scenario", page.say("forecast_if.losing"))
    compared = view.locator(".opp-what-if .opp-range-row")
    expect(compared).to_have_count(2)
    page.settled()
    middle = second.locator(".opp-range-of-middle").inner_text()
    expect(compared.first.locator(".opp-range-of-middle")).to_have_text(middle)
    page.choose("scenario", page.say("forecast_if.raising"))
    expect(compared).to_have_count(0)
    page.settled()
    owner = decisive.locator(".opp-table-row").first.locator(".opp-table-cell").nth(2).inner_text()
    page.pick("owner_ids", owner[:5], owner)
    expect(compared).to_have_count(2)
    expect(compared.nth(1)).to_contain_text(owner)

    # Of that owner only.
    page.choose("dimension", page.say("dimension.owner"))
    page.pick("value", owner[:5], owner)
    page.settled()
    names = decisive.locator(".opp-table-row .opp-table-cell:nth-child(3)")
    expect(names.filter(has_not_text=owner)).to_have_count(0)
    expect(drawn).to_have_attribute("aria-busy", "false")
    page.picture(pictures / f"forecast-of-{place.language}.png")

    # To the form of one of them, and back to where one was.
    name = decisive.locator(".opp-table-open").first
    sale = name.inner_text()
    name.click()
    expect(page.form).to_be_visible()
    expect(page.field("name").locator("input")).to_have_value(sale)
    page.page.locator(".opp-back").click()
    expect(page.page.locator(".opp-range-choose[aria-pressed=true]")).to_have_count(1)
    expect(page.field("value").locator("input").first).to_have_value(owner)
    expect(decisive.locator(".opp-table-open").first).to_have_text(sale)


def test_what_happened_before_stands_beside_what_was_entered(
    place: Place, desk: Open, pictures: Path
) -> None:
    page = desk()
    page.go("forecast")
    view = page.page.locator(".opp-view-forecast")
    drawn = view.locator(".opp-forecast-lines .opp-ranges")
    expect(drawn.locator(".opp-range-row").first).to_be_visible()
    gaps = page.page.get_by_role("grid", name=page.say("forecast_view.gaps"), exact=True)
    expect(gaps).to_have_count(0)
    page.choose("method", page.say("forecast_view.method_calibrated"))
    # Learning takes some seconds.
    expect(gaps.locator(".opp-table-open").first).to_be_visible(timeout=120_000)
    expect(drawn).to_have_attribute("aria-busy", "false")
    page.settled()
    page.picture(pictures / f"forecast-calibrated-{place.language}.png")
    name = gaps.locator(".opp-table-open").first
    sale = name.inner_text()
    name.click()
    expect(page.form).to_be_visible()
    expect(page.field("name").locator("input")).to_have_value(sale)
