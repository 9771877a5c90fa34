"""Where rows come from: a version or the answer of a question, some of them, and what is joined.

- The reader's row rule is applied to each table before anything else is, and a column that is hidden is not there.
- A join matches equal values; no value matches none, and NaN is no value. Where several rows match, all of them do: the
  rows multiply (see `matching`).
- Rows keep the order of the first table, then that of the tables joined to it.
- A sample is found by mixing each row's place with the seed: the same rows each time, whatever else is asked.
"""

from __future__ import annotations

from sqlglot import exp

from tablewright.core.queries import sql
from tablewright.core.queries.conditions import require
from tablewright.core.queries.making import Making, Rows, nested, value_of
from tablewright.core.queries.masks import seen
from tablewright.core.queries.model import Join, Question, Sample
from tablewright.core.queries.problems import JoinTooLate, JoinTypesDiffer, QuestionNotReplaced
from tablewright.core.queries.sql import Node
from tablewright.core.queries.tables import key_of, table
from tablewright.core.tables.schema import Column, ColumnType, Schema

_NAMES = {"left": "LEFT", "right": "RIGHT", "full": "FULL", "inner": "INNER"}
_PRIME = 2_147_483_647


def rows_of(question: Question, making: Making, at: str, *, needed: frozenset[str] | None, numbered: bool) -> Rows:
    """The rows of a question before formulas and filter. `needed` are the columns that are used; None for all.

    Raises ColumnMissing, JoinTypesDiffer, JoinTooLate or QuestionNotReplaced with the position.
    """
    dot = f"{at}." if at else ""
    joins = [join for join in question.joins if join.kind not in ("semi", "anti")]
    rows = _of(question, making, at, numbered=numbered or question.sample is not None)
    if question.sample is not None:
        rows = _sampled(rows, question.sample, needed)
    if joins:
        rows = _placed(rows, needed, "place0") if numbered else rows
    for number, join in enumerate(question.joins, start=1):
        rows = _joined(rows, join, number, making, f"{dot}joins[{number - 1}]", needed=needed, numbered=numbered)
    return rows


def joined_rows(join: Join, making: Making, at: str) -> Rows:
    """The rows of a joined table alone."""
    return _of(join, making, at, numbered=False)


def _of(source: Question | Join, making: Making, at: str, *, numbered: bool) -> Rows:
    dot = f"{at}." if at else ""
    if source.base_id is not None:
        raise QuestionNotReplaced("saved question", f"{dot}base_id")
    if source.base is not None:
        # What is asked of a pivot are its groups: totals would be counted twice.
        base = source.base.model_copy(update={"pivot": None}) if source.base.pivot else source.base
        subquery, body = nested(base, making, f"{dot}base", name="base", numbered=numbered)
        columns = tuple(each.column(f"c{number}") for number, each in enumerate(body.results, start=1))
        return Rows(Schema(columns=columns), subquery, ("place",) if numbered else ())
    return seen(table(making.tables, key_of(source), at), making, numbered=numbered)


def _used(schema: Schema, needed: frozenset[str] | None, prefix: str = "") -> list[Column]:
    return [each for each in schema.columns if needed is None or f"{prefix}{each.id}" in needed]


def _placed(rows: Rows, needed: frozenset[str] | None, place: str) -> Rows:
    """The rows with their place under a name of its own, so that those of several tables do not meet."""
    (key,) = rows.keys
    columns: list[Node] = [sql.column(each.id) for each in _used(rows.schema, needed)]
    inner = rows.select([*columns, exp.alias_(sql.column(key), place)])
    return Rows(rows.schema, sql.within(inner, "first"), (place,))


def _sampled(rows: Rows, sample: Sample, needed: frozenset[str] | None) -> Rows:
    placed = _placed(rows, needed, "place")
    mixed = _mixed(sql.column("place"), sample.seed)
    columns: list[Node] = [sql.column(each.id) for each in _used(rows.schema, needed)]
    columns.append(sql.column("place"))
    if sample.share is not None:
        below = exp.LT(this=mixed, expression=sql.literal(round(sample.share * _PRIME)))
        select = placed.select(columns, below)
    else:
        order = [sql.ordered(mixed), sql.ordered(sql.column("place"))]
        select = placed.select(columns).order_by(*order, copy=False).limit(sample.rows or 0, copy=False)
    return Rows(rows.schema, sql.within(select, "sample"), ("place",))


def _mixed(place: Node, seed: int) -> Node:
    """A number below the prime that looks drawn by lot, in whole numbers that every engine has."""

    def rest(value: Node) -> Node:
        return exp.Paren(this=exp.Mod(this=value, expression=sql.literal(_PRIME)))

    def squared(value: Node, more: Node) -> Node:
        return rest(sql.plus(exp.Mul(this=value, expression=value.copy()), more))

    spread = exp.Mul(this=sql.cast(place, "BIGINT"), expression=sql.literal(48_271))
    first = rest(sql.plus(spread, sql.literal(seed * 16_807 % _PRIME + 11)))
    second = squared(first, sql.literal(1_234_567))
    return squared(second, first.copy())


def _joined(
    rows: Rows, join: Join, number: int, making: Making, at: str, *, needed: frozenset[str] | None, numbered: bool
) -> Rows:
    prefix, keeps = f"j{number}", join.kind not in ("semi", "anti")
    numbered = numbered and keeps
    other = _of(join, making, at, numbered=numbered)
    pairs: list[tuple[Column, Column]] = []
    for index, (left, right) in enumerate(join.on):
        place = f"{at}.on[{index}]"
        if left.startswith("f") or (left.startswith("j") and int(left[1]) >= number):
            raise JoinTooLate(left, place)
        pair = require(rows.schema, left, place), require(other.schema, right, place)
        if not comparable(*pair):
            raise JoinTypesDiffer(*pair, place)
        pairs.append(pair)
    on = {right.id for _, right in pairs}
    added = _used(other.schema, needed, prefix) if keeps else []
    used = [each for each in other.schema.columns if each.id in on or each in added]
    columns: list[Node] = [exp.alias_(sql.column(each.id), f"{prefix}{each.id}") for each in used]
    key = f"place{number}"
    if numbered:
        columns.append(exp.alias_(sql.column(other.keys[0]), key))
    beside = other.select(columns)
    beside.meta["joined"] = (join.dataset_id, number)
    equal = sql.every(
        [exp.EQ(this=value_of(left), expression=value_of(_renamed(right, prefix))) for left, right in pairs]
    )
    if not keeps:
        exists: Node = exp.Exists(this=sql.select([sql.literal(1)], sql.within(beside, prefix), equal))
        condition = exists if join.kind == "semi" else exp.Not(this=exists)
        return Rows(rows.schema, rows.source, rows.keys, (*rows.conditions, condition), rows.joins)
    if rows.conditions and join.kind in ("right", "full"):
        # Conditions are of what is there so far, and must not take away the rows that only the other table has.
        rows = rows.staged([sql.column(each.id) for each in _used(rows.schema, needed)], (), "before")
    made = exp.Join(this=sql.within(beside, prefix), kind=_NAMES[join.kind], on=equal)
    if join.kind != "inner":
        made = exp.Join(this=sql.within(beside, prefix), side=_NAMES[join.kind], on=equal)
    schema = Schema(columns=(*rows.schema.columns, *(_renamed(each, prefix) for each in other.schema.columns)))
    keys = (*rows.keys, key) if numbered else rows.keys
    return Rows(schema, rows.source, keys, rows.conditions, (*rows.joins, made))


def _renamed(column: Column, prefix: str) -> Column:
    return column.model_copy(update={"id": f"{prefix}{column.id}"})


def comparable(left: Column, right: Column) -> bool:
    """Whether values of the two can be equal."""
    if left.type.is_number and right.type.is_number:
        return True
    texts = (ColumnType.TEXT, ColumnType.NESTED)
    return left.type == right.type or (left.type in texts and right.type in texts)
