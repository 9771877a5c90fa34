"""Values as the text of a printed cell: one column at a time, since its numbers share their decimal places."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Context, Decimal, InvalidOperation
from typing import Any

from tablewright.core.charts.formats import CellStyle
from tablewright.core.layouts.wording import Wording
from tablewright.core.queries.model import AnswerColumn, Grain
from tablewright.core.tables.schema import ColumnType

LONGEST_TEXT = 4000
"""Characters of one cell that are printed; what is left is counted in the cell."""
_WIDE = Context(prec=400)
"""More digits than any number that arrives, so that counting its digits never rounds it."""


@dataclass(frozen=True)
class PrintedColumn:
    """A column's heading and cells, and what was done to make them readable."""

    label: str
    cells: list[str]
    is_number: bool
    wraps: bool = False
    """Whether its cells are sentences that read well on several lines."""
    rounded: bool = False
    shortened: bool = False
    in_utc: bool = False
    looks: tuple[CellStyle | None, ...] = ()
    """How each cell stands out; empty when none does."""


def print_column(column: AnswerColumn, values: Sequence[Any], words: Wording, bin_width: float | None) -> PrintedColumn:
    """The column as text. Values are Python's own or as an Answer sends them (ISO dates, decimals as text)."""
    if column.type in (ColumnType.INTEGER, ColumnType.DECIMAL, ColumnType.FLOAT):
        return _numbers(column, values, words, bin_width)
    if column.type in (ColumnType.DATE, ColumnType.TIMESTAMP, ColumnType.INSTANT):
        return _times(column, values, words)
    if column.type == ColumnType.BOOLEAN:
        return PrintedColumn(column.label, [_boolean(value, words) for value in values], False)
    return _texts(column, values, words)


def _boolean(value: Any, words: Wording) -> str:
    return "" if value is None else words.yes if value in (True, "true", 1) else words.no


def _texts(column: AnswerColumn, values: Iterable[Any], words: Wording) -> PrintedColumn:
    cells: list[str] = []
    shortened = False
    for value in values:
        text = "" if value is None else value.isoformat() if isinstance(value, time) else str(value)
        if len(text) > LONGEST_TEXT:
            more = write_number(Decimal(len(text) - LONGEST_TEXT), 0, words)
            text = text[:LONGEST_TEXT] + words.more_characters.format(count=more)
            shortened = True
        cells.append(text)
    return PrintedColumn(column.label, cells, False, wraps=True, shortened=shortened)


def _numbers(column: AnswerColumn, values: Sequence[Any], words: Wording, bin_width: float | None) -> PrintedColumn:
    numbers = [_number(value) for value in values]
    known = [number for number in numbers if isinstance(number, Decimal)]
    exact = column.type == ColumnType.DECIMAL
    needed = max((_places(number, exact) for number in known), default=0)
    places = needed if exact else min(needed, _useful_places(known))
    # Years and codes are read as names: 2024, not 2,024.
    grouped = column.role == "measure" or not _are_names(column, known)
    cells: list[str] = []
    for number in numbers:
        if not isinstance(number, Decimal):
            cells.append(number)
        elif bin_width is not None:
            edges = (number, number + Decimal(repr(bin_width)))
            cells.append(" – ".join(write_number(edge, min(_places(edge), 6), words) for edge in edges))
        else:
            cells.append(write_number(number, places, words, grouped=grouped))
    return PrintedColumn(column.label, cells, bin_width is None, rounded=needed > places)


def _number(value: Any) -> Decimal | str:
    """The number, or what to print in its place."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, float) and math.isinf(value):
        return "∞" if value > 0 else "−∞"
    try:
        number = (
            value if isinstance(value, Decimal) else Decimal(repr(value) if isinstance(value, float) else str(value))
        )
    except InvalidOperation:
        return str(value)
    return number if number.is_finite() else str(value)


def _places(number: Decimal, exact: bool = False) -> int:
    """Decimal places; those of an exact decimal count even when they are zero."""
    exponent = (number if exact else number.normalize(_WIDE)).as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _useful_places(numbers: list[Decimal]) -> int:
    """Two decimal places from a thousand on, four from one on, six below: as many as a reader compares."""
    largest = max((abs(number) for number in numbers), default=Decimal(0))
    return 2 if largest >= 1000 else 4 if largest >= 1 else 6


def _are_names(column: AnswerColumn, numbers: list[Decimal]) -> bool:
    if column.type != ColumnType.INTEGER:
        return False
    return column.role == "dimension" or all(1000 <= number <= 2999 for number in numbers)


def write_number(number: Decimal, places: int, words: Wording, *, grouped: bool = True) -> str:
    """The number with this many decimal places, as the language writes it."""
    vanishes = bool(number) and abs(number) < Decimal(5).scaleb(-places - 1)
    if number.adjusted() > 40 or vanishes:
        mantissa, exponent = f"{number:.6e}".split("e")
        text = f"{mantissa.rstrip('0').rstrip('.')}e{int(exponent)}"
        return text.replace(".", words.point).replace("-", "−")
    text = f"{number.copy_abs():,.{places}f}" if grouped else f"{number.copy_abs():.{places}f}"
    text = text.translate({ord(","): words.group, ord("."): words.point})
    return f"−{text}" if number < 0 else text


def _times(column: AnswerColumn, values: Iterable[Any], words: Wording) -> PrintedColumn:
    moments = [_moment(value) for value in values]
    known = [moment for moment in moments if isinstance(moment, datetime)]
    with_time = column.type != ColumnType.DATE and column.grain in (None, Grain.HOUR, Grain.MINUTE)
    pattern = "%H:%M"
    if any(moment.microsecond for moment in known):
        pattern = "%H:%M:%S.%f"
    elif any(moment.second for moment in known):
        pattern = "%H:%M:%S"
    cells = [
        moment if isinstance(moment, str) else write_moment(moment, column.grain, pattern if with_time else None, words)
        for moment in moments
    ]
    return PrintedColumn(column.label, cells, False, in_utc=with_time and column.type == ColumnType.INSTANT)


def _moment(value: object) -> datetime | str:
    """The moment, in UTC when it has a zone, or what to print in its place."""
    if value is None:
        return ""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", value))
        except ValueError:
            return value
    if isinstance(value, datetime):
        return value.astimezone(UTC) if value.tzinfo else value
    return datetime(value.year, value.month, value.day) if isinstance(value, date) else str(value)


def write_moment(moment: datetime, grain: Grain | None, time_pattern: str | None, words: Wording) -> str:
    """The moment as its grain deserves: a year for years, a month for months."""
    match grain:
        case Grain.YEAR:
            return f"{moment.year:04d}"
        case Grain.QUARTER:
            return words.quarter.format(q=(moment.month + 2) // 3, y=moment.year)
        case Grain.MONTH:
            return f"{words.months[moment.month - 1]} {moment.year}"
        case Grain.WEEK:
            year, week, _ = moment.isocalendar()
            return words.week.format(w=week, y=year)
    day = words.date.format(y=moment.year, m=moment.month, d=moment.day)
    return f"{day} {moment.strftime(time_pattern)}" if time_pattern else day
