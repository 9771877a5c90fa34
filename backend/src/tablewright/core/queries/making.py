"""What one compilation shares, and what its parts hand to one another."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from sqlglot import exp

from tablewright.core.formulas.types import Dialect
from tablewright.core.queries import sql
from tablewright.core.queries.conditions import where
from tablewright.core.queries.model import Group, Question
from tablewright.core.queries.results import Result
from tablewright.core.queries.spark_formulas import SparkFormula
from tablewright.core.queries.sql import Binder, Node
from tablewright.core.queries.tables import Tables
from tablewright.core.tables.schema import Column, ColumnType, Schema


@dataclass
class Body:
    """A question as a SELECT without its page: its columns by their keys, and what puts its rows in order."""

    select: exp.Select
    results: tuple[Result, ...]
    order: list[Node]
    """Total and repeatable, in names that the SELECT has. Empty: the engine keeps the order of the file by itself."""
    widths: tuple[str, ...] = ()
    """Keys of binned dimensions whose `<key>_width` is selected."""
    marks: tuple[str, ...] = ()
    """`level` and `other`, where they are selected."""
    rows: Rows | None = None
    """Of listed rows that stand in one file: they can be found by their place in it."""


class MakeBody(Protocol):
    def __call__(self, question: Question, making: Making, at: str, *, numbered: bool) -> Body: ...


@dataclass
class Making:
    """One compilation."""

    tables: Tables
    body: MakeBody
    """How a question becomes a SELECT: for questions on questions."""
    dialect: Dialect = "duckdb"
    """The engine in whose words formulas are written."""
    now: datetime | None = None
    """What clocks show in the question's time zone, where a formula asks for it."""
    binder: Binder = field(default_factory=Binder)
    spark_formulas: list[SparkFormula] = field(default_factory=list)
    """Those that were written in Spark's words."""
    _sources: dict[str, str] = field(default_factory=dict)

    def placeholder(self, source: str) -> str:
        """What stands for a file; the same file has one."""
        return self._sources.setdefault(source, f"source{len(self._sources)}")

    @property
    def sources(self) -> tuple[str, ...]:
        return tuple(self._sources)


@dataclass
class Rows:
    """Where the rows of a question come from: columns by reference, and nothing that the reader may not see."""

    schema: Schema
    source: Node
    keys: tuple[str, ...] = ()
    """Columns that give each row its place, when somebody needs it."""
    conditions: tuple[Node, ...] = ()
    joins: tuple[exp.Join, ...] = ()

    def select(self, columns: list[Node], *conditions: Node) -> exp.Select:
        made = sql.select(columns, self.source.copy(), *(each.copy() for each in (*self.conditions, *conditions)))
        if self.joins:
            made.set("joins", [each.copy() for each in self.joins])
        return made

    def kept(self, group: Group | None, making: Making, question: Question, at: str) -> Rows:
        """Only the rows that a filter leaves."""
        condition = where(group, self.schema, making.binder, calendar=question.calendar, at=at)
        if condition is None:
            return self
        return Rows(self.schema, self.source, self.keys, (*self.conditions, condition), self.joins)

    def staged(self, columns: Sequence[Node], added: Iterable[Column], name: str) -> Rows:
        """The same rows with more columns, out of a query of their own."""
        kept = [sql.column(each) for each in dict.fromkeys(self.keys)]
        added = tuple(added)
        inner = self.select([*columns, *kept])
        inner.meta["labels"] = {each.id: each.name for each in added}
        schema = Schema(columns=(*self.schema.columns, *added))
        return Rows(schema, sql.within(inner, name), self.keys)

    @property
    def order(self) -> list[Node]:
        return [sql.ordered(sql.column(key)) for key in self.keys]


def value_of(column: Column) -> Node:
    """The column, with NaN as no value."""
    node = sql.column(column.id)
    return sql.not_nan(node) if column.type is ColumnType.FLOAT else node


def paged(select: exp.Select, order: Sequence[Node], question: Question) -> exp.Select:
    if order:
        select = select.order_by(*order, copy=False)
    if question.limit is not None:
        select = select.limit(sql.literal(question.limit), copy=False)
    return select.offset(sql.literal(question.offset), copy=False) if question.offset else select


def nested(question: Question, making: Making, at: str, *, name: str, numbered: bool) -> tuple[exp.Subquery, Body]:
    """A question's answer as rows c1, c2 …, with `place` when they are numbered."""
    body = making.body(question, making, at, numbered=numbered)
    columns = [
        exp.alias_(sql.column(each.key), f"c{number}", copy=False) for number, each in enumerate(body.results, start=1)
    ]
    has_page = question.limit is not None or question.offset > 0
    select, order = body.select, body.order
    if numbered and not question.groups and not question.union:
        # The order of listed rows may look at columns that are not listed, so they are numbered where those are.
        select = select.select(exp.alias_(sql.row_number([each.copy() for each in order]), "place"), copy=False)
        columns.append(sql.column("place"))
    elif numbered:
        columns.append(exp.alias_(sql.row_number([each.copy() for each in order]), "place", copy=False))
    select = paged(select, order if has_page else [], question)
    outer = sql.select(columns, sql.within(select, "answer"))
    outer.meta["labels"] = {f"c{number}": each.answer.label for number, each in enumerate(body.results, start=1)}
    return sql.within(outer, name), body
