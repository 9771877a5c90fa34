"""A job as its workspace sees it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel

from tablewright.infra.jobs import Job

JobState = Literal["queued", "running", "succeeded", "failed", "cancelled", "dead"]


class ProgressOut(BaseModel):
    """How far a stage is: `done` of `total` in `unit`, the rows that gave, and the seconds it will still take."""

    stage: str
    done: float | None = None
    total: float | None = None
    unit: str | None = None
    rows: int | None = None
    eta_s: float | None = None


class JobOut(BaseModel):
    id: UUID
    kind: str
    label: str
    state: JobState
    progress: ProgressOut | None
    attempt: int
    error: dict[str, Any] | None
    result: dict[str, Any] | None
    log: list[dict[str, Any]]
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


class JobList(BaseModel):
    items: list[JobOut]
    next_cursor: str | None


def job_out(job: Job) -> JobOut:
    return JobOut.model_validate(
        {name: getattr(job, name) for name in JobOut.model_fields},
    )
