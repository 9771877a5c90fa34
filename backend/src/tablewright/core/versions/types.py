"""Physical types and how two of them meet without any value changing."""

from __future__ import annotations

import re

from tablewright.core.tables import ColumnType

_DECIMAL = re.compile(r"DECIMAL\(([0-9]+), ?([0-9]+)\)")
_SIGNED = {"TINYINT": 3, "SMALLINT": 5, "INTEGER": 10, "BIGINT": 19, "HUGEINT": 39}
_UNSIGNED = {"UTINYINT": 3, "USMALLINT": 5, "UINTEGER": 10, "UBIGINT": 20}
_FLOATS = ("FLOAT", "DOUBLE")
_STAMPS = ("DATE", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP", "TIMESTAMP_NS")
_EXACT_IN_DOUBLE = ("TINYINT", "SMALLINT", "INTEGER", "UTINYINT", "USMALLINT", "UINTEGER")
_DIGITS_IN_DOUBLE = 15
MOST_DIGITS = 38

PHYSICAL: dict[ColumnType, str] = {
    ColumnType.INTEGER: "BIGINT",
    ColumnType.DECIMAL: "DECIMAL",
    ColumnType.FLOAT: "DOUBLE",
    ColumnType.TEXT: "VARCHAR",
    ColumnType.BOOLEAN: "BOOLEAN",
    ColumnType.DATE: "DATE",
    ColumnType.TIME: "TIME",
    ColumnType.TIMESTAMP: "TIMESTAMP",
    ColumnType.INSTANT: "TIMESTAMP WITH TIME ZONE",
    ColumnType.NESTED: "VARCHAR",
}
"""How a type is stored when somebody asks for it; DECIMAL gets its digits from the values."""


def type_of(physical: str) -> ColumnType:
    """The type that people see for a physical one."""
    if physical in _SIGNED or physical in _UNSIGNED or physical == "UHUGEINT":
        return ColumnType.INTEGER
    if physical.startswith("DECIMAL"):
        return ColumnType.DECIMAL
    if physical in _FLOATS:
        return ColumnType.FLOAT
    if physical == "TIMESTAMP WITH TIME ZONE":
        return ColumnType.INSTANT
    if physical.startswith("TIMESTAMP"):
        return ColumnType.TIMESTAMP
    simple = {"BOOLEAN": ColumnType.BOOLEAN, "DATE": ColumnType.DATE, "TIME": ColumnType.TIME}
    return simple.get(physical, ColumnType.TEXT)


def meet(one: str, other: str, digits: tuple[int | None, int | None] = (None, None)) -> str | None:
    """The narrowest type that holds every value of both exactly, or None when there is none.

    `digits`: how many digits the whole numbers of each have at most, when that is known. Text is no meeting
    place: a number that becomes text is another thing to whoever computes with it.
    """
    if one == other:
        return one
    for whole, width, decimal in ((one, digits[0], other), (other, digits[1], one)):
        if width is None or whole not in _SIGNED | _UNSIGNED:
            continue
        if decimal in _FLOATS and width <= _DIGITS_IN_DOUBLE:
            return "DOUBLE"
        if (room := _decimal(decimal)) and decimal.startswith("DECIMAL") and width <= room[0]:
            return decimal
    for a, b in ((one, other), (other, one)):
        if a in _SIGNED and b in _SIGNED and _SIGNED[a] < _SIGNED[b]:
            return b
        if a in _UNSIGNED and b in _UNSIGNED and _UNSIGNED[a] < _UNSIGNED[b]:
            return b
        if a in _UNSIGNED and b in _SIGNED:
            return next(name for name, digits in _SIGNED.items() if digits >= max(_UNSIGNED[a] + 1, _SIGNED[b]))
        if a in _FLOATS and b in _FLOATS:
            return "DOUBLE"
        if b in _FLOATS and a in _EXACT_IN_DOUBLE:
            return "DOUBLE"
        if a in _STAMPS and b in _STAMPS and _STAMPS.index(a) < _STAMPS.index(b):
            return b if b != "TIMESTAMP_NS" else None
    mine, theirs = _decimal(one), _decimal(other)
    if mine is None or theirs is None or not (one.startswith("DECIMAL") or other.startswith("DECIMAL")):
        return None
    scale = max(mine[1], theirs[1])
    width = max(mine[0], theirs[0]) + scale
    return f"DECIMAL({width},{scale})" if width <= MOST_DIGITS else None


def _decimal(physical: str) -> tuple[int, int] | None:
    """Digits before and behind the point."""
    if found := _DECIMAL.fullmatch(physical):
        return int(found[1]) - int(found[2]), int(found[2])
    digits = _SIGNED.get(physical) or _UNSIGNED.get(physical)
    return (digits, 0) if digits else None


def scale_of(physical: str) -> int:
    """Digits behind the point of a decimal type; 0 for others."""
    found = _DECIMAL.fullmatch(physical)
    return int(found[2]) if found else 0
