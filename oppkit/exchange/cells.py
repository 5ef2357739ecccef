"""Texts in cells: made harmless for spreadsheets and read back, lists put into one cell."""

from __future__ import annotations

import re
from collections.abc import Iterable

# A spreadsheet runs a cell that begins with one of these as a formula (the wide forms too, in
# Asian editions); an apostrophe before them shows the text as it is. So that a text which begins
# with an apostrophe of its own comes back too, it gets one more.
_RUN = "=+-@\t\r\n＝＋－＠"
_MARKED = tuple(_RUN + "'")

# What the model takes off both ends of a text; Python's own strip() takes off more.
BLANKS = "\t\n\x0b\x0c\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(
    map(chr, range(0x2000, 0x200B))
)

_SPECIAL = re.compile(r"([\\;:])")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_PIECES = re.compile(r"(?:[^\\;:]|\\.)+|[;:]", re.DOTALL)


def harmless(text: str) -> str:
    """The text so that no spreadsheet runs it. `plain` gives it back."""
    return f"'{text}" if text.startswith(_MARKED) else text


def plain(text: str) -> str:
    """The text that `harmless` was given."""
    return text[1:] if text[:1] == "'" and text[1:].startswith(_MARKED) else text


def listed(items: Iterable[Iterable[str]]) -> str:
    r"""Items in one cell: `sales:E1:Ann; presales:E2:Bob`. A `\` precedes ; : \ in a part."""
    return "; ".join(":".join(_SPECIAL.sub(r"\\\1", part) for part in item) for item in items)


def unlisted(text: str) -> list[list[str]]:
    """The items that `listed` was given; blanks around their parts do not count."""
    items: list[list[str]] = [[""]]
    for piece in _PIECES.findall(text):
        if piece == ";":
            items.append([""])
        elif piece == ":":
            items[-1].append("")
        else:
            items[-1][-1] += piece
    return [
        [_ESCAPED.sub(r"\1", part.strip(BLANKS)) for part in item]
        for item in items
        if any(part.strip(BLANKS) for part in item)
    ]


# What XML cannot hold is written _xHHHH_ in a workbook, as Excel itself does, and a text that looks
# like that has its first underscore written so. A carriage return would come back as a line feed.
_NOT_IN_XML = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")


def for_excel(text: str) -> str:
    """The text as a workbook stores it. `from_excel` gives it back."""
    return _NOT_IN_XML.sub(lambda found: f"_x{ord(found[0]):04X}_", text)


def from_excel(text: str) -> str:
    """The text that a workbook stores in this form."""
    return _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text
