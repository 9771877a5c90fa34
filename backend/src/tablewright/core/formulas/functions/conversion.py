"""From one type into another, and numbers in the ways of writing that people use."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from sqlglot import exp

from tablewright.core.formulas import types
from tablewright.core.formulas.emit import Emit, Value
from tablewright.core.formulas.functions import maths
from tablewright.core.formulas.functions.dates import date_tokens
from tablewright.core.formulas.functions.model import (
    Accepts,
    Argument,
    Define,
    Function,
    Takes,
    condition,
    ex,
    floating,
    number,
    text,
    value,
    whole,
)
from tablewright.core.formulas.types import FLOAT, INTEGER, TEXT, Kind
from tablewright.core.queries.sql import Node
from tablewright.core.tables.schema import ColumnType

_conversion = Define("conversion")
_NUMBER = "[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][+-]?[0-9]{1,3})?"
_READ = f"CASE WHEN regexp_full_match(trim(_1), '{_NUMBER}') THEN TRY_CAST(trim(_1) AS DOUBLE) END"
_READ_SPARK = f"CASE WHEN rlike(trim(_1), '^{_NUMBER}$') THEN TRY_CAST(trim(_1) AS DOUBLE) END"


def _number_value(emit: Emit, arguments: list[Value]) -> Node:
    given, mark, group = (emit.clean(each) for each in arguments)
    plain = emit.fill(
        "CASE WHEN length(_2) = 1 AND length(_3) = 1 AND _2 <> _3 THEN replace(replace(replace(_1, ' ', ''), _3, ''), _2, '.') END",
        given, mark, group, dialect="duckdb",
    )  # fmt: skip
    return emit.fill(_READ if emit.dialect == "duckdb" else _READ_SPARK, plain)


def _n(emit: Emit, arguments: list[Value]) -> Node:
    node = emit.clean(arguments[0])
    if arguments[0].kind.is_number:
        return node
    if arguments[0].kind == types.BOOLEAN:
        return emit.fill("CASE WHEN _1 THEN 1 WHEN NOT _1 THEN 0 END", node, dialect="duckdb")
    return emit.fill("CASE WHEN _1 IS NULL THEN 0 ELSE 0 END", node, dialect="duckdb")


def _n_kind(arguments: Sequence[Argument]) -> Kind:
    return arguments[0].kind if arguments[0].kind.is_number else INTEGER


def _to_decimal_kind(arguments: Sequence[Argument]) -> Kind:
    places = arguments[1].constant
    return types.decimal(38, int(places)) if isinstance(places, int | float | Decimal) and 0 <= places <= 18 else FLOAT


def _to_decimal(emit: Emit, arguments: list[Value]) -> Node:
    return _as_decimal(emit, arguments[0], _to_decimal_kind(arguments).scale)


def _as_decimal(emit: Emit, given: Value, places: int) -> Node:
    """Rounded half away from zero, as an exact decimal."""
    kind = types.decimal(38, places)
    if given.kind.is_exact:
        exact = given.kind if given.kind.type is ColumnType.DECIMAL else types.decimal(given.kind.precision, 0)
        node = emit.clean(given)
        rounded = maths.exactly(emit, node, exact, places, "round") if exact.scale > places else node
        return emit.cast(rounded, kind, safe=True)
    node = emit.fill(maths.FLOATS["round"], emit.clean(given), exp.Literal.number(places), dialect="duckdb")
    return emit.cast(emit.finite(node), kind, safe=True)


# Formats

_NUMBER_FORMAT = re.compile(r"([^0#]{0,20}?)(#,##0|0{1,20}|#)(?:\.(0{0,15}))?(%?)([^0#%]{0,20})")


def number_format(pattern: str) -> tuple[str, bool, int, int, bool, str] | None:
    """What a format of numbers says: prefix, thousands, digits before and behind the point, percent, suffix."""
    found = _NUMBER_FORMAT.fullmatch(pattern)
    if found is None:
        return None
    whole_, fraction = found[2], found[3] or ""
    return found[1], "," in whole_, whole_.count("0"), len(fraction), bool(found[4]), found[5]


def _formatted(emit: Emit, arguments: list[Value]) -> Node:
    given, pattern = arguments[0], str(arguments[1].constant)
    if given.kind.is_number:
        parts = number_format(pattern)
        assert parts is not None  # checking refuses others
        prefix, grouped, digits, places, percent, suffix = parts
        node = _digits(emit, given, grouped, digits, places, percent)
        for part, before in ((prefix, True), (suffix, False)):
            if part:
                bound = emit.binder.text(part.replace('"', ""))
                node = exp.DPipe(this=bound if before else node, expression=node if before else bound, safe=True)
        return exp.Paren(this=node)
    return _date_text(emit, given, pattern)


def _digits(emit: Emit, given: Value, grouped: bool, digits: int, places: int, percent: bool) -> Node:
    if percent:
        kind = types.product_of(given.kind, types.decimal(3, 0)) if given.kind.is_exact else FLOAT
        template = "_1 * 100" if kind.type is not ColumnType.FLOAT else "_1 * CAST(100 AS DOUBLE)"
        node = emit.clean(given if kind.type is not ColumnType.FLOAT else emit.convert(given, FLOAT))
        given = Value(
            emit.cast(emit.attempt(emit.fill(template, node, dialect="duckdb")), kind, safe=kind.is_exact), kind
        )
    decimal = _as_decimal(emit, given, places)
    shown = emit.cast(emit.fill("abs(_1)", decimal.copy(), dialect="duckdb"), TEXT)
    before = emit.fill("split_part(_1, '.', 1)", shown.copy(), dialect="duckdb")
    if grouped:
        before = emit.fill(
            "format('{:,}', TRY_CAST(_1 AS BIGINT))"
            if emit.dialect == "duckdb"
            else "format_number(TRY_CAST(_1 AS BIGINT), 0)",
            before,
        )
    elif digits > 1:
        before = emit.fill(
            f"CASE WHEN length(_1) < {digits} THEN lpad(_1, {digits}, '0') ELSE _1 END", before, dialect="duckdb"
        )
    sign = emit.fill("CASE WHEN _1 < 0 THEN '-' ELSE '' END", decimal, dialect="duckdb")
    node = exp.DPipe(this=sign, expression=before, safe=True)
    if places:
        node = exp.DPipe(
            this=node, expression=emit.fill("'.' || split_part(_1, '.', 2)", shown, dialect="duckdb"), safe=True
        )
    return exp.DPipe(this=node, expression=exp.Literal.string("%"), safe=True) if percent else node


_PIECES = {
    "yyyy": "lpad(CAST(year(_1) AS TEXT), 4, '0')", "yyy": "lpad(CAST(year(_1) AS TEXT), 4, '0')",
    "yy": "lpad(CAST(year(_1) % 100 AS TEXT), 2, '0')", "y": "lpad(CAST(year(_1) % 100 AS TEXT), 2, '0')",
    "m": "CAST(month(_1) AS TEXT)", "mm": "lpad(CAST(month(_1) AS TEXT), 2, '0')",
    "d": "CAST(day(_1) AS TEXT)", "dd": "lpad(CAST(day(_1) AS TEXT), 2, '0')",
    "h": "CAST(hour(_1) AS TEXT)", "hh": "lpad(CAST(hour(_1) AS TEXT), 2, '0')",
    "n": "CAST(minute(_1) AS TEXT)", "nn": "lpad(CAST(minute(_1) AS TEXT), 2, '0')",
    "s": "CAST(second(_1) AS TEXT)", "ss": "lpad(CAST(second(_1) AS TEXT), 2, '0')",
    "am/pm": "CASE WHEN hour(_1) < 12 THEN 'AM' ELSE 'PM' END",
}  # fmt: skip
_NAMES = {
    "mmm": ("left(monthname(_1), 3)", "date_format(_1, 'MMM')"),
    "mmmm": ("monthname(_1)", "date_format(_1, 'MMMM')"),
    "ddd": ("left(dayname(_1), 3)", "date_format(_1, 'EEE')"),
    "dddd": ("dayname(_1)", "date_format(_1, 'EEEE')"),
}


def _date_text(emit: Emit, given: Value, pattern: str) -> Node:
    clock = given.kind.type is ColumnType.TIME
    moment = emit.clean(given if clock else emit.convert(given, types.TIMESTAMP))
    parts = date_tokens(pattern)
    half = "am/pm" in parts
    nodes: list[Node] = []
    for part in parts:
        if part.startswith("'"):
            nodes.append(emit.binder.text(part[1:].replace('"', "")))
        elif part in _NAMES:
            nodes.append(emit.fill(_NAMES[part][0 if emit.dialect == "duckdb" else 1], moment.copy()))
        else:
            piece = _PIECES[part]
            if half and part in ("h", "hh"):
                piece = piece.replace("hour(_1)", "(hour(_1) + 11) % 12 + 1")
            nodes.append(emit.fill(piece, moment.copy(), dialect="duckdb"))
    node = nodes[0]
    for each in nodes[1:]:
        node = exp.DPipe(this=node, expression=each, safe=True)
    return emit.fill("CASE WHEN _1 IS NOT NULL THEN _2 END", moment, exp.Paren(this=node), dialect="duckdb")


def _format_kind(arguments: Sequence[Argument]) -> Kind | None:
    kind, pattern = arguments[0].kind, str(arguments[1].constant)
    if kind.is_number:
        return TEXT if number_format(pattern) else None
    if kind.type in (ColumnType.TEXT, ColumnType.BOOLEAN, None):
        return None
    known = {*_PIECES, *_NAMES}
    fits = [part for part in date_tokens(pattern) if not part.startswith("'")]
    clock = kind.type is ColumnType.TIME
    return TEXT if fits and all(part in known and not (clock and part[0] in "ymd") for part in fits) else None


def _fixed(emit: Emit, arguments: list[Value]) -> Node:
    places = int(arguments[1].constant or 0)  # type: ignore[arg-type]
    plain = bool(arguments[2].constant)
    return exp.Paren(this=_digits(emit, arguments[0], not plain, 1, places, False))


# Units

_LENGTHS = {
    "m": 1.0,
    "km": 1000.0,
    "cm": 0.01,
    "mm": 0.001,
    "mi": 1609.344,
    "yd": 0.9144,
    "ft": 0.3048,
    "in": 0.0254,
    "nmi": 1852.0,
}
_MASSES = {"kg": 1000.0, "g": 1.0, "mg": 0.001, "t": 1_000_000.0, "lbm": 453.59237, "ozm": 28.349523125}
_TIMES = {"s": 1.0, "min": 60.0, "hr": 3600.0, "day": 86_400.0, "wk": 604_800.0, "yr": 31_557_600.0}
_VOLUMES = {
    "l": 1.0,
    "ml": 0.001,
    "m3": 1000.0,
    "gal": 3.785411784,
    "pt": 0.473176473,
    "qt": 0.946352946,
    "cup": 0.2365882365,
}
_AREAS = {"m2": 1.0, "km2": 1_000_000.0, "ha": 10_000.0, "ft2": 0.09290304, "mi2": 2_589_988.110336}
_ENERGY = {"j": 1.0, "kj": 1000.0, "wh": 3600.0, "kwh": 3_600_000.0, "cal": 4.1868, "btu": 1055.05585262}
_DATA = {"bit": 1.0, "byte": 8.0, "kbyte": 8000.0, "mbyte": 8_000_000.0, "gbyte": 8_000_000_000.0}
_SCALES = (_LENGTHS, _MASSES, _TIMES, _VOLUMES, _AREAS, _ENERGY, _DATA)
_TEMPERATURES = {"c": (1.0, 0.0), "k": (1.0, -273.15), "f": (5 / 9, -160 / 9)}
"""Into degrees Celsius: times the first, plus the second."""
UNITS = tuple(dict.fromkeys([unit for scale in _SCALES for unit in scale] + list(_TEMPERATURES)))


def conversion_of(start: str, to: str) -> tuple[float, float, float] | None:
    """Times the first, divided by the second, plus the third; None when the units measure different things."""
    for scale in _SCALES:
        if start in scale and to in scale:
            return scale[start], scale[to], 0.0
    if start in _TEMPERATURES and to in _TEMPERATURES:
        (times, plus), (over, minus) = _TEMPERATURES[start], _TEMPERATURES[to]
        return times, over, (plus - minus) / over
    return None


def _convert_kind(arguments: Sequence[Argument]) -> Kind | None:
    units = [str(each.constant).lower() for each in arguments[1:3]]
    return FLOAT if conversion_of(*units) else None


def _convert(emit: Emit, arguments: list[Value]) -> Node:
    found = conversion_of(*(str(each.constant).lower() for each in arguments[1:3]))
    assert found is not None
    times, over, plus = (emit.constant(each, FLOAT) for each in found)
    return emit.fill("_1 * _2 / _3 + _4", emit.clean(arguments[0]), times, over, plus, dialect="duckdb")


def _unit(name: str) -> Takes:
    return Takes(name, Accepts.TEXT, "a unit", constant=True, reads=True, among=UNITS)


_BASE_SPARK = "CASE WHEN _1 >= 0 AND _1 <= 281474976710655 THEN {0} END"


def _padded(spark_base: int | str) -> str:
    return _BASE_SPARK.format(
        f"CASE WHEN length(conv(CAST(_1 AS STRING), 10, {spark_base})) < _2 THEN lpad(conv(CAST(_1 AS STRING), 10, {spark_base}), CAST(_2 AS INT), '0') "
        f"ELSE conv(CAST(_1 AS STRING), 10, {spark_base}) END"
    )


def _into_base(name: str, base: int, words: str, formula: str, result: str) -> Function:
    return _conversion(
        name,
        (
            whole("number", "0 to 2^48 - 1"),
            whole("length", "at least so many digits", default=1, constant=True, low=1, high=60),
        ),
        TEXT,
        f"The number written {words}.",
        f"CASE WHEN _1 >= 0 AND _1 <= 281474976710655 THEN to_base(_1, {base}, CAST(_2 AS INTEGER)) END",
        ex(formula, result),
        spark=_padded(base),
        sheet=True,
        fails=True,
        difference="Spreadsheets write negative numbers as two's complement and know smaller bounds; here negative numbers "
        "have no value.",
    )


def _from_base(name: str, base: int, digits: str, words: str, formula: str, result: int) -> Function:
    """Digit by digit, so that both engines do the same."""
    most = {2: 48, 8: 16, 16: 12}[base]
    match = f"[{digits}]{{1,{most}}}"
    return _conversion(
        name,
        (text("text", f"at most {most} digits"),),
        INTEGER,
        f"The number that is written {words}.",
        f"CASE WHEN regexp_full_match(_1, '{match}') THEN list_sum(list_transform(range(1, length(_1) + 1), lambda i: "
        f"(strpos('0123456789abcdef', lower(substring(_1, i, 1))) - 1) * CAST(pow({base}, length(_1) - i) AS BIGINT))) END",
        ex(formula, result),
        spark=f"CASE WHEN rlike(_1, '^{match}$') THEN CAST(conv(_1, {base}, 10) AS BIGINT) END",
        sheet=True,
        difference="Spreadsheets read the highest of ten digits as a sign (two's complement); here it is a digit.",
        fails=True,
    )


FUNCTIONS: tuple[Function, ...] = (
    _conversion("VALUE", (text(),), FLOAT, "The number that a text says, with a point before its fraction; no value when it says none.",
                _READ, ex('VALUE("12.5")', 12.5), ex('VALUE("1e3")', 1000.0), ex('VALUE("abc")', None), spark=_READ_SPARK, sheet=True,
                difference="Spreadsheets also read dates, percentages and the marks of the system's language."),
    _conversion("NUMBERVALUE", (text(), text("point", "the decimal mark", default="."), text("group", "the mark of thousands", default=",")),
                FLOAT, "The number that a text says in another way of writing.", _number_value,
                ex('NUMBERVALUE("1.234,5", ",", ".")', 1234.5), sheet=True),
    _conversion("N", (value(),), _n_kind, "The number itself; 1 and 0 for true and false; 0 for everything else.", _n,
                ex("N(TRUE)", 1), ex('N("a")', 0), ex("N(2.5)", Decimal("2.5")), finite=True, sheet=True),
    _conversion("TOTEXT", (Takes("value", Accepts.PRINTED),), TEXT,
                "The value as text: numbers plainly, floats with up to 15 digits, dates as 2025-01-31.", "_1",
                ex("TOTEXT(2.50)", "2.50"), ex("TOTEXT(1 / 4)", "0.25"), ex("TOTEXT(#2025-01-31#)", "2025-01-31"), aliases=("STR",)),
    _conversion("TOINTEGER", (Takes("number", Accepts.INTEGER),), INTEGER, "The number without its fraction.", "_1",
                ex("TOINTEGER(-2.9)", -2)),
    _conversion("TODECIMAL", (number(), whole("places", constant=True, reads=True, low=0, high=18)), _to_decimal_kind,
                "The number as an exact decimal with so many places, rounded half away from zero.", _to_decimal,
                ex("TODECIMAL(1 / 3, 4)", Decimal("0.3333")), ex("TODECIMAL(2, 2)", Decimal("2.00")), fails=True),
    _conversion("TOFLOAT", (floating(),), FLOAT, "The number as a float.", "_1", ex("TOFLOAT(0.25)", 0.25), finite=True),
    _conversion("TEXT", (Takes("value", Accepts.ORDERED), Takes("format", Accepts.TEXT, 'such as "#,##0.00", "0%" or "dd.mm.yyyy"',
                constant=True, reads=True)), _format_kind,
                "The number or date in a format: 0 and # for digits, a comma for thousands, % for per cent; yyyy, mm, mmm, dd, ddd, "
                "hh, mm, ss and AM/PM for dates and times.", _formatted,
                ex('TEXT(1234.5, "#,##0.00")', "1,234.50"), ex('TEXT(0.256, "0.0%")', "25.6%"), ex('TEXT(7, "000")', "007"),
                ex('TEXT(#2025-01-31#, "dd.mm.yyyy")', "31.01.2025"), ex('TEXT(#2025-01-31 08:05#, "d mmm yyyy, hh:mm")', "31 Jan 2025, 08:05"),
                sheet=True, difference="Formats with sections, colours, fractions and exponents are refused. Names of months are English."),
    _conversion("FIXED", (number(), whole("places", default=2, constant=True, reads=True, low=0, high=15), condition("plain", "without marks of thousands",
                default=False, constant=True, reads=True)), TEXT, "The number as text with so many places.", _fixed,
                ex("FIXED(1234.567)", "1,234.57"), ex("FIXED(1234.567, 1, TRUE)", "1234.6"), sheet=True),
    _conversion("CONVERT", (floating(), _unit("from"), _unit("to")), _convert_kind, "A measure in another unit of the same kind.", _convert,
                ex('CONVERT(1, "mi", "km")', 1.609344), ex('CONVERT(100, "C", "F")', 212.0), sheet=True,
                difference="There are fewer units, of any case, and units of different kinds are refused; a pound is 0.45359237 kg exactly."),
    _into_base("DEC2BIN", 2, "with the digits 0 and 1", "DEC2BIN(10)", "1010"),
    _into_base("DEC2OCT", 8, "with the digits 0 to 7", "DEC2OCT(64)", "100"),
    _into_base("DEC2HEX", 16, "with the digits 0 to F", "DEC2HEX(255, 4)", "00FF"),
    _from_base("BIN2DEC", 2, "01", "with the digits 0 and 1", 'BIN2DEC("1010")', 10),
    _from_base("OCT2DEC", 8, "0-7", "with the digits 0 to 7", 'OCT2DEC("100")', 64),
    _from_base("HEX2DEC", 16, "0-9A-Fa-f", "with the digits 0 to F", 'HEX2DEC("FF")', 255),
    _conversion("BASE", (whole("number", "0 to 2^48 - 1"), whole("base", constant=True, low=2, high=36), whole("length", "at least so many digits",
                default=1, constant=True, low=1, high=60)), TEXT, "The number written with the digits of a base.",
                "CASE WHEN _1 >= 0 AND _1 <= 281474976710655 THEN to_base(_1, CAST(_2 AS INTEGER), CAST(_3 AS INTEGER)) END",
                ex("BASE(255, 16)", "FF"), ex("BASE(7, 2, 5)", "00111"), sheet=True, fails=True,
                spark=_padded("CAST(_9 AS INT)").replace("_2", "_3").replace("_9", "_2")),
)  # fmt: skip
