"""The broker: a hint that there is work. Celery over RabbitMQ, or over a folder in embedded mode.

A message holds a job id and nothing else. Losing one costs seconds, since the row is sent again; so nothing
here keeps results, remote control or events.
"""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from time import monotonic
from typing import Any
from uuid import UUID

from celery import Celery  # type: ignore[import-untyped] # publishes no types
from celery.exceptions import Reject  # type: ignore[import-untyped]

from tablewright.infra.settings import Settings, settings

_kombu: Any = import_module("kombu")  # typed in name only: half of its functions have no types

TASK_NAME = "tablewright.run"
DELIVERY_LIMIT = 4
_POLLING_SECONDS = 0.05
_DRAIN_SECONDS = 1.0


def dead_name(current: Settings) -> str:
    """The queue where messages end that no worker could take."""
    return f"{current.queue_name}.dead"


def make_app(current: Settings) -> Celery:
    """The Celery application of these settings, with its one task."""
    app = Celery("tablewright", set_as_current=True)
    app.conf.update(
        broker_url=current.broker_url,
        broker_transport="tablewright.infra.broker_folder:Transport" if current.embedded_broker else None,
        broker_transport_options=_transport_options(current),
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_connection_timeout=2,
        broker_heartbeat=15,
        result_backend=None,
        task_ignore_result=True,
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        task_track_started=False,
        task_serializer="json",
        accept_content=["json"],
        worker_prefetch_multiplier=1,
        worker_enable_remote_control=False,
        worker_send_task_events=False,
        worker_hijack_root_logger=False,
        worker_redirect_stdouts=False,
        worker_detect_quorum_queues=True,
        worker_consumer="tablewright.infra.broker_consumer:Consumer",
        task_create_missing_queues=False,
        task_default_queue=current.queue_name,
        task_default_exchange=current.queue_name,
        task_default_routing_key=current.queue_name,
        task_queues=[_work_queue(current)],
        enable_utc=True,
        timezone="UTC",
    )
    app.task(name=TASK_NAME, acks_late=True, reject_on_worker_lost=True, ignore_result=True)(run_job)
    return app


def run_job(job_id: str) -> None:
    """Do one job. Safe to deliver twice: the second delivery finds nothing to claim."""
    from tablewright.infra import jobs

    try:
        wanted = UUID(job_id)
    except (ValueError, AttributeError, TypeError) as error:
        # Never made by us: no later try can read it either. RabbitMQ keeps it in the dead-letter queue.
        raise Reject(error, requeue=False) from error
    # Short jobs that wait already are done on the way, or each would cost the broker's polling pause. Not for
    # long: an unacknowledged message is one that the broker worries about.
    deadline = monotonic() + _DRAIN_SECONDS
    while jobs.run(wanted) and monotonic() < deadline and not jobs.shutting_down.is_set():
        pass


def _work_queue(current: Settings) -> Any:
    exchange = _kombu.Exchange(current.queue_name, type="direct", durable=True)
    if current.embedded_broker:
        return _kombu.Queue(current.queue_name, exchange, routing_key=current.queue_name)
    return _kombu.Queue(
        current.queue_name,
        exchange,
        routing_key=current.queue_name,
        durable=True,
        queue_arguments={
            "x-queue-type": "quorum",
            "x-delivery-limit": DELIVERY_LIMIT,
            "x-dead-letter-exchange": "",
            "x-dead-letter-routing-key": dead_name(current),
        },
    )


def _transport_options(current: Settings) -> dict[str, Any]:
    if not current.embedded_broker:
        return {"confirm_publish": True, "max_retries": 2, "interval_start": 0, "interval_max": 1}
    folder = current.data_dir / "broker"
    for name in ("messages", "processed", "control"):
        (folder / name).mkdir(parents=True, exist_ok=True, mode=0o700)
    return {
        "data_folder_in": str(folder / "messages"),
        "data_folder_out": str(folder / "messages"),
        "processed_folder": str(folder / "processed"),
        "control_folder": str(folder / "control"),
        # Without this kombu moves messages through the system's temporary folder, which others can read.
        "store_processed": True,
        "polling_interval": _POLLING_SECONDS,
    }


def declare(app: Celery, current: Settings) -> None:
    """Make the queue and its dead-letter queue. Safe to repeat; raises when the broker is away."""
    with app.connection_for_write() as connection:
        connection.ensure_connection(max_retries=1, timeout=3)
        channel = connection.default_channel
        if not current.embedded_broker:
            _kombu.Queue(
                dead_name(current), durable=True, queue_arguments={"x-queue-type": "quorum"}, no_declare=False
            ).bind(channel).queue_declare()
        _work_queue(current).bind(channel).declare()


@lru_cache(maxsize=1)
def _app_of(current_id: int) -> Celery:
    return make_app(settings())


def app() -> Celery:
    """The Celery application of the current settings."""
    return _app_of(id(settings()))


def ready() -> None:
    """Raises when the broker does not answer within two seconds."""
    current = settings()
    if current.embedded_broker:
        if not (current.data_dir / "broker").is_dir():
            raise ConnectionError("The broker's folder is missing.")
        return
    with app().connection_for_write() as connection:
        connection.ensure_connection(max_retries=1, timeout=2)
