"""The shape of one stretch of rows: where its header, its data and its notes begin and end."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from tablewright.core.readers.first_cells import LOOKED_AT, is_code
from tablewright.core.readers.structure.below import has_mark, last_data
from tablewright.core.readers.structure.cells import LETTER, LONG, NUMBER, NUMERIC, TEXT, YEAR, column_types
from tablewright.core.readers.structure.header import (
    MOST_HEADER_ROWS,
    TYPED_ROWS,
    take_limits,
    told_header,
    typed_header,
    worded_header,
)
from tablewright.core.readers.structure.sheet import Area, Shape, Sheet, filled, first_filled
from tablewright.core.readers.structure.words import ABOUT, MARK, NOTE, UNIT

PROSE = 7
"""So many words in the left column are a sentence, and no name."""
SPARSE = 8
"""One line in so many has one cell in a sparse table."""
LEAST_PAIRS, LEAST_SERIES = 2, 3
"""So many pairs stand above a series that has so many rows for each of them, unless all begin with a year."""
PERIOD = re.compile(r"(?:1[89]|20)\d\d(?:[-/. ]\S{1,3}){0,2}$")
"""A year, a month or a quarter: 2011, 2011-02, 2011 Q1."""


def lines_are_sparse(kinds: Sequence[bytes], text: Callable[[int, int], str]) -> bool:
    """Whether lines of one cell are rows of which nothing else is known: below names of all columns they are many, none
    is prose, and words that stand alone, which may be labels of groups or notes, are as often right of the left column,
    or all there is.

    `text` gives the text of a cell by the places of its line and its column.
    """
    names = [text(0, column).strip().casefold() for column in range(len(kinds[0]))]
    worded = sum(map(kinds[0].count, (TEXT, LETTER)))
    if worded + kinds[0].count(YEAR) < len(names) or worded * 2 <= len(names) or len(set(names)) < len(names):
        return False
    if len(names) == 2 and NOTE.match(names[0]):
        return False
    under = [text(1, column).strip() for column, kind in enumerate(kinds[1]) if kind]
    if len(under) > 1 and all(map(UNIT.fullmatch, under)):
        return False
    labels = alone = below = 0
    prose = False
    for row, cells in enumerate(kinds):
        count = filled(cells)
        below += row > 0 and count > 0
        if count != 1:
            continue
        lead = first_filled(cells)
        if cells[lead] == LONG:
            return False
        alone += 1
        if lead == 0 and cells[lead] == TEXT:
            words = text(row, lead).strip()
            if NOTE.match(words) or ": " in words or words.endswith((":", ".")):
                return False
            prose = len(words.split()) >= PROSE
            labels += 1
    if prose and labels == 1:
        return False
    return alone * SPARSE >= below > 0 and (labels * 2 <= alone or labels * 2 >= below)


def area_is_sparse(sheet: Sheet, area: Area, rows: Sequence[int]) -> bool:
    """Whether these lines of an area are names and rows that may fill one cell each.

    In a text such lines have all of their separators; in two columns only these tell several words from a remark.
    """
    width = area.right - area.left
    if len(rows) < 2 or width < 2:
        return False
    for row in rows[1:]:
        cells = sheet.grid[row]
        if len(cells) < len(sheet.grid[rows[0]]):
            return False
        if width == 2 and None in cells and any(isinstance(cell, str) and len(cell.split()) > 1 for cell in cells):
            return False
    kinds = [sheet.row(row, area) for row in rows]
    return lines_are_sparse(kinds, lambda row, column: sheet.text(rows[row], area.left + column))


def shape_of(sheet: Sheet, area: Area, header_rows: int | None = None) -> Shape:
    """Header, data and notes of an area that holds at most one table. `header_rows`: told, not detected."""
    shape = Shape(area)
    rows = [r for r in range(area.first, area.end) if filled(sheet.row(r, area))]
    if header_rows is None and area_is_sparse(sheet, area, rows):
        shape.header, shape.data, shape.spread = (rows[0],), (rows[1], rows[-1]), (area.left, area.right - 1)
        shape.columns, shape.typical = column_types([sheet.row(r, area) for r in rows[1:]]), 1
        shape.why, shape.sure = "the first row names every column", bool(shape.typed)
        take_limits(sheet, shape)
        return shape
    multi = [r for r in rows if filled(sheet.row(r, area)) > 1 and r >= (area.body or 0)]
    multi = multi[_pairs_above(sheet, area, multi) :]
    if not multi:
        return shape
    lead = min(first_filled(sheet.row(r, area)) for r in multi)
    if lead:  # the left column is the first one that the table fills
        area = replace(area, left=area.left + lead)
        shape = Shape(area)
        rows = [r for r in rows if filled(sheet.row(r, area))]
    body = _body(sheet, area, multi)
    shape.columns = column_types([sheet.row(r, area) for r in body[:TYPED_ROWS]])
    _take_codes_for_words(sheet, shape, body[:LOOKED_AT])
    shape.typical = sorted(filled(sheet.row(r, area)) for r in body)[len(body) // 2]
    if header_rows is not None:
        told_header(sheet, shape, rows, multi, header_rows)
    elif pairs := pairs_over_series(sheet, area, rows):
        shape.header, shape.data = (rows[0],), (rows[1 + pairs], rows[-1])
        shape.why = f"words stand over a series, {pairs:,} lines about it between them"
    elif shape.typed:
        typed_header(sheet, shape, multi)
    else:
        worded_header(sheet, shape, multi)
    if shape.data:
        shape.data = (shape.data[0], last_data(sheet, shape, rows))
        if header_rows is None:
            _take_index_name(sheet, shape)
            take_limits(sheet, shape)
        _extent(sheet, shape)
    return shape


def pairs_over_series(sheet: Sheet, area: Area, rows: Sequence[int]) -> int:
    """How many lines stand between the first, which names the columns, and a series whose rows all begin with a number
    or a period: a name and a value each that say something of it. The last has a unit, a number or nothing beside its
    name, and so names no columns."""
    counted = [sheet.text(row, area.left)[:1].isdigit() for row in rows]
    pairs = counted.index(True) - 1 if True in counted else 0
    series = rows[pairs + 1 :]
    if pairs < LEAST_PAIRS or area.right - area.left < 2 or filled(sheet.row(rows[0], area)) < 2:
        return 0  # a word alone is a title, and names nothing
    last = sheet.text(rows[pairs], area.left + 1)
    if (last and len(series) < LEAST_PAIRS) or not all(counted[pairs + 1 :]):
        return 0
    about = [sheet.row(row, area) for row in rows[1 : pairs + 1]]
    if not all(kinds[0] and filled(kinds) <= 2 and not any(kinds[2:]) for kinds in about):
        return 0
    yearly = all(PERIOD.match(sheet.text(row, area.left)) for row in series)
    if not yearly and (area.right - area.left > 2 or len(rows) < LEAST_SERIES * pairs):
        return 0  # numbers may stand below words in any column
    return 0 if sheet.kinds[rows[pairs]][area.left + 1] in (TEXT, LONG) and not UNIT.fullmatch(last) else pairs


def _take_index_name(sheet: Sheet, shape: Shape) -> None:
    """A word alone in the left column, right below two lines of names or more that leave the left column open, or over
    values in it: the name of that column, as pandas writes it. Labels of groups are several."""
    first, last = shape.data
    alone = [row for row in range(first, last + 1) if _is_label(sheet, shape, row)]
    over = [sheet.row(row, shape.area) for row in shape.header]
    named = any(kinds[0] for kinds in over) and 0 not in shape.typed
    if alone == [first] and first < last and len(over) > 1 and not named:
        shape.header, shape.data = (*shape.header, first), (first + 1, last)


def _is_label(sheet: Sheet, shape: Shape, row: int) -> bool:
    kinds = sheet.row(row, shape.area)
    return filled(kinds) == 1 and kinds[0] == TEXT


def _take_codes_for_words(sheet: Sheet, shape: Shape, rows: Sequence[int]) -> None:
    """Columns of codes of which only some are words, 00C1 among 0101, hold no values."""
    for i in shape.typed:
        words = [row for row in rows if sheet.row(row, shape.area)[i] == TEXT]
        if len(words) * 20 < len(rows) or not words:
            continue
        texts = [sheet.text(row, shape.area.left + i) for row in rows]
        if any(is_code(sheet.text(row, shape.area.left + i), texts) for row in words[:3]):
            shape.columns[i] = TEXT


def _pairs_above(sheet: Sheet, area: Area, multi: list[int]) -> int:
    """How many of the first lines are pairs of a name and a value that say something of the table below them."""
    count = 0
    while count < len(multi) and count <= MOST_HEADER_ROWS and _pair(sheet, area, multi[count]):
        count += 1
    rest = sorted(filled(sheet.row(r, area)) for r in multi[count:])
    if not count or not rest or rest[len(rest) // 2] < 3:
        return 0
    stubs = [bool(sheet.row(row, area)[0]) for row in multi[count - 1 : count + 2]]
    colon = sheet.text(multi[count - 1], area.left).endswith(":")
    if stubs == [True, False, True] and not colon:  # a name over a gap: the upper line of a header of two
        count -= 1
    if says_of_file(sheet, area, multi[:count]):
        return count
    names = sheet.row(multi[count], area)
    if NUMBER in names or filled(names) < 3 or not names[first_filled(sheet.row(multi[0], area))]:
        return 0
    apart = multi[count] - multi[count - 1] > 1
    values = any(NUMERIC & set(sheet.row(r, area)) for r in multi[:count])
    return count if apart or (count > 1 and values) else 0


def _pair(sheet: Sheet, area: Area, row: int) -> bool:
    """Whether a line is a word and a value right of it."""
    kinds = sheet.row(row, area)
    lead = first_filled(kinds)
    return filled(kinds) == 2 and kinds[lead] == TEXT and bool(kinds[lead + 1])


def says_of_file(sheet: Sheet, area: Area, rows: Sequence[int]) -> bool:
    """Whether half of the lines begin with a name that ends with a colon, or are pairs of which the name is one that
    files say of themselves: their author, date, version."""
    colons = keys = 0
    for row in rows:
        kinds = sheet.row(row, area)
        text = sheet.text(row, area.left + first_filled(kinds))
        colons += text.endswith(":")
        keys += text.endswith(":") or (filled(kinds) == 2 and ABOUT.fullmatch(text) is not None)
    return bool(rows) and (colons * 2 >= len(rows) or keys * 2 >= len(rows))


def _body(sheet: Sheet, area: Area, multi: list[int]) -> list[int]:
    """The rows that decide the types: without the first ones, which may be the header, and without narrow ones,
    which may be notes."""
    counts = [filled(sheet.row(r, area)) for r in multi]
    most = max(counts)
    notes = 0
    own = sum(1 for r in multi if MARK.fullmatch(sheet.text(r, area.left + first_filled(sheet.row(r, area)))))
    while (
        most > 2
        and own * 2 < len(multi)
        and notes < len(multi) // 2
        and counts[-1 - notes] == 2
        and has_mark(sheet, area, multi[-1 - notes])
    ):
        notes += 1
    multi, counts = multi[: len(multi) - notes], counts[: len(counts) - notes]
    wide = [r for r, count in zip(multi, counts, strict=True) if count * 2 > most]
    rows = wide if len(wide) * 2 >= len(multi) else multi
    return rows[min(MOST_HEADER_ROWS, len(rows) // 2) :]


def _extent(sheet: Sheet, shape: Shape) -> None:
    area = shape.area
    left, right = area.right, area.left - 1
    for row in (*shape.header, *range(shape.data[0], shape.data[1] + 1)):
        kinds = sheet.row(row, area)
        count = first_filled(kinds)
        if count < len(kinds):
            left = min(left, area.left + count)
            right = max(right, area.left + len(kinds.rstrip(b"\0")) - 1)
    shape.spread = (left, right)
