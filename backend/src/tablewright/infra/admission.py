"""Who is let in to the engine, and in which order: equal work is done once, queues are bounded, workspaces take turns.

Work has a key. Whoever wants what is under way joins it; it is cancelled when the last of them has left. What cannot
begin at once waits in the line of its workspace, and the lines are served in turn, so that one workspace that asks a
thousand things delays another by one of them. Lines are bounded: beyond that, who comes is told to come back.
"""

from __future__ import annotations

import threading
from collections import OrderedDict, deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from time import monotonic
from uuid import UUID

from tablewright.core.errors import Problem, TooMany
from tablewright.infra.limits import Cancelled, EngineBusy

GaveUp = Callable[[], bool]
Make = Callable[[GaveUp], bytes]

_LOOK_SECONDS = 0.25


class WorkspaceBusy(TooMany):
    """One workspace wants more at once than its share of the line."""

    def __init__(self, waiting: int) -> None:
        super().__init__(
            "Your workspace is asking more at once than can be answered soon. Try again in a moment.",
            waiting=waiting,
            retry_after=2,
        )


@dataclass(eq=False)
class _Work:
    key: str
    workspace_id: UUID
    make: Make
    since: float
    done: Future[bytes] = field(default_factory=Future)
    wanted_by: int = 0

    def __post_init__(self) -> None:
        self.done.set_running_or_notify_cancel()  # of many who wait, none can cancel it for the others

    def is_unwanted(self) -> bool:
        return self.wanted_by == 0


class Ticket:
    """One who waits for a piece of work."""

    def __init__(self, admission: Admission, work: _Work) -> None:
        self._admission = admission
        self._work = work
        self._is_here = True

    @property
    def done(self) -> Future[bytes]:
        return self._work.done

    def leave(self) -> None:
        """Want it no longer. The last who leaves has it cancelled. Leaving twice is fine."""
        if self._is_here:
            self._is_here = False
            self._admission.left(self._work)

    def wait(self, gave_up: GaveUp | None = None) -> bytes:
        """The value, or its error; Cancelled when this one gives up before."""
        try:
            while True:
                try:
                    return self.done.result(None if gave_up is None else _LOOK_SECONDS)
                except TimeoutError:
                    if self.done.done():  # an error of the work itself
                        raise
                    if gave_up is not None and gave_up():
                        raise Cancelled("ask") from None
        finally:
            self.leave()


class Admission:
    """`at_once` pieces of work run, at most `waiting` wait, at most `share` of them for one workspace."""

    def __init__(self, *, at_once: int, waiting: int = 256, share: int = 128, longest_wait: float = 30.0) -> None:
        self._at_once = at_once
        self._limit = waiting
        self._share = share
        self._longest_wait = longest_wait
        self._lock = threading.Lock()
        self._known: dict[str, _Work] = {}
        self._lines: OrderedDict[UUID, deque[_Work]] = OrderedDict()
        self._waiting = 0
        self._running = 0
        self._threads = ThreadPoolExecutor(max_workers=at_once, thread_name_prefix="asking")

    def statistics(self) -> dict[str, int]:
        with self._lock:
            return {"running": self._running, "waiting": self._waiting, "workspaces": len(self._lines)}

    def want(self, key: str, workspace_id: UUID, make: Make) -> Ticket:
        """Join the work of this key, or have it begun. Raises EngineBusy or WorkspaceBusy when the line is full."""
        [ticket] = self.want_all(workspace_id, {key: make}).values()
        return ticket

    def want_all(self, workspace_id: UUID, makes: dict[str, Make]) -> dict[str, Ticket]:
        """All of it or nothing: a page of tiles is let in whole, or told to come back."""
        with self._lock:
            new = [key for key in makes if key not in self._known or self._known[key].is_unwanted()]
            beyond = len(new) - max(0, self._at_once - self._running - self._waiting)
            if beyond > 0:
                if self._waiting and self._waiting + beyond > self._limit:
                    raise EngineBusy(self._waiting)
                own = len(self._lines.get(workspace_id, ()))
                if own and own + beyond > self._share:
                    raise WorkspaceBusy(own)
            tickets = {}
            for key, make in makes.items():
                work = self._known.get(key)
                if work is None or work.is_unwanted():
                    work = self._known[key] = _Work(key, workspace_id, make, monotonic())
                    self._lines.setdefault(workspace_id, deque()).append(work)
                    self._waiting += 1
                work.wanted_by += 1
                tickets[key] = Ticket(self, work)
            self._begin()
        return tickets

    def left(self, work: _Work) -> None:
        with self._lock:
            work.wanted_by -= 1
            if not work.is_unwanted():
                return
            line = self._lines.get(work.workspace_id)
            if line is not None and work in line:
                line.remove(work)
                self._waiting -= 1
                self._tidy(work.workspace_id)
                self._forget(work)

    def close(self) -> None:
        """Let what runs finish, and begin nothing more."""
        with self._lock:
            waiting = [work for line in self._lines.values() for work in line]
            self._lines.clear()
            self._waiting = 0
        for work in waiting:
            work.done.set_exception(EngineBusy(0))
        self._threads.shutdown(wait=True, cancel_futures=True)

    def _begin(self) -> None:
        """Begin what can begin, a piece of each workspace in turn. With the lock."""
        while self._waiting and self._running < self._at_once:
            workspace_id, line = next(iter(self._lines.items()))
            work = line.popleft()
            self._waiting -= 1
            self._lines.move_to_end(workspace_id)
            self._tidy(workspace_id)
            self._running += 1
            self._threads.submit(self._run, work)

    def _run(self, work: _Work) -> None:
        value: bytes | None = None
        error: BaseException | None = None
        try:
            if monotonic() - work.since > self._longest_wait:
                raise EngineBusy(self._waiting)
            if work.is_unwanted():
                raise Cancelled("ask")
            value = work.make(work.is_unwanted)
        except BaseException as problem:
            error = problem
        with self._lock:
            self._running -= 1
            self._forget(work)
            self._begin()
        # Outside the lock: who is told may come back at once.
        if error is not None:
            work.done.set_exception(error)
        elif value is not None:
            work.done.set_result(value)

    def _tidy(self, workspace_id: UUID) -> None:
        if not self._lines.get(workspace_id, True):
            del self._lines[workspace_id]

    def _forget(self, work: _Work) -> None:
        if self._known.get(work.key) is work:
            del self._known[work.key]


def is_refusal(problem: Problem) -> bool:
    """Whether it says that nothing was begun, and when to come back."""
    return isinstance(problem, EngineBusy | WorkspaceBusy)
