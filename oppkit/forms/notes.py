"""What is wrong, said beside the fields of a form or a dialog."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from oppkit.forms.widgets.frame import Frame, css_class


def note(frame: Frame, places: Iterable[str], problems: Mapping[str, str]) -> str:
    """Say each problem beside its field; the first of `places` with one gets the cursor.

    What concerns none of them is given back in one text, to be said elsewhere.
    """
    known = {place: problems[place] for place in places if place in problems}
    frame.notes = known
    if known:
        frame.focus_on(css_class(next(iter(known))))
    return " ".join(words for path, words in problems.items() if path not in known)
