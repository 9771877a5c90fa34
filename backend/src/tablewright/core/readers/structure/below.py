"""Where the rows of a table end and its notes begin."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from tablewright.core.readers.structure.cells import DATE, EMPTY, LONG, NUMBER, NUMERIC, TEXT, VALUES, WORDS, YEAR
from tablewright.core.readers.structure.sheet import Area, Shape, Sheet, filled, first_filled
from tablewright.core.readers.structure.words import MARK, NOTE

ALIKE_ROWS = 200
"""A row below a table is held against so many above it."""
_DIGITS, _LETTERS = re.compile(r"[0-9]+"), re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_OF_WORDS = "a ,.'’-"
_EXPLAINED = re.compile(r"\S{1,3}\s?: \w")
"""A mark and what it stands for."""
_COUNT = re.compile(r"\d{1,12}")


def fits(sheet: Sheet, shape: Shape, row: int) -> bool:
    """Whether a row is like the data: values where the columns hold values, or enough words."""
    kinds = sheet.row(row, shape.area)
    count = filled(kinds)
    typed = shape.typed
    if not typed:
        lead = first_filled(kinds)
        counted = kinds[lead] in NUMERIC and shape.columns[lead] == TEXT
        marked = count == 2 and (counted or shape.typical > 2) and has_mark(sheet, shape.area, row)
        return count >= max(2, (shape.typical + 1) // 2) and not marked
    lead = first_filled(kinds)
    inner = [i for i in typed if i != lead and kinds[i]]
    if count == 1:
        return lead in typed and kinds[lead] in NUMERIC | {DATE}
    if not any(i != lead for i in typed):  # only the left column holds values
        other = shape.columns[lead] == DATE and kinds[lead] == NUMBER
        return kinds[lead] in VALUES and lead in typed and count * 2 >= shape.typical and not other
    good = sum(1 for i in inner if kinds[i] in VALUES)
    bad = sum(1 for i in inner if kinds[i] in WORDS)
    if not inner:
        beside = lead > 0 and not has_mark(sheet, shape.area, row)
        return lead in typed and kinds[lead] in NUMERIC and (beside or count * 2 >= shape.typical)
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
    if not fits(sheet, shape, rows[position]):
        return False
    kinds = sheet.row(rows[position], shape.area)
    lead = first_filled(kinds)
    day = kinds.find(DATE, lead + 1)
    if shape.typical > 2 == filled(kinds) and kinds[lead] in WORDS and day > 0 and shape.columns[day] != DATE:
        return False  # words, and a day where the rows have numbers: when it was measured
    if filled(kinds) * 2 >= shape.typical:
        return True
    return _any_of_column(shape, kinds) and fits(sheet, shape, rows[position - 1])


def _any_of_column(shape: Shape, kinds: bytes) -> bool:
    """Whether some cell of a row is what its column holds: words and an amount below days are none."""
    groups = (WORDS, bytes(NUMERIC), bytes((DATE,)))
    return any(
        kind and (kind not in b"".join(groups) or any(kind in group and column in group for group in groups))
        for kind, column in zip(kinds, shape.columns, strict=True)
    )


def has_mark(sheet: Sheet, area: Area, row: int) -> bool:
    """Whether a line begins with the mark of a footnote, and words stand right of it."""
    kinds = sheet.row(row, area)
    lead = first_filled(kinds)
    return bool(MARK.fullmatch(sheet.text(row, area.left + lead))) and kinds[lead + 1] in WORDS


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
    if any(kind in VALUES for kind in kinds[lead + 2 :]):
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


def says_note(sheet: Sheet, shape: Shape, row: int) -> bool:
    """Whether a line below the data says that it is a note: by its first words, its mark, its length, or as a sentence
    where no row has one."""
    kinds = sheet.row(row, shape.area)
    lead = first_filled(kinds)
    if filled(kinds) == 2 and _marked(sheet, shape, row, lead):
        return True
    column = shape.area.left + lead
    text = sheet.text(row, column)
    if kinds[lead] == LONG or NOTE.match(text) or _EXPLAINED.match(text):
        return True
    above = range(max(shape.data[0], row - ALIKE_ROWS), shape.data[1] + 1)
    return len(text.split()) > 2 and text.endswith(".") and not any(sheet.text(r, column)[-1:] == "." for r in above)
