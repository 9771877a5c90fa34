"""The types that questions compute with, as DuckDB has them, and what they are called in Spark."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "integer",
    "decimal",
    "double",
    "float",
    "text",
    "boolean",
    "date",
    "time",
    "timestamp",
    "instant",
    "interval",
    "null",
]

WIDEST = 38


@dataclass(frozen=True)
class Type:
    """`bits` is the width of an integer (128 for sums); `precision` and `scale` are those of a decimal."""

    kind: Kind
    bits: int = 0
    precision: int = 0
    scale: int = 0

    @property
    def is_exact(self) -> bool:
        return self.kind in ("integer", "decimal")

    @property
    def is_floating(self) -> bool:
        return self.kind in ("double", "float")

    @property
    def is_number(self) -> bool:
        return self.is_exact or self.is_floating

    @property
    def digits(self) -> int:
        """The digits that hold every value of an exact number."""
        return self.precision if self.kind == "decimal" else _DIGITS[self.bits]

    @property
    def spark(self) -> str:
        """The type's name in Spark's SQL."""
        if self.kind == "integer":
            return _INTEGERS[self.bits]
        if self.kind == "decimal":
            return f"DECIMAL({self.precision}, {self.scale})"
        return _NAMES[self.kind]


_DIGITS = {8: 3, 16: 5, 32: 10, 64: 19, 128: WIDEST}
_INTEGERS = {8: "TINYINT", 16: "SMALLINT", 32: "INT", 64: "BIGINT", 128: "DECIMAL(38, 0)"}
_NAMES: dict[str, str] = {
    "double": "DOUBLE", "float": "FLOAT", "text": "STRING", "boolean": "BOOLEAN", "date": "DATE", "time": "TIME",
    "timestamp": "TIMESTAMP_NTZ", "instant": "TIMESTAMP", "interval": "INTERVAL", "null": "VOID",
}  # fmt: skip

DOUBLE = Type("double")
FLOAT = Type("float")
TEXT = Type("text")
BOOLEAN = Type("boolean")
DATE = Type("date")
TIME = Type("time")
TIMESTAMP = Type("timestamp")
INSTANT = Type("instant")
INTERVAL = Type("interval")
NULL = Type("null")
INT = Type("integer", 32)
BIGINT = Type("integer", 64)
HUGE = Type("integer", 128)

_DUCKDB: dict[str, Type] = {
    "TINYINT": Type("integer", 8), "SMALLINT": Type("integer", 16), "INTEGER": INT, "INT": INT, "BIGINT": BIGINT,
    "HUGEINT": HUGE, "INT128": HUGE, "DOUBLE": DOUBLE, "FLOAT": FLOAT, "REAL": FLOAT, "VARCHAR": TEXT, "TEXT": TEXT,
    "BOOLEAN": BOOLEAN, "DATE": DATE, "TIME": TIME, "TIMESTAMP": TIMESTAMP, "TIMESTAMP WITH TIME ZONE": INSTANT,
    "TIMESTAMPTZ": INSTANT,
}  # fmt: skip
_DECIMAL = re.compile(r"DECIMAL\(([0-9]+), ?([0-9]+)\)")


def decimal(precision: int, scale: int) -> Type:
    return Type("decimal", precision=precision, scale=scale)


def of_duckdb(name: str) -> Type | None:
    """The type by DuckDB's name, or None when questions never compute with it on Spark."""
    name = name.upper()
    found = _DECIMAL.fullmatch(name)
    return decimal(int(found[1]), int(found[2])) if found else _DUCKDB.get(name)


def joined(types: Sequence[Type]) -> Type | None:
    """The type that DuckDB gives to values of all of these, or None when there is no such type here."""
    known = [each for each in types if each.kind != "null"]
    if not known:
        return NULL
    first = known[0]
    if all(each == first for each in known):
        return first
    if all(each.is_number for each in known):
        if any(each.kind == "double" for each in known):
            return DOUBLE
        if any(each.kind == "float" for each in known):
            return None
        if all(each.kind == "integer" for each in known):
            return Type("integer", max(each.bits for each in known))
        scale = max(each.scale for each in known)
        whole = max(each.digits - each.scale for each in known)
        return decimal(whole + scale, scale) if whole + scale <= WIDEST else None
    if {each.kind for each in known} == {"date", "timestamp"}:
        return TIMESTAMP
    return None
