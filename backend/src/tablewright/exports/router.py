"""Exports and downloads over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from fastapi import APIRouter, Path, Response
from fastapi.responses import StreamingResponse

from tablewright.activity.schemas import JobOut, job_out
from tablewright.core.exports.safe_text import content_disposition
from tablewright.datasets import quarantine
from tablewright.exports import service, tickets, writing
from tablewright.exports.schemas import DownloadIn, DownloadOut, ExportIn
from tablewright.identity.access import ActorDep, IdempotencyHeader, once
from tablewright.identity.service import actor_of_session_id
from tablewright.infra.clock import NowDep
from tablewright.infra.db import SessionDep, transaction
from tablewright.infra.storage import objects

router = APIRouter(tags=["exports"])


@router.post("/exports", status_code=202, operation_id="createExport", response_model=JobOut)
def create_export(
    body: ExportIn, session: SessionDep, actor: ActorDep, now: NowDep, key: IdempotencyHeader = None
) -> Response:
    """Have a file written: an Excel workbook, or a dashboard as PDF or PNG. The job's result names the export."""
    return once(
        session,
        actor,
        key,
        body,
        lambda: job_out(service.order(session, actor, source=body.source, format=body.format, now=now)),
        now=now,
        status=202,
    )


@router.post("/downloads", status_code=201, operation_id="openDownload")
def open_download(body: DownloadIn, session: SessionDep, actor: ActorDep, now: NowDep) -> DownloadOut:
    """An address that gives the bytes for a minute, so that the browser can save them as a stream."""
    download = service.open_download(session, actor, what=body, now=now)
    ticket = tickets.write(actor, download.id, download.ends_at)
    return DownloadOut(url=f"/api/v1/downloads/{ticket}", expires_at=download.ends_at)


@router.get("/downloads/{ticket}", operation_id="fetchDownload", response_class=StreamingResponse)
def fetch_download(ticket: Annotated[str, Path(max_length=1000)], now: NowDep) -> StreamingResponse:
    """The bytes. The session behind the ticket must be alive, and the right is asked again."""
    read = tickets.read(ticket, now)
    with transaction() as session:
        actor = actor_of_session_id(session, read.session_id, now)
        found = service.fetch(session, actor, read.download_id, now=now)
    headers = {
        "Content-Disposition": content_disposition(found.filename, found.filename.rpartition(".")[2]),
        "Cache-Control": "private, no-store",
    }
    content: Iterator[bytes]
    if isinstance(found, service.StoredBytes):
        headers["Content-Length"] = str(objects().size(found.object_key))
        content, media_type = objects().open(found.object_key), found.media_type
    elif isinstance(found, service.QuarantineRows):
        content, media_type = quarantine.as_csv(found.object_key), "text/csv; charset=utf-8"
    else:
        content, media_type = writing.csv_rows(found.asked), "text/csv; charset=utf-8"
    return StreamingResponse(content, media_type=media_type, headers=headers)
