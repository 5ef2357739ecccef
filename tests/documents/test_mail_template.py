"""Subject and text come from a template, in which a firm writes what it wants and runs nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from oppkit import locale
from oppkit.documents import mail_errors as errors
from oppkit.documents.mail_template import FOLDER, MailTemplate, template
from oppkit.model.errors import UserError

VALUES = {"contact": "Léa Dupont", "code": "QUO-1", "name": "Été", "valid_until": ""}


def filled(body: str, subject: str = "{code}", **values: str) -> tuple[str, str]:
    return MailTemplate(Path("mail-quote.fr.txt"), subject, body).filled(VALUES | values)


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The template of one's own for quotes in French."""
    monkeypatch.setenv(FOLDER, str(tmp_path))
    return tmp_path / "mail-quote.fr.txt"


@pytest.mark.parametrize("kind", ["quote", "opportunity"])
@pytest.mark.parametrize(("language", "greeting"), [("fr", "Bonjour "), ("en", "Dear ")])
def test_there_is_one_for_each_kind_and_language(
    kind: str, language: str, greeting: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(FOLDER, raising=False)
    found = template(kind, language)
    assert found.body.strip().startswith(greeting + "{contact},")
    assert "{name}" in found.subject


def test_one_of_the_firm_goes_first(own: Path) -> None:
    assert "{code}" in template("quote", "fr").subject
    own.write_text(
        "\ufeffOBJET: Notre offre {code}\r\n\r\nBonjour,\r\nVoici.\r\n", encoding="utf-8"
    )
    subject, body = template("quote", "fr").filled(VALUES)
    assert (subject, body) == ("Notre offre QUO-1", "Bonjour,\nVoici.")
    assert template("quote", "en").subject.startswith("Quote ")


def test_a_line_in_which_nothing_is_known_is_left_out() -> None:
    body = "Bonjour {contact},\n\nValable jusqu'au {valid_until}.\n\n{code} {valid_until}\nFin"
    assert filled(body)[1] == "Bonjour Léa Dupont,\n\nQUO-1 \nFin"
    assert "jusqu'au 1er mai.\n" in filled(body, valid_until="1er mai")[1]


def test_braces_of_other_kinds_are_text() -> None:
    assert filled("} et {\n} et {{code}}")[1] == "} et {\n} et {QUO-1}"


@pytest.mark.parametrize(
    "placeholder",
    ["{contact.name}", "{contact.__class__}", "{0}", "{}", "{contact!r}", "{contact[0]}",
     "{contact:>1000000000}", "{Contact}", "{ contact }", "{password}"],
)  # fmt: skip
def test_a_placeholder_that_stands_for_nothing_is_named(placeholder: str) -> None:
    for subject, body in ((placeholder, "x"), ("x", f"Bonjour {placeholder} {{contact}}")):
        with pytest.raises(errors.MailPlaceholderUnknown) as caught:
            filled(body, subject)
        for language in ("fr", "en"):
            said = locale.say(caught.value, language)
            assert f" {placeholder}, " in said
            assert "{code}, {contact}, {name}, {valid_until}" in said


def test_what_is_filled_in_is_not_looked_at_again() -> None:
    hostile = r"{contact.__class__} {code} \1 %(code)s $code"
    assert filled("{name}", "{name}", name=hostile) == (hostile, hostile)


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"Bonjour {contact}", errors.MailTemplateHeadless),
        (b"", errors.MailTemplateHeadless),
        (b"Subject:\n\nBonjour", errors.MailTemplateHeadless),
        (b"root:x:0:0\nSubject: x\n\ny", errors.MailTemplateHeadless),
        ("Objet : Été".encode("cp1252"), errors.MailTemplateUnreadable),
    ],
)
def test_what_is_no_template_is_named(own: Path, content: bytes, error: type[UserError]) -> None:
    own.write_bytes(content)
    with pytest.raises(error, match=r"mail-quote\.fr\.txt"):
        template("quote", "fr")


def test_a_folder_in_the_place_of_a_template(own: Path) -> None:
    own.mkdir()
    with pytest.raises(errors.MailTemplateUnreadable, match="directory"):
        template("quote", "fr")
