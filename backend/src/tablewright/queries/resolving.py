"""What a question names by id is put in its place: saved questions that it is asked of, and agreed metrics."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar
from uuid import UUID

from sqlalchemy.orm import Session

from tablewright.core.errors import Problem
from tablewright.core.metrics.model import place_of, placed
from tablewright.core.queries.model import Join, Question
from tablewright.core.queries.problems import QuestionsTooDeep
from tablewright.core.queries.tables import MAX_DEPTH
from tablewright.identity.actor import Actor
from tablewright.metrics import repository as metrics
from tablewright.metrics.models import Metric
from tablewright.queries import repository
from tablewright.queries.errors import QuestionCircular

Of = TypeVar("Of", Question, Join)


def resolved(session: Session, actor: Actor, question: Question, *, within: Sequence[UUID] = ()) -> Question:
    """The question with the value of everything that it names.

    Raises QuestionMissing, QuestionCircular, QuestionsTooDeep, MetricMissing, MetricElsewhere, with the position.
    """
    return with_metrics(session, actor, question, within=within)[0]


def with_metrics(
    session: Session, actor: Actor, question: Question, *, within: Sequence[UUID] = ()
) -> tuple[Question, dict[int, Metric]]:
    """The same, and the metrics that measures of the question itself stand for."""
    resolver = _Resolver(session, actor)
    return resolver.question(question, "", tuple(within)), resolver.used


class _Resolver:
    def __init__(self, session: Session, actor: Actor) -> None:
        self._session = session
        self._actor = actor
        self.used: dict[int, Metric] = {}
        """The metrics of the outermost question, by the place of their measure."""

    def question(self, question: Question, at: str, within: tuple[UUID, ...]) -> Question:
        if len(within) > MAX_DEPTH:
            raise QuestionsTooDeep(MAX_DEPTH, at)
        dot = f"{at}." if at else ""
        question = self._base(question, dot, within)
        changes: dict[str, object] = {}
        if question.joins:
            changes["joins"] = tuple(
                self._base(join, f"{dot}joins[{index}].", within) for index, join in enumerate(question.joins)
            )
        if question.union:
            changes["union"] = tuple(
                self.question(other, f"{dot}union[{index}]", within) for index, other in enumerate(question.union)
            )
        question = question.model_copy(update=changes) if changes else question
        for index, measure in enumerate(question.measures):
            if measure.metric is not None:
                question = self._metric(question, index, measure.metric, f"{dot}measures[{index}].metric")
        return question

    def _metric(self, question: Question, index: int, metric_id: UUID, at: str) -> Question:
        """The question with an agreed metric's definition in place of its id."""
        try:
            metric = metrics.get(self._session, self._actor, metric_id)
        except Problem as problem:
            problem.where["position"] = at
            raise
        prefix = place_of(question, metric.dataset_id, metric.name, at)
        placed_question = placed(question, index, metric.name, metric.defined(), prefix)
        if not at.startswith(("base", "joins", "union")):
            self.used[index] = metric
        return placed_question

    def _base(self, of: Of, dot: str, within: tuple[UUID, ...]) -> Of:
        """A question or join with the question that it is asked of in place."""
        if of.base_id is not None:
            at = f"{dot}base_id"
            if of.base_id in within:
                raise QuestionCircular(at)
            try:
                saved = repository.get(self._session, self._actor, of.base_id)
            except Problem as problem:
                problem.where["position"] = at
                raise
            base = self.question(saved.asked(), at, (*within, of.base_id))
        elif of.base is not None:
            # Nested values are not saved questions; they count towards the depth where they are compiled.
            base = self.question(of.base, f"{dot}base", within)
        else:
            return of
        return of.model_copy(update={"base": base, "base_id": None, "dataset_id": base.dataset_id})
