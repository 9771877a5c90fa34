"""Bytes that may be forgotten at any moment: in this process, and behind it in Redis or in files of the data folder.

Keys name immutable things, so nothing here is ever stale and nothing needs to be invalidated. A cache that
is away is a slow cache, never a wrong one: Redis down means this process's own memory is used.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from secrets import token_hex
from time import monotonic, sleep
from typing import TYPE_CHECKING

import structlog

from tablewright import __version__
from tablewright.infra.cache_files import KEPT_SECONDS, Files
from tablewright.infra.limits import Cancelled
from tablewright.infra.settings import Settings, settings

if TYPE_CHECKING:
    import redis

log = structlog.get_logger(__name__)

_ENTRY_OVERHEAD = 200  # bytes of a key, its dictionary slot and the object around the value
_REST_SECONDS = 5.0  # how long Redis is left alone after it failed
_RENEWED_SECONDS = 6 * 3600.0  # how often what memory gives is said to be in use, to what keeps it longer
_LEASE_MS = 5_000
_LEASE_LOOK_SECONDS = 0.02
_RELEASE = "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end return 0"


class _Memory:
    """The most recently used values that fit into so many bytes."""

    def __init__(self, limit_bytes: int) -> None:
        self._limit = limit_bytes
        self._used = 0
        self._values: OrderedDict[str, tuple[bytes, float]] = OrderedDict()
        self._guard = threading.Lock()

    def get(self, key: str) -> tuple[bytes, bool] | None:
        """The value, and whether it is time to tell whoever keeps it longer that it is in use."""
        with self._guard:
            found = self._values.get(key)
            if found is None:
                return None
            self._values.move_to_end(key)
            value, told_at = found
            now = monotonic()
            if now - told_at < _RENEWED_SECONDS:
                return value, False
            self._values[key] = (value, now)
            return value, True

    def put(self, key: str, value: bytes) -> None:
        weight = len(value) + len(key) + _ENTRY_OVERHEAD
        with self._guard:
            self._drop(key)
            # One answer may not push out all others.
            if weight * 4 > self._limit:
                return
            self._values[key] = (value, monotonic())
            self._used += weight
            while self._used > self._limit:
                self._drop(next(iter(self._values)))

    def clear(self) -> None:
        with self._guard:
            self._values.clear()
            self._used = 0

    @property
    def used_bytes(self) -> int:
        return self._used

    def _drop(self, key: str) -> None:
        old = self._values.pop(key, None)
        if old is not None:
            self._used -= len(old[0]) + len(key) + _ENTRY_OVERHEAD


class _Flight:
    """One `make` under way, and those who wait for it."""

    def __init__(self) -> None:
        self.done = threading.Event()
        self.value: bytes | None = None
        self.error: BaseException | None = None


class Cache:
    """Values by key. Thread-safe; every method works, slower, when Redis is away."""

    def __init__(
        self,
        *,
        limit_bytes: int = 128 << 20,
        redis_url: str = "",
        prefix: str = "tablewright:",
        files: Files | None = None,
    ) -> None:
        """`files` keeps what Redis keeps where there is one."""
        self._memory = _Memory(limit_bytes)
        self._files = None if redis_url else files
        self._prefix = prefix
        self._redis: redis.Redis | None = None
        self._errors: tuple[type[redis.RedisError], ...] = ()
        if redis_url:
            import redis  # a third of a second that only those who use it should pay

            self._errors = (redis.RedisError,)
            self._redis = redis.Redis.from_url(
                redis_url, socket_connect_timeout=0.5, socket_timeout=1.0, health_check_interval=30
            )
        self._rest_until = 0.0
        self._flights: dict[str, _Flight] = {}
        self._guard = threading.Lock()
        self.hits = 0
        self.misses = 0

    def get(self, key: str) -> bytes | None:
        """The value, or None when it was never put or has been forgotten."""
        found = self._memory.get(key)
        if found is not None:
            self.hits += 1
            value, is_due = found
            if is_due:
                self._renew(key, value)
            return value
        kept = self._kept(key)
        if kept is None:
            self.misses += 1
        else:
            self.hits += 1
        return kept

    def put(self, key: str, value: bytes) -> None:
        self._memory.put(key, value)
        if self._files is not None:
            self._files.put(_hash(key), value)
        client = self._client()
        if client is not None:
            try:
                client.set(self._name(key), value, ex=KEPT_SECONDS)
            except self._errors as error:
                self._rest(error)

    def sweep(self) -> None:
        """Remove from the disk what is beyond the bound and what nobody wanted for long. Redis does so by itself."""
        if self._files is not None:
            self._files.sweep()

    def get_or_make(self, key: str, make: Callable[[], bytes]) -> bytes:
        """The value, made at most once at a time in this process; an error reaches everybody who waited."""
        value = self.get(key)
        if value is not None:
            return value
        with self._guard:
            flight = self._flights.get(key)
            first = flight is None
            if flight is None:
                flight = self._flights[key] = _Flight()
        if not first:
            flight.done.wait()
            if flight.error is not None:
                raise flight.error
            assert flight.value is not None
            return flight.value
        try:
            flight.value = make()
            self.put(key, flight.value)
            return flight.value
        except BaseException as error:
            flight.error = error
            raise
        finally:
            with self._guard:
                del self._flights[key]
            flight.done.set()

    def make_shared(self, key: str, make: Callable[[Callable[[], bool]], bytes], gave_up: Callable[[], bool]) -> bytes:
        """Make the value in one process at a time of those that share Redis; the others wait for it.

        The lease of who makes it is renewed each time that `make` asks whether it is still wanted, and runs out a few
        seconds after its process died: then the next one makes it. Without Redis it is made here, unless another
        process has kept it in a file meanwhile.
        """
        if self._redis is None and (kept := self._kept(key)) is not None:
            return kept
        name = f"{self._name(key)}:lease"
        token = token_hex(8)
        while True:
            client = self._client()
            if client is None:
                break
            try:
                is_ours = bool(client.set(name, token, nx=True, px=_LEASE_MS))
                value = self._redis_get(key)  # also now: who held the lease before may have made it
                if value is not None:
                    self._memory.put(key, value)
                    if is_ours:
                        client.eval(_RELEASE, 1, name, token)
                    return value
            except self._errors as error:
                self._rest(error)
                continue
            if is_ours:
                break
            if gave_up():
                raise Cancelled("ask")
            sleep(_LEASE_LOOK_SECONDS)
        renewed = monotonic()

        def still() -> bool:
            nonlocal renewed
            if client is not None and monotonic() - renewed > 1.0:
                renewed = monotonic()
                with suppress(*self._errors):
                    client.pexpire(name, _LEASE_MS)
            return gave_up()

        try:
            value = make(still)
            self.put(key, value)
            return value
        finally:
            if client is not None:
                with suppress(*self._errors):
                    client.eval(_RELEASE, 1, name, token)

    def run(self, script: str, key: str, *values: float) -> str | None:
        """What a Lua script that Redis runs as one step says of a key; None without Redis."""
        client = self._client()
        if client is None:
            return None
        try:
            return bytes(client.eval(script, 1, self._name(key), *values)).decode()
        except self._errors as error:
            self._rest(error)
            return None

    def clear(self) -> None:
        """Forget what this process holds. Redis forgets by itself."""
        self._memory.clear()

    @property
    def used_bytes(self) -> int:
        """Bytes held by this process."""
        return self._memory.used_bytes

    def ready(self) -> bool:
        """Whether the shared cache answers; always true without one. Being away is no outage."""
        if self._redis is None:
            return True
        try:
            return bool(self._redis.ping())
        except self._errors:
            return False

    def _kept(self, key: str) -> bytes | None:
        """From what outlives this process."""
        value = self._redis_get(key) if self._files is None else self._files.get(_hash(key))
        if value is not None:
            self._memory.put(key, value)
        return value

    def _renew(self, key: str, value: bytes) -> None:
        """Tell what keeps it longer that it is in use, or give it there again when it was forgotten."""
        if self._files is not None and not self._files.renew(_hash(key)):
            self._files.put(_hash(key), value)
        client = self._client()
        if client is not None:
            try:
                if not client.expire(self._name(key), KEPT_SECONDS):
                    client.set(self._name(key), value, ex=KEPT_SECONDS)
            except self._errors as error:
                self._rest(error)

    def _redis_get(self, key: str) -> bytes | None:
        client = self._client()
        if client is None:
            return None
        try:
            value = client.getex(self._name(key), ex=KEPT_SECONDS)
        except self._errors as error:
            self._rest(error)
            return None
        return bytes(value) if isinstance(value, bytes) else None

    def _client(self) -> redis.Redis | None:
        return self._redis if monotonic() >= self._rest_until else None

    def _rest(self, error: redis.RedisError) -> None:
        # A dead address costs every question its time-out; asking again every few seconds costs nobody much.
        self._rest_until = monotonic() + _REST_SECONDS
        log.warning("shared_cache_away", error=str(error)[:200])

    def _name(self, key: str) -> str:
        return self._prefix + _hash(key)


def _hash(key: str) -> str:
    """What a value is called where it outlives its process; another version of this program may write it otherwise."""
    return sha256(f"{__version__}|{key}".encode()).hexdigest()


def _files(current: Settings) -> Files | None:
    """Not among the copies of objects, which children may read: an answer is for who may see it."""
    if current.redis_url or not current.answer_bytes:
        return None
    return Files(current.data_dir / "answers", limit_bytes=current.answer_bytes)


_made: tuple[Settings, Cache] | None = None
_made_guard = threading.Lock()


def cache() -> Cache:
    """The cache of the current settings."""
    global _made
    current = settings()
    with _made_guard:
        if _made is None or _made[0] is not current:
            made = Cache(
                limit_bytes=current.cache_bytes,
                redis_url=current.redis_url,
                prefix=f"{current.queue_name}:",
                files=_files(current),
            )
            _made = (current, made)
        return _made[1]
