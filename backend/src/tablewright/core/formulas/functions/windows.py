"""Windows: values that depend on the other rows, or on the other groups of an answer.

Over the rows of a column, or over the groups of an answer when the argument is an aggregate: RUNNING_SUM(SUM([Sales])).
The order is that of the question; which rows or groups belong together is said by the place of the formula.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlglot import exp

from tablewright.core.formulas import types
from tablewright.core.formulas.emit import Emit, Value
from tablewright.core.formulas.functions.aggregates import total
from tablewright.core.formulas.functions.model import (
    Accepts,
    Argument,
    Define,
    Example,
    Function,
    Gives,
    Takes,
    ex,
    floating,
    number,
    same,
    value,
    whole,
)
from tablewright.core.formulas.types import FLOAT, INTEGER, Kind
from tablewright.core.queries.sql import Node
from tablewright.core.tables.schema import ColumnType

_define = Define("window")
_Write = Callable[[Emit, list[Value]], Node]
_SKIPS = "Rows without a value are left out."
_RUNNING = "ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW"


def _window(
    name: str, takes: Sequence[Takes], gives: Gives, description: str, writes: _Write, *examples: Example, **more: Any
) -> Function:
    return _define(name, takes, gives, description, writes, *examples, level="window", **more)


def _total_kind(arguments: Sequence[Argument]) -> Kind:
    return total(arguments[0].kind)


def _node(emit: Emit, given: Value) -> Node:
    node = emit.clean(given)
    if emit.dialect == "spark" and given.kind.type is ColumnType.INTEGER:
        return emit.cast(node, types.decimal(28, 0), safe=True)
    return node


def _over(template: str, *, ordered: bool = True) -> _Write:
    def write(emit: Emit, arguments: list[Value]) -> Node:
        return emit.over(template, *(_node(emit, each) for each in arguments), ordered=ordered)

    return write


def _moving(name: str) -> _Write:
    def write(emit: Emit, arguments: list[Value]) -> Node:
        before = int(arguments[1].constant or 1) - 1  # type: ignore[arg-type]
        frame = f"ROWS BETWEEN {before} PRECEDING AND CURRENT ROW"
        return emit.over(f"{name}(_1) OVER ({frame})", _node(emit, arguments[0]))

    return write


def _rank(template: str) -> _Write:
    """Ranks go by the value itself, the largest first unless asked otherwise; a missing value has no rank.

    Between the value and the order may stand what parts the rows.
    """

    def write(emit: Emit, arguments: list[Value]) -> Node:
        ranked, *groups, order = arguments
        node = emit.clean(ranked)
        by = exp.Ordered(this=node, desc=str(order.constant).lower() == "desc", nulls_first=False)
        place = emit.over(template, by=[by], within=[emit.clean(each) for each in groups])
        return emit.fill("CASE WHEN _1 IS NOT NULL THEN _2 END", node.copy(), place, dialect="duckdb")

    return write


def _shifted(name: str) -> _Write:
    def write(emit: Emit, arguments: list[Value]) -> Node:
        places = int(arguments[1].constant or 0)  # type: ignore[arg-type]
        return emit.over(f"{name}(_1, {places}) OVER ()", emit.clean(arguments[0]))

    return write


def _tiles(emit: Emit, arguments: list[Value]) -> Node:
    return emit.over(f"ntile({int(arguments[0].constant or 1)}) OVER ()")  # type: ignore[arg-type]


def _nth(emit: Emit, arguments: list[Value]) -> Node:
    place = int(arguments[1].constant or 1)  # type: ignore[arg-type]
    frame = "ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING"
    return emit.over(f"nth_value(_1, {place}) OVER ({frame})", emit.clean(arguments[0]))


def _difference_kind(arguments: Sequence[Argument]) -> Kind:
    return types.sum_of(arguments[0].kind, arguments[0].kind)


def _difference(emit: Emit, arguments: list[Value]) -> Node:
    given = emit.convert(arguments[0], _difference_kind(arguments))
    return emit.over("_1 - lag(_1, 1) OVER ()", emit.clean(given))


_COUNT = whole("count", "how many rows, with this one: 1 to 1,000", constant=True, reads=True, low=1, high=1000)
_DIRECTION = Takes("order", Accepts.TEXT, "desc: the largest is first; asc", default="desc", constant=True, reads=True,
                   among=("desc", "asc"))  # fmt: skip
_PLACES = whole("rows", "1 to 1,000", default=1, constant=True, reads=True, low=1, high=1000)
_ORDERED = Takes("value", Accepts.ORDERED)
_ALL = "ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING"

FUNCTIONS: tuple[Function, ...] = (
    _window("RUNNING_SUM", (number(),), _total_kind, "The sum up to and with this row.", _over(f"sum(_1) OVER ({_RUNNING})"),
            ex("RUNNING_SUM([Quantity])", (2, 5, 10, 11, 15)), nulls=_SKIPS, aliases=("CUMSUM",)),
    _window("RUNNING_AVERAGE", (floating(),), FLOAT, "The mean up to and with this row.", _over(f"avg(_1) OVER ({_RUNNING})"),
            ex("RUNNING_AVERAGE([Quantity])", (2.0, 2.5, 10 / 3, 2.75, 3.0)), nulls=_SKIPS),
    _window("RUNNING_COUNT", (value(),), INTEGER, "How many values there are up to and with this row.",
            _over(f"count(_1) OVER ({_RUNNING})"), ex("RUNNING_COUNT([Profit])", (1, 2, 3, 3, 4)), nulls=_SKIPS),
    _window("RUNNING_MIN", (_ORDERED,), same(0), "The smallest value up to and with this row.", _over(f"min(_1) OVER ({_RUNNING})"),
            ex("RUNNING_MIN([Quantity])", (2, 2, 2, 1, 1)), nulls=_SKIPS, bounded=True),
    _window("RUNNING_MAX", (_ORDERED,), same(0), "The largest value up to and with this row.", _over(f"max(_1) OVER ({_RUNNING})"),
            ex("RUNNING_MAX([Quantity])", (2, 3, 5, 5, 5)), nulls=_SKIPS, bounded=True),
    _window("MOVING_SUM", (number(), _COUNT), _total_kind, "The sum of this row and the rows before it, so many together.", _moving("sum"),
            ex("MOVING_SUM([Quantity], 2)", (2, 5, 8, 6, 5)), nulls=_SKIPS),
    _window("MOVING_AVERAGE", (floating(), _COUNT), FLOAT, "The mean of this row and the rows before it, so many together.", _moving("avg"),
            ex("MOVING_AVERAGE([Quantity], 2)", (2.0, 2.5, 4.0, 3.0, 2.5)), nulls=_SKIPS),
    _window("MOVING_MIN", (_ORDERED, _COUNT), same(0), "The smallest value of this row and those before it, so many together.", _moving("min"),
            ex("MOVING_MIN([Quantity], 2)", (2, 2, 3, 1, 1)), nulls=_SKIPS, bounded=True),
    _window("MOVING_MAX", (_ORDERED, _COUNT), same(0), "The largest value of this row and those before it, so many together.", _moving("max"),
            ex("MOVING_MAX([Quantity], 2)", (2, 3, 5, 5, 4)), nulls=_SKIPS, bounded=True),
    _window("RANK", (_ORDERED, _DIRECTION), INTEGER, "The place of the value, 1 for the largest; equal values share a place.",
            _rank("rank() OVER ()"), ex("RANK([Sales])", (4, 3, 1, 5, 1)), ex('RANK([Profit], "asc")', (3, 2, 1, None, 4)), sheet=True,
            difference="Spreadsheets take a number, its range and 0 or 1; here the range are the other rows."),
    _window("RANK_IN", (_ORDERED, value("group", "rows that have the same here are ranked among each other"), _DIRECTION), INTEGER,
            "The place of the value in its group, 1 for the largest; equal values share a place.", _rank("rank() OVER ()"),
            ex("RANK_IN([Sales], [Region])", (2, 2, 1, 1, 1)), ex('RANK_IN([Profit], [Region], "asc")', (2, 1, 1, None, 2)),
            nulls="No value if there is none to rank; rows without a group are a group."),
    _window("DENSE_RANK", (_ORDERED, _DIRECTION), INTEGER, "The place of the value, without gaps behind equal values.",
            _rank("dense_rank() OVER ()"), ex("DENSE_RANK([Sales])", (3, 2, 1, 4, 1))),
    _window("PERCENT_RANK", (_ORDERED, Takes("order", Accepts.TEXT, "asc: the smallest is 0; desc", default="asc", constant=True, reads=True,
            among=("asc", "desc"))), FLOAT, "The place of the value between 0 and 1.", _rank("percent_rank() OVER ()"),
            ex("PERCENT_RANK([Quantity])", (0.25, 0.5, 1.0, 0.0, 0.75))),
    _window("CUME_DIST", (_ORDERED, Takes("order", Accepts.TEXT, "asc or desc", default="asc", constant=True, reads=True,
            among=("asc", "desc"))), FLOAT, "The share of rows whose value is no larger.", _rank("cume_dist() OVER ()"),
            ex("CUME_DIST([Quantity])", (0.4, 0.6, 1.0, 0.2, 0.8))),
    _window("ROW_NUMBER", (), INTEGER, "The number of the row, from 1.", _over("row_number() OVER ()"), ex("ROW_NUMBER()", (1, 2, 3, 4, 5)),
            nulls="Never without a value.", aliases=("ROWNUMBER", "INDEX")),
    _window("NTILE", (whole("parts", "1 to 1,000", constant=True, reads=True, low=1, high=1000),), INTEGER,
            "Which of so many equal parts of the rows this one is in.", _tiles, ex("NTILE(2)", (1, 1, 1, 2, 2)), nulls="Never without a value."),
    _window("PREVIOUS", (value(), _PLACES), same(0), "The value so many rows before.", _shifted("lag"),
            ex("PREVIOUS([Quantity])", (None, 2, 3, 5, 1)), aliases=("LAG",), nulls="No value where there is no such row.", bounded=True),
    _window("NEXT", (value(), _PLACES), same(0), "The value so many rows behind.", _shifted("lead"),
            ex("NEXT([Quantity])", (3, 5, 1, 4, None)), aliases=("LEAD",), nulls="No value where there is no such row.", bounded=True),
    _window("FIRST_VALUE", (value(),), same(0), "The value of the first row.", _over(f"first_value(_1) OVER ({_ALL})"),
            ex("FIRST_VALUE([Quantity])", (2, 2, 2, 2, 2)), nulls="No value when the first row has none.", bounded=True),
    _window("LAST_VALUE", (value(),), same(0), "The value of the last row.", _over(f"last_value(_1) OVER ({_ALL})"),
            ex("LAST_VALUE([Quantity])", (4, 4, 4, 4, 4)), nulls="No value when the last row has none.", bounded=True),
    _window("NTH_VALUE", (value(), whole("row", "from 1", constant=True, reads=True, low=1, high=1_000_000)), same(0),
            "The value of the row with this number.", _nth, ex("NTH_VALUE([Quantity], 3)", (5, 5, 5, 5, 5)),
            nulls="No value when that row has none.", bounded=True),
    _window("DIFFERENCE", (number(),), _difference_kind, "How much the value changed against the row before.", _difference,
            ex("DIFFERENCE([Quantity])", (None, 1, 2, -4, 3)), nulls="No value in the first row, and where one of both is missing."),
    _window("PERCENT_CHANGE", (floating(),), FLOAT, "By what share the value changed against the row before: 0.5 is 50 %.",
            _over("CASE WHEN lag(_1, 1) OVER () <> 0 THEN _1 / lag(_1, 1) OVER () - 1 END"),
            ex("PERCENT_CHANGE([Quantity])", (None, 0.5, 2 / 3, -0.8, 3.0)), aliases=("GROWTH",),
            nulls="No value in the first row, behind a 0, and where one of both is missing."),
    _window("TOTAL", (number(),), _total_kind, "The sum over all rows.", _over("sum(_1) OVER ()", ordered=False),
            ex("TOTAL([Quantity])", (15, 15, 15, 15, 15)), nulls=_SKIPS, aliases=("WINDOW_SUM",)),
    _window("PERCENT_OF_TOTAL", (floating(),), FLOAT, "The share of the value in the sum over all rows: 0.25 is 25 %.",
            _over("CASE WHEN sum(_1) OVER () <> 0 THEN _1 / sum(_1) OVER () END", ordered=False),
            ex("PERCENT_OF_TOTAL([Quantity])", (2 / 15, 0.2, 1 / 3, 1 / 15, 4 / 15)), aliases=("SHARE",)),
    _window("WINDOW_AVERAGE", (floating(),), FLOAT, "The mean over all rows.", _over("avg(_1) OVER ()", ordered=False),
            ex("WINDOW_AVERAGE([Quantity])", (3.0, 3.0, 3.0, 3.0, 3.0)), nulls=_SKIPS),
    _window("WINDOW_MIN", (_ORDERED,), same(0), "The smallest value over all rows.", _over("min(_1) OVER ()", ordered=False),
            ex("WINDOW_MIN([Quantity])", (1, 1, 1, 1, 1)), nulls=_SKIPS, bounded=True),
    _window("WINDOW_MAX", (_ORDERED,), same(0), "The largest value over all rows.", _over("max(_1) OVER ()", ordered=False),
            ex("WINDOW_MAX([Quantity])", (5, 5, 5, 5, 5)), nulls=_SKIPS, bounded=True),
    _window("WINDOW_COUNT", (value(),), INTEGER, "How many values there are over all rows.", _over("count(_1) OVER ()", ordered=False),
            ex("WINDOW_COUNT([Profit])", (4, 4, 4, 4, 4)), nulls="Never without a value."),
    _window("ZSCORE", (floating(),), FLOAT, "How many standard deviations the value is from the mean over all rows.",
            _over("CASE WHEN stddev_samp(_1) OVER () > 0 THEN (_1 - avg(_1) OVER ()) / stddev_samp(_1) OVER () END", ordered=False),
            ex("ZSCORE([Quantity])", (-0.6324555320336759, 0.0, 1.2649110640673518, -1.2649110640673518, 0.6324555320336759))),
)  # fmt: skip
