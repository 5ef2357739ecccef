"""A page of Ana's, in each language, without a browser."""

from __future__ import annotations

import pytest

from oppkit.forms.screen import Screen
from oppkit.workbench import Workbench

EVIL = "<img src=x onerror=alert(1)>"


@pytest.fixture
def screen(workbench: Workbench) -> Screen:
    return Screen(workbench, "en")


@pytest.fixture
def french(workbench: Workbench) -> Screen:
    return Screen(workbench, "fr")
