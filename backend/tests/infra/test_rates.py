"""Allowances: one for all processes through Redis, one of each process without it."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from support.services import REDIS, Proxy, remove_redis_keys

from tablewright.infra import rates
from tablewright.infra.cache import Cache
from tablewright.infra.rates import Allowance

PREFIX = "tw-test-rates:"


@pytest.fixture
def door() -> Iterator[Proxy]:
    address = urlsplit(REDIS)
    remove_redis_keys(PREFIX)
    made = Proxy(address.hostname or "127.0.0.1", address.port or 6379)
    yield made
    made.shut()
    remove_redis_keys(PREFIX)


def through(door: Proxy) -> Cache:
    return Cache(redis_url=f"redis://127.0.0.1:{door.port}/0", prefix=PREFIX)


def of(shared: Cache, name: str = "link", *, burst: int = 3, per_minute: int = 1) -> Allowance:
    return Allowance(name, burst=burst, per_minute=per_minute, shared=lambda: shared)


def test_processes_share_one_allowance_for_each_subject(door: Proxy) -> None:
    one, other = of(through(door)), of(through(door))
    assert [each.take("10.0.0.1") for each in (one, other, one)] == [0, 0, 0]
    assert 50 < other.take("10.0.0.1") <= 60
    assert 50 < one.take("10.0.0.1") <= 60
    assert one.take("10.0.0.2") == 0
    assert of(through(door), "another").take("10.0.0.1") == 0


def test_an_allowance_fills_again_and_a_full_one_is_forgotten(door: Proxy) -> None:
    shared = through(door)
    quick = of(shared, burst=1, per_minute=60_000_000)
    assert [quick.take("a") for _ in range(20)] == [0] * 20
    slow = of(shared, burst=2, per_minute=1)
    slow.take("10.0.0.9")
    assert shared._redis is not None
    left = [int(shared._redis.pttl(key)) for key in shared._redis.scan_iter(f"{PREFIX}*")]
    assert 55_000 < max(left) <= 60_000  # one is missing: a minute
    assert all("10.0" not in str(key) for key in shared._redis.scan_iter(f"{PREFIX}*"))


def test_while_redis_is_away_each_process_keeps_its_own(door: Proxy) -> None:
    one, other = of(through(door)), of(through(door))
    assert one.take("a") == 0
    door.shut()
    assert [one.take("a") > 0 for _ in range(4)] == [False, False, False, True]
    assert other.take("a") == 0


def test_without_redis_an_allowance_fills_with_time_and_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    at = 100.0
    monkeypatch.setattr(rates, "monotonic", lambda: at)
    monkeypatch.setattr(rates, "_MOST_SUBJECTS", 5)
    allowance = of(Cache(), burst=2, per_minute=6)
    assert [allowance.take("a") for _ in range(3)] == [0, 0, 10]
    at = 110.0
    assert [allowance.take("a") for _ in range(2)] == [0, 10]
    for number in range(5):
        allowance.take(str(number))
    assert len(allowance._left) == 5
    assert allowance.take("a") == 0  # asked longest ago, so that it is as new
