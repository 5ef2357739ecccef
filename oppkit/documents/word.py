"""Word templates: filled here, made into PDF by LibreOffice where it is installed."""

from __future__ import annotations

import base64
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from oppkit.documents import apart, filler, folder
from oppkit.documents.errors import TemplateRefused
from oppkit.documents.template import Template

_OFFICE_SECONDS = 90.0  # LibreOffice takes ten to start for the first time


def filled(template: Template, content: Mapping[str, Any], seconds: float = apart.SECONDS) -> bytes:
    """The Word document. Raises `TemplateRefused` for what Jinja or the sandbox refuses."""
    folder.require_printable(content)
    path = folder.inside(template.path.parent.resolve(), template.path)
    order = {"template": base64.b64encode(path.read_bytes()).decode(), "content": dict(content)}
    answer = apart.answer(filler, order, template.path.name, seconds)
    if "error" in answer:
        raise TemplateRefused(name=template.path.name, detail=answer["error"].rstrip("."), place="")
    return base64.b64decode(answer["document"])


def office() -> str | None:
    """The command that starts LibreOffice; None where there is none."""
    return shutil.which("soffice")


def as_pdf(document: bytes, name: str, command: str) -> bytes:
    """The same as PDF, by LibreOffice."""
    with tempfile.TemporaryDirectory(prefix="oppkit-") as place:
        given, made = Path(place, "made.docx"), Path(place, "made.pdf")
        given.write_bytes(document)
        profile = Path(place, "profile").as_uri()  # one of its own: another may be running
        apart.run(
            [command, f"-env:UserInstallation={profile}", "--headless", "--norestore",
             "--convert-to", "pdf", "--outdir", place, str(given)],
            name, _OFFICE_SECONDS,
        )  # fmt: skip
        if not made.is_file():
            raise TemplateRefused(name=name, detail="LibreOffice made no PDF of it", place="")
        return made.read_bytes()
