"""Small builders of SQLGlot trees. The emitter writes the SQL; users' text is only ever a bound value."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal

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
    return exp.Cast(this=value, to=exp.DataType.build(to, dialect="duckdb"))


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


def write(tree: Node) -> str:
    return tree.sql(dialect="duckdb", copy=False)
