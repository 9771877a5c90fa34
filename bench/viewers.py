"""A dashboard of twelve tiles over 1 M rows, watched by 40 and by 150 people at once.

Each viewer keeps one connection, asks the whole page in one batch request, reads the answers, thinks for ten seconds
(evenly spread, so that they do not march in step) and asks again; every third time with a filter that nobody has used,
so that the cache never holds everything. Viewers and product share the machine's processors, so the figures are those
of the product and of what asks it.

Warm: all look at one page. Mixed: every third page is one that nobody has asked. A stampede:
50 viewers ask the same new question at the same moment; the engine must run it once. Overload: the same requests
without any thinking; an answer of 429 or 503 must say when to come back, and memory must stay bounded.

    python bench/viewers.py [--rows 1000000] [--seconds 45]
"""

from __future__ import annotations

import argparse
import json
import math
import random
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psutil

from load import generate
from questions import TILES, Json, varied
from upload import Watch, finished, started

sys.path.append(str(Path(__file__).resolve().parent.parent / "backend" / "tests"))
from support.serving import Serving

THINKING_SECONDS = 10.0
CROWDS = (40, 150)
STAMPEDE = 50


@dataclass
class Seen:
    """What a crowd has seen: milliseconds of each page, and what went wrong."""

    pages: list[float] = field(default_factory=list)
    refused: int = 0
    unsaid: int = 0
    """Refusals that do not say when to come back."""
    errors: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def p(self, share: float) -> float:
        ordered = sorted(self.pages)
        return ordered[min(len(ordered) - 1, math.ceil(share * len(ordered)) - 1)] if ordered else math.nan


class Viewer(threading.Thread):
    """One person before the page."""

    def __init__(self, address: str, token: str, seen: Seen, page: Callable[[int], bytes], until: float) -> None:
        super().__init__(daemon=True)
        self._address, self._seen, self._page, self._until = address, seen, page, until
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        self.thinks = THINKING_SECONDS
        self.starts_after = 0.0

    def run(self) -> None:
        time.sleep(self.starts_after)
        connection = HTTPConnection(self._address, timeout=60)
        turn = 0
        while time.monotonic() < self._until:
            began = time.perf_counter()
            try:
                connection.request("POST", "/api/v1/questions/batch", self._page(turn), self._headers)
                answer = connection.getresponse()
                body = answer.read()
            except (OSError, HTTPException) as error:
                with self._seen.lock:
                    self._seen.errors.append(repr(error))
                connection = HTTPConnection(self._address, timeout=60)
                continue
            self._note(answer.status, answer.headers.get("retry-after"), body, (time.perf_counter() - began) * 1000)
            turn += 1
            time.sleep(self.thinks * random.uniform(0.5, 1.5))

    def _note(self, status: int, retry_after: str | None, body: bytes, took: float) -> None:
        lines = [json.loads(line) for line in body.splitlines()] if status == 200 else []
        with self._seen.lock:
            if status in (429, 503):
                self._seen.refused += 1
                self._seen.unsaid += retry_after is None
            elif status != 200 or len(lines) != len(TILES):
                self._seen.errors.append(f"{status}: {body[:200]!r}")
            elif bad := [line for line in lines if "data" not in (line.get("answer") or line)]:
                self._seen.errors.append(json.dumps(bad[0])[:200])
            else:
                self._seen.pages.append(took)


class Crowd:
    def __init__(self, product: Serving, dataset_id: str) -> None:
        self._product, self._dataset_id = product, dataset_id
        self._number = 0
        self._lock = threading.Lock()

    def _page(self, number: int) -> bytes:
        asked = [
            {"key": name, "question": varied({"dataset_id": self._dataset_id, **parts}, number)}
            for name, (parts, _) in TILES.items()
        ]
        return json.dumps({"questions": asked}).encode()

    def new_page(self) -> bytes:
        """A page of tiles that nobody has asked."""
        with self._lock:
            self._number += 1
            number = self._number
        return self._page(number)

    def watch(self, count: int, seconds: float, *, thinking: float = THINKING_SECONDS, fresh: int = 0) -> Seen:
        """`count` viewers of the same page; each in `fresh` pages is one that nobody has asked."""
        seen, same = Seen(), self.new_page()
        until = time.monotonic() + seconds
        address = urlsplit(self._product.url).netloc
        viewers = []
        for at in range(count):
            shift = at % max(1, fresh)

            def page(turn: int, shift: int = shift) -> bytes:
                return self.new_page() if fresh and (turn + shift) % fresh == fresh - 1 else same

            viewer = Viewer(address, self._product.token, seen, page, until)
            viewer.thinks = thinking
            viewer.starts_after = thinking * at / count
            viewers.append(viewer)
        for viewer in viewers:
            viewer.start()
        for viewer in viewers:
            viewer.join(seconds + 120)
        return seen

    def at_once(self, count: int) -> tuple[Seen, float]:
        """The same new question, asked by all at one moment: what they saw, and CPU seconds of the engine."""
        seen, page = Seen(), self.new_page()
        before = engine_seconds(self._product)
        viewers = [
            Viewer(
                urlsplit(self._product.url).netloc, self._product.token, seen, lambda _: page, time.monotonic() + 0.2
            )
            for _ in range(count)
        ]
        for viewer in viewers:
            viewer.thinks = 1.0
            viewer.start()
        for viewer in viewers:
            viewer.join(120)
        return seen, engine_seconds(self._product) - before


def engine_seconds(product: Serving) -> float:
    """CPU seconds of the children that run questions."""
    (api,) = product.parts("api")
    total = 0.0
    for child in api.children(recursive=True):
        try:
            times = child.cpu_times()
        except psutil.Error:
            continue
        total += times.user + times.system
    return total


def rows_of(crowd: Crowd, watch: Watch, seconds: float) -> list[Json]:
    lines: list[Json] = []
    alone, one_run = crowd.at_once(1)
    together, runs = crowd.at_once(STAMPEDE)
    lines += [
        {"what": "one viewer, cold page", "ours": round(statistics.median(alone.pages), 1), "unit": "ms"},
        {"what": f"{STAMPEDE} equal misses at once, engine CPU", "ours": round(runs, 3), "peer": round(one_run, 3)}
        | {"peer_name": "one miss", "unit": "s", "target": "<= 1.5 x"},
        {"what": f"{STAMPEDE} equal misses at once, p95", "ours": round(together.p(0.95), 1), "unit": "ms"},
        {"what": f"{STAMPEDE} equal misses at once, errors", "ours": len(together.errors) + together.refused}
        | {"unit": "", "target": "<= 0"},
    ]
    for count in CROWDS:
        watch.peaks()
        seen = crowd.watch(count, seconds, fresh=0)
        peaks = watch.peaks()
        errors = len(seen.errors) + seen.refused
        what = f"{count} viewers, warm"
        lines += [
            {"what": f"{what}, p50 of a page", "ours": round(seen.p(0.5), 1), "unit": "ms"},
            {"what": f"{what}, p95 of a page", "ours": round(seen.p(0.95), 1), "unit": "ms", "target": "<= 800"},
            {"what": f"{what}, pages", "ours": len(seen.pages), "unit": ""},
            {"what": f"{what}, errors", "ours": errors, "unit": "", "target": "<= 0"},
            {"what": f"{what}, memory of the API", "ours": round(peaks.get("api", 0)), "unit": "MiB"},
        ]
        mixed = crowd.watch(count, seconds, fresh=3)
        what = f"{count} viewers, a third of the pages new"
        lines += [
            {"what": f"{what}, p50 of a page", "ours": round(mixed.p(0.5), 1), "unit": "ms"},
            {"what": f"{what}, p95 of a page", "ours": round(mixed.p(0.95), 1), "unit": "ms"},
            {"what": f"{what}, refused", "ours": mixed.refused, "unit": ""},
            {"what": f"{what}, errors", "ours": len(mixed.errors) + mixed.unsaid, "unit": "", "target": "<= 0"},
        ]
        for error in (seen.errors + mixed.errors)[:3]:
            print(f"  {error}", file=sys.stderr)
    watch.peaks()
    crowded = crowd.watch(CROWDS[-1], seconds / 3, thinking=0.01, fresh=2)
    peaks = watch.peaks()
    lines += [
        {"what": "overload, pages answered", "ours": len(crowded.pages), "unit": ""},
        {"what": "overload, refused with a time to come back", "ours": crowded.refused - crowded.unsaid, "unit": ""},
        {"what": "overload, other errors", "ours": len(crowded.errors) + crowded.unsaid, "unit": "", "target": "<= 0"},
        {"what": "overload, memory of the API and its children"}
        | {"ours": round(peaks.get("api", 0) + peaks.get("question child", 0)), "unit": "MiB", "target": "<= 1600"},
    ]
    for error in crowded.errors[:3]:
        print(f"  {error}", file=sys.stderr)
    return lines


def measure(folder: Path, rows: int, seconds: float) -> list[Json]:
    path = folder / "orders.csv"
    generate(path, rows)
    with started(folder / "product") as product, Watch(product) as watch:
        job: dict[str, Any] = finished(product, product.upload_file(path))
        return rows_of(Crowd(product, job["result"]["dataset_ids"][0]), watch, seconds)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--seconds", type=float, default=45)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        lines = measure(Path(folder), given.rows, given.seconds)
    print(json.dumps({"title": f"A dashboard over {given.rows / 1e6:g} M rows, watched by many", "rows": lines}))


if __name__ == "__main__":
    main()
