"""What is wrong, in the reader's language and under the right field."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError
from pydantic_core import PydanticCustomError

from oppkit.locale import problems, say
from oppkit.model import Employee, Opportunity
from oppkit.model.errors import Collision, EditConflict, NotFound, UserError


def refused(**changes: Any) -> ValidationError:
    fields = {"name": "n", "customer_id": 1, "status": "s", "opened_on": date(2026, 1, 5)}
    with pytest.raises(ValidationError) as caught:
        Opportunity.model_validate(fields | changes)
    return caught.value


def test_all_problems_are_told_by_field_in_both_languages() -> None:
    error = refused(
        name="", customer_id="x", probability="3", expected_signature="2026-01-02",
        currency="euro", lines=[{"amount": "1.2345"}, {"recurrence": "yearly"}],
    )  # fmt: skip
    assert problems(error, "fr") == {
        "name": ["Remplissez ce champ."],
        "customer_id": ["Saisissez un nombre entier."],
        "probability": ["Saisissez une valeur d'au plus 100\u202f%."],
        "currency": ["Saisissez les trois lettres d'une devise, comme EUR."],
        "lines.0.amount": ["Saisissez au plus 3 décimales."],
        "lines.1.unit_price": ["Une ligne récurrente a besoin du prix d'une période."],
        "lines.1.duration_months": ["Une ligne récurrente a besoin de sa durée en mois."],
        "expected_signature": [
            "La signature prévisionnelle ne peut pas précéder l'ouverture (05/01/2026)."
        ],
    }
    english = problems(error, "en")
    assert english.keys() == problems(error, "fr").keys()
    assert english["name"] == ["Fill in this field."]
    assert english["probability"] == ["Type a value of at most 100%."]
    assert english["expected_signature"] == [
        "The expected signature must not be before the opening (05/01/2026)."
    ]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"opened_on": "soon"}, "opened_on"),
        ({"opened_on": "2026-01-05T10:00"}, "opened_on"),
        ({"opened_on": 1.5}, "opened_on"),
        ({"opened_on": None}, "opened_on"),
        ({"probability": "many"}, "probability"),
        ({"probability": "-0.1"}, "probability"),
        ({"probability": "0.12345"}, "probability"),
        ({"probability": "NaN"}, "probability"),
        ({"customer_id": 1.5}, "customer_id"),
        ({"customer_id": None}, "customer_id"),
        ({"customer_id": "9" * 5000}, "customer_id"),
        ({"name": "x" * 201}, "name"),
        ({"name": 3}, "name"),
        ({"name": "two\nlines"}, "name"),
        ({"surname": "x"}, "surname"),
        ({"lines": 3}, "lines"),
        ({"lines": [3]}, "lines.0"),
        ({"lines": [{"recurrence": "daily"}]}, "lines.0.recurrence"),
        ({"lines": [{"duration_months": 0}]}, "lines.0.duration_months"),
        ({"lines": [{"amount": "9" * 30}]}, "lines.0.amount"),
        ({"probability_typed": "perhaps"}, "probability_typed"),
    ],
)
def test_what_a_form_can_meet_is_said_in_french_in_plain_words(
    changes: dict[str, Any], field: str
) -> None:
    error = refused(**changes)
    [french], [english] = problems(error, "fr")[field], problems(error, "en")[field]
    assert french != english
    assert french.endswith(".")
    for word in ("Input", "input", "should", "instance", "pydantic", "{"):
        assert word not in french + english


def test_a_missing_field_is_told_under_its_name() -> None:
    with pytest.raises(ValidationError) as caught:
        Opportunity.model_validate({"name": "n"})
    found = problems(caught.value, "fr")
    assert list(found) == ["customer_id", "status", "opened_on"]
    assert all(sentences == ["Remplissez ce champ."] for sentences in found.values())


def test_a_problem_without_words_of_ours_keeps_its_own() -> None:
    error = ValidationError.from_exception_data(
        "Some", [{"type": PydanticCustomError("rare", "Since 2026-01-05."), "loc": ()}]
    )
    assert problems(error, "fr") == {"": ["Since 05/01/2026."]}


def test_errors_are_said_with_the_words_of_the_screen() -> None:
    collisions = (Collision("amount", 1, 2, 3), Collision("expected_signature", None, 1, 2))
    clash = EditConflict("OPP-1", "Ana", Employee(last_name="Berg"), collisions, {})
    assert say(clash, "fr") == (
        "Ana a modifié entre-temps dans OPP-1\xa0: Montant, Signature prévisionnelle. "
        "Choisissez les valeurs à garder."
    )
    assert "changed Amount, Expected signature of OPP-1" in say(clash, "en")
    assert say(NotFound(kind="customer", key="C9"), "fr").startswith("Introuvable\xa0: client C9.")


def test_an_error_that_the_catalogue_lacks_keeps_its_words() -> None:
    assert say(UserError(detail="Plug it in."), "fr") == "Plug it in."
    assert say(ValueError("Give a month."), "fr") == "Give a month."
