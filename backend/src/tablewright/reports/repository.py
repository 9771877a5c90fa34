"""Every SELECT of reports."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Select, func, select, tuple_
from sqlalchemy.orm import Session

from tablewright.identity.actor import Actor
from tablewright.infra.paging import Cursor, Page, page_of
from tablewright.reports.errors import EditionMissing, ReportMissing
from tablewright.reports.models import Edition, Report


def visible_to(actor: Actor, *, deleted: bool = False) -> Select[Report]:
    return select(Report).where(
        Report.workspace_id == actor.workspace_id,
        Report.deleted_at.is_not(None) if deleted else Report.deleted_at.is_(None),
    )


def get(session: Session, actor: Actor, report_id: UUID, *, deleted: bool = False, lock: bool = False) -> Report:
    """The report, or ReportMissing."""
    statement = visible_to(actor, deleted=deleted).where(Report.id == report_id)
    found = session.scalar(statement.with_for_update() if lock else statement)
    if found is None:
        raise ReportMissing
    return found


def page(session: Session, actor: Actor, *, search: str, cursor: Cursor | None, limit: int) -> Page[Report]:
    """Newest first; `search` is a part of the title."""
    statement = visible_to(actor)
    if search:
        statement = statement.where(func.strpos(func.lower(Report.title), search.lower()) > 0)
    if cursor is not None:
        statement = statement.where(tuple_(Report.created_at, Report.id) < (cursor.at, cursor.id))
    rows = session.scalars(statement.order_by(Report.created_at.desc(), Report.id.desc()).limit(limit + 1))
    return page_of(list(rows), limit)


def edition(session: Session, actor: Actor, edition_id: UUID) -> Edition:
    """An edition of a report that is visible itself, or EditionMissing."""
    found = session.scalar(
        select(Edition)
        .join(Report, Report.id == Edition.report_id)
        .where(Edition.workspace_id == actor.workspace_id, Edition.id == edition_id, Report.deleted_at.is_(None))
    )
    if found is None:
        raise EditionMissing
    return found


def editions(session: Session, actor: Actor, report_id: UUID) -> list[Edition]:
    return list(
        session.scalars(
            select(Edition)
            .where(Edition.workspace_id == actor.workspace_id, Edition.report_id == report_id)
            .order_by(Edition.created_at.desc())
            .limit(200)
        )
    )
