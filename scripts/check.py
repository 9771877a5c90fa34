"""The gates: format, lint, types, layers, the generated client. Runs all of them, then says which failed.

python scripts/check.py            every gate; exit status 1 when one fails
python scripts/check.py NAME...    only these
python scripts/check.py --json FILE    also writes {name: {ok, seconds}} for the test run
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BACKEND = ROOT / "backend"
VENV = BACKEND / ".venv" / "bin"
PYTHON = ["backend", "scripts", "bench"]


@dataclass(frozen=True)
class Gate:
    name: str
    command: list[str]
    folder: Path = BACKEND
    environment: dict[str, str] = field(default_factory=dict)


def gates() -> list[Gate]:
    frontend, charts = ROOT / "frontend", ROOT / "charts"
    return [
        Gate("python format", [str(VENV / "ruff"), "format", "--check", "--quiet", *PYTHON], ROOT),
        Gate("python lint", [str(VENV / "ruff"), "check", "--quiet", "--output-format=concise", *PYTHON], ROOT),
        Gate("python types", [str(VENV / "mypy"), "--no-error-summary", "src"]),
        Gate("layers", [str(VENV / "lint-imports"), "--no-logo"]),
        Gate("api client", [str(VENV / "python"), str(ROOT / "scripts" / "api_types.py"), "--check"]),
        Gate("typescript format and lint", ["bash", "scripts/biome.sh", "check", "--error-on-warnings", "."], ROOT),
        Gate("charts types", ["node_modules/.bin/tsc", "--noEmit"], charts),
        # The routes' types are generated; next-env.d.ts is written along with them.
        Gate("web route types", ["node_modules/.bin/next", "typegen"], frontend, {"NEXT_TELEMETRY_DISABLED": "1"}),
        Gate("web types", ["node_modules/.bin/tsc", "--noEmit"], frontend),
    ]


def run(gate: Gate) -> tuple[bool, float]:
    started = time.monotonic()
    done = subprocess.run(
        gate.command,
        cwd=gate.folder,
        env={**os.environ, **gate.environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    seconds = time.monotonic() - started
    ok = done.returncode == 0
    print(f"  {'ok    ' if ok else 'FAILED'}  {gate.name}  ({seconds:.1f} s)", flush=True)
    if not ok:
        for line in done.stdout.rstrip().splitlines()[-60:]:
            print(f"          {line}")
    return ok, seconds


def main(arguments: list[str]) -> int:
    report: Path | None = None
    if "--json" in arguments:
        place = arguments.index("--json")
        report = Path(arguments[place + 1])
        arguments = arguments[:place] + arguments[place + 2 :]
    chosen = [gate for gate in gates() if not arguments or gate.name in arguments]
    if unknown := set(arguments) - {gate.name for gate in chosen}:
        print(f"No such gate: {', '.join(sorted(unknown))}. There are: {', '.join(gate.name for gate in gates())}.")
        return 2
    print("Checks")
    results = {gate.name: run(gate) for gate in chosen}
    if report is not None:
        report.parent.mkdir(parents=True, exist_ok=True)
        report.write_text(json.dumps({name: {"ok": ok, "seconds": round(s, 2)} for name, (ok, s) in results.items()}))
    failed = [name for name, (ok, _) in results.items() if not ok]
    print(
        f"{len(results) - len(failed)} checks passed, {len(failed)} failed"
        + (f": {', '.join(failed)}" if failed else "")
    )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
