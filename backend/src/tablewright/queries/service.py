"""The door of queries: the gate, answers, and the questions that people keep."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from tablewright.core.charts.formats import TableFormat
from tablewright.core.charts.spec import ChartSpec
from tablewright.core.errors import Problem
from tablewright.core.queries.model import Question
from tablewright.core.queries.references import references
from tablewright.core.queries.tables import TableKey
from tablewright.datasets.dependents import Dependent, register
from tablewright.identity.actor import Actor, Permission
from tablewright.identity.service import note
from tablewright.metrics.service import uses
from tablewright.queries import repository
from tablewright.queries.answering import Form, all_wanted, answer, answer_bytes, cached, wanted
from tablewright.queries.errors import QuestionChanged
from tablewright.queries.gate import SHOWN_ROWS, Known, Permitted, enter, permit
from tablewright.queries.models import SavedQuestion
from tablewright.queries.resolving import resolved

__all__ = [
    "SHOWN_ROWS", "Form", "Known", "Permitted", "all_wanted", "answer", "answer_bytes", "cached", "enter", "permit",
    "resolved", "wanted",
]  # fmt: skip

# --- saved questions ------------------------------------------------------------------------------


def create(
    session: Session,
    actor: Actor,
    *,
    name: str,
    question: Question,
    chart: ChartSpec | None,
    formats: TableFormat | None = None,
    now: datetime,
) -> SavedQuestion:
    """Keep a question. It must be askable by the person who keeps it."""
    actor.require(Permission.QUESTIONS_EDIT)
    permitted = permit(session, actor, question)
    saved = SavedQuestion(
        workspace_id=actor.workspace_id,
        dataset_id=permitted.question.dataset_id,
        name=name,
        question=question.model_dump(mode="json"),
        chart=chart.model_dump(mode="json") if chart else None,
        formats=formats.model_dump(mode="json") if formats else None,
        created_by=actor.user_id,
        created_at=now,
        updated_at=now,
    )
    session.add(saved)
    session.flush()
    return saved


def change(
    session: Session,
    actor: Actor,
    question_id: UUID,
    *,
    name: str,
    question: Question,
    chart: ChartSpec | None,
    formats: TableFormat | None = None,
    keep_formats: bool = False,
    version: int,
    now: datetime,
) -> SavedQuestion:
    """Replace a saved question, or QuestionChanged when `version` is not the newest."""
    actor.require(Permission.QUESTIONS_EDIT)
    saved = repository.get(session, actor, question_id, lock=True)
    if saved.version != version:
        raise QuestionChanged
    saved.dataset_id = permit(session, actor, question, within=[saved.id]).question.dataset_id
    saved.name = name
    saved.question = question.model_dump(mode="json")
    saved.chart = chart.model_dump(mode="json") if chart else None
    if not keep_formats:
        saved.formats = formats.model_dump(mode="json") if formats else None
    saved.version += 1
    saved.updated_at = now
    return saved


def built_on(session: Session, actor: Actor, dataset_id: UUID) -> list[Dependent]:
    """The saved questions that read a dataset's current version in whatever way, with the columns they use."""
    found = []
    for saved in session.scalars(repository.naming(actor, dataset_id)):
        try:
            question = resolved(session, actor, saved.asked(), within=[saved.id])
            used = references(question).get(TableKey(dataset_id))
        except Problem:  # asked of what is gone: nothing more can break
            continue
        if used is not None:
            found.append(Dependent("question", saved.id, saved.name, used))
    return found


def using_metric(session: Session, actor: Actor, metric_id: UUID) -> list[str]:
    """The names of the saved questions that use a metric."""
    return [saved.name for saved in session.scalars(repository.mentioning(actor, metric_id))]


register("queries", built_on)
uses("queries", using_metric)


def delete(session: Session, actor: Actor, question_id: UUID, *, now: datetime) -> None:
    """Put a saved question into the bin."""
    actor.require(Permission.QUESTIONS_EDIT)
    repository.get(session, actor, question_id, lock=True).deleted_at = now
    note(session, actor, "questions.delete", "question", str(question_id), now)


def restore(session: Session, actor: Actor, question_id: UUID, *, now: datetime) -> SavedQuestion:
    """Undo a deletion. A question that is not deleted is left as it is."""
    actor.require(Permission.QUESTIONS_EDIT)
    saved = session.scalar(repository.visible_to(actor).where(SavedQuestion.id == question_id))
    if saved is None:
        saved = repository.get(session, actor, question_id, deleted=True, lock=True)
        saved.deleted_at = None
        saved.updated_at = now
    return saved
