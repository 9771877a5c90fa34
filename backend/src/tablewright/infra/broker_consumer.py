"""Celery's consumer with two habits changed: what it cannot read is parked, and it makes no queues of its own."""

from __future__ import annotations

from typing import Any

import structlog
from celery.worker import consumer  # type: ignore[import-untyped] # publishes no types

log = structlog.get_logger(__name__)


class Consumer(consumer.Consumer):  # type: ignore[misc] # its base has no types
    """Rejects undecodable messages, which Celery drops: the dead-letter queue shows them to the operator.

    Makes no delayed-delivery queues either (28 for each virtual host): pauses are rows with an instant here.
    """

    class Blueprint(consumer.Consumer.Blueprint):  # type: ignore[misc]
        default_steps = tuple(
            step for step in consumer.Consumer.Blueprint.default_steps if not step.endswith(":DelayedDelivery")
        )

    def on_decode_error(self, message: Any, exc: Exception) -> None:
        log.error("message_unreadable", content_type=str(message.content_type)[:100], error=str(exc)[:300])
        message.reject()
