"""Which entry of a record became which, between two states of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from oppkit.model import Line, QuoteLine

Key = Callable[[Any], Hashable]


@dataclass(frozen=True)
class Paired:
    """`kept` are (before, after) in the order of after; `places` are those after, from zero."""

    kept: Sequence[tuple[Any, Any]]
    places: Sequence[int]
    came_from: Sequence[int]
    removed: Sequence[Any]
    added: Sequence[Any]

    @property
    def moved(self) -> bool:
        """Whether the kept entries stand in another order."""
        return list(self.came_from) != sorted(self.came_from)

    @property
    def orders(self) -> tuple[list[Any], list[Any]]:
        """The kept entries in the order before, and in the order after."""
        before = sorted(zip(self.came_from, self.kept, strict=True), key=lambda pair: pair[0])
        return [old for _, (old, _new) in before], [new for _old, new in self.kept]

    def replaced(self, key: Key) -> Iterator[tuple[Any, Any]]:
        """The removed and added entries that are alone with one key."""
        for name in dict.fromkeys(key(entry) for entry in self.removed):
            gone = [entry for entry in self.removed if key(entry) == name]
            come = [entry for entry in self.added if key(entry) == name]
            if len(gone) == len(come) == 1:
                yield gone[0], come[0]

    def without_replaced(self, key: Key) -> Paired:
        """The same, when those have been told."""
        done = {key(gone) for gone, _ in self.replaced(key)}
        return Paired(
            self.kept, self.places, self.came_from,
            [entry for entry in self.removed if key(entry) not in done],
            [entry for entry in self.added if key(entry) not in done],
        )  # fmt: skip


def paired(before: Sequence[Any], after: Sequence[Any], key: Key) -> Paired:
    """Entries with the same key are one; of several with one key, the first goes with the first."""
    return _matched(before, after, [_by(key)])


def paired_lines(before: Sequence[Any], after: Sequence[Any]) -> Paired:
    """Lines have nothing that identifies them: the most alike are taken for the same.

    Equal ones in their place, equal ones elsewhere, then those of one title, then of one place.
    """
    return _matched(before, after, [_in_place(equal=True), _by(_whole), _by(_titled), _in_place()])


_Rule = Callable[[dict[int, Any], dict[int, Any]], Iterable[tuple[int, int]]]


def _matched(before: Sequence[Any], after: Sequence[Any], rules: Sequence[_Rule]) -> Paired:
    """Apply rules one after the other to what is not matched yet, by place."""
    old, new = dict(enumerate(before)), dict(enumerate(after))
    found: dict[int, int] = {}
    for rule in rules:
        for was, now in list(rule(old, new)):
            found[now] = was
            del old[was], new[now]
    places = sorted(found)
    return Paired(
        [(before[found[now]], after[now]) for now in places], places,
        [found[now] for now in places], list(old.values()), list(new.values()),
    )  # fmt: skip


def _in_place(equal: bool = False) -> _Rule:
    def match(old: dict[int, Any], new: dict[int, Any]) -> Iterator[tuple[int, int]]:
        for place in sorted(old.keys() & new.keys()):
            if not equal or old[place] == new[place]:
                yield place, place

    return match


def _by(key: Key) -> _Rule:
    def match(old: dict[int, Any], new: dict[int, Any]) -> Iterator[tuple[int, int]]:
        waiting: dict[Hashable, list[int]] = defaultdict(list)
        for place, entry in old.items():
            waiting[key(entry)].append(place)
        for place, entry in new.items():
            if waiting[key(entry)]:
                yield waiting[key(entry)].pop(0), place

    return match


def _whole(line: Line | QuoteLine) -> Hashable:
    return line


def _titled(line: Line | QuoteLine) -> Hashable:
    # Lines without a title are as unlike as any.
    return (line.title, line.sale_type) if line.title else id(line)
