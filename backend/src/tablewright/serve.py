"""`tablewright serve`: one command, one process tree, one data folder.

The supervisor starts the embedded PostgreSQL, brings the schema up to date, and keeps the API, a worker and
the beat running. Every process is its child and ends with it: on Ctrl-C and SIGTERM in order, and when it is
killed the kernel ends them. The listening socket is the supervisor's, so a restarted API loses no connection.
"""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any
from urllib.error import URLError
from urllib.request import urlopen
from uuid import uuid4

import structlog

from tablewright.core.errors import Conflict, Problem
from tablewright.infra import clock, telemetry
from tablewright.infra.db import forget_engines, migrate, schema_is_current, transaction
from tablewright.infra.embedded import Postgres, die_with_parent
from tablewright.infra.settings import PREFIX, Settings, load, override, own_secret, settings

log = structlog.get_logger(__name__)

_FIRST_PAUSE_SECONDS = 0.5
_LONGEST_PAUSE_SECONDS = 30.0
_STEADY_SECONDS = 60.0
_STOP_SECONDS = 15.0
_HEALTHY_SECONDS = 120.0
_LARGEST_LOG_BYTES = 10 << 20


class FolderInUse(Conflict):
    def __init__(self, folder: Path, pid: str) -> None:
        super().__init__(
            f"Tablewright is already running on the data folder {folder} (process {pid}). "
            f"Stop that one first, or set {PREFIX}DATA_DIR to another folder."
        )


class PortTaken(Conflict):
    def __init__(self, host: str, port: int) -> None:
        super().__init__(
            f"Port {port} on {host} is taken by another program. Choose another with --port, "
            "or --port 0 for any free one."
        )


class AddressUnusable(Problem):
    title = "The address cannot be used"

    def __init__(self, host: str, port: int, reason: str) -> None:
        super().__init__(f"Cannot listen on {host} port {port}: {reason}. Check --host and --port.")


class SchemaBehind(Problem):
    title = "The database is not ready for this version"

    def __init__(self) -> None:
        super().__init__(
            f"The database has the schema of another version. Run `tablewright migrate` with {PREFIX}MIGRATION_URL "
            "set to the address of the tables' owner, or set it here and it is done at start."
        )


class NotHealthy(Problem):
    title = "Tablewright does not start"


@dataclass
class _Part:
    """One process that is kept running."""

    name: str
    words: list[str]
    pass_fds: tuple[int, ...] = ()
    environment: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    next_start_at: float = 0.0
    pause: float = _FIRST_PAUSE_SECONDS


def lock_folder(folder: Path) -> IO[str]:
    """Hold the data folder until the returned file is closed or this process ends. Raises FolderInUse."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = (folder / "serve.lock").open("a+")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.seek(0)
        holder = file.read().strip() or "unknown"
        file.close()
        raise FolderInUse(folder, holder) from None
    file.seek(0)
    file.truncate()
    file.write(f"{os.getpid()}\n")
    file.flush()
    return file


def listen(host: str, port: int) -> socket.socket:
    """The socket that the API answers on. Raises PortTaken and AddressUnusable."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(2048)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise PortTaken(host, port) from error
        raise AddressUnusable(host, port, error.strerror or str(error)) from error
    return listener


class Supervisor:
    """Starts everything, keeps it running, ends it in order."""

    def __init__(self, current: Settings) -> None:
        self._settings = current
        self._postgres: Postgres | None = None
        self._parts: list[_Part] = []
        self._stop = threading.Event()
        self._log_file: IO[bytes] | None = None

    def run(self) -> int:
        """Until Ctrl-C or SIGTERM. Returns the exit status; raises the Problem that kept it from starting."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: self._stop.set())
        with ExitStack() as stack:
            stack.enter_context(lock_folder(self._settings.data_dir))
            listener = stack.enter_context(listen(self._settings.host, self._settings.port))
            self._use_port(listener.getsockname()[1])
            self._log_file = self._open_log()
            stack.callback(self._end)
            self._prepare()
            self._start_parts(listener)
            if self._wait_until_healthy(listener):
                self._greet()
                # Only now: on a small machine three processes starting at once keep the first page waiting.
                self._watch()
        return 0

    # --- starting -----------------------------------------------------------------------------------

    def _use_port(self, port: int) -> None:
        # Known from here on, to the processes below as well: links in mails and invitations carry it.
        os.environ[f"{PREFIX}PORT"] = str(port)
        self._settings = load()
        override(self._settings)

    def _prepare(self) -> None:
        current = self._settings
        shutil.rmtree(current.scratch_dir, ignore_errors=True)
        current.scratch_dir.mkdir(parents=True, mode=0o700)
        if current.embedded_database:
            self._postgres = Postgres(current)
            self._postgres.start()
            migrate(current.migration_url, own_secret(current.data_dir, "database_app"))
        elif current.migration_url:
            migrate(current.migration_url)
        elif not schema_is_current(current.database_url):
            raise SchemaBehind

    def _start_parts(self, listener: socket.socket) -> None:
        descriptor = listener.fileno()
        os.set_inheritable(descriptor, True)
        self._parts = [
            _Part("api", ["api", "--fd", str(descriptor)], pass_fds=(descriptor,)),
            _Part("worker", ["worker"]),
            _Part("beat", ["beat"]),
        ]
        self._start(self._parts[0])

    def _start(self, part: _Part) -> None:
        parent = os.getpid()
        if part.name == "worker":
            part.environment = {f"{PREFIX}WORKER_NAME": f"{socket.gethostname()}:{uuid4().hex[:12]}"}
        part.started_at = time.monotonic()
        part.process = subprocess.Popen(  # noqa: S603 - this program itself
            [sys.executable, "-m", "tablewright.cli", *part.words],
            env=os.environ | part.environment,
            stdin=subprocess.DEVNULL,
            stdout=self._log_file or sys.stderr,
            stderr=self._log_file or sys.stderr,
            pass_fds=part.pass_fds,
            # Groups of their own: Ctrl-C reaches the supervisor alone, and a kill takes a part with all below it.
            process_group=0,
            preexec_fn=lambda: die_with_parent(signal.SIGKILL, parent),
        )
        log.info("part_started", part=part.name, pid=part.process.pid)

    def _wait_until_healthy(self, listener: socket.socket) -> bool:
        host, port = listener.getsockname()[:2]
        host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
        deadline = time.monotonic() + _HEALTHY_SECONDS
        failures = 0
        while not self._stop.wait(0.05):
            with suppress(URLError, OSError), urlopen(f"http://{host}:{port}/healthz", timeout=2) as answer:
                if answer.status == 200:
                    return True
            api = self._parts[0]
            if api.process is not None and api.process.poll() is not None:
                failures += 1
                if failures >= 3:
                    raise NotHealthy(f"The API process ended {failures} times at start. {self._where_logs_are()}")
                self._start(api)
            if time.monotonic() > deadline:
                raise NotHealthy(f"The API did not answer within two minutes. {self._where_logs_are()}")
        return False

    def _greet(self) -> None:
        from tablewright.identity.service import setup_link

        with transaction() as session:
            link = setup_link(session, clock.now(), self._settings.public_url)
        print(f"Tablewright is running at {self._settings.public_url}", flush=True)
        if link is not None:
            print(f"Make the first account here (the link works once): {link}", flush=True)

    # --- keeping it running -------------------------------------------------------------------------

    def _watch(self) -> None:
        while not self._stop.wait(0.2):
            if self._postgres is not None and self._postgres.poll() is not None:
                self._restart_postgres()
            for part in self._parts:
                self._look_after(part)

    def _restart_postgres(self) -> None:
        assert self._postgres is not None
        log.error("postgres_ended")
        forget_engines()
        try:
            self._postgres.start()
        except Problem as problem:
            log.error("postgres_not_started", error=problem.detail)
            self._stop.wait(5)

    def _look_after(self, part: _Part) -> None:
        process = part.process
        if process is not None:
            status = process.poll()
            if status is None:
                return
            self._kill_group(process)
            steady = time.monotonic() - part.started_at > _STEADY_SECONDS
            part.pause = _FIRST_PAUSE_SECONDS if steady else min(part.pause * 2, _LONGEST_PAUSE_SECONDS)
            part.next_start_at = time.monotonic() + part.pause
            part.process = None
            log.error("part_ended", part=part.name, status=status, starts_again_in=part.pause)
            if part.name == "worker":
                self._give_back(part.environment[f"{PREFIX}WORKER_NAME"])
        if time.monotonic() >= part.next_start_at:
            self._start(part)

    def _give_back(self, worker: str) -> None:
        from tablewright.infra.jobs_relay import release

        with suppress(Problem):
            log.info("leases_given_back", job_count=release(worker))

    # --- ending -------------------------------------------------------------------------------------

    def _end(self) -> None:
        running = [part.process for part in self._parts if part.process is not None and part.process.poll() is None]
        for process in running:
            process.terminate()
        deadline = time.monotonic() + _STOP_SECONDS
        for process in running:
            with suppress(subprocess.TimeoutExpired):
                process.wait(max(0.0, deadline - time.monotonic()))
        for process in running:
            self._kill_group(process)
        forget_engines()
        if self._postgres is not None:
            self._postgres.stop()

    def _kill_group(self, process: subprocess.Popen[bytes]) -> None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        with suppress(subprocess.TimeoutExpired):
            process.wait(5)

    # --- logs ---------------------------------------------------------------------------------------

    def _open_log(self) -> IO[bytes] | None:
        """At a terminal the log goes to a file, so that the address stays in sight; otherwise to standard error."""
        if not sys.stderr.isatty():
            return None
        path = self._settings.data_dir / "logs" / "tablewright.log"
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if path.exists() and path.stat().st_size > _LARGEST_LOG_BYTES:
            path.replace(path.with_suffix(".log.1"))
        return path.open("ab", buffering=0)

    def _where_logs_are(self) -> str:
        if self._log_file is None:
            return "The lines above say why."
        return f"{self._settings.data_dir / 'logs' / 'tablewright.log'} says why."


def serve(**_: Any) -> int:
    """Run everything until Ctrl-C or SIGTERM."""
    current = settings()
    supervisor = Supervisor(current)
    if not sys.stderr.isatty():
        telemetry.configure_logs(current.log_level, process="supervisor")
    else:
        telemetry.configure_logs("error", process="supervisor")
    return supervisor.run()
