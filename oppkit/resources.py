"""Where the files beside the code are: in a checkout at its top, in a wheel inside the package."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_SHARED = _PACKAGE / "_share"  # only a wheel has it
_CHECKOUT = _PACKAGE.parent


def folder(name: str) -> Path:
    """Return the folder `name`: "data" (reference lists) or "notebooks"."""
    place = (_CHECKOUT if in_checkout() else _SHARED) / name
    if not place.is_dir():
        raise FileNotFoundError(f"oppkit's folder '{name}' is missing: install oppkit again.")
    return place


def in_checkout() -> bool:
    """Tell whether the code runs from a checkout, where people edit the notebooks in place."""
    return not _SHARED.is_dir() and (_CHECKOUT / "pyproject.toml").is_file()
