"""Lines above a table that say by a mark at their begin that they are no data.

The last of them may name the columns: then the table begins with it, behind its mark.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tablewright.core.readers.words import UNITS

MARKS = ("#", "%", "//", "!")
PLOT = "@"
"""With what programs that plot begin their orders above the numbers: `@ s1 legend "Pressure"`."""
SEPARATORS = (",", ";", "\t", "|")
BODY_LINES = 50
"""So many lines below them show whether the mark begins rows as well."""
FIRST_ROWS = 8
"""The rows that a line of names is compared with."""
_DRAWN = re.compile(rb"\s*\+(?:[-=]+\+)+\s*")
_SAYING = re.compile(r"@|[\w ]{1,40}: *[-+.]?\d")
"""A line that gives something a value names no columns: `@missing: -9`."""
_END = re.compile(r"[a-z]{2}\.\s*\Z")
_NUMBER = re.compile(
    r"[-+(]?[$€£¥]?(?=[.,]*\d)[\d.,]++(?:[eE][-+]?\d+)?[%)]?|nan|\d{1,4}[-/.:]\d{1,2}.*", re.IGNORECASE
)


@dataclass(frozen=True)
class Comments:
    """The lines before the first row or, where one of them names the columns, before their names."""

    lines: tuple[tuple[int, str], ...]
    """Where each begins, counted in bytes, and its text."""
    end: int
    """The byte at which the table begins."""
    mark: str
    """With what they begin."""


_FIELDS = re.compile(r"^\s*Fields:\s*")
"""What the logs of web servers write before the names."""


def above(head: bytes, newline: int) -> Comments | None:
    """The comments with which a text begins; None when it begins with something else or holds nothing else."""
    mark = next((one for one in (*MARKS, PLOT) if head.lstrip().startswith(one.encode())), None)
    if mark is None:
        return None
    if mark in ("#", PLOT) and (plotted := _plotted(head, newline, mark)) is not None:
        return plotted
    if mark == PLOT:
        return None
    lines: list[tuple[int, str]] = []
    body: list[str] = []
    position = 0
    for raw in head.split(bytes([newline]))[:-1]:
        text = raw.decode("utf-8", "replace").rstrip("\r")
        if body or not (text.lstrip().startswith(mark) or not text.strip()):
            if text.strip():
                body.append(text)
            if len(body) == BODY_LINES:
                break
        else:
            lines.append((position, text))
        position += len(raw) + 1
    said = [text.strip().removeprefix(mark) for _, text in lines if text.strip()]
    rows = [text for text in body if not text.lstrip().startswith(mark)]
    words = {text.split()[0] for _, text in lines if text.strip()} - {mark}
    fresh = [text for text in body if text.split()[0] not in words]  # without the head of a log that was begun again
    if not rows or _begins_rows(mark, fresh, rows):
        return None
    if len(said) == 1 and (not said[0].strip() or said[0][:1] in SEPARATORS or _as_wide(said[0], body[0])):
        return None  # "#;Name" and "% of total;Name" are names themselves
    if len(said) == 1 and mark in "%!" and not said[0][:1].isspace():
        return None  # "%d" and "!important" are words themselves
    end = sum(len(raw) + 1 for raw in head.split(bytes([newline]), len(lines))[:-1])
    spoken = [number for number, (_, text) in enumerate(lines) if re.search(r"\w", text)]
    bare = {number: _FIELDS.sub("", lines[number][1].lstrip().lstrip(mark)) for number in spoken}
    for number in reversed(spoken):
        if (number == spoken[-1] or _as_wide(bare[number], rows[0])) and _names(bare[number].strip(), rows):
            upper = bare.get(number - 1, "")
            parted = _mark(bare[number], rows[0])
            both = [_cells(text, rows[0], parted) for text in (upper, bare[number])]
            if _names(upper.strip(), rows) and _names_better(*both):
                number -= 1
            start, text = lines[number]
            begin = start + len(text.encode()) - len(bare[number].lstrip(" ").encode())
            return Comments(tuple(lines[:number]), begin, mark)
    return Comments(tuple(lines), end, mark)


def _plotted(head: bytes, newline: int, mark: str) -> Comments | None:
    """The lines above rows of nothing but numbers that are orders to a program that plots, and comments; None when
    they are something else. What they say of names is no line of names."""
    lines: list[tuple[int, str]] = []
    position = orders = 0
    texts = [raw.decode("utf-8", "replace") for raw in head.split(bytes([newline]))]
    for text in texts:
        bare = text.strip()
        if bare and not bare.startswith(("#", PLOT)):
            break
        lines.append((position, text.rstrip("\r")))
        orders += bare.startswith(PLOT)
        position += len(text.encode()) + 1
    rows = [text.split() for text in texts[len(lines) :] if text.strip()][:FIRST_ROWS]
    numbers = all(_NUMBER.fullmatch(word) for row in rows for word in row)
    return Comments(tuple(lines), position, mark) if rows and orders > 1 and numbers else None


def _names_better(upper: Sequence[str], lower: Sequence[str]) -> bool:
    """Whether the upper of two lines has a name for each column and the lower says units: some twice, or known ones."""
    units = len(set(lower)) < len(lower) or sum(word.strip() in UNITS for word in lower) > 1
    return units and len(lower) == len(upper) == len(set(upper))


def without(text: bytes, mark: str) -> bytes:
    """A text without its lines of comment, if it has such, and without the lines drawn around a table."""
    sign = mark.encode() or b"\0"
    lines = text.splitlines(keepends=True)
    kept = [line for line in lines if not line.lstrip().startswith(sign) and not _DRAWN.fullmatch(line)]
    return b"".join(kept) if len(kept) < len(lines) else text


def _begins_rows(mark: str, body: Sequence[str], rows: Sequence[str]) -> bool:
    """Whether rows begin with the mark: many lines that hold as many separators as `rows`, those without it."""
    marked = [text for text in body if text.lstrip().startswith(mark)]
    separator = max(SEPARATORS, key=rows[0].count)
    if separator in rows[0]:
        marked = [text for text in marked if text.count(separator) == rows[0].count(separator)]
    return len(marked) * 4 > len(body)


def _as_wide(said: str, row: str) -> bool:
    """Whether a line has as many separators as a row."""
    return any(0 < said.count(mark) == row.count(mark) for mark in SEPARATORS)


def _names(said: str, body: Sequence[str]) -> bool:
    """Whether a line names the columns of the rows: a word for each, and no value."""
    if _SAYING.match(said) or (" " in said and _END.search(said[-20:])):
        return False  # nor does the end of a sentence
    mark = _mark(said, body[0])
    cells = _cells(said, body[0], mark)
    rows = [_cells(row, row, mark) for row in body[:FIRST_ROWS]]
    values = any(_NUMBER.fullmatch(value.strip()) for value in rows[0])
    as_many = len(cells) > 1 and sum(1 for row in rows if len(row) == len(cells)) * 4 >= len(rows) * 3
    named = [cell for cell in cells if cell.strip()]
    return values and as_many and len(named) * 2 > len(cells) and not any(_NUMBER.fullmatch(c.strip()) for c in named)


def _mark(said: str, row: str) -> str:
    """What parts a row: the separator that a line of names has as often, for values may hold others, or else the one
    that is most often in it."""
    shared = [mark for mark in SEPARATORS if 0 < said.count(mark) == row.count(mark)]
    return max(shared or SEPARATORS, key=row.count)


def _cells(text: str, row: str, mark: str) -> list[str]:
    """A line split by the separator of a row, or into words."""
    return text.split(mark) if mark in row else text.split()
