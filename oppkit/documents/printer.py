"""From a template and what fills it to the printed document, by Typst or by Word."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from typing import Any

from oppkit.documents import word
from oppkit.documents.printed import PDF, WORD, Printed
from oppkit.documents.template import Template
from oppkit.documents.typesetting import Job, pages_of

_NO_FILE_NAME = re.compile(r'[\\/:*?"<>|\s\u2068\u2069]+')


def print_document(
    template: Template, content: Mapping[str, Any], *, system_fonts: bool = True
) -> Printed:
    """The document, named after the record's code; without `system_fonts` it is the same anywhere.

    Raises a `PrintError` for a template that cannot be used.
    """
    name = _NO_FILE_NAME.sub("-", str(content["code"] or template.kind)).strip(".-")
    if template.format == "word":
        return _word(template, content, name)
    job = Job(template, content, system_fonts)
    made = job.pdf()
    return Printed(
        f"{name}.pdf", made.parts[0], PDF, missing=made.missing, not_archival=made.not_archival,
        draw=job.pages,
    )  # fmt: skip


def _word(template: Template, content: Mapping[str, Any], name: str) -> Printed:
    """A PDF where LibreOffice makes one, else the Word document itself."""
    document = word.filled(template, content)
    command = word.office()
    if command is None:
        return Printed(f"{name}.docx", document, WORD)
    pdf = word.as_pdf(document, template.path.name, command)
    return Printed(
        f"{name}.pdf", pdf, PDF, word=document, draw=partial(pages_of, pdf, template.path.name)
    )
