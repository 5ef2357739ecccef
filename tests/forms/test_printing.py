"""Printing a record from its form: the template, the pages, the file, and what goes wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from oppkit.forms.affair_form import AffairForm
from oppkit.forms.opportunity_form import OpportunityForm
from oppkit.forms.printing import PrintDialog, print_dialog
from oppkit.forms.screen import Screen
from oppkit.forms.widgets.download import Download
from oppkit.model import Opportunity, Quote
from oppkit.workbench import Workbench

PNG = b"\x89PNG"


@pytest.fixture(autouse=True)
def no_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine's own templates are not part of a test."""
    monkeypatch.delenv("OPPKIT_TEMPLATES", raising=False)


@pytest.fixture
def offered(monkeypatch: pytest.MonkeyPatch) -> dict[str, bytes]:
    """The files that the browser was given."""
    files: dict[str, bytes] = {}
    monkeypatch.setattr(
        Download, "offer", lambda _self, name, content: files.update({name: content})
    )
    return files


@pytest.fixture
def quote(workbench: Workbench, saved: Any) -> Quote:
    return workbench.quotes.validate(workbench.create_quote(saved()))


def choices(dialog: PrintDialog) -> list[str]:
    return [label for label, _ in dialog.template.widget.options]


def choose(dialog: PrintDialog, label: str) -> None:
    dialog.template.widget.value = dict(dialog.template.widget.options)[label]


def test_the_quote_is_shown_at_once(screen: Screen, quote: Quote) -> None:
    dialog = print_dialog(screen, quote)
    assert screen.dialogs.dialog is dialog
    assert choices(dialog)[0].endswith("English")
    assert [image[:4] for image in dialog.pages.images] == [PNG]
    assert dialog.pages.labels == ["Page 1 of 1"]
    assert (dialog.problem.text, dialog.said.text) == ("", "")


def test_the_file_is_the_one_that_is_shown(
    french: Screen, quote: Quote, offered: dict[str, bytes], tmp_path: Path
) -> None:
    dialog = print_dialog(french, quote)
    choose(dialog, "Abrégé – français")
    dialog.answer(0)
    assert french.dialogs.dialog is dialog  # another template may be wanted, too
    [(name, content)] = offered.items()
    assert name == "QUO-2026-0001.pdf"
    (tmp_path / name).write_bytes(content)
    text = PdfReader(tmp_path / name).pages[0].extract_text()
    assert "QUO-2026-0001" in text
    assert "Bon pour accord" in text
    assert dialog.printed is not None
    assert content == dialog.printed.content
    dialog.answer(1)
    assert french.dialogs.dialog is None


@pytest.fixture
def own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    folder = tmp_path / "templates"
    folder.mkdir()
    monkeypatch.setenv("OPPKIT_TEMPLATES", str(folder))
    return folder


def test_the_firms_own_template_comes_first(screen: Screen, quote: Quote, own: Path) -> None:
    (own / "quote-house_style.en.typ").write_text("Our own sheet", encoding="utf-8")
    dialog = print_dialog(screen, quote)
    assert dialog.template.widget.label == "house style – English"
    assert len(dialog.pages.images) == 1


def test_what_a_template_does_wrong_is_said(
    screen: Screen, quote: Quote, own: Path, offered: dict[str, bytes]
) -> None:
    (own / "quote-bad.en.typ").write_text('#read("../../secret")', encoding="utf-8")
    dialog = print_dialog(screen, quote)
    assert "bad" in dialog.problem.text
    assert dialog.pages.images == []
    assert dialog.buttons[0].disabled
    dialog.save()
    assert offered == {}
    choose(dialog, "Detailed – English")
    assert (dialog.problem.text, len(dialog.pages.images)) == ("", 1)
    assert not dialog.buttons[0].disabled


@pytest.mark.parametrize("form", [OpportunityForm, AffairForm])
def test_a_form_prints_what_is_saved(
    form: type[OpportunityForm | AffairForm], screen: Screen, saved: Any, workbench: Workbench
) -> None:
    sale: Opportunity = saved()
    record = sale if form is OpportunityForm else workbench.create_affair(sale)
    shown: Any = form(screen)
    shown.show(record)
    button = next(one for one in shown.documents.children if one.description == "Print…")
    shown.draft.fields["name"].widget.value = "Not saved yet"
    button.click()
    # What is typed would not be on paper: the person decides first.
    assert not isinstance(screen.dialogs.dialog, PrintDialog)
    assert screen.dialogs.dialog is not None
    screen.dialogs.dialog.answer(0)  # save
    dialog = screen.dialogs.dialog
    assert isinstance(dialog, PrintDialog)
    assert dialog.record.name == "Not saved yet"
    assert dialog.pages.images
