"""Columns and schemas as frozen values."""

from __future__ import annotations

from difflib import get_close_matches
from enum import StrEnum
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from tablewright.core.errors import Invalid


class ColumnType(StrEnum):
    INTEGER = "integer"
    DECIMAL = "decimal"
    FLOAT = "float"
    TEXT = "text"
    BOOLEAN = "boolean"
    DATE = "date"
    TIME = "time"
    TIMESTAMP = "timestamp"
    """A local date and time without a zone."""
    INSTANT = "instant"
    """A point in time (stored in UTC)."""
    NESTED = "nested"
    """Lists and structures, kept as JSON text until they are unfolded."""

    @property
    def is_number(self) -> bool:
        return self in (ColumnType.INTEGER, ColumnType.DECIMAL, ColumnType.FLOAT)

    @property
    def is_time(self) -> bool:
        return self in (ColumnType.DATE, ColumnType.TIMESTAMP, ColumnType.INSTANT)


class ColumnMissing(Invalid):
    """A step, question or formula names a column that the table does not have."""

    def __init__(self, wanted: str, known: list[str]) -> None:
        near = get_close_matches(wanted, known, n=1)
        hint = f' Did you mean "{near[0]}"?' if near else ""
        super().__init__(f'There is no column "{wanted}".{hint}', column=wanted)


Role = Literal["key", "identifier", "category", "dimension", "measure", "time", "geography", "text"]
"""`key`: unique and never empty; `identifier`: names something, nobody adds it up; `category`: few different values;
`measure`: numbers to compute with; `time`: dates, times and years; `text`: everything else. People may also say
`dimension` and `geography`."""


class Column(BaseModel):
    """One column: `id` is the physical name in Parquet, `name` is what people see."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    name: str
    type: ColumnType
    physical: str
    """DuckDB's type name, for instance BIGINT or DECIMAL(18,2)."""
    unit: str | None = None
    """What the numbers count: the code of a currency, kg, s …"""
    format: str | None = None
    """`percent` (1 is 100 %), `currency`, `duration` (in seconds), or how the file wrote dates: `%d.%m.%Y`."""
    role: Role | None = None
    """What the column is for in its table."""


class Schema(BaseModel):
    """The ordered columns of a table."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    columns: tuple[Column, ...]

    def require(self, column_id: str) -> Column:
        """The column with this id, or ColumnMissing with the nearest name as a hint."""
        for column in self.columns:
            if column.id == column_id:
                return column
        raise ColumnMissing(column_id, [c.id for c in self.columns])

    def as_json(self) -> list[dict[str, Any]]:
        return [column.model_dump(mode="json", exclude_none=True) for column in self.columns]
