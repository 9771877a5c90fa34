"""Formulas in Spark's words, inside of a question that is written in DuckDB's.

Each function of the language says what Spark computes for it (`formulas.functions`); `spark` translates the rest. Where
a formula stands, the question holds a call, `spark_formula(2, c1, c3)`: the third of `Compiled.formulas`, computed from
these. So the translation names its columns, as it names all others, and puts the formula around them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlglot import exp

from tablewright.core.formulas.emit import WindowContext
from tablewright.core.queries import sql
from tablewright.core.queries.sql import Node

CALL = "spark_formula"
_PLACE = re.compile(r"`?\bplace_([0-9]+)\b`?")


@dataclass(frozen=True)
class SparkFormula:
    """The formula with place_0, place_1 … for what it is computed from."""

    sql: str
    physical: str
    """DuckDB's name of the type that it has."""

    def of(self, values: Sequence[str]) -> str:
        return "(" + _PLACE.sub(lambda found: values[int(found[1])], self.sql) + ")"


class Places:
    """What one formula is computed from, while it is written."""

    def __init__(self, written: list[SparkFormula]) -> None:
        self._written = written
        self._nodes: dict[str, Node] = {}

    def put(self, node: Node) -> Node:
        """What stands in the formula for a piece of the question."""
        key = node.sql(dialect="duckdb")
        self._nodes.setdefault(key, node)
        return exp.column(f"place_{list(self._nodes).index(key)}")

    def context(self, context: WindowContext) -> WindowContext:
        return replace(
            context,
            order=[self._ordered(each) for each in context.order],
            partition=[self.put(each) for each in context.partition],
            rows=[self._ordered(each) for each in context.rows],
        )

    def _ordered(self, node: Node) -> Node:
        if not isinstance(node, exp.Ordered):
            return self.put(node)
        ordered = node.copy()
        ordered.set("this", self.put(node.this))
        return ordered

    def call(self, node: Node, physical: str) -> Node:
        """What stands in the question for the formula."""
        self._written.append(SparkFormula(node.sql(dialect="spark"), physical))
        number = exp.Literal.number(len(self._written) - 1)
        return sql.call(CALL, number, *(each.copy() for each in self._nodes.values()))
