"""Searches that people keep under a name, for themselves and for their colleagues to use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import ValidationError

from oppkit.model.search import SavedSearch, Search
from oppkit.model.texts import folded

if TYPE_CHECKING:
    from oppkit.desk import Desk

_PAGE = {"offset", "limit"}  # where somebody stood in a result is no part of the search


class Searches:
    """The saved searches of a workspace, reached as `workbench.searches`."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def all(self) -> list[SavedSearch]:
        """The author's own first, then those of others; each by name, without case and accents.

        One that a newer oppkit saved with a criterion unknown here is among them without its
        criteria: see `SavedSearch.criteria`.
        """
        with self._desk.read() as session:
            rows = session.all("saved_search.all")
        found = [
            SavedSearch(name=row["name"], author=row["author"], search=_read(row["search"]))
            for row in rows
        ]
        return sorted(found, key=self._place)

    def save(self, name: str, search: Search) -> SavedSearch:
        """Keep criteria and order under a name, in place of the author's own of that name.

        Raises `pydantic.ValidationError` for a name that is empty or too long.
        """
        first_page = Search.model_validate(search.model_dump(exclude=_PAGE))
        saved = SavedSearch(name=name, author=self._desk.author, search=first_page)
        self._desk.transact(lambda session: session.run(
            "saved_search.save", saved.__dict__, search=_written(first_page)
        ))  # fmt: skip
        return saved

    def delete(self, saved: SavedSearch) -> None:
        """Remove it, whoever saved it. One that is gone already is no mistake."""
        self._desk.transact(lambda session: session.run("saved_search.delete", saved.__dict__))

    def _place(self, saved: SavedSearch) -> tuple[bool, str, str, str]:
        others = saved.author != self._desk.author
        return others, folded(saved.name), saved.name, saved.author


def _written(search: Search) -> str:
    """Without what does not restrict, so that an older oppkit reads all that it can run."""
    return search.model_dump_json(exclude_defaults=True)


def _read(text: str) -> Search | None:
    """None for criteria that this program does not know: running the others would find too much."""
    try:
        return Search.model_validate_json(text)
    except ValidationError:
        return None
