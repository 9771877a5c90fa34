"""Exports and downloads: rights are asked when one is ordered and again when it is fetched."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID, uuid5

from pydantic import TypeAdapter
from sqlalchemy.orm import Session

from tablewright.access.service import Sight, require_whole
from tablewright.core.charts.formats import TableFormat
from tablewright.core.dashboards.model import QuestionTile
from tablewright.core.errors import Problem
from tablewright.core.queries.model import Question
from tablewright.dashboards import showing
from tablewright.dashboards.showing import Spread
from tablewright.datasets import repository as datasets
from tablewright.datasets.errors import NothingSetAside
from tablewright.exports import repository
from tablewright.exports.errors import ExportMissing, FormatElsewhere, NothingToExport, TileNotExportable
from tablewright.exports.models import Download, Export
from tablewright.exports.schemas import (
    CsvDownload,
    DashboardSource,
    DatasetSource,
    DownloadIn,
    EditionDownload,
    ExportDownload,
    FileDownload,
    QuarantineDownload,
    QuestionSource,
    ReportSource,
    SavedQuestionSource,
    Source,
)
from tablewright.files import repository as files
from tablewright.identity.actor import Actor, Permission
from tablewright.identity.service import note, workspace_name
from tablewright.infra.jobs import Job, enqueue
from tablewright.queries import repository as questions
from tablewright.queries import service as queries
from tablewright.reports import service as reporting

Format = Literal["xlsx", "pdf", "png"]
_MEDIA_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
    "png": "image/png",
}
_TICKET_LIFE = timedelta(seconds=60)
_sources: TypeAdapter[Source] = TypeAdapter(Source)
_downloads: TypeAdapter[DownloadIn] = TypeAdapter(DownloadIn)


@dataclass(frozen=True)
class Sheet:
    """One table to write: permitted for its reader, all rows."""

    title: str
    asked: queries.Permitted
    formats: TableFormat | None = None
    filters: str = ""
    """In words, what a dashboard's filters leave of it."""


@dataclass(frozen=True)
class Book:
    title: str
    workspace_name: str
    sheets: tuple[Sheet, ...]

    @property
    def seen_as(self) -> dict[str, str]:
        return {each: how for sheet in self.sheets for each, how in sheet.asked.seen_as.items()}


Work = Book | Spread
"""What a job writes: a workbook, or a dashboard as pages or as a picture."""


@dataclass(frozen=True)
class StoredBytes:
    """A download that is an object already."""

    object_key: str
    filename: str
    media_type: str


@dataclass(frozen=True)
class CsvRows:
    """A download that is written while it is sent."""

    asked: queries.Permitted
    filename: str


@dataclass(frozen=True)
class QuarantineRows:
    """Rows that were set aside, written as CSV while they are sent."""

    object_key: str
    filename: str


def order(session: Session, actor: Actor, *, source: Source, format: Format = "xlsx", now: datetime) -> Job:
    """Have a file written; the job leaves with the commit. What cannot be asked is refused now."""
    actor.require(Permission.EXPORTS_CREATE)
    work = plan(session, actor, source, format)
    return enqueue(
        session,
        workspace_id=actor.workspace_id,
        kind="exports.write",
        input={"source": source.model_dump(mode="json"), "format": format},
        created_by=actor.user_id,
        now=now,
        label=work.title,
    )


def plan_of(session: Session, actor: Actor, document: dict[str, Any], format: Format) -> Work:
    """The plan of a job's input."""
    return plan(session, actor, _sources.validate_python(document), format)


def plan(session: Session, actor: Actor, source: Source, format: Format = "xlsx") -> Work:
    """What a file will hold, permitted for this reader at this moment."""
    actor.require(Permission.EXPORTS_CREATE)
    if isinstance(source, DashboardSource):
        shown = showing.show(
            session,
            actor,
            source.id,
            values=source.values,
            more={each.dataset_id: each.conditions for each in source.more},
            tile=source.tile,
            otherwise=source,
            all_rows=format == "xlsx",
        )
        return shown if format != "xlsx" else _book_of(shown)
    if format != "xlsx":
        raise FormatElsewhere(format)
    if isinstance(source, ReportSource):
        report = reporting.plan(session, actor, source.id)
        sheets = tuple(
            Sheet(part.title, queries.permit(session, actor, part.asked.original, all_rows=True), part.formats)
            for part in report.parts
            if part.asked is not None
        )
        if not sheets:
            raise NothingToExport(report.title)
        return Book(report.title, report.workspace_name, sheets)
    title, asked = _table(session, actor, source)
    return Book(title, workspace_name(session, actor), (Sheet(title, asked, _formats(session, actor, source)),))


def _book_of(shown: Spread) -> Book:
    """A sheet for each tile that asks something. A workbook is whole: a tile that cannot be asked refuses it."""
    sheets = []
    for pane in shown.panes():
        if isinstance(pane.asked, Problem):
            raise TileNotExportable(pane.title, pane.asked.detail)
        if pane.asked is not None:
            told = shown.filters if isinstance(pane.tile, QuestionTile) and pane.tile.listens else ""
            sheets.append(Sheet(pane.title, pane.asked, pane.formats, told))
    if not sheets:
        raise NothingToExport(shown.title)
    return Book(shown.title, shown.workspace_name, tuple(sheets))


def _formats(
    session: Session, actor: Actor, source: DatasetSource | QuestionSource | SavedQuestionSource
) -> TableFormat | None:
    if isinstance(source, SavedQuestionSource):
        return questions.get(session, actor, source.id).formatted()
    return source.formats if isinstance(source, QuestionSource) else None


def _table(
    session: Session, actor: Actor, source: DatasetSource | QuestionSource | SavedQuestionSource
) -> tuple[str, queries.Permitted]:
    if isinstance(source, DatasetSource):
        dataset = datasets.get(session, actor, source.id)
        return dataset.name, queries.permit(session, actor, Question(dataset_id=dataset.id), all_rows=True)
    if isinstance(source, SavedQuestionSource):
        saved = questions.get(session, actor, source.id)
        return saved.name, queries.permit(session, actor, saved.asked(), all_rows=True)
    return source.title, queries.permit(session, actor, source.question, all_rows=True)


def export_id_of(job_id: UUID) -> UUID:
    """The export that a job makes, the same for every attempt."""
    return uuid5(job_id, "export")


def publish(
    session: Session, actor: Actor, *, job_id: UUID, work: Work, format: Format, byte_count: int, now: datetime
) -> Export:
    """Make the row of a written export. Repeating it for the same job changes nothing."""
    export_id = export_id_of(job_id)
    known = session.get(Export, export_id)
    if known is not None:
        return known
    export = Export(
        id=export_id,
        workspace_id=actor.workspace_id,
        filename=f"{work.title}.{format}",
        format=format,
        byte_count=byte_count,
        seen_as=work.seen_as,
        created_by=actor.user_id,
        created_at=now,
    )
    session.add(export)
    session.flush()
    return export


def open_download(session: Session, actor: Actor, *, what: DownloadIn, now: datetime) -> Download:
    """Leave to fetch one thing for a minute, after asking whether it may be fetched."""
    resolve(session, actor, what)
    download = Download(
        workspace_id=actor.workspace_id,
        user_id=actor.user_id,
        kind=what.kind,
        what=what.model_dump(mode="json"),
        ends_at=now + _TICKET_LIFE,
    )
    session.add(download)
    session.flush()
    note(
        session,
        actor,
        f"downloads.{what.kind}",
        what.kind,
        str(getattr(what, "id", getattr(what, "version_id", ""))) or None,
        now,
    )
    return download


def fetch(
    session: Session, actor: Actor, download_id: UUID, *, now: datetime
) -> StoredBytes | CsvRows | QuarantineRows:
    """What a ticket leads to, permitted once more."""
    download = repository.download(session, actor, download_id, now)
    return resolve(session, actor, _downloads.validate_python(download.what))


def resolve(session: Session, actor: Actor, what: DownloadIn) -> StoredBytes | CsvRows | QuarantineRows:
    """The bytes or rows behind a download, with the rights that its kind needs."""
    if isinstance(what, FileDownload):
        actor.require(Permission.DATASETS_EDIT)  # the original may hold more than a viewer is shown
        file = files.file(session, actor, what.id)
        for dataset_id in datasets.read_out_of(session, actor, file.id):
            require_whole(session, actor, dataset_id)
        return StoredBytes(file.object_key, file.filename, "application/octet-stream")
    actor.require(Permission.EXPORTS_CREATE)
    if isinstance(what, EditionDownload):
        edition = reporting.edition(session, actor, what.id)
        return StoredBytes(edition.object_key, f"{edition.title}.pdf", "application/pdf")
    if isinstance(what, ExportDownload):
        export = repository.export(session, actor, what.id)
        if not Sight(session, actor).may_see(export.seen_as, ()):
            raise ExportMissing  # made before its owner saw less
        return StoredBytes(
            export.object_key,
            export.filename,
            _MEDIA_TYPES[export.format],
        )
    if isinstance(what, QuarantineDownload):
        actor.require(Permission.DATASETS_READ)
        dataset = datasets.get(session, actor, what.dataset_id)
        require_whole(session, actor, dataset.id)
        key = datasets.version(session, actor, dataset, what.version_id).quarantine_key
        if key is None:
            raise NothingSetAside
        name = f"{dataset.name} – set aside.{what.format}"
        return QuarantineRows(key, name) if what.format == "csv" else StoredBytes(key, name, "application/x-ndjson")
    assert isinstance(what, CsvDownload)
    title, asked = _table(session, actor, what.source)
    return CsvRows(asked, f"{title}.csv")
