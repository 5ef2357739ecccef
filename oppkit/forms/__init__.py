"""The workbench on the screen: ipywidgets, and small anywidgets where those have nothing.

import oppkit
from oppkit import forms
forms.page(oppkit.open())
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from oppkit.forms.main_page import Page
    from oppkit.workbench import Workbench

__all__ = ["page"]


def page(workbench: Workbench, language: str | None = None) -> Page:
    """The whole workbench as a widget; `language` is "fr" or "en" (default: OPPKIT_LANG)."""
    from oppkit.forms.main_page import Page

    return Page(workbench, language)
