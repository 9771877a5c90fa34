"""Receiving files: nothing is said to be stored before its bytes and its rows are."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from tablewright.files import repository, spool
from tablewright.files.errors import StorageFull, UploadTooLarge
from tablewright.files.models import SourceFile, Upload
from tablewright.files.names import accepted_name
from tablewright.identity.actor import Actor, Permission
from tablewright.infra.db import after_commit
from tablewright.infra.jobs import enqueue
from tablewright.infra.settings import settings
from tablewright.infra.storage import objects

_SPARE_BYTES = 256 << 20


def announce(
    session: Session, actor: Actor, *, filename: str, size: int, dataset_id: UUID | None, now: datetime
) -> Upload:
    """Open an upload of `size` bytes, or say why not before the first byte is sent."""
    actor.require(Permission.DATASETS_LOAD)
    name = accepted_name(filename)
    if size > settings().max_upload_bytes:
        raise UploadTooLarge(size, settings().max_upload_bytes)
    free = spool.free_bytes() - _SPARE_BYTES
    if size > free:
        raise StorageFull(size, max(free, 0))
    upload = Upload(
        workspace_id=actor.workspace_id,
        filename=name,
        size=size,
        dataset_id=dataset_id,
        state="receiving",
        created_by=actor.user_id,
        created_at=now,
    )
    session.add(upload)
    session.flush()
    return upload


def finish(session: Session, actor: Actor, upload_id: UUID, *, now: datetime) -> Upload:
    """Store a complete upload as a source file and have it loaded. Safe to call twice."""
    actor.require(Permission.DATASETS_LOAD)
    upload = repository.upload(session, actor, upload_id, lock=True)
    if upload.state == "stored":
        return upload
    if upload.size == 0:
        spool.path(upload_id).touch()
    file = SourceFile(
        workspace_id=actor.workspace_id,
        filename=upload.filename,
        size=upload.size,
        sha256=spool.sha256(upload_id),
        created_by=actor.user_id,
        created_at=now,
    )
    # The object goes first: a row must never point to bytes that are not there. The spool file stays until
    # the commit, so a crash in between only means storing the same bytes again.
    objects().put_file(file.object_key, spool.path(upload_id), keep_source=True)
    session.add(file)
    session.flush()
    job = enqueue(
        session,
        workspace_id=actor.workspace_id,
        kind="datasets.load",
        input={
            "file_id": str(file.id),
            "filename": file.filename,
            "dataset_id": str(upload.dataset_id) if upload.dataset_id else None,
        },
        created_by=actor.user_id,
        now=now,
        label=file.filename,
    )
    upload.state = "stored"
    upload.file_id = file.id
    upload.job_id = job.id
    after_commit(session, lambda: spool.remove(upload_id))
    return upload


def abandon(session: Session, actor: Actor, upload_id: UUID) -> None:
    """Forget an upload and its bytes. A stored file stays."""
    upload = repository.upload(session, actor, upload_id, lock=True)
    session.delete(upload)
    if upload.state == "receiving":
        after_commit(session, lambda: spool.remove(upload_id))


def offset(upload: Upload) -> int:
    """How many bytes of the upload are safe."""
    return upload.size if upload.state == "stored" else spool.offset(upload.id)
