"""Kinds: the types of values in formulas, with the digits that exact numbers need.

- INTEGER is 64 bits wide; sums of whole numbers, and what is computed from them, have 38 digits.
- DECIMAL has a precision (all digits, at most 38) and a scale (digits behind the point). `+` and `-` keep the larger
  scale; `*` adds both scales, and a product with more than 18 digits behind the point is a float; `/` gives a float.
- A number written as 0.25 or 20% is a DECIMAL, one written as 1e3 a FLOAT.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from tablewright.core.tables.schema import ColumnType

Dialect = Literal["duckdb", "spark"]

LARGEST_PRECISION = 38
LARGEST_SCALE = 18
_NARROW = 19

_DECIMAL = re.compile(r"DECIMAL\(([0-9]+), ?([0-9]+)\)", re.IGNORECASE)
_DIGITS = {"TINYINT": 3, "UTINYINT": 3, "SMALLINT": 5, "USMALLINT": 5, "INTEGER": 10, "UINTEGER": 10, "BIGINT": 19}
_NAMES: dict[ColumnType, tuple[str, str]] = {
    ColumnType.FLOAT: ("DOUBLE", "DOUBLE"),
    ColumnType.TEXT: ("VARCHAR", "STRING"),
    ColumnType.NESTED: ("VARCHAR", "STRING"),
    ColumnType.BOOLEAN: ("BOOLEAN", "BOOLEAN"),
    ColumnType.DATE: ("DATE", "DATE"),
    ColumnType.TIME: ("TIME", "TIME"),
    ColumnType.TIMESTAMP: ("TIMESTAMP", "TIMESTAMP_NTZ"),
    ColumnType.INSTANT: ("TIMESTAMPTZ", "TIMESTAMP"),
}


@dataclass(frozen=True)
class Kind:
    """A type of formula values; `type` None is BLANK(), which fits every type."""

    type: ColumnType | None
    precision: int = 0
    scale: int = 0

    @property
    def is_number(self) -> bool:
        return self.type is not None and self.type.is_number

    @property
    def is_exact(self) -> bool:
        return self.type in (ColumnType.INTEGER, ColumnType.DECIMAL)

    @property
    def is_wide(self) -> bool:
        """A whole number that 64 bits may not hold."""
        return self.type is ColumnType.INTEGER and self.precision > _NARROW

    def physical(self, dialect: Dialect = "duckdb") -> str:
        """The engine's name of the type, for a cast."""
        if self.type is ColumnType.INTEGER:
            return "DECIMAL(38, 0)" if self.is_wide else "BIGINT"
        if self.type is ColumnType.DECIMAL:
            return f"DECIMAL({self.precision}, {self.scale})"
        names = _NAMES[self.type or ColumnType.TEXT]
        return names[0] if dialect == "duckdb" else names[1]

    @property
    def words(self) -> str:
        return self.type.value if self.type is not None else "no value"


INTEGER = Kind(ColumnType.INTEGER, 19)
WIDE = Kind(ColumnType.INTEGER, LARGEST_PRECISION)
FLOAT = Kind(ColumnType.FLOAT)
TEXT = Kind(ColumnType.TEXT)
BOOLEAN = Kind(ColumnType.BOOLEAN)
DATE = Kind(ColumnType.DATE)
TIME = Kind(ColumnType.TIME)
TIMESTAMP = Kind(ColumnType.TIMESTAMP)
INSTANT = Kind(ColumnType.INSTANT)
BLANK = Kind(None)


def decimal(precision: int, scale: int) -> Kind:
    """The decimal with these digits, or a float when its scale is beyond what is kept exactly."""
    if scale > LARGEST_SCALE:
        return FLOAT
    return Kind(ColumnType.DECIMAL, min(max(precision, scale + 1), LARGEST_PRECISION), scale)


def kind_of(type_: ColumnType, physical: str = "") -> Kind:
    """The kind of a column, from its type and the name that DuckDB gives it."""
    if type_ is ColumnType.INTEGER:
        decimals = _DECIMAL.fullmatch(physical)
        digits = int(decimals[1]) if decimals else _DIGITS.get(physical.upper(), 19 if not physical else 38)
        return Kind(type_, digits)
    if type_ is ColumnType.DECIMAL:
        found = _DECIMAL.fullmatch(physical)
        return Kind(type_, int(found[1]), int(found[2])) if found else Kind(type_, 38, 2)
    return TEXT if type_ is ColumnType.NESTED else Kind(type_)


def sum_of(left: Kind, right: Kind) -> Kind:
    """The kind of a sum or difference of numbers."""
    if ColumnType.FLOAT in (left.type, right.type):
        return FLOAT
    if left.type is right.type is ColumnType.INTEGER:
        return WIDE if left.is_wide or right.is_wide else INTEGER
    scale = max(left.scale, right.scale)
    return decimal(max(left.precision - left.scale, right.precision - right.scale) + scale + 1, scale)


def product_of(left: Kind, right: Kind) -> Kind:
    if ColumnType.FLOAT in (left.type, right.type):
        return FLOAT
    if left.type is right.type is ColumnType.INTEGER:
        return WIDE if left.is_wide or right.is_wide else INTEGER
    return decimal(left.precision + right.precision, left.scale + right.scale)


def joined(kinds: Sequence[Kind]) -> Kind | None:
    """The one kind that holds values of all of these, or None when there is none."""
    result = BLANK
    for kind in kinds:
        found = _joined(result, kind)
        if found is None:
            return None
        result = found
    return result


def _joined(left: Kind, right: Kind) -> Kind | None:
    if left.type is None or left == right:
        return right
    if right.type is None:
        return left
    if left.is_number and right.is_number:
        if ColumnType.FLOAT in (left.type, right.type):
            return FLOAT
        if left.type is right.type is ColumnType.INTEGER:
            return WIDE if left.is_wide or right.is_wide else INTEGER
        scale = max(left.scale, right.scale)
        return decimal(max(left.precision - left.scale, right.precision - right.scale) + scale, scale)
    times = {left.type, right.type}
    if times == {ColumnType.DATE, ColumnType.TIMESTAMP}:
        return TIMESTAMP
    if times == {ColumnType.TIMESTAMP, ColumnType.INSTANT} or times == {ColumnType.DATE, ColumnType.INSTANT}:
        return INSTANT
    return None
