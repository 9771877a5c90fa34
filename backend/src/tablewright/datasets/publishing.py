"""Who is told of a version that became current. Domains above ask to be, so that this one need not know them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from tablewright.identity.actor import Actor

Hearer = Callable[[Session, Actor, UUID, datetime], None]
_hearers: dict[str, Hearer] = {}


def register(domain: str, hearer: Hearer) -> None:
    """Have `hearer` told in the transaction that publishes. It promises work; it does none there."""
    _hearers[domain] = hearer


def tell(session: Session, actor: Actor, dataset_id: UUID, now: datetime) -> None:
    """Say that a dataset has another current version."""
    for hearer in _hearers.values():
        hearer(session, actor, dataset_id, now)
