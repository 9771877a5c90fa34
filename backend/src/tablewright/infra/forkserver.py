"""The fork server of a pool of children: a process that has loaded what its children need, and forks them.

Loading takes most of a second of a processor, a fork some milliseconds. The server meets no stranger's byte and holds
no secret: it is started with an empty environment, imports our own modules, and does nothing but fork and wait. Each
child closes its own doors after the fork (see `infra.sandbox`), so that no child can reach the server or another child.

This is the pool's side; the server itself is `tablewright.child`. They talk over a socket that keeps messages apart:
`{"fork": HOME}` with two descriptors (the child's channel, and its standard output and error) is answered by its
process id, and `{"wait": PID}` by its exit status once it has ended.
"""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

from tablewright.infra.limits import ChildrenCannotStart

_START_SECONDS = 60.0
_MESSAGE_BYTES = 64 * 1024
_KILLED = -int(signal.SIGKILL)


class ForkServer:
    """Begun by the thread that makes it, and ended with it by the kernel; `start` it before it forks."""

    def __init__(self, home: Path, modules: list[str]) -> None:
        self._asking = threading.Lock()
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._errors = tempfile.TemporaryFile(dir=home)  # noqa: SIM115 - its own for life; an unread pipe would block it
        try:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                [sys.executable, "-I", "-X", "utf8", "-m", "tablewright.child", str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=self._errors,
                stderr=self._errors,
                pass_fds=[theirs.fileno()],
                cwd=home,
                env=_environment(home),
                start_new_session=True,
            )
        except BaseException:
            self._socket.close()
            self._errors.close()
            raise
        finally:
            theirs.close()
        self.pid = self._process.pid
        self._modules = modules
        self.is_ready = False

    def start(self) -> None:
        """Wait until it has loaded its modules. Raises ChildrenCannotStart."""
        self._socket.settimeout(_START_SECONDS)
        try:
            self._ask({"parent": os.getpid(), "modules": self._modules})
        except OSError as error:
            raise ChildrenCannotStart(self._last_words(error)) from error
        self.is_ready = True

    def fork(self, home: Path, channel: int, errors: int) -> ForkedChild:
        """A child that reads its first frame from `channel`. Raises ChildrenCannotStart when the server is gone."""
        try:
            return ForkedChild(self, int(self._ask({"fork": str(home)}, channel, errors)["pid"]))
        except OSError as error:
            raise ChildrenCannotStart(self._last_words(error)) from error

    def wait(self, pid: int) -> int:
        """The exit status of a child that has ended, whose process id is free afterwards."""
        try:
            return int(self._ask({"wait": pid})["status"])
        except OSError:
            return _KILLED  # the children of a server that died are killed by the kernel

    def lives(self) -> bool:
        return self._process.poll() is None

    def kill(self) -> None:
        self._process.kill()

    def close(self) -> None:
        """End it, and with it every child that is left."""
        self._process.kill()
        self._process.wait()
        self._socket.close()
        self._errors.close()

    def _ask(self, words: dict[str, Any], *descriptors: int) -> dict[str, Any]:
        with self._asking:
            try:
                socket.send_fds(self._socket, [json.dumps(words).encode()], descriptors)
                answer = self._socket.recv(_MESSAGE_BYTES)
                if not answer:
                    raise ConnectionResetError("it ended")
            except OSError:
                self._process.kill()  # a late answer would be taken for that to another question
                raise
        return dict(json.loads(answer))

    def _last_words(self, error: OSError) -> str:
        self._process.kill()
        status = self._process.wait()
        self._errors.seek(0)
        said = self._errors.read().decode(errors="replace").strip().splitlines()[-1:]
        return f"{said[0] if said else error} (exit status {status})"


class ForkedChild:
    """A process that the server forked. Its process id is its own until it was waited for."""

    def __init__(self, server: ForkServer, pid: int) -> None:
        self.pid = pid
        self._server = server
        self._ended = os.pidfd_open(pid)
        self._ending = threading.Lock()
        self._status: int | None = None

    def kill(self) -> None:
        """Kill it with everything it started."""
        with self._ending, suppress(ProcessLookupError):
            if self._status is None:
                signal.pidfd_send_signal(self._ended, signal.SIGKILL)
                os.killpg(self.pid, signal.SIGKILL)

    def is_dead(self) -> bool:
        """Whether it has ended, or is ending: its first thread is gone before the whole can be waited for."""
        try:
            stat = Path(f"/proc/{self.pid}/stat").read_text()
        except OSError:
            return True
        return stat.rpartition(")")[2].split()[0] in "ZX"

    def wait(self, seconds: float | None = None) -> int:
        """Its exit status, negative for a signal. Raises TimeoutError when it has not ended in time."""
        if self._status is None:
            poll = select.poll()
            poll.register(self._ended, select.POLLIN)
            if not poll.poll(None if seconds is None else 1000 * seconds):
                raise TimeoutError(f"process {self.pid} has not ended")
            with self._ending:
                if self._status is None:
                    self._status = self._server.wait(self.pid)
                    os.close(self._ended)
        return self._status


def _environment(home: Path) -> dict[str, str]:
    """Nothing of ours: secrets live in the parent's environment. Threads of numeric libraries stay few.

    What a question gives back to the allocator the next one takes again: kept, instead of asked of the kernel each
    time and zeroed there, it saves questions a tenth of their processor time.
    """
    return {
        "PATH": "/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "HOME": str(home),
        "TMPDIR": str(home),
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "MALLOC_ARENA_MAX": "2",
        "MALLOC_MMAP_THRESHOLD_": str(32 << 20),
        "MALLOC_TRIM_THRESHOLD_": str(256 << 20),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
