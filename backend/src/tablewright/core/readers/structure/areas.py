"""Where one table of a grid ends and the next begins: below one another, and beside one another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from tablewright.core.readers.structure.cells import DATE, EMPTY, LONG, NUMBER, TEXT, YEAR
from tablewright.core.readers.structure.shape import NOTE, Area, Shape, Sheet, filled, shape_of

MOST_BLOCKS = 1000
"""A grid that seems to hold more tables than this is scattered cells: it stays one."""
FEW_ROWS = 8


@dataclass(frozen=True)
class Paragraph:
    """Lines without a blank one between them."""

    area: Area
    lines: int
    """How many of its lines fill more than one cell."""


def tables_of(sheet: Sheet, whole: Area) -> list[Area]:
    """The areas of a grid that hold a table each, in reading order. Together they hold every filled cell."""
    areas: list[Area] = []
    for side in _beside(sheet, whole):
        for band in _below(sheet, side):
            areas.extend(_beside(sheet, band))
            if len(areas) > MOST_BLOCKS:
                return [whole]
    return areas


def paragraphs_of(sheet: Sheet, area: Area) -> list[Paragraph]:
    """The runs of lines that are not blank."""
    found: list[Paragraph] = []
    first, lines = -1, 0
    for row in range(area.first, area.end + 1):
        count = filled(sheet.row(row, area)) if row < area.end else 0
        if count:
            if first < 0:
                first, lines = row, 0
            lines += count > 1
        elif first >= 0:
            found.append(Paragraph(replace(area, first=first, end=row), lines))
            first = -1
    return found


def _below(sheet: Sheet, area: Area) -> list[Area]:
    """Cut into bands that hold one table each, where blank lines or a new title and header part them."""
    parts = [part for whole in paragraphs_of(sheet, area) for part in _inner(sheet, whole)]
    parts = _with_headers(sheet, parts)
    starts: list[int] = []
    current: Area | None = None
    shape: Shape | None = None
    pending: int | None = None  # the first line of titles since the current table ended
    for part in parts:
        if part.lines == 0:
            pending = part.area.first if pending is None else pending
            continue
        here = shape_of(sheet, part.area)
        if current is None or shape is None:
            if not _is_table(sheet, here) or _preface(sheet, here):
                continue  # lines of names and values above the table: told by shape_of as metadata
            current, shape = part.area, here
        elif _starts_table(sheet, shape, here):
            starts.append(_title_row(sheet, current.end, part.area.first))
            current, shape = part.area, here
        else:
            current = replace(current, end=part.area.end)
            if not shape.typed and here.typed:
                shape = shape_of(sheet, current)
        pending = None
    edges = [area.first, *starts, area.end]
    return [replace(area, first=a, end=b) for a, b in pairwise(edges)]


def _title_row(sheet: Sheet, end: int, start: int) -> int:
    """Where the lines between two tables turn from notes of the first into titles of the second."""
    row = start
    while row > end:
        kinds = sheet.kinds[row - 1]
        lead = len(kinds) - len(kinds.lstrip(b"\0"))
        if lead < len(kinds) and (NOTE.match(sheet.text(row - 1, lead)) or LONG in kinds):
            break
        row -= 1
    return row


def _rows(sheet: Sheet, shape: Shape) -> list[int]:
    """The rows of header and data that fill more than one cell."""
    rows = (*shape.header, *range(shape.data[0], shape.data[1] + 1))
    return [row for row in rows if filled(sheet.row(row, shape.area)) > 1]


def _preface(sheet: Sheet, shape: Shape) -> bool:
    """Whether what looks like a first table rather says something about the real one below it: a few words, or
    pairs of a name and a value."""
    rows = _rows(sheet, shape)
    return _form(sheet, shape, rows) or (not shape.typed and (len(rows) < 4 or not _even(sheet, shape, rows)))


def _form(sheet: Sheet, shape: Shape, rows: list[int]) -> bool:
    """Whether the lines are pairs of a name and a value."""
    rows = [row for row in rows if row not in shape.header]
    pairs = colons = 0
    values: set[int] = set()
    for row in rows:
        kinds = sheet.row(row, shape.area)
        lead = len(kinds) - len(kinds.lstrip(b"\0"))
        if filled(kinds) == 2 and kinds[lead] == TEXT:
            pairs += 1
            values.add(kinds[len(kinds.rstrip(b"\0")) - 1])
        colons += kinds[lead] == TEXT and sheet.text(row, shape.area.left + lead).endswith(":")
    if colons * 2 >= len(rows):
        return True
    return pairs == len(rows) and len(rows) <= 8 and (len(values) > 1 if len(rows) > 2 else True)


def _even(sheet: Sheet, shape: Shape, rows: list[int]) -> bool:
    """Whether most rows fill the same number of cells, with labels and not with sentences."""
    same = sum(1 for row in rows if filled(sheet.row(row, shape.area)) == shape.typical)
    long = sum(1 for row in rows if LONG in sheet.row(row, shape.area))
    return same * 10 >= len(rows) * 7 and long * 4 < len(rows)


def _is_table(sheet: Sheet, shape: Shape) -> bool:
    """Two rows and two columns at least, and a header or columns of values of its own."""
    if not shape.data:
        return False
    left, right = shape.spread
    rows = [
        r for r in (*shape.header, *range(shape.data[0], shape.data[1] + 1)) if filled(sheet.row(r, shape.area)) > 1
    ]
    return right > left and len(rows) >= 2


def _starts_table(sheet: Sheet, before: Shape, here: Shape) -> bool:
    """Whether a paragraph is a table of its own and not more rows of the one before it."""
    if not _is_table(sheet, here):
        return False
    rows = _rows(sheet, here)
    if here.typical == 2 and (len(rows) < 4 or _form(sheet, here, rows)):
        return False  # a few pairs below a table are more likely a remark, or more of its rows
    if here.typed:
        if here.header and _strong_header(sheet, here):
            return True
        if here.header and not before.header and before.typed:
            return True
        if (
            (not here.header or not _strong_header(sheet, here))
            and before.spread == here.spread
            and min(_length(before), _length(here)) < FEW_ROWS
        ):
            return False  # a few rows of other values prove nothing
        return not _alike(before, here)
    if before.typed:
        return _even_words(sheet, here)
    same = before.header and here.header and _texts(sheet, before) == _texts(sheet, here)
    return bool(same) or (before.spread != here.spread and _even_words(sheet, here))


def _length(shape: Shape) -> int:
    return shape.data[1] - shape.data[0] + 1


def _texts(sheet: Sheet, shape: Shape) -> list[str]:
    row = shape.header[-1]
    return [sheet.text(row, column) for column in range(shape.area.left, shape.area.right)]


def _strong_header(sheet: Sheet, shape: Shape) -> bool:
    """Whether words stand over at least half of the columns of values."""
    over: set[int] = set()
    for row in shape.header:
        kinds = sheet.row(row, shape.area)
        if any(kinds[i] == NUMBER == shape.columns[i] for i in shape.typed):
            return False
        over.update(i for i in shape.typed if kinds[i] in (TEXT, LONG, DATE, YEAR))
    return len(over) * 2 >= len(shape.typed)


def _alike(before: Shape, here: Shape) -> bool:
    """Whether the columns of both hold the same kinds of values, as far as both are filled."""
    same = other = 0
    for a, b in zip(before.columns, here.columns, strict=True):
        if b == EMPTY:
            continue
        if a == EMPTY:
            other += 1
        elif a == b or {a, b} <= {NUMBER, YEAR}:
            same += 1
        elif {a, b} <= {TEXT, DATE} or TEXT in (a, b):
            other += 1
    return same >= other


def _even_words(sheet: Sheet, shape: Shape) -> bool:
    """Whether a table of words below another one is regular enough to be one, and not a list of notes."""
    rows = _rows(sheet, shape)
    if shape.typical == 2:
        return len(rows) >= FEW_ROWS and all(_is_pair(sheet, shape, row) for row in rows)
    return len(rows) >= 3 and shape.typical >= 3 and _even(sheet, shape, rows)


def _is_pair(sheet: Sheet, shape: Shape, row: int) -> bool:
    """Whether a line holds two short words of which the first is no beginning of a note."""
    kinds = sheet.row(row, shape.area)
    lead = len(kinds) - len(kinds.lstrip(b"\0"))
    return filled(kinds) == 2 and LONG not in kinds and not NOTE.match(sheet.text(row, shape.area.left + lead))


def _inner(sheet: Sheet, part: Paragraph) -> Iterator[Paragraph]:
    """Cut a paragraph where a title and another header stand right below the data."""
    area = part.area
    if part.lines < 6:
        yield part
        return
    shape = shape_of(sheet, area)
    if not shape.header or not shape.typed:
        yield part
        return
    first = area.first
    row = shape.data[0] + 1
    while row + 1 < area.end:
        count = filled(sheet.row(row, area))
        if count >= 3 and row - first >= 3 and _other_header(sheet, shape, row):
            start = row
            while start - 1 > first + 1 and filled(sheet.row(start - 1, area)) == 1:
                start -= 1
            if start < row:
                yield _paragraph(sheet, replace(area, first=first, end=start))
                first = start
        row += 1
    yield _paragraph(sheet, replace(area, first=first))


def _paragraph(sheet: Sheet, area: Area) -> Paragraph:
    return Paragraph(area, sum(1 for r in range(area.first, area.end) if filled(sheet.row(r, area)) > 1))


def _other_header(sheet: Sheet, shape: Shape, row: int) -> bool:
    """Whether a line among the data has different words over the columns of values, with values below it."""
    kinds = sheet.row(row, shape.area)
    over = [i for i in shape.typed if kinds[i]]
    if len(over) < 2 or any(kinds[i] not in (TEXT, YEAR, DATE) for i in over):
        return False
    if all(kinds[i] == shape.columns[i] for i in over):
        return False
    texts = {sheet.text(row, shape.area.left + i) for i in over}
    below = sheet.row(row + 1, shape.area)
    return len(texts) >= 2 and any(below[i] == NUMBER for i in over)


def _with_headers(sheet: Sheet, parts: list[Paragraph]) -> list[Paragraph]:
    """Join a header with the rows below it when only blank lines part them."""
    joined: list[Paragraph] = []
    for part in parts:
        if joined and part.lines and 0 < joined[-1].lines <= 3 and _heads(sheet, joined[-1], part):
            last = joined.pop()
            area = replace(last.area, end=part.area.end)
            joined.append(Paragraph(area, last.lines + part.lines))
        else:
            joined.append(part)
    return joined


def _heads(sheet: Sheet, above: Paragraph, below: Paragraph) -> bool:
    """Whether the lines above are nothing but the names of the columns below."""
    if below.area.first - above.area.end > 2:
        return False
    shape = shape_of(sheet, below.area)
    if shape.header and shape.sure:
        return False
    if not shape.typed:
        return False
    over: set[int] = set()
    for row in range(above.area.first, above.area.end):
        kinds = sheet.row(row, above.area)
        if NUMBER in kinds or LONG in kinds:
            return False
        over.update(i for i, kind in enumerate(kinds) if kind in (TEXT, YEAR, DATE))
    named = sum(1 for i in shape.typed if i in over)
    return named * 3 >= len(shape.typed) * 2 and len(over) * 2 >= shape.typical


def _beside(sheet: Sheet, area: Area) -> list[Area]:
    """Cut at empty columns into tables beside one another, when both sides prove to be tables of their own."""
    gaps = _gaps(sheet, area)
    if not gaps:
        return [area]
    cuts: list[int] = []
    left = area.left
    for position, (start, end) in enumerate(gaps):
        right = gaps[position + 1][0] if position + 1 < len(gaps) else area.right
        one, two = replace(area, left=left, right=start), replace(area, left=end, right=right)
        if _independent(sheet, one, two, end - start):
            cuts.append(end)
            left = end
    edges = [area.left, *cuts, area.right]
    return [replace(area, left=a, right=b) for a, b in pairwise(edges)]


def _gaps(sheet: Sheet, area: Area) -> list[tuple[int, int]]:
    """Runs of empty columns with filled ones on both sides. Lines with one cell (titles, notes) are left out."""
    used: set[int] = set()
    width = area.right - area.left
    for row in range(area.first, area.end):
        kinds = sheet.row(row, area)
        if width - kinds.count(EMPTY) > 1 and len(used) < width:
            used.update(i for i, kind in enumerate(kinds) if kind)
    columns = sorted(used)
    return [(area.left + a + 1, area.left + b) for a, b in pairwise(columns) if b - a > 1]


def _independent(sheet: Sheet, one: Area, two: Area, gap: int) -> bool:
    """Whether two areas beside one another are two tables: each has its own names and its own left column of
    labels, and their names repeat, or their rows end apart, or each has its own title, or they stand well apart."""
    if one.right - one.left < 2 or two.right - two.left < 2:
        return False
    b = shape_of(sheet, two)
    if not (_is_table(sheet, b) and b.header and _keyed(sheet, b)):
        return False
    a = shape_of(sheet, one)
    if not (_is_table(sheet, a) and a.header and _keyed(sheet, a)):
        return False
    if _names_repeat(sheet, a, b) or _apart(a, b) or _titled(sheet, b):
        return True
    return gap >= 2


def _keyed(sheet: Sheet, shape: Shape) -> bool:
    """Whether the left column may name the rows: words, dates, years, or a count upwards."""
    column = shape.spread[0]
    if shape.columns[column - shape.area.left] in (TEXT, DATE, YEAR):
        return True
    texts = [sheet.text(r, column) for r in range(shape.data[0], min(shape.data[1] + 1, shape.data[0] + 50))]
    try:
        numbers = [int(text) for text in texts if text]
    except ValueError:
        return False
    return len(numbers) > 1 and all(y - x == 1 for x, y in pairwise(numbers))


def _names_repeat(sheet: Sheet, a: Shape, b: Shape) -> bool:
    one = {t for t in _texts(sheet, a) if t}
    two = {t for t in _texts(sheet, b) if t}
    return len(one & two) * 2 >= max(len(one), len(two))


def _apart(a: Shape, b: Shape) -> bool:
    """Whether the tables do not begin and end together; a sparse column of remarks does not count."""
    return abs(a.data[1] - b.data[1]) >= 2 or abs(a.header[0] - b.header[0]) >= 2


def _titled(sheet: Sheet, shape: Shape) -> bool:
    """Whether one cell stands alone in the left column above the header, a blank line between them or none."""
    for row in range(shape.header[0] - 1, max(shape.area.first, shape.header[0] - 2) - 1, -1):
        kinds = sheet.row(row, shape.area)
        if filled(kinds):
            return filled(kinds) == 1 and bool(kinds[shape.spread[0] - shape.area.left])
    return False
