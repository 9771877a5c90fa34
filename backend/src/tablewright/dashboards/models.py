"""The tables of dashboards, mapped."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from pydantic import TypeAdapter
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from tablewright.core.dashboards.audience import Audience
from tablewright.core.dashboards.model import Content
from tablewright.dashboards.errors import DashboardChanged, DashboardLocked
from tablewright.infra.db import Base

_OPENED_EVERY = timedelta(hours=1)
_audiences: TypeAdapter[Audience] = TypeAdapter(Audience)


class Dashboard(Base):
    """A titled grid of live questions, as it is now."""

    __tablename__ = "dashboards"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    workspace_id: Mapped[UUID]
    title: Mapped[str]
    folder: Mapped[str] = mapped_column(default="")
    content: Mapped[dict[str, Any]]
    version: Mapped[int] = mapped_column(default=1)
    locked: Mapped[bool] = mapped_column(default=False)
    audience: Mapped[list[Any] | None] = mapped_column(JSONB(none_as_null=True), default=None)
    """Whom it is shared with (core.dashboards.audience); None is everybody in the workspace."""
    created_by: Mapped[UUID]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    opened_at: Mapped[datetime | None] = mapped_column(default=None)
    """When somebody looked at it last, to the hour."""
    deleted_at: Mapped[datetime | None] = mapped_column(default=None)

    def open(self, now: datetime) -> None:
        """Remember that it is used. Once an hour: reading should write seldom."""
        if self.opened_at is None or now - self.opened_at > _OPENED_EVERY:
            self.opened_at = now

    def shown(self) -> Content:
        return Content.model_validate(self.content)

    def shared_with(self) -> Audience | None:
        return None if self.audience is None else _audiences.validate_python(self.audience)

    def revise(self, *, title: str, folder: str, content: Content, version: int, now: datetime) -> None:
        """Take a change made on `version`, or DashboardChanged when that is not the newest, or DashboardLocked."""
        if self.locked:
            raise DashboardLocked(self.title)
        if version != self.version:
            raise DashboardChanged
        self.title = title
        self.folder = folder
        self.content = content.model_dump(mode="json")
        self.version += 1
        self.updated_at = now


class DashboardVersion(Base):
    """What a dashboard was. Written once."""

    __tablename__ = "dashboard_versions"
    dashboard_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    workspace_id: Mapped[UUID]
    title: Mapped[str]
    content: Mapped[dict[str, Any]]
    said: Mapped[str] = mapped_column(default="")
    created_by: Mapped[UUID]
    created_at: Mapped[datetime]


class DashboardFavourite(Base):
    __tablename__ = "dashboard_favourites"
    dashboard_id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(primary_key=True)
    workspace_id: Mapped[UUID]


class DashboardImage(Base):
    """A picture that dashboards of the workspace show. Written once, as it was drawn anew."""

    __tablename__ = "dashboard_images"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    workspace_id: Mapped[UUID]
    digest: Mapped[bytes]
    """Of the file that was sent."""
    width: Mapped[int]
    height: Mapped[int]
    byte_count: Mapped[int]
    created_by: Mapped[UUID]
    created_at: Mapped[datetime]


class DashboardComment(Base):
    """A remark on a dashboard, or on one of its tiles."""

    __tablename__ = "dashboard_comments"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    workspace_id: Mapped[UUID]
    dashboard_id: Mapped[UUID]
    tile: Mapped[str | None] = mapped_column(default=None)
    text: Mapped[str]
    created_by: Mapped[UUID]
    created_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None] = mapped_column(default=None)
