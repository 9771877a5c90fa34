"""How well a join fits: which rows match, and whether rows multiply.

Asked before a join is used: a key that stands in several rows of the joined table makes several rows of each that it
matches, and every sum over them is too large.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlglot import exp

from tablewright.core.queries import sql
from tablewright.core.queries.compile import Compiled, compile_tree
from tablewright.core.queries.conditions import require
from tablewright.core.queries.making import Making, Rows, value_of
from tablewright.core.queries.model import AnswerColumn, Question
from tablewright.core.queries.problems import JoinMissing, JoinTypesDiffer
from tablewright.core.queries.settled import settled
from tablewright.core.queries.sources import comparable, joined_rows, rows_of
from tablewright.core.queries.sql import Node
from tablewright.core.queries.tables import Tables
from tablewright.core.tables.schema import Column

_COUNTS = {
    "left_rows": "Rows so far",
    "left_matched": "Rows so far that match",
    "left_keys_repeated": "Keys in several rows so far",
    "right_rows": "Rows of the joined table",
    "right_matched": "Rows of the joined table that match",
    "right_keys_repeated": "Keys in several rows of the joined table",
    "pairs": "Pairs of rows",
    "most_per_row": "Most rows that one row matches",
}


@dataclass(frozen=True)
class Matching:
    """What a match report found. Rows without a value match nothing."""

    left_rows: int
    left_matched: int
    left_keys_repeated: int
    right_rows: int
    right_matched: int
    right_keys_repeated: int
    """Keys that stand in several rows of the joined table, whether they match or not."""
    pairs: int
    most_per_row: int
    """Of the joined table, for one row of what is there so far."""

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Matching:
        """From the one row that the compiled report answers."""
        return cls(**{key: int(row[key] or 0) for key in _COUNTS})

    @property
    def multiplies(self) -> bool:
        """Some rows become several."""
        return self.most_per_row > 1

    @property
    def factor(self) -> float:
        """Rows that a matching row becomes on average; 1 when none multiplies."""
        return self.pairs / self.left_matched if self.left_matched else 1.0

    @property
    def words(self) -> str:
        """What there is to know before the join is used."""
        parts = [
            f"{self.left_matched:,} of {self.left_rows:,} rows match",
            f"{self.right_matched:,} of {self.right_rows:,} rows of the joined table are used",
        ]
        told = "; ".join(parts) + "."
        if not self.multiplies:
            return told
        return (
            f"{told} Rows multiply: {self.left_matched:,} matching rows become {self.pairs:,}, one of them "
            f"{self.most_per_row:,}. Sums over the first table will be too large. Join on a column whose values are "
            "unique, or join the answer of a question that has one row for each."
        )


def match_report(question: Question, number: int, tables: Tables, *, today: date) -> Compiled:
    """How join `number` of a question (from 0) fits: one row for `Matching.of`.

    Raises JoinMissing, and all that compiling the question up to this join raises.
    """
    if number >= len(question.joins):
        raise JoinMissing(len(question.joins), f"joins[{number}]")

    def build(making: Making) -> exp.Select:
        asked = settled(question, today)
        join, at = asked.joins[number], f"joins[{number}]"
        before = asked.model_copy(update={"joins": asked.joins[:number]})
        needed = frozenset([left for each in asked.joins for left, _ in each.on])
        rows = rows_of(before, making, "", needed=needed, numbered=False)
        other = joined_rows(join, making, at)
        pairs: list[tuple[Column, Column]] = []
        for index, (left, right) in enumerate(join.on):
            pair = require(rows.schema, left, f"{at}.on[{index}]"), require(other.schema, right, f"{at}.on[{index}]")
            if not comparable(*pair):
                raise JoinTypesDiffer(*pair, f"{at}.on[{index}]")
            pairs.append(pair)
        return _report(
            _keys(rows, [left for left, _ in pairs]), _keys(other, [right for _, right in pairs]), len(pairs)
        )

    columns = tuple(
        AnswerColumn(key=key, label=label, type="integer", role="measure") for key, label in _COUNTS.items()
    )
    return compile_tree(question, tables, build, columns, what=f"match {number} {today}")


def _keys(rows: Rows, columns: list[Column]) -> exp.Select:
    """Each key with the number of its rows."""
    keys: list[Node] = [exp.alias_(value_of(each), f"k{index}") for index, each in enumerate(columns)]
    select = rows.select([*keys, exp.alias_(sql.call("count", exp.Star()), "n")])
    return select.group_by(*(exp.Literal.number(index + 1) for index in range(len(keys))), copy=False)


def _report(left: exp.Select, right: exp.Select, width: int) -> exp.Select:
    def of(name: str) -> Node:
        return sql.column("n", name)

    def total(value: Node, *conditions: Node) -> Node:
        found = sql.when(sql.every(list(conditions)), value) if conditions else value
        return sql.call("coalesce", sql.call("sum", found), sql.literal(0))

    ours, theirs = sql.is_not_null(of("ours")), sql.is_not_null(of("theirs"))
    one = sql.literal(1)
    several = [exp.GT(this=of(name), expression=one.copy()) for name in ("ours", "theirs")]
    # Keys with a part that has no value match nothing, however many rows they stand in.
    whole = [
        sql.every([sql.is_not_null(sql.column(f"k{i}", name)) for i in range(width)]) for name in ("ours", "theirs")
    ]
    counts: dict[str, Node] = {
        "left_rows": total(of("ours")),
        "left_matched": total(of("ours"), theirs),
        "left_keys_repeated": total(one.copy(), several[0], whole[0]),
        "right_rows": total(of("theirs")),
        "right_matched": total(of("theirs"), ours.copy()),
        "right_keys_repeated": total(one.copy(), several[1], whole[1]),
        "pairs": total(exp.Mul(this=of("ours"), expression=of("theirs"))),
        "most_per_row": sql.call("coalesce", sql.call("max", sql.when(ours.copy(), of("theirs"))), sql.literal(0)),
    }
    equal = sql.every(
        [exp.EQ(this=sql.column(f"k{i}", "ours"), expression=sql.column(f"k{i}", "theirs")) for i in range(width)]
    )
    select = sql.select([exp.alias_(node, key) for key, node in counts.items()], sql.within(left, "ours"))
    return select.join(sql.within(right, "theirs"), on=equal, join_type="full", copy=False)
