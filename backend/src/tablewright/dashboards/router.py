"""Dashboards over HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Query, Request, Response
from fastapi.responses import StreamingResponse
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool

from tablewright.core.dashboards.model import TileId
from tablewright.core.errors import Problem
from tablewright.core.queries.model import Question
from tablewright.dashboards import images, proposing, repository, service
from tablewright.dashboards.models import Dashboard, DashboardComment
from tablewright.dashboards.schemas import (
    AudienceIn,
    CommentIn,
    CommentList,
    CommentOut,
    CopyIn,
    DashboardAsk,
    DashboardChange,
    DashboardDetail,
    DashboardIn,
    DashboardList,
    DashboardLook,
    DashboardOut,
    DashboardState,
    DashboardVersionList,
    DashboardVersionOut,
    ImageOut,
    LockIn,
    ProposalIn,
    ProposalOut,
)
from tablewright.identity.access import ActorDep, Credentials, IdempotencyHeader, once
from tablewright.identity.actor import Actor, Permission
from tablewright.identity.errors import SessionOver
from tablewright.identity.repository import names_of
from tablewright.identity.service import actor_of, still
from tablewright.infra import clock
from tablewright.infra.clock import NowDep
from tablewright.infra.db import SessionDep, transaction
from tablewright.infra.paging import CursorDep, LimitQuery
from tablewright.queries import repository as questions
from tablewright.queries.router import saved_out, streamed

router = APIRouter(prefix="/dashboards", tags=["dashboards"])

_LOOK_EVERY_SECONDS = 2.0
_SILENCE_SECONDS = 15.0
_LONGEST_WATCH = timedelta(minutes=30)


def _facts(dashboard: Dashboard, favourites: set[UUID]) -> dict[str, object]:
    return {
        "id": dashboard.id,
        "title": dashboard.title,
        "folder": dashboard.folder,
        "tile_count": sum(1 for _ in dashboard.shown().tiles()),
        "favourite": dashboard.id in favourites,
        "locked": dashboard.locked,
        "restricted": dashboard.audience is not None,
        "created_at": dashboard.created_at,
        "updated_at": dashboard.updated_at,
    }


def _detail(session: SessionDep, actor: Actor, dashboard: Dashboard) -> DashboardDetail:
    content = dashboard.shown()
    wanted = {tile.question_id for tile in content.asked() if tile.question_id is not None}
    saved = questions.several(session, actor, wanted)
    return DashboardDetail.model_validate(
        {
            **_facts(dashboard, repository.favourites(session, actor)),
            "content": content,
            "version": dashboard.version,
            "may_lock": Permission.DASHBOARDS_EDIT in actor.permissions and service.owns(actor, dashboard),
            "may_edit": service.may_edit(session, actor, dashboard),
            "audience": dashboard.shared_with() if service.owns(actor, dashboard) else None,
            "questions": [saved_out(one) for one in saved],
        }
    )


@router.get("", operation_id="listDashboards")
def list_dashboards(
    session: SessionDep,
    actor: ActorDep,
    cursor: CursorDep,
    search: Annotated[str, Query(max_length=200)] = "",
    folder: Annotated[str | None, Query(max_length=100)] = None,
    favourites: bool = False,
    limit: LimitQuery = 50,
) -> DashboardList:
    """The dashboards of the workspace, newest first."""
    actor.require(Permission.DASHBOARDS_READ)
    page = repository.page(
        session, actor, search=search.strip(), folder=folder, favourites=favourites, cursor=cursor, limit=limit
    )
    marked = repository.favourites(session, actor)
    return DashboardList(
        items=[DashboardOut.model_validate(_facts(dashboard, marked)) for dashboard in page.items],
        folders=repository.folders(session, actor),
        next_cursor=page.next_cursor,
    )


@router.post("", status_code=201, operation_id="createDashboard", response_model=DashboardDetail)
def create_dashboard(
    body: DashboardIn, session: SessionDep, actor: ActorDep, now: NowDep, key: IdempotencyHeader = None
) -> Response:
    """Keep a dashboard."""
    return once(
        session,
        actor,
        key,
        body,
        lambda: _detail(
            session,
            actor,
            service.create(session, actor, title=body.title, folder=body.folder, content=body.content, now=now),
        ),
        now=now,
    )


@router.post("/propose", operation_id="proposeDashboard")
def propose_dashboard(body: ProposalIn, credentials: Credentials, now: NowDep) -> ProposalOut:
    """What stands out in a dataset, as a dashboard: each tile with the reason why. It is kept by making it."""
    if credentials is None:
        raise SessionOver

    @contextmanager
    def begin() -> Iterator[tuple[Session, Actor]]:
        with transaction() as session:
            yield session, actor_of(session, credentials.credentials, now)

    found = proposing.propose(begin, body.dataset_id)
    return ProposalOut(title=found.title, content=found.content, asked_count=found.asked_count)


@router.post("/images", status_code=201, operation_id="addDashboardImage")
def add_image(
    content: Annotated[bytes, Body(media_type="application/octet-stream")],
    session: SessionDep,
    actor: ActorDep,
    now: NowDep,
) -> ImageOut:
    """Keep a picture for dashboards: PNG or JPEG, 3 MiB and 40 million pixels at most. It is drawn anew."""
    made = images.add(session, actor, content, now=now)
    return ImageOut(id=made.id, width=made.width, height=made.height, byte_count=made.byte_count)


@router.get("/images/{image_id}", operation_id="getDashboardImage", response_class=Response)
def get_image(image_id: UUID, session: SessionDep, actor: ActorDep) -> Response:
    """A picture as PNG."""
    actor.require(Permission.DASHBOARDS_READ)
    found = images.get(session, actor, image_id)
    headers = {"Cache-Control": "private, max-age=86400, immutable"}
    return Response(images.read(found.workspace_id, found.id), media_type="image/png", headers=headers)


@router.get("/{dashboard_id}", operation_id="getDashboard")
def get_dashboard(dashboard_id: UUID, session: SessionDep, actor: ActorDep, now: NowDep) -> DashboardDetail:
    """One dashboard with its tiles and the saved questions that they show."""
    actor.require(Permission.DASHBOARDS_READ)
    dashboard = repository.get(session, actor, dashboard_id)
    dashboard.open(now)
    return _detail(session, actor, dashboard)


@router.put("/{dashboard_id}", operation_id="changeDashboard")
def change_dashboard(
    dashboard_id: UUID, body: DashboardChange, session: SessionDep, actor: ActorDep, now: NowDep
) -> DashboardDetail:
    """Replace everything on a dashboard; 409 when somebody else did meanwhile, or when it is locked."""
    changed = service.change(
        session,
        actor,
        dashboard_id,
        title=body.title,
        folder=body.folder,
        content=body.content,
        version=body.version,
        now=now,
    )
    return _detail(session, actor, changed)


@router.delete("/{dashboard_id}", status_code=204, operation_id="deleteDashboard")
def delete_dashboard(dashboard_id: UUID, session: SessionDep, actor: ActorDep, now: NowDep) -> None:
    """Put a dashboard into the bin, for 30 days."""
    service.delete(session, actor, dashboard_id, now=now)


@router.post("/{dashboard_id}/restore", operation_id="restoreDashboard")
def restore_dashboard(dashboard_id: UUID, session: SessionDep, actor: ActorDep, now: NowDep) -> DashboardDetail:
    """Undo a deletion."""
    return _detail(session, actor, service.restore(session, actor, dashboard_id, now=now))


@router.post("/{dashboard_id}/ask", operation_id="askDashboard", response_class=StreamingResponse)
def ask_dashboard(dashboard_id: UUID, body: DashboardAsk, credentials: Credentials, now: NowDep) -> Response:
    """Ask the tiles under the filters. One line of JSON each, `{key, answer}` or `{key, problem}`, as they finish."""
    if credentials is None:
        raise SessionOver
    with transaction() as session:
        tiles = service.plan(
            session,
            actor_of(session, credentials.credentials, now),
            dashboard_id,
            values=body.values,
            more={each.dataset_id: each.conditions for each in body.more},
            tiles=body.tiles,
            otherwise=body,
        )
        return streamed(tiles)


@router.post("/{dashboard_id}/tiles/{tile_id}/question", operation_id="tellTileQuestion")
def tell_tile_question(
    dashboard_id: UUID, tile_id: TileId, body: DashboardLook, session: SessionDep, actor: ActorDep
) -> Question:
    """What one tile asks under the filters: to explain a number of it, and to ask on from there."""
    return service.asked_by(
        session,
        actor,
        dashboard_id,
        tile_id,
        values=body.values,
        more={each.dataset_id: each.conditions for each in body.more},
        otherwise=body,
    )


@router.get("/{dashboard_id}/events", operation_id="watchDashboard", response_class=StreamingResponse)
def watch_dashboard(dashboard_id: UUID, request: Request, session: SessionDep, actor: ActorDep) -> StreamingResponse:
    """Server-sent events: `event: state` now and whenever the dashboard or a version of its data is another."""
    actor.require(Permission.DASHBOARDS_READ)
    reads = service.reads(session, actor, dashboard_id)
    ends_at = clock.now() + _LONGEST_WATCH

    async def events() -> AsyncIterator[bytes]:
        before = b""
        silent = 0.0
        while clock.now() < ends_at and not await request.is_disconnected():
            try:
                state = await run_in_threadpool(_state, actor, dashboard_id, reads)
            except Problem:
                return  # signed out, or no longer shared
            if state != before:
                before, silent = state, 0.0
                yield b"event: state\ndata: " + state + b"\n\n"
            elif silent >= _SILENCE_SECONDS:
                silent = 0.0
                yield b": still here\n\n"  # keeps proxies from closing the connection
            await asyncio.sleep(_LOOK_EVERY_SECONDS)
            silent += _LOOK_EVERY_SECONDS

    return StreamingResponse(
        events(), media_type="text/event-stream", headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    )


def _state(actor: Actor, dashboard_id: UUID, reads: frozenset[UUID]) -> bytes:
    """What a watcher is told, in a transaction of its own: a stream must not outlive session and rights."""
    with transaction() as session:
        found = service.state(session, still(session, actor, clock.now()), dashboard_id, reads)
    return DashboardState(version=found.version, data=found.data).model_dump_json().encode()


@router.post("/{dashboard_id}/copy", status_code=201, operation_id="copyDashboard", response_model=DashboardDetail)
def copy_dashboard(
    dashboard_id: UUID,
    body: CopyIn,
    session: SessionDep,
    actor: ActorDep,
    now: NowDep,
    key: IdempotencyHeader = None,
) -> Response:
    """Make a dashboard of one's own with the same content."""
    return once(
        session,
        actor,
        key,
        {"dashboard_id": str(dashboard_id), "title": body.title},
        lambda: _detail(session, actor, service.copy(session, actor, dashboard_id, title=body.title, now=now)),
        now=now,
    )


@router.put("/{dashboard_id}/lock", operation_id="lockDashboard")
def lock_dashboard(
    dashboard_id: UUID, body: LockIn, session: SessionDep, actor: ActorDep, now: NowDep
) -> DashboardDetail:
    """Keep a dashboard from being changed, or open it again."""
    return _detail(session, actor, service.set_locked(session, actor, dashboard_id, body.locked, now=now))


@router.put("/{dashboard_id}/audience", operation_id="shareDashboard")
def share_dashboard(
    dashboard_id: UUID, body: AudienceIn, session: SessionDep, actor: ActorDep, now: NowDep
) -> DashboardDetail:
    """Decide who in the workspace sees a dashboard, and who may change it."""
    return _detail(session, actor, service.set_audience(session, actor, dashboard_id, body.audience, now=now))


@router.put("/{dashboard_id}/favourite", status_code=204, operation_id="markDashboard")
def mark_dashboard(dashboard_id: UUID, session: SessionDep, actor: ActorDep) -> None:
    """Mark a dashboard for oneself."""
    service.set_favourite(session, actor, dashboard_id, True)


@router.delete("/{dashboard_id}/favourite", status_code=204, operation_id="unmarkDashboard")
def unmark_dashboard(dashboard_id: UUID, session: SessionDep, actor: ActorDep) -> None:
    """Take one's mark away."""
    service.set_favourite(session, actor, dashboard_id, False)


@router.get("/{dashboard_id}/versions", operation_id="listDashboardVersions")
def list_versions(dashboard_id: UUID, session: SessionDep, actor: ActorDep) -> DashboardVersionList:
    """What the dashboard was, newest first."""
    actor.require(Permission.DASHBOARDS_READ)
    found = repository.versions(session, actor, repository.get(session, actor, dashboard_id).id)
    names = names_of(session, {each.created_by for each in found})
    return DashboardVersionList(
        items=[
            DashboardVersionOut(
                number=each.number,
                title=each.title,
                said=each.said,
                by=names.get(each.created_by, ""),
                created_at=each.created_at,
            )
            for each in found
        ]
    )


@router.post("/{dashboard_id}/versions/{number}/restore", operation_id="restoreDashboardVersion")
def restore_version(
    dashboard_id: UUID, number: int, session: SessionDep, actor: ActorDep, now: NowDep
) -> DashboardDetail:
    """Make what was once there the newest version."""
    return _detail(session, actor, service.restore_version(session, actor, dashboard_id, number, now=now))


def _comment(comment: DashboardComment, actor: Actor, names: dict[UUID, str]) -> CommentOut:
    return CommentOut(
        id=comment.id,
        tile=comment.tile,
        text=comment.text,
        by=names.get(comment.created_by, ""),
        mine=comment.created_by == actor.user_id,
        created_at=comment.created_at,
    )


@router.get("/{dashboard_id}/comments", operation_id="listDashboardComments")
def list_comments(dashboard_id: UUID, session: SessionDep, actor: ActorDep) -> CommentList:
    """Remarks on the dashboard and its tiles, oldest first."""
    actor.require(Permission.DASHBOARDS_READ)
    found = repository.comments(session, actor, repository.get(session, actor, dashboard_id).id)
    names = names_of(session, {each.created_by for each in found})
    return CommentList(items=[_comment(each, actor, names) for each in found])


@router.post("/{dashboard_id}/comments", status_code=201, operation_id="commentDashboard", response_model=CommentOut)
def comment_dashboard(
    dashboard_id: UUID,
    body: CommentIn,
    session: SessionDep,
    actor: ActorDep,
    now: NowDep,
    key: IdempotencyHeader = None,
) -> Response:
    """Remark on a dashboard or on one of its tiles."""

    def make() -> CommentOut:
        made = service.comment(session, actor, dashboard_id, tile=body.tile, text=body.text, now=now)
        return _comment(made, actor, names_of(session, {made.created_by}))

    asked = {"dashboard_id": str(dashboard_id), **body.model_dump(mode="json")}
    return once(session, actor, key, asked, make, now=now)


@router.delete("/{dashboard_id}/comments/{comment_id}", status_code=204, operation_id="removeDashboardComment")
def remove_comment(dashboard_id: UUID, comment_id: UUID, session: SessionDep, actor: ActorDep, now: NowDep) -> None:
    """Take a remark away."""
    service.remove_comment(session, actor, dashboard_id, comment_id, now=now)
