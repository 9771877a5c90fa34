"""What in a block may have been meant otherwise, and is said to whoever loads it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from tablewright.core.readers.model import Receipt
from tablewright.core.readers.structure.cells import DATE, EMPTY, NUMBER, TEXT, WORDS, YEAR
from tablewright.core.readers.structure.model import Block, Line
from tablewright.core.readers.structure.shape import says_of_file
from tablewright.core.readers.structure.sheet import Shape, Sheet, filled, first_filled

SEVERAL = "below the table, with several values"
RIGHT_BELOW = "right below the table, and not like a row of it"
FEW_NOTES = 3
"""So many lines with several values below a table may be its notes; more may be another table."""
FEW_LINES = 2
"""So many lines with several values above a table say something about it; more may be another table."""
LEAST_LABELS = 2
SHOWN = 40


def doubts_of(sheet: Sheet, shape: Shape, lines: Sequence[Line]) -> tuple[str, ...]:
    """What is doubtful in the lines of a block, in words."""
    found = (
        _below(sheet, shape, lines),
        _above(sheet, shape, lines),
        _behind_a_gap(sheet, shape),
        _below_a_gap(sheet, shape),
        _names_among_rows(sheet, shape, lines),
        _first_apart(sheet, shape, lines),
        _limits(sheet, shape),
        _labels(sheet, shape, lines),
        _left_out(sheet, shape, lines),
    )
    return tuple(words for words in found if words)


def warn_of_doubts(receipt: Receipt, block: Block) -> None:
    """Note what may have been meant otherwise."""
    for words in block.doubts:
        receipt.warn(words)


def _below(sheet: Sheet, shape: Shape, lines: Sequence[Line]) -> str:
    """Lines below the table that may be data: many with several values, some with numbers behind the first, names over
    values, or any that follow the last row without a blank line and do not begin as notes do."""
    reasons = [line.reason for line in lines]
    several, beneath = reasons.count(SEVERAL), reasons.count(RIGHT_BELOW)
    below = [sheet.row(line.row, shape.area) for line in lines if line.reason == SEVERAL]
    numbers = sum(NUMBER in kinds[first_filled(kinds) + 1 :] for kinds in below)
    named = bool(below[1:]) and all(kind in (EMPTY, TEXT) for kind in below[0])
    named = named and any(a == TEXT and b in (NUMBER, YEAR, DATE) for a, b in zip(below[0], below[1], strict=True))
    if several > FEW_NOTES or numbers > 1 or named:
        return f"{several:,} lines below the table hold several values and were not loaded: see whether they are data"
    if not beneath:
        return ""
    count = "1 line" if beneath == 1 else f"{beneath:,} lines"
    return f"{count} right below the last row of the table, taken for notes, not loaded: see whether they are data"


def _above(sheet: Sheet, shape: Shape, lines: Sequence[Line]) -> str:
    """Lines above the table that may be a table of their own: several values in each, and not what files say of
    themselves."""
    above = [line.row for line in lines if line.kind == "metadata" and line.row not in shape.limits]
    alone = [line.row for line in lines if line.kind == "title"]
    values = [row for row in alone if set(sheet.row(row, shape.area)) & {NUMBER, YEAR, DATE}]
    if values and not shape.header:
        count = "1 value" if len(values) == 1 else f"{len(values):,} values"
        return f"{count} alone on a line above the table, not loaded: see whether the table begins there"
    if len(above) <= FEW_LINES or says_of_file(sheet, shape.area, above):
        return ""
    return f"{len(above):,} lines above the table hold several values and were not loaded: see whether they are data"


def _behind_a_gap(sheet: Sheet, shape: Shape) -> str:
    """Columns behind one without a name and a value: they may be a table or notes beside this one."""
    left, right = shape.spread
    rows = [*shape.header, *range(shape.data[0], shape.data[1] + 1)]
    used = [any(sheet.kinds[row][column] for row in rows) for column in range(left, right + 1)]
    gaps = [i for i, (before, here) in enumerate(pairwise(used), start=1) if before and not here]
    if len(gaps) != 1 or not shape.header:
        return ""  # several are drawn between the columns of one table
    column = left + used.index(True, gaps[0])
    kinds = [sheet.kinds[row][column] for row in rows]
    worded = sum(kind in WORDS for kind in kinds) * 2 > len(kinds) - kinds.count(EMPTY)
    if not worded or (column == right and kinds.count(EMPTY) * 2 < len(kinds)):
        return ""  # numbers beside names belong to them, and so does a column of remarks
    text = next((text for row in rows if (text := sheet.text(row, column))), "")
    return f'an empty column stands before "{text[:SHOWN]}": what is right of it may be another table'


def _below_a_gap(sheet: Sheet, shape: Shape) -> str:
    """Words below a blank line among the rows that may be the names of another table."""
    first, last = shape.data
    if not shape.header:
        return ""
    usual = max(_ends(sheet.row(row, shape.area)) for row in (shape.header[-1], first))
    for row in range(first + 1, last):
        kinds = sheet.row(row, shape.area)
        if any(sheet.row(row - 1, shape.area)) or filled(kinds) < 2 or not _several(sheet, shape, row + 1):
            continue
        words = all(kind in (EMPTY, *WORDS) for kind in kinds)
        over = any(kinds[i] == TEXT for i in shape.typed)
        other = _ends(kinds) != usual and _ends(sheet.row(row + 1, shape.area)) == _ends(kinds)
        if words and (over or other):
            text = sheet.text(row, shape.area.left + first_filled(kinds))
            return f'"{text[:SHOWN]}" stands below an empty line: it may begin the names of another table'
    return ""


def _names_among_rows(sheet: Sheet, shape: Shape, lines: Sequence[Line]) -> str:
    """A row of words among rows of values, over all columns of values: it may name the columns of another table."""
    typed = [i for i in shape.typed if shape.area.left + i > shape.spread[0]] if len(shape.typed) < 2 else shape.typed
    for line in lines:
        kinds = sheet.row(line.row, shape.area)
        inside = shape.data[0] + 1 < line.row < shape.data[1] and line.kind == "data"
        if inside and typed and all(kinds[i] == TEXT for i in typed) and kinds.count(TEXT) == filled(kinds):
            text = sheet.text(line.row, shape.area.left + first_filled(kinds))
            return f'the row of "{text[:SHOWN]}" has words where the others have values: it may name another table'
    return ""


def _first_apart(sheet: Sheet, shape: Shape, lines: Sequence[Line]) -> str:
    """A first row of words that has nothing where all other rows have numbers or dates: it may belong to the names."""
    rows = [line.row for line in lines if line.kind == "data"]
    if not shape.header or len(rows) < 2:
        return ""
    kinds = sheet.row(rows[0], shape.area)
    if set(kinds) & {NUMBER, YEAR, DATE} or not set(kinds) & {TEXT} or filled(kinds) < 2:
        return ""
    others = [sheet.row(row, shape.area) for row in rows[1:]]
    if not any(not kinds[i] and all(cells[i] in (NUMBER, YEAR, DATE) for cells in others) for i in shape.typed):
        return ""
    text = sheet.text(rows[0], shape.area.left + first_filled(kinds))
    return f'the first row, with "{text[:SHOWN]}", has no value where all others have one: it may belong to the names'


def _limits(sheet: Sheet, shape: Shape) -> str:
    """A row below the names that was taken for what there can be in each column."""
    if not shape.limits:
        return ""
    text = sheet.text(shape.limits[-1], shape.area.left)
    return f'"{text[:SHOWN]}" right below the names says how much there can be in a column, and was not loaded'


def _labels(sheet: Sheet, shape: Shape, lines: Sequence[Line]) -> str:
    """Labels of groups, which are kept as rows, also among the numbers of a left column."""
    rows = [
        line.row for line in lines if line.kind == "group" or (line.kind == "data" and _alone(sheet, shape, line.row))
    ]
    if not rows:
        return ""
    kinds = sheet.row(rows[0], shape.area)
    text = sheet.text(rows[0], shape.area.left + first_filled(kinds))
    count = "1 row fills one cell" if len(rows) == 1 else f"{len(rows):,} rows fill one cell"
    return f'{count}, "{text[:SHOWN]}": seems to be the label of the rows below it, and was kept'


def _alone(sheet: Sheet, shape: Shape, row: int) -> bool:
    """Whether a row is a word alone where the others have numbers, with rows below it."""
    kinds = sheet.row(row, shape.area)
    lead = first_filled(kinds)
    return (
        filled(kinds) == 1 and kinds[lead] == TEXT and lead in shape.typed and shape.typical > 2 and row < shape.data[1]
    )


def _left_out(sheet: Sheet, shape: Shape, lines: Sequence[Line]) -> str:
    """A left column in which each label stands once, with nothing below it: it may hold for the rows up to the next."""
    rows = [line.row for line in lines if line.kind == "data"]
    left = shape.spread[0]
    texts = [sheet.text(row, left) for row in rows]
    named = [text for text in texts if text]
    empty = [row for row, text in zip(rows, texts, strict=True) if not text]
    if len(named) < LEAST_LABELS or len(empty) < LEAST_LABELS or not texts[0] or len(set(named)) < len(named):
        return ""
    if any(sheet.kinds[row][left] not in WORDS for row, text in zip(rows, texts, strict=True) if text):
        return ""
    if not all(sheet.kinds[row][left + 1] for row in rows):
        return ""  # remarks at the left of some rows
    return (
        f'{len(empty):,} rows have nothing where "{named[0][:SHOWN]}" stands above them: it may hold for them as well'
    )


def _several(sheet: Sheet, shape: Shape, row: int) -> bool:
    return filled(sheet.row(row, shape.area)) > 1


def _ends(kinds: bytes) -> int:
    return len(kinds.rstrip(b"\0"))
