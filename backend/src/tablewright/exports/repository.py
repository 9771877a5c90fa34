"""Every SELECT of exports."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from tablewright.exports.errors import DownloadOver, ExportMissing
from tablewright.exports.models import Download, Export
from tablewright.identity.actor import Actor


def export(session: Session, actor: Actor, export_id: UUID) -> Export:
    """One's own export, or ExportMissing."""
    found = session.scalar(
        select(Export).where(
            Export.workspace_id == actor.workspace_id, Export.created_by == actor.user_id, Export.id == export_id
        )
    )
    if found is None:
        raise ExportMissing
    return found


def download(session: Session, actor: Actor, download_id: UUID, now: datetime) -> Download:
    """A download of this person that is not over yet, or DownloadOver."""
    found = session.scalar(
        select(Download).where(
            Download.workspace_id == actor.workspace_id,
            Download.user_id == actor.user_id,
            Download.id == download_id,
            Download.ends_at > now,
        )
    )
    if found is None:
        raise DownloadOver
    return found
