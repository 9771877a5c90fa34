"""Objects: bytes under keys, in a folder or behind an S3 address, written once and never changed.

A key is made of ids and hashes only, never of a user's text. An object appears whole or not at all, and is
on disk (or acknowledged by S3) before `put_*` returns, so a row that points to it may be committed after.
"""

from __future__ import annotations

import os
import re
import shutil
import threading
from collections.abc import Callable, Container, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from time import time
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import obstore
import structlog
from obstore.exceptions import BaseError
from obstore.store import LocalStore, S3Store

from tablewright.core.errors import Missing, Unavailable
from tablewright.infra.settings import Settings, SettingWrong, settings

log = structlog.get_logger(__name__)

_KEY = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*")
_BLOCK = 4 << 20
_IN_USE_SECONDS = 120.0  # a copy handed out this recently may not have been opened yet
_TEMPORARY = ".tmp-"


class ObjectMissing(Missing):
    def __init__(self, key: str) -> None:
        super().__init__(
            f"The stored object {key} is not there. Restore it from a backup of the object store.", key=key
        )


class ObjectStoreAway(Unavailable):
    def __init__(self) -> None:
        super().__init__("The object store does not answer at the moment. Nothing was changed; try again shortly.")


class KeyRefused(ValueError):
    """A key that no part of this program makes. It is a fault of ours, never a user's."""


@dataclass(frozen=True)
class Stored:
    """One object as a listing shows it."""

    key: str
    size: int
    modified_at: datetime


class Objects:
    """The objects of an installation. Thread-safe. Raises ObjectMissing and ObjectStoreAway."""

    def __init__(
        self, store: LocalStore | S3Store, *, folder: Path | None, cache_dir: Path, cache_bytes: int = 20 << 30
    ) -> None:
        self._store = store
        self._folder = folder
        self._cache_dir = cache_dir
        self._cache_bytes = cache_bytes
        self._flights: dict[Path, threading.Lock] = {}
        self._guard = threading.Lock()

    @classmethod
    def in_folder(cls, folder: Path) -> Objects:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return cls(LocalStore(folder), folder=folder, cache_dir=folder)

    # --- writing ------------------------------------------------------------------------------------

    def put_file(self, key: str, path: Path, *, keep_source: bool = False) -> None:
        """Store a file. In a folder store on the same filesystem no byte is copied.

        Without `keep_source` the file may be gone afterwards; with it, the file must not be changed later,
        because it may share its bytes with the object.
        """
        _check(key)
        if self._folder is None:
            with _problems(key):
                obstore.put(self._store, key, path)
            if not keep_source:
                path.unlink(missing_ok=True)
            return
        target = self._folder / key
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with _temporary(target) as fresh:
            try:
                os.link(path, fresh)
            except OSError:  # another filesystem, or one without hard links
                shutil.copyfile(path, fresh)
            _settle(fresh, target)
        if not keep_source:
            path.unlink(missing_ok=True)

    def put_bytes(self, key: str, value: bytes) -> None:
        """Store these bytes."""
        _check(key)
        if self._folder is None:
            with _problems(key):
                obstore.put(self._store, key, value)
            return
        target = self._folder / key
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with _temporary(target) as fresh:
            fresh.write_bytes(value)
            _settle(fresh, target)

    def delete(self, key: str) -> None:
        """Remove an object. One that is gone already is fine."""
        _check(key)
        try:
            with _problems(key):
                obstore.delete(self._store, key)
        except ObjectMissing:
            return

    # --- reading ------------------------------------------------------------------------------------

    def open(self, key: str) -> Iterator[bytes]:
        """The object's bytes in blocks, in constant memory. Raises ObjectMissing before the first block."""
        _check(key)
        with _problems(key):
            result = obstore.get(self._store, key)
        return _blocks(key, result)

    def read(self, key: str) -> bytes:
        """The whole object, for small ones."""
        return b"".join(self.open(key))

    def exists(self, key: str) -> bool:
        try:
            self.size(key)
        except ObjectMissing:
            return False
        return True

    def size(self, key: str) -> int:
        _check(key)
        with _problems(key):
            return int(obstore.head(self._store, key)["size"])

    def list(self, prefix: str) -> Iterator[Stored]:
        """Objects below a prefix (whole path segments), in no promised order."""
        if prefix:
            _check(prefix.rstrip("/"))
        with _problems(prefix):
            for chunk in obstore.list(self._store, prefix=prefix.rstrip("/") or None):
                for found in chunk:
                    if _TEMPORARY not in found["path"]:
                        yield Stored(found["path"], int(found["size"]), found["last_modified"])

    def local_path(self, key: str, cache_dir: Path | None = None) -> Path:
        """A file with the object's bytes, to be read and never written.

        In a folder store it is the object itself. Otherwise it is a copy under `cache_dir` at the same key,
        fetched whole once; the copies used longest ago go when there are too many bytes of them.
        """
        _check(key)
        if self._folder is not None:
            path = self._folder / key
            if not path.is_file():
                raise ObjectMissing(key)
            return path
        folder = cache_dir or self._cache_dir
        path = folder / key
        if _touch(path):
            return path
        with self._guard:
            flight = self._flights.setdefault(path, threading.Lock())
        with flight:
            if not _touch(path):
                self._fetch(key, path)
                self._shrink(folder)
        with self._guard:
            self._flights.pop(path, None)
        return path

    @property
    def root(self) -> Path:
        """The folder in which `local_path` is found by its key."""
        return self._folder or self._cache_dir

    def _fetch(self, key: str, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        expected = self.size(key)
        with _temporary(path) as fresh:
            with fresh.open("wb") as file:
                for block in self.open(key):
                    file.write(block)
            if fresh.stat().st_size != expected:
                raise ObjectStoreAway
            fresh.rename(path)

    def _shrink(self, folder: Path) -> None:
        copies = []
        for path in folder.rglob("*"):
            with suppress(OSError):
                if path.is_file() and _TEMPORARY not in path.name:
                    found = path.stat()
                    copies.append((found.st_mtime, found.st_size, path))
        total = sum(size for _, size, _ in copies)
        newest_to_drop = time() - _IN_USE_SECONDS
        for used_at, size, path in sorted(copies):
            if total <= self._cache_bytes or used_at > newest_to_drop:
                return
            path.unlink(missing_ok=True)  # a reader that has it open keeps its bytes
            total -= size

    # --- keeping house ------------------------------------------------------------------------------

    def orphans(
        self, prefix: str, known: Container[str] | Callable[[str], bool], older_than: datetime
    ) -> Iterator[Stored]:
        """Objects below a prefix that no row knows and that are older than any running write can be.

        Ask for `known` after nothing else may write rows for objects older than `older_than`: an object is
        always stored before its row, so a day of distance is plenty.
        """
        is_known = known if callable(known) else known.__contains__
        for found in self.list(prefix):
            if found.modified_at < older_than and not is_known(found.key):
                yield found

    def ready(self) -> None:
        """Raises ObjectStoreAway when the store does not answer."""
        if self._folder is not None:
            if not os.access(self._folder, os.R_OK | os.W_OK | os.X_OK):
                raise ObjectStoreAway
            return
        self.exists("readiness")


_made: tuple[Settings, Objects] | None = None
_made_guard = threading.Lock()


def objects() -> Objects:
    """The object store of the current settings."""
    global _made
    current = settings()
    with _made_guard:
        if _made is None or _made[0] is not current:
            _made = (current, _make(current))
        return _made[1]


def _make(current: Settings) -> Objects:
    if not current.object_store_url:
        return Objects.in_folder(current.data_dir / "objects")
    url = urlsplit(current.object_store_url)
    if url.scheme == "file":
        return Objects.in_folder(Path(url.path))
    if url.scheme != "s3" or not url.netloc:
        raise SettingWrong(
            "TABLEWRIGHT_OBJECT_STORE_URL is not usable: give s3://bucket/prefix or file:///folder.",
            "TABLEWRIGHT_OBJECT_STORE_URL",
        )
    options: dict[str, Any] = {"region": current.s3_region}
    if current.s3_endpoint:
        options |= {"endpoint": current.s3_endpoint, "virtual_hosted_style_request": False}
    if current.s3_access_key:
        options |= {
            "access_key_id": current.s3_access_key,
            "secret_access_key": current.s3_secret_key.get_secret_value(),
        }
    store = S3Store(
        url.netloc,
        prefix=url.path.strip("/") or None,
        client_options={
            "allow_http": current.s3_endpoint.startswith("http://"),
            "connect_timeout": "2s",
            "timeout": "300s",
        },
        retry_config={"max_retries": 4, "retry_timeout": _seconds(20)},
        **options,
    )
    return Objects(store, folder=None, cache_dir=current.cache_dir / "objects", cache_bytes=current.object_cache_bytes)


def _seconds(count: float) -> Any:
    from datetime import timedelta

    return timedelta(seconds=count)


def _check(key: str) -> None:
    if len(key) > 512 or not _KEY.fullmatch(key):
        raise KeyRefused(key)


@contextmanager
def _problems(key: str) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:  # obstore's NotFoundError is one
        raise ObjectMissing(key) from error
    except (BaseError, OSError) as error:
        log.warning("object_store_failed", key=key, error=f"{type(error).__name__}: {error}"[:500])
        raise ObjectStoreAway from error


def _blocks(key: str, result: obstore.GetResult) -> Iterator[bytes]:
    with _problems(key):
        for block in result.stream(_BLOCK):
            yield bytes(block)


@contextmanager
def _temporary(target: Path) -> Iterator[Path]:
    fresh = target.with_name(f"{_TEMPORARY}{uuid4().hex}")
    try:
        yield fresh
    finally:
        fresh.unlink(missing_ok=True)


def _settle(fresh: Path, target: Path) -> None:
    """Bytes first, then the name, then the folder that holds the name: this order survives a power cut."""
    descriptor = os.open(fresh, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    if target.exists() and fresh.samefile(target):
        return  # rename(2) between two names of one file does nothing
    fresh.rename(target)
    folder = os.open(target.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _touch(path: Path) -> bool:
    try:
        os.utime(path)
    except FileNotFoundError:
        return False
    return True
