"""Rendering reports in the background."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from tablewright.identity.service import actor_of_job
from tablewright.infra import jobs
from tablewright.infra.clock import now
from tablewright.infra.db import transaction
from tablewright.infra.scratch import folder_of
from tablewright.infra.storage import objects
from tablewright.reports import rendering, service
from tablewright.reports.models import edition_key


@jobs.task("reports.render")
def render(lease: jobs.Lease, input: dict[str, Any]) -> dict[str, Any]:
    """Render a report as PDF. Safe to run twice: a job makes one edition.

    Result: `{edition_id, page_count, byte_count}`.
    """
    with transaction(lease.workspace_id) as session:
        actor = actor_of_job(session, workspace_id=lease.workspace_id, user_id=lease.created_by)
        plan = service.plan(session, actor, UUID(input["report_id"]))
    with folder_of(lease) as scratch:
        file = scratch / "report.pdf"
        page_count = rendering.render(plan, file, at=now(), lease=lease)
        byte_count = file.stat().st_size
        edition_id = service.edition_id_of(lease.job_id)
        objects().put_file(edition_key(lease.workspace_id, edition_id), file)
    with transaction() as session:
        actor = actor_of_job(session, workspace_id=lease.workspace_id, user_id=lease.created_by)
        lease.publish(session)
        edition = service.publish_edition(
            session,
            actor,
            job_id=lease.job_id,
            plan=plan,
            page_count=page_count,
            byte_count=byte_count,
            now=now(),
        )
        result = {
            "edition_id": str(edition.id),
            "page_count": edition.page_count,
            "byte_count": edition.byte_count,
        }
        lease.complete(session, result)
    return result
