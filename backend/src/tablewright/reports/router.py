"""Reports and editions over HTTP."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from tablewright.activity.schemas import JobOut, job_out
from tablewright.identity.access import ActorDep, IdempotencyHeader, once
from tablewright.identity.actor import Permission
from tablewright.infra.clock import NowDep
from tablewright.infra.db import SessionDep
from tablewright.infra.paging import CursorDep, LimitQuery
from tablewright.reports import repository, service
from tablewright.reports.models import Edition, Report
from tablewright.reports.schemas import (
    EditionList,
    EditionOut,
    ReportChange,
    ReportDetail,
    ReportIn,
    ReportList,
    ReportOut,
)

router = APIRouter(prefix="/reports", tags=["reports"])


def _facts(report: Report) -> dict[str, object]:
    return {
        "id": report.id,
        "title": report.title,
        "section_count": len(report.sections),
        "created_at": report.created_at,
        "updated_at": report.updated_at,
    }


def _detail(report: Report) -> ReportDetail:
    return ReportDetail.model_validate({**_facts(report), "sections": report.parts(), "version": report.version})


def _edition(edition: Edition) -> EditionOut:
    return EditionOut(
        id=edition.id,
        title=edition.title,
        page_count=edition.page_count,
        byte_count=edition.byte_count,
        created_at=edition.created_at,
        versions={UUID(key): UUID(value) for key, value in edition.dataset_versions.items()},
    )


@router.get("", operation_id="listReports")
def list_reports(
    session: SessionDep,
    actor: ActorDep,
    cursor: CursorDep,
    search: Annotated[str, Query(max_length=200)] = "",
    limit: LimitQuery = 50,
) -> ReportList:
    """The reports of the workspace, newest first."""
    actor.require(Permission.REPORTS_READ)
    page = repository.page(session, actor, search=search.strip(), cursor=cursor, limit=limit)
    return ReportList(
        items=[ReportOut.model_validate(_facts(report)) for report in page.items], next_cursor=page.next_cursor
    )


@router.post("", status_code=201, operation_id="createReport", response_model=ReportDetail)
def create_report(
    body: ReportIn, session: SessionDep, actor: ActorDep, now: NowDep, key: IdempotencyHeader = None
) -> Response:
    """Keep a report."""
    return once(
        session,
        actor,
        key,
        body,
        lambda: _detail(service.create(session, actor, title=body.title, sections=body.sections, now=now)),
        now=now,
    )


@router.get("/{report_id}", operation_id="getReport")
def get_report(report_id: UUID, session: SessionDep, actor: ActorDep) -> ReportDetail:
    """One report with its sections."""
    actor.require(Permission.REPORTS_READ)
    return _detail(repository.get(session, actor, report_id))


@router.put("/{report_id}", operation_id="changeReport")
def change_report(
    report_id: UUID, body: ReportChange, session: SessionDep, actor: ActorDep, now: NowDep
) -> ReportDetail:
    """Replace title and sections; 409 when somebody else did meanwhile."""
    report = service.change(
        session, actor, report_id, title=body.title, sections=body.sections, version=body.version, now=now
    )
    return _detail(report)


@router.delete("/{report_id}", status_code=204, operation_id="deleteReport")
def delete_report(report_id: UUID, session: SessionDep, actor: ActorDep, now: NowDep) -> None:
    """Put a report into the bin, for 30 days."""
    service.delete(session, actor, report_id, now=now)


@router.post("/{report_id}/restore", operation_id="restoreReport")
def restore_report(report_id: UUID, session: SessionDep, actor: ActorDep, now: NowDep) -> ReportDetail:
    """Undo a deletion."""
    return _detail(service.restore(session, actor, report_id, now=now))


@router.post("/{report_id}/editions", status_code=202, operation_id="renderEdition", response_model=JobOut)
def render_edition(
    report_id: UUID, session: SessionDep, actor: ActorDep, now: NowDep, key: IdempotencyHeader = None
) -> Response:
    """Have the report rendered as PDF. The job's result names the edition."""
    return once(
        session,
        actor,
        key,
        {"report_id": str(report_id)},
        lambda: job_out(service.order_edition(session, actor, report_id, now=now)),
        now=now,
        status=202,
    )


@router.get("/{report_id}/editions", operation_id="listEditions")
def list_editions(report_id: UUID, session: SessionDep, actor: ActorDep) -> EditionList:
    """The renderings of a report that show what the reader may see, newest first."""
    return EditionList(items=[_edition(edition) for edition in service.editions(session, actor, report_id)])
