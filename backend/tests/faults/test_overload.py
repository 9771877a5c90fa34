"""More questions than the machine can answer: they are refused with a time to come back, and memory stays bounded."""

import json
import threading
import time
from collections import Counter
from dataclasses import dataclass, field

import httpx2 as httpx
import psutil
import pytest
from support.serving import Serving, serving

ROWS = 120_000
ASKING = 60
PAGE = 12
"""Questions of one request, as a dashboard asks them."""
SECONDS = 12
MIB = 1 << 20
MOST_MIB = 1600
"""Of the API and all children that compute, together: the same bound as in `bench/viewers.py`."""


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("overload")) as started:
        yield started.set_up()


@pytest.fixture(scope="module")
def dataset_id(running: Serving) -> str:
    lines = "".join(f"{n},customer {n % 5000},{n % 997}.{n % 100:02d}\n" for n in range(ROWS))
    job = running.finished(running.upload("orders.csv", f"id,customer,amount\n{lines}".encode()))
    return job["result"]["dataset_ids"][0]


def question(dataset_id: str, number: int) -> dict:
    """One that nobody has asked: it sorts and groups, so that it takes a while."""
    kept = {"kind": "condition", "column": "c1", "op": "ge", "values": [number]}
    return {
        "dataset_id": dataset_id,
        "filter": {"kind": "group", "items": [kept]},
        "dimensions": [{"column": "c2"}],
        "measures": [{"fn": "median", "column": "c3"}, {"fn": "count_distinct", "column": "c1"}],
    }


@dataclass
class Seen:
    statuses: Counter[int] = field(default_factory=Counter)
    unsaid: int = 0
    """Refusals that do not say when to come back."""
    wrong: list[str] = field(default_factory=list)
    next: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)


def ask(running: Serving, dataset_id: str, seen: Seen, until: float) -> None:
    with httpx.Client(timeout=60, headers={"Authorization": f"Bearer {running.token}"}) as client:
        while time.monotonic() < until:
            with seen.lock:
                seen.next += PAGE
                last = seen.next
            asked = [{"key": str(n), "question": question(dataset_id, n)} for n in range(last - PAGE, last)]
            answer = client.post(f"{running.url}/api/v1/questions/batch", json={"questions": asked})
            with seen.lock:
                seen.statuses[answer.status_code] += 1
                if answer.status_code in (429, 503):
                    seen.unsaid += not answer.headers.get("retry-after", "").isdigit()
                elif answer.status_code != 200:
                    seen.wrong.append(f"{answer.status_code}: {answer.text[:200]}")
                else:
                    lines = [json.loads(line) for line in answer.text.splitlines()]
                    seen.wrong += [str(line)[:200] for line in lines if line.get("answer", {}).get("row_count") != 5000]
                    seen.wrong += [f"{len(lines)} of {PAGE} answers"] if len(lines) != PAGE else []


def resident(running: Serving) -> int:
    """Bytes that the API and the children that compute hold, now."""
    total = 0
    for process in [*running.parts("api"), *running.parts("child")]:
        try:
            total += process.memory_info().rss
        except psutil.Error:
            continue
    return total


@pytest.mark.timeout(240)
def test_overload_is_refused_with_a_time_to_come_back_in_bounded_memory(running: Serving, dataset_id: str):
    seen, peak, until = Seen(), 0, time.monotonic() + SECONDS
    threads = [threading.Thread(target=ask, args=(running, dataset_id, seen, until)) for _ in range(ASKING)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        peak = max(peak, resident(running))
        time.sleep(0.1)
    assert (seen.wrong, seen.unsaid) == ([], 0)
    assert set(seen.statuses) <= {200, 429, 503}
    # Some were answered, and there were more than could be let in: otherwise nothing was tried here.
    assert seen.statuses[200] > 0
    assert seen.statuses[429] + seen.statuses[503] > 0
    assert 0 < peak < MOST_MIB * MIB

    # As soon as they are gone everything answers again, and nothing is held for those that were refused.
    running.sign_in()
    for number in range(3):
        answer = running.request("POST", "/questions/run", json=question(dataset_id, 100 + 7 * number))
        assert answer.status_code == 200, answer.text
    assert running.request("GET", "/datasets").status_code == 200
    assert resident(running) < MOST_MIB * MIB
