"""The mappings that come with oppkit, on the examples and on the public sets."""

from __future__ import annotations

import csv
import shutil
from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from oppkit.exchange.batch import Batch
from oppkit.model import Catalogue
from oppkit.resources import folder
from tests.exchange.workspace import SHARED, converted, reasons

EXAMPLES = folder("data") / "examples"


def public(name: str) -> Path:
    path = SHARED / name
    if not path.is_dir():
        pytest.skip(f"the public data set {name} is not beside this checkout")
    return path


def test_a_list_kept_in_a_french_spreadsheet(catalogue: Catalogue) -> None:
    batch = converted(
        EXAMPLES / "pipeline.csv", name=EXAMPLES / "pipeline.toml", catalogue=catalogue
    )
    assert [(o.code, o.status, o.probability, o.amount, o.margin) for o in batch.opportunities] == [
        ("P-101", "proposal", Decimal("0.4"), Decimal(48500), Decimal(12000)),
        ("P-102", "to_qualify", Decimal("0.1"), Decimal(18000), None),
        ("P-103", "won", Decimal(1), Decimal("7200.5"), Decimal(2400)),
        ("P-104", "negotiation", Decimal("0.655"), Decimal(124000), Decimal(31000)),
        ("P-105", "lost", Decimal(0), Decimal(56000), None),
        ("P-106", "qualified", Decimal(0), Decimal(-1250), None),
    ]
    assert batch.opportunities[0].expected_signature == date(2026, 4, 30)
    assert reasons(batch) == {
        8: [
            "Montant HT: “à définir” is not a number.",
            "Signature prévue: “31/02/2026” is not a date that can be read.",
        ],
        9: ["The code “P-102” already stands in row 3."],
        10: ["Étape: No status is called “En attente”: translate it in the mapping."],
    }


def statuses(batch: Batch) -> list[tuple[str | None, str, Decimal | None, Decimal | None]]:
    return [(o.code, o.status, o.probability, o.amount) for o in batch.opportunities]


def test_a_salesforce_report_with_lines_and_history(catalogue: Catalogue) -> None:
    batch = converted(
        EXAMPLES / "salesforce_opportunities.csv", EXAMPLES / "salesforce_history.csv",
        name="salesforce", catalogue=catalogue, lines=EXAMPLES / "salesforce_line_items.csv",
    )  # fmt: skip
    assert batch.rejects == ()
    assert statuses(batch) == [
        ("006Ex0000000001", "proposal", Decimal("0.75"), Decimal(48500)),
        ("006Ex0000000002", "to_qualify", Decimal("0.1"), Decimal(18000)),
        ("006Ex0000000003", "won", Decimal(1), Decimal("7200.5")),
        ("006Ex0000000004", "lost", Decimal(0), Decimal(56000)),
        ("006Ex0000000005", "signing", Decimal("0.88"), Decimal(124000)),
    ]
    first, lost = batch.opportunities[0], batch.opportunities[3]
    # Month first: 4/30/2026 can be read in one way only.
    assert (first.opened_on, first.expected_signature) == (date(2026, 1, 12), date(2026, 4, 30))
    assert (lost.closed_on, lost.loss_reason) == (date(2026, 2, 12), "price")
    assert Counter(past.opportunity.code for past in batch.history) == {
        "006Ex0000000001": 3, "006Ex0000000004": 2,
    }  # fmt: skip
    assert [(c.code, c.name) for c in batch.customers][:2] == [
        ("001Ex0000000001", "Rhône Energy"), ("001Ex0000000002", "Alpine Bank"),
    ]  # fmt: skip


def test_a_hubspot_export(catalogue: Catalogue) -> None:
    batch = converted(EXAMPLES / "hubspot_deals.csv", name="hubspot", catalogue=catalogue)
    assert batch.rejects == ()
    assert statuses(batch) == [
        ("9100000001", "proposal", Decimal("0.6"), Decimal(48500)),
        ("9100000002", "to_qualify", Decimal("0.2"), None),
        ("9100000003", "won", Decimal(1), Decimal("7200.5")),
        ("9100000004", "lost", Decimal(0), Decimal(56000)),
        ("9100000005", "signing", Decimal("0.85"), Decimal(124000)),
    ]
    names = {customer.id: customer.name for customer in batch.customers}
    assert names[batch.opportunities[2].customer_id] == "City of Nantes"
    assert batch.opportunities[4].establishment == "key_accounts"
    assert batch.opportunities[0].establishment is None


def test_an_odoo_export(catalogue: Catalogue) -> None:
    batch = converted(EXAMPLES / "odoo_opportunities.csv", name="odoo", catalogue=catalogue)
    assert batch.rejects == ()
    assert statuses(batch) == [
        ("__export__.crm_lead_41", "proposal", Decimal("0.4"), Decimal(48500)),
        ("__export__.crm_lead_42", "to_qualify", Decimal("0.125"), Decimal(18000)),
        ("__export__.crm_lead_43", "won", Decimal(1), Decimal("7200.5")),
        ("__export__.crm_lead_44", "lost", Decimal(0), Decimal(56000)),
        ("__export__.crm_lead_45", "signing", Decimal("0.913"), Decimal(124000)),
    ]
    assert batch.opportunities[0].tags == ("reseau", "urgent")
    assert batch.opportunities[3].loss_reason == "too_expensive"


def test_an_odoo_export_with_french_labels(tmp_path: Path, catalogue: Catalogue) -> None:
    path = tmp_path / "crm.csv"
    path.write_text(
        "ID externe;Opportunité;Client;Vendeur;Revenus espérés;Probabilité;Étape;Créé le;"
        "Clôture prévue;Actif\n"
        "x.1;Projet;Énergie;Léa;1 500,50;37,5;Nouveau;02/03/2026 09:00:00;31/12/2026;True\n"
    )
    only = converted(path, name="odoo", catalogue=catalogue).opportunities[0]
    assert (only.status, only.probability, only.amount) == (
        "to_qualify", Decimal("0.375"), Decimal("1500.5"),
    )  # fmt: skip
    assert (only.opened_on, only.expected_signature) == (date(2026, 3, 2), date(2026, 12, 31))


class TestMaven:
    def test_every_row_comes_in_with_the_list_price_where_it_has_no_value(
        self, catalogue: Catalogue
    ) -> None:
        path = public("maven_crm_sales_opportunities")
        with (path / "sales_pipeline.csv").open(encoding="utf-8") as file:
            source = list(csv.DictReader(file))
        batch = converted(path / "sales_pipeline.csv", name="maven", catalogue=catalogue)
        with (path / "products.csv").open(encoding="utf-8") as file:
            prices = {
                row["product"].replace(" ", ""): Decimal(row["sales_price"])
                for row in csv.DictReader(file)
            }
        assert len(batch.opportunities) == len(source) == 8800
        for row, found in zip(source, batch.opportunities, strict=True):
            won = row["deal_stage"] == "Won"
            listed = prices[row["product"].replace(" ", "")]
            assert found.code == row["opportunity_id"]
            assert found.amount == (Decimal(row["close_value"]) if won else listed)
        assert Counter(o.status for o in batch.opportunities) == {
            "won": 4238, "lost": 2473, "qualified": 1589, "to_qualify": 500,
        }  # fmt: skip
        assert batch.without_amount == 0
        assert len(batch.customers) == 86
        assert sum(c.name == "(unknown)" for c in batch.customers) == 1

    def test_without_the_products_only_won_deals_have_an_amount(
        self, tmp_path: Path, catalogue: Catalogue
    ) -> None:
        alone = tmp_path / "sales_pipeline.csv"
        shutil.copy(public("maven_crm_sales_opportunities") / "sales_pipeline.csv", alone)
        batch = converted(alone, name="maven", catalogue=catalogue)
        assert len(batch.opportunities) == 8800
        assert batch.without_amount == 2473 + 1589 + 500
        assert batch.lookup_missing == "products.csv"
        given = public("maven_crm_sales_opportunities") / "products.csv"
        batch = converted(alone, name="maven", catalogue=catalogue, lines=given)
        assert (batch.without_amount, batch.lookup_missing) == (0, "")

    def test_one_product_written_in_two_ways_is_one_product(
        self, tmp_path: Path, catalogue: Catalogue
    ) -> None:
        path = tmp_path / "deals.csv"
        path.write_text(
            "opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,"
            "close_value\nA,Ann,GTXPro,Acme,Engaging,2017-01-01,,\n"
            "B,Ann,GTX Pro,Acme,Prospecting,,,\n"
        )
        (tmp_path / "products.csv").write_text("product,series,sales_price\nGTX Pro,GTX,4821\n")
        first, second = converted(path, name="maven", catalogue=catalogue).opportunities
        assert (first.family, first.lines) == (second.family, second.lines)
        assert (first.amount, first.name) == (4821, "GTX Pro – Acme")
        assert second.opened_on == date(2017, 1, 1)


def test_the_pipeline_command_center_comes_in_whole(catalogue: Catalogue) -> None:
    path = public("pipeline_command_center_synth") / "opportunities.csv"
    batch = converted(path, name="pipeline_command_center", catalogue=catalogue)
    with path.open(encoding="utf-8") as file:
        source = list(csv.DictReader(file))
    assert len(batch.opportunities) == len(source) == 6000
    for row, found in zip(source, batch.opportunities, strict=True):
        closed = row["is_closed"] == "True"
        assert found.amount == Decimal(row["amount"])
        assert str(found.closed_on if closed else found.expected_signature) == row["close_date"]
        assert (found.loss_reason is None) == (row["loss_reason"] == "")
    assert Counter(o.status for o in batch.opportunities) == {
        "lost": 3760, "won": 1824, "to_qualify": 147, "qualified": 114, "proposal": 94,
        "negotiation": 61,
    }  # fmt: skip
    assert sum("pushed" in o.tags for o in batch.opportunities) == 112


class TestSalesforceReplica:
    def files(self, tmp_path: Path, deleted: str) -> list[Path]:
        """The public fixture, whose rows are all marked deleted, with another mark."""
        result = []
        for name in ("sf_opportunity_data.csv", "sf_opportunity_history_data.csv"):
            with (public("dbt_salesforce_seeds") / name).open(encoding="utf-8") as file:
                rows = list(csv.DictReader(file))
            assert {row["is_deleted"] for row in rows} == {"true"}
            result.append(tmp_path / name)
            with result[-1].open("w", encoding="utf-8", newline="") as out:
                writer = csv.DictWriter(out, rows[0])
                writer.writeheader()
                writer.writerows({**row, "is_deleted": deleted} for row in rows)
        return result

    def test_deleted_rows_are_left_out(self, tmp_path: Path, catalogue: Catalogue) -> None:
        batch = converted(
            *self.files(tmp_path, "true"), name="salesforce", catalogue=catalogue,
            lines=public("dbt_salesforce_seeds") / "sf_opportunity_line_item_data.csv",
        )  # fmt: skip
        assert [c.skipped.total() for c in batch.counts.values()] == [0, 10, 10]
        assert batch.opportunities == batch.history == ()
        # Its lines belong to opportunities that are not in the set.
        assert batch.counts["lines"].rejected == batch.counts["lines"].read == 10

    def test_flags_give_the_outcome_and_a_wild_probability_is_refused(
        self, tmp_path: Path, catalogue: Catalogue
    ) -> None:
        batch = converted(
            *self.files(tmp_path, "false"), name="salesforce", catalogue=catalogue
        )  # fmt: skip
        said = ["probability: “1000” is not a probability between 0 and 100%."]
        assert [[str(r) for r in reject.reasons] for reject in batch.rejects] == [said, said]
        assert Counter(o.status for o in batch.opportunities) == {"won": 4, "lost": 3}
        assert len(batch.history) == 9
        # Superseded rows of the current table are in the history alone.
        assert batch.counts["opportunities"].skipped.total() == 2
        assert sum(past.valid_to is not None for past in batch.history) == 2
