"""Filters: conditions and groups become one boolean expression.

What the comparisons mean, where people and databases differ:

- `ne` and `not_in` keep rows without a value, as a person who excludes "North" expects.
- `is_empty` means no value; for text also the empty text, for floats also NaN. `null` inside `eq`, `ne`,
  `in` and `not_in` means exactly "no value", as a group of an answer shows it.
- `in` nothing keeps no row, `not_in` nothing keeps every row.
- `contains`, `starts_with` and `ends_with` ignore case and know no wildcards.
- A date without a time, compared with a date-and-time column, is that whole day, for instants in the time zone of the
  question's calendar: `eq` is any time of it, `le` and the end of `between` include all of it.
- Numbers compare exactly: a value that a whole-number or decimal column cannot hold is equal to nothing.
- NaN compares as no value.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Literal, cast
from zoneinfo import ZoneInfo

from sqlglot import exp

from tablewright.core.queries import literals, sql
from tablewright.core.queries.calendars import local, utc_of, zone_of
from tablewright.core.queries.model import Calendar, Comparison, Condition, Group, Scalar
from tablewright.core.queries.problems import (
    ComparisonNotApplicable,
    FilterTooDeep,
    FilterTooLarge,
    FilterValueInvalid,
    PeriodMissing,
)
from tablewright.core.queries.sql import FALSE, TRUE, Binder, Node
from tablewright.core.tables.schema import Column, ColumnMissing, ColumnType, Schema

MAX_DEPTH = 16
MAX_CONDITIONS = 2_000
MAX_VALUES = 10_000

Order = Literal["eq", "lt", "le", "gt", "ge"]
_ORDERS = {Comparison.LESS, Comparison.AT_MOST, Comparison.GREATER, Comparison.AT_LEAST}
_EQUALITIES = {Comparison.EQUALS, Comparison.NOT_EQUALS, Comparison.IN, Comparison.NOT_IN}
_EMPTINESS = {Comparison.IS_EMPTY, Comparison.IS_NOT_EMPTY}
_SEARCHES = {Comparison.CONTAINS, Comparison.STARTS_WITH, Comparison.ENDS_WITH}
_TEXTS = {ColumnType.TEXT, ColumnType.NESTED}
_NODES: dict[Order, type[exp.Binary]] = {
    "eq": exp.EQ, "lt": exp.LT, "le": exp.LTE, "gt": exp.GT, "ge": exp.GTE,
}  # fmt: skip


def where(
    group: Group | None, schema: Schema, binder: Binder, *, calendar: Calendar | None = None, at: str = "filter"
) -> Node | None:
    """The filter as one expression, or None when it keeps every row. Days of instants are those of the calendar."""
    if group is None:
        return None
    _check_size(group, at)
    built = _Where(schema, binder, zone_of(calendar or Calendar())).group(group, at)
    return None if built == TRUE else built


def require(schema: Schema, column_id: str, position: str) -> Column:
    """The column, or ColumnMissing that says where in the question it is named."""
    try:
        return schema.require(column_id)
    except ColumnMissing as missing:
        missing.where["position"] = position
        raise


def _check_size(group: Group, at: str) -> None:
    conditions = values = 0
    level: list[Group] = [group]
    for depth in range(MAX_DEPTH + 1):
        if depth == MAX_DEPTH and level:
            raise FilterTooDeep(MAX_DEPTH, at)
        items = [item for each in level for item in each.items]
        level = [item for item in items if isinstance(item, Group)]
        conditions += len(items)
        values += sum(len(item.values) for item in items if isinstance(item, Condition))
        if conditions > MAX_CONDITIONS:
            raise FilterTooLarge("conditions", MAX_CONDITIONS, at)
        if values > MAX_VALUES:
            raise FilterTooLarge("values", MAX_VALUES, at)


class _Where:
    """One filter: what it looks at, and how days are told."""

    def __init__(self, schema: Schema, binder: Binder, zone: ZoneInfo | None) -> None:
        self._schema, self._binder, self._zone = schema, binder, zone

    def group(self, group: Group, position: str) -> Node:
        parts = []
        for index, item in enumerate(group.items):
            at = f"{position}.items[{index}]"
            if isinstance(item, Group):
                parts.append(self.group(item, at))
            else:
                parts.append(self._condition(item, require(self._schema, item.column, at), at))
        if not parts:
            return TRUE.copy()
        return sql.every(parts) if group.op == "and" else sql.some(parts)

    def _condition(self, condition: Condition, column: Column, at: str) -> Node:
        op, values = condition.op, condition.values
        if op is Comparison.IN_PERIOD:
            raise PeriodMissing(at)  # One that was given has become days before (see `periods`).
        subject = _Subject(column, self._binder, self._zone, at)
        if op in _EMPTINESS:
            _expect(column, values, 0, at)
            return subject.empty() if op is Comparison.IS_EMPTY else exp.Not(this=exp.Paren(this=subject.empty()))
        if op is Comparison.EQUALS or op is Comparison.NOT_EQUALS:
            _expect(column, values, 1, at)
        if op in _EQUALITIES:
            found = subject.among(values)
            if op is Comparison.EQUALS or op is Comparison.IN:
                return found
            return exp.Not(this=sql.call("coalesce", found, FALSE.copy()))
        if op in _SEARCHES:
            _expect(column, values, 1, at)
            return subject.holds(values[0], op.value)
        if column.type is ColumnType.BOOLEAN:
            raise ComparisonNotApplicable(column, op.value, at)
        if op in _ORDERS:
            _expect(column, values, 1, at)
            return subject.compare(cast("Order", op.value), values[0])
        _expect(column, values, 2, at)
        return sql.every([subject.compare("ge", values[0]), subject.compare("le", values[1])])


def _expect(column: Column, values: tuple[Scalar, ...], count: int, at: str) -> None:
    if len(values) != count:
        words = {0: "it takes no value", 1: "it takes one value", 2: "it takes two values, the first and the last"}
        raise FilterValueInvalid(column, f"{words[count]}, and has {len(values)}.", at)


class _Subject:
    """The column of one condition, and how it is compared."""

    def __init__(self, column: Column, binder: Binder, zone: ZoneInfo | None, at: str) -> None:
        self._column = column
        self._type = column.type
        self._binder = binder
        self._zone = zone if column.type is ColumnType.INSTANT else None
        self._at = at

    @property
    def _node(self) -> Node:
        return sql.column(self._column.id)

    def _present(self) -> Node:
        return exp.Not(this=exp.Paren(this=self._missing()))

    def _missing(self) -> Node:
        if self._type is ColumnType.FLOAT:
            return sql.some([sql.is_null(self._node), sql.call("isnan", self._node)])
        return sql.is_null(self._node)

    def empty(self) -> Node:
        if self._type in _TEXTS:
            return sql.some([sql.is_null(self._node), exp.EQ(this=self._node, expression=exp.Literal.string(""))])
        return self._missing()

    def holds(self, value: Scalar, function: str) -> Node:
        if self._type not in _TEXTS:
            raise ComparisonNotApplicable(self._column, function, self._at)
        sought = self._binder.text(literals.text(self._column, value, self._at))
        return sql.call(function, sql.call("lower", self._node), sql.call("lower", sought))

    def among(self, values: tuple[Scalar, ...]) -> Node:
        """Equal to any of the values; null means no value."""
        given = [value for value in values if value is not None]
        parts = [self._missing()] if len(given) < len(values) else []
        days: list[date] = []
        points: list[Node] = []
        for value in given:
            if self._type in (ColumnType.TIMESTAMP, ColumnType.INSTANT):
                moment = literals.moment(self._column, value, self._at, self._zone)
                if not isinstance(moment, datetime):
                    days.append(moment)
                    continue
                points.append(sql.literal(moment, zoned=self._type is ColumnType.INSTANT))
            else:
                points.extend(self._point(value))
        if len(days) == 1:
            parts.append(self._day("eq", days[0]))
        elif days:
            of = local(self._node, self._zone) if self._type is ColumnType.INSTANT else self._node
            parts.append(exp.In(this=sql.cast(of, "DATE"), expressions=[sql.literal(each) for each in days]))
        if len(points) == 1:
            parts.append(self._number(exp.EQ(this=self._node, expression=points[0])))
        elif points:
            parts.append(self._number(exp.In(this=self._node, expressions=points)))
        return sql.some(parts) if parts else FALSE.copy()

    def _point(self, value: Scalar) -> Iterable[Node]:
        """The value as the column can hold it; nothing when it cannot."""
        column, at = self._column, self._at
        if self._type in (ColumnType.INTEGER, ColumnType.DECIMAL):
            exact = literals.number(column, value, at)
            lattice = literals.lattice(column)
            if lattice.low <= exact <= lattice.high and len(set(lattice.around(exact))) == 1:
                yield sql.literal(lattice.around(exact)[0])
        elif self._type is ColumnType.FLOAT:
            yield self._float(value)
        elif self._type in _TEXTS:
            yield self._binder.text(literals.text(column, value, at))
        elif self._type is ColumnType.BOOLEAN:
            yield sql.literal(literals.boolean(column, value, at))
        elif self._type is ColumnType.DATE:
            yield sql.literal(literals.day(column, value, at))
        else:
            yield sql.literal(literals.time_of_day(column, value, at))

    def _float(self, value: Scalar) -> Node:
        node = sql.literal(literals.floating(self._column, value, self._at))
        # A single-precision column holds 0.1 rounded to it, so that is what 0.1 means there.
        return sql.cast(node, "FLOAT") if self._column.physical.upper() in ("FLOAT", "REAL") else node

    def compare(self, order: Order, value: Scalar) -> Node:
        """Before, after, at most, at least a value."""
        if value is None:
            raise FilterValueInvalid(self._column, "nothing is neither more nor less than a value.", self._at)
        if self._type in (ColumnType.INTEGER, ColumnType.DECIMAL):
            return self._exact(order, literals.number(self._column, value, self._at))
        if self._type in (ColumnType.TIMESTAMP, ColumnType.INSTANT):
            moment = literals.moment(self._column, value, self._at, self._zone)
            if not isinstance(moment, datetime):
                return self._day(order, moment)
            return self._is(order, sql.literal(moment, zoned=self._type is ColumnType.INSTANT))
        (point,) = self._point(value)
        return self._number(self._is(order, point))

    def _number(self, compared: Node) -> Node:
        """The comparison, never true for NaN, whatever the file's statistics say (see sql.not_nan)."""
        if self._type is not ColumnType.FLOAT:
            return compared
        return sql.every([compared, exp.Not(this=sql.call("isnan", self._node))])

    def _is(self, order: Order, value: Node) -> Node:
        return _NODES[order](this=self._node, expression=value)

    def _exact(self, order: Order, value: Decimal) -> Node:
        lattice = literals.lattice(self._column)
        if value > lattice.high or value < lattice.low:
            return self._present() if (value > lattice.high) == (order in ("lt", "le")) else FALSE.copy()
        below, above = lattice.around(value)
        if below == above:
            return self._is(order, sql.literal(below))
        return self._is("le", sql.literal(below)) if order in ("lt", "le") else self._is("ge", sql.literal(above))

    def _day(self, order: Order, day: date) -> Node:
        zoned = self._type is ColumnType.INSTANT
        after = literals.next_day(day)
        start = sql.literal(self._midnight(day), zoned=zoned)
        end = sql.literal(self._midnight(after), zoned=zoned) if after else None
        if order == "lt":
            return self._is("lt", start)
        if order == "ge":
            return self._is("ge", start)
        if order == "le":
            return self._is("lt", end) if end else self._present()
        if order == "gt":
            return self._is("ge", end) if end else FALSE.copy()
        return sql.every([self._is("ge", start), self._is("lt", end)]) if end else self._is("ge", start)

    def _midnight(self, day: date) -> datetime:
        """When the day begins: in UTC for instants, local for timestamps."""
        start = datetime(day.year, day.month, day.day)
        return utc_of(start, self._zone) if self._zone else start
