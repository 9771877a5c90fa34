"""Long text files that hold more than a header and rows: titles, several header lines, notes, several tables.

Only what stands out is looked at: lines without a value, lines with few, lines of another width, the header again,
and the lines around them. In between run rows that are alike. The structure of what stands out is asked for as that
of a short file is (`structure`); what it finds are parts of the file, each of which is then read as a table by itself.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from tablewright.core.readers import scan as scans
from tablewright.core.readers import sniff
from tablewright.core.readers.model import Source
from tablewright.core.readers.structure import LOADED, Block, Line, structure
from tablewright.core.readers.textfile import TextFile, preview_rows
from tablewright.core.readers.whole import Row, Step, few_wordy, rows_of, simple_block

CONTEXT = 40
"""So many lines around one that stands out are looked at."""
MOST_ROWS = 20_000
MOST_BYTES = 32 << 20
"""A file in which more stands out has no structure that could be told from disorder."""
ODD_BYTES = 32 << 10
CALM_BLOCKS = 32


class NoStructure(Exception):
    """The file is no sequence of tables that could be told apart this way."""


@dataclass
class Part:
    """One table of a long file: a stretch of its bytes, and what is known of the lines in and around it."""

    start: int
    end: int
    line: int
    """Of the first row of data."""
    width: int
    names: tuple[str, ...]
    block: Block
    around: list[tuple[Row, str]]
    """Lines before and behind the stretch, and why they are no data; with "" those that are set aside."""
    inside: dict[int, str] = field(default_factory=dict)
    """By the byte at which it begins, why a line of the stretch is no data."""
    short: frozenset[int] = frozenset()
    """Where lines begin that have fewer values than the table and are data all the same: labels and totals."""
    totals: list[tuple[Row, str]] = field(default_factory=list)
    beside: str = ""
    """Which columns seem to be tables beside one another, though they are read as one."""


def parts_of(source: Source, file: TextFile) -> list[Part]:
    """The tables of a long file, in order. Raises NoStructure."""
    if len(file.layout.dialect.delimiter) != 1 or not file.layout.dialect.doubles:
        raise NoStructure
    gaps: set[int] = set()
    rows = list(_standing_out(file, gaps))
    step = Step(file, rows)
    step.take()
    footer = source.options.footer_rows or 0
    for row in rows[len(rows) - footer :] if footer else []:
        row.skipped = "you said that the last lines are no data"
    kept = [row for row in rows if not row.dropped and not row.skipped]
    told = source.options.tables
    options = source.options
    simple = told != "several" and not options.leave_out_totals
    blocks = simple_block(kept, step, options.header_rows) if simple else None
    beside = ""
    if blocks is None:
        grid = [row.values for row in kept]

        def found(several: bool | None) -> list[Block]:
            return structure(
                grid, several=several, header_rows=options.header_rows, leave_out_totals=options.leave_out_totals
            )

        blocks = found(None if told is None else told == "several")
        if any(a.last_row >= b.first_row for a, b in itertools.pairwise(blocks)):
            # Tables beside one another stay one, and it is said: each row of a long file is read once.
            beside = _beside(blocks)
            blocks = found(False)
    return [replace(part, beside=beside) for part in _parts(file, rows, kept, blocks, gaps)]


def _beside(blocks: Sequence[Block]) -> str:
    """Which columns seem to be tables of their own, in words."""
    one, two = next((a, b) for a, b in itertools.pairwise(blocks) if a.last_row >= b.first_row)
    spans = (f"columns {block.first_column + 1} to {block.last_column + 1}" for block in (one, two))
    return " and ".join(spans)


def _parts(
    file: TextFile, rows: list[Row], kept: list[Row], blocks: Sequence[Block], gaps: Collection[int]
) -> list[Part]:
    tables = [block for block in blocks if block.loaded]
    if not tables:
        raise NoStructure
    place = {id(row): position for position, row in enumerate(rows)}
    lines = {id(kept[line.row]): line for block in blocks for line in block.lines}
    size = file.path.stat().st_size
    found: list[Part] = []
    first = 0
    previous: Row | None = None  # the last row of the table before
    for number, block in enumerate(tables):
        data = [kept[row] for row in block.loaded]
        begin, last = place[id(data[0])], place[id(data[-1])]
        behind = place[id(kept[tables[number + 1].loaded[0]])] if number + 1 < len(tables) else len(rows)
        end = min(behind, place[id(kept[block.last_row])] + 1) if number + 1 < len(tables) else len(rows)
        stop = rows[last + 1].start if last + 1 < len(rows) else size
        names = {id(kept[row]) for row in block.header}
        before = range(first + (first > 0 and rows[first - 1] is previous), begin + 1)
        if any(rows[i].start in gaps for i in (*before, *range(last + 2, end))):
            raise NoStructure  # lines that nobody looked at would belong to no table
        previous = rows[last]
        around = [
            (row, _reason(row, lines.get(id(row))))
            for row in (*rows[first:begin], *rows[last + 1 : end])
            if id(row) not in names
        ]
        width = _width(data)
        part = Part(rows[begin].start, stop, rows[begin].line, width, _names(block, width), block, around)
        short: set[int] = set()
        for row in rows[begin : last + 1]:
            line = lines.get(id(row))
            if row.blank or row.dropped or row.mended or line is None:
                continue
            if line.kind not in LOADED:
                part.inside[row.start] = line.reason or "stands outside the table"
            elif row.width < width:
                short.add(row.start)
            if line.kind == "total":
                part.totals.append((row, line.reason))
        part.short = frozenset(short)
        found.append(part)
        first = end
    return found


def _reason(row: Row, line: Line | None) -> str:
    if row.dropped:
        return ""
    return row.skipped or ("the line is empty" if row.blank else (line.reason if line else "")) or "stands outside"


def _width(rows: Sequence[Row]) -> int:
    return Counter(row.width for row in rows if row.width).most_common(1)[0][0]


def _names(block: Block, width: int) -> tuple[str, ...]:
    """A name for every value of a row; none without a header."""
    if not block.names:
        return ()
    names = ["" for _ in range(block.first_column)] + list(block.names)
    return tuple((names + [""] * width)[:width])


def sliced(file: TextFile, part: Part, target: Path) -> TextFile:
    """A part as a file of its own, without a header; no copy is made of one that goes to the end of its file."""
    layout = replace(
        file.layout,
        width=part.width,
        preamble=(),
        preamble_raw=(),
        header=part.names or None,
        data_start=0,
        data_line=1,
        kinds=(None,) * part.width,
        even=False,
    )
    whole = part.end >= file.path.stat().st_size
    if whole:
        layout = replace(layout, data_start=part.start - file.start, data_line=part.line - file.start_line + 1)
        return _sampled(replace(file, layout=layout, before=[]))
    with file.path.open("rb") as given, target.open("wb") as out:
        given.seek(part.start)
        left = part.end - part.start
        while left > 0 and (data := given.read(min(left, 1 << 20))):
            out.write(data)
            left -= len(data)
    moved = file.moved + part.start
    slice = replace(file, path=target, layout=layout, start=0, start_line=part.line, before=[])
    return _sampled(replace(slice, moved=moved, first_line=part.line))


def _sampled(file: TextFile) -> TextFile:
    """The same with the types that its first rows propose."""
    rows = preview_rows(file, sniff.SAMPLE_RECORDS)
    return replace(file, layout=replace(file.layout, kinds=tuple(sniff.kinds_of(rows, file.layout.width))))


# What stands out


def _standing_out(file: TextFile, gaps: set[int]) -> Iterator[Row]:
    """The first and last lines, those that stand out, and the lines around them. `gaps` receives the bytes of those
    that follow lines which are left out."""
    stream = scans.Stream(file.path, file.layout.dialect, file.start, file.start_line, file.newline)
    again = header_line(file)
    before = b""  # the last lines of the block before, which may turn out to stand beside one that stands out
    before_at, before_line = file.start, file.start_line
    done = file.start  # up to which byte lines were given
    width, keep = -1, CONTEXT  # of the line before; how many lines more are given
    rows = size = calm = 0
    looked_at = ODD_BYTES  # how much of a block that is not clean

    def given(data: bytes, at: int, line: int) -> Iterator[Row]:
        nonlocal done, rows, size
        if at + len(data) <= done:
            return
        cut = max(0, done - at)
        found = rows_of(data[cut:], file, at + cut, line + data.count(bytes([file.newline]), 0, cut))
        rows, size = rows + len(found), size + len(data) - cut
        if rows > MOST_ROWS or size > MOST_BYTES:
            raise NoStructure
        if at + cut > done:
            gaps.add(at + cut)
        done = at + len(data)
        yield from found

    try:
        while (block := stream.next()) is not None:
            data = block.data
            if block.clean:
                starts, ends = block.starts(), block.ends + 1
                counts, filled = _counted(block, file)
                cut, lines = block.cut, block.lines
            else:
                starts, ends, counts, filled, lines = _odd(block, file, looked_at)
                cut = int(ends[-1]) if len(ends) else len(data)
            ends = np.minimum(ends, len(data))
            odd = counts != np.concatenate([[width], counts[:-1]]) if len(counts) else np.zeros(0, bool)
            odd |= _narrow(counts, filled)
            if again:
                same = np.flatnonzero(ends - starts == len(again))
                odd[[i for i in same.tolist() if data.startswith(again, int(starts[i]))]] = True
            places = np.flatnonzero(odd)
            if len(places) and places[0] < CONTEXT:
                yield from given(before, before_at, before_line)
            kept = _around(places, len(starts), keep)
            for low, high in kept:
                begin, end = int(starts[low]), int(ends[high - 1])
                line = block.line + data.count(bytes([file.newline]), 0, begin)
                yield from given(data[begin:end], block.offset + begin, line)
            keep = max(0, int(places[-1]) + CONTEXT + 1 - len(starts)) if len(places) else max(0, keep - len(starts))
            if len(starts):
                width = int(counts[-1])
                tail = int(starts[max(0, len(starts) - CONTEXT)])
                before, before_at = data[tail:cut], block.offset + tail
                before_line = block.line + data.count(bytes([file.newline]), 0, tail)
            stream.consume(block, cut, lines)
            calm = calm + 1 if block.clean else 0
            if not block.clean:
                stream.resize(ODD_BYTES)
                looked_at = scans.more_of(block, looked_at, ODD_BYTES)
            elif calm == CALM_BLOCKS and stream.size != scans.BLOCK:
                stream.resize(scans.BLOCK)
        yield from given(before, before_at, before_line)
    finally:
        stream.close()


def _around(places: scans.Numbers, count: int, keep: int) -> list[tuple[int, int]]:
    """Runs of lines to give: the first `keep`, and those around each place."""
    runs: list[list[int]] = [[0, min(keep, count)]] if keep and count else []
    for place in places.tolist():
        low, high = max(0, place - CONTEXT), min(count, place + CONTEXT + 1)
        if runs and low <= runs[-1][1]:
            runs[-1][1] = max(runs[-1][1], high)
        else:
            runs.append([low, high])
    return [(low, high) for low, high in runs if high > low]


def _counted(block: scans.Block, file: TextFile) -> tuple[scans.Numbers, scans.Numbers]:
    """How many values each record of a clean block has, and how many of them are not empty."""
    text = np.frombuffer(block.data, np.uint8)
    marks = text == ord(file.layout.dialect.delimiter)
    quote = file.layout.dialect.quote
    if quote is not None and quote.encode() in block.data:
        inside = np.bitwise_xor.accumulate((text == ord(quote)).view(np.uint8))
        marks &= ~inside.view(bool)
    at = np.flatnonzero(marks)
    ends = block.ends
    counts = np.diff(np.searchsorted(at, ends), prepend=0) + 1
    # A value is empty where a separator or the record's end follows a separator or the record's begin.
    edge = np.zeros(len(text) + 1, bool)
    edge[at + 1] = True
    edge[block.starts()] = True
    finish = np.zeros(len(text) + 1, bool)
    finish[at] = True
    finish[ends] = True
    returns = np.flatnonzero((text[ends[ends < len(text)] - 1] == 13) & (ends[ends < len(text)] > 0))
    finish[ends[returns] - 1] = True
    empty = np.flatnonzero(edge & finish)
    filled = counts - np.diff(np.searchsorted(empty, ends, side="right"), prepend=0)
    blank = counts == 1
    return np.where(blank & (filled <= 0), 0, counts), np.maximum(filled, 0)


def _odd(
    block: scans.Block, file: TextFile, most: int
) -> tuple[scans.Numbers, scans.Numbers, scans.Numbers, scans.Numbers, int]:
    """The same of the records in the first `most` bytes of a block with a misplaced quote; such a record counts as one
    like the others."""
    stop = len(block.data)
    if not block.final:
        stop = block.data.rfind(bytes([file.newline])) + 1
    stop = max(1, min(stop, most))
    found = rows_of(block.data[:stop], file, block.offset, block.line, final=block.final and stop == len(block.data))
    usual = file.layout.width
    starts = np.array([row.start - block.offset for row in found], np.int64)
    ends = np.append(starts[1:], stop) if len(found) else np.zeros(0, np.int64)
    counts = np.array([usual if row.problem else row.width for row in found], np.int64)
    filled = np.array([usual if row.problem else sum(1 for v in row.values if v.strip()) for row in found], np.int64)
    return starts, ends, counts, filled, block.data.count(bytes([file.newline]), 0, stop)


def empty_lines(file: TextFile) -> list[bytes]:
    """A row without a value as a spreadsheet writes it, with either end of a line."""
    marks = (file.layout.dialect.delimiter * (file.layout.width - 1)).encode()
    return [marks + b"\n", marks + b"\r\n"] if marks else []


def stands_out(file: TextFile) -> bool:
    """Whether a line between the first and the last has few values or none, another width, or the names again, or is
    one of few without a digit."""
    dialect = file.layout.dialect
    if len(dialect.delimiter) != 1 or not dialect.doubles:
        return False
    stream = scans.Stream(file.path, dialect, file.data_start, file.data_line, file.newline)
    again = header_line(file)
    wordy: list[bool] = []
    marked = f"{chr(file.newline)}{file.mark}".encode() if file.mark else None
    try:
        while (block := stream.next()) is not None:
            if not block.clean or (marked and marked in block.data):
                return True
            counts, filled = _counted(block, file)
            if ((counts != file.layout.width) | _narrow(counts, filled)).any() or (again and again in block.data):
                return True
            wordy += _wordy(block).tolist()
            stream.consume(block, block.cut, block.lines)
    finally:
        stream.close()
    return few_wordy(wordy)


def _wordy(block: scans.Block) -> npt.NDArray[np.bool_]:
    """Which records of a clean block hold no digit."""
    text = np.frombuffer(block.data, np.uint8)
    digits = np.flatnonzero((text >= ord("0")) & (text <= ord("9")))
    wordy: npt.NDArray[np.bool_] = np.diff(np.searchsorted(digits, block.ends), prepend=0) == 0
    return wordy


def _narrow(counts: scans.Numbers, filled: scans.Numbers) -> npt.NDArray[np.bool_]:
    """Which lines have few of their values: a title, a note, a row left empty."""
    return (filled <= np.maximum(1, counts // 3)) & (counts > 1)


def header_line(file: TextFile) -> bytes:
    """The line that names the columns, as it is written; nothing without a header."""
    if file.layout.header is None:
        return b""
    with file.path.open("rb") as opened:
        opened.seek(file.start)
        head = opened.read(file.layout.data_start)
    mark = bytes([file.newline])
    begin = head.rfind(mark, 0, len(head) - 1) + 1
    return head[begin:]
