"""Rows that are listed, in the order that is asked for and then in that of the file."""

from __future__ import annotations

from sqlglot import exp

from tablewright.core.queries import results, sql
from tablewright.core.queries.conditions import require
from tablewright.core.queries.making import Body, Rows, paged, value_of
from tablewright.core.queries.model import Question
from tablewright.core.queries.problems import HavingWithoutGroups, PivotColumnsUnused, SortKeyMissing
from tablewright.core.queries.sql import Node

WIDE = 4
"""From so many columns on, a page is found by place."""


def order_of(question: Question, rows: Rows) -> list[Node]:
    """What listed rows are sorted by, as far as it is a column of them, and then their place."""
    known = {column.id: column for column in rows.schema.columns}
    sort = [sql.ordered(value_of(known[by.by]), by.direction == "desc") for by in question.sort if by.by in known]
    return [*sort, *rows.order]


def listing(question: Question, rows: Rows, at: str) -> Body:
    """Raises ColumnMissing, SortKeyMissing, HavingWithoutGroups or PivotColumnsUnused with the position."""
    dot = f"{at}." if at else ""
    if question.having is not None:
        raise HavingWithoutGroups(f"{dot}having")
    if question.pivot is not None:
        raise PivotColumnsUnused(f"{dot}pivot")
    wanted = dict.fromkeys(question.columns) or [column.id for column in rows.schema.columns]
    columns = [require(rows.schema, each, f"{dot}columns[{index}]") for index, each in enumerate(wanted)]
    order: list[Node] = []
    for index, each in enumerate(question.sort):
        place = f"{dot}sort[{index}]"
        if each.by[0] in "dm":
            raise SortKeyMissing(each.by, [column.id for column in rows.schema.columns], place)
        order.append(sql.ordered(value_of(require(rows.schema, each.by, place)), each.direction == "desc"))
    select = rows.select([sql.column(column.id) for column in columns])
    alone = isinstance(rows.source, exp.Table) and not rows.joins
    described = tuple(results.listed(column) for column in columns)
    return Body(select, described, [*order, *rows.order], rows=rows if alone and order else None)


def page(body: Body, question: Question) -> exp.Select:
    """A page of sorted rows of a file: first where they stand, then what they hold.

    So that a sort of millions of rows carries the sorted columns alone: of 10 million rows with 9 columns a page takes
    a fifth of the time, the first as well as one in the middle.
    """
    rows = body.rows
    if rows is None or question.limit is None or len(body.results) < WIDE:
        return paged(body.select, body.order, question)
    places = paged(rows.select([sql.column("file_row_number")]), [each.copy() for each in body.order], question)
    there = exp.In(this=sql.column("file_row_number"), query=exp.Subquery(this=places))
    whole = sql.select(body.select.expressions, rows.source.copy(), there)
    return whole.order_by(*body.order, copy=False)
