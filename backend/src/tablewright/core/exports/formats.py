"""How an Excel column looks: its number format and its width, from its type and a sample of its values."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from tablewright.core.queries.model import AnswerColumn, Grain
from tablewright.core.tables.schema import ColumnType

_LEAST_WIDTH, _MOST_WIDTH = 8, 60


def number_format(column: AnswerColumn, scale: int | None, sample: Sequence[Any]) -> str:
    """Excel's format code for the column. Formats round what is shown, never what is held."""
    known = [value for value in sample if value is not None]
    match column.type:
        case ColumnType.INTEGER:
            return "0" if _are_names(column, known) else "#,##0"
        case ColumnType.DECIMAL:
            return "#,##0" + (f".{'0' * min(scale, 15)}" if scale else "")
        case ColumnType.FLOAT:
            largest = max((abs(v) for v in known if isinstance(v, float) and math.isfinite(v)), default=0.0)
            return "#,##0.00" if largest >= 1000 else "#,##0.00##" if largest >= 1 else "General"
        case ColumnType.DATE:
            return _date_format(column.grain)
        case ColumnType.TIMESTAMP | ColumnType.INSTANT if column.grain not in (None, Grain.HOUR, Grain.MINUTE):
            return _date_format(column.grain)
        case ColumnType.TIMESTAMP | ColumnType.INSTANT:
            fine = any(isinstance(value, datetime) and value.microsecond for value in known)
            return "yyyy-mm-dd hh:mm:ss.000" if fine else "yyyy-mm-dd hh:mm:ss"
        case ColumnType.TIME:
            fine = any(isinstance(value, time) and value.microsecond for value in known)
            return "hh:mm:ss.000" if fine else "hh:mm:ss"
    return "General"


def _date_format(grain: Grain | None) -> str:
    return {Grain.YEAR: "yyyy", Grain.MONTH: "mmm yyyy"}.get(grain or Grain.DAY, "yyyy-mm-dd")


def _are_names(column: AnswerColumn, values: Sequence[Any]) -> bool:
    """Years and codes are read as names: 2024, not 2,024."""
    if column.role == "dimension":
        return True
    return column.role == "column" and bool(values) and all(1000 <= abs(value) <= 2999 for value in values)


def width(column: AnswerColumn, format_code: str, sample: Sequence[Any]) -> int:
    """The width in characters that shows the header and most of the cells."""
    longest = max((_length(value, format_code) for value in sample if value is not None), default=0)
    # The arrow of the filter covers the end of a header.
    return max(_LEAST_WIDTH, min(_MOST_WIDTH, max(longest + 2, min(len(column.label) + 4, 40))))


def _length(value: Any, format_code: str) -> int:
    if isinstance(value, bool):
        return 5
    if isinstance(value, date | time):
        return len(format_code)
    if isinstance(value, int | float | Decimal):
        places = format_code.count("0", format_code.find(".")) if "." in format_code else 0
        return len(f"{value:,.{places}f}") if format_code != "General" else len(f"{value:.10g}")
    return max((len(line) for line in str(value).split("\n", 20)), default=0)
