"""Every SELECT of access."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from tablewright.access.errors import GroupMissing
from tablewright.access.models import AccessRules, GroupMember, MemberAttribute, MemberGroup
from tablewright.identity.actor import Actor


def rules_of(session: Session, actor: Actor, dataset_id: UUID, *, lock: bool = False) -> AccessRules | None:
    statement = select(AccessRules).where(
        AccessRules.workspace_id == actor.workspace_id, AccessRules.dataset_id == dataset_id
    )
    return session.scalar(statement.with_for_update() if lock else statement)


def rules_of_many(session: Session, actor: Actor, dataset_ids: list[UUID]) -> list[AccessRules]:
    return list(
        session.scalars(
            select(AccessRules).where(
                AccessRules.workspace_id == actor.workspace_id, AccessRules.dataset_id.in_(dataset_ids)
            )
        )
    )


def all_rules(session: Session, actor: Actor) -> list[AccessRules]:
    """The rules of every dataset of the workspace that has any."""
    return list(session.scalars(select(AccessRules).where(AccessRules.workspace_id == actor.workspace_id)))


def group(session: Session, actor: Actor, group_id: UUID, *, lock: bool = False) -> MemberGroup:
    """The group, or GroupMissing."""
    statement = select(MemberGroup).where(MemberGroup.workspace_id == actor.workspace_id, MemberGroup.id == group_id)
    found = session.scalar(statement.with_for_update() if lock else statement)
    if found is None:
        raise GroupMissing
    return found


def groups(session: Session, actor: Actor) -> list[MemberGroup]:
    return list(
        session.scalars(
            select(MemberGroup)
            .where(MemberGroup.workspace_id == actor.workspace_id)
            .order_by(func.lower(MemberGroup.name), MemberGroup.id)
        )
    )


def group_named(session: Session, actor: Actor, name: str) -> MemberGroup | None:
    return session.scalar(
        select(MemberGroup).where(
            MemberGroup.workspace_id == actor.workspace_id, func.lower(MemberGroup.name) == name.lower()
        )
    )


def members_of(session: Session, actor: Actor, group_id: UUID) -> set[UUID]:
    return set(
        session.scalars(
            select(GroupMember.user_id).where(
                GroupMember.workspace_id == actor.workspace_id, GroupMember.group_id == group_id
            )
        )
    )


def groups_of(session: Session, workspace_id: UUID, user_id: UUID) -> frozenset[UUID]:
    return frozenset(session.scalars(group_ids(workspace_id, user_id)))


def group_ids(workspace_id: UUID, user_id: UUID) -> Select[UUID]:
    """The same as a part of another SELECT."""
    return select(GroupMember.group_id).where(GroupMember.workspace_id == workspace_id, GroupMember.user_id == user_id)


def attributes_of(session: Session, workspace_id: UUID, user_id: UUID) -> dict[str, tuple[str, ...]]:
    rows = session.scalars(
        select(MemberAttribute)
        .where(MemberAttribute.workspace_id == workspace_id, MemberAttribute.user_id == user_id)
        .order_by(MemberAttribute.name)
    )
    return {row.name: tuple(row.values) for row in rows}
