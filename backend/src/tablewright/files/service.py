"""Receiving files: nothing is said to be stored before its bytes and its rows are."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.orm import Session

from tablewright.core.versions.orders import LoadOrder
from tablewright.files import repository, spool
from tablewright.files.errors import StorageFull, UploadTooLarge
from tablewright.files.models import SourceFile, Upload
from tablewright.files.names import accepted_name
from tablewright.identity.actor import Actor, Permission
from tablewright.infra.db import after_commit
from tablewright.infra.jobs import Job, JobOver, cancel, enqueue
from tablewright.infra.settings import settings
from tablewright.infra.storage import objects

_SPARE_BYTES = 256 << 20


def announce(
    session: Session,
    actor: Actor,
    *,
    filename: str,
    size: int,
    dataset_id: UUID | None,
    order: LoadOrder,
    now: datetime,
) -> Upload:
    """Open an upload of `size` bytes, or say why not before the first byte is sent."""
    actor.require(Permission.DATASETS_LOAD)
    name = accepted_name(filename)
    require_room(size)
    upload = Upload(
        workspace_id=actor.workspace_id,
        filename=name,
        size=size,
        dataset_id=dataset_id,
        load_order=order.model_dump(mode="json"),
        state="receiving",
        created_by=actor.user_id,
        created_at=now,
    )
    session.add(upload)
    session.flush()
    return upload


def require_room(size: int) -> None:
    """Pass when `size` bytes may come. Raises UploadTooLarge, StorageFull."""
    if size > settings().max_upload_bytes:
        raise UploadTooLarge(size, settings().max_upload_bytes)
    free = spool.free_bytes() - _SPARE_BYTES
    if size > free:
        raise StorageFull(size, max(free, 0))


def finish(session: Session, actor: Actor, upload_id: UUID, *, now: datetime) -> Upload:
    """Store a complete upload as a source file and have it loaded. Safe to call twice."""
    actor.require(Permission.DATASETS_LOAD)
    upload = repository.upload(session, actor, upload_id, lock=True)
    if upload.state == "stored":
        return upload
    if upload.size == 0:
        spool.path(upload_id).touch()
    file, job = store(
        session,
        actor,
        upload_id,
        filename=upload.filename,
        size=upload.size,
        dataset_id=upload.dataset_id,
        order=LoadOrder.model_validate(upload.load_order),
        now=now,
    )
    upload.state = "stored"
    upload.file_id = file.id
    upload.job_id = job.id
    return upload


def store(
    session: Session,
    actor: Actor,
    spool_id: UUID,
    *,
    filename: str,
    size: int,
    dataset_id: UUID | None,
    order: LoadOrder,
    now: datetime,
) -> tuple[SourceFile, Job]:
    """Keep complete bytes of the spool as a source file and have it loaded."""
    file = SourceFile(
        workspace_id=actor.workspace_id,
        filename=filename,
        size=size,
        content_hash=spool.content_hash(spool_id),
        created_by=actor.user_id,
        created_at=now,
    )
    # The object goes first: a row must never point to bytes that are not there. The spool file stays until
    # the commit, so a crash in between only means storing the same bytes again.
    objects().put_file(file.object_key, spool.path(spool_id), keep_source=True)
    session.add(file)
    session.flush()
    job = enqueue(
        session,
        workspace_id=actor.workspace_id,
        kind="datasets.load",
        input={
            "file_id": str(file.id),
            "filename": file.filename,
            "dataset_id": str(dataset_id) if dataset_id else None,
            "order": order.model_dump(mode="json"),
        },
        created_by=actor.user_id,
        now=now,
        label=file.filename,
    )
    after_commit(session, lambda: spool.remove(spool_id))
    return file, job


def forget(session: Session, file_ids: set[UUID]) -> None:
    """Remove files that no version needs any more; their bytes go with the next sweep unless others share them."""
    session.execute(delete(Upload).where(Upload.file_id.in_(file_ids)))
    session.execute(delete(SourceFile).where(SourceFile.id.in_(file_ids)))


def abandon(session: Session, actor: Actor, upload_id: UUID, *, now: datetime) -> None:
    """Forget an upload and its bytes. A stored file stays, but is not read any more when that is not over."""
    upload = repository.upload(session, actor, upload_id, lock=True)
    session.delete(upload)
    if upload.state == "receiving":
        after_commit(session, lambda: spool.remove(upload_id))
    elif upload.job_id and (job := session.get(Job, upload.job_id)) is not None:
        with suppress(JobOver):
            cancel(session, job, now)


def offset(upload: Upload) -> int:
    """How many bytes of the upload are safe."""
    return upload.size if upload.state == "stored" else spool.offset(upload.id)
