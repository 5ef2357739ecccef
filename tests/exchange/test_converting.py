"""Rows into records: what mappings can say, and every reason against a bad row."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from oppkit.exchange import importer, mapping, reader
from oppkit.exchange.batch import Batch
from oppkit.model import Catalogue, Participant, Responsible
from tests.exchange.workspace import TODAY, converted, directory, reasons

MAPPING = """
[fields]
code = "code"
name = "name"
customer_name = { column = "customer", unknown = "create" }
owner_name = { column = "owner", unknown = "create" }
status = "status"
opened_on = "opened"
closed_on = { column = "closed", when = "closed" }
amount = "amount"
probability = { column = "probability", when = "open", missing = "status" }
"""
START = "code,name,customer,status,opened"
Convert = Callable[..., Batch]


@pytest.fixture
def convert(tmp_path: Path, catalogue: Catalogue) -> Convert:
    """Converts this text with `MAPPING`, changed by the further lines of TOML."""

    def run(text: str, more: str = "", **stored: object) -> Batch:
        source, rules = tmp_path / "file.csv", tmp_path / "rules.toml"
        source.write_text(text, encoding="utf-8")
        (tmp_path / "base.toml").write_text(MAPPING, encoding="utf-8")
        rules.write_text(f'extends = "base.toml"\n{more}', encoding="utf-8")
        return converted(source, name=rules, catalogue=catalogue, **stored)

    return run


def test_good_rows_go_in_and_bad_ones_come_back_with_every_reason(convert: Convert) -> None:
    batch = convert(
        f"{START},closed,amount,probability\n"
        "A,One,Acme,proposal,2026-01-02,,100,\n"
        ",,Acme,nowhere,2026-02-30,,12x,200\n"
        "B,Two,Acme,won,2026-01-02,2025-01-01,5,\n"
        "C,Three,,qualified,2026-01-02,,1e20,\n"
        "D,Four,Acme,lost,2026-01-02,,5,\n"
    )
    assert [o.code for o in batch.opportunities] == ["A"]
    assert reasons(batch) == {
        3: [
            "code: This cell must be filled in.",
            "name: This cell must be filled in.",
            "opened: “2026-02-30” is not a date that can be read.",
            "amount: “12x” is not a number.",
            "probability: “200” is not a probability between 0 and 100%.",
            "status: No status is called “nowhere”: translate it in the mapping.",
        ],
        4: ["closed: It cannot be closed before its opening (02/01/2026)."],
        5: [
            "customer: This cell must be filled in.",
            "amount: Type at most 18 digits.",
        ],
        6: ["closed: Say on which date it was closed."],
    }
    count = batch.counts["opportunities"]
    assert (count.read, count.taken, count.rejected) == (5, 1, 4)


def test_a_code_that_comes_twice_is_refused_the_second_time(convert: Convert) -> None:
    batch = convert(
        f"{START}\nA,1,Acme,won,bad\nA,2,Acme,qualified,2026-01-02\nB,3,Acme,qualified,2026-01-02\n"
    )
    assert [o.code for o in batch.opportunities] == ["B"]
    assert reasons(batch)[3] == ["The code “A” already stands in row 2."]


def test_what_only_refused_rows_name_is_not_created(convert: Convert) -> None:
    batch = convert(
        f"{START},owner,sector\n"
        "A,1,Good,qualified,2026-01-02,Ann Lee,Toys\n"
        "B,2,Bad,qualified,never,Bob Roy,Games\n",
        '[fields]\nsector = { column = "sector", unknown = "create" }\n',
    )
    assert [c.name for c in batch.customers] == ["Good"]
    assert [(e.first_name, e.last_name) for e in batch.employees] == [("Ann", "Lee")]
    assert [(r.list_name, r.code, r.label_fr) for r in batch.references] == [
        ("sector", "toys", "Toys")
    ]
    only = batch.opportunities[0]
    assert only.customer_id == batch.customers[0].id
    assert only.responsibles == (Responsible(role="sales", employee_id=batch.employees[0].id or 0),)
    assert only.sector == "toys"


def test_people_are_found_by_name_whatever_case_and_accents(convert: Convert) -> None:
    batch = convert(
        f"{START},owner\nA,1,ENERGIE DU RHONE,qualified,2026-01-02,léa  FONTAINE\n",
        customers=[(5, "C-5", "Énergie du Rhône")],
        employees=[(6, "E-6", "Léa Fontaine")],
    )
    assert (batch.customers, batch.employees) == ((), ())
    assert batch.opportunities[0].customer_id == 5
    assert batch.opportunities[0].owner_id == 6


def test_of_two_customers_of_one_name_the_code_decides(convert: Convert) -> None:
    text = f"{START},number\nA,1,Twin,qualified,2026-01-02,C-6\nB,2,Twin,qualified,2026-01-02,\n"
    twins = [(5, "C-5", "Twin"), (6, "C-6", "Twin")]
    batch = convert(text, '[fields]\ncustomer = "number"\n', customers=twins)
    assert [(o.code, o.customer_id) for o in batch.opportunities] == [("A", 6)]
    assert reasons(batch) == {
        3: ["customer: Several customers are called “Twin”: give the customer's code."]
    }


@pytest.mark.parametrize(
    ("match", "second", "ids", "created"),
    [
        ("label", "X-1", [5, 5], []),
        ("label", "X-2", [1000, 1001], ["X-1", "X-2"]),  # two of that name: neither is meant
        ("code", "X-1", [1000, 1000], ["X-1"]),
    ],
)
def test_a_code_of_another_program_is_found_by_name(
    convert: Convert, match: str, second: str, ids: list[int], created: list[str]
) -> None:
    row = "1,Acme,qualified,2026-01-02"
    text = f"{START},number\nA,{row},X-1\nB,{row},{second}\n"
    more = f'[fields]\ncustomer = {{ column = "number", match = "{match}" }}\n'
    stored = [(5, "C-5", "ACME")]
    batch = convert(text, more, customers=stored)
    assert [o.customer_id for o in batch.opportunities] == ids
    assert [c.code for c in batch.customers] == created
    stored += [(c.id, c.code, c.name) for c in batch.customers]
    again = convert(text, more, customers=stored)
    assert again.opportunities == batch.opportunities
    assert again.customers == ()


def test_unknown_people_are_refused_unless_the_mapping_creates_them(convert: Convert) -> None:
    batch = convert(
        f"{START},owner\nA,1,Acme,qualified,2026-01-02,Ann\n",
        '[fields]\ncustomer_name = "customer"\nowner_name = "owner"\n',
    )
    assert reasons(batch) == {
        2: ["customer: There is no customer “Acme”.", "owner: There is no employee “Ann”."]
    }


@pytest.mark.parametrize(
    ("label", "code"),
    [
        ("proposal", "proposal"), ("PROPOSITION", "proposal"), ("À qualifier", "to_qualify"),
        ("a qualifier", "to_qualify"), ("To qualify", "to_qualify"), ("Offer sent", "negotiation"),
    ],
)  # fmt: skip
def test_statuses_are_known_by_code_label_and_translation(
    convert: Convert, label: str, code: str
) -> None:
    batch = convert(
        f"{START}\nA,1,Acme,{label},2026-01-02\n",
        '[fields]\nstatus = { column = "status", values = { "offer sent" = "negotiation" } }\n',
    )
    assert [o.status for o in batch.opportunities] == [code]


def test_the_probability_follows_the_status_unless_an_open_row_has_one(convert: Convert) -> None:
    batch = convert(
        f"{START},closed,probability\n"
        "A,1,Acme,proposal,2026-01-02,,\n"
        "B,2,Acme,proposal,2026-01-02,,0\n"
        "C,3,Acme,proposal,2026-01-02,,45\n"
        "D,4,Acme,won,2026-01-02,2026-02-02,30\n"
    )
    assert [(o.probability, o.probability_typed) for o in batch.opportunities] == [
        (Decimal("0.45"), False), (Decimal(0), True), (Decimal("0.45"), False), (Decimal(1), False),
    ]  # fmt: skip


def test_a_lost_one_without_a_reason_is_lost_for_an_unspecified_one(convert: Convert) -> None:
    batch = convert(f"{START},closed\nA,1,Acme,lost,2026-01-02,2026-01-03\n")
    assert batch.opportunities[0].loss_reason == "unspecified"


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ('missing = "earliest"', date(2026, 1, 2)),
        ('missing = "latest"', date(2026, 1, 9)),
        ('missing = "today"', TODAY),
        ('default = "2025-12-31"', date(2025, 12, 31)),
        ('fallback = ["other"]', date(2024, 2, 29)),
    ],
)
def test_what_stands_in_for_a_missing_date(convert: Convert, rule: str, expected: date) -> None:
    batch = convert(
        f"{START},other\nA,1,Acme,qualified,2026-01-02,\nB,2,Acme,qualified,2026-01-09,\n"
        "C,3,Acme,qualified, ,2024-02-29\n",
        f'[fields]\nopened_on = {{ column = "opened", {rule} }}\n',
    )
    assert batch.opportunities[2].opened_on == expected


def test_a_missing_amount_is_no_zero_and_a_zero_is_an_amount(convert: Convert) -> None:
    text = (
        f"{START},amount\nA,1,Acme,qualified,2026-01-02,\nB,2,Acme,qualified,2026-01-02,0\n"
        "C,3,Acme,qualified,2026-01-02,n/a\n"
    )
    batch = convert(text, '[fields]\namount = { column = "amount", empty = ["N/A"] }\n')
    assert [o.amount for o in batch.opportunities] == [None, Decimal(0), None]
    assert batch.without_amount == 2
    batch = convert(text, '[fields]\namount = { column = "amount", empty = ["N/A", "0"] }\n')
    assert batch.without_amount == 3


def test_amounts_are_rounded_once_to_the_decimals_of_their_currency(convert: Convert) -> None:
    batch = convert(
        f"{START},amount,cur\nA,1,Acme,qualified,2026-01-02,0.0049,EUR\n"
        "B,2,Acme,qualified,2026-01-02,2.5,JPY\nC,3,Acme,qualified,2026-01-02,-1.2345,TND\n"
        "D,4,Acme,qualified,2026-01-02,1,XXX\nE,5,Acme,qualified,2026-01-02,1,\n",
        '[fields]\ncurrency = "cur"\n',
        currency="CHF",
    )
    assert [(o.amount, o.currency) for o in batch.opportunities] == [
        (Decimal("0.00"), "EUR"), (Decimal(3), "JPY"), (Decimal("-1.235"), "TND"),
        (Decimal(1), "CHF"),
    ]  # fmt: skip
    assert reasons(batch) == {5: ["cur: There is no value XXX in this list."]}


def test_values_of_lists_are_created_once_and_found_again(convert: Convert) -> None:
    text = (
        f'{START},labels\nA,1,Acme,qualified,2026-01-02,"Blue sky, key  account"\n'
        "B,2,Acme,qualified,2026-01-02,BLUE SKY\n"
    )
    more = '[fields]\ntags = { column = "labels", separator = ",", unknown = "create" }\n'
    batch = convert(text, more)
    assert [o.tags for o in batch.opportunities] == [("blue_sky", "key_account"), ("blue_sky",)]
    assert [r.code for r in batch.references] == ["blue_sky", "key_account"]
    refused = convert(text, more.replace("create", "reject"))
    assert reasons(refused)[3] == ["labels: The list tag has no value “BLUE SKY”."]
    emptied = convert(text, more.replace("create", "empty"))
    assert [o.tags for o in emptied.opportunities] == [(), ()]


def test_a_subfamily_is_looked_for_in_its_family(convert: Convert) -> None:
    batch = convert(
        f"{START},family,sub\nA,1,Acme,qualified,2026-01-02,Toys,Other\n"
        "B,2,Acme,qualified,2026-01-02,Games,Other\nC,3,Acme,qualified,2026-01-02,,Other\n",
        '[fields]\nfamily = { column = "family", unknown = "create" }\n'
        'subfamily = { column = "sub", unknown = "create" }\n',
    )
    assert [(o.family, o.subfamily) for o in batch.opportunities] == [
        ("toys", "other"), ("games", "other_2"),
    ]  # fmt: skip
    assert list(reasons(batch)) == [4]


def test_rows_that_a_rule_leaves_out_are_counted_under_its_reason(convert: Convert) -> None:
    batch = convert(
        f"{START},deleted\nA,1,Acme,qualified,2026-01-02,TRUE\nB,2,Acme,qualified,2026-01-02,\n",
        '[[skip]]\ncolumn = "deleted"\nequals = "true"\nreason = "gone"\n',
    )
    count = batch.counts["opportunities"]
    assert [(rule.reason, rows) for rule, rows in count.skipped.items()] == [("gone", 1)]
    assert (count.read, count.taken, count.rejected) == (2, 1, 0)


FLAGS = """
[fields.status]
column = "status"
unknown = "nearest"
[[outcome]]
column = "won"
equals = "yes"
outcome = "won"
[[outcome]]
column = "won"
equals = "no"
outcome = "lost"
[[outcome]]
column = "won"
equals = "*"
outcome = "open"
"""


@pytest.mark.parametrize(
    ("label", "flag", "chance", "status"),
    [
        ("qualified", "no", "", "lost"),
        ("lost", "yes", "", "won"),
        ("strange", "yes", "", "won"),
        ("strange", "pending", "60", "negotiation"),
        ("strange", "pending", "", "to_qualify"),
        ("proposal", "pending", "90", "proposal"),
        ("won", "pending", "90", "signing"),
        ("proposal", "", "", "proposal"),
        ("strange", "", "60", None),
    ],
)
def test_flags_decide_over_labels(
    convert: Convert, label: str, flag: str, chance: str, status: str | None
) -> None:
    row = f"A,1,Acme,{label},2026-01-02,2026-01-03,{flag},{chance}"
    batch = convert(
        f"{START},closed,won,probability\n{row}\nB,2,Acme,won,2026-01-02,2026-01-03,,5\n", FLAGS
    )
    found = {o.code: o.status for o in batch.opportunities}
    assert found.get("A") == status


def test_an_opening_that_may_not_be_after_the_closing(convert: Convert) -> None:
    batch = convert(
        f"{START},closed\nA,1,Acme,won,2026-01-02,2025-12-24\n",
        '[fields]\nopened_on = { column = "opened", not_after = ["closed"] }\n',
    )
    assert batch.opportunities[0].opened_on == date(2025, 12, 24)


def test_a_name_put_together_and_a_text_with_a_prefix(convert: Convert) -> None:
    batch = convert(
        f"{START},note\nA,Fix,Acme,qualified,2026-01-02,x\nB,,Acme,qualified,2026-01-02,\n",
        '[fields]\ntitle = "name"\nname = { join = ["title", "customer_name"] }\n'
        'comment = { column = "note", prefix = "Note: " }\n',
    )
    assert [(o.name, o.comment) for o in batch.opportunities] == [
        ("Fix – Acme", "Note: x"), ("Acme", ""),
    ]  # fmt: skip


def test_what_the_file_does_not_feed_is_not_fed(convert: Convert) -> None:
    batch = convert(f"{START}\nA,1,Acme,qualified,2026-01-02\n")
    assert batch.fed == {"code", "name", "customer_name", "status", "opened_on"}


def test_progress_is_told_up_to_the_last_row(tmp_path: Path, catalogue: Catalogue) -> None:
    path = tmp_path / "file.csv"
    rows = [f"{n},x,Acme,qualified,2026-01-02" for n in range(4500)]
    path.write_text("\n".join([START, *rows]), encoding="utf-8")
    (tmp_path / "rules.toml").write_text(MAPPING, encoding="utf-8")
    rules = mapping.load(tmp_path / "rules.toml")
    told: list[tuple[int, int]] = []
    importer.convert(
        reader.read(path, rules), rules, directory(), catalogue, TODAY,
        lambda done, total: told.append((done, total)),
    )  # fmt: skip
    assert told == [(0, 4500), (2000, 4500), (4000, 4500), (4500, 4500)]


OWN = (
    "code,name,customer,customer_name,status,opened_on,site,responsibles,participants,origin,"
    "owner\nA,1,C-5,Acme,qualified,2026-01-02"
)
STORED = {
    "customers": [(5, "C-5", "Acme")],
    "employees": [(6, "E-6", "Ann Lee")],
    "contacts": [(7, 5, "Eve"), (8, 5, "Eve")],
    "sites": [(9, 5, "LYO", "Lyon")],
}


def own(tmp_path: Path, catalogue: Catalogue, cells: str) -> Batch:
    path = tmp_path / "own.csv"
    path.write_text(f"{OWN},{cells}\n", encoding="utf-8")
    return converted(path, name="oppkit", catalogue=catalogue, **STORED)


def test_links_of_oppkits_own_export(tmp_path: Path, catalogue: Catalogue) -> None:
    cells = "LYO,presales:E-6:Ann Lee,contact#2:Eve; employee:E-6,contact:Eve:C-5,E-6"
    only = own(tmp_path, catalogue, cells).opportunities[0]
    assert (only.site_id, only.origin_id, only.owner_id) == (9, 7, 6)
    assert only.participants == (Participant(contact_id=8), Participant(employee_id=6))
    assert only.responsibles == (
        Responsible(role="sales", employee_id=6), Responsible(role="presales", employee_id=6),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ("PAR,,,,", "site: This customer has no site “PAR”."),
        (",E-6,,,", "responsibles: “E-6” cannot be read as a list of people."),
        (",cook:E-6,,,", "responsibles: There is no value cook in this list."),
        (",,contact:Max,,", "participants: This customer has no contact “Max”."),
        (",,contact#3:Eve,,", "participants: This customer has no contact “Eve”."),
        (",,friend:Eve,,", "participants: “friend:Eve” cannot be read as a list of people."),
        (",,,moon,", "origin: There is no record “moon” that it could come from."),
    ],
)
def test_links_that_lead_nowhere(
    tmp_path: Path, catalogue: Catalogue, cells: str, reason: str
) -> None:
    assert reasons(own(tmp_path, catalogue, cells)) == {2: [reason]}


def test_an_event_that_is_not_here_leaves_the_origin_open(
    tmp_path: Path, catalogue: Catalogue
) -> None:
    assert own(tmp_path, catalogue, ",,,record:99,").opportunities[0].origin_id is None
