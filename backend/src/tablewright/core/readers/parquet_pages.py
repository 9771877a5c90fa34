"""What of a Parquet file is looked at here, because its readers do not, or end the process over it.

How deep the schema goes; and the checksums of pages, where the writer left any: in a page without compression a
damaged byte is a wrong value and nothing else.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from tablewright.core.readers.errors import FileDamaged

LONGEST_HEADER = 1 << 20
USUAL_HEADER = 1 << 10
DEEPEST = 8
_BLOCK = 1 << 20
_SIZE, _CHECKSUM = 3, 4
_REPETITION, _CHILDREN = 3, 5
_REPEATED = 2
_FIXED = {3: 1, 7: 8}
"""What a byte and a double take in Thrift's compact protocol."""


class _Unclear(Exception):
    """A header that is none: the readers have the last word on it."""


@dataclass(frozen=True)
class Chunk:
    """The pages of one column in one row group, as the footer has them."""

    group: int
    column: str
    dictionary: int | None
    data: int
    size: int

    @property
    def start(self) -> int:
        return min(self.dictionary or self.data, self.data)


CHUNKS = "row_group_id, path_in_schema, dictionary_page_offset, data_page_offset, total_compressed_size"
"""What makes a Chunk, as DuckDB's `parquet_metadata` calls it. Arrow ends the process over some damaged chunks."""


def check_pages(path: Path, chunks: Iterable[Chunk]) -> None:
    """Hold every page against its checksum; the first row group shows which columns have any. Raises FileDamaged."""
    checked: set[str] = set()
    first = None
    with path.open("rb") as file:
        for chunk in chunks:
            first = chunk.group if first is None else first
            if chunk.group == first:
                if _has_checksum(file, chunk):
                    checked.add(chunk.column)
            elif not checked:
                return
            if chunk.column in checked:
                _check(file, chunk)


def _has_checksum(file: BinaryIO, chunk: Chunk) -> bool:
    try:
        return _page(file, chunk.start)[2] is not None
    except (_Unclear, ValueError, OSError):
        return False


def _check(file: BinaryIO, chunk: Chunk) -> None:
    try:
        at, number = chunk.start, 0
        end = at + chunk.size
        while at < end:
            at, size, expected = _page(file, at)
            if expected is not None and _checksum(file, at, size) != expected & 0xFFFFFFFF:
                raise FileDamaged(
                    f'The Parquet file is damaged: page {number + 1:,} of the column "{chunk.column}" in row '
                    f"group {chunk.group + 1:,} does not match its checksum. Write or copy the file again.",
                    column=chunk.column,
                    byte=at,
                )
            at, number = at + size, number + 1
    except (_Unclear, ValueError, OSError):
        return


def _checksum(file: BinaryIO, at: int, size: int) -> int:
    file.seek(at)
    found = 0
    while size > 0 and (data := file.read(min(size, _BLOCK))):
        found = zlib.crc32(data, found)
        size -= len(data)
    return found


def _page(file: BinaryIO, at: int) -> tuple[int, int, int | None]:
    """Where the page's bytes begin, how many there are, and their checksum."""
    for window in (USUAL_HEADER, LONGEST_HEADER):
        file.seek(at)
        data = file.read(window)
        try:
            length, size, checksum = _header(data)
        except IndexError:
            continue
        return at + length, size, checksum
    raise _Unclear


def _header(data: bytes) -> tuple[int, int, int | None]:
    """Length of a page's header, the size that it gives, and the checksum. Raises IndexError where the bytes end."""
    found, at = _element(data, 0)
    if found.get(_SIZE, -1) < 0:
        raise _Unclear
    return at, found[_SIZE], found.get(_CHECKSUM)


def depth_of_schema(path: Path) -> tuple[int, int]:
    """How many levels deep the schema in the footer goes, and how many of them are lists; 0 where it is unclear."""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - 8))
        length = int.from_bytes(file.read(4), "little")
        if not 0 < length <= size - 12:
            return 0, 0
        file.seek(size - 8 - length)
        footer = file.read(length)
    try:
        return _depth(footer)
    except (_Unclear, IndexError):
        return 0, 0


def _depth(footer: bytes) -> tuple[int, int]:
    if footer[0] != 0x15:  # the version
        raise _Unclear
    at = _number(footer, 1)[1]
    if footer[at] != 0x19:  # the elements of the schema, each before those within it
        raise _Unclear
    count, at = footer[at + 1] >> 4, at + 2
    if count == 15:
        count, at = _number(footer, at)
    levels: list[list[int]] = []
    deepest = most_lists = 0
    for _ in range(count):
        found, at = _element(footer, at)
        while levels and levels[-1][0] <= 0:
            levels.pop()
        lists = levels[-1][1] if levels else 0
        if levels:
            levels[-1][0] -= 1
        lists += found.get(_REPETITION) == _REPEATED
        levels.append([found.get(_CHILDREN, 0), lists])
        deepest, most_lists = max(deepest, len(levels) - 1), max(most_lists, lists)
    return deepest, most_lists


def _element(footer: bytes, at: int) -> tuple[dict[int, int], int]:
    """The whole numbers of the element of the schema that begins here, and where the next one begins."""
    name, found = 0, dict[int, int]()
    while kind := footer[at] & 15:
        step, at = footer[at] >> 4, at + 1
        if step:
            name += step
        else:
            name, at = _number(footer, at)
        if kind == 5:
            value, at = _number(footer, at)
            found[name] = value >> 1 ^ -(value & 1)
        else:
            at = _passed(footer, at, kind, 0)
    return found, at + 1


def _number(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, 70, 7):
        byte, at = data[at], at + 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, at
    raise _Unclear


def _passed(data: bytes, at: int, kind: int, depth: int) -> int:
    """Where a value of a kind ends."""
    if depth > DEEPEST:
        raise _Unclear
    if kind in (1, 2):
        return at
    if kind in (4, 5, 6):
        return _number(data, at)[1]
    if kind in _FIXED:
        return at + _FIXED[kind]
    if kind == 8:
        length, at = _number(data, at)
        return at + length
    if kind == 12:
        while inner := data[at] & 15:
            step, at = data[at] >> 4, at + 1
            at = _passed(data, at if step else _number(data, at)[1], inner, depth + 1)
        return at + 1
    raise _Unclear


__all__ = ["CHUNKS", "Chunk", "check_pages", "depth_of_schema"]
