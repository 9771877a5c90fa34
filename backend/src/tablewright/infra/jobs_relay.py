"""The relay: sends a message for every queued job, and again when the message or its worker got lost.

One timer per queue row, `send_at`, says when its next message is due: at once when it is queued, when its
pause is over, when its lease should have been renewed and was not, and after a while when nobody claimed it.
A message counts as sent only when the broker confirmed it. Dying between sending and marking sends twice,
which has one effect. Several relays may run; each row is taken by one of them.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from time import monotonic, time
from typing import Any
from uuid import UUID

import psycopg
import structlog
from celery import Celery  # type: ignore[import-untyped] # publishes no types
from sqlalchemy import text

from tablewright.core.errors import Unavailable
from tablewright.infra import broker, telemetry
from tablewright.infra.clock import now
from tablewright.infra.db import see, transaction
from tablewright.infra.jobs import CHANNEL, PERIODIC, Periodic
from tablewright.infra.jobs_run import bury
from tablewright.infra.settings import Settings, settings

log = structlog.get_logger(__name__)

_BATCH = 100
_IDLE_SECONDS = 1.0
_IN_FLIGHT_SECONDS = 10.0
_PROCESSED_KEPT_SECONDS = 60.0


def _nothing(_: str) -> None:
    return


class Relay:
    """Publishes queue rows until told to stop. `failpoint` is called at named places, for tests of crashes."""

    def __init__(self, app: Celery, current: Settings, *, failpoint: Callable[[str], None] = _nothing) -> None:
        self._app = app
        self._settings = current
        self._failpoint = failpoint
        self._connection: Any = None
        self._producer: Any = None
        self._swept_at = 0.0

    def run(self, stop: threading.Event) -> None:
        """Until `stop`: send what is due, then sleep until a job is queued or a second has passed."""
        listener: psycopg.Connection[Any] | None = None
        pause = 0.5
        while not stop.is_set():
            try:
                if listener is None or listener.closed:
                    listener = self._listen()
                while self.tick() == _BATCH and not stop.is_set():
                    pass
                pause = 0.5
                for _ in listener.notifies(timeout=_IDLE_SECONDS, stop_after=1):
                    pass
            except Exception as error:
                if not isinstance(error, (Unavailable, psycopg.Error, OSError, *self._broker_errors())):
                    raise
                # Jobs are accepted meanwhile: they wait in the table, and go out when the neighbour is back.
                log.warning("relay_waits", error=f"{type(error).__name__}: {error}"[:300])
                self._disconnect()
                if isinstance(error, (Unavailable, psycopg.Error)) and listener is not None:
                    listener.close()
                    listener = None
                stop.wait(pause)
                pause = min(pause * 2, 5.0)
        self._disconnect()
        if listener is not None:
            listener.close()

    def tick(self) -> int:
        """Send one batch of what is due, and return how many. Raises when the database or the broker is away."""
        self._sweep()
        self._connect()
        due = self._take()
        sent: list[UUID] = []
        try:
            for job_id in due:
                self._send(job_id)
                sent.append(job_id)
                self._failpoint("sent")
        finally:
            if sent:
                self._mark(sent)
        return len(due)

    # --- the rows -----------------------------------------------------------------------------------

    def _take(self) -> Sequence[UUID]:
        with transaction() as session:
            return [
                row.job_id
                for row in session.execute(
                    text("""
                        UPDATE job_queue SET send_at = clock_timestamp() + make_interval(secs => :guard)
                        WHERE job_id IN (
                            SELECT job_id FROM job_queue WHERE send_at <= clock_timestamp()
                            ORDER BY send_at LIMIT :batch FOR UPDATE SKIP LOCKED)
                        RETURNING job_id"""),
                    {"batch": _BATCH, "guard": _IN_FLIGHT_SECONDS},
                )
            ]

    def _mark(self, sent: list[UUID]) -> None:
        # A worker may hold the row already; then its lease decides when the next message is due. Unclaimed
        # rows are sent again with growing distance, or a long queue would fill the broker with repetitions.
        with transaction() as session:
            session.execute(
                text("""
                    UPDATE job_queue SET published_at = clock_timestamp(), send_count = send_count + 1,
                        send_at = CASE WHEN lease_until > clock_timestamp() THEN send_at
                            ELSE clock_timestamp() + make_interval(secs => :resend * (2 ^ least(send_count, 6)))
                            END
                    WHERE job_id = ANY(:sent)"""),
                {"sent": sent, "resend": self._settings.job_resend_seconds},
            )

    def _send_everything_again(self) -> None:
        # A broker that went away may have come back empty.
        with transaction() as session:
            session.execute(
                text("""
                    UPDATE job_queue SET send_at = greatest(available_at, clock_timestamp()), send_count = 0
                    WHERE published_at IS NOT NULL AND lease_until IS NULL""")
            )

    def _sweep(self) -> None:
        if monotonic() - self._swept_at < 2.0:
            return
        self._swept_at = monotonic()
        with transaction() as session:
            worn_out = session.execute(
                text("""
                    SELECT job_id, workspace_id, attempts FROM job_queue
                    WHERE attempts >= max_attempts AND lease_until <= clock_timestamp()
                    LIMIT 100 FOR UPDATE SKIP LOCKED""")
            ).all()
            for row in worn_out:
                see(session, row.workspace_id, None)
                bury(session, row.job_id, row.workspace_id, row.attempts)
        if self._settings.embedded_broker:
            oldest = time() - _PROCESSED_KEPT_SECONDS
            for path in (self._settings.data_dir / "broker" / "processed").iterdir():
                with suppress(OSError):
                    if path.stat().st_mtime < oldest:
                        path.unlink()

    # --- the broker ---------------------------------------------------------------------------------

    def _send(self, job_id: UUID) -> None:
        self._app.send_task(
            broker.TASK_NAME,
            args=[str(job_id)],
            producer=self._producer,
            retry=False,
            delivery_mode="persistent",
            **({} if self._settings.embedded_broker else {"confirm_timeout": 5.0}),
        )
        telemetry.MESSAGES.labels("sent").inc()

    def _connect(self) -> None:
        if self._connection is not None:
            # Notices a dead broker also while there is nothing to send.
            if not self._settings.embedded_broker:
                self._connection.heartbeat_check()
                with suppress(TimeoutError):
                    self._connection.drain_events(timeout=0.001)
            return
        broker.declare(self._app, self._settings)
        connection = self._app.connection_for_write(heartbeat=10)
        connection.ensure_connection(max_retries=1, timeout=3)
        self._connection = connection
        self._producer = self._app.amqp.Producer(connection, auto_declare=False)
        self._send_everything_again()
        log.info("relay_connected")

    def _disconnect(self) -> None:
        connection, self._connection, self._producer = self._connection, None, None
        if connection is not None:
            with suppress(Exception):
                connection.release()

    def _broker_errors(self) -> tuple[type[BaseException], ...]:
        from kombu.exceptions import KombuError

        with self._app.connection_for_write() as connection:
            return (*connection.connection_errors, *connection.channel_errors, KombuError)

    def _listen(self) -> psycopg.Connection[Any]:
        connection = psycopg.connect(self._settings.database_url, autocommit=True, connect_timeout=2)
        connection.execute(f"LISTEN {CHANNEL}")
        return connection


# --- housekeeping -----------------------------------------------------------------------------------


def run_periodic(stop: threading.Event, *, tick_seconds: float = 5.0) -> None:
    """Run registered housekeeping when it is due, until `stop`. One host runs each, by the database's clock."""
    while not stop.wait(tick_seconds):
        for item in list(PERIODIC.values()):
            if stop.is_set():
                return
            try:
                if _claim_turn(item):
                    _run_turn(item)
            except Unavailable as error:
                log.warning("housekeeping_waits", name=item.name, error=error.detail)


def _claim_turn(item: Periodic) -> bool:
    with transaction() as session:
        claimed = session.execute(
            text("""
                INSERT INTO schedule_runs AS s (name, next_at, started_at)
                VALUES (:name, clock_timestamp() + :every, clock_timestamp())
                ON CONFLICT (name) DO UPDATE SET next_at = clock_timestamp() + :every, started_at = clock_timestamp()
                WHERE s.next_at <= clock_timestamp() RETURNING 1"""),
            {"name": item.name, "every": item.every},
        ).first()
    return claimed is not None


def _run_turn(item: Periodic) -> None:
    failed = 0
    try:
        item.function(now())
    except Exception as error:
        failed = 1
        log.error("housekeeping_failed", name=item.name, exc_info=error)
    with transaction() as session:
        session.execute(
            text("""
                UPDATE schedule_runs SET finished_at = clock_timestamp(),
                    failed_count = CASE WHEN :failed = 1 THEN failed_count + 1 ELSE 0 END WHERE name = :name"""),
            {"name": item.name, "failed": failed},
        )


def release(worker: str) -> int:
    """Give back at once what a worker held that is known to be dead, instead of waiting for its leases to end."""
    with transaction() as session:
        return len(
            session.execute(
                text("""
                    UPDATE job_queue SET lease_until = clock_timestamp(), send_at = clock_timestamp()
                    WHERE leased_by = :worker AND lease_until > clock_timestamp() RETURNING 1"""),
                {"worker": worker},
            ).all()
        )


def beat() -> Relay:
    """The relay of the current settings."""
    return Relay(broker.app(), settings())
