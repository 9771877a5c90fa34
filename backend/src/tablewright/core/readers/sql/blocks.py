"""Long stretches of rows cut into fields all at once, with arrays of positions instead of a loop over values.

Only what is plain is read here: strings, numbers and NULL between commas and brackets. At the first thing that is
not, the stretch ends, and the careful way takes over from there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from tablewright.core.readers.sql.dialect import Dialect

Positions = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]
Flags = npt.NDArray[np.bool_]

BLANK, QUOTE, COMMA, OPEN, CLOSE, SLASH = 32, 39, 44, 40, 41, 92
_CAST = re.compile(
    rb"(?i)(CAST\(\s*)(?:N?'[^'\\]*+'|-?[0-9.]++)"
    rb"(\s+AS\s+(?:(?:small)?datetime|date|decimal|numeric|(?:small)?money|n?(?:var)?char|float|real)"
    rb"\s*(?:\([0-9, ]*\))?\s*\))"
)
"""Casts that change nothing about how a literal is read."""
_NUMBER = r"^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$"
_MYSQL: Bytes = np.arange(256, dtype=np.uint8)
_MYSQL[[ord(c) for c in "ntr0Zb"]] = [10, 9, 13, 0, 26, 8]
_COPY: Bytes = np.arange(256, dtype=np.uint8)
_COPY[[ord(c) for c in "bfnrtv"]] = [8, 12, 10, 13, 9, 11]


@dataclass(frozen=True)
class Fields:
    """Places of rows × n fields in a block, row by row, and what of them is their value."""

    data: Bytes
    start: Positions
    end: Positions
    dropped: Positions
    """Places within fields that are no part of the value, ascending."""
    lost: Positions
    """How many places are dropped in each field."""
    null: Flags
    width: int

    def columns(self) -> list[pa.Array]:
        """The values as columns of bytes."""
        lengths = self.end - self.start - self.lost
        lengths[self.null] = 0
        kept = ~self.null
        values = self._values(self.start[kept], self.end[kept])
        offsets = np.zeros(len(lengths) + 1, np.int32)
        np.cumsum(lengths, out=offsets[1:])
        validity = pa.py_buffer(np.packbits(kept, bitorder="little")) if self.null.any() else None
        every = pa.Array.from_buffers(
            pa.binary(), len(lengths), [validity, pa.py_buffer(offsets), pa.py_buffer(values)]
        )
        if self.width == 1:
            return [every]
        places = np.arange(0, len(lengths), self.width)
        return [every.take(pa.array(places + i)) for i in range(self.width)]

    def _values(self, start: Positions, end: Positions) -> Bytes:
        """The bytes of these fields in a row, without those that are dropped."""
        if not len(start):
            return self.data[:0]
        if int((end - start).sum()) * 8 > len(self.data):
            # +1 where a field begins, -1 behind its end: the running sum tells what is inside.
            edges = np.zeros(len(self.data) + 1, np.int8)
            edges[start] += 1
            edges[end] -= 1
            inside = np.cumsum(edges[:-1], dtype=np.int8)
            inside[self.dropped] = 0
            return self.data[inside.view(np.bool_)]
        # A few fields of a long block: go to their bytes one by one.
        length = end - start
        before = np.cumsum(length) - length
        places = np.repeat(start - before, length) + np.arange(int(length.sum()))
        found = np.searchsorted(self.dropped, places)
        found[found == len(self.dropped)] = 0
        gone = self.dropped[found] == places if len(self.dropped) else np.zeros(len(places), np.bool_)
        values: Bytes = self.data[places[~gone]]
        return values


def _leads(data: Bytes) -> Positions:
    """Places of the backslashes that escape the byte behind them: every other one of a run."""
    slashes = np.flatnonzero(data == SLASH)
    if not len(slashes):
        return slashes
    begins = np.ones(len(slashes), np.bool_)
    begins[1:] = np.diff(slashes) != 1
    order = np.arange(len(slashes))
    first = np.maximum.accumulate(np.where(begins, order, 0))
    leads = slashes[(order - first) % 2 == 0]
    complete: Positions = leads[leads + 1 < len(data)]
    return complete


def _translated(data: Bytes, leads: Positions, table: Bytes) -> Bytes:
    copy = data.copy()
    copy[leads + 1] = table[copy[leads + 1]]
    return copy


class Stretch:
    """The rows `(…), (…)` at the beginning of a block, which must stand outside of any quotes.

    Rows are told apart by brackets outside of quotes; what stands between two rows is a `gap`.
    """

    def __init__(self, block: bytes, dialect: Dialect) -> None:
        self.block, self._dialect = block, dialect
        data = np.frombuffer(block, np.uint8)
        self._raw = data
        self._leads = _leads(data) if dialect.backslash else np.empty(0, np.int64)
        marked = (data == QUOTE) | (data == COMMA) | (data == OPEN) | (data == CLOSE)
        self._data = data
        if len(self._leads):
            marked[self._leads + 1] = False
            marked[self._leads] = True
            # \% and \_ keep their backslash.
            following = data[self._leads + 1]
            self._gone = self._leads[(following != 37) & (following != 95)]
            self._data = _translated(data, self._leads, _MYSQL)
        places = np.flatnonzero(marked)
        marks = data[places]
        quotes = marks == QUOTE
        count = np.cumsum(quotes, dtype=np.int32)
        outside = (count - quotes) % 2 == 0
        self._places, self._marks, self._quotes, self._count = places, marks, quotes, count
        bracket = outside & ((marks == OPEN) | (marks == CLOSE))
        depth = np.cumsum(
            (bracket & (marks == OPEN)).view(np.int8) - (bracket & (marks == CLOSE)).view(np.int8), dtype=np.int32
        )
        self._opens = np.flatnonzero(bracket & (marks == OPEN) & (depth == 1))
        self._closes = np.flatnonzero(bracket & (marks == CLOSE) & (depth == 0))
        self._commas = np.flatnonzero(outside & (marks == COMMA) & (depth == 1))
        below = np.flatnonzero(depth < 0)
        groups = min(len(self._opens), len(self._closes))
        if len(below):  # more closed than opened: nothing behind is to be trusted
            groups = min(groups, int(np.searchsorted(self._closes, below[0])))
        self._opens, self._closes = self._opens[:groups], self._closes[:groups]
        self._gone_marks = self._drops()
        self._quoted, self._lost = self._sums()
        self._dropped = self._places[self._gone_marks]

    def gaps(self) -> tuple[list[int], list[bytes]]:
        """What stands between groups, where it is more than a comma: behind which group, and the text."""
        starts = self._places[self._closes[:-1]] + 1
        ends = self._places[self._opens[1:]]
        more = np.flatnonzero((ends - starts != 1) | (self._raw[starts] != COMMA))
        pairs = zip(starts[more].tolist(), ends[more].tolist(), strict=True)
        return more.tolist(), [self.block[start:end] for start, end in pairs]

    def __len__(self) -> int:
        return len(self._opens)

    def opens(self, groups: Positions) -> list[int]:
        """The places where these groups begin."""
        found: list[int] = self._places[self._opens[groups]].tolist()
        return found

    def ends(self, groups: Positions) -> list[int]:
        """The places behind these groups."""
        found: list[int] = (self._places[self._closes[groups]] + 1).tolist()
        return found

    def end_of(self, group: int) -> int:
        """The place behind a group."""
        return int(self._places[self._closes[group]]) + 1

    def widths(self) -> Positions:
        """How many fields each group has."""
        return np.searchsorted(self._commas, self._closes) - np.searchsorted(self._commas, self._opens) + 1

    def fields(
        self, groups: Positions, width: int, careful: Callable[[bytes], Any], refused: type[Exception]
    ) -> tuple[list[pa.Array], int, dict[int, dict[int, Any]]]:
        """Columns of these groups, each of `width` fields.

        Returns them, how many groups could be read (the first that could not ends the stretch), and by column and
        row what `careful` made of fields that are not plain.
        """
        opens, closes = self._opens[groups], self._closes[groups]
        first = np.searchsorted(self._commas, opens)
        between = self._commas[(first[:, None] + np.arange(width - 1)[None, :])]
        edges = np.concatenate([opens[:, None], between, closes[:, None]], axis=1)
        left, right = edges[:, :-1].ravel(), edges[:, 1:].ravel()
        start, end = self._trimmed(self._places[left] + 1, self._places[right])
        quoted, lost = self._within(left, right)
        whole = start, end
        start, end = self._uncast(start, end, width)
        length = end - start
        raw = self._raw
        initial = raw[np.minimum(start, len(raw) - 1)]
        letter = initial | 32
        national = (length - quoted == 1) & (letter == 110) & (quoted > 0)
        second = raw[np.minimum(start + 1, len(raw) - 1)]
        national &= second == QUOTE
        if self._dialect.national_loses_blanks and national.any():
            national &= raw[np.maximum(end - 2, 0)] != BLANK
        text = (length == quoted) & (length > 0) & (initial == QUOTE)
        null = (quoted == 0) & (length == 4) & (letter == 110)
        if null.any():
            spots = np.flatnonzero(null)
            at = start[spots]
            null[spots] = ((raw[at + 1] | 32) == 117) & ((raw[at + 2] | 32) == 108) & ((raw[at + 3] | 32) == 108)
        start = start + national
        odd = ~(text | national | null)
        numbers = np.flatnonzero(odd & (quoted == 0) & (length > 0))
        if len(numbers):
            plain = self._numeric(start[numbers], end[numbers])
            odd[numbers[plain]] = False
        results: dict[int, dict[int, Any]] = {}
        rows = len(groups)
        if odd.any():
            for place in np.flatnonzero(odd).tolist():
                row, column = divmod(place, width)
                try:
                    value = careful(self.block[int(whole[0][place]) : int(whole[1][place])])
                except refused:
                    rows = row
                    break
                results.setdefault(column, {})[row] = value
            results = {i: kept for i, own in results.items() if (kept := {r: v for r, v in own.items() if r < rows})}
        count = rows * width
        plain_fields = Fields(
            self._data,
            start[:count],
            end[:count],
            self._dropped,
            lost[:count],
            (null | odd)[:count],
            width,
        )
        return plain_fields.columns() if rows else [], rows, results

    def _trimmed(self, start: Positions, end: Positions) -> tuple[Positions, Positions]:
        data = self._raw
        while True:
            blank = (data[start] <= 32) & (start < end)
            if not blank.any():
                break
            start = start + blank
        while True:
            blank = (data[end - 1] <= 32) & (start < end)
            if not blank.any():
                return start, end
            end = end - blank

    def _uncast(self, start: Positions, end: Positions, width: int) -> tuple[Positions, Positions]:
        """Places of the literals within CAST(… AS type), where a whole column is written so."""
        raw = self._raw
        candidate = ((raw[start] | 32) == 99) & (raw[end - 1] == CLOSE) & (end - start > 12)
        if not candidate.any():
            return start, end
        start, end = start.copy(), end.copy()
        for column in range(width):
            own = np.flatnonzero(candidate[column::width]) * width + column
            if len(own) < 8:
                continue
            found = _CAST.fullmatch(self.block, int(start[own[0]]), int(end[own[0]]))
            if found is None:
                continue
            before, behind = np.frombuffer(found[1], np.uint8), np.frombuffer(found[2], np.uint8)
            own = own[end[own] - start[own] > len(before) + len(behind)]
            alike = (raw[start[own][:, None] + np.arange(len(before))] == before).all(axis=1)
            alike &= (raw[end[own][:, None] + np.arange(-len(behind), 0)] == behind).all(axis=1)
            own = own[alike]
            start[own] += len(before)
            end[own] -= len(behind)
        return start, end

    def _drops(self) -> Flags:
        """Which marks are no part of a value."""
        # A quote that opens right behind one that closes: a doubled quote, of which one stays.
        spots = np.flatnonzero(self._quotes)
        gone: Flags = self._quotes.copy()
        if len(spots) > 1:
            doubled = np.diff(self._places[spots]) == 1
            doubled &= self._count[spots[1:]] % 2 == 1
            gone[spots[1:][doubled]] = False
        if len(self._leads):
            slashes = self._marks == SLASH
            gone |= slashes
            if len(self._gone) != len(self._leads):
                gone[slashes] = np.isin(self._places[slashes], self._gone, assume_unique=True)
        return gone

    def _sums(self) -> tuple[Positions, Positions]:
        """Up to each mark: how many bytes stand in quotes, and how many marks are dropped."""
        spots = np.flatnonzero(self._quotes)
        lengths = np.zeros(len(self._places), np.int32)
        pairs = len(spots) // 2
        opened, closed = spots[0 : 2 * pairs : 2], spots[1 : 2 * pairs : 2]
        lengths[closed] = self._places[closed] - self._places[opened] + 1
        return np.cumsum(lengths, dtype=np.int32), np.cumsum(self._gone_marks, dtype=np.int32)

    def _within(self, left: Positions, right: Positions) -> tuple[Positions, Positions]:
        """How many bytes of each field stand in quotes, and how many are dropped."""
        return self._quoted[right] - self._quoted[left], self._lost[right] - self._lost[left]

    def _numeric(self, start: Positions, end: Positions) -> Flags:
        """Which of these unquoted fields are numbers."""
        length = end - start
        flags = length < 40
        if not flags.all():
            start, end = start[flags], end[flags]
        digits = np.ones(len(start), np.bool_)
        points = np.zeros(len(start), np.int8)
        signed = np.zeros(len(start), np.int8)
        # Most numbers are short and plain: look at their bytes one place after the other.
        longest = int((end - start).max()) if len(start) else 0
        for offset in range(longest):
            here = start + offset
            live = here < end
            byte = self._raw[np.where(live, here, 0)]
            point = byte == 46
            points += point & live
            fine = (byte >= 48) & (byte <= 57) | point
            if offset == 0:
                minus = byte == 45
                signed += minus
                fine |= minus
            digits &= fine | ~live
        digits &= (points < 2) & (end - start > points + signed)
        others = np.flatnonzero(~digits)
        if len(others):
            texts = [
                self.block[s:e].decode("latin-1")
                for s, e in zip(start[others].tolist(), end[others].tolist(), strict=True)
            ]
            matched = pc.match_substring_regex(pa.array(texts, pa.string()), _NUMBER).to_numpy(zero_copy_only=False)
            digits[others[matched]] = True
        flags[np.flatnonzero(flags)] = digits
        return flags


def copy_columns(block: bytes, width: int) -> tuple[list[pa.Array], Positions, Positions]:
    r"""The lines of COPY's text format as columns of bytes, without backslash sequences of several digits.

    Returns the columns of the lines that have `width` fields, and the (start, end) places of those that have not.
    `block` ends with a line break.
    """
    data = np.frombuffer(block, np.uint8)
    leads = _leads(data)
    marked = (data == 9) | (data == 10)
    values = data
    if len(leads):
        marked[leads + 1] = False
        marked[leads] = True
        values = _translated(data, leads, _COPY)
    places = np.flatnonzero(marked)
    marks = data[places]
    edges = np.flatnonzero(marks != SLASH)
    ends_line = np.flatnonzero(marks[edges] == 10)
    counts = np.diff(ends_line, prepend=-1)
    good = counts == width
    line_end = places[edges[ends_line]]
    line_start = np.concatenate([[0], line_end[:-1] + 1]).astype(np.int64)
    bad = ~good
    keep = np.repeat(good, counts)
    used = edges[: len(keep)][keep]
    end = places[used]
    before = np.concatenate([[-1], edges[: len(keep)][:-1]])[keep]
    start = np.where(before >= 0, places[np.maximum(before, 0)] + 1, 0)
    # Windows line ends: the byte before the line break is no part of the last field.
    returned = (data[end] == 10) & (end > start) & (data[np.maximum(end - 1, 0)] == 13)
    end = end - returned
    null = (end - start == 2) & (data[start] == SLASH)
    null[null] = data[start[null] + 1] == 78
    gone = np.cumsum(marks == SLASH)
    lost = gone[used] - np.where(before >= 0, gone[np.maximum(before, 0)], 0)
    fields = Fields(values, start, end, places[marks == SLASH], lost.astype(np.int64), null, width)
    return fields.columns() if len(start) else [], line_start[bad], line_end[bad]


def merged(column: pa.Array, changes: dict[int, bytes | None]) -> pa.Array:
    """The column with other values at these rows."""
    mask = np.zeros(len(column), np.bool_)
    rows: Sequence[int] = sorted(changes)
    mask[list(rows)] = True
    return pc.replace_with_mask(column, pa.array(mask), pa.array([changes[row] for row in rows], pa.binary()))
