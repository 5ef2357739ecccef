"""Copies the packaged notebooks for a user, and never over what that user changed."""

import hashlib
import itertools
import json
from collections.abc import Iterator
from pathlib import Path

from oppkit.locale import language, text

_RECORD = ".oppkit-notebooks.json"  # what was copied, by file: the hash it then had


def update(source: Path, target: Path) -> Iterator[str]:
    """Bring the notebooks of `source` into `target`; yield what the user should know.

    A file that still is as it was copied is brought up to date. A file with the user's own
    changes stays, and the new one is put beside it when the package has moved on.
    """
    target.mkdir(parents=True, exist_ok=True)
    record = _read(target / _RECORD)
    new = 0
    for name, content in _packaged(source).items():
        place = target / name
        if not place.exists() or _digest(place.read_bytes()) == record.get(name):
            new += not place.exists()
            _write(place, content)
        elif _digest(content) not in (record.get(name), _digest(place.read_bytes())):
            beside = _free(place)
            _write(beside, content)
            yield text("lab.kept", language(), name=name, new=beside.name)
        record[name] = _digest(content)
    (target / _RECORD).write_text(json.dumps(record, indent=1), encoding="utf-8")
    if new:
        yield text("lab.folder", language(), folder=target)


def _packaged(source: Path) -> dict[str, bytes]:
    """Return the notebooks to copy, by their path below `source`."""
    names = (path.relative_to(source) for path in sorted(source.rglob("*.ipynb")))
    return {
        name.as_posix(): (source / name).read_bytes()
        for name in names
        if ".ipynb_checkpoints" not in name.parts
    }


def _write(place: Path, content: bytes) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(content)


def _free(place: Path) -> Path:
    """Return a name beside `place` that nothing has yet."""
    stems = (f"{place.stem}-new{number or ''}" for number in itertools.count())
    return next(path for stem in stems if not (path := place.with_stem(stem)).exists())


def _read(path: Path) -> dict[str, str]:
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return {str(name): str(digest) for name, digest in dict(record).items()}


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
