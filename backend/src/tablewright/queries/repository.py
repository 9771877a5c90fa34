"""Every SELECT of saved questions."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import Select, Text, cast, func, select, tuple_
from sqlalchemy.orm import Session

from tablewright.identity.actor import Actor
from tablewright.infra.paging import Cursor, Page, page_of
from tablewright.queries.errors import QuestionMissing
from tablewright.queries.models import SavedQuestion


def visible_to(actor: Actor, *, deleted: bool = False) -> Select[SavedQuestion]:
    return select(SavedQuestion).where(
        SavedQuestion.workspace_id == actor.workspace_id,
        SavedQuestion.deleted_at.is_not(None) if deleted else SavedQuestion.deleted_at.is_(None),
    )


def naming(actor: Actor, dataset_id: UUID) -> Select[SavedQuestion]:
    """Those that may read a dataset: they name it, or another question."""
    text = cast(SavedQuestion.question, Text)
    return visible_to(actor).where(
        (SavedQuestion.dataset_id == dataset_id)
        | text.contains(str(dataset_id), autoescape=True)
        | text.contains('"base_id": "', autoescape=True)
    )


def ids_naming(actor: Actor, dataset_id: UUID) -> Select[UUID]:
    """The ids of the same."""
    return naming(actor, dataset_id).with_only_columns(SavedQuestion.id)


def mentioning(actor: Actor, id: UUID) -> Select[SavedQuestion]:
    """Those whose value names this id anywhere."""
    return visible_to(actor).where(cast(SavedQuestion.question, Text).contains(str(id), autoescape=True))


def get(
    session: Session, actor: Actor, question_id: UUID, *, deleted: bool = False, lock: bool = False
) -> SavedQuestion:
    """The saved question, or QuestionMissing."""
    statement = visible_to(actor, deleted=deleted).where(SavedQuestion.id == question_id)
    found = session.scalar(statement.with_for_update() if lock else statement)
    if found is None:
        raise QuestionMissing
    return found


def several(session: Session, actor: Actor, ids: Collection[UUID]) -> list[SavedQuestion]:
    """Those of these that exist, in no order."""
    return list(session.scalars(visible_to(actor).where(SavedQuestion.id.in_(ids)))) if ids else []


def page(session: Session, actor: Actor, *, search: str, cursor: Cursor | None, limit: int) -> Page[SavedQuestion]:
    """Newest first; `search` is a part of the name."""
    statement = visible_to(actor)
    if search:
        statement = statement.where(func.strpos(func.lower(SavedQuestion.name), search.lower()) > 0)
    if cursor is not None:
        statement = statement.where(tuple_(SavedQuestion.created_at, SavedQuestion.id) < (cursor.at, cursor.id))
    rows = session.scalars(
        statement.order_by(SavedQuestion.created_at.desc(), SavedQuestion.id.desc()).limit(limit + 1)
    )
    return page_of(list(rows), limit)
