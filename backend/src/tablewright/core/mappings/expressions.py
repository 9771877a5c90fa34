"""A target column as SQL: its value, and the condition under which a value could not be read.

Names and texts of users become SQL only through the emitter, as quoted identifiers and literals of our trees.
A value that does not fit the wished type exactly is a misfit: it is never rounded and never silently emptied.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlglot import exp

from tablewright.core.mappings.model import Combined, FromColumn, Reformat, Slice, SplitPart
from tablewright.core.mappings.plan import Target
from tablewright.core.queries.sql import FALSE, Node, call, cast, column, is_not_null, is_null
from tablewright.core.tables import Column, ColumnType, Schema
from tablewright.core.versions.types import meet, scale_of, type_of

_TRUE = ("true", "t", "yes", "y", "1")
_FALSE = ("false", "f", "no", "n", "0")


@dataclass(frozen=True)
class Expressed:
    """SQL trees over the file's columns (c1, c2, …)."""

    value: Node
    misfit: Node
    text: Node
    """What is shown when the value is a misfit."""


def expressed(target: Target, source: Schema) -> Expressed:
    """How one column is made. A target without an origin is empty."""
    wanted, origin = target.column, target.origin
    if origin is None:
        nothing = cast(exp.Null(), wanted.physical)
        return Expressed(nothing, FALSE.copy(), exp.Null())
    named = {each.name: each for each in source.columns}
    if isinstance(origin, FromColumn):
        read = named[origin.column]
        if target.reformat is None and (
            read.physical == wanted.physical or meet(read.physical, wanted.physical) == wanted.physical
        ):
            bare = column(read.id)
            value = bare if read.physical == wanted.physical else cast(bare, wanted.physical)
            return Expressed(value, FALSE.copy(), _printed(read))
        if _is_number(read.physical) and _is_number(wanted.physical):
            value = call_try_cast(column(read.id), wanted.physical)
            changed = exp.Not(this=exp.Paren(this=exp.EQ(this=value.copy(), expression=column(read.id))))
            lost = exp.Or(this=is_null(value.copy()), expression=changed)
            return Expressed(value, _and(is_not_null(column(read.id)), exp.Paren(this=lost)), _printed(read))
        if wanted.physical == "VARCHAR" and read.type.is_time and target.reformat and target.reformat.date_format:
            text = call("strftime", column(read.id), exp.Literal.string(target.reformat.date_format))
            return Expressed(text, FALSE.copy(), _printed(read))
    text = _cleaned(_text(origin, named), target.reformat)
    value, fits = _read(text, wanted, target.reformat)
    if fits is None:
        return Expressed(value, FALSE.copy(), text)
    fitting = call("coalesce", fits, FALSE.copy())
    return Expressed(value, _and(is_not_null(text.copy()), exp.Not(this=fitting)), text)


def _text(origin: FromColumn | Combined | SplitPart | Slice, named: dict[str, Column]) -> Node:
    match origin:
        case FromColumn():
            return _printed(named[origin.column])
        case Combined():
            parts = [_printed(named[name]) for name in origin.columns]
            return _nothing_if_empty(call("concat_ws", exp.Literal.string(origin.separator), *parts))
        case SplitPart():
            pieces = call("string_split", _printed(named[origin.column]), exp.Literal.string(origin.separator))
            if origin.part < origin.parts:
                piece = call("list_extract", pieces, exp.Literal.number(origin.part))
            else:
                rest = call("list_slice", pieces, exp.Literal.number(origin.part), exp.Literal.number(1 << 30))
                piece = call("array_to_string", rest, exp.Literal.string(origin.separator))
            return _nothing_if_empty(call("trim", piece))
        case Slice():
            start = exp.Literal.number(origin.start)
            length = [exp.Literal.number(origin.length)] if origin.length is not None else []
            return _nothing_if_empty(call("substring", _printed(named[origin.column]), start, *length))


def _printed(read: Column) -> Node:
    bare = column(read.id)
    return bare if read.physical == "VARCHAR" else cast(bare, "VARCHAR")


def _nothing_if_empty(text: Node) -> Node:
    return call("nullif", text, exp.Literal.string(""))


def _cleaned(text: Node, how: Reformat | None) -> Node:
    if how is None:
        return text
    if how.trim:
        text = _nothing_if_empty(call("trim", text))
    if how.null_words:
        words = [exp.Literal.string(word) for word in how.null_words]
        text = exp.Case(ifs=[exp.If(this=exp.In(this=text, expressions=words), true=exp.Null())], default=text.copy())
    if how.case:
        text = call(how.case, text)
    return text


def _read(text: Node, wanted: Column, how: Reformat | None) -> tuple[Node, Node | None]:
    """The typed value of a text, and whether it fits (None: always)."""
    physical = wanted.physical
    match type_of(physical):
        case ColumnType.INTEGER:
            number = _plain_number(text, how)
            value = call_try_cast(number, physical)
            return value, _and(_shaped(number.copy(), "[+-]?[0-9]+"), is_not_null(value.copy()))
        case ColumnType.DECIMAL:
            number = _plain_number(text, how)
            value = call_try_cast(number, physical)
            shape = rf"[+-]?([0-9]+(\.[0-9]{{0,{scale_of(physical)}}}0*)?|\.[0-9]{{1,{max(scale_of(physical), 1)}}}0*)"
            return value, _and(_shaped(number.copy(), shape), is_not_null(value.copy()))
        case ColumnType.FLOAT:
            number = _plain_number(text, how)
            value = call_try_cast(number, physical)
            shape = r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?"
            return value, _and(_shaped(number.copy(), shape), call("isfinite", value.copy()))
        case ColumnType.BOOLEAN:
            yes = (how.true_words if how else ()) or _TRUE
            no = (how.false_words if how else ()) or _FALSE
            value = exp.Case(ifs=[exp.If(this=_among(text, yes), true=exp.Boolean(this=True)),
                                  exp.If(this=_among(text, no), true=exp.Boolean(this=False))])  # fmt: skip
            return value, is_not_null(value.copy())
        case ColumnType.DATE | ColumnType.TIMESTAMP | ColumnType.INSTANT | ColumnType.TIME:
            return _moment(text, physical, how)
        case _:
            return text, None


def _moment(text: Node, physical: str, how: Reformat | None) -> tuple[Node, Node]:
    if how is not None and how.date_format:
        value: Node = call("try_strptime", text, exp.Literal.string(how.date_format))
        if physical != "TIMESTAMP":
            value = cast(value, physical)
        return value, is_not_null(value.copy())
    if physical == "DATE":  # a month is its first day
        first_day = call("concat", text.copy(), exp.Literal.string("-01"))
        month = exp.If(this=_shaped(text.copy(), "[0-9]{4}-[0-9]{2}"), true=first_day)
        text = exp.Case(ifs=[month], default=text.copy())
    value = call_try_cast(text, physical)
    fits = is_not_null(value.copy())
    if physical == "DATE":  # a time of day that would be cut off does not fit
        fits = _and(_shaped(text.copy(), r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([T ]00:00(:00(\.0+)?)?)?"), fits)
    return value, fits


def _plain_number(text: Node, how: Reformat | None) -> Node:
    """The text of a number with a point as its decimal mark and no marks between thousands."""
    text = call("trim", text)
    if how is None or how.decimal_mark is None:
        return text
    mark, other = (r",", r"\.") if how.decimal_mark == "," else (r"\.", ",")
    gap = rf"([{other}'’ \x{{a0}}\x{{202f}}])"
    shape = rf"[+-]?([0-9]+|[0-9]{{1,3}}({gap}[0-9]{{3}})+)({mark}[0-9]*)?"
    bare = call(
        "regexp_replace", text, exp.Literal.string(rf"[{other}'’ \x{{a0}}\x{{202f}}]"), exp.Literal.string(""),
        exp.Literal.string("g"),
    )  # fmt: skip
    if how.decimal_mark == ",":
        bare = call("replace", bare, exp.Literal.string(","), exp.Literal.string("."))
    return exp.Case(ifs=[exp.If(this=_shaped(text.copy(), shape), true=bare)])


def _among(text: Node, words: tuple[str, ...]) -> Node:
    folded = call("lower", call("trim", text.copy()))
    return exp.In(this=folded, expressions=[exp.Literal.string(word.strip().lower()) for word in words])


def _shaped(text: Node, pattern: str) -> Node:
    return call("regexp_full_match", text, exp.Literal.string(pattern))


def call_try_cast(value: Node, physical: str) -> Node:
    return exp.TryCast(this=value, to=exp.DataType.build(physical, dialect="duckdb"))


def _and(*conditions: Node) -> Node:
    whole = conditions[0]
    for condition in conditions[1:]:
        whole = exp.And(this=whole, expression=condition)
    return exp.Paren(this=whole)


def _is_number(physical: str) -> bool:
    return type_of(physical).is_number
