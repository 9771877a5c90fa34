"""The tables of reports, mapped."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from pydantic import TypeAdapter
from sqlalchemy.orm import Mapped, mapped_column

from tablewright.core.layouts.model import Section
from tablewright.infra.db import Base
from tablewright.reports.errors import ReportChanged, ReportEmpty

_sections = TypeAdapter(list[Section])


class Report(Base):
    """A titled sequence of sections."""

    __tablename__ = "reports"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    workspace_id: Mapped[UUID]
    title: Mapped[str]
    sections: Mapped[list[Any]]
    version: Mapped[int] = mapped_column(default=1)
    created_by: Mapped[UUID]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None] = mapped_column(default=None)

    def parts(self) -> list[Section]:
        return _sections.validate_python(self.sections)

    def revise(self, *, title: str, sections: list[Any], version: int, now: datetime) -> None:
        """Take a change made on `version`, or ReportChanged when that is not the newest."""
        if version != self.version:
            raise ReportChanged
        self.title = title
        self.sections = sections
        self.version += 1
        self.updated_at = now

    def require_sections(self) -> None:
        if not self.sections:
            raise ReportEmpty(self.title)


class Edition(Base):
    """One rendering of a report, against these dataset versions. Immutable."""

    __tablename__ = "editions"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    workspace_id: Mapped[UUID]
    report_id: Mapped[UUID]
    report_version: Mapped[int]
    title: Mapped[str]
    page_count: Mapped[int]
    byte_count: Mapped[int]
    dataset_versions: Mapped[dict[str, Any]]
    seen_as: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """By dataset, what its orderer saw of it (access.service.Sight.fingerprint)."""
    created_by: Mapped[UUID]
    created_at: Mapped[datetime]

    @property
    def object_key(self) -> str:
        return edition_key(self.workspace_id, self.id)


def edition_key(workspace_id: UUID, edition_id: UUID) -> str:
    return f"w/{workspace_id}/editions/{edition_id}.pdf"
