"""Reports: kept, changed, and rendered into editions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy.orm import Session

from tablewright.access.service import Sight
from tablewright.core.charts.formats import TableFormat
from tablewright.core.charts.spec import ChartSpec
from tablewright.core.layouts.model import (
    ChartSection,
    Section,
    TableSection,
    TextSection,
)
from tablewright.datasets.dependents import Dependent, register
from tablewright.identity.actor import Actor, Permission
from tablewright.identity.service import note, workspace_name
from tablewright.infra.jobs import Job, enqueue
from tablewright.queries import repository as questions
from tablewright.queries import service as queries
from tablewright.reports import repository
from tablewright.reports.errors import EditionMissing
from tablewright.reports.models import Edition, Report


@dataclass(frozen=True)
class Part:
    """One section with everything it shows permitted: `asked` is None for a text."""

    section: TextSection | TableSection | ChartSection
    title: str
    asked: queries.Permitted | None
    chart: ChartSpec | None
    formats: TableFormat | None = None


@dataclass(frozen=True)
class Plan:
    """A report made ready for rendering, outside any transaction."""

    report_id: UUID
    report_version: int
    title: str
    workspace_name: str
    parts: tuple[Part, ...]

    @property
    def dataset_versions(self) -> dict[str, str]:
        asked = [part.asked for part in self.parts if part.asked]
        return {str(dataset): str(version) for each in asked for dataset, version in each.versions.items()}

    @property
    def seen_as(self) -> dict[str, str]:
        return {each: how for part in self.parts if part.asked for each, how in part.asked.seen_as.items()}


def _stored(sections: Sequence[Section]) -> list[dict[str, Any]]:
    return [section.model_dump(mode="json") for section in sections]


def _require_visible(session: Session, actor: Actor, sections: Sequence[Section]) -> None:
    """Every question that a section shows must be visible to who puts it there."""
    for section in sections:
        if not isinstance(section, TextSection):
            questions.get(session, actor, section.question_id)


def create(session: Session, actor: Actor, *, title: str, sections: Sequence[Section], now: datetime) -> Report:
    actor.require(Permission.REPORTS_EDIT)
    _require_visible(session, actor, sections)
    report = Report(
        workspace_id=actor.workspace_id,
        title=title,
        sections=_stored(sections),
        created_by=actor.user_id,
        created_at=now,
        updated_at=now,
    )
    session.add(report)
    session.flush()
    return report


def change(
    session: Session,
    actor: Actor,
    report_id: UUID,
    *,
    title: str,
    sections: Sequence[Section],
    version: int,
    now: datetime,
) -> Report:
    """Replace title and sections, or ReportChanged when `version` is not the newest."""
    actor.require(Permission.REPORTS_EDIT)
    report = repository.get(session, actor, report_id, lock=True)
    report.revise(title=title, sections=_stored(sections), version=version, now=now)
    _require_visible(session, actor, sections)
    return report


def delete(session: Session, actor: Actor, report_id: UUID, *, now: datetime) -> None:
    """Put a report into the bin; its editions cannot be fetched from there."""
    actor.require(Permission.REPORTS_EDIT)
    repository.get(session, actor, report_id, lock=True).deleted_at = now
    note(session, actor, "reports.delete", "report", str(report_id), now)


def restore(session: Session, actor: Actor, report_id: UUID, *, now: datetime) -> Report:
    """Undo a deletion. A report that is not deleted is left as it is."""
    actor.require(Permission.REPORTS_EDIT)
    report = session.scalar(repository.visible_to(actor).where(Report.id == report_id))
    if report is None:
        report = repository.get(session, actor, report_id, deleted=True, lock=True)
        report.deleted_at = None
        report.updated_at = now
    return report


def built_on(session: Session, actor: Actor, dataset_id: UUID) -> list[Dependent]:
    """The reports that show questions about a dataset, with the columns these use."""
    asked = {used.id: used.columns for used in queries.built_on(session, actor, dataset_id)}
    found = []
    for report in session.scalars(repository.visible_to(actor)) if asked else ():
        shown = [part.question_id for part in report.parts() if not isinstance(part, TextSection)]
        columns = frozenset[str]().union(*(asked.get(question, frozenset()) for question in shown))
        if columns:
            found.append(Dependent("report", report.id, report.title, columns))
    return found


register("reports", built_on)


def order_edition(session: Session, actor: Actor, report_id: UUID, *, now: datetime) -> Job:
    """Have the report rendered; the job leaves with the commit."""
    actor.require(Permission.REPORTS_READ)
    actor.require(Permission.EXPORTS_CREATE)
    report = repository.get(session, actor, report_id)
    report.require_sections()
    return enqueue(
        session,
        workspace_id=actor.workspace_id,
        kind="reports.render",
        input={"report_id": str(report.id)},
        created_by=actor.user_id,
        now=now,
        label=report.title,
    )


def plan(session: Session, actor: Actor, report_id: UUID) -> Plan:
    """Everything a report shows, permitted for this reader at this moment."""
    actor.require(Permission.REPORTS_READ)
    report = repository.get(session, actor, report_id)
    report.require_sections()
    return Plan(
        report_id=report.id,
        report_version=report.version,
        title=report.title,
        workspace_name=workspace_name(session, actor),
        parts=tuple(_part(session, actor, section) for section in report.parts()),
    )


def _part(session: Session, actor: Actor, section: Section) -> Part:
    if isinstance(section, TextSection):
        return Part(section, "", None, None)
    saved = questions.get(session, actor, section.question_id)
    chart = (section.chart or saved.drawn()) if isinstance(section, ChartSection) else None
    asked = queries.permit(session, actor, saved.asked())
    return Part(section, section.title or saved.name, asked, chart, saved.formatted())


def edition(session: Session, actor: Actor, edition_id: UUID) -> Edition:
    """An edition that may be shown to this reader, or EditionMissing."""
    actor.require(Permission.REPORTS_READ)
    found = repository.edition(session, actor, edition_id)
    if not Sight(session, actor).may_see(found.seen_as, found.dataset_versions):
        raise EditionMissing
    return found


def editions(session: Session, actor: Actor, report_id: UUID) -> list[Edition]:
    """The renderings of a report that may be shown to this reader, newest first."""
    actor.require(Permission.REPORTS_READ)
    report = repository.get(session, actor, report_id)
    sight = Sight(session, actor)
    return [
        found
        for found in repository.editions(session, actor, report.id)
        if sight.may_see(found.seen_as, found.dataset_versions)
    ]


def edition_id_of(job_id: UUID) -> UUID:
    """The edition that a job makes, the same for every attempt."""
    return uuid5(job_id, "edition")


def publish_edition(
    session: Session, actor: Actor, *, job_id: UUID, plan: Plan, page_count: int, byte_count: int, now: datetime
) -> Edition:
    """Make the row of a rendered edition. Repeating it for the same job changes nothing."""
    edition_id = edition_id_of(job_id)
    known = session.get(Edition, edition_id)
    if known is not None:
        return known
    edition = Edition(
        id=edition_id,
        workspace_id=actor.workspace_id,
        report_id=plan.report_id,
        report_version=plan.report_version,
        title=plan.title,
        page_count=page_count,
        byte_count=byte_count,
        dataset_versions=plan.dataset_versions,
        seen_as=plan.seen_as,
        created_by=actor.user_id,
        created_at=now,
    )
    session.add(edition)
    session.flush()
    return edition
