"""The tables of exports, mapped."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.orm import Mapped, mapped_column

from tablewright.infra.db import Base


class Export(Base):
    """A file made for somebody. Immutable."""

    __tablename__ = "exports"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    workspace_id: Mapped[UUID]
    filename: Mapped[str]
    format: Mapped[str]
    byte_count: Mapped[int]
    seen_as: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """By dataset, what its orderer saw of it (access.service.Sight.fingerprint)."""
    created_by: Mapped[UUID]
    created_at: Mapped[datetime]

    @property
    def object_key(self) -> str:
        return export_key(self.workspace_id, self.id, self.format)


def export_key(workspace_id: UUID, export_id: UUID, format: str) -> str:
    return f"w/{workspace_id}/exports/{export_id}.{format}"


class Download(Base):
    """Leave to fetch one thing for a minute. The rights of its owner are asked again when it is used."""

    __tablename__ = "downloads"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    workspace_id: Mapped[UUID]
    user_id: Mapped[UUID]
    kind: Mapped[str]
    what: Mapped[dict[str, Any]]
    ends_at: Mapped[datetime]
