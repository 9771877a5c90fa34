"""Rules that hold for every test of the backend.

The addresses of the real services come from `build/services.env`, which `make services` writes; a variable that is
already set wins. In CI a skipped test is a failure: it would say nothing, and look as if it said something.
"""

from __future__ import annotations

import os
from collections.abc import Generator
from pathlib import Path

import pytest

SERVICES = Path(__file__).resolve().parent.parent / "build" / "services.env"
NO_SKIPS = os.environ.get("CI", "").lower() in {"1", "true", "yes"}


def _read_services(path: Path) -> None:
    for line in path.read_text().splitlines() if path.is_file() else []:
        name, equals, value = line.partition("=")
        if equals and name.startswith("TABLEWRIGHT_TEST_"):
            os.environ.setdefault(name, value)


# Now, not in a hook: conftest files below this one read the addresses while they are imported.
_read_services(SERVICES)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if NO_SKIPS and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped, which CI does not allow: {report.longrepr}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    if NO_SKIPS and report.skipped:
        report.outcome = "failed"
        report.longrepr = f"a whole module skipped itself, which CI does not allow: {report.longrepr}"
    return report
