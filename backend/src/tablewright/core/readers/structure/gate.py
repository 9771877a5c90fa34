"""The cheap question: whether a text file holds anything but a header and rows of data."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from tablewright.core.readers.structure.cells import DATE, EMPTY, LONG, NUMBER, TEXT, YEAR, kinds_of
from tablewright.core.readers.structure.header import numbers_under_names, questions_under_names, says_limits
from tablewright.core.readers.structure.shape import lines_are_sparse, pairs_over_series
from tablewright.core.readers.structure.sheet import Area, Sheet, filled, first_filled
from tablewright.core.readers.structure.totals import begins_total, marks_total, says_total
from tablewright.core.readers.structure.words import NOTE, UNIT, UNITS

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
    narrow = any(filled(kinds) < 2 for kinds in (*first[:EDGE], *last[-EDGE:]))
    rows = [*head, *tail]
    if narrow and width > 2 and not lines_are_sparse([*first, *last], lambda row, column: rows[row][column]):
        return True
    if width == 2 and any(not any(kinds) for kinds in (*first[:EDGE], *last[-EDGE:])):
        return True
    if len(first) > 1 and (not all(first[0]) or _years_over_values(first[0], first[1])):
        return True
    if len(first) > 2 and (_units(head[1], first[1], first[2]) or _under_names(head, width)):
        return True
    if len(first) > 2 and (_first_apart(first) or _limits(head, first) or _over_values(head[1], first)):
        return True
    if len(first) > 3 and (not first[2][0] or _names(head[1], first[1])) and _worded(first[1], first[3]):
        return True
    spoken = [i for i, kinds in enumerate(first) if any(kinds)]
    if pairs_over_series(Sheet(head, first), Area(0, len(head), 0, width), spoken):
        return True
    if tail and (_total(head[1:2], first[1:2]) or _total(tail[-1:], last[-1:]) or _sum(tail, last)):
        return True
    if any(LONG in kinds and filled(kinds) <= 2 < width for kinds in last[-EDGE:]):
        return True
    return any(_like_note(row, kinds, width) for row, kinds in zip(tail[-EDGE:], last[-EDGE:], strict=True))


def _years_over_values(names: bytes, values: bytes) -> bool:
    return any(a == YEAR != b for a, b in zip(names, values, strict=True))


def _units(row: Sequence[str], kinds: bytes, below: bytes) -> bool:
    """Whether a row under the names holds nothing but units, over values."""
    texts = [text.strip() for text in row if text.strip()]
    over = any(kind and other in (NUMBER, YEAR) for kind, other in zip(kinds, below, strict=True))
    if len(texts) > 1 and UNITS.fullmatch(texts[0]):
        return True
    return bool(texts) and over and not {NUMBER, YEAR} & set(kinds) and all(UNIT.fullmatch(text) for text in texts)


def _under_names(head: Sequence[Sequence[str]], width: int) -> bool:
    """Whether a row of numbers or questions under the names belongs to them."""
    rows = [[*row, *[""] * (width - len(row))] for row in head[:EDGE]]
    sheet, area = Sheet(rows, kinds_of(rows, width)), Area(0, len(rows), 0, width)
    valued = NUMBER in sheet.kinds[-1] and NUMBER not in sheet.kinds[0]
    return numbers_under_names(sheet, area, 1, range(2, len(rows))) or (
        valued and questions_under_names(sheet, area, 1)
    )


def _first_apart(kinds: Sequence[bytes]) -> bool:
    """Whether the row under the names has words and no value, and nothing in a column of values."""
    values = (NUMBER, YEAR, DATE)
    below = kinds[2:EDGE]
    if not set(kinds[1]).isdisjoint(values):
        return False
    return any(not kind and all(cells[i] in values for cells in below) for i, kind in enumerate(kinds[1]))


def _over_values(row: Sequence[str], kinds: Sequence[bytes]) -> bool:
    """Whether the row under the names has words alone, and not tags (#date), in several columns where all rows below
    it have values."""
    below = [cells for cells in kinds[2:EDGE] if any(cells)]
    if not row or row[0].startswith("#") or not below or not set(kinds[1]) <= {EMPTY, TEXT, LONG}:
        return False
    values = (NUMBER, YEAR, DATE)
    return sum(1 for i, kind in enumerate(kinds[1]) if kind and all(cells[i] in values for cells in below)) > 1


def _limits(head: Sequence[Sequence[str]], kinds: Sequence[bytes]) -> bool:
    """Whether the row under the names, or the next where it fills one cell, says how much there can be in a column."""
    row = 1 if filled(kinds[1]) > 1 else 2
    return bool(head[row]) and says_limits(head[row][0], kinds[row], kinds[row + 1 : EDGE])


def _worded(kinds: bytes, below: bytes) -> bool:
    """Whether a row under the names has words alone where the next has several values: how the columns are written,
    or what was measured."""
    over = [kind for kind, other in zip(kinds, below, strict=True) if other in (NUMBER, YEAR, DATE)]
    return len(over) > 1 and all(kind == TEXT for kind in over)


def _names(row: Sequence[str], kinds: bytes) -> bool:
    """Whether a row holds words only, few of them twice, and not tags: `#date`."""
    words = [text.strip() for text in row if text.strip()]
    if len(words) < 3 or words[0].startswith("#") or len(words[0].split()) > len(words):
        return False
    return kinds.count(TEXT) + kinds.count(LONG) == filled(kinds) and len(set(words)) * 3 >= len(words) * 2


def _total(rows: Sequence[Sequence[str]], kinds: Sequence[bytes]) -> bool:
    """Whether a row is called a total and has a number or nothing else."""
    if not rows or not any(kinds[0]):
        return False
    lead = first_filled(kinds[0])
    valued = NUMBER in kinds[0] or filled(kinds[0]) == 1
    return kinds[0][lead] == TEXT and valued and says_total(rows[0][lead])


def _sum(rows: Sequence[Sequence[str]], kinds: Sequence[bytes]) -> bool:
    """Whether the last row has numbers, and nothing, a mark or words with "total" for what the rows above it are."""
    row, last, above = rows[-1], kinds[-1], [cells for cells in kinds[:-1] if any(cells)]
    lead = first_filled(last)
    if not {NUMBER, YEAR} & set(last) or not above:
        return False
    if lead and all(cells[0] for cells in above):
        return True  # sums need no label
    fewer = any(not kind and all(cells[i] for cells in above) for i, kind in enumerate(last))
    return last[lead] != NUMBER and (marks_total(row[lead]) or (fewer and begins_total(row[lead])))


def _like_note(row: Sequence[str], kinds: bytes, width: int) -> bool:
    lead = first_filled(kinds)
    few = filled(kinds) <= max(1, width // 2)
    return few and lead < len(row) and kinds[lead] in (TEXT, LONG) and bool(NOTE.match(row[lead]))
