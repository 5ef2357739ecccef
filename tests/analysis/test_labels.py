"""Labels in place of codes."""

from __future__ import annotations

from oppkit.analysis.labels import named
from oppkit.analysis.pipeline import weighted
from tests.analysis.conftest import Builder
from tests.analysis.rows import Row, found

LABELS = [
    ("status", "proposal", "Proposition", "Proposal", 2),
    ("status", "contact", "Premier contact", "First contact", 1),
    ("tag", "proposal", "Autre liste", "Other list", 1),
    ("establishment", "LYO", "Agence", "Branch", 1),
    ("establishment", "PAR", "Agence", "Head office", 2),
]


def test_labels_come_in_the_order_of_their_list_and_nothing_is_lost(snapshot: Builder) -> None:
    rows = [Row(status=status) for status in ("unlisted", "proposal", "contact", None)]  # type: ignore[arg-type]
    pipeline = snapshot(*rows, labels=LABELS)
    table = named(pipeline, weighted(pipeline, by=["status"]), "fr")
    assert found(table) == found(weighted(pipeline, by=["status"], labels="fr"))
    assert table.columns == weighted(pipeline, by=["status"]).columns
    assert [row["status"] for row in found(table)] == [
        "Premier contact", "Proposition", "unlisted", None,
    ]  # fmt: skip


def test_two_values_with_one_label_stay_two(snapshot: Builder) -> None:
    pipeline = snapshot(Row(establishment="LYO"), Row(establishment="PAR"), labels=LABELS)
    table = weighted(pipeline, by=["establishment"])
    assert [row["establishment"] for row in found(named(pipeline, table, "fr"))] == [
        "Agence (LYO)", "Agence (PAR)",
    ]  # fmt: skip
    assert [row["establishment"] for row in found(named(pipeline, table, "en"))] == [
        "Branch", "Head office",
    ]  # fmt: skip


def test_what_has_no_list_is_left_alone(snapshot: Builder) -> None:
    pipeline = snapshot(Row(owner="Bo"), Row(owner="Ana"), labels=LABELS)
    table = weighted(pipeline, by=["owner", "month"])
    assert found(named(pipeline, table, "en")) == found(table)
