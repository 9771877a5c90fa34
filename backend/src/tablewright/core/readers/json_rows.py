"""Lists of lists: which of them are tables, and what their columns are called.

Spreadsheets' services, databases and open data answer so: the names in the first list, or in a list beside it. Others
put the values of each row into a list within an object, each in an object of its own: `{"f": [{"v": 1}, {"v": 2}]}`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from tablewright.core.readers.json_forms import by_key
from tablewright.core.readers.model import Receipt
from tablewright.core.readers.names import repaired
from tablewright.core.readers.nested import LIST, WIDE, Heading, Number, Pairs, Path, dumped
from tablewright.core.readers.sniff import Header, header_of, kinds_of, usual_width

LOOKED_AT = 1000
"""So many lists show whether the first of them holds names."""
MOST_FOUND = 100
"""So many lists of one object may be tables."""
DEEPEST_NAMES = 3
"""So many objects within one another are searched for names."""
_HEADINGS = ("columns", "header", "headers", "fields", "cols", "names", "columnnames", "fieldnames", "headings")
"""What a list of names is usually called, the surest first."""
_ENDINGS = ("columns", "headers", "header", "fields")
"""What it is called behind another word: columnHeaders, but not rowHeaders."""
LEAST_SHARED = 3
"""So many letters begin the names of two lists that belong together: metricHeaders and metricValues."""
_CALLED = ("name", "fieldName", "columnName", "field", "label", "title", "id", "key")
"""Where an object that describes a column says its name."""


def are_rows(values: Sequence[Any]) -> bool:
    """Whether values are lists, and what is in them mostly single values."""
    if not all(type(value) is list for value in values):
        return False
    cells = sum(map(len, values))
    return 0 < cells <= 2 * sum(_is_single(cell) for value in values for cell in value)


def are_lists_of_objects(values: Sequence[Any]) -> bool:
    """Whether values are lists of nothing but objects."""
    return any(values) and all(is_list_of_objects(value) for value in values)


def is_list_of_objects(value: Any) -> bool:
    return type(value) is list and all(type(one) is Pairs for one in value)


def heading_of(rows: Sequence[list[Any]], told: int | None) -> Heading:
    """Whether the first of some lists names the columns. `told`: the number of header rows, where it was said."""
    rows = rows[:LOOKED_AT]
    names, evidence, confidence = _judged(rows[0], rows[1:], told if told in (0, 1) else None)
    receipt = Receipt()
    receipt.decide(
        "header",
        "none" if names is None else "first row",
        evidence,
        key="header_rows",
        confidence=confidence,
        choices=("1",) if names is None else ("0",),
    )
    return _heading(names, rows, receipt, in_first=names is not None)


def heading_beside(around: Sequence[Pairs], rows: Sequence[list[Any]]) -> tuple[Heading, Any] | None:
    """The names of the columns in a list beside that of the rows, and that list; None when there is none.

    `around` are the objects around the rows, the nearest first.
    """
    lengths = [len(row) for row in rows if row]
    widths = {usual_width(lengths), max(lengths, default=0)}
    found = next((one for outer in around for one in _lists_of_names(outer, widths)), None)
    return None if found is None else (_beside(found.path, found.names, rows), found.value)


def tables_within(value: Pairs, told: int | None) -> tuple[Pairs, dict[Path, Heading]]:
    """An object with each list of lists in it that is a table as a list of objects, and what the columns are called
    by the path of each."""
    finder = _Finder(told)
    found = finder.within(value, (), ())
    if not finder.headings or len(finder.headings) > MOST_FOUND:
        return value, {}
    return _without(found, finder.used), finder.headings


def _beside(path: str, names: Sequence[str], rows: Sequence[list[Any]]) -> Heading:
    receipt = Receipt()
    receipt.decide("header", path, f"the list {path} has a name for each column", confidence="likely")
    return _heading(names, rows, receipt)


def _judged(first: list[Any], rest: Sequence[list[Any]], told: int | None) -> Header:
    width = len(first)
    cells = [_text(cell) for cell in first]
    below = [([_text(cell) for cell in row] + [""] * width)[:width] for row in rest if row]
    if told is None:
        if not all(type(cell) is str for cell in first) or not first:
            return None, "the first list holds more than words", "certain"
        if not all(map(str.strip, cells)) or len(set(cells)) < width:
            return None, "the first list has the same word twice, or none", "likely"
        if below and usual_width([len(row) for row in rest if row]) > width:
            return None, "the lists below the first are longer", "likely"
        for cell, column in zip(cells, _columns(rest, width), strict=True):
            if column and not any(type(one) in (str, list, Pairs) for one in column):
                return tuple(cells), f'"{cell[:60]}" is a text over values that are none', "certain"
    return header_of(cells, kinds_of(below, width), below, width, told)


def _columns(rows: Sequence[list[Any]], width: int) -> Iterator[list[Any]]:
    """The values of each column, without those that are missing."""
    for i in range(width):
        yield [row[i] for row in rows if len(row) > i and row[i] is not None]


def _text(cell: Any) -> str:
    """A value as it would stand in a text file."""
    return "" if cell is None else str(cell) if type(cell) in (str, Number) else dumped(cell)


def _heading(
    names: Sequence[str] | None, rows: Sequence[list[Any]], receipt: Receipt, *, in_first: bool = False
) -> Heading:
    """Names for all columns of the rows, each once; none where there are none."""
    if names is not None:
        names = repaired([*names, *[""] * (max(map(len, rows), default=0) - len(names))], receipt)
    return Heading(tuple(names or ()), tuple(receipt.decisions), in_first)


def _is_single(value: Any) -> bool:
    return type(value) not in (list, Pairs)


@dataclass(frozen=True)
class _Found:
    """A list of names."""

    path: str
    names: list[str]
    value: Any


def _lists_of_names(value: Pairs, widths: set[int]) -> list[_Found]:
    """The lists in an object and those within it that have so many names, the nearest and surest first."""
    found: list[tuple[int, int, _Found]] = []
    level = [("", value)]
    for depth in range(DEEPEST_NAMES):
        inner: list[tuple[str, Pairs]] = []
        for around, members in level:
            for name, item in members[:WIDE]:
                path = f"{around}.{name}" if around else name
                word = name.lower().replace("_", "").replace(" ", "")
                if type(item) is Pairs:
                    inner.append((path, item))
                elif (rank := _rank(word)) is not None and (names := _names_in(item)) and len(names) in widths:
                    found.append((depth, rank, _Found(path, names, item)))
        level = inner
    return [one for _, _, one in sorted(found, key=lambda each: each[:2])]


def _rank(word: str) -> int | None:
    """How surely a list of this name holds names, 0 being the surest."""
    if word in _HEADINGS:
        return _HEADINGS.index(word)
    return len(_HEADINGS) if word.endswith(_ENDINGS) and not word.startswith("row") else None


def _lists_of_values(rows: Sequence[Pairs]) -> dict[str, int]:
    """The members of rows that hold nothing but lists of values, of single ones or each in an object of its own, and
    how long the lists are; empty for other rows."""
    found = {name: len(item) if type(item) is list else 0 for name, item in rows[0]} if rows else {}
    if not all(found.values()) or any(len(row) != len(found) for row in rows):
        return {}
    wrappers: dict[str, set[tuple[str, ...]]] = {name: set() for name in found}
    for row in rows:
        for name, item in row:
            if type(item) is not list or len(item) != found.get(name):
                return {}
            wrappers[name] |= {tuple(key for key, _ in one) if type(one) is Pairs else () for one in item}
    return found if all(len(one) == 1 and len(next(iter(one))) < 2 for one in wrappers.values()) else {}


def _named(row: Pairs, names: dict[str, _Found]) -> Pairs:
    """A row with the values of its lists under their names."""
    found = Pairs()
    for key, item in row:
        if key in names:
            found += zip(names[key].names, (one[0][1] if type(one) is Pairs else one for one in item), strict=True)
        else:
            found.append((key, item))
    return found


def _names_in(value: Any) -> list[str] | None:
    """The words that a list consists of, or those by which its objects are called."""
    if type(value) is not list or not value:
        return None
    if all(type(one) is Pairs for one in value):
        objects = [dict(one) for one in value]
        for key in _CALLED:
            names = [one.get(key) for one in objects]
            if _are_words(names) and len(set(names)) == len(names):
                return [str(name) for name in names]
        return None
    return value if _are_words(value) else None


def _are_words(values: Sequence[Any]) -> bool:
    return all(type(one) is str and one.strip() for one in values)


class _Finder:
    """Goes through an object for the lists of lists in it."""

    def __init__(self, told: int | None) -> None:
        self._told = told
        self.headings: dict[Path, Heading] = {}
        self.used: set[int] = set()
        """The lists that say nothing but the names of columns, by their ids."""

    def within(self, value: Pairs, path: Path, around: tuple[Pairs, ...], *, one_of_many: bool = False) -> Pairs:
        """The object with tables as lists of objects. One of many has a table only where names stand beside it."""
        members = dict(value)
        if len(value) > WIDE or len(members) < len(value) or _is_geometry(members):
            return value
        around = (value, *around)
        found = Pairs((name, self._member(item, (*path, name), around, one_of_many)) for name, item in value)
        return found if any(new is not old for (_, new), (_, old) in zip(found, value, strict=True)) else value

    def _member(self, item: Any, path: Path, around: tuple[Pairs, ...], one_of_many: bool) -> Any:
        if type(item) is Pairs and by_key(dict(item)) is None:
            return self.within(item, path, around, one_of_many=one_of_many)
        if type(item) is not list:
            return item
        path = (*path, LIST)
        if is_list_of_objects(item):
            item = self._of_values(item, path, around)
            found = [self.within(one, path, (), one_of_many=True) for one in item]
            return found if any(new is not old for new, old in zip(found, item, strict=True)) else item
        heading = self._heading(item, around, one_of_many) if are_rows(item) else None
        if heading is None:
            return item
        self.headings.setdefault(path, heading)
        return [_object(row, heading) for row in item[heading.in_first :]]

    def _of_values(self, rows: list[Pairs], path: Path, around: tuple[Pairs, ...]) -> list[Pairs]:
        """Rows that hold their values in lists, with the names that lists beside the rows give them."""
        lists = _lists_of_values(rows) if around else {}
        names: dict[str, _Found] = {}
        for outer in around if lists else ():
            found = _lists_of_names(outer, set(lists.values()))
            for name, length in lists.items():
                fitting = [one for one in found if len(one.names) == length and one.value not in (rows, [])]
                if len(lists) > 1:
                    fitting = [one for one in fitting if _belong(name, one.path)]
                if fitting:
                    names.setdefault(name, fitting[0])
        if not lists or len(names) < len(lists):
            return rows
        receipt = Receipt()
        for name, one in names.items():
            said = f"the list {one.path} has a name for each of the values"
            receipt.decide(f"values of {name}", "columns", said, confidence="likely")
            if not is_list_of_objects(one.value) or all(len(each) == 1 for each in one.value):
                self.used.add(id(one.value))
        self.headings.setdefault(path, Heading((), tuple(receipt.decisions), in_first=False, of="objects"))
        return [_named(row, names) for row in rows]

    def _heading(self, rows: list[Any], around: tuple[Pairs, ...], one_of_many: bool) -> Heading | None:
        """The names of the columns; None for lists that are no table."""
        beside = heading_beside(around, rows)
        if beside is not None:
            heading, value = beside
            if not is_list_of_objects(value) or all(len(one) == 1 for one in value):
                self.used.add(id(value))
            return heading
        if one_of_many:
            return None
        own = heading_of(rows, self._told) if len(rows) > 1 and _even(rows) else None
        return own if own is not None and own.in_first else _words_beside(around[0], rows) or own


def _belong(values: str, names: str) -> bool:
    """Whether a list of values and one of names are called alike."""
    return values[:LEAST_SHARED].lower() == names.rpartition(".")[2][:LEAST_SHARED].lower()


def _words_beside(around: Pairs, rows: list[Any]) -> Heading | None:
    """The only list of words beside the rows that may name their columns, and could not name the rows."""
    width = len(rows[0])
    lists = [(name, item) for name, item in around if type(item) is list and _are_words(item) and len(item) == width]
    if len(lists) != 1 or width == len(rows) or {len(row) for row in rows} != {width}:
        return None
    (name, words), *_ = lists
    return _beside(name, words, rows) if len(set(words)) == width else None


def _object(row: list[Any], heading: Heading) -> Pairs:
    names = [*heading.names, *(f"Column {i + 1}" for i in range(len(heading.names), len(row)))]
    return Pairs(zip_longest(names, row))


def _even(rows: Sequence[list[Any]]) -> bool:
    """Whether lists are nearly of one length: none longer than the usual one, or than names on top of them."""
    lengths = [len(row) for row in rows if row]
    usual, widest = usual_width(lengths), max(lengths)
    if len(rows[0]) == widest and _are_words(rows[0]) and len(set(rows[0])) == widest:
        return True
    return usual == widest and lengths.count(usual) * 2 >= len(lengths)


def _is_geometry(members: dict[str, Any]) -> bool:
    """Whether an object is a shape on a map, whose places are no rows."""
    return type(members.get("type")) is str and "coordinates" in members


def _without(value: Any, used: set[int]) -> Any:
    """The value without the lists of names, and without objects that held nothing else."""
    if type(value) is Pairs:
        kept = ((name, item, _without(item, used)) for name, item in value if id(item) not in used)
        return Pairs((name, left) for name, item, left in kept if left or not item)
    return [_without(one, used) for one in value] if type(value) is list and is_list_of_objects(value) else value
