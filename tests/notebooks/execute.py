"""Runs the notebooks on the demo company and stores what they show: the one recipe for it.

    python -m tests.notebooks.execute            every notebook
    python -m tests.notebooks.execute 02         those whose name has "02" in it

The demo is a fresh one, so that nothing a person did to theirs is stored, and the language English.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient

from oppkit import demo
from oppkit.resources import folder

# A widget lives in its kernel: stored, it would open as "model not found".
_WIDGET = "nbval-ignore-output"

_KEPT = ("jupyter", "tags")  # of a cell's metadata: folded code, and tags
_KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}


def execute(path: Path, database: Path, language: str = "en") -> nbformat.NotebookNode:
    """The notebook at `path` run on `database`. Raises `CellExecutionError` where a cell fails."""
    notebook = nbformat.read(path, as_version=4)
    os.environ["OPPKIT_DB"], os.environ["OPPKIT_LANG"] = str(database), language
    client = NotebookClient(
        notebook, timeout=120, kernel_name="python3", record_timing=False,
        resources={"metadata": {"path": str(path.parent)}},
    )  # fmt: skip
    client.execute()
    return normalised(notebook)


def normalised(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Without what tells machines apart: versions, timings, what an editor left behind."""
    notebook.metadata = nbformat.from_dict(
        {"kernelspec": _KERNEL, "language_info": {"name": "python"}}
    )
    for cell in notebook.cells:
        kept = {name: cell.metadata[name] for name in _KEPT if cell.metadata.get(name)}
        cell.metadata = nbformat.from_dict(kept)
    return notebook


def without_widgets(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """With the cells that show widgets as if they were never run."""
    for cell in notebook.cells:
        if _WIDGET in cell.metadata.get("tags", []):
            cell.outputs, cell.execution_count = [], None
    return notebook


def main(wanted: str = "") -> None:
    """Run and store every notebook whose name has `wanted` in it."""
    with tempfile.TemporaryDirectory(prefix="oppkit-demo-") as place:
        database = Path(place) / "demo.duckdb"
        demo.ensure(database)
        for path in sorted(folder("notebooks").glob("*.ipynb")):
            if wanted not in path.name:
                continue
            nbformat.write(without_widgets(execute(path, database)), path)
            print(f"{path.name}: {path.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main(*sys.argv[1:])
