"""Which rows of an area name its columns."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from tablewright.core.readers.first_cells import LOOKED_AT, counts_on, is_code, number_columns
from tablewright.core.readers.structure.below import fits
from tablewright.core.readers.structure.cells import (
    BOOLEAN,
    BOUND,
    DATE,
    EMPTY,
    LETTER,
    LONG,
    MISSING,
    NUMBER,
    NUMERIC,
    TEXT,
    WORDS,
    YEAR,
    column_types,
)
from tablewright.core.readers.structure.sheet import Area, Shape, Sheet, filled
from tablewright.core.readers.structure.words import LIMIT, LIMIT_PERHAPS, UNIT, UNITS

MOST_HEADER_ROWS = 12
NEAR = 6
"""So many rows below tell whether numbers belong to the names."""
FEW_ROWS = 2
"""So few rows do not show what a row of words above them is."""
LONGEST = 200
"""So long may a question be that becomes part of a name."""
LONG_NAME = 3
"""More words than this are a question and no name."""
MOST_ABOVE = 3
"""So many rows of values may stand above the names of a table and say something about it."""
TYPED_ROWS = 4000
"""So many rows decide the type of a column; a sheet longer than this has shown itself by then."""
_PLAIN = re.compile(r"-?\d+(?:\.\d+)?")


def told_header(sheet: Sheet, shape: Shape, rows: list[int], multi: list[int], header_rows: int) -> None:
    start = rows.index(_skip_narrow(sheet, shape, multi)[0])
    shape.header = tuple(rows[start : start + header_rows])
    rest = rows[start + header_rows :]
    shape.data = (rest[0], rest[-1]) if rest else ()
    shape.why = f"{header_rows} header rows, as told"


def _names_over_values(sheet: Sheet, shape: Shape, row: int, following: int | None) -> bool:
    """Whether a row has words, dates or a run of years where the rows below it have values."""
    kinds = sheet.row(row, shape.area)
    if shape.typed == [0] and not kinds[0]:
        return _beside_corner(sheet, shape, row)
    if _says_pairs(sheet, shape, row):
        return False
    words = 0
    years: list[int] = []
    alike: list[int] = []
    numbers: list[int] = []
    for i in shape.typed:
        kind = kinds[i]
        if kind in (TEXT, LONG) or (kind == DATE and shape.columns[i] != DATE):
            words += 1
        elif kind == YEAR:
            (alike if shape.columns[i] == YEAR else years).append(i)
        elif kind in (NUMBER, DATE, BOOLEAN):
            numbers.append(i)
    words += _lettered(sheet, shape, row) + _bounds(sheet, shape, row, following)
    if not numbers and len(years) > 2 * len(alike):
        years = sorted((*years, *alike))  # a number of four digits below a year may look like one
    else:
        numbers = sorted((*numbers, *alike))
    if numbers:
        if _numbered_over_words(sheet, shape, row, numbers, following):
            return True
        begins = all(filled(sheet.row(r, shape.area)) < 2 for r in range(shape.area.first, row))
        below = sheet.row(following, shape.area) if following is not None else b""
        over = sum(1 for i in shape.typed if kinds[i] == TEXT and below[i : i + 1] not in (b"", bytes((TEXT,))))
        if begins and over > 1 and over + len(years) >= len(numbers):
            return True  # in a row of values more than one word where others have values is hardly ever
        if (
            begins
            and words
            and kinds[0] in WORDS
            and counts_on([sheet.text(row, shape.area.left + i) for i in numbers])
        ):
            return True  # Student, 1, 2, 3, Sum
        if begins and kinds[0] == TEXT and 0 in shape.typed and _rises(sheet, shape, row, numbers):
            return True  # T, 10, 20, 30 over values for each T
        return words > 2 * len(numbers) or _counted(sheet, shape, row, numbers, following)
    return bool(words or (years and _run_of_years(sheet, shape, row, years, following)))


def _says_pairs(sheet: Sheet, shape: Shape, row: int) -> bool:
    """Whether each cell of a row is a name with its value, `Device: X200`, and half of the columns are empty."""
    kinds = sheet.row(row, shape.area)
    texts = [sheet.text(row, shape.area.left + i) for i, kind in enumerate(kinds) if kind]
    return len(texts) * 2 <= len(kinds) and all(": " in text.strip() for text in texts)


def _beside_corner(sheet: Sheet, shape: Shape, row: int) -> bool:
    """Whether a row has another word over every column but the left one, which alone holds values: the numbers of rows
    have no name."""
    kinds = sheet.row(row, shape.area)[1:]
    texts = {sheet.text(row, shape.area.left + 1 + i) for i in range(len(kinds))}
    return len(kinds) > 1 and set(kinds) <= {TEXT, LETTER} and len(texts) == len(kinds)


def _lettered(sheet: Sheet, shape: Shape, row: int) -> int:
    """How many columns of values are named by a letter, x, in a row that names every column, but perhaps the left one,
    by something else."""
    kinds = sheet.row(row, shape.area)
    texts = {sheet.text(row, shape.area.left + i) for i in range(len(kinds))}
    if set(kinds[kinds[0] == EMPTY :]) - {TEXT, LETTER} or len(texts) < len(kinds):
        return 0
    return sum(1 for i in shape.typed if kinds[i] == LETTER)


def _rises(sheet: Sheet, shape: Shape, row: int, columns: Sequence[int]) -> bool:
    """Whether the numbers of a row go up, or down, from the first to the last."""
    texts = [sheet.text(row, shape.area.left + i) for i in columns]
    if len(texts) < 2 or not all(map(_PLAIN.fullmatch, texts)):
        return False
    steps = [b - a for a, b in pairwise(map(float, texts))]
    return min(steps) > 0 or max(steps) < 0


def _bounds(sheet: Sheet, shape: Shape, row: int, following: int | None) -> int:
    """How many columns of values are named by a limit, <18 beside >64, in a row of words; the row below has none."""
    if following is None or not set(sheet.row(row, shape.area)) <= {EMPTY, TEXT, MISSING}:
        return 0

    def limits(r: int) -> list[int]:
        return [i for i in shape.typed if BOUND.fullmatch(sheet.text(r, shape.area.left + i))]

    return 0 if limits(following) else len(limits(row))


def _numbered_over_words(sheet: Sheet, shape: Shape, row: int, numbers: Sequence[int], following: int | None) -> bool:
    """Whether the first row has a word and 1, 2, 3 above a row of words: the units of what is numbered."""
    if following is None or any(filled(sheet.row(r, shape.area)) > 1 for r in range(shape.area.first, row)):
        return False
    texts = [sheet.text(row, shape.area.left + i) for i in numbers]
    counted = len(texts) > 1 and texts == [str(i) for i in range(1, len(texts) + 1)]
    kinds, under = sheet.row(row, shape.area), sheet.row(following, shape.area)
    return counted and kinds[0] == TEXT and len(texts) + 1 == filled(kinds) == under.count(TEXT) == filled(under)


def _run_of_years(sheet: Sheet, shape: Shape, row: int, columns: list[int], following: int | None) -> bool:
    """Whether the years are names: in order or one repeated, and not of the same kind as the row below."""
    texts = [sheet.text(row, shape.area.left + i) for i in columns]
    kinds = sheet.row(row, shape.area)
    if kinds[0] and len(set(texts)) == 1 and len(texts) == filled(kinds) > 1:
        return False  # one number in every column names none of them
    ascending = all(a < b for a, b in pairwise(texts))
    descending = all(a > b for a, b in pairwise(texts))
    if following is not None:
        below = sheet.row(following, shape.area)
        if sum(1 for i in columns if below[i] == YEAR) * 2 > len(columns):
            return False
    if len(columns) == 1:
        return not kinds[0] or (filled(kinds) > 1 and shape.typed[0] > 0)
    if ascending or descending:
        return True
    seen: list[str] = []
    for text in texts:
        if not seen or seen[-1] != text:
            seen.append(text)
    return len(set(texts)) < len(texts) and all(len(text) >= 4 for text in texts)


def _counted(sheet: Sheet, shape: Shape, row: int, columns: list[int], following: int | None) -> bool:
    """Whether a row numbers its columns: (1), (2), (3), … or 1, 2, 3, … beside a name or a gap at the left."""
    if following is None:
        return False
    left = shape.area.left
    texts = [sheet.text(row, left + i) for i in columns]
    rows = range(following, min(following + LOOKED_AT, shape.area.end))
    named = len(columns) + 1 >= filled(sheet.row(row, shape.area)) and not _continued(sheet, shape, row, rows)
    begins = all(filled(sheet.row(r, shape.area)) < 2 for r in range(shape.area.first, row))
    if begins and named and number_columns(texts, [[sheet.text(r, left + i) for i in columns] for r in rows]):
        return True
    if len(columns) < 3:
        return False
    if _over_corner(sheet, shape, row, following, texts):
        return True
    numbers = [text.strip("()[]") for text in texts]
    if numbers[0] not in ("0", "1", "2") or numbers != [str(int(numbers[0]) + i) for i in range(len(columns))]:
        return False
    kinds = sheet.row(row, shape.area)
    marked = all(text[0] in "([" for text in texts)
    if not any(sheet.text(following, left + i).isdecimal() for i in columns):
        return True  # 1, 2, 3 over fractions
    below = sheet.kinds[following][shape.area.left]
    return marked or (kinds[0] == EMPTY != below) or (kinds[0] == TEXT and below not in (EMPTY, TEXT))


def _continued(sheet: Sheet, shape: Shape, row: int, rows: Sequence[int]) -> bool:
    """Whether the left column has a letter in a row and in those below it: A, B, C."""
    return all(len(sheet.text(r, shape.area.left)) == 1 for r in (row, *rows))


def _over_corner(sheet: Sheet, shape: Shape, row: int, following: int, names: Sequence[str]) -> bool:
    """Whether the first row of numbers names the columns of rows that are named too: by the same names, or in order."""
    left = shape.area.left
    if any(filled(sheet.row(r, shape.area)) > 1 for r in range(shape.area.first, row)) or sheet.kinds[row][left]:
        return False
    rows = range(following, min(following + len(names), shape.area.end))
    labels = [sheet.text(r, left) for r in rows]
    if not all(labels):
        return False
    if not all(map(_PLAIN.fullmatch, names)):
        return names == labels
    steps = [b - a for a, b in pairwise(map(float, names))]
    return names == labels or min(steps) > 0 or max(steps) < 0


def _holds_values(sheet: Sheet, shape: Shape, row: int) -> bool:
    kinds = sheet.row(row, shape.area)
    return any(kinds[i] in (NUMBER, YEAR, DATE) for i in shape.typed)


def typed_header(sheet: Sheet, shape: Shape, multi: list[int]) -> None:
    """The header of a table with columns of numbers or dates."""
    area = shape.area
    first: int | None = None
    names: list[int] = []
    for position, row in enumerate(multi):
        following = multi[position + 1] if position + 1 < len(multi) else None
        if (
            position <= MOST_HEADER_ROWS + 8
            and _names_over_values(sheet, shape, row, following)
            and (not _complete(sheet, shape, names) or _second_header(sheet, shape, row, names[-1]))
        ):
            names.append(row)
            continue
        if names and position <= MOST_HEADER_ROWS and _under_names(sheet, shape, row, names):
            names.append(row)
            continue
        if len(names) == 1 and questions_under_names(sheet, area, row):
            names.append(row)
            continue
        if len(names) == 1 and names_the_open(sheet, area, names[0], row, multi[position + 1 : position + 1 + NEAR]):
            names.append(row)
            continue
        if 0 < len(names) <= MOST_ABOVE and numbers_under_names(
            sheet, area, row, multi[position + 1 : position + 1 + NEAR]
        ):
            names.append(row)
            continue
        if not names and _names_below(sheet, shape, multi[position + 1 :], few=_is_narrow(sheet, shape, row)):
            continue  # what the file says of itself, in as many cells as a row
        if names and not fits(sheet, shape, row) and _names_below(sheet, shape, multi[position:], names[-1]):
            names = []  # words about the table, in as many cells as a header, and then its names
            continue
        if names or fits(sheet, shape, row):
            first = row if names else _begin(sheet, shape, multi[: position + 1])
            break
    if first is None:
        worded_header(sheet, shape, multi)
        return
    shape.header = _joined(sheet, shape, first, set(names))
    shape.data = (first, first)
    nearly = _unfinished(sheet, shape, first) if not shape.header else None
    if nearly is not None:
        shape.header, shape.sure = (nearly,), False
        shape.why = "words of all columns but one stand right above the values"
        return
    shape.why = "words stand over columns of values" if shape.header else "the first row holds values"
    if shape.header and _may_be_row(sheet, shape, multi[multi.index(first) :]):
        shape.sure = False
    # A single cell in the left column right above the data, under the header, is a label of the first group.
    if shape.header:
        below = [r for r in range(shape.header[-1] + 1, first) if filled(sheet.row(r, area))]
        if below:
            shape.data = (below[0], below[0])


def _may_be_row(sheet: Sheet, shape: Shape, below: Sequence[int]) -> bool:
    """Whether the last row of the header may be a row of words: there are few rows below it that show what it is, or
    its left cell, below another one, is a word as theirs are."""
    area, row = shape.area, shape.header[-1]
    if (
        not all(sheet.row(r, area)[0] for r in shape.header[-2:])
        or len(shape.header) < 2
        or says_units(sheet, area, row)
    ):
        return False
    numbered = all(any(map(str.isdigit, sheet.text(r, area.left))) for r in below[:NEAR])
    other = numbered and not any(map(str.isdigit, sheet.text(row, area.left)))
    return len(below) <= FEW_ROWS or not (0 in shape.typed or other)


def questions_under_names(sheet: Sheet, area: Area, row: int) -> bool:
    """Whether a row right below the names holds the words of questions, and no value: surveys are written so."""
    kinds = sheet.row(row, area)
    texts = [sheet.text(row, area.left + i) for i, kind in enumerate(kinds) if kind]
    if not set(kinds) <= {EMPTY, TEXT, LONG} or len(texts) * 4 < len(kinds) * 3 or max(map(len, texts)) > LONGEST:
        return False
    asked = sum(1 for text in texts if text.endswith("?"))
    long = sum(1 for text in texts if len(text.split()) > LONG_NAME)
    return asked * 4 >= len(texts) or (len(texts) > 2 and long * 2 >= len(texts))


def names_the_open(sheet: Sheet, area: Area, above: int, row: int, following: Sequence[int]) -> bool:
    """Whether a row of words has a name for every column that the row of names above leaves open, and nothing in the
    left column, which all rows below fill: the answers that one may choose under a question."""
    over, kinds = sheet.row(above, area), sheet.row(row, area)
    below = [sheet.row(r, area) for r in following]
    gaps = [i for i, kind in enumerate(over) if not kind and (kinds[i] or any(cells[i] for cells in below))]
    worded = not kinds[0] and set(kinds) <= {EMPTY, TEXT, LONG, LETTER}
    return worded and bool(gaps) and all(kinds[i] for i in gaps) and bool(below) and all(cells[0] for cells in below)


def says_limits(text: str, kinds: bytes, below: Sequence[bytes]) -> bool:
    """Whether a row below the names says in its left column that it tells how much there can be in each: the points of
    an exam. Of words that may be a name as well (Weight) only where the row leaves out what all others have."""
    if not kinds[0] or not below or NUMBER not in kinds:
        return False
    gap = any(not kind and all(cells[i] for cells in below) for i, kind in enumerate(kinds))
    return bool(LIMIT.fullmatch(text)) or (gap and bool(LIMIT_PERHAPS.fullmatch(text)))


def take_limits(sheet: Sheet, shape: Shape) -> None:
    """Let the data begin below such a row."""
    area = shape.area
    rows = [row for row in range(shape.data[0], shape.data[1] + 1) if filled(sheet.row(row, area)) > 1]
    below = [sheet.row(row, area) for row in rows[1 : 1 + NEAR]]
    if shape.header and below and says_limits(sheet.text(rows[0], area.left), sheet.row(rows[0], area), below):
        shape.limits = tuple(row for row in range(shape.data[0], rows[0] + 1) if filled(sheet.row(row, area)))
        shape.data = (rows[1], shape.data[1])


def numbers_under_names(sheet: Sheet, area: Area, row: int, following: Sequence[int]) -> bool:
    """Whether a row of numbers right below the names belongs to them: it counts the columns, or, with nothing in the
    left column as no row below, holds years or one and the same number, which is a unit."""
    following = [r for r in following if sheet.row(r, area)[0]]
    if not following or following[0] > row + MOST_ABOVE:
        return False
    kinds, below = sheet.row(row, area), sheet.row(following[0], area)
    texts = [sheet.text(row, area.left + i) for i, kind in enumerate(kinds) if kind]
    if len(texts) < 2 or not all(kinds[1:]) or not below[0] or not set(kinds[1:]) <= {NUMBER, YEAR, TEXT, MISSING}:
        return False
    counted = [text.strip("()[]") for text in texts]
    start = {"0": 0, "1": 1, "2": 2}.get(counted[0])
    if start is not None and counted == [str(start + i) for i in range(len(counted))]:
        worded = all(sheet.row(r, area)[0] in WORDS for r in following)
        return worded and (not kinds[0] or len(counted) > 3)
    if kinds[0] or TEXT in kinds or MISSING in kinds:
        return False
    again = [sheet.text(following[0], area.left + i) for i in range(1, len(kinds))] == texts
    years = set(kinds[1:]) == {YEAR} and YEAR not in below[1:]
    return years or (len(set(texts)) == 1 and not again)


def _begin(sheet: Sheet, shape: Shape, rows: list[int]) -> int:
    """Where data without a header begin: rows right above the first that fits, as wide, are data with other values."""
    while len(rows) > 1 and shape.typical > 2 and rows[-1] - rows[-2] == 1:
        if filled(sheet.row(rows[-2], shape.area)) < shape.typical:
            break
        rows = rows[:-1]
    return rows[-1]


def _is_narrow(sheet: Sheet, shape: Shape, row: int) -> bool:
    """Whether a row fills two cells, and others many more: a word and its value."""
    return filled(sheet.row(row, shape.area)) == 2 and shape.typical > 2 * 2


def _names_below(sheet: Sheet, shape: Shape, rows: list[int], above: int | None = None, *, few: bool = False) -> bool:
    """Whether one of the next rows names every column of values, more of them than the row above, and nothing in it is
    a value. `few`: also where only a few rows follow."""
    if len(rows) < (2 if few else 2 * MOST_ABOVE):
        return False
    least = filled(sheet.row(above, shape.area)) + 1 if above is not None else 0
    for row in rows[:MOST_ABOVE]:
        kinds = sheet.row(row, shape.area)
        if filled(kinds) < least:
            continue
        worded = kinds.count(TEXT) + kinds.count(LONG) == filled(kinds)
        if worded and filled(kinds) * 4 >= shape.typical * 3 and _complete(sheet, shape, [row]):
            return True
    return False


def _complete(sheet: Sheet, shape: Shape, names: list[int]) -> bool:
    """Whether the last header row already names every column of values."""
    if not names:
        return False
    kinds = sheet.row(names[-1], shape.area)
    return all(kinds[i] for i in shape.typed) and bool(kinds[0] or not shape.columns[0])


def _second_header(sheet: Sheet, shape: Shape, row: int, above: int) -> bool:
    """Whether a row under complete names still belongs to the header: its words stand over two columns of values
    or more, or it says the units."""
    kinds = sheet.row(row, shape.area)
    over = [i for i in shape.typed if kinds[i]]
    texts = [sheet.text(row, shape.area.left + i) for i in over]
    if all(UNIT.fullmatch(text) for text in texts) or UNITS.fullmatch(sheet.text(row, shape.area.left)):
        return True
    if any(kinds[i] == NUMBER == shape.columns[i] for i in over):
        return False
    worded = not kinds[0] and len(over) > 1 and filled(kinds) == kinds.count(TEXT)
    if worded and (len(over) == filled(kinds) or 0 in shape.typed):
        return True
    gaps = [i for i, kind in enumerate(sheet.row(above, shape.area)) if not kind]
    if not kinds[0] and gaps and all(kinds[i] == TEXT for i in gaps) and kinds.count(TEXT) == filled(kinds):
        return True  # it names what the row above leaves open
    several = len(over) > 1 and len(over) == len(shape.typed) and len(set(texts)) * 3 >= len(texts) * 2
    if several and all(kinds[i] in (TEXT, LONG) for i in over):
        return True  # words over every column of values, few of them twice
    named = kinds[0] and 0 not in shape.typed and sheet.row(above, shape.area)[0]
    if named and not sheet.text(row, shape.area.left)[:1].islower():
        return False  # a name in the left column under another one: a row of data, in words or years
    return len(over) >= 2 and len(over) * 3 >= len(shape.typed) * 2


def _under_names(sheet: Sheet, shape: Shape, row: int, names: list[int]) -> bool:
    """Whether a row of words without any over values still belongs to a header that is not complete."""
    kinds = sheet.row(row, shape.area)
    words = not kinds[0] or kinds.count(TEXT) == filled(kinds)
    return words and not _holds_values(sheet, shape, row) and not _complete(sheet, shape, names)


def _unfinished(sheet: Sheet, shape: Shape, first: int) -> int | None:
    """The row right above the first one that names all columns but one."""
    row, width = first - 1, shape.area.right - shape.area.left
    if row < shape.area.first:
        return None
    kinds = sheet.row(row, shape.area)
    texts = {sheet.text(row, shape.area.left + i) for i, kind in enumerate(kinds) if kind}
    words = kinds.count(TEXT) == filled(kinds) == len(texts) == width - 1
    return row if words and width > 2 and filled(sheet.row(first, shape.area)) == width else None


def _joined(sheet: Sheet, shape: Shape, first: int, names: set[int]) -> tuple[int, ...]:
    """The rows of the header: those that touch one another, upwards from the data."""
    area = shape.area
    row = first - 1
    whole = _complete(sheet, shape, sorted(names))
    while row >= area.first and row not in names:
        if _off_stub(sheet, area, row) and not (whole and filled(sheet.row(row, area)) * 2 >= shape.typical):
            break
        row -= 1
    header: list[int] = []
    while row >= area.first and len(header) < MOST_HEADER_ROWS:
        kinds = sheet.row(row, area)
        count = filled(kinds)
        if not count and header and all(says_units(sheet, area, r) for r in header):
            row -= 1  # the names stand above the units and a blank line
            continue
        spans = bool(header) and _spans_over(sheet, area, row, header[-1])
        if not count or (row not in names and not _off_stub(sheet, area, row) and not spans):
            break
        units = UNITS.fullmatch(sheet.text(row, area.left))
        if header and not spans and not units and kinds[0] and area.right - area.left > 2:
            under = sheet.row(header[-1], area)
            words = {sheet.text(header[-1], area.left + i) for i, kind in enumerate(under) if kind}
            if under[0] and filled(under) > count + 1 and (count <= 2 or len(words) == len(under)):
                break  # "Author | Jane" above the names of a table is no name, nor are the words of a sentence
        if header and kinds[0] and area.right - area.left == 2 and not any(says_units(sheet, area, r) for r in header):
            break  # a pair of a name and a value
        header.append(row)
        row -= 1
    return tuple(reversed(header))


def _spans_over(sheet: Sheet, area: Area, row: int, below: int) -> bool:
    """Whether the cells of a row, each over the columns up to the next, tell names below apart that come again."""
    columns = range(area.left, area.right)
    names = [sheet.text(below, column) for column in columns]
    over: list[str] = []
    for column in columns:
        over.append(sheet.text(row, column) or (over[-1] if over else ""))
    several = all(over) and all(names) and len(set(over)) > 1
    return several and len(set(names)) < len(names) == len(set(zip(over, names, strict=True)))


def says_units(sheet: Sheet, area: Area, row: int) -> bool:
    """Whether a row holds nothing but units, perhaps after a word in the left column that says so."""
    kinds = sheet.row(row, area)
    over = [sheet.text(row, area.left + i) for i, kind in enumerate(kinds) if kind and i]
    if UNITS.fullmatch(sheet.text(row, area.left)):
        return bool(over)
    return bool(over) and all(UNIT.fullmatch(text) for text in over)


def _off_stub(sheet: Sheet, area: Area, row: int) -> bool:
    """Whether a line is filled, but not in the left column: a name over several columns, or a line of units."""
    kinds = sheet.row(row, area)
    return bool(filled(kinds)) and not kinds[0]


def _skip_narrow(sheet: Sheet, shape: Shape, multi: list[int]) -> list[int]:
    """The rows from the first on that fill half of what is usual; above it are titles."""
    enough = max(2, (shape.typical + 1) // 2)
    for position, row in enumerate(multi):
        if filled(sheet.row(row, shape.area)) >= enough:
            return multi[position:]
    return multi


def worded_header(sheet: Sheet, shape: Shape, multi: list[int]) -> None:
    """The header of a table of words: the first row, when it looks like names."""
    rows = _skip_narrow(sheet, shape, multi)
    area = shape.area
    first = rows[0]
    kinds = sheet.row(first, area)
    shape.sure = False
    if len(rows) == 1 and not _first_alone(sheet, shape, first):
        shape.data = (first, first)
        shape.why = "one row of cells"
        return
    if len(rows) == 1:
        shape.header, shape.data = (first,), (first + 1, first + 1)
        shape.columns = column_types([sheet.row(first + 1, area)])
        shape.why = "words stand over a value"
        return
    following = [sheet.row(r, area) for r in rows[2 : NEAR + 2]]
    if not kinds[0] and NUMBER not in kinds and following and _count_on(sheet, area, rows[1], following):
        shape.header, shape.data = (first, rows[1]), (rows[2], rows[2])
        shape.why = "words stand over numbers that count on"
        return
    names = [i for i, kind in enumerate(kinds) if kind]
    texts = [sheet.text(first, area.left + i) for i in names]
    cells = [sheet.row(r, area) for r in rows[1 : TYPED_ROWS + 1]]
    good = not any(kind in (DATE, BOOLEAN, LONG) for kind in kinds) and len(set(texts)) == len(texts)
    good = good and (NUMBER not in kinds or _count_on(sheet, area, first, cells))
    used = sum(
        1 for i, kind in enumerate(shape.columns) if kind and sum(map(bool, (k[i] for k in cells))) * 5 > len(cells)
    )
    good = good and (len(names) * 4 >= used * 3 or (not kinds[0] and 1 < len(names) == used - 1))
    if good:
        below = [r for r in rows[1:201] if [sheet.text(r, area.left + i) for i in names] != texts] or rows[1:201]
        again = sum(
            1 for i, text in zip(names, texts, strict=True) if any(sheet.text(r, area.left + i) == text for r in below)
        )
        good = again * 2 < len(names)
    if not good:
        shape.data = (first, first)
        shape.why = "the first row does not look like names"
        return
    under = [[sheet.text(r, area.left + i) for r in rows[1 : LOOKED_AT + 1]] for i in names]
    if code := next((text for text, texts in zip(texts, under, strict=True) if is_code(text, texts)), None):
        shape.data, shape.sure = (first, first), True
        shape.why = f'the first row has "{code[:60]}" where the rows below have codes of the same form'
        return
    shape.header = (first,)
    start = next(r for r in range(first + 1, rows[1] + 1) if filled(sheet.row(r, area)))  # a first row may be sparse
    shape.data = (start, start)
    shape.why = "all columns hold words; the first row is taken for names"


def _count_on(sheet: Sheet, area: Area, row: int, below: Sequence[bytes]) -> bool:
    """Whether the numbers of a row right of a word count on, 1, 2, 3, and below them stands none."""
    kinds = sheet.row(row, area)
    numbers = [i for i, kind in enumerate(kinds) if kind == NUMBER]
    none = not any(cells[i] in NUMERIC for cells in below for i in numbers)
    return kinds[0] in WORDS and none and counts_on([sheet.text(row, area.left + i) for i in numbers])


def _first_alone(sheet: Sheet, shape: Shape, row: int) -> bool:
    """Whether words stand right over values of which only the first column has any."""
    kinds = sheet.row(row, shape.area)
    below = sheet.row(row + 1, shape.area) if row + 1 < shape.area.end else b""
    return (
        kinds.count(TEXT) == filled(kinds) and filled(below) == 1 and kinds[0] == TEXT and below[0] in NUMERIC | {DATE}
    )
