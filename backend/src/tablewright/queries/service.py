"""The one gate: every question, from whatever part of the product, is permitted, compiled and run here."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from sqlalchemy.orm import Session

from tablewright.core.charts.formats import TableFormat
from tablewright.core.charts.spec import ChartSpec
from tablewright.core.queries.answer import to_answer, to_json
from tablewright.core.queries.compile import Compiled, compile_question, count_question
from tablewright.core.queries.model import Answer, Condition, Group, Question
from tablewright.core.queries.tables import Table, Tables, key_of
from tablewright.core.tables import Schema
from tablewright.datasets import repository as datasets
from tablewright.datasets.dependents import Dependent, register
from tablewright.datasets.models import Dataset, DatasetVersion
from tablewright.identity.actor import Actor, Permission
from tablewright.identity.service import note
from tablewright.infra import clock
from tablewright.infra.cache import cache
from tablewright.infra.compute import engine
from tablewright.infra.storage import objects
from tablewright.queries import repository
from tablewright.queries.errors import QuestionChanged
from tablewright.queries.models import SavedQuestion

Form = Literal["json", "arrow"]
SHOWN_ROWS = 10_000


@dataclass(frozen=True)
class Permitted:
    """A question that passed the gate: bound to one version, ready to run outside the transaction."""

    original: Question
    question: Question
    """The original with the page that is shown."""
    dataset_name: str
    version_id: UUID
    version_number: int
    version_row_count: int
    object_key: str
    """The object that holds the rows; versions may share one."""
    tables: Tables
    today: date
    compiled: Compiled
    reader: str
    """Fingerprint of the reader's row and column rules; part of every cache key."""

    @property
    def etag(self) -> str:
        parts = (str(self.version_id), self.compiled.fingerprint, self.reader)
        return hashlib.sha256("|".join(parts).encode()).hexdigest()[:40]


Bound = tuple[Dataset, DatasetVersion, Schema]
Known = dict[tuple[UUID, UUID | None], Bound]
"""Versions that were looked up in this transaction, so that a batch over one dataset looks once."""


def permit(
    session: Session, actor: Actor, question: Question, *, all_rows: bool = False, known: Known | None = None
) -> Permitted:
    """Check that this person may ask this, bind it to a version, and compile it.

    `all_rows` is for exports, which stream: a question without a limit then has none, and no page.

    Raises DatasetMissing, VersionMissing, or what is wrong with the question, with its position.
    """
    actor.require(Permission.QUESTIONS_ASK)
    named = (question.dataset_id, question.version_id)
    known = {} if known is None else known
    if named not in known:
        dataset, version = datasets.asked(session, actor, *named)
        known[named] = (dataset, version, version.columns())
    dataset, version, schema = known[named]
    original = question
    if all_rows:
        question = question.model_copy(update={"offset": 0})
    elif question.limit is None:
        question = question.model_copy(update={"limit": SHOWN_ROWS})
    tables = {key_of(question): Table(schema, _source(version.object_key))}
    today = clock.now().date()
    return Permitted(
        original=original,
        question=question,
        dataset_name=dataset.name,
        version_id=version.id,
        version_number=version.number,
        version_row_count=version.row_count,
        object_key=version.object_key,
        tables=tables,
        today=today,
        compiled=compile_question(question, tables, today=today),
        # Row and column rules do not exist yet: everybody who may read a dataset reads all of it.
        reader="all",
    )


def _source(object_key: str) -> str:
    return object_key.rpartition("/")[2]


def answer(permitted: Permitted, *, cancelled: Callable[[], bool] | None = None) -> Answer:
    """Run a permitted question, or take its answer from the cache."""
    return Answer.model_validate_json(answer_bytes(permitted, "json", cancelled=cancelled)[0])


def answer_bytes(
    permitted: Permitted, form: Form, *, cancelled: Callable[[], bool] | None = None
) -> tuple[bytes, bool]:
    """The answer's final bytes, JSON or an Arrow stream, and whether they came from the cache.

    Versions never change, so the key alone decides: an entry can be forgotten, never stale. Equal
    questions at the same moment are run once.
    """
    made = False

    def make() -> bytes:
        nonlocal made
        made = True
        return _run(permitted, form, cancelled)

    value = cache().get_or_make(f"answer/{form}/{permitted.etag}", make)
    return value, not made


def _run(permitted: Permitted, form: Form, cancelled: Callable[[], bool] | None) -> bytes:
    folder = objects().local_path(permitted.object_key).parent
    if form == "arrow":
        return engine().ask_ipc(folder, permitted.compiled, cancelled=cancelled)
    table = engine().ask(folder, permitted.compiled, cancelled=cancelled)
    question = permitted.question
    if table.num_rows < (question.limit or SHOWN_ROWS) and (table.num_rows > 0 or question.offset == 0):
        total = question.offset + table.num_rows
    elif not question.groups and question.filter is None:
        total = permitted.version_row_count
    else:
        counting = count_question(question, permitted.tables, today=permitted.today)
        total = int(engine().ask(folder, counting, cancelled=cancelled).column(0)[0].as_py())
    found = to_answer(
        table,
        permitted.compiled,
        version_id=permitted.version_id,
        total_count=total,
        truncated=total > question.offset + table.num_rows,
    )
    return to_json(found)


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
    permit(session, actor, question)
    saved = SavedQuestion(
        workspace_id=actor.workspace_id,
        dataset_id=question.dataset_id,
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
    permit(session, actor, question)
    saved.name = name
    saved.dataset_id = question.dataset_id
    saved.question = question.model_dump(mode="json")
    saved.chart = chart.model_dump(mode="json") if chart else None
    if not keep_formats:
        saved.formats = formats.model_dump(mode="json") if formats else None
    saved.version += 1
    saved.updated_at = now
    return saved


def columns_of(question: Question) -> frozenset[str]:
    """Every column that a question names."""
    named = {*question.columns, *(dimension.column for dimension in question.dimensions)}
    named |= {measure.column for measure in question.measures if measure.column}
    waiting: list[Group | Condition] = [question.filter] if question.filter else []
    while waiting:
        part = waiting.pop()
        if isinstance(part, Group):
            waiting += part.items
        else:
            named.add(part.column)
    return frozenset(named)


def built_on(session: Session, actor: Actor, dataset_id: UUID) -> list[Dependent]:
    """The saved questions that ask a dataset's current version, with the columns they use."""
    found = []
    for saved in session.scalars(repository.visible_to(actor).where(SavedQuestion.dataset_id == dataset_id)):
        question = saved.asked()
        if question.version_id is None:
            found.append(Dependent("question", saved.id, saved.name, columns_of(question)))
    return found


register("queries", built_on)


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
