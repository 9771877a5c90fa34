"""`tablewright doctor`: what an operator asks first, answered in sentences that name the remedy."""

from __future__ import annotations

import platform
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tablewright.core.errors import Problem
from tablewright.infra import telemetry
from tablewright.infra.settings import settings

_LEAST_FREE_BYTES = 2 << 30


@dataclass(frozen=True)
class Finding:
    """One thing looked at. `words` says what was found and, when it is bad, what to do."""

    subject: str
    ok: bool
    words: str

    def as_json(self) -> dict[str, Any]:
        return {"subject": self.subject, "ok": self.ok, "words": self.words}


def examine() -> list[Finding]:
    """Look at settings, folder, neighbours, queue and sandbox. Raises nothing: faults are findings."""
    telemetry.configure_logs("error", process="doctor")
    findings = [Finding("version", True, _version())]
    try:
        current = settings()
    except Problem as problem:
        return [*findings, Finding("settings", False, problem.detail)]
    mode = "embedded" if current.embedded_database else "services"
    findings.append(Finding("settings", True, f"complete, {mode} mode, data in {current.data_dir}"))
    findings += [_look(subject, look) for subject, look in (("disk", _disk), ("sandbox", _sandbox))]
    for check in telemetry.readiness():
        words = f"answers in {check.milliseconds} ms" if check.ok else check.words
        if check.part == "database" and not check.ok and current.embedded_database:
            words += "; the embedded one runs while `tablewright serve` does"
        findings.append(Finding(check.part, check.ok, words))
    if all(finding.ok for finding in findings if finding.subject == "database"):
        findings.append(_look("queue", _queue))
    return findings


def _version() -> str:
    from tablewright import __version__

    return f"Tablewright {__version__} on Python {platform.python_version()}, {platform.platform()}"


def _look(subject: str, look: Callable[[], tuple[bool, str]]) -> Finding:
    try:
        return Finding(subject, *look())
    except Exception as error:
        return Finding(subject, False, f"could not be examined ({type(error).__name__}: {error})"[:300])


def _disk() -> tuple[bool, str]:
    free = shutil.disk_usage(settings().data_dir).free
    enough = free >= _LEAST_FREE_BYTES
    remedy = "" if enough else "; at least 2 GB are needed to load files, so make room or move the data folder"
    return enough, f"{free / 2**30:.1f} GiB free{remedy}"


def _sandbox() -> tuple[bool, str]:
    from tablewright.infra import compute

    try:
        report = compute.sandbox_report()
    finally:
        compute.close()
    return True, ", ".join(f"{name}: {value}" for name, value in report.items())


def _queue() -> tuple[bool, str]:
    from sqlalchemy import text

    from tablewright.infra.db import transaction

    with transaction() as session:
        row = session.execute(
            text("""
                SELECT count(*) AS waiting,
                       coalesce(extract(epoch FROM clock_timestamp() - min(available_at)), 0) AS oldest
                FROM job_queue WHERE lease_until IS NULL AND available_at <= clock_timestamp()""")
        ).one()
    late = row.oldest > 300
    remedy = "; is `tablewright worker` running?" if late else ""
    return not late, f"{row.waiting} jobs wait, the oldest for {row.oldest:.0f} s{remedy}"
