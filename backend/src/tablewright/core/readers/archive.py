"""Zip directories checked before anything in them is unpacked."""

from __future__ import annotations

import zipfile
from pathlib import Path

from tablewright.core.readers.errors import (
    NOTHING_LOADED,
    ArchiveBomb,
    ArchiveCutShort,
    FileDamaged,
    PasswordProtected,
)

MOST_ENTRIES = 10_000
MOST_BYTES = 1536 << 20
SUSPECT_BYTES = 128 << 20
SUSPECT_RATIO = 100


def checked(path: Path) -> zipfile.ZipFile:
    """The open archive, or the reason why it is not unpacked. Only the directory has been read."""
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError, EOFError) as error:
        if "not a zip file" in str(error):
            raise ArchiveCutShort(path.stat().st_size) from None
        raise FileDamaged(f"The directory of the zip archive is damaged: {error}. {NOTHING_LOADED}") from None
    entries = archive.infolist()
    if len(entries) > MOST_ENTRIES:
        raise ArchiveBomb(f"The archive has {len(entries):,} entries; at most {MOST_ENTRIES:,} are accepted.")
    total = sum(entry.file_size for entry in entries)
    if total > MOST_BYTES:
        raise ArchiveBomb(
            f"The file would unpack to {total >> 20:,} MiB; at most {MOST_BYTES >> 20:,} MiB are accepted. "
            f"It is {path.stat().st_size:,} bytes."
        )
    for entry in entries:
        if entry.flag_bits & 1:
            raise PasswordProtected
        if entry.file_size > SUSPECT_BYTES and entry.file_size > SUSPECT_RATIO * max(1, entry.compress_size):
            raise ArchiveBomb(
                f'"{entry.filename}" would unpack from {entry.compress_size:,} to {entry.file_size:,} bytes: '
                "too much from so little."
            )
    end = 0
    for entry in sorted(entries, key=lambda one: one.header_offset):
        if entry.header_offset < end:
            raise ArchiveBomb("Entries of the archive overlap.")
        end = entry.header_offset + entry.compress_size
    return archive
