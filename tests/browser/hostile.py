"""Texts that run where a page takes them for markup, a watch over a page, and records full of them.

`watch` sees also what was there for a moment only, and what stands in a place that nobody opened.
"""

from datetime import timedelta
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Locator, expect

from oppkit.model import (
    Address,
    Contact,
    Country,
    Customer,
    Employee,
    Establishment,
    Event,
    EventKind,
    Family,
    Line,
    LossReason,
    Opportunity,
    OriginKind,
    OriginType,
    Participant,
    Pricing,
    Responsible,
    Role,
    SaleType,
    Search,
    Sector,
    Site,
    Status,
    Subfamily,
    Tag,
)
from oppkit.workbench import Workbench
from tests.browser.quiet import wait_until_quiet

EVIL = "<img src=x onerror=alert(1)>"
# As the address of a link it is a script, as markup it is several; it closes quotes and tags.
WORST = (
    f"javascript:alert(3)//{EVIL}</script><script>alert(2)</script><svg onload=alert(4)>"
    "\"' onfocus=alert(5) autofocus $\\alpha$ **bold**"
)
ADDRESS = "javascript:alert(6)@example.com"
TEXTS = (WORST, EVIL, ADDRESS, "")
"""What is tried in a field, from the worst text to the one that every optional field takes."""

INPUTS = (
    ":is(input:not([type=checkbox], [type=radio], [type=color], [type=hidden]), textarea)"
    ":not(:disabled, [readonly])"
)

_WATCH = r"""
window.__made = [];
const hostile = "img[src=x], [onerror*='alert('], [onload*='alert('], [onfocus*='alert('],"
  + "[href^='javascript:'], mjx-container, .MathJax";
const note = (what) => window.__made.push(what);
const look = (element) => {
  for (const one of [element, ...element.querySelectorAll("*")]) {
    if (one.matches(hostile)) note(one.parentElement?.outerHTML ?? one.outerHTML);
    if (one.matches("script") && one.textContent.includes("alert(2)")) note(one.outerHTML);
    if (one.matches("strong, b") && one.textContent.trim() === "bold") note(one.outerHTML);
  }
};
new MutationObserver((changes) => {
  for (const { addedNodes } of changes) {
    for (const node of addedNodes) if (node.nodeType === Node.ELEMENT_NODE) look(node);
  }
}).observe(document, { childList: true, subtree: true });
"""

_TAKE = "window.__made.splice(0)"


class Watch:
    """Notes what a text has become on the pages of a browser context. Start it before them."""

    def __init__(self, context: BrowserContext) -> None:
        self.asked: list[str] = []
        self.fetched: list[str] = []
        self._context = context
        context.add_init_script(_WATCH)
        context.on("request", lambda request: self._request(request.url))
        context.on("dialog", lambda dialog: self.asked.append(dialog.message))

    def _request(self, url: str) -> None:
        if url.partition("?")[0].endswith("/x"):
            self.fetched.append(url)

    def harm(self) -> list[str]:
        """All that should not have happened since this was asked last."""
        made = [note for page in self._context.pages for note in page.evaluate(_TAKE)]
        found = [*self.asked, *self.fetched, *made]
        self.asked.clear()
        self.fetched.clear()
        return found


def inputs(place: Locator) -> Locator:
    """The fields in sight that take text, whatever they are for."""
    return place.locator(INPUTS).locator("visible=true")


def fill_all(place: Locator, text: str = WORST) -> int:
    """Type a text into every field in sight, and leave each; how many there were."""
    found = inputs(place)
    expect(found.first).to_be_visible()
    wait_until_quiet(place.page)
    done = 0
    while done < found.count():  # what is typed may bring fields, or take some away
        found.nth(done).fill(text)
        found.nth(done).blur()
        wait_until_quiet(place.page)
        done += 1
    return done


def seed(database: Path) -> None:
    """Add to a workspace one record of each kind that says nothing else, by a person of that name.

    The amounts are such that charts show them first.
    """
    workbench = Workbench.open(database, author=WORST)
    _lists(workbench)
    colleague = workbench.save(Employee(
        first_name=EVIL, last_name=WORST, phone=EVIL, establishment="evil",
    ))  # fmt: skip
    address = Address(street=WORST, postcode=EVIL, city=WORST, country="ZZ")
    customer, _twin = (
        workbench.save(Customer(
            code=code, name=WORST, phone=WORST, website=WORST, vat_number=WORST, comment=WORST,
            address=address, sector="evil", email=ADDRESS,
            sites=(Site(code=EVIL, name=WORST, address=address),),
            contacts=(Contact(first_name=EVIL, last_name=WORST, job=WORST, phone=WORST,
                              email=ADDRESS, site=EVIL),),
        ))
        for code in (EVIL, f"{EVIL}2")
    )  # fmt: skip
    for days in (-40, 40):
        sale = workbench.save(_sale(workbench, customer, colleague, days))
        workbench.save(sale.replace(name=f"{WORST}!", comment=EVIL))
    _events(workbench, customer, colleague)
    workbench.searches.save(WORST, Search(text=EVIL))


def _lists(workbench: Workbench) -> None:
    label: dict[str, Any] = {"code": "evil", "label_fr": WORST, "label_en": WORST, "rank": 5}
    for value in (
        Status(**label, probability="0.5"), Tag(**label), Role(**label), Sector(**label),
        Family(**label), Subfamily(**label, family="evil"), LossReason(**label),
        Establishment(**label), SaleType(**label, pricing=Pricing.DAYS),
        OriginType(**label, kind=OriginKind.CAMPAIGN), Country(**label | {"code": "ZZ"}),
    ):  # fmt: skip
        workbench.lists.save(value)


def _sale(
    workbench: Workbench, customer: Customer, colleague: Employee, days: int
) -> Opportunity:  # fmt: skip
    person = int(colleague.id or 0)
    return Opportunity(
        name=WORST, customer_id=int(customer.id or 0), site_id=customer.sites[0].id, status="evil",
        opened_on=workbench.today - timedelta(days=90), probability="0.9", probability_typed=True,
        expected_signature=workbench.today + timedelta(days=days), comment=WORST,
        origin_type="evil", origin_text=WORST, establishment="evil", sector="evil", family="evil",
        subfamily="evil", tags=("evil",),
        lines=(Line(sale_type="evil", title=WORST, amount="90000000", margin="1000000"),),
        responsibles=(Responsible(role="sales", employee_id=person),
                      Responsible(role="evil", employee_id=person)),
        participants=(Participant(contact_id=customer.contacts[0].id),
                      Participant(employee_id=person)),
    )  # fmt: skip


def _events(workbench: Workbench, customer: Customer, colleague: Employee) -> None:
    for days in (-1, 0):
        workbench.save(Event(
            kind=EventKind.TASK, subject=WORST, comment=WORST, owner_id=colleague.id,
            due_on=workbench.today + timedelta(days=days), customer_id=customer.id,
            site_id=customer.sites[0].id, contact_id=customer.contacts[0].id,
        ))  # fmt: skip
