"""What exports takes and gives over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from tablewright.core.charts.formats import TableFormat
from tablewright.core.dashboards.model import FilterId, FilterValue, Otherwise, TileId
from tablewright.core.queries.model import Question
from tablewright.dashboards.schemas import DatasetConditions


class In(BaseModel):
    model_config = ConfigDict(extra="forbid")


class DatasetSource(In):
    """All rows of a dataset's current version."""

    kind: Literal["dataset"] = "dataset"
    id: UUID


class QuestionSource(In):
    """A question as it stands in the builder. All its rows are exported, whatever its limit."""

    kind: Literal["question"] = "question"
    question: Question
    title: Annotated[str, Field(max_length=200)] = "Question"
    formats: TableFormat | None = None


class SavedQuestionSource(In):
    kind: Literal["saved_question"] = "saved_question"
    id: UUID


class ReportSource(In):
    """The answers behind a report's tables and charts, one sheet each."""

    kind: Literal["report"] = "report"
    id: UUID


class DashboardSource(In, Otherwise):
    """A dashboard, or one tile of it, under its filters: pages, a picture, or a workbook with a sheet for each tile."""

    kind: Literal["dashboard"] = "dashboard"
    id: UUID
    tile: TileId | None = None
    values: Annotated[dict[FilterId, FilterValue | None], Field(max_length=20)] = {}
    """Settings of filters by their id. One that is not named has its default; null keeps every row."""
    more: Annotated[list[DatasetConditions], Field(max_length=20)] = []


Source = Annotated[
    DatasetSource | QuestionSource | SavedQuestionSource | ReportSource | DashboardSource, Field(discriminator="kind")
]


class ExportIn(In):
    source: Source
    format: Literal["xlsx", "pdf", "png"] = "xlsx"
    """Only a dashboard can be `pdf` or `png`."""


class FileDownload(In):
    """A source file as it came."""

    kind: Literal["file"] = "file"
    id: UUID


class EditionDownload(In):
    """A report's edition as PDF."""

    kind: Literal["edition"] = "edition"
    id: UUID


class ExportDownload(In):
    kind: Literal["export"] = "export"
    id: UUID


class CsvDownload(In):
    """All rows as CSV, streamed: of a dataset, a question or a saved question."""

    kind: Literal["csv"] = "csv"
    source: Annotated[DatasetSource | QuestionSource | SavedQuestionSource, Field(discriminator="kind")]


class QuarantineDownload(In):
    """The rows of a dataset's version that were set aside: every one, with its raw text and reason."""

    kind: Literal["quarantine"] = "quarantine"
    dataset_id: UUID
    version_id: UUID
    format: Literal["csv", "jsonl"] = "csv"


DownloadIn = Annotated[
    FileDownload | EditionDownload | ExportDownload | CsvDownload | QuarantineDownload, Field(discriminator="kind")
]


class DownloadOut(BaseModel):
    """Where to fetch it within a minute; no other credential is needed."""

    url: str
    expires_at: datetime
