"""Every notebook, opened and run in JupyterLab in a browser, in light and in dark."""

from pathlib import Path

import pytest

from oppkit import resources
from tests.browser.jupyter import NotebookPage

NOTEBOOKS = sorted(path.name for path in resources.folder("notebooks").glob("*.ipynb"))
_PLOTLY = "application/vnd.plotly.v1+json"

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"])
@pytest.mark.parametrize("notebook", NOTEBOOKS)
def test_notebook_runs_in_a_browser(
    notebook: str, theme: str, notebook_page: NotebookPage, pictures: Path
) -> None:
    notebook_page.open(notebook, theme)
    notebook_page.run_all()
    shown = [output for cell in notebook_page.outputs() for output in cell]
    picture = pictures / f"{Path(notebook).stem}-{theme.split()[-1].lower()}.png"
    notebook_page.picture(picture)
    notebook_page.unfold()
    charts = sum(_PLOTLY in output.get("data", {}) for output in shown)
    notebook_page.wait_for_visible(".js-plotly-plot .main-svg:first-of-type", charts)
    notebook_page.picture(picture.with_stem(f"{picture.stem}-whole"))

    assert [output for output in shown if output["output_type"] == "error"] == []
    assert [output for output in shown if output.get("name") == "stderr"] == []
    assert charts > 0
    assert notebook_page.visible(".jp-Dialog") == 0
    assert notebook_page.visible(".Toastify__toast") == 0
    assert notebook_page.strangers == []
    assert notebook_page.crashes == []
