"""Writing SQLGlot trees: templates of our own, guards around what may fail, and values that are used twice.

A template is SQL of ours with _1, _2 … for the arguments; it is read once, and then copied. An argument that is used
twice is not written twice when it is large: it is bound by a lambda, so that the SQL grows no faster than the
formula.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import lru_cache
from itertools import islice
from typing import Protocol

import sqlglot
from sqlglot import exp

from tablewright.core.formulas import types
from tablewright.core.formulas.tree import Constant
from tablewright.core.formulas.types import Dialect, Kind
from tablewright.core.queries.sql import Binder, Node, call, literal
from tablewright.core.tables.schema import ColumnType

_SMALL: dict[Dialect, int] = {"duckdb": 24, "spark": 64}
"""Nodes of an argument that is written again rather than bound: lambdas cost more in Spark."""
_SAFE_DATES = "_1 BETWEEN CAST('0001-01-01' AS DATE) AND CAST('9999-12-31' AS DATE)"
_SAFE_TIMES = "_1 >= CAST('0001-01-01 00:00:00' AS TIMESTAMP) AND _1 <= CAST('9999-12-31 23:59:59.999999' AS TIMESTAMP)"


@dataclass(frozen=True)
class WindowContext:
    """What window functions run over. `order` and `partition` are of the rows, or of the groups of the answer;
    `rows` is the order of the file, which FIRST and LAST need."""

    order: Sequence[Node] = ()
    partition: Sequence[Node] = ()
    rows: Sequence[Node] = ()


class Lookup(Protocol):
    """Gives the value column of a table for the key: first match in file order, no value without a match.

    Has to return a column of a join (or another plain expression), never a sub-query: DuckDB cannot catch errors around
    sub-queries.
    """

    def __call__(self, table: str, key_column: str, value_column: str, key: Node, kind: Kind) -> Node: ...


@dataclass(frozen=True)
class Value:
    """A piece of SQL and its kind. `clean`: never an error, infinite, NaN or out of range."""

    node: Node
    kind: Kind
    clean: bool = True
    constant: Constant | None = None


@lru_cache(maxsize=2048)
def _template(text: str, dialect: Dialect) -> Node:
    return sqlglot.parse_one(text, dialect=dialect)


def _is_small(node: Node, dialect: Dialect) -> bool:
    most = _SMALL[dialect]
    return sum(1 for _ in islice(node.walk(), most + 1)) <= most


@dataclass
class Emit:
    """One compilation: the dialect, the bound values, and what the place of the formula gives."""

    dialect: Dialect
    binder: Binder
    window: WindowContext | None = None
    now: datetime | None = None
    lookup: Lookup | None = None
    only: Node | None = None
    """A condition: aggregates look at rows where it holds."""
    _bound: int = field(default=0)

    # Trees

    def fill(self, template: str, *nodes: Node, dialect: Dialect | None = None) -> Node:
        """The template with its arguments, large ones that it uses twice bound once."""
        tree = _template(template, dialect or self.dialect).copy()
        places: dict[int, list[exp.Column]] = {}
        for column in list(tree.find_all(exp.Column)):
            name = column.name
            if name[:1] == "_" and name[1:].isdigit():
                places.setdefault(int(name[1:]) - 1, []).append(column)
        bound: list[tuple[Node, str]] = []
        for index, found in places.items():
            node = nodes[index]
            if len(found) > 1 and not _is_small(node, self.dialect):
                name = self._name()
                bound.append((node, name))
                node = exp.column(name)
            for column in found:
                new = _tight(node.copy() if len(found) > 1 else node)
                if column is tree:
                    tree = new
                else:
                    column.replace(new)
        for node, name in bound:
            tree = self.bind(node, name, tree)
        return tree

    def over(
        self, template: str, *nodes: Node, ordered: bool = True, by: Sequence[Node] = (), within: Sequence[Node] = ()
    ) -> Node:
        """The template with each of its windows over the partition of the context, in its order or in that of `by`.

        `within` parts the rows further.
        """
        tree = self.fill(template, *nodes)
        context = self.window or WindowContext()
        order = list(by) or (list(context.order) if ordered else [])
        for window in tree.find_all(exp.Window):
            window.set("partition_by", [each.copy() for each in (*context.partition, *within)])
            if order:
                placed = [each if isinstance(each, exp.Ordered) else exp.Ordered(this=each) for each in order]
                window.set("order", exp.Order(expressions=[each.copy() for each in placed]))
        return tree

    def let(self, node: Node, body: Callable[[Node], Node]) -> Node:
        """`body` of a value that it uses more than once; each use is given a copy."""
        if _is_small(node, self.dialect):
            return body(node)
        name = self._name()
        return self.bind(node, name, body(exp.column(name)))

    def _name(self) -> str:
        self._bound += 1
        return f"b{self._bound}"

    def bind(self, node: Node, name: str, body: Node) -> Node:
        function = exp.Lambda(this=body, expressions=[exp.to_identifier(name)])
        one = exp.Array(expressions=[node])
        if self.dialect == "spark":
            return call("element_at", call("transform", one, function), exp.Literal.number(1))
        return call("list_extract", call("list_transform", one, function), exp.Literal.number(1))

    def attempt(self, node: Node) -> Node:
        """The value, or none where the engine raises an error. Spark's templates raise none by themselves."""
        return exp.Try(this=node) if self.dialect == "duckdb" else node

    def cast(self, node: Node, kind: Kind, *, safe: bool = False) -> Node:
        to = exp.DataType.build(kind.physical(self.dialect), dialect=self.dialect)
        if self.dialect == "spark" and kind.type is ColumnType.TIME:
            to = exp.DataType(this=exp.DType.USERDEFINED, kind="TIME")  # SQLGlot knows a Spark without times of day
        return exp.TryCast(this=node, to=to, safe=True) if safe else exp.Cast(this=node, to=to)

    # Values

    def clean(self, value: Value) -> Node:
        """The value, with what could not be computed as no value."""
        if value.clean:
            return value.node
        if value.kind.type is ColumnType.FLOAT:
            return self.finite(value.node)
        node = self.attempt(value.node)
        if value.kind.type is ColumnType.DATE:
            return self.fill(f"CASE WHEN {_SAFE_DATES} THEN _1 END", node, dialect="duckdb")
        if value.kind.type in (ColumnType.TIMESTAMP, ColumnType.INSTANT):
            return self.fill(f"CASE WHEN {_SAFE_TIMES} THEN _1 END", node, dialect="duckdb")
        return node

    def finite(self, node: Node) -> Node:
        if self.dialect == "duckdb":
            return self.fill("CASE WHEN isfinite(_1) THEN _1 END", node)
        return self.fill("CASE WHEN abs(_1) < CAST('Infinity' AS DOUBLE) THEN _1 END", node)

    def constant(self, value: Constant, kind: Kind) -> Node:
        """A constant of the formula. Texts are bound, everything else has been read and is written by us."""
        if isinstance(value, str):
            return self.binder.text(value)
        if isinstance(value, bool):
            return literal(value)
        if isinstance(value, float) and value in (float("inf"), float("-inf")):
            return self.cast(exp.Null(), kind)
        if isinstance(value, float):
            return self.cast(exp.Literal.string(repr(value)), kind)
        if isinstance(value, datetime):
            return self.cast(exp.Literal.string(value.isoformat(sep=" ")), kind)
        if isinstance(value, date | time):
            return self.cast(exp.Literal.string(value.isoformat()), kind)
        return self.cast(literal(value), kind)

    def convert(self, value: Value, to: Kind) -> Value:
        """The value in another kind that it fits."""
        kind = value.kind
        if kind.type is None:
            return Value(self.cast(exp.Null(), to), to)
        if to.type is None or (kind.type is to.type and not to.is_exact):
            return value
        if to.is_exact and kind.type is to.type and kind.physical() == to.physical():
            return Value(value.node, to, value.clean, value.constant)
        if to.type is ColumnType.TEXT:
            return Value(self.text(value), to)
        if to.type is ColumnType.FLOAT:
            return Value(self.cast(self.clean(value), to), to, constant=value.constant)
        if to.type is ColumnType.INTEGER:
            return Value(self._whole(value, to), to, constant=value.constant)
        if to.type is ColumnType.DECIMAL:
            return Value(self.cast(self.clean(value), to, safe=True), to, constant=value.constant)
        return Value(self._moment(value, to), to)

    def _whole(self, value: Value, to: Kind) -> Node:
        node = self.clean(value)
        if value.kind.type is ColumnType.INTEGER:
            return self.cast(node, to, safe=value.kind.is_wide)
        if self.dialect == "duckdb":
            node = call("trunc", node)
        return self.cast(node, to, safe=True)

    def _moment(self, value: Value, to: Kind) -> Node:
        node = self.clean(value)
        if value.kind.type is ColumnType.INSTANT and to.type is not ColumnType.INSTANT:
            # In UTC. By arithmetic in DuckDB: much faster than through the rules of time zones.
            node = (
                call("make_timestamp", call("epoch_us", node))
                if self.dialect == "duckdb"
                else self.cast(node, types.TIMESTAMP)
            )
        return self.cast(node, to)

    def text(self, value: Value) -> Node:
        """The value written as text: numbers plainly, floats with up to 15 digits, dates in ISO 8601."""
        kind, node = value.kind, self.clean(value)
        if kind.type is ColumnType.TEXT:
            return node
        if kind.type is ColumnType.BOOLEAN:
            return self.fill("CASE WHEN _1 THEN 'TRUE' WHEN NOT _1 THEN 'FALSE' END", node)
        if kind.type is ColumnType.DECIMAL and kind.precision == kind.scale:
            node = self.cast(node, Kind(ColumnType.DECIMAL, kind.precision + 1, kind.scale))  # 0.25, not .25
        if kind.type is ColumnType.FLOAT:
            return self._float_text(node)
        if kind.type is ColumnType.TIMESTAMP or kind.type is ColumnType.INSTANT:
            return self.fill("strftime(_1, '%Y-%m-%d %H:%M:%S')", self._naive(value), dialect="duckdb")
        return self.cast(node, types.TEXT)

    def _naive(self, value: Value) -> Node:
        return self._moment(value, types.TIMESTAMP)

    def _float_text(self, node: Node) -> Node:
        if self.dialect == "duckdb":
            return self.fill("printf('%.15g', _1 + 0.0::DOUBLE)", node)
        plain = "regexp_replace(CAST(CAST(format_string('%.14e', _1) AS DECIMAL(38, 20)) AS STRING), '[.]?0+$', '')"
        scientific = "regexp_replace(format_string('%.14e', _1), '[.]?0+e', 'e')"
        return self.fill(
            f"CASE WHEN _1 = 0 THEN '0' WHEN abs(_1) >= 0.0001 AND abs(_1) < 1e15 THEN {plain} "
            f"WHEN _1 IS NOT NULL THEN {scientific} END",
            node,
        )


def _tight(node: Node) -> Node:
    """In parentheses where it would otherwise mix with the template's operators."""
    loose = exp.Binary | exp.Unary | exp.Between | exp.In | exp.Connector | exp.Is
    if isinstance(node, loose) and not isinstance(node, exp.Paren | exp.Dot):
        return exp.Paren(this=node)
    return node
