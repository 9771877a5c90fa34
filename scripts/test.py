"""Runs the stages of `make test` and says the truth about all of them in one last line.

Two stages run beside one another, each with its words in a log of its own that is printed when it ends. What kills
processes or drives a browser, and waits more than it works, comes after the others and beside its like. A stage that
fails does not stop those that can still say something. What is counted comes from the reports that the test runners
write, not from their words: a runner that dies without a report is one failure.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET  # our own runners' reports

ROOT = Path(__file__).resolve().parent.parent
REPORTS = ROOT / "build" / "reports"
PYTHON = str(ROOT / "backend" / ".venv" / "bin" / "python")


@dataclass(frozen=True)
class Outcome:
    """What one stage found. `failures` names what failed, as far as it is known."""

    passed: int
    failed: int
    skipped: int = 0
    failures: tuple[str, ...] = ()


def run(command: list[str], output: Path, folder: Path = ROOT) -> int:
    """The exit status of a command; what it says is added to a file."""
    with output.open("ab") as file:
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


def checks(log: Path) -> Outcome:
    report = REPORTS / "checks.json"
    status = run([PYTHON, "scripts/check.py", "--json", str(report)], log)
    if not report.is_file():
        return Outcome(0, 1, failures=(f"checks ended with status {status} and without a report",))
    results = json.loads(report.read_text())
    failures = tuple(name for name, result in results.items() if not result["ok"])
    return Outcome(len(results) - len(failures), len(failures), failures=failures)


def build(log: Path) -> Outcome:
    status = run(["bash", "scripts/web.sh"], log)
    return one(status or run(["bash", "scripts/build.sh"], log), "build")


def services(log: Path) -> Outcome:
    return one(run(["bash", "scripts/services/all.sh"], log), "services")


def vitest(package: str, log: Path) -> Outcome:
    report = REPORTS / f"{package}.xml"
    command = ["node_modules/.bin/vitest", "run", "--reporter=default", "--reporter=junit"]
    status = run([*command, f"--outputFile.junit={report}"], log, ROOT / package)
    return from_junit(report, status, package)


def pytest(name: str, arguments: list[str], log: Path) -> Outcome:
    report = REPORTS / f"{name}.xml"
    status = run([PYTHON, "-m", "pytest", f"--junit-xml={report}", *arguments], log, ROOT / "backend")
    return from_junit(report, status, name)


TESTS = ROOT / "backend" / "tests"
BY_THEMSELVES = ("core", "engines", "infra", "release")
"""Folders of tests that make a stage each."""
WAITING = ("faults", "journeys")
"""Folders of tests that wait for processes and pages: a stage for each file."""


def domains() -> list[str]:
    """What is in tests/ and has no stage of its own: a new folder is never forgotten."""
    found = {path.relative_to(TESTS).parts[0] for path in TESTS.rglob("test_*.py")}
    return sorted(found - {*BY_THEMSELVES, *WAITING})


Stage = tuple[str, Callable[[Path], Outcome]]


def tests(name: str, *paths: str) -> Stage:
    return name, lambda log: pytest(name, [f"tests/{path}" for path in paths], log)


def waiting() -> list[Stage]:
    files = (path.relative_to(TESTS) for folder in WAITING for path in sorted((TESTS / folder).rglob("test_*.py")))
    return [tests(f"{path.parts[0]}-{path.stem.removeprefix('test_')}", str(path)) for path in files]


BEFORE: list[Stage] = [("build", build), ("services", services)]
QUICK: list[Stage] = [
    ("checks", checks),
    ("charts", lambda log: vitest("charts", log)),
    ("frontend", lambda log: vitest("frontend", log)),
]
WORKING: list[Stage] = [  # the longest first, so that both lanes end at about the same time
    tests("core", "core"),
    tests("domains", *domains()),
    tests("engines", "engines"),
    tests("infra", "infra"),
    *QUICK,
    tests("release", "release"),
]
LANES = 2

Outcomes = dict[str, tuple[Outcome, float]]


def follow(stages: list[Stage], outcomes: Outcomes, lanes: int = 1) -> None:
    """Runs stages in their order, so many at a time, and prints what each said when it has ended."""

    def timed(stage: Stage) -> tuple[str, Outcome, float]:
        name, does = stage
        log = REPORTS / f"{name}.log"
        log.unlink(missing_ok=True)
        before = time.monotonic()
        return name, does(log), time.monotonic() - before

    with ThreadPoolExecutor(lanes) as pool:
        for ended in as_completed([pool.submit(timed, stage) for stage in stages]):
            name, outcome, seconds = ended.result()
            outcomes[name] = outcome, seconds
            print(f"\n== {name} ({seconds:.0f} s)")
            print((REPORTS / f"{name}.log").read_text("utf-8", "replace"), flush=True)


def main() -> int:
    REPORTS.mkdir(parents=True, exist_ok=True)
    for old in REPORTS.iterdir():
        old.unlink()
    started = time.monotonic()
    outcomes: Outcomes = {}
    follow(BEFORE, outcomes)
    if sys.argv[1:]:
        follow([*QUICK, ("chosen tests", lambda log: pytest("chosen", sys.argv[1:], log))], outcomes)
    else:
        follow(WORKING, outcomes, LANES)
        follow(waiting(), outcomes, LANES)
    print("\n== summary")
    for name, (outcome, seconds) in outcomes.items():
        skipped = f", {outcome.skipped} skipped" if outcome.skipped else ""
        print(f"  {name:<32} {outcome.passed:>5} passed, {outcome.failed:>3} failed{skipped}  ({seconds:.0f} s)")
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
