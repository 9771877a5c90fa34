"""Every SELECT of dashboards."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, String, cast, func, literal, or_, select, tuple_
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from tablewright.access import repository as access
from tablewright.dashboards.errors import CommentMissing, DashboardMissing, DashboardVersionMissing
from tablewright.dashboards.models import Dashboard, DashboardComment, DashboardFavourite, DashboardVersion
from tablewright.identity.actor import Actor, Role
from tablewright.infra.paging import Cursor, Page, page_of
from tablewright.queries import repository as questions


def every(actor: Actor, *, deleted: bool = False) -> Select[Dashboard]:
    """Of the workspace, also those that are not shared with this person: for what must not be forgotten."""
    return select(Dashboard).where(
        Dashboard.workspace_id == actor.workspace_id,
        Dashboard.deleted_at.is_not(None) if deleted else Dashboard.deleted_at.is_(None),
    )


def visible_to(actor: Actor, *, deleted: bool = False) -> Select[Dashboard]:
    """Those that are shared with everybody or with this person, and their own. An admin sees all."""
    statement = every(actor, deleted=deleted)
    return statement if actor.role is Role.ADMIN else statement.where(_shared_with(actor))


def _shared_with(actor: Actor) -> ColumnElement[bool]:
    """Whoever looks as somebody else sees what that one sees."""
    person = actor.view_as or actor.user_id
    names = [{"kind": "member", "user_id": str(person)}]
    if actor.role is not None:
        names.append({"kind": "role", "role": actor.role.value})
    mine = access.group_ids(actor.workspace_id, person).subquery()
    of_group = select(literal(1)).where(
        Dashboard.audience.op("@>")(
            func.jsonb_build_array(
                func.jsonb_build_object(
                    "who", func.jsonb_build_object("kind", "group", "group_id", cast(mine.c.group_id, String))
                )
            )
        )
    )
    return or_(
        Dashboard.audience.is_(None),
        Dashboard.created_by == person,
        *(Dashboard.audience.op("@>")(cast([{"who": each}], JSONB)) for each in names),
        of_group.exists(),
    )


def get(session: Session, actor: Actor, dashboard_id: UUID, *, deleted: bool = False, lock: bool = False) -> Dashboard:
    """The dashboard, or DashboardMissing."""
    statement = visible_to(actor, deleted=deleted).where(Dashboard.id == dashboard_id)
    found = session.scalar(statement.with_for_update() if lock else statement)
    if found is None:
        raise DashboardMissing
    return found


def saved_by(session: Session, workspace_id: UUID, dashboard_id: UUID) -> UUID | None:
    """Who saved what a dashboard is now; None when there is no such dashboard, or it is in the bin."""
    return session.scalar(
        select(DashboardVersion.created_by)
        .join(
            Dashboard, (Dashboard.id == DashboardVersion.dashboard_id) & (Dashboard.version == DashboardVersion.number)
        )
        .where(Dashboard.workspace_id == workspace_id, Dashboard.id == dashboard_id, Dashboard.deleted_at.is_(None))
    )


_used_at = func.greatest(Dashboard.updated_at, Dashboard.opened_at)


def reading(session: Session, actor: Actor, dataset_id: UUID, limit: int) -> list[UUID]:
    """The dashboards that may read a dataset, by themselves or by a saved question; those used last first."""
    content = cast(Dashboard.content, String)
    saved = questions.ids_naming(actor, dataset_id).subquery()
    by_question = select(literal(1)).where(func.strpos(content, cast(saved.c.id, String)) > 0).exists()
    statement = every(actor).where(or_(func.strpos(content, str(dataset_id)) > 0, by_question))
    return list(session.scalars(statement.with_only_columns(Dashboard.id).order_by(_used_at.desc()).limit(limit)))


def used_since(session: Session, workspace_id: UUID, since: datetime, limit: int) -> list[UUID]:
    """The dashboards that were opened or saved since then, the last used first."""
    return list(
        session.scalars(
            select(Dashboard.id)
            .where(Dashboard.workspace_id == workspace_id, Dashboard.deleted_at.is_(None), _used_at >= since)
            .order_by(_used_at.desc())
            .limit(limit)
        )
    )


def page(
    session: Session,
    actor: Actor,
    *,
    search: str,
    folder: str | None,
    favourites: bool,
    cursor: Cursor | None,
    limit: int,
) -> Page[Dashboard]:
    """Newest first; `search` is a part of the title."""
    statement = visible_to(actor)
    if search:
        statement = statement.where(func.strpos(func.lower(Dashboard.title), search.lower()) > 0)
    if folder is not None:
        statement = statement.where(Dashboard.folder == folder)
    if favourites:
        statement = statement.where(Dashboard.id.in_(_favourites(actor)))
    if cursor is not None:
        statement = statement.where(tuple_(Dashboard.created_at, Dashboard.id) < (cursor.at, cursor.id))
    rows = session.scalars(statement.order_by(Dashboard.created_at.desc(), Dashboard.id.desc()).limit(limit + 1))
    return page_of(list(rows), limit)


def _favourites(actor: Actor) -> Select[UUID]:
    return select(DashboardFavourite.dashboard_id).where(
        DashboardFavourite.workspace_id == actor.workspace_id, DashboardFavourite.user_id == actor.user_id
    )


def favourites(session: Session, actor: Actor) -> set[UUID]:
    """The ids of what this person marked."""
    return set(session.scalars(_favourites(actor)))


def folders(session: Session, actor: Actor) -> list[str]:
    found = session.scalars(
        visible_to(actor).with_only_columns(Dashboard.folder).where(Dashboard.folder != "").distinct()
    )
    return sorted(found)


def versions(session: Session, actor: Actor, dashboard_id: UUID) -> list[DashboardVersion]:
    """Newest first, two hundred at most."""
    return list(
        session.scalars(
            select(DashboardVersion)
            .where(DashboardVersion.workspace_id == actor.workspace_id, DashboardVersion.dashboard_id == dashboard_id)
            .order_by(DashboardVersion.number.desc())
            .limit(200)
        )
    )


def version(session: Session, actor: Actor, dashboard_id: UUID, number: int) -> DashboardVersion:
    found = session.scalar(
        select(DashboardVersion).where(
            DashboardVersion.workspace_id == actor.workspace_id,
            DashboardVersion.dashboard_id == dashboard_id,
            DashboardVersion.number == number,
        )
    )
    if found is None:
        raise DashboardVersionMissing
    return found


def comments(session: Session, actor: Actor, dashboard_id: UUID) -> list[DashboardComment]:
    """Oldest first."""
    return list(
        session.scalars(
            select(DashboardComment)
            .where(
                DashboardComment.workspace_id == actor.workspace_id,
                DashboardComment.dashboard_id == dashboard_id,
                DashboardComment.deleted_at.is_(None),
            )
            .order_by(DashboardComment.created_at, DashboardComment.id)
            .limit(500)
        )
    )


def comment(session: Session, actor: Actor, dashboard_id: UUID, comment_id: UUID) -> DashboardComment:
    found = session.scalar(
        select(DashboardComment).where(
            DashboardComment.workspace_id == actor.workspace_id,
            DashboardComment.dashboard_id == dashboard_id,
            DashboardComment.id == comment_id,
            DashboardComment.deleted_at.is_(None),
        )
    )
    if found is None:
        raise CommentMissing
    return found
