"""Records of a delimited file found with whole-block arithmetic instead of a parser.

A line break ends a record when an even number of quotes stands before it. That rule is exact as long as
every quote stands where quotes may stand, which is checked for every quote; a block in which one does
not is marked as not clean, and then `records` reads it carefully. It is the count of this scan that the
count of loaded rows is compared with.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from tablewright.core.readers.errors import LineTooLong
from tablewright.core.readers.records import Dialect

BLOCK = 1 << 20
LONGEST_LINE = 16 << 20
LONGEST_RECORD = 4 << 20
"""A quoted value with line breaks that is longer than this is taken for a quote that was never closed."""

Numbers = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]


class NotUtf8(Exception):
    """The file is in another encoding; `byte` is where that shows."""

    def __init__(self, byte: int) -> None:
        super().__init__(byte)
        self.byte = byte


@dataclass(frozen=True)
class Block:
    """Bytes that begin with a record. When clean, they also end with one."""

    data: bytes
    offset: int
    line: int
    """The number of the first line, from 1."""
    ends: Numbers
    """Where each record's line break is; the last may be the end of the file."""
    clean: bool
    final: bool
    lines: int

    def starts(self) -> Numbers:
        return np.concatenate([np.zeros(1, np.int64), self.ends[:-1] + 1])


@dataclass
class Stream:
    """A file block by block. What a caller did not consume comes back at the head of the next block."""

    path: Path
    dialect: Dialect
    offset: int
    line: int
    newline: int = 10
    size: int = BLOCK
    """How much is read at a time."""
    _carry: bytes = b""

    def __post_init__(self) -> None:
        self._file = self.path.open("rb")
        self._file.seek(self.offset)

    def close(self) -> None:
        self._file.close()

    def next(self) -> Block | None:
        """The next block, or None at the end of the file."""
        wanted = self.size
        while True:
            chunk = self._file.read(wanted)
            data = self._carry + chunk if self._carry else chunk
            if not data:
                return None
            final = len(chunk) < wanted and not self._file.peek(1)
            block = self._block(data, final)
            if block is not None:
                return block
            self._carry = data
            wanted = BLOCK * 2 if len(data) < LONGEST_RECORD else LONGEST_RECORD

    def consume(self, block: Block, count: int, lines: int) -> None:
        """Say how many bytes and lines of a block are done with."""
        self._carry = block.data[count:]
        self.offset += count
        self.line += lines

    def resize(self, size: int) -> None:
        """Go on from the current offset with blocks of another size."""
        self._file.seek(self.offset)
        self._carry, self.size = b"", size

    def _block(self, data: bytes, final: bool) -> Block | None:
        text: Bytes = np.frombuffer(data, np.uint8)
        breaks: Numbers = np.flatnonzero(text == self.newline)
        if not breaks.size and len(data) > LONGEST_LINE:
            raise LineTooLong(self.line, LONGEST_LINE)
        ends, clean = breaks, True
        quotes: Numbers | None = None
        if self.dialect.quote is not None:
            quotes = np.flatnonzero(text == ord(self.dialect.quote))
            if quotes.size:
                ends = breaks[(np.searchsorted(quotes, breaks) & 1) == 0]
        if final:
            if quotes is not None and quotes.size & 1:
                clean = False
            if data[-1] != self.newline and clean:
                ends = np.append(ends, len(data))
        if not ends.size or not clean:
            if not final and len(data) < LONGEST_RECORD:
                return None
            if not final and not breaks.size:
                return None
            # No record ends here: a quote is open for too long, or to the end of the file.
            return Block(data, self.offset, self.line, ends, False, final, int(breaks.size))
        last = int(ends[-1])
        if not final and len(data) - last > LONGEST_LINE and not breaks[-1] > last:
            raise LineTooLong(self.line + int(breaks.size), LONGEST_LINE)
        if quotes is not None and quotes.size:
            clean = self.dialect.doubles and _well_placed(text, quotes[quotes <= last], self.dialect)
        lines = int(np.searchsorted(breaks, last, side="right")) + (1 if last == len(data) else 0)
        return Block(data, self.offset, self.line, ends, clean, final, lines)


def _well_placed(text: Bytes, quotes: Numbers, dialect: Dialect) -> bool:
    """Whether every quote opens a value, closes one, or is doubled inside one."""
    if not quotes.size:
        return True
    mark, separator = ord(dialect.quote or '"'), ord(dialect.delimiter[0])
    opening, closing = quotes[0::2], quotes[1::2]
    if opening.size != closing.size:
        return False
    before = text[np.maximum(opening - 1, 0)]
    good = (before == separator) | (before == 10) | (before == 13) | (before == mark)
    if opening[0] == 0:
        good[0] = True
    if not good.all():
        return False
    behind_at = np.minimum(closing + 1, text.size - 1)
    behind = text[behind_at]
    good = (behind == separator) | (behind == 10) | (behind == 13) | (behind == mark)
    if closing[-1] == text.size - 1:
        good[-1] = True
    return bool(good.all())


@dataclass
class Scan:
    """What one pass over the bytes found."""

    record_count: int = 0
    """Records that are not blank."""
    blank_count: int = 0
    blanks: list[int] = field(default_factory=list)
    """The lines of the first blank records."""
    clean: bool = True
    longest: int = 0
    control_count: int = 0
    samples: list[bytes] = field(default_factory=list)
    """Whole records from places spread over the file."""


def scan(
    path: Path, dialect: Dialect, offset: int, line: int, newline: int, progress: Any, *, listed: int, spots: int = 12
) -> Scan:
    """Count the records from `offset` on; stop at the first block that is not clean.

    Raises NotUtf8 and LineTooLong. Constant memory.
    """
    result = Scan()
    stream = Stream(path, dialect, offset, line, newline)
    size = path.stat().st_size
    step = max(1, (size - offset) // spots)
    next_sample = offset + step
    try:
        while (block := stream.next()) is not None:
            progress(stage="check", done=block.offset, total=size, unit="bytes")
            if not block.clean:
                result.clean = False
                return result
            cut = min(int(block.ends[-1]) + 1, len(block.data))
            text = np.frombuffer(block.data, np.uint8)[:cut]
            result.control_count += int(np.count_nonzero(text < 9))
            if not block.data.isascii():
                require_utf8(block.data[:cut], block.offset)
            lengths = np.diff(block.ends, prepend=-1)
            result.longest = max(result.longest, int(lengths.max()))
            blank = blank_records(text, block.ends, lengths)
            if blank.size:
                result.blank_count += int(blank.size)
                if len(result.blanks) < listed:
                    result.blanks += lines_of(text, block, blank[: listed - len(result.blanks)], newline)
            result.record_count += int(block.ends.size - blank.size)
            if block.offset >= next_sample:
                result.samples.append(_first_records(block, 40))
                next_sample += step
            stream.consume(block, cut, block.lines)
    finally:
        stream.close()
    return result


def require_utf8(part: bytes, offset: int) -> None:
    try:
        part.decode()
    except UnicodeDecodeError as error:
        raise NotUtf8(offset + error.start) from None


def blank_records(text: Bytes, ends: Numbers, lengths: Numbers) -> Numbers:
    """The indexes of records that hold nothing but their line break."""
    short = np.flatnonzero(lengths <= 2)
    if not short.size:
        return short
    of_two = lengths[short] == 2
    first = text[np.maximum(ends[short] - 1, 0)]
    found: Numbers = short[(lengths[short] == 1) | (of_two & (first == 13))]
    return found


def lines_of(text: Bytes, block: Block, records: Numbers, newline: int) -> list[int]:
    """The line on which each of these records of a block begins."""
    breaks = np.flatnonzero(text == newline)
    starts = block.starts()[records]
    return [int(line) for line in block.line + np.searchsorted(breaks, starts)]


def _first_records(block: Block, count: int) -> bytes:
    return block.data[: int(block.ends[min(count, block.ends.size) - 1]) + 1]


def widths(block: Block, dialect: Dialect) -> Numbers:
    """How many values each record of a clean block has."""
    text = np.frombuffer(block.data, np.uint8)
    marks = text == ord(dialect.delimiter)
    if dialect.quote is not None:
        inside = np.bitwise_xor.accumulate((text == ord(dialect.quote)).view(np.uint8))
        marks &= ~inside.view(bool)
    return np.diff(np.searchsorted(np.flatnonzero(marks), block.ends), prepend=0) + 1


def line_of_record(path: Path, dialect: Dialect, offset: int, line: int, newline: int, number: int) -> int | None:
    """The line of the nth record (from 1, blank ones not counted) of a clean file."""
    stream = Stream(path, dialect, offset, line, newline)
    before = 0
    try:
        while (block := stream.next()) is not None and block.clean:
            cut = min(int(block.ends[-1]) + 1, len(block.data))
            text = np.frombuffer(block.data, np.uint8)
            filled = np.delete(
                np.arange(block.ends.size), blank_records(text, block.ends, np.diff(block.ends, prepend=-1))
            )
            if before + filled.size >= number:
                return lines_of(text, block, filled[number - before - 1 :][:1], newline)[0]
            before += int(filled.size)
            stream.consume(block, cut, block.lines)
    finally:
        stream.close()
    return None
