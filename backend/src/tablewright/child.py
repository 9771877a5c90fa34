"""A fork server and its children: `python -m tablewright.child DESCRIPTOR`, started by `infra.forkserver`.

The server loads what the tasks of its pool need and forks. A child closes the doors of its sandbox, says that it is
ready, and then runs one call after another (or one only), watched by `infra.children`. Standard output is not part of
the protocol: it goes to the log.
"""

from __future__ import annotations

import gc
import importlib
import importlib.util
import json
import os
import queue
import socket
import sys
import threading
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from tablewright.infra import frames, sandbox

Function = Callable[[dict[str, Any], "Context"], Any]
_CALL_LIMIT = 1 << 62
_MESSAGE_BYTES = 64 * 1024


@dataclass(frozen=True)
class Task:
    """Where a task's function is, imported at its first use, and how it may be bounded."""

    function: str
    address_space: bool = True
    """False for V8, which reserves far more addresses than it uses; resident memory is watched anyway."""


TASKS: dict[str, Task] = {
    "load": Task("tablewright.core.readers.load:run"),
    "preview": Task("tablewright.core.readers.glance:preview"),
    "versions.build": Task("tablewright.core.versions.build:run"),
    "versions.replay": Task("tablewright.core.versions.edits:run"),
    "versions.compare": Task("tablewright.core.versions.compare:run"),
    "mappings.preview": Task("tablewright.core.mappings.trial:preview"),
    "mappings.sketch": Task("tablewright.core.mappings.trial:sketch"),
    "ask": Task("tablewright.infra.duck:ask"),
    "copy": Task("tablewright.infra.duck:copy"),
    "chart.svg": Task("tablewright.core.charts.render:run", address_space=False),
    "table.formats": Task("tablewright.core.charts.painting:run", address_space=False),
    "report.pdf": Task("tablewright.core.layouts.pdf:run"),
    "picture.clean": Task("tablewright.core.layouts.images:run"),
    "board.png": Task("tablewright.core.layouts.board:run"),
    "table.xlsx": Task("tablewright.core.exports.xlsx:run"),
}


class Context:
    """What a task may use: a scratch folder of its own, a way to report progress, and to hear of a cancel."""

    def __init__(self, channel: Channel, call: int, scratch: Path) -> None:
        self.home = scratch.parent
        self._scratch = scratch
        self._channel = channel
        self._call = call
        self._stage: object = None
        self._sent_at = 0.0

    @property
    def scratch(self) -> Path:
        """A folder of this call's own, made when it is first asked for and removed after the call."""
        if not self._scratch.is_dir():
            self._scratch.mkdir(parents=True)
            os.environ["TMPDIR"] = str(self._scratch)
        return self._scratch

    def progress(self, **fields: Any) -> None:
        """Report where the work stands (stage, done, total, unit); at most twenty reports a second leave."""
        now = time.monotonic()
        soon = fields.get("stage") == self._stage and now - self._sent_at < 0.05
        if soon and fields.get("done") != fields.get("total"):
            return
        self._stage, self._sent_at = fields.get("stage"), now
        self._channel.send({"kind": "progress", "progress": fields})

    def on_cancel(self, stop: Callable[[], None]) -> None:
        """Have `stop` called, on another thread, when the caller gives up. Without it a cancel is a kill."""
        self._channel.on_cancel(self._call, stop)


class Channel:
    """The child's end of the socket. Calls are queued for the main thread; cancels act at once."""

    def __init__(self, descriptor: int) -> None:
        self._socket = socket.socket(fileno=descriptor)
        self._incoming = frames.Incoming(_CALL_LIMIT)
        self._calls: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        self._sending = threading.Lock()
        self._cancelling = threading.Lock()
        self._cancelled = -1
        self._stop: tuple[int, Callable[[], None]] | None = None
        self._listening = False

    def send(self, header: dict[str, Any], payload: bytes | memoryview = b"") -> None:
        with self._sending:
            frames.send(self._socket, header, payload)

    def first(self) -> dict[str, Any]:
        """Read one frame on the calling thread, before there is a second thread."""
        frame = frames.receive(self._socket, self._incoming)
        if frame is None:
            os._exit(0)
        return frame[0]

    def next(self) -> dict[str, Any]:
        return self._calls.get()

    def listen(self) -> None:
        """From here on a thread hears cancels, and the end of the parent."""
        if not self._listening:
            self._listening = True
            threading.Thread(target=self._hear, name="listen", daemon=True).start()

    def on_cancel(self, call: int, stop: Callable[[], None]) -> None:
        with self._cancelling:
            self._stop = (call, stop)
            late = self._cancelled == call
        if late:
            stop()

    def was_cancelled(self, call: int) -> bool:
        """Whether this call was cancelled; afterwards it can no longer be stopped."""
        with self._cancelling:
            self._stop = None
            return self._cancelled == call

    def _hear(self) -> NoReturn:
        # A child that no longer hears would let its next caller wait until its time is over.
        try:
            self._listen()
        except BaseException:
            traceback.print_exc()
            sys.stderr.flush()
            os._exit(1)
        os._exit(0)

    def _listen(self) -> None:
        """Until the parent closes its end."""
        while (frame := frames.receive(self._socket, self._incoming)) is not None:
            if frame[0]["kind"] == "call":
                self._calls.put(frame[0])
                continue
            with self._cancelling:
                self._cancelled = int(frame[0]["call"])
                stop = self._stop[1] if self._stop and self._stop[0] == self._cancelled else None
            if stop:
                # What it would stop may have come to its end just now.
                with suppress(Exception):
                    stop()


def find(name: str, registry: dict[str, Task | Function]) -> tuple[Function, bool]:
    """The function of a task, and whether its address space is bounded."""
    task = registry[name]
    if not isinstance(task, Task):
        return task, True
    module, _, attribute = task.function.partition(":")
    function: Function = getattr(importlib.import_module(module), attribute)
    return function, task.address_space


def _registry(extra: str | None) -> dict[str, Task | Function]:
    """The product's tasks, and those of one more file (`TASKS`, a dictionary of functions) for tests."""
    registry: dict[str, Task | Function] = dict(TASKS)
    if extra:
        spec = importlib.util.spec_from_file_location("tablewright_extra_tasks", extra)
        if spec is None or spec.loader is None:
            raise ImportError(extra)
        module = importlib.util.module_from_spec(spec)
        sys.modules[spec.name] = module
        spec.loader.exec_module(module)
        registry.update(module.TASKS)
    return registry


def _failure(error: BaseException, cancelled: bool) -> dict[str, Any]:
    """How a failed call is told to the parent."""
    from tablewright.core.errors import Problem

    names = {kind.__name__ for kind in type(error).__mro__}
    words = f"{type(error).__name__}: {error}"[:2000]
    # What DuckDB says while Arrow reads its batches comes as an OSError with DuckDB's words.
    if "InterruptException" in names or (
        cancelled and (isinstance(error, KeyboardInterrupt) or "INTERRUPT Error" in words)
    ):
        return {"kind": "interrupted"}
    if isinstance(error, MemoryError) or "OutOfMemoryException" in names or "Out of Memory Error" in words:
        return {"kind": "breach", "what": "memory", "words": words}
    if isinstance(error, frames.FrameTooLarge) or "File too large" in words:
        return {"kind": "breach", "what": "output", "words": words}
    if "No space left on device" in words:
        return {"kind": "breach", "what": "disk", "words": words}
    if isinstance(error, Problem):
        return {"kind": "problem", "problem": error.as_document()}
    where = "".join(traceback.format_exception(error))[-8000:]
    return {"kind": "fault", "error": type(error).__name__, "words": words, "traceback": where}


def _run(channel: Channel, call: dict[str, Any], registry: dict[str, Task | Function], *, reuse: bool) -> None:
    number, limits = int(call["call"]), call["limits"]
    payload: bytes | memoryview = b""
    try:
        function, address_space = find(call["task"], registry)
        scratch = Path(call["scratch"])
        os.environ["TMPDIR"] = str(scratch.parent)
        sandbox.bound(
            memory_bytes=limits["memory_bytes"],
            cpu_seconds=limits["cpu_seconds"],
            file_bytes=limits["file_bytes"],
            address_space=address_space,
            forever=not reuse,
        )
        result = function(call["params"], Context(channel, number, scratch))
        value, payload = result if isinstance(result, tuple) else (result, b"")
        if memoryview(payload).nbytes > limits["output_bytes"]:
            raise frames.FrameTooLarge(f"{memoryview(payload).nbytes} bytes of result")
        answer = {"kind": "done", "value": value}
        channel.was_cancelled(number)
        channel.send(answer, payload)
    except BaseException as error:  # Panics of native libraries are no Exceptions; the parent must hear of all.
        channel.send(_failure(error, channel.was_cancelled(number)))
    finally:
        if reuse:
            sandbox.unbound()


def serve(channel: Channel) -> NoReturn:
    """The life of a child, from its first frame on."""
    hello = channel.first()
    report = sandbox.enter(readable=hello["readable"], writable=hello["writable"], parent=hello["parent"])
    registry = _registry(hello["extra_tasks"])
    reuse = bool(hello["reuse"])
    channel.send({"kind": "ready", "sandbox": report})
    call = channel.first()
    narrow = call.get("only")
    if narrow is not None:
        # A second layer for a process with one call: only this call's files.
        own = [*sandbox.python_paths(), *hello["code"]]
        sandbox.confine(readable=[*own, *narrow["readable"]], writable=[hello["home"], *narrow["writable"]])
    channel.listen()
    while True:
        _run(channel, call, registry, reuse=reuse)
        if not reuse:
            os._exit(0)
        call = channel.next()


def _fork(control: socket.socket, home: str, channel: int, errors: int) -> int:
    """The process id of a new child; the child itself does not return."""
    pid = os.fork()
    if pid:
        os.close(channel)
        os.close(errors)
        return pid
    try:
        control.close()
        os.setsid()
        os.dup2(errors, 1)
        os.dup2(errors, 2)
        os.close(errors)
        os.chdir(home)
        os.environ["HOME"] = os.environ["TMPDIR"] = home
        serve(Channel(channel))
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()
    finally:
        os._exit(1)


def main() -> None:
    control = socket.socket(fileno=int(sys.argv[1]))
    hello = json.loads(control.recv(_MESSAGE_BYTES))
    sandbox.die_with_parent(hello["parent"])
    gc.disable()
    for name in hello["modules"]:
        importlib.import_module(name)
    gc.freeze()  # what is loaded stays in pages that the children share
    gc.enable()
    control.send(b"{}")
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, _MESSAGE_BYTES, 2)
        if not message:
            return
        asked = json.loads(message)
        if "fork" in asked:
            answer = {"pid": _fork(control, asked["fork"], *descriptors)}
        else:
            answer = {"status": os.waitstatus_to_exitcode(os.waitpid(asked["wait"], 0)[1])}
        control.send(json.dumps(answer).encode())


if __name__ == "__main__":
    main()
