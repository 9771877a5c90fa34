"""The tables of sharing, mapped."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.orm import Mapped, mapped_column

from tablewright.core.dashboards.model import Content
from tablewright.infra.db import Base


class SharingSettings(Base):
    """What a workspace allows. Without a row, nothing leaves it."""

    __tablename__ = "sharing_settings"
    workspace_id: Mapped[UUID] = mapped_column(primary_key=True)
    public_links: Mapped[bool]
    changed_by: Mapped[UUID]
    changed_at: Mapped[datetime]


class Share(Base):
    """What people outside see of a dashboard: as it was when this was made, whatever becomes of the dashboard."""

    __tablename__ = "shares"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    workspace_id: Mapped[UUID]
    dashboard_id: Mapped[UUID]
    kind: Mapped[str]
    token_hash: Mapped[bytes | None]
    """Of a link. The token itself is known to nobody but who has the link."""
    salt: Mapped[bytes]
    """What a frame's key is derived from, with the installation's secret; another salt is another key."""
    title: Mapped[str]
    description: Mapped[str] = mapped_column(default="")
    frozen: Mapped[dict[str, Any]]
    dashboard_version: Mapped[int]
    open_filters: Mapped[list[Any]]
    """The filters that a visitor may set; all others stay as they are frozen."""
    origins: Mapped[list[Any]]
    indexed: Mapped[bool] = mapped_column(default=False)
    password_hash: Mapped[str | None] = mapped_column(default=None)
    ends_at: Mapped[datetime | None] = mapped_column(default=None)
    created_by: Mapped[UUID]
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None] = mapped_column(default=None)
    view_count: Mapped[int] = mapped_column(default=0)
    viewed_at: Mapped[datetime | None] = mapped_column(default=None)

    def shown(self) -> Content:
        return Content.model_validate(self.frozen)

    def is_over(self, now: datetime) -> bool:
        return self.revoked_at is not None or (self.ends_at is not None and self.ends_at <= now)

    @property
    def may_be_found(self) -> bool:
        """Whether search engines may list it."""
        return self.indexed and self.password_hash is None and self.kind == "link"
