"""The operators: functions that are called by their signs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlglot import exp

from tablewright.core.formulas import types
from tablewright.core.formulas.emit import Emit, Value
from tablewright.core.formulas.functions.model import (
    Accepts,
    Argument,
    Category,
    Example,
    Function,
    Takes,
    condition,
    ex,
    number,
    value,
)
from tablewright.core.formulas.types import Kind
from tablewright.core.queries.sql import Node
from tablewright.core.tables.schema import ColumnType

_OPERATOR: Category = "operators"
_DAY_MICROSECONDS = 86_400_000_000


def _operand(name: str) -> Takes:
    return Takes(name, Accepts.ADDABLE)


def _is_moment(kind: Kind) -> bool:
    return kind.type in (ColumnType.DATE, ColumnType.TIMESTAMP, ColumnType.INSTANT)


def _added(arguments: Sequence[Argument]) -> Kind | None:
    left, right = arguments[0].kind, arguments[1].kind
    if _is_moment(left) and _is_moment(right):
        return None
    if _is_moment(left):
        return left
    return right if _is_moment(right) else types.sum_of(_numeric(left), _numeric(right))


def _subtracted(arguments: Sequence[Argument]) -> Kind | None:
    left, right = arguments[0].kind, arguments[1].kind
    if _is_moment(right) and not _is_moment(left):
        return None
    if _is_moment(left) and _is_moment(right):
        both_days = left.type is right.type is ColumnType.DATE
        return types.INTEGER if both_days else types.FLOAT
    return left if _is_moment(left) else types.sum_of(_numeric(left), _numeric(right))


def _numeric(kind: Kind) -> Kind:
    return kind if kind.is_number else types.FLOAT


def _plus(emit: Emit, arguments: list[Value]) -> Node:
    left, right = arguments
    if _is_moment(left.kind):
        return _shifted(emit, left, right, 1)
    if _is_moment(right.kind):
        return _shifted(emit, right, left, 1)
    return _arithmetic(emit, "+", left, right, types.sum_of(_numeric(left.kind), _numeric(right.kind)))


def _minus(emit: Emit, arguments: list[Value]) -> Node:
    left, right = arguments
    if _is_moment(left.kind) and _is_moment(right.kind):
        return _between(emit, left, right)
    if _is_moment(left.kind):
        return _shifted(emit, left, right, -1)
    return _arithmetic(emit, "-", left, right, types.sum_of(_numeric(left.kind), _numeric(right.kind)))


def _times(emit: Emit, arguments: list[Value]) -> Node:
    left, right = arguments
    return _arithmetic(emit, "*", left, right, types.product_of(left.kind, right.kind))


_SPARK = {"+": "try_add(_1, _2)", "-": "try_subtract(_1, _2)", "*": "try_multiply(_1, _2)"}


def _arithmetic(emit: Emit, sign: str, left: Value, right: Value, kind: Kind) -> Node:
    """Both sides in the type of the result, so that nothing is lost on the way. Errors stay until they are cleaned."""
    if kind.type is ColumnType.FLOAT:
        nodes = [_floating(emit, each) for each in (left, right)]
        return emit.fill(f"_1 {sign} _2", *nodes, dialect="duckdb")
    if sign == "*" and kind.type is ColumnType.DECIMAL:
        nodes = _factors(emit, left, right)
    else:
        nodes = [_raw(emit, each, kind) for each in (left, right)]
    if emit.dialect == "duckdb" or (kind.type is ColumnType.DECIMAL and kind.precision < types.LARGEST_PRECISION):
        return emit.fill(f"_1 {sign} _2", *nodes)  # in Spark only where no digits can be missing
    return emit.fill(_SPARK[sign], *nodes)


def _floating(emit: Emit, value: Value) -> Node:
    """As a float, still with its infinities: they spread through sums and products, and are found at the end."""
    if value.kind.type is ColumnType.FLOAT:
        return value.node
    return emit.convert(value, types.FLOAT).node


def _raw(emit: Emit, value: Value, kind: Kind) -> Node:
    if value.kind.physical() == kind.physical():
        return value.node
    return emit.convert(value, kind).node


def _factors(emit: Emit, left: Value, right: Value) -> list[Node]:
    """Decimals of their own scales. Spark rounds a product whose digits may pass 38, so there both sides are narrowed."""
    kinds = [Kind(ColumnType.DECIMAL, each.kind.precision, each.kind.scale) for each in (left, right)]
    total = sum(each.precision for each in kinds)
    if emit.dialect == "spark" and total + 1 > types.LARGEST_PRECISION and sum(each.scale for each in kinds) > 6:
        spare = types.LARGEST_PRECISION - 1
        first = max(min(kinds[0].precision, spare - min(kinds[1].precision, 18)), kinds[0].scale)
        kinds = [
            Kind(ColumnType.DECIMAL, first, kinds[0].scale),
            Kind(ColumnType.DECIMAL, max(spare - first, kinds[1].scale), kinds[1].scale),
        ]
    nodes = []
    for factor, kind in zip((left, right), kinds, strict=True):
        same = factor.kind == kind
        nodes.append(factor.node if same else emit.cast(emit.clean(factor), kind, safe=True))
    return nodes


def _shifted(emit: Emit, moment: Value, days: Value, sign: int) -> Node:
    """So many days later or earlier: whole days of a date, parts of days too of a date and time."""
    if moment.kind.type is ColumnType.DATE:
        count = emit.cast(emit.convert(days, types.INTEGER).node, Kind(ColumnType.INTEGER, 19))
        if sign < 0:
            count = exp.Neg(this=exp.Paren(this=count))
        if emit.dialect == "duckdb":
            return emit.fill("_1 + TRY_CAST(_2 AS INTEGER)", emit.clean(moment), count)
        return emit.fill("date_add(_1, TRY_CAST(_2 AS INT))", emit.clean(moment), count)
    amount = emit.convert(days, types.FLOAT).node
    if sign < 0:
        amount = exp.Neg(this=exp.Paren(this=amount))
    if emit.dialect == "duckdb":
        return emit.fill(
            f"_1 + to_microseconds(TRY_CAST(round(_2 * {_DAY_MICROSECONDS}) AS BIGINT))", emit.clean(moment), amount
        )
    return emit.fill(
        "CASE WHEN abs(_2) < 5000000 THEN _1 + "
        f"make_dt_interval(0, 0, 0, CAST(round(_2 * {_DAY_MICROSECONDS}) / 1000000 AS DECIMAL(18, 6))) END",
        emit.clean(moment),
        amount,
    )


def _between(emit: Emit, left: Value, right: Value) -> Node:
    if left.kind.type is right.kind.type is ColumnType.DATE:
        return emit.fill(
            "date_diff('day', _2, _1)" if emit.dialect == "duckdb" else "datediff(_1, _2)",
            emit.clean(left),
            emit.clean(right),
        )
    sides = [emit.clean(emit.convert(each, types.TIMESTAMP)) for each in (left, right)]
    if emit.dialect == "duckdb":
        return emit.fill(f"(epoch_us(_1) - epoch_us(_2))::DOUBLE / {_DAY_MICROSECONDS}", *sides)
    return emit.fill(
        "CAST(unix_micros(CAST(_1 AS TIMESTAMP)) - unix_micros(CAST(_2 AS TIMESTAMP)) AS DOUBLE) / "
        f"CAST({_DAY_MICROSECONDS} AS DOUBLE)",
        *sides,
    )


def _divided(emit: Emit, arguments: list[Value]) -> Node:
    """Division by zero is infinite in DuckDB and an error in Spark, where it is made no value first."""
    left, right = _floating(emit, arguments[0]), emit.clean(emit.convert(arguments[1], types.FLOAT))
    return emit.fill("_1 / _2" if emit.dialect == "duckdb" else "_1 / nullif(_2, CAST(0 AS DOUBLE))", left, right)


def _negated(emit: Emit, arguments: list[Value]) -> Node:
    given = arguments[0]
    if emit.dialect == "duckdb" or given.kind.type is not ColumnType.INTEGER:
        return exp.Neg(this=exp.Paren(this=given.node))
    return emit.fill("try_subtract(CAST(0 AS BIGINT), _1)" if not given.kind.is_wide else "-(_1)", given.node)


def _percent_kind(arguments: Sequence[Argument]) -> Kind:
    kind = arguments[0].kind
    return types.decimal(kind.precision + 2, kind.scale + 2) if kind.is_exact else types.FLOAT


def _percent(emit: Emit, arguments: list[Value]) -> Node:
    given = arguments[0]
    if not given.kind.is_exact:
        return emit.fill("_1 / CAST(100 AS DOUBLE)", given.node, dialect="duckdb")
    kind = _percent_kind(arguments)
    if kind.type is ColumnType.FLOAT:
        return emit.fill("_1 / CAST(100 AS DOUBLE)", emit.convert(given, kind).node, dialect="duckdb")
    hundredth = emit.cast(exp.Literal.number("0.01"), types.decimal(3, 2))
    own = Kind(ColumnType.DECIMAL, given.kind.precision, given.kind.scale)
    factor = emit.cast(emit.clean(given), own, safe=True)
    return emit.fill("_1 * _2", factor, hundredth)


def _joined_text(emit: Emit, arguments: list[Value]) -> Node:
    parts = [emit.fill("coalesce(_1, '')", emit.clean(each), dialect="duckdb") for each in arguments]
    node = parts[0]
    for part in parts[1:]:
        node = exp.DPipe(this=node, expression=part, safe=True)
    return exp.Paren(this=node)


def _connected(sign: str, emit: Emit, arguments: list[Value]) -> Node:
    joins = exp.and_ if sign == "and" else exp.or_
    return exp.Paren(this=joins(*(emit.clean(each) for each in arguments), copy=False))


def _all(emit: Emit, arguments: list[Value]) -> Node:
    return _connected("and", emit, arguments)


def _any(emit: Emit, arguments: list[Value]) -> Node:
    return _connected("or", emit, arguments)


def _among(emit: Emit, arguments: list[Value]) -> Node:
    first, *rest = [emit.clean(each) for each in arguments]
    return exp.Paren(this=exp.In(this=exp.Paren(this=first), expressions=[exp.Paren(this=each) for each in rest]))


def _compared(sign: str, words: str, *examples: Example) -> Function:
    return Function(
        name=sign,
        category=_OPERATOR,
        takes=(value("a", group="sides"), value("b", group="sides")),
        gives=types.BOOLEAN,
        description=words,
        examples=examples,
        duckdb=f"_1 {sign} _2",
        difference="Spreadsheets ignore case when they compare text; here text compares by its exact characters."
        if sign in ("=", "<>")
        else "Spreadsheets sort text by the rules of a language; here by the codes of its characters.",
        shown=f"a {sign} b",
    )


def _operator(
    sign: str,
    takes: tuple[Takes, ...],
    gives: object,
    words: str,
    writes: object,
    *examples: Example,
    shown: str,
    **more: object,
) -> Function:
    return Function(sign, _OPERATOR, takes, gives, words, examples, writes, shown=shown, **more)  # type: ignore[arg-type]


_BOTH = (number("a"), number("b"))
_CHAIN = (condition("a"), condition("b", repeats=True))

FUNCTIONS: tuple[Function, ...] = (
    _operator("+", (_operand("a"), _operand("b")), _added, "Adds two numbers, or days to a date.", _plus,
              ex("2 + 3", 5), ex("#2025-01-30# + 3", date(2025, 2, 2)), shown="a + b", fails=True),
    _operator("-", (_operand("a"), _operand("b")), _subtracted,
              "Subtracts numbers, days from a date, or two dates (their distance in days).", _minus,
              ex("2 - 3", -1), ex("#2025-03-01# - #2025-02-01#", 28), shown="a - b", fails=True),
    _operator("*", _BOTH, lambda given: types.product_of(given[0].kind, given[1].kind), "Multiplies two numbers.", _times,
              ex("2 * 1.5", 3), shown="a * b", fails=True),
    _operator("/", _BOTH, types.FLOAT, "Divides; the result is a float, and no value when b is 0.", _divided,
              ex("7 / 2", 3.5), ex("1 / 0", None), shown="a / b"),
    _operator("NEGATE", (number("a"),), lambda given: given[0].kind, "The number with the other sign.", _negated,
              ex("-(2 + 3)", -5), ex("-2 ^ 2", 4.0), shown="-a", fails=True),
    _operator("%", (number("a"),), _percent_kind, "A hundredth of the number.", _percent,
              ex("20%", 0.2), ex("(10 + 10)%", 0.2), shown="a%", fails=True),
    _operator("&", (Takes("a", Accepts.PRINTED), Takes("b", Accepts.PRINTED, repeats=True)), types.TEXT,
              "Joins values as text, one behind the other.", _joined_text,
              ex('"No. " & 7', "No. 7"), ex('"a" & BLANK() & "b"', "ab"), shown="a & b",
              nulls="No value counts as empty text."),
    _compared("=", "Whether both are equal; text by its exact characters.", ex("1 = 1.0", True), ex('"a" = "A"', False),
              ex("BLANK() = 1", None)),
    _compared("<>", "Whether both differ.", ex("1 <> 2", True), ex('"a" <> "A"', True)),
    _compared("<", "Whether the first is smaller, earlier, or before the other in the order of characters.",
              ex("1 < 2", True), ex('"B" < "a"', True)),
    _compared("<=", "Whether the first is smaller or equal.", ex("2 <= 2", True)),
    _compared(">", "Whether the first is larger or later.", ex("#2025-02-01# > #2025-01-31#", True)),
    _compared(">=", "Whether the first is larger or equal.", ex("1 >= 2", False)),
    _operator("AND", _CHAIN, types.BOOLEAN, "Whether all conditions hold.", _all, ex("1 < 2 AND 2 < 3", True),
              ex("AND(TRUE, FALSE)", False), ex("AND(FALSE, BLANK())", False), ex("AND(TRUE, BLANK())", None),
              shown="a AND b", spreadsheet="AND",
              nulls="False if one is false; otherwise no value if one has none."),
    _operator("OR", _CHAIN, types.BOOLEAN, "Whether at least one condition holds.", _any, ex("1 > 2 OR 2 < 3", True),
              ex("OR(TRUE, BLANK())", True), ex("OR(FALSE, BLANK())", None), shown="a OR b", spreadsheet="OR",
              nulls="True if one is true; otherwise no value if one has none."),
    _operator("NOT", (condition("a"),), types.BOOLEAN, "Whether the condition does not hold.", "NOT (_1)",
              ex("NOT 1 = 2", True), ex("NOT(TRUE)", False), shown="NOT a", spreadsheet="NOT"),
    _operator("IN", (value("a", group="sides"), value("b", group="sides", repeats=True)), types.BOOLEAN,
              "Whether the value is one of a list.", _among, ex('"b" IN ("a", "b")', True), ex("3 NOT IN (1, 2)", True),
              shown="a IN (b, c)", nulls="No value if the value has none, or if it is not found and one of the list has none."),
)  # fmt: skip
