"""What an operator sees: one JSON line per event, counters for Prometheus, and whether the parts are ready."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric

REGISTRY = CollectorRegistry(auto_describe=True)
METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"

REQUESTS = Counter("tablewright_requests_total", "Requests answered.", ["method", "route", "status"], registry=REGISTRY)
REQUEST_SECONDS = Histogram(
    "tablewright_request_seconds",
    "Time to the first byte of an answer.",
    ["method", "route"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
    registry=REGISTRY,
)
JOBS = Counter("tablewright_jobs_total", "Runs of jobs, by how they ended.", ["kind", "outcome"], registry=REGISTRY)
JOB_SECONDS = Histogram(
    "tablewright_job_seconds",
    "Time a run of a job took.",
    ["kind"],
    buckets=(0.05, 0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600),
    registry=REGISTRY,
)
MESSAGES = Counter("tablewright_job_messages_total", "Messages sent for jobs.", ["outcome"], registry=REGISTRY)
QUESTIONS = Counter("tablewright_questions_total", "Questions answered.", ["cache"], registry=REGISTRY)
UP = Gauge("tablewright_ready", "Whether a neighbour answers (1) or not (0).", ["part"], registry=REGISTRY)


class _QueueDepth:
    """Asks the database when Prometheus asks us: how many jobs wait, run, and how old the oldest is."""

    def collect(self) -> list[Metric]:
        from sqlalchemy import text

        from tablewright.infra.db import transaction

        count = GaugeMetricFamily("tablewright_job_queue", "Jobs that are not over.", labels=["state"])
        age = GaugeMetricFamily("tablewright_job_queue_oldest_seconds", "Age of the oldest waiting job.")
        try:
            with transaction() as session:
                row = session.execute(
                    text("""
                        SELECT count(*) FILTER (WHERE lease_until > clock_timestamp()) AS running,
                               count(*) FILTER (WHERE lease_until IS NULL OR lease_until <= clock_timestamp())
                                   AS waiting,
                               coalesce(extract(epoch FROM clock_timestamp() - min(available_at) FILTER (
                                   WHERE lease_until IS NULL AND available_at <= clock_timestamp())), 0) AS oldest
                        FROM job_queue""")
                ).one()
        except Exception:
            return []  # the database is away: `tablewright_ready` says so, and the other numbers still count
        count.add_metric(["running"], row.running)
        count.add_metric(["waiting"], row.waiting)
        age.add_metric([], float(row.oldest))
        return [count, age]

    def describe(self) -> list[Metric]:
        return []


def metrics() -> bytes:
    """All metrics of this process and the depth of the queue, in Prometheus' text format."""
    return generate_latest(REGISTRY)


REGISTRY.register(_QueueDepth())


# --- logs -------------------------------------------------------------------------------------------

_SECRET_WORDS = ("password", "secret", "token", "authorization", "cookie", "database_url", "broker_url", "redis_url")


def _hide_secrets(_: Any, __: str, event: Any) -> Any:
    for key in event:
        if any(word in key for word in _SECRET_WORDS):
            event[key] = "[hidden]"
    return event


def configure_logs(level: str = "info", *, process: str) -> None:
    """Every line on standard error is one JSON object with time, level, process and the ids bound to it."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _hide_secrets,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.add_logger_name],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    # One line for each job is ours to write; Celery would add two more for each message.
    for name in ("amqp", "kombu", "alembic", "uvicorn.access", "celery.app.trace", "celery.worker.strategy"):
        logging.getLogger(name).setLevel(logging.WARNING)
    structlog.contextvars.bind_contextvars(process=process)


# --- readiness --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Check:
    """How one neighbour answered. `needed`: without it the process should get no requests."""

    part: str
    ok: bool
    needed: bool
    milliseconds: float
    words: str = ""

    def as_json(self) -> dict[str, Any]:
        return {"part": self.part, "ok": self.ok, "needed": self.needed, "ms": self.milliseconds, "words": self.words}


def readiness(extra: Mapping[str, Callable[[], None]] | None = None) -> list[Check]:
    """Ask every neighbour. `extra` adds checks of the caller's own parts, such as its child processes.

    Broker and cache are not needed for answering: jobs wait in the database, questions are asked again.
    """
    checks: dict[str, tuple[Callable[[], None], bool]] = {
        "database": (_database, True),
        "objects": (_objects, True),
        "broker": (_broker, False),
        "cache": (_cache, False),
    }
    for name, ask in (extra or {}).items():
        checks[name] = (ask, True)
    return [_ask(part, ask, needed) for part, (ask, needed) in checks.items()]


def is_ready(checks: list[Check]) -> bool:
    return all(check.ok for check in checks if check.needed)


def _ask(part: str, ask: Callable[[], None], needed: bool) -> Check:
    started = perf_counter()
    words = ""
    try:
        ask()
    except Exception as error:
        # Addresses and driver messages may hold user names; the operator finds them in the log.
        words = f"{part} does not answer ({type(error).__name__})"
        structlog.get_logger(__name__).warning("not_ready", part=part, error=str(error)[:300])
    UP.labels(part).set(0 if words else 1)
    return Check(part, not words, needed, round((perf_counter() - started) * 1000, 1), words)


def _database() -> None:
    from sqlalchemy import text

    from tablewright.infra.db import schema_is_current, transaction
    from tablewright.infra.settings import settings

    with transaction() as session:
        session.execute(text("SELECT 1"))
    if not schema_is_current(settings().database_url):
        raise RuntimeError("The database is not at this version's schema: run `tablewright migrate`.")


def _objects() -> None:
    from tablewright.infra.storage import objects

    objects().ready()


def _broker() -> None:
    from tablewright.infra.broker import ready

    ready()


def _cache() -> None:
    from tablewright.infra.cache import cache

    if not cache().ready():
        raise ConnectionError("The shared cache does not answer.")
