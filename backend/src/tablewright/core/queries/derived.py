"""What is made of measures over the groups of an answer: shares, totals so far, changes, ranks.

- They follow the calendar, not the rows: the value "one month before" is that of the month before, and nothing when
  no row of that month is left by the filter. A moving average is over the months that there are among the last `back`.
- Each is followed inside its own line: groups that differ in any other dimension do not mix, nor do totals and groups.
- A share and a running total are of what can be added up: counts and sums.
- A change in percent is by the size of what was before; from nothing or 0 there is none. 0.1 is ten percent.
- Ranks begin with 1 for the largest; equals have the same rank, and the next is as far behind as they are many.
- All groups are looked at, also those that `having` or a limit does not show.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from tablewright.core.queries import sql
from tablewright.core.queries.model import Aggregate, Derivation, Grain, Measure, Question, Unit
from tablewright.core.queries.problems import (
    DerivationNeedsTime,
    DerivationNotApplicable,
    DimensionKeyMissing,
    UnitNotApplicable,
)
from tablewright.core.queries.results import Result
from tablewright.core.queries.sql import Node
from tablewright.core.tables.schema import ColumnType

_ADDITIVE = {Aggregate.COUNT_ROWS, Aggregate.COUNT, Aggregate.SUM}
_LONGER: dict[Grain, tuple[Unit, ...]] = {
    Grain.YEAR: (Unit.YEAR,),
    Grain.QUARTER: (Unit.QUARTER, Unit.YEAR),
    Grain.MONTH: (Unit.MONTH, Unit.QUARTER, Unit.YEAR),
    Grain.WEEK: (Unit.WEEK,),
    Grain.DAY: (Unit.DAY, Unit.WEEK, Unit.MONTH, Unit.QUARTER, Unit.YEAR),
    Grain.HOUR: (Unit.DAY, Unit.WEEK),
    Grain.MINUTE: (Unit.DAY, Unit.WEEK),
}
"""Units that lead from the start of one period to the start of another."""


def derive(
    question: Question, computed: Sequence[Result], grouped: exp.Select, hidden: Sequence[str], dot: str
) -> exp.Select:
    """The groups with what is derived in the place of the measures it is made of; `hidden` columns stay.

    Raises DerivationNotApplicable, DerivationNeedsTime, UnitNotApplicable or DimensionKeyMissing with the position.
    """
    line = _Lines(question, computed, "level" in hidden)
    keys = len(question.dimensions)
    columns: list[Node] = [sql.column(each.key) for each in computed[:keys]]
    for index, (measure, result) in enumerate(zip(question.measures, computed[keys:], strict=True)):
        if measure.derive is None:
            columns.append(sql.column(result.key))
            continue
        value = line.value(measure, measure.derive, result, f"{dot}measures[{index}].derive")
        columns.append(exp.alias_(value, result.key))
    columns += [sql.column(name) for name in hidden]
    return sql.select(columns, sql.within(grouped, "groups"))


class _Lines:
    def __init__(self, question: Question, computed: Sequence[Result], has_levels: bool) -> None:
        self._question, self._has_levels = question, has_levels
        self._dimensions = {each.key: each for each in computed[: len(question.dimensions)]}

    def value(self, measure: Measure, asked: Derivation, result: Result, at: str) -> Node:
        value = sql.column(result.key)
        if asked.kind in ("share", "running_total") and measure.fn not in _ADDITIVE:
            raise DerivationNotApplicable(asked.kind, measure.fn.value, "Only counts and sums add up to a whole.", at)
        if not result.type.is_number and asked.kind != "rank":
            raise DerivationNotApplicable(asked.kind, measure.fn.value, "Only numbers can be computed with.", at)
        for key in (*asked.within, *([asked.along] if asked.along else [])):
            if key not in self._dimensions:
                raise DimensionKeyMissing(key, list(self._dimensions), at)
        if asked.kind == "share":
            total = sql.over(sql.call("sum", value.copy()), partition=self._apart(asked.within))
            return sql.quotient(value, total)
        if asked.kind == "rank":
            order = [sql.ordered(value.copy(), True)]
            ranked = sql.over(sql.call("rank"), partition=self._apart(asked.within), order=order)
            return sql.when(sql.is_not_null(value), ranked)
        return self._followed(asked, value, result, at)

    def _apart(self, keys: Sequence[str]) -> list[Node]:
        return [sql.column(key) for key in [*keys, *(["level"] if self._has_levels else [])]]

    def _followed(self, asked: Derivation, value: Node, result: Result, at: str) -> Node:
        along, grain = self._line(asked, at)
        apart = self._apart([key for key in self._dimensions if key != along])
        time = sql.column(along)
        if self._dimensions[along].type is ColumnType.INSTANT:
            time = sql.naive_utc(time)
        order = [sql.ordered(time)]
        if asked.kind == "running_total":
            frame = _frame("ROWS", "UNBOUNDED")
            return sql.over(sql.call("sum", value), partition=apart, order=order, frame=frame)
        if grain is None:
            raise DerivationNeedsTime(asked.kind, at)
        unit = asked.unit
        if unit is not None and unit not in _LONGER[grain]:
            raise UnitNotApplicable(unit.value, grain.value, at)
        step = unit.value if unit else grain.value
        placed = sql.is_not_null(sql.column(along))
        if asked.kind == "moving_average":
            # So many units with the present one: the first is as many back, and one grain later.
            first = sql.minus(sql.interval(asked.back, step), sql.interval(1, grain.value))
            mean = sql.call("avg", sql.cast(value, "DOUBLE"))
            found = sql.over(mean, partition=apart, order=order, frame=_frame("RANGE", first))
            return sql.when(placed, found)
        there = sql.interval(asked.back, step)
        frame = _frame("RANGE", there, there.copy())
        before = sql.over(sql.call("any_value", value.copy()), partition=apart, order=order, frame=frame)
        change = sql.when(placed, sql.minus(value, before))
        if asked.kind == "difference":
            return change
        return sql.quotient(change, sql.call("abs", before.copy()))

    def _line(self, asked: Derivation, at: str) -> tuple[str, Grain | None]:
        """The dimension that is followed, and its grain."""
        if asked.along is not None:
            return asked.along, self._question.dimensions[int(asked.along[1:])].grain
        for index, each in enumerate(self._question.dimensions):
            if each.grain is not None:
                return f"d{index}", each.grain
        if asked.kind == "running_total" and self._dimensions:
            return next(iter(self._dimensions)), None
        raise DerivationNeedsTime(asked.kind, at)


def _frame(kind: str, start: str | Node, end: Node | None = None) -> exp.WindowSpec:
    """From so much before to now, or to so much before."""
    spec = exp.WindowSpec(kind=kind, start=start, start_side="PRECEDING")
    spec.set("end", end if end is not None else "CURRENT ROW")
    if end is not None:
        spec.set("end_side", "PRECEDING")
    return spec
