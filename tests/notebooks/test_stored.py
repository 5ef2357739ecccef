"""Each stored notebook is a page: short, run from top to bottom, nothing of a machine in it."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import nbformat
import pytest

from oppkit.resources import folder
from tests.notebooks.execute import normalised, without_widgets

NOTEBOOKS = sorted(folder("notebooks").glob("*.ipynb"))
WORKBENCH = folder("notebooks") / "03_workbench.ipynb"
PAPERS = folder("notebooks") / "04_quotes_and_affairs.ipynb"
RUN = sorted({*NOTEBOOKS} - {WORKBENCH})
CHARTS = sorted({*RUN} - {PAPERS})
CODE_CELLS, LINES, KILOBYTES = 12, 10, 200

_PATH = re.compile(r"(?<![\w.:/<])/(?:home|root|tmp|work|usr|opt|var|mnt|Users)/|[A-Z]:\\\\?\w")
_SQL = re.compile(
    r"\b(?:select\s.+\sfrom|insert\s+into|delete\s+from|update\s+\w+\s+set)\b", re.IGNORECASE
)
_CLOCK = {"now", "today", "utcnow", "time", "perf_counter", "monotonic"}
_FORBIDDEN = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.For, ast.While, ast.Lambda)


def read(path: Path) -> nbformat.NotebookNode:
    return nbformat.read(path, as_version=4)


def code(path: Path) -> list[nbformat.NotebookNode]:
    return [cell for cell in read(path).cells if cell.cell_type == "code"]


def test_the_pages_are_there() -> None:
    assert [path.name for path in NOTEBOOKS] == [
        "01_pipeline.ipynb", "02_forecast.ipynb", "03_workbench.ipynb",
        "04_quotes_and_affairs.ipynb", "05_what_changed.ipynb", "06_production_plan.ipynb",
        "07_funnel.ipynb", "08_likely_outcomes.ipynb", "09_has_it_been_right.ipynb",
    ]  # fmt: skip


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
class TestPage:
    """What a stored notebook must be."""

    def test_it_is_short(self, path: Path) -> None:
        cells = code(path)
        assert len(cells) <= CODE_CELLS
        assert all(len(cell.source.splitlines()) <= LINES for cell in cells)
        assert path.stat().st_size <= KILOBYTES * 1000

    def test_its_cells_only_ask_and_show(self, path: Path) -> None:
        for cell in code(path):
            for node in ast.walk(ast.parse(cell.source)):
                assert not isinstance(node, _FORBIDDEN), cell.source
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                    assert node.func.attr not in _CLOCK, cell.source
            assert not _SQL.search(cell.source)
            assert not cell.source.rstrip().endswith(";")

    def test_nothing_of_a_machine_is_in_it(self, path: Path) -> None:
        notebook = read(path)
        assert not _PATH.search(path.read_text(encoding="utf-8"))
        assert notebook == normalised(read(path))

    def test_it_explains_itself(self, path: Path) -> None:
        cells = read(path).cells
        assert cells[0].cell_type == "markdown"
        assert cells[0].source.startswith("# ")
        assert cells[-1].cell_type == "code"


@pytest.mark.parametrize("path", RUN, ids=lambda path: path.stem)
class TestRun:
    """What a notebook that was run must be besides."""

    def test_it_was_run_from_top_to_bottom(self, path: Path) -> None:
        cells = code(path)
        assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))

    def test_no_cell_failed_or_wrote_a_warning(self, path: Path) -> None:
        outputs = [output for cell in code(path) for output in cell.outputs]
        assert {output.output_type for output in outputs} <= {
            "display_data", "execute_result", "stream",
        }  # fmt: skip
        assert "stderr" not in {output.get("name") for output in outputs}


@pytest.mark.parametrize("path", CHARTS, ids=lambda path: path.stem)
class TestCharts:
    """What a notebook of charts must be besides."""

    def test_its_charts_are_drawn_by_jupyterlab_itself(self, path: Path) -> None:
        shown = [output.data for cell in code(path) for output in cell.outputs]
        charts = [data for data in shown if "application/vnd.plotly.v1+json" in data]
        assert charts
        assert not [data for data in shown if "<script" in str(data.get("text/html", ""))]
        assert "https://cdn" not in path.read_text(encoding="utf-8")


class TestWorkbench:
    """What the workbench must be besides: a widget, which lives in a kernel and is not stored."""

    def test_it_is_one_cell_that_was_never_run(self) -> None:
        (cell,) = code(WORKBENCH)
        assert (cell.execution_count, cell.outputs) == (None, [])

    def test_it_shows_no_code_and_its_output_is_not_compared(self) -> None:
        (cell,) = code(WORKBENCH)
        assert cell.metadata.jupyter.source_hidden
        assert cell.metadata.tags == ["nbval-ignore-output"]


def test_the_quote_and_the_affair_are_shown_as_they_are_printed() -> None:
    shown = [output.data.get("text/html", "") for cell in code(PAPERS)
             for output in cell.outputs if "data" in output]  # fmt: skip
    pages = [html for html in shown if 'src="data:image/png;base64,' in html]
    assert len(pages) == 2
    assert "oppkit.rehearse()" in code(PAPERS)[0].source  # it leaves the person's data as they are


def test_a_cell_with_a_widget_is_stored_as_if_never_run() -> None:
    shown = nbformat.v4.new_output("display_data", {"text/plain": "VBox()"})
    cells = [
        nbformat.v4.new_code_cell(
            "1", metadata={"tags": tags}, outputs=[shown], execution_count=number
        )
        for number, tags in enumerate([["nbval-ignore-output"], ["other"]], start=1)
    ]
    widget, other = without_widgets(nbformat.v4.new_notebook(cells=cells)).cells
    assert (widget.outputs, widget.execution_count) == ([], None)
    assert (other.outputs, other.execution_count) == ([shown], 2)


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("open('/home/ana/x.csv')", True),
        (r"open('C:\\Users\\ana')", True),
        ("a</td>/b", False),
        ("1/2", False),
    ],
)
def test_the_search_for_paths_finds_paths(source: str, found: bool) -> None:
    assert bool(_PATH.search(source)) == found
