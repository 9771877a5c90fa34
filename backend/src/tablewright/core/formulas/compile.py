"""A checked formula becomes a SQLGlot tree, in DuckDB's or in Spark's words.

Text of users is never in the tree: columns are what the caller's `resolve` gives for ids, texts are bound by its
`Binder`, everything else is written by the templates of `functions`. The result has exactly the type that `Checked`
promises, in both dialects, and what cannot be computed is no value.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlglot import exp

from tablewright.core.formulas import types
from tablewright.core.formulas.check import Checked, Typed
from tablewright.core.formulas.emit import Emit, Lookup, Value, WindowContext
from tablewright.core.formulas.functions.model import Function
from tablewright.core.formulas.problems import ContextMissing, EngineUnfit, FormulaTooDeep, FormulaTooLarge
from tablewright.core.formulas.tree import Literal, Span
from tablewright.core.formulas.types import Dialect
from tablewright.core.queries.sql import Binder, Node, call, when
from tablewright.core.tables.schema import ColumnType

Resolve = Callable[[str], Node]
"""The SQL of a column or formula by its id, or of a parameter as `{name}`. Of exactly the type that the scope says."""

LARGEST_SQL = 60_000
"""Nodes of SQL that one formula may become."""
DEEPEST_SQL = 196
"""Levels of SQL: SQLGlot writes some 4 levels of Python calls for each, and Python allows 1,000."""


def compile(
    checked: Checked,
    resolve: Resolve,
    binder: Binder,
    dialect: Dialect = "duckdb",
    *,
    window: WindowContext | None = None,
    lookup: Lookup | None = None,
    now: datetime | None = None,
    only: Node | None = None,
) -> Node:
    """The formula as an expression, its aggregates over the rows where the condition `only` holds.

    `window` is needed by window functions and by FIRST and LAST, `lookup` by LOOKUP, `now` (of one time zone, frozen
    for the whole question) by TODAY and NOW: ContextMissing where they are not given. EngineUnfit where Spark has no
    such function.
    """
    return _Compiler(
        checked, resolve, Emit(dialect, binder, window=window, now=now, lookup=lookup, only=only)
    ).compiled()


class _Compiler:
    def __init__(self, checked: Checked, resolve: Resolve, emit: Emit) -> None:
        self._checked, self._resolve, self._emit = checked, resolve, emit
        self._placed: dict[str, Node] = {}

    def compiled(self) -> Node:
        emit, kind = self._emit, self._checked.kind
        value = emit.convert(self._value(self._checked.root), kind)
        node = self._settled(emit.clean(value))
        text = self._checked.tree.text
        if _depth(node) > DEEPEST_SQL:
            raise FormulaTooDeep(
                "The formula is nested too deep to be computed. Put a part of it into a formula of a question that "
                "this one asks.",
                text,
                Span(0, len(text)),
            )
        if sum(1 for _ in node.walk()) > LARGEST_SQL:
            raise FormulaTooLarge(
                "The formula is too large to be computed. Put parts of it into formulas of their own.",
                text,
                Span(0, len(text)),
            )
        return emit.cast(node, kind)

    def _value(self, typed: Typed) -> Value:
        emit, node = self._emit, typed.node
        if isinstance(node, Literal):
            return Value(emit.constant(node.value, typed.kind), typed.kind, constant=node.value)
        if typed.function is None:
            return self._resolved(typed)
        return self._called(typed, typed.function)

    def _resolved(self, typed: Typed) -> Value:
        kind, node = typed.kind, self._resolve(typed.reference)
        if typed.levels - {"row"}:
            return Value(self._place(node), kind)
        if kind.type is ColumnType.FLOAT:
            return Value(node, kind, clean=False)
        if kind.type is ColumnType.INTEGER and kind.precision != types.INTEGER.precision:
            return Value(self._emit.cast(node, kind, safe=kind.is_wide), kind)
        return Value(node, kind)

    def _called(self, typed: Typed, function: Function) -> Value:
        emit = self._emit
        writes = function.duckdb if emit.dialect == "duckdb" or function.spark is None else function.spark
        if emit.dialect == "spark" and function.not_on_spark:
            raise EngineUnfit(
                f"{function.name} is not computed by Spark: {function.not_on_spark}. Set the engine of the dataset to "
                "DuckDB, or compute it in a formula of its own there.",
                self._checked.tree.text,
                typed.node.span,
            )
        if function.name == "LOOKUP":
            return self._looked_up(typed)
        arguments = [
            Value(exp.Null(), target, constant=each.constant)
            if takes.reads
            else emit.convert(self._value(each), target)
            for each, target, takes in zip(typed.arguments, typed.targets, typed.parameters, strict=True)
        ]
        if function.level == "window":
            arguments = [Value(self._settled(emit.clean(each)), each.kind, True, each.constant) for each in arguments]
            if emit.window is None:
                raise self._missing(typed, "an order of rows")
        if function.level == "aggregate" and emit.only is not None:
            arguments = [
                each if takes.constant else Value(self._where_only(emit.clean(each)), each.kind, constant=each.constant)
                for each, takes in zip(arguments, typed.parameters, strict=True)
            ]
        if function.volatile and emit.now is None:
            raise self._missing(typed, "the present moment")
        if function.name in ("FIRST", "LAST") and (emit.window is None or not emit.window.rows):
            raise self._missing(typed, "the order of the rows")
        if isinstance(writes, str):
            from_duckdb = function.spark is None or emit.dialect == "duckdb"
            nodes = [emit.clean(each) for each in arguments]
            node = emit.fill(writes, *nodes, dialect="duckdb" if from_duckdb else "spark")
        else:
            node = writes(emit, arguments)
        if function.level == "aggregate" and emit.only is not None:
            for rows in node.find_all(exp.Count):
                if isinstance(rows.this, exp.Star):
                    rows.set("this", self._where_only(exp.Literal.number(1)))
        return self._result(typed, function, node)

    def _where_only(self, node: Node) -> Node:
        """The value where the condition holds: aggregates leave out rows without one."""
        assert self._emit.only is not None
        return when(self._emit.only.copy(), node)

    def _result(self, typed: Typed, function: Function, node: Node) -> Value:
        emit, kind = self._emit, typed.kind
        if function.level != "row":
            return Value(self._place(self._cast(node, kind)), kind, clean=kind.type is not ColumnType.FLOAT)
        if kind.type is None:
            return Value(node, kind)
        node = self._cast(node, kind)
        if kind.type is ColumnType.FLOAT:
            risky = function.fails and function.category != "operators"  # sums and products of floats raise nothing
            return Value(emit.attempt(node) if risky else node, kind, clean=function.finite)
        if kind.type in (ColumnType.DATE, ColumnType.TIMESTAMP):
            clean = function.bounded and not function.fails
            return Value(node, kind, clean=clean)
        return Value(node, kind, clean=not function.fails)

    def _cast(self, node: Node, kind: types.Kind) -> Node:
        """As the type that is promised, where engines give narrower or wider ones."""
        if kind.type in (ColumnType.TEXT, ColumnType.BOOLEAN, None):
            return node
        return self._emit.cast(node, kind, safe=kind.is_exact)

    def _looked_up(self, typed: Typed) -> Value:
        emit = self._emit
        if emit.lookup is None:
            raise self._missing(typed, "other datasets")
        key, key_column, found = typed.arguments
        table, column = key_column.reference.split(".", 1)
        value_column = found.reference.split(".", 1)[1]
        kind = typed.targets[0]
        node = emit.lookup(table, column, value_column, emit.clean(emit.convert(self._value(key), kind)), kind)
        return Value(node, typed.kind, clean=typed.kind.type is not ColumnType.FLOAT)

    def _missing(self, typed: Typed, what: str) -> ContextMissing:
        name = typed.function.name if typed.function else ""
        return ContextMissing(
            f"{name} needs {what}, which the place of this formula does not have.",
            self._checked.tree.text,
            typed.node.span,
        )

    # Aggregates and windows. DuckDB cannot catch errors around them, so they are computed first and bound by a lambda.

    def _place(self, node: Node) -> Node:
        if self._emit.dialect == "spark":
            return node
        name = f"g{len(self._placed) + 1}"
        self._placed[name] = node
        return exp.column(name)

    def _settled(self, node: Node) -> Node:
        """The tree with aggregates in place of their names."""
        found = [each for each in node.find_all(exp.Column) if each.name in self._placed]
        names = list(dict.fromkeys(each.name for each in found))
        if not names:
            return node
        if not any(each.find_ancestor(exp.Try, exp.Lambda) for each in found):
            for each in found:
                new = self._placed[each.name].copy()
                if each is node:
                    return new
                each.replace(new)
            return node
        values = [self._placed[name] for name in names]
        if len(values) == 1:
            return self._emit.bind(values[0], names[0], node)
        for each in found:
            place = exp.Literal.number(names.index(each.name) + 1)
            each.replace(call("struct_extract_at", exp.column("groups"), place))
        return self._emit.bind(call("row", *values), "groups", node)


def _depth(node: Node) -> int:
    """Levels of SQL. A chain of one operator is one level: it is written by a loop."""
    deepest = 0
    waiting = [(node, 1)]
    while waiting:
        each, depth = waiting.pop()
        deepest = max(deepest, depth)
        chained = isinstance(each, exp.Binary)
        for inner in each.iter_expressions():
            waiting.append((inner, depth if chained and type(inner) is type(each) else depth + 1))
    return deepest
