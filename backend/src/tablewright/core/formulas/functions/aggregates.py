"""Aggregates: one value of many rows. They leave out rows without a value."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from sqlglot import exp

from tablewright.core.formulas import types
from tablewright.core.formulas.emit import Emit, Value
from tablewright.core.formulas.functions.model import (
    Accepts,
    Argument,
    Define,
    Example,
    Function,
    Gives,
    Takes,
    Writes,
    condition,
    ex,
    floating,
    number,
    same,
    value,
    whole,
)
from tablewright.core.formulas.types import BOOLEAN, FLOAT, INTEGER, Kind
from tablewright.core.queries.sql import Node
from tablewright.core.tables.schema import ColumnType

_define = Define("aggregate")
_SKIPS = "Rows without a value are left out; no value when none is left."


def _aggregate(
    name: str,
    takes: Sequence[Takes],
    gives: Gives,
    description: str,
    duckdb: Writes,
    *examples: Example,
    nulls: str = _SKIPS,
    **more: Any,
) -> Function:
    return _define(name, takes, gives, description, duckdb, *examples, level="aggregate", nulls=nulls, **more)


def total(kind: Kind) -> Kind:
    """The kind of a sum: exact, with all digits that there are."""
    if kind.type is ColumnType.INTEGER:
        return types.WIDE
    return types.decimal(38, kind.scale) if kind.type is ColumnType.DECIMAL else FLOAT


def _sum_kind(index: int) -> Callable[[Sequence[Argument]], Kind]:
    return lambda arguments: total(arguments[index].kind)


def _summed(emit: Emit, given: Value) -> Node:
    """What is summed. Spark's sums are as wide as their input says, so whole numbers are made decimals first."""
    node = emit.clean(given)
    if emit.dialect == "spark" and given.kind.type is ColumnType.INTEGER:
        return emit.cast(node, types.decimal(28, 0), safe=True)
    return node


def _sum(emit: Emit, arguments: list[Value]) -> Node:
    return emit.fill("sum(_1)", _summed(emit, arguments[0]), dialect="duckdb")


def _sum_if(emit: Emit, arguments: list[Value]) -> Node:
    return emit.fill(
        "sum(_2) FILTER (WHERE _1)", emit.clean(arguments[0]), _summed(emit, arguments[1]), dialect="duckdb"
    )


def _average(emit: Emit, arguments: list[Value]) -> Node:
    node = _summed(emit, arguments[0])
    if emit.dialect == "duckdb":
        return emit.fill("avg(_1)", node)
    return emit.fill("CAST(sum(_1) AS DOUBLE) / nullif(count(_1), 0)", node)


def _average_if(emit: Emit, arguments: list[Value]) -> Node:
    test, node = emit.clean(arguments[0]), _summed(emit, arguments[1])
    if emit.dialect == "duckdb":
        return emit.fill("avg(_2) FILTER (WHERE _1)", test, node)
    return emit.fill("CAST(sum(_2) FILTER (WHERE _1) AS DOUBLE) / nullif(count(_2) FILTER (WHERE _1), 0)", test, node)


def _percentile(emit: Emit, arguments: list[Value]) -> Node:
    return exp.Anonymous(
        this="quantile_cont" if emit.dialect == "duckdb" else "percentile",
        expressions=[emit.clean(arguments[0]), exp.Literal.number(format(Decimal(str(arguments[1].constant)), "f"))],
    )


def _quartile(emit: Emit, arguments: list[Value]) -> Node:
    part = {0: "0", 1: "0.25", 2: "0.5", 3: "0.75", 4: "1"}[int(arguments[1].constant or 0)]  # type: ignore[arg-type]
    name = "quantile_cont" if emit.dialect == "duckdb" else "percentile"
    return exp.Anonymous(this=name, expressions=[emit.clean(arguments[0]), exp.Literal.number(part)])


def _ends(last: bool) -> Callable[[Emit, list[Value]], Node]:
    """The value at one end of the rows, in the order of the file. Of several columns of an order, all of them count."""

    def write(emit: Emit, arguments: list[Value]) -> Node:
        assert emit.window is not None and emit.window.rows  # compiling refuses without them
        rows = [each.this if isinstance(each, exp.Ordered) else each for each in emit.window.rows]
        place = rows[0].copy() if len(rows) == 1 else exp.Tuple(expressions=[each.copy() for each in rows])
        node = emit.clean(arguments[0])
        if emit.dialect == "duckdb":
            return emit.fill(f"{'arg_max' if last else 'arg_min'}(_1, _2)", node, place)
        if isinstance(place, exp.Tuple):
            place = exp.Anonymous(this="struct", expressions=place.expressions)
        return emit.fill(f"{'max_by' if last else 'min_by'}(_1, _2) FILTER (WHERE _1 IS NOT NULL)", node, place)

    return write


_MODE = "list_extract(map_keys(histogram(_1)), list_position(map_values(histogram(_1)), list_max(map_values(histogram(_1)))))"
_X, _Y = floating("x"), floating("y")
_PAIR_NULLS = "Rows in which one of both is missing are left out; no value when none is left."
_ZERO = "Never without a value: 0 when there are no rows."

FUNCTIONS: tuple[Function, ...] = (
    _aggregate("SUM", (number(),), _sum_kind(0), "The sum. Sums of whole numbers and decimals are exact.", _sum,
               ex("SUM([Sales])", Decimal("1000.00")), ex("SUM([Profit]) / SUM([Sales])", 0.1), sheet=True,
               difference="Spreadsheets say 0 when there are no values."),
    _aggregate("AVERAGE", (number(),), FLOAT, "The mean.", _average, ex("AVERAGE([Quantity])", 3.0), ex("AVERAGE([Profit])", 25.0),
               aliases=("AVG", "MEAN"), sheet=True),
    _aggregate("COUNT", (value(),), INTEGER, "How many values there are.", "count(_1)", ex("COUNT([Profit])", 4), nulls=_ZERO,
               sheet=True, difference="Spreadsheets count numbers only; here every value counts, as with COUNTA."),
    _aggregate("COUNTROWS", (), INTEGER, "How many rows there are.", "count(*)", ex("COUNTROWS()", 5), nulls=_ZERO),
    _aggregate("COUNTD", (value(),), INTEGER, "How many different values there are.", "count(DISTINCT _1)", ex("COUNTD([Region])", 3),
               nulls=_ZERO, aliases=("COUNTUNIQUE", "DISTINCTCOUNT")),
    _aggregate("COUNTD_APPROX", (value(),), INTEGER, "About how many different values there are (within some 2 %), in little memory.",
               "approx_count_distinct(_1)", ex("COUNTD_APPROX([Region])", 3), nulls=_ZERO,
               not_on_spark="each engine counts about right in its own way"),
    _aggregate("COUNTBLANK", (value(),), INTEGER, "How many rows have no value.", "count(*) - count(_1)", ex("COUNTBLANK([Profit])", 1),
               nulls=_ZERO, sheet=True, difference="Empty text is a value here; spreadsheets count it as blank."),
    _aggregate("COUNTIF", (condition(),), INTEGER, "In how many rows a condition holds.", "count(CASE WHEN _1 THEN 1 END)",
               ex("COUNTIF([Sales] > 200)", 3), nulls=_ZERO, sheet=True,
               difference="Spreadsheets take a range and a criterion as text; here it is a condition."),
    _aggregate("SHAREIF", (condition(),), FLOAT, "The share of rows in which a condition holds, of those in which it is known.",
               "CAST(count(CASE WHEN _1 THEN 1 END) AS DOUBLE) / nullif(count(_1), 0)", ex("SHAREIF([Sales] > 200)", 0.6)),
    _aggregate("SUMIF", (condition(), number()), _sum_kind(1), "The sum over the rows in which a condition holds.", _sum_if,
               ex('SUMIF([Region] = "North", [Sales])', Decimal("400.00")), sheet=True, aliases=("SUMIFS",),
               difference="Spreadsheets take a range and a criterion as text; here it is a condition."),
    _aggregate("AVERAGEIF", (condition(), number()), FLOAT, "The mean over the rows in which a condition holds.", _average_if,
               ex('AVERAGEIF([Region] = "North", [Sales])', 200.0), sheet=True,
               difference="Spreadsheets take a range and a criterion as text; here it is a condition."),
    _aggregate("MINIF", (condition(), Takes("value", Accepts.ORDERED)), same(1), "The smallest value over the rows in which a condition holds.",
               "min(CASE WHEN _1 THEN _2 END)", ex("MINIF([Profit] > 0, [Sales])", Decimal("100.00")), bounded=True),
    _aggregate("MAXIF", (condition(), Takes("value", Accepts.ORDERED)), same(1), "The largest value over the rows in which a condition holds.",
               "max(CASE WHEN _1 THEN _2 END)", ex("MAXIF([Profit] > 0, [Quantity])", 4), bounded=True),
    _aggregate("MIN", (Takes("value", Accepts.ORDERED),), same(0), "The smallest value, the earliest date, or the first text.", "min(_1)",
               ex("MIN([Sales])", Decimal("50.00")), ex("MIN([Region])", "North"), sheet=True, bounded=True,
               difference="Spreadsheets say 0 when there are no values."),
    _aggregate("MAX", (Takes("value", Accepts.ORDERED),), same(0), "The largest value, the latest date, or the last text.", "max(_1)",
               ex("MAX([Sales])", Decimal("300.00")), sheet=True, bounded=True,
               difference="Spreadsheets say 0 when there are no values."),
    _aggregate("SPREAD", (floating(),), FLOAT, "The difference between the largest and the smallest value.", "max(_1) - min(_1)",
               ex("SPREAD([Sales])", 250.0)),
    _aggregate("FIRST", (value(),), same(0), "The first value in the order of the rows.", _ends(False), ex("FIRST([Region])", "North"),
               bounded=True),
    _aggregate("LAST", (value(),), same(0), "The last value in the order of the rows.", _ends(True), ex("LAST([Score])", 4.0), bounded=True),
    _aggregate("MEDIAN", (floating(),), FLOAT, "The value in the middle; of an even count the mean of both.", "quantile_cont(_1, 0.5)",
               ex("MEDIAN([Quantity])", 3.0), ex("MEDIAN([Profit])", 25.0), spark="percentile(_1, 0.5)", sheet=True),
    _aggregate("PERCENTILE", (floating(), Takes("part", Accepts.FLOAT, "0 to 1", constant=True, reads=True, low=0, high=1)), FLOAT,
               "The value below which a part of the values lies, between neighbours in proportion.", _percentile,
               ex("PERCENTILE([Quantity], 0.9)", 4.6), ex("PERCENTILE([Quantity], 25%)", 2.0), sheet=True),
    _aggregate("QUARTILE", (floating(), whole("quarter", "0 to 4", constant=True, reads=True, low=0, high=4)), FLOAT,
               "The value below which so many quarters of the values lie.", _quartile, ex("QUARTILE([Quantity], 1)", 2.0), sheet=True),
    _aggregate("MODE", (Takes("value", Accepts.ORDERED),), same(0), "The most frequent value; of several the smallest.", _MODE,
               ex("MODE([Sales])", Decimal("300.00")), ex("MODE([Region])", "North"), spark="mode(_1, TRUE)", sheet=True, bounded=True,
               difference="Spreadsheets refuse when every value occurs once."),
    _aggregate("STDEV", (floating(),), FLOAT, "The standard deviation of a sample.", "stddev_samp(_1)", ex("STDEV([Quantity])", 1.5811388300841898),
               sheet=True),
    _aggregate("STDEVP", (floating(),), FLOAT, "The standard deviation of a whole population.", "stddev_pop(_1)",
               ex("STDEVP([Quantity])", 1.4142135623730951), sheet=True),
    _aggregate("VAR", (floating(),), FLOAT, "The variance of a sample.", "var_samp(_1)", ex("VAR([Quantity])", 2.5), sheet=True),
    _aggregate("VARP", (floating(),), FLOAT, "The variance of a whole population.", "var_pop(_1)", ex("VARP([Quantity])", 2.0), sheet=True),
    _aggregate("DEVSQ", (floating(),), FLOAT, "The sum of the squared deviations from the mean.", "var_pop(_1) * count(_1)",
               ex("DEVSQ([Quantity])", 10.0), sheet=True),
    _aggregate("SKEW", (floating(),), FLOAT, "How lopsided a sample is.", "skewness(_1)", ex("SKEW([Quantity])", 0.0), sheet=True,
               spark="skewness(_1) * sqrt(CAST(count(_1) AS DOUBLE) * (count(_1) - 1)) / nullif(greatest(count(_1) - 2, 0), 0)"),
    _aggregate("KURT", (floating(),), FLOAT, "How heavy the tails of a sample are, beside those of a normal distribution.", "kurtosis(_1)",
               ex("KURT([Quantity])", -1.2), sheet=True,
               spark="((count(_1) + 1) * kurtosis(_1) + 6) * (count(_1) - 1) / nullif(CAST(greatest(count(_1) - 2, 0) AS DOUBLE) "
               "* greatest(count(_1) - 3, 0), CAST(0 AS DOUBLE))"),
    _aggregate("GEOMEAN", (floating("number", "more than 0"),), FLOAT, "The geometric mean; no value when a number is 0 or less.",
               "CASE WHEN min(_1) > 0 THEN exp(avg(CASE WHEN _1 > 0 THEN ln(_1) END)) END", ex("GEOMEAN([Quantity])", 2.605171084697352), sheet=True),
    _aggregate("HARMEAN", (floating("number", "more than 0"),), FLOAT, "The harmonic mean; no value when a number is 0 or less.",
               "CASE WHEN min(_1) > 0 THEN count(_1) / sum(CASE WHEN _1 > 0 THEN 1 / _1 END) END", ex("HARMEAN([Quantity])", 2.18978102189781),
               sheet=True),
    _aggregate("PRODUCT", (floating(),), FLOAT, "The product of all values.", "product(_1)", ex("PRODUCT([Quantity])", 120.0), sheet=True,
               not_on_spark="it would gather all values of a group in one place",
               difference="Spreadsheets say 0 when there are no values."),
    _aggregate("SUMPRODUCT", (_X, _Y), FLOAT, "The sum of the products of two columns.", "sum(_1 * _2)",
               ex("SUMPRODUCT([Quantity], [Sales])", 3700.0), nulls=_PAIR_NULLS, sheet=True,
               difference="Spreadsheets say 0 when there are no values."),
    _aggregate("WEIGHTEDAVERAGE", (floating("number"), floating("weight")), FLOAT, "The mean in which each value has a weight.",
               "sum(_1 * _2) / nullif(sum(CASE WHEN _1 IS NOT NULL THEN _2 END), 0)", ex("WEIGHTEDAVERAGE([Score], [Quantity])", 2.4545454545454546),
               aliases=("WEIGHTED_AVERAGE", "WAVG"), nulls=_PAIR_NULLS),
    _aggregate("CORREL", (_X, _Y), FLOAT, "How closely two columns go together: -1 to 1.", "corr(_1, _2)",
               ex("CORREL([Quantity], [Sales])", 0.9438798074485389), aliases=("PEARSON",), nulls=_PAIR_NULLS, sheet=True),
    _aggregate("COVAR", (_X, _Y), FLOAT, "The covariance of two columns of a whole population.", "covar_pop(_1, _2)",
               ex("COVAR([Quantity], [Sales])", 140.0), nulls=_PAIR_NULLS, sheet=True),
    _aggregate("COVARIANCE.S", (_X, _Y), FLOAT, "The covariance of two columns of a sample.", "covar_samp(_1, _2)",
               ex("COVARIANCE.S([Quantity], [Sales])", 175.0), nulls=_PAIR_NULLS, sheet=True),
    _aggregate("SLOPE", (_Y, _X), FLOAT, "How steep the line of best fit is: what y gains when x grows by 1.", "regr_slope(_1, _2)",
               ex("SLOPE([Sales], [Quantity])", 70.0), nulls=_PAIR_NULLS, sheet=True),
    _aggregate("INTERCEPT", (_Y, _X), FLOAT, "Where the line of best fit is at x = 0.", "regr_intercept(_1, _2)",
               ex("INTERCEPT([Sales], [Quantity])", -10.0), nulls=_PAIR_NULLS, sheet=True),
    _aggregate("RSQ", (_Y, _X), FLOAT, "How much of y the line of best fit explains: 0 to 1.", "regr_r2(_1, _2)",
               ex("RSQ([Sales], [Quantity])", 0.890909090909091), nulls=_PAIR_NULLS, sheet=True),
    _aggregate("ANYROW", (condition(),), BOOLEAN, "Whether a condition holds in at least one row.", "bool_or(_1)", ex("ANYROW([Profit] < 0)", True)),
    _aggregate("EVERYROW", (condition(),), BOOLEAN, "Whether a condition holds in every row in which it is known.", "bool_and(_1)",
               ex("EVERYROW([Sales] > 0)", True)),
)  # fmt: skip
