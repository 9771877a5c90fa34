"""The forms in which one JSON object may hold a table: rows, columns, and members that are rows by their name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from tablewright.core.readers.json_names import are_data, share_members
from tablewright.core.readers.model import Receipt
from tablewright.core.readers.nested import Number, Pairs, Raw, dumped

_PARTS, _NAMES = ("columns", "data", "index"), ("index_names", "column_names")
_NAMELESS = re.compile(r"\d+")
SEVERAL, MOST_SHARED = 4, 2 / 3
"""So many objects that share so much of their members are rows by their key, though each may lack some."""


@dataclass(frozen=True)
class Oriented:
    """The table that one object is."""

    rows: list[Any]
    about: Pairs
    """The members that stand beside it."""


def oriented(value: Pairs, receipt: Receipt) -> Oriented | None:
    """The table of an object that is one in another form; None for any other object."""
    members = dict(value)
    if len(members) != len(value):
        return None
    for form in (_features, _split, _by_column, _by_lists, by_key):
        rows = form(members)
        if rows is not None:
            said = {
                _features: (
                    "GeoJSON",
                    "a collection of features: their properties are columns, the geometry stays JSON",
                ),
                _split: ("split", "names in `columns`, rows in `data`"),
                _by_column: ("by column", "each member is a column with the same row keys"),
                _by_lists: ("by column", "each member is a column: lists of values of one length"),
                by_key: ("by key", "each member is a row; its name is in the first column"),
            }[form]
            receipt.decide("form", *said, confidence="likely")
            return Oriented(rows, Pairs((name, members[name]) for name in _beside(members, form)))
    if _may_be_rows(members):
        why = "its members are objects that share their members: they may be rows by their names"
        receipt.decide("form", "one record", why, confidence="assumed")
    return None


def _may_be_rows(members: dict[str, Any]) -> bool:
    """Whether an object holds two objects of the same members and nothing else, or several that share most of theirs:
    rows by their key, or one record."""
    rows = list(members.values())
    if len(rows) < 2 or not all(type(row) is Pairs and row for row in rows) or all(len(row) < 2 for row in rows):
        return False
    names = [{key for key, _ in row} for row in rows]
    return names[0] == names[1] if len(rows) == 2 else share_members(names)


def _features(members: dict[str, Any]) -> list[Any] | None:
    features = members.get("features")
    if members.get("type") != "FeatureCollection" or type(features) is not list or not features:
        return None
    rows = []
    for feature in features:
        if type(feature) is not Pairs:
            return None
        row = Pairs()
        for key, item in feature:
            if key == "type" and item == "Feature":
                continue
            if key == "properties" and type(item) is Pairs:
                row += item
            else:
                row.append((key, Raw(dumped(item)) if key == "geometry" and item is not None else item))
        rows.append(row)
    return rows


def _split(members: dict[str, Any]) -> list[Any] | None:
    """`{"columns": ["a"], "index": ["x"], "data": [[1]]}`, as pandas writes a table."""
    names, data = members.get("columns"), members.get("data")
    if type(names) is not list or type(data) is not list or not set(members) <= {*_PARTS, *_NAMES}:
        return None
    if not all(type(name) in (str, Number) for name in names):
        return None
    if not all(type(row) is list and len(row) == len(names) for row in data) or not names or not data:
        return None
    rows = [Pairs(zip(map(str, names), row, strict=True)) for row in data]
    if "index" not in members:
        return rows
    index, called = members["index"], _name_of_index(members)
    if type(index) is not list or len(index) != len(data):
        return None
    if called is None and index == [str(i) for i in range(len(data))]:
        return rows
    return [Pairs([(called or "index", key), *row]) for key, row in zip(index, rows, strict=True)]


def _name_of_index(members: dict[str, Any]) -> str | None:
    match members.get("index_names"):
        case [str(name)]:
            return str(name)
    return None


def _beside(members: dict[str, Any], form: Any) -> Iterator[str]:
    """The members of an object that say something about its table and are not in it."""
    if form is _features:
        yield from (name for name in members if name not in ("type", "features"))
    elif form is _split:
        said = "index_names" if _name_of_index(members) and "index" in members else None
        yield from (name for name in _NAMES if name in members and name != said and members[name] not in (None, [None]))


def _by_column(members: dict[str, Any]) -> list[Any] | None:
    """`{"a": {"0": 1, "1": 2}, "b": {…}}`, as pandas writes a table."""
    columns = list(members.values())
    if not columns or not all(type(column) is Pairs and column for column in columns):
        return None
    keys = [key for key, _ in columns[0]]
    if any([key for key, _ in column] != keys for column in columns) or len(set(keys)) != len(keys):
        return None
    if not all(map(_NAMELESS.fullmatch, keys)) or any(
        type(item) in (Pairs,) for column in columns for _, item in column
    ):
        return None
    if all(map(_NAMELESS.fullmatch, members)):
        return None
    plain = keys == [str(i) for i in range(len(keys))]
    rows = zip(*([item for _, item in column] for column in columns), strict=True)
    return [
        Pairs([*([] if plain else [("index", key)]), *zip(members, row, strict=True)])
        for key, row in zip(keys, rows, strict=True)
    ]


def _by_lists(members: dict[str, Any]) -> list[Any] | None:
    """`{"a": [1, 2], "b": ["x", "y"]}`: a list of single values for each column."""
    columns = list(members.values())
    if len(columns) < 2 or not all(type(column) is list and len(column) > 2 for column in columns):
        return None
    if len({len(column) for column in columns}) > 1:
        return None
    if any(type(item) in (Pairs, list) for column in columns for item in column):
        return None
    return [Pairs(zip(members, row, strict=True)) for row in zip(*columns, strict=True)]


def rows_of_lists(value: Any) -> Any:
    """The value with each object within that is a table by its lists as rows, and with rows by their key as such."""
    if type(value) is list and are_keyed(value):
        return [with_key(row) for row in value]
    if type(value) is not Pairs:
        return value
    members = dict(value)
    if len(members) == len(value) and (rows := _by_lists(members)) is not None:
        return rows
    return Pairs((name, rows_of_lists(item)) for name, item in value)


def maps(value: Pairs, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Paths of objects within an object whose members are rows by their key; none within another."""
    for name, item in value:
        if type(item) is not Pairs:
            continue
        members = dict(item)
        if len(members) == len(item) and by_key(members) is not None:
            yield (*path, name)
        else:
            yield from maps(item, (*path, name))


def doubted(value: Pairs, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Paths of objects within an object that are two records or one: see `_may_be_rows`."""
    for name, item in value:
        if type(item) is not Pairs:
            continue
        members = dict(item)
        if by_key(members) is not None:
            continue
        if len(members) == len(item) and _may_be_rows(members):
            yield (*path, name)
        else:
            yield from doubted(item, (*path, name))


def by_key(members: dict[str, Any]) -> list[Any] | None:
    """`{"id1": {"name": …}, "id2": {"name": …}}`: objects of the same members by their key.

    Where the keys are identifiers or days, one object is enough, and many may lack a member; else of several some may.
    """
    rows = list(members.values())
    keyed = are_data(members) or (len(rows) > 2 and all(map(str.isdigit, members)))
    if len(rows) < (1 if keyed else 3) or not all(type(row) is Pairs and (row or keyed) for row in rows):
        return None
    names = [{key for key, _ in row} for row in rows]
    union, common = set.union(*names), set.intersection(*names)
    alike = share_members(names) if keyed else len(common) * 2 >= len(union)
    alike = alike or (len(rows) >= SEVERAL and share_members(names, MOST_SHARED))
    if not alike or not union or "key" in union or (keyed and are_data(union)):
        return None  # rows within rows are found when all of them are read; see `nested`
    plain = list(members) == [str(i) for i in range(len(rows))]
    return [Pairs([*([] if plain else [("key", key)]), *row]) for key, row in members.items()]


def are_keyed(values: Sequence[Any]) -> bool:
    """Whether values are objects of a single member, each of another name, whose values share their members:
    `[{"id1": {"name": …}}, {"id2": {"name": …}}]`. Those of one name are records with something around each."""
    if len(values) < 2 or not all(map(is_keyed, values)):
        return False
    rows = [{name for name, _ in value[0][1]} for value in values]
    return len({value[0][0] for value in values}) == len(values) and share_members(rows) and any(rows)


def is_keyed(value: Any) -> bool:
    return type(value) is Pairs and len(value) == 1 and type(value[0][1]) is Pairs


def with_key(value: Pairs) -> Pairs:
    """The row that stands in an object of a single member, behind the member's name."""
    key, row = value[0]
    return Pairs([("key", key), *row])


def keyed_lists(value: Pairs, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Paths of lists within an object whose elements are rows by their key; see `are_keyed`."""
    for name, item in value:
        if type(item) is list and are_keyed(item):
            yield (*path, name)
        elif type(item) is Pairs:
            yield from keyed_lists(item, (*path, name))
