"""Answers below one another."""

from __future__ import annotations

from sqlglot import exp

from tablewright.core.queries import sql
from tablewright.core.queries.literals import lattice
from tablewright.core.queries.making import Body, Making, nested
from tablewright.core.queries.model import Question
from tablewright.core.queries.problems import PivotOfUnion, SortKeyMissing, UnionTypesDiffer, UnionWidthsDiffer
from tablewright.core.queries.results import Result
from tablewright.core.queries.sql import Node
from tablewright.core.tables.schema import Column, ColumnType


def united(question: Question, making: Making, at: str, *, numbered: bool) -> Body:
    """The answers of a question and of those in `union`, under the keys of the first.

    Raises UnionWidthsDiffer, UnionTypesDiffer, PivotOfUnion or SortKeyMissing with the position.
    """
    dot = f"{at}." if at else ""
    if question.pivot is not None:
        raise PivotOfUnion(f"{dot}pivot")
    alone = question.model_copy(update={"union": (), "sort": (), "limit": None, "offset": 0})
    parts = [(alone, at), *((each, f"{dot}union[{index}]") for index, each in enumerate(question.union))]
    made = []
    for part, place in parts:
        part = part.model_copy(update={"pivot": None}) if part.pivot else part
        made.append((nested(part, making, place, name="part", numbered=True), place))
    first = made[0][0][1].results
    kinds = [each.column(each.key) for each in first]
    for (_, body), place in made[1:]:
        if len(body.results) != len(kinds):
            raise UnionWidthsDiffer(len(kinds), len(body.results), place)
        kinds = [_widened(kind, each, place) for kind, each in zip(kinds, body.results, strict=True)]
    whole: exp.Query | None = None
    for number, ((subquery, body), _) in enumerate(made):
        columns: list[Node] = [
            exp.alias_(_as(sql.column(f"c{index}"), result, kind), kind.id)
            for index, (result, kind) in enumerate(zip(body.results, kinds, strict=True), start=1)
        ]
        columns += [exp.alias_(sql.literal(number), "part"), sql.column("place")]
        select = sql.select(columns, subquery)
        whole = select if whole is None else exp.Union(this=whole, expression=select, distinct=False)
    assert whole is not None
    results = tuple(
        Result(each.answer.model_copy(update={"type": kind.type.value}), kind.physical)
        for each, kind in zip(first, kinds, strict=True)
    )
    keys = [each.key for each in results]
    order: list[Node] = []
    for index, each in enumerate(question.sort):
        if each.by not in keys:
            raise SortKeyMissing(each.by, keys, f"{dot}sort[{index}]")
        order.append(sql.ordered(sql.column(each.by), each.direction == "desc"))
    order += [sql.ordered(sql.column("part")), sql.ordered(sql.column("place"))]
    return Body(sql.select([sql.column(key) for key in keys], sql.within(whole, "united")), results, order)


def _widened(one: Column, other: Result, at: str) -> Column:
    """The kind of column that holds the values of both."""
    kinds = {one.type, other.type}
    if kinds == {ColumnType.DATE, ColumnType.TIMESTAMP}:
        return one.model_copy(update={"type": ColumnType.TIMESTAMP, "physical": "TIMESTAMP"})
    if len(kinds) == 1 and (one.physical == other.physical or not one.type.is_number):
        return one
    if not (one.type.is_number and other.type.is_number):
        raise UnionTypesDiffer(one.name, one.type.value, other.type.value, at)
    if ColumnType.FLOAT in kinds:
        return one.model_copy(update={"type": ColumnType.FLOAT, "physical": "DOUBLE"})
    scale = max(lattice(one).scale, lattice(other.column("c1")).scale)
    if kinds == {ColumnType.INTEGER}:
        return one.model_copy(update={"physical": "HUGEINT"})
    return one.model_copy(update={"type": ColumnType.DECIMAL, "physical": f"DECIMAL(38,{scale})"})


def _as(node: Node, result: Result, kind: Column) -> Node:
    return node if result.physical == kind.physical else sql.cast(node, kind.physical)
