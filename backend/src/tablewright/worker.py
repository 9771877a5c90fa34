"""The worker and the beat: compose the domains' tasks with the queue, decide nothing.

A worker is one process. Its thread waits while the heavy work runs in child processes of its own with limits
of their own, so threads serve better here than forked copies: killing the worker ends everything it does.
"""

from __future__ import annotations

import signal
import threading
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import structlog

from tablewright.infra import broker, jobs, telemetry
from tablewright.infra.settings import Settings, settings

log = structlog.get_logger(__name__)

DOMAINS: tuple[str, ...] = (
    "identity",
    "activity",
    "files",
    "datasets",
    "queries",
    "rules",
    "reports",
    "dashboards",
    "exports",
)


def register_tasks(current: Settings) -> None:
    """Import every domain's tasks, and the modules that the settings name besides."""
    import_module("tablewright.infra.mail")
    for domain in DOMAINS:
        # A domain without tasks may still have told the domains below it what to ask of it.
        for name in (f"tablewright.{domain}.service", f"tablewright.{domain}.tasks"):
            if find_spec(f"tablewright.{domain}") and find_spec(name):
                import_module(name)
    for name in current.job_modules:
        import_module(name)


def run_worker() -> None:
    """Take jobs until SIGTERM or SIGINT; then running jobs are asked to stop and are handed back."""
    from celery.signals import worker_shutting_down  # type: ignore[import-untyped] # publishes no types

    from tablewright.infra.jobs_relay import run_periodic

    current = settings()
    telemetry.configure_logs(current.log_level, process="worker")
    register_tasks(current)
    if current.worker_metrics_port:
        from prometheus_client import start_http_server

        start_http_server(current.worker_metrics_port, addr=current.host, registry=telemetry.REGISTRY)

    def on_shutting_down(**_: Any) -> None:
        jobs.shutting_down.set()

    # Here and not in the beat, which stays small by knowing no domain. One worker of all runs each.
    threading.Thread(target=run_periodic, args=(jobs.shutting_down,), name="housekeeping", daemon=True).start()

    worker_shutting_down.connect(on_shutting_down)
    app = broker.app()
    _declare_when_there(app, current)
    app.worker_main(
        [
            "worker",
            "--pool=threads",
            f"--concurrency={current.worker_concurrency}",
            "--without-gossip",
            "--without-mingle",
            "--without-heartbeat",
            f"--loglevel={current.log_level}",
        ]
    )


def _declare_when_there(app: Any, current: Settings) -> None:
    # Only to have the dead-letter queue before the first message; the worker itself waits for the broker.
    try:
        broker.declare(app, current)
    except Exception as error:
        log.warning("broker_away_at_start", error=str(error)[:200])


def run_beat() -> None:
    """Send messages for queued jobs, until SIGTERM or SIGINT."""
    from tablewright.infra.jobs_relay import beat

    current = settings()
    telemetry.configure_logs(current.log_level, process="beat")
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    beat().run(stop)
