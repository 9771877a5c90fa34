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


NowDep = Annotated[datetime, Depends(now)]
