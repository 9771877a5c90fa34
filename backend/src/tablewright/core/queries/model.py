"""The question model, version 1: a frozen value that says what is asked, never how.

A question without dimensions and measures lists rows; with them it groups. Columns are named by reference: `c3`
a column of the dataset (or of the question that is asked of), `j1c3` column c3 of the first join, `f2` a formula of
the question. Results are keyed `d0, d1 …` for dimensions, `m0, m1 …` for measures and by reference for rows.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

ColumnId = Annotated[str, Field(pattern=r"^c[1-9][0-9]{0,4}$")]
ColumnRef = Annotated[str, Field(pattern=r"^((j[1-8])?c[1-9][0-9]{0,4}|f[1-9][0-9]?)$")]
"""`c3`, `j1c3` or `f2`."""
FormulaId = Annotated[str, Field(pattern=r"^f[1-9][0-9]?$")]
ResultKey = Annotated[str, Field(pattern=r"^([cdm][0-9]{1,5}|j[1-8]c[1-9][0-9]{0,4}|f[1-9][0-9]?)$")]
Compared = Annotated[str, Field(pattern=r"^((j[1-8])?c[1-9][0-9]{0,4}|f[1-9][0-9]?|d[0-7]|m[0-9]{1,2})$")]
"""What a condition looks at: a column of the rows, or in `having` a measure or dimension of the answer."""
DimensionKey = Annotated[str, Field(pattern=r"^d[0-7]$")]
MeasureKey = Annotated[str, Field(pattern=r"^m[0-9]{1,2}$")]
ParameterName = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,59}$")]
Scalar = bool | int | float | str | None
Label = Annotated[str, Field(max_length=200)]
Finite = Annotated[float, Field(allow_inf_nan=False)]


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def _may_be_left_out(schema: dict[str, Any]) -> None:
    """A default that the contract does not tell: the TypeScript client demands fields that have one."""
    schema.pop("default", None)


# Time


class Grain(StrEnum):
    YEAR = "year"
    QUARTER = "quarter"
    MONTH = "month"
    WEEK = "week"
    DAY = "day"
    HOUR = "hour"
    MINUTE = "minute"


class Part(StrEnum):
    """What recurs: all Mondays, all Januaries. Each is a whole number."""

    QUARTER_OF_YEAR = "quarter_of_year"
    MONTH_OF_YEAR = "month_of_year"
    WEEK_OF_YEAR = "week_of_year"
    """The week's number by ISO 8601, whatever day weeks start on."""
    DAY_OF_YEAR = "day_of_year"
    DAY_OF_MONTH = "day_of_month"
    DAY_OF_WEEK = "day_of_week"
    """1 is the day on which weeks start."""
    HOUR_OF_DAY = "hour_of_day"
    MINUTE_OF_HOUR = "minute_of_hour"


class Unit(StrEnum):
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


class Calendar(_Value):
    """How days, weeks and years are counted."""

    time_zone: Annotated[str, Field(max_length=60, pattern=r"^[A-Za-z0-9_+\-/]+$")] | None = None
    """Where a day of an instant begins, and which day it is; a name of the IANA database. Without it, the time zone of
    the workspace. Local times have no zone and need none."""
    year_starts: Annotated[int, Field(ge=1, le=12)] = 1
    """The month in which a year begins; years and quarters follow it."""
    week_starts: Annotated[int, Field(ge=1, le=7)] = 1
    """1 is Monday, 7 is Sunday."""


class Period(_Value):
    """A stretch of days told from the day on which it is asked (see `periods`).

    `last`: the `count` whole units before the present one; `this`: the present one, whole; `to_date`: the present one
    up to and with today; `rolling`: the last `count` units up to and with today; `next`: the `count` whole units after.
    """

    kind: Literal["last", "this", "to_date", "rolling", "next"]
    unit: Unit
    count: Annotated[int, Field(ge=1, le=1000)] = 1


# Conditions


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
    ENDS_WITH = "ends_with"
    IS_EMPTY = "is_empty"
    IS_NOT_EMPTY = "is_not_empty"
    BETWEEN = "between"
    """Both ends included; `values` holds exactly two."""
    IN_PERIOD = "in_period"
    """In a period told from today; `period` says which."""


class Condition(_Value):
    """One comparison. `values` holds one value, two for between, any number for in, none for is_empty and in_period.

    Dates and timestamps are ISO 8601 text; exact decimals may be sent as text. `parameter` names a parameter of the
    question, whose value stands in the place of `values`.
    """

    kind: Literal["condition"] = "condition"
    column: Compared
    op: Comparison
    values: tuple[Scalar, ...] = Field(default=(), max_length=1000)
    parameter: ParameterName | None = None
    period: Period | None = None


class Group(_Value):
    """Conditions joined by and/or; groups nest (depth at most 16)."""

    kind: Literal["group"] = "group"
    op: Literal["and", "or"] = "and"
    items: tuple[Annotated[Condition | Group, Field(discriminator="kind")], ...] = Field(default=(), max_length=200)


class Parameter(_Value):
    """A value that whoever asks may change, without changing the question."""

    name: ParameterName
    type: Literal["text", "number", "boolean", "date", "timestamp"]
    value: Scalar | tuple[Scalar, ...] = None
    """What is asked with; nothing keeps every row where the parameter is compared. Several values are for `in`."""
    label: Label | None = None
    choices: tuple[Scalar, ...] = Field(default=(), json_schema_extra=_may_be_left_out, max_length=1000)
    """The only values it may have, when there are any."""


class Formula(_Value):
    """A column or measure of the question, computed. `text` names columns and formulas by reference: `[#c3]`."""

    id: FormulaId
    name: Annotated[str, Field(min_length=1, max_length=200)]
    text: Annotated[str, Field(min_length=1, max_length=4096)]


# What is grouped by


class Bins(_Value):
    """Bins over a numeric column: at most `count` with round edges, or of one `width`, or between given `edges`.

    Round steps are 1, 2, 2.5 or 5 times a power of ten, whole ones for whole numbers; edges are multiples of the
    step. One bin for all goes from the lowest to the highest value. Given edges part the line: what is below the
    first and above the last has a bin of its own each, the lower without an edge below.
    """

    count: Annotated[int, Field(ge=1, le=200)] = 20
    width: Annotated[Finite, Field(gt=0)] | None = None
    edges: tuple[Finite, ...] = Field(default=(), json_schema_extra=_may_be_left_out, max_length=200)

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if self.width is not None and self.edges:
            raise ValueError("bins have a width or edges, not both")
        if any(one >= other for one, other in zip(self.edges, self.edges[1:], strict=False)):
            raise ValueError("edges must rise")
        return self


class Top(_Value):
    """Only the values with the largest measure, computed by this dimension alone; the rest together or not at all."""

    n: Annotated[int, Field(ge=1, le=1000)] = 10
    by: MeasureKey = "m0"
    other: bool = True


class Dimension(_Value):
    """What to group by. `grain` and `part` apply to dates, `bins` to numbers; one of them at most."""

    column: ColumnRef
    grain: Grain | None = None
    part: Part | None = None
    bins: Bins | None = None
    top: Top | None = None
    label: Label | None = None


# What is computed


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
    VARIANCE = "variance"
    QUANTILE = "quantile"
    """The value below which the share `q` of the values lies, between two values in proportion (type 7)."""
    MODE = "mode"
    """The most frequent value; of equally frequent ones the smallest."""
    FIRST = "first"
    """The first value there is, in the order of the column `other`, or of the file."""
    LAST = "last"
    APPROX_DISTINCT = "approx_distinct"
    """Different values, to a few percent, in little memory however many there are."""
    CORRELATION = "correlation"
    """Pearson's coefficient of `column` and `other`, over the rows that have both."""
    RATIO = "ratio"
    """The sum of `column` by the sum of `other`; nothing where that is 0."""
    FORMULA = "formula"
    """A formula that aggregates; `column` names it."""
    METRIC = "metric"
    """An agreed metric of the workspace; `metric` names it."""


class Derivation(_Value):
    """What is made of a measure over the groups of the answer (see `derived`)."""

    kind: Literal["share", "running_total", "moving_average", "difference", "percent_change", "rank"]
    within: tuple[DimensionKey, ...] = Field(default=(), max_length=8)
    """share, rank: inside of which dimensions; none means of all groups."""
    along: DimensionKey | None = None
    """The dimension that is followed; without it the first that is a time with a grain."""
    back: Annotated[int, Field(ge=1, le=1000)] = 1
    """difference, percent_change: how many units before; moving_average: how many units, with the present one."""
    unit: Unit | None = None
    """Of `back`; without it the grain. A year with months as the grain compares with the same month last year."""


class Measure(_Value):
    """What to compute. `column` is absent for count_rows and metrics only."""

    fn: Aggregate = Aggregate.METRIC
    column: ColumnRef | None = None
    other: ColumnRef | None = None
    """correlation, ratio: the second column; first, last: what orders the rows."""
    q: Annotated[float, Field(ge=0, le=1)] | None = None
    """quantile: which one; 0.9 is the 90th percentile."""
    metric: UUID | None = None
    filter: Group | None = None
    """Only these rows are computed with; the groups stay."""
    derive: Derivation | None = None
    label: Label | None = None

    @model_validator(mode="after")
    def _metric_named(self) -> Self:
        if (self.fn is Aggregate.METRIC) != (self.metric is not None):
            raise ValueError("a measure has a fn, or a metric alone")
        return self


class Pivot(_Value):
    """Totals beside the groups, for a table with `columns` across and the other dimensions down.

    The answer stays long; each total is a row, told by `Answer.level`. Totals are computed over their rows, never
    added up from cells.
    """

    columns: tuple[DimensionKey, ...] = Field(default=(), max_length=8)
    row_totals: bool = False
    """At the end of each row: over what is across."""
    column_totals: bool = False
    """Below each column: over what is down."""
    subtotals: bool = False
    """After each value of every dimension that goes down, but the last."""


class Sort(_Value):
    by: ResultKey
    direction: Literal["asc", "desc"] = "asc"


# Where rows come from


class Sample(_Value):
    """Some of the rows, always the same ones for the same seed. A number of rows, or a share of them."""

    rows: Annotated[int, Field(ge=1, le=10_000_000)] | None = None
    share: Annotated[float, Field(gt=0, le=1)] | None = None
    seed: Annotated[int, Field(ge=0, le=2_147_483_646)] = 0

    @model_validator(mode="after")
    def _one_size(self) -> Self:
        if (self.rows is None) == (self.share is None):
            raise ValueError("a sample has rows or a share")
        return self


class _Of(_Value):
    """Which rows: a dataset version (the current one, unless another is named), or the answer of another question."""

    dataset_id: UUID
    version_id: UUID | None = None
    as_of: datetime | None = None
    """The version that was current at this instant."""
    base: Question | None = None
    """A question whose answer is asked of; its columns, in order, are c1, c2 … here."""
    base_id: UUID | None = None
    """A saved question as `base`."""

    @model_validator(mode="after")
    def _one_version(self) -> Self:
        if self.version_id is not None and self.as_of is not None:
            raise ValueError("name a version or an instant, not both")
        if self.as_of is not None and self.as_of.tzinfo is None:
            raise ValueError("as_of needs its offset from UTC")
        if self.base is not None and self.base_id is not None:
            raise ValueError("name one question to ask of")
        if (self.base is not None or self.base_id is not None) and (self.version_id or self.as_of):
            raise ValueError("the question that is asked of says which version")
        return self


Pair = Annotated[tuple[ColumnRef, ...], Field(min_length=2, max_length=2)]
"""Two references. Not a tuple of two types: the TypeScript client makes lists of those."""


class Join(_Of):
    """Rows of another table beside those there are, where all pairs in `on` are equal.

    Rows without a value match none.
    """

    kind: Literal["left", "inner", "right", "full", "semi", "anti"] = "left"
    """semi keeps the rows that have a match, anti those that have none; neither adds columns."""
    on: tuple[Pair, ...] = Field(min_length=1, max_length=8)
    """A column of what is there so far (`c2`, `j1c1`), and one of the table that is joined (`c1`)."""


class Question(_Of):
    """What is asked of one dataset version (the current one when none is named), or of several."""

    v: Literal[1] = 1
    joins: tuple[Join, ...] = Field(default=(), json_schema_extra=_may_be_left_out, max_length=8)
    union: tuple[Question, ...] = Field(default=(), json_schema_extra=_may_be_left_out, max_length=16)
    """Questions whose answers come below this one's; sort, limit and offset are of the whole."""
    sample: Sample | None = None
    """Of the rows there are before joins and filter."""
    formulas: tuple[Formula, ...] = Field(default=(), json_schema_extra=_may_be_left_out, max_length=64)
    parameters: tuple[Parameter, ...] = Field(default=(), json_schema_extra=_may_be_left_out, max_length=64)
    calendar: Calendar = Field(default=Calendar(), json_schema_extra=_may_be_left_out)
    columns: tuple[ColumnRef, ...] = Field(default=(), max_length=2000)
    """Columns to list when nothing is grouped; empty means all."""
    filter: Group | None = None
    dimensions: tuple[Dimension, ...] = Field(default=(), max_length=8)
    measures: tuple[Measure, ...] = Field(default=(), max_length=32)
    having: Group | None = None
    """Which groups are shown: conditions on measures and dimensions, as they are in the answer."""
    pivot: Pivot | None = None
    sort: tuple[Sort, ...] = Field(default=(), max_length=16)
    limit: Annotated[int, Field(ge=1, le=100_000)] | None = None
    """The first rows only, as in "top 10". Without it all rows are meant: exports hold all of them, and an
    answer over HTTP shows the first 10,000 and says that there are more."""
    offset: Annotated[int, Field(ge=0, le=2_000_000_000)] = 0

    @property
    def groups(self) -> bool:
        return bool(self.dimensions or self.measures)


# Answers


class AnswerColumn(_Value):
    """One column of an answer: its key in the data, its words, its type."""

    key: str
    label: str
    type: str
    """A ColumnType value."""
    role: Literal["dimension", "measure", "column"]
    grain: Grain | None = None
    unit: str | None = None
    format: str | None = None
    """How an agreed metric is shown: `percent`, `currency`, `duration`, `number`."""
    of: tuple[str, ...] = Field(default=(), json_schema_extra=_may_be_left_out)
    """The names of the two columns that a correlation is of."""


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
    versions: dict[UUID, UUID] = Field(default={}, json_schema_extra=_may_be_left_out)
    """The version of every dataset that was read."""
    bin_width: dict[str, float] = Field(default_factory=dict)
    level: tuple[int, ...] = Field(default=(), json_schema_extra=_may_be_left_out)
    """Of a pivot, for each row: what it is a total over, `d0` is 1, `d1` is 2, `d2` is 4 …; 0 is no total."""
    other: tuple[int, ...] = Field(default=(), json_schema_extra=_may_be_left_out)
    """Of a question with a top, for each row: in which dimensions it is the rest, in the same way."""
    engine: str = "duckdb"
