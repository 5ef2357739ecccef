"""What a printed document says, read back from its PDF."""

from __future__ import annotations

import io
import re
import unicodedata

from pypdf import PdfReader

from oppkit.documents.printed import Printed


def reader(printed: Printed) -> PdfReader:
    return PdfReader(io.BytesIO(printed.content))


def page_texts(printed: Printed) -> list[str]:
    """The text of each page, with plain single spaces and composed accents."""
    return [squeezed(page.extract_text()) for page in reader(printed).pages]


def all_text(printed: Printed) -> str:
    return " ".join(page_texts(printed))


def squeezed(text: str) -> str:
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", text)).strip()
