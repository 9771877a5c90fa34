"""What a question names by id is put in its place: saved questions that it is asked of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar
from uuid import UUID

from sqlalchemy.orm import Session

from tablewright.core.errors import Problem
from tablewright.core.queries.model import Join, Question
from tablewright.core.queries.problems import QuestionsTooDeep
from tablewright.core.queries.tables import MAX_DEPTH
from tablewright.identity.actor import Actor
from tablewright.queries import repository
from tablewright.queries.errors import QuestionCircular

Of = TypeVar("Of", Question, Join)


def resolved(session: Session, actor: Actor, question: Question, *, within: Sequence[UUID] = ()) -> Question:
    """The question with the value of everything that it names.

    Raises QuestionMissing, QuestionCircular, QuestionsTooDeep, with the position.
    """
    return _Resolver(session, actor).question(question, "", tuple(within))


class _Resolver:
    def __init__(self, session: Session, actor: Actor) -> None:
        self._session = session
        self._actor = actor

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
        return question.model_copy(update=changes) if changes else question

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
