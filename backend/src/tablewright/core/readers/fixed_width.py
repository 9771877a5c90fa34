"""Text whose columns stand below one another, or are held apart by runs of spaces.

Such a file has no separator: the places at which (nearly) every line has a space are the gaps between its columns.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tablewright.core.readers import sniff
from tablewright.core.readers.landing import Landing
from tablewright.core.readers.mending import shape
from tablewright.core.readers.model import Odd, Receipt, Source, Table
from tablewright.core.readers.quarantine import Quarantine
from tablewright.core.readers.textfile import TextFile
from tablewright.core.readers.whole import Row

FIXED_WIDTH = "fixed width"
"""What the decision about the separator says."""
LOOKED_AT = 64 << 10
MOST_TITLES = 4
FEWEST_LINES = 3
SURE_LINES = 8
"""From so many lines on a gap of one space is no accident."""
ALIGNED = 0.97
LONGEST_LINE = 2000
_RUN = re.compile(r" {2,}|\t+")
_VALUES = ("integer", "number", "date", "time")


@dataclass(frozen=True)
class Cutter:
    """How a line is cut into values."""

    starts: tuple[int, ...]
    """Where each column begins; () when runs of spaces separate."""
    width: int
    first: int
    """How many lines stand before the table."""

    @property
    def evidence(self) -> str:
        if self.starts:
            return f"spaces stand below one another between {self.width} columns"
        return f"runs of spaces part nearly every line into {self.width} values"

    def cut(self, line: str) -> list[str]:
        """The values of a line, without the spaces around them."""
        if not line.strip():
            return []
        if not self.starts:
            return line.split()
        ends = (*self.starts[1:], len(line))
        values = [line[start:end] for start, end in zip(self.starts, ends, strict=True)]
        # A word that lies across a border belongs to the column in which it begins (names wider than their column).
        if any(_across(line, start) for start in self.starts[1:]):
            parts = [part for part in _RUN.split(line.strip()) if part]
            words = line.split()
            for other in (parts, words):
                if len(other) == self.width:
                    return [value.strip() for value in other]
        return [value.strip() for value in values]


def apart(line: str) -> list[str]:
    """The values of a single line: what several spaces hold apart, or else its words."""
    parts = [part for part in _RUN.split(line.strip()) if part]
    return parts if len(parts) > 1 else line.split()


def _across(line: str, place: int) -> bool:
    return 0 < place < len(line) and line[place - 1] != " " and line[place] != " "


def cutter_of(file: TextFile) -> Cutter | None:
    """How the lines of a file without a separator are cut; None when its columns are not aligned."""
    verdict = file.layout.verdict
    if verdict.confidence == "told" or (file.layout.width > 1 and verdict.dialect.delimiter != " "):
        return None
    with file.path.open("rb") as opened:
        opened.seek(file.start)
        head = opened.read(LOOKED_AT)
    text = head.decode("utf-8", "ignore")
    lines = re.split(r"\r\n|\n|\r", text)
    if len(head) == LOOKED_AT:
        lines.pop()
    lines = [line.rstrip() for line in lines]
    filled = [line for line in lines if line.strip()]
    if len(filled) < FEWEST_LINES or max(map(len, filled)) > LONGEST_LINE or "\t" in text:
        return None
    if verdict.dialect.delimiter == " " and file.layout.width > 1 and not _runs(filled):
        return None
    best: Cutter | None = None
    for first in range(min(MOST_TITLES, len(filled) - FEWEST_LINES) + 1):
        body = filled[first + 1 :] if len(filled) - first > FEWEST_LINES else filled[first:]
        starts = _starts(body)
        width, often = Counter(len(line.split()) for line in body).most_common(1)[0]
        for found in (Cutter(tuple(starts), len(starts), first), Cutter((), width, first)):
            if not found.starts and often < ALIGNED * len(body):
                continue
            if found.width > (best.width if best else 1) and _holds(found, body):
                best = found
    return best


def _runs(lines: Sequence[str]) -> bool:
    """Whether many lines hold several spaces in a row."""
    return sum(1 for line in lines if _RUN.search(line.strip())) * 2 >= len(lines)


def _starts(lines: Sequence[str]) -> list[int]:
    """Where columns begin: behind each gap that nearly all lines have."""
    width = max(map(len, lines))
    filled = [0] * width
    for line in lines:
        for i, character in enumerate(line):
            filled[i] += character != " "
    allowed = int((1 - ALIGNED) * len(lines))
    gaps = [count <= allowed for count in filled]
    least = 1 if len(lines) >= SURE_LINES else 2
    starts, position = [], 0
    while position < width:
        if gaps[position]:
            position += 1
            continue
        end = position
        while end < width and not (gaps[end] and all(gaps[end : end + least])):
            end += 1
        starts.append(position)
        position = end
    return [0, *starts[1:]] if starts else []


def _holds(cutter: Cutter, lines: Sequence[str]) -> bool:
    """Whether what was cut looks like a table: few gaps, and a column of values."""
    rows = [cutter.cut(line) for line in lines]
    even = [row for row in rows if len(row) == cutter.width]
    if len(even) < ALIGNED * len(rows):
        return False
    filled = sum(1 for row in even for value in row if value)
    if filled < 0.5 * len(even) * cutter.width:
        return False
    columns = list(zip(*even, strict=True))
    typed = sum(1 for column in columns if _typed(column))
    return typed > 0 or (bool(cutter.starts) and len(lines) >= SURE_LINES)


def _typed(column: Sequence[str]) -> bool:
    values = [value for value in column if value]
    return bool(values) and sum(shape(value) in _VALUES for value in values) >= 0.8 * len(values)


def lines_of(file: TextFile) -> Iterator[tuple[int, int, str]]:
    """Every line with its number and byte; constant memory."""
    newline = b"\r" if file.newline == 13 else b"\n"
    number, start, rest = file.start_line, file.start, b""
    with file.path.open("rb") as opened:
        opened.seek(start)
        while block := opened.read(1 << 20):
            *whole, rest = (rest + block).split(newline)
            for raw in whole:
                yield number, start, raw.decode("utf-8", "replace").rstrip("\r")
                number, start = number + 1, start + len(raw) + 1
    if rest:
        yield number, start, rest.decode("utf-8", "replace")


class _Texts:
    """The text of single lines, found in one pass where they are asked for in their order."""

    def __init__(self, file: TextFile) -> None:
        self._file = file
        self._lines: Iterator[tuple[int, int, str]] = iter(())
        self._at = 0

    def of(self, line: int) -> str:
        if not self._at or line <= self._at:
            self._lines = lines_of(self._file)
        self._at = line
        return next((text for number, _, text in self._lines if number == line), "")


def rows_of(file: TextFile, cutter: Cutter) -> list[Row]:
    """Every line of a small file as a row; titles are rows of one value."""
    rows = []
    titles = cutter.first
    for number, start, line in lines_of(file):
        values = cutter.cut(line)
        if titles and values:
            values, titles = [line.strip()], titles - 1
        rows.append(Row(number, start, line, values))
    return rows


def long_table(source: Source, file: TextFile, cutter: Cutter, receipt: Receipt) -> Table:
    """The table of a long file, line by line."""
    quarantine = Quarantine(
        receipt, source.out_dir / "t1.quarantine.jsonl", raw_of=_Texts(file).of, byte_of=file.byte_of_line()
    )
    receipt.rows_seen = file.skip_before(quarantine)
    names: list[str] | None = None
    numbers: list[tuple[int, int]] = []
    titles = cutter.first
    try:
        with Landing(source, 1) as landing:
            for number, start, line in lines_of(file):
                values = cutter.cut(line)
                if not values or titles:
                    reason = "above the table" if values else "the line is empty"
                    titles -= bool(values)
                    quarantine.skip(Odd(number, reason, line, byte=file.byte(start)))
                    receipt.rows_seen += 1
                elif names is None and not any(shape(value) in _VALUES for value in values):
                    names = (values + [""] * cutter.width)[: cutter.width]
                elif len(values) != cutter.width:
                    reason = f"has {len(values)} values where the table has {cutter.width} columns"
                    quarantine.add(Odd(number, reason, line, byte=file.byte(start)))
                    receipt.rows_seen += 1
                else:
                    names = names or []
                    landing.add([value or None for value in values])
                    receipt.rows_seen += 1
                    if not numbers or number - numbers[-1][1] != landing.count - numbers[-1][0]:
                        numbers.append((landing.count, number))
            receipt.rows_loaded = landing.count
            said = "the first line holds words" if names else "the first line holds values"
            receipt.decide("header", "first row" if names else "none", said, key="header_rows", confidence="likely")
            columns = names or [f"Column {i + 1}" for i in range(cutter.width)]

            def line_of(row: int) -> int | None:
                place = max((pair for pair in numbers if pair[0] <= row), default=None)
                return place[1] + row - place[0] if place else None

            return landing.table(source.stem, columns, receipt, line_of=line_of, aside=quarantine)
    finally:
        quarantine.close()


def decide(receipt: Receipt, cutter: Cutter) -> None:
    """Replace what was said about a separator."""
    receipt.decisions = [one for one in receipt.decisions if one.key not in ("delimiter", "quote")]
    receipt.decide(
        "delimiter", FIXED_WIDTH, cutter.evidence, key="delimiter", confidence="likely", choices=sniff.COMMON
    )
