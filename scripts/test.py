"""Runs the stages of `make test` and says the truth about all of them in one last line.

Two lanes run beside one another: the core with the engines, and the checks with the tests that need services. What
kills processes or drives a browser runs alone, after them. A stage that fails does not stop those that can still say
something. What is counted comes from the reports that the test runners write, not from their words: a runner
that dies without a report is one failure.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET  # our own runners' reports

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build"
REPORTS = BUILD / "reports"
PYTHON = str(ROOT / "backend" / ".venv" / "bin" / "python")


@dataclass(frozen=True)
class Outcome:
    """What one stage found. `failures` names what failed, as far as it is known."""

    passed: int
    failed: int
    skipped: int = 0
    failures: tuple[str, ...] = ()


def run(command: list[str], folder: Path = ROOT, output: Path | None = None) -> int:
    """The exit status of a command; what it says goes to this run's own output, or to a file."""
    if output is None:
        return subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, check=False).returncode
    with output.open("wb") as file:
        return subprocess.run(
            command, cwd=folder, stdin=subprocess.DEVNULL, stdout=file, stderr=subprocess.STDOUT, check=False
        ).returncode


def from_junit(path: Path, status: int, name: str) -> Outcome:
    """The counts of a JUnit file; never green when the runner itself was not."""
    try:
        cases = list(ET.parse(path).getroot().iter("testcase"))  # noqa: S314 - written by our own runner just now
    except (OSError, ET.ParseError):
        return Outcome(0, 1, failures=(f"{name} ended with status {status} and without a report",))
    failures = []
    skipped = 0
    for case in cases:
        kinds = {child.tag for child in case}
        if kinds & {"failure", "error"}:
            failures.append(f"{case.get('classname', '')} {case.get('name', '')}".strip())
        elif "skipped" in kinds:
            skipped += 1
    if not cases:
        failures.append(f"{name} found no tests")
    elif status != 0 and not failures:
        failures.append(f"{name} ended with status {status}")
    return Outcome(max(0, len(cases) - len(failures) - skipped), len(failures), skipped, tuple(failures))


def one(status: int, name: str) -> Outcome:
    return Outcome(1, 0) if status == 0 else Outcome(0, 1, failures=(f"{name} ended with status {status}",))


def checks() -> Outcome:
    report = REPORTS / "checks.json"
    status = run([PYTHON, "scripts/check.py", "--json", str(report)])
    if not report.is_file():
        return Outcome(0, 1, failures=(f"checks ended with status {status} and without a report",))
    results = json.loads(report.read_text())
    failures = tuple(name for name, result in results.items() if not result["ok"])
    return Outcome(len(results) - len(failures), len(failures), failures=failures)


def build() -> Outcome:
    status = run(["bash", "scripts/web.sh"])
    return one(status or run(["bash", "scripts/build.sh"]), "build")


def services() -> Outcome:
    return one(run(["bash", "scripts/services/all.sh"]), "services")


def vitest(package: str) -> Outcome:
    report = REPORTS / f"{package}.xml"
    status = run(
        ["node_modules/.bin/vitest", "run", "--reporter=default", "--reporter=junit", f"--outputFile.junit={report}"],
        ROOT / package,
    )
    return from_junit(report, status, package)


def pytest(name: str, arguments: list[str], output: Path | None = None) -> Outcome:
    report = REPORTS / f"{name}.xml"
    status = run([PYTHON, "-m", "pytest", f"--junit-xml={report}", *arguments], ROOT / "backend", output)
    return from_junit(report, status, name)


LANE = ("core", "engines")
AFTER_DOMAINS = ("infra", "release")
ALONE = ("faults", "journeys")


def domains() -> list[str]:
    """What is in tests/ and has no stage of its own: a new folder is never forgotten."""
    tests = ROOT / "backend" / "tests"
    found = {path.relative_to(tests).parts[0] for path in tests.rglob("test_*.py")}
    return sorted(found - {*LANE, *AFTER_DOMAINS, *ALONE})


def tests_in(*folders: str) -> list[str]:
    return [f"tests/{folder}" for folder in folders]


def log_of(stage: str) -> Path:
    """Where a stage writes that runs beside others."""
    return BUILD / f"{stage}-tests.log"


Stage = tuple[str, Callable[[], Outcome]]
BEFORE: list[Stage] = [("build", build), ("services", services)]
MEANWHILE: list[Stage] = [(name, lambda name=name: pytest(name, tests_in(name), log_of(name))) for name in LANE]
BESIDE: list[Stage] = [
    ("checks", checks),
    ("charts", lambda: vitest("charts")),
    ("frontend", lambda: vitest("frontend")),
    ("domains", lambda: pytest("domains", tests_in(*domains()))),
    *((name, lambda name=name: pytest(name, tests_in(name))) for name in AFTER_DOMAINS),
]
AFTER: list[Stage] = [("product", lambda: pytest("product", tests_in(*ALONE)))]
CHOSEN: list[Stage] = [
    *BEFORE,
    *(stage for stage in BESIDE if stage[0] in ("checks", "charts", "frontend")),
    ("chosen tests", lambda: pytest("chosen", sys.argv[1:])),
]

Outcomes = dict[str, tuple[Outcome, float]]


def timed(stage: Stage) -> tuple[Outcome, float]:
    before = time.monotonic()
    return stage[1](), time.monotonic() - before


def follow(stages: list[Stage], outcomes: Outcomes) -> None:
    for stage in stages:
        print(f"\n== {stage[0]}", flush=True)
        outcomes[stage[0]] = timed(stage)


def everything(outcomes: Outcomes) -> None:
    follow(BEFORE, outcomes)
    with ThreadPoolExecutor(1) as beside:
        waiting = [(stage[0], beside.submit(timed, stage)) for stage in MEANWHILE]
        follow(BESIDE, outcomes)
        for name, outcome in waiting:
            outcomes[name] = outcome.result()
            print(f"\n== {name}")
            print(log_of(name).read_text("utf-8", "replace"), flush=True)
    follow(AFTER, outcomes)


def main() -> int:
    REPORTS.mkdir(parents=True, exist_ok=True)
    for old in REPORTS.iterdir():
        old.unlink()
    started = time.monotonic()
    outcomes: Outcomes = {}
    if sys.argv[1:]:
        follow(CHOSEN, outcomes)
    else:
        everything(outcomes)
    print("\n== summary")
    for name, (outcome, seconds) in outcomes.items():
        skipped = f", {outcome.skipped} skipped" if outcome.skipped else ""
        print(f"  {name:<22} {outcome.passed:>5} passed, {outcome.failed:>3} failed{skipped}  ({seconds:.0f} s)")
        for failure in outcome.failures[:40]:
            print(f"      failed: {failure}")
    passed = sum(outcome.passed for outcome, _ in outcomes.values())
    failed = sum(outcome.failed for outcome, _ in outcomes.values())
    skipped = sum(outcome.skipped for outcome, _ in outcomes.values())
    print(f"  whole run: {(time.monotonic() - started) / 60:.1f} min")
    if skipped:
        # A skipped test says nothing. Where it matters (CI) the test run itself has turned it into a failure.
        print(f"  {skipped} tests were skipped and are not counted as passed.")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
