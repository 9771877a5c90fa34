"""Housekeeping of jobs: the account of a job is kept for 90 days after its end, of the installation's own for one."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import and_, delete, or_

from tablewright.identity.repository import workspace_ids
from tablewright.infra import jobs
from tablewright.infra.db import transaction

KEPT = timedelta(days=90)
IDLE_KEPT = timedelta(days=1)


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
                    or_(
                        jobs.Job.finished_at < now - KEPT,
                        and_(jobs.Job.kind.in_(jobs.IDLE), jobs.Job.finished_at < now - IDLE_KEPT),
                    ),
                )
            )
