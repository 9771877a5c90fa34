"""How often something may be asked: an allowance for each subject, kept in this process and bounded."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from time import monotonic

_MOST_SUBJECTS = 20_000


class Allowance:
    """A bucket for each subject that holds `burst` and fills at `per_minute`."""

    def __init__(self, *, burst: int, per_minute: int) -> None:
        self._burst, self._per_second = float(burst), per_minute / 60
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = Lock()

    def take(self, subject: str, *, now: float | None = None) -> float:
        """Take one; 0 when it was there, otherwise the seconds until there is one."""
        at = monotonic() if now is None else now
        with self._lock:
            left, since = self._left.pop(subject, (self._burst, at))
            left = min(self._burst, left + (at - since) * self._per_second)
            wait = 0.0 if left >= 1 else (1 - left) / self._per_second
            self._left[subject] = (left - 1 if wait == 0 else left, at)
            if len(self._left) > _MOST_SUBJECTS:
                self._left.popitem(last=False)
            return wait
