"""Periods as the starts of years, quarters, months, weeks and days, and how they lie to one another."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

_MONTHS = {"month": 1, "quarter": 3, "year": 12}


def moved(start: date, count: int, unit: str) -> date | None:
    """So many units later (before, when negative); the last day of a month that is too short. None beyond the calendar.

    >>> moved(date(2024, 2, 29), -1, "year")
    datetime.date(2023, 2, 28)
    """
    try:
        if unit in ("day", "week"):
            return start + timedelta(days=count * (7 if unit == "week" else 1))
        year, month = divmod(start.year * 12 + start.month - 1 + count * _MONTHS[unit], 12)
        return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))
    except (OverflowError, ValueError):
        return None


def is_over(start: date, grain: str, today: date) -> bool:
    """Whether the period that begins at `start` ended before today."""
    after = moved(start, 1, grain)
    return after is not None and after <= today


def named(start: date, grain: str) -> str:
    """A period in words.

    >>> [named(date(2026, 4, 1), grain) for grain in ("year", "quarter", "month", "week")]
    ['2026', 'Q2 2026', 'April 2026', 'week of 2026-04-01']
    """
    match grain:
        case "year":
            return str(start.year)
        case "quarter":
            return f"Q{(start.month - 1) // 3 + 1} {start.year}"
        case "month":
            return f"{_NAMES[start.month - 1]} {start.year}"
        case "week":
            return f"week of {start.isoformat()}"
    return start.isoformat()


_NAMES = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
