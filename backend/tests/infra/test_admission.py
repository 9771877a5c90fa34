"""Admission: equal work once, workspaces in turn, bounded lines, cancelled when the last one has left."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import pytest
import redis
from support.services import REDIS, remove_redis_keys

from tablewright.infra.admission import Admission, WorkspaceBusy
from tablewright.infra.cache import Cache
from tablewright.infra.limits import Cancelled, EngineBusy

ONE, TWO = UUID(int=1), UUID(int=2)
PREFIX = "tw-test-lease:"


@pytest.fixture
def door() -> Iterator[threading.Event]:
    """Work waits until it is open."""
    event = threading.Event()
    yield event
    event.set()


def behind(door: threading.Event, value: bytes = b"x") -> Callable[[Callable[[], bool]], bytes]:
    def make(_: Callable[[], bool]) -> bytes:
        assert door.wait(20)
        return value

    return make


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 10
    while not true():
        assert time.monotonic() < end
        time.sleep(0.005)


def test_who_wants_the_same_gets_it_from_one_run(door: threading.Event) -> None:
    admission = Admission(at_once=2)
    made: list[int] = []

    def make(_: Callable[[], bool]) -> bytes:
        made.append(1)
        assert door.wait(20)
        return b"answer"

    tickets = [admission.want("key", ONE, make) for _ in range(50)]
    door.set()
    assert [ticket.wait() for ticket in tickets] == [b"answer"] * 50
    assert made == [1]
    admission.close()


def test_an_error_reaches_everybody_and_is_not_kept(door: threading.Event) -> None:
    admission = Admission(at_once=1)
    results = iter([ValueError("no"), b"yes"])

    def make(_: Callable[[], bool]) -> bytes:
        assert door.wait(20)
        result = next(results)
        if isinstance(result, Exception):
            raise result
        return result

    first, second = admission.want("key", ONE, make), admission.want("key", ONE, make)
    door.set()
    for ticket in (first, second):
        with pytest.raises(ValueError, match="no"):
            ticket.wait()
    assert admission.want("key", ONE, make).wait() == b"yes"
    admission.close()


def test_it_goes_on_while_somebody_waits_and_is_cancelled_when_the_last_has_left() -> None:
    admission = Admission(at_once=1)
    ended: list[str] = []
    begun, go = threading.Event(), threading.Event()

    def make(gave_up: Callable[[], bool]) -> bytes:
        begun.set()
        end = time.monotonic() + 10
        while not go.is_set() and time.monotonic() < end:
            if gave_up():
                ended.append("cancelled")
                raise Cancelled("ask")
            time.sleep(0.005)
        ended.append("made")
        return b"x"

    first, second = admission.want("a", ONE, make), admission.want("a", ONE, make)
    with pytest.raises(Cancelled):
        first.wait(lambda: True)
    go.set()
    assert second.wait() == b"x"
    go.clear()
    begun.clear()
    first, second = admission.want("b", ONE, make), admission.want("b", ONE, make)
    assert begun.wait(10)
    first.leave()
    second.leave()
    until(lambda: ended == ["made", "cancelled"])
    go.set()
    assert admission.want("b", ONE, make).wait() == b"x"  # whoever comes later has it begun anew
    admission.close()


def test_what_nobody_waits_for_any_more_leaves_the_line(door: threading.Event) -> None:
    admission = Admission(at_once=1)
    running = admission.want("running", ONE, behind(door))
    ran: list[int] = []
    waiting = admission.want("waiting", ONE, lambda _: ran.append(1) or b"")  # type: ignore[func-returns-value]
    waiting.leave()
    assert admission.statistics() == {"running": 1, "waiting": 0, "workspaces": 0}
    door.set()
    assert running.wait() == b"x"
    admission.close()
    assert ran == []


def test_workspaces_take_turns(door: threading.Event) -> None:
    admission = Admission(at_once=1)
    order: list[str] = []

    def noted(name: str) -> Callable[[Callable[[], bool]], bytes]:
        return lambda _: (order.append(name), b"x")[1]

    first = admission.want("first", ONE, behind(door))
    many = [admission.want(f"one-{n}", ONE, noted("one")) for n in range(20)]
    few = [admission.want(f"two-{n}", TWO, noted("two")) for n in range(2)]
    door.set()
    for ticket in (first, *many, *few):
        ticket.wait()
    assert order[:5] == ["one", "two", "one", "two", "one"]
    admission.close()


def test_the_line_is_bounded_for_one_workspace_and_for_all(door: threading.Event) -> None:
    admission = Admission(at_once=1, waiting=10, share=6)
    tickets = [admission.want("running", ONE, behind(door))]
    tickets += [admission.want(f"one-{n}", ONE, behind(door)) for n in range(6)]
    with pytest.raises(WorkspaceBusy) as refused:
        admission.want("one-more", ONE, behind(door))
    assert (refused.value.status, refused.value.where["retry_after"]) == (429, 2)
    tickets += [admission.want(f"two-{n}", TWO, behind(door)) for n in range(4)]
    with pytest.raises(EngineBusy):
        admission.want("two-more", TWO, behind(door))
    tickets.append(admission.want("one-3", ONE, behind(door)))  # who joins takes no place
    door.set()
    assert {ticket.wait() for ticket in tickets} == {b"x"}
    assert admission.statistics() == {"running": 0, "waiting": 0, "workspaces": 0}
    admission.close()


def test_a_page_is_let_in_whole_or_not_at_all(door: threading.Event) -> None:
    admission = Admission(at_once=1, waiting=10, share=10)
    running = admission.want("running", ONE, behind(door))
    page = admission.want_all(ONE, {f"a{n}": behind(door) for n in range(8)})
    with pytest.raises(EngineBusy):
        admission.want_all(TWO, {f"b{n}": behind(door) for n in range(3)})
    assert admission.statistics()["waiting"] == 8
    door.set()
    assert {ticket.wait() for ticket in (running, *page.values())} == {b"x"}
    admission.close()


def test_who_waited_too_long_is_told_to_come_back(door: threading.Event) -> None:
    admission = Admission(at_once=1, longest_wait=0.05)
    running = admission.want("running", ONE, behind(door))
    late = admission.want("late", ONE, behind(door))
    time.sleep(0.1)
    door.set()
    assert running.wait() == b"x"
    with pytest.raises(EngineBusy):
        late.wait()
    admission.close()


# --- over processes, by Redis -----------------------------------------------------------------------


@pytest.fixture
def caches() -> Iterator[list[Cache]]:
    """As many processes would have them: nothing is shared but Redis."""
    prefix = f"{PREFIX}{uuid4().hex}:"
    yield [Cache(redis_url=REDIS, prefix=prefix) for _ in range(4)]
    remove_redis_keys(PREFIX)


def test_processes_that_share_redis_make_a_value_once(caches: list[Cache]) -> None:
    made: list[int] = []

    def make(_: Callable[[], bool]) -> bytes:
        made.append(1)
        time.sleep(0.2)
        return b"answer"

    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda cache: cache.make_shared("k", make, lambda: False), caches))
    assert found == [b"answer"] * 4
    assert made == [1]


_ASKING = """
import sys, threading, time
from uuid import UUID
import redis
from tablewright.infra.admission import Admission
from tablewright.infra.cache import Cache
url, prefix = sys.argv[1:]
cache, runs = Cache(redis_url=url, prefix=prefix), redis.Redis.from_url(url)
admission = Admission(at_once=4, waiting=64, share=64)

def make(_):
    runs.incr(prefix + "runs")
    time.sleep(0.5)
    return b"answer"

print("ready", flush=True)
sys.stdin.readline()
tickets = [
    admission.want("k", UUID(int=1), lambda left: cache.make_shared("k", make, left)) for _ in range(25)
]
print(sum(each.wait() == b"answer" for each in tickets), flush=True)
"""


def test_fifty_equal_misses_in_two_processes_cause_one_run() -> None:
    prefix = f"{PREFIX}{uuid4().hex}:"
    command = [sys.executable, "-c", _ASKING, REDIS, prefix]
    asking = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    try:
        for each in asking:
            assert each.stdout is not None
            assert each.stdout.readline() == "ready\n"
        for each in asking:
            assert each.stdin is not None
            each.stdin.write("go\n")
            each.stdin.flush()
        assert [each.communicate(timeout=60)[0] for each in asking] == ["25\n", "25\n"]
        assert redis.Redis.from_url(REDIS).get(f"{prefix}runs") == b"1"
    finally:
        for each in asking:
            each.kill()
            each.wait()
        remove_redis_keys(PREFIX)


def test_when_one_process_fails_the_next_one_makes_it(caches: list[Cache]) -> None:
    first, second, *_ = caches

    def fail(_: Callable[[], bool]) -> bytes:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        first.make_shared("k", fail, lambda: False)
    assert second.make_shared("k", lambda _: b"made", lambda: False) == b"made"


def test_the_lease_of_a_process_that_died_runs_out(caches: list[Cache], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tablewright.infra.cache._LEASE_MS", 300)
    first, second, *_ = caches
    held = threading.Event()

    def never(_: Callable[[], bool]) -> bytes:
        held.set()
        time.sleep(2)  # as good as dead: it renews nothing
        return b"late"

    dead = threading.Thread(target=first.make_shared, args=("k", never, lambda: False))
    dead.start()
    assert held.wait(5)
    assert second.make_shared("k", lambda _: b"made", lambda: False) == b"made"
    dead.join()


def test_a_lease_is_renewed_while_its_holder_asks_whether_it_is_still_wanted(
    caches: list[Cache], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tablewright.infra.cache._LEASE_MS", 1500)
    first, second, *_ = caches
    held = threading.Event()

    def slow(still: Callable[[], bool]) -> bytes:
        held.set()
        for _ in range(40):
            time.sleep(0.06)
            still()
        return b"first"

    maker = threading.Thread(target=first.make_shared, args=("k", slow, lambda: False))
    maker.start()
    assert held.wait(5)
    assert second.make_shared("k", lambda _: b"second", lambda: False) == b"first"
    maker.join()


def test_who_gives_up_waits_for_no_other_process(caches: list[Cache]) -> None:
    first, second, *_ = caches
    held, go = threading.Event(), threading.Event()

    def slow(_: Callable[[], bool]) -> bytes:
        held.set()
        go.wait(10)
        return b"x"

    maker = threading.Thread(target=first.make_shared, args=("k", slow, lambda: False))
    maker.start()
    assert held.wait(5)
    with pytest.raises(Cancelled):
        second.make_shared("k", lambda _: b"y", lambda: True)
    go.set()
    maker.join()


def test_without_redis_it_is_made_here() -> None:
    away = Cache(redis_url="redis://127.0.0.1:1/0")
    assert away.make_shared("k", lambda _: b"made", lambda: False) == b"made"
    assert Cache().make_shared("k", lambda _: b"made", lambda: False) == b"made"
