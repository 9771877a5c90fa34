"""The cache: bounded, joined, and correct when Redis is away."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import redis
from support.services import REDIS, Proxy, remove_redis_keys

from tablewright.infra import cache as cache_module
from tablewright.infra.cache import Cache
from tablewright.infra.cache_files import Files

PREFIX = "tw-test-cache:"


@pytest.fixture
def door() -> Iterator[Proxy]:
    address = urlsplit(REDIS)
    made = Proxy(address.hostname or "127.0.0.1", address.port or 6379)
    yield made
    made.shut()
    remove_redis_keys(PREFIX)


def through(door: Proxy) -> Cache:
    return Cache(limit_bytes=1 << 20, redis_url=f"redis://127.0.0.1:{door.port}/0", prefix=PREFIX)


def test_the_value_used_longest_ago_goes_first_and_the_bound_holds() -> None:
    cache = Cache(limit_bytes=10_000)
    for name in "abcdefghij":
        cache.put(name, b"x" * 1000)
        assert cache.get("a") is not None
    assert cache.get("a") is not None and cache.get("j") is not None
    assert cache.get("b") is None
    assert cache.used_bytes <= 10_000


def test_one_large_value_does_not_push_out_the_others() -> None:
    cache = Cache(limit_bytes=10_000)
    cache.put("small", b"x")
    cache.put("large", b"x" * 9_000)
    assert cache.get("small") == b"x" and cache.get("large") is None


def test_a_value_replaced_is_counted_once() -> None:
    cache = Cache(limit_bytes=10_000)
    for _ in range(100):
        cache.put("a", b"x" * 500)
    assert cache.used_bytes < 1000
    cache.clear()
    assert cache.used_bytes == 0


def test_many_who_miss_at_once_make_it_once() -> None:
    cache = Cache()
    made: list[int] = []
    results: list[bytes] = []
    together = threading.Barrier(12)

    def make() -> bytes:
        made.append(1)
        time.sleep(0.2)
        return b"answer"

    def ask() -> None:
        together.wait()
        results.append(cache.get_or_make("key", make))

    askers = [threading.Thread(target=ask) for _ in range(12)]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()
    assert (len(made), results) == (1, [b"answer"] * 12)


def test_an_error_reaches_everybody_who_waited_and_is_not_kept() -> None:
    cache = Cache()
    errors: list[str] = []
    together = threading.Barrier(4)

    def fail() -> bytes:
        time.sleep(0.2)
        raise ValueError("no")

    def ask() -> None:
        together.wait()
        try:
            cache.get_or_make("key", fail)
        except ValueError as error:
            errors.append(str(error))

    askers = [threading.Thread(target=ask) for _ in range(4)]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()
    assert errors == ["no"] * 4
    assert cache.get_or_make("key", lambda: b"yes") == b"yes"


def test_processes_share_values_through_redis(door: Proxy) -> None:
    one, other = through(door), through(door)
    one.put("shared", b"\x00value")
    assert other.get("shared") == b"\x00value"
    assert other.ready() is True


def test_a_value_is_kept_for_a_month_after_it_was_wanted_last(door: Proxy, monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = through(door), through(door)
    one.put("wanted", b"value")
    client = redis.Redis.from_url(REDIS)
    [name] = client.scan_iter(f"{PREFIX}*")

    def left_after(get: Cache) -> int:
        client.expire(name, 60)
        assert get.get("wanted") == b"value"
        return client.ttl(name)

    assert left_after(one) == 60  # memory gave it: told only now and then
    assert left_after(other) > 29 * 86400
    monkeypatch.setattr(cache_module, "_RENEWED_SECONDS", 0.0)
    assert left_after(one) > 29 * 86400


def test_redis_stands_in_for_files(door: Proxy, tmp_path: Path) -> None:
    files = Files(tmp_path, limit_bytes=1 << 20)
    both = Cache(redis_url=f"redis://127.0.0.1:{door.port}/0", prefix=PREFIX, files=files)
    both.put("a", b"value")
    assert list(tmp_path.iterdir()) == [] and through(door).get("a") == b"value"


def test_with_redis_away_answers_stay_right_and_do_not_wait(door: Proxy, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = through(door)
    cache.put("before", b"1")
    door.shut()
    assert cache.ready() is False
    started = time.monotonic()
    assert cache.get("before") == b"1"
    assert [cache.get_or_make(f"key {number}", lambda: b"made") for number in range(50)] == [b"made"] * 50
    assert [cache.get_or_make(f"key {number}", lambda: b"again") for number in range(50)] == [b"made"] * 50
    assert time.monotonic() - started < 3
    door.open()
    monkeypatch.setattr(cache, "_rest_until", 0.0)
    cache.put("after", b"2")
    assert through(door).get("after") == b"2"


def test_a_failure_is_not_asked_again_at_once(door: Proxy) -> None:
    cache = through(door)
    door.shut()
    cache.get("a")
    assert cache._client() is None
    assert cache_module._REST_SECONDS > 1
