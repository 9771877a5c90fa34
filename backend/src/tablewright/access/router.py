"""Groups and attributes of members over HTTP."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Response
from sqlalchemy.orm import Session

from tablewright.access import repository, service
from tablewright.access.models import MemberGroup
from tablewright.access.schemas import AttributesIn, AttributesOut, GroupIn, GroupList, GroupOut
from tablewright.identity import repository as identity
from tablewright.identity.access import ActorDep, IdempotencyHeader, once
from tablewright.identity.actor import Actor, Permission
from tablewright.infra.clock import NowDep
from tablewright.infra.db import SessionDep

router = APIRouter(tags=["access"])


def _out(session: Session, actor: Actor, group: MemberGroup) -> GroupOut:
    return GroupOut(id=group.id, name=group.name, member_ids=sorted(repository.members_of(session, actor, group.id)))


@router.get("/groups", operation_id="listGroups")
def list_groups(session: SessionDep, actor: ActorDep) -> GroupList:
    """The groups of members, by name."""
    actor.require(Permission.ACCESS_MANAGE)
    return GroupList(items=[_out(session, actor, group) for group in repository.groups(session, actor)])


@router.post("/groups", status_code=201, operation_id="createGroup", response_model=GroupOut)
def create_group(
    body: GroupIn, session: SessionDep, actor: ActorDep, now: NowDep, key: IdempotencyHeader = None
) -> Response:
    """Put members under one name."""

    def make() -> GroupOut:
        group = service.create_group(session, actor, name=body.name, member_ids=body.member_ids, now=now)
        return _out(session, actor, group)

    return once(session, actor, key, body, make, now=now)


@router.put("/groups/{group_id}", operation_id="changeGroup")
def change_group(group_id: UUID, body: GroupIn, session: SessionDep, actor: ActorDep, now: NowDep) -> GroupOut:
    """Another name, other members: in force from their next request on."""
    group = service.change_group(session, actor, group_id, name=body.name, member_ids=body.member_ids, now=now)
    return _out(session, actor, group)


@router.delete("/groups/{group_id}", status_code=204, operation_id="deleteGroup")
def delete_group(group_id: UUID, session: SessionDep, actor: ActorDep, now: NowDep) -> None:
    """Remove a group; 409 while a rule names it."""
    service.delete_group(session, actor, group_id, now=now)


@router.get("/members/{user_id}/attributes", operation_id="getAttributes")
def get_attributes(user_id: UUID, session: SessionDep, actor: ActorDep) -> AttributesOut:
    """What rules may compare with, of one member."""
    actor.require(Permission.ACCESS_MANAGE)
    identity.member(session, actor.workspace_id, user_id)
    return AttributesOut(user_id=user_id, attributes=repository.attributes_of(session, actor.workspace_id, user_id))


@router.put("/members/{user_id}/attributes", operation_id="changeAttributes")
def change_attributes(
    user_id: UUID, body: AttributesIn, session: SessionDep, actor: ActorDep, now: NowDep
) -> AttributesOut:
    """Replace them: in force from the member's next request on."""
    service.change_attributes(session, actor, user_id, attributes=body.attributes, now=now)
    return get_attributes(user_id, session, actor)
