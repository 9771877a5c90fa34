"""Bytes of uploads under way: one file each, whose size is the upload's offset.

What was written survives the process: after a kill the next request continues at the file's size. The
hash runs along while bytes stream; when the process that kept it is gone, the file is read again.
"""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from io import FileIO
from pathlib import Path
from uuid import UUID

from blake3 import blake3

from tablewright.files.errors import OffsetConflict, StorageFull, UploadBusy
from tablewright.infra.settings import settings

_KEPT_HASHES = 256
_BLOCK = 1 << 20


class _Hashes:
    """Running SHA-256 by upload, each with the number of bytes it covers; the oldest are forgotten."""

    def __init__(self) -> None:
        self._running: OrderedDict[UUID, tuple[blake3, int]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, upload_id: UUID, covered: int) -> blake3 | None:
        with self._lock:
            found = self._running.pop(upload_id, None)
        return found[0] if found and found[1] == covered else None

    def keep(self, upload_id: UUID, running: blake3, covered: int) -> None:
        with self._lock:
            self._running[upload_id] = (running, covered)
            while len(self._running) > _KEPT_HASHES:
                self._running.popitem(last=False)


_hashes = _Hashes()


def path(upload_id: UUID) -> Path:
    folder = settings().data_dir / "uploads"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder / str(upload_id)


def offset(upload_id: UUID) -> int:
    """How many bytes are here."""
    try:
        return path(upload_id).stat().st_size
    except FileNotFoundError:
        return 0


def free_bytes() -> int:
    return shutil.disk_usage(path(UUID(int=0)).parent).free


class Writer:
    """Appends to one upload's file; only one exists at a time."""

    def __init__(self, upload_id: UUID, file: FileIO, start: int) -> None:
        self._upload_id = upload_id
        self._file = file
        self._hash = blake3() if start == 0 else _hashes.take(upload_id, start)
        self.offset = start

    def write(self, block: bytes | bytearray) -> None:
        """Append all of it. Raises StorageFull when the disk does not take it; what it took stays and counts."""
        rest = memoryview(block)
        while rest:
            try:
                taken = self._file.write(rest) or 0
            except OSError as error:
                if error.errno in (errno.ENOSPC, errno.EDQUOT):
                    raise StorageFull(len(rest), free_bytes()) from error
                raise
            if self._hash is not None:
                self._hash.update(rest[:taken])
            self.offset += taken
            rest = rest[taken:]

    def settle(self) -> None:
        """Flush to disk and remember the hash for the next request."""
        self._file.flush()
        os.fsync(self._file.fileno())
        if self._hash is not None:
            _hashes.keep(self._upload_id, self._hash, self.offset)


@contextmanager
def writer(upload_id: UUID, at: int) -> Iterator[Writer]:
    """The writer at this offset. Raises UploadBusy when another holds it, OffsetConflict when `at` is elsewhere."""
    with path(upload_id).open("ab", buffering=0) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise UploadBusy from error
        actual = os.fstat(file.fileno()).st_size
        if actual != at:
            raise OffsetConflict(at, actual)
        running = Writer(upload_id, file, actual)
        try:
            yield running
        finally:
            running.settle()


def content_hash(upload_id: UUID) -> str:
    """BLAKE3 of all bytes that are here, in hexadecimal digits."""
    size = offset(upload_id)
    running = _hashes.take(upload_id, size)
    if running is None:
        running = blake3()
        with path(upload_id).open("rb") as file:
            while block := file.read(_BLOCK):
                running.update(block)
    _hashes.keep(upload_id, running, size)
    return running.hexdigest()


def remove(upload_id: UUID) -> None:
    _hashes.take(upload_id, -1)
    path(upload_id).unlink(missing_ok=True)


def sweep(older_than: float) -> int:
    """Remove spool files not written to since this instant (seconds since the epoch); how many."""
    removed = 0
    for file in path(UUID(int=0)).parent.iterdir():
        if file.is_file() and file.stat().st_mtime < older_than:
            file.unlink(missing_ok=True)
            removed += 1
    return removed
