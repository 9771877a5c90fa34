"""The columns of an answer: their words and their types, also for whoever asks a question of it."""

from __future__ import annotations

from dataclasses import dataclass

from tablewright.core.queries.literals import lattice
from tablewright.core.queries.model import (
    Aggregate,
    AnswerColumn,
    Dimension,
    Grain,
    Measure,
)
from tablewright.core.tables.schema import Column, ColumnType

AGGREGATES = {
    Aggregate.COUNT: "Count of",
    Aggregate.COUNT_DISTINCT: "Distinct values of",
    Aggregate.APPROX_DISTINCT: "Distinct values of",
    Aggregate.SUM: "Sum of",
    Aggregate.MEAN: "Mean of",
    Aggregate.MEDIAN: "Median of",
    Aggregate.MODE: "Most frequent of",
    Aggregate.MIN: "Minimum of",
    Aggregate.MAX: "Maximum of",
    Aggregate.FIRST: "First of",
    Aggregate.LAST: "Last of",
    Aggregate.STDDEV: "Standard deviation of",
    Aggregate.VARIANCE: "Variance of",
}
_COUNTS = (Aggregate.COUNT_ROWS, Aggregate.COUNT, Aggregate.COUNT_DISTINCT, Aggregate.APPROX_DISTINCT)
_VALUES = (Aggregate.MIN, Aggregate.MAX, Aggregate.MODE, Aggregate.FIRST, Aggregate.LAST, Aggregate.FORMULA)
_DERIVED = {
    "share": "Share of {}",
    "running_total": "Running total of {}",
    "moving_average": "Moving average of {}",
    "difference": "Change of {}",
    "percent_change": "Change in percent of {}",
    "rank": "Rank by {}",
}


@dataclass(frozen=True)
class Result:
    """One column of an answer, and what its values are in the engine."""

    answer: AnswerColumn
    physical: str

    @property
    def key(self) -> str:
        return self.answer.key

    @property
    def type(self) -> ColumnType:
        return ColumnType(self.answer.type)

    def column(self, column_id: str) -> Column:
        """The column that it is for whoever asks of the answer."""
        return Column(id=column_id, name=self.answer.label, type=self.type, physical=self.physical)


def listed(column: Column) -> Result:
    answer = AnswerColumn(key=column.id, label=column.name, type=column.type.value, role="column")
    return Result(answer, column.physical)


def dimension(index: int, asked: Dimension, column: Column) -> Result:
    kind, physical = column.type, column.physical
    words = column.name
    if asked.bins:
        kind, physical = ColumnType.FLOAT, "DOUBLE"
    elif asked.part:
        kind, physical = ColumnType.INTEGER, "BIGINT"
        words = f"{asked.part.value.replace('_', ' ').capitalize()} of {column.name}"
    elif asked.grain:
        words = f"{asked.grain.value.capitalize()} of {column.name}"
        if asked.grain not in (Grain.HOUR, Grain.MINUTE):
            kind, physical = ColumnType.DATE, "DATE"
    answer = AnswerColumn(
        key=f"d{index}", label=asked.label or words, type=kind.value, role="dimension", grain=asked.grain
    )
    return Result(answer, physical)


def measure(index: int, asked: Measure, column: Column | None, other: Column | None) -> Result:
    """The measure as it is computed over rows; what is derived of it is said by `derived`."""
    words = _words(asked, column, other)
    if asked.fn in _COUNTS or column is None:
        kind, physical = ColumnType.INTEGER, "BIGINT"
    elif asked.fn is Aggregate.SUM:
        kind, physical = column.type, _sum(column)
    elif asked.fn in _VALUES:
        kind, physical = column.type, column.physical
    else:
        kind, physical = ColumnType.FLOAT, "DOUBLE"
    pair = (column.name, other.name) if asked.fn is Aggregate.CORRELATION and column and other else ()
    answer = AnswerColumn(key=f"m{index}", label=asked.label or words, type=kind.value, role="measure", of=pair)
    return Result(answer, physical)


def derived(index: int, asked: Measure, computed: Result) -> Result:
    """The measure after what is made of it over the groups."""
    if asked.derive is None:
        return computed
    kind, physical = ColumnType.FLOAT, "DOUBLE"
    if asked.derive.kind == "rank":
        kind, physical = ColumnType.INTEGER, "BIGINT"
    elif asked.derive.kind in ("running_total", "difference") and computed.type is not ColumnType.FLOAT:
        kind, physical = computed.type, _sum(computed.column("m"))
        if asked.derive.kind == "difference" and kind is ColumnType.INTEGER:
            physical = computed.physical
    label = asked.label or _DERIVED[asked.derive.kind].format(_lowered(computed.answer.label))
    return Result(AnswerColumn(key=f"m{index}", label=label, type=kind.value, role="measure"), physical)


def _words(asked: Measure, column: Column | None, other: Column | None) -> str:
    if column is None:
        return "Rows"
    if asked.fn is Aggregate.FORMULA:
        return column.name
    if asked.fn is Aggregate.QUANTILE:
        return f"{(asked.q or 0) * 100:g} % quantile of {column.name}"
    if other is not None and asked.fn is Aggregate.CORRELATION:
        return f"Correlation of {column.name} and {other.name}"
    if other is not None and asked.fn is Aggregate.RATIO:
        return f"{column.name} per {other.name}"
    return f"{AGGREGATES[asked.fn]} {column.name}"


def _sum(column: Column) -> str:
    if column.type is ColumnType.INTEGER:
        return "HUGEINT"
    if column.type is ColumnType.DECIMAL:
        return f"DECIMAL(38,{lattice(column).scale})"
    return "DOUBLE"


def _lowered(words: str) -> str:
    """In the middle of a sentence; names stay as they are."""
    ours = words == "Rows" or any(words.startswith(f"{each} ") for each in AGGREGATES.values())
    return words[:1].lower() + words[1:] if ours else words
