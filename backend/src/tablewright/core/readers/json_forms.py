"""The forms in which one JSON object may hold a table: rows, columns, and members that are rows by their name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from tablewright.core.readers.model import Receipt
from tablewright.core.readers.nested import Number, Pairs, Raw, dumped

_NAMELESS = re.compile(r"\d+")


def oriented(value: Pairs, receipt: Receipt) -> list[Any] | None:
    """The rows of an object that holds a table in another form; None for any other object."""
    members = dict(value)
    if len(members) != len(value):
        return None
    for form in (_features, _split, _by_column, _by_lists, _by_key):
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
                _by_key: ("by key", "each member is a row; its name is in the first column"),
            }[form]
            receipt.decide("form", *said, confidence="likely")
            return rows
    return None


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
    names, data = members.get("columns"), members.get("data")
    if (
        type(names) is not list
        or type(data) is not list
        or not set(members) <= {"columns", "data", "index", "index_names"}
    ):
        return None
    if not all(type(name) in (str, Number) for name in names):
        return None
    if not all(type(row) is list and len(row) == len(names) for row in data) or not names or not data:
        return None
    index = members.get("index")
    if type(index) is list and len(index) == len(data) and index != [str(i) for i in range(len(data))]:
        return [Pairs([("index", key), *zip(names, row, strict=True)]) for key, row in zip(index, data, strict=True)]
    return [Pairs(zip(map(str, names), row, strict=True)) for row in data]


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
    """The value with each object within that is a table by its lists as rows."""
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
        if len(members) == len(item) and _by_key(members) is not None:
            yield (*path, name)
        else:
            yield from maps(item, (*path, name))


def _by_key(members: dict[str, Any]) -> list[Any] | None:
    """`{"id1": {"name": …}, "id2": {"name": …}}`: objects of the same members by their key."""
    rows = list(members.values())
    if len(rows) < 3 or not all(type(row) is Pairs and row for row in rows):
        return None
    names = [{key for key, _ in row} for row in rows]
    common = set.intersection(*names)
    if len(common) * 2 < len(set.union(*names)) or "key" in set.union(*names):
        return None
    plain = list(members) == [str(i) for i in range(len(rows))]
    return [Pairs([*([] if plain else [("key", key)]), *row]) for key, row in members.items()]
