"""Real neighbours for a test: a database, a virtual host, a key prefix of its own, removed afterwards.

Addresses come from `TABLEWRIGHT_TEST_POSTGRES_URL`, `…_RABBITMQ_URL` and `…_REDIS_URL`; the servers' standard
ports on this machine are used when they are not set.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID, uuid4

import obstore
import psycopg
import redis
from obstore.store import S3Store

from tablewright.infra import db
from tablewright.infra.embedded import die_with_parent
from tablewright.infra.settings import PREFIX, Settings, load, override

POSTGRES = os.environ.get("TABLEWRIGHT_TEST_POSTGRES_URL", "postgresql://postgres@127.0.0.1:5432/postgres")
RABBITMQ = os.environ.get("TABLEWRIGHT_TEST_RABBITMQ_URL", "amqp://guest:guest@127.0.0.1:5672/")
REDIS = os.environ.get("TABLEWRIGHT_TEST_REDIS_URL", "redis://127.0.0.1:6379/0")
APP_PASSWORD = "only-for-tests-on-this-machine-1"  # of the server's role, which all test databases share
SECRET = "Zk3vQ9pLw7Xr2TnB8yHs5Jd1Gf6Mc4Ea0Ru"
TESTS = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Database:
    """A migrated database: `owner` may change its schema, `app` is what the product connects as."""

    owner: str
    app: str


@contextmanager
def database() -> Iterator[Database]:
    name = f"tw_test_{uuid4().hex[:12]}"
    with psycopg.connect(POSTGRES, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
    parts = urlsplit(POSTGRES)
    owner = urlunsplit(parts._replace(path=f"/{name}"))
    host = parts.netloc.rpartition("@")[2]
    app = urlunsplit(parts._replace(path=f"/{name}", netloc=f"tablewright_app:{APP_PASSWORD}@{host}"))
    try:
        db.migrate(owner, APP_PASSWORD)
        yield Database(owner, app)
    finally:
        db.forget_engines()
        with psycopg.connect(POSTGRES, autocommit=True) as server:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def vhost() -> Iterator[str]:
    """A virtual host of RabbitMQ. Needs the right to run `rabbitmqctl` on this machine."""
    name = f"tw-test-{uuid4().hex[:12]}"
    _rabbitmqctl("add_vhost", name)
    _rabbitmqctl("set_permissions", "-p", name, urlsplit(RABBITMQ).username or "guest", ".*", ".*", ".*")
    try:
        yield urlunsplit(urlsplit(RABBITMQ)._replace(path=f"/{name}"))
    finally:
        _rabbitmqctl("delete_vhost", name)


def _rabbitmqctl(*words: str) -> str:
    return subprocess.run(["rabbitmqctl", "-q", *words], check=True, capture_output=True, text=True, timeout=60).stdout


def queue_depths(broker_url: str) -> dict[str, int]:
    """Messages by queue of a virtual host."""
    listing = _rabbitmqctl("list_queues", "-p", urlsplit(broker_url).path[1:], "name", "messages", "--no-table-headers")
    return {name: int(count) for name, count in (line.split("\t") for line in listing.splitlines() if line)}


@contextmanager
def redis_url() -> Iterator[str]:
    """The shared Redis; keys under the prefix of `services()` are removed by it."""
    yield REDIS


def remove_redis_keys(prefix: str) -> None:
    client = redis.Redis.from_url(REDIS)
    for key in client.scan_iter(f"{prefix}*", count=1000):
        client.delete(key)


@contextmanager
def s3_store() -> Iterator[S3Store]:
    """A store under a prefix of its own in the test bucket, emptied afterwards. Missing is a failure, not a skip."""
    endpoint = os.environ.get("TABLEWRIGHT_TEST_S3_ENDPOINT")
    if not endpoint:
        raise RuntimeError("TABLEWRIGHT_TEST_S3_ENDPOINT is not set: run the tests through `make test`.")
    store = S3Store(
        os.environ["TABLEWRIGHT_TEST_S3_BUCKET"],
        prefix=f"test-{uuid4().hex[:12]}",
        endpoint=endpoint,
        region=os.environ.get("TABLEWRIGHT_TEST_S3_REGION", "us-east-1"),
        access_key_id=os.environ["TABLEWRIGHT_TEST_S3_ACCESS_KEY"],
        secret_access_key=os.environ["TABLEWRIGHT_TEST_S3_SECRET_KEY"],
        virtual_hosted_style_request=False,
        client_options={"allow_http": True},
    )
    try:
        yield store
    finally:
        for chunk in obstore.list(store):
            for found in chunk:
                obstore.delete(store, found["path"])


@dataclass
class Installation:
    """An installation for a test: its settings here, and the same settings for its processes."""

    settings: Settings
    environment: dict[str, str]
    database: Database
    processes: list[Process] = field(default_factory=list)

    def spawn(self, *words: str, **extra: str) -> Process:
        """Start `tablewright <words>` as an own process group."""
        process = Process([sys.executable, "-m", "tablewright.cli", *words], self.environment | extra)
        self.processes.append(process)
        return process

    def spawn_worker(self, **extra: str) -> Process:
        """A worker that knows the tasks of `job_modules` only, and so starts fast."""
        process = Process([sys.executable, "-m", "support.bare_worker"], self.environment | extra)
        self.processes.append(process)
        return process

    def workspace(self, name: str = "Test") -> UUID:
        made = uuid4()
        with psycopg.connect(self.database.owner, autocommit=True) as owner:
            owner.execute("INSERT INTO workspaces (id, name, created_at) VALUES (%s, %s, now())", (made, name))
        return made

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.database.owner, autocommit=True) as owner:
            return owner.execute(sql, values).fetchall()

    def execute(self, sql: str, *values: Any) -> None:
        with psycopg.connect(self.database.owner, autocommit=True) as owner:
            owner.execute(sql, values)


@contextmanager
def installation(data_dir: Path, **given: Any) -> Iterator[Installation]:
    """A database of its own and what else is `given` as settings; the queue is a folder unless given."""
    with database() as made:
        values = {
            "data_dir": data_dir,
            "database_url": made.app,
            "migration_url": made.owner,
            "secret_key": SECRET,
            "queue_name": f"tw-{uuid4().hex[:8]}",
            **given,
        }
        environment = {
            **{key: value for key, value in os.environ.items() if not key.startswith(PREFIX)},
            **{PREFIX + key.upper(): _as_text(value) for key, value in values.items()},
            "PYTHONPATH": os.pathsep.join(filter(None, (str(TESTS), os.environ.get("PYTHONPATH")))),
        }
        before = override(load(**values))
        db.forget_engines()
        found = Installation(load(**values), environment, made)
        override(found.settings)
        try:
            yield found
        finally:
            for process in found.processes:
                process.kill()
            override(before)
            db.forget_engines()
            if found.settings.redis_url:
                remove_redis_keys(found.settings.queue_name)


def _as_text(value: Any) -> str:
    if isinstance(value, tuple):
        import json

        return json.dumps(list(value))
    return str(value)


class Process:
    """A real process in its own group, with its output in memory."""

    def __init__(self, command: list[str], environment: dict[str, str]) -> None:
        parent = os.getpid()
        self._process = subprocess.Popen(
            command,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=lambda: die_with_parent(signal.SIGKILL, parent),  # nothing outlives a killed test run
        )
        self.pid = self._process.pid
        self._lines: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._lines.append(line.decode(errors="replace"))

    @property
    def output(self) -> str:
        return "".join(self._lines)

    def poll(self) -> int | None:
        return self._process.poll()

    def signal(self, number: int) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.pid, number)

    def kill(self) -> None:
        """kill -9 of the whole group."""
        self.signal(signal.SIGKILL)
        self._process.wait(10)

    def stop(self, timeout: float = 30) -> int:
        """SIGTERM to the process alone, as a service manager does."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGTERM)
        return self._process.wait(timeout)

    def wait_for(self, words: str, timeout: float = 60) -> None:
        wait_until(lambda: words in self.output or self._raise_if_over(words), timeout, lambda: self.output[-3000:])

    def _raise_if_over(self, words: str) -> bool:
        if self.poll() is not None and words not in self.output:
            raise AssertionError(f"ended with {self.poll()} before {words!r}:\n{self.output[-3000:]}")
        return False


def wait_until(holds: Callable[[], object], timeout: float = 30, explain: Callable[[], object] = lambda: "") -> None:
    """Until it holds; fails, with the explanation, when it does not in time."""
    deadline = time.monotonic() + timeout
    while not holds():
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {timeout} s: {explain()}")
        time.sleep(0.05)


@contextmanager
def own_folder() -> Iterator[Path]:
    """A closed folder outside pytest's own, whose rights each new pytest session sets again.

    That would take away the entry which lets the embedded server's account pass (chmod resets the mask of an
    access list), so two sessions at once would disturb each other.
    """
    with tempfile.TemporaryDirectory(prefix="tw-test-") as folder:
        yield Path(folder)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Proxy:
    """A TCP door to a neighbour that can be shut: connections are cut and new ones refused until it opens."""

    def __init__(self, host: str, port: int) -> None:
        self._target = (host, port)
        self._listener: socket.socket | None = None
        self._pairs: list[socket.socket] = []
        self._guard = threading.Lock()
        self.open()
        assert self._listener is not None
        self.port = int(self._listener.getsockname()[1])

    def open(self) -> None:
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", getattr(self, "port", 0)))
        listener.listen(50)
        self._listener = listener
        threading.Thread(target=self._accept, args=(listener,), daemon=True).start()

    def shut(self) -> None:
        with self._guard:
            listener, self._listener = self._listener, None
            pairs, self._pairs = self._pairs, []
        if listener is not None:
            with suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()
        for one in pairs:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                inner, _ = listener.accept()
                outer = socket.create_connection(self._target, timeout=5)
                outer.settimeout(None)
            except OSError:
                return
            with self._guard:
                self._pairs += [inner, outer]
            for source, target in ((inner, outer), (outer, inner)):
                threading.Thread(target=_pump, args=(source, target), daemon=True).start()


def _pump(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while block := source.recv(65536):
            target.sendall(block)
    for one in (source, target):
        with suppress(OSError):
            one.shutdown(socket.SHUT_RDWR)
