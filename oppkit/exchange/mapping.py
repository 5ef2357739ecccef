"""Find a mapping by name or path and check it. What may stand in one: `oppkit.exchange.rules`."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from oppkit.exchange.errors import BadMapping, NoSuchMapping
from oppkit.exchange.rules import Mapping

_FOLDER = Path(__file__).with_name("mappings")


def built_in() -> list[str]:
    """The names of the mappings that come with oppkit."""
    return sorted(path.stem for path in _FOLDER.glob("*.toml"))


def load(name_or_path: str | Path) -> Mapping:
    """The mapping of this name, or in this .toml file.

    Raises `NoSuchMapping`, or `BadMapping` naming the key that is wrong.
    """
    path = _located(name_or_path)
    try:
        return Mapping.model_validate({"name": path.stem} | _content(path, ()))
    except ValidationError as error:
        raise BadMapping(path=path.name, detail=_first_fault(error)) from None


@cache
def _known() -> frozenset[str]:
    return frozenset(built_in())


def _located(name_or_path: str | Path) -> Path:
    if str(name_or_path) in _known():
        return _FOLDER / f"{name_or_path}.toml"
    path = Path(name_or_path)
    if path.suffix.lower() == ".toml" and path.is_file():
        return path
    raise NoSuchMapping(name=name_or_path, known=", ".join(built_in()))


def _content(path: Path, seen: tuple[Path, ...]) -> dict[str, Any]:
    """The file's content over that of the mapping it extends."""
    if path in seen:
        raise BadMapping(path=path.name, detail="'extends' leads back to the mapping itself")
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadMapping(path=path.name, detail=f"it is not TOML, {error}") from None
    except OSError as error:
        raise BadMapping(path=path.name, detail=str(error.strerror)) from None
    parent = content.pop("extends", None)
    if parent is None:
        return content
    own = path.parent / str(parent)
    base = own if own.is_file() else _located(str(parent))
    return _over(_content(base, (*seen, path)), content)


def _over(base: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """`changes` laid over `base`, table by table; a field's rule is replaced as a whole."""
    result = dict(base)
    for key, value in changes.items():
        table = isinstance(value, dict) and isinstance(base.get(key), dict)
        deep = table and key in {"lines", "file"}
        shallow = table and key == "fields"
        if deep:
            result[key] = _over(base[key], value)
        elif shallow:
            result[key] = base[key] | value
        else:
            result[key] = value
    return result


def _first_fault(error: ValidationError) -> str:
    """The first error as a clause: where it is, and what is wrong there."""
    item = error.errors(include_url=False)[0]
    place = ".".join(str(part) for part in item["loc"])
    if item["type"] == "extra_forbidden":
        return f"it does not know the key {place}"
    text = item["msg"].removeprefix("Value error, ")
    return f"{place}: {text[:1].lower()}{text[1:]}" if place else text
