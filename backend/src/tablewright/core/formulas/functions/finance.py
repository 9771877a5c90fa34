"""Finance. Money that is paid out is negative, as in spreadsheets; rates are per period."""

from __future__ import annotations

import re

from sqlglot import exp

from tablewright.core.formulas.emit import Emit, Value
from tablewright.core.formulas.functions.model import Define, Function, Takes, ex, floating, whole
from tablewright.core.formulas.types import FLOAT
from tablewright.core.queries.sql import Node

_finance = Define("finance")
_RATE, _PERIODS, _PAYMENT = floating("rate", "per period"), floating("periods"), floating("payment", "per period")
_PRESENT = floating("present", "value now")
_FUTURE = floating("future", "value at the end", default=0)
_DUE = whole("due", "0: at the end of a period, 1: at its beginning", default=0)

# Arguments: _1 rate, _2 periods, then two of payment, present and future, and _5 due.
_GROWN = "pow(1 + _1, _2)"
_ONCE = "(1 + _1 * CASE WHEN _5 <> 0 THEN 1 ELSE 0 END)"
_PMT = f"CASE WHEN _1 = 0 THEN -(_3 + _4) / _2 ELSE -(_3 * {_GROWN} + _4) * _1 / ({_ONCE} * ({_GROWN} - 1)) END"
_FV = f"CASE WHEN _1 = 0 THEN -(_4 + _3 * _2) ELSE -(_4 * {_GROWN} + _3 * {_ONCE} * ({_GROWN} - 1) / _1) END"
_PV = f"CASE WHEN _1 = 0 THEN -(_4 + _3 * _2) ELSE -(_4 + _3 * {_ONCE} * ({_GROWN} - 1) / _1) / {_GROWN} END"


def _nodes(emit: Emit, arguments: list[Value]) -> list[Node]:
    return [emit.clean(each) for each in arguments]


def _interest(emit: Emit, arguments: list[Value]) -> Node:
    """What is owed at the beginning of the period, times the rate."""
    rate, period, periods, present, future, due = _nodes(emit, arguments)
    payment = emit.fill(_PMT, rate, periods, present, future, due, dialect="duckdb")
    before = emit.fill("_1 - 1", period, dialect="duckdb")
    owed = emit.fill(_FV, rate.copy(), before, payment, present.copy(), due.copy(), dialect="duckdb")
    template = (
        "CASE WHEN _2 < 1 OR _2 > _3 THEN NULL WHEN _4 <> 0 AND _2 = 1 THEN 0::DOUBLE "
        "WHEN _4 <> 0 THEN _5 * _1 / (1 + _1) ELSE _5 * _1 END"
    )
    return emit.fill(template, rate.copy(), period.copy(), periods.copy(), due.copy(), owed, dialect="duckdb")


def _principal(emit: Emit, arguments: list[Value]) -> Node:
    rate, _, periods, present, future, due = _nodes(emit, arguments)
    payment = emit.fill(_PMT, rate, periods, present, future, due, dialect="duckdb")
    return emit.fill("_1 - _2", payment, _interest(emit, arguments), dialect="duckdb")


def _net_present(emit: Emit, arguments: list[Value]) -> Node:
    terms = " + ".join(f"_{index + 1} / pow(1 + _1, {index})" for index in range(1, len(arguments)))
    return emit.fill(terms, *_nodes(emit, arguments), dialect="duckdb")


_STEPS = 60


def _solved(emit: Emit, start: Node, step: str, values: Node) -> Node:
    """Newton's method, a fixed number of steps: r becomes `step`, in which r and v (the values) stand."""
    if emit.dialect == "duckdb":
        template = (
            f"list_reduce(list_prepend(_1, list_transform(range({_STEPS}), lambda i: i::DOUBLE)), lambda r, i: {step})"
        )
        return emit.fill(template, start, values)
    return emit.fill(f"aggregate(sequence(1, {_STEPS}), _1, (r, i) -> {step})", start, values)


_MOST_FLOWS = 24


def _flows(count: int) -> list[Takes] | None:
    return [floating("flow")] * count if 2 <= count <= _MOST_FLOWS else None


def _internal_rate(emit: Emit, arguments: list[Value]) -> Node:
    """The rate at which the flows are worth nothing now. The flows are bound once, as a list."""
    flows = _nodes(emit, arguments)
    count = len(flows)
    item = "list_extract(_2, {0})" if emit.dialect == "duckdb" else "element_at(_2, {0})"
    worth = " + ".join(f"{item.format(place + 1)} * pow(1 + r, -{place})" for place in range(count))
    slope = " + ".join(f"{item.format(place + 1)} * -{place} * pow(1 + r, -{place + 1})" for place in range(1, count))
    zero = exp.Cast(this=exp.Literal.string("0.1"), to=exp.DataType.build("DOUBLE"))

    def solved(values: Node) -> Node:
        rate = _solved(emit, zero, f"r - ({worth}) / nullif({slope}, 0)", values)
        final = " + ".join(f"{item.format(place + 1)} * pow(1 + _1, -{place})" for place in range(count))
        size = " + ".join(f"abs({item.format(place + 1)})" for place in range(count))
        known = " AND ".join(f"{item.format(place + 1)} IS NOT NULL" for place in range(count))
        return emit.fill(
            f"CASE WHEN {known} AND _1 > -1 AND abs({final}) <= 1e-9 * ({size}) THEN _1 END", rate, values.copy()
        )

    return emit.let(exp.Array(expressions=flows), solved)


def _rate(emit: Emit, arguments: list[Value]) -> Node:
    """Newton's method on the future value, from 10 % per period."""
    nodes = _nodes(emit, arguments)
    item = "list_extract(_2, {0})" if emit.dialect == "duckdb" else "element_at(_2, {0})"
    n, pmt, pv, fv, due = (item.format(place) for place in range(1, 6))
    start = exp.Cast(this=exp.Literal.string("0.1"), to=exp.DataType.build("DOUBLE"))
    value = f"({pv} * pow(1 + r, {n}) + {pmt} * (1 + r * {due}) * (pow(1 + r, {n}) - 1) / r + {fv})"
    slope = (
        f"({pv} * {n} * pow(1 + r, {n} - 1) + {pmt} * {due} * (pow(1 + r, {n}) - 1) / r + {pmt} * (1 + r * {due}) * "
        f"({n} * pow(1 + r, {n} - 1) / r - (pow(1 + r, {n}) - 1) / (r * r)))"
    )
    step = f"CASE WHEN abs(r) < 1e-14::DOUBLE OR r <= -1 THEN r ELSE r - {value} / nullif({slope}, 0) END"
    if emit.dialect == "spark":
        step = step.replace("1e-14::DOUBLE", "1e-14D")

    def solved(values: Node) -> Node:
        found = _solved(emit, start, step, values)
        check = re.sub(r"\br\b", "_1", value)
        return emit.fill(
            f"CASE WHEN _1 > -1 AND abs(_1) > 1e-13 AND abs({check}) <= 1e-7 * (abs({pmt}) + abs({pv}) + abs({fv})) THEN _1 END",
            found, values.copy(),
        )  # fmt: skip

    flag = emit.fill("CASE WHEN _1 <> 0 THEN 1::DOUBLE WHEN _1 = 0 THEN 0::DOUBLE END", nodes[4], dialect="duckdb")
    return emit.let(exp.Array(expressions=[*nodes[:4], flag]), solved)


_LIFE = floating("life", "periods, more than 0")
_COST, _SALVAGE = floating("cost"), floating("salvage", "value at the end")
_PERIOD = floating("period", "from 1")

FUNCTIONS: tuple[Function, ...] = (
    _finance("PMT", (_RATE, _PERIODS, _PRESENT, _FUTURE, _DUE), FLOAT, "The constant payment of a loan or a saving plan.", _PMT,
             ex("ROUND(PMT(5% / 12, 60, 10000), 2)", -188.71), fails=True, sheet=True),
    _finance("FV", (_RATE, _PERIODS, _PAYMENT, floating("present", "value now", default=0), _DUE), FLOAT,
             "What constant payments are worth at the end.", _FV, ex("ROUND(FV(4%, 10, -1000), 2)", 12006.11), fails=True, sheet=True),
    _finance("PV", (_RATE, _PERIODS, _PAYMENT, _FUTURE, _DUE), FLOAT, "What constant payments are worth now.", _PV,
             ex("ROUND(PV(4%, 10, -1000), 2)", 8110.9), fails=True, sheet=True),
    _finance("NPER", (_RATE, _PAYMENT, _PRESENT, _FUTURE, _DUE), FLOAT, "How many periods constant payments take.",
             "CASE WHEN _1 = 0 THEN -(_3 + _4) / _2 ELSE ln((_2 * {0} - _4 * _1) / (_3 * _1 + _2 * {0})) / ln(1 + _1) END".replace(
                 "{0}", _ONCE), ex("ROUND(NPER(1%, -100, 1000), 4)", 10.5886), fails=True, sheet=True),
    _finance("RATE", (_PERIODS, _PAYMENT, _PRESENT, _FUTURE, _DUE), FLOAT,
             f"The rate per period of constant payments, found in {_STEPS} steps; no value when none is found.", _rate,
             ex("ROUND(RATE(60, -188.71, 10000) * 12, 4)", 0.05), fails=True, sheet=True),
    _finance("IPMT", (_RATE, _PERIOD, _PERIODS, _PRESENT, _FUTURE, _DUE), FLOAT, "The interest in the payment of one period.", _interest,
             ex("ROUND(IPMT(5% / 12, 1, 60, 10000), 2)", -41.67), fails=True, sheet=True),
    _finance("PPMT", (_RATE, _PERIOD, _PERIODS, _PRESENT, _FUTURE, _DUE), FLOAT, "What the payment of one period pays back.", _principal,
             ex("ROUND(PPMT(5% / 12, 1, 60, 10000), 2)", -147.05), fails=True, sheet=True),
    _finance("ISPMT", (_RATE, floating("period", "from 0"), _PERIODS, _PRESENT), FLOAT,
             "The interest of one period when equal parts are paid back.", "_4 * _1 * (_2 / _3 - 1)", ex("ISPMT(1%, 3, 12, 1000)", -7.5),
             fails=True, sheet=True),
    _finance("NPV", (_RATE, floating("flow", repeats=True)), FLOAT, "What flows at the ends of the coming periods are worth now.", _net_present,
             ex("ROUND(NPV(10%, -100, 60, 70), 4)", 11.2697), fails=True, sheet=True),
    _finance("IRR", (floating("flow"), floating("flow", repeats=True)), FLOAT,
             f"The rate at which flows are worth nothing now, found in {_STEPS} steps; at most {_MOST_FLOWS} flows, the first is now.",
             _internal_rate, ex("ROUND(IRR(-100, 60, 70), 6)", 0.188819), ex("IRR(1, 2)", None), fails=True, sheet=True, arrange=_flows),
    _finance("SLN", (_COST, _SALVAGE, _LIFE), FLOAT, "Depreciation by equal parts.", "CASE WHEN _3 <> 0 THEN (_1 - _2) / _3 END",
             ex("SLN(10000, 1000, 9)", 1000.0), fails=True, sheet=True),
    _finance("SYD", (_COST, _SALVAGE, _LIFE, _PERIOD), FLOAT, "Depreciation by the sum of the years' digits.",
             "CASE WHEN _4 >= 1 AND _4 <= _3 THEN (_1 - _2) * (_3 - _4 + 1) * 2 / (_3 * (_3 + 1)) END",
             ex("SYD(10000, 1000, 9, 1)", 1800.0), fails=True, sheet=True,
             difference="LibreOffice goes on behind the end of the life; here that is no value."),
    _finance("DDB", (_COST, _SALVAGE, _LIFE, _PERIOD, floating("factor", default=2)), FLOAT,
             "Depreciation by a part of what is left, twice the equal part unless a factor is given.",
             "CASE WHEN _1 >= 0 AND _2 >= 0 AND _2 <= _1 AND _5 > 0 AND _4 >= 1 AND _4 <= _3 THEN greatest("
             "CASE WHEN _5 >= _3 THEN CASE WHEN _4 = 1 THEN _1 ELSE 0 END ELSE _1 * pow(1 - _5 / _3, _4 - 1) END - "
             "greatest(_1 * pow(1 - least(_5 / _3, 1), _4), _2), 0) END",
             ex("DDB(10000, 1000, 5, 1)", 4000.0), fails=True, sheet=True),
    _finance("DB", (_COST, _SALVAGE, _LIFE, whole("period", "from 1")), FLOAT,
             "Depreciation by a fixed rate of what is left; the rate has three places.",
             "CASE WHEN _1 > 0 AND _2 >= 0 AND _3 > 0 AND _4 >= 1 AND _4 <= _3 THEN _1 * (round((1 - pow(_2 / _1, 1 / _3)) * 1000) / 1000) * "
             "pow(1 - round((1 - pow(_2 / _1, 1 / _3)) * 1000) / 1000, _4 - 1) END",
             ex("ROUND(DB(10000, 1000, 5, 2), 2)", 2328.39), fails=True, sheet=True),
    _finance("EFFECT", (floating("nominal", "rate per year"), whole("periods", "per year")), FLOAT, "The effective rate of a nominal one.",
             "CASE WHEN _2 >= 1 AND _1 >= 0 THEN pow(1 + _1 / _2, _2) - 1 END", ex("ROUND(EFFECT(5%, 12), 6)", 0.051162), sheet=True, fails=True),
    _finance("NOMINAL", (floating("effective", "rate per year"), whole("periods", "per year")), FLOAT, "The nominal rate of an effective one.",
             "CASE WHEN _2 >= 1 AND _1 > 0 THEN (pow(1 + _1, 1::DOUBLE / _2) - 1) * _2 END", ex("ROUND(NOMINAL(5.1162%, 12), 6)", 0.05),
             sheet=True, fails=True),
    _finance("RRI", (_PERIODS, _PRESENT, floating("future")), FLOAT, "The constant rate at which one value grows to another.",
             "CASE WHEN _1 > 0 AND _2 <> 0 THEN pow(_3 / _2, 1 / _1) - 1 END", ex("ROUND(RRI(4, 100, 146.41), 6)", 0.1),
             aliases=("CAGR",), sheet=True, fails=True),
    _finance("PDURATION", (_RATE, _PRESENT, floating("future")), FLOAT, "How many periods a value takes to grow to another.",
             "CASE WHEN _1 > 0 AND _2 > 0 AND _3 > 0 THEN ln(_3 / _2) / ln(1 + _1) END", ex("ROUND(PDURATION(10%, 100, 146.41), 6)", 4.0),
             sheet=True, fails=True),
    _finance("DOLLARDE", (floating("price"), whole("fraction", "1 or more")), FLOAT, "A price in fractions as a decimal number.",
             "CASE WHEN _2 >= 1 THEN sign(_1) * (floor(abs(_1)) + (abs(_1) - floor(abs(_1))) * pow(10, ceil(log10(_2))) / _2) END",
             ex("DOLLARDE(1.02, 16)", 1.125), fails=True, sheet=True),
    _finance("DOLLARFR", (floating("price"), whole("fraction", "1 or more")), FLOAT, "A decimal price in fractions.",
             "CASE WHEN _2 >= 1 THEN sign(_1) * (floor(abs(_1)) + (abs(_1) - floor(abs(_1))) * _2 / pow(10, ceil(log10(_2)))) END",
             ex("DOLLARFR(1.125, 16)", 1.02), fails=True, sheet=True),
)  # fmt: skip
