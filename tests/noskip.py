"""Makes a skipped test a failure, where every program that a test may need is installed.

Off unless OPPKIT_NO_SKIP is set: on a person's machine a test that finds no browser or no
PostgreSQL skips itself and says why. Only input files that are not part of the repository may
still be absent.
"""

import os
from collections.abc import Generator

import pytest

_MAY_BE_ABSENT = ("shared/data", "not beside this checkout")


def _refuse(report: pytest.TestReport | pytest.CollectReport) -> None:
    """Turn a skip into a failure that repeats the reason."""
    if not report.skipped or hasattr(report, "wasxfail"):
        return
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    if not any(words in reason for words in _MAY_BE_ABSENT):
        report.outcome = "failed"
        report.longrepr = f"Nothing may be skipped here. {reason}"


if os.environ.get("OPPKIT_NO_SKIP"):

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        _refuse(report)
        return report

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
        report = yield
        _refuse(report)
        return report
