"""The opportunities as they come in: when, from whom, for what, how large, whose."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from oppkit.demo.columns import NONE, Array
from oppkit.demo.firm import ESTABLISHMENTS, Customers, Staff, home
from oppkit.demo.offers import OFFERS, SCOPES
from oppkit.demo.timeline import Timeline, arrival_speed
from oppkit.demo.truth import STATUSES, Truth
from oppkit.demo.wins import EASES, mean_stay, rates

SUBFAMILIES = tuple(OFFERS)
TITLES = tuple(title for offer in OFFERS.values() for title in offer[2])
_TITLE_STARTS = np.cumsum([0, *(len(offer[2]) for offer in OFFERS.values())])
ORIGINS = (
    "customer", "tender", "contact", "employee", "partner", "campaign", "outbound_call",
    "inbound_call", "event",
)  # fmt: skip
_ORIGIN_WEIGHTS = (0.30, 0.13, 0.10, 0.05, 0.09, 0.07, 0.11, 0.08, 0.07)


@dataclass(frozen=True)
class Arrivals:
    """When deals come in, sorted by opening; negative days are before the history begins."""

    opened: Array  # day
    entered: Array  # when the workspace first knows it
    moved: Array  # day of its status then
    status: Array
    per_month: float  # mean arrivals per average month of the history
    speed: Array  # arrivals per day of the history


@dataclass(frozen=True)
class Deals:
    """What does not change in the life of a deal, by place in order of opening."""

    customer: Array
    site: Array
    contact: Array
    second_contact: Array
    owner: Array  # the first one; NONE without
    establishment: Array
    sector: Array
    subfamily: Array  # NONE: neither subfamily nor family
    bare_family: Array  # has a family only
    origin: Array
    title: Array
    scope: Array
    amount: Array  # aimed at, in euros
    giant: Array
    ease: Array
    presales: Array
    delivery: Array
    sponsor: Array
    helper: Array  # an employee among the participants
    typist: Array  # types probabilities
    unsure: Array  # never has a probability
    undated: Array
    unpriced: Array


def arrivals(rng: np.random.Generator, truth: Truth, line: Timeline, count: int) -> Arrivals:
    """Poisson arrivals, given their number; before them, the pipeline the company already had."""
    speed = arrival_speed(truth, line)
    stay, occupancy = mean_stay(truth), _occupancy(truth)
    weight = occupancy.sum() / (occupancy.sum() + speed.sum())
    old = int(rng.binomial(count, weight))
    passed = np.r_[0.0, np.cumsum(speed)]
    drawn = np.sort(rng.random(count - old)) * passed[-1]
    entered = np.interp(drawn, passed, np.arange(len(passed)))
    status = rng.choice(len(STATUSES), old, p=occupancy / occupancy.sum())
    spent = rng.exponential(size=(old, len(STATUSES))) * stay
    through = (rng.random(spent.shape) < 0.8) & (np.arange(len(STATUSES)) < status[:, None])
    moved = line.workday(-1 - spent[np.arange(old), status].astype(np.int64) - 2)
    before = moved - 2 - (spent * through).sum(axis=1).astype(np.int64)
    opened = np.where(through.any(axis=1), line.workday(before - 1), moved)
    order = np.argsort(opened, kind="stable")
    fresh = np.floor(entered).astype(np.int64)
    scale = (count - old) / speed.sum()
    return Arrivals(
        np.r_[opened[order], fresh],
        np.r_[np.zeros(old), entered],
        np.r_[moved[order], fresh],
        np.r_[status[order], rng.choice(len(STATUSES), count - old, p=truth.first_status)],
        float(scale * speed.mean() * 30.4375), speed * scale,
    )  # fmt: skip


def _occupancy(truth: Truth) -> Array:
    """Deals in each status in the steady state, for one arrival a day."""
    hazards, visits = rates(truth), np.array(truth.first_status)
    for place in range(1, len(STATUSES)):
        visits[place] += visits[place - 1] * hazards[place - 1, 0] / hazards[place - 1].sum()
    occupied: Array = visits * mean_stay(truth)
    return occupied


def deals(
    rng: np.random.Generator, truth: Truth, count: int, staff: Staff, customers: Customers
) -> Deals:
    """Draw everything about `count` deals but their lives."""
    customer = rng.choice(len(customers.name), count, p=customers.draw / customers.draw.sum())
    owner, establishment = _owners(rng, count, staff, home(customers)[customer])
    weights = np.array([offer[1] for offer in OFFERS.values()], float)
    subfamily = rng.choice(len(SUBFAMILIES), count, p=weights / weights.sum())
    titles = np.diff(_TITLE_STARTS)[subfamily]
    title = _TITLE_STARTS[subfamily] + (rng.random(count) * titles).astype(np.int64)
    amount, giant = _amounts(rng, truth, count)
    log_ease = truth.ease_per_log_amount * np.log(amount / truth.median_amount)
    log_ease += np.log(truth.ease_of_customers) * customers.existing[customer]
    log_ease += np.where(owner == NONE, 0.0, staff.skill[owner])
    contact = customers.one_contact(rng, customer)
    second = np.where(rng.random(count) < 0.25, customers.one_contact(rng, customer), NONE)

    def some(share: float) -> Array:
        return rng.random(count) < share

    def technical(share: float) -> Array:
        return np.where(some(share), rng.choice(staff.technical, count), NONE)

    return Deals(
        customer, np.where(some(0.6), customers.one_site(rng, customer), NONE),
        np.where(some(0.8), contact, NONE), np.where(second == contact, NONE, second),
        owner, establishment,
        np.where(some(0.03), NONE, customers.sector[customer]),
        np.where(some(0.03), NONE, subfamily), some(0.05),
        np.where(some(0.06), NONE, rng.choice(len(ORIGINS), count, p=_ORIGIN_WEIGHTS)),
        title, rng.integers(len(SCOPES), size=count), amount, giant,
        np.clip(np.exp(log_ease) / np.exp(log_ease).mean(), *EASES),
        technical(0.4), technical(0.3),
        np.where(giant | some(0.03), len(staff.first) - 1, NONE), technical(0.15),
        some(0.5), some(0.025), some(0.03), some(0.035),
    )  # fmt: skip


def _owners(rng: np.random.Generator, count: int, staff: Staff, home: Array) -> tuple[Array, Array]:
    """Whose deal it is, of the establishment at home with the customer where it has a seller."""
    share = rng.gamma(4, 1, len(staff.sales))
    owner = rng.choice(staff.sales, count, p=share / share.sum())
    for place in range(len(ESTABLISHMENTS)):
        local = staff.sales[staff.establishment[staff.sales] == place]
        wanted = home == place
        if len(local):
            owner[wanted] = rng.choice(local, int(wanted.sum()))
    elsewhere = rng.integers(len(ESTABLISHMENTS), size=count)
    establishment = np.where(rng.random(count) < 0.15, elsewhere, staff.establishment[owner])
    establishment = np.where(rng.random(count) < 0.02, NONE, establishment)
    return np.where(rng.random(count) < 0.025, NONE, owner), establishment


def _amounts(rng: np.random.Generator, truth: Truth, count: int) -> tuple[Array, Array]:
    """Log-normal amounts, and a few giants with a Pareto tail up to 12 million."""
    amount = truth.median_amount * np.exp(rng.normal(0, truth.amount_sd, count))
    giants = max(1, round(count * truth.giants))
    place = rng.choice(count, giants, replace=False)
    amount[place] = np.minimum(900_000 * (1 + rng.pareto(truth.giant_tail, giants)), 12_000_000)
    giant = np.zeros(count, bool)
    giant[place] = True
    return np.clip(amount, 900, None), giant
