"""The workbook stream of a compound file whose bookkeeping is damaged.

Chains of sectors are followed as far as they go: a chain that another one crosses, or that ends early, gives what it
holds. The whole sectors of the file are the bound.
"""

from __future__ import annotations

import struct

HEADER_BYTES = 512
FREE = 0xFFFFFFFA
"""Sector numbers from here on are marks."""
SMALL_BYTES = 4096


def workbook_stream(data: bytes) -> bytes | None:
    """The stream "Workbook" or "Book"; None where it cannot be found."""
    if len(data) < HEADER_BYTES + 512:
        return None
    (shift,) = struct.unpack_from("<H", data, 30)
    if shift not in (9, 12):
        return None
    size = 1 << shift
    first_directory, first_small, first_extra = (struct.unpack_from("<I", data, at)[0] for at in (48, 60, 68))
    table = _table(data, size, first_extra)
    directory = _chain(data, table, first_directory, size)
    root = small = None
    for at in range(0, len(directory) - 127, 128):
        entry = directory[at : at + 128]
        (name_bytes,) = struct.unpack_from("<H", entry, 64)
        name = entry[: max(0, min(name_bytes, 64) - 2)].decode("utf-16-le", "replace")
        start, length = struct.unpack_from("<II", entry, 116)
        if entry[66] == 5:
            root = start
        if name not in ("Workbook", "Book") or entry[66] != 2:
            continue
        if length >= SMALL_BYTES:
            return _chain(data, table, start, size)[:length]
        small = (start, length)
    if small is None or root is None:
        return None
    places = _numbers(_chain(data, table, first_small, size))
    return _chain(_chain(data, table, root, size), places, small[0], 64, begin=0)[: small[1]]


def _table(data: bytes, size: int, extra: int) -> list[int]:
    """The allocation table: for each sector the next."""
    parts = list(struct.unpack_from("<109I", data, 76))
    seen: set[int] = set()
    while extra < FREE and extra not in seen:
        seen.add(extra)
        numbers = _numbers(data[HEADER_BYTES + extra * size :][:size])
        if len(numbers) < 2:
            break
        parts += numbers[:-1]
        extra = numbers[-1]
    table: list[int] = []
    for part in parts:
        if part < FREE:
            table += _numbers(data[HEADER_BYTES + part * size :][:size])
    return table


def _numbers(data: bytes) -> list[int]:
    return list(struct.unpack(f"<{len(data) // 4}I", data[: len(data) // 4 * 4]))


def _chain(data: bytes, table: list[int], sector: int, size: int, begin: int = HEADER_BYTES) -> bytes:
    """The sectors of a chain, each at most once."""
    pieces: list[bytes] = []
    seen: set[int] = set()
    while sector < FREE and sector not in seen and begin + sector * size < len(data):
        seen.add(sector)
        at = begin + sector * size
        pieces.append(data[at : at + size])
        sector = table[sector] if sector < len(table) else FREE
    return b"".join(pieces)
