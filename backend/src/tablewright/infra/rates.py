"""How often something may be asked: an allowance for each subject, shared through Redis where there is one.

Without Redis, and while it is away, each process keeps its own, bounded.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from time import monotonic

from tablewright.infra.cache import Cache, cache

_MOST_SUBJECTS = 20_000
# Redis tells the time, so that the clocks of several machines need not agree. A bucket that is full is forgotten.
_TAKE = """
local burst, rate = tonumber(ARGV[1]), tonumber(ARGV[2])
local told = redis.call('time')
local now = tonumber(told[1]) + tonumber(told[2]) / 1000000
local kept = redis.call('hmget', KEYS[1], 'left', 'at')
local since = math.max(0, now - (tonumber(kept[2]) or now))
local left = math.min(burst, (tonumber(kept[1]) or burst) + since * rate)
local wait = 0
if left >= 1 then left = left - 1 else wait = (1 - left) / rate end
redis.call('hset', KEYS[1], 'left', string.format('%.9f', left), 'at', string.format('%.6f', now))
redis.call('pexpire', KEYS[1], math.ceil((burst - left) / rate * 1000))
return string.format('%.6f', wait)
"""


class Allowance:
    """A bucket for each subject that holds `burst` and fills at `per_minute`. The name tells allowances apart."""

    def __init__(self, name: str, *, burst: int, per_minute: int, shared: Callable[[], Cache] = cache) -> None:
        self._name = name
        self._burst, self._per_second = float(burst), per_minute / 60
        self._shared = shared
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = Lock()

    def take(self, subject: str) -> float:
        """Take one; 0 when it was there, otherwise the seconds until there is one."""
        told = self._shared().run(_TAKE, f"rates/{self._name}/{subject}", self._burst, self._per_second)
        return self._take_here(subject, monotonic()) if told is None else float(told)

    def _take_here(self, subject: str, at: float) -> float:
        with self._lock:
            left, since = self._left.pop(subject, (self._burst, at))
            left = min(self._burst, left + (at - since) * self._per_second)
            wait = 0.0 if left >= 1 else (1 - left) / self._per_second
            self._left[subject] = (left - 1 if wait == 0 else left, at)
            if len(self._left) > _MOST_SUBJECTS:
                self._left.popitem(last=False)
            return wait
