"""What datasets take and give over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from tablewright.core.tables import ColumnType


class DatasetChange(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)
    name: Annotated[str, Field(min_length=1, max_length=200)]


class SourceOut(BaseModel):
    file_id: UUID
    filename: str
    format: str


class DatasetOut(BaseModel):
    id: UUID
    name: str
    row_count: int
    column_count: int
    byte_count: int
    current_version_id: UUID | None
    source: SourceOut | None
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None


class DatasetList(BaseModel):
    items: list[DatasetOut]
    next_cursor: str | None


class ColumnOut(BaseModel):
    id: str
    name: str
    type: ColumnType


class ValueCount(BaseModel):
    value: str | int | float | bool | None
    count: int


class Bar(BaseModel):
    """Values from `from` up to `to`; the last bar includes its end."""

    model_config = ConfigDict(populate_by_name=True)
    start: Annotated[str | float | int, Field(alias="from")]
    end: Annotated[str | float | int, Field(alias="to")]
    count: int


class ColumnProfile(BaseModel):
    """One column over all rows. Absent figures do not apply to its type."""

    id: str
    null_count: int
    distinct_count: int | None = None
    distinct_is_approximate: bool = False
    min: str | int | float | bool | None = None
    max: str | int | float | bool | None = None
    mean: float | None = None
    true_count: int | None = None
    top: list[ValueCount] = []
    histogram: list[Bar] = []


class Quarantined(BaseModel):
    line: int | None = None
    column: str | None = None
    reason: str
    raw: str | None = None


class Decision(BaseModel):
    what: str
    value: Any
    evidence: str


class Receipt(BaseModel):
    """The account of a load: rows_seen = rows_loaded + rows_quarantined + rows_skipped."""

    rows_seen: int
    rows_loaded: int
    rows_quarantined: int
    rows_skipped: int
    quarantine: list[Quarantined] = []
    skipped: list[Quarantined] = []
    decisions: list[Decision] = []


class DatasetDetail(DatasetOut):
    model_config = ConfigDict(populate_by_name=True)
    columns: Annotated[list[ColumnOut], Field(alias="schema")]
    profile: list[ColumnProfile]
    receipt: Receipt


class VersionOut(BaseModel):
    id: UUID
    number: int
    row_count: int
    byte_count: int
    created_at: datetime


class VersionList(BaseModel):
    items: list[VersionOut]
    next_cursor: str | None = None
