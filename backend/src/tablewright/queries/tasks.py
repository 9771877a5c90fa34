"""Housekeeping of answers."""

from __future__ import annotations

from datetime import datetime, timedelta

from tablewright.infra import jobs
from tablewright.infra.cache import cache


@jobs.periodic("queries.forget", every=timedelta(hours=6))
def forget(_: datetime) -> None:
    """Remove answers from the data folder that are beyond its bound, or that nobody wanted for a month."""
    cache().sweep()
