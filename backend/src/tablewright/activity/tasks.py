"""Housekeeping of jobs: the account of a job is kept for 90 days after its end."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete

from tablewright.identity.repository import workspace_ids
from tablewright.infra import jobs
from tablewright.infra.db import transaction

KEPT = timedelta(days=90)


@jobs.periodic("activity.sweep", every=timedelta(hours=12))
def sweep(now: datetime) -> None:
    """Forget jobs that ended long ago. What they made stays."""
    with transaction() as session:
        workspaces = workspace_ids(session)
    for workspace_id in workspaces:
        with transaction(workspace_id) as session:
            session.execute(
                delete(jobs.Job).where(
                    jobs.Job.workspace_id == workspace_id,
                    jobs.Job.state.in_(jobs.OVER),
                    jobs.Job.finished_at < now - KEPT,
                )
            )
