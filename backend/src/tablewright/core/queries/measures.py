"""What is computed over the rows of a group.

- Sums of whole numbers and decimals are exact. Means, medians and deviations are floats. NaN counts as no value;
  infinities are values, but no deviation, variance or correlation is taken of them.
- A filter of a measure leaves rows out of it alone: a group without any has the count 0 and no sum.
- Rows whose order is not told come last in `first` and `last`; of equal ones the earlier row of the file is first.
"""

from __future__ import annotations

from sqlglot import exp

from tablewright.core.queries import bins, sql
from tablewright.core.queries.conditions import require, where
from tablewright.core.queries.making import Making, Rows, value_of
from tablewright.core.queries.model import Aggregate, Measure, Question
from tablewright.core.queries.problems import (
    AggregateNotApplicable,
    MeasureColumnMissing,
    MeasureColumnUnused,
    MeasurePartMissing,
    MeasurePartUnused,
    QuestionNotReplaced,
)
from tablewright.core.queries.sql import Node
from tablewright.core.tables.schema import Column, ColumnType

_ORDERED = {
    ColumnType.INTEGER, ColumnType.DECIMAL, ColumnType.FLOAT, ColumnType.TEXT, ColumnType.DATE, ColumnType.TIME,
    ColumnType.TIMESTAMP, ColumnType.INSTANT,
}  # fmt: skip
_ANY = {Aggregate.COUNT, Aggregate.COUNT_DISTINCT, Aggregate.APPROX_DISTINCT, Aggregate.FIRST, Aggregate.LAST}
_OF_ORDERED = {Aggregate.MIN, Aggregate.MAX, Aggregate.MODE}
_OF_TWO = {Aggregate.CORRELATION, Aggregate.RATIO}
NEEDS_PLACE = {Aggregate.FIRST, Aggregate.LAST}
"""Measures for which each row needs its place."""


def columns_of(asked: Measure, rows: Rows, at: str) -> tuple[Column | None, Column | None]:
    """The columns of a measure, checked: that they are there, that all it needs is said, and that their types fit."""
    fn = asked.fn
    if fn is Aggregate.METRIC:
        raise QuestionNotReplaced("metric", f"{at}.metric")
    if (asked.q is not None) != (fn is Aggregate.QUANTILE):
        if asked.q is None:
            raise MeasurePartMissing(fn.value, "q, the share of values below it, such as 0.9", at)
        raise MeasurePartUnused(fn.value, "q", at)
    if asked.other is None and fn in _OF_TWO:
        raise MeasurePartMissing(fn.value, "a second column, other", at)
    if asked.other is not None and fn not in _OF_TWO | NEEDS_PLACE:
        raise MeasurePartUnused(fn.value, "second column", at)
    if fn is Aggregate.COUNT_ROWS:
        if asked.column is not None:
            raise MeasureColumnUnused(at)
        return None, None
    if asked.column is None:
        raise MeasureColumnMissing(fn.value, at)
    column = require(rows.schema, asked.column, at)
    other = require(rows.schema, asked.other, at) if asked.other else None
    for each in (column, other) if fn in _OF_TWO else (column,):
        if each is not None:
            _fit(each, fn, at)
    return column, other


def check_formula(asked: Measure, at: str) -> None:
    """What a measure that is a formula cannot have: it says all itself."""
    if asked.column is None:
        raise MeasureColumnMissing(asked.fn.value, at)
    for part, words in (("q", "q"), ("other", "second column")):
        if getattr(asked, part) is not None:
            raise MeasurePartUnused(asked.fn.value, words, at)


def _fit(column: Column, fn: Aggregate, at: str) -> None:
    ordered = column.type in _ORDERED
    if fn in _ANY or column.type.is_number or (fn in _OF_ORDERED and ordered):
        return
    if fn in _OF_ORDERED:
        raise AggregateNotApplicable(column, fn.value, "Count its values, or group by it.", at)
    instead = "Use count, count_distinct, min or max." if ordered else "Use count or count_distinct."
    raise AggregateNotApplicable(column, fn.value, instead, at)


def condition(asked: Measure, rows: Rows, making: Making, question: Question, at: str) -> Node | None:
    """The filter of a measure. Raises what is wrong with it, with its position."""
    return where(asked.filter, rows.schema, making.binder, calendar=question.calendar, at=f"{at}.filter")


def measure(asked: Measure, rows: Rows, making: Making, question: Question, at: str) -> Node:
    """The measure over the rows of a group."""
    column, other = columns_of(asked, rows, at)
    only = condition(asked, rows, making, question, at)

    def of(aggregate: Node) -> Node:
        if only is None:
            return aggregate
        return exp.Filter(this=aggregate, expression=exp.Where(this=only.copy()))

    if column is None:
        return of(sql.call("count", exp.Star()))
    value = value_of(column)
    match asked.fn:
        case Aggregate.COUNT:
            return of(sql.call("count", value))
        case Aggregate.COUNT_DISTINCT:
            return of(sql.call("count", exp.Distinct(expressions=[value])))
        case Aggregate.APPROX_DISTINCT:
            return of(sql.call("approx_count_distinct", value))
        case Aggregate.MIN | Aggregate.MAX | Aggregate.SUM:
            return of(sql.call(asked.fn.value, value))
        case Aggregate.MEAN:
            return of(sql.call("avg", value))
        case Aggregate.MEDIAN | Aggregate.QUANTILE:
            share = 0.5 if asked.q is None else asked.q
            return of(sql.call("quantile_cont", sql.cast(value, "DOUBLE"), sql.literal(share)))
        case Aggregate.MODE:
            return of(sql.call("mode", exp.Order(this=value, expressions=[sql.ordered(value.copy())])))
        case Aggregate.FIRST | Aggregate.LAST:
            return _outermost(asked.fn is Aggregate.LAST, value, other, rows, only)
        case Aggregate.STDDEV:
            return of(sql.call("stddev_samp", bins.finite(column)))
        case Aggregate.VARIANCE:
            return of(sql.call("var_samp", bins.finite(column)))
    assert other is not None
    if asked.fn is Aggregate.RATIO:
        return sql.quotient(of(sql.call("sum", value)), of(sql.call("sum", value_of(other))))
    # A column that is the same in all rows has no correlation; engines give NaN for it.
    return sql.not_nan(of(sql.call("corr", bins.finite(column), bins.finite(other))))


def _outermost(last: bool, value: Node, other: Column | None, rows: Rows, only: Node | None) -> Node:
    order = [sql.ordered(value_of(other), last)] if other is not None else []
    order += [sql.ordered(sql.column(key), last) for key in rows.keys]
    there = sql.is_not_null(value.copy())
    kept = there if only is None else sql.every([there, only.copy()])
    first = sql.call("first", exp.Order(this=value, expressions=order))
    return exp.Filter(this=first, expression=exp.Where(this=kept))
