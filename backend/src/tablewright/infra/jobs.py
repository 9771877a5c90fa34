"""Jobs: work that is promised in a transaction and done later, by a worker that may die at any moment.

The row is the truth, the broker is a hint. `enqueue` writes the job and its queue row in the caller's own
transaction; a relay sends a message for each queue row and again when it got lost; a worker takes a lease
with a fence number that grows with every claim, and nothing is published under an old fence. All instants of
the queue are the database's, so hosts need not agree on the time.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from typing import Any, Literal
from uuid import UUID, uuid4

import orjson
import structlog
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Mapped, Session, mapped_column

from tablewright.core.errors import Conflict, Problem, Unavailable
from tablewright.infra.db import Base, transaction
from tablewright.infra.settings import settings

log = structlog.get_logger(__name__)

JobState = Literal["queued", "running", "succeeded", "failed", "cancelled", "dead"]
OVER: tuple[JobState, ...] = ("succeeded", "failed", "cancelled", "dead")
CHANNEL = "tablewright_jobs"

_PROGRESS_EVERY_SECONDS = 0.5
_LONGEST_LOG = 200


class FenceStale(Problem):
    """Another worker took this job over; what this one made must not be published."""

    title = "Taken over by another worker"

    def __init__(self) -> None:
        super().__init__("This run was taken over by another worker, so nothing of it is kept.")


class JobOver(Conflict):
    def __init__(self, state: str) -> None:
        super().__init__(f"The job is over ({state}), so there is nothing to cancel.")


class JobUnderWay(Conflict):
    def __init__(self, state: str) -> None:
        super().__init__(f"The job is {state}. Only a job that failed or was cancelled can be tried again.")


class Job(Base):
    """One piece of promised work and its account, as its workspace sees it."""

    __tablename__ = "jobs"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    workspace_id: Mapped[UUID]
    kind: Mapped[str]
    label: Mapped[str] = mapped_column(default="")
    state: Mapped[str] = mapped_column(default="queued")
    input: Mapped[dict[str, Any]]
    result: Mapped[dict[str, Any] | None]
    error: Mapped[dict[str, Any] | None]
    progress: Mapped[dict[str, Any] | None]
    log: Mapped[list[Any]] = mapped_column(default=list)
    attempt: Mapped[int] = mapped_column(default=0)
    max_attempts: Mapped[int] = mapped_column(default=3)
    cancel_requested: Mapped[bool] = mapped_column(default=False)
    created_by: Mapped[UUID | None]
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]

    @property
    def is_over(self) -> bool:
        return self.state in OVER


# --- what domains call ------------------------------------------------------------------------------


def enqueue(
    session: Session,
    *,
    workspace_id: UUID,
    kind: str,
    input: dict[str, Any],
    created_by: UUID | None,
    now: datetime,
    label: str = "",
    max_attempts: int = 3,
) -> Job:
    """Promise work: it is done if, and only if, this transaction commits. `input` is JSON and holds ids."""
    job = Job(
        id=uuid4(),
        workspace_id=workspace_id,
        kind=kind,
        label=label,
        input=input,
        log=[],
        created_by=created_by,
        created_at=now,
        max_attempts=max_attempts,
    )
    session.add(job)
    session.flush()
    _queue(session, job)
    return job


IDLE: set[str] = set()
"""Kinds of work that nobody asked for: begun when no other job waits, and not shown among people's jobs."""


def idle(kind: str) -> str:
    """Register a kind as one that waits for all others. Every process that enqueues or works has to."""
    IDLE.add(kind)
    return kind


def enqueue_once(session: Session, *, workspace_id: UUID, kind: str, input: dict[str, Any], now: datetime) -> None:
    """Promise work of the installation's own, unless the same is promised and not begun.

    What is promised already begins after this transaction has ended, so it sees what was changed in it.
    """
    # A claim skips a row that is held like this, and a row that is being claimed is skipped here: then it is promised
    # again. Who promises the same at the same moment holds it together with us.
    waits = session.execute(
        text("""
            SELECT 1 FROM job_queue q JOIN jobs j ON j.id = q.job_id
            WHERE j.workspace_id = :workspace_id AND j.state = 'queued' AND j.kind = :kind
              AND j.input = CAST(:input AS jsonb) AND q.lease_until IS NULL
            LIMIT 1 FOR KEY SHARE OF q SKIP LOCKED"""),
        {"workspace_id": workspace_id, "kind": kind, "input": orjson.dumps(input).decode()},
    ).first()
    if waits is None:
        enqueue(session, workspace_id=workspace_id, kind=kind, input=input, created_by=None, now=now)


def others_wait(session: Session) -> bool:
    """Whether somebody's job, of a kind that this worker does, waits while idle work is done."""
    return bool(
        session.execute(
            text("""
                SELECT EXISTS (SELECT 1 FROM job_queue WHERE available_at <= clock_timestamp()
                    AND (lease_until IS NULL OR lease_until <= clock_timestamp()) AND task = ANY(:known))"""),
            {"known": sorted(TASKS.keys() - IDLE)},
        ).scalar_one()
    )


def cancel(session: Session, job: Job, now: datetime) -> Job:
    """End a waiting job at once; ask a running one to stop. Cancelling twice is fine.

    Raises JobOver when it has ended otherwise.
    """
    leased = _lock_queue_row(session, job)
    if job.state == "cancelled":
        return job
    if leased is None:
        raise JobOver(job.state)
    job.cancel_requested = True
    if not leased:
        session.execute(text("DELETE FROM job_queue WHERE job_id = :id"), {"id": job.id})
        job.state = "cancelled"
        job.finished_at = now
    session.flush()
    return job


def retry(session: Session, job: Job, now: datetime) -> Job:
    """Queue a failed, dead or cancelled job again, with all its attempts. Raises JobUnderWay otherwise."""
    _lock_queue_row(session, job)
    if job.state not in ("failed", "dead", "cancelled"):
        raise JobUnderWay(job.state)
    job.state = "queued"
    job.attempt = 0
    job.cancel_requested = False
    job.error = job.progress = job.started_at = job.finished_at = None
    job.log = [*job.log, {"at": now.isoformat(), "text": "Tried again on request."}][-_LONGEST_LOG:]
    session.flush()
    _queue(session, job)
    return job


def _lock_queue_row(session: Session, job: Job) -> bool | None:
    """Lock in the order in which workers lock: queue row, then job. Returns whether a worker holds it."""
    row = session.execute(
        text("""
            SELECT coalesce(lease_until > clock_timestamp(), false) FROM job_queue WHERE job_id = :id FOR UPDATE"""),
        {"id": job.id},
    ).first()
    session.refresh(job, with_for_update=True)
    return None if row is None else bool(row[0])


def _queue(session: Session, job: Job) -> None:
    session.execute(
        text("""
            INSERT INTO job_queue (job_id, workspace_id, task, max_attempts)
            VALUES (:id, :workspace_id, :task, :max_attempts)"""),
        {"id": job.id, "workspace_id": job.workspace_id, "task": job.kind, "max_attempts": job.max_attempts},
    )
    # Delivered by the database at commit, so the relay wakes at once and the caller never waits for a broker.
    session.execute(text(f"NOTIFY {CHANNEL}"))


# --- what tasks get ---------------------------------------------------------------------------------


class Lease:
    """The right to do one job for now, renewed in the background while its worker lives."""

    def __init__(
        self, job_id: UUID, workspace_id: UUID, fence: int, *, attempt: int = 1, created_by: UUID | None = None
    ) -> None:
        self.job_id = job_id
        self.workspace_id = workspace_id
        self.fence = fence
        self.attempt = attempt
        self.created_by = created_by
        self.completed = False
        self.cancel_seen = False
        self._lost = False
        self._asked_at = 0.0
        self._told_at = 0.0
        self._stage = ""
        self._stage_started_at = monotonic()
        self._guard = threading.Lock()

    def progress(
        self,
        *,
        stage: str,
        done: float | None = None,
        total: float | None = None,
        unit: str | None = None,
        rows: int | None = None,
        **_: Any,
    ) -> None:
        """Tell the owner how far it is: at most twice a second, and whenever the stage changes.

        Also renews the lease. Raises FenceStale when another worker took over.
        """
        with self._guard:
            now = monotonic()
            is_new = stage != self._stage
            if not is_new and now - self._told_at < _PROGRESS_EVERY_SECONDS:
                return
            if is_new:
                self._stage, self._stage_started_at = stage, now
            self._told_at = now
            passed = now - self._stage_started_at
        eta = round(passed * (total - done) / done, 1) if done and total and total >= done and passed > 1 else None
        document = {"stage": stage, "done": done, "total": total, "unit": unit, "rows": rows, "eta_s": eta}
        self._write("progress = CAST(:value AS jsonb)", document)

    def log(self, words: str) -> None:
        """Add a line to the job's log, which its owner reads. The first 200 lines are kept."""
        self._write(
            f"log = CASE WHEN jsonb_array_length(log) < {_LONGEST_LOG} THEN log || jsonb_build_array("
            "CAST(:value AS jsonb) || jsonb_build_object('at', to_jsonb(clock_timestamp()))) ELSE log END",
            {"text": words[:2000], "attempt": self.attempt},
        )

    def cancelled(self) -> bool:
        """Whether to stop now: the owner asked for it, another worker took over, or this worker shuts down."""
        if self._lost or self.cancel_seen or shutting_down.is_set():
            return True
        now = monotonic()
        if now - self._asked_at >= _PROGRESS_EVERY_SECONDS:
            self._asked_at = now
            try:
                self._write("cancel_requested = cancel_requested", {})
            except FenceStale:
                return True
        return self.cancel_seen

    def publish(self, session: Session) -> None:
        """Call first in the transaction that writes results: none is written by a run that was taken over.

        Until that transaction ends nobody can take over. Marks nothing; use `complete` to end the job in the
        same transaction. Raises FenceStale.
        """
        # Claims lock the row FOR UPDATE, which waits for this; renewals do not touch the key and pass.
        held = session.execute(
            text("SELECT 1 FROM job_queue WHERE job_id = :id AND fence = :fence FOR KEY SHARE"),
            {"id": self.job_id, "fence": self.fence},
        ).first()
        if held is None:
            self._lost = True
            raise FenceStale

    def complete(self, session: Session, result: dict[str, Any]) -> None:
        """Publish, and end the job as succeeded, in one transaction: results and state can never part."""
        close(session, self.job_id, self.fence, "succeeded", result=result)
        self.completed = True

    def renew(self) -> None:
        """Keep the job for another while. Raises FenceStale when it is somebody else's."""
        with transaction() as session:
            self._renew(session)

    def _renew(self, session: Session) -> None:
        held = session.execute(
            text("""
                UPDATE job_queue SET lease_until = clock_timestamp() + make_interval(secs => :lease),
                                     send_at = clock_timestamp() + make_interval(secs => :lease + 1)
                WHERE job_id = :id AND fence = :fence RETURNING 1"""),
            {"id": self.job_id, "fence": self.fence, "lease": settings().job_lease_seconds},
        ).first()
        if held is None:
            self._lost = True
            raise FenceStale

    def _write(self, change: str, value: dict[str, Any]) -> None:
        try:
            with transaction(workspace_id=self.workspace_id) as session:
                session.execute(text("SET LOCAL lock_timeout = '1s'"))
                self._renew(session)
                row = session.execute(
                    text(f"UPDATE jobs SET {change} WHERE id = :id RETURNING cancel_requested"),  # noqa: S608 - ours
                    {"id": self.job_id, "value": orjson.dumps(value).decode()}
                    if ":value" in change
                    else {"id": self.job_id},
                ).first()
            if row is not None and row[0]:
                self.cancel_seen = True
        except (Unavailable, DBAPIError) as error:
            # Telling is not worth a failed job; the next message or the renewal will get through.
            log.warning("job_progress_not_written", job_id=str(self.job_id), error=str(error)[:200])


def close(
    session: Session,
    job_id: UUID,
    fence: int,
    state: JobState,
    *,
    result: dict[str, Any] | None = None,
    error: dict[str, Any] | None = None,
) -> None:
    """End a job under its fence: state and account are written, the queue row goes. Raises FenceStale."""
    gone = session.execute(
        text("DELETE FROM job_queue WHERE job_id = :id AND fence = :fence RETURNING 1"),
        {"id": job_id, "fence": fence},
    ).first()
    if gone is None:
        raise FenceStale
    session.execute(
        text("""
            UPDATE jobs SET state = :state, result = CAST(:result AS jsonb), error = CAST(:error AS jsonb),
                            finished_at = clock_timestamp()
            WHERE id = :id"""),
        {"id": job_id, "state": state, "result": _json(result), "error": _json(error)},
    )


def _json(value: dict[str, Any] | None) -> str | None:
    return None if value is None else orjson.dumps(value).decode()


# --- which functions do them ------------------------------------------------------------------------

TaskFunction = Callable[[Lease, dict[str, Any]], dict[str, Any] | None]


@dataclass(frozen=True)
class Task:
    """A kind of job and the function that does it. `patience`: how long an unavailable neighbour is waited for."""

    name: str
    function: TaskFunction
    patience: timedelta


TASKS: dict[str, Task] = {}

# Set when this worker is asked to end: running jobs stop soon and are handed back without losing an attempt.
shutting_down = threading.Event()


def task(name: str, *, patience: timedelta = timedelta(minutes=15)) -> Callable[[TaskFunction], TaskFunction]:
    """Register the function for a kind of job. It must be safe to run twice: a worker may die after its last write.

    Returning ends the job as succeeded with that result. A Problem ends it as failed with that problem, except
    `Unavailable`, which is tried again with growing pauses until `patience` is over.
    """

    def register(function: TaskFunction) -> TaskFunction:
        if name in TASKS and TASKS[name].function is not function:
            raise RuntimeError(f"Two functions are registered for jobs of kind {name}.")
        TASKS[name] = Task(name, function, patience)
        return function

    return register


@dataclass(frozen=True)
class Periodic:
    """Housekeeping of the whole installation, run by one process at a time."""

    name: str
    every: timedelta
    function: Callable[[datetime], None]


PERIODIC: dict[str, Periodic] = {}


def periodic(name: str, *, every: timedelta) -> Callable[[Callable[[datetime], None]], Callable[[datetime], None]]:
    """Register housekeeping: called with the present instant, about every so often, on one host at a time.

    A call that dies or fails is made again at the next turn, so it must be safe to run twice.
    """

    def register(function: Callable[[datetime], None]) -> Callable[[datetime], None]:
        PERIODIC[name] = Periodic(name, every, function)
        return function

    return register


def run(job_id: UUID | None = None) -> bool:
    """Do one job: see `tablewright.infra.jobs_run.run`."""
    from tablewright.infra.jobs_run import run as do

    return do(job_id)
