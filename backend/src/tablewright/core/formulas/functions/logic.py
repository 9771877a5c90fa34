"""Logic: choices between values, and what to do about values that are missing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlglot import exp

from tablewright.core.formulas import types
from tablewright.core.formulas.emit import Emit, Value
from tablewright.core.formulas.functions.model import Accepts, Argument, Define, Function, Takes, condition, ex, value
from tablewright.core.formulas.types import BOOLEAN, Kind
from tablewright.core.queries.sql import FALSE, TRUE, Node
from tablewright.core.tables.schema import ColumnType

_logic = Define("logic")
_RESULT = "results"


def _result(name: str, **more: Any) -> Takes:
    return value(name, group=_RESULT, **more)


def _joined(*indexes: int) -> Callable[[Sequence[Argument]], Kind | None]:
    """The kind that holds all results: checking has already turned them into it."""

    def rule(arguments: Sequence[Argument]) -> Kind | None:
        return types.joined([arguments[index].kind for index in indexes if index < len(arguments)])

    return rule


def _if(emit: Emit, arguments: list[Value]) -> Node:
    test, then, *other = [emit.clean(each) for each in arguments]
    return exp.Case(ifs=[exp.If(this=test, true=then)], default=other[0] if other else None)


def _ifs(emit: Emit, arguments: list[Value]) -> Node:
    nodes = [emit.clean(each) for each in arguments]
    return exp.Case(ifs=[exp.If(this=test, true=then) for test, then in zip(nodes[::2], nodes[1::2], strict=True)])


_CASES = (value("value", group="cases"), value("case", group="cases", repeats=True), _result("result", repeats=True))


def _switch_parameters(count: int) -> list[Takes] | None:
    if count < 3:
        return None
    pairs, rest = divmod(count - 1, 2)
    return [_CASES[0], *(list(_CASES[1:]) * pairs), *([_result("otherwise")] if rest else [])]


def _switch_kind(arguments: Sequence[Argument]) -> Kind | None:
    results = [arguments[index].kind for index in range(2, len(arguments), 2)]
    return types.joined(results + ([arguments[-1].kind] if len(arguments) % 2 == 0 else []))


def _switch(emit: Emit, arguments: list[Value]) -> Node:
    first, *rest = [emit.clean(each) for each in arguments]
    default = rest.pop() if len(rest) % 2 else None

    def chosen(given: Node) -> Node:
        return exp.Case(
            ifs=[
                exp.If(this=exp.EQ(this=exp.Paren(this=given.copy()), expression=exp.Paren(this=case)), true=result)
                for case, result in zip(rest[::2], rest[1::2], strict=True)
            ],
            default=default,
        )

    return emit.let(first, chosen)


def _choose(emit: Emit, arguments: list[Value]) -> Node:
    index, *results = [emit.clean(each) for each in arguments]
    return exp.Case(
        this=index,
        ifs=[exp.If(this=exp.Literal.number(place + 1), true=each) for place, each in enumerate(results)],
    )


def _coalesce(emit: Emit, arguments: list[Value]) -> Node:
    first, *rest = [emit.clean(each) for each in arguments]
    return exp.Coalesce(this=first, expressions=rest)


def _is_blank(emit: Emit, arguments: list[Value]) -> Node:
    node = emit.clean(arguments[0])
    if arguments[0].kind.type is ColumnType.TEXT:
        return emit.fill("coalesce(_1 = '', TRUE)", node, dialect="duckdb")
    return emit.fill("_1 IS NULL", node, dialect="duckdb")


def _is(emit: Emit, given: Value, right: bool) -> Node:
    # The argument stays in the SQL even when its type alone decides: a text that was bound has to be used.
    template = "_1 IS NOT NULL" if right else "CASE WHEN _1 IS NULL THEN FALSE ELSE FALSE END"
    return emit.fill(template, emit.clean(given), dialect="duckdb")


def _xor(emit: Emit, arguments: list[Value]) -> Node:
    nodes = [emit.clean(each) for each in arguments]
    node = nodes[0]
    for other in nodes[1:]:
        node = emit.fill("_1 <> _2", node, other, dialect="duckdb")
    return node


_ORDERED = Takes("value", Accepts.ORDERED, group="sides")

FUNCTIONS: tuple[Function, ...] = (
    _logic("IF", (condition(), _result("then"), _result("otherwise", optional=True)), _joined(1, 2),
           "One value when the condition holds, otherwise the other one.", _if, ex('IF(30 / 100 > 20%, "high", "low")', "high"),
           ex("IF(BLANK() > 1, 1, 2)", 2), ex("IF(FALSE, 1)", None), finite=True, bounded=True, sheet=True,
           nulls="A condition without a value does not hold. No value when nothing stands for that case.",
           difference="All results have to be of one type, and without a third argument there is no value (not FALSE)."),
    _logic("IFS", (condition(repeats=True), _result("then", repeats=True)),
           lambda given: types.joined([each.kind for each in given[1::2]]),
           "The value behind the first condition that holds.", _ifs, ex('IFS(1 > 2, "a", 2 > 1, "b")', "b"),
           ex('IFS(FALSE, "a")', None), finite=True, bounded=True, sheet=True,
           nulls="A condition without a value does not hold. No value when none holds.",
           difference="All results have to be of one type."),
    _logic("SWITCH", (*_CASES, _result("otherwise", optional=True)), _switch_kind,
           "The result behind the first case that equals the value, or the last argument when none does.", _switch,
           ex('SWITCH(2, 1, "one", 2, "two", "many")', "two"), ex('SWITCH("x", "a", 1)', None), finite=True, bounded=True,
           sheet=True, arrange=_switch_parameters, nulls="A value that is missing equals no case.",
           difference="All cases have to be of one type, and so have all results."),
    _logic("CHOOSE", (Takes("index", Accepts.INTEGER), _result("result", repeats=True)),
           lambda given: types.joined([each.kind for each in given[1:]]), "The result at this place, from 1.", _choose,
           ex('CHOOSE(2, "a", "b", "c")', "b"), ex('CHOOSE(5, "a")', None), finite=True, bounded=True, sheet=True,
           nulls="No value when the index has none or no result stands there.",
           difference="All results have to be of one type."),
    _logic("XOR", (condition("a"), condition("b", repeats=True)), BOOLEAN, "Whether an odd number of the conditions hold.",
           _xor, ex("XOR(TRUE, FALSE)", True), ex("XOR(TRUE, TRUE)", False), sheet=True),
    _logic("TRUE", (), BOOLEAN, "True.", lambda emit, given: TRUE.copy(), ex("TRUE()", True), sheet=True),
    _logic("FALSE", (), BOOLEAN, "False.", lambda emit, given: FALSE.copy(), ex("FALSE()", False), sheet=True),
    _logic("BLANK", (), types.BLANK, "No value, of any type.", lambda emit, given: exp.Null(), ex("BLANK()", None),
           ex("IF(1 > 2, 5, BLANK())", None), aliases=("NULL", "NA"), nulls="Always no value."),
    _logic("ISBLANK", (value(),), BOOLEAN, "Whether there is no value; empty text counts as none.", _is_blank,
           ex("ISBLANK(BLANK())", True), ex('ISBLANK("")', True), ex("ISBLANK(0)", False), ex("ISBLANK(1 / 0)", True),
           aliases=("ISNULL", "ISEMPTY"), nulls="Never without a value.", sheet=True,
           difference="Spreadsheets say FALSE for empty text, and raise what went wrong in the argument."),
    _logic("IFBLANK", (_result("value"), _result("otherwise", repeats=True)),
           lambda given: types.joined([each.kind for each in given]),
           "The first of the values that is not missing.", _coalesce, ex("IFBLANK(BLANK(), 5)", 5), ex("IFBLANK(1 / 0, 0)", 0.0),
           aliases=("COALESCE", "IFNULL"), finite=True, bounded=True, nulls="No value only when all have none."),
    _logic("IFERROR", (_result("value"), _result("otherwise")), lambda given: types.joined([each.kind for each in given]),
           "The value, or another one when it is missing or cannot be computed.", _coalesce, ex("IFERROR(1 / 0, 0)", 0.0),
           ex("IFERROR(4 / 2, 0)", 2.0), aliases=("IFNA",), finite=True, bounded=True, sheet=True,
           nulls="No value only when both have none.",
           difference="Both have to be of one type. What cannot be computed is no value here, so a missing value is replaced too."),
    _logic("ISERROR", (value(),), BOOLEAN, "Whether the value is missing or cannot be computed.",
           lambda emit, given: emit.fill("_1 IS NULL", emit.clean(given[0]), dialect="duckdb"),
           ex("ISERROR(1 / 0)", True), ex("ISERROR(1)", False), aliases=("ISNA", "ISERR"), sheet=True,
           nulls="Never without a value."),
    _logic("BLANKIF", (_result("value"), _result("other")), lambda given: types.joined([each.kind for each in given]),
           "The value, or none when it equals the other.", "CASE WHEN _1 = _2 THEN NULL ELSE _1 END", ex("BLANKIF(0, 0)", None),
           ex("BLANKIF(5, 0)", 5), aliases=("NULLIF",), finite=True, bounded=True,
           nulls="The value itself when the other has none."),
    _logic("BETWEEN", (_ORDERED, Takes("low", Accepts.ORDERED, group="sides"), Takes("high", Accepts.ORDERED, group="sides")),
           BOOLEAN, "Whether the value lies between two others, both included.", "_1 BETWEEN _2 AND _3",
           ex("BETWEEN(5, 1, 5)", True), ex('BETWEEN("b", "c", "d")', False),
           nulls="As with `low <= value AND value <= high`."),
    _logic("ISTEXT", (value(),), BOOLEAN, "Whether the value is text.",
           lambda emit, given: _is(emit, given[0], given[0].kind == types.TEXT), ex('ISTEXT("a")', True), ex("ISTEXT(1)", False), sheet=True,
           nulls="False for a missing value."),
    _logic("ISNUMBER", (value(),), BOOLEAN, "Whether the value is a number.",
           lambda emit, given: _is(emit, given[0], given[0].kind.is_number), ex("ISNUMBER(1.5)", True), ex('ISNUMBER("1")', False), sheet=True,
           nulls="False for a missing value.", difference="LibreOffice says that TRUE and FALSE are numbers."),
)  # fmt: skip
