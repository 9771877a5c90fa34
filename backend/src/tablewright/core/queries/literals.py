"""Values of a filter, read by us and checked against the column's type before any engine sees them."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, localcontext
from zoneinfo import ZoneInfo

from tablewright.core.queries.calendars import utc_of
from tablewright.core.queries.model import Scalar
from tablewright.core.queries.problems import FilterValueInvalid
from tablewright.core.tables.schema import Column, ColumnType

_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DECIMAL = re.compile(r"DECIMAL\(([0-9]+), ?([0-9]+)\)", re.IGNORECASE)
_LONGEST = 100
_INTEGER_BITS = {
    "TINYINT": 8, "SMALLINT": 16, "INTEGER": 32, "BIGINT": 64, "HUGEINT": 128,
    "UTINYINT": 8, "USMALLINT": 16, "UINTEGER": 32, "UBIGINT": 64, "UHUGEINT": 128,
}  # fmt: skip


@dataclass(frozen=True)
class Lattice:
    """The values an exact number column can hold: multiples of 10^-scale from low to high."""

    scale: int
    low: Decimal
    high: Decimal

    def around(self, value: Decimal) -> tuple[Decimal, Decimal]:
        """The nearest values that the column can hold, at or below and at or above a value in range."""
        with localcontext(prec=1000):
            step = Decimal(1).scaleb(-self.scale)
            return value.quantize(step, "ROUND_FLOOR"), value.quantize(step, "ROUND_CEILING")


def lattice(column: Column) -> Lattice:
    decimal = _DECIMAL.fullmatch(column.physical)
    if decimal:
        width, scale = int(decimal[1]), int(decimal[2])
        high = Decimal(10**width - 1).scaleb(-scale)
        return Lattice(scale, -high, high)
    bits = _INTEGER_BITS.get(column.physical.upper(), 128)
    if column.physical.upper().startswith("U"):
        return Lattice(0, Decimal(0), Decimal(2**bits - 1))
    return Lattice(0, Decimal(-(2 ** (bits - 1))), Decimal(2 ** (bits - 1) - 1))


def number(column: Column, value: Scalar, position: str) -> Decimal:
    """An exact number: JSON numbers mean the digits they are written with, text may be exact beyond that."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise FilterValueInvalid(column, f"{_shown(value)} is not a number.", position)
    text = value.strip() if isinstance(value, str) else repr(value)
    if len(text) > _LONGEST or not _NUMBER.fullmatch(text):
        raise FilterValueInvalid(column, f"{_shown(value)} is not a number.", position)
    return Decimal(text)


def floating(column: Column, value: Scalar, position: str) -> float:
    result = float(number(column, value, position))
    if not math.isfinite(result):
        raise FilterValueInvalid(column, f"{_shown(value)} is out of range.", position)
    return result


def text(column: Column, value: Scalar, position: str) -> str:
    if not isinstance(value, str):
        raise FilterValueInvalid(column, f"{_shown(value)} is not text; put it in quotes.", position)
    try:
        value.encode()
    except UnicodeEncodeError:
        raise FilterValueInvalid(column, "the text holds half of a character.", position) from None
    return value


def boolean(column: Column, value: Scalar, position: str) -> bool:
    if not isinstance(value, bool):
        raise FilterValueInvalid(column, f"{_shown(value)} is not true or false.", position)
    return value


def day(column: Column, value: Scalar, position: str) -> date:
    if isinstance(value, str) and _DATE.fullmatch(value.strip()):
        try:
            return date.fromisoformat(value.strip())
        except ValueError:
            pass
    raise FilterValueInvalid(column, f"{_shown(value)} is not a date such as 2026-01-31.", position)


def moment(column: Column, value: Scalar, position: str, zone: ZoneInfo | None = None) -> date | datetime:
    """A whole day, or a point in time: in UTC for instants, local for timestamps.

    What is said of an instant without an offset is said in the zone, in UTC when there is none.
    """
    if isinstance(value, str) and len(value) <= _LONGEST:
        given = value.strip()
        if _DATE.fullmatch(given):
            return day(column, value, position)
        try:
            parsed = datetime.fromisoformat(given) if _DATE.match(given) else None
        except ValueError:
            parsed = None
        if parsed is not None and column.type is ColumnType.INSTANT:
            try:
                if parsed.tzinfo is None:
                    return utc_of(parsed, zone) if zone else parsed
                return parsed.astimezone(UTC).replace(tzinfo=None)
            except OverflowError:
                parsed = None
        if parsed is not None and parsed.tzinfo is not None:
            reason = f'{_shown(value)} has a time zone, but "{column.name}" holds local times.'
            raise FilterValueInvalid(column, reason, position)
        if parsed is not None:
            return parsed
    raise FilterValueInvalid(column, f"{_shown(value)} is not a date or time such as 2026-01-31T08:00:00.", position)


def time_of_day(column: Column, value: Scalar, position: str) -> time:
    if isinstance(value, str) and ":" in value and len(value) <= _LONGEST:
        try:
            parsed = time.fromisoformat(value.strip())
        except ValueError:
            parsed = None
        if parsed is not None and parsed.tzinfo is None:
            return parsed
    raise FilterValueInvalid(column, f"{_shown(value)} is not a time such as 08:30:00.", position)


def next_day(of: date) -> date | None:
    """The day after, or None at the end of the calendar."""
    return of + timedelta(days=1) if of < date.max else None


def _shown(value: Scalar) -> str:
    shown = f'"{value}"' if isinstance(value, str) else str(value)
    return shown if len(shown) <= 60 else f"{shown[:57]}…"
