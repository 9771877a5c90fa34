"""How a table finds its place on paper: its widths, its text size, its page turned, and at last its columns split."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from heapq import nlargest

from tablewright.core.layouts.cells import PrintedColumn
from tablewright.core.layouts.glyphs import width

GUTTER = 10.0
"""Points between two columns; the template pads each cell by half of it."""
_SIZES_UPRIGHT = (9.0, 8.0)
_SIZES_TURNED = (8.5, 7.5)
_WIDEST_TEXT = 26.0
_NARROWEST_TEXT = 9.0
_WIDEST_NUMBER = 30.0
_HEAD_FACTOR = 1.07
"""Bold letters are wider than the regular ones that were measured."""
_SLACK = 1.03
_ZERO_WIDTH_SPACE = "\u200b"


@dataclass(frozen=True)
class Wish:
    """The widths in em within which a column reads well."""

    least: float
    natural: float


@dataclass(frozen=True)
class Group:
    """Columns that are printed side by side, with their widths in points."""

    columns: tuple[int, ...]
    widths: tuple[float, ...]


@dataclass(frozen=True)
class Fit:
    """More than one group means that the table is printed in that many parts, each with the first column."""

    turned: bool
    size: float
    groups: tuple[Group, ...]


def wish_of(column: PrintedColumn) -> Wish:
    """Numbers and dates want their full width; texts may wrap, though not below their longest ordinary word."""
    longest = nlargest(40, column.cells, key=len)
    natural = max((width(cell) for cell in longest), default=0.0) * _SLACK
    head = width(column.label) * _HEAD_FACTOR
    head_word = max((width(word) for word in column.label.split()), default=0.0) * _HEAD_FACTOR
    if not column.wraps or natural <= _NARROWEST_TEXT:
        least = min(max(natural, min(head_word, _NARROWEST_TEXT)), _WIDEST_NUMBER)
        return Wish(max(least, 2.0), max(least, min(head, natural + 8.0), 2.0))
    word = max((width(word) for cell in longest[:20] for word in cell.split()[:200]), default=0.0)
    least = min(max(word, _NARROWEST_TEXT), 1.5 * _NARROWEST_TEXT)
    return Wish(least, max(least, min(max(natural, min(head, _WIDEST_TEXT)), _WIDEST_TEXT)))


def fit(wishes: Sequence[Wish], upright: float, turned: float) -> Fit:
    """Place the columns in this many points of upright and turned page, changing as little as will do."""
    every = tuple(range(len(wishes)))
    for room, is_turned, sizes in ((upright, False, _SIZES_UPRIGHT), (turned, True, _SIZES_TURNED)):
        for size in sizes:
            if _least(wishes, every, size) <= room:
                return Fit(is_turned, size, (_spread(wishes, every, size, room),))
    size = _SIZES_TURNED[-1]
    groups = [_spread(wishes, columns, size, turned) for columns in _split(wishes, size, turned)]
    return Fit(True, size, tuple(groups))


def _least(wishes: Sequence[Wish], columns: Sequence[int], size: float) -> float:
    return sum(wishes[index].least * size + GUTTER for index in columns)


def _split(wishes: Sequence[Wish], size: float, room: float) -> list[tuple[int, ...]]:
    """Runs of columns that fit, each beginning with the first column so that its rows can be told."""
    first = wishes[0].least * size + GUTTER
    runs: list[tuple[int, ...]] = []
    run, used = [0], first
    for index in range(1, len(wishes)):
        wanted = wishes[index].least * size + GUTTER
        if used + wanted > room and len(run) > 1:
            runs.append(tuple(run))
            run, used = [0], first
        run.append(index)
        used += wanted
    return [*runs, tuple(run)]


def _spread(wishes: Sequence[Wish], columns: Sequence[int], size: float, room: float) -> Group:
    """Give each column its least width, then what is left in the proportion of what they still wish for."""
    least = [wishes[index].least * size + GUTTER for index in columns]
    more = [(wishes[index].natural - wishes[index].least) * size for index in columns]
    left = room - sum(least)
    if left < 0:  # a single column wider than the page: its words are broken
        return Group(tuple(columns), tuple(part * room / sum(least) for part in least))
    share = min(1.0, left / sum(more)) if sum(more) else 0.0
    widths = [low + share * high for low, high in zip(least, more, strict=True)]
    # A table that nearly fills the page is drawn out to its full width; a small one stays together.
    if sum(widths) > 0.6 * room:
        spare = (room - sum(widths)) / len(widths)
        widths = [part + spare for part in widths]
    return Group(tuple(columns), tuple(round(part, 2) for part in widths))


def breakable(text: str, room: float) -> str:
    """The text with break opportunities inside the words that are wider than this many em."""
    if len(text) <= room or width(text) <= room:  # a character is seldom wider than one em
        return text
    return " ".join(_broken(word, room) for word in text.split(" "))


def _broken(word: str, room: float) -> str:
    if width(word) <= room:
        return word
    pieces: list[str] = []
    used = 0.0
    for character in word:
        wide = width(character) if character != "\n" else 0.0
        if character == "\n":
            used = 0.0
        elif used + wide > room:
            pieces.append(_ZERO_WIDTH_SPACE)
            used = 0.0
        pieces.append(character)
        used += wide
    return "".join(pieces)
