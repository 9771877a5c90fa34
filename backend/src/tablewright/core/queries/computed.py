"""The formulas of a question: columns of its rows, measures of its groups.

- A formula of the row level is a column like any other: to list, to filter, to group by, to aggregate. Formulas that
  use formulas are computed in stages, each once.
- One that aggregates is a measure (`fn: formula`). One that looks at other rows or groups (a window) is a column where
  rows are listed and a measure where they are grouped; it follows the first dimension that is a time, apart for each
  value of the others, or the order of the listed rows, after the filter.
- LOOKUP reads another dataset as its reader may: with its row rule, and without its hidden columns. Of several rows
  with the key it is the first of the file.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from uuid import UUID

from sqlglot import exp

from tablewright.core.errors import Problem
from tablewright.core.formulas.check import Checked
from tablewright.core.formulas.compile import compile as compiled
from tablewright.core.formulas.emit import WindowContext
from tablewright.core.formulas.functions import find
from tablewright.core.formulas.functions.model import Function
from tablewright.core.formulas.graph import check_all
from tablewright.core.formulas.parser import parse
from tablewright.core.formulas.scope import Scope, ScopeColumn, ScopeParameter, ScopeTable
from tablewright.core.formulas.tree import Call
from tablewright.core.formulas.types import Kind
from tablewright.core.queries import literals, sql
from tablewright.core.queries.conditions import require
from tablewright.core.queries.making import Making, Rows, value_of
from tablewright.core.queries.masks import seen
from tablewright.core.queries.model import Formula, Parameter, Question, Scalar
from tablewright.core.queries.problems import FormulaMissing, FormulaTwice, FormulaUnfit, ParameterValueInvalid
from tablewright.core.queries.references import of_group
from tablewright.core.queries.settled import values_of
from tablewright.core.queries.spark_formulas import Places
from tablewright.core.queries.sql import Node
from tablewright.core.queries.tables import looked_up, sources
from tablewright.core.tables.schema import Column, ColumnType, Schema


class Computed:
    """The formulas of one question over its rows, checked.

    Raises what is wrong with a formula, with the place in its text and `formulas[n]` as the question's.
    """

    def __init__(self, question: Question, schema: Schema, making: Making, at: str) -> None:
        self._question, self._making = question, making
        self._dot = f"{at}." if at else ""
        self._formulas = {each.id: each for each in question.formulas}
        self._places = {each.id: f"{self._dot}formulas[{index}]" for index, each in enumerate(question.formulas)}
        if len(self._formulas) < len(question.formulas):
            raise FormulaTwice(f"{self._dot}formulas")
        self._parameters = {each.name: each for each in question.parameters}
        self._tables = {
            str(key.dataset_id): key for each in question.formulas for key in looked_up(each) if key in making.tables
        }
        scope = Scope(
            columns=tuple(map(ScopeColumn.of, schema.columns)),
            parameters=tuple(self._scoped(each, index) for index, each in enumerate(question.parameters)),
            tables=tuple(
                ScopeTable(name, name, tuple(map(ScopeColumn.of, making.tables[key].schema.columns)))
                for name, key in self._tables.items()
            ),
        )
        self._checked = self._check(question.formulas, scope) if question.formulas else {}
        self._looks: list[tuple[str, str, str, Node]] = []
        self._looked = 0

    def _check(self, formulas: Sequence[Formula], scope: Scope) -> dict[str, Checked]:
        try:
            return check_all([(each.id, each.name, each.text) for each in formulas], scope)[0]
        except Problem as problem:
            if "position" not in problem.where:
                problem.where["position"] = self._place_of(problem, formulas, scope)
            raise

    def _place_of(self, problem: Problem, formulas: Sequence[Formula], scope: Scope) -> str:
        """Which formula it is: the first that is wrong with those before it."""
        for number in range(1, len(formulas) + 1):
            try:
                check_all([(each.id, each.name, each.text) for each in formulas[:number]], scope)
            except Problem as found:
                if found.detail == problem.detail:
                    return f"{self._dot}formulas[{number - 1}]"
        return f"{self._dot}formulas"

    # What formulas are

    def level(self, formula: str) -> str:
        return self._checked[formula].level

    def column(self, formula: str) -> Column:
        """The formula as a column: its name and the type of what it gives."""
        found = self._checked[formula]
        return Column(id=formula, name=self._formulas[formula].name, type=found.type, physical=found.physical)

    def measured(self, formula: str, position: str) -> Column:
        """A formula that is a measure. Raises FormulaMissing, or FormulaUnfit for one of the row level."""
        if formula not in self._checked:
            raise FormulaMissing(formula, list(self._checked), position)
        found = self._checked[formula]
        if found.level == "row":
            raise FormulaUnfit(self._formulas[formula].name, "It is a column: choose how to aggregate it.", position)
        if found.level == "window" and found.base == "row":
            raise FormulaUnfit(
                self._formulas[formula].name, "It looks at rows, and here are groups: aggregate inside of it.", position
            )
        return self.column(formula)

    def refuse_in_rows(self, wanted: set[str]) -> None:
        """A formula over groups is no column of the rows."""
        filtered = set(of_group(self._question.filter))
        for ref in sorted(wanted):
            found = self._checked.get(ref)
            if found is not None and found.level == "aggregate":
                raise FormulaUnfit(
                    self._formulas[ref].name,
                    "It aggregates: it is a measure, and no column of rows.",
                    self._places[ref],
                )
            if found is not None and found.level == "window" and ref in filtered:
                raise FormulaUnfit(
                    self._formulas[ref].name,
                    "It looks at the rows that the filter leaves. Filter the answer of a question that lists it.",
                    self._places[ref],
                )
            if found is not None and found.level == "window" and self._question.groups:
                raise FormulaUnfit(
                    self._formulas[ref].name, "It looks at other rows: it cannot be grouped by here.", self._places[ref]
                )

    # What they become

    def with_rows(self, rows: Rows, used: frozenset[str] | None) -> Rows:
        """The rows with the formulas of the row level that are used (all of them when None)."""
        found = [key for key, each in self._checked.items() if each.level == "row" and (used is None or key in used)]
        while found:
            # Those that use none of the others that are left.
            left = set(found)
            stage = [key for key in found if not left & set(self._checked[key].references)]
            rows = self._staged(rows, stage, used, WindowContext(rows=[sql.column(key) for key in rows.keys]))
            found = [key for key in found if key not in stage]
        return rows

    def with_windows(self, rows: Rows, used: frozenset[str] | None, order: Sequence[Node]) -> Rows:
        """Listed rows with the formulas that look at other rows, after the filter."""
        for key, each in self._checked.items():
            if each.level == "window" and each.base != "aggregate" and (used is None or key in used):
                context = WindowContext(order=[one.copy() for one in order], rows=[sql.column(k) for k in rows.keys])
                rows = self._staged(rows, [key], used, context)
        return rows

    def _staged(self, rows: Rows, formulas: Sequence[str], used: frozenset[str] | None, context: WindowContext) -> Rows:
        made = [exp.alias_(self.node(key, context), key, copy=False) for key in formulas]
        kept = [sql.column(each.id) for each in rows.schema.columns if used is None or each.id in used]
        return self.beside(rows).staged([*kept, *made], [self.column(key) for key in formulas], "computed")

    def beside(self, rows: Rows) -> Rows:
        """The rows with what the formulas that were written since look up, one row for each of them."""
        first = self._looked - len(self._looks) + 1
        joins = [self._look_up(number, *look) for number, look in enumerate(self._looks, start=first)]
        self._looks = []
        return replace(rows, joins=(*rows.joins, *joins)) if joins else rows

    def node(self, formula: str, context: WindowContext, only: Node | None = None) -> Node:
        """The formula as an expression over the rows, or over those where `only` holds, `beside` what it looks up."""
        if self._making.dialect == "duckdb":
            return self._written(formula, context, only, None)
        places = Places(self._making.spark_formulas)
        only = places.put(only) if only is not None else None
        node = self._written(formula, places.context(context), only, places)
        return places.call(node, self._checked[formula].physical)

    def _written(self, formula: str, context: WindowContext, only: Node | None, places: Places | None) -> Node:
        def put(node: Node) -> Node:
            return places.put(node) if places else node

        def resolve(ref: str) -> Node:
            if ref.startswith("{"):
                return put(self._parameter(ref[1:-1]))
            if ref in self._checked and self._checked[ref].level != "row":
                return self._written(ref, context, only, places)
            return put(sql.column(ref))

        def look(table: str, key_column: str, value_column: str, key: Node, kind: Kind) -> Node:
            key = places.call(key, kind.physical()) if places else key
            return put(self._looking(table, key_column, value_column, key))

        try:
            return compiled(
                self._checked[formula],
                resolve,
                self._making.binder,
                self._making.dialect,
                window=context,
                lookup=look,
                now=self._making.now,
                only=only,
            )
        except Problem as problem:
            problem.where.setdefault("position", self._places[formula])
            raise

    # Looking up

    def _looking(self, table: str, key_column: str, value_column: str, key: Node) -> Node:
        self._looks.append((table, key_column, value_column, key))
        self._looked += 1
        return sql.column(f"look{self._looked}_value")

    def _look_up(self, number: int, table: str, key_column: str, value_column: str, key: Node) -> exp.Join:
        making, position = self._making, f"{self._dot}formulas"
        of = making.tables[self._tables[table]]
        by, wanted = require(of.schema, key_column, position), require(of.schema, value_column, position)
        place = [sql.ordered(sql.column("file_row_number"))]
        first = sql.call("first", exp.Order(this=sql.column(wanted.id), expressions=place))
        columns: list[Node] = [
            exp.alias_(value_of(by), f"look{number}_key"), exp.alias_(first, f"look{number}_value")
        ]  # fmt: skip
        select = seen(of, making, numbered=True).select(columns)
        select = select.group_by(exp.Literal.number(1), copy=False)
        select.meta["looked_up"] = (UUID(table), number)
        on = exp.EQ(this=key, expression=sql.column(f"look{number}_key"))
        return exp.Join(this=sql.within(select, f"look{number}"), side="LEFT", on=on)

    # Parameters

    def _scoped(self, parameter: Parameter, index: int) -> ScopeParameter:
        column = _column_of(parameter, f"{self._dot}parameters[{index}]")
        return ScopeParameter(parameter.name, column.type, column.physical)

    def _parameter(self, name: str) -> Node:
        index = list(self._parameters).index(name)
        at = f"{self._dot}parameters[{index}]"
        parameter = self._parameters[name]
        values = values_of(parameter, at)
        if len(values) > 1:
            raise ParameterValueInvalid(name, "a formula takes one value", at)
        column = _column_of(parameter, at)
        if not values:
            return sql.cast(exp.Null(), column.physical)
        return sql.cast(self._constant(column, values[0], at), column.physical)

    def _constant(self, column: Column, value: Scalar, at: str) -> Node:
        match column.type:
            case ColumnType.TEXT:
                return self._making.binder.text(literals.text(column, value, at))
            case ColumnType.BOOLEAN:
                return sql.literal(literals.boolean(column, value, at))
            case ColumnType.DATE:
                return sql.literal(literals.day(column, value, at))
            case ColumnType.TIMESTAMP:
                moment = literals.moment(column, value, at)
                return sql.literal(moment if isinstance(moment, datetime) else datetime.combine(moment, time()))
        return sql.literal(literals.number(column, value, at))


def _column_of(parameter: Parameter, at: str) -> Column:
    """A parameter as a column: numbers have the digits of their value."""
    kinds = {
        "text": (ColumnType.TEXT, "VARCHAR"), "boolean": (ColumnType.BOOLEAN, "BOOLEAN"),
        "date": (ColumnType.DATE, "DATE"), "timestamp": (ColumnType.TIMESTAMP, "TIMESTAMP"),
        "number": (ColumnType.FLOAT, "DOUBLE"),
    }  # fmt: skip
    kind, physical = kinds[parameter.type]
    column = Column(id=f"{{{parameter.name}}}", name=parameter.name, type=kind, physical=physical)
    values = values_of(parameter, at) if parameter.type == "number" else ()
    if not values:
        return column
    exact = literals.number(column, values[0], at)
    places = max(-int(exact.as_tuple().exponent), 0)
    if places == 0 and abs(exact) < 2**63:
        return column.model_copy(update={"type": ColumnType.INTEGER, "physical": "BIGINT"})
    if places <= 18 and abs(exact) < Decimal(10) ** (38 - places):
        return column.model_copy(update={"type": ColumnType.DECIMAL, "physical": f"DECIMAL(38,{places})"})
    return column


def needs_order(question: Question) -> bool:
    """Whether a formula needs each row's place."""
    ordered = {"FIRST", "LAST", "LOOKUP"}
    return any(
        function.name in ordered or (function.level == "window" and not question.groups)
        for function in _functions(question)
    )


def volatile(question: Question) -> set[str]:
    """The functions used that depend on the present moment, also in a question that is asked of or joined."""
    return {
        function.name
        for each, _ in sources(question)
        if isinstance(each, Question)
        for function in _functions(each)
        if function.volatile
    }


def _functions(question: Question) -> Iterator[Function]:
    for formula in question.formulas:
        for node in parse(formula.text).walk():
            function = find(node.function) if isinstance(node, Call) else None
            if function is not None:
                yield function


def present(today: date) -> datetime:
    """The moment that formulas are told when nobody says the time: the beginning of today."""
    return datetime.combine(today, time(), UTC).replace(tzinfo=None)
