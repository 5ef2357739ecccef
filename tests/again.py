"""Runs a browser test that failed a second time, with everything it uses started anew.

A browser, two servers and a kernel share the machine with whatever else runs on it: a thousand
such tests do not all pass on every run of every machine, which is why the templates of browser
test runners retry on build machines. Nothing is hidden: what failed first is told at the end of the
run, with its traceback, so that its cause can be found. Off unless OPPKIT_NO_SKIP is set, as it is
on build machines; a person sees each failure at once.
"""

import os
from collections.abc import Sequence

import pytest
from _pytest.runner import runtestprotocol

_FIRST = "failed first"
_WHERE = "browser"  # the folder


def _failures(reports: Sequence[pytest.TestReport]) -> str:
    return "\n".join(report.longreprtext for report in reports if report.failed)


def _ended(session: pytest.Session) -> bool:
    """Whether all fixtures, those of the module and the session too, could be ended."""
    end = session._setupstate.teardown_exact
    return pytest.CallInfo.from_call(lambda: end(None), when="teardown").excinfo is None


if os.environ.get("OPPKIT_NO_SKIP"):

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> bool | None:
        if item.path.parent.name != _WHERE:
            return None
        item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
        reports = runtestprotocol(item, log=False, nextitem=nextitem)
        if (told := _failures(reports)) and _ended(item.session):
            item.user_properties.append((_FIRST, told))
            reports = runtestprotocol(item, log=False, nextitem=nextitem)
        for report in reports:
            item.ihook.pytest_runtest_logreport(report=report)
        item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
        return True


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Tell what passed at the second try only, and what the first one said."""
    told = {
        report.nodeid: dict(report.user_properties)[_FIRST]
        for report in terminalreporter.stats.get("passed", ())
        if _FIRST in dict(report.user_properties)
    }
    if told:
        terminalreporter.section(f"{len(told)} passed at the second try")
    for name, failure in told.items():
        terminalreporter.section(name, "_")
        terminalreporter.write_line(failure)
