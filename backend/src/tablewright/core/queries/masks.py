"""What a reader may see of a table: the rows of their rule, and masks in the place of values that are not for them.

Masks are put on where the file is read, in a query of its own: filters, groups, sorts, joins and formulas are outside
of it and cannot reach what is behind a mask. The rule alone looks at the values. A missing value stays missing.
"""

from __future__ import annotations

from sqlglot import exp

from tablewright.core.queries import sql
from tablewright.core.queries.conditions import where
from tablewright.core.queries.making import Making, Rows
from tablewright.core.queries.sql import Node
from tablewright.core.queries.tables import Mask, Table

HIDDEN = "•••"
DIGITS = 16
"""Of a hash: enough that two of a billion values hardly ever share one."""


def seen(of: Table, making: Making, *, numbered: bool) -> Rows:
    """The rows of one table, as its reader sees them."""
    rule = where(of.row_rule, of.rule_schema or of.schema, making.binder, at="row_rule")
    source = sql.file(making.placeholder(of.source), row_numbers=numbered)
    keys = ("file_row_number",) if numbered else ()
    conditions = (rule,) if rule is not None else ()
    if not of.masks:
        return Rows(of.schema, source, keys, conditions)
    masks = dict(of.masks)
    columns: list[Node] = [
        exp.alias_(_masked(sql.column(each.id), masks[each.id], of.salt, making), each.id)
        if each.id in masks
        else sql.column(each.id)
        for each in of.schema.columns
    ]
    inner = sql.select([*columns, *(sql.column(key) for key in keys)], source, *conditions)
    inner.meta["labels"] = {each.id: each.name for each in of.schema.columns if each.id in masks}
    return Rows(of.schema, sql.within(inner, "masked"), keys)


def _masked(value: Node, mask: Mask, salt: str, making: Making) -> Node:
    text = sql.cast(value, "VARCHAR")
    match mask:
        case "constant":
            shown: Node = making.binder.text(HIDDEN)
        case "hash":
            salted = exp.DPipe(this=making.binder.text(salt), expression=text)
            shown = sql.call("left", sql.call("sha256", salted), sql.literal(DIGITS))
        case "last_four":
            # Of a short value the last four characters are all of it.
            is_long = exp.GT(this=sql.call("length", text), expression=sql.literal(8))
            tail = exp.DPipe(this=making.binder.text("…"), expression=sql.call("right", text.copy(), sql.literal(4)))
            shown = exp.Case(ifs=[exp.If(this=is_long, true=tail)], default=making.binder.text(HIDDEN))
    there = exp.Not(this=exp.Is(this=value.copy(), expression=exp.Null()))
    return exp.Case(ifs=[exp.If(this=there, true=shown)])
