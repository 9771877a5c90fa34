"""Writing files in the background, and clearing what is over."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select

from tablewright.dashboards import rendering
from tablewright.exports import service, writing
from tablewright.exports.models import Download, Export, export_key
from tablewright.identity.repository import workspace_ids
from tablewright.identity.service import actor_of_job
from tablewright.infra import jobs
from tablewright.infra.clock import now
from tablewright.infra.db import transaction
from tablewright.infra.scratch import folder_of
from tablewright.infra.storage import objects
from tablewright.reports.models import Edition

_KEPT = timedelta(days=1)


@jobs.task("exports.write")
def write(lease: jobs.Lease, input: dict[str, Any]) -> dict[str, Any]:
    """Write a file. Safe to run twice: a job makes one export.

    Result: `{export_id, filename, byte_count}`.
    """
    format: service.Format = input.get("format", "xlsx")
    with transaction() as session:
        actor = actor_of_job(session, workspace_id=lease.workspace_id, user_id=lease.created_by)
        work = service.plan_of(session, actor, input["source"], format)
    with folder_of(lease) as scratch:
        file = scratch / f"export.{format}"
        if isinstance(work, service.Book):
            writing.write_workbook(work, file, at=now(), lease=lease)
        elif format == "pdf":
            rendering.pages(work, file, at=now(), progress=lease.progress, cancelled=lease.cancelled)
        else:
            alone = input["source"].get("tile") is not None
            rendering.picture(work, file, at=now(), progress=lease.progress, cancelled=lease.cancelled, alone=alone)
        byte_count = file.stat().st_size
        export_id = service.export_id_of(lease.job_id)
        objects().put_file(export_key(lease.workspace_id, export_id, format), file)
    with transaction() as session:
        actor = actor_of_job(session, workspace_id=lease.workspace_id, user_id=lease.created_by)
        lease.publish(session)
        export = service.publish(
            session,
            actor,
            job_id=lease.job_id,
            work=work,
            format=format,
            byte_count=byte_count,
            now=now(),
        )
        result = {"export_id": str(export.id), "filename": export.filename, "byte_count": export.byte_count}
        lease.complete(session, result)
    return result


@jobs.periodic("exports.sweep", every=timedelta(hours=1))
def sweep(at: datetime) -> None:
    """Remove exports after a day and download rows after their minute; editions that lost their row go too."""
    with transaction() as session:
        workspaces = workspace_ids(session)
    for workspace_id in workspaces:
        with transaction(workspace_id) as session:
            session.execute(delete(Download).where(Download.ends_at < at))
            session.execute(delete(Export).where(Export.created_at < at - _KEPT))
            exports = {export.object_key for export in session.scalars(select(Export))}
            editions = {edition.object_key for edition in session.scalars(select(Edition))}
        for prefix, known in (("exports", exports), ("editions", editions)):
            for lost in objects().orphans(f"w/{workspace_id}/{prefix}/", known, at - _KEPT):
                objects().delete(lost.key)
