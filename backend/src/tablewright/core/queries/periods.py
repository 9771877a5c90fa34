"""Periods told from today: which days they are.

Weeks, quarters and years begin where the calendar says. "Last 12 months" are whole ones: the present month is none of
them, so that what is compared was given the same time.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from tablewright.core.queries.calendars import zone_of
from tablewright.core.queries.model import Calendar, Period, Unit

_MONTHS = {Unit.MONTH: 1, Unit.QUARTER: 3, Unit.YEAR: 12}
_DAYS = {Unit.DAY: 1, Unit.WEEK: 7}


def today(calendar: Calendar, now: datetime) -> date:
    """The day that a calendar shows at an instant."""
    zone = zone_of(calendar)
    return (now.astimezone(zone) if zone else now).date()


def days_of(period: Period, today: date, calendar: Calendar) -> tuple[date, date]:
    """The first and the last day of a period. Raises OverflowError or ValueError where the calendar ends."""
    unit, day = period.unit, timedelta(days=1)
    start = _start(unit, today, calendar)
    match period.kind:
        case "last":
            return _moved(start, unit, -period.count), start - day
        case "this":
            return start, _moved(start, unit, 1) - day
        case "to_date":
            return start, today
        case "rolling":
            return _moved(today + day, unit, -period.count), today
        case "next":
            begin = _moved(start, unit, 1)
            return begin, _moved(begin, unit, period.count) - day


def _start(unit: Unit, of: date, calendar: Calendar) -> date:
    if unit is Unit.DAY:
        return of
    if unit is Unit.WEEK:
        return of - timedelta(days=(of.isoweekday() - calendar.week_starts) % 7)
    since = (of.month - (1 if unit is Unit.MONTH else calendar.year_starts)) % _MONTHS[unit]
    return _moved(of.replace(day=1), Unit.MONTH, -since)


def _moved(of: date, unit: Unit, count: int) -> date:
    """So many units later; the last day of a month where the same day does not exist."""
    if unit in _DAYS:
        return of + timedelta(days=_DAYS[unit] * count)
    year, month = divmod(of.year * 12 + of.month - 1 + _MONTHS[unit] * count, 12)
    first = date(year, month + 1, 1)
    after = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return first + timedelta(days=min(of.day, (after - first).days) - 1)
