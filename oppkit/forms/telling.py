"""What differs between two states of a record, entry by entry, in words."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from oppkit.forms.pairing import Paired, paired, paired_lines
from oppkit.model import Address, Contact, Opportunity, Quote, Record, Site

if TYPE_CHECKING:
    from oppkit.forms.wording import Wording

NOT_TOLD = {"id", "version", "probability_typed"}
"""What a record keeps for itself."""

_LONG = 120  # characters of a text above which only the part that differs is shown
_AROUND = 30


@dataclass(frozen=True)
class Change:
    """Something that differs; an empty `before` or `after` was not there on that side."""

    label: str
    before: str
    after: str


def told(wording: Wording, before: Record | None, after: Record) -> list[Change]:
    """All that differs; see `Wording.changes`."""
    found = [
        change
        for name in type(after).model_fields
        if name not in NOT_TOLD
        for change in _field(wording, name, before, after)
    ]
    if isinstance(after, Opportunity):
        for name in ("amount", "weighted_amount"):
            found += _differing(wording, name, before, after)
    if isinstance(after, Quote):
        found += _totals(wording, before, after)
    return found


def _field(wording: Wording, name: str, before: Record | None, after: Record) -> list[Change]:
    old, new = getattr(before, name, ()), getattr(after, name)
    if name in _ENTRIES:
        return list(_ENTRIES[name](_Side(wording, before or after, after, name), old, new))
    if isinstance(new, Address):
        was = old if isinstance(old, Address) else Address()
        return _parts(wording, "", was, new, before or after, after)
    return _differing(wording, name, before, after)


def _differing(wording: Wording, name: str, before: Record | None, after: Record) -> list[Change]:
    new = getattr(after, name)
    label = wording.label(name)
    if before is None:
        return [Change(label, "", wording.of(after, name))] if new not in (None, "", False) else []
    old = getattr(before, name)
    money = name in ("amount", "weighted_amount") and (old, new) != (None, None)
    if old == new and not (money and before.__dict__["currency"] != after.__dict__["currency"]):
        return []
    return [Change(label, *excerpts(wording.of(before, name), wording.of(after, name)))]


def _totals(wording: Wording, before: Record | None, after: Quote) -> Iterator[Change]:
    """What the lines of a quote come to."""
    for name in ("excluding_tax", "including_tax"):
        new = wording.value(name, getattr(after.totals, name), after)
        old = ""
        if isinstance(before, Quote):
            old = wording.value(name, getattr(before.totals, name), before)
        if old != new:
            yield Change(wording.label(name), old, new)


def _parts(
    wording: Wording, of: str, old: Record, new: Record, before: Record, after: Record
) -> list[Change]:
    """The fields that differ of a part of a record, which `of` names."""
    changed = [
        name
        for name in type(new).model_fields
        if name != "id" and old.__dict__[name] != new.__dict__[name]
    ]
    if len(changed) > 1 and getattr(new, "unit_price", None) is not None:
        # It follows from the other fields of the line.
        changed = [name for name in changed if name != "amount"]
    found = []
    for name in changed:
        was, now = old.__dict__[name], new.__dict__[name]
        if isinstance(now, Address):
            found += _parts(wording, of, was, now, before, after)
            continue
        label = wording.label(name)
        texts = wording.value(name, was, before), wording.value(name, now, after)
        if of:
            label = wording.screen.text("history.of", whole=of, part=lowered(label))
        found.append(Change(label, *excerpts(*texts)))
    return found


@dataclass(frozen=True)
class _Side:
    """What is needed to tell of the entries of one field."""

    wording: Wording
    before: Record
    after: Record
    field: str

    def text(self, what: str, **values: object) -> str:
        return self.wording.screen.text(f"history.{self.field}_{what}", **values)

    def shown(self, entry: Any, record: Record) -> str:
        return self.wording.value(self.field, entry, record)

    def came_and_went(self, pairs: Paired) -> Iterator[Change]:
        for entry in pairs.removed:
            yield Change(self.text("removed"), self.shown(entry, self.before), "")
        for entry in pairs.added:
            yield Change(self.text("added"), "", self.shown(entry, self.after))

    def moved(self, pairs: Paired, shown: Callable[[Any, Record], str]) -> Iterator[Change]:
        if pairs.moved:
            was, now = pairs.orders
            yield Change(
                self.text("moved"),
                ", ".join(shown(entry, self.before) for entry in was),
                ", ".join(shown(entry, self.after) for entry in now),
            )


def _as_a_whole(side: _Side, old: Sequence[Any], new: Sequence[Any]) -> Iterator[Change]:
    pairs = paired(old, new, lambda entry: entry)
    yield from side.came_and_went(pairs)
    yield from side.moved(pairs, side.shown)


def _responsibles(side: _Side, old: Sequence[Any], new: Sequence[Any]) -> Iterator[Change]:
    """Where one person follows another in a role, it is told as one change."""
    pairs = paired(old, new, lambda entry: entry)
    for gone, come in pairs.replaced(lambda person: person.role):
        role = side.wording.value("role", come.role, side.after)
        people = (
            side.wording.value("employee_id", person.employee_id, side.after)
            for person in (gone, come)
        )
        yield Change(side.text("changed", role=role), *people)
    left = pairs.without_replaced(lambda person: person.role)
    yield from side.came_and_went(left)
    yield from side.moved(pairs, side.shown)


def _children(key: Callable[[Any], Hashable]) -> Callable[..., Iterator[Change]]:
    """Sites and contacts, which keep their identifier."""

    def tell(side: _Side, old: Sequence[Any], new: Sequence[Any]) -> Iterator[Change]:
        pairs = paired(old, new, key)
        for was, now in pairs.kept:
            whole = side.text("one", name=now.name)
            yield from _parts(side.wording, whole, was, now, side.before, side.after)
        yield from side.came_and_went(pairs)
        yield from side.moved(pairs, lambda entry, _record: entry.name)

    return tell


def _lines(side: _Side, old: Sequence[Any], new: Sequence[Any]) -> Iterator[Change]:
    pairs = paired_lines(old, new)
    for place, (was, now) in zip(pairs.places, pairs.kept, strict=True):
        key = "one" if now.title else "untitled"
        whole = side.text(key, number=place + 1, title=now.title)
        yield from _parts(side.wording, whole, was, now, side.before, side.after)
    yield from side.came_and_went(pairs)
    yield from side.moved(pairs, lambda line, record: line.title or side.shown(line, record))


def _site_key(site: Site) -> Hashable:
    return site.id if site.id is not None else site.code


def _contact_key(contact: Contact) -> Hashable:
    return contact.id if contact.id is not None else contact.name


_ENTRIES: dict[str, Callable[[_Side, Any, Any], Iterator[Change]]] = {
    "tags": _as_a_whole, "participants": _as_a_whole, "responsibles": _responsibles,
    "lines": _lines, "sites": _children(_site_key), "contacts": _children(_contact_key),
}  # fmt: skip


def lowered(label: str) -> str:
    """A label inside a sentence: "Unit price" as "unit price", "VAT number" as it is."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def excerpts(before: str, after: str) -> tuple[str, str]:
    """Two texts; of long ones the part in which they begin to differ."""
    if max(len(before), len(after)) <= _LONG:
        return before, after
    pairs = zip(before, after, strict=False)
    same = next(
        (place for place, (a, b) in enumerate(pairs) if a != b), min(len(before), len(after))
    )
    start = max(0, same - _AROUND)
    return _cut(before, start), _cut(after, start)


def _cut(text: str, start: int) -> str:
    piece = text[start : start + _LONG]
    return f"{'…' if start else ''}{piece}{'…' if len(text) > start + _LONG else ''}"
