"""The words and types of a result's columns, when the question gives no label of its own."""

from __future__ import annotations

from tablewright.core.queries.model import Aggregate, AnswerColumn, Dimension, Grain, Measure
from tablewright.core.tables.schema import Column, ColumnType

AGGREGATES = {
    Aggregate.COUNT: "Count of",
    Aggregate.COUNT_DISTINCT: "Distinct values of",
    Aggregate.SUM: "Sum of",
    Aggregate.MEAN: "Mean of",
    Aggregate.MEDIAN: "Median of",
    Aggregate.MIN: "Minimum of",
    Aggregate.MAX: "Maximum of",
    Aggregate.STDDEV: "Standard deviation of",
}
_COUNTS = (Aggregate.COUNT_ROWS, Aggregate.COUNT, Aggregate.COUNT_DISTINCT)


def listed(column: Column) -> AnswerColumn:
    return AnswerColumn(key=column.id, label=column.name, type=column.type.value, role="column")


def dimension(index: int, asked: Dimension, column: Column) -> AnswerColumn:
    kind = column.type
    if asked.bins:
        kind = ColumnType.FLOAT
    elif asked.grain and asked.grain is not Grain.HOUR:
        kind = ColumnType.DATE
    words = f"{asked.grain.value.capitalize()} of {column.name}" if asked.grain else column.name
    return AnswerColumn(
        key=f"d{index}", label=asked.label or words, type=kind.value, role="dimension", grain=asked.grain
    )


def measure(index: int, asked: Measure, column: Column | None) -> AnswerColumn:
    words = f"{AGGREGATES[asked.fn]} {column.name}" if column else "Rows"
    if column is None or asked.fn in _COUNTS:
        kind = ColumnType.INTEGER
    elif asked.fn in (Aggregate.SUM, Aggregate.MIN, Aggregate.MAX):
        kind = column.type
    else:
        kind = ColumnType.FLOAT
    return AnswerColumn(key=f"m{index}", label=asked.label or words, type=kind.value, role="measure")
