"""Uploads over HTTP by the tus protocol 1.0.0 (core, creation, termination), and source files."""

from __future__ import annotations

import binascii
import json
from base64 import b64decode
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Request, Response
from pydantic import ValidationError
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from tablewright.core.errors import Problem
from tablewright.core.versions.orders import LoadOrder
from tablewright.files import repository, service, spool
from tablewright.files.errors import UploadHeaderInvalid, UploadOverrun
from tablewright.files.models import Upload
from tablewright.files.preview import ENOUGH_BYTES, expect_preview, preview_of
from tablewright.files.schemas import FileOut, UploadOut
from tablewright.identity.access import ActorDep, Credentials
from tablewright.identity.actor import Actor, Permission
from tablewright.identity.errors import SessionOver
from tablewright.identity.service import actor_of
from tablewright.infra.clock import NowDep
from tablewright.infra.db import SessionDep, transaction
from tablewright.infra.storage import objects

router = APIRouter(tags=["files"])

TUS = {"Tus-Resumable": "1.0.0", "Cache-Control": "no-store"}
_BLOCK = 4 << 20
_PREVIEWED_WHOLE = 64 << 20
"""A larger file is not fetched from the store for its preview; it was previewed while it came."""


def _metadata(header: str) -> dict[str, str]:
    """tus' metadata: `key base64, key base64`."""
    found: dict[str, str] = {}
    for pair in header.split(","):
        key, _, value = pair.strip().partition(" ")
        try:
            found[key] = b64decode(value, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError) as error:
            raise UploadHeaderInvalid("Upload-Metadata", f'has no readable value for "{key[:50]}"') from error
    return found


def _order(metadata: dict[str, str]) -> LoadOrder:
    """What is told about the load."""
    told: dict[str, object] = {key: metadata[key] for key in ("mode", "deduplicate", "note") if metadata.get(key)}
    try:
        for key in ("options", "keys"):
            if metadata.get(key):
                told[key] = json.loads(metadata[key])
        return LoadOrder.model_validate(told)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise UploadHeaderInvalid("Upload-Metadata", f"holds a {where} that is not usable: {first['msg']}") from error
    except (ValueError, RecursionError) as error:
        raise UploadHeaderInvalid("Upload-Metadata", "holds options or keys that are not JSON") from error


def _number(header: str, text: str | None) -> int:
    if text is None or not text.isdecimal() or len(text) > 18:
        raise UploadHeaderInvalid(header, "must be a whole number of bytes")
    return int(text)


@router.options("/uploads", status_code=204, operation_id="describeUploads")
def describe_uploads() -> Response:
    """Which parts of the protocol are spoken here."""
    return Response(status_code=204, headers={**TUS, "Tus-Version": "1.0.0", "Tus-Extension": "creation,termination"})


@router.post("/uploads", status_code=201, operation_id="announceUpload")
def announce_upload(
    session: SessionDep,
    actor: ActorDep,
    now: NowDep,
    upload_length: Annotated[str | None, Header()] = None,
    upload_metadata: Annotated[str, Header(max_length=32_768)] = "",
) -> Response:
    """Open an upload. `Upload-Metadata` names the file (`filename`) and, for the next file of a dataset, the
    `dataset_id`; it may say how to load it: `options` (JSON), `mode`, `keys` (a JSON list), `deduplicate`, `note`.
    """
    size = _number("Upload-Length", upload_length)
    metadata = _metadata(upload_metadata) if upload_metadata else {}
    if "filename" not in metadata:
        raise UploadHeaderInvalid("Upload-Metadata", 'must hold "filename"')
    dataset_id = None
    if metadata.get("dataset_id"):
        try:
            dataset_id = UUID(metadata["dataset_id"])
        except ValueError as error:
            raise UploadHeaderInvalid("Upload-Metadata", "holds a dataset_id that is none") from error
    upload = service.announce(
        session,
        actor,
        filename=metadata["filename"],
        size=size,
        dataset_id=dataset_id,
        order=_order(metadata),
        now=now,
    )
    if size == 0:
        service.finish(session, actor, upload.id, now=now)
    expect_preview()
    return Response(status_code=201, headers={**TUS, "Location": f"/api/v1/uploads/{upload.id}", "Upload-Offset": "0"})


@router.head("/uploads/{upload_id}", operation_id="getUploadOffset")
def get_upload_offset(upload_id: UUID, session: SessionDep, actor: ActorDep, now: NowDep) -> Response:
    """Where to go on. An upload that is complete but was cut off before it was stored is stored now."""
    upload = repository.upload(session, actor, upload_id)
    at = service.offset(upload)
    if at == upload.size:
        upload = service.finish(session, actor, upload_id, now=now)
    return Response(status_code=200, headers={**TUS, "Upload-Offset": str(at), "Upload-Length": str(upload.size)})


@dataclass(frozen=True)
class Admitted:
    actor: Actor
    size: int
    is_stored: bool


def _admit(upload_id: UUID, credentials: Credentials, now: NowDep) -> Admitted:
    """Check the sender in a short transaction of its own: none stays open while bytes stream."""
    if credentials is None:
        raise SessionOver
    with transaction() as session:
        actor = actor_of(session, credentials.credentials, now)
        actor.require(Permission.DATASETS_LOAD)
        upload = repository.upload(session, actor, upload_id)
        return Admitted(actor, upload.size, upload.state == "stored")


def _finish(actor: Actor, upload_id: UUID, now: datetime) -> None:
    with transaction(actor.workspace_id, actor.user_id) as session:
        service.finish(session, actor, upload_id, now=now)


@router.patch("/uploads/{upload_id}", status_code=204, operation_id="appendToUpload")
async def append_to_upload(
    upload_id: UUID,
    request: Request,
    now: NowDep,
    admitted: Annotated[Admitted, Depends(_admit, scope="function")],
    upload_offset: Annotated[str | None, Header()] = None,
) -> Response:
    """Append bytes at `Upload-Offset`. What arrived stays, also when the connection breaks."""
    if request.headers.get("content-type") != "application/offset+octet-stream":
        raise UploadHeaderInvalid("Content-Type", "must be application/offset+octet-stream")
    at = _number("Upload-Offset", upload_offset)
    if admitted.is_stored:
        return Response(status_code=204, headers={**TUS, "Upload-Offset": str(admitted.size)})
    problem: Problem | None = None
    with spool.writer(upload_id, at) as writer:
        waiting = bytearray()
        try:
            async for chunk in request.stream():
                waiting += chunk
                # The first bytes are written at once: there is something to preview then.
                if len(waiting) >= (_BLOCK if writer.offset else ENOUGH_BYTES):
                    room = admitted.size - writer.offset
                    if len(waiting) > room:
                        break
                    await run_in_threadpool(writer.write, waiting)
                    waiting = bytearray()
        except ClientDisconnect:
            pass  # what came is kept; the sender asks for the offset and goes on
        room = admitted.size - writer.offset
        if len(waiting) > room:
            problem = UploadOverrun(admitted.size)
        await run_in_threadpool(writer.write, waiting[:room])
        reached = writer.offset
    if problem is not None:
        raise problem
    if reached == admitted.size:
        await run_in_threadpool(_finish, admitted.actor, upload_id, now)
    return Response(status_code=204, headers={**TUS, "Upload-Offset": str(reached)})


@router.delete("/uploads/{upload_id}", status_code=204, operation_id="abandonUpload")
def abandon_upload(upload_id: UUID, session: SessionDep, actor: ActorDep, now: NowDep) -> Response:
    """Forget an upload and its bytes; one that has just arrived is not read any more."""
    service.abandon(session, actor, upload_id, now=now)
    return Response(status_code=204, headers=TUS)


def _upload_out(session: Session, actor: Actor, upload: Upload) -> UploadOut:
    file = repository.file(session, actor, upload.file_id) if upload.file_id else None
    same = repository.same_bytes(session, actor, file) if file else []
    return UploadOut.model_validate(
        {
            "id": upload.id,
            "filename": upload.filename,
            "size": upload.size,
            "offset": service.offset(upload),
            "state": upload.state,
            "file_id": upload.file_id,
            "job_id": upload.job_id,
            "preview": None,
            "content_hash": file.content_hash if file else None,
            "known_as": [
                {"file_id": each.id, "filename": each.filename, "created_at": each.created_at} for each in same
            ],
        }
    )


@router.get("/uploads/{upload_id}", operation_id="getUpload")
def get_upload(upload_id: UUID, credentials: Credentials, now: NowDep, preview: bool = True) -> UploadOut:
    """How far the upload is, and, unless `preview` is false, the first rows of what has arrived."""
    if credentials is None:
        raise SessionOver
    with transaction() as session:
        actor = actor_of(session, credentials.credentials, now)
        upload = repository.upload(session, actor, upload_id)
        out = _upload_out(session, actor, upload)
        stored = repository.file(session, actor, upload.file_id).object_key if upload.file_id else None
    # Outside the transaction: reading takes a moment.
    if preview and (stored is None or out.size <= _PREVIEWED_WHOLE):
        path = objects().local_path(stored) if stored else spool.path(upload_id)
        out.preview = preview_of(upload_id, path, out.filename, out.offset, whole=stored is not None)
    return out


@router.get("/files/{file_id}", operation_id="getFile")
def get_file(file_id: UUID, session: SessionDep, actor: ActorDep) -> FileOut:
    """A source file's facts. Its bytes come through POST /downloads."""
    actor.require(Permission.DATASETS_READ)
    file = repository.file(session, actor, file_id)
    return FileOut(
        id=file.id, filename=file.filename, size=file.size, content_hash=file.content_hash, created_at=file.created_at
    )
