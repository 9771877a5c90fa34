"""Every SELECT of files."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from tablewright.files.errors import FileMissing, UploadMissing
from tablewright.files.models import SourceFile, Upload
from tablewright.identity.actor import Actor


def files_visible_to(actor: Actor) -> Select[SourceFile]:
    return select(SourceFile).where(SourceFile.workspace_id == actor.workspace_id)


def file(session: Session, actor: Actor, file_id: UUID) -> SourceFile:
    """The file, or FileMissing."""
    found = session.scalar(files_visible_to(actor).where(SourceFile.id == file_id))
    if found is None:
        raise FileMissing
    return found


def same_bytes(session: Session, actor: Actor, file: SourceFile, limit: int = 5) -> list[SourceFile]:
    """Files that came before with the same bytes, newest first."""
    return list(
        session.scalars(
            files_visible_to(actor)
            .where(
                SourceFile.content_hash == file.content_hash,
                SourceFile.id != file.id,
                SourceFile.created_at <= file.created_at,
            )
            .order_by(SourceFile.created_at.desc())
            .limit(limit)
        )
    )


def by_ids(session: Session, ids: set[UUID]) -> dict[UUID, SourceFile]:
    return {file.id: file for file in session.scalars(select(SourceFile).where(SourceFile.id.in_(ids)))}


def upload(session: Session, actor: Actor, upload_id: UUID, *, lock: bool = False) -> Upload:
    """One's own upload, or UploadMissing."""
    statement = select(Upload).where(
        Upload.workspace_id == actor.workspace_id, Upload.created_by == actor.user_id, Upload.id == upload_id
    )
    found = session.scalar(statement.with_for_update() if lock else statement)
    if found is None:
        raise UploadMissing
    return found
