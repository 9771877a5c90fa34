"""Loading in the background."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from tablewright.core.errors import Problem
from tablewright.datasets import service
from tablewright.datasets.models import object_key
from tablewright.datasets.repository import version_ids
from tablewright.files import repository as files
from tablewright.identity.repository import workspace_ids
from tablewright.identity.service import actor_of_job
from tablewright.infra import jobs
from tablewright.infra.clock import now
from tablewright.infra.compute import load_children
from tablewright.infra.db import transaction
from tablewright.infra.scratch import folder_of
from tablewright.infra.storage import objects


@jobs.task("datasets.load")
def load(lease: jobs.Lease, input: dict[str, Any]) -> dict[str, Any]:
    """Read a source file into dataset versions. Safe to run twice: the versions of a job are made once.

    Result: `{dataset_ids, tables: [{dataset_id, name, row_count}]}`.
    """
    with transaction(lease.workspace_id) as session:
        actor = actor_of_job(session, workspace_id=lease.workspace_id, user_id=lease.created_by)
        file = files.file(session, actor, UUID(input["file_id"]))
    with folder_of(lease) as scratch:
        tables = _read(lease, file.object_key, file.filename, scratch)
        lease.progress(stage="publish")
        with transaction() as session:
            # Rights are asked again: they may have been taken away while the file was read.
            actor = actor_of_job(session, workspace_id=lease.workspace_id, user_id=lease.created_by)
            lease.publish(session)
            versions = service.publish_load(
                session,
                actor,
                job_id=lease.job_id,
                file=files.file(session, actor, file.id),
                tables=tables,
                dataset_id=UUID(input["dataset_id"]) if input.get("dataset_id") else None,
                now=now(),
            )
            result = {
                "dataset_ids": [str(version.dataset_id) for version in versions],
                "tables": [
                    {
                        "dataset_id": str(version.dataset_id),
                        "name": version.table_name,
                        "row_count": version.row_count,
                    }
                    for version in versions
                ],
            }
            lease.complete(session, result)
            return result


def _read(lease: jobs.Lease, source_key: str, filename: str, scratch: Path) -> list[service.LoadedTable]:
    def on_progress(message: dict[str, Any]) -> None:
        lease.progress(**message)

    lease.progress(stage="read")
    source = objects().local_path(source_key)
    reply = load_children().call(
        "load",
        {
            "path": str(source),
            "filename": filename,
            "out_dir": str(scratch),
            "memory_bytes": 384 << 20,
            "threads": 2,
            "max_columns": 2000,
            "options": {},
        },
        on_progress=on_progress,
        cancelled=lease.cancelled,
        only_read=[source],
        only_write=[scratch],
    )
    lease.progress(stage="store")
    tables = []
    for index, table in enumerate(reply.value["tables"]):
        version_id = service.version_id_of(lease.job_id, index)
        objects().put_file(object_key(lease.workspace_id, version_id), scratch / Path(table["file"]).name)
        tables.append(
            service.LoadedTable(
                version_id=version_id,
                name=table["name"],
                format=reply.value["format"],
                row_count=table["row_count"],
                byte_count=table["byte_count"],
                schema=table["schema"],
                profile=table["profile"],
                receipt=table["receipt"],
            )
        )
    if not tables:
        raise NothingLoaded(filename)
    return tables


class NothingLoaded(Problem):
    status = 422
    title = "Nothing to load"

    def __init__(self, filename: str) -> None:
        super().__init__(f'"{filename}" holds no table: no rows were found in it.', file=filename)


@jobs.periodic("datasets.sweep", every=timedelta(hours=1))
def sweep(at: datetime) -> None:
    """Remove version objects that no row points to: what a load left that died between storing and publishing."""
    with transaction() as session:
        workspaces = workspace_ids(session)
    for workspace_id in workspaces:
        with transaction(workspace_id) as session:
            known = {object_key(workspace_id, version) for version in version_ids(session, workspace_id)}
        for lost in objects().orphans(f"w/{workspace_id}/versions/", known, at - timedelta(days=1)):
            objects().delete(lost.key)
