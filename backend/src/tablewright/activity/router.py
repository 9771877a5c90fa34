"""Jobs over HTTP: listed, watched live, cancelled, tried again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from tablewright.activity import repository
from tablewright.activity.schemas import JobList, JobOut, JobState, job_out
from tablewright.core.errors import Problem
from tablewright.identity.access import ActorDep
from tablewright.identity.actor import Actor, Permission
from tablewright.identity.service import still
from tablewright.infra import jobs
from tablewright.infra.clock import NowDep, now
from tablewright.infra.db import SessionDep, transaction
from tablewright.infra.paging import CursorDep, LimitQuery

router = APIRouter(prefix="/jobs", tags=["jobs"])

_LOOK_EVERY_SECONDS = 0.4
_SILENCE_SECONDS = 15.0
_LONGEST_WATCH = timedelta(minutes=30)


@router.get("", operation_id="listJobs")
def list_jobs(
    session: SessionDep,
    actor: ActorDep,
    cursor: CursorDep,
    state: Annotated[JobState | None, Query()] = None,
    limit: LimitQuery = 50,
) -> JobList:
    """Jobs, newest first: a viewer's own, or the workspace's."""
    actor.require(Permission.JOBS_READ)
    page = repository.page(session, actor, state=state, cursor=cursor, limit=limit)
    return JobList(items=[job_out(job) for job in page.items], next_cursor=page.next_cursor)


@router.get("/{job_id}", operation_id="getJob")
def get_job(job_id: UUID, session: SessionDep, actor: ActorDep) -> JobOut:
    """One job with its progress."""
    actor.require(Permission.JOBS_READ)
    return job_out(repository.get(session, actor, job_id))


@router.post("/{job_id}/cancel", operation_id="cancelJob")
def cancel_job(job_id: UUID, session: SessionDep, actor: ActorDep, now: NowDep) -> JobOut:
    """Stop a job: at once when it waits, within a second or two when it runs."""
    return job_out(jobs.cancel(session, _own(session, actor, job_id), now))


@router.post("/{job_id}/retry", operation_id="retryJob")
def retry_job(job_id: UUID, session: SessionDep, actor: ActorDep, now: NowDep) -> JobOut:
    """Try a failed or cancelled job again."""
    return job_out(jobs.retry(session, _own(session, actor, job_id), now))


def _own(session: SessionDep, actor: Actor, job_id: UUID) -> jobs.Job:
    """One's own job, or anybody's for who may edit datasets."""
    job = repository.get(session, actor, job_id)
    if job.created_by != actor.user_id:
        actor.require(Permission.DATASETS_EDIT)
    return job


def _look(actor: Actor, job_id: UUID) -> JobOut:
    with transaction() as session:
        # Session and rights are asked at every look: a stream must not outlive them.
        current = still(session, actor, now())
        return job_out(repository.get(session, current, job_id))


@router.get("/{job_id}/events", operation_id="watchJob", response_class=StreamingResponse)
def watch_job(job_id: UUID, request: Request, session: SessionDep, actor: ActorDep) -> StreamingResponse:
    """Server-sent events: `event: job` with the job at every change, until it is over."""
    repository.get(session, actor, job_id)
    ends_at = now() + _LONGEST_WATCH

    async def events() -> AsyncIterator[bytes]:
        before = b""
        silent = 0.0
        while now() < ends_at and not await request.is_disconnected():
            try:
                job = await run_in_threadpool(_look, actor, job_id)
            except Problem:
                return
            data = job.model_dump_json().encode()
            if data != before:
                before, silent = data, 0.0
                yield b"event: job\ndata: " + data + b"\n\n"
            elif silent >= _SILENCE_SECONDS:
                silent = 0.0
                yield b": still here\n\n"  # keeps proxies from closing the connection
            if job.state in jobs.OVER:
                return
            await asyncio.sleep(_LOOK_EVERY_SECONDS)
            silent += _LOOK_EVERY_SECONDS

    return StreamingResponse(
        events(), media_type="text/event-stream", headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    )
