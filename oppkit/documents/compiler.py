"""What `child` does with Typst: a document as PDF, or as an image of each page.

Not imported by oppkit but run: nothing of oppkit is there.
"""

import base64
import re
from datetime import UTC, datetime
from typing import Any

# Archival and accessible; archival alone, for templates without headings, say.
_STANDARDS: tuple[list[Any], ...] = (["a-2a", "ua-1"], ["a-2u"])
_MISSING = re.compile(r'the text `"((?:[^"\\]|\\.)*)"` could not be displayed')
_PLACE = re.compile(r"┌─ (.+):(\d+):\d+")
_ESCAPE = re.compile(r"\\u\{([0-9a-f]+)\}")


def answer(order: dict[str, Any]) -> dict[str, Any]:
    """The parts in base64, or the error in Typst's words with its place."""
    import typst

    compiler = typst.Compiler(
        input=order["main"], root=order["root"], font_paths=order["fonts"],
        ignore_system_fonts=not order["system_fonts"],
        package_path=order["packages"], package_cache_path=order["packages"],
    )  # fmt: skip
    try:
        return _made(compiler, order)
    except typst.TypstError as error:
        place = _PLACE.search(error.diagnostic)
        return {"error": error.message, "place": [place[1], place[2]] if place else None}


def _made(compiler: Any, order: dict[str, Any]) -> dict[str, Any]:
    """The document, archival where that can be: the standard refuses what no font can draw."""
    import typst

    if order["format"] == "png":
        return _written(compiler.compile(format="png", ppi=order["ppi"]))
    moment = datetime.fromisoformat(order["moment"]).replace(tzinfo=UTC)
    for standards in _STANDARDS:
        try:
            return _written(
                compiler.compile(format="pdf", pdf_standards=standards, timestamp=moment)
            )
        except typst.TypstError as error:
            if not error.message.startswith("PDF/"):
                raise
            refused = error
    missing = dict.fromkeys(map(_unescaped, _MISSING.findall(refused.diagnostic)))
    made = _written(compiler.compile(format="pdf", timestamp=moment))
    return made | {"missing": "".join(missing), "not_archival": refused.message}


def _written(made: Any) -> dict[str, Any]:
    parts = made if isinstance(made, list) else [made]
    return {"parts": [base64.b64encode(part).decode() for part in parts]}


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text)
