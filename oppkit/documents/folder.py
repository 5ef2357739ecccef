"""What a template may reach: a folder made for it, with copies of what belongs to it.

    /                   the template and what lies beside it
    /oppkit/            record.json, the logo, and what the built-in templates are made of

Typst refuses paths that lead out of a folder, but follows links: a firm's folder with a link that
leads out of it is refused.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from oppkit.documents.errors import FolderTooLarge, LeavesFolder, TextTooLong
from oppkit.documents.template import BUILT_IN, Template, own_folder

_RESERVED = "oppkit"
_LOGOS = ("logo.svg", "logo.png", "logo.jpg", "logo.jpeg")
_FONTS = "fonts"
_MOST_FILES = 500
_MOST_BYTES = 50_000_000
_LONGEST_TEXT = 100_000  # five times what the model takes


def fill(root: Path, template: Template, content: Mapping[str, Any]) -> Path:
    """Put all that a template needs into the folder `root`; gives the copy of the template."""
    require_printable(content)
    own = own_folder()
    if template.own:
        _copy(template.path.parent.resolve(), root)
    else:
        shutil.copy(template.path, root)
    reserved = root / _RESERVED
    shutil.copytree(BUILT_IN / _RESERVED, reserved, dirs_exist_ok=True)
    logo = _logo(own) if own else None
    if logo is not None:
        shutil.copy(logo, reserved)
    record = {**content, "logo": f"/{_RESERVED}/{logo.name}" if logo else ""}
    (reserved / "record.json").write_text(json.dumps(record, ensure_ascii=False), "utf-8")
    return root / template.path.name


def fonts() -> list[Path]:
    """The folders with the firm's own fonts."""
    own = own_folder()
    return [own / _FONTS] if own and (own / _FONTS).is_dir() else []


def require_printable(content: Any) -> None:
    """Refuse texts so long that no sheet can be meant. Raises `TextTooLong`."""
    if isinstance(content, str) and len(content) > _LONGEST_TEXT:
        raise TextTooLong(length=len(content), most=_LONGEST_TEXT)
    if isinstance(content, Mapping):
        content = list(content.values())
    if isinstance(content, list | tuple):
        for part in content:
            require_printable(part)


def _logo(own: Path) -> Path | None:
    found = next((own / name for name in _LOGOS if (own / name).is_file()), None)
    return inside(own, found) if found else None


def _copy(folder: Path, root: Path) -> None:
    size = 0
    for count, path in enumerate(_files(folder), 1):
        size += path.stat().st_size
        if count > _MOST_FILES or size > _MOST_BYTES:
            raise FolderTooLarge(path=folder, files=_MOST_FILES, megabytes=_MOST_BYTES // 1_000_000)
        place = root / path.relative_to(folder)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, place)


def _files(folder: Path) -> Iterator[Path]:
    """The regular files below a folder but fonts, which are handed over apart, and hidden ones."""
    for base, folders, names in os.walk(folder):
        here = Path(base)
        for name in [*folders, *names]:
            inside(folder, here / name)
        skipped = {_FONTS} if here == folder else set()
        folders[:] = sorted(n for n in folders if n not in skipped and not n.startswith("."))
        yield from (here / name for name in sorted(names) if (here / name).is_file())


def inside(folder: Path, path: Path) -> Path:
    """The path, unless it is a link that leads out of the folder. Raises `LeavesFolder`."""
    if not path.resolve().is_relative_to(folder):
        raise LeavesFolder(path=path)
    return path
