"""Archives taken apart into scratch files: streamed, counted, and stopped when they grow out of proportion.

Names inside an archive are only shown; nothing is ever written under one.
"""

from __future__ import annotations

import bz2
import contextlib
import gzip
import lzma
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Protocol

import pyarrow as pa

from tablewright.core.readers.errors import (
    NOTHING_LOADED,
    ArchiveBomb,
    ArchiveCutShort,
    FileDamaged,
    PasswordProtected,
    TooManyMembers,
)

BLOCK = 1 << 20
MOST_BYTES = 8 << 30
MOST_RATIO = 100
FREE_BYTES = 64 << 20
"""Up to here the ratio does not matter: short files of one repeated line compress a thousandfold."""
MOST_MEMBERS = 1000
MOST_ENTRIES = 20_000
"""With folders and what is passed over."""
MOST_DIRECTORY = 16 << 20
XZ_MEMORY = 256 << 20

_XZ, _ZSTD, _ZIP = b"\xfd7zXZ\x00", b"\x28\xb5\x2f\xfd", b"PK\x03\x04"
_END = struct.Struct("<4s4H2LH")
_ODD = (OSError, EOFError, zlib.error, lzma.LZMAError, zipfile.BadZipFile, tarfile.TarError, pa.ArrowException,
        ValueError, NotImplementedError, struct.error)  # fmt: skip


class Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


@dataclass(frozen=True)
class Member:
    """One file of an archive, unpacked."""

    name: str
    """As the archive has it, with its folders."""
    path: Path

    @property
    def filename(self) -> str:
        return self.name.replace("\\", "/").rstrip("/").rsplit("/", 1)[-1]


@dataclass
class Unpacking:
    """One archive with everything in it: what was passed over, and how much may still be written."""

    scratch: Path
    packed: int
    tell: Callable[[int], None]
    passed: list[tuple[str, str]] = field(default_factory=list)
    """Members that are not read, and why."""
    written: int = 0
    _count: int = 0

    @property
    def limit(self) -> int:
        return min(MOST_BYTES, max(FREE_BYTES, self.packed * MOST_RATIO))

    def save(self, stream: Readable, name: str) -> Path:
        """Write a stream to a scratch file. Raises ArchiveBomb, or FileDamaged with the place where it ends."""
        self._count += 1
        path = self.scratch / f"member{self._count}"
        done = 0
        try:
            with path.open("wb") as out:
                while block := stream.read(BLOCK):
                    done += len(block)
                    self.written += len(block)
                    if self.written > self.limit:
                        raise ArchiveBomb(
                            f'"{name}" unpacks to more than {self.limit >> 20:,} MiB, from {self.packed:,} bytes: '
                            f"accepted are {MOST_RATIO} times the packed size and at most {MOST_BYTES >> 30} GiB."
                        )
                    out.write(block)
                    self.tell(self.written)
        except RuntimeError as error:  # zipfile: encrypted
            raise PasswordProtected from error
        except _ODD as error:
            path.unlink(missing_ok=True)
            words = str(error) or type(error).__name__
            raise FileDamaged(
                f'"{name}" is damaged or was cut short: {done:,} bytes could be unpacked, then: '
                f"{words[:200].rstrip('.')}. Copy or pack it again.",
                byte=done,
            ) from None
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        return path

    def pass_over(self, name: str, reason: str) -> None:
        self.passed.append((shown(name), reason))


def shown(name: str) -> str:
    """A member's name for people."""
    return "".join(c if c.isprintable() else "�" for c in name.encode("utf-8", "replace").decode())[:200]


def kind_of(path: Path) -> str | None:
    """gzip, bzip2, xz, zstd, zip or tar; None for a file that is no archive."""
    with path.open("rb") as file:
        return kind_of_head(file.read(1024))


def kind_of_head(head: bytes) -> str | None:
    if head.startswith(b"\x1f\x8b\x08"):
        return "gzip"
    if head.startswith(b"BZh") and head[3:4] in b"123456789" and head[4:10] in (b"1AY&SY", b"\x17rE8P\x90"):
        return "bzip2"
    if head.startswith(_XZ):
        return "xz"
    if head.startswith(_ZSTD) or (head[1:4] == b"\x2a\x4d\x18" and 0x50 <= head[0] <= 0x5F):
        return "zstd"
    if head.startswith((_ZIP, b"PK\x05\x06")):
        return "zip"
    if len(head) >= 512 and _is_tar_header(head[:512]):
        return "tar"
    return None


def _is_tar_header(block: bytes) -> bool:
    """Whether the checksum of a tar header is right; names of old archives carry no other mark."""
    try:
        said = int(block[148:156].strip(b" \0") or b"x", 8)
    except ValueError:
        return False
    return block[:1] != b"\0" and said == sum(block[:148]) + 256 + sum(block[156:512])


def members(path: Path, filename: str, kind: str, unpacking: Unpacking) -> Iterator[Member]:
    """Every file of an archive, one after the other; each is on disk until the next one is asked for."""
    if kind == "zip":
        found = _zipped(path, unpacking)
    elif kind == "tar":
        found = _tarred(path, unpacking)
    else:
        found = _single(path, filename, kind, unpacking)
    for member in found:
        yield member
        member.path.unlink(missing_ok=True)


def _single(path: Path, filename: str, kind: str, unpacking: Unpacking) -> Iterator[Member]:
    with contextlib.ExitStack() as stack:
        stream: Readable
        if kind == "gzip":
            stream = stack.enter_context(gzip.open(path, "rb"))
        elif kind == "bzip2":
            stream = stack.enter_context(bz2.open(path, "rb"))
        elif kind == "xz":
            stream = _Xz(stack.enter_context(path.open("rb")))
        else:
            stream = stack.enter_context(pa.CompressedInputStream(pa.OSFile(str(path)), "zstd"))
        saved = unpacking.save(stream, shown(filename))
    yield Member(_without_ending(filename), saved)


def _without_ending(filename: str) -> str:
    name = filename.replace("\\", "/").rsplit("/", 1)[-1]
    stem, _, ending = name.rpartition(".")
    match ending.lower():
        case "gz" | "bz2" | "xz" | "zst" | "zstd" | "gzip" if stem:
            return stem
        case "tgz" | "tbz" | "tbz2" | "txz" | "tzst" if stem:
            return f"{stem}.tar"
        case _:
            return name


class _Xz:
    """One or more xz streams, with a bound on the memory that their headers may ask for."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._decoder = self._fresh()
        self._rest = b""

    @staticmethod
    def _fresh() -> lzma.LZMADecompressor:
        return lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=XZ_MEMORY)

    def read(self, size: int, /) -> bytes:
        while True:
            if self._decoder.eof:
                self._rest = (self._decoder.unused_data or self._file.read(BLOCK)).lstrip(b"\0")
                if not self._rest:
                    return b""
                self._decoder = self._fresh()
            if self._decoder.needs_input:
                given = self._rest or self._file.read(BLOCK)
                self._rest = b""
                if not given:
                    raise EOFError("the file ends within the compressed data")
            else:
                given = b""
            if block := self._decoder.decompress(given, size):
                return block


def _zipped(path: Path, unpacking: Unpacking) -> Iterator[Member]:
    with _directory(path) as archive:
        _refuse_overlaps(archive.infolist())
        entries = [
            entry for entry in archive.infolist() if not entry.is_dir() and not _passed_over(entry.filename, unpacking)
        ]
        if len(entries) > MOST_MEMBERS:
            raise TooManyMembers(MOST_MEMBERS)
        for entry in entries:
            if entry.flag_bits & 1:
                unpacking.pass_over(entry.filename, "protected by a password")
                continue
            try:
                stream = archive.open(entry)
            except _ODD as error:
                raise FileDamaged(
                    f'"{shown(entry.filename)}" cannot be unpacked: {error}. Pack it again.', byte=entry.header_offset
                ) from None
            with stream:
                saved = unpacking.save(stream, shown(entry.filename))
            yield Member(entry.filename, saved)


def _directory(path: Path) -> zipfile.ZipFile:
    """The open zip archive, once its directory is known to be of a bearable size."""
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(0, size - (1 << 16) - _END.size))
        tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < _END.size:
        raise ArchiveCutShort(size)
    _, _, _, _, entries, length, _, _ = _END.unpack_from(tail, at)
    if length == 0xFFFFFFFF and (wide := tail.rfind(b"PK\x06\x06", 0, at)) >= 0 and at - wide >= 56:
        length = int.from_bytes(tail[wide + 40 : wide + 48], "little")
    if length > MOST_DIRECTORY or (entries > MOST_ENTRIES and entries != 0xFFFF):
        raise TooManyMembers(MOST_ENTRIES)
    try:
        archive = zipfile.ZipFile(path)
    except _ODD as error:
        raise FileDamaged(f"The directory of the zip archive is damaged: {error}. {NOTHING_LOADED}") from None
    if len(archive.infolist()) > MOST_ENTRIES:
        raise TooManyMembers(MOST_ENTRIES)
    return archive


def _refuse_overlaps(entries: list[zipfile.ZipInfo]) -> None:
    end = 0
    for entry in sorted(entries, key=lambda one: one.header_offset):
        if entry.header_offset < end:
            raise ArchiveBomb("Files in the archive overlap, as they only do in one that is made to grow.")
        end = entry.header_offset + 30 + entry.compress_size


def _tarred(path: Path, unpacking: Unpacking) -> Iterator[Member]:
    try:
        archive = tarfile.open(path, "r:")  # noqa: SIM115 - closed below, after its last member was read
    except _ODD as error:
        raise FileDamaged(f"The tar archive cannot be opened: {error}.", byte=0) from None
    with archive:
        entries = []
        for entry in _headers(archive):
            if entry.isdir() or _passed_over(entry.name, unpacking):
                continue
            if not entry.isreg():
                unpacking.pass_over(entry.name, "a link or device, no file")
                continue
            entries.append(entry)
            if len(entries) > MOST_MEMBERS:
                raise TooManyMembers(MOST_MEMBERS)
        _refuse_unended(path, archive.offset)
        for entry in entries:
            stream = archive.extractfile(entry)
            if stream is None:
                continue
            with stream:
                saved = unpacking.save(stream, shown(entry.name))
            if saved.stat().st_size != entry.size:
                raise FileDamaged(f'The archive ends within "{shown(entry.name)}".', byte=path.stat().st_size)
            yield Member(entry.name, saved)


def _headers(archive: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    count = 0
    while True:
        try:
            entry = archive.next()
        except _ODD as error:
            raise FileDamaged(f"The tar archive is cut short or damaged: {error}.", byte=archive.offset) from None
        if entry is None:
            return
        count += 1
        if count > MOST_ENTRIES:
            raise TooManyMembers(MOST_ENTRIES)
        yield entry


def _refuse_unended(path: Path, offset: int) -> None:
    """A header that is damaged looks like the end to tarfile: the end is zeros, or the end of the file."""
    with path.open("rb") as file:
        file.seek(max(0, offset - 512))
        if file.read(1024).strip(b"\0") and path.stat().st_size > offset:
            file.seek(offset)
            if file.read(512).strip(b"\0"):
                raise FileDamaged(f"The tar archive is damaged at byte {offset:,}.", byte=offset)


def _passed_over(name: str, unpacking: Unpacking) -> bool:
    """Files that systems leave in archives for themselves."""
    parts = name.replace("\\", "/").split("/")
    if "__MACOSX" in parts or parts[-1].startswith(".") or parts[-1].lower() in ("thumbs.db", "desktop.ini"):
        unpacking.pass_over(name, "belongs to the system that packed it")
        return True
    return False
