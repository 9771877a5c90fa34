"""Warm child processes with limits: where every stranger's byte is parsed and every question is run.

A pool keeps started children ready. The parent watches each call: wall time, resident memory, size of
the output, the caller's cancel, the child's death; whatever goes wrong ends that child and becomes an
error with words. A child that breached anything is never used again.

A pool belongs to the process that made it. Its fork server is started by one thread that lives as long as the
pool, because the kernel ends the server with the *thread* that started it, and the children with the server.
"""

from __future__ import annotations

import atexit
import errno
import os
import secrets
import select
import shutil
import signal
import socket
import threading
import time
import weakref
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped]
import structlog

from tablewright.core.errors import Problem
from tablewright.infra import frames
from tablewright.infra.forkserver import ForkedChild, ForkServer
from tablewright.infra.limits import (
    GIB,
    MIB,
    Cancelled,
    ChildDied,
    ChildrenCannotStart,
    DiskFull,
    EngineBusy,
    Limits,
    MemoryExceeded,
    OutputExceeded,
    ProblemFromChild,
    Reply,
    TaskFault,
    TimeExceeded,
)

__all__ = [
    "GIB", "MIB", "Cancelled", "ChildDied", "Children", "ChildrenCannotStart", "DiskFull", "EngineBusy", "Limits",
    "MemoryExceeded", "OutputExceeded", "ProblemFromChild", "Reply", "TaskFault", "TimeExceeded",
]  # fmt: skip

log = structlog.get_logger(__name__)

WARM = ("duckdb", "pyarrow", "pyarrow.parquet")

_WATCH_SECONDS = 0.1
_ASK_CANCEL_SECONDS = 0.25
_GRACE_SECONDS = 2.0
_START_SECONDS = 60.0
_LOG_BYTES = 32 * 1024
_OUT_OF_MEMORY = ("bad_alloc", "memory allocation of", "Out of memory", "out of memory")
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
_HEADROOM = 16 * MIB  # progress and headers, above the allowed output


@dataclass(eq=False)
class _Child:
    process: ForkedChild
    channel: socket.socket
    errors: int
    """Descriptor of its standard output and error."""
    home: Path
    sandbox: dict[str, Any] = field(default_factory=dict)
    said: bytearray = field(default_factory=bytearray)
    calls: int = 0
    spoiled: bool = False
    served: deque[str] = field(default_factory=lambda: deque(maxlen=8))

    def listen(self) -> None:
        """Keep the last of what it printed; never let a full pipe block it."""
        try:
            piece = os.read(self.errors, 64 * 1024)
        except BlockingIOError:
            return
        self.said += piece
        del self.said[:-_LOG_BYTES]

    def resident(self) -> int:
        """Bytes in memory; 0 when it has ended."""
        try:
            return int(Path(f"/proc/{self.process.pid}/statm").read_bytes().split()[1]) * _PAGE_BYTES
        except (OSError, IndexError):
            return 0

    def end(self) -> int:
        """Kill it with everything it started, wait for it, remove its files; its exit status."""
        self.process.kill()
        status = self.process.wait()
        for _ in range(8):
            self.listen()
        self.channel.close()
        os.close(self.errors)
        shutil.rmtree(self.home, ignore_errors=True)
        return status


class _Stopped(Exception):
    """The parent ends a call, and with it the child: one of our limits, the child's death, the caller's wish."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.detail)
        self.problem = problem


_pools: weakref.WeakSet[Children] = weakref.WeakSet()


class Children:
    """A pool of warm, pre-started children; thread-safe.

    `size` calls run at once. With `reuse` a child serves call after call; without, each call gets a fresh
    child that is already warm, while the next one starts in the background. Children may read `readable`
    (and Python's own files) and write under `scratch`; where the host allows, the kernel holds them to it.

    `warm` names modules that the fork server loads, which every child has from its start; `extra_tasks` is a
    Python file whose `TASKS` join the registry (for tests).
    """

    def __init__(
        self,
        *,
        size: int,
        reuse: bool,
        limits: Limits,
        scratch: Path,
        readable: Sequence[Path] = (),
        warm: Sequence[str] = WARM,
        queue_limit: int = 64,
        wait_seconds: float = 30.0,
        extra_tasks: Path | None = None,
    ) -> None:
        self.limits = limits
        self.scratch = scratch.resolve()
        self._size = size
        self._reuse = reuse
        self._readable = [str(path.resolve()) for path in readable]
        self._warm = list(warm)
        self._queue_limit = queue_limit
        self._wait_seconds = wait_seconds
        self._extra_tasks = str(extra_tasks.resolve()) if extra_tasks else None
        self._changed = threading.Condition()
        self._idle: list[_Child] = []
        self._busy: set[_Child] = set()
        self._starting: _Child | None = None
        self._waiting = 0
        self._server: ForkServer | None = None
        self._failures = 0
        self._failure = ""
        self._report: dict[str, Any] | None = None
        self._closed = False
        self._owner = os.getpid()
        self._home = self._make_home()
        self._numbers = iter(range(1, 1 << 62))
        self._starter = threading.Thread(target=self._keep_started, name="children", daemon=True)
        self._starter.start()
        _pools.add(self)

    # What callers use

    def call(
        self,
        task: str,
        params: dict[str, Any],
        *,
        limits: Limits | None = None,
        on_progress: Callable[[dict[str, Any]], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
        only_read: Sequence[Path] | None = None,
        only_write: Sequence[Path] | None = None,
        prefer: str | None = None,
    ) -> Reply:
        """Run one task in a child and give its reply, or the error that says why there is none.

        `only_read` and `only_write` (children with one call) narrow the child to these paths of the
        pool's, so that a file of one workspace is parsed where no other's can be opened. `prefer` names
        what a reused child may hold warm; a free child that served the same name is taken first.
        """
        if self._reuse and (only_read is not None or only_write is not None):
            raise ValueError("a reused child cannot be narrowed to one call's files")
        limits = limits or self.limits
        child = self._take(task, cancelled, prefer)
        reusable = False
        try:
            only = None
            if only_read is not None or only_write is not None:
                only = {
                    "readable": [str(path.resolve()) for path in only_read or ()],
                    "writable": [str(path.resolve()) for path in only_write or ()],
                }
            reply = self._converse(child, task, params, limits, only, on_progress, cancelled)
            reusable = True
            return reply
        except (ProblemFromChild, Cancelled):
            # A clean refusal, or an interrupt that the child obeyed, leaves it as good as it was.
            reusable = not child.spoiled
            raise
        finally:
            self._give_back(child, reusable and self._reuse, limits)

    def sandbox_report(self, wait_seconds: float = 20.0) -> dict[str, Any]:
        """What holds the children here: limits always; network, files and privileges as the host allows."""
        with self._changed:
            self._changed.wait_for(lambda: self._report is not None or self._failures >= 3, wait_seconds)
            if self._report is None:
                raise ChildrenCannotStart(self._failure or "they are slow to start")
            return dict(self._report)

    def statistics(self) -> dict[str, int]:
        """How many children are free and busy, and how many callers wait."""
        with self._changed:
            return {"idle": len(self._idle), "busy": len(self._busy), "waiting": self._waiting}

    def close(self) -> None:
        """End all children and remove their files. Running calls end with ChildDied."""
        with self._changed:
            if self._closed or self._owner != os.getpid():
                return
            self._closed = True
            idle, self._idle = self._idle, []
            busy = list(self._busy)
            starting, server = self._starting, self._server
            self._changed.notify_all()
        for child in (*busy, *([starting] if starting else [])):
            child.process.kill()
        for child in idle:
            child.end()
        if server is not None and not server.is_ready:
            server.kill()
        self._starter.join(10)
        with self._changed:
            self._changed.wait_for(lambda: not self._busy, 10)
        if self._server is not None:
            self._server.close()
        shutil.rmtree(self._home, ignore_errors=True)

    def __enter__(self) -> Children:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # Starting

    def _make_home(self) -> Path:
        """A folder of this process's own; those that dead processes left are removed."""
        self.scratch.mkdir(parents=True, exist_ok=True)
        for left in self.scratch.glob("children-*"):
            parts = left.name.split("-")
            if len(parts) == 4 and not _lives(parts[1], parts[2]):
                shutil.rmtree(left, ignore_errors=True)
        born = int(psutil.Process().create_time())
        home = self.scratch / f"children-{os.getpid()}-{born}-{secrets.token_hex(4)}"
        home.mkdir(mode=0o700)
        return home

    def _wanted(self) -> bool:
        """Whether one more child should be started: one spare beyond `size` when none is used twice."""
        total = len(self._idle) + len(self._busy)
        return total < self._size if self._reuse else len(self._idle) < self._size and total <= self._size

    def _keep_started(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._closed or self._wanted())
                if self._closed:
                    return
            try:
                child = self._start()
            except Exception as error:
                with self._changed:
                    self._failures += 1
                    self._failure = str(error)
                    failures, closed = self._failures, self._closed
                    self._changed.notify_all()
                    if not closed:
                        log.error("child_cannot_start", reason=str(error), failures=failures)
                        self._changed.wait_for(lambda: self._closed, min(30.0, 0.5 * 2 ** min(failures, 6)))
                continue
            if not self._welcome(child):
                child.end()
                return

    def _welcome(self, child: _Child) -> bool:
        """Put a started child among the idle ones; False when the pool closed meanwhile."""
        with self._changed:
            self._starting = None
            self._failures = 0
            self._report = child.sandbox
            if not self._closed:
                self._idle.insert(0, child)
            self._changed.notify_all()
            return not self._closed

    def _forks(self) -> ForkServer:
        """The fork server; a new one when it died. Called on the starting thread."""
        if self._server is not None and not self._server.lives():
            self._server.close()
            self._server = None
        if self._server is None:
            self._server = ForkServer(self._home, self._warm)
            self._server.start()
        return self._server

    def _start(self) -> _Child:
        """Start one child and wait until it is ready."""
        home = self._home / str(next(self._numbers))
        home.mkdir(mode=0o700)
        ours, theirs = socket.socketpair()
        reading, writing = os.pipe()
        os.set_blocking(reading, False)
        try:
            server = self._forks()
            process = server.fork(home, theirs.fileno(), writing)
        except BaseException:
            ours.close()
            os.close(reading)
            raise
        finally:
            theirs.close()
            os.close(writing)
        child = _Child(process, ours, reading, home)
        with self._changed:
            self._starting = child
        try:
            ours.settimeout(_START_SECONDS)
            hello = {
                "parent": server.pid,
                "home": str(home),
                "readable": [*self._readable, *([self._extra_tasks] if self._extra_tasks else [])],
                "writable": [str(self.scratch)],
                "code": [self._extra_tasks] if self._extra_tasks else [],
                "extra_tasks": self._extra_tasks,
                "reuse": self._reuse,
            }
            frames.send(ours, hello)
            frame = frames.receive(ours, frames.Incoming(MIB))
            if frame is None or frame[0].get("kind") != "ready":
                raise ChildrenCannotStart("it ended before it was ready")
        except BaseException as error:
            with self._changed:
                self._starting = None
            status = child.end()
            last = child.said.decode(errors="replace").strip().splitlines()[-1:]
            reason = f"{last[0] if last else error} (exit status {status})"
            raise ChildrenCannotStart(reason) from error
        child.sandbox = dict(frame[0]["sandbox"])
        return child

    # Taking and giving back

    def _take(self, task: str, cancelled: Callable[[], bool] | None, prefer: str | None) -> _Child:
        if self._owner != os.getpid():
            raise RuntimeError("a pool of children serves the process that made it; make it after the fork")
        until = time.monotonic() + self._wait_seconds
        while True:
            with self._changed:
                if self._closed:
                    raise ChildrenCannotStart("the pool is closed")
                if self._waiting >= self._queue_limit:
                    raise EngineBusy(self._waiting)
                self._waiting += 1
                try:
                    self._changed.wait_for(self._free, min(_ASK_CANCEL_SECONDS, max(0.0, until - time.monotonic())))
                    if self._free() and not self._closed and (child := self._pick(prefer)):
                        self._busy.add(child)
                        self._changed.notify_all()
                        return child
                    if self._failures >= 3:
                        raise ChildrenCannotStart(self._failure)
                    if time.monotonic() >= until:
                        raise EngineBusy(self._waiting)
                finally:
                    self._waiting -= 1
            if cancelled and cancelled():
                raise Cancelled(task)

    def _free(self) -> bool:
        return self._closed or (bool(self._idle) and len(self._busy) < self._size)

    def _pick(self, prefer: str | None) -> _Child | None:
        """A child that served the same name before, or the one used last, whose caches are warm; None when all that
        waited have died, for instance killed by hand."""
        while self._idle:
            child = next((each for each in reversed(self._idle) if prefer in each.served), self._idle[-1])
            self._idle.remove(child)
            if child.process.is_dead():
                child.end()
                self._changed.notify_all()
                continue
            if prefer is not None and prefer not in child.served:
                child.served.append(prefer)
            return child
        return None

    def _give_back(self, child: _Child, reusable: bool, limits: Limits) -> None:
        # Half of the memory still resident after a call would leave the next one too little: start afresh. One that
        # died has nothing resident, or is seen when it is taken next.
        if not (reusable and 0 < child.resident() < limits.memory_bytes // 2):
            child.end()
            reusable = False
        with self._changed:
            self._busy.discard(child)
            if reusable and not self._closed:
                self._idle.append(child)
            self._changed.notify_all()
        if reusable and self._closed:
            child.end()

    # One call

    def _converse(
        self,
        child: _Child,
        task: str,
        params: dict[str, Any],
        limits: Limits,
        only: dict[str, list[str]] | None,
        on_progress: Callable[[dict[str, Any]], None] | None,
        cancelled: Callable[[], bool] | None,
    ) -> Reply:
        child.calls += 1
        del child.said[:]
        number = child.calls
        scratch = child.home / f"call-{number}"
        request = {
            "kind": "call",
            "call": number,
            "task": task,
            "params": params,
            "scratch": str(scratch),
            "only": only,
            "limits": {
                "memory_bytes": limits.memory_bytes,
                "cpu_seconds": limits.cpu_seconds,
                "file_bytes": limits.file_bytes,
                "output_bytes": limits.output_bytes,
            },
        }
        incoming = frames.Incoming(limits.output_bytes + _HEADROOM)
        highest = [0]
        try:
            child.channel.settimeout(10)
            try:
                frames.send(child.channel, request)
            except OSError:
                raise _Stopped(self._epitaph(child, task, limits, 0)) from None
            header, payload = self._wait(child, task, limits, incoming, highest, on_progress, cancelled, number)
        except _Stopped as stopped:
            child.spoiled = True
            raise stopped.problem from None
        finally:
            if scratch.exists():
                shutil.rmtree(scratch, ignore_errors=True)
        return self._understand(child, task, limits, header, payload)

    def _wait(
        self,
        child: _Child,
        task: str,
        limits: Limits,
        incoming: frames.Incoming,
        highest: list[int],
        on_progress: Callable[[dict[str, Any]], None] | None,
        cancelled: Callable[[], bool] | None,
        number: int,
    ) -> tuple[dict[str, Any], bytes]:
        """Watch a call until its last frame. Raises _Stopped when the child has to be ended."""
        start = time.monotonic()
        end, watched, asked = start + limits.wall_seconds, start, start
        asked_to_stop = False
        poll = select.poll()
        poll.register(child.channel, select.POLLIN)
        poll.register(child.errors, select.POLLIN)
        while True:
            now = time.monotonic()
            if now >= end:
                if asked_to_stop:
                    raise _Stopped(Cancelled(task))
                raise _Stopped(TimeExceeded(task, limits.wall_seconds, "wall-clock"))
            events = dict(poll.poll(1000 * min(_WATCH_SECONDS, end - now) + 1))
            if child.errors in events:
                child.listen()
                if events[child.errors] & select.POLLHUP:
                    poll.unregister(child.errors)
            if child.channel.fileno() in events:
                try:
                    alive = incoming.read(child.channel)
                    while (frame := incoming.next()) is not None:
                        if frame[0].get("kind") != "progress":
                            return frame
                        if on_progress:
                            on_progress(frame[0]["progress"])
                except frames.FrameTooLarge:
                    raise _Stopped(OutputExceeded(task, limits.output_bytes)) from None
                except (OSError, ValueError, KeyError):
                    alive = False
                if not alive:
                    raise _Stopped(self._epitaph(child, task, limits, highest[0]))
            now = time.monotonic()
            if now - watched >= _WATCH_SECONDS:
                watched = now
                highest[0] = max(highest[0], child.resident())
                if highest[0] > limits.memory_bytes:
                    raise _Stopped(MemoryExceeded(task, limits.memory_bytes))
            if cancelled and not asked_to_stop and now - asked >= _ASK_CANCEL_SECONDS:
                asked = now
                if cancelled():
                    if not self._reuse:
                        raise _Stopped(Cancelled(task))
                    asked_to_stop, end = True, min(end, now + _GRACE_SECONDS)
                    try:
                        frames.send(child.channel, {"kind": "cancel", "call": number})
                    except OSError:
                        raise _Stopped(Cancelled(task)) from None

    def _understand(self, child: _Child, task: str, limits: Limits, header: dict[str, Any], payload: bytes) -> Reply:
        """The reply of a finished call, or the error it became in the child."""
        kind = header.get("kind")
        if kind == "done":
            return Reply(header["value"], payload)
        if kind == "problem":
            raise ProblemFromChild(header["problem"])
        if kind == "interrupted":
            raise Cancelled(task)
        if kind == "breach":
            log.warning("child_breached", task=task, what=header["what"], words=header["words"])
            if header["what"] == "memory":
                raise MemoryExceeded(task, limits.memory_bytes)
            if header["what"] == "disk":
                raise DiskFull(task)
            raise OutputExceeded(task, limits.output_bytes)
        reference = secrets.token_hex(6)
        said = bytes(child.said).decode(errors="replace")
        log.error("child_fault", task=task, reference=reference, said=said, **{**header, "kind": None})
        raise TaskFault(task, str(header.get("error", "unknown")), reference)

    def _epitaph(self, child: _Child, task: str, limits: Limits, highest: int) -> Problem:
        """Why a child ended on its own."""
        try:
            status = child.process.wait(5)
        except TimeoutError:
            return ChildDied(task, "it closed its channel")
        for _ in range(8):
            child.listen()
        said = bytes(child.said).decode(errors="replace")
        log.error("child_died", task=task, status=status, resident_bytes=highest, said=said[-4000:])
        if status == -signal.SIGXCPU:
            return TimeExceeded(task, limits.cpu_seconds, "processor")
        if status == -signal.SIGXFSZ:
            return OutputExceeded(task, limits.file_bytes)
        no_memory = any(words in said for words in _OUT_OF_MEMORY)
        if no_memory or (status == -signal.SIGKILL and highest > 0.7 * limits.memory_bytes):
            return MemoryExceeded(task, limits.memory_bytes)
        if status < 0:
            return ChildDied(task, f"signal {signal.Signals(-status).name}")
        return ChildDied(task, f"exit status {status}")


def _lives(pid: str, born: str) -> bool:
    try:
        return bool(abs(psutil.Process(int(pid)).create_time() - int(born)) < 2)
    except (psutil.Error, ValueError):
        return False
    except OSError as error:
        return error.errno != errno.ESRCH


@atexit.register
def _close_all() -> None:
    for pool in list(_pools):
        pool.close()
