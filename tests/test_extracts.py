"""The pipeline in Parquet files: what it answers on DuckDB, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import ibis
import pytest

import oppkit
from oppkit import locale
from oppkit.extract_files import ExtractDamaged, FolderTaken, NewerExtract, NotAnExtract
from oppkit.extracts import OneDayOnly, open_extract
from oppkit.model import Opportunity, UserError
from oppkit.movements import MovementBackwards
from oppkit.workbench import Workbench
from tests.clock import TODAY
from tests.conftest import Command

Saved = Callable[..., Opportunity]
SINCE = date(2026, 6, 1)


@pytest.fixture(scope="module")
def company(
    demo_company: Callable[[Path, int], Path], tmp_path_factory: pytest.TempPathFactory
) -> Workbench:
    """A company with its history, at another currency's rates too."""
    return oppkit.open(demo_company(tmp_path_factory.mktemp("extracts") / "demo.duckdb", 200))


@pytest.fixture(scope="module")
def folder(company: Workbench, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An extract of two days, in a folder whose name other programs take for a pattern."""
    made = tmp_path_factory.mktemp("of") / "ana's [50 %] *pipeline*"
    company.extract(made, since=SINCE)
    return made


@pytest.fixture
def small(workbench: Workbench, saved: Saved, tmp_path: Path) -> Path:
    """An extract of one day with one opportunity in it."""
    saved(expected_signature=TODAY + timedelta(days=40))
    workbench.extract(tmp_path / "small")
    return tmp_path / "small"


def test_answers_are_those_of_the_workbench(company: Workbench, folder: Path) -> None:
    extract = oppkit.open_extract(folder)
    by = ["month", "owner"]
    assert (
        extract.forecast(by, labels="fr").as_json() == company.forecast(by, labels="fr").as_json()
    )
    ours, theirs = (asked.distribution(["quarter"], target=500_000) for asked in (extract, company))
    assert ours.as_json() == theirs.as_json()
    assert extract.schedule(by).as_json() == company.schedule(by).as_json()
    ours, theirs = (
        extract.movement(["owner"], "2026"),
        company.movement(SINCE, None, ["owner"], "2026"),
    )
    assert ours.as_json() == theirs.as_json()
    assert (extract.as_of, extract.since, extract.currency) == (company.today, SINCE, "EUR")


def test_the_files_are_divided_by_the_year_of_the_signature(folder: Path) -> None:
    told = json.loads((folder / "extract.json").read_text(encoding="utf-8"))
    assert (told["as_of"], told["since"], told["currency"]) == ("2026-09-15", "2026-06-01", "EUR")
    for name in ("opportunity", "line"):
        places = {Path(file).parent.name for file in told["tables"][f"closing/{name}"]["files"]}
        assert {"signature_year=2026", "signature_year=2027"} < places
    backend = ibis.duckdb.connect()
    place = folder / "closing" / "opportunity" / "signature_year=2027"
    some = backend.read_parquet([*place.iterdir()])
    assert set(some.expected_signature.year().to_pyarrow().to_pylist()) == {2027}


def test_an_extract_can_be_of_a_past_day(company: Workbench, tmp_path: Path) -> None:
    rows = company.extract(tmp_path / "past", SINCE)
    extract = open_extract(tmp_path / "past")
    assert extract.forecast().as_json() == company.forecast(as_of=SINCE).as_json()
    snapshot = company.snapshot(SINCE)
    tables = (snapshot.opportunity, snapshot.line, snapshot.tag, snapshot.label, snapshot.affair,
              snapshot.affair_tag)  # fmt: skip
    assert rows == sum(table.count().to_pyarrow().as_py() for table in tables)


def test_nothing_is_there_yet(workbench: Workbench, tmp_path: Path) -> None:
    workbench.extract(tmp_path / "empty", TODAY, TODAY)
    extract = open_extract(tmp_path / "empty")
    assert extract.forecast().as_json() == workbench.forecast().as_json()
    assert len(extract.schedule().rows) == 0
    assert set(extract.movement().rows.opportunities) == {0}


def test_two_extracts_share_a_connection(small: Path, company: Workbench, folder: Path) -> None:
    connection = ibis.duckdb.connect()
    mine, other = (open_extract(place, connection) for place in (small, folder))
    mine.forecast()
    assert other.forecast().as_json() == company.forecast().as_json()
    assert len(mine.forecast().rows) == 1


def test_an_extract_of_one_day_tells_no_movement(small: Path) -> None:
    with pytest.raises(OneDayOnly, match="--since"):
        open_extract(small).movement()


def test_the_days_must_be_in_order(workbench: Workbench, tmp_path: Path) -> None:
    with pytest.raises(MovementBackwards):
        workbench.extract(tmp_path / "new", TODAY, TODAY + timedelta(days=1))
    assert list(tmp_path.glob("new*")) == []


def test_an_extract_is_replaced_by_the_next(
    workbench: Workbench, saved: Saved, small: Path
) -> None:
    saved(expected_signature=TODAY)
    workbench.extract(small, since=TODAY)
    assert open_extract(small).forecast().rows.opportunities.sum() == 2
    workbench.extract(small)
    assert not (small / "opening").exists()
    assert [path.name for path in small.parent.iterdir() if path.name.startswith(".")] == []


def test_an_empty_folder_may_be_filled(workbench: Workbench, tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    workbench.extract(tmp_path / "new")
    assert open_extract(tmp_path / "new").as_of == workbench.today


@pytest.mark.parametrize("beside", ["notes.txt", "extract.json", "closing"])
def test_what_is_no_extract_stays_as_it_is(
    workbench: Workbench, tmp_path: Path, beside: str
) -> None:
    taken = tmp_path / "taken"
    taken.mkdir()
    (taken / beside).write_text("{}")
    with pytest.raises(FolderTaken, match="nothing was touched"):
        workbench.extract(taken)
    with pytest.raises(FolderTaken):
        workbench.extract(taken / beside)
    assert [path.name for path in taken.iterdir()] == [beside]
    assert (taken / beside).read_text() == "{}"


def test_files_of_ones_own_beside_an_extract_are_kept(workbench: Workbench, small: Path) -> None:
    (small / "notes.txt").write_text("mine")
    with pytest.raises(FolderTaken):
        workbench.extract(small)
    assert (small / "notes.txt").read_text() == "mine"


def test_a_folder_without_a_list_is_no_extract(tmp_path: Path) -> None:
    for place in (tmp_path, tmp_path / "not there"):
        with pytest.raises(NotAnExtract, match="oppkit export"):
            open_extract(place)


def _a_file(folder: Path) -> Path:
    return next((folder / "closing" / "line").rglob("*.parquet"))


def _of_the_list(folder: Path, **changed: Any) -> None:
    told = json.loads((folder / "extract.json").read_text(encoding="utf-8"))
    (folder / "extract.json").write_text(json.dumps(told | changed), encoding="utf-8")


DAMAGES: dict[str, Callable[[Path], object]] = {
    "a file is gone": lambda folder: _a_file(folder).unlink(),
    "a file was cut off": lambda folder: _a_file(folder).write_bytes(
        _a_file(folder).read_bytes()[:-9]
    ),
    "a file is another": lambda folder: _a_file(folder).write_bytes(
        b"x" * _a_file(folder).stat().st_size
    ),
    "a file too many": lambda folder: (_a_file(folder).parent / "more.parquet").touch(),
    "a list of nothing": lambda folder: _of_the_list(folder, tables={}),
    "no day": lambda folder: _of_the_list(folder, as_of="soon"),
    "half a list": lambda folder: (folder / "extract.json").write_text('{"format": 1'),
    "another list": lambda folder: (folder / "extract.json").write_text("[]"),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_what_is_damaged_is_not_read(small: Path, damage: str) -> None:
    DAMAGES[damage](small)
    with pytest.raises(ExtractDamaged, match="oppkit export"):
        open_extract(small)


def test_rows_are_counted(small: Path, tmp_path: Path) -> None:
    told = json.loads((small / "extract.json").read_text(encoding="utf-8"))
    told["tables"]["closing/line"]["rows"] += 1
    _of_the_list(small, tables=told["tables"])
    with pytest.raises(ExtractDamaged, match="1 rows instead of 2"):
        open_extract(small)


def test_one_of_a_newer_program_says_so(small: Path) -> None:
    _of_the_list(small, format=2)
    with pytest.raises(NewerExtract, match="Update oppkit"):
        open_extract(small)


def test_an_export_and_a_forecast_on_the_command_line(
    company: Workbench, tmp_path: Path, command: Command
) -> None:
    database, made = company.store.engine.place, tmp_path / "made"
    code, _, complaints = command("export", made, "--format", "parquet", "--db", database)
    assert (code, complaints) == (0, "")
    asked = ("--by", "quarter", "--target", "500000", "--format", "json")
    found = command("forecast", "--from", made, *asked)
    assert found == command("forecast", "--db", database, *asked)
    assert json.loads(found[1])["chance"] > 0
    code, said, complaints = command(
        "export", tmp_path, "--format", "parquet", "--db", database, lang="fr"
    )
    assert (code, said) == (1, "")
    assert "contient déjà autre chose" in complaints


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("export", "f", "--format", "parquet", "--what", "lines"), "leave out --what"),
        (("export", "f.csv", "--as-of", "2026-06-01"), "add --format parquet"),
        (("forecast", "--engine", "spark"), "--from FOLDER"),
        (("forecast", "--from", "f", "--db", "x.duckdb"), "leave out --as-of"),
        (("forecast", "--from", "f", "--method", "calibrated"), "without --from"),
        (("forecast", "--from", "f", "--correlation", "auto"), "without --from"),
        (("forecast", "--from", "f", "--engine", "duckdb", "--master", "m"), "--engine spark"),
    ],
)
def test_what_does_not_go_together_is_said(
    arguments: tuple[str, ...], words: str, command: Command
) -> None:
    code, _, complaints = command(*arguments)
    assert code == 2
    assert words in " ".join(complaints.replace("│", " ").split())


def test_an_engine_that_there_is_not(small: Path, command: Command) -> None:
    sentence = "There is no engine abacus. Choose among: duckdb, spark.\n"
    assert command("forecast", "--from", small, "--engine", "abacus") == (1, "", sentence)


def test_a_page_that_was_changed_ends_in_a_sentence(small: Path, command: Command) -> None:
    file = _a_file(small)
    whole = bytearray(file.read_bytes())
    whole[4:60] = bytes(56)
    file.write_bytes(whole)
    code, said, complaints = command("forecast", "--from", small, "--by", "sale_type", lang="fr")
    assert (code, said) == (1, "")
    assert complaints.startswith("L'extrait n'a pas pu être lu (")


def test_every_sentence_has_its_french() -> None:
    for kind in (ExtractDamaged, FolderTaken, NewerExtract, NotAnExtract, OneDayOnly):
        error: UserError = kind(path="/x", detail="d")
        assert locale.say(error, "fr") != str(error)
        assert "/x" in locale.say(error, "fr")
