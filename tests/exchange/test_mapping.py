"""Mappings: found by name or path, checked, extended."""

from __future__ import annotations

from pathlib import Path

import pytest

from oppkit.exchange import mapping
from oppkit.exchange.errors import BadMapping, NoSuchMapping
from oppkit.exchange.rules import Rule

GOOD = '[fields]\ncode = "A"\nname = "B"\ncustomer_name = "C"\nopened_on = "D"\nstatus = "E"\n'


def given(tmp_path: Path, text: str, name: str = "own.toml") -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def test_every_built_in_mapping_can_be_used_and_says_what_it_is_for() -> None:
    names = mapping.built_in()
    assert {"oppkit", "salesforce", "hubspot", "odoo", "maven", "pipeline_command_center"} <= set(
        names
    )
    for name in names:
        rules = mapping.load(name)
        assert rules.name == name
        assert rules.description.endswith(".")


def test_a_mapping_of_ones_own(tmp_path: Path) -> None:
    rules = mapping.load(given(tmp_path, GOOD + 'amount = ["F", "G"]\n'))
    assert rules.name == "own"
    assert rules.fields["amount"] == Rule(column=("F", "G"))


def test_a_name_that_nothing_has() -> None:
    with pytest.raises(NoSuchMapping) as raised:
        mapping.load("pipedrive")
    assert str(raised.value) == (
        "There is no mapping pipedrive: give a .toml file or one of "
        "hubspot, maven, odoo, oppkit, pipeline_command_center, salesforce."
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[fields\n", "it is not TOML"),
        (GOOD + "colour = 'x'\n", "[fields] has no field colour"),
        (GOOD + "amount = { colum = 'x' }\n", "it does not know the key fields.amount.colum"),
        (GOOD + "[extra]\n", "it does not know the key extra"),
        (GOOD.replace('code = "A"\n', ""), "[fields] does not feed code"),
        (GOOD.replace('status = "E"\n', ""), "[fields] does not feed status"),
        (GOOD.replace('customer_name = "C"\n', ""), "neither customer nor customer_name"),
        (GOOD + "amount = { column = 'x', when = 'never' }\n", "fields.amount.when: input should"),
        (GOOD + "[file]\ndelimiter = ';;'\n", "file.delimiter: string should have at most 1"),
        (GOOD + "[lines]\njoin = 'x'\n[lines.fields]\nprice = 'y'\n", "has no field price"),
        ('extends = "own.toml"\n', "'extends' leads back to the mapping itself"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(BadMapping) as raised:
        mapping.load(given(tmp_path, text))
    sentence = str(raised.value)
    assert sentence.startswith("The mapping own.toml cannot be used: ")
    assert said in sentence
    assert "\n" not in sentence


def test_a_mapping_that_extends_another_says_only_what_differs(tmp_path: Path) -> None:
    text = (
        'extends = "salesforce"\nskip = []\n[fields]\ncurrency = { default = "USD" }\n'
        '[file]\ndecimal = ","\n[lines.fields]\nmargin = "Margin"\n'
    )
    own, base = mapping.load(given(tmp_path, text)), mapping.load("salesforce")
    assert own.skip == ()
    assert own.file.decimal == ","
    assert own.fields == {**base.fields, "currency": Rule(default="USD")}
    assert own.lines is not None
    assert base.lines is not None
    assert own.lines.fields == {**base.lines.fields, "margin": Rule(column=("Margin",))}
    assert own.lines.join == base.lines.join


def test_a_mapping_may_extend_one_beside_it(tmp_path: Path) -> None:
    given(tmp_path, GOOD, "base.toml")
    own = mapping.load(given(tmp_path, 'extends = "base.toml"\ndescription = "Mine."\n'))
    assert (own.description, own.name) == ("Mine.", "own")
    with pytest.raises(NoSuchMapping):
        mapping.load(given(tmp_path, 'extends = "nothing"\n', "lost.toml"))
