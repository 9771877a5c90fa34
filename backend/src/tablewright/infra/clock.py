"""The only clock. Domains take `now` as a parameter; tests give their own.

Leases and schedules do not use it: those go by the database's clock, so that hosts need not agree.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import Depends


def now() -> datetime:
    """This instant, in UTC."""
    return datetime.now(UTC)


async def _now() -> datetime:
    return now()  # a coroutine, so that no thread is taken for it


NowDep = Annotated[datetime, Depends(_now)]
