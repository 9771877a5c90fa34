"""Housekeeping of files: uploads nobody goes on with, and bytes no row points to."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, select

from tablewright.files import spool
from tablewright.files.models import SourceFile, Upload
from tablewright.identity.repository import workspace_ids
from tablewright.infra import jobs
from tablewright.infra.db import transaction
from tablewright.infra.storage import objects

_KEPT = timedelta(days=1)


@jobs.periodic("files.sweep", every=timedelta(hours=1))
def sweep(now: datetime) -> None:
    """Forget uploads that were not written to for a day, and objects that lost their row."""
    spool.sweep((now - _KEPT).timestamp())
    with transaction() as session:
        workspaces = workspace_ids(session)
    for workspace_id in workspaces:
        with transaction(workspace_id) as session:
            session.execute(
                delete(Upload).where(Upload.state == "receiving", Upload.created_at < now - timedelta(days=7))
            )
            known = {
                f"w/{workspace_id}/files/{content_hash}"
                for content_hash in session.scalars(select(SourceFile.content_hash).distinct())
            }
        for lost in objects().orphans(f"w/{workspace_id}/files/", known, now - _KEPT):
            objects().delete(lost.key)
