"""Metrics over HTTP."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from sqlalchemy.orm import Session

from tablewright.identity import repository as identity
from tablewright.identity.access import ActorDep, IdempotencyHeader, once
from tablewright.identity.actor import Permission
from tablewright.infra.clock import NowDep
from tablewright.infra.db import SessionDep
from tablewright.infra.paging import CursorDep, LimitQuery
from tablewright.metrics import repository, service
from tablewright.metrics.models import Metric
from tablewright.metrics.schemas import MetricChange, MetricDetail, MetricIn, MetricList, MetricOut

router = APIRouter(prefix="/metrics", tags=["metrics"])


def _out(session: Session, metrics: list[Metric]) -> list[MetricOut]:
    owners = identity.names_of(session, {metric.owner_id for metric in metrics if metric.owner_id})
    shown = (
        "id", "name", "description", "dataset_id", "unit", "format", "is_certified", "version", "created_at",
        "updated_at",
    )  # fmt: skip
    return [
        MetricOut.model_validate(
            {
                **{name: getattr(metric, name) for name in shown},
                "definition": metric.defined(),
                "owner": (
                    {"id": metric.owner_id, "name": owners[metric.owner_id]} if metric.owner_id in owners else None
                ),
            }
        )
        for metric in metrics
    ]


@router.get("", operation_id="listMetrics")
def list_metrics(
    session: SessionDep,
    actor: ActorDep,
    cursor: CursorDep,
    search: Annotated[str, Query(max_length=200)] = "",
    dataset_id: UUID | None = None,
    limit: LimitQuery = 50,
) -> MetricList:
    """The metrics of the workspace, newest first; those of one dataset when it is named."""
    actor.require(Permission.QUESTIONS_ASK)
    page = repository.page(session, actor, search=search.strip(), dataset_id=dataset_id, cursor=cursor, limit=limit)
    return MetricList(items=_out(session, page.items), next_cursor=page.next_cursor)


@router.post("", status_code=201, operation_id="createMetric", response_model=MetricOut)
def create_metric(
    body: MetricIn, session: SessionDep, actor: ActorDep, now: NowDep, key: IdempotencyHeader = None
) -> Response:
    """Agree on a metric."""

    def make() -> MetricOut:
        given = {name: getattr(body, name) for name in type(body).model_fields}
        [out] = _out(session, [service.create(session, actor, **given, now=now)])
        return out

    return once(session, actor, key, body, make, now=now)


@router.get("/{metric_id}", operation_id="getMetric")
def get_metric(metric_id: UUID, session: SessionDep, actor: ActorDep) -> MetricDetail:
    """One metric, and what uses it."""
    actor.require(Permission.QUESTIONS_ASK)
    [out] = _out(session, [repository.get(session, actor, metric_id)])
    return MetricDetail(**out.model_dump(), used_by=service.used_by(session, actor, metric_id))


@router.put("/{metric_id}", operation_id="changeMetric")
def change_metric(metric_id: UUID, body: MetricChange, session: SessionDep, actor: ActorDep, now: NowDep) -> MetricOut:
    """Replace a metric, for everything that uses it; 409 when somebody else did meanwhile."""
    given = {name: getattr(body, name) for name in type(body).model_fields}
    [out] = _out(session, [service.change(session, actor, metric_id, **given, now=now)])
    return out


@router.delete("/{metric_id}", status_code=204, operation_id="deleteMetric")
def delete_metric(metric_id: UUID, session: SessionDep, actor: ActorDep, now: NowDep) -> None:
    """Remove a metric; 409 while something uses it."""
    service.delete(session, actor, metric_id, now=now)
