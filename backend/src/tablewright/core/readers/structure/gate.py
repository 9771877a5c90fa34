"""The cheap question: whether a text file holds anything but a header and rows of data."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from tablewright.core.readers.structure.cells import LONG, TEXT, YEAR, kinds_of
from tablewright.core.readers.structure.shape import NOTE, filled, first_filled

EDGE = 8
"""So many rows at the head and at the tail are looked at."""


def needs_structure(head: Sequence[Sequence[str]], tail: Sequence[Sequence[str]], widths: Collection[int]) -> bool:
    """Whether a file of rows should be asked for its structure.

    `head` and `tail`: its first and last rows (blank lines as empty rows); `widths`: the widths its rows have,
    as far as known. False for an even table with one header row: no blank or narrow lines at its ends, no column
    without anything, no line that begins like a note.
    """
    width = max((*widths, *map(len, head), *map(len, tail)), default=0)
    if width < 2:
        return False
    if len({w for w in widths if w}) > 1 or 0 in widths:
        return True
    first, last = kinds_of(head, width), kinds_of(tail, width)
    if any(filled(kinds) < 2 for kinds in (*first[:EDGE], *last[-EDGE:])) and width > 2:
        return True
    if width == 2 and any(not any(kinds) for kinds in (*first[:EDGE], *last[-EDGE:])):
        return True
    if len(first) > 1 and (not all(first[0]) or _years_over_values(first[0], first[1])):
        return True
    if any(LONG in kinds and filled(kinds) <= 2 < width for kinds in last[-EDGE:]):
        return True
    return any(_like_note(row, kinds, width) for row, kinds in zip(tail[-EDGE:], last[-EDGE:], strict=True))


def _years_over_values(names: bytes, values: bytes) -> bool:
    return any(a == YEAR != b for a, b in zip(names, values, strict=True))


def _like_note(row: Sequence[str], kinds: bytes, width: int) -> bool:
    lead = first_filled(kinds)
    few = filled(kinds) <= max(1, width // 2)
    return few and lead < len(row) and kinds[lead] in (TEXT, LONG) and bool(NOTE.match(row[lead]))
