"""Every notebook, opened and run in JupyterLab in a browser, in light and in dark."""

from pathlib import Path
from typing import Any

import pytest

from oppkit import resources
from tests.browser.jupyter import NotebookPage

WORKBENCH = "03_workbench.ipynb"
PAPERS = "04_quotes_and_affairs.ipynb"
RUN = sorted({path.name for path in resources.folder("notebooks").glob("*.ipynb")} - {WORKBENCH})
THEMES = ("JupyterLab Light", "JupyterLab Dark")
_PLOTLY = "application/vnd.plotly.v1+json"

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.mark.parametrize("notebook", RUN)
def test_notebook_runs_in_a_browser(
    notebook: str, notebook_page: NotebookPage, pictures: Path
) -> None:
    notebook_page.open(notebook, THEMES[0])
    for theme in THEMES:
        notebook_page.fold()
        notebook_page.dress(theme)
        notebook_page.run_all()
        shown = [output for cell in notebook_page.outputs() for output in cell]
        picture = pictures / f"{Path(notebook).stem}-{theme.split()[-1].lower()}.png"
        notebook_page.picture(picture)
        notebook_page.unfold()
        charts = sum(_PLOTLY in output.get("data", {}) for output in shown)
        notebook_page.wait_for_visible(".js-plotly-plot .main-svg:first-of-type", charts)
        if notebook == PAPERS:  # has no charts: it shows what is printed
            notebook_page.wait_for_visible('.jp-OutputArea img[src^="data:image/png"]', 2)
        notebook_page.picture(picture.with_stem(f"{picture.stem}-whole"))

        assert charts > 0 or notebook == PAPERS
        _check_that_nothing_went_wrong(shown, notebook_page)


def test_the_workbench_opens_in_a_browser(notebook_page: NotebookPage, pictures: Path) -> None:
    notebook_page.open(WORKBENCH, THEMES[0])
    for theme in THEMES:
        notebook_page.dress(theme)
        notebook_page.run_all()
        shown = [output for cell in notebook_page.outputs() for output in cell]
        _check_that_nothing_went_wrong(shown, notebook_page)
        notebook_page.page.wait_for_selector(".jp-OutputArea-output .jupyter-widgets")
        notebook_page.picture(pictures / f"{Path(WORKBENCH).stem}-{theme.split()[-1].lower()}.png")
        assert notebook_page.visible(".jp-CodeCell .jp-InputArea-editor") == 0  # code is folded
        assert notebook_page.crashes == []


def _check_that_nothing_went_wrong(shown: list[dict[str, Any]], page: NotebookPage) -> None:
    assert [output for output in shown if output["output_type"] == "error"] == []
    assert [output for output in shown if output.get("name") == "stderr"] == []
    assert page.visible(".jp-Dialog") == 0
    assert page.visible(".Toastify__toast") == 0
    assert page.strangers == []
    assert page.crashes == []
