"""Values of the cache that outlive their process: one file each, shared by the processes of one data folder.

A file appears whole or not at all, and says which value it is: one that is torn, changed or somebody else's is no
value. Nothing waits for the disk, because what a crash takes away is made again.
"""

from __future__ import annotations

import os
import re
import stat
import threading
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from time import time

import structlog

log = structlog.get_logger(__name__)

KEPT_SECONDS = 30 * 86400
"""A value that nobody wanted for so long is forgotten."""
_NAME = re.compile(r"[0-9a-f]{64}")
_FRESH = ".fresh-"
_FRESH_SECONDS = 3600.0  # a file that is still being written after an hour lost its writer
_MARK_BYTES = 32
_BLOCK = 4096
_PARTS = 16


class Files:
    """The most recently used values that fit into so many bytes of disk. Thread-safe; never raises for the disk.

    Each process looks over the whole folder when it has itself written a sixteenth of the bound, and leaves seven
    eighths of it: two processes, as there are over one data folder, stay within the bound together.
    """

    def __init__(self, folder: Path, *, limit_bytes: int) -> None:
        self._folder = folder
        self._limit = limit_bytes
        self._since_swept = limit_bytes  # what is there is looked over at the first value
        self._guard = threading.Lock()
        self._sweeping = threading.Lock()
        with suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def get(self, name: str) -> bytes | None:
        """The value of this name (64 hexadecimal digits), or None."""
        path = self._folder / name
        try:
            content = path.read_bytes()
        except OSError:
            return None
        value = content[_MARK_BYTES:]
        if content[:_MARK_BYTES] != _mark(name, value):
            log.warning("kept_answer_damaged", name=name)
            with suppress(OSError):
                path.unlink()
            return None
        self.renew(name)
        return value

    def put(self, name: str, value: bytes) -> None:
        weight = _weight(len(value) + _MARK_BYTES)
        # One answer may not push out all others.
        if weight * _PARTS > self._limit:
            return
        fresh = self._folder / f"{_FRESH}{token_hex(8)}"
        try:
            descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            try:
                with os.fdopen(descriptor, "wb") as file:
                    file.write(_mark(name, value))
                    file.write(value)
                fresh.replace(self._folder / name)
            except OSError:
                fresh.unlink(missing_ok=True)
                raise
        except OSError as error:
            log.warning("answer_not_kept", error=str(error)[:200])
            return
        with self._guard:
            self._since_swept += weight
            is_due = self._since_swept * _PARTS >= self._limit
            if is_due:
                self._since_swept = 0
        if is_due:
            self.sweep()

    def renew(self, name: str) -> bool:
        """Say that this value was wanted now; whether it is there."""
        try:
            os.utime(self._folder / name)
        except OSError:
            return False
        return True

    def sweep(self) -> None:
        """Remove what was used longest ago above the bound, what nobody wanted for long, and torn files."""
        if not self._sweeping.acquire(blocking=False):
            return
        try:
            self._sweep()
        except OSError as error:
            log.warning("kept_answers_not_swept", error=str(error)[:200])
        finally:
            self._sweeping.release()

    def _sweep(self) -> None:
        now = time()
        found: list[tuple[float, int, str]] = []
        with os.scandir(self._folder) as entries:
            for entry in entries:
                with suppress(FileNotFoundError):  # another process sweeps, too
                    about = entry.stat(follow_symlinks=False)
                    if not stat.S_ISREG(about.st_mode):
                        continue
                    if _NAME.fullmatch(entry.name):
                        found.append((about.st_mtime, _weight(about.st_size), entry.path))
                    elif entry.name.startswith(_FRESH) and about.st_mtime < now - _FRESH_SECONDS:
                        os.unlink(entry.path)
        total = sum(weight for _, weight, _ in found)
        for used_at, weight, path in sorted(found):
            if total * 8 <= self._limit * 7 and used_at >= now - KEPT_SECONDS:
                break
            with suppress(FileNotFoundError):
                os.unlink(path)
            total -= weight


def _mark(name: str, value: bytes) -> bytes:
    made = sha256(name.encode())
    made.update(value)
    return made.digest()


def _weight(size: int) -> int:
    """What a file takes on a disk that is given out in blocks."""
    return -(-size // _BLOCK) * _BLOCK
