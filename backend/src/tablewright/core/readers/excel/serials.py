"""Serial numbers of days as dates and times, and every value as text the way a person reads it."""

from __future__ import annotations

import datetime
from typing import Any

import numpy as np

from tablewright.core.readers.excel.cells import BOOLEAN, CLOCK, MOMENT, NUMBER, SPAN, Array

EXACT_WHOLE = 2**53
LEAP_DAY = 60
"""Excel counts a 29 February 1900 that never was: before it days are one off, and it itself is no date."""
MOST_DAYS = 999_999_999
"""Of elapsed time, as Python holds it."""
_DAY_MS = 86_400_000
_SINCE_1900 = int((datetime.datetime(1899, 12, 30) - datetime.datetime(1970, 1, 1)).total_seconds()) * 1000
_SINCE_1904 = int((datetime.datetime(1904, 1, 1) - datetime.datetime(1970, 1, 1)).total_seconds()) * 1000
_LAST = int((datetime.datetime(9999, 12, 31, 23, 59, 59) - datetime.datetime(1970, 1, 1)).total_seconds()) * 1000
_FIRST = int((datetime.datetime(1, 1, 1) - datetime.datetime(1970, 1, 1)).total_seconds()) * 1000


def milliseconds(serials: Array, from_1904: bool) -> tuple[Array, Array]:
    """Milliseconds since 1970 for serials, and which of them are no dates at all."""
    bounded = np.clip(serials, -5_000_000.0, 5_000_000.0)
    stamps = np.rint(bounded * _DAY_MS).astype(np.int64)
    if from_1904:
        stamps += _SINCE_1904
        wrong = (stamps < _FIRST) | (stamps > _LAST)
    else:
        stamps += np.where(bounded < LEAP_DAY, _SINCE_1900 + _DAY_MS, _SINCE_1900)
        wrong = (serials < 0) | ((serials >= LEAP_DAY) & (serials < LEAP_DAY + 1)) | (stamps > _LAST)
    return stamps, wrong


def serial_of(moment: datetime.datetime, from_1904: bool) -> float:
    """The serial of a date and time."""
    epoch = datetime.datetime(1904, 1, 1) if from_1904 else datetime.datetime(1899, 12, 30)
    serial = (moment - epoch) / datetime.timedelta(days=1)
    return serial if from_1904 or serial >= LEAP_DAY + 1 else serial - 1


def value_of(kind: int, value: float, from_1904: bool) -> Any:
    """A cell that is no text as a Python value; None for what has no value. A serial that is no date stays a number."""
    if kind == NUMBER:
        return int(value) if abs(value) <= EXACT_WHOLE and value == int(value) else value
    if kind in (MOMENT, CLOCK):
        if kind == CLOCK and 0 <= value < 1:
            seconds = min(round(value * _DAY_MS) / 1000, 86_399.999)
            return (datetime.datetime.min + datetime.timedelta(seconds=seconds)).time()
        stamps, wrong = milliseconds(np.array([value]), from_1904)
        if wrong[0]:
            return value
        moment = datetime.datetime(1970, 1, 1) + datetime.timedelta(milliseconds=int(stamps[0]))
        return moment.date() if kind == MOMENT and value == int(value) else moment
    if kind == SPAN:
        return datetime.timedelta(milliseconds=round(max(-MOST_DAYS, min(MOST_DAYS, value)) * _DAY_MS))
    return value != 0 if kind == BOOLEAN else None


def faithful(value: Any) -> str:
    """A value as text the way a person reads it: 5 and not 5.0, no microseconds that are not there."""
    match value:
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case float():
            return str(int(value)) if abs(value) <= EXACT_WHOLE and value == int(value) else repr(value)
        case datetime.datetime():
            return value.isoformat(sep=" ", timespec="microseconds" if value.microsecond else "seconds")
        case datetime.date() | datetime.time():
            return value.isoformat()
        case datetime.timedelta():
            total = round(value.total_seconds() * 1000)
            sign, total = ("-", -total) if total < 0 else ("", total)
            whole, part = divmod(total, 1000)
            behind = f".{part:03d}".rstrip("0") if part else ""
            return f"{sign}{whole // 3600}:{whole // 60 % 60:02d}:{whole % 60:02d}{behind}"
        case _:
            return str(value)


def serial_day(day: int, from_1904: bool) -> tuple[int, int, int] | None:
    """Year, month and day that a spreadsheet shows for a whole serial, its days 0 and 60 of 1900 included."""
    if not from_1904 and day in (0, LEAP_DAY):
        return (1900, 1, 0) if day == 0 else (1900, 2, 29)
    stamps, wrong = milliseconds(np.array([float(day)]), from_1904)
    if wrong[0]:
        return None
    found = datetime.date(1970, 1, 1) + datetime.timedelta(days=int(stamps[0]) // _DAY_MS)
    return found.year, found.month, found.day
