"""Which templates there are to choose from, and a firm's own among them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from oppkit.documents.errors import (
    FolderTooLarge,
    LeavesFolder,
    NoSuchTemplate,
    NoTemplatesFolder,
)
from oppkit.documents.template import BUILT_IN, templates
from oppkit.model import Quote
from oppkit.workbench import Workbench
from tests.documents.reading import all_text

OWN = """#import "/oppkit/sheet.typ": *
#show: sheet.with("Offre")
#letterhead()
#record.customer.name a demandé #record.lines.len() postes, pour #record.totals.including_tax.
"""


@pytest.mark.parametrize("kind", ["opportunity", "quote", "affair"])
def test_each_kind_has_a_short_and_a_detailed_one_in_both_languages(kind: str) -> None:
    found = [(one.name, one.language, one.label, one.format, one.own) for one in templates(kind)]
    assert found == [
        (f"{kind}-detailed", "fr", "Détaillé", "typst", False),
        (f"{kind}-detailed", "en", "Detailed", "typst", False),
        (f"{kind}-short", "fr", "Abrégé", "typst", False),
        (f"{kind}-short", "en", "Short", "typst", False),
    ]


def test_a_firms_own_come_after_and_other_files_are_no_templates(own: Path) -> None:
    for name in ("quote-offre-export.fr.typ", "quote-contrat.docx", "papier.typ", "logo.svg",
                 "affair-plan.en.typ", "~$quote-contrat.docx"):  # fmt: skip
        (own / name).write_text("")
    found = [(one.label, one.language, one.format) for one in templates("quote") if one.own]
    assert found == [
        ("contrat", "fr", "word"), ("contrat", "en", "word"), ("offre export", "fr", "typst"),
    ]  # fmt: skip
    assert [one.own for one in templates("quote")] == [False] * 4 + [True] * 3


def test_one_of_the_same_name_takes_the_place_of_a_built_in_one(own: Path) -> None:
    (own / "quote-short.fr.typ").write_text("")
    found = [(one.language, one.own) for one in templates("quote") if one.name == "quote-short"]
    assert found == [("en", False), ("fr", True)]


def test_a_firms_own_template_uses_the_built_in_pieces_and_its_own_files(
    own: Path, workbench: Workbench, quote: Quote
) -> None:
    (own / "parts").mkdir()
    (own / "parts" / "closing.typ").write_text("#let closing = [Bien à vous]")
    (own / "quote-offre.fr.typ").write_text(OWN + '#import "parts/closing.typ": *\n#closing')
    said = all_text(workbench.printing.print(quote, "offre"))
    assert "Énergie du Rhône a demandé 3 postes, pour" in said
    assert "Bien à vous" in said


def test_a_copy_of_a_built_in_template_works_as_it_is(
    own: Path, workbench: Workbench, quote: Quote
) -> None:
    built_in = workbench.printing.print(quote, "detailed", "fr").content
    shutil.copy(BUILT_IN / "quote-detailed.typ", own / "quote-copie.fr.typ")
    assert workbench.printing.print(quote, "copie").content == built_in


def test_the_logo_of_the_folder_is_on_built_in_sheets(
    own: Path, workbench: Workbench, quote: Quote
) -> None:
    before = workbench.printing.print(quote, "short", "fr").pages(40)
    (own / "logo.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="60" height="20">'
        '<rect width="60" height="20" fill="#a00"/></svg>'
    )
    printed = workbench.printing.print(quote, "short", "fr")
    assert printed.pages(40) != before
    assert "Ateliers Vauban" in all_text(printed)


def test_a_name_that_there_is_not_is_answered_with_those_that_there_are(
    workbench: Workbench, quote: Quote
) -> None:
    with pytest.raises(NoSuchTemplate, match=r"no template longue here.*detailed, short"):
        workbench.printing.print(quote, "longue")


def test_a_template_for_another_kind_of_record_is_refused(
    workbench: Workbench, quote: Quote
) -> None:
    for_affairs = workbench.printing.templates("affair")[0]
    with pytest.raises(NoSuchTemplate, match="affair-detailed"):
        workbench.printing.print(quote, for_affairs)


def test_a_folder_that_is_not_there_is_said(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("OPPKIT_TEMPLATES", str(tmp_path / "away"))
    with pytest.raises(NoTemplatesFolder, match="away"):
        templates("quote")


@pytest.mark.parametrize("link", ["secret.txt", "folder", "fonts", "logo.svg"])
def test_a_link_that_leads_out_of_the_folder_is_refused(
    own: Path, tmp_path: Path, workbench: Workbench, quote: Quote, link: str
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.txt").write_text("the secret")
    target = outside if link in ("folder", "fonts") else outside / "secret.txt"
    (own / link).symlink_to(target)
    (own / "quote-own.typ").write_text('#read("secret.txt")')
    with pytest.raises(LeavesFolder, match=link):
        workbench.printing.print(quote, "own")


def test_a_link_within_the_folder_is_followed(
    own: Path, workbench: Workbench, quote: Quote
) -> None:
    (own / "words.txt").write_text("Bien à vous")
    (own / "link.txt").symlink_to("words.txt")
    (own / "quote-own.typ").write_text('#read("link.txt")')
    assert all_text(workbench.printing.print(quote, "own")) == "Bien à vous"


def test_a_folder_with_far_too_much_in_it_is_refused(
    own: Path, workbench: Workbench, quote: Quote
) -> None:
    (own / "quote-own.typ").write_text("hello")
    with (own / "film.mp4").open("wb") as film:
        film.truncate(60_000_000)  # takes no room on the disk
    with pytest.raises(FolderTooLarge, match="50 MB"):
        workbench.printing.print(quote, "own")


def test_the_example_of_the_read_me_works(own: Path, workbench: Workbench, quote: Quote) -> None:
    said = (BUILT_IN / "README.md").read_text("utf-8")
    example = [line[4:] for line in said.split("## Typst")[1].split("## Word")[0].splitlines()
               if line.startswith("    ")]  # fmt: skip
    (own / "quote-example.fr.typ").write_text("\n".join(example))
    text = all_text(workbench.printing.print(quote, "example"))
    assert "Formation à l'œuvre, sur site 4 800,00 €" in text
    assert "Total : 74 010,00 €" in text
