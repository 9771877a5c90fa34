"""The question model, version 1: a frozen value that says what is asked, never how.

A question without dimensions and measures lists rows; with them it groups. Column references are ids
(`c1`); results are keyed `d0, d1 …` for dimensions, `m0, m1 …` for measures and by column id for rows.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

ColumnId = Annotated[str, Field(pattern=r"^c[1-9][0-9]{0,4}$")]
ResultKey = Annotated[str, Field(pattern=r"^[cdm][0-9]{1,5}$")]
Scalar = bool | int | float | str | None
Label = Annotated[str, Field(max_length=200)]


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Grain(StrEnum):
    YEAR = "year"
    QUARTER = "quarter"
    MONTH = "month"
    WEEK = "week"
    DAY = "day"
    HOUR = "hour"


class Comparison(StrEnum):
    EQUALS = "eq"
    NOT_EQUALS = "ne"
    LESS = "lt"
    AT_MOST = "le"
    GREATER = "gt"
    AT_LEAST = "ge"
    IN = "in"
    NOT_IN = "not_in"
    CONTAINS = "contains"
    STARTS_WITH = "starts_with"
    IS_EMPTY = "is_empty"
    IS_NOT_EMPTY = "is_not_empty"
    BETWEEN = "between"
    """Both ends included; `values` holds exactly two."""


class Condition(_Value):
    """One comparison. `values` holds one value, two for between, any number for in, none for is_empty.

    Dates and timestamps are ISO 8601 text; exact decimals may be sent as text.
    """

    kind: Literal["condition"] = "condition"
    column: ColumnId
    op: Comparison
    values: tuple[Scalar, ...] = Field(default=(), max_length=1000)


class Group(_Value):
    """Conditions joined by and/or; groups nest (depth at most 16)."""

    kind: Literal["group"] = "group"
    op: Literal["and", "or"] = "and"
    items: tuple[Annotated[Condition | Group, Field(discriminator="kind")], ...] = Field(default=(), max_length=200)


class Bins(_Value):
    """Bins of equal width over a numeric column, at most `count`, with round edges.

    Steps are 1, 2, 2.5 or 5 times a power of ten, whole ones for whole numbers; edges are multiples of the
    step. One bin for all goes from the lowest to the highest value.
    """

    count: Annotated[int, Field(ge=1, le=200)] = 20


class Dimension(_Value):
    """What to group by. `grain` applies to dates, `bins` to numbers; not both."""

    column: ColumnId
    grain: Grain | None = None
    bins: Bins | None = None
    label: Label | None = None


class Aggregate(StrEnum):
    COUNT_ROWS = "count_rows"
    COUNT = "count"
    """Values that are not null."""
    COUNT_DISTINCT = "count_distinct"
    SUM = "sum"
    MEAN = "mean"
    MEDIAN = "median"
    MIN = "min"
    MAX = "max"
    STDDEV = "stddev"


class Measure(_Value):
    """What to compute. `column` is absent for count_rows only."""

    fn: Aggregate
    column: ColumnId | None = None
    label: Label | None = None


class Sort(_Value):
    by: ResultKey
    direction: Literal["asc", "desc"] = "asc"


class Question(_Value):
    """What is asked of one dataset version (the current one when `version_id` is absent)."""

    v: Literal[1] = 1
    dataset_id: UUID
    version_id: UUID | None = None
    columns: tuple[ColumnId, ...] = Field(default=(), max_length=2000)
    """Columns to list when nothing is grouped; empty means all."""
    filter: Group | None = None
    dimensions: tuple[Dimension, ...] = Field(default=(), max_length=8)
    measures: tuple[Measure, ...] = Field(default=(), max_length=32)
    sort: tuple[Sort, ...] = Field(default=(), max_length=16)
    limit: Annotated[int, Field(ge=1, le=100_000)] | None = None
    """The first rows only, as in "top 10". Without it all rows are meant: exports hold all of them, and an
    answer over HTTP shows the first 10,000 and says that there are more."""
    offset: Annotated[int, Field(ge=0, le=2_000_000_000)] = 0

    @property
    def groups(self) -> bool:
        return bool(self.dimensions or self.measures)


class AnswerColumn(_Value):
    """One column of an answer: its key in the data, its words, its type."""

    key: str
    label: str
    type: str
    """A ColumnType value."""
    role: Literal["dimension", "measure", "column"]
    grain: Grain | None = None


class Answer(_Value):
    """A small answer as JSON: columnar, each list `row_count` long.

    Dates are ISO text, exact decimals are text, NaN and infinities are null, integers beyond 2^53 are text.
    A binned dimension yields its lower edges, with `bin_width` in the same order.
    """

    columns: tuple[AnswerColumn, ...]
    data: dict[str, list[Scalar]]
    row_count: int
    total_count: int | None = None
    """Rows (or groups) without limit and offset."""
    truncated: bool
    version_id: UUID
    bin_width: dict[str, float] = Field(default_factory=dict)
    engine: str = "duckdb"
