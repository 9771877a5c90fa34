"""Bins: with round edges, found in SQL over the rows that the filter leaves; of one width; between given edges.

A step is 1, 2, 2.5 or 5 times a power of ten: the smallest that needs no more bins than asked for. Edges are
multiples of it, so zero is an edge whenever it is inside. Bins hold their lower edge and not their upper one;
only the last holds both, so that a largest value on an edge needs no bin of its own. Steps of whole numbers are
whole; when each number can have a bin (step 1), the last one is no exception.

Edges are as they were in three cases where round ones do not exist: one bin for all goes from the lowest to the
highest value; a column with one value has one bin of width 0; and a range narrower than floats can count
in steps (a part in 10^13 of the values) is cut into equal parts.

An edge is `origin + number * times / by`, with whole `times` and `by`: divided once, 3 * 10 / 100 is exactly the
number that people write as 0.3, while 3 * 0.1 is not. A value's bin is found by rounding and then comparing with
that edge, so a value equal to an edge never falls below it.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from sqlglot import exp

from tablewright.core.queries import sql
from tablewright.core.queries.sql import Node
from tablewright.core.tables.schema import Column, ColumnType

_TENTHS = (10, 20, 25, 50, 100, 200, 250)
"""Steps to try, in tenths of the power of ten below the average bin. 200 is always enough."""
_COUNTABLE = 10**13
_EXACT = 9 * 10**14
"""Whole numbers up to here have exact tenths."""
_SMALLEST, _LARGEST = 1e-290, 1e290


def bounds(column: Column, key: str) -> list[Node]:
    """The lowest and the highest finite value: the first stage."""
    value = finite(column)
    return [
        exp.alias_(sql.call("min", value), f"{key}_low"),
        exp.alias_(sql.call("max", value.copy()), f"{key}_high"),
    ]


def finite(column: Column) -> Node:
    """The column as a float, without what has no place on a line."""
    node = sql.cast(sql.column(column.id), "DOUBLE")
    if column.type is not ColumnType.FLOAT:
        return node
    return exp.Case(ifs=[exp.If(this=sql.call("isfinite", node), true=node.copy())])


def edges(found: exp.Select, binned: Sequence[Bin], keep: Sequence[str] = ()) -> exp.Select:
    """One row with what rows need to find their bins, from the bounds: stages that read one another's columns.

    All steps are tried at once, one in each row of the stages between.
    """
    tries = sql.call("unnest", exp.Array(expressions=[_count(tenths) for tenths in _TENTHS]))
    select = _stage(found, [column for each in binned for column in each.parts()])
    select = _stage(select, [*(column for each in binned for column in each.powers()), exp.alias_(tries, "tenths")])
    for stage in (Bin.steps, Bin.nearest, Bin.numbers, Bin.fitting):
        select = _stage(select, [column for each in binned for column in stage(each)])
    chosen = [column for each in binned for column in each.chosen()]
    chosen += [exp.alias_(sql.call("any_value", sql.column(name)), name) for name in keep]
    select = exp.Select(expressions=chosen).from_(_within(select), copy=False)
    steps = [column for each in binned for column in each.widths()]
    return _stage(select, steps)


def _within(select: exp.Select) -> exp.Subquery:
    return exp.Subquery(this=select, alias=exp.to_identifier("found"))


def _stage(select: exp.Select, columns: list[Node]) -> exp.Select:
    return exp.Select(expressions=[exp.Star(), *columns]).from_(_within(select), copy=False)


class Bin:
    """The SQL of one binned dimension."""

    def __init__(self, column: Column, key: str, count: int) -> None:
        self._column, self._key, self._count = column, key, count
        self._whole = column.type is ColumnType.INTEGER

    def _of(self, name: str) -> Node:
        return sql.column(f"{self._key}_{name}")

    def _named(self, value: Node, name: str) -> Node:
        return exp.alias_(value, f"{self._key}_{name}", copy=False)

    def parts(self) -> list[Node]:
        """What an average bin spans, and the largest size of a value."""
        part = _minus(_over(self._of("high"), _count(self._count)), _over(self._of("low"), _count(self._count)))
        reach = sql.call("greatest", sql.call("abs", self._of("low")), sql.call("abs", self._of("high")))
        return [self._named(part, "part"), self._named(reach, "reach")]

    def powers(self) -> list[Node]:
        """The tenth of a power of ten to count steps in, as its logarithm; none where no round step exists."""
        if self._count == 1:
            return [self._named(sql.cast(exp.Null(), "DOUBLE"), "power")]
        countable = _times(self._of("part"), _count(_COUNTABLE))
        if self._whole:
            countable = sql.call("greatest", countable, _count(_EXACT))
        exists = exp.and_(
            exp.GT(this=self._of("part"), expression=sql.literal(_SMALLEST)),
            exp.LT(this=self._of("reach"), expression=sql.literal(_LARGEST)),
            exp.LT(this=self._of("reach"), expression=countable),
            copy=False,
        )
        least = sql.call("greatest", self._of("part"), _count(1)) if self._whole else self._of("part")
        return [self._named(_when(exists, _minus(sql.call("floor", sql.call("log10", least)), _count(1))), "power")]

    def steps(self) -> list[Node]:
        """A step to try, as a fraction, and where steps are counted from."""
        up = sql.call("pow", _count(10), sql.call("greatest", self._of("power"), _count(0)))
        down = sql.call("pow", _count(10), sql.call("greatest", exp.Neg(this=self._of("power")), _count(0)))
        return [
            self._named(_when(self._unround(), self._of("part"), _times(sql.column("tenths"), up)), "times"),
            self._named(_when(self._unround(), _count(1), down), "by"),
            self._named(_when(self._unround(), self._of("low"), _count(0)), "origin"),
        ]

    def nearest(self) -> list[Node]:
        """The edges nearest to both ends."""
        steps = [_over(self._of(end), _over(self._of("times"), self._of("by"))) for end in ("low", "high")]
        return [
            self._named(sql.call("round", steps[0]), "near_low"),
            self._named(sql.call("round", steps[1]), "near_high"),
        ]

    def numbers(self) -> list[Node]:
        """The numbers of the first and the last bin."""
        below = exp.GT(this=self._edge("near_low"), expression=self._of("low"))
        above: Node = exp.GTE(this=self._edge("near_high"), expression=self._of("high"))
        if self._whole:
            above = exp.and_(above, exp.GT(this=self._of("times"), expression=self._of("by")), copy=False)
        last = _minus(self._of("near_high"), _one_if(above))
        return [
            self._named(_minus(self._of("near_low"), _one_if(below)), "first"),
            self._named(_when(self._unround(), _count(self._count - 1), last), "last"),
        ]

    def fitting(self) -> list[Node]:
        """The step, if as many bins as asked for are enough with it."""
        span = _minus(self._of("last"), self._of("first"))
        enough: Node = exp.LT(this=span, expression=_count(self._count))
        if self._whole:
            rest = exp.Mod(this=self._of("times"), expression=self._of("by"))
            enough = exp.and_(enough, exp.EQ(this=rest, expression=_count(0)), copy=False)
        fits = exp.Paren(this=exp.or_(self._unround(), enough, copy=False))
        return [self._named(_when(fits, self._of("times")), "fits")]

    def chosen(self) -> list[Node]:
        """The smallest step that fits."""
        return [
            self._named(sql.call("min", self._of("fits")), "times"),
            self._named(sql.call("arg_min", self._of("last"), self._of("fits")), "last"),
            self._named(sql.call("any_value", self._of("by")), "by"),
            self._named(sql.call("any_value", self._of("origin")), "origin"),
        ]

    def widths(self) -> list[Node]:
        return [self._named(_over(self._of("times"), self._of("by")), "step")]

    def lower_edge(self) -> Node:
        """The lower edge of the bin that holds a row's value, beside the row of `edges`."""
        nearest = sql.call("round", _over(_minus(self._value(), self._of("origin")), self._of("step")))
        beyond = exp.GT(this=self._from_origin(nearest), expression=self._value())
        number = sql.call("least", _minus(nearest.copy(), _one_if(beyond)), self._of("last"))
        return exp.Case(
            ifs=[
                exp.If(this=sql.is_null(finite(self._column)), true=exp.Null()),
                exp.If(this=exp.GT(this=self._of("step"), expression=_count(0)), true=self._from_origin(number)),
            ],
            default=self._of("origin"),
        )

    def _value(self) -> Node:
        return sql.cast(sql.column(self._column.id), "DOUBLE")

    def _unround(self) -> Node:
        return sql.is_null(self._of("power"))

    def _edge(self, number: str) -> Node:
        return _over(_times(self._of(number), self._of("times")), self._of("by"))

    def _from_origin(self, number: Node) -> Node:
        edge = _over(_times(number, self._of("times")), self._of("by"))
        return exp.Paren(this=exp.Add(this=self._of("origin"), expression=edge))


class Width:
    """Bins of one width, counted from zero."""

    def __init__(self, column: Column, width: float) -> None:
        self._column = column
        self.width = width
        sign, digits, power = Decimal(repr(width)).as_tuple()
        assert sign == 0
        assert isinstance(power, int)
        whole = int("".join(map(str, digits)))
        exact = abs(power) < 22 and whole < _COUNTABLE
        self._times = sql.literal(whole * 10 ** max(power, 0) if exact else width)
        self._by = _count(10 ** max(-power, 0) if exact else 1)

    def lower_edge(self) -> Node:
        value = sql.cast(sql.column(self._column.id), "DOUBLE")
        nearest = sql.call("round", _over(value, sql.literal(self.width)))
        beyond = exp.GT(this=self._edge(nearest), expression=value.copy())
        edge = self._edge(_minus(nearest.copy(), _one_if(beyond)))
        return exp.Case(ifs=[exp.If(this=sql.is_not_null(finite(self._column)), true=edge)])

    def _edge(self, number: Node) -> Node:
        return _over(_times(number, sql.cast(self._times, "DOUBLE")), self._by.copy())


class Edges:
    """Bins between given edges: each holds its lower edge. What is below the first has the lowest value as its edge."""

    def __init__(self, column: Column, key: str, edges: Sequence[float]) -> None:
        self._column, self._key, self._edges = column, key, edges

    def lower_edge(self) -> Node:
        value = finite(self._column)
        parts = [
            exp.If(this=exp.GTE(this=value.copy(), expression=sql.literal(edge)), true=sql.literal(edge))
            for edge in reversed(self._edges)
        ]
        lowest = sql.column(f"{self._key}_low")
        parts.append(exp.If(this=sql.is_not_null(value), true=lowest))
        return exp.Case(ifs=parts)


def _count(value: int) -> Node:
    return exp.Literal.number(value)


def _over(left: Node, right: Node) -> Node:
    return exp.Paren(this=exp.Div(this=left, expression=right))


def _times(left: Node, right: Node) -> Node:
    return exp.Paren(this=exp.Mul(this=left, expression=right))


def _minus(left: Node, right: Node) -> Node:
    return exp.Paren(this=exp.Sub(this=left, expression=right))


def _one_if(condition: Node) -> Node:
    return _when(condition, _count(1), _count(0))


def _when(condition: Node, then: Node, default: Node | None = None) -> Node:
    return exp.Case(ifs=[exp.If(this=condition, true=then)], default=default)
