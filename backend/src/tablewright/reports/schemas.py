"""What reports takes and gives over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from tablewright.core.layouts.model import Section

Title = Annotated[str, Field(min_length=1, max_length=300)]


class ReportIn(BaseModel):
    model_config = ConfigDict(extra="forbid")
    title: Title
    sections: Annotated[list[Section], Field(max_length=200)] = []


class ReportChange(ReportIn):
    version: int
    """The version that was edited; a newer one in store is a conflict."""


class ReportOut(BaseModel):
    id: UUID
    title: str
    section_count: int
    created_at: datetime
    updated_at: datetime


class ReportDetail(ReportOut):
    sections: list[Section]
    version: int


class ReportList(BaseModel):
    items: list[ReportOut]
    next_cursor: str | None


class EditionOut(BaseModel):
    """A rendering; `versions` names the dataset versions it shows, by dataset."""

    id: UUID
    title: str
    page_count: int
    byte_count: int
    created_at: datetime
    versions: dict[UUID, UUID]


class EditionList(BaseModel):
    items: list[EditionOut]
    next_cursor: str | None = None
