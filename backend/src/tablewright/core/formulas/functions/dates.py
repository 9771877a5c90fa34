"""Dates and times. Instants are read in UTC; weeks begin on Monday unless a function says otherwise."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, time

from sqlglot import exp

from tablewright.core.formulas.emit import Emit, Value
from tablewright.core.formulas.functions.model import (
    Accepts,
    Argument,
    Define,
    Example,
    Function,
    Takes,
    day,
    ex,
    floating,
    moment,
    text,
    whole,
)
from tablewright.core.formulas.types import BOOLEAN, DATE, FLOAT, INTEGER, TEXT, TIME, TIMESTAMP, Kind
from tablewright.core.queries.sql import Node

_date = Define("date")
_MONTHS = 130_000
"""More months than there are in the calendar: what is beyond gives no value anyway."""

_UNITS = ("year", "quarter", "month", "week", "day", "hour", "minute", "second")
_MONTHS_IN = {"year": 12, "quarter": 3, "month": 1}
_SECONDS_IN = {"week": 604_800, "day": 86_400, "hour": 3_600, "minute": 60, "second": 1}


def _unit(*among: str, default: str | None = None) -> Takes:
    words = "one of: " + ", ".join(among)
    return Takes("unit", Accepts.TEXT, words, default=default, constant=True, reads=True, among=among)


def _chosen(value: Argument | Value) -> str:
    return str(value.constant).lower()


def _part(name: str, description: str, template: str, *examples: Example, spark: str | None = None, sheet: bool = True,
          **more: object) -> Function:  # fmt: skip
    """A whole number of a date or time."""
    return _date(name, (moment(),), INTEGER, description, template, *examples, spark=spark, sheet=sheet, **more)


def _clock(name: str, description: str, template: str, *examples: Example) -> Function:
    return _date(name, (Takes("time", Accepts.CLOCK),), INTEGER, description, template, *examples, sheet=True)


_MONDAY = "isodow(_1)"
_SPARK_MONDAY = "(weekday(_1) + 1)"


def _weekday(emit: Emit, arguments: list[Value]) -> Node:
    kind = int(arguments[1].constant or 1)  # type: ignore[arg-type]
    iso = _MONDAY if emit.dialect == "duckdb" else _SPARK_MONDAY
    first = {1: 7, 2: 1, 3: 1}.get(kind, kind - 10)
    template = f"({iso} - {first} + 7) % 7 + {0 if kind == 3 else 1}"
    return emit.fill(template, emit.clean(arguments[0]))


def _weeknum(emit: Emit, arguments: list[Value]) -> Node:
    kind = int(arguments[1].constant or 1)  # type: ignore[arg-type]
    if kind == 21:
        return emit.fill("weekofyear(_1)", emit.clean(arguments[0]))
    iso = _MONDAY if emit.dialect == "duckdb" else _SPARK_MONDAY
    since = f"{iso} % 7" if kind == 1 else f"({iso} - 1)"
    whole_weeks = "//" if emit.dialect == "duckdb" else "DIV"
    template = f"(dayofyear(_1) - 1 + ({since} - dayofyear(_1) + 1 + 371) % 7) {whole_weeks} 7 + 1"
    return emit.fill(template, emit.clean(arguments[0]))


def _start(emit: Emit, arguments: list[Value]) -> Node:
    return emit.fill(
        f"CAST(date_trunc('{_chosen(arguments[1])}', _1) AS DATE)", emit.clean(arguments[0]), dialect="duckdb"
    )


_AFTER = {"year": (12, 0), "quarter": (3, 0), "month": (1, 0), "week": (0, 7), "day": (0, 1)}


def _end(emit: Emit, arguments: list[Value]) -> Node:
    months, days = _AFTER[_chosen(arguments[1])]
    start = _start(emit, arguments)
    if emit.dialect == "duckdb":
        moved = "CAST(_1 + to_months({0}) AS DATE)" if months else "_1 + {1}"
        return emit.fill(f"{moved.format(months, days)} - 1", start)
    moved = "add_months(_1, {0})" if months else "date_add(_1, {1})"
    return emit.fill(f"date_add({moved.format(months, days)}, -1)", start)


def _added_kind(arguments: Sequence[Argument]) -> Kind:
    fine = _chosen(arguments[2]) in ("hour", "minute", "second")
    return DATE if arguments[0].kind == DATE and not fine else TIMESTAMP


def _add(emit: Emit, arguments: list[Value]) -> Node:
    given, count, unit = arguments[0], emit.clean(arguments[1]), _chosen(arguments[2])
    kind = _added_kind(arguments)
    node = emit.clean(emit.convert(given, kind))
    if unit in _MONTHS_IN:
        times = _MONTHS_IN[unit]
        if emit.dialect == "duckdb":
            return emit.fill(
                f"CASE WHEN abs(_2) <= {_MONTHS} THEN _1 + to_months(CAST(_2 * {times} AS INTEGER)) END", node, count
            )
        if kind == DATE:
            return emit.fill(
                f"CASE WHEN abs(_2) <= {_MONTHS} THEN add_months(_1, CAST(_2 * {times} AS INT)) END", node, count
            )
        return emit.fill(
            f"CASE WHEN abs(_2) <= {_MONTHS} THEN _1 + make_ym_interval(0, CAST(_2 * {times} AS INT)) END", node, count
        )
    seconds = _SECONDS_IN[unit]
    if emit.dialect == "duckdb":
        return emit.fill(f"_1 + to_microseconds(TRY_CAST(_2::HUGEINT * {seconds * 1_000_000} AS BIGINT))", node, count)
    if kind == DATE:
        return emit.fill(f"date_add(_1, TRY_CAST(_2 * {seconds // 86_400} AS INT))", node, count)
    return emit.fill(
        f"CASE WHEN abs(_2) <= 320000000000 DIV {seconds} THEN _1 + make_dt_interval(0, 0, 0, "
        f"CAST(_2 * {seconds} AS DECIMAL(18, 6))) END",
        node,
        count,
    )


_FULL_MONTHS = "((year(_2) - year(_1)) * 12 + month(_2) - month(_1) - CASE WHEN day(_2) < day(_1) THEN 1 ELSE 0 END)"
_BETWEEN = {"y": "year", "m": "month", "d": "day"}


def _between(emit: Emit, arguments: list[Value]) -> Node:
    unit = _chosen(arguments[2])
    unit = _BETWEEN.get(unit, unit)
    if unit in ("year", "month", "ym"):
        nodes = [emit.clean(emit.convert(each, DATE)) for each in arguments[:2]]
        whole_years = "//" if emit.dialect == "duckdb" else "DIV"
        months = {"year": f"{_FULL_MONTHS} {whole_years} 12", "month": _FULL_MONTHS, "ym": f"{_FULL_MONTHS} % 12"}[unit]
        return emit.fill(f"CASE WHEN _1 <= _2 THEN {months} END", *nodes)
    if unit == "day":
        nodes = [emit.clean(emit.convert(each, DATE)) for each in arguments[:2]]
        days = "date_diff('day', _1, _2)" if emit.dialect == "duckdb" else "datediff(_2, _1)"
        return emit.fill(f"CASE WHEN _1 <= _2 THEN {days} END", *nodes)
    nodes = [emit.clean(emit.convert(each, TIMESTAMP)) for each in arguments[:2]]
    length = _SECONDS_IN[unit] * 1_000_000
    if emit.dialect == "duckdb":
        return emit.fill(f"CASE WHEN _1 <= _2 THEN (epoch_us(_2) - epoch_us(_1)) // {length} END", *nodes)
    return emit.fill(
        "CASE WHEN _1 <= _2 THEN (unix_micros(CAST(_2 AS TIMESTAMP)) - unix_micros(CAST(_1 AS TIMESTAMP))) DIV "
        f"{length} END",
        *nodes,
    )


_30_FROM = "CASE WHEN day(_1) = 31 OR (NOT _3 AND month(_1) = 2 AND _1 = last_day(_1)) THEN 30 ELSE day(_1) END"
_30_TO = f"CASE WHEN day(_2) = 31 AND (_3 OR ({_30_FROM}) = 30) THEN 30 ELSE day(_2) END"
_DAYS_360 = f"((year(_2) - year(_1)) * 360 + (month(_2) - month(_1)) * 30 + ({_30_TO}) - ({_30_FROM}))"


# The end, too, is day 30 when both are the last of February.
_YEAR_TO = (
    "CASE WHEN NOT _3 AND month(_1) = 2 AND _1 = last_day(_1) AND month(_2) = 2 AND _2 = last_day(_2) THEN 30 "
    f"ELSE {_30_TO} END"
)
_YEAR_360 = f"((year(_2) - year(_1)) * 360 + (month(_2) - month(_1)) * 30 + ({_YEAR_TO}) - ({_30_FROM}))"


def _year_fraction(emit: Emit, arguments: list[Value]) -> Node:
    basis = int(arguments[2].constant or 0)  # type: ignore[arg-type]
    nodes = [emit.clean(each) for each in arguments[:2]]
    ordered = [emit.fill(f"CASE WHEN _1 <= _2 THEN _{a} ELSE _{b} END", *(each.copy() for each in nodes), dialect="duckdb")
               for a, b in ((1, 2), (2, 1))]  # fmt: skip
    if basis in (0, 4):
        european = exp.Boolean(this=basis == 4)
        return emit.fill(f"CAST({_YEAR_360} AS DOUBLE) / 360", *ordered, european, dialect="duckdb")
    days = "date_diff('day', _1, _2)" if emit.dialect == "duckdb" else "datediff(_2, _1)"
    return emit.fill(f"CAST({days} AS DOUBLE) / {360 if basis == 2 else 365}", *ordered)


_SINCE_DUCKDB = "date_diff('day', CAST('0001-01-01' AS DATE), {0})"
_SINCE_SPARK = "datediff({0}, CAST('0001-01-01' AS DATE))"


def _weekdays_before(day_: str, emit: Emit) -> str:
    """How many days from Monday to Friday there are before a day, since a Monday long ago."""
    since = (_SINCE_DUCKDB if emit.dialect == "duckdb" else _SINCE_SPARK).format(day_)
    divide = "//" if emit.dialect == "duckdb" else "DIV"
    return f"(5 * (({since}) {divide} 7) + least(({since}) % 7, 5))"


def _workdays(emit: Emit, arguments: list[Value]) -> Node:
    nodes = [emit.clean(each) for each in arguments]
    days = [_weekdays_before(f"_{place}", emit) for place in (1, 2)]
    ends = [f"CASE WHEN {iso} <= 5 THEN 1 ELSE 0 END" for iso in (
        ("isodow(_1)", "isodow(_2)") if emit.dialect == "duckdb" else ("weekday(_1) + 1", "weekday(_2) + 1")
    )]  # fmt: skip
    return emit.fill(
        f"CASE WHEN _1 <= _2 THEN {days[1]} + {ends[1]} - {days[0]} WHEN _1 > _2 THEN "
        f"-({days[0]} + {ends[0]} - {days[1]}) END",
        *nodes,
    )


def _workday(emit: Emit, arguments: list[Value]) -> Node:
    given, count = emit.clean(arguments[0]), emit.clean(arguments[1])
    before = _weekdays_before("_1", emit)
    duckdb = emit.dialect == "duckdb"
    iso, divide = ("isodow(_1)", "//") if duckdb else ("weekday(_1) + 1", "DIV")
    index = emit.fill(
        f"CASE WHEN _2 > 0 THEN {before} + CASE WHEN {iso} <= 5 THEN 0 ELSE -1 END + _2 WHEN _2 < 0 THEN {before} + _2 END",
        given.copy(), count.copy(),
    )  # fmt: skip
    day_number = emit.fill(f"7 * (_1 {divide} 5) + _1 % 5", index)
    if duckdb:
        return emit.fill(
            "CASE WHEN _2 = 0 THEN _1 WHEN _3 >= 0 THEN CAST('0001-01-01' AS DATE) + TRY_CAST(_3 AS INTEGER) END",
            given, count, day_number,
        )  # fmt: skip
    return emit.fill(
        "CASE WHEN _2 = 0 THEN _1 WHEN _3 >= 0 THEN date_add(CAST('0001-01-01' AS DATE), TRY_CAST(_3 AS INT)) END",
        given, count, day_number,
    )  # fmt: skip


def _today(emit: Emit, arguments: list[Value]) -> Node:
    assert emit.now is not None  # compiling refuses without it
    return emit.constant(emit.now.date(), DATE)


def _now(emit: Emit, arguments: list[Value]) -> Node:
    assert emit.now is not None
    return emit.constant(emit.now.replace(tzinfo=None), TIMESTAMP)


# Formats of dates

_TOKENS = re.compile(r"y{1,4}|m{1,4}|d{1,4}|h{1,2}|s{1,2}|am/pm|[^ymdhsa]+|.", re.IGNORECASE)


def date_tokens(pattern: str) -> list[str]:
    """The parts of a date format. `mm` is minutes behind hours and before seconds, as in spreadsheets: then `nn`."""
    parts = [each.lower() if re.fullmatch(r"y+|m+|d+|h+|s+|am/pm", each, re.IGNORECASE) else "'" + each
             for each in _TOKENS.findall(pattern)]  # fmt: skip
    fields = [index for index, each in enumerate(parts) if not each.startswith("'")]
    for place, index in enumerate(fields):
        if parts[index] in ("m", "mm"):
            before = parts[fields[place - 1]] if place else ""
            after = parts[fields[place + 1]] if place + 1 < len(fields) else ""
            if before.startswith("h") or after.startswith("s"):
                parts[index] = parts[index].replace("m", "n")
    return parts


_STRPTIME = {
    "yyyy": "%Y", "yy": "%y", "mm": "%m", "m": "%m", "dd": "%d", "d": "%d", "mmm": "%b", "mmmm": "%B", "hh": "%H", "h": "%H",
    "nn": "%M", "n": "%M", "ss": "%S", "s": "%S",
}  # fmt: skip
_JAVA = {
    "yyyy": "yyyy", "yy": "yy", "mm": "MM", "m": "M", "dd": "dd", "d": "d", "mmm": "MMM", "mmmm": "MMMM", "hh": "HH", "h": "H",
    "nn": "mm", "n": "m", "ss": "ss", "s": "s",
}  # fmt: skip


def _read_pattern(given: str, emit: Emit) -> Node:
    """The format as the engine's own, as a bound text."""
    known = _STRPTIME if emit.dialect == "duckdb" else _JAVA
    parts = []
    for each in date_tokens(given):
        if not each.startswith("'"):
            parts.append(known.get(each, ""))
        elif emit.dialect == "duckdb":
            parts.append(each[1:].replace("%", "%%"))
        else:
            parts.append("'" + each[1:].replace("'", "''") + "'")
    return emit.binder.text("".join(parts))


def _read_date(emit: Emit, arguments: list[Value]) -> Node:
    pattern = _read_pattern(str(arguments[1].constant), emit)
    if emit.dialect == "duckdb":
        return emit.fill("CAST(try_strptime(_1, _2) AS DATE)", emit.clean(arguments[0]), pattern)
    return emit.fill("CAST(try_to_timestamp(_1, _2) AS DATE)", emit.clean(arguments[0]), pattern)


_ISO_TIME = "[0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,6})?)?"
_ISO = f"[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}[ T]{_ISO_TIME}"
_FORMAT = Takes(
    "format", Accepts.TEXT, "of yyyy mm dd and signs between them", default="yyyy-mm-dd", constant=True, reads=True
)
_FIRST_MONTH = whole("first_month", "in which the fiscal year begins", constant=True, low=1, high=12)

FUNCTIONS: tuple[Function, ...] = (
    _date("DATE", (whole("year", "1 to 9999"), whole("month"), whole("day")), DATE,
          "The date of a year, month and day. Months beyond 12 and days beyond the month run on.",
          "CASE WHEN _1 BETWEEN 1 AND 9999 AND abs(_2) <= 120000 AND abs(_3) <= 4000000 THEN CAST(make_date(_1, 1, 1) + "
          "to_months(CAST(_2 - 1 AS INTEGER)) AS DATE) + CAST(_3 - 1 AS INTEGER) END",
          ex("DATE(2025, 1, 31)", date(2025, 1, 31)), ex("DATE(2025, 14, 1)", date(2026, 2, 1)), fails=True, sheet=True,
          spark="CASE WHEN _1 BETWEEN 1 AND 9999 AND abs(_2) <= 120000 AND abs(_3) <= 4000000 THEN "
          "date_add(add_months(make_date(CAST(_1 AS INT), 1, 1), CAST(_2 - 1 AS INT)), CAST(_3 - 1 AS INT)) END",
          difference="Spreadsheets read years below 100 as years of the last or this century."),
    _date("DATETIME", (whole("year"), whole("month"), whole("day"), whole("hour", default=0), whole("minute", default=0),
          floating("second", default=0)), TIMESTAMP, "The date and time of its parts, which run on as those of DATE do.",
          "CASE WHEN _1 BETWEEN 1 AND 9999 AND abs(_2) <= 120000 AND abs(_3) <= 4000000 AND abs(_4) <= 100000000 AND "
          "abs(_5) <= 1000000000 AND abs(_6) <= 1000000000 THEN make_date(_1, 1, 1) + to_months(CAST(_2 - 1 AS INTEGER)) + "
          "to_days(CAST(_3 - 1 AS INTEGER)) + to_microseconds(CAST(round(((_4 * 60 + _5) * 60 + _6) * 1000000) AS BIGINT)) END",
          ex("DATETIME(2025, 1, 31, 8, 30)", datetime(2025, 1, 31, 8, 30)), fails=True,
          spark="CASE WHEN _1 BETWEEN 1 AND 9999 AND abs(_2) <= 120000 AND abs(_3) <= 4000000 AND abs(_4) <= 100000000 AND "
          "abs(_5) <= 1000000000 AND abs(_6) <= 1000000000 THEN CAST(date_add(add_months(make_date(CAST(_1 AS INT), 1, 1), "
          "CAST(_2 - 1 AS INT)), CAST(_3 - 1 AS INT)) AS TIMESTAMP_NTZ) + make_dt_interval(0, 0, 0, "
          "CAST((_4 * 60 + _5) * 60 + _6 AS DECIMAL(18, 6))) END"),
    _date("TIME", (whole("hour"), whole("minute"), whole("second", default=0)), TIME,
          "The time of day; hours, minutes and seconds run on, and whole days are left out.",
          "CASE WHEN abs(_1) <= 1000000 AND abs(_2) <= 1000000 AND abs(_3) <= 1000000 AND _1 * 3600 + _2 * 60 + _3 >= 0 THEN "
          "CAST('00:00:00' AS TIME) + to_seconds((_1 * 3600 + _2 * 60 + _3) % 86400) END",
          ex("TIME(8, 30, 0)", time(8, 30)), ex("TIME(25, 0)", time(1, 0)), sheet=True,
          spark="CASE WHEN abs(_1) <= 1000000 AND abs(_2) <= 1000000 AND abs(_3) <= 1000000 AND _1 * 3600 + _2 * 60 + _3 >= 0 THEN "
          "make_time(CAST((_1 * 3600 + _2 * 60 + _3) % 86400 DIV 3600 AS INT), "
          "CAST((_1 * 3600 + _2 * 60 + _3) % 3600 DIV 60 AS INT), CAST((_1 * 3600 + _2 * 60 + _3) % 60 AS INT)) END"),
    _part("YEAR", "The year.", "year(_1)", ex("YEAR(#2025-03-31#)", 2025)),
    _part("QUARTER", "The quarter, 1 to 4.", "quarter(_1)", ex("QUARTER(#2025-05-31#)", 2), sheet=False),
    _part("MONTH", "The month, 1 to 12.", "month(_1)", ex("MONTH(#2025-03-31#)", 3)),
    _part("DAY", "The day of the month.", "day(_1)", ex("DAY(#2025-03-31#)", 31), ex("DAY(DATEVALUE(\"31.2.\"))", None)),
    _clock("HOUR", "The hour, 0 to 23.", "hour(_1)", ex("HOUR(#2025-03-31 08:30#)", 8), ex("HOUR(#17:05#)", 17)),
    _clock("MINUTE", "The minute, 0 to 59.", "minute(_1)", ex("MINUTE(#08:30#)", 30)),
    _clock("SECOND", "The second, 0 to 59, without its fraction.", "second(_1)", ex("SECOND(#08:30:15#)", 15)),
    _date("WEEKDAY", (moment(), whole("type", "1: Sunday is 1; 2: Monday is 1; 3: Monday is 0; 11 to 17: Monday to Sunday is 1",
          default=1, constant=True, reads=True, among=("1", "2", "3", "11", "12", "13", "14", "15", "16", "17"))), INTEGER,
          "The day of the week as a number.", _weekday, ex("WEEKDAY(#2025-03-31#)", 2), ex("WEEKDAY(#2025-03-31#, 2)", 1),
          sheet=True),
    _date("WEEKNUM", (moment(), whole("type", "1: weeks from Sunday; 2: from Monday; 21: ISO weeks", default=1, constant=True,
          reads=True, among=("1", "2", "21"))), INTEGER,
          "The number of the week in the year; week 1 holds January 1 (of ISO weeks: the first Thursday).", _weeknum,
          ex("WEEKNUM(#2025-01-05#)", 2), ex("WEEKNUM(#2025-01-05#, 2)", 1), sheet=True,
          difference="LibreOffice counts the last days of a year to week 1 when January 1 is in their week; Excel does not."),
    _part("ISOWEEKNUM", "The number of the ISO week: from Monday, the first one holds the first Thursday.", "weekofyear(_1)",
          ex("ISOWEEKNUM(#2024-12-30#)", 1)),
    _part("ISOYEAR", "The year that the ISO week belongs to.", "isoyear(_1)", ex("ISOYEAR(#2024-12-30#)", 2025),
          spark="year(date_add(CAST(_1 AS DATE), 3 - weekday(_1)))", sheet=False),
    _part("DAYOFYEAR", "The number of the day in the year.", "dayofyear(_1)", ex("DAYOFYEAR(#2025-02-01#)", 32), sheet=False),
    _part("DAYSINMONTH", "How many days the month has.", "day(last_day(_1))", ex("DAYSINMONTH(#2024-02-10#)", 29)),
    _part("DAYSINYEAR", "How many days the year has.",
          "CASE WHEN _1 IS NOT NULL THEN 365 + CASE WHEN year(_1) % 4 = 0 AND (year(_1) % 100 <> 0 OR year(_1) % 400 = 0) "
          "THEN 1 ELSE 0 END END", ex("DAYSINYEAR(#2024-02-10#)", 366)),
    _date("ISLEAPYEAR", (moment(),), BOOLEAN, "Whether the year has 366 days.",
          "year(_1) % 4 = 0 AND (year(_1) % 100 <> 0 OR year(_1) % 400 = 0)", ex("ISLEAPYEAR(#2024-02-10#)", True), sheet=True),
    _date("MONTHNAME", (moment(),), TEXT, "The name of the month, in English.", "monthname(_1)",
          ex("MONTHNAME(#2025-03-31#)", "March"), spark="date_format(_1, 'MMMM')"),
    _date("DAYNAME", (moment(),), TEXT, "The name of the day of the week, in English.", "dayname(_1)",
          ex("DAYNAME(#2025-03-31#)", "Monday"), spark="date_format(_1, 'EEEE')"),
    _date("EDATE", (day("date"), whole("months")), DATE, "The same day so many months later, or the last day of that month.",
          f"CASE WHEN abs(_2) <= {_MONTHS} THEN CAST(_1 + to_months(CAST(_2 AS INTEGER)) AS DATE) END",
          ex("EDATE(#2025-01-31#, 1)", date(2025, 2, 28)), fails=True, sheet=True,
          spark=f"CASE WHEN abs(_2) <= {_MONTHS} THEN add_months(_1, CAST(_2 AS INT)) END"),
    _date("EOMONTH", (day("date"), whole("months", default=0)), DATE, "The last day of the month, so many months later.",
          f"CASE WHEN abs(_2) <= {_MONTHS} THEN last_day(_1 + to_months(CAST(_2 AS INTEGER))) END",
          ex("EOMONTH(#2025-01-10#, 1)", date(2025, 2, 28)), fails=True, sheet=True,
          spark=f"CASE WHEN abs(_2) <= {_MONTHS} THEN last_day(add_months(_1, CAST(_2 AS INT))) END"),
    _date("STARTOF", (day("date"), _unit(*_UNITS[:5])), DATE, "The first day of the year, quarter, month or week of a date.",
          _start, ex('STARTOF(#2025-05-20#, "quarter")', date(2025, 4, 1)), ex('STARTOF(#2025-05-20#, "week")', date(2025, 5, 19)),
          fails=True),
    _date("ENDOF", (day("date"), _unit(*_UNITS[:5])), DATE, "The last day of the year, quarter, month or week of a date.",
          _end, ex('ENDOF(#2025-05-20#, "quarter")', date(2025, 6, 30)), fails=True),
    _date("DATEADD", (moment(), whole("count"), _unit(*_UNITS)), _added_kind,
          "A date so many units later; with hours, minutes and seconds a date and time.", _add,
          ex('DATEADD(#2025-01-31#, 1, "month")', date(2025, 2, 28)),
          ex('DATEADD(#2025-01-31#, 90, "minute")', datetime(2025, 1, 31, 1, 30)), fails=True),
    _date("DATEDIF", (moment("start"), moment("end"), _unit("year", "month", "week", "day", "hour", "minute", "second", "y", "m",
          "d", "ym")), INTEGER,
          "How many whole units lie between two dates; no value when the end is before the start. Also \"y\", \"m\", \"d\" and "
          "\"ym\" (months without whole years).", _between, ex('DATEDIF(#2024-02-29#, #2025-03-01#, "month")', 12),
          ex('DATEDIF(#2025-01-01#, #2025-01-01 05:59#, "hour")', 5), aliases=("DATEDIFF",), sheet=True),
    _date("DAYS", (day("end"), day("start")), INTEGER, "How many days lie between two dates.", "date_diff('day', _2, _1)",
          ex("DAYS(#2025-03-01#, #2025-02-01#)", 28), spark="datediff(_1, _2)", sheet=True),
    _date("DAYS360", (day("start"), day("end"), Takes("european", Accepts.BOOLEAN, default=False)), INTEGER,
          "The days between two dates when each month has 30 days.", f"{_DAYS_360}",
          ex("DAYS360(#2025-01-30#, #2025-03-31#)", 60), sheet=True),
    _date("YEARFRAC", (day("start"), day("end"), whole("basis", "0: 30/360, 2: days/360, 3: days/365, 4: 30/360 European",
          default=0, constant=True, reads=True, among=("0", "2", "3", "4"))), FLOAT,
          "The part of a year that lies between two dates.", _year_fraction, ex("YEARFRAC(#2025-01-01#, #2025-07-01#)", 0.5),
          ex("YEARFRAC(#2025-01-01#, #2025-03-15#, 3)", 0.2), finite=True, sheet=True,
          difference="With basis 0, from the last of February to a 31st, LibreOffice counts one day more; Excel does not."),
    _date("NETWORKDAYS", (day("start"), day("end")), INTEGER, "How many days from Monday to Friday there are, both ends included.",
          _workdays, ex("NETWORKDAYS(#2025-03-01#, #2025-03-10#)", 6), sheet=True),
    _date("WORKDAY", (day("start"), whole("days")), DATE, "The day so many working days (Monday to Friday) later.", _workday,
          ex("WORKDAY(#2025-03-07#, 1)", date(2025, 3, 10)), fails=True, sheet=True),
    _date("TODAY", (), DATE, "The date of today in the question's time zone.", _today,
          ex("TODAY()", date(2025, 6, 15)), volatile=True, bounded=True),
    _date("NOW", (), TIMESTAMP, "The present date and time in the question's time zone, to the minute.", _now,
          ex("NOW()", datetime(2025, 6, 15, 12, 30)), volatile=True, bounded=True),
    _date("DATEVALUE", (text(), _FORMAT), DATE, "The date that a text says; no value when it says none.", _read_date,
          ex('DATEVALUE("2025-01-31")', date(2025, 1, 31)), ex('DATEVALUE("31.01.2025", "dd.mm.yyyy")', date(2025, 1, 31)),
          ex('DATEVALUE("2025-02-30")', None), sheet=True,
          difference="Spreadsheets guess the format from the language of the system; here it is yyyy-mm-dd unless given."),
    _date("DATETIMEVALUE", (text(),), TIMESTAMP, "The date and time that an ISO 8601 text says.",
          f"CASE WHEN regexp_full_match(_1, '{_ISO}') THEN TRY_CAST(_1 AS TIMESTAMP) END",
          ex('DATETIMEVALUE("2025-01-31 08:30:00")', datetime(2025, 1, 31, 8, 30)),
          spark=f"CASE WHEN rlike(_1, '^{_ISO}$') THEN TRY_CAST(_1 AS TIMESTAMP_NTZ) END"),
    _date("TIMEVALUE", (text(),), TIME, "The time of day that a text such as 08:30 says.",
          f"CASE WHEN regexp_full_match(_1, '{_ISO_TIME}') THEN TRY_CAST(CASE WHEN length(_1) = 5 THEN _1 || ':00' ELSE _1 END "
          "AS TIME) END", ex('TIMEVALUE("08:30")', time(8, 30)), sheet=True,
          spark=f"CASE WHEN rlike(_1, '^{_ISO_TIME}$') THEN try_to_time(_1) END"),
    _date("DATEOF", (day("value"),), DATE, "The date of a date and time.", "_1", ex("DATEOF(#2025-01-31 08:30#)", date(2025, 1, 31)),
          bounded=True),
    _date("TIMEOF", (Takes("value", Accepts.TIMESTAMP),), TIME, "The time of day of a date and time.",
          lambda emit, given: emit.cast(emit.clean(given[0]), TIME), ex("TIMEOF(#2025-01-31 08:30#)", time(8, 30))),
    _date("UNIXTIME", (Takes("value", Accepts.TIMESTAMP),), FLOAT, "Seconds since 1970-01-01, in UTC.",
          "CAST(epoch_us(_1) AS DOUBLE) / 1000000", ex("UNIXTIME(#1970-01-02#)", 86400.0), finite=True,
          spark="CAST(unix_micros(CAST(_1 AS TIMESTAMP)) AS DOUBLE) / CAST(1000000 AS DOUBLE)"),
    _date("FROMUNIX", (floating("seconds"),), TIMESTAMP, "The date and time so many seconds after 1970-01-01, in UTC.",
          "CASE WHEN abs(_1) < 1e12::DOUBLE THEN make_timestamp(CAST(round(_1 * 1000000) AS BIGINT)) END",
          ex("FROMUNIX(86400)", datetime(1970, 1, 2)), fails=True,
          spark="CASE WHEN abs(_1) < 1e12D THEN CAST(timestamp_micros(CAST(round(_1 * 1000000) AS BIGINT)) AS TIMESTAMP_NTZ) END"),
    _date("FISCALYEAR", (moment(), _FIRST_MONTH), INTEGER, "The fiscal year, named after the year in which it ends.",
          "year(_1) + CASE WHEN _2 > 1 AND month(_1) >= _2 THEN 1 ELSE 0 END", ex("FISCALYEAR(#2025-10-15#, 10)", 2026)),
    _date("FISCALQUARTER", (moment(), _FIRST_MONTH), INTEGER, "The quarter of the fiscal year.",
          "(month(_1) - _2 + 12) % 12 // 3 + 1", ex("FISCALQUARTER(#2025-10-15#, 10)", 1),
          spark="(month(_1) - _2 + 12) % 12 DIV 3 + 1"),
    _date("FISCALMONTH", (moment(), _FIRST_MONTH), INTEGER, "The month of the fiscal year.", "(month(_1) - _2 + 12) % 12 + 1",
          ex("FISCALMONTH(#2025-10-15#, 10)", 1)),
)  # fmt: skip
