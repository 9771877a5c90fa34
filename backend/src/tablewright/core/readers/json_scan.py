"""The shape of a JSON text without parsing it: how deep it goes and how many elements its array has.

This is the count that the count of loaded rows is compared with, and the guard that runs before a parser.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from tablewright.core.readers.errors import TooDeep

BLOCK = 1 << 20
MOST_LEVELS = 128


@dataclass
class Shape:
    deepest: int = 0
    elements: int = 0
    """Of the outermost array; 0 for anything else."""
    balanced: bool = True


def shape(path: Path, start: int = 0) -> Shape:
    """One pass in constant memory. Raises TooDeep with the byte at which the limit is passed."""
    result = Shape()
    depth = commas = 0
    quoted = False
    slashes = 0
    filled = False
    offset = start
    with path.open("rb") as file:
        file.seek(start)
        while data := file.read(BLOCK):
            text = np.frombuffer(data, np.uint8)
            marks = np.flatnonzero(text == 34)
            if b"\\" in data or slashes:
                marks, slashes = _unescaped(data, marks, slashes)
            toggles = np.zeros(text.size, np.uint8)
            toggles[marks] = 1
            inside = np.bitwise_xor.accumulate(toggles).view(bool)
            if quoted:
                inside = ~inside
            opening = ((text == 123) | (text == 91)) & ~inside
            closing = ((text == 125) | (text == 93)) & ~inside
            places = np.flatnonzero(opening | closing)
            if places.size:
                depths = depth + np.cumsum(np.where(opening[places], 1, -1))
                deepest = int(depths.max())
                if deepest > MOST_LEVELS:
                    raise TooDeep(MOST_LEVELS, byte=offset + int(places[int(np.argmax(depths > MOST_LEVELS))]))
                result.deepest = max(result.deepest, deepest)
                result.balanced &= int(depths.min()) >= 0
            separators = np.flatnonzero((text == 44) & ~inside)
            if separators.size:
                at = _depth_at(separators, places, depths if places.size else None, depth)
                commas += int(np.count_nonzero(at == 1))
            if not filled:
                filled = _holds_something(data, offset == start)
            if places.size:
                depth = int(depths[-1])
            if marks.size & 1:
                quoted = not quoted
            offset += len(data)
    result.balanced &= depth == 0 and not quoted
    result.elements = commas + 1 if filled else 0
    return result


def _depth_at(
    places: npt.NDArray[np.int64], brackets: npt.NDArray[np.int64], depths: npt.NDArray[np.int64] | None, before: int
) -> npt.NDArray[np.int64]:
    if depths is None:
        return np.full(places.size, before)
    found: npt.NDArray[np.int64] = np.concatenate([[before], depths])[np.searchsorted(brackets, places)]
    return found


def _holds_something(data: bytes, first: bool) -> bool:
    """Whether anything but the closing bracket follows the array's opening bracket."""
    rest = data.lstrip(b" \t\r\n\xef\xbb\xbf")
    rest = rest[1:].lstrip() if first else rest
    return bool(rest) and not rest.startswith(b"]")


def _unescaped(data: bytes, marks: npt.NDArray[np.int64], carried: int) -> tuple[npt.NDArray[np.int64], int]:
    """The quotes that have an even number of backslashes before them, and how many end the block."""
    keep = np.ones(marks.size, bool)
    text = np.frombuffer(data, np.uint8)
    doubtful = np.flatnonzero((text[np.maximum(marks - 1, 0)] == 92) & (marks > 0))
    for index in doubtful.tolist():
        position = int(marks[index])
        begin = position
        while begin > 0 and data[begin - 1] == 92:
            begin -= 1
        count = position - begin + (carried if begin == 0 else 0)
        keep[index] = count % 2 == 0
    if marks.size and marks[0] == 0 and carried % 2:
        keep[0] = False
    trailing = len(data) - len(data.rstrip(b"\\"))
    return marks[keep], trailing + (carried if trailing == len(data) else 0)
