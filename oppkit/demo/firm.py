"""Who sells and who buys: employees with their habits, customers with their sites and contacts."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from oppkit.demo.columns import NONE, Array
from oppkit.demo.names import CITIES, CURRENCIES, FIRMS, FIRST_NAMES, LAST_NAMES, PLACES
from oppkit.demo.truth import Truth
from oppkit.model.texts import folded

SECTORS = tuple(FIRMS)
SECTOR_WEIGHTS = np.array([12, 14, 8, 14, 8, 9, 8, 5, 8, 9, 5], float)
ESTABLISHMENTS = ("paris", "lyon", "nantes", "toulouse", "lille", "tunis")
MONEYS = ("EUR", "USD", "GBP", "CHF", "TND", "MAD")
# Where work comes from, by the country of the customer: who of the firm answers for it.
_HOME = {"TN": "tunis", "MA": "tunis", "BE": "lille", "GB": "paris", "US": "paris", "CH": "lyon"}


@dataclass(frozen=True)
class Staff:
    """Employees by place in the arrays; the identifier is the place + 1."""

    first: list[str]
    last: list[str]
    code: list[str]
    establishment: Array
    sales: Array  # places of those who sell
    technical: Array  # places of those who prepare and deliver
    skill: Array  # log multiplier of the hazards of their deals
    optimism: Array  # added to the logit of the true chance
    haste: Array  # factor on the time to signature that they announce

    @cached_property
    def names(self) -> list[str]:
        return [f"{first} {last}" for first, last in zip(self.first, self.last, strict=True)]

    @property
    def ids(self) -> Array:
        return np.arange(1, len(self.first) + 1)


@dataclass(frozen=True)
class Customers:
    """Customers by place; sites and contacts are sorted by the customer they belong to."""

    name: list[str]
    domain: list[str]
    sector: Array
    city: Array
    money: Array  # place in MONEYS
    existing: Array  # had bought before the history begins
    draw: Array  # how often deals are theirs
    site_of: Array
    contact_of: Array
    contact_first: Array
    contact_last: Array
    first_id: int

    @property
    def ids(self) -> Array:
        return self.first_id + np.arange(len(self.name))

    @property
    def site_ids(self) -> Array:
        return self.first_id + len(self.name) + np.arange(len(self.site_of))

    @property
    def contact_ids(self) -> Array:
        return self.first_id + len(self.name) + len(self.site_of) + np.arange(len(self.contact_of))

    @property
    def next_id(self) -> int:
        return self.first_id + len(self.name) + len(self.site_of) + len(self.contact_of)

    @property
    def countries(self) -> Array:
        return np.array([city[2] for city in CITIES])[self.city]

    def one_contact(self, rng: np.random.Generator, customer: Array) -> Array:
        """The place of a contact of each customer; everyone has at least one."""
        return _one_of(rng, self.contact_of, customer)

    def one_site(self, rng: np.random.Generator, customer: Array) -> Array:
        """The place of a site of each customer; NONE where it has none."""
        return _one_of(rng, self.site_of, customer)


def _one_of(rng: np.random.Generator, owners: Array, wanted: Array) -> Array:
    first = np.searchsorted(owners, wanted)
    count = np.searchsorted(owners, wanted, side="right") - first
    chosen = first + (rng.random(len(wanted)) * count).astype(np.int64)
    return np.where(count > 0, chosen, NONE)


def staff(rng: np.random.Generator, size: int, truth: Truth) -> Staff:
    """About one employee for 250 opportunities, six at least; two in three of them sell."""
    count = max(6, round(size / 250))
    pairs = len(FIRST_NAMES) * len(LAST_NAMES)
    chosen = rng.choice(pairs, count, replace=count > pairs)
    first = [FIRST_NAMES[pair // len(LAST_NAMES)] for pair in chosen]
    last = [LAST_NAMES[pair % len(LAST_NAMES)] for pair in chosen]
    sellers = -(-2 * count // 3)
    establishment = rng.choice(len(ESTABLISHMENTS), count, p=(0.3, 0.2, 0.16, 0.14, 0.12, 0.08))
    establishment[: len(ESTABLISHMENTS)] = np.arange(count)[: len(ESTABLISHMENTS)]
    return Staff(
        first, last, _initials(first, last), establishment,
        np.arange(sellers), np.arange(sellers, count),
        rng.normal(0, truth.ease_sd_of_owners, count),
        rng.normal(truth.optimism_mean, truth.optimism_sd, count),
        np.exp(rng.normal(np.log(truth.date_haste), 0.2, count)),
    )  # fmt: skip


def _initials(first: list[str], last: list[str]) -> list[str]:
    """CMO for Claire Mourgues, CMO2 for the next one."""
    seen: dict[str, int] = {}
    codes = []
    for one, other in zip(first, last, strict=True):
        code = (folded(one)[:1] + folded(other)[:2]).upper()
        seen[code] = seen.get(code, 0) + 1
        codes.append(f"{code}{seen[code]}" if seen[code] > 1 else code)
    return codes


def customers(rng: np.random.Generator, size: int, first_id: int) -> Customers:
    """About one customer for four opportunities; a few of them buy much more often."""
    count = max(4, size // 4)
    sector = rng.choice(len(SECTORS), count, p=SECTOR_WEIGHTS / SECTOR_WEIGHTS.sum())
    weights = np.array([city[3] for city in CITIES])
    city = rng.choice(len(CITIES), count, p=weights / weights.sum())
    names = _firm_names(rng, sector)
    contacts = 1 + rng.binomial(3, 0.35, count)
    of = np.repeat(np.arange(count), contacts)
    money = np.array([MONEYS.index(CURRENCIES.get(city[2], "EUR")) for city in CITIES])[city]
    return Customers(
        names, [folded(name).replace(" ", "-").replace("’", "-") + ".example" for name in names],
        sector, city, money, rng.random(count) < 0.45, np.minimum(rng.pareto(2.2, count), 6) + 0.4,
        np.repeat(np.arange(count), rng.choice(4, count, p=(0.45, 0.3, 0.15, 0.1))), of,
        rng.integers(len(FIRST_NAMES), size=len(of)), rng.integers(len(LAST_NAMES), size=len(of)),
        first_id,
    )  # fmt: skip


def _firm_names(rng: np.random.Generator, sector: Array) -> list[str]:
    """Invented firms, no two alike."""
    picks = rng.integers(1 << 30, size=(len(sector), 3)).tolist()
    seen: set[str] = set()
    names = []
    for code, (kind, base, extra) in zip(sector.tolist(), picks, strict=True):
        prefixes = FIRMS[SECTORS[code]]
        prefix = prefixes[kind % len(prefixes)]
        bases = PLACES if prefix.endswith(" de") or base % 5 < 3 else LAST_NAMES
        name = _joined(prefix, bases[base // 5 % len(bases)])
        while name in seen:
            name += f" {LAST_NAMES[(extra + len(name)) % len(LAST_NAMES)]}"
        seen.add(name)
        names.append(name)
    return names


def _joined(prefix: str, name: str) -> str:
    if prefix.endswith(" de") and folded(name)[0] in "aeiouyh":
        return f"{prefix[:-2]}d’{name}"
    return f"{prefix} {name}"


def home(customers: Customers) -> Array:
    """The establishment that usually answers for each customer; NONE for no particular one."""
    places = {country: ESTABLISHMENTS.index(code) for country, code in _HOME.items()}
    by_city = np.array([places.get(city[2], NONE) for city in CITIES])
    return by_city[customers.city]
