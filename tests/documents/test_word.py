"""Word templates: filled like those of Typst, in a sandbox, and made into PDF by LibreOffice."""

from __future__ import annotations

import io
import shutil
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import pytest

from oppkit.documents import word
from oppkit.documents.errors import NoPreview, Stopped, TemplateRefused, TextTooLong, TooSlow
from oppkit.documents.printed import PDF, WORD, Printed
from oppkit.documents.printer import print_document
from oppkit.documents.template import Template, find
from oppkit.model import Opportunity, Quote
from oppkit.workbench import Workbench


@pytest.fixture(autouse=True)
def no_office(monkeypatch: pytest.MonkeyPatch) -> None:
    """LibreOffice is not here, wherever the tests run."""
    monkeypatch.setattr(word, "office", lambda: None)


@pytest.fixture
def in_word(own: Path) -> Callable[..., Template]:
    """Writes a Word template with these paragraphs, for a kind of record."""

    def build(*paragraphs: str, kind: str = "quote") -> Template:
        document = docx.Document()
        for paragraph in paragraphs:
            document.add_paragraph(paragraph)
        document.save(str(own / f"{kind}-own.docx"))
        return find(kind, "own", "fr")

    return build


def text_of(content: bytes) -> list[str]:
    document = docx.Document(io.BytesIO(content))
    texts = [paragraph.text for paragraph in document.paragraphs]
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return [text for text in texts + cells if text]


def test_a_word_template_is_filled_with_the_texts_of_the_record(
    own: Path, workbench: Workbench, quote: Quote
) -> None:
    document = docx.Document()
    document.add_paragraph("{{ customer.name }}, le {{ date }} : {{ totals.including_tax }}")
    table = document.add_table(rows=3, cols=2)
    table.cell(0, 0).text = "{%tr for line in lines %}"
    table.cell(1, 0).text, table.cell(1, 1).text = "{{ line.title }}", "{{ line.net }}"
    table.cell(2, 0).text = "{%tr endfor %}"
    document.sections[0].footer.paragraphs[0].text = "{{ firm.legal }}"
    document.save(str(own / "quote-own.fr.docx"))
    printed = workbench.printing.print(quote, "own")
    assert (printed.name, printed.media_type) == ("QUO-2026-0001.docx", WORD)
    assert text_of(printed.content) == [
        "Énergie du Rhône, le 16 mars 2026 : 74\u202f010,00\xa0€",
        "Étude préalable", "11\u202f875,00\xa0€",
        "Hébergement", "45\u202f000,00\xa0€",
        "Formation à l'œuvre, sur site", "4\u202f800,00\xa0€",
    ]  # fmt: skip
    footer = docx.Document(io.BytesIO(printed.content)).sections[0].footer
    assert footer.paragraphs[0].text == "SAS au capital de 250 000 € – RCS Lyon 123 456 789"


@pytest.mark.parametrize(
    "text",
    [
        "{{ 7 * 7 }}", "{% raw %}", "{_{ 7*7 }_}", "</w:t></w:r><w:r><w:t>x", "a & b < c > d \"e\"",
        "{{ ''.__class__ }}", "{%tr for x in y %}", "{{r code }}", "RichText('x')",
    ],
)  # fmt: skip
def test_a_text_of_a_person_is_never_evaluated(
    workbench: Workbench, sale: Callable[..., Opportunity], in_word: Callable[..., Template],
    text: str,
) -> None:  # fmt: skip
    chosen = in_word("{{ name }}", "{{ customer.name }}", "{{ comment }}", kind="opportunity")
    record = sale(text, name=text, comment=text)
    assert text_of(workbench.printing.print(record, chosen).content) == [text] * 3


def test_the_title_of_the_document_is_filled_too(
    own: Path, workbench: Workbench, sale: Callable[..., Opportunity]
) -> None:
    document = docx.Document()
    document.core_properties.title = "{{ code }} – {{ name }}"
    document.save(str(own / "opportunity-own.docx"))
    printed = workbench.printing.print(sale(name="R&D_1 <neuf>"), "own", "fr")
    filled = docx.Document(io.BytesIO(printed.content))
    assert filled.core_properties.title == "OPP-2026-0001 – R&D_1 <neuf>"


def test_line_breaks_of_a_text_stay(
    workbench: Workbench, sale: Callable[..., Opportunity], in_word: Callable[..., Template]
) -> None:
    chosen = in_word("{{ comment }}", kind="opportunity")
    printed = workbench.printing.print(sale(comment="Un\nDeux"), chosen)
    assert text_of(printed.content) == ["Un\nDeux"]


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("{{ ''.__class__.__mro__ }}", "__class__"),
        ("{{ name.__init__.__globals__ }}", "__init__"),
        ("{{ cycler.__init__.__globals__.os.popen('id').read() }}", "__init__"),
        ("{% set _ = lines.append(1) %}", "append"),
        ("{{ '%c'|format(65)|safe }}", "safe"),
        ("{% include '/etc/passwd' %}", "no loader"),
        ("{{ customer.town }}", "town"),
        ("{{ lines", "unexpected"), ("{% if draft %}", "endif"),
    ],
)  # fmt: skip
def test_what_a_template_may_not_do_is_refused(
    workbench: Workbench, quote: Quote, in_word: Callable[..., Template], source: str, said: str
) -> None:
    with pytest.raises(TemplateRefused, match=r"quote-own\.docx") as refused:
        workbench.printing.print(quote, in_word(source))
    assert said in str(refused.value)


def test_a_template_that_never_ends_is_stopped(
    workbench: Workbench, quote: Quote, in_word: Callable[..., Template]
) -> None:
    source = "".join(f"{{% for a{n} in range(99999) %}}" for n in range(4)) + "x"
    chosen = in_word(source + "{% endfor %}" * 4)
    with pytest.raises(TooSlow):
        word.filled(chosen, workbench.printing.content(quote, "fr"), seconds=2)


def test_a_text_of_ten_megabytes_is_refused(
    workbench: Workbench, quote: Quote, in_word: Callable[..., Template]
) -> None:
    content = workbench.printing.content(quote, "fr") | {"name": "x" * 10_000_000}
    with pytest.raises(TextTooLong):
        print_document(in_word("{{ name }}"), content)


def test_a_document_that_takes_in_another_file_is_refused(
    own: Path, workbench: Workbench, quote: Quote, in_word: Callable[..., Template]
) -> None:
    chosen = in_word("{{ name }}")
    linked = (
        '<Relationship Id="rId99" TargetMode="External" Target="file:///etc/passwd" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"/>'
        "</Relationships>"
    )
    replace_in(chosen.path, "word/_rels/document.xml.rels", "</Relationships>", linked)
    with pytest.raises(TemplateRefused, match="etc/passwd"):
        workbench.printing.print(quote, chosen)


def test_a_field_that_reads_a_file_is_refused(
    workbench: Workbench, quote: Quote, in_word: Callable[..., Template]
) -> None:
    chosen = in_word("{{ name }}")
    field = (
        "<w:p><w:r><w:instrText>INCLUDE</w:instrText></w:r>"
        '<w:r><w:instrText>TEXT "/etc/passwd"</w:instrText></w:r></w:p><w:sectPr'
    )
    replace_in(chosen.path, "word/document.xml", "<w:sectPr", field)
    with pytest.raises(TemplateRefused, match="INCLUDETEXT"):
        workbench.printing.print(quote, chosen)


def replace_in(path: Path, part: str, old: str, new: str) -> None:
    with zipfile.ZipFile(path) as given:
        parts = {name: given.read(name) for name in given.namelist()}
    assert old in parts[part].decode()
    parts[part] = parts[part].decode().replace(old, new, 1).encode()
    with zipfile.ZipFile(path, "w") as written:
        for name, data in parts.items():
            written.writestr(name, data)


@pytest.mark.parametrize("content", [b"", b"not a zip", b"PK\x05\x06" + b"\0" * 18])
def test_what_is_no_word_document_is_said(
    own: Path, workbench: Workbench, quote: Quote, content: bytes
) -> None:
    (own / "quote-own.docx").write_bytes(content)
    with pytest.raises(TemplateRefused, match="no Word document"):
        workbench.printing.print(quote, "own")


def test_without_libreoffice_there_is_no_preview_and_that_is_said(
    workbench: Workbench, quote: Quote, in_word: Callable[..., Template]
) -> None:
    printed = workbench.printing.print(quote, in_word("{{ name }}"))
    with pytest.raises(NoPreview, match="LibreOffice"):
        printed.pages()
    assert "need LibreOffice" in printed._repr_mimebundle_()["text/html"]


def with_office(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, made: Printed, ends: int = 0
) -> None:
    """Puts a program in the place of LibreOffice that takes its arguments and makes this PDF."""
    (tmp_path / "ready.pdf").write_bytes(made.content)
    program = tmp_path / "soffice"
    program.write_text(
        f"#!{sys.executable}\n"
        "import pathlib, shutil, sys\n"
        "given = pathlib.Path(sys.argv[-1])\n"
        "assert given.suffix == '.docx' and given.is_file()\n"
        "assert sys.argv[sys.argv.index('--convert-to') + 1] == 'pdf'\n"
        "folder = pathlib.Path(sys.argv[sys.argv.index('--outdir') + 1])\n"
        f"shutil.copy({str(tmp_path / 'ready.pdf')!r}, folder / f'{{given.stem}}.pdf')\n"
        f"sys.exit({ends})\n"
    )
    program.chmod(0o755)
    monkeypatch.setattr(word, "office", lambda: shutil.which("soffice", path=str(tmp_path)))


def test_with_libreoffice_it_is_a_pdf_with_a_preview(
    workbench: Workbench, sale: Callable[..., Opportunity], in_word: Callable[..., Template],
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path,
) -> None:  # fmt: skip
    record = sale(comment="Un mot. " * 2000)
    several = workbench.printing.print(record, "detailed", "fr")
    with_office(monkeypatch, tmp_path, several)
    printed = workbench.printing.print(record, in_word("{{ name }}", kind="opportunity"))
    assert (printed.name, printed.media_type) == ("OPP-2026-0001.pdf", PDF)
    assert printed.content == several.content
    assert len(printed.pages(30)) == len(several.pages(30)) > 1
    assert printed.word is not None
    assert text_of(printed.word) == [record.name]
    assert printed.save(tmp_path / "sheet.docx").read_bytes() == printed.word
    assert printed.save(tmp_path / "sheet.pdf").read_bytes() == printed.content


def test_a_libreoffice_that_fails_is_said(
    workbench: Workbench, quote: Quote, in_word: Callable[..., Template],
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path,
) -> None:  # fmt: skip
    with_office(monkeypatch, tmp_path, workbench.printing.print(quote, "short", "fr"), ends=3)
    with pytest.raises(Stopped, match="ended with 3"):
        workbench.printing.print(quote, in_word("{{ name }}"))
