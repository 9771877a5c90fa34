"""Metrics: agreed, changed, certified, and removed when nothing uses them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from tablewright.access.service import Sight
from tablewright.core.metrics.model import Definition, placed
from tablewright.core.queries.compile import compile_question
from tablewright.core.queries.model import Measure, Question
from tablewright.core.queries.tables import Table, key_of
from tablewright.datasets import repository as datasets
from tablewright.datasets.dependents import Dependent, register
from tablewright.identity import repository as identity
from tablewright.identity.actor import Actor, Permission
from tablewright.identity.service import note
from tablewright.metrics import repository
from tablewright.metrics.errors import MetricChanged, MetricExists, MetricInUse
from tablewright.metrics.models import Metric

Finder = Callable[[Session, Actor, UUID], list[str]]
_finders: dict[str, Finder] = {}


def uses(domain: str, finder: Finder) -> None:
    """Have `finder` asked for the names of what uses a metric in a domain above this one."""
    _finders[domain] = finder


def create(
    session: Session,
    actor: Actor,
    *,
    dataset_id: UUID,
    name: str,
    description: str,
    definition: Definition,
    unit: str | None,
    format: str | None,
    owner_id: UUID | None,
    is_certified: bool,
    now: datetime,
) -> Metric:
    """Agree on a metric. It must be askable by the person who makes it."""
    actor.require(Permission.METRICS_EDIT)
    if is_certified:
        actor.require(Permission.METRICS_CERTIFY)
    _check(session, actor, dataset_id, name, definition, now)
    if repository.named(session, actor, name) is not None:
        raise MetricExists(name)
    if owner_id is not None:
        identity.member(session, actor.workspace_id, owner_id)
    metric = Metric(
        workspace_id=actor.workspace_id,
        dataset_id=dataset_id,
        name=name,
        description=description,
        definition=definition.model_dump(mode="json"),
        unit=unit,
        format=format,
        owner_id=owner_id,
        is_certified=is_certified,
        created_by=actor.user_id,
        created_at=now,
        updated_by=actor.user_id,
        updated_at=now,
    )
    session.add(metric)
    session.flush()
    note(session, actor, "metrics.create", "metric", str(metric.id), now)
    return metric


def change(
    session: Session,
    actor: Actor,
    metric_id: UUID,
    *,
    name: str,
    description: str,
    definition: Definition,
    unit: str | None,
    format: str | None,
    owner_id: UUID | None,
    is_certified: bool,
    version: int,
    now: datetime,
) -> Metric:
    """Replace a metric: every question that uses it is answered by the new definition from now on.

    Raises MetricChanged when `version` is not the newest.
    """
    actor.require(Permission.METRICS_EDIT)
    metric = repository.get(session, actor, metric_id, lock=True)
    if metric.version != version:
        raise MetricChanged
    if metric.is_certified or is_certified:
        actor.require(Permission.METRICS_CERTIFY)
    _check(session, actor, metric.dataset_id, name, definition, now)
    same = repository.named(session, actor, name)
    if same is not None and same.id != metric.id:
        raise MetricExists(name)
    if owner_id is not None:
        identity.member(session, actor.workspace_id, owner_id)
    metric.name, metric.description, metric.unit, metric.format = name, description, unit, format
    metric.definition = definition.model_dump(mode="json")
    metric.owner_id, metric.is_certified = owner_id, is_certified
    metric.version += 1
    metric.updated_by, metric.updated_at = actor.user_id, now
    session.flush()
    note(session, actor, "metrics.change", "metric", str(metric.id), now, version=metric.version)
    return metric


def _check(session: Session, actor: Actor, dataset_id: UUID, name: str, definition: Definition, now: datetime) -> None:
    asked = datasets.asked(session, actor, dataset_id, None)
    sight = Sight(session, actor)
    sight.know(dataset_id, asked.rules)
    shown = sight.of(dataset_id, asked.columns).shown(asked.columns)
    alone = Question(dataset_id=dataset_id, measures=(Measure(metric=dataset_id),))
    question = placed(alone, 0, name, definition, "")
    compile_question(question, {key_of(question): Table(shown, "x")}, today=now.date())


def used_by(session: Session, actor: Actor, metric_id: UUID) -> list[str]:
    """The names of what uses a metric."""
    return [name for finder in _finders.values() for name in finder(session, actor, metric_id)]


def delete(session: Session, actor: Actor, metric_id: UUID, *, now: datetime) -> None:
    """Remove a metric that nothing uses. Raises MetricInUse."""
    actor.require(Permission.METRICS_EDIT)
    metric = repository.get(session, actor, metric_id, lock=True)
    if metric.is_certified:
        actor.require(Permission.METRICS_CERTIFY)
    users = used_by(session, actor, metric_id)
    if users:
        raise MetricInUse(metric.name, users)
    session.delete(metric)
    session.flush()
    note(session, actor, "metrics.delete", "metric", str(metric_id), now)


def built_on(session: Session, actor: Actor, dataset_id: UUID) -> list[Dependent]:
    """The metrics of a dataset, with the columns they use."""
    return [
        Dependent("metric", metric.id, metric.name, metric.defined().columns())
        for metric in repository.of_dataset(session, actor, dataset_id)
    ]


register("metrics", built_on)
