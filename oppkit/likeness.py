"""How alike two names are: the same firm, or the same sale, written differently.

Names are compared word by word. A misspelt word still matches, but where each name has a word of
its own that the other lacks, they mean different things however long the rest is: Clinique Saint
Jean is not Clinique Saint Joseph. Legal forms count for nothing, little words for little.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from oppkit.model.texts import folded


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Forms of companies, which people write or leave out: SAS, GmbH, & Cie.
_LEGAL_FORMS = _words(
    "sa sas sarl sasu eurl sci scop snc cie gmbh ag kg ohg ug ltd limited llc llp inc corp co plc"
    " spa srl sl bv nv bvba sprl oy ab as aps"
)
_LITTLE_WORDS = _words("a au aux d de des du en et l la le les of the von")
# Words that many names share say little about which one is meant.
_COMMON_WORDS = _words(
    "agence association cabinet centre commune etablissements europe france group groupe holding"
    " international mairie societe ville"
)
_DOTTED = re.compile(r"\b(?:\w\.){2,}\w?\b\.?|\b(?:\w\.)+\w\b\.?")
_WORD = re.compile(r"\w+")

_ABBREVIATED = {"and": "et", "und": "et", "ets": "etablissements", "st": "saint"}
_SHORT = 4  # letters up to which a word must be exactly the same: EDF is not EDP
_LONG = 8  # letters from which it may have two slips: Martin is not Martinez
_CANDIDATES = 55.0  # likeness of whole names, in percent, that is worth a closer look
_LOOKED_AT = 60


@dataclass(frozen=True)
class Name:
    """A name as it is compared: its words in order, and all of them in alphabetical order."""

    words: tuple[str, ...]
    line: str
    sorted_line: str


@lru_cache(maxsize=32_768)  # while somebody types, the same names are compared again and again
def name(text: str) -> Name:
    """The words that count, folded; legal forms only where there is nothing else."""
    text = _DOTTED.sub(lambda found: found[0].replace(".", ""), folded(text).replace("&", " et "))
    words = [_ABBREVIATED.get(word, word) for word in _WORD.findall(text)]
    kept = [word for word in words if word not in _LEGAL_FORMS]
    while kept and kept[-1] == "et":  # what "& Cie" leaves
        kept.pop()
    words = kept if any(word not in _LITTLE_WORDS for word in kept) else words
    return Name(tuple(words), " ".join(words), " ".join(sorted(words)))


def likeness(one: Name, two: Name) -> float:
    """0 for two different names, up to 100 for two writings of one."""
    if "".join(one.words) == "".join(two.words):
        return 100.0 if one.words else 0.0
    pairs = _pairs(one.words, two.words)
    lonely_one = [word for place, word in enumerate(one.words) if place not in pairs]
    matched = {place for place, _ in pairs.values()}
    lonely_two = [word for place, word in enumerate(two.words) if place not in matched]
    if _says_something(lonely_one) and _says_something(lonely_two):
        return 0.0
    shared = sum(
        alike * (_weight(one.words[here]) + _weight(two.words[there]))
        for here, (there, alike) in pairs.items()
    )
    return 100 * shared / sum(map(_weight, (*one.words, *two.words)))


class Names:
    """Many names, ready to be compared with one that somebody types."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._names = [name(text) for text in texts]
        # As a whole, a name may look alike with its words in order or sorted.
        self._lines = [found.line for found in self._names]
        self._sorted = [found.sorted_line for found in self._names]

    def most_alike(self, text: str, threshold: float) -> list[tuple[int, float]]:
        """(place, likeness) of those at least as alike as `threshold`, best first."""
        wanted = name(text)
        if not wanted.words:
            return []
        found = [
            (place, likeness(wanted, self._names[place])) for place in self._candidates(wanted)
        ]
        found = [(place, score) for place, score in found if score >= threshold]
        return sorted(found, key=lambda item: (-item[1], item[0]))

    def _candidates(self, wanted: Name) -> list[int]:
        from rapidfuzz import fuzz, process

        places: dict[int, None] = {}
        for line, lines in ((wanted.line, self._lines), (wanted.sorted_line, self._sorted)):
            best = process.extract(
                line, lines, scorer=fuzz.ratio, score_cutoff=_CANDIDATES, limit=_LOOKED_AT
            )
            places |= dict.fromkeys(place for _, _, place in best)
        return list(places)


def _pairs(one: Sequence[str], two: Sequence[str]) -> dict[int, tuple[int, float]]:
    """Each word of one name → its best counterpart in the other, and how alike they are."""
    alike = sorted(
        (
            (-found, here, there)
            for here, word in enumerate(one)
            for there, other in enumerate(two)
            if (found := _same_word(word, other))
        ),
    )
    pairs: dict[int, tuple[int, float]] = {}
    taken: set[int] = set()
    for negative, here, there in alike:
        if here not in pairs and there not in taken:
            pairs[here] = (there, -negative)
            taken.add(there)
    return pairs


def _same_word(one: str, two: str) -> float:
    """1 for the same word, less for a misspelt one, 0 for another word."""
    from rapidfuzz.distance import OSA

    if one == two:
        return 1.0
    shorter, longer = sorted((len(one), len(two)))
    if shorter <= _SHORT or any(sign.isdigit() for sign in one + two):
        return 0.0  # lot 1 is not lot 2
    slips = OSA.distance(one, two)  # letters wrong, missing, too many, or two swapped
    return 1 - slips / longer if slips <= (2 if shorter >= _LONG else 1) else 0.0


def _says_something(words: Sequence[str]) -> bool:
    return any(word not in _LITTLE_WORDS for word in words)


def _weight(word: str) -> float:
    if word in _LITTLE_WORDS:
        return 0.2
    return 0.4 if word in _COMMON_WORDS else 1.0
