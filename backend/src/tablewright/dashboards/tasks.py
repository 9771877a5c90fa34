"""Asking dashboards ahead, in the background."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from tablewright.core.errors import Forbidden, Missing, Problem, Unavailable
from tablewright.core.queries.computed import volatile
from tablewright.dashboards import ahead, repository, service
from tablewright.dashboards.gently import let_in
from tablewright.identity.repository import workspace_ids
from tablewright.identity.service import actor_of_job
from tablewright.infra import jobs
from tablewright.infra.admission import is_refusal
from tablewright.infra.cache import cache
from tablewright.infra.clock import now
from tablewright.infra.db import transaction
from tablewright.infra.limits import Cancelled, EngineBusy
from tablewright.queries import service as queries

USED = timedelta(days=7)
"""A dashboard that was opened or saved so recently is asked again when its questions become others."""
MOST_AGAIN = 100
_BEFORE_ANOTHER_LOOK = 4
"""So many questions are asked before it is looked again whether they are still the ones to ask."""


@jobs.task(ahead.KIND, patience=timedelta(hours=2))
def ask_ahead(lease: jobs.Lease, input: dict[str, Any]) -> dict[str, Any]:
    """Have the tiles of a dashboard answered, one after another. Safe to run twice: what is known is not asked.

    Result: `{asked_count}`.
    """
    dashboard_id = UUID(input["dashboard_id"])
    tried: set[str] = set()
    while left := [each for each in unknown(lease.workspace_id, dashboard_id) if each.etag not in tried]:
        for asked in left[:_BEFORE_ANOTHER_LOOK]:
            if lease.cancelled():
                raise Cancelled("ask")
            tried.add(asked.etag)
            _ask(lease, asked)
            if _made_way(lease, dashboard_id):  # after a question, so that every run comes nearer to the end
                return {"asked_count": len(tried)}
    return {"asked_count": len(tried)}


def _made_way(lease: jobs.Lease, dashboard_id: UUID) -> bool:
    """Whether somebody's job waits for this worker; then the rest is promised anew, behind it."""
    with transaction(lease.workspace_id) as session:
        waits = jobs.others_wait(session)
        if waits:
            ahead.promise(session, lease.workspace_id, dashboard_id, now())
    return waits


def _ask(lease: jobs.Lease, asked: queries.Permitted) -> None:
    try:
        let_in({"tile": asked})["tile"].wait(lease.cancelled)
    except Problem as problem:
        if is_refusal(problem):
            raise EngineBusy(0) from problem  # what waits in lines now is somebody's: this job comes back later
        if isinstance(problem, Cancelled | Unavailable):
            raise
        cache().put(_in_vain(asked), b"1")


def _in_vain(asked: queries.Permitted) -> str:
    """The key under which it is remembered that this has no answer, so that it is not asked every hour."""
    return f"ahead/{asked.etag}"


def unknown(workspace_id: UUID, dashboard_id: UUID) -> list[queries.Permitted]:
    """What a dashboard asks as it stands and nobody has asked yet, as who saved it last may ask it at this moment.

    Nothing when they are no member any more or no longer see it. Who sees the same as they do shares the answers;
    another reader's questions have other keys, and are answered when they ask.
    """
    with transaction(workspace_id) as session:
        try:
            saver = repository.saved_by(session, workspace_id, dashboard_id)
            actor = actor_of_job(session, workspace_id=workspace_id, user_id=saver)
            gates = service.plan(session, actor, dashboard_id, values={}, more={}, tiles=None)
            permitted = {gate.etag: gate for _, gate in gates if isinstance(gate, queries.Permitted)}
        except (Missing, Forbidden):
            return []
    return [
        each
        for each in permitted.values()
        # What tells the minute is another question in the next one.
        if "NOW" not in volatile(each.question)
        and queries.cached(each, "json") is None
        and cache().get(_in_vain(each)) is None
    ]


@jobs.periodic("dashboards.ask_again", every=timedelta(hours=1))
def ask_again(at: datetime) -> None:
    """Have what became another question asked, such as "today" after midnight, on dashboards that people use."""
    with transaction() as session:
        workspaces = workspace_ids(session)
    for workspace_id in workspaces:
        with transaction(workspace_id) as session:
            recent = repository.used_since(session, workspace_id, at - USED, MOST_AGAIN)
        for dashboard_id in recent:
            if jobs.shutting_down.is_set():
                return
            if unknown(workspace_id, dashboard_id):
                with transaction(workspace_id) as session:
                    ahead.promise(session, workspace_id, dashboard_id, at)
