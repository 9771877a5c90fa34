"""Maths: rounding, powers and logarithms, trigonometry, whole numbers and their bits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal

from sqlglot import exp

from tablewright.core.formulas import types
from tablewright.core.formulas.emit import Emit, Value
from tablewright.core.formulas.functions.model import (
    Argument,
    Define,
    Example,
    Function,
    Takes,
    ex,
    floating,
    number,
    same,
    whole,
)
from tablewright.core.formulas.types import FLOAT, INTEGER, Kind
from tablewright.core.queries.sql import Node
from tablewright.core.tables.schema import ColumnType

_maths = Define("maths")
_Write = Callable[[Emit, list[Value]], Node]
NUDGE = "4e-16::DOUBLE"
"""Floats this near to a whole number are meant to be it: 2.675 * 100 is 267.49999999999994 in binary."""


def _places(arguments: Sequence[Argument]) -> int | None:
    """The places to round to, when they are written in the formula."""
    given = arguments[1].constant if len(arguments) > 1 else 0
    if isinstance(given, int | float | Decimal) and -1000 <= given <= 1000:
        return int(given)
    return None


def _rounded_kind(arguments: Sequence[Argument]) -> Kind:
    kind, places = arguments[0].kind, _places(arguments)
    if kind.type is ColumnType.INTEGER and places is not None:
        return types.WIDE if kind.is_wide else INTEGER
    if kind.type is ColumnType.DECIMAL and places is not None:
        scale = min(kind.scale, max(places, 0))
        return types.decimal(kind.precision - kind.scale + scale + 1, scale)
    return FLOAT


def _rounds(way: str) -> _Write:
    """Rounding half away from zero, up (away from zero) or down (toward it); exact for exact numbers."""

    def write(emit: Emit, arguments: list[Value]) -> Node:
        given, kind, places = arguments[0], _rounded_kind(arguments), _places(arguments)
        node = emit.clean(given)
        if given.kind.is_exact and places is not None and kind.type is not ColumnType.FLOAT:
            return exactly(emit, node, given.kind, places, way)
        node = emit.clean(emit.convert(given, FLOAT))
        count = emit.clean(arguments[1]) if len(arguments) > 1 else exp.Literal.number(0)
        return emit.fill(FLOATS[way], node, count, dialect="duckdb")

    return write


def exactly(emit: Emit, node: Node, kind: Kind, places: int, way: str) -> Node:
    if places >= kind.scale:
        return node
    digits = types.LARGEST_PRECISION
    if places < -(digits - 1):
        return emit.fill("_1 * 0", node, dialect="duckdb")
    # The number counted in steps of the last place that stays, rounded as a whole number, and back.
    step = exp.Literal.number(format(Decimal(1).scaleb(-places), "f"))
    if way == "round" and places >= 0:
        return emit.fill("round(_1, _2)", node, exp.Literal.number(places), dialect="duckdb")
    rest = emit.fill("_1 % _2", node, step, dialect="duckdb")
    if way == "down":
        return emit.fill("_1 - _2", node.copy(), rest, dialect="duckdb")
    if way == "up":
        template = "_1 - _2 + CASE WHEN _2 > 0 THEN _3 WHEN _2 < 0 THEN -_3 ELSE 0 END"
    else:
        template = "_1 - _2 + CASE WHEN _2 * 2 >= _3 THEN _3 WHEN _2 * 2 <= -_3 THEN -_3 ELSE 0 END"
    return emit.let(
        node,
        lambda bound: emit.fill(
            template, bound, emit.fill("_1 % _2", bound.copy(), step, dialect="duckdb"), step.copy(), dialect="duckdb"
        ),
    )


_SCALED = "(_1 * pow(10::DOUBLE, greatest(_2, 0)) / pow(10::DOUBLE, greatest(-_2, 0)))"
_BACK = "/ pow(10::DOUBLE, greatest(_2, 0)) * pow(10::DOUBLE, greatest(-_2, 0))"
FLOATS = {
    "round": f"CASE WHEN _2 IS NULL THEN NULL WHEN abs({_SCALED}) >= 1e15::DOUBLE THEN _1 ELSE round({_SCALED} * (1::DOUBLE + {NUDGE})) {_BACK} END",
    "up": f"CASE WHEN _2 IS NULL THEN NULL WHEN abs({_SCALED}) >= 1e15::DOUBLE THEN _1 ELSE "
    f"sign(_1) * ceil(abs({_SCALED}) * (1::DOUBLE - {NUDGE})) {_BACK} END",
    "down": f"CASE WHEN _2 IS NULL THEN NULL WHEN abs({_SCALED}) >= 1e15::DOUBLE THEN _1 ELSE "
    f"sign(_1) * floor(abs({_SCALED}) * (1::DOUBLE + {NUDGE})) {_BACK} END",
}


def _joined_kind(arguments: Sequence[Argument]) -> Kind | None:
    return types.joined([each.kind for each in arguments])


def _modulo(emit: Emit, arguments: list[Value]) -> Node:
    left, right = (emit.clean(each) for each in arguments)
    if arguments[0].kind.type is ColumnType.FLOAT:
        return emit.fill("CASE WHEN _2 <> 0 THEN _1 - _2 * floor(_1 / _2) END", left, right, dialect="duckdb")
    return emit.fill("((_1 % nullif(_2, 0)) + _2) % nullif(_2, 0)", left, right, dialect="duckdb")


def _extreme(sign: str) -> _Write:
    """The largest or smallest of those that have a value: engines differ in what null does, so it is written out."""
    name = "greatest" if sign == ">" else "least"

    def write(emit: Emit, arguments: list[Value]) -> Node:
        nodes = [emit.clean(each) for each in arguments]
        names = ", ".join(f"_{index + 1}" for index in range(len(nodes)))
        return emit.fill(f"{name}({names})", *nodes, dialect="duckdb")

    return write


def _squares(emit: Emit, arguments: list[Value]) -> Node:
    terms = " + ".join(f"_{index + 1} * _{index + 1}" for index in range(len(arguments)))
    return emit.fill(terms, *(emit.clean(each) for each in arguments), dialect="duckdb")


def _one(
    name: str,
    description: str,
    template: str,
    *examples: Example,
    spark: str | None = None,
    fails: bool = False,
    sheet: bool = True,
) -> Function:
    """A float of a float."""
    return _maths(name, (floating(),), FLOAT, description, template, *examples, spark=spark, fails=fails, sheet=sheet)


_BITS = (whole("a", "0 or more"), whole("b", "0 or more"))
_GROUPED = Takes("number", number().accepts, "", group="numbers")
_MORE = replace(_GROUPED, name="more", repeats=True)

FUNCTIONS: tuple[Function, ...] = (
    _maths("ABS", (number(),), same(0), "The number without its sign.", "abs(_1)", ex("ABS(-2.5)", Decimal("2.5")),
           spark="CASE WHEN _1 < 0 THEN _1 * -1 ELSE _1 END", fails=True, finite=True, sheet=True),
    _maths("SIGN", (number(),), INTEGER, "1 for a number above zero, -1 below, 0 for zero.", "sign(_1)", ex("SIGN(-3)", -1),
           sheet=True),
    _maths("ROUND", (number(), whole("places", "behind the point; negative ones before it", default=0)), _rounded_kind,
           "The number rounded to so many places, halves away from zero. Exact numbers stay exact when the places are "
           "written in the formula.", _rounds("round"),
           ex("ROUND(2.675, 2)", Decimal("2.68")), ex("ROUND(-2.5)", Decimal("-3")), ex("ROUND(1250, -2)", 1300),
           fails=True, finite=True, sheet=True),
    _maths("ROUNDUP", (number(), whole("places", default=0)), _rounded_kind,
           "The number rounded away from zero to so many places.", _rounds("up"), ex("ROUNDUP(2.341, 2)", Decimal("2.35")),
           ex("ROUNDUP(-1.1)", Decimal("-2")), fails=True, finite=True, sheet=True),
    _maths("ROUNDDOWN", (number(), whole("places", default=0)), _rounded_kind,
           "The number rounded toward zero to so many places.", _rounds("down"), ex("ROUNDDOWN(2.349, 2)", Decimal("2.34")),
           ex("ROUNDDOWN(-1.9)", Decimal("-1")), fails=True, finite=True, sheet=True),
    _maths("TRUNC", (number(), whole("places", default=0)), _rounded_kind,
           "The number without the digits behind so many places.", _rounds("down"), ex("TRUNC(-8.9)", Decimal("-8")),
           fails=True, finite=True, sheet=True),
    _maths("INT", (number(),), INTEGER, "The next lower whole number.", "floor(_1)", ex("INT(2.9)", 2), ex("INT(-2.1)", -3),
           sheet=True),
    _maths("MROUND", (floating(), floating("multiple")), FLOAT,
           "The number rounded to the nearest multiple. No value when the signs differ.",
           f"CASE WHEN _2 = 0 THEN _1 * 0 WHEN _1 * _2 >= 0 THEN round(_1 / _2 * (1::DOUBLE + {NUDGE})) * _2 END",
           ex("MROUND(7, 3)", 6.0), ex("MROUND(1.3, 0.2)", 1.4), sheet=True,
           difference="LibreOffice also rounds when the signs differ."),
    _maths("CEILING", (floating(), floating("multiple", default=1)), FLOAT,
           "The number rounded up to a multiple. With a negative multiple, negative numbers go away from zero.",
           "CASE WHEN _2 = 0 THEN _1 * 0 WHEN _1 <= 0 OR _2 > 0 THEN "
           f"ceil(_1 / _2 - abs(_1 / _2) * {NUDGE}) * _2 END",
           ex("CEILING(2.1)", 3.0), ex("CEILING(0.72, 0.05)", 0.75), ex("CEILING(-4.5, -2)", -6.0), sheet=True),
    _maths("FLOOR", (floating(), floating("multiple", default=1)), FLOAT,
           "The number rounded down to a multiple. With a negative multiple, negative numbers go toward zero.",
           "CASE WHEN _2 = 0 THEN CASE WHEN _1 = 0 THEN 0::DOUBLE END WHEN _1 <= 0 OR _2 > 0 THEN "
           f"floor(_1 / _2 + abs(_1 / _2) * {NUDGE}) * _2 END",
           ex("FLOOR(2.9)", 2.0), ex("FLOOR(0.72, 0.05)", 0.7), sheet=True),
    _maths("EVEN", (floating(),), INTEGER, "The next even whole number away from zero.",
           "CAST(sign(_1) AS BIGINT) * 2 * TRY_CAST(ceil(abs(_1) / 2) AS BIGINT)", ex("EVEN(3)", 4), ex("EVEN(-1.2)", -2),
           fails=True, sheet=True),
    _maths("ODD", (floating(),), INTEGER, "The next odd whole number away from zero.",
           "CASE WHEN _1 < 0 THEN -1 WHEN _1 >= 0 THEN 1 END * (2 * TRY_CAST(greatest(ceil((abs(_1) - 1) / 2), 0) AS BIGINT) + 1)",
           ex("ODD(4)", 5), ex("ODD(0)", 1), fails=True, sheet=True),
    _maths("MOD", (replace(_GROUPED, name="number"), replace(_GROUPED, name="divisor")), _joined_kind,
           "What is left of a division, with the sign of the divisor.", _modulo, ex("MOD(7, 3)", 1), ex("MOD(-7, 3)", 2),
           ex("MOD(7, 0)", None), fails=True, sheet=True),
    _maths("QUOTIENT", (floating(), floating("divisor")), INTEGER, "The whole part of a division.",
           f"CASE WHEN _2 <> 0 THEN trunc(_1 / _2 * (1::DOUBLE + {NUDGE})) END", ex("QUOTIENT(7, 2)", 3), ex("QUOTIENT(-7, 2)", -3),
           spark="CASE WHEN _2 <> 0 AND abs(_1 / nullif(_2, 0D)) < 9.3e18D THEN sign(_1 / _2) * floor(abs(_1 / _2) * (1D + 4e-16D)) END", sheet=True),
    _maths("POWER", (floating(), floating("exponent")), FLOAT, "The number raised to an exponent.", "pow(_1, _2)",
           ex("POWER(2, 10)", 1024.0), ex("POWER(-8, 0.5)", None), fails=True, sheet=True),
    Define("operators")("^", (floating("a"), floating("b")), FLOAT, "The number raised to an exponent.", "pow(_1, _2)", ex("2 ^ 10", 1024.0),
           ex("2 ^ 3 ^ 2", 64.0), fails=True, shown="a ^ b"),
    _one("SQRT", "The square root; no value for negative numbers.", "sqrt(_1)", ex("SQRT(16)", 4.0), ex("SQRT(-1)", None),
         fails=True),
    _one("SQRTPI", "The square root of the number times π.", "sqrt(_1 * pi())", ex("SQRTPI(1)", 1.772453850905516), fails=True),
    _one("CBRT", "The cube root.", "cbrt(_1)", ex("CBRT(27)", 3.0), sheet=False),
    _one("EXP", "e raised to the number.", "exp(_1)", ex("EXP(1)", 2.718281828459045), ex("EXP(1000)", None)),
    _one("LN", "The natural logarithm; no value for zero and below.", "ln(_1)", ex("LN(1)", 0.0), ex("LN(0)", None),
         spark="CASE WHEN _1 > 0 THEN ln(_1) END", fails=True),
    _one("LOG10", "The logarithm to base 10.", "log10(_1)", ex("LOG10(1000)", 3.0),
         spark="CASE WHEN _1 > 0 THEN log10(_1) END", fails=True),
    _one("LOG2", "The logarithm to base 2.", "log2(_1)", ex("LOG2(8)", 3.0),
         spark="CASE WHEN _1 > 0 THEN log2(_1) END", fails=True, sheet=False),
    _maths("LOG", (floating(), floating("base", default=10)), FLOAT, "The logarithm to a base.",
           "CASE WHEN _1 > 0 AND _2 > 0 AND _2 <> 1 THEN CASE WHEN _2 = 10 THEN log10(_1) WHEN _2 = 2 THEN log2(_1) "
           "ELSE ln(_1) / ln(_2) END END",
           ex("LOG(1000)", 3.0), ex("LOG(8, 2)", 3.0), ex("LOG(8, 1)", None), sheet=True),
    _maths("PI", (), FLOAT, "π.", "pi()", ex("PI()", 3.141592653589793), finite=True, sheet=True),
    _maths("E", (), FLOAT, "The base of natural logarithms.", "2.718281828459045::DOUBLE", ex("E()", 2.718281828459045),
           finite=True),
    _one("SIN", "The sine of an angle in radians.", "sin(_1)", ex("SIN(0)", 0.0), fails=True),
    _one("COS", "The cosine of an angle in radians.", "cos(_1)", ex("COS(0)", 1.0), fails=True),
    _one("TAN", "The tangent of an angle in radians.", "tan(_1)", ex("TAN(0)", 0.0), fails=True),
    _one("COT", "The cotangent of an angle in radians.", "CASE WHEN _1 <> 0 THEN 1::DOUBLE / tan(_1) END",
         ex("COT(PI() / 4)", 1.0000000000000002), fails=True),
    _one("SEC", "1 divided by the cosine.", "1::DOUBLE / cos(_1)", ex("SEC(0)", 1.0), fails=True),
    _one("CSC", "1 divided by the sine.", "CASE WHEN _1 <> 0 THEN 1::DOUBLE / sin(_1) END", ex("CSC(PI() / 2)", 1.0), fails=True),
    _one("ASIN", "The angle whose sine is the number, in radians.", "asin(_1)", ex("ASIN(1)", 1.5707963267948966), fails=True),
    _one("ACOS", "The angle whose cosine is the number, in radians.", "acos(_1)", ex("ACOS(1)", 0.0), ex("ACOS(2)", None),
         fails=True),
    _one("ATAN", "The angle whose tangent is the number, in radians.", "atan(_1)", ex("ATAN(1)", 0.7853981633974483)),
    _maths("ATAN2", (floating("x"), floating("y")), FLOAT, "The angle of the point (x, y), in radians.",
           "CASE WHEN _1 <> 0 OR _2 <> 0 THEN atan2(_2, _1) END", ex("ATAN2(1, 1)", 0.7853981633974483), sheet=True,
           difference="LibreOffice gives 0 for the point (0, 0); here it has no angle."),
    _one("ACOT", "The angle whose cotangent is the number, in radians.", "pi() / 2 - atan(_1)", ex("ACOT(0)", 1.5707963267948966)),
    _one("SINH", "The hyperbolic sine.", "sinh(_1)", ex("SINH(0)", 0.0)),
    _one("COSH", "The hyperbolic cosine.", "cosh(_1)", ex("COSH(0)", 1.0)),
    _one("TANH", "The hyperbolic tangent.", "tanh(_1)", ex("TANH(0)", 0.0)),
    _one("ASINH", "The number whose hyperbolic sine it is.", "asinh(_1)", ex("ASINH(0)", 0.0)),
    _one("ACOSH", "The number whose hyperbolic cosine it is.", "acosh(_1)", ex("ACOSH(1)", 0.0), ex("ACOSH(0)", None), fails=True),
    _one("ATANH", "The number whose hyperbolic tangent it is.", "CASE WHEN abs(_1) < 1 THEN atanh(_1) END", ex("ATANH(0)", 0.0),
         ex("ATANH(1)", None), fails=True),
    _one("DEGREES", "Radians in degrees.", "degrees(_1)", ex("DEGREES(PI())", 180.0)),
    _one("RADIANS", "Degrees in radians.", "radians(_1)", ex("RADIANS(180)", 3.141592653589793)),
    _maths("FACT", (whole("number", "0 to 170"),), FLOAT, "The factorial: the product of all whole numbers up to this one.",
           "CASE WHEN _1 BETWEEN 0 AND 170 THEN coalesce(list_product(CAST(range(1, _1 + 1) AS DOUBLE[])), 1) END",
           ex("FACT(5)", 120.0), ex("FACT(0)", 1.0), ex("FACT(-1)", None), sheet=True,
           spark="CASE WHEN _1 BETWEEN 0 AND 170 THEN "
           "aggregate(sequence(1L, greatest(_1, 1L)), CAST(1 AS DOUBLE), (a, i) -> a * i) END"),
    _maths("COMBIN", (whole("number"), whole("chosen", "at most 1,000")), FLOAT,
           "In how many ways so many can be chosen out of a number, in any order.",
           "CASE WHEN _2 BETWEEN 0 AND 1000 AND _2 <= _1 THEN round(coalesce(list_product(list_transform(range(1, _2 + 1), "
           "lambda i: (_1 - _2 + i)::DOUBLE / i)), 1)) END",
           ex("COMBIN(5, 2)", 10.0), ex("COMBIN(2, 5)", None), sheet=True,
           spark="CASE WHEN _2 BETWEEN 0 AND 1000 AND _2 <= _1 THEN CASE WHEN _2 = 0 THEN CAST(1 AS DOUBLE) ELSE "
           "round(aggregate(sequence(1L, greatest(_2, 1L)), CAST(1 AS DOUBLE), "
           "(a, i) -> a * CAST(_1 - _2 + i AS DOUBLE) / i)) END END"),
    _maths("PERMUT", (whole("number"), whole("chosen", "at most 1,000")), FLOAT,
           "In how many ways so many can be chosen out of a number, when the order counts.",
           "CASE WHEN _2 BETWEEN 0 AND 1000 AND _2 <= _1 THEN coalesce(list_product(list_transform(range(0, _2), "
           "lambda i: (_1 - i)::DOUBLE)), 1) END",
           ex("PERMUT(5, 2)", 20.0), sheet=True,
           spark="CASE WHEN _2 BETWEEN 0 AND 1000 AND _2 <= _1 THEN CASE WHEN _2 = 0 THEN CAST(1 AS DOUBLE) ELSE "
           "aggregate(sequence(1L, greatest(_2, 1L)), CAST(1 AS DOUBLE), (a, i) -> a * CAST(_1 - i + 1 AS DOUBLE)) END END"),
    _maths("GCD", (whole("a"), whole("b")), INTEGER, "The greatest number that divides both.",
           "CASE WHEN _1 >= 0 AND _2 >= 0 THEN gcd(_1, _2) END", ex("GCD(12, 18)", 6), sheet=True, fails=True,
           spark="CASE WHEN _1 >= 0 AND _2 >= 0 THEN aggregate(sequence(1, 93), named_struct('a', _1, 'b', _2), (s, i) -> "
           "CASE WHEN s.b = 0 THEN s ELSE named_struct('a', s.b, 'b', s.a % s.b) END).a END"),
    _maths("LCM", (whole("a"), whole("b")), INTEGER, "The smallest number that both divide.",
           "CASE WHEN _1 >= 0 AND _2 >= 0 THEN lcm(_1, _2) END", ex("LCM(4, 6)", 12), sheet=True, fails=True,
           spark="CASE WHEN _1 = 0 OR _2 = 0 THEN 0 WHEN _1 > 0 AND _2 > 0 THEN try_multiply(_1 DIV aggregate(sequence(1, 93), "
           "named_struct('a', _1, 'b', _2), (s, i) -> CASE WHEN s.b = 0 THEN s ELSE "
           "named_struct('a', s.b, 'b', s.a % s.b) END).a, _2) END"),
    _maths("SUMSQ", (floating(), floating("more", repeats=True)), FLOAT, "The sum of the squares.", _squares,
           ex("SUMSQ(3, 4)", 25.0), sheet=True),
    _maths("GREATEST", (_GROUPED, _MORE), _joined_kind, "The largest of the numbers that have a value.", _extreme(">"),
           ex("GREATEST(1, 5, 3)", 5), ex("GREATEST(1, BLANK())", 1), finite=True,
           nulls="Arguments without a value are left out; no value when all have none."),
    _maths("LEAST", (_GROUPED, _MORE), _joined_kind, "The smallest of the numbers that have a value.", _extreme("<"),
           ex("LEAST(4, 2.5)", Decimal("2.5")), ex("LEAST(BLANK(), 3)", 3), finite=True,
           nulls="Arguments without a value are left out; no value when all have none."),
    _maths("CLAMP", (_GROUPED, replace(_GROUPED, name="low"), replace(_GROUPED, name="high")), _joined_kind,
           "The number, or the bound that it passes.", "CASE WHEN _2 IS NULL OR _3 IS NULL THEN NULL WHEN _1 < _2 THEN _2 WHEN _1 > _3 THEN _3 WHEN _2 <= _3 THEN _1 END",
           ex("CLAMP(15, 0, 10)", 10), ex("CLAMP(-1, 0, 10)", 0), finite=True),
    _maths("DELTA", (floating("a"), floating("b", default=0)), INTEGER, "1 when both numbers are equal, otherwise 0.",
           "CASE WHEN _1 = _2 THEN 1 WHEN _1 <> _2 THEN 0 END", ex("DELTA(2, 2)", 1), ex("DELTA(2, 3)", 0), sheet=True),
    _maths("GESTEP", (floating("number"), floating("step", default=0)), INTEGER, "1 when the number reaches the step, otherwise 0.",
           "CASE WHEN _1 >= _2 THEN 1 WHEN _1 < _2 THEN 0 END", ex("GESTEP(5, 4)", 1), sheet=True),
    _maths("BITAND", _BITS, INTEGER, "The bits that both numbers have.", "CASE WHEN _1 >= 0 AND _2 >= 0 THEN _1 & _2 END",
           ex("BITAND(12, 10)", 8), sheet=True),
    _maths("BITOR", _BITS, INTEGER, "The bits that one of the numbers has.", "CASE WHEN _1 >= 0 AND _2 >= 0 THEN _1 | _2 END",
           ex("BITOR(12, 10)", 14), sheet=True),
    _maths("BITXOR", _BITS, INTEGER, "The bits that exactly one of the numbers has.",
           "CASE WHEN _1 >= 0 AND _2 >= 0 THEN xor(_1, _2) END", ex("BITXOR(12, 10)", 6), sheet=True),
    _maths("BITLSHIFT", (whole("number", "0 or more"), whole("count", "0 to 47")), INTEGER,
           "The number with its bits moved to the left.",
           "CASE WHEN _1 >= 0 AND _2 BETWEEN 0 AND 47 AND _1 < 281474976710656 // CAST(pow(2, _2) AS BIGINT) "
           "THEN _1 * CAST(pow(2, _2) AS BIGINT) END",
           ex("BITLSHIFT(3, 2)", 12), sheet=True, fails=True,
           spark="CASE WHEN _1 >= 0 AND _2 BETWEEN 0 AND 47 AND _1 < 281474976710656 DIV CAST(power(2, _2) AS BIGINT) "
           "THEN _1 * CAST(power(2, _2) AS BIGINT) END"),
    _maths("BITRSHIFT", (whole("number", "0 or more"), whole("count", "0 to 47")), INTEGER,
           "The number with its bits moved to the right.",
           "CASE WHEN _1 >= 0 AND _2 BETWEEN 0 AND 47 THEN _1 // CAST(pow(2, _2) AS BIGINT) END",
           ex("BITRSHIFT(12, 2)", 3), sheet=True, fails=True),
    _maths("ISEVEN", (floating(),), types.BOOLEAN, "Whether the whole part of the number is even.",
           "trunc(_1) % 2 = 0", ex("ISEVEN(4.9)", True), spark="floor(abs(_1)) % 2 = 0", sheet=True),
    _maths("ISODD", (floating(),), types.BOOLEAN, "Whether the whole part of the number is odd.",
           "abs(trunc(_1)) % 2 = 1", ex("ISODD(3)", True), spark="floor(abs(_1)) % 2 = 1", sheet=True),
    _maths("WITHIN", (floating(), floating("other"), floating("tolerance")), types.BOOLEAN,
           "Whether two numbers differ by no more than the tolerance.", "abs(_1 - _2) <= _3", ex("WITHIN(10.2, 10, 0.5)", True)),
)  # fmt: skip
