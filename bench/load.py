"""Load a CSV file: typed on all rows, counted twice, profiled, and written as Parquet.

Against DuckDB's own `COPY (FROM read_csv(…)) TO parquet`, which types from a sample, counts nothing and
profiles nothing, and against pandas. Every run is a process of its own; times are those of the whole process
less those of a process that only imports the same packages. The rounds alternate, and the medians count.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb

SIZES = (1_000_000, 10_000_000)
ROUNDS = {1_000_000: 5, 10_000_000: 3}
MEMORY = 384 << 20
THREADS = 2
PARQUET = "(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)"

OURS = f"""
from tablewright.core.readers.load import run
from tablewright.core.readers.model import Quiet
if len(sys.argv) > 1:
    params = {{"path": sys.argv[1], "out_dir": sys.argv[2] + "/out", "memory_bytes": {MEMORY}, "threads": {THREADS}}}
    table, = run(params, Quiet(Path(sys.argv[2])))["tables"]
    receipt = table["receipt"]
    assert receipt["rows_seen"] == receipt["rows_loaded"] == int(sys.argv[3]), receipt
    physical = [column["physical"] for column in table["schema"]]
    assert physical == ["BIGINT", "TIMESTAMP", "DATE", "VARCHAR", "VARCHAR", "VARCHAR", "BIGINT", "DECIMAL(18,2)",
                        "BOOLEAN", "VARCHAR"], physical
"""
DUCKDB = f"""
import duckdb
if len(sys.argv) > 1:
    con = duckdb.connect(config={{"memory_limit": "{MEMORY}B", "threads": "{THREADS}", "temp_directory": sys.argv[2]}})
    con.execute("COPY (FROM read_csv('" + sys.argv[1] + "')) TO '" + sys.argv[2] + "/out.parquet' {PARQUET}")
"""
PANDAS = """
import pandas, pyarrow, pyarrow.parquet
if len(sys.argv) > 1:
    pandas.read_csv(sys.argv[1]).to_parquet(sys.argv[2] + "/out.parquet", compression="zstd")
"""
# Peak memory is VmHWM: the peak that getrusage gives begins with that of the process that started this one.
FRAME = """
import json, resource, sys, time
from pathlib import Path
began = time.perf_counter()
{body}
wall, used = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_SELF)
status = Path("/proc/self/status").read_text()
peak = int(status.partition("VmHWM:")[2].split()[0]) / 1024
print(json.dumps([wall, used.ru_utime + used.ru_stime, peak]))
"""


def generate(path: Path, rows: int) -> None:
    """Ten mixed columns, the same for every run: ids, times, gaps, leading zeros, money, quoted text."""
    words = "['red', 'green', 'blue', 'amber', 'slate', 'ivory', 'coral', 'olive', 'navy', 'teal']"
    with duckdb.connect(config={"threads": 2}) as con:
        con.execute(
            f"""COPY (SELECT i AS id,
                TIMESTAMP '2023-01-01' + to_seconds((hash(i) % 63072000)::BIGINT) AS ordered_at,
                CASE WHEN hash(i, 1) % 20 > 0 THEN DATE '2023-01-01' + (hash(i, 2) % 730)::INTEGER END AS day,
                'region ' || hash(i, 3) % 8 AS region,
                'customer ' || hash(i, 4) % {rows // 5} AS customer,
                printf('%05d', (1000 + hash(i, 5) % 98999)::BIGINT) AS postal_code,
                CASE WHEN hash(i, 6) % 33 > 0 THEN hash(i, 7) % 500 END AS quantity,
                printf('%d.%02d', (hash(i, 8) % 100000)::BIGINT, (hash(i, 9) % 100)::BIGINT) AS amount,
                hash(i, 10) % 2 = 0 AS active,
                {words}[1 + (hash(i, 11) % 10)::INTEGER] || ', ' || {words}[1 + (hash(i, 12) % 10)::INTEGER]
                    || ' "' || {words}[1 + (hash(i, 13) % 10)::INTEGER] || '"' AS note
            FROM range(1, {rows + 1}) t(i) ORDER BY i) TO '{path}' (FORMAT csv, HEADER)"""
        )


def child(body: str, *arguments: str) -> list[float]:
    """Wall seconds, CPU seconds and peak MiB of a fresh process."""
    done = subprocess.run(
        [sys.executable, "-c", FRAME.format(body=body), *arguments],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )
    found: list[float] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def measured(path: Path, rows: int) -> dict[str, list[float]]:
    """The medians of each way of loading, less what only importing costs."""
    ways = {"ours": OURS, "duckdb": DUCKDB} | ({"pandas": PANDAS} if rows <= 1_000_000 else {})
    runs: dict[str, list[list[float]]] = {name: [] for name in ways}
    for _ in range(ROUNDS[rows]):
        for name, body in ways.items():
            with tempfile.TemporaryDirectory() as folder:
                idle = child(body)
                busy = child(body, str(path), folder, str(rows))
                runs[name].append([busy[0] - idle[0], busy[1] - idle[1], busy[2]])
    return {name: [statistics.median(column) for column in zip(*found, strict=True)] for name, found in runs.items()}


def findings(rows: int, found: dict[str, list[float]]) -> list[dict[str, object]]:
    size = f"{rows // 1_000_000} M rows"
    ours = [round(value, 3) for value in found["ours"]]
    lines: list[dict[str, object]] = []
    for what, place, unit, target in (("CPU time", 1, "s", "<= 1.6 x"), ("wall time", 0, "s", "<= 2.0 x")):
        peer = round(found["duckdb"][place], 3)
        lines.append(
            {"what": f"{what}, {size}", "ours": ours[place], "peer": peer, "peer_name": "DuckDB COPY", "unit": unit}
            | {"target": target}
        )
        if "pandas" in found:
            peer = round(found["pandas"][place], 3)
            lines.append(
                {"what": f"{what}, {size}", "ours": ours[place], "peer": peer, "peer_name": "pandas", "unit": unit}
            )
    lines.append(
        {"what": f"peak memory, {size}", "ours": round(ours[2]), "peer": round(found["duckdb"][2])}
        | {"peer_name": "DuckDB COPY", "unit": "MiB", "target": "<= 600"}
    )
    return lines


def main() -> None:
    lines: list[dict[str, object]] = []
    sizes = [int(one) for one in sys.argv[1:]] or SIZES
    for rows in sizes:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "orders.csv"
            began = time.perf_counter()
            generate(path, rows)
            made = f"{path.stat().st_size >> 20} MiB in {time.perf_counter() - began:.0f} s"
            print(f"  {rows:,} rows generated, {made}", file=sys.stderr, flush=True)
            found = measured(path, rows)
            for name, (wall, cpu, peak) in found.items():
                print(
                    f"  {name:8} wall {wall:6.2f} s  cpu {cpu:6.2f} s  peak {peak:5.0f} MiB",
                    file=sys.stderr,
                    flush=True,
                )
            lines += findings(rows, found)
    print(json.dumps({"title": "Load a CSV file: typed, counted, profiled", "rows": lines}))


if __name__ == "__main__":
    main()
