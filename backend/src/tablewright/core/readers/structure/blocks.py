"""From the shape of an area to the class of each of its rows, the names of its columns and its totals."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from tablewright.core.readers.first_cells import heads, is_code, is_heading
from tablewright.core.readers.model import Confidence
from tablewright.core.readers.structure.below import says_note
from tablewright.core.readers.structure.cells import DATE, EMPTY, LONG, MISSING, NUMBER, TEXT, YEAR
from tablewright.core.readers.structure.doubts import RIGHT_BELOW, SEVERAL, doubts_of
from tablewright.core.readers.structure.header import says_units
from tablewright.core.readers.structure.model import Block, Line, LineClass, Rectangle
from tablewright.core.readers.structure.sheet import Area, Shape, Sheet, filled, first_filled
from tablewright.core.readers.structure.totals import totals_of
from tablewright.core.readers.structure.words import NOTE, UNIT, UNITS

MANY_ROWS = 20
"""Among so many rows a single line of one word is no label of a group."""
LEAST_OF_ONE, SURE_OF_ONE = 3, 5
"""Lines of a single column among which a title and a name are told apart: where the name is a usual one, or not."""
WORDS_OF_NAME = 2
_PLAIN_NOTE = re.compile(r"\s*(?:(?:foot)?notes?\s*:|sources?\s*:|last modified|anmerkung|quelle\s*:)", re.IGNORECASE)


def block_of(
    sheet: Sheet, whole: Area, shape: Shape, merged: Sequence[Rectangle], *, leave_out_totals: bool | None = None
) -> Block:
    """The block of an area with a table in it, which may begin right of the area's first column."""
    area = shape.area
    header = set(shape.header)
    first, last = shape.data
    totals = totals_of(sheet, shape)
    repeated = {sheet.row(row, area): row for row in shape.header}
    rest = range(last, first, -1)
    labelled = next((row for row in rest if filled(sheet.row(row, area)) > 1), first)  # no label without rows below it
    lone = _lone_label(sheet, shape)
    lines: list[Line] = []
    beneath = 0
    for row in range(area.first, area.end):
        kinds = sheet.row(row, area)
        count = filled(kinds)
        kind: LineClass
        reason = ""
        if not count and filled(sheet.row(row, whole)):
            kind, reason = ("title" if row < first else "note"), "left of the table"
        elif not count:
            kind = "blank"
        elif row in header:
            kind, reason = "header", "names of the columns"
        elif row in shape.limits:
            kind, reason = "metadata", "says below the names how much there can be in a column"
        elif row < first:
            kind = "title" if count == 1 else "metadata"
            reason = "above the table"
        elif row > last:
            kind, reason = "note", SEVERAL if count > 1 else "below the table"
            if row == last + 1 + beneath and not says_note(sheet, shape, row):
                beneath, reason = beneath + 1, RIGHT_BELOW
        elif count > 1 and kinds in repeated and _same(sheet, shape, row, repeated[kinds]):
            kind, reason = "header", "the names again"
        elif row in totals.reasons and leave_out_totals:
            kind, reason = "left out", f"a total, left out as you said: {totals.reasons[row]}"
        elif row in totals.misplaced and leave_out_totals is None:
            kind, reason = "left out", f"a total: {totals.reasons[row]}"
        elif row in totals.reasons:
            kind, reason = "total", totals.reasons[row]
        elif count == 1 and area.right - area.left > 1 and kinds[first_filled(kinds)] in (TEXT, LONG):
            text = sheet.text(row, area.left + first_filled(kinds))
            if _PLAIN_NOTE.match(text):
                kind, reason = "note", "a note among the data"
            elif row < labelled and row != lone and _labels_a_group(shape, kinds):
                kind, reason = "group", "a label alone on its line"
            else:
                kind = "data"
        else:
            kind = "data"
        lines.append(Line(row, kind, reason))
    left, right = shape.spread
    lines, units = _units(sheet, shape, lines)
    names = names_of(sheet, shape, [line.row for line in lines if line.kind == "header" and line.row in header], merged)
    if units and names and not names[0] and not UNIT.fullmatch(beside := sheet.text(shape.header[-1], left)):
        names = (beside, *names[1:])  # the name of the left column stands in the line of units
    return Block(
        area.first,
        area.end - 1,
        left,
        right,
        tuple(lines),
        shape.header,
        names,
        units,
        _confidence(sheet, shape, lines),
        shape.why,
        doubts_of(sheet, shape, lines),
    )


def _labels_a_group(shape: Shape, kinds: bytes) -> bool:
    """Whether a line of one word may be the label of the rows below it."""
    return bool(shape.typed) and shape.typical > 2 and first_filled(kinds) not in shape.typed


def _lone_label(sheet: Sheet, shape: Shape) -> int | None:
    """The only line of one word among many rows: one of them, of which nothing else is known. Groups are several."""
    first, last = shape.data
    if last - first < MANY_ROWS:
        return None
    rows = [row for row in range(first, last + 1) if filled(sheet.row(row, shape.area)) == 1]
    return rows[0] if len(rows) == 1 and rows[0] > first else None


def _confidence(sheet: Sheet, shape: Shape, lines: list[Line]) -> Confidence:
    if not shape.sure or _are_pairs(sheet, shape) or (len(shape.header) > 1 and not _names_words(sheet, shape)):
        return "assumed"
    first = sheet.row(shape.data[0], shape.area)
    if not shape.header and (TEXT in first or LONG in first):
        return "likely"
    return "likely" if any(line.kind not in ("data", "header") for line in lines) else "certain"


def _names_words(sheet: Sheet, shape: Shape) -> bool:
    """Whether a word is among the names."""
    return any(set(sheet.row(row, shape.area)) & {TEXT, LONG} for row in shape.header)


def _are_pairs(sheet: Sheet, shape: Shape) -> bool:
    """Whether a table may be pairs of a name and a value, its header the first of them: another word in every row, and
    beside it values of several kinds."""
    left, right = shape.spread
    if right - left != 1 or len(shape.header) != 1:
        return False
    rows = [row for row in range(shape.header[0], shape.data[1] + 1) if any(sheet.kinds[row][left : right + 1])]
    names = [sheet.text(row, left) for row in rows]
    kinds = [kind for row in rows[1:] if (kind := sheet.kinds[row][right]) not in (EMPTY, MISSING)] or [EMPTY]
    worded = all(sheet.kinds[row][left] in (TEXT, LONG) for row in rows) and len(set(names)) == len(names)
    return len(rows) > 2 and worded and len(rows) <= MANY_ROWS and max(map(kinds.count, kinds)) * 4 < len(kinds) * 3


def _same(sheet: Sheet, shape: Shape, row: int, other: int) -> bool:
    """Whether two rows say the same in every column, but for a moment among words: when the names were printed."""
    columns = range(shape.area.left, shape.area.right)
    moments = [i for i in columns if sheet.kinds[other][i] == DATE]
    words = [i for i in columns if i not in moments] if len(moments) == 1 else columns
    return len(words) > 1 and all(sheet.text(row, i) == sheet.text(other, i) for i in words)


def _units(sheet: Sheet, shape: Shape, lines: list[Line]) -> tuple[list[Line], tuple[str, ...]]:
    """Set the last row of the header apart when it says nothing but units."""
    if len(shape.header) < 2:
        return lines, ()
    row = shape.header[-1]
    left, right = shape.spread
    texts = [sheet.text(row, column) for column in range(left, right + 1)]
    said = [text for text in texts if text]
    above = [any(sheet.text(r, column) for r in shape.header[:-1]) for column in range(left, right + 1)]
    if not says_units(sheet, shape.area, row):
        return lines, ()
    if left == shape.area.left and (not UNIT.fullmatch(texts[0]) or UNITS.fullmatch(texts[0])):
        texts[0] = ""
        said = [text for text in texts if text]
    if len(said) > 1 and sum(above) < len(said):
        return lines, ()
    if len(said) == 1:
        unit = said[0]
        texts = [unit if left + i - shape.area.left in shape.typed else "" for i in range(len(texts))]
    lines = [Line(row, "units", "units of the columns") if line.row == row else line for line in lines]
    return lines, tuple(texts)


def names_of(sheet: Sheet, shape: Shape, rows: Sequence[int], merged: Sequence[Rectangle]) -> tuple[str, ...]:
    """One name for every column: what stands in the rows of the header, from above, joined with " / "."""
    if not rows:
        return ()
    left, right = shape.spread
    parts: list[list[str]] = [[] for _ in range(left, right + 1)]
    for position, row in enumerate(rows):
        texts = [sheet.text(row, column) for column in range(left, right + 1)]
        below = rows[position + 1 :]
        units = UNITS.fullmatch(texts[0]) and (len(rows) > 1 or all(map(UNIT.fullmatch, filter(None, texts[1:]))))
        spread = ["", *texts[1:]] if units else _sideways(sheet, shape, row, texts, below, merged)
        if not merged:  # a name of its own above it says that a column is not one of a group
            named = [any(sheet.text(above, left + i) for above in rows[:position]) for i in range(len(texts))]
            carried = [text and not own for own, text in zip(texts, spread, strict=True)]
            spread = ["" if c and n else text for c, n, text in zip(carried, named, spread, strict=True)]
        for i, text in enumerate(spread):
            if text and (not parts[i] or parts[i][-1] != text):
                parts[i].append(text)
    return tuple(" / ".join(part) for part in parts)


def _sideways(
    sheet: Sheet, shape: Shape, row: int, texts: list[str], below: Sequence[int], merged: Sequence[Rectangle]
) -> list[str]:
    """Repeat a name over several columns to the right: as far as it is merged, or else up to the next name, when a
    row below names the columns one by one."""
    left = shape.spread[0]
    spans = {m.first_column: m.last_column for m in merged if m.first_row <= row <= m.last_row}
    result = list(texts)
    behind = 0
    for column, end in sorted(spans.items()):
        if column < behind:
            continue  # merged ranges that overlap are a mistake
        behind = end + 1
        for other in range(max(column, left) + 1, min(end, shape.spread[1]) + 1):
            result[other - left] = result[column - left] if column >= left else ""
    if spans or not below or any(text and text == beside for text, beside in pairwise(texts)):
        return result  # a name that stands twice side by side says itself how far it reaches
    under = [any(sheet.text(r, left + i) for r in below) for i in range(len(texts))]
    carried = ""
    for i, text in enumerate(texts):
        if text:
            carried = text if under[i] else ""
        elif carried and under[i]:
            result[i] = carried
    return result


def plain_block(sheet: Sheet, shape: Shape) -> Block:
    """The block of an area without a table: one column, or no line with two cells."""
    area = shape.area
    width = area.right - area.left
    lines: list[Line] = []
    columns = [i for i in range(width) if any(sheet.row(r, area)[i] for r in range(area.first, area.end))]
    for row in range(area.first, area.end):
        lines.append(Line(row, "data" if filled(sheet.row(row, area)) else "blank"))
    filled_rows = [line.row for line in lines if line.kind == "data"]
    about = _about_one(sheet, shape, filled_rows) if len(columns) == 1 else {}
    header = _header_of_one(sheet, shape, [row for row in filled_rows if row not in about])
    lines = [about.get(line.row, line) for line in lines]
    if header:
        lines = [Line(line.row, "header", "names of the columns") if line.row in header else line for line in lines]
    left, right = (area.left + columns[0], area.left + columns[-1]) if columns else (area.left, area.left)
    names = tuple(sheet.text(header[0], column) for column in range(left, right + 1)) if header else ()
    return Block(area.first, area.end - 1, left, right, tuple(lines), header, names, (), "assumed", "lines of one cell")


def _about_one(sheet: Sheet, shape: Shape, rows: list[int]) -> dict[int, Line]:
    """What a single column is not: a title with a blank line below it and then a name, a note below a blank line."""
    found: dict[int, Line] = {}
    if len(rows) < LEAST_OF_ONE:
        return found
    title, note = rows[0], rows[-1]
    lead = first_filled(sheet.row(title, shape.area))
    text, name = (sheet.text(row, shape.area.left + lead) for row in rows[:2])
    alone = rows[1] - title > 1 and rows[2] - rows[1] == 1 and sheet.row(title, shape.area)[lead] in (TEXT, LONG)
    names = is_heading(text) and len(text.split()) <= WORDS_OF_NAME
    named = (is_heading(name) or len(rows) >= SURE_OF_ONE) and _header_of_one(sheet, shape, rows[1:])
    if alone and not names and named:
        found[title] = Line(title, "title", "above the table")
    if note - rows[-2] > 1 and NOTE.match(sheet.text(note, shape.area.left + lead)):
        found[note] = Line(note, "note", "below the table")
    return found


def _header_of_one(sheet: Sheet, shape: Shape, rows: list[int]) -> tuple[int, ...]:
    """The header of a single column: a word over values, or a word that is none of the words below it."""
    if len(rows) < 2:
        return ()
    first = sheet.row(rows[0], shape.area)
    lead = first_filled(first)
    if first[lead] != TEXT:
        return ()
    below = [sheet.row(r, shape.area)[lead] for r in rows[1:201]]
    if sum(1 for kind in below if kind in (NUMBER, YEAR)) * 2 > len(below):
        return (rows[0],)
    text = sheet.text(rows[0], shape.area.left + lead)
    longer = any(kind == LONG for kind in below)
    if longer or NOTE.match(text) or any(sheet.text(r, shape.area.left + lead) == text for r in rows[1:201]):
        return ()
    texts = [sheet.text(r, shape.area.left + lead) for r in rows[1:201]]
    return (rows[0],) if heads(text, texts) and not is_code(text, texts) else ()
