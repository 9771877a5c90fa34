"""Runs the benchmarks one after the other and writes what they found.

    python bench/run.py            all of them
    python bench/run.py load …     only these

A benchmark is a file beside this one that, run as a program, ends its standard output with one line of JSON:

    {"title": "Load 1 M rows", "rows": [
        {"what": "wall time", "ours": 2.9, "peer": 2.1, "peer_name": "DuckDB COPY", "unit": "s", "target": "<= 2.0 x"},
        …]}

`peer`, `peer_name` and `target` may be missing. A target is a bound for `ours` in its unit (`<= 5`, `>= 20`) or, with
` x`, for the ratio ours / peer, which was measured in the same run. `met` is decided here, never by the benchmark.
Each runs in a process of its own, so that none warms or fills the memory of the next. The exit status is 1 when one of
them fails or misses a target.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from machine import machine, versions

HERE = Path(__file__).resolve().parent
RESULTS = HERE / "results"
NO_BENCHMARK = {"run", "machine", "peers"}
LONGEST_SECONDS = 1800


def names() -> list[str]:
    return sorted(path.stem for path in HERE.glob("[a-z]*.py") if path.stem not in NO_BENCHMARK)


def is_met(row: dict[str, Any]) -> bool | None:
    """Whether a row keeps its target; None without one. A ratio without a peer is a mistake in the benchmark."""
    target = row.get("target")
    if target is None:
        return None
    found = re.fullmatch(r"\s*(<=|>=|≤|≥)\s*([0-9.]+)\s*(x|×)?\s*", target)
    if found is None:
        raise ValueError(f"{row['what']}: the target {target!r} is not of the form '<= 2.0 x'")
    relation, bound, ratio = found.groups()
    value = row["ours"] / row["peer"] if ratio else row["ours"]
    return bool(value <= float(bound) if relation in ("<=", "≤") else value >= float(bound))


def run(name: str) -> dict[str, Any] | None:
    """The benchmark's findings with versions and machine, or None when it failed."""
    print(f"== {name}", flush=True)
    about, started = machine(), time.monotonic()
    try:
        done = subprocess.run(
            [sys.executable, str(HERE / f"{name}.py")],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
            timeout=LONGEST_SECONDS,
            check=False,
        )
        if done.returncode != 0:
            raise ValueError(f"ended with status {done.returncode}")
        found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
        for row in found["rows"]:
            if row.get("peer"):
                row["ratio"] = round(row["ours"] / row["peer"], 3)
            row["met"] = is_met(row)
    except (ValueError, KeyError, IndexError, subprocess.TimeoutExpired) as error:
        print(f"  failed: {error}", flush=True)
        return None
    return {
        "name": name,
        **found,
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "seconds": round(time.monotonic() - started, 1),
        "machine": about,
        "versions": versions(),
    }


def number(value: object) -> str:
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def table(found: dict[str, Any]) -> list[str]:
    lines = [
        f"## {found['title']}",
        "",
        "| what | Tablewright | peer | ratio | target | met |",
        "|---|---:|---:|---:|---|---|",
    ]
    for row in found["rows"]:
        unit = f" {row['unit']}" if row.get("unit") else ""
        peer = f"{number(row['peer'])}{unit} ({row.get('peer_name', 'peer')})" if "peer" in row else ""
        ratio = f"{row['ratio']:.2f}" if "ratio" in row else ""
        met = {True: "yes", False: "**no**", None: ""}[row["met"]]
        lines.append(
            f"| {row['what']} | {number(row['ours'])}{unit} | {peer} | {ratio} | {row.get('target') or ''} | {met} |"
        )
    about = found["machine"]
    used = ", ".join(f"{name} {version}" for name, version in found["versions"].items())
    lines += [
        "",
        f"{found['measured_at']}, {about['processor']}, {about['cores']} cores, {about['memory_gib']} GiB, "
        f"{about['system']}, load before {about['load_before']}. {used}.",
        "",
    ]
    return lines


def write_page() -> None:
    """The table of everything that was ever written here, newest state of each."""
    lines = [
        "# Benchmarks",
        "",
        "Written by `make bench`. Ratios are ours / peer on the same input in the same run.",
        "",
    ]
    for path in sorted(RESULTS.glob("*.json")):
        lines += table(json.loads(path.read_text()))
    (RESULTS / "README.md").write_text("\n".join(lines).rstrip() + "\n")


def main(chosen: list[str]) -> int:
    known = names()
    if unknown := set(chosen) - set(known):
        print(f"No such benchmark: {', '.join(sorted(unknown))}. There are: {', '.join(known) or 'none'}.")
        return 2
    RESULTS.mkdir(exist_ok=True)
    failed: list[str] = []
    missed: list[str] = []
    for name in chosen or known:
        found = run(name)
        if found is None:
            failed.append(name)
            continue
        (RESULTS / f"{name}.json").write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n")
        print("\n".join(table(found)), flush=True)
        missed += [f"{name}: {row['what']}" for row in found["rows"] if row["met"] is False]
    write_page()
    for line in missed:
        print(f"target missed: {line}")
    print(f"{len(chosen or known) - len(failed)} benchmarks ran, {len(failed)} failed, {len(missed)} targets missed")
    return 1 if failed or missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
