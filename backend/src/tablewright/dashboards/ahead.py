"""Dashboards are asked before somebody opens them: when they are saved, and when their data is another.

What is asked is promised here, one dashboard a job, and done by `dashboards.tasks`.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from tablewright.dashboards import repository
from tablewright.datasets import publishing
from tablewright.identity.actor import Actor
from tablewright.infra import jobs

KIND = jobs.idle("dashboards.ask_ahead")
MOST_AT_ONCE = 20
"""So many dashboards are asked for one version of a dataset; others when they are opened."""


def promise(session: Session, workspace_id: UUID, dashboard_id: UUID, now: datetime) -> None:
    """Have a dashboard asked when nothing else is to be done. Promised again before it began, it is one promise."""
    jobs.enqueue_once(session, workspace_id=workspace_id, kind=KIND, input={"dashboard_id": str(dashboard_id)}, now=now)


def on_published(session: Session, actor: Actor, dataset_id: UUID, now: datetime) -> None:
    """Have the dashboards that read a dataset asked, those used last first."""
    for dashboard_id in repository.reading(session, actor, dataset_id, MOST_AT_ONCE):
        promise(session, actor.workspace_id, dashboard_id, now)


publishing.register("dashboards", on_published)
