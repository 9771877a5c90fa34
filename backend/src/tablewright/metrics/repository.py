"""Every SELECT of metrics."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Select, func, select, tuple_
from sqlalchemy.orm import Session

from tablewright.identity.actor import Actor
from tablewright.infra.paging import Cursor, Page, page_of
from tablewright.metrics.errors import MetricMissing
from tablewright.metrics.models import Metric


def visible_to(actor: Actor) -> Select[Metric]:
    return select(Metric).where(Metric.workspace_id == actor.workspace_id)


def get(session: Session, actor: Actor, metric_id: UUID, *, lock: bool = False) -> Metric:
    """The metric, or MetricMissing."""
    statement = visible_to(actor).where(Metric.id == metric_id)
    found = session.scalar(statement.with_for_update() if lock else statement)
    if found is None:
        raise MetricMissing
    return found


def named(session: Session, actor: Actor, name: str) -> Metric | None:
    return session.scalar(visible_to(actor).where(func.lower(Metric.name) == name.lower()))


def of_dataset(session: Session, actor: Actor, dataset_id: UUID) -> list[Metric]:
    return list(session.scalars(visible_to(actor).where(Metric.dataset_id == dataset_id).order_by(Metric.name)))


def page(
    session: Session, actor: Actor, *, search: str, dataset_id: UUID | None, cursor: Cursor | None, limit: int
) -> Page[Metric]:
    """Newest first; `search` is a part of the name or the description."""
    statement = visible_to(actor)
    if search:
        text = func.lower(Metric.name + " " + Metric.description)
        statement = statement.where(func.strpos(text, search.lower()) > 0)
    if dataset_id is not None:
        statement = statement.where(Metric.dataset_id == dataset_id)
    if cursor is not None:
        statement = statement.where(tuple_(Metric.created_at, Metric.id) < (cursor.at, cursor.id))
    rows = session.scalars(statement.order_by(Metric.created_at.desc(), Metric.id.desc()).limit(limit + 1))
    return page_of(list(rows), limit)
