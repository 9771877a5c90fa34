"""Where one table of a grid ends and the next begins: below one another, and beside one another."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from tablewright.core.readers.first_cells import LOOKED_AT, is_code
from tablewright.core.readers.structure.below import ALIKE_ROWS
from tablewright.core.readers.structure.cells import DATE, EMPTY, LONG, NUMBER, TEXT, YEAR, column_types
from tablewright.core.readers.structure.shape import area_is_sparse, says_of_file, shape_of
from tablewright.core.readers.structure.sheet import Area, Shape, Sheet, filled, first_filled
from tablewright.core.readers.structure.words import NOTE
from tablewright.core.readers.words import UNITS

MOST_BLOCKS = 300
"""A grid that seems to hold more tables than this is scattered cells: it stays one."""
FEW_ROWS = 8
LEAST_LINES = 5
"""Fewer lines with several cells than this are not two tables without a blank line between them."""
NEAR = 4
"""So many rows above and below a line tell whether it is the header of another table."""
CONTINUED = re.compile(r"\b(?:cont(?:inued|['’]?d)?|suite|fortsetzung)\b", re.IGNORECASE)
LEGEND = re.compile(
    r"(?:symbols?(?: legend)?|legend|key|(?:foot)?notes?|abbreviations|zeichenerklärung|fußnoten|légende|leyenda) ?:?",
    re.IGNORECASE,
)
"""What stands over lines that explain marks."""

_NAMES = frozenset((EMPTY, TEXT, DATE, YEAR))
_VALUED = frozenset((NUMBER, DATE, YEAR))


@dataclass(frozen=True)
class Paragraph:
    """Lines without a blank one between them."""

    area: Area
    lines: int
    """How many of its lines fill more than one cell."""
    begins: bool = False
    """Whether it is the begin of another table for sure."""


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
    if all(any(sheet.row(row, area)) for row in range(area.first, area.end)) and area_is_sparse(
        sheet, area, range(area.first, area.end)
    ):
        return [area]
    parts = [part for whole in paragraphs_of(sheet, area) for part in _inner(sheet, whole)]
    parts = _with_headers(sheet, parts)
    starts: list[int] = []
    current: Area | None = None
    shape: Shape | None = None
    body: int | None = None  # where the first table begins, when more than titles stand above it
    above = False
    looked_at = 0  # so many lines of the current table gave its shape
    for part, after in zip(parts, [*parts[1:], None], strict=True):
        if part.lines == 0:
            continue
        if LEGEND.fullmatch(_only_text(sheet, part.area, part.area.first)) and _alone(sheet, part.area):
            above = True
            current = replace(current, end=part.area.end) if current is not None else None
            continue
        here = shape_of(sheet, part.area)
        if current is None or shape is None:
            rows = _rows(sheet, here) if _is_table(sheet, here) else []
            words = not (after is not None and after.begins) and _few_words(sheet, here, rows)
            if not rows or words or _form(sheet, here, rows):
                above = above or (bool(here.data) and says_of_file(sheet, here.area, _rows(sheet, here)))
                continue
            current, shape, looked_at = part.area, here, 0
            body = part.area.first if above else None
        elif part.begins or _starts_table(sheet, shape, here):
            starts.append(_title_row(sheet, current, part.area.first))
            current, shape, looked_at = part.area, here, 0
        else:
            current = replace(current, end=part.area.end)
            lines = current.end - current.first
            # Only when it has grown by a tenth, or many paragraphs would cost the square of their number.
            if not shape.typed and here.typed and lines * 10 > looked_at * 11:
                shape, looked_at = shape_of(sheet, current), lines
    edges = [area.first, *starts, area.end]
    bands = [replace(area, first=a, end=b) for a, b in pairwise(edges)]
    return [replace(bands[0], body=body), *bands[1:]]


def _alone(sheet: Sheet, area: Area) -> bool:
    """Whether the first line of an area fills one cell."""
    return filled(sheet.row(area.first, area)) == 1


def _title_row(sheet: Sheet, area: Area, start: int) -> int:
    """Where the lines between two tables, the first of which fills `area`, turn from notes into titles."""
    row = start
    while row > area.end and not _note(sheet, area, row - 1):
        row -= 1
    alone = row - 2 > area.first and filled(sheet.row(row - 1, area)) == 1 < filled(sheet.row(row - 2, area))
    if alone and row == area.end == start - 1 and not _note(sheet, area, row - 1):
        row -= 1  # a line alone between the first table and the only blank line
    return row


def _note(sheet: Sheet, area: Area, row: int) -> bool:
    kinds = sheet.row(row, area)
    return LONG in kinds or (filled(kinds) > 0 and NOTE.match(_only_text(sheet, area, row)) is not None)


def _rows(sheet: Sheet, shape: Shape) -> list[int]:
    """The rows of header and data that fill more than one cell."""
    rows = (*shape.header, *range(shape.data[0], shape.data[1] + 1))
    return [row for row in rows if filled(sheet.row(row, shape.area)) > 1]


def _few_words(sheet: Sheet, shape: Shape, rows: list[int]) -> bool:
    """Whether what looks like a first table is a few words that rather say something about the real one below it."""
    return not shape.typed and (len(rows) < 4 or not _even(sheet, shape, rows))


def _form(sheet: Sheet, shape: Shape, rows: list[int]) -> bool:
    """Whether the lines are pairs of a name and a value."""
    if not rows or says_of_file(sheet, shape.area, rows):
        return True
    rows = [row for row in rows if row not in shape.header]
    pairs = 0
    values: set[int] = set()
    for row in rows:
        kinds = sheet.row(row, shape.area)
        last = len(kinds.rstrip(b"\0")) - 1
        if filled(kinds) == 3 and sheet.text(row, shape.area.left + last) in UNITS:
            kinds = kinds[:last]  # a name, a value and its unit
        if filled(kinds) == 2 and kinds[first_filled(kinds)] == TEXT:
            pairs += 1
            values.add(kinds[len(kinds.rstrip(b"\0")) - 1])
    return pairs == len(rows) and len(rows) <= 8 and (len(values) > 1 if len(rows) > 2 else True)


def _even(sheet: Sheet, shape: Shape, rows: list[int]) -> bool:
    """Whether most rows fill the same number of cells, or of many most, with labels and not with sentences."""
    least = shape.typical if shape.typical < 4 else shape.typical * 3 // 5
    same = sum(1 for row in rows if filled(sheet.row(row, shape.area)) >= least)
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
    if here.header and _more_codes(sheet, before, here):
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
        return _even_words(sheet, here) and (bool(here.header) or before.spread != here.spread)
    same = before.header and here.header and _texts(sheet, before) == _texts(sheet, here)
    return bool(same) or (before.spread != here.spread and bool(here.header) and _even_words(sheet, here))


def _more_codes(sheet: Sheet, before: Shape, here: Shape) -> bool:
    """Whether the names of a paragraph hold one more of the codes in a column of the table above."""
    last = range(max(before.data[0], before.data[1] - LOOKED_AT), before.data[1] + 1)
    for column in range(here.spread[0], here.spread[1] + 1):
        if any(sheet.kinds[row][column] for row in last):
            texts = [text for row in last if (text := sheet.text(row, column))]
            if is_code(sheet.text(here.header[-1], column), texts):
                return True
    return False


def _length(shape: Shape) -> int:
    return shape.data[1] - shape.data[0] + 1


def _texts(sheet: Sheet, shape: Shape) -> list[str]:
    row = shape.header[-1]
    return [sheet.text(row, column) for column in range(shape.spread[0], shape.spread[1] + 1)]


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
    left = here.area.left - before.area.left
    kinds = {i - left: kind for i, kind in enumerate(before.columns)}
    for i, b in enumerate(here.columns):
        a = kinds.get(i, EMPTY)
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
        titled = shape.area.first < rows[0] and not NOTE.match(_only_text(sheet, shape.area, rows[0] - 1))
        few = len(rows) > 3 if titled and shape.header else len(rows) >= FEW_ROWS
        return few and not says_of_file(sheet, shape.area, rows) and all(_is_pair(sheet, shape, row) for row in rows)
    return len(rows) >= 3 and shape.typical >= 3 and _even(sheet, shape, rows)


def _is_pair(sheet: Sheet, shape: Shape, row: int) -> bool:
    """Whether a line holds two short words of which the first is no beginning of a note."""
    kinds = sheet.row(row, shape.area)
    lead = len(kinds) - len(kinds.lstrip(b"\0"))
    return filled(kinds) == 2 and LONG not in kinds and not NOTE.match(sheet.text(row, shape.area.left + lead))


def _inner(sheet: Sheet, part: Paragraph) -> Iterator[Paragraph]:
    """Cut a paragraph where the header of another table stands below the data, under a title or without one."""
    area = part.area
    if part.lines < LEAST_LINES:
        yield part
        return
    rows = [row for row in range(area.first, area.end) if filled(sheet.row(row, area)) > 1]
    first, place, begins = area.first, 0, False
    seen = Seen(sheet, area, rows)
    for i, row in enumerate(rows):
        kinds = sheet.row(row, area)
        if i - place < 2 or NUMBER in kinds or LONG in kinds:
            continue
        titles = range(rows[i - 1] + 1, row)
        if _begins(sheet, area, seen.above(i), row, rows[i + 1 : i + 1 + NEAR], titles):
            start = rows[i - 1] + 1
            yield _paragraph(sheet, replace(area, first=first, end=start), begins=begins)
            first, place, begins = start, i, True
            seen = Seen(sheet, area, rows, place)
    yield _paragraph(sheet, replace(area, first=first), begins=begins)


def _paragraph(sheet: Sheet, area: Area, *, begins: bool) -> Paragraph:
    return Paragraph(area, sum(1 for r in range(area.first, area.end) if filled(sheet.row(r, area)) > 1), begins)


@dataclass
class Seen:
    """The rows above a line, from one of `rows` on, looked at once for all lines that are asked about in order."""

    sheet: Sheet
    area: Area
    rows: Sequence[int]
    place: int = 0
    end: int = 0
    """The rows above are rows[place:end]."""
    _texts: dict[int, tuple[int, set[str]]] = field(default_factory=dict)
    """By column, the texts in it, and up to which row."""

    def above(self, end: int) -> Seen:
        self.end = end
        return self

    def __len__(self) -> int:
        return self.end - self.place

    @property
    def first(self) -> Sequence[int]:
        return self.rows[self.place : min(self.place + 2, self.end)]

    @property
    def near(self) -> Sequence[int]:
        return self.rows[max(self.place, self.end - NEAR) : self.end]

    def holds(self, column: int, text: str) -> bool:
        """Whether a row above has this text in a column of the area."""
        done, texts = self._texts.get(column, (self.place, set()))
        texts.update(self.sheet.text(row, self.area.left + column) for row in self.rows[done : self.end])
        self._texts[column] = self.end, texts
        return text in texts


def _begins(sheet: Sheet, area: Area, above: Seen, row: int, below: Sequence[int], titles: Sequence[int]) -> bool:
    """Whether a line of words is the header of another table: it has names over values. Without a title it must
    reach over other columns than the rows above, or be the only line of words in a long run of values."""
    kinds = sheet.row(row, area)
    names = [i for i, kind in enumerate(kinds) if kind]
    texts = {sheet.text(row, area.left + i) for i in names}
    if not below or not set(kinds) <= _NAMES or len(texts) < 2:
        return False
    if not all(_title(sheet, area, title, above) for title in titles):
        return False
    if any(sheet.kinds[other] == sheet.kinds[row] and _same_texts(sheet, area, other, row) for other in above.first):
        # The names again: of a page that goes on, or, under a title of its own, of another table.
        return bool(titles) and not any(CONTINUED.search(_only_text(sheet, area, title)) for title in titles)
    second = sheet.row(below[0], area)
    if len(below) > 1 and set(second) <= _NAMES and not (kinds[0] and second[0]):  # a header of two lines
        names = sorted({*names, *(i for i, kind in enumerate(second) if kind)})
        below = below[1:]
    elif len(texts) < len(names):
        return False
    over, before = _valued(sheet, area, below), _valued(sheet, area, above.near)
    named = [i for i in names if i in over and kinds[i] != over[i]]
    lead = names[0]
    if titles and any(i > lead for i in over):
        return len(named) * 2 >= len(over) and (len(named) > 1 or len(names) == 2)
    if titles:
        if len(names) < 3 or len(below) < 2 or any(NOTE.match(_only_text(sheet, area, title)) for title in titles):
            return False
        if _comes_again(sheet, area, above, row, below) or any(kinds[i] == before.get(i) for i in names):
            return False
        return any(i > lead for i in before) or _wider(sheet, area, above, [row, *below])
    if len(named) < 2 or len(below) < 2 or any(i not in named for i in over):
        return False
    if _wider(sheet, area, above, [row, *below]):
        return bool(before) or len(above) > NEAR
    if len(above) <= NEAR or len(below) < NEAR or not all(kinds[i] == TEXT for i in named):
        return False
    return all(_all_numbers(sheet, area, (*above.near, *below), i) for i in named)


def _comes_again(sheet: Sheet, area: Area, above: Seen, row: int, below: Sequence[int]) -> bool:
    """Whether a cell of a row is a value of its column: it stands in a row below, or above but not among the names."""
    others = [*above.rows[above.place + 2 : above.end][-ALIKE_ROWS:], *below]
    columns = (area.left + i for i, kind in enumerate(sheet.row(row, area)) if kind)
    return any(sheet.text(row, column) == sheet.text(other, column) for column in columns for other in others)


def _title(sheet: Sheet, area: Area, row: int, above: Seen) -> bool:
    """Whether the one cell of a line is a text that no row above has in its column."""
    kinds = sheet.row(row, area)
    column = first_filled(kinds)
    text = sheet.text(row, area.left + column)
    return kinds[column] in (TEXT, LONG) and not above.holds(column, text)


def _only_text(sheet: Sheet, area: Area, row: int) -> str:
    """The text of a line with one cell."""
    return sheet.text(row, area.left + first_filled(sheet.row(row, area)))


def _same_texts(sheet: Sheet, area: Area, one: int, two: int) -> bool:
    return all(sheet.text(one, column) == sheet.text(two, column) for column in range(area.left, area.right))


def _valued(sheet: Sheet, area: Area, rows: Sequence[int]) -> dict[int, int]:
    """The columns that hold values in most of these rows, each with the kind of value."""
    return {i: kind for i, kind in enumerate(column_types([sheet.row(row, area) for row in rows])) if kind in _VALUED}


def _all_numbers(sheet: Sheet, area: Area, rows: Sequence[int], column: int) -> bool:
    return all(sheet.row(row, area)[column] == NUMBER for row in rows)


def _wider(sheet: Sheet, area: Area, above: Seen, below: Sequence[int]) -> bool:
    """Whether the last rows above all end in one column, and the rows below in another, as their header does."""
    ends = [len(sheet.row(row, area).rstrip(b"\0")) for row in (*above.near, *below)]
    count = len(above.near)
    return (
        count > 2
        and len(set(ends[:count])) == 1
        and ends[count] not in ends[:count]
        and ends[count] == max(ends[count:])
    )


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
        names = [row for row in range(above.area.first, above.area.end) if filled(sheet.row(row, above.area)) > 1]
        return len(names) == 1 and _names_words(sheet, shape, names[0])
    over: set[int] = set()
    for row in range(above.area.first, above.area.end):
        kinds = sheet.row(row, above.area)
        if NUMBER in kinds or LONG in kinds:
            return False
        over.update(i for i, kind in enumerate(kinds) if kind in (TEXT, YEAR, DATE))
    named = sum(1 for i in shape.typed if i in over)
    return named * 3 >= len(shape.typed) * 2 and len(over) * 2 >= shape.typical


def _names_words(sheet: Sheet, shape: Shape, row: int) -> bool:
    """Whether a line has a word of its own over each column of a table of words."""
    kinds = sheet.row(row, shape.area)
    texts = [sheet.text(row, shape.area.left + i) for i, kind in enumerate(kinds) if kind]
    wide = len(texts) > 2 and len(texts) >= sum(1 for kind in shape.columns if kind)
    return wide and set(kinds) <= {EMPTY, TEXT} and len(set(texts)) == len(texts)


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
    if _names_repeat(sheet, a, b) or _apart(a, b) or _titled(sheet, b) or gap >= 2:
        return True
    return _names_rows(sheet, a) and _names_rows(sheet, b)


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


def _names_rows(sheet: Sheet, shape: Shape) -> bool:
    """Whether the left column is another on every row, and most others hold values, or it counts or letters rows."""
    column = shape.spread[0]
    rows = [r for r in range(shape.data[0], shape.data[1] + 1) if filled(sheet.row(r, shape.area)) > 1]
    texts = [sheet.text(row, column) for row in rows]
    if len(texts) < NEAR or len(set(texts)) < len(texts) or not all(texts):
        return False
    values = [i for i in shape.typed if shape.area.left + i > column]
    return len(values) * 2 >= shape.spread[1] - column or max(map(len, texts)) <= 3


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
