"""The tables of files, mapped."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.orm import Mapped, mapped_column

from tablewright.infra.db import Base


class SourceFile(Base):
    """Bytes as they came, addressed by their SHA-256; equal bytes are stored once per workspace."""

    __tablename__ = "files"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    workspace_id: Mapped[UUID]
    filename: Mapped[str]
    size: Mapped[int]
    content_hash: Mapped[str]
    created_by: Mapped[UUID]
    created_at: Mapped[datetime]

    @property
    def object_key(self) -> str:
        return f"w/{self.workspace_id}/files/{self.content_hash}"


class Upload(Base):
    """A file on its way in. Its offset is the size of its spool file, the only truth about it."""

    __tablename__ = "uploads"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    workspace_id: Mapped[UUID]
    filename: Mapped[str]
    size: Mapped[int]
    dataset_id: Mapped[UUID | None] = mapped_column(default=None)
    load_order: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """What was told about the load (core/versions/orders.py)."""
    state: Mapped[str]
    file_id: Mapped[UUID | None] = mapped_column(default=None)
    job_id: Mapped[UUID | None] = mapped_column(default=None)
    created_by: Mapped[UUID]
    created_at: Mapped[datetime]
