"""A result as a file that the browser saves."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from oppkit.forms.dialog import Answer, Dialog
from oppkit.forms.fields import ChoiceField, Field
from oppkit.forms.screen import Screen
from oppkit.forms.widgets.download import Download
from oppkit.forms.widgets.frame import Frame
from oppkit.forms.widgets.plain import Plain
from oppkit.model import Search

FORMATS = ("xlsx", "csv", "parquet")
CONTENTS = ("opportunities", "lines")


def export_result(
    screen: Screen, criteria: Search, ending: str, what: str, download: Download
) -> int:  # fmt: skip
    """Write the whole result to a file and have the browser save it; the number of rows."""
    day = screen.workbench.today.isoformat()
    name = f"{screen.text(f'export.file_{what}')}-{day}.{ending}"
    with TemporaryDirectory() as folder:
        path = Path(folder) / name
        rows = screen.workbench.export(path, what, criteria)
        download.offer(name, path.read_bytes())
    screen.say("export.done", name=name, rows=screen.count("rows", rows))
    return rows


def export_dialog(
    screen: Screen, criteria: Search, count: int, selected: Sequence[int], download: Download
) -> Dialog:  # fmt: skip
    """Ask for the format, for opportunities or lines, and for the result or the selection."""
    say = screen.text
    ending = ChoiceField("format", say("export.format"), _named(screen, FORMATS), none=None)
    what = ChoiceField("what", say("export.what"), _named(screen, CONTENTS), none=None)
    fields: list[Field] = [ending, what]
    extent = ChoiceField("extent", say("export.extent"), none=None)
    if selected:
        extent.offer([
            ("selection", say("export.selection", count=screen.count("opportunities",
             len(selected)))),
            ("result", say("export.result", count=screen.count("opportunities", count))),
        ])  # fmt: skip
        fields.append(extent)

    def export() -> None:
        only = extent.read() == "selection"
        wanted = criteria.replace(ids=selected) if only else criteria
        screen.say("export.writing", "info")
        export_result(screen, wanted, ending.read() or "", what.read() or "", download)

    hint = Plain(text=say("export.hint"), tone="muted")
    return screen.ask(Dialog(
        say("export.title"), [Frame(language=screen.language), *(f.widget for f in fields), hint],
        [
            Answer(say("export.export"), export, "primary"),
            Answer(say("form.cancel"), lambda: None),
        ],
        screen.guard,
    ))  # fmt: skip


def _named(screen: Screen, names: Sequence[str]) -> list[tuple[str, str]]:
    return [(name, screen.text(f"export.{name}")) for name in names]
