"""Sharing over HTTP, for those who share."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter

from tablewright.access import repository as access
from tablewright.identity import repository as identity
from tablewright.identity.access import ActorDep
from tablewright.identity.actor import Actor, Permission
from tablewright.identity.repository import names_of
from tablewright.infra.clock import NowDep
from tablewright.infra.db import SessionDep
from tablewright.sharing import repository, service, tokens
from tablewright.sharing.models import Share
from tablewright.sharing.schemas import (
    GroupNameOut,
    PeopleOut,
    PersonOut,
    ShareIn,
    ShareList,
    ShareMade,
    ShareOut,
    SharingIn,
    SharingOut,
)

router = APIRouter(tags=["sharing"])


@router.get("/sharing", operation_id="getSharing")
def get_sharing(session: SessionDep, actor: ActorDep) -> SharingOut:
    """Whether links and frames of this workspace work."""
    return SharingOut(public_links=repository.links_allowed(session, actor.workspace_id))


@router.put("/sharing", operation_id="changeSharing")
def change_sharing(body: SharingIn, session: SessionDep, actor: ActorDep, now: NowDep) -> SharingOut:
    """Turn public links and frames of this workspace on or off, all at once."""
    service.allow_links(session, actor, body.public_links, now=now)
    return SharingOut(public_links=body.public_links)


@router.get("/sharing/people", operation_id="listSharingPeople")
def list_people(session: SessionDep, actor: ActorDep) -> PeopleOut:
    """The names of members and groups, for those who share with them."""
    actor.require(Permission.SHARES_CREATE)
    return PeopleOut(
        members=[
            PersonOut(id=user.id, name=user.name, role=member.role)
            for member, user in identity.members(session, actor.workspace_id)
        ],
        groups=[GroupNameOut(id=each.id, name=each.name) for each in access.groups(session, actor)],
    )


def _facts(share: Share, actor: Actor, names: dict[UUID, str], now: datetime) -> dict[str, object]:
    told = ("id", "kind", "title", "description", "dashboard_version", "open_filters", "origins", "indexed", "ends_at")
    return {
        **{name: getattr(share, name) for name in (*told, "created_at", "view_count", "viewed_at")},
        "has_password": share.password_hash is not None,
        "is_over": share.is_over(now),
        "by": names.get(share.created_by, ""),
        "mine": share.created_by == actor.user_id,
    }


@router.get("/dashboards/{dashboard_id}/shares", operation_id="listShares")
def list_shares(dashboard_id: UUID, session: SessionDep, actor: ActorDep, now: NowDep) -> ShareList:
    """The links and frames of a dashboard: one's own, and for admins all. No address is told again."""
    found = service.shares(session, actor, dashboard_id)
    names = names_of(session, {each.created_by for each in found})
    return ShareList(
        public_links=repository.links_allowed(session, actor.workspace_id),
        items=[ShareOut.model_validate(_facts(each, actor, names, now)) for each in found],
    )


@router.post("/dashboards/{dashboard_id}/shares", status_code=201, operation_id="createShare", response_model=ShareMade)
def create_share(dashboard_id: UUID, body: ShareIn, session: SessionDep, actor: ActorDep, now: NowDep) -> ShareMade:
    """Freeze a dashboard for people outside, behind a link or in a frame. The address of a link is told this once."""
    share, url = service.create(session, actor, dashboard_id, body, now=now)
    names = names_of(session, {share.created_by})
    key = tokens.embed_key(share) if share.kind == "embed" else None
    return ShareMade.model_validate({**_facts(share, actor, names, now), "url": url, "key": key})


@router.post("/shares/{share_id}/renew", operation_id="renewShare")
def renew_share(share_id: UUID, session: SessionDep, actor: ActorDep, now: NowDep) -> ShareOut:
    """Freeze the dashboard as it is now, at the same address."""
    share = service.renew(session, actor, share_id, now=now)
    return ShareOut.model_validate(_facts(share, actor, names_of(session, {share.created_by}), now))


@router.delete("/shares/{share_id}", status_code=204, operation_id="revokeShare")
def revoke_share(share_id: UUID, session: SessionDep, actor: ActorDep, now: NowDep) -> None:
    """Take a link or frame back, for ever."""
    service.revoke(session, actor, share_id, now=now)
