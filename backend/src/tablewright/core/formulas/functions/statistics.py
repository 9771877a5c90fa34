"""Statistics of the values of one row, and densities of distributions."""

from __future__ import annotations

from collections.abc import Callable

from tablewright.core.formulas.emit import Emit, Value
from tablewright.core.formulas.functions.model import Accepts, Define, Function, Takes, condition, ex, floating, whole
from tablewright.core.formulas.types import FLOAT, INTEGER
from tablewright.core.queries.sql import Node

_statistics = Define("statistics")
_VALUES = (floating("number"), floating("more", repeats=True))


def _over_arguments(template: str) -> Callable[[Emit, list[Value]], Node]:
    def write(emit: Emit, arguments: list[Value]) -> Node:
        names = [f"_{index + 1}" for index in range(len(arguments))]
        sums = " + ".join(f"coalesce({name}, 0)" for name in names)
        counts = " + ".join(f"CASE WHEN {name} IS NULL THEN 0 ELSE 1 END" for name in names)
        nodes = [emit.clean(each) for each in arguments]
        return emit.fill(template.format(sums=sums, counts=counts), *nodes, dialect="duckdb")

    return write


FUNCTIONS: tuple[Function, ...] = (
    _statistics("SUMOF", _VALUES, FLOAT, "The sum of several values of one row; missing ones count as 0.", _over_arguments("{sums}"),
                ex("SUMOF(1, BLANK(), 2)", 3.0), nulls="Missing values count as 0."),
    _statistics("AVERAGEOF", _VALUES, FLOAT, "The mean of several values of one row; missing ones are left out.",
                _over_arguments("CASE WHEN {counts} > 0 THEN ({sums}) / ({counts}) END"), ex("AVERAGEOF(1, BLANK(), 2)", 1.5),
                nulls="Missing values are left out; no value when all are missing."),
    _statistics("COUNTOF", (Takes("value", Accepts.ANY), Takes("more", Accepts.ANY, repeats=True)), INTEGER,
                "How many of several values of one row there are.", _over_arguments("{counts}"), ex("COUNTOF(1, BLANK(), 2)", 2),
                nulls="Never without a value."),
    _statistics("STANDARDIZE", (floating(), floating("mean"), floating("deviation", "more than 0")), FLOAT,
                "How many standard deviations a number is from the mean.", "CASE WHEN _3 > 0 THEN (_1 - _2) / _3 END",
                ex("STANDARDIZE(42, 40, 1.5)", 1.3333333333333333), sheet=True),
    _statistics("FISHER", (floating("number", "between -1 and 1"),), FLOAT, "Fisher's transformation of a correlation.",
                "CASE WHEN abs(_1) < 1 THEN 0.5::DOUBLE * ln((1 + _1) / (1 - _1)) END", ex("FISHER(0.5)", 0.5493061443340548), sheet=True),
    _statistics("FISHERINV", (floating(),), FLOAT, "The correlation of a Fisher transformation.", "tanh(_1)",
                ex("FISHERINV(0.5493061443340548)", 0.5), sheet=True),
    _statistics("PHI", (floating(),), FLOAT, "The density of the standard normal distribution.",
                "exp(-_1 * _1 / 2) / sqrt(2 * pi())", ex("PHI(0)", 0.3989422804014327), sheet=True),
    _statistics("NORMDENSITY", (floating(), floating("mean"), floating("deviation", "more than 0")), FLOAT,
                "The density of a normal distribution.",
                "CASE WHEN _3 > 0 THEN exp(-((_1 - _2) / _3) * ((_1 - _2) / _3) / 2) / (_3 * sqrt(2 * pi())) END",
                ex("NORMDENSITY(42, 40, 1.5)", 0.10934004978399577)),
    _statistics("LOGISTIC", (floating(),), FLOAT, "1 / (1 + e^-x): a number between 0 and 1.", "1::DOUBLE / (1 + exp(-_1))",
                ex("LOGISTIC(0)", 0.5)),
    _statistics("EXPONDIST", (floating("number", "0 or more"), floating("rate", "more than 0"), condition("cumulative")), FLOAT,
                "The exponential distribution: its probability up to a number, or its density there.",
                "CASE WHEN _1 >= 0 AND _2 > 0 THEN CASE WHEN _3 THEN 1 - exp(-_2 * _1) WHEN NOT _3 THEN _2 * exp(-_2 * _1) END END",
                ex("EXPONDIST(0.2, 10, TRUE)", 0.8646647167633873), sheet=True),
    _statistics("WEIBULL", (floating("number", "0 or more"), floating("shape", "more than 0"), floating("scale", "more than 0"),
                condition("cumulative")), FLOAT, "The Weibull distribution: its probability up to a number, or its density there.",
                "CASE WHEN _1 >= 0 AND _2 > 0 AND _3 > 0 THEN CASE WHEN _4 THEN 1 - exp(-pow(_1 / _3, _2)) WHEN NOT _4 THEN "
                "_2 / pow(_3, _2) * pow(_1, _2 - 1) * exp(-pow(_1 / _3, _2)) END END",
                ex("WEIBULL(105, 20, 100, TRUE)", 0.929581390069277), fails=True, sheet=True),
    _statistics("POISSON", (whole("number", "0 to 170"), floating("mean", "0 or more")), FLOAT,
                "The probability that something happens so many times.",
                "CASE WHEN _1 BETWEEN 0 AND 170 AND _2 >= 0 THEN exp(-_2) * pow(_2, _1) / "
                "coalesce(list_product(CAST(range(1, _1 + 1) AS DOUBLE[])), 1) END", ex("POISSON(2, 5)", 0.08422433748856833),
                sheet=True, difference="Spreadsheets give the probability of at most so many times unless told otherwise.",
                spark="CASE WHEN _1 BETWEEN 0 AND 170 AND _2 >= 0 THEN exp(-_2) * power(_2, _1) / "
                "aggregate(sequence(1L, greatest(_1, 1L)), CAST(1 AS DOUBLE), (a, i) -> a * i) END"),
    _statistics("BINOMDIST", (whole("number"), whole("trials", "at most 1,000"), floating("probability", "0 to 1")), FLOAT,
                "The probability that so many of the trials succeed.",
                "CASE WHEN _1 BETWEEN 0 AND _2 AND _2 <= 1000 AND _3 BETWEEN 0 AND 1 THEN coalesce(list_product(list_transform("
                "range(1, _1 + 1), lambda i: (_2 - _1 + i)::DOUBLE / i * _3)), 1) * pow(1 - _3, _2 - _1) END",
                ex("BINOMDIST(6, 10, 0.5)", 0.20507812500000006), sheet=True,
                difference="Spreadsheets take a fourth argument, with which they give the probability of at most so many.",
                spark="CASE WHEN _1 BETWEEN 0 AND _2 AND _2 <= 1000 AND _3 BETWEEN 0 AND 1 THEN CASE WHEN _1 = 0 THEN "
                "CAST(1 AS DOUBLE) ELSE aggregate(sequence(1L, greatest(_1, 1L)), CAST(1 AS DOUBLE), "
                "(a, i) -> a * CAST(_2 - _1 + i AS DOUBLE) / i * _3) END * power(1 - _3, _2 - _1) END"),
)  # fmt: skip
