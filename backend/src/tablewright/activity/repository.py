"""Every SELECT of jobs on behalf of a person. Viewers see their own, everybody else the workspace's."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Select, select, tuple_
from sqlalchemy.orm import Session

from tablewright.core.errors import Missing
from tablewright.identity.actor import Actor, Role
from tablewright.infra.jobs import IDLE, Job
from tablewright.infra.paging import Cursor, Page, page_of


class JobMissing(Missing):
    def __init__(self) -> None:
        super().__init__("There is no such job in this workspace.")


def visible_to(actor: Actor) -> Select[Job]:
    statement = select(Job).where(Job.workspace_id == actor.workspace_id)
    return statement.where(Job.created_by == actor.user_id) if actor.role == Role.VIEWER else statement


def get(session: Session, actor: Actor, job_id: UUID) -> Job:
    """The job, or JobMissing."""
    found = session.scalar(visible_to(actor).where(Job.id == job_id))
    if found is None:
        raise JobMissing
    return found


def page(session: Session, actor: Actor, *, state: str | None, cursor: Cursor | None, limit: int) -> Page[Job]:
    """Newest first, in one state or in all. What the installation does for itself is left out."""
    statement = visible_to(actor).where(Job.kind.not_in(IDLE))
    if state is not None:
        statement = statement.where(Job.state == state)
    if cursor is not None:
        statement = statement.where(tuple_(Job.created_at, Job.id) < (cursor.at, cursor.id))
    rows = session.scalars(statement.order_by(Job.created_at.desc(), Job.id.desc()).limit(limit + 1))
    return page_of(list(rows), limit)
