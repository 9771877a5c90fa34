"""One run of one job: claim it, keep the lease, call its function, write how it ended.

A message is a permit, not an order: the claim takes the oldest job of the workspace whose turn it is, so a
workspace with ten thousand jobs does not keep another one waiting. Delivered twice, a message finds nothing
left to claim. Every worker that claims draws a new fence, and everything it writes is checked against it.
"""

from __future__ import annotations

import os
import random
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from time import monotonic, sleep
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import text
from sqlalchemy.orm import Session

from tablewright.core.errors import Problem, Unavailable
from tablewright.infra import telemetry
from tablewright.infra.db import see, transaction
from tablewright.infra.jobs import IDLE, TASKS, FenceStale, Lease, Task, close, shutting_down
from tablewright.infra.settings import settings

log = structlog.get_logger(__name__)

_FIRST_PAUSE_SECONDS = 1.0
_LONGEST_PAUSE_SECONDS = 300.0

# Idle work goes last. The workspace with the fewest jobs under way goes first, then the one served longest ago, then
# the oldest job.
_PICK = text("""
    WITH under_way AS (
        SELECT workspace_id, count(*) AS job_count FROM job_queue
        WHERE lease_until > clock_timestamp() AND NOT task = ANY(:idle) GROUP BY 1)
    SELECT q.job_id, q.workspace_id, q.task, q.attempts, q.max_attempts, q.leased_by
    FROM job_queue q LEFT JOIN under_way u USING (workspace_id) LEFT JOIN job_turns t USING (workspace_id)
    WHERE q.available_at <= clock_timestamp() AND q.task = ANY(:known)
      AND (q.lease_until IS NULL OR q.lease_until <= clock_timestamp())
    ORDER BY q.task = ANY(:idle), coalesce(u.job_count, 0), coalesce(t.served_at, '-infinity'), q.available_at, q.job_id
    LIMIT 1 FOR UPDATE OF q SKIP LOCKED""")

_PICK_THIS = text("""
    SELECT job_id, workspace_id, task, attempts, max_attempts, leased_by FROM job_queue
    WHERE job_id = :id AND available_at <= clock_timestamp() AND task = ANY(:known)
      AND (lease_until IS NULL OR lease_until <= clock_timestamp())
    FOR UPDATE""")


def worker_name() -> str:
    """Who holds a lease: given by the supervisor, or this host and process."""
    return os.environ.get("TABLEWRIGHT_WORKER_NAME") or f"{socket.gethostname()}:{os.getpid()}"


@dataclass(frozen=True)
class Claimed:
    lease: Lease
    task: Task
    input: dict[str, Any]


def run(job_id: UUID | None = None) -> bool:
    """Do one job, if there is one to do; `job_id` is where to look when nothing else waits.

    Returns whether there was one. Does not raise for what happens inside a job: that is in the job's row.
    """
    claimed = _claim(job_id)
    if claimed is None:
        return False
    lease = claimed.lease
    started = monotonic()
    with structlog.contextvars.bound_contextvars(
        job_id=str(lease.job_id), kind=claimed.task.name, workspace_id=str(lease.workspace_id), attempt=lease.attempt
    ):
        log.info("job_started")
        over = threading.Event()
        keeper = threading.Thread(target=_keep, args=(lease, over), name=f"lease-{lease.fence}", daemon=True)
        keeper.start()
        try:
            outcome = _do(claimed)
        finally:
            over.set()
            keeper.join(timeout=5)
        telemetry.JOBS.labels(claimed.task.name, outcome).inc()
        telemetry.JOB_SECONDS.labels(claimed.task.name).observe(monotonic() - started)
        log.info("job_ended", outcome=outcome, seconds=round(monotonic() - started, 3))
    return True


# --- claiming ---------------------------------------------------------------------------------------


def _claim(preferred: UUID | None) -> Claimed | None:
    known = sorted(TASKS)
    while True:
        with transaction() as session:
            row = session.execute(_PICK, {"known": known, "idle": sorted(IDLE)}).first()
            if row is None and preferred is not None:
                # Skipped above when the relay holds it for a moment: wait, or the message would be wasted.
                row = session.execute(_PICK_THIS, {"id": preferred, "known": known}).first()
            if row is None:
                return None
            see(session, row.workspace_id, None)
            if row.attempts >= row.max_attempts:
                bury(session, row.job_id, row.workspace_id, row.attempts)
                continue
            claimed = _take(session, row.job_id, row.workspace_id, row.task)
        if claimed is not None:
            return claimed


def _take(session: Session, job_id: UUID, workspace_id: UUID, task: str) -> Claimed | None:
    taken = session.execute(
        text("""
            UPDATE job_queue SET fence = nextval('job_fence'), attempts = attempts + 1, leased_by = :worker,
                lease_until = clock_timestamp() + make_interval(secs => :lease),
                send_at = clock_timestamp() + make_interval(secs => :lease + 1)
            WHERE job_id = :id RETURNING fence, attempts"""),
        {"id": job_id, "lease": settings().job_lease_seconds, "worker": worker_name()},
    ).one()
    session.execute(
        text("""
            INSERT INTO job_turns (workspace_id, served_at) VALUES (:id, clock_timestamp())
            ON CONFLICT (workspace_id) DO UPDATE SET served_at = excluded.served_at"""),
        {"id": workspace_id},
    )
    job = session.execute(
        text("""
            UPDATE jobs SET state = 'running', attempt = :attempt, error = NULL,
                            started_at = coalesce(started_at, clock_timestamp())
            WHERE id = :id RETURNING input, cancel_requested, created_by"""),
        {"id": job_id, "attempt": taken.attempts},
    ).one()
    if job.cancel_requested:
        close(session, job_id, taken.fence, "cancelled")
        return None
    lease = Lease(job_id, workspace_id, taken.fence, attempt=taken.attempts, created_by=job.created_by)
    return Claimed(lease, TASKS[task], job.input)


def bury(session: Session, job_id: UUID, workspace_id: UUID, attempts: int) -> None:
    """End a job whose workers died each time. The caller holds its queue row and sees its workspace."""
    session.execute(text("DELETE FROM job_queue WHERE job_id = :id"), {"id": job_id})
    problem = WorkerDied(attempts).as_document()
    session.execute(
        text("""
            UPDATE jobs SET state = 'dead', finished_at = clock_timestamp(),
                            error = CAST(:error AS jsonb) WHERE id = :id"""),
        {"id": job_id, "error": _dumps(problem)},
    )
    log.error("job_dead", job_id=str(job_id), workspace_id=str(workspace_id), attempts=attempts)
    telemetry.JOBS.labels("any", "dead").inc()


class WorkerDied(Problem):
    title = "The work could not be finished"

    def __init__(self, attempts: int) -> None:
        super().__init__(
            f"The worker process ended {attempts} times before this was done, so it is not tried again by itself. "
            "A machine out of memory is the usual cause. Try it again when that is settled.",
            attempts=attempts,
        )


# --- doing ------------------------------------------------------------------------------------------


def _keep(lease: Lease, over: threading.Event) -> None:
    """Renew the lease while the job runs. A worker that is frozen or cut off stops renewing: that is the point."""
    pause = settings().job_lease_seconds / 4
    while not over.wait(pause):
        try:
            lease.renew()
        except FenceStale:
            return
        except Exception as error:
            log.warning("lease_not_renewed", job_id=str(lease.job_id), error=str(error)[:200])


def _do(claimed: Claimed) -> str:
    lease = claimed.lease
    try:
        result = claimed.task.function(lease, claimed.input)
    except FenceStale:
        log.warning("job_taken_over")
        return "taken_over"
    except Exception as error:
        return _ended_badly(claimed, error)
    except BaseException:
        _finally(lease, lambda session: _hand_back(session, lease))
        raise
    if lease.completed:
        return "succeeded"
    return _finally(lease, lambda session: _close(session, lease, "succeeded", result=result or {}))


def _ended_badly(claimed: Claimed, error: Exception) -> str:
    lease = claimed.lease
    if lease.completed:
        # The results and the state are committed; what came after them can no longer fail the job.
        log.warning("job_failed_after_completion", exc_info=error)
        return "succeeded"
    if lease.cancel_seen:
        return _finally(lease, lambda session: _close(session, lease, "cancelled"))
    if shutting_down.is_set():
        return _finally(lease, lambda session: _hand_back(session, lease))
    if isinstance(error, Unavailable):
        problem = error.as_document()
        patience = claimed.task.patience
        return _finally(lease, lambda session: _put_off(session, lease, patience, problem))
    if isinstance(error, Problem):
        document = error.as_document()
        log.info("job_refused", code=document["code"])
    else:
        from tablewright.infra.errors import unexpected

        document = unexpected(error, job_id=str(lease.job_id))
    return _finally(lease, lambda session: _close(session, lease, "failed", error=document))


def _close(session: Session, lease: Lease, state: Any, **account: Any) -> str:
    close(session, lease.job_id, lease.fence, state, **account)
    return str(state)


def _hand_back(session: Session, lease: Lease) -> str:
    """Back into the queue as if it had not been taken: the worker ends, the job did nothing wrong."""
    _requeue(session, lease, pause=0.0, deferrals=0)
    return "handed_back"


def _put_off(session: Session, lease: Lease, patience: timedelta, problem: dict[str, Any]) -> str:
    row = session.execute(
        text("""
            SELECT deferrals, created_at + :patience < clock_timestamp() AS is_enough
            FROM job_queue WHERE job_id = :id AND fence = :fence FOR UPDATE"""),
        {"id": lease.job_id, "fence": lease.fence, "patience": patience},
    ).first()
    if row is None:
        raise FenceStale
    if row.is_enough:
        return _close(session, lease, "failed", error=problem)
    longest = min(_FIRST_PAUSE_SECONDS * 2 ** min(row.deferrals, 12), _LONGEST_PAUSE_SECONDS)
    pause = longest * random.uniform(0.5, 1.0)  # noqa: S311 - spreads retries, keeps no secret
    _requeue(session, lease, pause=pause, deferrals=1)
    session.execute(
        text("UPDATE jobs SET error = CAST(:error AS jsonb) WHERE id = :id"),
        {"id": lease.job_id, "error": _dumps(problem)},
    )
    return "put_off"


def _requeue(session: Session, lease: Lease, *, pause: float, deferrals: int) -> None:
    held = session.execute(
        text("""
            UPDATE job_queue SET lease_until = NULL, leased_by = NULL, attempts = greatest(attempts - 1, 0),
                deferrals = deferrals + :deferrals, published_at = NULL, send_count = 0,
                available_at = clock_timestamp() + make_interval(secs => :pause),
                send_at = clock_timestamp() + make_interval(secs => :pause)
            WHERE job_id = :id AND fence = :fence RETURNING 1"""),
        {"id": lease.job_id, "fence": lease.fence, "pause": pause, "deferrals": deferrals},
    ).first()
    if held is None:
        raise FenceStale
    session.execute(
        text("UPDATE jobs SET state = 'queued', attempt = greatest(attempt - 1, 0) WHERE id = :id"),
        {"id": lease.job_id},
    )
    if not pause:
        session.execute(text("NOTIFY tablewright_jobs"))


def _finally(lease: Lease, write: Callable[[Session], str]) -> str:
    """Write how it ended. While the database is away this waits for it, up to a few leases; later is in vain."""
    deadline = monotonic() + 4 * settings().job_lease_seconds
    pause = 0.1
    while True:
        try:
            with transaction(workspace_id=lease.workspace_id) as session:
                return write(session)
        except FenceStale:
            log.warning("job_taken_over")
            return "taken_over"
        except Unavailable:
            if monotonic() > deadline:
                return "lost"
            sleep(pause)
            pause = min(pause * 2, 2.0)


def _dumps(value: dict[str, Any]) -> str:
    import orjson

    return orjson.dumps(value).decode()
