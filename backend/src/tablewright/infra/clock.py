"""The only clock. Domains take `now` as a parameter; tests give their own.

Leases and schedules do not use it: those go by the database's clock, so that hosts need not agree.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from fastapi import Depends


def now() -> datetime:
    """This instant, in UTC."""
    return datetime.now(UTC)


def today(zone: str = "UTC") -> date:
    """The day that it is in a time zone; in UTC, when there is no such zone (who reads the zone refuses it)."""
    return shown(zone).date()


def shown(zone: str = "UTC") -> datetime:
    """What clocks show in a time zone, to the minute; in UTC, when there is no such zone."""
    try:
        moment = now().astimezone(ZoneInfo(zone))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        moment = now()
    return moment.replace(second=0, microsecond=0, tzinfo=None)


async def _now() -> datetime:
    return now()  # a coroutine, so that no thread is taken for it


NowDep = Annotated[datetime, Depends(_now)]
