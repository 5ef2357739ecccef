"""Tables and sentences."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pandas as pd
import pytest

from oppkit import charts
from oppkit.charts.shown import Shown
from tests.charts.frames import AS_OF, EVIL, frame, parts, row


def plain(shown: object) -> list[list[str]]:
    """The cells of a table as text, with plain spaces."""
    lines = str(shown).replace("\xa0", " ").replace("\u202f", " ").splitlines()
    return [[cell.strip() for cell in line.split("  ") if cell.strip()] for line in lines]


def test_a_table_has_words_for_heads_formatted_amounts_and_a_total() -> None:
    rows = frame(row("1234.5", "100", owner="Ana"), row("1000", "0.4", 2, owner=None))
    assert plain(charts.table(rows, language="fr")) == [
        ["Responsable", "Opportunités", "Montant brut", "Montant pondéré", "Marge brute",
         "Marge pondérée"],
        ["Ana", "1", "1 235 €", "100 €", "123 €", "10 €"],
        ["Sans responsable", "2", "1 000 €", "0 €", "100 €", "0 €"],
        ["Total", "3", "2 235 €", "100 €", "223 €", "10 €"],
    ]  # fmt: skip
    assert plain(charts.table(rows, language="en", decimals=2))[3][2] == "€2,234.50"


def test_a_missing_amount_is_a_dash_and_no_zero() -> None:
    rows = frame(row(None, None, owner="Ana"), row("0", "0", owner="Bo"))
    assert [cells[2] for cells in plain(charts.table(rows, language="en"))[1:3]] == ["–", "€0"]


def test_periods_have_their_names() -> None:
    rows = frame(row(month=pd.Timestamp(2026, 8, 1)), row(month=pd.NaT))
    assert [cells[0] for cells in plain(charts.table(rows, language="fr"))[1:3]] == [
        "août 2026", "Sans date",
    ]  # fmt: skip


def test_rows_by_tag_have_no_total_and_say_why() -> None:
    lines = plain(charts.table(frame(row(tag="Key"), row(tag="New")), language="en"))
    assert [cells[0] for cells in lines[1:]] == [
        "Key", "New", "An opportunity counts once in each of its tags.",
    ]  # fmt: skip


def test_sale_types_do_not_add_up_numbers_of_opportunities() -> None:
    rows = frame(row(sale_type="days"), row(sale_type="licence"))
    assert plain(charts.table(rows, language="en"))[3][:3] == ["Total", "–", "€200"]


def test_a_long_table_sums_up_what_it_leaves_out() -> None:
    rows = frame(*(row(n, n, customer=f"C{n}") for n in range(1, 8)))
    lines = plain(charts.table(rows, top=5, language="fr"))
    assert [cells[0] for cells in lines[1:]] == [
        "C1",
        "C2",
        "C3",
        "C4",
        "C5",
        "Autres (2)",
        "Total",
    ]
    assert lines[6][2] == "13 €"
    assert lines[7][2] == "28 €"


def test_names_are_shown_as_they_are_and_never_as_markup() -> None:
    shown = charts.table(frame(row(customer=EVIL)), language="en")
    assert "<img" not in shown._repr_html_()
    assert "&lt;img src=x onerror=alert(1)&gt; &amp; &lt;b&gt;sons" in shown._repr_html_()
    assert EVIL in str(shown)
    assert "object at 0x" not in repr(shown)


def test_the_reconciliation_is_said_in_words() -> None:
    rows = parts(
        in_horizon=(3, "60.00", "30.00"), overdue=(1, "30.50", "3.00"), no_amount=(2, "0", "0")
    )
    lines = str(charts.words(rows, as_of=AS_OF, months=12, language="fr")).splitlines()
    text = [line.replace("\xa0", " ").replace("\u202f", " ") for line in lines]
    assert " ".join(text) == (
        "Au 18 mars 2026, le pipeline compte 6 opportunités en cours, pour 90,50 € bruts et "
        "33,00 € pondérés. La prévision sur 12 mois retient 3 opportunités : 60,00 € bruts, "
        "30,00 € pondérés. "
        "Hors de la prévision : "
        "- En retard : 1 opportunité, 30,50 €. Leur signature prévisionnelle est passée : "
        "donnez-leur une nouvelle date ou clôturez-les. "
        "- Sans montant : 2 opportunités. Aucune de leurs lignes n'a de montant : chiffrez-en au "
        "moins une. "
        "L'ensemble fait les 90,50 € du pipeline ouvert, à la dernière décimale près."
    )


def test_amounts_do_not_break_over_two_lines() -> None:
    shown = charts.words(parts(in_horizon=(1, "1234567.89", "1")), as_of=AS_OF, language="fr")
    assert "1\u202f234\u202f567,89\xa0€" in shown._repr_html_()
    rows = frame(row("1234567", "5", customer="two\n  lines\tand\u2028more"))
    table = charts.table(rows, language="fr")._repr_html_()
    assert "1\u202f234\u202f567\xa0€" in table
    assert "two lines and more" in table


@pytest.mark.parametrize("tongue", ["fr", "en"])
def test_a_forecast_that_leaves_nothing_out_says_so(tongue: str) -> None:
    shown = charts.words(parts(in_horizon=(1, "5", "1")), as_of=AS_OF, language=tongue)
    assert ("Rien n'est laissé" if tongue == "fr" else "Nothing is left out") in str(shown)
    assert shown._repr_html_().startswith("<p>")


def test_amounts_in_dollars_are_no_formula() -> None:
    shown = Shown("<p>US$1 and US$2, \\(x\\)</p>", "plain")
    assert shown._repr_html_() == (
        "<p>US<span>$</span>1 and US<span>$</span>2, <span>\\</span>(x<span>\\</span>)</p>"
    )


def change(part: str, worth: Any, **sides: tuple[Any, Any]) -> dict[str, Any]:
    """A row of a movement's details, with what changed: {name: (before, after)}."""
    names = (
        "amount", "probability", "expected_signature", "closed_on", "status", "owner", "customer",
        "currency",
    )  # fmt: skip
    told = {
        f"{name}_{side}": value
        for name in names
        for side, value in zip(("before", "after"), sides.get(name, (None, None)), strict=True)
    }
    return {
        "part": part, "code": "O1", "name": EVIL, "amount": Decimal(worth),
        "weighted_amount": Decimal(worth) / 2, **told,
    }  # fmt: skip


def test_what_moved_is_told_with_what_changed() -> None:
    rows = frame(
        change("created", 10, status=(None, "Proposal")),
        change("increased", 5, amount=(Decimal(10), Decimal("15.4")), currency=("EUR", "EUR")),
        change("pulled_in", 15, expected_signature=(pd.Timestamp(2026, 8, 3), AS_OF)),
        change("probability", 0, probability=(Decimal("0.45"), Decimal("0.6"))),
        change("reassigned_out", -15, owner=("Ana", None)),
        change("currency", -1),
    )
    rows.insert(0, "sector", None)
    rows.loc[len(rows)] = {"sector": "Énergie", **change("reassigned_in", 15)}
    assert [cells[1:3] for cells in plain(charts.movements(rows, language="fr"))[1:8]] == [
        ["Créées", "Statut : Proposal"],
        ["Montants en hausse", "Montant : 10 € → 15 €"],
        ["Entrées par changement de date", "Signature prévisionnelle : 03/08/2026 → 18/03/2026"],
        ["Effet des probabilités", "Probabilité : 45 % → 60 %"],
        ["Sorties par réaffectation", "Responsable : Ana → –"],
        ["Effet de change", "Autre taux de change"],
        ["Entrées par réaffectation", "Secteur : Énergie"],
    ]  # fmt: skip


def test_a_bar_lists_its_opportunities_the_rest_in_one_row() -> None:
    rows = frame(*(change("lost", -n) for n in (5, 4, 3)), change("won", -9))
    shown = charts.movements(rows, part="lost", top=1, language="en")
    assert [(cells[0], cells[-2]) for cells in plain(shown)[2:]] == [
        ("Others (2)", "-€7"), ("Total", "-€12"),
    ]  # fmt: skip
    assert "<img" not in shown._repr_html_()
    assert len(plain(charts.movements(rows.iloc[:0], language="en"))) == 1
