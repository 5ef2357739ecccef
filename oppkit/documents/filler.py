"""What `child` does with a Word template: fills it, in a sandbox of Jinja.

Not imported by oppkit but run: nothing of oppkit is there. Texts of people are values and never
templates; what would put them into the document as markup is taken away.
"""

import base64
import io
import re
import zipfile
from typing import Any
from xml.etree import ElementTree

# Fields that make a word processor read another file, or start a program, when it opens one.
_READING = re.compile(r"\b(INCLUDETEXT|INCLUDEPICTURE|IMPORT|DDEAUTO|DDE|LINK|RD|DATABASE)\b")
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def answer(order: dict[str, Any]) -> dict[str, Any]:
    """The filled document in base64, or the error in the words of Jinja."""
    import jinja2
    from docx.opc.exceptions import PackageNotFoundError
    from lxml.etree import XMLSyntaxError

    template = base64.b64decode(order["template"])
    try:
        if reason := _reaching_out(template):
            return {"error": reason}
        return {"document": base64.b64encode(_filled(template, order["content"])).decode()}
    except jinja2.TemplateError as error:
        return {"error": f"{error.message or type(error).__name__}"}
    except (zipfile.BadZipFile, KeyError, PackageNotFoundError):
        return {"error": "this is no Word document"}
    except (XMLSyntaxError, ElementTree.ParseError, ValueError, TypeError) as error:
        return {"error": f"{error}"}


def _filled(template: bytes, content: dict[str, Any]) -> bytes:
    from docxtpl import DocxTemplate
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    class Document(DocxTemplate):  # type: ignore[misc]
        def render_properties(self, context: dict[str, Any], jinja_env: Any = None) -> None:
            plain = jinja_env.overlay(autoescape=False, finalize=lambda value: value)
            super().render_properties(context, plain)  # title and author are no XML yet

    environment = ImmutableSandboxedEnvironment(
        autoescape=True, undefined=StrictUndefined, finalize=_as_text
    )
    for name in ("safe", "xmlattr"):
        del environment.filters[name]
    del environment.globals["lipsum"]
    document = Document(io.BytesIO(template))
    document.render(content, environment)
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def _as_text(value: object) -> Any:
    """Escaped, the underscore too: docxtpl takes {_{ in what it has filled in for {{."""
    from markupsafe import Markup, escape

    return Markup(str(escape(str(value))).replace("_", "&#95;"))


def _reaching_out(template: bytes) -> str | None:
    """What in a document would reach out of it when it is opened, if anything."""
    with zipfile.ZipFile(io.BytesIO(template)) as parts:
        for name in parts.namelist():
            if name.endswith(".rels"):
                for link in ElementTree.fromstring(parts.read(name)):
                    outside = link.get("TargetMode") == "External"
                    if outside and not link.get("Type", "").endswith("/hyperlink"):
                        return f"it takes in {link.get('Target')}"
            elif name.startswith("word/") and name.endswith(".xml"):
                tree = ElementTree.fromstring(parts.read(name))
                field = "".join(part.text or "" for part in tree.iter(f"{_WORD}instrText"))
                field += " ".join(part.get(f"{_WORD}instr", "") for part in tree.iter())
                if found := _READING.search(field):
                    return f"it has a field {found[0]}"
    return None
