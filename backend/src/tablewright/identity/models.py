"""The tables of identity, mapped."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from tablewright.infra.db import Base


class User(Base):
    """A person. `password_hash` is empty until a one-time link was used."""

    __tablename__ = "users"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    email: Mapped[str]
    name: Mapped[str]
    password_hash: Mapped[str | None] = mapped_column(default=None)
    is_super_admin: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]


class Workspace(Base):
    __tablename__ = "workspaces"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    name: Mapped[str]
    created_at: Mapped[datetime]
    time_zone: Mapped[str] = mapped_column(default="UTC")
    """Whose days are meant where a question names no time zone."""


class Member(Base):
    """A person's role in one workspace."""

    __tablename__ = "members"
    workspace_id: Mapped[UUID] = mapped_column(ForeignKey("workspaces.id"), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), primary_key=True)
    role: Mapped[str]
    created_at: Mapped[datetime]


class SignedIn(Base):
    """A session: one browser of one person. Tokens only point to this row; ending it ends them."""

    __tablename__ = "sessions"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    workspace_id: Mapped[UUID | None] = mapped_column(ForeignKey("workspaces.id"))
    refresh_hash: Mapped[bytes]
    previous_refresh_hash: Mapped[bytes | None] = mapped_column(default=None)
    rotated_at: Mapped[datetime]
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    view_as: Mapped[UUID | None] = mapped_column(default=None)
    """The member as whom an admin looks at the workspace. Emptied when that member leaves."""


class OneTimeLink(Base):
    """A secret that makes an account once: the first admin's (setup) or an invited member's (join)."""

    __tablename__ = "one_time_links"
    token_hash: Mapped[bytes] = mapped_column(primary_key=True)
    kind: Mapped[str]
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"), default=None)
    workspace_id: Mapped[UUID | None] = mapped_column(ForeignKey("workspaces.id"), default=None)
    created_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    used_at: Mapped[datetime | None] = mapped_column(default=None)


class SignInAttempts(Base):
    """Failed attempts by subject: a folded e-mail address or a network address."""

    __tablename__ = "sign_in_attempts"
    subject: Mapped[str] = mapped_column(primary_key=True)
    failed_count: Mapped[int]
    blocked_until: Mapped[datetime | None]
    last_at: Mapped[datetime]


class IdempotencyKey(Base):
    """What a create answered, so that a repeated request gets the same answer."""

    __tablename__ = "idempotency_keys"
    workspace_id: Mapped[UUID] = mapped_column(ForeignKey("workspaces.id"), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    request_hash: Mapped[bytes]
    status: Mapped[int]
    body: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]


class AuditEvent(Base):
    """Who did what to which object. Insert only; never holds cell data or secrets."""

    __tablename__ = "audit_events"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    at: Mapped[datetime] = mapped_column(primary_key=True)
    workspace_id: Mapped[UUID]
    user_id: Mapped[UUID | None]
    action: Mapped[str]
    object_kind: Mapped[str]
    object_id: Mapped[str | None]
    outcome: Mapped[str]
    details: Mapped[dict[str, Any]]
