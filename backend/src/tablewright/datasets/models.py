"""The tables of datasets, mapped."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from tablewright.core.mappings.model import Mapping
from tablewright.core.queries.tables import EngineChoice
from tablewright.core.tables import Schema
from tablewright.infra.db import Base


class Dataset(Base):
    """A named table. Its rows are those of the current version."""

    __tablename__ = "datasets"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    workspace_id: Mapped[UUID]
    name: Mapped[str]
    current_version_id: Mapped[UUID | None] = mapped_column(default=None)
    engine: Mapped[EngineChoice] = mapped_column(String, default="auto")
    """Which engine answers questions about it."""
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
    mode: Mapped[str] = mapped_column(default="replace")
    parent_id: Mapped[UUID | None] = mapped_column(default=None)
    """The version it was made from."""
    object_id: Mapped[UUID | None] = mapped_column(default=None)
    """The version whose object holds the rows, when it is not this one's own."""
    load_order: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """What was told about the load (core/versions/orders.py)."""
    mapping: Mapped[dict[str, Any] | None] = mapped_column(default=None, deferred=True)
    source: Mapped[dict[str, Any] | None] = mapped_column(default=None, deferred=True)
    """`{schema, key, rows}`: the file's table as it was read. None: it is the version itself."""
    keys: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """`{primary_key, links, hidden}` as the file declares them, in column ids of the dataset."""
    counts: Mapped[dict[str, Any] | None] = mapped_column(default=None)
    diff: Mapped[dict[str, Any] | None] = mapped_column(default=None, deferred=True)
    lineage: Mapped[dict[str, Any] | None] = mapped_column(default=None, deferred=True)
    note: Mapped[str | None] = mapped_column(default=None)
    quarantine_id: Mapped[UUID | None] = mapped_column(default=None)
    """The version whose object holds the rows that were set aside; None when there are none."""
    created_by: Mapped[UUID | None] = mapped_column(default=None)

    @property
    def object_key(self) -> str:
        return object_key(self.workspace_id, self.object_id or self.id)

    @property
    def quarantine_key(self) -> str | None:
        return quarantine_key(self.workspace_id, self.quarantine_id) if self.quarantine_id else None

    def landed(self) -> Landed:
        """The file's table as it was read."""
        if self.source is None:
            return Landed(self.object_key, self.columns(), self.row_count)
        return Landed(
            self.source["key"], Schema.model_validate({"columns": self.source["schema"]}), self.source["rows"]
        )

    def columns(self) -> Schema:
        return Schema.model_validate({"columns": self.schema})


@dataclass(frozen=True)
class Landed:
    """A table as a reader wrote it: its object and its columns by position in the file."""

    key: str
    schema: Schema
    rows: int


class PendingVersion(Base):
    """A table that was read for a dataset and differs so that somebody must look before it is published."""

    __tablename__ = "pending_versions"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    workspace_id: Mapped[UUID]
    dataset_id: Mapped[UUID]
    base_version_id: Mapped[UUID]
    file_id: Mapped[UUID]
    format: Mapped[str]
    table_name: Mapped[str]
    row_count: Mapped[int]
    byte_count: Mapped[int]
    schema: Mapped[list[Any]]
    profile: Mapped[list[Any]] = mapped_column(deferred=True)
    receipt: Mapped[dict[str, Any]] = mapped_column(deferred=True)
    keys: Mapped[dict[str, Any]]
    load_order: Mapped[dict[str, Any]]
    diff: Mapped[dict[str, Any]]
    reasons: Mapped[list[Any]]
    has_quarantine: Mapped[bool]
    job_id: Mapped[UUID]
    created_by: Mapped[UUID]
    created_at: Mapped[datetime]
    refused_by: Mapped[list[Any]] = mapped_column(default=list)
    """Ids of the rules of the dataset's contract that do not let it through."""

    def landed(self) -> Landed:
        return Landed(
            object_key(self.workspace_id, self.id), Schema.model_validate({"columns": self.schema}), self.row_count
        )


class DatasetMapping(Base):
    """How the files of a dataset become its columns, and the shape of file that this was made for."""

    __tablename__ = "dataset_mappings"
    dataset_id: Mapped[UUID] = mapped_column(primary_key=True)
    workspace_id: Mapped[UUID]
    mapping: Mapped[dict[str, Any]]
    shape: Mapped[list[Any]]
    version: Mapped[int]
    saved_by: Mapped[UUID]
    saved_at: Mapped[datetime]

    def value(self) -> Mapping:
        return Mapping.model_validate(self.mapping)


def quarantine_key(workspace_id: UUID, version_id: UUID) -> str:
    return f"w/{workspace_id}/versions/{version_id}.quarantine.jsonl"


def landed_key(workspace_id: UUID, version_id: UUID) -> str:
    return f"w/{workspace_id}/versions/{version_id}.landed.parquet"


def object_key(workspace_id: UUID, version_id: UUID) -> str:
    return f"w/{workspace_id}/versions/{version_id}.parquet"
