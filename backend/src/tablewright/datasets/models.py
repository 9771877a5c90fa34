"""The tables of datasets, mapped."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.orm import Mapped, mapped_column

from tablewright.core.tables import Schema
from tablewright.infra.db import Base


class Dataset(Base):
    """A named table. Its rows are those of the current version."""

    __tablename__ = "datasets"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    workspace_id: Mapped[UUID]
    name: Mapped[str]
    current_version_id: Mapped[UUID | None] = mapped_column(default=None)
    created_by: Mapped[UUID]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None] = mapped_column(default=None)


class DatasetVersion(Base):
    """An immutable snapshot: a Parquet object with its schema, profile and receipt."""

    __tablename__ = "dataset_versions"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    workspace_id: Mapped[UUID]
    dataset_id: Mapped[UUID]
    number: Mapped[int]
    file_id: Mapped[UUID | None]
    format: Mapped[str]
    table_name: Mapped[str]
    row_count: Mapped[int]
    byte_count: Mapped[int]
    schema: Mapped[list[Any]]
    # Large, and needed by the dataset's own page alone: not read with every question.
    profile: Mapped[list[Any]] = mapped_column(deferred=True)
    receipt: Mapped[dict[str, Any]] = mapped_column(deferred=True)
    job_id: Mapped[UUID]
    created_at: Mapped[datetime]

    @property
    def object_key(self) -> str:
        return object_key(self.workspace_id, self.id)

    def columns(self) -> Schema:
        return Schema.model_validate({"columns": self.schema})


def object_key(workspace_id: UUID, version_id: UUID) -> str:
    return f"w/{workspace_id}/versions/{version_id}.parquet"
