"""A question and a schema become one SELECT for DuckDB.

The text of users never is in the SQL: columns are ids, values are bound or written by us from parsed
values, labels stay outside. What is promised about results:

- The order is total and repeatable: what the question sorts by, then the remaining dimensions; listed
  rows keep the order of the file. Rows without a value come last, in both directions.
- Sums of whole numbers and decimals are exact. Means, medians and deviations are floats. NaN counts as
  no value; infinities are values, but no deviation is taken of them.
- Weeks start on Monday. Instants are grouped by their date in UTC.
- Bins have equal width and round edges, and cover the finite values that the filter leaves (see `bins`). The
  largest value is in the last bin, and a column with one value has one bin of width 0. Rows without a finite
  value are not dropped: they are one group without an edge.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from sqlglot import exp

from tablewright.core.queries import bins, sql, words
from tablewright.core.queries.conditions import require, where
from tablewright.core.queries.model import (
    Aggregate,
    AnswerColumn,
    Calendar,
    Dimension,
    Grain,
    Measure,
    Question,
)
from tablewright.core.queries.problems import (
    AggregateNotApplicable,
    BinsNotApplicable,
    GrainAndBins,
    GrainNotApplicable,
    MeasureColumnMissing,
    MeasureColumnUnused,
    NotYetAnswerable,
    SortKeyMissing,
)
from tablewright.core.queries.sql import Binder, Node
from tablewright.core.queries.tables import Table, TableKey, Tables, named_tables, table
from tablewright.core.tables.schema import Column, ColumnType, Schema

COMPILER = 3
"""Part of every fingerprint: raised when the same question starts to mean something else."""

_COUNTED = AnswerColumn(key="n", label="Rows", type="integer", role="measure")
_ORDERED = {
    ColumnType.INTEGER, ColumnType.DECIMAL, ColumnType.FLOAT, ColumnType.TEXT, ColumnType.DATE, ColumnType.TIME,
    ColumnType.TIMESTAMP, ColumnType.INSTANT,
}  # fmt: skip


@dataclass(frozen=True)
class Compiled:
    """A question ready to run: SQL with named placeholders, their values, and what the columns mean."""

    sql: str
    parameters: tuple[tuple[str, str], ...]
    """Bound texts. The placeholders of sources are not among them: the engine binds them to the files' paths."""
    sources: tuple[str, ...]
    """The Parquet files: names in the workspace's folder, or paths, for the placeholders source0, source1 …"""
    columns: tuple[AnswerColumn, ...]
    widths: tuple[str, ...]
    """Keys of binned dimensions; `<key>_width` in the raw result holds the width of their bins."""
    fingerprint: str
    """Equal for equal questions of equal schemas, wherever the file is and whoever asks."""


def compile_question(question: Question, tables: Tables, *, today: date) -> Compiled:
    """The question as SQL over the Parquet files of dataset versions.

    `tables` holds all that `named_tables` names; `today` is the day, in the question's time zone, from which
    periods are told. Raises ColumnMissing, FilterValueInvalid and their kin (core.queries.problems)
    with the position in the question. Equal questions are compiled once.
    """
    return _prepared(question, tables, today, False)


def count_question(question: Question, tables: Tables, *, today: date) -> Compiled:
    """How many rows (or groups) the question has without limit and offset: one column `n`, one row."""
    return _prepared(question, tables, today, True)


def _prepared(question: Question, tables: Tables, today: date, counting: bool) -> Compiled:
    _refuse(question)
    named = named_tables(question)
    found = tuple((key, table(tables, key, position)) for key, position in named)
    return _compiled(_Asked(repr(question), question), found, counting)


_LATER = ("base", "base_id", "joins", "union", "sample", "formulas", "parameters", "having", "pivot")


def _refuse(question: Question) -> None:
    """What is in the model and not answered yet."""
    for part in _LATER:
        if getattr(question, part):
            raise NotYetAnswerable(part)
    if question.calendar != Calendar():
        raise NotYetAnswerable("calendar")
    for index, dimension in enumerate(question.dimensions):
        bins_of = dimension.bins
        if dimension.part or dimension.top or dimension.grain is Grain.MINUTE:
            raise NotYetAnswerable(f"dimensions[{index}]")
        if bins_of is not None and (bins_of.width or bins_of.edges):
            raise NotYetAnswerable(f"dimensions[{index}].bins")
    for index, measure in enumerate(question.measures):
        if measure.fn not in words.AGGREGATES and measure.fn is not Aggregate.COUNT_ROWS:
            raise NotYetAnswerable(f"measures[{index}].fn")
        for part in ("other", "q", "filter", "derive"):
            if getattr(measure, part) is not None:
                raise NotYetAnswerable(f"measures[{index}].{part}")


@dataclass(frozen=True)
class _Asked:
    """A question by its text: as values, 1, 1.0 and true would be equal."""

    text: str
    question: Question = field(compare=False)


@lru_cache(maxsize=1024)
def _compiled(asked: _Asked, tables: tuple[tuple[TableKey, Table], ...], counting: bool) -> Compiled:
    question = asked.question
    ((_, of),) = tables
    schema = of.schema
    binder = Binder()
    build = _grouped if question.groups else _listing
    tree, columns, widths = build(question, schema, binder, counting)
    return Compiled(
        sql=sql.write(tree),
        parameters=binder.values,
        sources=(of.source,),
        columns=(_COUNTED,) if counting else columns,
        widths=() if counting else widths,
        fingerprint=_fingerprint(question, schema, counting),
    )


def _fingerprint(question: Question, schema: Schema, counting: bool) -> str:
    asked = question.model_dump(mode="json", exclude={"dataset_id", "version_id"})
    canonical = json.dumps([COMPILER, counting, asked, schema.as_json()], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


_Built = tuple[exp.Select, tuple[AnswerColumn, ...], tuple[str, ...]]


def _file(*, row_numbers: bool = False) -> Node:
    arguments: list[Node] = [exp.Placeholder(this="source0")]
    if row_numbers:
        arguments.append(exp.EQ(this=sql.column("file_row_number"), expression=exp.Boolean(this=True)))
    return exp.Table(this=sql.call("read_parquet", *arguments))


def _select(columns: list[Node], source: Node, condition: Node | None) -> exp.Select:
    select = exp.Select(expressions=columns).from_(source, copy=False)
    return select.where(condition, copy=False) if condition is not None else select


def _page(select: exp.Select, question: Question) -> exp.Select:
    if question.limit is not None:
        select = select.limit(question.limit, copy=False)
    return select.offset(question.offset, copy=False) if question.offset else select


def _count_rows(of: Node, condition: Node | None) -> exp.Select:
    return _select([exp.alias_(sql.call("count", exp.Star()), "n")], of, condition)


# Rows


def _listing(question: Question, schema: Schema, binder: Binder, counting: bool) -> _Built:
    wanted = dict.fromkeys(question.columns) or [column.id for column in schema.columns]
    columns = [require(schema, each, f"columns[{index}]") for index, each in enumerate(wanted)]
    condition = where(question.filter, schema, binder)
    order: list[Node] = []
    for index, each in enumerate(question.sort):
        at = f"sort[{index}]"
        if not each.by.startswith("c"):
            raise SortKeyMissing(each.by, [column.id for column in schema.columns], at)
        order.append(_ordered(_value(require(schema, each.by, at)), each.direction == "desc"))
    described = tuple(words.listed(column) for column in columns)
    if counting:
        return _count_rows(_file(), condition), described, ()
    select = _select([sql.column(column.id) for column in columns], _file(row_numbers=bool(order)), condition)
    if order:
        # Without a sort the engine keeps the file's order by itself, and stops at the limit.
        select = select.order_by(*order, _ordered(sql.column("file_row_number"), False), copy=False)
    return _page(select, question), described, ()


def _value(column: Column) -> Node:
    """The column, with NaN as no value."""
    node = sql.column(column.id)
    return sql.not_nan(node) if column.type is ColumnType.FLOAT else node


def _ordered(node: Node, descending: bool) -> Node:
    return exp.Ordered(this=node, desc=descending, nulls_first=False)


# Groups


def _grouped(question: Question, schema: Schema, binder: Binder, counting: bool) -> _Built:
    condition = where(question.filter, schema, binder)
    described: list[AnswerColumn] = []
    selected: list[Node] = []
    edges: list[Node] = []
    binned: dict[str, bins.Bin] = {}
    for index, each in enumerate(question.dimensions):
        column = require(schema, each.column, f"dimensions[{index}]")
        answer = words.dimension(index, each, column)
        described.append(answer)
        selected.append(exp.alias_(_dimension(each, column, answer.key, f"dimensions[{index}]"), answer.key))
        if each.bins:
            edges += bins.bounds(column, answer.key)
            binned[answer.key] = bins.Bin(column, answer.key, each.bins.count)
    keys = len(selected)
    for index, measure in enumerate(question.measures):
        at = f"measures[{index}]"
        of = require(schema, measure.column, at) if measure.column else None
        value = _measure(measure, of, at)
        answer = words.measure(index, measure, of)
        described.append(answer)
        selected.append(exp.alias_(value, answer.key))
    order = _group_order(question, [answer.key for answer in described])
    if counting:
        selected = selected[:keys] or [exp.alias_(sql.call("count", exp.Star()), "rows")]
    else:
        widths = (sql.call("any_value", sql.column(f"{key}_step", "edges")) for key in binned)
        selected += [exp.alias_(width, f"{key}_width") for width, key in zip(widths, binned, strict=True)]
    select = _select(selected, _file(), condition)
    if edges:
        select = select.join("edges", join_type="cross", copy=False)
    if keys:
        select = select.group_by(*(exp.Literal.number(position + 1) for position in range(keys)), copy=False)
    if counting:
        select = _count_rows(exp.Subquery(this=select, alias=exp.to_identifier("groups")), None)
    else:
        select = _page(select.order_by(*order, copy=False) if order else select, question)
    if edges:
        bounds = _select(edges, _file(), condition.copy() if condition is not None else None)
        select = select.with_("edges", as_=bins.edges(bounds, list(binned.values())), copy=False)
    return select, tuple(described), tuple(binned)


def _dimension_keys(question: Question) -> list[str]:
    """The result keys of the dimensions, in order."""
    return [f"d{index}" for index in range(len(question.dimensions))]


def _group_order(question: Question, known: list[str]) -> list[Node]:
    """What the question sorts by, then the remaining dimensions."""
    order: dict[str, bool] = {}
    for index, each in enumerate(question.sort):
        if each.by not in known:
            raise SortKeyMissing(each.by, known, f"sort[{index}]")
        order.setdefault(each.by, each.direction == "desc")
    for key in _dimension_keys(question):
        order.setdefault(key, False)
    return [_ordered(sql.column(key), descending) for key, descending in order.items()]


def _dimension(asked: Dimension, column: Column, key: str, at: str) -> Node:
    if asked.grain and asked.bins:
        raise GrainAndBins(column, at)
    if asked.bins:
        if not column.type.is_number:
            raise BinsNotApplicable(column, at)
        return bins.Bin(column, key, asked.bins.count).lower_edge()
    if asked.grain is None:
        return _value(column)
    hour = asked.grain is Grain.HOUR
    if not column.type.is_time or (hour and column.type is ColumnType.DATE):
        raise GrainNotApplicable(column, asked.grain.value, at)
    instant = column.type is ColumnType.INSTANT
    node = sql.naive_utc(sql.column(column.id)) if instant else sql.column(column.id)
    start = sql.call("date_trunc", exp.Literal.string(asked.grain.value), node)
    if hour:
        return sql.cast(start, "TIMESTAMPTZ") if instant else start
    return sql.cast(start, "DATE")


def _measure(asked: Measure, column: Column | None, at: str) -> Node:
    fn = asked.fn
    if fn is Aggregate.COUNT_ROWS:
        if column is not None:
            raise MeasureColumnUnused(at)
        return sql.call("count", exp.Star())
    if column is None:
        raise MeasureColumnMissing(fn.value, at)
    value = _value(column)
    if fn is Aggregate.COUNT:
        return sql.call("count", value)
    if fn is Aggregate.COUNT_DISTINCT:
        return sql.call("count", exp.Distinct(expressions=[value]))
    if fn in (Aggregate.MIN, Aggregate.MAX):
        if column.type not in _ORDERED:
            raise AggregateNotApplicable(column, fn.value, "Count its values, or group by it.", at)
        return sql.call(fn.value, value)
    if not column.type.is_number:
        ordered = column.type in _ORDERED
        instead = "Use count, count_distinct, min or max." if ordered else "Use count or count_distinct."
        raise AggregateNotApplicable(column, fn.value, instead, at)
    if fn is Aggregate.SUM:
        return sql.call("sum", value)
    if fn is Aggregate.MEAN:
        return sql.call("avg", value)
    if fn is Aggregate.MEDIAN:
        return sql.call("quantile_cont", sql.cast(value, "DOUBLE"), sql.literal(0.5))
    return sql.call("stddev_samp", bins.finite(column))
