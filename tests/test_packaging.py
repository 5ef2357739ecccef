"""What a clone and a wheel hold, and what they must not: machine paths, index hosts, weight."""

import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
PINS = ROOT / "requirements.txt"
SPARK_PINS = ROOT / "requirements-spark.txt"  # large, and of use to few

_BUILD = "import sys, hatchling.build; print(hatchling.build.build_wheel(sys.argv[1]))"
_HOSTS = ("py" + "pi.org", "python" + "hosted.org", "npm" + "js.org", "deb.de" + "bian.org")
_INDEX_OPTION = re.compile(r"(index-url|find-links|trusted-host)[ =:\"']+\S*://")
_MACHINE_PATH = re.compile(r"(?<![\w.])/(?:work|root|opt)/\w")
_HEAVY = {
    "adbc_driver_postgresql", "anywidget", "duckdb", "ibis", "IPython", "ipywidgets", "keyring",
    "numpy", "pandas", "plotly", "psycopg", "pyarrow", "pyspark", "scipy", "sklearn",
}  # fmt: skip


@pytest.fixture(scope="module")
def tracked() -> list[Path]:
    """Return the files under version control."""
    answer = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    paths = (ROOT / name for name in answer.stdout.decode().split("\0") if name)
    return [path for path in paths if path.is_file()]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-c", _BUILD, str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the wheel unpacked, as an installer would leave it."""
    folder = tmp_path_factory.mktemp("installed")
    zipfile.ZipFile(wheel).extractall(folder)
    return folder


def _in_package(path: Path) -> str:
    """Return where the wheel keeps a file of the checkout."""
    name = path.relative_to(ROOT).as_posix()
    return name if name.startswith("oppkit/") else f"oppkit/_share/{name}"


def test_the_wheel_carries_all_that_a_user_needs(wheel: Path, tracked: list[Path]) -> None:
    held = set(zipfile.ZipFile(wheel).namelist())
    shipped = {ROOT / "oppkit", ROOT / "notebooks", ROOT / "data"}
    wanted = {_in_package(path) for path in tracked if shipped.intersection(path.parents)}
    assert wanted - held == set()
    for pattern in (
        r"oppkit/_share/notebooks/.+\.ipynb",
        r"oppkit/_share/data/.+\.csv",
        r"oppkit/locale/.+\.toml",
        r"oppkit/exchange/mappings/.+\.toml",
        r"oppkit/store/sql/.+\.sql",
        r"oppkit/store/sql/migrations/.+\.sql",
        r"oppkit/lab_settings/.+\.json",
        r"oppkit/app_page/.+\.(css|html|html\.j2|js)",
        r"oppkit/py\.typed",
    ):
        assert any(re.fullmatch(pattern, name) for name in held), f"none like {pattern}"


def test_the_wheel_carries_nothing_made_by_use(wheel: Path) -> None:
    left = re.compile(r"\.duckdb|\.lock$|__pycache__|\.ipynb_checkpoints|\.parquet$|/tests/")
    assert [name for name in zipfile.ZipFile(wheel).namelist() if left.search(name)] == []
    assert wheel.stat().st_size < 2_000_000


def test_an_installed_package_finds_and_copies_its_own_files(
    installed: Path, tmp_path: Path
) -> None:
    script = (
        "from pathlib import Path; from oppkit import lab, resources;"
        "print(resources.in_checkout(), resources.folder('data'), lab._notebooks(None), sep='\\n')"
    )
    said = _python(script, tmp_path, installed).splitlines()
    copies = tmp_path / "oppkit-notebooks"
    assert said == [
        f"The notebooks are in {copies}.",
        "False",
        str(installed / "oppkit" / "_share" / "data"),
        str(copies),
    ]
    originals = {path.name for path in (ROOT / "notebooks").glob("*.ipynb")}
    assert {path.name for path in copies.glob("*.ipynb")} == originals


def test_importing_oppkit_loads_nothing_heavy(tmp_path: Path) -> None:
    script = "import sys, oppkit; print(*sys.modules)"
    assert _HEAVY.intersection(_python(script, tmp_path, ROOT).split()) == set()


def _python(script: str, folder: Path, package: Path) -> str:
    """Run a script in `folder` with the oppkit that lies in `package`."""
    start = f"import sys; sys.path.insert(0, {str(package)!r});"
    command = [sys.executable, "-c", start + script]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout


def test_no_file_names_a_package_host_or_a_path_of_a_machine(tracked: list[Path]) -> None:
    found = []
    for path in tracked:
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # a picture or a table, not text
        for number, line in enumerate(text.splitlines(), start=1):
            if _names_a_place(line):
                found.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()[:120]}")
    assert found == []


def _names_a_place(line: str) -> bool:
    return bool(
        any(host in line for host in _HOSTS)
        or _INDEX_OPTION.search(line)
        or _MACHINE_PATH.search(line)
    )


@pytest.mark.parametrize(
    "line",
    [
        "--index" + "-url https" + "://x.invalid",
        "see " + _HOSTS[0],
        "cd " + "/work" + "/main",
        "/root" + "/x",
    ],
)
def test_the_guard_sees_what_it_should(line: str) -> None:
    assert _names_a_place(line)


def test_the_repository_stays_light(tracked: list[Path]) -> None:
    sizes = {path.relative_to(ROOT).as_posix(): path.stat().st_size for path in tracked}
    assert {name: size for name, size in sizes.items() if size > 500_000} == {}
    assert sum(sizes.values()) < 10_000_000


def test_every_dependency_is_pinned_within_its_range_and_has_hashes() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = [text for extra in project["optional-dependencies"].values() for text in extra]
    # An extra may name another one of our own, whose libraries are among them.
    wanted = [text for text in (*project["dependencies"], *extras) if "oppkit[" not in text]
    entries = [
        entry for pins in (PINS, SPARK_PINS)
        for entry in re.split(r"\n(?=[A-Za-z0-9])", pins.read_text(encoding="utf-8"))[1:]
    ]  # fmt: skip
    pinned: dict[str, list[str]] = {}
    for entry in entries:
        name, version = entry.split(None, 1)[0].split("==")
        pinned.setdefault(canonicalize_name(name), []).append(version)
        assert "--hash=sha256:" in entry, f"{name} has no hash"
    for requirement in map(Requirement, wanted):
        versions = pinned.get(canonicalize_name(requirement.name), [])
        assert versions, f"{requirement.name} is not pinned: run 'make pins'"
        outside = [version for version in versions if version not in requirement.specifier]
        assert outside == [], f"{requirement} does not allow {outside}: run 'make pins'"
