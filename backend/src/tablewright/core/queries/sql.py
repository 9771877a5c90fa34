"""Small builders of SQLGlot trees. The emitter writes the SQL; users' text is only ever a bound value.

Trees are built of SQLGlot's own nodes where it has them, and otherwise of calls by DuckDB's names (`call`). For Spark
they are translated (`spark`), apart from formulas, whose functions say in their definitions what Spark computes
(`spark_formulas`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache, reduce

from sqlglot import exp

Node = exp.Expr


TRUE = exp.Boolean(this=True)
FALSE = exp.Boolean(this=False)


class Binder:
    """Gathers bound values and hands out their placeholders."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}

    def text(self, value: str) -> Node:
        return exp.Placeholder(this=self._names.setdefault(value, f"v{len(self._names) + 1}"))

    @property
    def values(self) -> tuple[tuple[str, str], ...]:
        return tuple((name, value) for value, name in self._names.items())


def column(name: str, table: str | None = None) -> Node:
    return exp.column(name, table=table)


def call(name: str, *arguments: Node) -> Node:
    """A function of the engine by its name, written as it is."""
    return exp.Anonymous(this=name, expressions=list(arguments))


def cast(value: Node, to: str) -> Node:
    return exp.Cast(this=value, to=_kind(to).copy())


@lru_cache(maxsize=256)
def _kind(name: str) -> exp.DataType:
    return exp.DataType.build(name, dialect="duckdb")


def literal(value: Decimal | int | float | bool | date | datetime | time, *, zoned: bool = False) -> Node:
    """A constant of our own making, already parsed and checked."""
    if isinstance(value, bool):
        return exp.Boolean(this=value)
    if isinstance(value, int | Decimal):
        digits = exp.Literal.number(format(abs(value), "f" if isinstance(value, Decimal) else "d"))
        return exp.Paren(this=exp.Neg(this=digits)) if value < 0 else digits
    if isinstance(value, float):
        return cast(exp.Literal.string(repr(value)), "DOUBLE")
    if isinstance(value, datetime):
        text = value.isoformat(sep=" ")
        return cast(exp.Literal.string(f"{text}+00:00" if zoned else text), "TIMESTAMPTZ" if zoned else "TIMESTAMP")
    if isinstance(value, date):
        return cast(exp.Literal.string(value.isoformat()), "DATE")
    return cast(exp.Literal.string(value.isoformat()), "TIME")


def is_null(value: Node) -> Node:
    return exp.Is(this=value, expression=exp.Null())


def is_not_null(value: Node) -> Node:
    return exp.Not(this=is_null(value))


def not_nan(value: Node) -> Node:
    """A float without NaN, which files use for "no value" and engines sort above everything.

    By isnan, never by comparing: statistics in Parquet leave NaN out, and DuckDB (1.5.6) answers
    `x = 'NaN'` and `x <= 10` from them for all rows at once.
    """
    return exp.Case(ifs=[exp.If(this=exp.Not(this=call("isnan", value)), true=value.copy())])


def naive_utc(instant: Node) -> Node:
    """An instant's date and time in UTC, by arithmetic: four times faster than through time zone rules."""
    return call("make_timestamp", call("epoch_us", instant))


def file(placeholder: str, *, row_numbers: bool = False) -> Node:
    """The rows of a Parquet file that is bound, with their places in it as `file_row_number`."""
    arguments: list[Node] = [exp.Placeholder(this=placeholder)]
    if row_numbers:
        arguments.append(exp.EQ(this=column("file_row_number"), expression=exp.Boolean(this=True)))
    return exp.Table(this=call("read_parquet", *arguments))


def table(name: str) -> exp.Table:
    """A query that the statement names (`with_query`)."""
    return exp.Table(this=exp.to_identifier(name))


def with_query(select: exp.Select, name: str, query: exp.Query) -> exp.Select:
    return select.with_(exp.TableAlias(this=exp.to_identifier(name)), as_=query, copy=False)


def within(select: exp.Query, name: str) -> exp.Subquery:
    return exp.Subquery(this=select, alias=exp.to_identifier(name))


def select(columns: list[Node], source: Node, *conditions: Node) -> exp.Select:
    made = exp.Select(expressions=columns).from_(source, copy=False)
    return made.where(every(list(conditions)), copy=False) if conditions else made


def every(parts: list[Node]) -> Node:
    return reduce(lambda left, right: exp.And(this=left, expression=right), map(_wrapped, parts))


def some(parts: list[Node]) -> Node:
    return reduce(lambda left, right: exp.Or(this=left, expression=right), map(_wrapped, parts))


def _wrapped(part: Node) -> Node:
    return exp.Paren(this=part) if isinstance(part, exp.And | exp.Or) else part


def same(left: Node, right: Node) -> Node:
    """Equal, or both without a value."""
    return exp.NullSafeEQ(this=left, expression=right)


def when(condition: Node, then: Node, default: Node | None = None) -> Node:
    return exp.Case(ifs=[exp.If(this=condition, true=then)], default=default)


def minus(left: Node, right: Node) -> Node:
    return exp.Paren(this=exp.Sub(this=left, expression=right))


def plus(left: Node, right: Node) -> Node:
    return exp.Paren(this=exp.Add(this=left, expression=right))


def quotient(value: Node, by: Node) -> Node:
    """A float; nothing where it is by 0."""
    divisor = call("nullif", cast(by, "DOUBLE"), literal(0))
    return exp.Div(this=cast(value, "DOUBLE"), expression=divisor)


def interval(count: int, unit: str) -> Node:
    return exp.Interval(this=exp.Literal.string(str(count)), unit=exp.var(unit.upper()))


def ordered(node: Node, descending: bool = False) -> Node:
    """Rows without a value come last, both ways."""
    return exp.Ordered(this=node, desc=descending, nulls_first=False)


def over(
    function: Node, *, partition: Sequence[Node] = (), order: Sequence[Node] = (), frame: Node | None = None
) -> Node:
    by = exp.Order(expressions=list(order)) if order else None
    return exp.Window(this=function, partition_by=list(partition), order=by, spec=frame)


def row_number(order: Sequence[Node]) -> Node:
    return over(exp.RowNumber(), order=order)


def write(tree: Node) -> str:
    return tree.sql(dialect="duckdb", copy=False)
