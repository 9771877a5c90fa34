"""Rows that are grouped: by what, and with what computed over each group.

- The order is what is sorted by, then the remaining dimensions; groups without a value come last, both ways. The rest
  beyond a `top` comes after the values that are named, and totals come after the groups.
- Dates are grouped by the days, weeks and years of the question's calendar (see `calendars`).
- Bins cover the finite values that the filter leaves (see `bins`). Rows without a finite value are not dropped: they
  are one group without an edge.
- `top` keeps the values of a dimension that have the largest measure, computed by that dimension alone over the rows
  that the filter leaves; of equals the smaller value. The rest is computed over its rows, as any group is.
- Totals of a pivot are computed over their rows too, so that a ratio or a count of different values is right in them.
  They are of all rows that the filter leaves, whichever groups `having` shows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from sqlglot import exp

from tablewright.core.formulas.emit import WindowContext
from tablewright.core.queries import bins, calendars, derived, measures, results, sql
from tablewright.core.queries.computed import Computed
from tablewright.core.queries.conditions import require, where
from tablewright.core.queries.making import Body, Making, Rows, value_of
from tablewright.core.queries.model import Aggregate, Dimension, Measure, Part, Pivot, Question
from tablewright.core.queries.problems import (
    BinsNotApplicable,
    DimensionKeyMissing,
    GrainAndBins,
    GrainNotApplicable,
    PartNotApplicable,
    SortKeyMissing,
    TopMeasureMissing,
)
from tablewright.core.queries.references import of_measures, with_formulas
from tablewright.core.queries.results import Result
from tablewright.core.queries.sql import Node
from tablewright.core.tables.schema import Column, ColumnType, Schema

OTHER = "Other"
"""What the rest beyond a top is called where the values are text. It is told from a value of that name by its mark."""


def grouped(question: Question, rows: Rows, computed: Computed, making: Making, at: str) -> Body:
    """The groups with their measures, totals, and what is derived of them.

    Raises ColumnMissing, GrainNotApplicable, AggregateNotApplicable and their kin with the position.
    """
    return _Grouping(question, rows, computed, making, at).body()


@dataclass
class _Keys:
    """How the dimensions are found in the rows."""

    nodes: list[Node] = field(default_factory=list)
    results: list[Result] = field(default_factory=list)
    bounds: list[Node] = field(default_factory=list)
    """The lowest and highest values that edges are found from."""
    counted: dict[str, bins.Bin] = field(default_factory=dict)
    """Bins whose width is found in the data."""
    widths: dict[str, Node] = field(default_factory=dict)


class _Grouping:
    def __init__(self, question: Question, rows: Rows, computed: Computed, making: Making, at: str) -> None:
        self._question, self._rows, self._making = question, rows, making
        self._dot = f"{at}." if at else ""
        self._formulas = computed
        self._zone = calendars.zone_of(question.calendar)
        self._keys = _Keys()

    def body(self) -> Body:
        question, keys = self._question, self._keys
        for index, each in enumerate(question.dimensions):
            self._add_dimension(index, each)
        computed = [self._result(index, measure) for index, measure in enumerate(question.measures)]
        has_top = any(each.top for each in question.dimensions)
        pivot = question.pivot
        if has_top or pivot is not None or self._has_windows():
            select, marks = self._in_stages(pivot)
        else:
            select, marks = self._at_once(), ()
        widths = tuple(keys.widths)
        found: tuple[Result, ...] = (*keys.results, *computed)
        if any(measure.derive for measure in question.measures):
            select = derived.derive(question, found, select, self._hidden(marks), self._dot)
            found = (
                *keys.results,
                *(results.derived(n, m, r) for n, (m, r) in enumerate(zip(question.measures, computed, strict=True))),
            )
        if question.having is not None:
            select = self._having(select, found, self._hidden(marks), marks)
        select.meta["labels"] = {each.key: each.answer.label for each in found}
        return Body(select, found, self._order(found, marks), widths, marks)

    def _hidden(self, marks: tuple[str, ...]) -> list[str]:
        return [*(f"{key}_width" for key in self._keys.widths), *marks]

    def _result(self, index: int, asked: Measure) -> Result:
        at = f"{self._dot}measures[{index}]"
        if asked.fn is not Aggregate.FORMULA:
            return results.measure(index, asked, *measures.columns_of(asked, self._rows, at))
        measures.check_formula(asked, at)
        return results.measure(index, asked, self._formulas.measured(asked.column or "", at), None)

    def _has_windows(self) -> bool:
        """Whether a measure looks at other groups, and so needs the names of their dimensions."""
        return any(
            each.fn is Aggregate.FORMULA and self._formulas.level(each.column or "") == "window"
            for each in self._question.measures
        )

    # Dimensions

    def _add_dimension(self, index: int, asked: Dimension) -> None:
        at, key, keys = f"{self._dot}dimensions[{index}]", f"d{index}", self._keys
        column = require(self._rows.schema, asked.column, at)
        if sum(each is not None for each in (asked.grain, asked.part, asked.bins)) > 1:
            raise GrainAndBins(column, at)
        keys.results.append(results.dimension(index, asked, column))
        if asked.bins is None:
            keys.nodes.append(self._time(asked, column, at) if asked.grain or asked.part else value_of(column))
            return
        if not column.type.is_number:
            raise BinsNotApplicable(column, at)
        if asked.bins.edges:
            keys.bounds += bins.bounds(column, key)[:1]
            keys.nodes.append(bins.Edges(column, key, asked.bins.edges).lower_edge())
        elif asked.bins.width is not None:
            keys.nodes.append(bins.Width(column, asked.bins.width).lower_edge())
            keys.widths[key] = sql.literal(asked.bins.width)
        else:
            keys.bounds += bins.bounds(column, key)
            keys.counted[key] = bins.Bin(column, key, asked.bins.count)
            keys.nodes.append(keys.counted[key].lower_edge())
            keys.widths[key] = sql.column(f"{key}_step", "edges")

    def _time(self, asked: Dimension, column: Column, at: str) -> Node:
        within_day = (asked.grain or asked.part) in calendars.WITHIN_DAY
        if not column.type.is_time or (within_day and column.type is ColumnType.DATE):
            if asked.grain:
                raise GrainNotApplicable(column, asked.grain.value, at)
            raise PartNotApplicable(column, (asked.part or Part.DAY_OF_WEEK).value, at)
        node = sql.column(column.id)
        instant = column.type is ColumnType.INSTANT
        if instant and within_day and asked.grain and self._zone:
            return calendars.start_of_instant(node, asked.grain, self._zone)
        if instant:
            node = calendars.local(node, self._zone)
        if asked.part:
            return calendars.part(node, asked.part, self._question.calendar)
        assert asked.grain is not None
        start = calendars.start(node, asked.grain, self._question.calendar)
        if within_day:
            return sql.cast(start, "TIMESTAMPTZ") if instant else start
        return sql.cast(start, "DATE")

    # Groups

    def _measures(self, rows: Rows) -> list[Node]:
        return [
            exp.alias_(self._measure(index, each, rows), f"m{index}")
            for index, each in enumerate(self._question.measures)
        ]

    def _measure(self, index: int, asked: Measure, rows: Rows) -> Node:
        at = f"{self._dot}measures[{index}]"
        if asked.fn is Aggregate.FORMULA:
            only = measures.condition(asked, rows, self._making, self._question, at)
            return self._formulas.node(asked.column or "", self._context(rows), only)
        return measures.measure(asked, rows, self._making, self._question, at)

    def _context(self, rows: Rows) -> WindowContext:
        """Windows follow the first dimension that is a time, or else the first, apart for the values of the others."""
        keys = [each.key for each in self._keys.results]
        times = [f"d{index}" for index, each in enumerate(self._question.dimensions) if each.grain is not None]
        along = (times or keys)[:1]
        apart: list[Node] = [sql.column(key) for key in keys if key not in along]
        if self._question.pivot is not None:
            apart += [sql.call("grouping", sql.column(key)) for key in keys]
        return WindowContext(
            order=[sql.ordered(sql.column(key)) for key in along],
            partition=apart,
            rows=[sql.column(key) for key in rows.keys],
        )

    def _at_once(self) -> exp.Select:
        keys = self._keys
        selected = [
            *(exp.alias_(node, each.key) for node, each in zip(keys.nodes, keys.results, strict=True)),
            *self._measures(self._rows),
            *(exp.alias_(self._width(width), f"{key}_width") for key, width in keys.widths.items()),
        ]
        select = self._with_edges(self._formulas.beside(self._rows).select(selected))
        if keys.nodes:
            places = (exp.Literal.number(position + 1) for position in range(len(keys.nodes)))
            select = select.group_by(*places, copy=False)
        return select

    def _width(self, width: Node) -> Node:
        return sql.call("any_value", width)

    def _with_edges(self, select: exp.Select) -> exp.Select:
        """The query beside one row that holds the edges of its bins."""
        keys = self._keys
        if not keys.bounds:
            return select
        bounds = self._rows.select(keys.bounds)
        found = list(keys.counted.values())
        edges = bins.edges(bounds, found, keep=self._lowest()) if found else bounds
        return sql.with_query(select.join(sql.table("edges"), join_type="cross", copy=False), "edges", edges)

    def _lowest(self) -> list[str]:
        return [
            f"d{index}_low"
            for index, each in enumerate(self._question.dimensions)
            if each.bins is not None and each.bins.edges
        ]

    def _in_stages(self, pivot: Pivot | None) -> tuple[exp.Select, tuple[str, ...]]:
        """First the keys of each row, then which values are named, then the groups and their totals."""
        question, keys = self._question, self._keys
        used = [sql.column(each.id) for each in self._used()]
        places = [sql.column(key) for key in self._rows.keys]
        named = [exp.alias_(node, each.key) for node, each in zip(keys.nodes, keys.results, strict=True)]
        steps = [exp.alias_(width, f"{key}_step") for key, width in keys.widths.items()]
        keyed = self._with_edges(self._rows.select([*used, *places, *named, *steps]))
        rows = replace(self._rows, source=sql.table("keyed"), conditions=(), joins=())
        ctes: list[tuple[str, exp.Select]] = [("keyed", keyed)]
        tops = [(f"d{index}", each) for index, each in enumerate(question.dimensions) if each.top]
        if tops:
            ctes += [(f"top_{key}", self._top(key, each, rows)) for key, each in tops]
            ctes.append(("placed", self._placed(rows, [*used, *places], dict(tops))))
            rows = replace(rows, source=sql.table("placed"))
        flags = [f"{key}_other" for key, each in tops]
        selected: list[Node] = [sql.column(each.key) for each in keys.results]
        selected += self._measures(rows)
        selected += [
            exp.alias_(sql.call("any_value", sql.column(f"{key}_step")), f"{key}_width") for key in keys.widths
        ]
        marks: list[str] = []
        if pivot is not None:
            marks.append("level")
            summed = {each.key: sql.call("grouping", sql.column(each.key)) for each in keys.results}
            selected.append(exp.alias_(_bits(summed), "level"))
        if tops:
            marks.append("other")
            rest = {key: sql.cast(sql.column(f"{key}_other"), "INTEGER") for key, _ in tops}
            nothing = sql.literal(0)
            bits = _bits({key: sql.call("coalesce", flag, nothing.copy()) for key, flag in rest.items()})
            selected.append(exp.alias_(bits, "other"))
        select = self._formulas.beside(rows).select(selected)
        groups = [each.key for each in keys.results]
        if pivot is None:
            select = select.group_by(*(sql.column(each) for each in [*groups, *flags]), copy=False)
        else:
            sets = [
                exp.Tuple(expressions=[sql.column(name) for key in kept for name in self._with_flag(key, flags)])
                for kept in _levels(pivot, groups, self._dot)
            ]
            select.set("group", exp.Group(grouping_sets=[exp.GroupingSets(expressions=sets)]))
        for name, each in ctes:
            select = sql.with_query(select, name, each)
        return select, tuple(marks)

    def _with_flag(self, key: str, flags: list[str]) -> Iterator[str]:
        yield key
        if f"{key}_other" in flags:
            yield f"{key}_other"

    def _used(self) -> list[Column]:
        """The columns that measures look at."""
        wanted = with_formulas(self._question, of_measures(self._question))
        return [each for each in self._rows.schema.columns if each.id in wanted]

    def _top(self, key: str, asked: Dimension, rows: Rows) -> exp.Select:
        assert asked.top is not None
        index = int(asked.top.by[1:])
        if index >= len(self._question.measures):
            known = [f"m{number}" for number in range(len(self._question.measures))]
            raise TopMeasureMissing(asked.top.by, known, f"{self._dot}dimensions[{key[1:]}].top")
        by = exp.alias_(self._measure(index, self._question.measures[index], rows), "by_measure")
        columns = [exp.alias_(sql.column(key), "named"), by]
        select = self._formulas.beside(rows).select(columns).group_by(sql.column(key), copy=False)
        order = [sql.ordered(sql.column("by_measure"), True), sql.ordered(sql.column("named"))]
        largest = sql.select([sql.column("named")], sql.within(select, "sizes")).order_by(*order, copy=False)
        largest = largest.limit(asked.top.n, copy=False)
        return sql.select(
            [sql.column("named"), exp.alias_(exp.Boolean(this=True), "is_named")], sql.within(largest, "largest")
        )

    def _placed(self, rows: Rows, used: list[Node], tops: dict[str, Dimension]) -> exp.Select:
        """The rows with the rest of each top under one key."""
        selected = [each.copy() for each in used]
        conditions: list[Node] = []
        for each in self._keys.results:
            top = tops.get(each.key)
            if top is None:
                selected.append(sql.column(each.key))
                continue
            table = f"top_{each.key}"
            is_named = sql.is_not_null(sql.column("is_named", table))
            rest = exp.Literal.string(OTHER) if each.type is ColumnType.TEXT else None
            selected.append(exp.alias_(sql.when(is_named, sql.column(each.key), rest), each.key))
            selected.append(exp.alias_(exp.Paren(this=exp.Not(this=is_named.copy())), f"{each.key}_other"))
            assert top.top is not None
            if not top.top.other:
                conditions.append(is_named.copy())
        selected += [sql.column(f"{key}_step") for key in self._keys.widths]
        select = rows.select(selected, *conditions)
        for key in tops:
            equal = sql.same(sql.column(key), sql.column("named", f"top_{key}"))
            select = select.join(sql.table(f"top_{key}"), on=equal, join_type="left", copy=False)
        return select

    # What is shown

    def _having(
        self, select: exp.Select, found: tuple[Result, ...], hidden: list[str], marks: tuple[str, ...]
    ) -> exp.Select:
        schema = Schema(columns=tuple(each.column(each.key) for each in found))
        condition = where(
            self._question.having,
            schema,
            self._making.binder,
            calendar=self._question.calendar,
            at=f"{self._dot}having",
        )
        if condition is None:
            return select
        if "level" in marks:
            total = exp.GT(this=sql.column("level"), expression=sql.literal(0))
            condition = sql.some([total, condition])
        columns: list[Node] = [sql.column(name) for name in [*(each.key for each in found), *hidden]]
        return sql.select(columns, sql.within(select, "groups"), condition)

    def _order(self, found: tuple[Result, ...], marks: tuple[str, ...]) -> list[Node]:
        known = [each.key for each in found]
        order: dict[str, bool] = {}
        for index, each in enumerate(self._question.sort):
            if each.by not in known:
                raise SortKeyMissing(each.by, known, f"{self._dot}sort[{index}]")
            order.setdefault(each.by, each.direction == "desc")
        for result in self._keys.results:
            order.setdefault(result.key, False)
        first = [sql.ordered(sql.column(mark)) for mark in marks]
        return [*first, *(sql.ordered(sql.column(key), descending) for key, descending in order.items())]


def _bits(flags: dict[str, Node]) -> Node:
    """A number with a bit for each dimension: d0 is 1, d1 is 2, d2 is 4 …"""
    parts: list[Node] = [exp.Mul(this=flag, expression=sql.literal(1 << int(key[1:]))) for key, flag in flags.items()]
    if not parts:
        return sql.literal(0)
    total = parts[0]
    for part in parts[1:]:
        total = exp.Add(this=total, expression=part)
    return sql.cast(total, "INTEGER")


def _levels(pivot: Pivot, groups: list[str], dot: str) -> list[list[str]]:
    """Which dimensions each kind of row has a value of: the groups first, then totals."""
    for index, key in enumerate(pivot.columns):
        if key not in groups:
            raise DimensionKeyMissing(key, groups, f"{dot}pivot.columns[{index}]")
    across = [key for key in groups if key in pivot.columns]
    down = [key for key in groups if key not in pivot.columns]
    rows = [down]
    if pivot.subtotals:
        rows += [down[:length] for length in range(len(down) - 1, 0, -1)]
    if pivot.column_totals and down:
        rows.append([])
    kept: dict[tuple[str, ...], None] = {}
    for row in rows:
        kept.setdefault(tuple(key for key in groups if key in row or key in across))
        if pivot.row_totals and across:
            kept.setdefault(tuple(row))
    return [list(each) for each in kept]


def counted(question: Question) -> Question:
    """The question with only what its number of groups depends on."""
    tops = {int(each.top.by[1:]) for each in question.dimensions if each.top}
    needs_all = question.having is not None or question.pivot is not None or bool(tops)
    if needs_all or not question.dimensions:
        return question
    return question.model_copy(update={"measures": (), "sort": ()})
