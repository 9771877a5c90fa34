"""Every SELECT of identity."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Text, Uuid, bindparam, cast, func, select, true
from sqlalchemy.orm import Session

from tablewright.identity.errors import MemberMissing
from tablewright.identity.models import (
    Member,
    OneTimeLink,
    SignedIn,
    SignInAttempts,
    User,
    Workspace,
)
from tablewright.infra.db import Look


def has_people(session: Session) -> bool:
    """Whether anybody has finished setting up an account."""
    return session.scalar(select(User.id).where(User.password_hash.is_not(None)).limit(1)) is not None


def user_by_email(session: Session, email: str) -> User | None:
    return session.scalar(select(User).where(User.email == email.strip().lower()))


def user(session: Session, user_id: UUID) -> User:
    return session.get_one(User, user_id)


def names_of(session: Session, user_ids: set[UUID]) -> dict[UUID, str]:
    """People's names by id."""
    if not user_ids:
        return {}
    return dict(session.execute(select(User.id, User.name).where(User.id.in_(user_ids))).all())


def live_session(session: Session, session_id: UUID, now: datetime) -> SignedIn | None:
    return session.scalar(
        select(SignedIn).where(SignedIn.id == session_id, SignedIn.ended_at.is_(None), SignedIn.ends_at > now)
    )


# In the look that finds the session, the transaction is narrowed to what it may see (infra.db.see). The role is read
# through what narrowed it, so after it. Every request asks this: the statement is built once.
_narrowed = (
    select(
        func.set_config("app.workspace", func.coalesce(cast(SignedIn.workspace_id, Text), ""), True).label("workspace"),
        func.set_config("app.user", cast(SignedIn.user_id, Text), True).label("person"),
    )
    .correlate(SignedIn)
    .lateral("narrowed")
)
_ROLE = (
    select(Member.role)
    .where(
        Member.workspace_id == cast(func.nullif(_narrowed.c.workspace, ""), Uuid),
        Member.user_id == cast(_narrowed.c.person, Uuid),
    )
    .correlate(_narrowed)
    .scalar_subquery()
)
_WHO_ASKS = (
    select(
        SignedIn.id,
        SignedIn.user_id,
        SignedIn.workspace_id,
        SignedIn.view_as,
        User.is_super_admin,
        _ROLE.label("role"),
        Workspace.time_zone,
    )
    .select_from(SignedIn)
    .join(User, User.id == SignedIn.user_id)
    .outerjoin(Workspace, Workspace.id == SignedIn.workspace_id)
    .join(_narrowed, true())
    .where(SignedIn.id == bindparam("id"), SignedIn.ended_at.is_(None), SignedIn.ends_at > bindparam("now"))
)


class Asking(NamedTuple):
    """A live session, and what its person is in its workspace."""

    session_id: UUID
    user_id: UUID
    workspace_id: UUID | None
    view_as: UUID | None
    is_super_admin: bool
    role: str | None
    time_zone: str | None


def who_asks(session: Session, session_id: UUID, now: datetime) -> Asking | None:
    """Who holds a live session; from here on the transaction sees their workspace and nothing else."""
    row = session.execute(*asking(session_id, now)).first()
    return Asking(*row) if row else None


def asking(session_id: UUID, now: datetime) -> Look:
    """The look that finds an Asking, and narrows the transaction."""
    return Look(_WHO_ASKS, {"id": session_id, "now": now})


def session_by_refresh(session: Session, token_hash: bytes, now: datetime) -> SignedIn | None:
    """The live session that this refresh token is, or was just before the last rotation."""
    return session.scalar(
        select(SignedIn)
        .where(
            (SignedIn.refresh_hash == token_hash) | (SignedIn.previous_refresh_hash == token_hash),
            SignedIn.ended_at.is_(None),
            SignedIn.ends_at > now,
        )
        .with_for_update()
    )


def sessions_of(session: Session, user_id: UUID) -> list[SignedIn]:
    return list(session.scalars(select(SignedIn).where(SignedIn.user_id == user_id, SignedIn.ended_at.is_(None))))


def workspaces_of(session: Session, user_id: UUID) -> list[tuple[Workspace, str]]:
    """The workspaces of this person with the role in each; the transaction must see this user."""
    rows = session.execute(
        select(Workspace, Member.role)
        .join(Member, Member.workspace_id == Workspace.id)
        .where(Member.user_id == user_id)
        .order_by(Workspace.name, Workspace.id)
    )
    return [(workspace, role) for workspace, role in rows]


def workspace(session: Session, workspace_id: UUID) -> Workspace:
    return session.get_one(Workspace, workspace_id)


def time_zone(session: Session, workspace_id: UUID) -> str:
    """Whose days are meant in a workspace where nothing else is said."""
    return session.scalars(select(Workspace.time_zone).where(Workspace.id == workspace_id)).one()


def workspace_ids(session: Session) -> list[UUID]:
    """All workspaces of the installation, for housekeeping."""
    return list(session.scalars(select(Workspace.id)))


def role_in(session: Session, workspace_id: UUID, user_id: UUID) -> str | None:
    return session.scalar(select(Member.role).where(Member.workspace_id == workspace_id, Member.user_id == user_id))


def members(session: Session, workspace_id: UUID) -> list[tuple[Member, User]]:
    rows = session.execute(
        select(Member, User)
        .join(User, User.id == Member.user_id)
        .where(Member.workspace_id == workspace_id)
        .order_by(User.name, User.id)
    )
    return [(member, person) for member, person in rows]


def member(session: Session, workspace_id: UUID, user_id: UUID) -> Member:
    found = session.get(Member, (workspace_id, user_id))
    if found is None:
        raise MemberMissing
    return found


def lock_admins(session: Session, workspace_id: UUID) -> int:
    """How many admins there are, with their rows locked so that two demotions cannot pass each other."""
    rows = session.scalars(
        select(Member).where(Member.workspace_id == workspace_id, Member.role == "admin").with_for_update()
    )
    return len(list(rows))


def link(session: Session, token_hash: bytes, kind: str, now: datetime) -> OneTimeLink | None:
    """An unused link of this kind, locked: of two clicks at once one wins."""
    return session.scalar(
        select(OneTimeLink)
        .where(
            OneTimeLink.token_hash == token_hash,
            OneTimeLink.kind == kind,
            OneTimeLink.used_at.is_(None),
            OneTimeLink.ends_at > now,
        )
        .with_for_update()
    )


def unused_links(session: Session, kind: str, user_id: UUID | None, workspace_id: UUID | None) -> list[OneTimeLink]:
    statement = select(OneTimeLink).where(OneTimeLink.kind == kind, OneTimeLink.used_at.is_(None))
    if user_id is not None:
        statement = statement.where(OneTimeLink.user_id == user_id, OneTimeLink.workspace_id == workspace_id)
    return list(session.scalars(statement))


def attempts(session: Session, subject: str) -> SignInAttempts | None:
    return session.get(SignInAttempts, subject, with_for_update=True)


def seconds_blocked(session: Session, subjects: list[str], now: datetime) -> float:
    until = session.scalar(select(func.max(SignInAttempts.blocked_until)).where(SignInAttempts.subject.in_(subjects)))
    return max(0.0, (until - now).total_seconds()) if until else 0.0
