"""Templates and texts that mean harm: text stays text, files stay unread, errors are clear."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
import pytest

from oppkit.documents.errors import PackageRefused, Stopped, TemplateRefused, TextTooLong, TooSlow
from oppkit.documents.printer import print_document
from oppkit.documents.template import Template, find
from oppkit.documents.typesetting import Job
from oppkit.locale import say
from oppkit.model import Line, Opportunity, Quote
from oppkit.workbench import Workbench
from tests.documents.reading import all_text

HOSTILE = (
    '#read("/etc/passwd")', "#panic()", "{{ 7 * 7 }}", "{% for x in y %}", "*bold* _x_ $x^2$ @a",
    "</w:t><script>alert(1)</script>", "\\#\\u{41} `code` // note /* c */", "<label> = Title",
    "#let x = 1; #x", "${jndi:ldap://x}", '"quoted" \'single\' \\', "]#evil[",
)  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("form", ["short", "detailed"])
def test_markup_in_a_text_is_printed_as_it_was_typed(
    workbench: Workbench, sale: Callable[..., Opportunity], text: str, form: str
) -> None:
    record = sale(text, name=text, comment=text, lines=(Line(title=text, amount=1),))
    printed = workbench.printing.print(record, form, "en")
    said = all_text(printed).replace(" ", "")
    assert said.count(text.replace(" ", "")) >= 4
    assert "root:" not in said


def written(own: Path, source: str) -> Template:
    (own / "quote-own.typ").write_text(source)
    return find("quote", "own", "en")


@pytest.mark.parametrize(
    "source",
    [
        '#read("../../secret")', '#read("/../../../etc/passwd")', '#read("/etc/passwd")',
        '#image("../secret.png")', '#import "../secret.typ": *', '#include "/etc/passwd"',
        '#json("../../../../etc/passwd")', '#plugin("/bin/ls")', '#bibliography("../a.bib")',
    ],
)  # fmt: skip
def test_a_template_reads_nothing_outside_its_folder(
    own: Path, tmp_path: Path, workbench: Workbench, quote: Quote, source: str
) -> None:
    (tmp_path / "secret").write_text("the secret")
    template = written(own, source)
    with pytest.raises(TemplateRefused, match=r"quote-own\.typ") as refused:
        workbench.printing.print(quote, template)
    assert "the secret" not in say(refused.value, "fr")
    assert "oppkit-" not in say(refused.value, "fr")  # no path of the machine


def test_a_template_fetches_nothing_from_the_internet(
    own: Path, workbench: Workbench, quote: Quote, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_PROXY", "*")
    template = written(own, '#import "@preview/cetz:0.3.0"')
    with pytest.raises(PackageRefused, match="package of the internet"):
        workbench.printing.print(quote, template)


def test_a_mistake_in_a_template_is_told_with_its_line(
    own: Path, workbench: Workbench, quote: Quote
) -> None:
    template = written(own, "Offer\n\n#foo(")
    with pytest.raises(TemplateRefused, match=r"unclosed delimiter.*\(quote-own\.typ:3\)"):
        workbench.printing.print(quote, template)


def content_of(workbench: Workbench, quote: Quote, **changes: Any) -> dict[str, Any]:
    return workbench.printing.content(quote, "en") | changes


def test_a_template_that_never_ends_is_stopped(
    own: Path, workbench: Workbench, quote: Quote
) -> None:
    template = written(own, "#let n = 0\n#while n >= 0 { for i in range(100000) { n += 1 } }")
    with pytest.raises(TooSlow, match="stopped after 1 s"):
        Job(template, content_of(workbench, quote), seconds=1).pdf()


@pytest.mark.parametrize("source", ['#("x" * 10000000000)', "#range(100000000000)"])
def test_a_template_that_takes_all_memory_is_stopped(
    own: Path, workbench: Workbench, quote: Quote, source: str
) -> None:
    with pytest.raises(Stopped, match=r"quote-own\.typ could not be printed"):
        workbench.printing.print(quote, written(own, source))


@pytest.mark.parametrize("field", ["name", "terms"])
def test_a_text_of_ten_megabytes_is_refused(workbench: Workbench, quote: Quote, field: str) -> None:
    content = content_of(workbench, quote, **{field: "x" * 10_000_000})
    with pytest.raises(TextTooLong, match="10000000 characters"):
        print_document(find("quote", "short", "en"), content)


def test_the_longest_text_of_the_model_is_printed_whole(
    workbench: Workbench, sale: Callable[..., Opportunity]
) -> None:
    comment = ("Un mot. " * 2500).strip()
    said = all_text(workbench.printing.print(sale(comment=comment), "short", "fr"))
    assert said.count("mot.") == 2500  # pages break between the two words


def test_a_text_without_a_single_space_stays_on_the_page(
    workbench: Workbench, sale: Callable[..., Opportunity]
) -> None:
    record = sale("W" * 200, comment="x" * 20_000, lines=(Line(title="z" * 200, amount=1),))
    workbench.quotes.save_firm(workbench.quotes.firm.replace(legal="Statuts " * 300))
    printed = workbench.printing.print(record, "detailed", "fr")
    counted = Counter[str]()
    for page in pdfium.PdfDocument(printed.content):
        text = page.get_textpage()
        for place in range(text.count_chars()):
            left, bottom, right, top = text.get_charbox(place)
            assert 50 < left <= right < page.get_width() - 50
            assert 0 < bottom <= top < page.get_height()
        counted += Counter(text.get_text_range())
    assert counted["x"] >= 20_000
    assert counted["S"] >= 300


def test_control_characters_are_left_out(
    workbench: Workbench, sale: Callable[..., Opportunity]
) -> None:
    printed = workbench.printing.print(sale(comment="A\x07B\x1b[0mC\r\nD\tE"), "short", "fr")
    assert "AB[0mC D E" in all_text(printed)
    assert printed.warnings == ()


def test_characters_that_no_font_has_are_named(workbench: Workbench, quote: Quote) -> None:
    content = content_of(workbench, quote, name="東京電力 100 %")
    printed = print_document(find("quote", "short", "en"), content, system_fonts=False)
    assert printed.missing == "東京電力"
    assert "東 京 電 力" in printed.warnings[0]
    assert "Aucune police" in printed.warnings_in("fr")[0]
    assert printed.content.startswith(b"%PDF")
    assert "QUO-2026-0001" in all_text(printed)


def test_a_template_that_is_not_archival_is_printed_with_a_warning(
    own: Path, workbench: Workbench, quote: Quote
) -> None:
    (own / "data.txt").write_text("attached")
    template = written(own, 'Hello #pdf.attach("data.txt")')
    printed = workbench.printing.print(quote, template)
    assert "not archival" in printed.warnings[0]
    assert all_text(printed) == "Hello"
