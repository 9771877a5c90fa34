"""Upload a CSV file to the running product until it can be asked: time, processor, and the memory of each process.

The product is started as `tablewright serve` starts it, with everything embedded, in a folder of its own. Wall time
runs from the first byte of the upload to the moment that the job's row says it succeeded. CPU time is what the API,
the worker and the child that parses have used in between. The child is warm before the upload, as it always is but for
the first file after a start; the next one is warmed while a file is parsed, and is counted in a row of its own.

Against DuckDB's own `COPY (FROM read_csv(…)) TO parquet` and pandas, each in a process of its own, less what only
importing costs (see load.py). They read the file where it is; the product receives it over HTTP, hashes it, stores it,
types it on all rows, profiles it and catalogues it. The rounds alternate, and the medians count.

    python bench/upload.py [--rows 1000000] [--rounds 3] [--large-mb 1000]
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import psutil

from load import DUCKDB, PANDAS, child, generate

sys.path.append(str(Path(__file__).resolve().parent.parent / "backend" / "tests"))
from support.serving import Serving, serving

MIB = 1 << 20
SAMPLE_SECONDS = 0.05
FIXED_SECONDS = 0.5
"""What one upload may cost beside its bytes: the announcement, the message to the worker, the catalogue."""
LINE = 1_000_000
"""Bytes a second of a slow line."""
PARTS = ("api", "worker", "beat")


class Watch:
    """Resident memory of the product's processes, sampled; the highest of each since it was last asked."""

    def __init__(self, product: Serving) -> None:
        self._root = psutil.Process(product.process.pid)
        self._product = product
        self._peaks: dict[str, float] = {}
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._known: list[tuple[str, psutil.Process]] = []
        self._looked_at = 0.0
        self._thread = threading.Thread(target=self._sample, daemon=True)

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def peaks(self) -> dict[str, float]:
        """MiB by role: `parsing child` is the largest one that the worker's fork server made."""
        with self._lock:
            found, self._peaks = self._peaks, {}
        return found

    def _sample(self) -> None:
        while not self._over.wait(SAMPLE_SECONDS):
            if time.monotonic() - self._looked_at > 1:  # who is there changes rarely, and is dear to find out
                self._known, self._looked_at = self._roles(), time.monotonic()
            for role, process in self._known:
                try:
                    resident = process.memory_info().rss / MIB
                except psutil.Error:
                    continue
                with self._lock:
                    self._peaks[role] = max(self._peaks.get(role, 0.0), resident)

    def _roles(self) -> list[tuple[str, psutil.Process]]:
        found = [("supervisor", self._root)]
        for name in PARTS:
            for process in self._product.parts(name):
                found.append((name, process))
                below = {"api": "question child", "worker": "parsing child"}.get(name, f"child of {name}")
                for server in children(process):
                    found += [("fork server", server), *((below, each) for each in children(server))]
        taken = {process.pid for _, process in found}
        rest = [each for each in self._root.children(recursive=True) if each.pid not in taken]
        return found + [("database process", each) for each in rest]


def children(process: psutil.Process) -> list[psutil.Process]:
    try:
        return list(process.children())
    except psutil.Error:
        return []


def used(process: psutil.Process, *, reaped: bool = False) -> float:
    """CPU seconds of a process; with `reaped`, of its children that have ended."""
    times = process.cpu_times()
    return float(times.children_user + times.children_system if reaped else times.user + times.system)


def everything(product: Serving) -> float:
    """CPU seconds of the whole product so far: nothing is lost when a child ends, its parent's count takes over."""
    root = psutil.Process(product.process.pid)
    total = 0.0
    for process in (root, *root.children(recursive=True)):
        try:
            total += used(process) + used(process, reaped=True)
        except psutil.Error:
            continue
    return total


def forked(worker: psutil.Process) -> list[psutil.Process]:
    """The children that the worker's fork server has made and that have not ended."""
    return [each for server in children(worker) for each in children(server)]


def rest(product: Serving, worker: psutil.Process) -> tuple[psutil.Process, psutil.Process]:
    """Wait until a child waits for the worker's next file and nothing runs any more; its server and that child."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        before = everything(product)
        waiting = forked(worker)
        time.sleep(0.4)
        if len(waiting) == 1 and forked(worker) == waiting and everything(product) - before < 0.08:
            (server,) = children(worker)
            return server, waiting[0]
    raise AssertionError("the product does not come to rest")


def finished(product: Serving, job_id: str, *, within: float = 600) -> dict[str, Any]:
    """The job when it is over. Asked each second, as the web does: its row says when it ended, and a look costs CPU."""
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        job = product.job(job_id)
        if job["state"] not in ("queued", "running"):
            assert job["state"] == "succeeded", job
            return job
        time.sleep(1)
    raise AssertionError(f"not loaded after {within} s: {job}")


def instant(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


def one_upload(product: Serving, path: Path, rows: int) -> dict[str, float]:
    (api,), (worker,) = product.parts("api"), product.parts("worker")
    server, parser = rest(product, worker)
    before = {"api": used(api), "worker": used(worker), "child": used(server, reaped=True) + used(parser)}
    all_before = everything(product)
    began = time.time()
    job_id = product.upload_file(path)
    received = time.time()
    job = finished(product, job_id)
    assert job["result"]["tables"][0]["row_count"] == rows, job
    cpu = {
        "api": used(api) - before["api"],
        "worker": used(worker) - before["worker"],
        "child": used(server, reaped=True) - before["child"],
    }
    rest(product, worker)
    return {
        "wall": instant(job["finished_at"]) - began,
        "upload": received - began,
        "waited": instant(job["started_at"]) - instant(job["created_at"]),
        "load": instant(job["finished_at"]) - instant(job["started_at"]),
        "cpu": sum(cpu.values()),
        **{f"cpu of {name}": value for name, value in cpu.items()},
        "cpu of everything": everything(product) - all_before,
    }


@contextmanager
def started(folder: Path) -> Iterator[Serving]:
    (folder / "data").mkdir(parents=True)
    with serving(folder / "data", TABLEWRIGHT_ACCESS_TOKEN_SECONDS="3600") as product:
        yield product.set_up()


def enlarged(path: Path, target: int) -> tuple[Path, int]:
    """The same rows again and again until the file has `target` bytes; the file and how often."""
    head, _, body = path.read_bytes().partition(b"\n")
    times = max(1, -(-target // len(body)))
    large = path.with_name("large.csv")
    with large.open("wb") as file:
        file.write(head + b"\n")
        for _ in range(times):
            file.write(body)
    return large, times


def first_rows(product: Serving, path: Path, worker: psutil.Process) -> float:
    """Seconds from the first byte of an upload on a slow line to the first rows that are shown of it.

    The child that reads them is warm, as it is but for uploads that begin within a second of one another.
    """
    rest(product, worker)
    location = product.announce(path.name, path.stat().st_size)
    began = time.monotonic()

    def slowly() -> Iterator[bytes]:
        with path.open("rb") as file:
            while not over.is_set() and (block := file.read(LINE // 20)):
                yield block
                time.sleep(0.05)

    over = threading.Event()
    sending = threading.Thread(target=lambda: product.send(location, slowly()))
    sending.start()
    try:
        while product.request("GET", location).json()["preview"] is None:
            assert time.monotonic() - began < 60, "no rows are shown"
            time.sleep(0.05)
        return time.monotonic() - began
    finally:
        over.set()
        sending.join()
        product.request("DELETE", location)


def medians(runs: list[dict[str, float]]) -> dict[str, float]:
    return {name: round(statistics.median(run[name] for run in runs), 3) for name in runs[0]}


def say(text: str) -> None:
    print(f"  {text}", file=sys.stderr, flush=True)


def measure(folder: Path, rows: int, rounds: int, large_bytes: int) -> list[dict[str, Any]]:
    path = folder / "orders.csv"
    generate(path, rows)
    size = f"{rows / 1e6:g} M rows"
    say(f"{size}, {path.stat().st_size >> 20} MiB")
    runs: dict[str, list[dict[str, float]]] = {"ours": [], "duckdb": [], "pandas": []}
    with started(folder / "product") as product, Watch(product) as watch:
        # The first upload after a start waits for the first child: not what is measured.
        finished(product, product.upload("first.csv", b"a,b\n1,2\n"))
        (api,), (worker,) = product.parts("api"), product.parts("worker")
        rest(product, worker)
        at_rest = api.memory_info().rss / MIB
        watch.peaks()
        for _ in range(rounds):
            runs["ours"].append(one_upload(product, path, rows))
            for name, body in (("duckdb", DUCKDB), ("pandas", PANDAS)):
                with tempfile.TemporaryDirectory(dir=folder) as out:
                    idle, busy = child(body), child(body, str(path), out, str(rows))
                runs[name].append({"wall": busy[0] - idle[0], "cpu": busy[1] - idle[1], "peak": busy[2]})
        peaks = watch.peaks()
        found = {name: medians(of) for name, of in runs.items()}
        for name, of in found.items():
            say(f"{name:7}" + ", ".join(f"{what} {value:.2f}" for what, value in of.items()))
        say("peak MiB: " + ", ".join(f"{role} {peak:.0f}" for role, peak in sorted(peaks.items())))
        shown = statistics.median(first_rows(product, path, worker) for _ in range(rounds))
        say(f"first rows after {shown:.2f} s at {LINE / 1e6:g} MB/s")
        watch.peaks()
        preview = {"what": f"first rows of an upload at {LINE / 1e6:g} MB/s", "ours": round(shown, 2), "unit": "s"}
        found_lines = [*times(size, found), preview, *memory(size, peaks, found)]
        return found_lines + large(product, watch, path, large_bytes, rows, at_rest)


def times(size: str, found: dict[str, dict[str, float]]) -> list[dict[str, Any]]:
    ours, duckdb, pandas = found["ours"], found["duckdb"], found["pandas"]
    next_child = ours["cpu of everything"] - ours["cpu"]
    by_duckdb, by_pandas = {"peer_name": "DuckDB COPY", "unit": "s"}, {"peer_name": "pandas", "unit": "s"}
    return [
        {"what": f"CPU time, {size}", "ours": ours["cpu"], "peer": duckdb["cpu"], "target": "<= 1.6 x"} | by_duckdb,
        {"what": f"CPU time, {size}", "ours": ours["cpu"], "peer": pandas["cpu"]} | by_pandas,
        {
            "what": f"wall time less {FIXED_SECONDS} s, {size}",
            "ours": round(ours["wall"] - FIXED_SECONDS, 3),
            "peer": duckdb["wall"],
            "target": "<= 2.0 x",
        }
        | by_duckdb,
        {"what": f"wall time, {size}", "ours": ours["wall"], "peer": pandas["wall"]} | by_pandas,
        {"what": "of the wall time: upload, hash and store", "ours": ours["upload"], "unit": "s"},
        {"what": "of the wall time: until the worker begins", "ours": ours["waited"], "unit": "s"},
        {"what": "of the wall time: read, type, profile, publish", "ours": ours["load"], "unit": "s"},
        {"what": "of the CPU time: API", "ours": ours["cpu of api"], "unit": "s"},
        {"what": "of the CPU time: worker", "ours": ours["cpu of worker"], "unit": "s"},
        {"what": "of the CPU time: parsing child", "ours": ours["cpu of child"], "unit": "s"},
        {"what": "CPU time beside: next child, database, beat", "ours": round(next_child, 3), "unit": "s"},
    ]


def memory(size: str, peaks: dict[str, float], found: dict[str, dict[str, float]]) -> list[dict[str, Any]]:
    lines: list[dict[str, Any]] = [
        {"what": f"peak memory of the parsing child, {size}", "ours": round(peaks.pop("parsing child"))}
        | {"peer": round(found["duckdb"]["peak"]), "peer_name": "DuckDB COPY", "unit": "MiB", "target": "<= 600"}
    ]
    return lines + [
        {"what": f"peak memory, {role}", "ours": round(peak), "unit": "MiB"} for role, peak in sorted(peaks.items())
    ]


def large(product: Serving, watch: Watch, path: Path, target: int, rows: int, at_rest: float) -> list[dict[str, Any]]:
    """How the API grows while a large file streams through it, and the child that parses it.

    From `at_rest`, the API's memory before it was sent any file of size: what the rounds before have left counts too.
    """
    (worker,) = product.parts("worker")
    file, copies = enlarged(path, target)
    size = f"{file.stat().st_size / 1e9:.2g} GB"
    rest(product, worker)
    watch.peaks()
    began = time.time()
    job_id = product.upload_file(file)
    received, during = time.time() - began, watch.peaks()
    file.unlink()
    job = finished(product, job_id)
    assert job["result"]["tables"][0]["row_count"] == rows * copies, job
    after = watch.peaks()
    wall = instant(job["finished_at"]) - began
    child_peak = max(during["parsing child"], after["parsing child"])
    say(f"{size}: API {at_rest:.0f} -> {during['api']:.0f} MiB, child {child_peak:.0f} MiB, {wall:.1f} s")
    growth = max(during["api"], after["api"]) - at_rest
    return [
        {"what": f"growth of the API, {size}", "ours": round(growth, 1), "unit": "MiB", "target": "<= 64"},
        {
            "what": f"peak memory of the parsing child, {size}",
            "ours": round(child_peak),
            "unit": "MiB",
            "target": "<= 600",
        },
        {"what": f"upload of {size}", "ours": round(received, 2), "unit": "s"},
        {"what": f"upload of {size} until it can be asked", "ours": round(wall, 2), "unit": "s"},
    ]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--large-mb", type=int, default=1000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        lines = measure(Path(folder), given.rows, given.rounds, given.large_mb * 1_000_000)
    print(json.dumps({"title": "Upload a CSV file until it can be asked", "rows": lines}))


if __name__ == "__main__":
    main()
