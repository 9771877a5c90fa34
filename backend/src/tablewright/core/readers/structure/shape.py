"""The shape of one stretch of rows: where its header, its data and its notes begin and end."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from tablewright.core.readers.first_cells import LOOKED_AT, is_code
from tablewright.core.readers.structure.cells import (
    BOOLEAN,
    DATE,
    EMPTY,
    LETTER,
    LONG,
    MISSING,
    NUMBER,
    TEXT,
    YEAR,
    text_of,
)
from tablewright.core.readers.structure.model import Cell

MOST_HEADER_ROWS = 12
MOST_ABOVE = 3
"""So many rows of values may stand above the names of a table and say something about it."""
TYPED_ROWS = 4000
"""So many rows decide the type of a column; a sheet longer than this has shown itself by then."""

NOTE = re.compile(
    r"\s*(?:(?:foot)?notes?\b|n\.?b\.?[:. ]|sources?\b|quelle|anmerkung|fuente|nota\b|last (?:modified|updated?)"
    r"|updated\b|inquiries|director in charge|contact|prepared by|compiled|copyright|©|for (?:more|further)"
    r"|see (?:also|note|table)"
    r"|(?:report )?(?:generated|exported|printed|created|downloaded|retrieved|extracted)(?::| (?:on|by|at|from|with)\b)"
    r"|(?:total|number of) (?:rows|records|lines)\b"
    r"|explanation of|end(?: of \w+)?$|(?:to be )?continued|confidential|page \d"
    r"|data (?:are|is|include|from)|estimates? |figures? (?:are|may|in)|includes?\b|excludes?\b"
    r"|\S{1,6} ?= ?\D|(?:\.{1,3}|[:–x]) +(?:not|nil|no|less|below|negligible|revised|provisional|confidential)\b"
    r"|\*|†|‡|\(?\d{1,2}\)\s|\d{1,2}[.)/]\s*\D|\d{1,2}/|\([a-z]\)\s|[a-z][/)]\s|- |— |• |·|#)",
    re.IGNORECASE,
)
"""How a line below a table begins when it is a note."""
MARK = re.compile(r"[(\[]?(?:\d{1,2}|[A-Za-z]|[*†‡§#]{1,3})[)\]./:]?")
"""The mark of a footnote."""
UNIT = re.compile(
    r"\(.{1,30}\)|%|[$€£¥]|(?:in )?(?:per ?cent|percentage|number|thousands?|millions?|billions?|no\.?|nos\.?|units?"
    r"|years?|days?|hours?|kg|tonnes?|tons?|km|m|cm|mm|m2|ha|mwh|gwh|kwh|usd|eur|gbp|nok|sek|dkk|mill(?:ion)? ?\w{0,4}"
    r"|[$€£] ?(?:millions?|thousands?|billions?)|[$€£]?['’]?000s?|index|ratio|rate|mg/l|(?:°|deg ?)[cf]|hpa|m/s|ppm"
    r"|pct)",
    re.IGNORECASE,
)
UNITS = re.compile(r"(?:units?|einheit(?:en)?|unidad(?:es)?|unités?)(?: of measure(?:ment)?)?:?", re.IGNORECASE)
"""What stands in the left column of a row of units."""

ABOUT = re.compile(
    r"(?:\w+ (?:identifier|id)|station(?: (?:name|number|id))?|latitude|longitude|elevation|altitude|province"
    r"|country|time ?zone"
    r"|authors?|date|period|version|reference|ref\.?(?: no\.?)?|contact|source|title|subject|company|client"
    r"|customer|address|phone|tel(?:ephone)?|fax|e-?mail|web ?site|url|currency|units?|organi[sz]ation|file ?name"
    r"|data ?set|project|description|geography|frequency|series(?: id)?|name|notes?"
    r"|(?:report|release|publication|run|issue) ?date"
    r"|(?:prepared|created|published|updated|compiled|last updated|last modified)(?: by| for| on| at)?"
    r"|(?:report(?:ing)?|invoice|order|account|document)(?: (?:period|name|no\.?|number))?)",
    re.IGNORECASE,
)
"""What files say of themselves, in lines above a table."""

SPARSE = 8
"""One line in so many has one cell in a sparse table."""
ALIKE_ROWS = 200
"""A row below a table is held against so many above it."""
_NUMERIC = frozenset((NUMBER, YEAR))
_DIGITS, _LETTERS = re.compile(r"[0-9]+"), re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_OF_WORDS = "a ,.'’-"
_COUNT = re.compile(r"\d{1,12}")
_PLAIN = re.compile(r"-?\d+(?:\.\d+)?")
_VALUES = bytes((NUMBER, YEAR, DATE, MISSING, BOOLEAN, LETTER))
_WORDS = bytes((TEXT, LONG))


@dataclass(frozen=True)
class Area:
    """A part of a grid: its rows and columns from first up to, but without, end."""

    first: int
    end: int
    left: int
    right: int
    body: int | None = None
    """The first row that may belong to the table, when what stands above is told apart already."""


@dataclass
class Shape:
    """What was found in an area. Rows are those of the grid."""

    area: Area
    header: tuple[int, ...] = ()
    data: tuple[int, ...] = ()
    """First and last row of data; empty when there are none."""
    columns: list[int] = field(default_factory=list)
    """The type of every column of the area: NUMBER, YEAR, DATE, TEXT or EMPTY."""
    spread: tuple[int, int] = (0, -1)
    """First and last column that header or data fill."""
    why: str = ""
    sure: bool = True
    typical: int = 0
    """How many cells a row of data usually fills."""

    @property
    def typed(self) -> list[int]:
        """The columns, counted within the area, that hold numbers or dates."""
        return [i for i, kind in enumerate(self.columns) if kind in (NUMBER, YEAR, DATE)]


@dataclass(frozen=True)
class Sheet:
    """A grid and the kinds of its cells."""

    grid: Sequence[Sequence[Cell]]
    kinds: list[bytes]

    def cell(self, row: int, column: int) -> Cell:
        cells = self.grid[row]
        return cells[column] if column < len(cells) else None

    def text(self, row: int, column: int) -> str:
        return text_of(self.cell(row, column))

    def row(self, row: int, area: Area) -> bytes:
        return self.kinds[row][area.left : area.right]


def filled(kinds: bytes) -> int:
    """How many cells are not empty."""
    return len(kinds) - kinds.count(EMPTY)


def first_filled(kinds: bytes) -> int:
    """The first cell that is not empty, or the width."""
    return len(kinds) - len(kinds.lstrip(b"\0"))


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
            labels += 1
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
        _told(sheet, shape, rows, multi, header_rows)
    elif shape.typed:
        _typed_header(sheet, shape, multi)
    else:
        _worded_header(sheet, shape, multi)
    if shape.data:
        shape.data = (shape.data[0], last_data(sheet, shape, rows))
        _extent(sheet, shape)
    return shape


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
    if says_of_file(sheet, area, multi[:count]):
        return count
    names = sheet.row(multi[count], area)
    if NUMBER in names or filled(names) < 3 or not names[first_filled(sheet.row(multi[0], area))]:
        return 0
    apart = multi[count] - multi[count - 1] > 1
    values = any(_NUMERIC & set(sheet.row(r, area)) for r in multi[:count])
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
        and _mark(sheet, area, multi[-1 - notes])
    ):
        notes += 1
    multi, counts = multi[: len(multi) - notes], counts[: len(counts) - notes]
    wide = [r for r, count in zip(multi, counts, strict=True) if count * 2 > most]
    rows = wide if len(wide) * 2 >= len(multi) else multi
    return rows[min(MOST_HEADER_ROWS, len(rows) // 2) :]


def column_types(rows: Sequence[bytes]) -> list[int]:
    """The type of every column: what most of its cells are. Numbers win a tie, for headers and notes are words."""
    types: list[int] = []
    for column in map(bytes, zip(*rows, strict=True)):
        years, dates = column.count(YEAR), column.count(DATE)
        numbers = column.count(NUMBER) + years
        words = column.count(TEXT) + column.count(LONG) + column.count(BOOLEAN)
        if numbers and numbers >= words + dates:
            types.append(YEAR if years * 5 >= numbers * 4 else NUMBER)
        elif dates and dates >= words:
            types.append(DATE)
        elif words or column.count(LETTER) or column.count(MISSING):
            types.append(TEXT)
        else:
            types.append(EMPTY)
    return types


def _told(sheet: Sheet, shape: Shape, rows: list[int], multi: list[int], header_rows: int) -> None:
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
    words += _lettered(sheet, shape, row)
    if not numbers and len(years) > 2 * len(alike):
        years = sorted((*years, *alike))  # a number of four digits below a year may look like one
    else:
        numbers = sorted((*numbers, *alike))
    if numbers:
        return words > 2 * len(numbers) or _counted(sheet, shape, row, numbers, following)
    return bool(words or (years and _run_of_years(sheet, shape, row, years, following)))


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


def _run_of_years(sheet: Sheet, shape: Shape, row: int, columns: list[int], following: int | None) -> bool:
    """Whether the years are names: in order or one repeated, and not of the same kind as the row below."""
    texts = [sheet.text(row, shape.area.left + i) for i in columns]
    ascending = all(a < b for a, b in pairwise(texts))
    descending = all(a > b for a, b in pairwise(texts))
    if following is not None:
        below = sheet.row(following, shape.area)
        if sum(1 for i in columns if below[i] == YEAR) * 2 > len(columns):
            return False
    if len(columns) == 1:
        kinds = sheet.row(row, shape.area)
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
    if len(columns) < 3 or following is None:
        return False
    texts = [sheet.text(row, shape.area.left + i) for i in columns]
    if _over_corner(sheet, shape, row, following, texts):
        return True
    numbers = [text.strip("()[]") for text in texts]
    if numbers[0] not in ("0", "1", "2") or numbers != [str(int(numbers[0]) + i) for i in range(len(columns))]:
        return False
    kinds = sheet.row(row, shape.area)
    marked = all(text[0] in "([" for text in texts)
    below = sheet.kinds[following][shape.area.left]
    return marked or (kinds[0] == EMPTY != below) or (kinds[0] == TEXT and below not in (EMPTY, TEXT))


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


def _typed_header(sheet: Sheet, shape: Shape, multi: list[int]) -> None:
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
        if not names and _names_below(sheet, shape, multi[position + 1 :]):
            continue  # what the file says of itself, in as many cells as a row
        if names and not _fits(sheet, shape, row) and _names_below(sheet, shape, multi[position:], names[-1]):
            names = []  # words about the table, in as many cells as a header, and then its names
            continue
        if names or _fits(sheet, shape, row):
            first = row if names else _begin(sheet, shape, multi[: position + 1])
            break
    if first is None:
        _worded_header(sheet, shape, multi)
        return
    shape.header = _joined(sheet, shape, first, set(names))
    shape.data = (first, first)
    shape.why = "words stand over columns of values" if shape.header else "the first row holds values"
    # A single cell in the left column right above the data, under the header, is a label of the first group.
    if shape.header:
        below = [r for r in range(shape.header[-1] + 1, first) if filled(sheet.row(r, area))]
        if below:
            shape.data = (below[0], below[0])


def _begin(sheet: Sheet, shape: Shape, rows: list[int]) -> int:
    """Where data without a header begin: rows right above the first that fits, as wide, are data with other values."""
    while len(rows) > 1 and shape.typical > 2 and rows[-1] - rows[-2] == 1:
        if filled(sheet.row(rows[-2], shape.area)) < shape.typical:
            break
        rows = rows[:-1]
    return rows[-1]


def _names_below(sheet: Sheet, shape: Shape, rows: list[int], above: int | None = None) -> bool:
    """Whether one of the next rows names every column of values, more of them than the row above, and nothing in it is
    a value."""
    if len(rows) < 2 * MOST_ABOVE:
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
    if not kinds[0] and len(over) > 1 and len(over) == filled(kinds) == kinds.count(TEXT):
        return True
    several = len(over) > 2 and len(over) == len(shape.typed) and len(set(texts)) * 3 >= len(texts) * 2
    if several and all(kinds[i] == TEXT for i in over):
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


def _worded_header(sheet: Sheet, shape: Shape, multi: list[int]) -> None:
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
    names = [i for i, kind in enumerate(kinds) if kind]
    texts = [sheet.text(first, area.left + i) for i in names]
    good = not any(kind in (NUMBER, DATE, BOOLEAN, LONG) for kind in kinds) and len(set(texts)) == len(texts)
    cells = [sheet.row(r, area) for r in rows[1 : TYPED_ROWS + 1]]
    used = sum(
        1 for i, kind in enumerate(shape.columns) if kind and sum(map(bool, (k[i] for k in cells))) * 5 > len(cells)
    )
    good = good and len(names) * 4 >= used * 3
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


def _first_alone(sheet: Sheet, shape: Shape, row: int) -> bool:
    """Whether words stand right over values of which only the first column has any."""
    kinds = sheet.row(row, shape.area)
    below = sheet.row(row + 1, shape.area) if row + 1 < shape.area.end else b""
    return (
        kinds.count(TEXT) == filled(kinds) and filled(below) == 1 and kinds[0] == TEXT and below[0] in _NUMERIC | {DATE}
    )


def _fits(sheet: Sheet, shape: Shape, row: int) -> bool:
    """Whether a row is like the data: values where the columns hold values, or enough words."""
    kinds = sheet.row(row, shape.area)
    count = filled(kinds)
    typed = shape.typed
    if not typed:
        lead = first_filled(kinds)
        counted = kinds[lead] in _NUMERIC and shape.columns[lead] == TEXT
        marked = count == 2 and (counted or shape.typical > 2) and _mark(sheet, shape.area, row)
        return count >= max(2, (shape.typical + 1) // 2) and not marked
    lead = first_filled(kinds)
    inner = [i for i in typed if i != lead and kinds[i]]
    if count == 1:
        return lead in typed and kinds[lead] in _NUMERIC | {DATE}
    if not any(i != lead for i in typed):  # only the left column holds values
        other = shape.columns[lead] == DATE and kinds[lead] == NUMBER
        return kinds[lead] in _VALUES and lead in typed and count * 2 >= shape.typical and not other
    good = sum(1 for i in inner if kinds[i] in _VALUES)
    bad = sum(1 for i in inner if kinds[i] in _WORDS)
    if not inner:
        beside = lead > 0 and not _mark(sheet, shape.area, row)
        return lead in typed and kinds[lead] in _NUMERIC and (beside or count * 2 >= shape.typical)
    return good > bad


def last_data(sheet: Sheet, shape: Shape, rows: list[int]) -> int:
    """The last row of data; what follows it are notes."""
    start = shape.data[0]
    position = len(rows) - 1
    while (
        position >= 0
        and rows[position] > start
        and not (_fits_below(sheet, shape, rows, position) or _full(sheet, shape, rows[position]))
    ):
        position -= 1
    last = rows[position] if position >= 0 and rows[position] >= start else start
    above = Above(sheet, range(max(start, last + 1 - ALIKE_ROWS), last + 1))
    rest = [r for r in rows if r > last]
    while (
        rest
        and rest[0] == last + 1
        and (_is_like_data(sheet, shape, rest[0], above) or _is_wide(sheet, shape, rest[0]))
    ):
        last = rest.pop(0)
    # Other sparse rows are data only when all that follows is; one note among them, or a gap, and they are notes too.
    sparse = rest and rest[-1] - last == len(rest)
    sparse = sparse and (len(rest) <= max(1, position) or _no_longer(sheet, shape, range(start, last + 1), rest))
    if sparse and all(_could_be_data(sheet, shape, row, above) for row in rest):
        return rest[-1]
    return last


def _no_longer(sheet: Sheet, shape: Shape, above: Sequence[int], rows: Sequence[int]) -> bool:
    """Whether the first words of rows are no longer than those of the rows above: names, and no sentences."""
    lengths = [
        [len(sheet.text(row, shape.area.left + first_filled(sheet.row(row, shape.area)))) for row in part]
        for part in (above, rows)
    ]
    return max(lengths[1]) <= max(lengths[0], default=0)


def _fits_below(sheet: Sheet, shape: Shape, rows: list[int], position: int) -> bool:
    """Whether a row is like the data; one with few values below a line that is not is one more note."""
    if not _fits(sheet, shape, rows[position]):
        return False
    count = filled(sheet.row(rows[position], shape.area))
    return count * 2 >= shape.typical or _fits(sheet, shape, rows[position - 1])


def _mark(sheet: Sheet, area: Area, row: int) -> bool:
    """Whether a line begins with the mark of a footnote, and words stand right of it."""
    kinds = sheet.row(row, area)
    lead = first_filled(kinds)
    return bool(MARK.fullmatch(sheet.text(row, area.left + lead))) and kinds[lead + 1] in _WORDS


def _full(sheet: Sheet, shape: Shape, row: int) -> bool:
    """Whether a row fills as many cells as the data do, whatever they hold. Notes stand in one cell or two."""
    kinds = sheet.row(row, shape.area)
    count = filled(kinds)
    if count < 3 or count * 4 < shape.typical * 3:
        return False
    return not NOTE.match(sheet.text(row, shape.area.left + first_filled(kinds)))


def _is_wide(sheet: Sheet, shape: Shape, row: int) -> bool:
    """Whether a row fills three cells and half of what is usual: more than a note does."""
    kinds = sheet.row(row, shape.area)
    text = sheet.text(row, shape.area.left + first_filled(kinds))
    return filled(kinds) > 2 and filled(kinds) * 2 >= shape.typical and not NOTE.match(text) and ": " not in text


def _is_like_data(sheet: Sheet, shape: Shape, row: int, above: Above) -> bool:
    """Whether a row below the last sure one goes on counting, or holds what stands above it or is written like that."""
    kinds = sheet.row(row, shape.area)
    lead = first_filled(kinds)
    text = sheet.text(row, shape.area.left + lead)
    if _numbered_on(sheet, shape, row):
        return True
    again = above.texts(shape.area.left + lead)[text] > 1
    if filled(kinds) == 2 and not again and _marked(sheet, shape, row, lead):
        return False
    noted = kinds[lead] not in (NUMBER, YEAR, DATE) and NOTE.match(text)
    return not noted and _like_above(sheet, shape, row, above)


def _could_be_data(sheet: Sheet, shape: Shape, row: int, above: Above) -> bool:
    """Whether a row below the last sure one may be a sparse or odd row of data and not a note."""
    if _is_like_data(sheet, shape, row, above):
        return True
    kinds = sheet.row(row, shape.area)
    lead = first_filled(kinds)
    text = sheet.text(row, shape.area.left + lead)
    count = filled(kinds)
    if count == 2 and _marked(sheet, shape, row, lead):
        return False
    valued = kinds[lead] in (NUMBER, YEAR, DATE)
    if not valued and (NOTE.match(text) or ": " in text or text.endswith(":")):
        return False
    if any(kind in _VALUES for kind in kinds[lead + 2 :]):
        return True
    if valued:
        return shape.columns[lead] in (NUMBER, YEAR, DATE) and (count == 1 or count * 2 >= shape.typical)
    if kinds[lead] == LONG:
        return False
    if count > 1:
        return count * 2 >= shape.typical
    if shape.columns[lead] == EMPTY or text.endswith("."):
        return False
    labels = (len(sheet.text(r, shape.area.left + lead)) for r in range(shape.data[0], min(row, shape.data[0] + 200)))
    return len(text) <= 1.5 * max(labels, default=0) and len(text.split()) <= 4


@dataclass
class Above:
    """The last rows of data, as they are held against the rows below them: each column once."""

    sheet: Sheet
    rows: range
    _texts: dict[int, Counter[str]] = field(default_factory=dict)
    _forms: dict[int, set[str]] = field(default_factory=dict)

    def texts(self, column: int) -> Counter[str]:
        if column not in self._texts:
            self._texts[column] = Counter(self.sheet.text(row, column) for row in self.rows)
        return self._texts[column]

    def forms(self, column: int) -> set[str]:
        if column not in self._forms:
            self._forms[column] = set(map(_form, self.texts(column)))
        return self._forms[column]

    def are_prose(self, column: int) -> bool:
        """Whether most of what a column holds are long texts."""
        kinds = [kind for row in self.rows if (kind := self.sheet.kinds[row][column])]
        return kinds.count(LONG) * 2 > len(kinds)


def _numbered_on(sheet: Sheet, shape: Shape, row: int) -> bool:
    """Whether the left column goes on counting: the row above and the one above that are numbered as well."""
    if row - shape.data[0] < 2:
        return False
    numbers = [sheet.text(r, shape.area.left) for r in (row - 2, row - 1, row)]
    return all(map(_COUNT.fullmatch, numbers)) and all(int(b) - int(a) == 1 for a, b in pairwise(numbers))


def _like_above(sheet: Sheet, shape: Shape, row: int, above: Above) -> bool:
    """Whether every cell of a row is one that stands above it too, or is written like one. Of a cell alone, words are
    not enough."""
    kinds = sheet.row(row, shape.area)
    alone = filled(kinds) == 1
    for column, kind in enumerate(kinds, start=shape.area.left):
        text = sheet.text(row, column)
        if not kind or text in above.texts(column):
            continue
        form = _form(text)
        alike = form in above.forms(column) or (kind == LONG and above.are_prose(column))
        if not alike or (alone and not form.strip(_OF_WORDS)):
            return False
    return True


def _form(text: str) -> str:
    """How a text is written: runs of digits as 9, words as a."""
    return _LETTERS.sub("a", _DIGITS.sub("9", text))


def _marked(sheet: Sheet, shape: Shape, row: int, lead: int) -> bool:
    """Whether a line is the mark of a footnote and its words."""
    kinds = sheet.row(row, shape.area)
    second = lead + 1 + first_filled(kinds[lead + 1 :])
    words = sheet.text(row, shape.area.left + second)
    if kinds[second] not in (TEXT, LONG):
        return False
    mark = len(sheet.text(row, shape.area.left + lead)) <= 3
    return bool(NOTE.match(words)) or (mark and (second in shape.typed or shape.typical > 2))


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
