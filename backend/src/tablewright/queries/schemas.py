"""What queries takes and gives over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from tablewright.core.charts.formats import TableFormat
from tablewright.core.charts.spec import ChartSpec
from tablewright.core.queries.model import Question

Name = Annotated[str, Field(min_length=1, max_length=200)]


class In(BaseModel):
    model_config = ConfigDict(extra="forbid")


class KeyedQuestion(In):
    """`key` is the caller's own, for instance a tile's id; answers carry it."""

    key: Annotated[str, Field(min_length=1, max_length=100)]
    question: Question


class BatchIn(In):
    questions: Annotated[list[KeyedQuestion], Field(min_length=1, max_length=30)]


class SavedQuestionIn(In):
    name: Name
    question: Question
    chart: ChartSpec | None = None
    formats: TableFormat | None = None
    """Of its table. A change that does not name them leaves them as they are."""


class SavedQuestionChange(SavedQuestionIn):
    version: int
    """The version that was edited; a newer one in store is a conflict."""


class SavedQuestionOut(BaseModel):
    id: UUID
    name: str
    dataset_id: UUID
    question: Question
    chart: ChartSpec | None
    formats: TableFormat | None
    version: int
    created_at: datetime
    updated_at: datetime


class SavedQuestionList(BaseModel):
    items: list[SavedQuestionOut]
    next_cursor: str | None
