"""What files gives over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel


class SameBytes(BaseModel):
    """A file with the same bytes that came before."""

    file_id: UUID
    filename: str
    created_at: datetime


class UploadOut(BaseModel):
    """An upload's state; `preview` is the first rows of what is here, when they can be read already."""

    id: UUID
    filename: str
    size: int
    offset: int
    state: Literal["receiving", "stored"]
    file_id: UUID | None
    job_id: UUID | None
    preview: dict[str, Any] | None
    content_hash: str | None = None
    known_as: list[SameBytes] = []


class FileOut(BaseModel):
    id: UUID
    filename: str
    size: int
    content_hash: str
    created_at: datetime
